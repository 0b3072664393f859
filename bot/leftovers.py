"""Whole databases that an upgrade or a restore left beside the one in use: with all that was purged since.

What is purged leaves `silbo.db`, but none of these. They are told and never deleted: one may be the only copy
that is whole. `deploy.sh` makes them (deploy/upgrade.sh, deploy/restore.sh).
"""

import os
from pathlib import Path

_IN_STATE = (".rollback", ".upgrade", "silbo.db.damaged")
_BESIDE = ".fresh"


def left_copies(state: Path) -> tuple[Path, ...]:
    """Those that are there, files or folders; `state` is the state folder."""
    places = [*(state / name for name in _IN_STATE), state.with_name(f"{state.name}{_BESIDE}")]
    return tuple(place for place in places if os.path.lexists(place))
