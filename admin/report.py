"""An opened drop as text for a terminal of 80 columns, and as JSON. Whatever a source wrote passes `display`.

Our own lines begin at the left margin; every line of a source's text begins with a bar.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from admin.display import PLAIN, Paint, visible, visible_lines
from admin.opening import Case, Entry
from crypto.item import Item

UNCLEANED_WARNING = "opening it can reveal or attack: open it only on this machine"

REMOVED = {
    "place": "the place it was taken",
    "device": "camera or phone",
    "date": "date and time",
    "author": "names of people",
    "software": "programs used",
    "comment": "comments",
    "description": "titles and descriptions",
    "thumbnail": "a hidden small picture",
    "hidden_image": "a hidden second picture",
    "identifier": "serial numbers and ids",
    "maker_note": "the maker's notes",
    "color_profile": "a colour profile",
    "text_chunk": "hidden text",
    "trailer": "bytes hidden after the end",
    "other_metadata": "other metadata",
    "script": "scripts",
    "attachment": "attached files",
    "form": "form fields and what was filled in",
    "hidden_text": "text that was not shown",
    "revision": "earlier versions of the document",
}
"""What each code of an item's `removed` means. A code that is not here is shown as it is."""

EXTENSIONS = {
    "text/plain": "txt",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/tiff": "tif",
    "image/bmp": "bmp",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
}
"""The only extensions that a file from a drop can get; the drop's own names and extensions are never used."""

_COLUMNS = 79
_LEAST_ROOM = 16


def file_name(entry: Entry, item: Item) -> str:
    """The name of an extracted item: its number, the warning if there is one, an extension from
    `EXTENSIONS`.
    """
    warning = "-UNCLEANED" if item.cleaning == "uncleaned" else ""
    return f"{entry.number:04d}{warning}.{EXTENSIONS.get(item.media_type, 'bin')}"


def render(
    case: Case,
    texts: Mapping[int, str],
    paint: Paint = PLAIN,
    *,
    names: bool = False,
    columns: int = _COLUMNS + 1,
) -> list[str]:
    """The whole drop, line by line. `texts` are the testimonies by item number; `names` adds the
    extracted files'; a line of a source's takes at most `columns`.
    """
    manifest = case.manifest
    answer = "a way" if manifest.mailbox is not None else "no way"
    lines = [
        paint.bold(f"Drop {case.drop.id}"),
        f"Sent {manifest.day}, exported {case.drop.day} in batch {case.drop.sequence}; {answer} to answer.",
        f"Desk {visible(manifest.desk)}, language {visible(manifest.language)}, "
        f"channel {visible(manifest.channel)}.",
        _verdict(case, paint),
        *(paint.alarm(textwrap.fill("! " + problem, _COLUMNS)) for problem in case.problems),
    ]
    for question, answered in sorted(manifest.answers.items()):
        lines += [
            "",
            paint.bold(visible(question.replace("_", " ").capitalize())),
            *quoted(answered, paint, columns),
        ]
    for entry in case.entries:
        lines += ["", *_entry(entry, texts, paint, names=names, columns=columns)]
    return lines


def quoted(untrusted_text: str, paint: Paint, columns: int) -> list[str]:
    """A source's text, a bar before each line, so that no line of it can pass for one of ours."""
    bar = paint.dim("|")
    lines = visible_lines(untrusted_text, paint, max(columns - 4, _LEAST_ROOM))
    return [f"{bar} {line}" for line in (lines if len(lines) == 1 or lines[-1] else lines[:-1])]


def _verdict(case: Case, paint: Paint) -> str:
    count = len(case.manifest.items)
    if case.intact:
        items = "1 item, verified" if count == 1 else f"{count} items, each verified"
        return paint.good(f"{items} to its last byte against the manifest.")
    return paint.alarm("This drop is not whole:")


def _entry(entry: Entry, texts: Mapping[int, str], paint: Paint, *, names: bool, columns: int) -> list[str]:
    item = entry.item
    if item is None:
        return [paint.bold(f"{entry.number:04d}") + "  " + paint.alarm("NOT OPENED")]
    label = {
        "text": "",
        "clean": paint.good("CLEAN"),
        "uncleaned": paint.alarm("UNCLEANED"),
    }[item.cleaning]
    title = f"{'text' if item.kind == 'text' else visible(item.media_type)}, {_size(item.size)}, {item.day}"
    lines = [f"{paint.bold(f'{entry.number:04d}')}  {title}{'  ' if label else ''}{label}"]
    if item.cleaning == "uncleaned":
        lines.append("      " + paint.alarm(UNCLEANED_WARNING[:1].upper() + UNCLEANED_WARNING[1:] + "."))
    if item.removed:
        lines += _wrapped("Removed: ", [REMOVED.get(code, visible(code)) for code in item.removed])
    elif item.cleaning == "clean":
        lines.append("      Nothing had to be removed.")
    if names:
        lines.append(f"      File: {file_name(entry, item)}")
    if item.kind == "text":
        text = texts.get(entry.number)
        lines += (
            ["      (Long text: 'extract' writes it to a file.)"]
            if text is None
            else quoted(text, paint, columns)
        )
    return lines


def _wrapped(head: str, words: list[str]) -> list[str]:
    """Comma-separated words behind `head`, in lines that fit a terminal."""
    lines, line = [], "      " + head
    for index, word in enumerate(words):
        piece = word + ("." if index == len(words) - 1 else ", ")
        if len(line) + len(piece.rstrip()) > _COLUMNS:
            lines.append(line.rstrip())
            line = " " * (6 + len(head))
        line += piece
    return [*lines, line]


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"


def as_json(case: Case) -> dict[str, object]:
    """The same for programs. Hashes are hex; `file` is None for an item that was not opened."""
    manifest = case.manifest
    return {
        "version": 1,
        "id": case.drop.id,
        "batch": case.drop.sequence,
        "exported": case.drop.day.isoformat(),
        "day": manifest.day.isoformat(),
        "desk": manifest.desk,
        "language": manifest.language,
        "channel": manifest.channel,
        "answers": dict(manifest.answers),
        "can_be_answered": manifest.mailbox is not None,
        "drop_sha256": case.drop.sha256.hex(),
        "problems": list(case.problems),
        "items": [_entry_json(entry) for entry in case.entries],
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    item = entry.item
    if item is None:
        return {"number": entry.number, "file": None, "problem": entry.problem}
    return {
        "number": entry.number,
        "file": file_name(entry, item),
        "kind": item.kind,
        "media_type": item.media_type,
        "day": item.day.isoformat(),
        "size": item.size,
        "sha256": item.sha256.hex(),
        "arrived_sha256": item.arrived_sha256.hex(),
        "cleaning": item.cleaning,
        "removed": list(item.removed),
    }
