"""A form as it streams: part by part, nothing collected and nothing on a disk (Starlette's own spools files).

python-multipart takes the bytes apart and says what it sees; what a browser says of a file (its name, its
type) is dropped here.
"""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

MOST_PARTS = 20


class FormError(Exception):
    """This is no form as a browser sends one."""


class FormStream:
    """The parts of a form, one after the other; each is read to its end before the next. Raises FormError,
    and what `body` raises.
    """

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:
            raise FormError
        self._body = body
        self._events: deque[tuple[str, bytes]] = deque()
        self._field, self._value = b"", b""
        self._name = b""
        self._ended = False
        self._parts = 0
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": lambda: self._events.append(("part", self._name)),
            "on_part_data": lambda data, start, end: self._events.append(("data", bytes(data[start:end]))),
            "on_part_end": lambda: self._events.append(("end", b"")),
            "on_end": self._end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    async def next_part(self) -> str | None:
        """The name of the next field; None behind the last. What is left of this one is passed over."""
        while (event := await self._next()) is not None:
            if event[0] == "part":
                self._parts += 1
                if self._parts > MOST_PARTS:
                    raise FormError
                return event[1].decode("ascii", "replace")
        return None

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """The rest of this part."""
        while (event := await self._next()) is not None and event[0] == "data":
            yield event[1]

    async def text(self, limit: int) -> str:
        """The rest of this part, as words of so many bytes at most."""
        found = bytearray()
        async for piece in self.pieces():
            found += piece
            if len(found) > limit:
                raise FormError
        return found.decode("utf-8", "replace")

    async def _next(self) -> tuple[str, bytes] | None:
        while not self._events:
            chunk = await anext(self._body, None)
            try:
                if chunk is None:
                    self._parser.finalize()
                    if not self._ended:
                        raise FormError
                    return None
                self._parser.write(chunk)
            except MultipartParseError:
                raise FormError from None
        return self._events.popleft()

    def _begin(self) -> None:
        self._name = b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            self._name = options.get(b"name", b"")[:32]
        self._field, self._value = b"", b""

    def _end(self) -> None:
        self._ended = True
