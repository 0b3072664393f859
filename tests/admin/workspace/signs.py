"""What the words and kinds of one drop show by themselves, at once."""

from collections.abc import Iterable

from admin.workspace.traps import Signs


def traps_in(kinds: Iterable[str], words: Iterable[str]) -> tuple[str, ...]:
    signs = Signs()
    for text in words:
        signs.look(text)
    return signs.codes(kinds)
