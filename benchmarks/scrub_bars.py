"""Speed and memory of cleaning beside the bars that were set for it: each figure is printed next to its bar.

    python -m benchmarks.scrub_bars --old DIR                    all of them
    python -m benchmarks.scrub_bars --old DIR photos isolation   some

A line for each bar: the figure, the bar, "met" or "MISSED", and what else belongs to it; at the end how many
were missed. What fails is told and counted, and the others go on.

`--old`: a checkout of 956e56d that runs, with its `.venv`. `--mat2`: a Python that has mat2 (0.15 is on PyPI,
and needs Debian's python3-gi: `venv --system-site-packages`; default: Debian's). `--exiftool`: exiftool 13
(npm: exiftool-vendored.pl). Their versions are told first. Both builds take turns, one file after the
other, and the least time of each counts; each engine is started with the settings of its allocator that its
own processes have. Processor seconds are those of all threads and children; where a bar is about waiting, the
clock is told too: those bars need two processors that nobody else uses. What libjpeg and littlecms alone
take, as Pillow calls them, stands beside as the floor.
"""

import argparse
import base64
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy

from benchmarks import scrub as made
from benchmarks.third_party import fetch, samples
from scrub import engine
from scrub.isolation.zygote_process import ENVIRONMENT

_HERE = Path(__file__).resolve().parents[1]
_WORKER = """
import asyncio, base64, importlib, json, os, resource, sys, time
prefix = "" if os.path.isdir(os.path.join(os.getcwd(), "scrub")) else "bot."
engine, verify, scrubber = (
    importlib.import_module(prefix + name) for name in ("scrub.engine", "scrub.verify", "scrub.scrubber")
)
getattr(engine, "load", lambda: None)()
TICK = os.sysconf("SC_CLK_TCK")

def below():
    stats, children, own = {}, {}, os.getpid()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            text = open(f"/proc/{name}/stat").read()
        except OSError:
            continue
        fields = text[text.rindex(")") + 2:].split()
        stats[int(name)] = sum(map(int, fields[11:15])) / TICK
        children.setdefault(int(fields[1]), []).append(int(name))
    total, waiting = 0.0, list(children.get(own, ()))
    while waiting:
        process = waiting.pop()
        total += stats[process]
        waiting += children.get(process, ())
    return total + time.process_time()

def used():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime

def in_process(data):
    result = engine.scrub(data)
    verify.verify(result.content, result.media_type)
    return result.content

async def main():
    kept = None
    for line in sys.stdin:
        how, times, *paths = json.loads(line)
        files = [open(path, "rb").read() for path in paths]
        if how == "engine":
            clock, processor = time.perf_counter(), used()
            for _ in range(times):
                copies = [in_process(data) for data in files]
            spent = time.perf_counter() - clock, used() - processor
        else:
            if kept is None:
                kept = scrubber.Scrubber(children=1, office_to_pdf=False)
                await kept.__aenter__()
            clock, processor = time.perf_counter(), below()
            for _ in range(times):
                copies = [(await kept.scrub(data)).content for data in files]
            spent = time.perf_counter() - clock, below() - processor
        count = times * len(files)
        first = base64.b64encode(copies[0]).decode()
        print(json.dumps([*(each / count for each in spent), first]), flush=True)
    if kept is not None:
        await kept.__aexit__(None, None, None)

asyncio.run(main())
"""
_TREE = """
import asyncio, importlib, os, sys, threading
prefix = "" if os.path.isdir(os.path.join(os.getcwd(), "scrub")) else "bot."
scrubber = importlib.import_module(prefix + "scrub.scrubber")

def tree():
    total, waiting = 0, [os.getpid()]
    while waiting:
        one = waiting.pop()
        try:
            told = open(f"/proc/{one}/smaps_rollup").read()
            waiting += map(int, open(f"/proc/{one}/task/{one}/children").read().split())
        except OSError:
            continue
        total += int(told.split("Pss:")[1].split()[0]) * 1024 if "Pss:" in told else 0
    return total

async def main():
    data, most, ended = open(sys.argv[1], "rb").read(), [0], threading.Event()

    def look():
        while not ended.is_set():
            most[0] = max(most[0], tree())

    async with scrubber.Scrubber(children=1, office_to_pdf=False) as kept:
        await kept.scrub(data)
        await asyncio.sleep(1)
        rest = tree()
        watch = threading.Thread(target=look)
        watch.start()
        for _ in range(5):
            assert hasattr(await kept.scrub(data), "content")
        ended.set()
        watch.join()
    print(rest, most[0])

asyncio.run(main())
"""
_MAT2 = """
import json, sys, time, resource
from libmat2 import parser_factory
def used():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
for line in sys.stdin:
    _, times, *paths = json.loads(line)
    clock, processor = time.perf_counter(), used()
    for _ in range(times):
        for path in paths:
            parser, _ = parser_factory.get_parser(path)
            parser.output_filename = path + ".mat2"
            assert parser.remove_all()
    spent = time.perf_counter() - clock, used() - processor
    print(json.dumps([*(each / times / len(paths) for each in spent), ""]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds a file: by the clock, and of processors; and the first copy."""

    clock: float = math.inf
    processor: float = math.inf
    copy: bytes = b""

    def least(self, other: "Spent") -> "Spent":
        """Of each the smaller."""
        return Spent(min(self.clock, other.clock), min(self.processor, other.processor), other.copy)


