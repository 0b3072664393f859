"""The ZIP around an office document: strictly in, and out in one way only.

In: no bytes before, after or between what the directory names, no name twice, nothing encrypted, limits on
the count, on each file and on all of them. Out: entries in a given order, all dates the same, no extra field,
no comment; drawn in `docs/scrub.md`. Source: PKWARE APPNOTE 6.3."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from scrub.report import Refusal

MAX_ENTRIES = 4000
MAX_TOTAL = 256 << 20
MAX_RATIO = 400
"""Of all content to all bytes. An empty sheet of a million rows reaches 150."""

LEVEL = 6
_LOCAL, _CENTRAL, _END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
_DATE = 0x21  # the first of January 1980, as two bytes; the time is 0
_MAX_GAP = 24  # a data descriptor, with its signature and 8-byte sizes
_STORED = frozenset({"jpg", "jpeg", "png"})


def read(untrusted: bytes) -> dict[str, bytes]:
    """The content by name, in the directory's order. Raises Refusal: "mislabeled" for bytes that belong to no
    entry, "encrypted", "bomb", "broken".
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(untrusted))
        entries = archive.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        struct.error,
        NotImplementedError,
        EOFError,
        OverflowError,
        IndexError,
    ):
        raise Refusal("broken") from None
    _check(untrusted, archive, entries)
    files: dict[str, bytes] = {}
    for entry in entries:
        if not entry.is_dir():
            files[entry.filename] = _content(archive, entry)
    return files


def _check(untrusted: bytes, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refusal("bomb")
    if not untrusted.startswith(_LOCAL):
        raise Refusal("mislabeled")
    end = untrusted.rfind(_END)
    if end < 0 or end + 22 + int.from_bytes(untrusted[end + 20 : end + 22], "little") != len(untrusted):
        raise Refusal("mislabeled")
    total = sum(entry.file_size for entry in entries)
    if total > MAX_TOTAL or total > MAX_RATIO * len(untrusted):
        raise Refusal("bomb")
    names = [entry.orig_filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        raise Refusal("broken")
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.flag_bits & 1:
            raise Refusal("encrypted")
        if not _is_plain(entry.orig_filename) or entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            raise Refusal("broken")
        if not at <= entry.header_offset <= at + _MAX_GAP:
            raise Refusal("mislabeled")
        name, extra = struct.unpack_from("<HH", untrusted, entry.header_offset + 26)
        at = entry.header_offset + 30 + name + extra + entry.compress_size
    if not at <= archive.start_dir <= at + _MAX_GAP:
        raise Refusal("mislabeled")


def _is_plain(name: str) -> bool:
    """Never written to a disk, but a name that climbs or hides is no work of a word processor."""
    parts = name.rstrip("/").split("/")
    return (
        len(name) <= 400 and "\0" not in name and "\\" not in name and not {"..", ".", ""}.intersection(parts)
    )


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as file:
            content = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, struct.error):
        raise Refusal("broken") from None
    if len(content) != entry.file_size:
        raise Refusal("broken")
    return content


def write(files: Mapping[str, bytes], *, first_stored: bool = False) -> bytes:
    """The archive. Pictures are stored, the rest is deflated; `first_stored`: so is the first entry (ODF)."""
    out, directory = bytearray(), bytearray()
    for number, (name, content) in enumerate(files.items()):
        stored = name.rpartition(".")[2] in _STORED or (first_stored and number == 0)
        packed = content if stored else _deflated(content)
        encoded = name.encode("ascii")
        fields = struct.pack(
            "<HHHHIIIHH",
            0,
            0 if stored else 8,
            0,
            _DATE,
            zlib.crc32(content),
            len(packed),
            len(content),
            len(encoded),
            0,
        )
        directory += _CENTRAL + b"\x14\0\x14\0" + fields + bytes(10) + struct.pack("<I", len(out)) + encoded
        out += _LOCAL + b"\x14\0" + fields + encoded + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(out), 0)
    return bytes(out + directory + _END + end)


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()
