"""Key lists: signed, in order, only forward; and which key is used on which day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.age import HybridIdentity, X25519Identity, parse_recipient
from crypto.errors import CryptoError, FormatError, SignatureError
from crypto.keylist import (
    KeyList,
    Period,
    check_succeeds,
    half_spent,
    keylist_bytes,
    make_periods,
    monday_of,
    parse_keylist,
    period_for,
)
from crypto.minisign import SigningKey

MONDAY = date(2026, 11, 16)
WEEK = timedelta(days=7)
ROOT = SigningKey(bytes(range(32)))
PERIODS = tuple(new.period for new in make_periods(MONDAY, 26, X25519Identity.generate))
KEYS = KeyList(ROOT.public(), 3, date(2026, 11, 21), "Ana María", PERIODS)


def _signed(keys: KeyList, root: SigningKey = ROOT) -> tuple[bytes, str]:
    data = keylist_bytes(keys)
    return data, root.sign(data, f"silbo key list, serial {keys.serial}")


def test_a_list_survives() -> None:
    data, signature = _signed(KEYS)
    assert parse_keylist(data, signature, ROOT.public()) == KEYS
    assert parse_keylist(data, signature, None) == KEYS


def test_periods_are_weekly_hybrid_and_two_weeks_long() -> None:
    made = make_periods(MONDAY, 3, HybridIdentity.generate)
    assert [new.period.start for new in made] == [MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK]
    assert {new.period.until - new.period.start for new in made} == {2 * WEEK}
    assert all(parse_recipient(new.period.recipient) == new.identity.recipient() for new in made)
    keys = KEYS.replaced(periods=tuple(new.period for new in made))
    assert parse_keylist(*_signed(keys), ROOT.public()) == keys
    assert "SECRET" not in repr(made[0])


@pytest.mark.parametrize(("first", "weeks"), [(MONDAY + timedelta(days=1), 1), (MONDAY, 0), (MONDAY, 105)])
def test_periods_are_not_made_for_other_days_or_numbers(first: date, weeks: int) -> None:
    with pytest.raises(FormatError):
        make_periods(first, weeks, X25519Identity.generate)


@pytest.mark.parametrize("days", range(7))
def test_the_monday_of_a_week(days: int) -> None:
    assert monday_of(MONDAY + timedelta(days=days)) == MONDAY


def test_an_unsigned_list_is_refused() -> None:
    with pytest.raises(SignatureError):
        parse_keylist(keylist_bytes(KEYS), "", ROOT.public())


def test_a_changed_list_is_refused() -> None:
    data, signature = _signed(KEYS)
    for changed in (data.replace(b'"serial":3', b'"serial":4'), data + b"\n"):
        with pytest.raises(SignatureError):
            parse_keylist(changed, signature, ROOT.public())


def test_a_list_from_another_root_is_refused() -> None:
    eve = SigningKey.generate()
    with pytest.raises(SignatureError):
        parse_keylist(*_signed(KEYS.replaced(root=eve.public()), eve), ROOT.public())


def test_a_list_that_names_another_root_than_its_signer_is_refused() -> None:
    eve = SigningKey.generate()
    with pytest.raises(SignatureError):
        parse_keylist(*_signed(KEYS, eve), None)
    with pytest.raises(SignatureError, match="names another root"):
        parse_keylist(*_signed(KEYS.replaced(root=eve.public())), ROOT.public())


def test_a_list_from_the_future_is_refused() -> None:
    data, signature = _signed(KEYS)
    for days in (0, 1):
        today = KEYS.issued - timedelta(days=days)
        assert parse_keylist(data, signature, ROOT.public(), today=today) == KEYS
    with pytest.raises(FormatError, match="future"):
        parse_keylist(data, signature, ROOT.public(), today=KEYS.issued - timedelta(days=2))


def test_an_older_list_does_not_come_back() -> None:
    check_succeeds(KEYS, KEYS.replaced(serial=4))
    check_succeeds(KEYS, KEYS)
    with pytest.raises(FormatError, match="older"):
        check_succeeds(KEYS, KEYS.replaced(serial=2))


def test_two_lists_with_one_serial_are_refused() -> None:
    with pytest.raises(FormatError, match="same serial"):
        check_succeeds(KEYS, KEYS.replaced(label="Eve"))


def test_a_list_from_another_root_does_not_succeed() -> None:
    with pytest.raises(SignatureError):
        check_succeeds(KEYS, KEYS.replaced(serial=4, root=SigningKey.generate().public()))


def test_a_list_issued_by_a_clock_set_back_is_refused() -> None:
    with pytest.raises(FormatError, match="earlier day"):
        check_succeeds(KEYS, KEYS.replaced(serial=4, issued=KEYS.issued - timedelta(days=1)))


def test_the_newest_valid_period_is_used_on_every_day() -> None:
    for day in range(26 * 7):
        period = period_for(KEYS, MONDAY + timedelta(days=day))
        assert period == PERIODS[day // 7]
    assert period_for(KEYS, PERIODS[-1].start + WEEK) == PERIODS[-1]
    assert period_for(KEYS, PERIODS[-1].until - timedelta(days=1)) == PERIODS[-1]


def test_no_period_is_valid_before_the_first_or_after_the_last_day() -> None:
    assert period_for(KEYS, MONDAY - timedelta(days=1)) is None
    assert period_for(KEYS, PERIODS[-1].until) is None


def test_half_validity_is_counted_from_the_issue() -> None:
    half = (PERIODS[-1].until - KEYS.issued) / 2
    days = half // timedelta(days=1)
    assert not half_spent(KEYS, KEYS.issued + timedelta(days=days - 1))
    assert half_spent(KEYS, KEYS.issued + timedelta(days=days + 1))


def test_periods_may_have_a_gap_after_a_late_rotation() -> None:
    keys = KEYS.replaced(periods=(PERIODS[0], PERIODS[5]))
    assert parse_keylist(*_signed(keys), ROOT.public()) == keys
    assert period_for(keys, MONDAY + 3 * WEEK) is None


DAY = timedelta(days=1)
HYBRID = str(HybridIdentity.generate().recipient())
BAD_PERIODS: dict[str, tuple[Period, ...]] = {
    "none": (),
    "too many": PERIODS * 5,
    "unsorted": (PERIODS[1], PERIODS[0]),
    "the same week twice": (PERIODS[0], PERIODS[1].replaced(start=MONDAY, until=MONDAY + 2 * WEEK)),
    "not a Monday": (PERIODS[0].replaced(start=MONDAY + DAY, until=MONDAY + 2 * WEEK + DAY),),
    "three weeks long": (PERIODS[0].replaced(until=MONDAY + 3 * WEEK),),
    "one week long": (PERIODS[0].replaced(until=MONDAY + WEEK),),
    "ends before it starts": (PERIODS[0].replaced(until=MONDAY - 2 * WEEK),),
    "a key used twice": (PERIODS[0], PERIODS[1].replaced(recipient=PERIODS[0].recipient)),
    "mixed types": (PERIODS[0], PERIODS[1].replaced(recipient=HYBRID)),
    "a malformed key": (PERIODS[0].replaced(recipient=PERIODS[0].recipient[:-1]),),
    "an upper-case key": (PERIODS[0].replaced(recipient=PERIODS[0].recipient.upper()),),
    "an identity": (PERIODS[0].replaced(recipient=X25519Identity.generate().to_string()),),
}


@pytest.mark.parametrize("attack", BAD_PERIODS)
def test_bad_periods_are_neither_signed_nor_accepted(attack: str) -> None:
    with pytest.raises(FormatError):
        keylist_bytes(KEYS.replaced(periods=BAD_PERIODS[attack]))
    value = canonical.decode(keylist_bytes(KEYS), 1 << 20)
    assert isinstance(value, dict)
    value["periods"] = [
        {"start": p.start.isoformat(), "until": p.until.isoformat(), "recipient": p.recipient}
        for p in BAD_PERIODS[attack]
    ]
    data = canonical.encode(value)
    with pytest.raises(FormatError) as raised:
        parse_keylist(data, ROOT.sign(data, "x"), ROOT.public())
    assert "age1" not in str(raised.value).lower()


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"type": "silbo batch"},
        {"serial": 0},
        {"serial": "3"},
        {"label": ""},
        {"label": "x" * 65},
        {"label": "\u202eana"},
        {"label": "a\nb"},
        {"issued": "21.11.2026"},
        {"root": "RWQ"},
        {"root": None},
        {"periods": None},
        {"note": "x"},
    ],
)
def test_a_signed_list_with_another_field_is_refused(changes: dict[str, Any]) -> None:
    value = canonical.decode(keylist_bytes(KEYS), 1 << 20)
    assert isinstance(value, dict)
    data = canonical.encode({**value, **changes})
    for root in (ROOT.public(), None):
        with pytest.raises(FormatError):
            parse_keylist(data, ROOT.sign(data, "x"), root)


@given(data=st.binary(max_size=200), signature=st.text(max_size=100))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes, signature: str) -> None:
    for root in (ROOT.public(), None):
        with pytest.raises(CryptoError):
            parse_keylist(data, signature, root)
    with pytest.raises(CryptoError):
        parse_keylist(data, ROOT.sign(data, "x"), ROOT.public())
