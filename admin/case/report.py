"""An opened drop as text for a terminal of 80 columns, and as JSON. Whatever a source wrote passes `display`.

Our own lines begin at the left margin; every line of a source's text begins with a bar.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from admin.case import codes
from admin.case.filenames import extension, file_name, sealed_name
from admin.case.opening import Case, Entry
from admin.display import PLAIN, Paint, visible, visible_lines
from admin.words import in_english, mark, tr, trn
from codes.removed import REMOVED
from crypto.item import Item
from crypto.manifest import Manifest

_UNTOUCHED_WARNING = mark("Opening it can reveal or attack: open it only on this machine.")
_UNCHECKED_WARNING = mark("Clean, says the source's own device. Nobody checked it.")

_COLUMNS = 79
_LEAST_ROOM = 16
_INDENT = " " * 6
_LONGEST_TYPE = 36


def render(
    case: Case,
    texts: Mapping[int, str],
    paint: Paint = PLAIN,
    *,
    names: bool = False,
    hashes: bool = False,
    columns: int = _COLUMNS + 1,
    problems: Sequence[str] = (),
) -> list[str]:
    """The whole drop, line by line. `texts` are the testimonies by item number; `names` adds the
    extracted files', `hashes` those of contents; a line of a source's takes at most `columns`. `problems`
    are those of a drop's parcels.
    """
    manifest = case.manifest
    answer = tr("a way to answer") if manifest.mailbox is not None else tr("no way to answer")
    title = tr("Drop {id}", id=case.drop.id)
    when = tr(", exported {day} in batch {sequence}", day=case.drop.day, sequence=case.drop.sequence)
    if case.parcel:
        title, when = tr("Parcel {id}, sealed by the source", id=case.drop.id), ""
    lines = [
        paint.bold(title),
        tr("Sent {day}{when}; {answer}.", day=manifest.day, when=when, answer=answer),
        tr(
            "Desk {desk}, language {language}, channel {channel}.",
            desk=visible(manifest.desk),
            language=visible(manifest.language),
            channel=visible(case.channel),
        ),
        *_thread(case, paint),
        _verdict(case, paint),
        *(paint.alarm(textwrap.fill("! " + problem, _COLUMNS)) for problem in (*case.problems, *problems)),
    ]
    lines += answer_lines(manifest, paint, columns)
    for entry in case.entries:
        lines += ["", *entry_lines(case, entry, texts, paint, names=names, columns=columns)]
        if hashes and entry.item is not None:
            lines += [_INDENT + tr("SHA-256:"), f"      {entry.item.sha256.hex()}"]
            if (arrived := entry.item.arrived_sha256) is not None:
                lines += [_INDENT + tr("SHA-256 of what arrived:"), f"      {arrived.hex()}"]
    if manifest.refused:
        lines += ["", *refused_lines(manifest.refused, paint)]
    return lines


def answer_lines(manifest: Manifest, paint: Paint, columns: int) -> list[str]:
    """What the source answered to the desk's questions, an empty line before each."""
    lines = []
    for question, answered in sorted(manifest.answers.items()):
        lines += [
            "",
            paint.bold(visible(question.replace("_", " ").capitalize())),
            *quoted(answered, paint, columns),
        ]
    return lines


def _thread(case: Case, paint: Paint) -> list[str]:
    """Which reply the source answers; which drops it asks to forget, and whether it may."""
    manifest = case.manifest
    lines = []
    if manifest.in_reply_to is not None:
        lines.append(tr("It answers reply {number} to this source.", number=manifest.in_reply_to))
    if manifest.withdraws:
        lines.append(tr("The source asks that you forget:"))
    for drop in manifest.withdraws:
        match case.same_source.get(drop):
            case True:
                told = tr("from the same codename")
            case False:
                told = paint.alarm(tr("NOT FROM THIS CODENAME: it does not count"))
            case None:
                told = tr("not here, or closed: can't be checked")
        lines.append(f"  {drop} {told}")
    return lines


