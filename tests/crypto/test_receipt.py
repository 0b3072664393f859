"""Receipts: what is signed is what is read, and nothing else is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import CryptoError, FormatError, SignatureError
from crypto.minisign import SigningKey
from crypto.receipt import Receipt, ReceivedBatch, ReceivedDrop, claimed_root, parse_receipt, receipt_bytes

ROOT = SigningKey(bytes(range(32)))
FIRST = ReceivedBatch(1, bytes(32), (ReceivedDrop("0" * 32, bytes(32)), ReceivedDrop("1" * 32, bytes(32))))
RECEIPT = Receipt(ROOT.public(), (FIRST, ReceivedBatch(2, b"a" * 32, ()), ReceivedBatch(2, b"b" * 32, ())))


def test_a_receipt_survives() -> None:
    data = receipt_bytes(RECEIPT)
    assert claimed_root(data) == ROOT.public()
    assert parse_receipt(data, ROOT.sign(data, "receipt"), ROOT.public()) == RECEIPT


@pytest.mark.parametrize(
    "batches",
    [
        (FIRST, FIRST),
        (replace(FIRST, sequence=2), FIRST),
        (replace(FIRST, sequence=0),),
        (replace(FIRST, digest=bytes(31)),),
        (replace(FIRST, drops=FIRST.drops[::-1]),),
        (replace(FIRST, drops=FIRST.drops[:1] * 2),),
        (replace(FIRST, drops=(ReceivedDrop("../" + "0" * 29, bytes(32)),)),),
        (replace(FIRST, drops=(ReceivedDrop("0" * 32, bytes(31)),)),),
    ],
    ids=["twice", "order", "number", "digest", "drops' order", "drop twice", "id", "hash"],
)
def test_what_would_not_be_accepted_is_not_signed(batches: tuple[ReceivedBatch, ...]) -> None:
    with pytest.raises(FormatError):
        receipt_bytes(Receipt(ROOT.public(), batches))


def test_a_receipt_in_another_reviewers_name_is_refused() -> None:
    """Signed rightly by one, naming the other: it must count for neither."""
    other = SigningKey(bytes(32))
    data = receipt_bytes(replace(RECEIPT, root=other.public()))
    signature = ROOT.sign(data, "receipt")
    with pytest.raises(FormatError, match="another root"):
        parse_receipt(data, signature, ROOT.public())
    with pytest.raises(SignatureError):
        parse_receipt(data, signature, other.public())


@given(st.binary(max_size=500), st.text(max_size=300))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes, signature: str) -> None:
    with pytest.raises(CryptoError):
        claimed_root(data)
    with pytest.raises(CryptoError):
        parse_receipt(data, signature, ROOT.public())
    with pytest.raises(CryptoError):
        parse_receipt(data, ROOT.sign(data, "receipt"), ROOT.public())
