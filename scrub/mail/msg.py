"""Reads an e-mail that Outlook saved as .msg, into the same parts as any other e-mail.

Its properties lie as streams in a compound file, which olefile reads. Only those named here are looked at:
words, subject, day and files; who sent and got it, and all ids, stay behind. Sources: MS-OXMSG 2.1 to 2.4,
MS-OXPROPS.
"""

import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from scrub.mail.mime import MAX_PARTS, MimeReader, Part
from scrub.report import Refusal
from scrub.words.decode import decode_part

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROPERTIES = "__properties_version1.0"
_MAX_BYTES = 96 << 20
_MAX_NESTING = 3

_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = "0037", "1000", "1013", "1009", "007D"
_SENT, _ARRIVED = 0x00390040, 0x0E060040
_CODE_PAGES = (0x3FFD0003, 0x3FDE0003)
_DATA, _MIME_TYPE, _NAMES = "3701", "370E", ("3707", "3704", "3001")
_METHOD = 0x37050003
_EMBEDDED = 5
_STREAM = 2
_WIDE, _NARROW, _BINARY = "001F", "001E", "0102"
_TOP, _INNER, _OF_A_FILE = 32, 24, 8
"""Bytes before the first property of a message, of one inside, and of a file."""

_ENTRY = struct.Struct("<I4xQ")
_SINCE = datetime(1601, 1, 1, tzinfo=UTC)
_UTF8 = "utf-8"
_HEADER, _LARGEST_SHIFT = 512, 12
_ANY_FAULT = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    struct.error,
    RecursionError,
)


def is_msg(untrusted: bytes) -> bool:
    """Whether a compound file has the stream that only these have."""
    return untrusted.startswith(_SIGNATURE) and _PROPERTIES.encode("utf-16-le") in untrusted


def load() -> None:
    """Once per process, before any outside byte: a child has no file to import from."""
    try:
        import olefile  # noqa: F401, PLC0415
    except ImportError:  # an environment older than the lock
        return


def read_msg(untrusted: bytes, reader: MimeReader) -> Part:
    """Raises Refusal: "broken", "bomb", "too_large"."""
    _check_sizes(untrusted)
    try:
        import olefile  # noqa: PLC0415 -- loaded by `load`

        with olefile.OleFileIO(io.BytesIO(untrusted)) as file:
            if file.root.size > len(untrusted):
                raise Refusal("broken")
            return _Message(file, reader).read((), _TOP)
    except ImportError:
        raise Refusal("old_office") from None
    except _ANY_FAULT:  # whatever the library stumbles over
        raise Refusal("broken") from None


def _check_sizes(untrusted: bytes) -> None:
    """The library reads as many sectors as the header says, round and round ([MS-CFB] 2.2)."""
    if len(untrusted) < _HEADER:
        raise Refusal("broken")
    shift, tables = int.from_bytes(untrusted[30:32], "little"), (44, 64, 72)
    sectors = max(int.from_bytes(untrusted[at : at + 4], "little") for at in tables)
    if shift > _LARGEST_SHIFT or sectors << shift > len(untrusted):
        raise Refusal("broken")


