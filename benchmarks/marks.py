"""How many marks the search finds, how often it is wrong, and what it costs beside the cleaning.

    python -m benchmarks.marks [FILES OF EACH KIND, 25 by default]

Six kinds of marks by one hand, six by another (`benchmarks.marks_other`, a third of all), and as many hard
files without a mark. Each is cleaned, and the copy is searched as in the chat.
"""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator

from benchmarks import marks_pages, marks_screens
from benchmarks.marks_other import marked_page, marked_screen, marked_text
from scrub import engine
from scrub.marks.search import search

_MEGABYTE = 1024  # of what the kernel counts, in kilobytes
File = tuple[str, str, bytes, frozenset[str]]
"""Whose hand, the kind, the file, and which codes count as found."""

WORDS = frozenset({"reader", "mail", "address", "machine", "number", "moment"})


def marked(many: int) -> Iterator[File]:
    for seed in range(many):
        chance = random.Random(f"marked {seed}")
        picture = marks_screens.CLEAN[seed % len(marks_screens.CLEAN)](chance)
        tiled = marks_screens.tiled(picture, chance, 0.03 if seed % 2 else 0.1)
        yield "own", "tile", marks_screens.png(tiled), frozenset({"tile"})
        yield "own", "words", marks_pages.text(marked=True, seed=seed), WORDS
        for kind in ("lines", "spaces", "letters"):
            yield "own", kind, marks_pages.page(kind, seed), frozenset({"spacing"})
        yield "own", "looks", marks_pages.office(marked=True, seed=seed), frozenset({"looks"})
        if seed % 2:
            continue
        yield "other", "tile", marked_screen("tile", seed), frozenset({"tile"})
        yield "other", "code", marked_screen("code", seed), frozenset({"code"})
        yield "other", "words", marked_text("words", seed), WORDS
        for kind in ("lines", "spaces", "letters"):
            yield "other", kind, marked_page(kind, seed), frozenset({"spacing"})


def clean(many: int) -> Iterator[File]:
    for seed in range(many):
        for make in marks_screens.CLEAN:
            picture = make(random.Random(f"clean {seed}"))
            yield "own", make.__name__, marks_screens.png(picture), frozenset({"tile", "code"})
        yield "own", "text", marks_pages.text(marked=False, seed=seed), WORDS
        for style in range(len(marks_pages.STYLES) // 2):
            yield "own", "page", marks_pages.page("", seed * 3 + style), frozenset({"spacing"})
        yield "own", "office", marks_pages.office(marked=False, seed=seed), frozenset({"looks"})


def measure(files: Iterator[File], spent: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    found: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for hand, kind, content, codes in files:
        began = time.process_time()
        copy = engine.scrub(content)
        cleaned = time.process_time()
        original = content if copy.media_type == "application/pdf" else b""
        marks = search(copy.media_type, copy.content, original).marks
        spent[f"clean {copy.extension}"] += round((cleaned - began) * 1e6)
        spent[f"search {copy.extension}"] += round((time.process_time() - cleaned) * 1e6)
        all_of[f"{hand} {kind}"] += 1
        found[f"{hand} {kind}"] += any(mark.kind in codes for mark in marks)
    return found, all_of


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    engine.load()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent: Counter[str] = Counter()
    makers: tuple[tuple[str, Callable[[int], Iterator[File]]], ...] = (("found", marked), ("wrong", clean))
    for title, make in makers:
        found, all_of = measure(make(many), spent)
        for kind, count in all_of.items():
            print(f"{title} {kind}: {found[kind]} of {count}", flush=True)
        print(f"{title} in all: {found.total()} of {all_of.total()}")
    for extension in sorted({key.split()[1] for key in spent}):
        ratio = spent[f"search {extension}"] / max(1, spent[f"clean {extension}"])
        print(f"{extension}: the search takes {ratio:.2f} of the cleaning")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"memory above the decoders at rest, cleaning and making files included: {grown // _MEGABYTE} MB")


if __name__ == "__main__":
    main()
