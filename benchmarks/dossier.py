"""What a dossier, a comparison and a redaction cost, in one run:
`python -m benchmarks.dossier [--exhibits N] [--megabytes N] [--pages N]`.

The bars are those of issue 16: a dossier at most 2.5x the time of `bagit` plus `sha256sum` over the same
files, and 64 MiB over the same program that only lists; a comparison of two contracts at most 4x
`pdftotext` on both plus their drawing by `pdftoppm`; a redaction of 100 areas at most 1.5x of the
cleaning. Seconds are of the clock: children do part of the work.
"""

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import bagit  # type: ignore[import-untyped]  # it has no types

from scrub.redact import Area, Wishes
from scrub.redactor import Redactor
from scrub.report import Choices, Clean
from scrub.scrubber import Scrubber
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, file_item, pipe_with, text_item
from tests.scrub.pdf_files import stream, written

QUICK = 4
_PROGRAM = """
import sys
from datetime import date
from admin.cli import main
peaks = sys.argv[1]
if "dossier" in sys.argv:
    from admin.workspace.dossier.paper import Setter
    told = "from admin.workspace.dossier.setting import main; main(); "
    told += "peak = open('/proc/self/status').read().split('VmHWM:')[1].split()[0]; "
    told += f"open({peaks!r}, 'a').write(peak + ' ')"
    Setter.__init__.__defaults__ = ("-c", told), ()
status = main(sys.argv[3:], today=lambda: date.fromisoformat(sys.argv[2]), work_factor=4)
with open("/proc/self/status") as file:
    kib = {line.split(":")[0]: int(line.split()[1]) for line in file if line.startswith(("VmHWM", "VmRSS"))}
with open(peaks) as file:
    child = max(map(int, file.read().split()), default=0)
print(max(kib["VmHWM"], kib["VmRSS"] + child), file=sys.stderr)
sys.exit(status)
"""
"""Its own peak, or what it holds at its end and the peak of its largest child beside that: they set the pages
last. Children tell theirs themselves: `ru_maxrss` is carried over from the process that started one.
"""
T = TypeVar("T")
_WORDS = "el trabajador acepta camaras en su casa y la empresa guarda voz imagen y datos de sus hijos"


class _Unseen:
    """For commands run in this process: what they print is nobody's."""

    def readouterr(self) -> object:
        return type("Printed", (), {"out": "", "err": ""})()


class Spent(NamedTuple):
    """Seconds."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.processor:.2f} of processor)"

    def by(self, *others: "Spent") -> str:
        """Times as much as the others together."""
        clock, processor = (sum(each[at] for each in others) for at in (0, 1))
        return f"{self.clock / clock:.2f}x ({self.processor / processor:.2f}x of processor)"


def timed(work: Callable[[], T]) -> tuple[Spent, T]:
    """Seconds of the clock, and of processors in this process and those that it waited for; what it
    returns.
    """
    start, before = time.perf_counter(), sum(os.times()[:4])
    done = work()
    return Spent(time.perf_counter() - start, sum(os.times()[:4]) - before), done


def run(home: Path, *words: str) -> int:
    """A command as a whole process; its peak of memory in KiB, its largest child's with it."""
    handle = pipe_with(PASSPHRASE)
    peaks = home.with_name("peaks")
    peaks.write_bytes(b"")
    command = [sys.executable, "-c", _PROGRAM, str(peaks), TODAY.isoformat(), "--home", str(home), *words]
    try:
        done = subprocess.run(
            [*command, "--passphrase-fd", str(handle)],
            capture_output=True, text=True, pass_fds=(handle,), check=True,
        )  # fmt: skip
    finally:
        os.close(handle)
    return int(done.stderr.split()[-1])


