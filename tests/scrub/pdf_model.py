"""What a PDF can hold and no page draws, by the Arlington model: a file for each place; docs/scrub-pdf.md.

python -m tests.scrub.pdf_model --write
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scrub.inventory import take_inventory
from tests.scrub.pdf_files import document

MODEL = Path(__file__).parent / "data" / "pdf_model.txt"
PAGE = Path(__file__).parents[2] / "docs" / "scrub-pdf.md"
MARK = b"CANARY"
_LINE = re.compile(r"(\S+)\s+(\S+)\s+(.*?@\S*)\s+(.+)")
_VALUES = {
    "": b"(CANARY)",
    "/name": b"/CANARY",
    "date": b"(D:20250114093107+01'00')",
    "list": b"[(CANARY)(CANARY)]",
    "names": b"[/CANARY/CANARY]",
    "numbers": b"[40.41 -3.70]",
    "tree": b"<</Names[(CANARY)<</S/GoTo>>]>>",
    "dest": b"[3 0 R/Fit]",
}
_HEAD = """\
# What a PDF can hold and no page draws, by name

Written by `python -m tests.scrub.pdf_model --write` from `tests/scrub/data/pdf_model.txt`. That was taken
from the Arlington model of PDF (ISO 32000-2 with extensions of Adobe and Apple; one file of 422,000
letters, read on 30 November 2026 but for its arrays and what repeats with each kind of mark, which are by
the standard; the tables of rich media and resources were read one by one, of those of requirements only a
few: the others are by the standard). A test holds this page to it, puts a mark into each of these
places, and looks that it is gone from the copy and told. A clean PDF has no key but those of our writer,
and no text but the words of a searchable page ([scrub.md](scrub.md#allow-list-pdf)): a test takes copies
apart with another library and fails on any other.

Left out of the list: numbers, colours, sizes and switches; keys that only lead to another object of it;
whatever draws the page. `-`: not told by itself. Words of marks and fields are told where they aren't drawn;
names of fonts, and names that come from a fixed list, are gone without a word.

| Object | Keys that can hold words, names, files, dates or addresses | Told as |
|---|---|---|
"""


class Place(NamedTuple):
    """Where an object hangs in a file (`hang`, `@` is the object), and one of its keys."""

    name: str
    where: str
    hang: str
    key: str
    kind: str

    def file(self) -> bytes:
        """A PDF with a mark at this place."""
        return _file(self.where, self.hang, b"/" + self.key.encode() + _value(self.kind))


def places() -> Iterator[Place]:
    for line in MODEL.read_text().splitlines():
        found = _LINE.fullmatch(line)
        if line.startswith("#") or found is None:
            continue
        name, where, hang, keys = found.groups()
        for word in keys.split():
            key, _, kind = word.partition("=")
            yield Place(name, where, hang, key, kind)


def whole(rows: list[Place]) -> bytes:
    """A PDF with a mark at all places of one object."""
    inside = b"".join(b"/" + row.key.encode() + _value(row.kind) for row in rows)
    return _file(rows[0].where, rows[0].hang, inside)


def told(data: bytes) -> tuple[str, ...]:
    return tuple(sorted(take_inventory("application/pdf", data).removed))


def _value(kind: str) -> bytes:
    return _VALUES[kind] if kind in _VALUES else kind.encode()


def _file(where: str, hang: str, inside: bytes) -> bytes:
    body = (
        hang.encode()
        .replace(b"[0 @]", b"[0<<@>>]")
        .replace(b"/First @", b"/First<<@>>")
        .replace(b"@", inside)
    )
    match where:
        case "catalog":
            return document(catalog=body)
        case "page":
            return document(page=body)
        case "extra":
            return document(extra=[b"<<" + body + b">>"])
        case "info":
            return document(extra=[b"<<" + body + b">>"], trailer=b"/Info 6 0 R")
    return document(trailer=body)


def page() -> str:
    rows: dict[str, list[Place]] = {}
    for place in places():
        rows.setdefault(place.name, []).append(place)
    lines = []
    for name, of_object in rows.items():
        keys = " ".join(f"/{row.key}" if row.key != "CANARY" else "(any)" for row in of_object)
        codes = " ".join(f"`{code}`" for code in told(whole(of_object))) or "-"
        lines.append(f"| {name} | {keys} | {codes} |\n")
    return _HEAD + "".join(lines)


if __name__ == "__main__" and "--write" in sys.argv:
    PAGE.write_text(page())