class _Message:
    """One compound file; counts what is read of it, for many streams may be the same bytes."""

    def __init__(self, file: Any, reader: MimeReader) -> None:
        self._file = file
        self._reader = reader
        self._bytes = 0
        self._parts = 0
        self._names = {tuple(path) for path in file.listdir(streams=True, storages=True)}

    def read(self, folder: tuple[str, ...], head: int) -> Part:
        """The message in a storage: words in one or two ways, then its files."""
        if len(folder) > 2 * _MAX_NESTING:
            raise Refusal("bomb")
        values = self._values(folder, head)
        page = next((f"windows-{values[tag]}" for tag in _CODE_PAGES if tag in values), None)
        mail = Part(self._fields(folder, values, page), "multipart", "mixed", {}, b"")
        ways = Part({}, "multipart", "alternative", {}, b"")
        if plain := self._text(folder, _BODY, page):
            ways.children.append(_words("plain", plain))
        if (page_of_words := self._text(folder, _HTML, page, binary=True)) and not plain:
            ways.children.append(_words("html", page_of_words))
        if not ways.children and self._stream(folder, _RTF, _BINARY):
            ways.children.append(Part({}, "application", "rtf", {}, b"{\\rtf"))
        mail.children = [ways, *self._files(folder)]
        return mail

    def _fields(self, folder: tuple[str, ...], values: dict[int, int], page: str | None) -> dict[str, bytes]:
        """As of other e-mails; of those that say who and how, only that they were there."""
        fields = {"from": b"", "to": b"", "x-msg": b""}
        if subject := self._text(folder, _SUBJECT, page):
            fields["subject"] = " ".join(subject.split()).encode()
        headers = self._text(folder, _HEADERS, page)
        for line in headers.splitlines():
            name, colon, value = line.partition(":")
            if colon and name.strip() and name == name.strip() and name.isascii():
                fields.setdefault(name.lower(), value.strip().encode() if name.lower() == "date" else b"")
        moment = values.get(_SENT) or values.get(_ARRIVED)
        if moment and not fields.get("date"):
            fields["date"] = format_datetime(_SINCE + timedelta(microseconds=moment // 10)).encode()
        return fields

    def _files(self, folder: tuple[str, ...]) -> Iterator[Part]:
        for name in sorted(
            {
                path[len(folder)]
                for path in self._names
                if path[: len(folder)] == folder and len(path) > len(folder)
            }
        ):
            if not name.startswith("__attach_version1.0_"):
                continue
            self._parts += 1
            if self._parts > MAX_PARTS:
                raise Refusal("bomb")
            here = (*folder, name)
            if self._values(here, _OF_A_FILE).get(_METHOD) == _EMBEDDED:
                inside = self.read((*here, f"__substg1.0_{_DATA}000D"), _INNER)
                yield Part({}, "message", "x-msg", {}, b"", [inside])
                continue
            content = self._stream(here, _DATA, _BINARY)
            kind = self._text(here, _MIME_TYPE, None).strip().lower()
            if kind == "multipart/signed":
                yield self._reader.read_inside(content)
            elif content:
                named = any(self._text(here, each, None) for each in _NAMES)
                fields = {"content-disposition": b"attachment; filename" if named else b"attachment"}
                yield Part(fields, "application", "octet-stream", {}, content)

    def _values(self, folder: tuple[str, ...], head: int) -> dict[int, int]:
        """The properties of a fixed length, by their tag."""
        data = self._read((*folder, _PROPERTIES))
        return {
            tag: value & 0xFFFFFFFF if tag & 0xFFFF == 3 else value
            for tag, value in (_ENTRY.unpack_from(data, at) for at in range(head, len(data) - 15, 16))
        }

    def _text(self, folder: tuple[str, ...], prop: str, page: str | None, *, binary: bool = False) -> str:
        if wide := self._stream(folder, prop, _WIDE):
            return wide.decode("utf-16-le", "replace")
        narrow = self._stream(folder, prop, _BINARY if binary else _NARROW)
        return decode_part(narrow, _UTF8 if page == "windows-65001" else page)[0] if narrow else ""

    def _stream(self, folder: tuple[str, ...], prop: str, kind: str) -> bytes:
        return self._read((*folder, f"__substg1.0_{prop}{kind}"))

    def _read(self, path: tuple[str, ...]) -> bytes:
        if path not in self._names or self._file.get_type(list(path)) != _STREAM:
            return b""
        self._bytes += int(self._file.get_size(list(path)))
        if self._bytes > _MAX_BYTES:
            raise Refusal("bomb")
        with self._file.openstream(list(path)) as stream:
            return bytes(stream.read())


def _words(kind: str, text: str) -> Part:
    return Part({}, "text", kind, {"charset": _UTF8}, text.encode("utf-8", "replace"))
