"""Outboxes and read marks: what is signed is what is read, files are those listed, and marks are earned."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical, outbox, read_marks
from crypto.errors import CryptoError, FormatError, NewerVersion, NotEarned, SignatureError
from crypto.minisign import SigningKey
from crypto.outbox import ListedReply, Outbox, claimed_root, listed, outbox_bytes, parse_outbox
from crypto.read_marks import ReadMark, ReadMarks, parse_read_marks, read_marks_bytes
from tests.crypto.test_reply import MAILBOX, REPLY, ROOT, STRANGER, sealed

DAY = date(2026, 11, 22)
SERVER = SigningKey(bytes(range(1, 33)))
FILE = sealed()
ENTRY = listed(REPLY, FILE)
FIRST = ListedReply(bytes(32), bytes(32), 28942, bytes(32))
OUTBOX = Outbox(ROOT.public(), DAY, (FIRST, ENTRY))
MARK = ReadMark(ENTRY.sha256, REPLY.token, DAY)
MARKS = ReadMarks(SERVER.public(), (ReadMark(bytes(32), bytes(16), DAY), MARK))


def test_an_outbox_survives_and_names_no_drop_and_no_mailbox_in_clear() -> None:
    for box in (OUTBOX, replace(OUTBOX, replies=())):
        data = outbox_bytes(box)
        assert claimed_root(data) == ROOT.public()
        assert parse_outbox(data, ROOT.sign(data, "silbo outbox"), ROOT.public()) == box
    data = outbox_bytes(OUTBOX)
    assert MAILBOX.address.hex().encode() in data
    assert MAILBOX.id.hex().encode() not in data
    assert REPLY.token.hex().encode() not in data


def test_an_outbox_whose_file_is_another_is_refused() -> None:
    ENTRY.check_file(io.BytesIO(FILE))
    assert ENTRY.name == f"{ENTRY.sha256.hex()}.age"
    for other in (sealed(), FILE[:-1], FILE + b"\0", b"", FILE[:-1] + bytes([FILE[-1] ^ 1])):
        with pytest.raises(FormatError, match="not the one"):
            ENTRY.check_file(io.BytesIO(other))


def test_an_outbox_that_says_another_mailbox_or_token_than_stands_inside_is_refused() -> None:
    """Else a reviewer could lay a reply into a stranger's mailbox, or have it marked by who never got it."""
    ENTRY.check_opened(REPLY)
    for lie in (replace(ENTRY, address=STRANGER.address), replace(ENTRY, token_digest=bytes(32))):
        with pytest.raises(FormatError, match="not what its outbox says"):
            lie.check_opened(REPLY)


@pytest.mark.parametrize(
    "replies",
    [
        (ENTRY, FIRST),
        (ENTRY, ENTRY),
        (replace(ENTRY, size=28941),),
        (replace(ENTRY, size=17270),),
        (replace(ENTRY, size=0),),
        (replace(ENTRY, address=bytes(16)),),
        (replace(ENTRY, sha256=bytes(31)),),
        (replace(ENTRY, token_digest=bytes(16)),),
        tuple(replace(ENTRY, sha256=n.to_bytes(32)) for n in range(10_001)),
    ],
    ids=["order", "twice", "size", "x25519", "nothing", "address", "hash", "token", "too many"],
)
def test_an_outbox_that_would_not_be_accepted_is_not_signed(replies: tuple[ListedReply, ...]) -> None:
    with pytest.raises(FormatError):
        outbox_bytes(replace(OUTBOX, replies=replies))


def test_the_largest_lists_fit_their_limits() -> None:
    box = replace(OUTBOX, replies=tuple(replace(ENTRY, sha256=n.to_bytes(32)) for n in range(10_000)))
    assert len(outbox_bytes(box)) < outbox.MAX_SIZE
    entry = len(canonical.encode({"day": "2026-11-22", "reply": "0" * 64, "token": "0" * 32})) + 1
    assert read_marks.MAX_MARKS * entry + 300 < read_marks.MAX_SIZE


