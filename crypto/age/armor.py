"""The text form of an age file: strict PEM (https://c2sp.org/age#ascii-armor, RFC 7468 section 3).

    -----BEGIN AGE ENCRYPTED FILE-----
    standard base64 with padding, 64 columns, the last line may be shorter
    -----END AGE ENCRYPTED FILE-----

Lines end with LF or CRLF. White space may stand before and after; there is one spelling otherwise.
"""

from __future__ import annotations

import io
from base64 import b64decode, b64encode
from typing import BinaryIO, cast

from crypto.age.source import Source, write_all
from crypto.errors import ArmorError

BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
END = b"-----END AGE ENCRYPTED FILE-----"
COLUMNS = 64
BYTES_PER_LINE = 48
MAX_WHITESPACE = 1024
MAX_LINE = 128

_LINES_AT_ONCE = 1024
_PEM = b"-----"


def dearmor(file: BinaryIO) -> BinaryIO:
    """Return a reader of the binary file inside an armored one. Reading raises ArmorError."""
    return _buffered(Source(file))


def dearmor_if_armored(source: Source) -> Source:
    """Look at the first line and return a source of the binary file. Reading may raise ArmorError."""
    line = source.readline(MAX_LINE)
    source.unread(line)
    if line.startswith(_PEM) or (line and not line.strip()):
        return Source(_buffered(source))
    return source


class ArmorWriter:
    """Writes text for the binary file written to it. `finish` ends the text and leaves the target open."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._rest = b""
        write_all(target, BEGIN + b"\n")

    def write(self, data: bytes | memoryview, /) -> int:
        joined = self._rest + data
        whole = len(joined) - len(joined) % BYTES_PER_LINE
        self._rest = joined[whole:]
        self._put(joined[:whole])
        return len(data)

    def finish(self) -> None:
        """Write what is left and the last line."""
        self._put(self._rest)
        write_all(self._target, END + b"\n")

    def _put(self, data: bytes) -> None:
        text = b64encode(data)
        lines = [text[i : i + COLUMNS] + b"\n" for i in range(0, len(text), COLUMNS)]
        write_all(self._target, b"".join(lines))


def _buffered(source: Source) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_ArmorReader(source)))


class _ArmorReader(io.RawIOBase):
    """Reads the binary file inside the text; raises ArmorError wherever the text is not canonical."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._data = b""
        self._begun = False
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, view: memoryview, /) -> int:  # type: ignore[override]  # what BufferedReader passes
        if not self._begun:
            self._begin()
        if not self._data and not self._ended:
            self._data = self._decode_lines()
        count = min(len(view), len(self._data))
        view[:count] = self._data[:count]
        self._data = self._data[count:]
        return count

    def _begin(self) -> None:
        skipped = 0
        while not (line := self._line()).strip():
            skipped += len(line)
            if not line or skipped > MAX_WHITESPACE:
                raise ArmorError("this is not an armored age file")
        if _without_end(line.lstrip()) != BEGIN:
            raise ArmorError("this is not an armored age file")
        self._begun = True

    def _decode_lines(self) -> bytes:
        """Decode up to a thousand lines, and check the end of the text when it comes."""
        text = bytearray()
        for _ in range(_LINES_AT_ONCE):
            columns = _without_end(self._line())
            if columns == END:
                self._end()
                break
            if not 0 < len(columns) <= COLUMNS:
                raise ArmorError("a line of the armored age file has a wrong length")
            text += columns
            if len(columns) < COLUMNS:
                if _without_end(self._line()) != END:
                    raise ArmorError("an armored age file has a short line before its last")
                self._end()
                break
        try:
            data = b64decode(text, validate=True)
        except ValueError:
            raise ArmorError("malformed base64 in the armored age file") from None
        if b64encode(data) != text:  # Python also decodes spellings that no encoder writes
            raise ArmorError("base64 in the armored age file is not canonical")
        if not self._ended and len(data) % BYTES_PER_LINE:
            raise ArmorError("an armored age file goes on after the base64 padding")
        return data

    def _end(self) -> None:
        self._ended = True
        skipped = 0
        while line := self._line():
            skipped += len(line)
            if line.strip() or skipped > MAX_WHITESPACE:
                raise ArmorError("there is something after the end of the armored age file")

    def _line(self) -> bytes:
        return self._source.readline(MAX_LINE)


def _without_end(line: bytes) -> bytes:
    return line.removesuffix(b"\n").removesuffix(b"\r") if line.endswith(b"\n") else line
