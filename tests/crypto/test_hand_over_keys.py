"""The file keys of a hand-over: read as they were written, bounded, and told from anything else."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import hand_over_keys as module
from crypto.age import HybridIdentity, X25519Identity
from crypto.envelope import Sealing
from crypto.errors import CryptoError, FormatError, NewerVersion, NoMatch
from crypto.hand_over_keys import (
    DropKeys,
    FileKey,
    HandOverKeys,
    keys_bytes,
    open_keys,
    parse_keys,
    seal_keys,
)
from crypto.slots import Slots

READER = HybridIdentity.generate()
FILE_KEYS = tuple(FileKey(bytes([n]) * 32, bytes([n]) * 16) for n in range(3))
KEYS = HandOverKeys(
    bytes(32), bytes([1]) * 32, (DropKeys("0" * 32, FILE_KEYS), DropKeys("1" * 32, FILE_KEYS))
)


@pytest.mark.parametrize("kind", [HybridIdentity, X25519Identity])
def test_keys_are_read_by_whom_they_are_for(kind: Any) -> None:
    reader = kind.generate()
    sealed = seal_keys(KEYS, [reader.recipient()])
    assert open_keys(sealed, [reader]) == KEYS
    with pytest.raises(NoMatch):
        open_keys(sealed, [kind.generate()])
    with pytest.raises(CryptoError):
        open_keys(sealed[:-1], [reader])
    assert bytes([2]).hex() * 16 not in f"{KEYS!r}{KEYS.drops!r}{FILE_KEYS!r}"


@pytest.mark.parametrize(
    "wrong",
    [
        KEYS.replaced(sha256=b""),
        KEYS.replaced(events=bytes(31)),
        KEYS.replaced(drops=KEYS.drops[::-1]),
        KEYS.replaced(drops=KEYS.drops[:1] * 2),
        KEYS.replaced(drops=(DropKeys("../../etc", FILE_KEYS),)),
        KEYS.replaced(drops=(DropKeys("0" * 32, ()),)),
        KEYS.replaced(drops=(DropKeys("0" * 32, FILE_KEYS[::-1]),)),
        KEYS.replaced(drops=(DropKeys("0" * 32, FILE_KEYS[:1] * 2),)),
        KEYS.replaced(drops=(DropKeys("0" * 32, (FileKey(bytes(32), bytes(32)),)),)),
    ],
)
def test_what_would_not_be_accepted_is_not_sealed(wrong: HandOverKeys) -> None:
    with pytest.raises(FormatError):
        seal_keys(wrong, [READER.recipient()])


def test_a_million_keys_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = keys_bytes(KEYS)
    monkeypatch.setattr(module, "MAX_KEYS", 5)
    with pytest.raises(FormatError, match="at most 2"):
        parse_keys(data)
    monkeypatch.setattr(module, "MAX_SIZE", len(data) - 1)
    with pytest.raises(FormatError):
        parse_keys(data)


def test_a_later_version_was_written_by_a_newer_silbo() -> None:
    with pytest.raises(NewerVersion):
        parse_keys(b'{"type":"silbo hand-over keys","version":2}')


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(CryptoError):
        parse_keys(data)
    with pytest.raises(CryptoError):
        open_keys(data, [READER])


@given(st.integers(0, len(keys_bytes(KEYS)) - 1), st.integers(1, 255))
def test_a_changed_byte_never_gives_the_same_keys(place: int, by: int) -> None:
    data = bytearray(keys_bytes(KEYS))
    data[place] ^= by
    with contextlib.suppress(CryptoError):
        assert parse_keys(bytes(data)) != KEYS


def test_another_document_in_the_envelope_is_refused() -> None:
    sealing = Sealing(Slots([READER.recipient()]))
    sealed = sealing.update(bytes(1024)) + b"".join(sealing.finish())
    with pytest.raises(FormatError):
        open_keys(sealed, [READER])
