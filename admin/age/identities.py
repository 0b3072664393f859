"""Reading key files: recipients and identities, from a file or from standard input."""

from __future__ import annotations

import codecs
import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from admin.errors import AdminError
from admin.keys.passphrase import Ask
from admin.words import tr
from crypto import age

STANDARD = "-"
MAX_KEY_FILE = 16 << 20

TYPE_CHECKING = False
if TYPE_CHECKING:
    AnyIdentity = age.X25519Identity | age.HybridIdentity


def read_identities(names: Sequence[str], ask: Ask) -> list[AnyIdentity]:
    """The identities of all the files, in order."""
    identities: list[AnyIdentity] = []
    for name in names:
        data = _read(name)
        if data.lstrip().startswith((b"age-encryption.org/", b"-----BEGIN AGE")):
            prompt = tr("Passphrase of the identity file: ")
            data = age.decrypt(data, [age.ScryptIdentity(ask(prompt))])
        identities += age.parse_identities(_decode(data))
    return identities


@contextlib.contextmanager
def source(name: str) -> Iterator[BinaryIO]:
    if name == STANDARD:
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file


def _read(name: str) -> bytes:
    with source(name) as file:
        data = file.read(MAX_KEY_FILE + 1)
    if len(data) > MAX_KEY_FILE:
        raise AdminError(tr("A key file is too large to be one."))
    return _without_mark(data)


def _without_mark(data: bytes) -> bytes:
    """Without the byte order mark that editors of Windows put before a text, which may be UTF-16 then."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-16").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def read_text(name: str) -> str:
    return _decode(_read(name))


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise AdminError(tr("A key file is not text.")) from None