def refused_lines(refused: Sequence[str], paint: Paint) -> list[str]:
    """How many files the desk did not take, and why."""
    words = Counter(codes.in_words(refused, codes.REFUSED))
    reasons = [
        reason if number == 1 else trn("{reason} ({n} file)", "{reason} ({n} files)", number, reason=reason)
        for reason, number in words.items()
    ]
    return [
        paint.bold(
            trn(
                "Not taken: {n} file that the source sent",
                "Not taken: {n} files that the source sent",
                len(refused),
            )
        ),
        *_wrapped(tr("Because: {words}."), reasons),
    ]


def quoted(untrusted_text: str, paint: Paint, columns: int) -> list[str]:
    """A source's text, a bar before each line, so that no line of it can pass for one of ours."""
    bar = paint.dim("|")
    lines = visible_lines(untrusted_text, paint, max(columns - 4, _LEAST_ROOM))
    return [f"{bar} {line}" for line in (lines if len(lines) == 1 or lines[-1] else lines[:-1])]


def _verdict(case: Case, paint: Paint) -> str:
    if case.intact:
        return paint.good(
            trn(
                "{n} item, verified to its last byte against the manifest.",
                "{n} items, each verified to its last byte against the manifest.",
                len(case.manifest.items),
            )
        )
    return paint.alarm(tr("This drop is not whole:"))


def entry_lines(
    case: Case, entry: Entry, texts: Mapping[int, str], paint: Paint, *, names: bool = False, columns: int
) -> list[str]:
    """One item: what it is, what was removed, what may still identify; a testimony's words."""
    item = entry.item
    number = paint.bold(f"{entry.number:04d}")
    if entry.sealed_original:
        of = tr(" of {number}, by its place", number=f"{entry.number - 1:04d}") if entry.number > 1 else ""
        title = tr(
            "{number}  sealed original{of}, {size}", number=number, of=of, size=of_size(entry.expected.size)
        )
        whose = _INDENT + tr("Only the custodian of {desk} can open it.", desk=visible(case.manifest.desk))
        digest = [_INDENT + tr("SHA-256 of it as it is, sealed:"), f"      {entry.expected.sha256.hex()}"]
        return (
            [title, whose, _INDENT + tr("File: {name}", name=sealed_name(entry)), *digest]
            if names
            else [title, whose]
        )
    if item is None:
        return [f"{number}  {paint.alarm(tr('NOT OPENED'))}"]
    if item.cleaning == "sealed":
        return [
            tr(
                "{number}  part of a parcel, {size}, {day}  SEALED BY THE SOURCE",
                number=number,
                size=of_size(item.size),
                day=item.day,
            )
        ]
    label = {
        "text": "",
        "clean": paint.alarm(tr("UNCHECKED")) if case.sealed_by_source else paint.good(tr("CLEAN")),
        "uncleaned": paint.alarm(tr("UNCLEANED")),
        "original": paint.alarm(tr("ORIGINAL")),
    }[item.cleaning]
    title = f"{_kind(item)}, {of_size(item.size)}, {item.day}"
    if item.answers is not None:
        label = tr("answer to: {question}", question=item.answers.replace("_", " "))
    lines = [f"{number}  {title}{'  ' if label else ''}{label}"]
    if item.cleaning == "clean" and case.sealed_by_source:
        lines.append(_INDENT + paint.alarm(tr(_UNCHECKED_WARNING)))
    elif item.cleaning == "clean" and not item.removed:
        lines.append(_INDENT + tr("Nothing had to be removed."))
    if item.cleaning in {"uncleaned", "original"} or (item.cleaning == "clean" and case.sealed_by_source):
        lines.append(_INDENT + paint.alarm(tr(_UNTOUCHED_WARNING)))
    remaining = [note for note in item.notes if codes.remains(note)]
    changed = [note for note in item.notes if note not in remaining and item.answers is None]
    lines += _wrapped(tr("Removed: {words}."), codes.in_words(item.removed, REMOVED))
    lines += _wrapped(tr("Changed: {words}."), codes.in_words(changed, codes.NOTED))
    lines += _wrapped(tr("May still identify: {words}."), codes.in_words(remaining, codes.NOTED))
    if names:
        lines.append(_INDENT + tr("File: {name}", name=file_name(entry, item, parcel=case.sealed_by_source)))
    if item.kind == "text":
        text = texts.get(entry.number)
        lines += (
            [_INDENT + tr("(A long text, or one of very many: 'extract' writes it to a file.)")]
            if text is None
            else quoted(text, paint, columns)
        )
    return lines


