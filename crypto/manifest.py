"""The manifest: the last thing sealed of a drop, which lists its items and says what the source chose.

Source: the design, "Formats"; drawn in docs/protocol.md, "Manifest". Sealed, padded and filled like an
item, so that its size tells the number of items only by class.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast

from crypto import canonical, tar
from crypto.age import Identity, parse_recipient
from crypto.drop import MAX_ITEMS, item_name
from crypto.envelope import Layout, Sealing, open_sealed, read_document, read_end
from crypto.errors import FormatError, KeyFormatError
from crypto.slots import Slots

MANIFEST_JSON = "manifest.json"
MANIFEST_LIMIT = 2 * 1024 * 1024
MAILBOX_SIZE = 16
DESK_ID_SIZE = 16
MAX_ANSWERS = 32
MAX_ANSWER = 4096
MAX_REFUSED = 100
MAX_WITHDRAWN = 100
MAX_NUMBER = 999_999
STAMP_SIZE = 32
VERSION = 3

Audience = Literal["reviewers", "custodian"]

_KEYS_1 = {
    *("type", "version", "desk", "language", "channel", "day"),
    *("items", "refused", "answers", "mailbox", "reply_recipient"),
}
_KEYS_2 = _KEYS_1 | {"desk_id", "in_reply_to", "withdraws"}
_KEYS = _KEYS_2 | {"stamp"}
_DESK = re.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
LANGUAGE = re.compile("[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_CHANNEL = re.compile("[a-z_]{1,16}")
_AUDIENCE = re.compile("reviewers|custodian")
_NAME = re.compile("[0-9]{4}[.]age")
_RECIPIENT = re.compile("age1[a-z0-9]{1,2048}")
_DROP_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """One item: its file in the drop (`0001.age`, no gaps), the ciphertext's SHA-256 (32 bytes) and size.

    `audience`, in the document `for`, says whose keys open it: every reviewer's, or only the custodian's
    (a sealed original, which a reviewer can't open and isn't meant to).
    """

    name: str
    sha256: bytes
    size: int
    audience: Audience = "reviewers"


@dataclass(frozen=True, slots=True, repr=False)
class Manifest:
    """What a source sent together. Its repr is blank: it holds the source's words and a secret, the mailbox.

    `desk` is the desk's short name, `language` the one the source chose, `channel` where it came from,
    `answers` the optional questions' ([a-z_] names, at most 4096 characters each). `mailbox` (16 bytes) and
    `reply_recipient` (`age1...`) belong to the source's codename; both are None without one.
    `refused` has one reason code for each file that the desk did not take, in the order in which they came.
    `desk_id` (16 bytes) is None if the desk has none yet, and in version 1. `in_reply_to` is the number of
    the reply that this answers. `withdraws` are the ids of drops whose source asks that they be forgotten; a
    request counts as `asked_by_its_source` says. `stamp` is the secret (32 bytes) of a server that made the
    drop (`crypto.drop.stamp_of`); None, and so version 2, of what a source's own device sealed.
    """

    desk: str
    language: str
    channel: str
    day: date
    items: tuple[ManifestItem, ...]
    answers: Mapping[str, str] = field(default_factory=dict)
    mailbox: bytes | None = None
    reply_recipient: str | None = None
    refused: tuple[str, ...] = ()
    desk_id: bytes | None = None
    in_reply_to: int | None = None
    withdraws: tuple[str, ...] = ()
    stamp: bytes | None = None


def seal_manifest(slots: Slots, manifest: Manifest) -> bytes:
    """The age file of a manifest. Raises FormatError for one that would not be accepted."""
    data = _manifest_bytes(manifest)
    sealing = Sealing(slots)
    head = sealing.update(tar.member_header(MANIFEST_JSON, len(data)) + data + tar.member_padding(len(data)))
    return head + b"".join(sealing.finish())


def open_manifest(ciphertext: bytes, identities: Sequence[Identity]) -> Manifest:
    """Decrypts and checks a manifest.

    Raises an age error of the family if the file does not open, FormatError if it is not a manifest.
    """
    return open_sealed(io.BytesIO(ciphertext), identities, _read_manifest())


def asked_by_its_source(request: Manifest, drop_id: str, withdrawn: Manifest) -> bool:
    """Whether `request` asks for the drop `drop_id` with the manifest `withdrawn`, by the same codename.

    Anybody can write any id into a manifest, so without the drop's own manifest a request counts for nothing.
    """
    return (
        drop_id in request.withdraws and request.mailbox is not None and request.mailbox == withdrawn.mailbox
    )


def _read_manifest() -> Layout[Manifest]:
    data = yield from read_document(MANIFEST_JSON, MANIFEST_LIMIT)
    yield from read_end(len(data))
    return _parse_manifest(data)


def _manifest_bytes(manifest: Manifest) -> bytes:
    data = canonical.encode(
        {
            "type": "silbo manifest",
            "version": VERSION if manifest.stamp is not None else VERSION - 1,
            "desk": manifest.desk,
            "desk_id": None if manifest.desk_id is None else manifest.desk_id.hex(),
            "language": manifest.language,
            "channel": manifest.channel,
            "day": manifest.day.isoformat(),
            "items": [
                {"name": i.name, "sha256": i.sha256.hex(), "size": i.size, "for": i.audience}
                for i in manifest.items
            ],
            "refused": list(manifest.refused),
            "answers": dict(manifest.answers),
            "mailbox": None if manifest.mailbox is None else manifest.mailbox.hex(),
            "reply_recipient": manifest.reply_recipient,
            "in_reply_to": manifest.in_reply_to,
            "withdraws": list(manifest.withdraws),
        }
        | ({} if manifest.stamp is None else {"stamp": manifest.stamp.hex()})
    )
    if len(data) > MANIFEST_LIMIT or _parse_manifest(data) != manifest:
        raise FormatError("The manifest holds a value that would not be accepted.")
    return data


def _parse_manifest(untrusted: bytes) -> Manifest:
    fields = canonical.Fields.of_document(
        untrusted, MANIFEST_LIMIT, "silbo manifest", _KEYS_1, _KEYS_2, _KEYS
    )
    items = []
    for number, value in enumerate(fields.array("items", maximum=MAX_ITEMS), start=1):
        item = canonical.Fields(value, "manifest's item", {"name", "sha256", "size", "for"})
        name = item.text("name", _NAME, "a file name like 0001.age")
        if name != item_name(number):
            raise FormatError("The items in the manifest are not counted from 1 without a gap.")
        items.append(
            ManifestItem(
                name=name,
                sha256=item.hex("sha256", 32),
                size=item.integer("size", minimum=1, maximum=tar.MAX_SIZE),
                audience=cast(Audience, item.text("for", _AUDIENCE, "reviewers or custodian")),
            )
        )
    mailbox = fields.optional("mailbox", lambda key: fields.hex(key, MAILBOX_SIZE))
    reply = fields.optional("reply_recipient", lambda key: fields.text(key, _RECIPIENT, "an age recipient"))
    if (mailbox is None) != (reply is None):
        raise FormatError("A manifest has a mailbox if, and only if, it has a reply recipient.")
    if reply is not None:
        _check_recipient(reply)
    desk_id, in_reply_to, withdraws = _read_thread(fields, mailbox) if fields.has("desk_id") else _NO_THREAD
    return Manifest(
        desk=fields.text("desk", _DESK, "a short name of lower-case letters, digits and -"),
        language=fields.text("language", LANGUAGE, "a language code"),
        channel=fields.text("channel", _CHANNEL, "a channel's name"),
        day=fields.day("day"),
        items=tuple(items),
        answers=fields.texts("answers", maximum=MAX_ANSWERS, longest=MAX_ANSWER),
        mailbox=mailbox,
        reply_recipient=reply,
        refused=fields.codes("refused", maximum=MAX_REFUSED, as_set=False),
        desk_id=desk_id,
        in_reply_to=in_reply_to,
        withdraws=withdraws,
        stamp=fields.hex("stamp", STAMP_SIZE) if fields.has("stamp") else None,
    )


_Thread = tuple[bytes | None, int | None, tuple[str, ...]]
_NO_THREAD: _Thread = (None, None, ())


def _read_thread(fields: canonical.Fields, mailbox: bytes | None) -> _Thread:
    """What version 2 has more: the desk's id, the reply that is answered, and the drops to withdraw."""
    desk_id = fields.optional("desk_id", lambda key: fields.hex(key, DESK_ID_SIZE))
    number = fields.optional("in_reply_to", lambda key: fields.integer(key, minimum=1, maximum=MAX_NUMBER))
    withdraws = fields.array("withdraws", maximum=MAX_WITHDRAWN)
    ids = [drop for drop in withdraws if isinstance(drop, str) and _DROP_ID.fullmatch(drop)]
    if ids != withdraws or sorted(set(ids)) != ids:
        raise FormatError("`withdraws` in the manifest must be drop ids in order, each once.")
    if mailbox is not None and desk_id is None:
        raise FormatError("A manifest has a mailbox only if it names the desk's id.")
    if mailbox is None and (number is not None or ids):
        raise FormatError("A manifest answers or withdraws only if it has a mailbox.")
    return desk_id, number, tuple(ids)


def _check_recipient(untrusted: str) -> None:
    try:
        parse_recipient(untrusted)
    except KeyFormatError:
        raise FormatError("The reply recipient in the manifest is malformed.") from None
