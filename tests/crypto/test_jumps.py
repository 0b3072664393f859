"""Numbers that jump: whoever has the server's key cannot keep an honest hand-over out for ever."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import batch as chain
from crypto import head as module
from crypto.batch import MAX_SEQUENCE, Batch
from crypto.drop_list import make_batch
from crypto.errors import ChainError
from crypto.head import MAX_GAP, Head, Link, head_bytes, parse_head
from crypto.minisign import SigningKey

DAY = date(2026, 11, 21)
SERVER, NEW, THIEF = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))


def made(sequence: int, previous: Batch | None, successor: SigningKey | None = None) -> Batch:
    key = None if successor is None else successor.public()
    return make_batch(sequence, previous.digest() if previous else None, DAY, (), key)


FIRST = made(1, None)
SECOND = made(2, FIRST)
HAND_OVER = made(3, SECOND, NEW)
BEFORE = Head.start(SERVER.public()).follow(FIRST).follow(SECOND)
FAR = made(MAX_SEQUENCE, SECOND, THIEF)
NEAR = made(500, SECOND, THIEF)


def code(head: Head, batch: Batch) -> str | None:
    try:
        head.follow(batch)
    except ChainError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("number", "expected"), [(2 + MAX_GAP, chain.MISSING), (2 + MAX_GAP + 1, chain.JUMPED)]
)
def test_a_thousand_missing_are_a_gap_and_one_more_is_a_jump(number: int, expected: str) -> None:
    far = made(number, SECOND)
    assert code(BEFORE, far) == expected
    assert (BEFORE.adopt(far) == BEFORE) == (expected == chain.JUMPED)


def test_a_batch_numbered_999999999999999_does_not_keep_the_hand_over_out() -> None:
    assert code(BEFORE, FAR) == chain.JUMPED
    head = BEFORE.adopt(FAR)
    assert head == BEFORE
    assert head.follow(HAND_OVER).keys[-1].key == NEW.public()


def test_what_a_person_let_jump_is_taken_and_can_be_undone() -> None:
    head = BEFORE.adopt(FAR, jump=True)
    assert (head.sequence, head.jumps, head.keys[-1].key) == (MAX_SEQUENCE, (MAX_SEQUENCE,), THIEF.public())
    assert code(head, HAND_OVER) == chain.FORKED
    assert head.in_the_way_of(3) == MAX_SEQUENCE
    after = head.undo(MAX_SEQUENCE)
    assert (after.keys, after.links, after.jumps) == (BEFORE.keys, BEFORE.links, ())
    assert after.follow(HAND_OVER).keys[-1].key == NEW.public()


def test_a_home_of_before_that_holds_the_jump_is_mended() -> None:
    """0.1 took any number into its memory."""
    links = (*BEFORE.links, Link(MAX_SEQUENCE - 1, SECOND.digest(), seen=False))
    old = BEFORE.replaced(links=(*links, Link(MAX_SEQUENCE, FAR.digest(), seen=True)))
    assert old.in_the_way_of(3) == MAX_SEQUENCE
    assert old.undo(MAX_SEQUENCE).follow(HAND_OVER).sequence == 3


def test_a_small_jump_that_blocks_a_hand_over_is_undone_with_all_above_it() -> None:
    head = BEFORE.adopt(NEAR)
    above = made(501, NEAR)
    head = head.follow(above)
    assert code(head, HAND_OVER) == chain.FORKED
    assert head.in_the_way_of(3) == 500
    head = head.undo(500)
    assert [link.sequence for link in head.undone] == [500, 501]
    for undone in (NEAR, above):
        assert code(head, undone) == chain.JUMPED
        assert head.adopt(undone) == head, "it does not come back by itself"
    assert parse_head(head_bytes(head)) == head
    assert head.follow(HAND_OVER).sequence == 3


def test_what_was_undone_by_mistake_is_let_jump_again_with_what_follows_it() -> None:
    above = made(501, NEAR)
    head = BEFORE.adopt(NEAR).follow(above).undo(500).adopt(NEAR, jump=True)
    assert (head.undone, head.jumps) == ((), (500,))
    assert head.follow(above).sequence == 501


def test_a_number_named_by_a_forged_batch_is_free_again() -> None:
    """The forged batch 4 says what 3 must be; the honest 3 looks like a fork until 4 is undone."""
    forged = made(4, FIRST)
    head = BEFORE.adopt(forged)
    assert code(head, HAND_OVER) == chain.FORKED
    assert head.in_the_way_of(3) == 4
    assert head.undo(4).follow(HAND_OVER).sequence == 3


@pytest.mark.parametrize("number", [0, 1, 2, 3, 499, 501])
def test_what_follows_the_chain_or_never_came_is_not_undone(number: int) -> None:
    with pytest.raises(ChainError) as raised:
        BEFORE.adopt(NEAR).undo(number)
    assert raised.value.code == chain.JUMPED


def test_a_jump_that_forks_is_not_taken_even_if_a_person_lets_it() -> None:
    head = BEFORE.adopt(NEAR).undo(500)
    third = head.follow(HAND_OVER)
    forged = made(3, SECOND)
    assert third.adopt(forged, jump=True) == third


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 3, 4, 7, 900, 2000, MAX_SEQUENCE]), st.booleans()), max_size=12)
)
def test_whatever_is_taken_and_undone_the_head_survives(steps: list[tuple[int, bool]]) -> None:
    head = BEFORE
    for number, jump in steps:
        if head.may_undo(number):
            head = head.undo(number)
        else:
            head = head.adopt(made(number, SECOND if number > 1 else None), jump=jump)
        assert parse_head(head_bytes(head)) == head
        assert head.links[:2] == BEFORE.links


def test_more_batches_than_are_remembered_leave_the_memory_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thief of the key signs as many as a stick holds."""
    monkeypatch.setattr(module, "MAX_LINKS", 20)
    head = BEFORE
    for number in range(10, 100, 2):
        head = head.adopt(made(number, SECOND))
    assert len(head.links) == 20
    assert parse_head(head_bytes(head)) == head
    for number in range(200, 300, 2):
        head = head.undo(10).adopt(made(10, SECOND), jump=True) if head.may_undo(10) else head
        head = head.adopt(made(number, SECOND))
    assert parse_head(head_bytes(head)) == head
    assert head.undo(10).follow(HAND_OVER).sequence == 3
