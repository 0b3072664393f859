"""Replies: a reviewer's words and questions for the source behind one mailbox, signed inside the encryption.

Source: issue 11, item 3; drawn in docs/protocol.md, "Replies". The envelope is that of an item, so the size
tells the length by class only. Whoever opened a drop knows the key that its replies go to, so the envelope
proves nothing: the signature inside does, over the mailbox too, so that nobody passes a reply on to another.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from crypto import canonical, tar
from crypto.age import HybridRecipient, Identity, Recipient, parse_recipient
from crypto.envelope import Layout, Sealing, open_sealed, read_document, read_end
from crypto.errors import FormatError, KeyFormatError, SignatureError, WrongMailbox
from crypto.mailbox import MAILBOX_SIZE, Mailbox
from crypto.manifest import LANGUAGE, MAX_NUMBER
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey, SigningKey
from crypto.padding import FLOOR, padded_size
from crypto.slots import SLOTS, Slots

REPLY_JSON = "reply.json"
SIGNATURE = "reply.json.minisig"
MAX_SIZE = 1024 * 1024
MAX_TEXT = 65536
MAX_QUESTIONS = 32
MAX_QUESTION = 4096
TOKEN_SIZE = 16

_KEYS = {
    *("type", "version", "root", "mailbox", "number", "day", "language", "text", "questions", "token"),
}
_QUESTION_KEYS = {"name", "text"}
_NAME = re.compile("[a-z_]{1,32}")
_TEXT = re.compile(f"(?s:.){{0,{MAX_TEXT}}}")
_QUESTION = re.compile(f"(?s:.){{0,{MAX_QUESTION}}}")


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """What a reviewer asks (at most 4096 characters), under the [a-z_] name that the answer will have."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What a reviewer, known by the public `root` key, writes to a mailbox (16 bytes). Its repr is blank.

    `number` counts the replies to a mailbox from 1; two reviewers may use the same. `token` (16 random bytes)
    is in here and nowhere else: who shows it has opened the reply.
    """

    root: PublicKey
    mailbox: bytes
    number: int
    day: date
    language: str
    text: str
    token: bytes
    questions: tuple[Question, ...] = ()

    @property
    def token_digest(self) -> bytes:
        """SHA-256 of the token (32 bytes), which an outbox tells."""
        return hashlib.sha256(self.token).digest()


def seal_reply(reply: Reply, recipient: str, root: SigningKey) -> bytes:
    """The age file of a reply to the `age1pq1...` recipient that the mailbox's drops name.

    Raises FormatError for a reply that would not be accepted, or is in another's name, and for a recipient
    that is not of the hybrid kind.
    """
    return _sealed(reply, _recipient(recipient), root)


def seal_copy(reply: Reply, recipient: str, root: SigningKey) -> bytes:
    """The same for who wrote it, to a key of the own (`age1...`, of any kind); opened by `open_copy`. Raises
    FormatError as `seal_reply`, KeyFormatError.
    """
    return _sealed(reply, parse_recipient(recipient), root)


def open_copy(untrusted: bytes, identities: Sequence[Identity], root: PublicKey) -> Reply:
    """What `seal_copy` has sealed. Raises an age error of the family, FormatError, or SignatureError if it is
    not by `root`.
    """
    reply = open_sealed(io.BytesIO(untrusted), identities, read_reply())
    if reply.root != root:
        raise SignatureError("The copy of a reply is signed by somebody else.")
    return reply


def _sealed(reply: Reply, recipient: Recipient, root: SigningKey) -> bytes:
    if reply.root != root.public():
        raise FormatError("The reply names another root key than the one that signs it.")
    data = reply_bytes(reply)
    signature = root.sign(data, "silbo reply").encode()
    sealing = Sealing(Slots([recipient]))
    head = [
        sealing.update(tar.member_header(name, len(content)) + content + tar.member_padding(len(content)))
        for name, content in ((REPLY_JSON, data), (SIGNATURE, signature))
    ]
    return b"".join([*head, *sealing.finish()])


def open_reply(untrusted: bytes, mailbox: Mailbox, roots: Collection[PublicKey]) -> Reply:
    """Decrypts and checks a reply to `mailbox` by one of the reviewers with these `roots`.

    Raises an age error of the family if the file does not open, FormatError if it is no reply, SignatureError
    if it was changed or is by nobody of these, WrongMailbox if it was written to another.
    """
    if len(untrusted) > max(FILE_SIZES):
        raise FormatError("The reply is longer than allowed.")
    reply = open_sealed(io.BytesIO(untrusted), [mailbox.reply_identity], read_reply())
    if reply.root not in roots:
        raise SignatureError("The reply is signed by nobody who may answer here.")
    if reply.mailbox != mailbox.id:
        raise WrongMailbox("This is a reply for another mailbox.")
    return reply


def read_reply() -> Layout[Reply]:
    """The layout of a reply's plaintext, with a signature by the root that it names; whose that is, and
    whether the mailbox is the right one, the caller compares.
    """
    data = yield from read_document(REPLY_JSON, MAX_SIZE)
    signature = yield from read_document(SIGNATURE, SIGNATURE_TEXT_LIMIT)
    yield from read_end(len(data), len(signature))
    reply = _parse(data)
    try:
        reply.root.verify(data, signature.decode())
    except UnicodeDecodeError:
        raise SignatureError("The signature of the reply is malformed.") from None
    return reply


def reply_bytes(reply: Reply) -> bytes:
    """The bytes of `reply.json`. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo reply",
            "version": 1,
            "root": str(reply.root),
            "mailbox": reply.mailbox.hex(),
            "number": reply.number,
            "day": reply.day.isoformat(),
            "language": reply.language,
            "text": reply.text,
            "questions": [{"name": question.name, "text": question.text} for question in reply.questions],
            "token": reply.token.hex(),
        }
    )
    if _parse(data) != reply:
        raise FormatError("The reply holds a value that would not be accepted.")
    return data


