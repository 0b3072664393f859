"""Events: what a reviewer did with drops (tagged, noted, assigned), to be shared with the others by stick.

Source: issue 15, item 2; drawn in docs/protocol.md, "Events". Each is appended and never changed; it names
the events that it takes the place of (`after`), so that two reviewers who decide at the same time are both
seen. A bundle holds all events of one reviewer, signed inside the encryption: it may be passed on, and stays
hers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import pairwise

from crypto import canonical, tar
from crypto.age import Identity, Recipient
from crypto.envelope import Layout, Sealing, open_sealed, read_document, read_end
from crypto.errors import FormatError, SignatureError
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey, SigningKey
from crypto.slots import Slots

EVENTS_JSON = "events.json"
SIGNATURE = "events.json.minisig"
MAX_SIZE = 32 * 1024 * 1024
MAX_EVENTS = 100_000
MAX_AFTER = 64
MAX_NOTE = 16384
MAX_NAME = 64
MAX_QUERY = 1024
ID_SIZE = 16
STATES = ("new", "checking", "publishable", "closed")

_KEYS = {"type", "version", "root", "made", "events"}
_EVENT_KEYS = {"id", "day", "drop", "kind", "name", "value", "after"}
_DROP = re.compile("[0-9a-f]{32}")
_ANY = re.compile(f"(?s:.){{0,{MAX_NOTE}}}")


def is_name(text: str) -> bool:
    """Whether a text can be a tag, a person or what a search is saved as."""
    return 1 <= len(text) <= MAX_NAME and text.isprintable() and text == text.strip()


def _is_day(text: str) -> bool:
    try:
        return text == date.fromisoformat(text).isoformat()
    except ValueError:
        return False


KINDS: dict[str, Callable[[str], bool]] = {
    "tag": lambda value: value in {"on", "off"},
    "flag": lambda value: value in {"on", "off"},
    "note": lambda value: value != "",
    "assign": lambda value: value == "" or is_name(value),
    "state": lambda value: value in STATES,
    "due": lambda value: value == "" or _is_day(value),
    "search": lambda value: len(value) <= MAX_QUERY and (value == "" or value.isprintable()),
}
"""What an event may say, and which values it may give."""

NAMED = frozenset({"tag", "search"})
"""Those that have a name: the tag, and what a search was saved as. A search is of no drop."""


@dataclass(frozen=True, slots=True, repr=False)
class Event:
    """One thing that the holder of `author` did. `id` are 16 random bytes, `drop` 32 hex digits or None.

    `after` are the ids of events on the same thing that this one takes the place of, ascending. Its repr is
    blank: a note may quote a source.
    """

    id: bytes
    author: PublicKey
    day: date
    drop: str | None
    kind: str
    name: str
    value: str
    after: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Events:
    """All that the holder of `root` did until `made`: events of this author alone, ascending by id."""

    root: PublicKey
    made: date
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Signed:
    """A bundle with the very bytes that were signed, and the signature: it can be passed on as it is."""

    bundle: Events
    data: bytes
    signature: str


def sign_events(bundle: Events, root: SigningKey) -> Signed:
    """Raises FormatError for a bad value, or a bundle in another's name."""
    if bundle.root != root.public():
        raise FormatError("The events name another root key than the one that signs them.")
    data = events_bytes(bundle)
    return Signed(bundle, data, root.sign(data, "silbo events"))


def read_signed(untrusted: bytes, untrusted_signature: str) -> Signed:
    """A bundle that the root which it names has signed; whose that is, the caller compares. Raises
    FormatError, SignatureError.
    """
    bundle = parse_events(untrusted)
    bundle.root.verify(untrusted, untrusted_signature)
    return Signed(bundle, untrusted, untrusted_signature)


def seal_events(signed: Signed, recipients: Sequence[Recipient]) -> bytes:
    """The age file of a bundle, for recipients of one type. Raises RecipientError."""
    sealing = Sealing(Slots(recipients))
    head = [
        sealing.update(tar.member_header(name, len(content)) + content + tar.member_padding(len(content)))
        for name, content in ((EVENTS_JSON, signed.data), (SIGNATURE, signed.signature.encode()))
    ]
    return b"".join([*head, *sealing.finish()])


def open_events(untrusted: bytes, identities: Sequence[Identity]) -> Signed:
    """What `seal_events` has sealed. Raises an age error of the family, FormatError, or SignatureError."""
    return open_sealed(BytesIO(untrusted), identities, _layout())


def events_bytes(bundle: Events) -> bytes:
    """The bytes of `events.json`. Raises FormatError for a bad value."""
    data = canonical.encode(
        {
            "type": "silbo events",
            "version": 1,
            "root": str(bundle.root),
            "made": bundle.made.isoformat(),
            "events": [_fields(event) for event in bundle.events],
        }
    )
    if parse_events(data) != bundle:
        raise FormatError("The events hold a value that would not be accepted.")
    return data


def parse_events(untrusted: bytes) -> Events:
    """The bundle in these bytes, unsigned so far. Raises FormatError."""
    fields = canonical.Fields.of_document(untrusted, MAX_SIZE, "silbo events", _KEYS)
    root, made = fields.signing_key("root"), fields.day("made")
    events = tuple(_event(value, root, made) for value in fields.array("events", maximum=MAX_EVENTS))
    if any(later.id <= earlier.id for earlier, later in pairwise(events)):
        raise FormatError("The events are not ordered by id, or one is there twice.")
    return Events(root, made, events)


def _layout() -> Layout[Signed]:
    data = yield from read_document(EVENTS_JSON, MAX_SIZE)
    signature = yield from read_document(SIGNATURE, SIGNATURE_TEXT_LIMIT)
    yield from read_end(len(data), len(signature))
    try:
        return read_signed(data, signature.decode())
    except UnicodeDecodeError:
        raise SignatureError("The signature of the events is malformed.") from None


def _fields(event: Event) -> dict[str, object]:
    return {
        "id": event.id.hex(),
        "day": event.day.isoformat(),
        "drop": event.drop,
        "kind": event.kind,
        "name": event.name,
        "value": event.value,
        "after": [of.hex() for of in event.after],
    }


def _event(untrusted: object, root: PublicKey, made: date) -> Event:
    fields = canonical.Fields(untrusted, "event", _EVENT_KEYS)
    day = fields.day("day")
    if day > made:
        raise FormatError("An event is of a later day than the bundle that it is in.")
    kind = fields.text("kind", canonical.NAME, "a kind of event")
    name = fields.text("name", _ANY, "a name")
    value = fields.text("value", _ANY, f"a text of at most {MAX_NOTE} characters")
    drop = fields.optional("drop", lambda key: fields.text(key, _DROP, "32 hexadecimal digits"))
    fits = KINDS.get(kind)
    if fits is None or not fits(value) or (drop is None) != (kind == "search"):
        raise FormatError("An event says what no event can say.")
    if not (is_name(name) if kind in NAMED else name == ""):
        raise FormatError("An event has no name where it needs one, or one that it can't have.")
    after = [_id(value) for value in fields.array("after", maximum=MAX_AFTER)]
    if any(later <= earlier for earlier, later in pairwise(after)):
        raise FormatError("What an event comes after is not in order, or is named twice.")
    return Event(fields.hex("id", ID_SIZE), root, day, drop, kind, name, value, tuple(after))


def _id(untrusted: object) -> bytes:
    if not isinstance(untrusted, str) or re.fullmatch("[0-9a-f]{32}", untrusted) is None:
        raise FormatError("What an event comes after must be ids of events.")
    return bytes.fromhex(untrusted)