def _wrapped(sentence: str, words: list[str]) -> list[str]:
    """The sentence with the words in it, between commas, in lines that fit a terminal; nothing without."""
    if not words:
        return []
    text = sentence.format(words=", ".join(words))
    return textwrap.wrap(text, _COLUMNS, initial_indent=_INDENT, subsequent_indent=" " * 8)


def _kind(item: Item) -> str:
    """What an item is, short enough for a line: office documents have types of 70 characters."""
    if item.kind == "text":
        return tr("text")
    return visible(item.media_type) if len(item.media_type) <= _LONGEST_TYPE else extension(item)


def of_size(size: int) -> str:
    """A number of bytes, for a person."""
    if size < 1000:
        return trn("{n} byte", "{n} bytes", size)
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB"


def as_json(case: Case, *, hashes: bool = False, closed: Collection[int] = ()) -> dict[str, object]:
    """The same for programs. Hashes are hex; `file` is None for an item with a problem, and for a part of a
    parcel, which has a folder and a report of its own, unless it stays `closed`.

    A report goes from hand to hand, and a device can be searched for a hash: without `hashes`, `sha256` is
    None where the content is what the source had, or may be: all of a parcel is.
    """
    manifest = case.manifest
    return {
        "version": 2,
        "id": case.drop.id,
        "batch": case.drop.sequence,
        "exported": case.drop.day.isoformat(),
        "day": manifest.day.isoformat(),
        "desk": manifest.desk,
        "language": manifest.language,
        "channel": case.channel,
        "answers": dict(manifest.answers),
        "can_be_answered": manifest.mailbox is not None,
        "in_reply_to": manifest.in_reply_to,
        "withdraws": [
            {"drop": drop, "same_source": case.same_source.get(drop)} for drop in manifest.withdraws
        ],
        "drop_sha256": case.drop.sha256.hex(),
        "problems": list(map(in_english, case.problems)),
        "refused": list(manifest.refused),
        "sealed_by_source": case.sealed_by_source,
        "items": [_entry_json(case, entry, closed, hashes=hashes) for entry in case.entries],
    }


def _entry_json(case: Case, entry: Entry, closed: Collection[int], *, hashes: bool) -> dict[str, object]:
    item = entry.item
    told: dict[str, object] = {"number": entry.number, "for": entry.expected.audience}
    if entry.sealed_original:
        return {**told, "file": sealed_name(entry), "sealed_sha256": entry.expected.sha256.hex()}
    if item is None:
        return {**told, "file": None, "problem": entry.problem and in_english(entry.problem)}
    if hashes and item.arrived_sha256 is not None:
        told["arrived_sha256"] = item.arrived_sha256.hex()
    return {
        **told,
        "file": None
        if item.cleaning == "sealed" and entry.number not in closed
        else file_name(entry, item, parcel=case.sealed_by_source),
        "kind": item.kind,
        "media_type": item.media_type,
        "day": item.day.isoformat(),
        "size": item.size,
        "sha256": item.sha256.hex()
        if hashes or not (case.sealed_by_source or _as_it_arrived(item))
        else None,
        "cleaning": item.cleaning,
        "removed": list(item.removed),
        "notes": list(item.notes),
        "question": item.answers,
    }


def _as_it_arrived(item: Item) -> bool:
    """Whether the content is what the source had, so that its hash finds it there."""
    return item.cleaning != "clean" or "unchanged" in item.notes or item.sha256 == item.arrived_sha256
