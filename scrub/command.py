"""`silbo scrub FILE... --out DIR [--report json]`, or `python -m scrub`: the bot's cleaning, at a terminal.

A folder stands for all files below it, hidden ones too, in the order of their names; links are not followed.
The output names are numbers: a name says who took a picture and when as well as any tag does. Only the
report maps them to the inputs, so it is not for passing on.
"""

import argparse
import asyncio
import json
import os
import secrets
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from codes.marks import MARKS
from codes.notes import NOTES
from codes.reasons import REASONS
from codes.removed import REMOVED
from scrub.isolation.wire import MAX_INPUT, SEED_BYTES
from scrub.isolation.zygote_process import ScrubberError
from scrub.marks.found import Found, Mark
from scrub.ocr.data import can_read
from scrub.report import LETTERS, PDF_STYLES, Choices, Clean, Refused
from scrub.scrubber import Scrubber

_AT_ONCE = 2
_NOT_CLEANED = {
    "link": "a link, which is not followed",
    "empty_folder": "there is no file in this folder",
    "unreadable": "the file can't be opened",
    "unwritable": "the clean copy can't be written",
}
"""What keeps this command from a file, and says nothing of what is in it."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One input's fate. `output` is None when `refused` says why."""

    name: str
    output: str | None = None
    media_type: str | None = None
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str | None = None
    marks: tuple[Mark, ...] = ()
    looked_through: bool = True


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person asked for; everything is off unless asked. `pdf` is one of `PDF_STYLES`, `letters` of
    `LETTERS` or nothing.
    """

    disguise_voice: bool = False
    lower_resolution: bool = False
    pdf: str = "gray"
    letters: str = ""
    times: bool = False
    marks: bool = False
    retype: bool = False
    cover: bool = False
    read: bool = False

    def choices(self) -> Choices:
        """For one file: each voice is disguised by a seed of its own."""
        seed = secrets.token_bytes(SEED_BYTES) if self.disguise_voice else None
        return Choices(seed, self.lower_resolution, self.pdf, self.letters, self.times)


NOTHING_ASKED = Wishes()


def options(parser: argparse.ArgumentParser) -> None:
    """The files, where the copies go, and what may be asked for."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="or a folder, for all below it")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--report", choices=("text", "json"), default="text", help="for people or programs")
    parser.add_argument("--json", action="store_const", dest="report", const="json", help="--report json")
    parser.add_argument("--disguise-voice", action="store_true", help="voices are disguised, not hidden")
    parser.add_argument("--lower-resolution", action="store_true", help="less detail in pictures")
    parser.add_argument("--pdf", choices=PDF_STYLES, default="gray", help="how pages of PDFs are redrawn")
    parser.add_argument("--letters", choices=LETTERS, default="", help="how to read texts of old code pages")
    parser.add_argument("--chat-times", action="store_true", help="messages of chats keep their hours")
    parser.add_argument("--marks", action="store_true", help="look for what names the reader of a copy")
    parser.add_argument("--cover", action="store_true", help="cover what of that is words or codes")
    parser.add_argument(
        "--read-pictures", action="store_true", help="with --marks or --cover: words in pictures, too"
    )
    parser.add_argument(
        "--retype", action="store_true", help="keep words and tables alone, set anew as a PDF"
    )


def run(options: argparse.Namespace) -> int:
    """Clean what the options name; return the exit status."""
    wishes = Wishes(
        options.disguise_voice,
        options.lower_resolution,
        options.pdf,
        options.letters,
        options.chat_times,
        options.marks,
        options.retype,
        options.cover,
        options.read_pictures,
    )
    if options.read_pictures and not can_read():
        print("silbo: this machine can't read words in pictures; see docs/marks.md.", file=sys.stderr)
    return scrub_files(options.files, options.out, as_json=options.report == "json", wishes=wishes)


