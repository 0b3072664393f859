"""Saves for a recovery key: no period that is over gets in, or out."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import age, tar
from crypto import save as module
from crypto.custody import SignedBatch
from crypto.envelope import Sealing
from crypto.errors import CryptoError, FormatError, NewerVersion, NoMatch
from crypto.minisign import SigningKey
from crypto.save import Save, SavedPeriod, open_save, seal_save
from crypto.slots import SLOTS, Slots

MONDAY = date(2026, 11, 16)
DAY = date(2026, 11, 21)
RECOVERY = age.HybridIdentity(bytes(range(32)))
BEHIND = Slots([RECOVERY.recipient()])
CANARY = age.X25519Identity(bytes(range(1, 33))).to_string()
SEED = bytes(range(2, 34))


def period(weeks: int, identity: str = CANARY) -> SavedPeriod:
    start = MONDAY + timedelta(days=7 * weeks)
    return SavedPeriod(start, start + timedelta(days=14), identity)


PERIODS = (period(-1), period(0, age.HybridIdentity(bytes(32)).to_string()), period(1))
SAVE = Save(
    DAY,
    SEED,
    "Ana María",
    3,
    PERIODS,
    SigningKey(bytes(32)).public(),
    SignedBatch(12, bytes(32)),
)


def test_a_save_survives() -> None:
    for each in (SAVE, SAVE.replaced(periods=(), server=None, batch=None)):
        assert open_save(seal_save(BEHIND, each), [RECOVERY], DAY) == each


def test_a_save_is_sealed_like_an_item() -> None:
    sealed = seal_save(BEHIND, SAVE)
    assert len(sealed) == 28942
    assert sealed.count(b"-> mlkem768x25519 ") == SLOTS
    with pytest.raises(NoMatch):
        open_save(sealed, [age.HybridIdentity(bytes(32))], DAY)


def test_the_key_of_a_period_that_is_over_gets_into_no_save() -> None:
    """Promise 6: what it opened stays closed, also for who finds the recovery key."""
    with pytest.raises(FormatError, match="over when it was made"):
        seal_save(BEHIND, SAVE.replaced(periods=(period(-2), *PERIODS)))
    edge = SAVE.replaced(periods=(period(-1),), made=period(-1).until)
    with pytest.raises(FormatError, match="over when it was made"):
        seal_save(BEHIND, edge)
    seal_save(BEHIND, edge.replaced(made=edge.made - timedelta(days=1)))


def test_a_save_that_holds_the_key_of_a_period_that_was_over_is_refused() -> None:
    forged = json.loads(module._save_bytes(SAVE))
    forged["made"] = "2026-12-01"
    with pytest.raises(FormatError, match="over when it was made"):
        open_save(sealed_document(forged), [RECOVERY], DAY)


def sealed_document(document: object) -> bytes:
    data = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    sealing = Sealing(BEHIND)
    head = sealing.update(tar.member_header("save.json", len(data)) + data + tar.member_padding(len(data)))
    return head + b"".join(sealing.finish())


@pytest.mark.parametrize(("days", "left"), [(0, 3), (13, 3), (14, 2), (20, 2), (21, 1), (28, 0), (10_000, 0)])
def test_a_restorer_gets_no_period_that_is_over_for_more_than_fourteen_days(days: int, left: int) -> None:
    today = PERIODS[0].until + timedelta(days=days)
    restored = open_save(seal_save(BEHIND, SAVE), [RECOVERY], today)
    assert restored == SAVE.replaced(periods=PERIODS[len(PERIODS) - left :])


def test_a_period_at_the_end_of_the_calendar_is_no_trouble() -> None:
    start = date(9999, 12, 6)
    last = SavedPeriod(start, start + timedelta(days=14), CANARY)
    assert start.weekday() == 0
    each = SAVE.replaced(periods=(last,))
    assert open_save(seal_save(BEHIND, each), [RECOVERY], date.max) == each


def test_no_secret_is_in_a_repr_or_an_error() -> None:
    restored = open_save(seal_save(BEHIND, SAVE), [RECOVERY], DAY)
    for each in (restored, restored.periods, restored.periods[0]):
        assert CANARY not in repr(each)
        assert SEED.hex() not in repr(each)
        assert repr(SEED) not in repr(each)
    with pytest.raises(FormatError) as raised:
        seal_save(BEHIND, SAVE.replaced(periods=(SavedPeriod(MONDAY, DAY, CANARY),)))
    assert CANARY not in f"{raised.value!s} {raised.value!r}"


@pytest.mark.parametrize(
    "changes",
    [
        {"root_seed": b""},
        {"label": ""},
        {"serial": 0},
        {"periods": PERIODS[::-1]},
        {"periods": PERIODS[:1] * 2},
        {"periods": (period(0, CANARY.lower()),)},
        {"periods": (period(0, CANARY[:-1] + "X"),)},
        {"periods": (period(0, "AGE-SECRET-KEY-1"),)},
        {"periods": (SavedPeriod(DAY, DAY + timedelta(days=14), CANARY),)},
        {"periods": (SavedPeriod(MONDAY, MONDAY + timedelta(days=21), CANARY),)},
        {"batch": SignedBatch(1, b"")},
    ],
)
def test_what_would_not_be_accepted_is_not_sealed(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        seal_save(BEHIND, SAVE.replaced(**changes))


def test_more_periods_than_a_key_list_has_are_refused() -> None:
    with pytest.raises(FormatError, match="at most 104"):
        seal_save(BEHIND, SAVE.replaced(periods=tuple(period(n) for n in range(105))))


def test_a_later_version_was_written_by_a_newer_silbo() -> None:
    with pytest.raises(NewerVersion, match="written by a newer Silbo"):
        open_save(sealed_document({"type": "silbo save", "version": 2}), [RECOVERY], DAY)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(CryptoError):
        open_save(data, [RECOVERY], DAY)
    with pytest.raises(CryptoError):
        module._parse(data)
