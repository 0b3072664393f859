"""How many marks the search finds, how often it is wrong, and what it costs beside the cleaning.

    python -m benchmarks.marks [FILES OF EACH KIND, 29 by default]
    python -m benchmarks.marks cost

Seven kinds of marks by one hand, six by another (`benchmarks.marks_other`, a third of all 305), and 300 hard
files without a mark; and single lines in six languages (`benchmarks.marks_other.lines`). Each file is
cleaned, and the copy is searched as in the chat. The cost is that of the processors in children that are
forked as the zygote forks them: with a search and without one, in turn, beside the cleaning and its judge.
"""

import gc
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType

import numpy as np
import zxingcpp

from benchmarks import marks_pages, marks_screens
from benchmarks.marks_other import lines, marked_page, marked_screen, marked_text
from benchmarks.scrub import encoded, make_document, make_photo
from scrub import engine, verify
from scrub.freed import give_back
from scrub.isolation import child, pictures
from scrub.isolation.wire import pack_choices
from scrub.isolation.zygote_process import ENVIRONMENT
from scrub.marks.across import in_text
from scrub.marks.found import PICTURES
from scrub.marks.labels import ROWS
from scrub.marks.pictures import small_gray
from scrub.marks.search import search
from scrub.report import Choices, Clean
from scrub.sniff import SNIFF_BYTES, is_picture, sniff

_MEGABYTE = 1024  # of what the kernel counts, in kilobytes
File = tuple[str, str, bytes, frozenset[str]]
"""Whose hand, the kind, the file, and which codes count as found."""

PROSE = (
    b"The camera over the kitchen door has been recording since the first of March, and nobody was asked when"
    b" it was put there.\n"
)
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
        coded = marks_screens.coded(marks_screens.CLEAN[(seed + 3) % 7](chance), chance)
        yield "own", "code", marks_screens.png(coded), frozenset({"code"})
        if seed * 7 // 12 == (seed + 1) * 7 // 12:
            continue
        yield "other", "tile", marked_screen("tile", seed), frozenset({"tile"})
        yield "other", "code", marked_screen("code", seed), frozenset({"code"})
        yield "other", "words", marked_text("words", seed), WORDS
        for kind in ("lines", "spaces", "letters"):
            yield "other", kind, marked_page(kind, seed), frozenset({"spacing"})


