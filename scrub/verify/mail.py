"""Compares a written e-mail with the allow-list of `docs/scrub.md`, byte by byte, without any mail library.

It reads subject, day, words and files, and each of these has one way to be written. Files are verified by
what they are. Sources: RFC 5322, 2045, 2046, 2047.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date

from scrub.verify.errors import Unverified, require
from scrub.verify.text import verify_words

_SUBJECT = re.compile(rb"Subject: ([^\n]*(?:\n [^\n]*)*)\n")
_ENCODED_WORD = re.compile(rb"=\?utf-8\?B\?([A-Za-z0-9+/=]{4,60})\?=")
_DATE = re.compile(rb"Date: ([A-Z][a-z]{2}), ([0-9]{2}) ([A-Z][a-z]{2}) ([1-9][0-9]{3}) 00:00:00 -0000\n")
_WEEKDAYS = b"Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_HEAD = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=_silbo"\n\n'
_WORDS = b"--=_silbo\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
_FILE = re.compile(
    rb"--=_silbo\nContent-Type: ([a-z0-9./+-]+)\nContent-Transfer-Encoding: base64\n"
    rb"Content-Disposition: attachment; filename=\"([0-9]{4})\.([a-z0-9]{2,4})\"\n\n"
)
_END = b"--=_silbo--\n"
_PLAIN_SUBJECT = 67
_MAX_SUBJECT = 16_000
_WORD_BYTES = 45
_MAX_FILES = 100


def verify_mail(data: bytes, media_types: dict[str, str], verify_inner: Callable[[bytes, str], None]) -> None:
    """Raises Unverified unless every byte is accounted for. `media_types`: by extension; `verify_inner`
    takes a file and its media type, and raises for what it doesn't know.
    """
    at = _verify_text_part(data, _verify_head(data))
    number = 0
    while not data.startswith(_END, at):
        number += 1
        found = _FILE.match(data, at)
        if found is None or number > _MAX_FILES:
            raise Unverified
        said, digits, extension = (group.decode() for group in found.groups())
        require(digits == f"{number:04}" and extension in media_types)
        media_type = media_types[extension]
        require(said == ("application/octet-stream" if extension == "eml" else media_type))
        content, at = _read_base64(data, found.end())
        verify_inner(content, media_type)
    require(at + len(_END) == len(data))


def _verify_head(data: bytes) -> int:
    at = 0
    if subject := _SUBJECT.match(data):
        _verify_subject(subject[1])
        at = subject.end()
    if day := _DATE.match(data, at):
        weekday, number, month, year = day.groups()
        read = date(int(year), _MONTHS.index(month) + 1, int(number))
        require(_WEEKDAYS[read.weekday()] == weekday)
        at = day.end()
    require(data.startswith(_HEAD, at))
    return at + len(_HEAD)


def _verify_subject(value: bytes) -> None:
    require(0 < len(value) <= _MAX_SUBJECT)
    if value.startswith(b"=?"):
        text = _encoded_words(value)
        require(not text.isascii() or "=?" in text or len(text) > _PLAIN_SUBJECT)
    else:
        text = value.decode("ascii")
        require(len(text) <= _PLAIN_SUBJECT and "=?" not in text)
    require("\n" not in text and text == text.strip())
    verify_words(text + "\n")


def _encoded_words(value: bytes) -> str:
    """Each as full as it can be without breaking a letter."""
    words = []
    for line in value.split(b"\n "):
        found = _ENCODED_WORD.fullmatch(line)
        if found is None:
            raise Unverified
        words.append(_exact_base64(found[1]))
    letters = [word.decode() for word in words]
    for index, word in enumerate(words):
        require(len(word) <= _WORD_BYTES)
        if index + 1 < len(words):
            require(len(word) + len(letters[index + 1][0].encode()) > _WORD_BYTES)
    return "".join(letters)


def _verify_text_part(data: bytes, at: int) -> int:
    require(data.startswith(_WORDS, at))
    at += len(_WORDS)
    if data.startswith(b"8bit\n\n", at):
        at += len(b"8bit\n\n")
        end = data.index(b"\n--=_silbo", at)
        words, at = data[at:end], end + 1
        require(not _needs_base64(words))
    else:
        require(data.startswith(b"base64\n\n", at))
        words, at = _read_base64(data, at + len(b"base64\n\n"))
        require(_needs_base64(words))
    if words != b"\n":  # an e-mail of a subject or files alone
        verify_words(words.decode())
    return at


def _needs_base64(words: bytes) -> bool:
    return any(len(line) > 998 or line.startswith(b"--=_") for line in words.split(b"\n"))


def _read_base64(data: bytes, at: int) -> tuple[bytes, int]:
    """Lines of 76 letters up to the next boundary; the empty line before it is the boundary's own."""
    end = data.index(b"\n--=_silbo", at)
    block = data[at:end]
    letters = block.replace(b"\n", b"")
    require(block == b"".join(letters[start : start + 76] + b"\n" for start in range(0, len(letters), 76)))
    return _exact_base64(letters), end + 1


def _exact_base64(letters: bytes) -> bytes:
    try:
        content = base64.b64decode(letters, validate=True)
    except binascii.Error:
        raise Unverified from None
    require(content != b"" and base64.b64encode(content) == letters)
    return content
