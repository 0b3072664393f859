"""Revocations: a reviewer's root says that nothing may be sealed to its keys any more, for ever.

Source: issue 9, item 7; drawn in docs/protocol.md, "Revocations". Made with the keys and kept elsewhere, for
the day on which the machine is lost. One text of four lines, which a person can copy, scan or print: a
minisign signature over nothing, whose trusted comment is the document.
"""

from __future__ import annotations

import re
from datetime import date

from crypto import canonical
from crypto.errors import FormatError
from crypto.minisign import TRUSTED, PublicKey, SigningKey
from crypto.record import Record

MAX_SIZE = 1024
FIRST_LINE = "untrusted comment: Silbo revocation; for the server's operator: silbo reviewers revoke FILE"

_KEYS = {"type", "version", "root", "made"}
_LINES = re.compile(r"[ -~]+(?:\r?\n[ -~]+){3}(?:\r?\n)?", re.ASCII)


class Revocation(Record):
    """Whose keys are revoked, the day on which this was signed, and its text: 4 lines with a line feed each.

    Two revocations of one root say the same, whatever their days: a revoked root does not come back.
    """

    root: PublicKey
    made: date
    text: str


def make_revocation(root: SigningKey, made: date) -> Revocation:
    """The revocation of `root`, signed by it."""
    public = root.public()
    document = {"type": "silbo revocation", "version": 1, "root": str(public), "made": made.isoformat()}
    _, _, signature = root.sign(b"", canonical.encode(document).decode("ascii")).partition("\n")
    return Revocation(public, made, f"{FIRST_LINE}\n{signature}")


def parse_revocation(untrusted: bytes) -> Revocation:
    """A revocation that was signed by the root that it names; who that is, the caller compares.

    Line ends may have become CR LF, and the last may be gone: scanners and mail programs do that. Raises
    FormatError, or SignatureError if it was changed or signed by another key.
    """
    if len(untrusted) > MAX_SIZE:
        raise FormatError("The revocation is longer than allowed.")
    claimed = untrusted.decode("ascii", "replace")
    if _LINES.fullmatch(claimed) is None:
        raise FormatError("The revocation does not have exactly the four lines that it must have.")
    lines = claimed.splitlines()
    if lines[0] != FIRST_LINE or not lines[2].startswith(TRUSTED):
        raise FormatError("This is not a revocation of a Silbo reviewer.")
    document = lines[2].removeprefix(TRUSTED).encode("ascii")
    fields = canonical.Fields.of_document(document, MAX_SIZE, "silbo revocation", _KEYS)
    text = "".join(f"{line}\n" for line in lines)
    revocation = Revocation(fields.signing_key("root"), fields.day("made"), text)
    revocation.root.verify(b"", text)
    return revocation
