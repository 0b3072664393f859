"""Writes an e-mail of which every byte follows from its subject, day, words and files.

Layout in `docs/scrub.md`; `scrub.verify.mail` knows it independently. RFC 5322, 2045, 2046, 2047.
"""

import base64
from collections.abc import Sequence
from datetime import date

from scrub.report import Clean

BOUNDARY = "=_silbo"
MAX_SUBJECT = 300
_WORD_BYTES = 45
_LINE = 76
_LONGEST_LINE = 998
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_mail(subject: str, day: date | None, words: str, files: Sequence[Clean]) -> bytes:
    """`subject`: one line, or empty; `words`: tidied, ending in a line feed."""
    lines = [f"Subject: {_header_words(subject)}"] if subject else []
    if day is not None:
        month = _MONTHS[day.month - 1]
        lines.append(f"Date: {_DAYS[day.weekday()]}, {day.day:02} {month} {day.year:04} 00:00:00 -0000")
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"', ""]
    out = ["\n".join(lines).encode(), *_text_part(words.encode())]
    for number, clean in enumerate(files, 1):
        out += _file_part(clean, f"{number:04}.{clean.extension}")
    out.append(f"--{BOUNDARY}--\n".encode())
    return b"\n".join(out)


def _text_part(words: bytes) -> list[bytes]:
    plain = all(len(line) <= _LONGEST_LINE and not line.startswith(b"--=_") for line in words.split(b"\n"))
    head = f"--{BOUNDARY}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
    return [(head + ("8bit" if plain else "base64") + "\n").encode(), words if plain else _base64(words)]


def _file_part(clean: Clean, name: str) -> list[bytes]:
    # A part of type `message/rfc822` may not be in base64 (RFC 2046 5.2.1), so an e-mail travels as a file.
    media_type = "application/octet-stream" if clean.extension == "eml" else clean.media_type
    head = (
        f"--{BOUNDARY}\nContent-Type: {media_type}\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="{name}"\n'
    )
    return [head.encode(), _base64(clean.content)]


def _base64(content: bytes) -> bytes:
    """Lines of 76 letters, each with a line feed."""
    letters = base64.b64encode(content)
    return b"".join(letters[at : at + _LINE] + b"\n" for at in range(0, len(letters), _LINE))


def _header_words(text: str) -> str:
    """As it is where that is plain and short, otherwise encoded words of up to 45 bytes."""
    if text.isascii() and "=?" not in text and len(text) <= _LINE - len("Subject: "):
        return text
    words, word = [], b""
    for letter in text:
        piece = letter.encode()
        if len(word) + len(piece) > _WORD_BYTES:
            words.append(word)
            word = b""
        word += piece
    return "\n ".join(f"=?utf-8?B?{base64.b64encode(each).decode()}?=" for each in (*words, word))
