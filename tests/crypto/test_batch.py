"""The chain of batches: nobody takes one out, changes one, or turns it round without being noticed."""

import hashlib
import io
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import batch as chain
from crypto import canonical
from crypto.batch import Batch, BatchDrop, batch_bytes, check_drop, parse_batch
from crypto.errors import ChainError, CryptoError, FormatError
from crypto.head import MAX_GAP, Head, head_bytes, parse_head
from crypto.minisign import PublicKey, SigningKey

DAY = date(2026, 11, 21)
SERVER = SigningKey(bytes(range(32)))
CONTENT = b"drop" * 1000


def _drop(number: int, content: bytes = CONTENT) -> BatchDrop:
    return BatchDrop(f"{number:032x}", hashlib.sha256(content).digest(), len(content))


def _batch(sequence: int, previous: Batch | None, **changes: Any) -> Batch:
    batch = Batch(
        sequence, previous.digest() if previous else None, DAY + timedelta(days=sequence), (_drop(sequence),)
    )
    return batch.replaced(**changes)


def _made(count: int) -> list[Batch]:
    batches: list[Batch] = []
    for sequence in range(1, count + 1):
        batches.append(_batch(sequence, batches[-1] if batches else None))
    return batches


CHAIN = _made(5)


def _signed(batch: Batch, key: SigningKey = SERVER) -> tuple[bytes, str]:
    data = batch_bytes(batch)
    return data, key.sign(data, f"silbo batch {batch.sequence}")


def _import(head: Head, *batches: Batch, key: SigningKey = SERVER) -> tuple[Head, list[str]]:
    """What an importer does: every fault is noted, and what is intact is taken in all the same."""
    faults = []
    for batch in batches:
        try:
            opened = head.open(*_signed(batch, key))
        except ChainError as error:
            faults.append(error.code)
            continue
        assert opened == batch
        try:
            head = head.follow(opened)
        except ChainError as error:
            faults.append(error.code)
            head = head.adopt(opened)
    return head, faults


START = Head.start(SERVER.public())


def test_a_whole_chain_has_no_fault() -> None:
    head, faults = _import(START, *CHAIN)
    assert faults == []
    assert (head.sequence, head.missing) == (5, ())


def test_a_batch_survives() -> None:
    successor = SigningKey.generate().public()
    for batch in (
        CHAIN[0],
        CHAIN[1].replaced(drops=(), successor=successor),
        _batch(7, CHAIN[4], day=date.max),
    ):
        assert parse_batch(batch_bytes(batch)) == batch


def test_a_missing_batch_is_reported_and_the_rest_is_taken_in() -> None:
    head, faults = _import(START, CHAIN[0], CHAIN[3], CHAIN[4])
    assert faults == [chain.MISSING]
    assert (head.sequence, head.missing) == (5, (range(2, 4),))
    with pytest.raises(ChainError, match=r"Missing before batch 4: batches 2 to 3\."):
        START.follow(CHAIN[0]).follow(CHAIN[3])


def test_a_missing_first_batch_is_reported() -> None:
    head, faults = _import(START, CHAIN[1])
    assert faults == [chain.MISSING]
    assert head.missing == (range(1, 2),)


def test_a_repeated_batch_is_reported() -> None:
    head, faults = _import(START, CHAIN[0], CHAIN[1], CHAIN[0], CHAIN[1])
    assert faults == [chain.REPEATED, chain.REPEATED]
    assert head == _import(START, *CHAIN[:2])[0]


def test_reordered_batches_are_reported_and_the_gap_closes() -> None:
    head, faults = _import(START, CHAIN[0], CHAIN[2], CHAIN[1])
    assert faults == [chain.MISSING, chain.REORDERED]
    assert head == _import(START, *CHAIN[:3])[0]
    backwards, faults = _import(START, *reversed(CHAIN))
    assert faults == [chain.MISSING, *[chain.REORDERED] * 4]
    assert backwards == _import(START, *CHAIN)[0]