class Worker:
    """A process that holds one program and cleans what it is told to."""

    def __init__(self, python: str, script: str, folder: Path) -> None:
        environment = dict(os.environ)
        if script is _WORKER:
            arenas = {} if folder == _HERE else {"MALLOC_ARENA_MAX": "2"}
            environment |= {**ENVIRONMENT, **arenas, "PYTHONPATH": str(folder)}
        self._process = subprocess.Popen(
            [python, "-P", "-c", script],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, how: str, times: int, *paths: Path) -> Spent:
        """`how`: engine, or processes. Raises RuntimeError when it can't."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([how, times, *map(str, paths)]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a process of the benchmark ended")
        clock, processor, copy = json.loads(line)
        return Spent(clock, processor, base64.b64decode(copy))

    def end(self) -> None:
        """It is waited for, half a minute."""
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()


def in_turn(turns: int, *acts: Callable[[], Spent]) -> list[Spent]:
    """The least of each, one after the other, again and again: other work only ever makes it slower."""
    best = [act() for act in acts]
    for _ in range(turns - 1):
        best = [old.least(act()) for old, act in zip(best, acts, strict=True)]
    return best


_told: list[bool] = []
"""Of each bar, whether it was met."""


def bar(label: str, ratio: float, limit: float, *, least: bool, more: str = "") -> None:
    """One line: the ratio, the bar, and whether it is met."""
    met = ratio >= limit if least else ratio <= limit
    side = "at least" if least else "at most"
    _told.append(met)
    print(f"{label}: {ratio:.2f}x, bar {side} {limit}x, {'met' if met else 'MISSED'}{more}", flush=True)


def timed(act: Callable[[], object]) -> Spent:
    """In this process, or in children that end."""
    clock, before = time.perf_counter(), os.times()
    act()
    after = os.times()
    return Spent(time.perf_counter() - clock, sum(after[:4]) - sum(before[:4]))


def program(*command: str | Path) -> Callable[[], Spent]:
    """A whole command, started for one file."""
    return lambda: timed(lambda: subprocess.run(command, capture_output=True, check=True))


class Bars:
    """What is measured; each method prints its lines."""

    def __init__(self, old: Path | None, mat2: str, exiftool: str, turns: int, folder: Path) -> None:
        self._turns, self._folder, self._old_folder = turns, folder, old
        self._mat2_python, self._exiftool = mat2, exiftool
        self._ours = Worker(sys.executable, _WORKER, _HERE)
        self._old = None if old is None else Worker(str(old / ".venv/bin/python"), _WORKER, old)
        self._mat2: Worker | None = None

    def end(self) -> None:
        """All processes."""
        for worker in (self._ours, self._old, self._mat2):
            if worker is not None:
                worker.end()

    def _file(self, name: str, data: bytes) -> Path:
        path = self._folder / name
        path.write_bytes(data)
        return path

    def photos(self) -> None:
        """12 megapixels with a colour profile and without, beside mat2, exiftool and the bare calls."""
        self._mat2 = self._mat2 or Worker(self._mat2_python, _MAT2, self._folder)
        command = Path(self._mat2_python).with_name("mat2")
        picture = made.make_photo((4000, 3000), 1)
        profile = {"icc_profile": made.wide_profile()}
        for label, options, library, whole in (("with", profile, 1.4, 2.5), ("without", {}, 2.2, 3.5)):
            path = self._file(f"{label}.jpg", made.encoded(picture, **options))
            data, stripped = path.read_bytes(), path.with_suffix(".exiftool.jpg")
            mat2, floor, engine, apart, by_command, exiftool = in_turn(
                self._turns,
                lambda path=path: self._mat2("engine", 1, path),  # type: ignore[misc]
                lambda data=data: timed(lambda: made.floor(data)),  # type: ignore[misc]
                lambda path=path: self._ours("engine", 1, path),  # type: ignore[misc]
                lambda path=path: self._ours("processes", 1, path),  # type: ignore[misc]
                program(self._mat2_python, command, path),
                program(self._exiftool, "-q", "-all=", "-o", "-", path),
            )
            stripped.unlink(missing_ok=True)
            for name, peer, limit in (("library", mat2, library), ("command", by_command, whole)):
                more = f" (processor {peer.processor / engine.processor:.2f}x; the floor's"
                more += (
                    f" {peer.clock / floor.clock:.2f}x, processor {peer.processor / floor.processor:.2f}x)"
                )
                bar(
                    f"photo {label} ICC, mat2's {name}",
                    peer.clock / engine.clock,
                    limit,
                    least=True,
                    more=more,
                )
            more = f" (processor {engine.processor / apart.processor:.2f}x)"
            bar(f"photo {label} ICC, processes", engine.clock / apart.clock, 0.75, least=True, more=more)
            print(f"  ms: engine {1000 * engine.clock:.0f}, processes {1000 * apart.clock:.0f}, ", end="")
            print(f"floor {1000 * floor.clock:.0f}, mat2 {1000 * mat2.clock:.0f}, ", end="")
            print(f"exiftool (packs nothing anew) {1000 * exiftool.clock:.0f}", flush=True)

    def _both(self, times: int, path: Path, how: str = "engine") -> tuple[Spent, Spent]:
        if self._old is None:
            raise RuntimeError("--old is needed for this")
        old = self._old
        ours, theirs = in_turn(
            self._turns, lambda: self._ours(how, times, path), lambda: old(how, times, path)
        )
        return ours, theirs

    def isolation(self) -> None:
        """Milliseconds that the processes take on top of the engine, a small picture each."""
        path = self._file("small.jpg", made.encoded(made.make_photo((320, 240), 3)))
        ours, theirs = self._both(40, path)
        ours_apart, theirs_apart = self._both(40, path, "processes")
        mine, old = ours_apart.clock - ours.clock, theirs_apart.clock - theirs.clock
        processor = ours_apart.processor - ours.processor, theirs_apart.processor - theirs.processor
        more = f" ({1000 * mine:.1f} ms; processor {processor[0] / processor[1]:.2f}x,"
        bar("isolation", mine / old, 0.5, least=False, more=f"{more} {1000 * processor[0]:.1f} ms)")

    def album(self) -> None:
        """Twenty photos of 12 megapixels at once: the worst acknowledgement, of many chats and of one."""
        if self._old_folder is None:
            raise RuntimeError("--old is needed for this")
        script = _HERE / "benchmarks/album.py"
        best: dict[Path, list[float]] = {}
        for _ in range(max(1, self._turns // 2)):
            for folder in (_HERE, self._old_folder):
                python = str(folder / ".venv/bin/python") if folder != _HERE else sys.executable
                environment = {**os.environ, "PYTHONPATH": str(folder)}
                run = subprocess.run(
                    [python, "-P", script],
                    cwd=folder,
                    env=environment,
                    capture_output=True,
                    text=True,
                    check=True,
                )
                said = run.stdout.replace(":", " ").replace(",", " ").split()
                seconds = [float(said[said.index("worst") + 1]), float(said[-2])]
                best[folder] = [*map(min, seconds, best.get(folder, seconds))]
        photo = made.encoded(made.make_photo((4000, 3000), 1), icc_profile=made.wide_profile())
        bare = in_turn(self._turns, lambda: timed(lambda: made.floor(photo)))[0]
        floor = 20 * bare.processor / min(2, os.cpu_count() or 1)
        for at, label in enumerate(("twenty chats", "one chat")):
            ours, theirs = best[_HERE][at], best[self._old_folder][at]
            more = (
                f" ({ours:.1f} s; 956e56d {theirs:.1f} s; codec and colours alone on two cores {floor:.1f} s)"
            )
            bar(f"20 photos, {label}", ours / theirs, 0.5, least=False, more=more)

    def office(self) -> None:
        """The first samples of other libraries that both builds clean."""
        cache = self._folder.parent / "silbo-samples"
        cache.mkdir(exist_ok=True)
        wanted = {"docx": 2.5, "xlsx": 1.0, "ods": 1.0, "odt": 1.0, "pptx": 1.0}
        for package in ("python-docx", "python-pptx", "odfpy", "python-calamine"):
            if not wanted:
                break
            for name, data in self._first(samples(fetch(package, cache), "office"), wanted):
                kind = name.rpartition(".")[2]
                limit = wanted.pop(kind)
                ours, theirs = self._both(5, self._file(f"document.{kind}", data))
                more = f" ({1000 * ours.processor:.1f} ms, 956e56d {1000 * theirs.processor:.1f} ms;"
                more += f" {Path(name).name})"
                bar(f"{kind}, speed", theirs.processor / ours.processor, limit, least=True, more=more)

    def _first(
        self, found: Iterator[tuple[str, bytes]], wanted: dict[str, float]
    ) -> Iterator[tuple[str, bytes]]:
        for name, data in found:
            if name.rpartition(".")[2] not in wanted or made.engine_fate(data) is None:
                continue
            path = self._file(f"try.{name.rpartition('.')[2]}", data)
            script = "import importlib, sys\nprefix = sys.argv[1]\n"
            script += "importlib.import_module(prefix + 'scrub.engine').scrub(sys.stdin.buffer.read())"
            assert self._old_folder is not None
            run = subprocess.run(
                [self._old_folder / ".venv/bin/python", "-P", "-c", script, "bot."],
                cwd=self._old_folder,
                env={**os.environ, "PYTHONPATH": str(self._old_folder)},
                input=path.read_bytes(),
                capture_output=True,
                check=False,
            )
            if run.returncode == 0:
                yield name, data

    def video(self) -> None:
        """Encoded anew: the speed, and how like the input both copies are."""
        path = self._file("video.mp4", made.make_video(6, "mpeg4", "mp4"))
        ours, theirs = self._both(1, path)
        alike = [similarity(path.read_bytes(), each.copy) for each in (ours, theirs)]
        more = (
            f" (processor {theirs.processor / ours.processor:.2f}x; SSIM {alike[0]:.4f} and {alike[1]:.4f},"
        )
        more += f" size {len(ours.copy) / len(theirs.copy):.3f}x;"
        floor = min(coding(path.read_bytes()) for _ in range(self._turns))
        more += f" FFmpeg's own calls: processor {theirs.processor / floor:.2f}x, on two cores twice that)"
        bar("video, speed", theirs.clock / ours.clock, 2.0, least=True, more=more)

    def pdf(self) -> None:
        """Nine annotations a page beside none."""
        engine.load()
        plain, marked = made.processor_seconds(made.make_document(8), made.make_document(8, marked=True))
        bar("PDF with annotations, time", marked / plain, 1.3, least=False)

    def memory(self) -> None:
        """Of a child that cleans one file."""
        photo = made.make_photo((4000, 3000), 1)
        rows = [("photo", made.encoded(photo))]
        rows.append(("photo with ICC", made.encoded(photo, icc_profile=made.wide_profile())))
        rows += [
            ("PDF", made.make_document(8)),
            ("PDF with annotations", made.make_document(8, marked=True)),
        ]
        rows += [("sound", made.make_sound(60)), ("video", made.make_video(4, "mpeg4", "mp4"))]
        for label, data in rows:
            both = [min(made.peak_and_own(data, old) for _ in range(2)) for old in (None, self._old_folder)]
            (ours, own), (theirs, old_own) = both
            more = f" ({ours / 1e6:.0f} MB; what the child doesn't share with its zygote from the start:"
            more += f" {own / 1e6:.0f} MB, {own / max(old_own, 1):.2f}x)"
            bar(f"memory, {label}", ours / theirs, 1.0, least=False, more=more)
        self._trees(rows)

    def _trees(self, rows: list[tuple[str, bytes]]) -> None:
        """What a machine needs for all processes together, a shared page once, while one file is cleaned: the
        processes at rest, and what the child adds. The least of what is told, since other work adds to it.
        """
        for label, data in rows:
            path = self._file("for-a-tree", data)
            found = []
            for folder in (_HERE, self._old_folder or _HERE):
                python = sys.executable if folder == _HERE else str(folder / ".venv/bin/python")
                run = subprocess.run(
                    [python, "-P", "-c", _TREE, path],
                    cwd=folder,
                    env={**os.environ, "PYTHONPATH": str(folder)},
                    capture_output=True,
                    text=True,
                    check=True,
                )
                found.append([int(each) / 1e6 for each in run.stdout.split()])
            (rest, peak), (old_rest, old_peak) = found
            more = f" ({peak:.0f} MB, {old_peak:.0f} MB; at rest {rest:.0f} and {old_rest:.0f} MB)"
            bar(f"memory of all processes, {label}", peak / old_peak, 1.0, least=False, more=more)


def coding(data: bytes) -> float:
    """Seconds of processor that a film takes to be decoded and encoded with the settings of `scrub.media`."""
    before = time.process_time()
    with av.open(io.BytesIO(data), "r") as film:
        first = film.streams.video[0]
        first.codec_context.thread_count = 1
        encoder = av.CodecContext.create("libx264", "w")
        encoder.width, encoder.height, encoder.pix_fmt = first.width, first.height, "yuv420p"
        encoder.time_base, encoder.thread_count = Fraction(1, 90_000), 1
        encoder.options = {"preset": "superfast", "crf": "22.3", "bf": "2", "threads": "1"}
        for frame in film.decode(first):
            frame.pict_type = av.video.frame.PictureType.NONE
            frame.pts, frame.time_base = int((frame.time or 0) * 90_000), encoder.time_base
            encoder.encode(frame)
        encoder.encode(None)
    return time.process_time() - before


def similarity(one: bytes, other: bytes) -> float:
    """SSIM of the gray pictures of two videos, over blocks of eight by eight."""
    with av.open(io.BytesIO(one), "r") as first, av.open(io.BytesIO(other), "r") as second:
        pairs = zip(first.decode(video=0), second.decode(video=0), strict=False)
        values = [_alike(*(frame.to_ndarray(format="gray") for frame in pair)) for pair in pairs]
    return sum(values) / len(values)


def _alike(one: numpy.ndarray, other: numpy.ndarray) -> float:
    """Wang et al. 2004, with flat windows."""
    blocks = [
        each.astype(float).reshape(each.shape[0] // 8, 8, each.shape[1] // 8, 8).swapaxes(1, 2)
        for each in (one, other)
    ]
    means = [each.mean((2, 3)) for each in blocks]
    both = (blocks[0] * blocks[1]).mean((2, 3)) - means[0] * means[1]
    spread = sum(each.var((2, 3)) for each in blocks)
    light = (2 * means[0] * means[1] + 6.5025) / (means[0] ** 2 + means[1] ** 2 + 6.5025)
    return float((light * (2 * both + 58.5225) / (spread + 58.5225)).mean())


def main() -> None:
    """All, or those that are named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ("photos", "isolation", "album", "office", "video", "pdf", "memory")
    parser.add_argument("what", nargs="*", choices=[[], *names])
    parser.add_argument("--old", type=lambda text: Path(text).resolve())
    parser.add_argument("--mat2", default="/usr/bin/python3")
    parser.add_argument("--exiftool", default="exiftool")
    parser.add_argument("--turns", type=int, default=5)
    arguments = parser.parse_args()
    command = str(Path(arguments.mat2).with_name("mat2"))
    for peer in ([command, "--version"], [arguments.exiftool, "-ver"]):
        said = subprocess.run(peer, capture_output=True, text=True, check=False).stdout.split()
        print(f"{Path(peer[0]).name} {said[-1] if said else '(none)'}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        bars = Bars(arguments.old, arguments.mat2, arguments.exiftool, arguments.turns, Path(folder))
        failed = 0
        try:
            for name in arguments.what or names:
                began = time.perf_counter()
                try:
                    getattr(bars, name)()
                except Exception as error:  # one bar that can't be measured costs no other
                    failed += 1
                    print(f"{name}: not measured ({type(error).__name__}: {error})", flush=True)
                print(f"  {name}: {time.perf_counter() - began:.0f} s", flush=True)
        finally:
            bars.end()
    print(f"{len(_told)} bars, {_told.count(False)} missed, {failed} groups not measured")


if __name__ == "__main__":
    main()
