"""What the reviewers are told of their replies: which were read by their source, and on what day.

Source: docs/protocol.md, "Read marks". All of them go onto every stick anew, so that none is lost with one.
"""

from collections.abc import Sequence
from datetime import date

from bot.store.mailboxes import StoredMark
from crypto.minisign import SigningKey
from crypto.read_marks import ReadMark, ReadMarks, read_marks_bytes

MARKS_FILE = "read.json"


def marks_files(marks: Sequence[StoredMark], signing_key: SigningKey) -> tuple[dict[str, bytes], date]:
    """The files, and the newest day in them. Raises ValueError without a mark."""
    listed = tuple(ReadMark(mark.sha256, mark.token, mark.day) for mark in marks)
    data = read_marks_bytes(ReadMarks(signing_key.public(), listed))
    signature = signing_key.sign(data, "read marks").encode()
    return {MARKS_FILE: data, f"{MARKS_FILE}.minisig": signature}, max(mark.day for mark in marks)