def test_a_fork_is_reported_and_changes_nothing() -> None:
    """The server tells two stories: another batch under a number that was seen before."""
    before, _ = _import(START, *CHAIN[:3])
    after, faults = _import(before, _batch(3, CHAIN[1], drops=()))
    assert faults == [chain.FORKED]
    assert after == before


def test_a_batch_that_follows_another_story_is_a_fork() -> None:
    before, _ = _import(START, *CHAIN[:2])
    other = _batch(2, CHAIN[0], drops=())
    after, faults = _import(before, _batch(3, other))
    assert faults == [chain.FORKED]
    assert after == before


def test_a_gap_is_not_filled_by_another_story() -> None:
    """Batch 2 was held back; batch 3 says what it must be."""
    before, _ = _import(START, CHAIN[0], CHAIN[2])
    after, faults = _import(before, _batch(2, CHAIN[0], drops=()))
    assert faults == [chain.FORKED]
    assert after == before


def test_a_wide_gap_is_not_filled_by_another_story() -> None:
    before, _ = _import(START, CHAIN[0], CHAIN[4])
    _, faults = _import(before, _batch(2, _batch(1, None, drops=())))
    assert faults == [chain.FORKED]
    _, faults = _import(before, CHAIN[1], CHAIN[2], CHAIN[3])
    assert faults == [chain.REORDERED] * 3


def test_an_altered_batch_is_refused() -> None:
    data, signature = _signed(CHAIN[0])
    for changed in (data.replace(b"2026-11-22", b"2026-11-23"), data + b"\n", b"", data[:-1]):
        with pytest.raises(ChainError) as raised:
            START.open(changed, signature)
        assert raised.value.code == chain.ALTERED


def test_a_batch_signed_by_another_key_is_refused() -> None:
    _, faults = _import(START, CHAIN[0], key=SigningKey.generate())
    assert faults == [chain.ALTERED]


def test_a_signature_does_not_move_to_another_batch() -> None:
    with pytest.raises(ChainError) as raised:
        START.open(batch_bytes(CHAIN[0]), _signed(CHAIN[1])[1])
    assert raised.value.code == chain.ALTERED


NEW = SigningKey(bytes(32))
HAND_OVER = _batch(3, CHAIN[1], drops=(), successor=NEW.public())
NEXT = _batch(4, HAND_OVER)


def test_a_signed_hand_over_moves_the_chain_to_the_new_key() -> None:
    head, faults = _import(START, *CHAIN[:2], HAND_OVER)
    assert faults == []
    head, faults = _import(head, NEXT, _batch(5, NEXT), key=NEW)
    assert faults == []
    assert head.sequence == 5


def test_a_repeated_hand_over_is_a_replay_and_no_fork() -> None:
    head, _ = _import(START, *CHAIN[:2], HAND_OVER)
    head, _ = _import(head, NEXT, key=NEW)
    after, faults = _import(head, HAND_OVER)
    assert faults == [chain.REPEATED]
    assert after == head


def test_a_key_without_a_hand_over_is_refused() -> None:
    head, _ = _import(START, *CHAIN[:2])
    _, faults = _import(head, NEXT, key=NEW)
    assert faults == [chain.ALTERED]


def test_a_hand_over_that_comes_late_lets_the_new_keys_batches_in() -> None:
    head, faults = _import(START, *CHAIN[:2])
    head, faults = _import(head, NEXT, key=NEW)
    assert faults == [chain.ALTERED]
    head, faults = _import(head, HAND_OVER)
    assert faults == []
    head, faults = _import(head, NEXT, key=NEW)
    assert faults == []


def test_a_stolen_retired_key_cannot_extend_the_chain() -> None:
    head, _ = _import(START, *CHAIN[:2], HAND_OVER)
    after, faults = _import(head, NEXT, key=SERVER)
    assert faults == [chain.RETIRED]
    assert after == head


def test_the_new_key_cannot_rewrite_what_the_old_one_signed() -> None:
    head, _ = _import(START, *CHAIN[:2], HAND_OVER)
    after, faults = _import(head, _batch(2, CHAIN[0], drops=()), key=NEW)
    assert faults == [chain.RETIRED]
    assert after == head


