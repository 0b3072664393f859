"""Announcements: what is signed is what is read; counts hide single people; each ends and is for one desk."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.announcement import Announcement, announcement_bytes, claimed_root, parse_announcement, rounded
from crypto.errors import CryptoError, FormatError, NewerVersion, SignatureError
from crypto.minisign import SigningKey

ROOT = SigningKey(bytes(range(32)))
DESK = bytes(range(16))
ANNOUNCEMENT = Announcement(
    root=ROOT.public(),
    desk_id=DESK,
    serial=3,
    made=date(2026, 11, 21),
    until=date(2026, 12, 21),
    texts={"es": "Escribieron {people} personas de la sede.", "en": "We published. {people} people wrote."},
    counts={"people": 15},
)


def changed(**values: object) -> bytes:
    """The document with other values, whatever they are."""
    document = canonical.decode(announcement_bytes(ANNOUNCEMENT), 1 << 20)
    assert isinstance(document, dict)
    return canonical.encode({**document, **values})


def test_an_announcement_survives_and_names_its_counts() -> None:
    data = announcement_bytes(ANNOUNCEMENT)
    assert claimed_root(data) == ROOT.public()
    read = parse_announcement(data, ROOT.sign(data, "news"), ROOT.public())
    assert read == ANNOUNCEMENT
    assert read.text("en") == "We published. 15 people wrote."
    assert read.text("fr") is None


@pytest.mark.parametrize(
    ("people", "told"), [(5, 5), (9, 5), (10, 10), (14, 10), (15, 15), (10**6 + 4, 10**6)]
)
def test_two_counts_never_differ_by_one_person(people: int, told: int) -> None:
    assert rounded(people) == told


@pytest.mark.parametrize("people", [-5, 0, 1, 4])
def test_a_count_below_five_is_not_told(people: int) -> None:
    with pytest.raises(FormatError, match="fewer than five"):
        rounded(people)


@pytest.mark.parametrize("count", [0, 1, 4, 6, 14, "5", None, [5]])
def test_an_announcement_that_claims_an_exact_count_is_refused(count: object) -> None:
    data = changed(counts={"people": count})
    with pytest.raises(FormatError, match="rounded down to fives"):
        parse_announcement(data, ROOT.sign(data, ""), ROOT.public())


@pytest.mark.parametrize(
    "values",
    [
        {"texts": {}},
        {"texts": {"en": ""}},
        {"texts": {"en": "x" * 3001}},
        {"texts": {"en": 5}},
        {"texts": {"English": "x"}},
        {"texts": {"en": "{others} people"}},
        {"texts": {"en": "{people people"}},
        {"texts": {"en": "people}"}},
        {"texts": {"en": "{{people}}"}},
        {"texts": {f"a{chr(97 + n // 26)}{chr(97 + n % 26)}": "x" for n in range(65)}},
        {"counts": {f"a{chr(97 + n)}": 5 for n in range(17)}},
        {"counts": {"People": 5}},
        {"serial": 0},
        {"desk_id": "00"},
        {"until": "2026-11-21"},
        {"until": "2027-11-23"},
        {"made": "2026-02-30"},
        {"made": "0001-01-01", "until": "9999-12-31"},
    ],
)
def test_what_is_not_as_drawn_is_refused(values: dict[str, object]) -> None:
    data = changed(**values)
    with pytest.raises(FormatError):
        parse_announcement(data, ROOT.sign(data, ""), ROOT.public())


def test_an_announcement_that_has_expired_or_is_for_another_desk_is_refused_by_name() -> None:
    made, until = ANNOUNCEMENT.made, ANNOUNCEMENT.until
    for day in (made - timedelta(days=1), made, until - timedelta(days=1)):
        ANNOUNCEMENT.check(DESK, day)
    with pytest.raises(FormatError, match="expired"):
        ANNOUNCEMENT.check(DESK, until)
    with pytest.raises(FormatError, match="future"):
        ANNOUNCEMENT.check(DESK, made - timedelta(days=2))
    with pytest.raises(FormatError, match="another desk"):
        ANNOUNCEMENT.check(bytes(16), made)
    replace(ANNOUNCEMENT, made=date.min, until=date.min + timedelta(days=1)).check(DESK, date.min)


def test_an_announcement_in_another_reviewers_name_is_refused() -> None:
    other = SigningKey(bytes(32))
    data = announcement_bytes(replace(ANNOUNCEMENT, root=other.public()))
    with pytest.raises(FormatError, match="another root"):
        parse_announcement(data, ROOT.sign(data, ""), ROOT.public())
    with pytest.raises(SignatureError):
        parse_announcement(data, ROOT.sign(data, ""), other.public())


def test_a_later_version_is_called_newer() -> None:
    with pytest.raises(NewerVersion):
        claimed_root(changed(version=2, more={}))


def test_what_would_not_be_accepted_is_not_signed() -> None:
    with pytest.raises(FormatError):
        announcement_bytes(replace(ANNOUNCEMENT, counts={"people": 7}))


@given(st.binary(max_size=300), st.text(max_size=200))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes, signature: str) -> None:
    with pytest.raises(CryptoError):
        claimed_root(data)
    with pytest.raises(CryptoError):
        parse_announcement(data, signature, ROOT.public())
