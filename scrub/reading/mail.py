"""The parts of a clean e-mail: subject, words, and files."""

from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header
from email.message import Message


def parts_of(untrusted: bytes) -> Iterator[tuple[str, bytes]]:
    """Pairs of a file's extension ("" for words) and its content."""
    mail = message_from_bytes(untrusted)
    yield "", _subject(mail)
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            name = part.get_filename() or ""
            yield (name.rpartition(".")[2].lower() if "." in name else ""), content


def _subject(mail: Message) -> bytes:
    pieces = decode_header(str(mail.get("Subject", "")))
    return b"".join(
        piece if isinstance(piece, bytes) else piece.encode("utf-8", "replace") for piece, _ in pieces
    )