def test_a_stolen_retired_key_cannot_hand_over_again() -> None:
    head, _ = _import(START, *CHAIN[:2], HAND_OVER)
    thief = SigningKey.generate()
    after, faults = _import(head, _batch(3, CHAIN[1], successor=thief.public()))
    assert faults == [chain.FORKED]
    assert after == head


@pytest.mark.parametrize("old", [SERVER, NEW], ids=["retired key", "the same key"])
def test_a_hand_over_to_a_key_that_was_in_use_before_is_refused(old: SigningKey) -> None:
    """Else a thief of the old key needs one hand-over to have it back; and nobody could follow the chain."""
    head, _ = _import(START, *CHAIN[:2], HAND_OVER)
    after, faults = _import(head, _batch(4, HAND_OVER, successor=old.public()), key=NEW)
    assert faults == [chain.RETIRED]
    assert after == head


def test_a_late_hand_over_cannot_take_the_chain_from_batches_seen() -> None:
    head, _ = _import(START, CHAIN[0], CHAIN[4])
    thief = SigningKey.generate()
    after, faults = _import(head, _batch(2, CHAIN[0], successor=thief.public()))
    assert faults == [chain.FORKED]
    assert after.keys == head.keys


def test_a_drop_that_is_intact() -> None:
    check_drop(_drop(1), io.BytesIO(CONTENT))


@pytest.mark.parametrize("content", [None, b"", CONTENT[:-1]], ids=["absent", "empty", "short"])
def test_a_truncated_drop_is_reported(content: bytes | None) -> None:
    with pytest.raises(ChainError) as raised:
        check_drop(_drop(1), None if content is None else io.BytesIO(content))
    assert raised.value.code == chain.TRUNCATED


@pytest.mark.parametrize("content", [CONTENT + b"x", b"D" + CONTENT[1:]], ids=["longer", "changed"])
def test_an_altered_drop_is_reported(content: bytes) -> None:
    with pytest.raises(ChainError) as raised:
        check_drop(_drop(1), io.BytesIO(content))
    assert raised.value.code == chain.ALTERED


def test_every_fault_has_a_code_and_a_sentence_of_its_own() -> None:
    codes = [chain.MISSING, chain.REPEATED, chain.REORDERED, chain.FORKED, chain.JUMPED]
    codes += [chain.TRUNCATED, chain.ALTERED, chain.RETIRED]
    assert len(set(codes)) == 8
    head, _ = _import(START, CHAIN[0], CHAIN[1], CHAIN[4])
    sentences = set()
    far = _batch(9, CHAIN[4]).replaced(sequence=5 + MAX_GAP + 1)
    for batch in (_batch(9, CHAIN[4]), CHAIN[0], CHAIN[2], _batch(2, CHAIN[0], drops=()), far):
        with pytest.raises(ChainError) as raised:
            head.follow(batch)
        sentences.add(str(raised.value))
    assert len(sentences) == 5


def test_a_head_survives() -> None:
    head, _ = _import(START, *CHAIN[:2], HAND_OVER, _batch(9, CHAIN[4]))
    assert parse_head(head_bytes(head)) == head
    assert parse_head(head_bytes(START)) == START


DIGEST = "00" * 32
HEAD: dict[str, Any] = {
    "type": "silbo head",
    "version": 1,
    "keys": [{"first": 1, "key": str(SERVER.public())}],
    "links": [{"sequence": 1, "digest": DIGEST, "seen": 1}],
}


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": []},
        {"keys": [{"first": 2, "key": str(SERVER.public())}]},
        {"links": [{"sequence": 1, "digest": DIGEST, "seen": 0}]},
        {"links": [{"sequence": n, "digest": DIGEST, "seen": 1} for n in (2, 1)]},
        {"links": [{"sequence": 1, "digest": DIGEST, "seen": 2}]},
        {"links": [{"sequence": 1, "digest": "00", "seen": 1}]},
        {"version": 2},
        {"version": 2, "jumps": [2, 1], "undone": []},
        {"version": 2, "jumps": [0], "undone": []},
        {"version": 2, "jumps": ["1"], "undone": []},
        {"version": 2, "jumps": [], "undone": [{"sequence": n, "digest": DIGEST} for n in (2, 1)]},
        {"version": 2, "jumps": [], "undone": [{"sequence": 1, "digest": DIGEST}] * 2},
        {"version": 3, "anything": []},
    ],
)
def test_a_damaged_head_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        parse_head(canonical.encode({**HEAD, **changes}))


