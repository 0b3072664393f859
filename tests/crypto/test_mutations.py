"""Mutated documents: a reader raises one of our errors, or what it accepted has exactly this one text.

Small edits of valid documents get past the first checks, where random bytes never come.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import item, keylist, manifest, outbox, read_marks, reply
from crypto.age import X25519Identity
from crypto.batch import Batch, BatchDrop, batch_bytes, parse_batch
from crypto.drop import read_drop, write_drop
from crypto.errors import CryptoError
from crypto.head import Head, head_bytes, parse_head
from crypto.item import Item
from crypto.keylist import KeyList, keylist_bytes, make_periods
from crypto.manifest import Manifest, ManifestItem
from crypto.minisign import SigningKey

DAY = date(2026, 11, 21)
ROOT = SigningKey(bytes(32))
DIGEST = bytes(range(32))
ITEM = Item("file", "image/png", DAY, "clean", ("device", "place"), 67, DIGEST, "png", ("rasterized",))
REPLY = str(X25519Identity.generate().recipient())
MANIFEST = Manifest(
    desk="news",
    language="es",
    channel="web",
    day=DAY,
    items=(ManifestItem("0001.age", DIGEST, 17270, "custodian"),),
    answers={"a": "ñ\n"},
    mailbox=DIGEST[:16],
    reply_recipient=REPLY,
    refused=("broken", "bomb"),
    desk_id=DIGEST[16:],
    in_reply_to=3,
    withdraws=("ab" * 16, "cd" * 16),
)
BATCH = Batch(
    2, DIGEST, DAY, (BatchDrop("ab" * 16, DIGEST, 9), BatchDrop("cd" * 16, DIGEST, 9)), ROOT.public()
)
PERIODS = tuple(new.period for new in make_periods(date(2026, 11, 16), 2, X25519Identity.generate))
REPLIED = reply.Reply(
    root=ROOT.public(),
    mailbox=DIGEST[:16],
    number=3,
    day=DAY,
    language="es",
    text="ñ\n",
    token=DIGEST[16:],
    questions=(reply.Question("a", "?"), reply.Question("b_c", '"')),
)
LISTED = outbox.ListedReply(DIGEST, DIGEST, 28942, DIGEST)
OUTBOX = outbox.Outbox(ROOT.public(), DAY, (outbox.ListedReply(DIGEST, bytes(32), 37134, DIGEST), LISTED))
MARKS = read_marks.ReadMarks(ROOT.public(), (read_marks.ReadMark(DIGEST, DIGEST[:16], DAY),))
KEYS = KeyList(ROOT.public(), 7, DAY, "Ana", PERIODS)


def _drop(files: list[tuple[str, bytes]]) -> bytes:
    written = io.BytesIO()
    write_drop(written, [(name, len(data), [data]) for name, data in files])
    return written.getvalue()


def _read_and_write_drop(data: bytes) -> bytes:
    members = read_drop(io.BytesIO(data))
    return _drop([(m.name, data[m.offset : m.offset + m.size]) for m in members])


@dataclass(frozen=True)
class Document:
    """A valid document and what reads it and writes it again."""

    data: bytes
    again: Callable[[bytes], bytes]


DOCUMENTS = {
    "item": Document(
        item._item_bytes(ITEM), lambda data: item._item_bytes(item._parse_item(data, "png", 67))
    ),
    "text": Document(
        item._item_bytes(
            replace(ITEM, kind="text", cleaning="text", media_type="text/plain", extension="txt")
        ),
        lambda data: item._item_bytes(item._parse_item(data, "txt", 67)),
    ),
    "manifest": Document(
        manifest._manifest_bytes(MANIFEST),
        lambda data: manifest._manifest_bytes(manifest._parse_manifest(data)),
    ),
    "batch": Document(batch_bytes(BATCH), lambda data: batch_bytes(parse_batch(data))),
    "head": Document(
        head_bytes(Head.start(ROOT.public()).adopt(BATCH)), lambda data: head_bytes(parse_head(data))
    ),
    "key list": Document(keylist_bytes(KEYS), lambda data: keylist_bytes(keylist._parse(data))),
    "reply": Document(reply.reply_bytes(REPLIED), lambda data: reply.reply_bytes(reply._parse(data))),
    "outbox": Document(outbox.outbox_bytes(OUTBOX), lambda data: outbox.outbox_bytes(outbox._parse(data))),
    "read marks": Document(
        read_marks.read_marks_bytes(MARKS), lambda data: read_marks.read_marks_bytes(read_marks._parse(data))
    ),
    "drop": Document(_drop([("manifest.age", b"m" * 40), ("0001.age", b"a" * 3)]), _read_and_write_drop),
}

PIECES = [
    b'"',
    b",",
    b"{}",
    b"[]",
    b"null",
    b"0",
    b"1",
    b"-",
    b".",
    b"\\",
    b"\\u0000",
    b" ",
    b"\n",
    b"\0",
    b"\xff",
]
edits = st.lists(
    st.tuples(
        st.integers(0, 1 << 16),
        st.sampled_from([0, 1, 2, 16, 512]),
        st.one_of(st.sampled_from(PIECES), st.binary(max_size=2), st.just(b"")),
    ),
    min_size=1,
    max_size=3,
)


def _check(document: Document, changes: list[tuple[int, int, bytes]]) -> None:
    data = document.data
    for position, removed, inserted in changes:
        start = position % (len(data) + 1)
        data = data[:start] + inserted + data[start + removed :]
    try:
        again = document.again(data)
    except CryptoError:
        return
    assert again == data


def test_the_documents_themselves_are_read() -> None:
    for document in DOCUMENTS.values():
        assert document.again(document.data) == document.data


@pytest.mark.parametrize("name", DOCUMENTS)
@given(changes=edits)
def test_a_mutated_document_is_refused_or_has_one_text(
    name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    _check(DOCUMENTS[name], changes)


@pytest.mark.long
@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=4_000, deadline=None)
@given(changes=edits)
def test_many_mutated_documents(name: str, changes: list[tuple[int, int, bytes]]) -> None:
    _check(DOCUMENTS[name], changes)
