"""Hand-overs: who leaves signs what, one of those named signs that it was taken."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import hand_over as module
from crypto.batch import MAX_DROPS
from crypto.custody import SignedBatch
from crypto.errors import CryptoError, FormatError, NewerVersion, SignatureError, WrongProof
from crypto.hand_over import (
    HandOver,
    HandOverTaken,
    HeldDrop,
    Successor,
    claimed_root,
    hand_over_bytes,
    parse_hand_over,
    parse_taken,
    taken_bytes,
)
from crypto.minisign import SigningKey

DAY = date(2026, 11, 21)
LEAVES, SERVER = SigningKey(bytes(range(32))), SigningKey(bytes(range(1, 33)))
NEXT = sorted((SigningKey(bytes([n]) * 32) for n in (7, 8)), key=lambda key: str(key.public()))
HAND_OVER = HandOver(
    root=LEAVES.public(),
    made=DAY,
    to=tuple(Successor(key.public(), name) for key, name in zip(NEXT, ("Ana", "Édgar O'Neil"), strict=True)),
    server=SERVER.public(),
    batch=SignedBatch(7, bytes(32)),
    drops=tuple(HeldDrop(f"{n:032x}", bytes([n]) * 32) for n in range(3)),
)
DATA = hand_over_bytes(HAND_OVER)
TAKEN = HandOverTaken(NEXT[1].public(), DAY, hashlib.sha256(DATA).digest())


def test_a_hand_over_and_its_answer_survive() -> None:
    for each in (HAND_OVER, replace(HAND_OVER, batch=None, drops=(), to=HAND_OVER.to[:1])):
        data = hand_over_bytes(each)
        assert claimed_root(data) == LEAVES.public()
        assert parse_hand_over(data, LEAVES.sign(data, "x"), LEAVES.public()) == each
    data = taken_bytes(TAKEN)
    assert parse_taken(data, NEXT[1].sign(data, "x"), HAND_OVER) == TAKEN


def test_an_answer_to_another_hand_over_or_by_somebody_else_is_refused_by_name() -> None:
    data = taken_bytes(TAKEN)
    with pytest.raises(WrongProof, match="another hand-over"):
        parse_taken(data, NEXT[1].sign(data, "x"), replace(HAND_OVER, drops=HAND_OVER.drops[1:]))
    for stranger in (SERVER, LEAVES):
        data = taken_bytes(replace(TAKEN, root=stranger.public()))
        with pytest.raises(WrongProof, match="by nobody"):
            parse_taken(data, stranger.sign(data, "x"), HAND_OVER)
    with pytest.raises(SignatureError):
        parse_taken(taken_bytes(TAKEN), SERVER.sign(taken_bytes(TAKEN), "x"), HAND_OVER)


def test_a_hand_over_in_the_name_of_another_is_refused() -> None:
    with pytest.raises(SignatureError, match="another root"):
        parse_hand_over(DATA, SERVER.sign(DATA, "x"), SERVER.public())


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ()},
        {"to": HAND_OVER.to[::-1]},
        {"to": HAND_OVER.to[:1] * 2},
        {"to": (Successor(LEAVES.public(), "Me"),)},
        {"to": (Successor(NEXT[0].public(), "two\nlines"),)},
        {"drops": HAND_OVER.drops[::-1]},
        {"drops": HAND_OVER.drops[:1] * 2},
        {"drops": (HeldDrop("x", bytes(32)),)},
        {"drops": (HeldDrop("0" * 32, b""),)},
        {"batch": SignedBatch(0, bytes(32))},
    ],
)
def test_what_would_not_be_accepted_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        hand_over_bytes(replace(HAND_OVER, **changes))


def test_sixty_four_successors_and_no_more() -> None:
    keys = sorted((SigningKey(bytes([n]) * 32).public() for n in range(10, 75)), key=str)
    everybody = tuple(Successor(key, "A") for key in keys)
    assert len(everybody) == module.MAX_SUCCESSORS + 1
    hand_over_bytes(replace(HAND_OVER, to=everybody[:-1]))
    with pytest.raises(FormatError, match="at most 64"):
        hand_over_bytes(replace(HAND_OVER, to=everybody))


def test_a_million_drops_are_refused() -> None:
    start, end = DATA.index(b'"drops":[') + 9, DATA.index(b'],"made"')
    for count in (MAX_DROPS + 1, 10**6):
        with pytest.raises(FormatError, match=f"at most {MAX_DROPS}"):
            claimed_root(DATA[:start] + b",".join([b"1"] * count) + DATA[end:])
    with pytest.raises(FormatError, match="longer"):
        claimed_root(DATA + bytes(module.MAX_SIZE))


@pytest.mark.parametrize("kind", ["silbo hand-over", "silbo hand-over taken"])
def test_a_later_version_was_written_by_a_newer_silbo(kind: str) -> None:
    later = f'{{"type":"{kind}","version":2}}'.encode()
    read = module._parse if kind == "silbo hand-over" else module._parse_taken
    with pytest.raises(NewerVersion, match="written by a newer Silbo"):
        read(later)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(CryptoError):
        claimed_root(data)
    with pytest.raises(CryptoError):
        parse_taken(data, "", HAND_OVER)