def test_a_head_of_version_1_is_read_and_written_as_version_2() -> None:
    head = parse_head(canonical.encode(HEAD))
    assert (head.sequence, head.jumps, head.undone) == (1, (), ())
    assert parse_head(head_bytes(head)) == head
    assert b'"version":2' in head_bytes(head)


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 0},
        {"sequence": 1},
        {"previous": None},
        {"previous": b"short"},
        {"drops": (_drop(2), _drop(1))},
        {"drops": (_drop(1), _drop(1))},
        {"drops": (_drop(1).replaced(id="../../etc/passwd"),)},
        {"drops": (_drop(1).replaced(id="A" * 32),)},
        {"drops": (_drop(1).replaced(size=0),)},
        {"drops": (_drop(1).replaced(sha256=b""),)},
    ],
)
def test_what_would_not_be_accepted_is_not_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        batch_bytes(CHAIN[1].replaced(**changes))


def test_a_successor_that_is_no_key_is_refused() -> None:
    data = batch_bytes(HAND_OVER).replace(str(NEW.public()).encode(), b"x" * 56)
    with pytest.raises(FormatError):
        START.open(data, SERVER.sign(data, "x"))


@given(
    order=st.permutations(range(5)),
    forged=st.sets(st.integers(0, 4)),
    dropped=st.sets(st.integers(0, 4)),
)
def test_any_mutation_of_a_chain_is_noticed(order: list[int], forged: set[int], dropped: set[int]) -> None:
    """Batches are taken out, shuffled, signed with another key: only the true chain in order has no fault."""
    head, faults = START, []
    for index in order:
        if index not in dropped:
            key = SigningKey(b"\xee" * 32) if index in forged else SERVER
            head, more = _import(head, CHAIN[index], key=key)
            faults += more
    kept = [index for index in order if index not in dropped]
    intact = not forged & set(kept) and kept == list(range(len(kept)))
    assert (faults == []) == intact


@given(data=st.binary(max_size=300), signature=st.text(max_size=100))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes, signature: str) -> None:
    for call in (parse_batch, parse_head):
        with pytest.raises(CryptoError):
            call(data)
    for text in (signature, SERVER.sign(data, "x")):
        with pytest.raises(CryptoError):
            START.open(data, text)


def test_public_keys_in_a_head_are_those_of_the_chain() -> None:
    assert {key.key for key in START.keys} == {PublicKey.parse(str(SERVER.public()))}


def test_a_huge_sequence_number_costs_neither_time_nor_memory() -> None:
    """A hostile server signs a number far away: what is missing before it is told without counting it."""
    far = _batch(9, CHAIN[3]).replaced(sequence=chain.MAX_SEQUENCE)
    head = START.follow(CHAIN[0]).adopt(far, jump=True)
    assert head.missing == (range(2, chain.MAX_SEQUENCE),)
    assert parse_head(head_bytes(head)) == head


def test_a_hand_over_at_the_last_sequence_number_can_be_remembered() -> None:
    successor = SigningKey.generate().public()
    last = _batch(9, CHAIN[3]).replaced(sequence=chain.MAX_SEQUENCE, successor=successor)
    head = START.adopt(last, jump=True)
    assert parse_head(head_bytes(head)) == head
    with pytest.raises(FormatError, match="sequence"):
        batch_bytes(last.replaced(sequence=chain.MAX_SEQUENCE + 1))
