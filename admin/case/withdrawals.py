"""Which drops that a source asks to forget are that source's: those whose manifest has the same mailbox.

Source: docs/protocol.md, "Manifest". Anybody can write any id, and a reviewer who deletes at the word of a
stranger loses a testimony: so each drop is opened and compared, and what was found is said beside its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from admin.case.casefile import StoredDrop
from admin.case.opening import Case, manifest_of
from admin.errors import AdminError
from admin.home import Home
from admin.keys.keyring import KeyRing
from crypto.manifest import asked_by_its_source


def compared(home: Home, drops: Sequence[StoredDrop], case: Case, ring: KeyRing) -> Case:
    """The case with `same_source`: by the id of each drop to forget True, False, or None where that drop is
    not here, or can't be opened any more.
    """
    here = {drop.id: drop for drop in drops}
    same: dict[str, bool | None] = {}
    for asked in case.manifest.withdraws:
        same[asked] = None
        if asked in here:
            try:
                manifest = manifest_of(home, here[asked], ring)
            except AdminError:
                continue
            same[asked] = asked_by_its_source(case.manifest, asked, manifest)
    return replace(case, same_source=same)
