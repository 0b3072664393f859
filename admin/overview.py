"""The commands at a glance, in the order in which a reviewer needs them."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping

from admin.display import terminal_columns
from admin.words import mark, tr

GROUPS = (
    (mark("begin"), ("init", "keygen", "publish", "fingerprint")),
    (mark("bring in"), ("import", "list", "receipt")),
    (mark("read"), ("show", "extract", "thread", "work", "read", "search", "view")),
    (mark("answer"), ("reply", "outbox", "announce")),
    (mark("judge"), ("about", "tag", "flag", "note", "assign", "state", "due", "keep", "delete")),
    (mark("with others"), ("reviewers", "share", "merge", "qr")),
    (mark("as evidence"), ("dossier", "verify-dossier", "compare", "marks", "redact", "open-original")),
    (mark("each month"), ("rotate", "backup", "passphrase")),
    (mark("after a loss"), ("restore", "recovery", "revocation")),
    (mark("who leaves"), ("hand-over", "take-over", "forget")),
    (mark("plain files"), ("age",)),
)
"""Each command is in one of them."""


def names(known: Collection[str]) -> list[str]:
    """The commands that are here by their names alone, a line or two a group: it fits a small terminal."""
    groups = [(tr(title), [name for name in of if name in known]) for title, of in GROUPS]
    width = max(len(title) for title, _ in groups) + 2
    return [
        line
        for title, of in groups
        if of
        for line in textwrap.wrap(
            ", ".join(of),
            max(terminal_columns() - 1, 40),
            initial_indent=f"  {title:<{width}}",
            subsequent_indent=" " * (width + 2),
            break_on_hyphens=False,
        )
    ]


def purposes(known: Mapping[str, str]) -> list[str]:
    """The commands that are here with what each does (in English), below the titles of their groups."""
    width = max(map(len, known)) + 2
    lines = []
    for title, of in GROUPS:
        here = [name for name in of if name in known]
        lines += ["", f"{tr(title)}:"] if here else []
        for name in here:
            lines += textwrap.wrap(
                tr(known[name]),
                max(terminal_columns() - 1, 40),
                initial_indent=f"  {name:<{width}}",
                subsequent_indent=" " * (width + 2),
                break_on_hyphens=False,
            )
    return lines
