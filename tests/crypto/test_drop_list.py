"""Batches of version 2: the signed root binds the list beside it."""

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import batch as chain
from crypto import canonical
from crypto.batch import MAX_DROPS, MAX_SIZE, Batch, BatchDrop, Commitment, batch_bytes, parse_batch
from crypto.drop_list import leaf_of, list_bytes, make_batch, parse_list, tree_of, with_drops
from crypto.errors import ChainError, CryptoError, FormatError, NewerVersion
from crypto.head import Head
from crypto.merkle import check_path, leaf_hash
from crypto.minisign import SigningKey

DAY = date(2026, 11, 21)
SERVER = SigningKey(bytes(range(32)))


def drop(number: int) -> BatchDrop:
    return BatchDrop(f"{number:032x}", hashlib.sha256(bytes([number])).digest(), 1000 + number)


DROPS = tuple(map(drop, range(1, 6)))
LIST = list_bytes(DROPS)
BATCH = make_batch(1, None, DAY, DROPS)


def test_a_batch_and_its_list_survive() -> None:
    bare = parse_batch(batch_bytes(BATCH))
    assert (bare.drops, bare.count, bare.is_listed) == ((), 5, False)
    assert bare.digest() == BATCH.digest() == hashlib.sha256(batch_bytes(BATCH)).digest()
    assert with_drops(bare, LIST) == BATCH
    assert with_drops(bare, LIST).is_listed


def test_the_list_is_canonical_json() -> None:
    listed = [{"id": d.id, "sha256": d.sha256.hex(), "size": d.size} for d in DROPS]
    assert canonical.encode({"type": "silbo drops", "version": 1, "drops": listed}) == LIST
    assert list_bytes(()) == canonical.encode({"type": "silbo drops", "version": 1, "drops": []})


def test_no_drop_is_named_by_what_is_signed() -> None:
    data = batch_bytes(BATCH)
    assert not any(d.id.encode() in data or d.sha256.hex().encode() in data for d in DROPS)


def test_a_batch_without_drops_needs_a_list_too() -> None:
    empty = make_batch(1, None, DAY, ())
    assert with_drops(parse_batch(batch_bytes(empty)), list_bytes(())) == empty
    assert empty.commitment == Commitment(0, hashlib.sha256().digest())
    with pytest.raises(ChainError, match="signed"):
        with_drops(empty, LIST)


def test_a_missing_list_is_a_truncation() -> None:
    with pytest.raises(ChainError) as raised:
        with_drops(BATCH, None)
    assert raised.value.code == chain.TRUNCATED


@pytest.mark.parametrize(
    "changed",
    [
        b"",
        LIST[:-1],
        LIST + b"\n",
        list_bytes(DROPS[:4]),
        list_bytes((*DROPS, drop(6))),
        list_bytes((*DROPS[:4], DROPS[4].replaced(size=1))),
        list_bytes((*DROPS[:4], DROPS[4].replaced(sha256=bytes(32)))),
        list_bytes((*DROPS[:4], DROPS[4].replaced(id="f" * 32))),
        list_bytes(DROPS[::-1]),
        list_bytes((*DROPS[:4], DROPS[3])),
    ],
    ids=["empty", "cut", "longer", "less", "more", "size", "hash", "id", "turned", "twice"],
)
def test_a_changed_list_is_an_alteration(changed: bytes) -> None:
    with pytest.raises(ChainError) as raised:
        with_drops(BATCH, changed)
    assert raised.value.code == chain.ALTERED


def test_the_list_of_another_batch_is_an_alteration() -> None:
    with pytest.raises(ChainError) as raised:
        with_drops(make_batch(2, BATCH.digest(), DAY, DROPS[1:]), LIST)
    assert raised.value.code == chain.ALTERED