def scrub_files(
    paths: Sequence[Path], out_dir: Path, *, as_json: bool, wishes: Wishes = NOTHING_ASKED
) -> int:
    """Writes the copy of the first file as `0001.jpg` (or as its type is) into `out_dir`, and so on.

    Returns the exit status: 1 if any file has no clean copy. Never overwrites: numbering goes on after
    the highest number in the folder. `out_dir` is made, for its owner only, if it is absent.
    """
    try:
        out_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        print("silbo: the output folder can't be made.", file=sys.stderr)
        return 1
    found = [line for path in paths for line in _below(path, out_dir)]
    try:
        first = _first_free_number(out_dir)
    except OSError:
        print("silbo: the output folder can't be read.", file=sys.stderr)
        return 1
    try:
        lines, isolation = asyncio.run(_scrub_all(found, out_dir, first, wishes))
    except ScrubberError as error:
        print(f"silbo: {error}.", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps({"files": [_as_json(line) for line in lines], "isolation": isolation}, indent=2))
    else:
        print("\n".join([*(_sentence(line) for line in lines), *_summary(lines)]))
    return 1 if any(line.refused for line in lines) else 0


def _below(path: Path, out_dir: Path) -> Iterator[_Line]:
    """The file itself, or every file of a folder; what was cleaned before is not cleaned again."""
    if not os.path.isdir(path):
        yield _Line(str(path))
        return
    nothing = True
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not _same(Path(folder, name), out_dir))
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted(names + links):
            nothing = False
            inside = Path(folder, name)
            yield _Line(str(inside), refused="link" if inside.is_symlink() else None)
    # What can't be looked into must not be taken for empty, or for cleaned.
    yield from (_Line(str(error.filename), refused="unreadable") for error in closed)
    if nothing and not closed:
        yield _Line(str(path), refused="empty_folder")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


async def _scrub_all(
    found: Sequence[_Line], out_dir: Path, first: int, wishes: Wishes
) -> tuple[list[_Line], tuple[str, ...]]:
    async with Scrubber(children=_AT_ONCE) as scrubber, _Progress(len(found)).shown() as progress:
        if scrubber.missing_isolation:
            missing = ", ".join(scrubber.missing_isolation)
            print(
                f"silbo: this machine doesn't allow these parts of the isolation: {missing}.", file=sys.stderr
            )
        slots = asyncio.Semaphore(_AT_ONCE)  # also bounds how many files are in memory

        async def one(index: int, line: _Line) -> _Line:
            async with slots:
                if line.refused is None:
                    stem = out_dir / f"{first + index:04}"
                    line = await _scrub_file(scrubber, line, stem, wishes)
            progress.done += 1
            return line

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(index, line)) for index, line in enumerate(found)]
        return [task.result() for task in tasks], scrubber.isolation


async def _scrub_file(scrubber: Scrubber, line: _Line, stem: Path, wishes: Wishes) -> _Line:
    try:
        data = await asyncio.to_thread(_read, Path(line.name))
    except OSError:
        return replace(line, refused="unreadable")
    try:
        if data is None:
            return replace(line, refused="too_large")
        result, found = await _copy(scrubber, data, wishes)
    except ScrubberError:
        return replace(line, refused="crashed")
    if isinstance(result, Refused):
        return replace(line, refused=result.reason)
    output = stem.with_name(f"{stem.name}.{result.extension}")
    try:
        await asyncio.to_thread(_write_new, output, result.content)
    except OSError:
        return replace(line, refused="unwritable")
    marks, complete = found.marks, found.complete
    return _Line(
        line.name, output.name, result.media_type, result.removed, result.notes, None, marks, complete
    )


async def _copy(scrubber: Scrubber, data: bytes, wishes: Wishes) -> tuple[Clean | Refused, Found]:
    """The copy, and what in it names its reader where that was asked. Raises ScrubberError."""
    read = wishes.read and not wishes.retype
    if wishes.marks and not wishes.retype and not wishes.cover:
        clean, found = await scrubber.searched(data, wishes.choices())
        return clean, await scrubber.read(clean, found) if read and isinstance(clean, Clean) else found
    if wishes.retype:
        result = await scrubber.retype(data, wishes.choices())
    else:
        result = await scrubber.scrub(data, wishes.choices())
    if isinstance(result, Refused) or not (wishes.marks or wishes.cover):
        return result, Found()
    data = result.content if wishes.retype else data
    if wishes.cover and (covered := await scrubber.cover(result, data, read=read)) is not None:
        return covered
    return result, await scrubber.marks(result, data)


def _read(path: Path) -> bytes | None:
    """None for a file that is too large to be looked at. Raises OSError, also for what is no regular file."""
    if not path.is_file():
        raise FileNotFoundError
    return path.read_bytes() if path.stat().st_size <= MAX_INPUT else None


