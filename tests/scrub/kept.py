"""The page of what a clean office document may hold, written from the tables that decide it.

python -m tests.scrub.kept --write     docs/scrub-office.md anew
"""

import sys
import textwrap
from pathlib import Path

from scrub.office.grammar import Grammar, Value, read

PAGE = Path(__file__).parents[2] / "docs" / "scrub-office.md"
OOXML = {
    "word": "WordprocessingML",
    "drawing": "DrawingML",
    "chart": "charts",
    "formula": "formulas",
    "sheet": "SpreadsheetML",
    "slide": "PresentationML",
}
OPEN_DOCUMENT = {
    "open_text": "OpenDocument, what stands in a text, sheet or slide",
    "open_style": "OpenDocument, looks",
}
_WORDS = {"text", "label", "char"}
_HEAD = """\
# What a clean office document may hold, by name

Written by `python -m tests.scrub.kept --write` from `scrub/tables/office`, which the cleaner copies by and
the verifier judges by; a test holds this page to them. Anything that isn't named here is no part of a copy.
`*`: it may hold words (visible letters, checked). `@`: attributes that may hold words. All other values are
numbers, lengths, colours, cells, names from a list, or names that are counted anew.
[scrub.md](scrub.md#office-input-to-output-and-the-allow-list) tells what becomes of the rest.
"""


def of_words(value: Value | None) -> bool:
    """Whether letters of a person's own may stand there."""
    return value is not None and not _WORDS.isdisjoint(value.kinds)


def grammar(name: str) -> Grammar:
    """One table; sets are shared by all of a family."""
    family = tuple(OOXML) if name in OOXML else tuple(OPEN_DOCUMENT)
    alone = {line.split()[0].rstrip(",") for line in _entries(name)}
    return {tag: element for tag, element in read(family).items() if tag in alone or _shares(name, tag)}


def _entries(name: str) -> list[str]:
    text = (Path(__file__).parents[2] / f"scrub/tables/office/{name}.txt").read_text("utf-8")
    return [line for line in text.replace("\n    ", " ").splitlines() if line[:1] not in ("", "#", "%", "$")]


def _shares(name: str, tag: str) -> bool:
    """Whether it has its body together with others: a list of names with commas."""
    return any(f"{tag}," in line.split() or f", {tag} " in f"{line} " for line in _entries(name))


def page() -> str:
    """The whole of it."""
    out = [_HEAD]
    for tables in (OOXML, OPEN_DOCUMENT):
        for name, title in tables.items():
            elements = grammar(name)
            shown = " ".join(_shown(tag, elements) for tag in sorted(elements))
            lines = textwrap.fill(shown, 150, break_long_words=False, break_on_hyphens=False)
            out.append(f"## {title}: {len(elements)}\n\n```\n{lines}\n```\n")
    return "\n".join(out)


def _shown(tag: str, elements: Grammar) -> str:
    told = [f"@{name}" for name, value in sorted(elements[tag].attributes.items()) if of_words(value)]
    return tag + "*" * of_words(elements[tag].text) + "".join(told)


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    PAGE.write_text(page(), "utf-8")