@pytest.mark.parametrize(
    "text",
    [
        LIST.replace(b'"size":1001', b'"size":0'),
        LIST.replace(b'"size":1001', b'"size":01'),
        LIST.replace(b'"size":1001', b'"size":1001.0'),
        LIST.replace(b'"size":1001', b'"size":"1001"'),
        LIST.replace(b'"size":1001', b'"size":9007199254740992'),
        LIST.replace(b'"id":"00', b'"id":"0A', 1),
        LIST.replace(b'"id":"0', b'"id":"', 1),
        LIST.replace(b"},{", b"}, {", 1),
        LIST.replace(b"},{", b"}{", 1),
        LIST.replace(b"},{", b"},,{", 1),
        LIST.replace(b'{"drops":[', b'{"drops":[,'),
        LIST.replace(b'"version":1', b'"version":true'),
        LIST.replace(b'"version":1', b'"version":0'),
        LIST.replace(b"silbo drops", b"silbo batch"),
        b'{"drops":[],"type":"silbo drops"}',
        b'{"drops":[],"more":1,"type":"silbo drops","version":1}',
        b"[" * 100_000,
        b" " * (MAX_SIZE + 1),
    ],
)
def test_a_list_has_one_spelling(text: bytes) -> None:
    with pytest.raises(FormatError):
        parse_list(text)


@pytest.mark.parametrize("number", [2, 3, 2**53 - 1])
def test_a_list_or_a_batch_of_a_later_version_was_written_by_a_newer_silbo(number: int) -> None:
    later = b'{"type":"silbo drops","version":%d}' % number
    for read in (parse_list, lambda text: with_drops(BATCH, text)):
        with pytest.raises(NewerVersion, match="list of drops was written by a newer Silbo"):
            read(later)
    if number > 2:
        with pytest.raises(NewerVersion, match="batch was written by a newer Silbo"):
            parse_batch(b'{"type":"silbo batch","version":%d}' % number)


def test_a_million_drops_are_refused() -> None:
    with pytest.raises(FormatError, match="malformed"):
        parse_list(b'{"drops":[' + b",".join([b"1"] * 10**6) + LIST[-35:])
    short = list_bytes(DROPS[:1])[10:-35] + b","
    with pytest.raises(FormatError, match="longer"):
        parse_list(b'{"drops":[' + short * (MAX_SIZE // len(short) + 1) + LIST[-35:])
    with pytest.raises(FormatError, match=f"0 to {MAX_DROPS}"):
        parse_batch(batch_bytes(BATCH).replace(b'"count":5', b'"count":1000000'))


def test_the_fields_of_one_version_are_refused_in_the_other() -> None:
    old, new = batch_bytes(Batch(1, None, DAY, DROPS)), batch_bytes(BATCH)
    for text in (old.replace(b'"version":1', b'"version":2'), new.replace(b'"version":2', b'"version":1')):
        with pytest.raises(FormatError):
            parse_batch(text)


@pytest.mark.parametrize(
    "drops",
    [
        DROPS[::-1],
        (DROPS[0], DROPS[0]),
        (DROPS[0].replaced(size=0),),
        (DROPS[0].replaced(id="../../etc/passwd"),),
        (DROPS[0].replaced(sha256=b""),),
    ],
)
def test_what_would_not_be_accepted_is_not_signed(drops: tuple[BatchDrop, ...]) -> None:
    with pytest.raises(FormatError):
        make_batch(1, None, DAY, drops)


def test_batches_of_both_versions_are_one_chain() -> None:
    first = Batch(1, None, DAY, DROPS)
    second = make_batch(2, first.digest(), DAY, DROPS)
    third = Batch(3, second.digest(), DAY, ())
    head = Head.start(SERVER.public())
    for batch in (first, second, third):
        data = batch_bytes(batch)
        head = head.follow(head.open(data, SERVER.sign(data, "x")))
    assert (head.sequence, head.missing) == (3, ())


def test_a_leaf_is_what_the_page_draws_and_proves_a_drop() -> None:
    leaf = leaf_of(DROPS[2])
    assert leaf == bytes.fromhex(DROPS[2].id) + DROPS[2].sha256 + (1003).to_bytes(8, "big")
    assert len(leaf) == 56
    tree = tree_of(DROPS)
    assert BATCH.commitment == Commitment(5, tree.root)
    assert check_path(leaf_hash(leaf), 2, 5, tree.path(2), tree.root)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    for text in (data, LIST[:40] + data + LIST[-40:], data + LIST, LIST + data):
        try:
            parsed = parse_list(text)
        except CryptoError:
            continue
        assert list_bytes(parsed) == text