def dossier(folder: Path, exhibits: int, megabytes: int) -> None:
    reviewer = Reviewer(folder / "home", _Unseen())  # type: ignore[arg-type]  # no test captures here
    reviewer.keygen("--weeks", "1")
    size = megabytes * 1_000_000 // exhibits
    chance = random.Random(1)
    items = [file_item(chance.randbytes(size), "audio/ogg", extension="ogg") for _ in range(exhibits)]
    server = Server(folder / "stick")
    server.write(server.drop(reviewer.recipients(), text_item("Nos vigilan."), *items))
    reviewer.run("import", server.stick, "--server", server.public)
    run(folder / "home", "list", "--new")  # it reads the new drop into its index
    idle = run(folder / "home", "list", "--new")
    out = folder / "dossier"
    took, peak = timed(lambda: run(folder / "home", "dossier", "--drops", server.last_id, "--out", str(out)))
    plain = folder / "plain"
    shutil.copytree(out / "data" / "exhibits", plain)
    bagged, _ = timed(lambda: bagit.make_bag(str(plain)))
    files = [str(file) for file in sorted((plain / "data").iterdir())]
    summed, _ = timed(lambda: subprocess.run(["sha256sum", *files], capture_output=True, check=True))
    checked, _ = timed(lambda: run_check(out))
    print(f"dossier of {exhibits} exhibits, {megabytes} MB: {took}; bagit {bagged}, sha256sum {summed}")
    print(f"  {took.by(bagged, summed)}, bar 2.5x; {(peak - idle) / 1024:.0f} MiB over idle, bar 64")
    print(f"  verify-dossier {checked}")


def run_check(out: Path) -> None:
    command = [sys.executable, "-m", "admin", "verify-dossier", str(out)]
    subprocess.run(command, capture_output=True, check=True)


def contract(pages: int, number: int) -> bytes:
    """A contract of so many pages of text; `number` differs between two copies."""
    words = [
        "el",
        "trabajador",
        "acepta",
        "camaras",
        "en",
        "su",
        "casa",
        "y",
        "la",
        "empresa",
        "guarda",
        "voz",
        "imagen",
        "y",
        "datos",
        "de",
        "sus",
        "hijos",
    ]
    chance = random.Random(1)
    font = 3 + 2 * pages
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    for page in range(pages):
        lines = b"".join(b"(%s) Tj T*\n" % " ".join(chance.choices(words, k=12)).encode() for _ in range(48))
        marked = b"(Clausula %d: %d euros) Tj T*\n" % (page, number if page == pages // 2 else 1000)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F %d 0 R>>>>>>" % (len(objects) + 2, font)
        )
        objects.append(stream(b"BT /F 11 Tf 14 TL 60 780 Td " + marked + lines + b"ET"))
    kids = b" ".join(b"%d 0 R" % at for at in range(3, 3 + 2 * pages, 2))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    return written([*objects, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"])


def cleaned(sources: Sequence[bytes], style: str) -> list[tuple[float, Clean]]:
    """The copies, each with its seconds in a warm scrubber."""

    async def clean() -> list[tuple[float, Clean]]:
        found = []
        async with Scrubber(office_to_pdf=False) as scrubber:
            for source in sources:
                start = time.perf_counter()
                copy = await scrubber.scrub(source, Choices(pdf=style))
                assert isinstance(copy, Clean)
                found.append((time.perf_counter() - start, copy))
        return found

    return asyncio.run(clean())


def pages(folder: Path, count: int) -> None:
    sources = contract(count, 1200), contract(count, 1210)
    copies = cleaned(sources, "searchable")
    first, second = (("application/pdf", copy.content) for _, copy in copies)
    for number, (_, content) in enumerate((first, second)):
        (folder / f"{number}.pdf").write_bytes(content)

    def theirs() -> None:
        for number in range(2):
            file = str(folder / f"{number}.pdf")
            subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True)
            subprocess.run(["pdftoppm", "-r", "150", "-gray", file, str(folder / f"{number}")], check=True)

    areas = tuple(
        Area(1 + at % count, 500, 400 + 90 * (at // count), 4000, 470 + 90 * (at // count))
        for at in range(100)
    )
    with Redactor() as redactor:
        redactor.compare(first, first)  # the processes are there
        took, found = timed(lambda: redactor.compare(first, second))
        other, _ = timed(theirs)
        redacted, _ = timed(lambda: redactor.redact(*first, Wishes(areas)))
    different = sum(not page.same for page in found)
    seconds = f"{took.clock:.2f} s; poppler {other.clock:.2f} s"
    print(f"compare of two contracts of {count} pages ({different} differs): {seconds}")
    print(f"  {took.clock / other.clock:.2f}x, bar 4x")
    cleaning = copies[0][0]
    print(f"redaction of 100 areas: {redacted.clock:.2f} s; cleaning {cleaning:.2f} s")
    print(f"  {redacted.clock / cleaning:.2f}x, bar 1.5x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exhibits", type=int, default=200)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--pages", type=int, default=20)
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="silbo-bench-") as place:
        dossier(Path(place), options.exhibits, options.megabytes)
        pages(Path(place), options.pages)


if __name__ == "__main__":
    main()
