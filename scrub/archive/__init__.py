"""One ZIP in, one ZIP of clean files out, renamed to numbers. Runs in a confined child.

Files inside go through the same engine; what can't be cleaned is left out and told.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from scrub.archive.names import readable, unspoken, ways_to_say
from scrub.archive.others import can_open, load, read_other
from scrub.archive.reader import MAX_MEMBERS, Archive, extra_kinds, read_archive
from scrub.archive.writer import member_name, write_archive
from scrub.report import Clean, Refusal
from scrub.sniff.apple import apple_packages

__all__ = ["bundle", "can_open", "load", "sample", "scrub_archive", "scrub_other"]

Retell = Callable[[bytes, Mapping[str, str]], Clean]

_MAX_TOTAL = 100 << 20
_NUMBERED = re.compile(rb"[0-9]{4}\.[a-z0-9]{2,4}")
"""As a copy names its files: it says nothing."""

_CHAT = "people_remain"
_PROGRAM = frozenset(
    {b"META-INF/MANIFEST.MF", b"AndroidManifest.xml", b"classes.dex", b"META-INF/container.xml"}
)
_MAPS = frozenset({b"doc.kml"})
_DOCUMENT = frozenset({b"[Content_Types].xml", b"mimetype", b"META-INF/manifest.xml", b"FixedDocSeq.fdseq"})
_APPLE_DOUBLE = b"\0\5\x16\7"
_DESKTOP_SERVICES = b"\0\0\0\1Bud1"
_MADE_BY_DESKTOPS = (_APPLE_DOUBLE, _DESKTOP_SERVICES)
_DATES = frozenset({0x5455, 0x000A, 0x5855, 0x000D})
_OWNERS = frozenset({0x7875, 0x7855})
_ZIP64, _UNICODE_PATH, _JAVA = 1, 0x7075, 0xCAFE
_TOLD_OTHERWISE = frozenset({_ZIP64, _UNICODE_PATH, _JAVA})


def scrub_archive(untrusted: bytes, inner: Callable[[bytes], Clean], retell: Retell) -> Clean:
    """Raises Refusal, whatever the bytes are; where no file inside is clean, with the first one's reason.

    `retell`: cleans a chat again, now that the files of which it speaks have new names.
    """
    archive = read_archive(untrusted)
    _check_kind(archive)
    removed = _told_by_directory(archive)
    return _bundle(_contents(archive, removed), removed, inner, retell)


def scrub_other(media_type: str, untrusted: bytes, inner: Callable[[bytes], Clean], retell: Retell) -> Clean:
    """The same of RAR, 7z and tar, where `can_open` says so."""
    files, owned = read_other(media_type, untrusted)
    names = [name for name, _ in files]
    left = unspoken(names)
    removed = (
        {"file_name", "date"} | ({"other_metadata"} if left else set()) | ({"author"} if owned else set())
    )
    return _bundle([file for file in files if file[0] not in left], removed, inner, retell)


def bundle(untrusted: Sequence[bytes], inner: Callable[[bytes], Clean]) -> Clean:
    """The same of files that came in something else than an archive. Raises Refusal, also "too_large"."""
    if len(untrusted) > MAX_MEMBERS:
        raise Refusal("too_large")
    return _bundle((("", partial(bytes, content)) for content in untrusted), set(), inner, None)


def _contents(archive: Archive, removed: set[str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Name and reader of each entry; what a link holds is a path on somebody's machine. A document of Apple's
    that is a folder is one file.
    """
    names = [readable(member.name, member.flags) for member in archive.members]
    left = unspoken(names)
    if left:
        removed.update(
            ("other_metadata", "thumbnail") if any("_thumb" in name for name in left) else ("other_metadata",)
        )
    packages = tuple(apple_packages(names))
    yield from (("", _not_ours) for _ in packages)
    for index, member in enumerate(archive.members):
        if packages and names[index].startswith(packages):
            continue
        if not member.is_folder and names[index] not in left:
            yield names[index], partial(archive.content, index) if member.is_regular else _not_a_file


def _not_a_file() -> bytes:
    raise Refusal("unsupported")


def _not_ours() -> bytes:
    raise Refusal("apple_office")


def _bundle(
    files: Iterable[tuple[str, Callable[[], bytes]]],
    removed: set[str],
    inner: Callable[[bytes], Clean],
    retell: Retell | None,
) -> Clean:
    notes: set[str] = set()
    kept: list[Clean] = []
    sources: list[tuple[str, Callable[[], bytes]]] = []
    refused: list[str] = []
    absent: list[str] = []
    total = 0
    for name, read in files:
        try:
            content = read()
            if not content:
                absent.append(name)
                continue
            if content.startswith(_MADE_BY_DESKTOPS):
                removed.add("other_metadata")
                continue
            clean = inner(content)
        except Refusal as refusal:
            if refusal.reason == "bomb":
                raise
            refused.append(refusal.reason)
            absent.append(name)
            continue
        total += len(clean.content)
        if total > _MAX_TOTAL:
            raise Refusal("too_large")
        kept.append(clean)
        sources.append((name, read))
        removed.update(clean.removed)
        notes.update(clean.notes)
    if not kept:
        raise Refusal(refused[0] if refused else "empty_file")
    if refused:
        notes.add("members_left_out")
    if retell is not None and _CHAT in notes:
        new_names = [(name, member_name(at, kept[at])) for at, (name, _) in enumerate(sources)]
        names = ways_to_say([*new_names, *((name, None) for name in absent)])
        for at, (_, read) in enumerate(sources):
            if _CHAT in kept[at].notes and kept[at].media_type == "text/plain":
                kept[at] = retell(read(), names)
                removed.update(kept[at].removed)
    return Clean.of(write_archive(kept), "application/zip", removed, notes)


def _check_kind(archive: Archive) -> None:
    """A program, a map or a document that happens to be packed as ZIP is no folder of files."""
    names = {member.name for member in archive.members}
    if names & (_PROGRAM | _MAPS):
        raise Refusal("archive_kind")
    if names & _DOCUMENT:
        raise Refusal("old_office")


def _told_by_directory(archive: Archive) -> set[str]:
    removed = {"comment"} if archive.comment or any(member.comment for member in archive.members) else set()
    if any(member.is_dated or set(extra_kinds(member.extra)) & _DATES for member in archive.members):
        removed.add("date")
    if not all(_NUMBERED.fullmatch(member.name) for member in archive.members):
        removed.add("file_name")
    for member in archive.members:
        kinds = set(extra_kinds(member.extra))
        if kinds & _OWNERS:
            removed.add("identifier")
        if kinds - _OWNERS - _DATES - _TOLD_OTHERWISE:
            removed.add("other_metadata")
    return removed


def sample() -> bytes:
    """One file, to run everything once."""
    return write_archive([Clean(b"Silbo\n", "text/plain", "txt")])