def test_an_outbox_in_another_reviewers_name_is_refused() -> None:
    data = outbox_bytes(replace(OUTBOX, root=SERVER.public()))
    signature = ROOT.sign(data, "silbo outbox")
    with pytest.raises(FormatError, match="another root"):
        parse_outbox(data, signature, ROOT.public())
    with pytest.raises(SignatureError):
        parse_outbox(data, signature, SERVER.public())


def test_an_outbox_that_was_changed_on_the_stick_is_refused() -> None:
    data = outbox_bytes(OUTBOX)
    signature = ROOT.sign(data, "silbo outbox")
    moved = data.replace(MAILBOX.address.hex().encode(), STRANGER.address.hex().encode())
    assert moved != data
    with pytest.raises(SignatureError):
        parse_outbox(moved, signature, ROOT.public())


def test_read_marks_survive() -> None:
    for marks in (MARKS, replace(MARKS, marks=())):
        data = read_marks_bytes(marks)
        signature = SERVER.sign(data, "silbo read marks")
        assert parse_read_marks(data, signature, SERVER.public()) == marks


def test_a_read_mark_that_was_never_earned_is_refused_by_name() -> None:
    """A server that wants the reviewers to believe that they were read knows everything but the token."""
    MARK.check_earned(ENTRY)
    for token in (bytes(16), ENTRY.token_digest[:16], ENTRY.sha256[:16], b""):
        with pytest.raises(NotEarned, match="never earned"):
            replace(MARK, token=token).check_earned(ENTRY)
    with pytest.raises(NotEarned):
        MARK.check_earned(replace(ENTRY, sha256=bytes(32)))
    with pytest.raises(NotEarned):
        replace(MARK, reply=bytes(32)).check_earned(ENTRY)


def test_read_marks_of_another_server_are_refused() -> None:
    data = read_marks_bytes(replace(MARKS, server=ROOT.public()))
    with pytest.raises(FormatError, match="another server"):
        parse_read_marks(data, SERVER.sign(data, "x"), SERVER.public())
    with pytest.raises(SignatureError):
        parse_read_marks(data, SERVER.sign(data, "x"), ROOT.public())


@pytest.mark.parametrize(
    "marks",
    [
        MARKS.marks[::-1],
        (MARK, MARK),
        (replace(MARK, reply=bytes(31)),),
        (replace(MARK, token=bytes(32)),),
    ],
    ids=["order", "twice", "hash", "token"],
)
def test_marks_that_would_not_be_accepted_are_not_signed(marks: tuple[ReadMark, ...]) -> None:
    with pytest.raises(FormatError):
        read_marks_bytes(replace(MARKS, marks=marks))


@pytest.mark.parametrize(
    ("kind", "parse"), [("silbo outbox", claimed_root), ("silbo read marks", read_marks._parse)]
)
def test_a_newer_version_is_called_that(kind: str, parse: Any) -> None:
    with pytest.raises(NewerVersion, match="newer Silbo"):
        parse(canonical.encode({"type": kind, "version": 2}))
    with pytest.raises(FormatError):
        parse(canonical.encode({"type": kind, "version": 1}))


def test_neither_passes_for_the_other() -> None:
    marks, box = read_marks_bytes(MARKS), outbox_bytes(OUTBOX)
    with pytest.raises(FormatError):
        parse_outbox(marks, SERVER.sign(marks, "x"), SERVER.public())
    with pytest.raises(FormatError):
        parse_read_marks(box, ROOT.sign(box, "x"), ROOT.public())


def test_no_address_and_no_token_is_in_a_repr() -> None:
    shown = f"{OUTBOX!r} {ENTRY!r} {MARKS!r} {MARK!r}"
    for secret in (ENTRY.address, ENTRY.token_digest, REPLY.token, ENTRY.sha256):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown


@given(st.binary(max_size=500), st.text(max_size=300))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes, signature: str) -> None:
    with pytest.raises(CryptoError):
        claimed_root(data)
    with pytest.raises(CryptoError):
        parse_outbox(data, signature, ROOT.public())
    with pytest.raises(CryptoError):
        parse_read_marks(data, SERVER.sign(data, "x"), SERVER.public())
