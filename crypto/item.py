"""Items: one message or file of a source, sealed while it streams in and checked to the last byte.

Source: the design, "Formats"; drawn in docs/protocol.md, "Item". The plaintext of the age file is a tar of
the content and then `item.json` (the hash of the content is known only after it has passed), then zeros up
to a size class. One layout is accepted; whatever differs is a FormatError.
"""

from __future__ import annotations

import codecs
import hashlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Literal, cast

from crypto import canonical, tar
from crypto.age import Identity
from crypto.envelope import PIECE, Layout, Sealing, open_sealed, read_document, read_end, read_zeros
from crypto.errors import FormatError
from crypto.slots import Slots

Kind = Literal["text", "file"]
Cleaning = Literal["text", "clean", "uncleaned", "original", "sealed"]

ITEM_JSON = "item.json"
ITEM_JSON_LIMIT = 8 * 1024
MAX_CODES = 64

VERSION = 2
SEALED_TYPE = "application/octet-stream", "age"
"""Media type and extension of a sealed part."""
ANSWER = "answer_"
"""What the note on a text begins with that answers a question of the desk; the rest is the question's id."""
_KEYS = {"type", "version", "kind", "media_type", "day", "cleaning", "removed", "notes", "sha256"}
_KEYS_1 = {*_KEYS, "arrived_sha256"}
_KIND = re.compile("text|file")
_CLEANING = re.compile("text|clean|uncleaned|original|sealed")
_MEDIA_TYPE = re.compile(r"[a-z]{1,32}/[a-z0-9][a-z0-9.+_-]{0,95}")
_CONTENT = re.compile(r"content\.([a-z0-9]{1,8})")


@dataclass(frozen=True, slots=True)
class Item:
    """What is known of one item. `size` and `sha256` (32 bytes) are those of the content as it is now.

    `removed` are codes of what was taken out and `notes` of what remains or was changed; both sorted, each
    once. A text is UTF-8 with extension `txt`, media type `text/plain` and cleaning `text`, and only a text
    is. An `original` is a file untouched, for the custodian: nothing was removed. In a `sealed` item the
    content is a part of a source's parcel, which nobody has opened.

    `arrived_sha256` is the hash of what the source had sent, before cleaning. Version 1 told it, and whoever
    had the source's device found the file by it; it is None in all that is written since.
    """

    kind: Kind
    media_type: str
    day: date
    cleaning: Cleaning
    removed: tuple[str, ...]
    size: int
    sha256: bytes
    extension: str
    notes: tuple[str, ...] = ()
    arrived_sha256: bytes | None = None

    @property
    def answers(self) -> str | None:
        """The id of the question that this text answers; None for any other item."""
        found = [note for note in self.notes if note.startswith(ANSWER)] if self.kind == "text" else []
        return found[0].removeprefix(ANSWER) if len(found) == 1 else None


class ItemSealer:
    """Encrypts one item while it arrives: `update` with pieces of content, then `finish` with the rest.

    `size` is the length of the content, which a tar header tells before it. Memory is bounded by the pieces
    given. Every call returns ciphertext to be stored behind what was returned before. `ciphertext_sha256`
    and `ciphertext_size` describe all of it after the last piece of `finish`. Raises FormatError for a bad
    extension or a content of another length.
    """

    def __init__(self, slots: Slots, *, size: int, extension: str) -> None:
        name = f"content.{extension}"
        if _CONTENT.fullmatch(name) is None:
            raise FormatError("An extension must be 1 to 8 lower-case letters or digits.")
        self._extension = extension
        self._size = size
        self._left = size
        self._content = hashlib.sha256()
        self._sealing = Sealing(slots)
        self._head = self._sealing.update(tar.member_header(name, size))

    def update(self, chunk: bytes) -> bytes:
        """Takes the next piece of content, of any length; returns the ciphertext ready, perhaps none."""
        if len(chunk) > self._left:
            raise FormatError("The content is longer than announced.")
        self._left -= len(chunk)
        self._content.update(chunk)
        return self._take_head() + self._sealing.update(chunk)

    def finish(
        self,
        *,
        kind: Kind,
        media_type: str,
        day: date,
        cleaning: Cleaning,
        removed: Sequence[str],
        notes: Sequence[str] = (),
    ) -> Iterator[bytes]:
        """Ends the item and returns the last ciphertext, in pieces of at most 256 KiB and a little more.

        Raises FormatError, before the first piece, for a value that would not be accepted on opening or a
        content too short.
        """
        if self._left:
            raise FormatError("The content is shorter than announced.")
        item = Item(
            kind=kind,
            media_type=media_type,
            day=day,
            cleaning=cleaning,
            removed=tuple(sorted(set(removed))),
            size=self._size,
            sha256=self._content.digest(),
            extension=self._extension,
            notes=tuple(sorted(set(notes))),
        )
        metadata = _item_bytes(item)
        document = tar.member_header(ITEM_JSON, len(metadata)) + metadata + tar.member_padding(len(metadata))
        sealed = self._take_head() + self._sealing.update(tar.member_padding(self._size) + document)
        return itertools.chain([sealed], self._sealing.finish())

    def _take_head(self) -> bytes:
        head, self._head = self._head, b""
        return head

    @property
    def ciphertext_sha256(self) -> bytes:
        return self._sealing.ciphertext_sha256

    @property
    def ciphertext_size(self) -> int:
        return self._sealing.ciphertext_size


