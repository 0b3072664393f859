"""Which drops that a source asks to forget are that source's: those whose manifest has the same mailbox.

Source: docs/protocol.md, "Manifest". Anybody can write any id, and a reviewer who deletes at the word of a
stranger loses a testimony: so each drop is opened and compared, and what was found is said beside its id.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace

from admin.case.casefile import StoredDrop
from admin.case.opening import Case, manifest_of
from admin.errors import AdminError
from admin.home import Home
from admin.keys.keyring import KeyRing
from crypto.manifest import Manifest, asked_by_its_source


def comparing(home: Home, drops: Sequence[StoredDrop], ring: KeyRing) -> Callable[[Case], Case]:
    """What gives a case its `same_source`: by the id of each drop to forget True, False, or None where that
    drop is not here, or can't be opened any more. However many parcels ask, each drop is opened once.
    """
    here = {drop.id: drop for drop in drops}

    @functools.cache
    def manifest(asked: str) -> Manifest | None:
        try:
            return manifest_of(home, here[asked], ring) if asked in here else None
        except AdminError:
            return None

    def compared(case: Case) -> Case:
        found = {asked: manifest(asked) for asked in case.manifest.withdraws}
        same = {
            asked: None if drop is None else asked_by_its_source(case.manifest, asked, drop)
            for asked, drop in found.items()
        }
        return replace(case, same_source=same)

    return compared