def _write_new(path: Path, content: bytes) -> None:
    """Synced to the disk before it is told. Raises FileExistsError rather than overwrite, and leaves no
    half file.
    """
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise


def _first_free_number(folder: Path) -> int:
    """One more than the highest number in use, so that a folder can take several runs."""
    stems = [entry.stem for entry in folder.iterdir()]
    return 1 + max((int(stem) for stem in stems if stem.isdecimal() and len(stem) <= 9), default=0)


@dataclass(slots=True)
class _Progress:
    """How many files are done, on one line of a terminal that the report then follows; no terminal, nothing.

    The seconds go on while one file takes long, so that a person sees that something happens.
    """

    total: int
    done: int = 0

    @asynccontextmanager
    async def shown(self) -> AsyncIterator["_Progress"]:
        if not sys.stderr.isatty():
            yield self
            return
        ticking = asyncio.create_task(self._tick())
        try:
            yield self
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            self._print("\n")

    async def _tick(self) -> None:
        for seconds in range(1, 1 << 30):
            await asyncio.sleep(1)
            self._print(f", {seconds} s")

    def _print(self, end: str) -> None:
        files = "1 file" if self.total == 1 else f"{self.total} files"
        print(f"\r\x1b[K{self.done} of {files}", end=end, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class _Fact:
    """One row of the report. `what`: removed, changed, remains or refused; `english` is the code's."""

    what: str
    code: str
    english: str


def _facts(line: _Line) -> list[_Fact]:
    """What was done to one input, and what no program can do."""
    if line.refused:
        return [_Fact("refused", line.refused, _why(line.refused))]
    notes = [("remains" if NOTES[code].remains else "changed", code) for code in line.notes]
    return [
        *(_Fact("removed", code, REMOVED[code]) for code in line.removed),
        *(_Fact(what, code, NOTES[code].english) for what, code in notes),
    ]


def _sentence(line: _Line) -> str:
    name, facts = shown(line.name), _facts(line)
    if line.refused:
        return f"{name}: no clean copy: {facts[0].english}."
    removed = ", ".join(fact.english for fact in facts if fact.what == "removed") or "nothing was found"
    changed = "".join(f"; {fact.english}" for fact in facts if fact.what == "changed")
    marks = "".join(f"\n  look at {_place(mark)}: {MARKS[mark.kind]}{_quoted(mark)}" for mark in line.marks)
    rest = (
        "" if line.looked_through else "\n  not all of it could be looked through for what names its reader"
    )
    return f"{name} -> {line.output}: removed: {removed}{changed}.{marks}{rest}"


def _place(mark: Mark) -> str:
    inside = f"file {mark.part} inside it" if mark.part else ""
    where = f"page {mark.page}" if mark.page else f"line {mark.line}" if mark.line else ""
    return ", ".join(each for each in (inside, where) if each) or "all of it"


def _quoted(mark: Mark) -> str:
    return f' ("{shown(mark.words)}")' if mark.words else ""


def _why(refused: str) -> str:
    if refused in _NOT_CLEANED:
        return _NOT_CLEANED[refused]
    reason = REASONS[refused]
    return f"{reason.english}; {reason.advice}" if reason.advice else reason.english


def _summary(lines: Sequence[_Line]) -> list[str]:
    """What only a person can judge, each kind once with its files counted; then how many were refused."""
    remains = Counter(code for line in lines for code in line.notes if NOTES[code].remains)
    told = [f"  {_files(remains[code])}: {NOTES[code].english}" for code in NOTES if code in remains]
    refused = sum(line.refused is not None for line in lines)
    summary = ["", "What no program can take out, so look at each file before you pass it on:", *told]
    ending = [f"No clean copy: {refused} of {_files(len(lines))}."] if refused and len(lines) > 1 else []
    return (summary if told else []) + ending


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def shown(name: str) -> str:
    """A name from outside, safe on a terminal: what isn't printable (escapes, bidi marks) becomes its
    code.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in name
    )


def _as_json(line: _Line) -> dict[str, object]:
    return {
        "input": line.name,
        "output": line.output,
        "media_type": line.media_type,
        "removed": line.removed,
        "notes": line.notes,
        "refused": line.refused,
        "facts": [asdict(fact) for fact in _facts(line)],
        "marks": [asdict(mark) for mark in line.marks],
    }
