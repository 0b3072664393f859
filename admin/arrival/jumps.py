"""Taking a batch out of the memory of the chain, on a person's word (docs/adr/0092).

Whoever has the server's key can sign a number far ahead; as long as it is remembered, an honest hand-over to
a new key looks like a fork. What the batch brought stays: drops are not deleted, and what came first stays.
"""

from __future__ import annotations

from admin.case.casefile import load_head
from admin.errors import AdminError
from admin.files import write_atomic
from admin.home import Home
from admin.words import retold, tr
from crypto.errors import ChainError
from crypto.head import head_bytes


def undo(home: Home, number: int) -> str:
    """Takes batch `number` and all above it out of the memory; says what was done. Raises `AdminError`."""
    before = load_head(home)
    if before is None:
        raise AdminError(tr("Nothing was imported into this home yet: there is no batch to undo."))
    try:
        head = before.undo(number)
    except ChainError as error:
        raise AdminError(
            tr("{reason} Only what stands behind a gap can be.", reason=retold(str(error)))
        ) from None
    write_atomic(home.head, head_bytes(head))
    many = len(head.undone) - len(before.undone)
    newest = (
        tr("the newest is batch {sequence}", sequence=head.sequence)
        if head.sequence
        else tr("no batch is left in it")
    )
    above = tr(" and what came above it") if many > 1 else ""
    return tr(
        "Batch {number}{above} was taken out of the memory: {newest}. Its drops stay here. If "
        "this was a mistake, '--jump {number}' takes it in again.",
        number=number,
        above=above,
        newest=newest,
    )
