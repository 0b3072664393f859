"""Custody: a file is proven to come from a drop of a signed batch, and nothing else is named."""

import base64
import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.batch import Batch, BatchDrop, batch_bytes
from crypto.custody import (
    MAX_PATH,
    Custody,
    Place,
    SignedBatch,
    check_custody,
    claimed_root,
    custody_bytes,
    parse_custody,
    prove,
)
from crypto.drop_list import make_batch
from crypto.errors import CryptoError, FormatError, NewerVersion, SignatureError, WrongProof
from crypto.merkle import SIZE
from crypto.minisign import SigningKey

DAY = date(2026, 11, 21)
ROOT, SERVER = SigningKey(bytes(range(32))), SigningKey(bytes(range(1, 33)))
DROPS = tuple(BatchDrop(f"{n:032x}", hashlib.sha256(bytes([n])).digest(), 1000 + n) for n in range(1, 8))
OLD = Batch(1, None, DAY, DROPS)
NEW = make_batch(2, OLD.digest(), DAY, DROPS)


def signed(batch: Batch, key: SigningKey = SERVER) -> tuple[bytes, str]:
    data = batch_bytes(batch)
    return data, key.sign(data, f"batch {batch.sequence}")


def statement(batch: Batch = NEW, place: int = 4) -> Custody:
    drop = DROPS[place]
    return Custody(
        root=ROOT.public(),
        made=DAY,
        content_sha256=bytes(32),
        content_size=0,
        item="0001.age",
        drop=drop,
        batch=SignedBatch(batch.sequence, batch.digest()),
        proof=prove(batch, [drop.id])[drop.id],
    )


@pytest.mark.parametrize("batch", [OLD, NEW], ids=["version 1", "version 2"])
@pytest.mark.parametrize("place", range(7))
def test_a_statement_survives_and_is_proven(batch: Batch, place: int) -> None:
    custody = statement(batch, place)
    data = custody_bytes(custody)
    assert claimed_root(data) == ROOT.public()
    assert parse_custody(data, ROOT.sign(data, "custody"), ROOT.public()) == custody
    assert check_custody(custody, *signed(batch), SERVER.public()) == Place(place, 7, DAY)


def test_nothing_names_another_drop() -> None:
    texts = custody_bytes(statement()), batch_bytes(NEW)
    for drop in (*DROPS[:4], *DROPS[5:]):
        for text in texts:
            assert drop.id.encode() not in text
            assert drop.sha256.hex().encode() not in text
            assert base64.b64encode(drop.sha256) not in text


def test_a_proof_for_another_batch_is_refused_by_name() -> None:
    other = make_batch(3, NEW.digest(), DAY, DROPS[1:])
    with pytest.raises(WrongProof, match="another batch"):
        check_custody(statement(), *signed(other), SERVER.public())
    moved = replace(statement(), batch=SignedBatch(3, other.digest()))
    with pytest.raises(WrongProof, match="does not lead to this batch"):
        check_custody(moved, *signed(other), SERVER.public())
    with pytest.raises(WrongProof, match="another batch"):
        check_custody(replace(moved, batch=SignedBatch(2, other.digest())), *signed(other), SERVER.public())


def test_a_proof_of_another_version_is_refused() -> None:
    for batch, proof in ((NEW, None), (OLD, statement().proof)):
        with pytest.raises(WrongProof, match="another version"):
            check_custody(replace(statement(batch), proof=proof), *signed(batch), SERVER.public())


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "f" * 32},
        {"sha256": bytes(32)},
        {"size": 1},
    ],
)
@pytest.mark.parametrize("batch", [OLD, NEW], ids=["version 1", "version 2"])
def test_another_drop_is_not_proven(batch: Batch, changes: dict[str, Any]) -> None:
    custody = replace(statement(batch), drop=DROPS[4].replaced(**changes))
    with pytest.raises(WrongProof):
        check_custody(custody, *signed(batch), SERVER.public())


def test_another_place_is_not_proven() -> None:
    proof = statement().proof
    assert proof
    for wrong in (replace(proof, index=5), replace(proof, path=proof.path[:-SIZE]), replace(proof, path=b"")):
        with pytest.raises(WrongProof):
            check_custody(replace(statement(), proof=wrong), *signed(NEW), SERVER.public())


def test_a_batch_that_the_server_did_not_sign_proves_nothing() -> None:
    with pytest.raises(SignatureError):
        check_custody(statement(), *signed(NEW, ROOT), SERVER.public())


def test_a_statement_in_the_name_of_another_reviewer_is_refused() -> None:
    data = custody_bytes(statement())
    with pytest.raises(SignatureError, match="another root"):
        parse_custody(data, SERVER.sign(data, "x"), SERVER.public())
    with pytest.raises(SignatureError):
        parse_custody(data, SERVER.sign(data, "x"), ROOT.public())


def test_what_is_not_in_the_list_is_not_proven() -> None:
    for batch, drop in ((NEW, "f" * 32), (NEW.replaced(drops=()), DROPS[0].id)):
        with pytest.raises(FormatError, match="not in a list"):
            prove(batch, [drop])


DOCUMENT = canonical.decode(custody_bytes(statement()), 1 << 20)


@pytest.mark.parametrize(
    "changes",
    [
        {"item": "0000.age"},
        {"item": "1.age"},
        {"content": {"sha256": "00" * 32}},
        {"content": {"sha256": "00" * 32, "size": -1}},
        {"drop": {"id": "0" * 32, "sha256": "00" * 32, "size": 0}},
        {"batch": None},
        {"batch": {"sequence": 0, "digest": "00" * 32}},
        {"proof": {"index": 0}},
        {"proof": {"index": 100_000, "path": ""}},
        {"proof": {"index": 0, "path": "AA=="}},
        {"proof": {"index": 0, "path": base64.b64encode(bytes(MAX_PATH + SIZE)).decode()}},
        {"proof": {"index": 0, "path": base64.b64encode(bytes(32)).decode()[:-2] + "B="}},
        {"proof": {"index": 0, "path": base64.b64encode(bytes(32)).decode()[:-1]}},
        {"version": 0},
        {"more": 1},
    ],
)
def test_a_malformed_statement_is_refused(changes: dict[str, Any]) -> None:
    assert isinstance(DOCUMENT, dict)
    for text in ([{**DOCUMENT, **changes}], [list(DOCUMENT)]):
        with pytest.raises(FormatError):
            claimed_root(_raw(text[0]))


def _raw(value: object) -> bytes:
    import json

    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def test_a_later_version_was_written_by_a_newer_silbo() -> None:
    with pytest.raises(NewerVersion, match="written by a newer Silbo"):
        claimed_root(b'{"type":"silbo custody","version":2}')


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(CryptoError):
        claimed_root(data)
    with pytest.raises(CryptoError):
        check_custody(statement(), data, data.decode("latin-1"), SERVER.public())