def seal_item(
    slots: Slots,
    content: bytes,
    *,
    extension: str,
    kind: Kind,
    media_type: str,
    day: date,
    cleaning: Cleaning,
    removed: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> bytes:
    """The age file of an item whose content is at hand. Arguments and errors are those of `ItemSealer`."""
    sealer = ItemSealer(slots, size=len(content), extension=extension)
    head = sealer.update(content)
    end = sealer.finish(
        kind=kind,
        media_type=media_type,
        day=day,
        cleaning=cleaning,
        removed=removed,
        notes=notes,
    )
    return head + b"".join(end)


def open_item(src: BinaryIO, dst: BinaryIO | None, identities: Sequence[Identity]) -> Item:
    """Decrypts and checks an item in bounded memory and returns what is known of it.

    The content goes to `dst` while it is read (None: it is only checked): it may be believed only once this
    function has returned. Raises an age error of the family if the file does not open, FormatError if it is
    not an item.
    """
    return open_sealed(src, identities, read_item(dst))


def read_item(dst: BinaryIO | None) -> Layout[Item]:
    """The layout of an item's plaintext; the content goes to `dst`."""
    name, size = tar.parse_header((yield tar.BLOCK))
    if (match := _CONTENT.fullmatch(name)) is None:
        raise FormatError("The first member of an item must be its content.")
    digest = hashlib.sha256()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    left = size
    while left:
        piece = yield min(left, PIECE)
        left -= len(piece)
        digest.update(piece)
        if is_utf8:
            try:
                utf8.decode(piece, final=left == 0)
            except UnicodeDecodeError:
                is_utf8 = False
        if dst is not None:
            dst.write(piece)
    yield from read_zeros(-size % tar.BLOCK, "padding of the content")
    metadata = yield from read_document(ITEM_JSON, ITEM_JSON_LIMIT)
    item = _parse_item(metadata, match[1], size)
    yield from read_end(size, len(metadata))
    if digest.digest() != item.sha256:
        raise FormatError("The content is not what item.json says it is.")
    if item.kind == "text" and not is_utf8:
        raise FormatError("The text is not UTF-8.")
    return item


def _item_bytes(item: Item) -> bytes:
    data = canonical.encode(
        {
            "type": "silbo item",
            "version": VERSION,
            "kind": item.kind,
            "media_type": item.media_type,
            "day": item.day.isoformat(),
            "cleaning": item.cleaning,
            "removed": list(item.removed),
            "notes": list(item.notes),
            "sha256": item.sha256.hex(),
        }
    )
    if _parse_item(data, item.extension, item.size) != item:
        raise FormatError("The item holds a value that would not be accepted.")
    return data


def _parse_item(untrusted: bytes, extension: str, size: int) -> Item:
    fields = canonical.Fields.of_document(untrusted, ITEM_JSON_LIMIT, "silbo item", _KEYS_1, _KEYS)
    item = Item(
        kind=cast(Kind, fields.text("kind", _KIND, "text or file")),
        media_type=fields.text("media_type", _MEDIA_TYPE, "a media type"),
        day=fields.day("day"),
        cleaning=cast(Cleaning, fields.text("cleaning", _CLEANING, "one of the five words")),
        removed=fields.codes("removed", maximum=MAX_CODES, as_set=True),
        size=size,
        sha256=fields.hex("sha256", 32),
        extension=extension,
        notes=fields.codes("notes", maximum=MAX_CODES, as_set=True),
        arrived_sha256=fields.hex("arrived_sha256", 32) if fields.has("arrived_sha256") else None,
    )
    if (item.kind == "text") != (item.cleaning == "text"):
        raise FormatError("An item is cleaned as a text if, and only if, it is one.")
    if item.kind == "text" and (item.media_type, extension) != ("text/plain", "txt"):
        raise FormatError("A text item must be text/plain with the extension txt.")
    if item.cleaning == "original" and (item.removed or item.arrived_sha256 not in (None, item.sha256)):
        raise FormatError("Nothing is removed from an original.")
    if item.cleaning == "sealed":
        if item.arrived_sha256 is not None:
            raise FormatError("Version 1 of an item knows no sealed parts.")
        if item.removed or (item.media_type, extension) != SEALED_TYPE:
            raise FormatError("A sealed part must be as it arrived, of the type of such parts.")
    return item
