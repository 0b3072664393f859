"""Canonical JSON: one value has one text, so that a document can be signed and compared as bytes.

Source: RFC 8785 (JCS), narrowed to what Silbo needs: ASCII keys, integers from 0 to 2^53 - 1, strings,
arrays, objects and null. No floats, no booleans. Reading is strict: length first, then decode, encode
again, compare.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date

from crypto.errors import FormatError, KeyFormatError, NewerVersion
from crypto.minisign import PublicKey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TypeVar

    T = TypeVar("T")

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 8
CODE = re.compile("[a-z_]{1,40}")
NAME = re.compile("[a-z_]{1,32}")


def encode(value: object) -> bytes:
    """`value` as UTF-8 JSON: sorted keys, no spaces, nothing escaped that need not be.

    Raises FormatError for what JSON or UTF-8 cannot hold (a lone surrogate) and for a number out of range.
    """
    _check(value, MAX_DEPTH)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise FormatError("A text holds characters that UTF-8 cannot carry.") from None


def decode(untrusted: bytes, limit: int) -> object:
    """The value in `untrusted`; FormatError if it is longer than `limit` bytes or not exactly canonical."""
    if len(untrusted) > limit:
        raise FormatError("A JSON document is longer than allowed.")
    try:
        value: object = json.loads(
            untrusted.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        raise FormatError("A JSON document is malformed.") from None
    if encode(value) != untrusted:
        raise FormatError("A JSON document is not in its canonical form.")
    return value


def _check(value: object, depth: int) -> None:
    if depth == 0:
        raise FormatError("A JSON document is nested too deeply.")
    if value is None or isinstance(value, str):
        return
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER:
        return
    if isinstance(value, list):
        for element in value:
            _check(element, depth - 1)
        return
    if isinstance(value, dict) and all(isinstance(key, str) and key.isascii() for key in value):
        for element in value.values():
            _check(element, depth - 1)
        return
    raise FormatError("A JSON document holds a kind of value that is not allowed here.")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _integer(digits: str) -> int:
    if len(digits) > 16:  # before int(), whose cost grows with the square of the length
        raise ValueError("number too long")
    return int(digits)


def _refuse(_: str) -> NoReturn:
    raise ValueError("not an integer")


class Fields:
    """Typed reading of one JSON object with known keys. Every method raises FormatError, naming our key only.

    `what` is our word for the document ("key list"), used in the messages; no outside byte gets into them.
    """

    __slots__ = ("_values", "_what")

    def __init__(self, untrusted: object, what: str, keys: frozenset[str] | set[str]) -> None:
        if not isinstance(untrusted, dict) or untrusted.keys() != keys:
            raise FormatError(f"The {what} does not hold exactly the fields expected.")
        self._values: Mapping[str, object] = untrusted
        self._what = what

    def _wrong(self, key: str, expected: str) -> FormatError:
        return FormatError(f"`{key}` in the {self._what} must be {expected}.")

    @classmethod
    def of_document(
        cls, untrusted: bytes, limit: int, kind: str, *versions: frozenset[str] | set[str]
    ) -> Fields:
        """The fields of the document `kind` (`"silbo item"`), in at most `limit` bytes.

        `versions` are the keys of version 1, 2, ...; a later one, whatever it holds, is a NewerVersion.
        """
        document, what = decode(untrusted, limit), kind.removeprefix("silbo ")
        version = len(versions)
        if isinstance(document, dict) and document.get("type") == kind:
            match document.get("version"):
                case int(number) if number > version:
                    raise NewerVersion(f"The {what} was written by a newer Silbo.")
                case int(number) if number >= 1:
                    version = number
        fields = cls(document, what, versions[version - 1])
        fields._constant("type", kind)
        fields._constant("version", version)
        return fields

    def _constant(self, key: str, expected: str | int) -> None:
        """The value must be exactly `expected`: a version or the type of the document."""
        value = self._values[key]
        if type(value) is not type(expected) or value != expected:
            raise self._wrong(key, f"{expected!r}")

    def has(self, key: str) -> bool:
        """Whether the document's version has this field."""
        return key in self._values

    def value(self, key: str) -> object:
        """The value as it is, for an object in the document that has fields of its own."""
        return self._values[key]

    def integer(self, key: str, *, minimum: int = 0, maximum: int = MAX_INTEGER) -> int:
        value = self._values[key]
        if not isinstance(value, int) or not minimum <= value <= maximum:
            raise self._wrong(key, f"a whole number from {minimum} to {maximum}")
        return value

    def text(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        value = self._values[key]
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise self._wrong(key, expected)
        return value

    def hex(self, key: str, length: int) -> bytes:
        """`length` bytes written as lower-case hexadecimal."""
        value = self._values[key]
        if not isinstance(value, str) or re.fullmatch(f"[0-9a-f]{{{2 * length}}}", value) is None:
            raise self._wrong(key, f"{2 * length} hexadecimal digits")
        return bytes.fromhex(value)

    def signing_key(self, key: str) -> PublicKey:
        """A public signing key in its text form of 56 characters."""
        value = self._values[key]
        if isinstance(value, str):
            with suppress(KeyFormatError):
                return PublicKey.parse(value)
        raise self._wrong(key, "a public signing key")

    def day(self, key: str) -> date:
        """A date as YYYY-MM-DD."""
        value = self._values[key]
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        raise self._wrong(key, "a date written as YYYY-MM-DD")

    def optional(self, key: str, read: Callable[[str], T]) -> T | None:
        """None where the value is null, else what `read(key)` makes of it."""
        return None if self._values[key] is None else read(key)

    def array(self, key: str, *, maximum: int) -> list[object]:
        value = self._values[key]
        if not isinstance(value, list) or len(value) > maximum:
            raise self._wrong(key, f"a list of at most {maximum}")
        return value

    def integers(self, key: str, *, maximum: int) -> list[int]:
        """A list of at most `maximum` whole numbers from 1."""
        values = self.array(key, maximum=maximum)
        numbers = [value for value in values if isinstance(value, int) and value >= 1]
        if len(numbers) != len(values):
            raise self._wrong(key, "whole numbers from 1")
        return numbers

    def codes(self, key: str, *, maximum: int, as_set: bool) -> tuple[str, ...]:
        """At most `maximum` codes ([a-z_], 1 to 40 characters). `as_set`: sorted and each once; otherwise in
        any order, repeated or not.
        """
        values = self.array(key, maximum=maximum)
        codes = [code for code in values if isinstance(code, str) and CODE.fullmatch(code)]
        if codes != values or (as_set and sorted(set(codes)) != codes):
            raise self._wrong(key, "codes in order, each once" if as_set else "codes")
        return tuple(codes)

    def members(self, key: str, names: re.Pattern[str], *, maximum: int) -> dict[str, object]:
        """An object of at most `maximum` members, of any value, under names of this pattern."""
        value = self._values[key]
        if not isinstance(value, dict) or len(value) > maximum:
            raise self._wrong(key, f"an object with at most {maximum} fields")
        if not all(names.fullmatch(name) for name in value):
            raise self._wrong(key, "an object with short names")
        return value

    def texts(self, key: str, *, maximum: int, longest: int) -> dict[str, str]:
        """An object of at most `maximum` texts of at most `longest` characters under [a-z_] names."""
        texts: dict[str, str] = {}
        for name, text in self.members(key, NAME, maximum=maximum).items():
            if not isinstance(text, str) or len(text) > longest:
                raise self._wrong(key, f"short texts of at most {longest} characters")
            texts[name] = text
        return texts
