"""`silbo scrub FILE... --out DIR [--json]`: the bot's own cleaning, alone, for people at a terminal.

The output names are numbers: a name says who took a picture and when as well as any tag does. Only the
report maps them to the inputs, so it is not for passing on.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.scrub.report import Refused
from bot.scrub.scrubber import Scrubber
from bot.scrub.wire import MAX_INPUT
from bot.scrub.zygote_process import ScrubberError

REMOVED_WORDS = {
    "place": "the place where it was taken",
    "device": "the device's make, model or serial number",
    "date": "dates and times",
    "author": "the author's or owner's name",
    "software": "the software's name",
    "comment": "a comment",
    "description": "a description or other text",
    "thumbnail": "a hidden small copy",
    "hidden_image": "a hidden second picture or video",
    "identifier": "an identifier",
    "maker_note": "the camera maker's notes",
    "color_profile": "a colour profile",
    "trailer": "bytes before the beginning or after the end",
    "other_metadata": "other metadata",
    "script": "scripts",
    "attachment": "attached files",
    "form": "form fields and what was filled in",
    "hidden_text": "text that isn't shown",
    "revision": "earlier versions of the document",
    "hidden_part": "hidden sheets, slides or rows",
    "tracked_change": "tracked changes",
    "template": "the template's name",
    "link": "links and paths to other files",
    "macro": "macros",
    "embedded_file": "files inside the document",
    "invisible_character": "invisible characters",
    "sender": "who sent and got the e-mail",
    "route": "the way that the e-mail took",
    "file_name": "file names",
    "style_name": "the names of styles",
}
NOTE_WORDS = {
    "frames_dropped": "only the first page or picture was kept",
    "depth_reduced": "16 bits a channel became 8",
    "rasterized": "now gray pictures of its pages, without searchable text",
    "resolution_reduced": "fewer than 150 dots an inch",
    "blank_page": "a page came out empty",
    "tracks_dropped": "only the first sound and video track was kept",
    "voice_remains": "a voice can still be recognised",
    "faces_remain": "faces and places can still be recognised",
    "picture_remains": "faces, screens, names, reflections and handwriting in it can still identify somebody",
    "document_remains": "what it says, and how few people had it, can still identify somebody",
    "writing_remains": "names in it and the way of writing can still identify somebody",
    "disguised": "the voice is disguised; a listener may still know it, and the way of speaking stays",
    "resolution_lowered": "made smaller and less sharp, as asked",
    "color_kept": "in colour, as asked; a printer's tracking dots may remain",
    "searchable_kept": "searchable, as asked; text under a black box may remain",
    "members_left_out": "files inside that could not be cleaned were left out",
    "converted": "turned into a PDF",
    "lossy_text": "some letters were replaced by plain ones",
}
REFUSED_WORDS = {
    "unsupported": "this kind of file can't be cleaned",
    "broken": "the file can't be read",
    "truncated": "the file is cut off",
    "mislabeled": "the file is not what it says it is",
    "bomb": "the file would take far more time or memory than any picture needs",
    "too_large": "the file is too large",
    "timeout": "cleaning took too long",
    "crashed": "the file made the cleaner crash",
    "unverified": "the cleaned copy didn't pass its check",
    "encrypted": "a password locks the document",
    "web_page": "web pages and drawings in SVG are not passed on; take a picture of the screen",
    "old_office": "an old kind of office document; save it as docx, xlsx or PDF first",
    "archive_kind": "this kind of archive can't be opened; use ZIP or take the files out",
    "unreadable": "the file can't be opened",
    "unwritable": "the clean copy can't be written",
}
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class _Line:
    """One input's fate. `output` is None when `refused` says why."""

    name: str
    output: str | None = None
    media_type: str | None = None
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str | None = None


def scrub_files(paths: Sequence[Path], out_dir: Path, *, as_json: bool) -> int:
    """Writes the copy of the first input as `0001.jpg` or `0001.png` into `out_dir`, and so on.

    Returns the exit status: 1 if any input has no clean copy. Never overwrites: numbering goes on after
    the highest number in the folder. `out_dir` is made, for its owner only, if it is absent.
    """
    try:
        out_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        print("silbo: the output folder can't be made.", file=sys.stderr)
        return 1
    try:
        lines, isolation = asyncio.run(_scrub_all(paths, out_dir))
    except ScrubberError as error:
        print(f"silbo: {error}.", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps({"files": [_as_json(line) for line in lines], "isolation": isolation}, indent=2))
    else:
        for line in lines:
            print(_sentence(line))
    return 1 if any(line.refused for line in lines) else 0


async def _scrub_all(paths: Sequence[Path], out_dir: Path) -> tuple[list[_Line], tuple[str, ...]]:
    first = await asyncio.to_thread(_first_free_number, out_dir)
    done = 0
    async with Scrubber(children=_AT_ONCE) as scrubber:
        if scrubber.missing_isolation:
            missing = ", ".join(scrubber.missing_isolation)
            print(
                f"silbo: this machine doesn't allow these parts of the isolation: {missing}.", file=sys.stderr
            )
        slots = asyncio.Semaphore(_AT_ONCE)  # also bounds how many files are in memory

        async def one(index: int, path: Path) -> _Line:
            nonlocal done
            async with slots:
                line = await _scrub_file(scrubber, path, out_dir / f"{first + index:04}")
            done += 1
            _progress(done, len(paths))
            return line

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(index, path)) for index, path in enumerate(paths)]
        return [task.result() for task in tasks], scrubber.isolation


async def _scrub_file(scrubber: Scrubber, path: Path, stem: Path) -> _Line:
    name = str(path)
    try:
        data = await asyncio.to_thread(_read, path)
    except OSError:
        return _Line(name, refused="unreadable")
    try:
        result = await scrubber.scrub(data) if data is not None else Refused("too_large")
    except ScrubberError:
        return _Line(name, refused="crashed")
    if isinstance(result, Refused):
        return _Line(name, refused=result.reason)
    output = stem.with_name(f"{stem.name}.{result.extension}")
    try:
        await asyncio.to_thread(_write_new, output, result.content)
    except OSError:
        return _Line(name, refused="unwritable")
    return _Line(name, output.name, result.media_type, result.removed, result.notes)


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


def _progress(done: int, total: int) -> None:
    """On a terminal only, on one line that the report then follows."""
    if total > 1 and sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} files", end=end, file=sys.stderr, flush=True)


def _sentence(line: _Line) -> str:
    name = shown(line.name)
    if line.refused:
        return f"{name}: no clean copy: {REFUSED_WORDS[line.refused]}."
    removed = ", ".join(REMOVED_WORDS[code] for code in line.removed) or "nothing was found"
    notes = "".join(f"; {NOTE_WORDS[code]}" for code in line.notes)
    return f"{name} -> {line.output}: removed: {removed}{notes}."


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
    }