def _parse(untrusted: bytes) -> Reply:
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo reply", _KEYS)
    questions = []
    for value in fields.array("questions", maximum=MAX_QUESTIONS):
        asked = canonical.Fields(value, "reply's question", _QUESTION_KEYS)
        name = asked.text("name", _NAME, "a short name of lower-case letters and _")
        questions.append(Question(name, asked.text("text", _QUESTION, "a text of at most 4096 characters")))
    if len({question.name for question in questions}) != len(questions):
        raise FormatError("Two questions of the reply have the same name.")
    return Reply(
        root=fields.signing_key("root"),
        mailbox=fields.hex("mailbox", MAILBOX_SIZE),
        number=fields.integer("number", minimum=1, maximum=MAX_NUMBER),
        day=fields.day("day"),
        language=fields.text("language", LANGUAGE, "a language code"),
        text=fields.text("text", _TEXT, "a text of at most 65536 characters"),
        token=fields.hex("token", TOKEN_SIZE),
        questions=tuple(questions),
    )


def _recipient(untrusted: str) -> HybridRecipient:
    try:
        recipient = parse_recipient(untrusted)
    except KeyFormatError:
        raise FormatError("The reply recipient is malformed.") from None
    if not isinstance(recipient, HybridRecipient):
        raise FormatError("A reply is sealed to a hybrid recipient.")
    return recipient


def _file_sizes() -> frozenset[int]:
    largest = padded_size(2 * tar.BLOCK + MAX_SIZE + SIGNATURE_TEXT_LIMIT + len(tar.END))
    classes = [FLOOR]
    while classes[-1] < largest:
        classes.append(padded_size(classes[-1] + 1))
    return frozenset(22 + SLOTS * 1557 + 48 + 16 + size + 16 * -(-size // 65536) for size in classes)


FILE_SIZES = _file_sizes()
"""All lengths in bytes that the age file of a reply can have (docs/protocol.md, "Envelope")."""
