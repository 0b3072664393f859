"""Whether an edition that was typed anew carries any mark, and what typing 20 pages anew costs.

    python -m benchmarks.marks_retyped [FILES OF EACH KIND, 5 by default]

Beside it stand `pdftotext` over the same pages and one start of the process that sets them. All in processor
time, by what the kernel counts; and what the same pages cost as a copy of gray pictures, which is the floor:
reading draws each page five times, once of them at twice the size (twice, where words are not all black).
"""

import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks import marks_pages
from benchmarks.marks_other import marked_page, marked_text
from scrub import engine
from scrub.marks.search import everything
from scrub.report import Choices, Refusal
from scrub.retype.gather import gather
from scrub.retype.redraw import redraw
from scrub.setter.sheet import Setter

PAGES = 20


def files(many: int) -> dict[str, list[bytes]]:
    """Marked ones of both hands, by kind."""
    made = {"own words": [marks_pages.text(marked=True, seed=seed) for seed in range(many)]}
    made["own looks"] = [marks_pages.office(marked=True, seed=seed) for seed in range(many)]
    made["other words"] = [marked_text("words", seed) for seed in range(many)]
    for kind in ("lines", "spaces", "letters"):
        made[f"own {kind}"] = [marks_pages.page(kind, seed) for seed in range(many)]
        made[f"other {kind}"] = [marked_page(kind, seed) for seed in range(many)]
    return made


def retyped(content: bytes, setter: Setter, spent: Counter[str]) -> bytes:
    """In this process, as three children do it. Raises Refusal."""
    began = time.process_time()
    copy = engine.scrub(content, Choices(pdf="searchable")) if not content.startswith(b"%PDF") else None
    document = gather(copy.media_type, copy.content) if copy else gather("application/pdf", content)
    read = time.process_time()
    pages, _ = setter.pdf(document)
    drawn = time.process_time()
    edition = redraw(pages)
    for step, seconds in (
        ("read", read - began),
        ("set", drawn - read),
        ("draw", time.process_time() - drawn),
    ):
        spent[step] += round(seconds * 1e6)
    return edition


def seconds_of(command: list[str]) -> float:
    """Of processor, the least of three."""
    found = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def twenty_pages() -> bytes:
    """Of plain prose, by PDFium's own fonts: pages of the marked ones, one behind the other."""
    import pikepdf  # noqa: PLC0415 -- a judge of the tests

    out = io.BytesIO()
    with pikepdf.new() as joined:
        for seed in range(PAGES):
            with pikepdf.open(io.BytesIO(marks_pages.page("", seed))) as one:
                joined.pages.extend(one.pages)
        joined.save(out)
    return out.getvalue()


def _drawn_by_pdfium(content: bytes) -> None:
    """Letters of each page, each drawn four times at 150 dots an inch and once at twice that."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 -- no part of reading

    document = pypdfium2.PdfDocument(content)
    for page in document:
        page.get_textpage().get_text_range()
        for scale in (150, 150, 150, 150, 300):
            page.render(scale=scale / 72, grayscale=True)


def cost(setter: Setter) -> None:
    content = twenty_pages()
    spent: Counter[str] = Counter()
    retyped(content, setter, spent)
    before = time.process_time()
    engine.scrub(content)
    print(f"to draw each page once, as the gray copy does: {time.process_time() - before:.2f} s")
    start = seconds_of([sys.executable, "-c", "from scrub.setter.sheet import Setter; Setter()"])
    total = sum(spent.values()) / 1e6 + start
    before = time.process_time()
    _drawn_by_pdfium(content)
    print(f"the floor, PDFium's part of reading alone: {time.process_time() - before:.2f} s")
    print(f"{PAGES} pages: {', '.join(f'{step} {us / 1e6:.2f} s' for step, us in spent.items())}")
    print(f"one start of the setter: {start:.2f} s; all: {total:.2f} s")
    program = shutil.which("pdftotext")
    if program is None:
        print("pdftotext is not here: nothing to hold it against")
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "pages.pdf")
        place.write_bytes(content)
        text = seconds_of([program, str(place), "-"])
    print(f"pdftotext: {text:.2f} s; {total / (text + start):.1f}x of both")


def main() -> None:
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # as in a child: threads that wait would count
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "benchmarks.marks_retyped", *sys.argv[1:]])
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    engine.load()
    setter = Setter()
    for kind, contents in files(many).items():
        carried = left = refused = 0
        for content in contents:
            try:
                edition = retyped(content, setter, Counter())
            except Refusal:
                refused += 1
                continue
            marks = everything("application/pdf", edition, edition)[0]
            left += len(marks)
            carried += bool(marks)
        print(
            f"{kind}: {carried} of {len(contents)} carry a mark ({left} in all), {refused} refused",
            flush=True,
        )
    cost(setter)


if __name__ == "__main__":
    main()