def clean(many: int) -> Iterator[File]:
    for seed in range(many * 25 // 29):
        for make in marks_screens.CLEAN:
            picture = make(random.Random(f"clean {seed}"))
            yield "own", make.__name__, marks_screens.png(picture), frozenset({"tile", "code"})
        yield "own", "text", marks_pages.text(marked=False, seed=seed), WORDS
        for style in range(len(marks_pages.STYLES) // 2):
            yield "own", "page", marks_pages.page("", seed * 3 + style), frozenset({"spacing"})
        yield "own", "office", marks_pages.office(marked=False, seed=seed), frozenset({"looks"})


def measure(files: Iterator[File]) -> tuple[Counter[str], Counter[str]]:
    found: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for hand, kind, content, codes in files:
        copy = engine.scrub(content)
        original = content if copy.media_type == "application/pdf" else b""
        marks = search(copy.media_type, copy.content, original).marks
        all_of[f"{hand} {kind}"] += 1
        found[f"{hand} {kind}"] += any(mark.kind in codes for mark in marks)
    return found, all_of


def samples() -> Iterator[tuple[str, bytes]]:
    """One of each kind that is sent, hard ones for a search among them."""
    chance = random.Random("cost")
    yield "photo of 12 megapixels", encoded(make_photo((4000, 3000), 1))
    yield "photo of a screen, JPEG", encoded(marks_screens.photo_of_screen(chance))
    yield "picture of 320 x 240", encoded(make_photo((320, 240), 1))
    yield "screen, a sheet", marks_screens.png(marks_screens.sheet(chance))
    yield "screen, cards", marks_screens.png(marks_screens.cards(chance))
    yield "screen with a tile", marked_screen("tile", 1)
    yield "PDF, one page", marks_pages.page("", 1)
    yield "PDF, 8 pages", make_document(8)
    yield "PDF, 20 pages", make_document(20)
    yield "Word document", marks_pages.office(marked=False, seed=1)
    yield "text of 3 kB", marks_pages.text(marked=False, seed=1)
    yield "text of 500 kB, each line with a word that is looked for", marks_pages.text(False, 1) * 170
    yield "text of 500 kB", PROSE * 4000


def cost() -> None:
    """Under the memory settings of the process that forks children, which gives back what it freed."""
    asked = {**ENVIRONMENT, "OPENBLAS_NUM_THREADS": "1"}
    if not asked.items() <= os.environ.items():
        os.environ.update(asked)
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.marks", "cost"])
    child.warm_up()
    pictures.warm_up()
    give_back()
    gc.collect()
    gc.freeze()
    for name, data in samples():
        holder = pictures if is_picture(sniff(data[:SNIFF_BYTES]) or "") else child
        copy = engine.scrub(data)
        spent: dict[str, list[float]] = {"clean": [], "search": [], "judge": []}
        peak = dict.fromkeys(spent, 0)
        for _ in range(7):
            for what, turns in spent.items():
                seconds, memory = _forked(partial(_act, what, holder, data, copy))
                turns.append(seconds)
                peak[what] = max(peak[what], memory)
        clean, search, judge = (min(spent[what]) * 1000 for what in ("clean", "search", "judge"))
        ratio = max(0.0, search - clean) / (clean + judge)
        more = max(0, peak["search"] - peak["clean"]) // _MEGABYTE
        bare = {what: _least(partial(act, copy)) - _least(_nothing) for what, act in _bare(copy).items()}
        print(
            f"{name}: cleaning {clean + judge:.1f} ms, search {search - clean:.1f} ms: {ratio:.2f}x,"
            f" {more} MB more"
            + "".join(
                f"; {what} alone {spent * 1000 / (clean + judge):.2f}x" for what, spent in bare.items()
            ),
            flush=True,
        )


def _bare(copy: Clean) -> dict[str, Callable[[Clean], object]]:
    """What the libraries alone cost that a search can't do without."""
    if copy.media_type in PICTURES:
        return {"zxing": _codes, "the gray dots and two Fourier transforms": _transforms}
    return {"one expression of 100 words": _words} if copy.media_type == "text/plain" else {}


def _codes(copy: Clean) -> None:
    zxingcpp.read_barcodes(small_gray(copy.content))


def _transforms(copy: Clean) -> None:
    half = small_gray(copy.content)[:900:2, :1440:2].astype(np.float32)
    np.fft.irfft2(np.abs(np.fft.rfft2(half)) ** 2)


def _words(copy: Clean) -> None:
    stems = "|".join(dict.fromkeys(row[0].split()[0] for rows in ROWS.values() for row in rows))
    sum(1 for _ in re.finditer(f"(?i){stems}", copy.content.decode()))


def _nothing() -> None:
    pass


def _least(act: Callable[[], object]) -> float:
    return min(_forked(act)[0] for _ in range(5))


def _act(what: str, holder: ModuleType, data: bytes, copy: Clean) -> None:
    if what == "judge":
        verify.verify(copy.content, copy.media_type)
        return
    for _ in holder.scrub_task(pack_choices(Choices(), marks=what == "search"), data):
        pass


def _forked(act: Callable[[], object]) -> tuple[float, int]:
    """Seconds of a processor, and the most memory, in the kernel's kilobytes."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    _, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit("a child failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main() -> None:
    if sys.argv[1:] == ["cost"]:
        cost()
        return
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 29
    engine.load()
    makers: tuple[tuple[str, Callable[[int], Iterator[File]]], ...] = (("found", marked), ("wrong", clean))
    for title, make in makers:
        found, all_of = measure(make(many))
        for kind, count in all_of.items():
            print(f"{title} {kind}: {found[kind]} of {count}", flush=True)
        print(f"{title} in all: {found.total()} of {all_of.total()}")
    for title, by_language in (
        ("found, lines kept apart", lines.KEPT_APART),
        ("wrong, lines kept apart", lines.KEPT_APART_CLEAN),
    ):
        hits = {key: sum(bool(in_text(line)) for line in each) for key, each in by_language.items()}
        counted = ", ".join(f"{key} {hits[key]} of {len(each)}" for key, each in by_language.items())
        print(f"{title}: {sum(hits.values())} of {sum(map(len, by_language.values()))} ({counted})")


if __name__ == "__main__":
    main()
