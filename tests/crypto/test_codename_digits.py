"""Codenames of digits: any script is understood, a slip shows at once, and words are left to the others."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import codename, codename_digits
from crypto.codename_digits import TABLE, DigitCodename, WrongCheck, WrongCount, check_digit, generate, parse
from crypto.errors import CryptoError

NAME = DigitCodename("0123456789012345678901238")


def test_a_codename_is_25_digits_in_groups_and_read_back() -> None:
    made = {generate() for _ in range(200)}
    assert len(made) == 200
    for each in made:
        assert len(each.digits) == 25
        assert [len(group) for group in each.text().split(" ")] == [5] * 5
        assert parse(each.text()) == each


def test_every_digit_can_be_drawn_at_every_place() -> None:
    drawn = [generate().digits for _ in range(400)]
    assert all(len({digits[place] for digits in drawn}) == 10 for place in range(25))


def test_the_published_example_of_damm() -> None:
    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"


def test_the_table_is_totally_anti_symmetric() -> None:
    """What makes it find every single wrong digit and every swap of neighbours (Damm, 2004)."""
    step = [[int(digit) for digit in row] for row in TABLE]
    every = range(10)
    assert all(sorted(row) == list(every) for row in [*step, *zip(*step, strict=True)])
    assert all(step[digit][digit] == 0 for digit in every)
    for interim in every:
        for x in every:
            for y in every:
                assert step[step[interim][x]][y] != step[step[interim][y]][x] or x == y


def test_a_wrong_digit_and_two_swapped_ones_are_noticed() -> None:
    chance = random.Random(11)
    for _ in range(20):
        digits = generate().digits
        place = chance.randrange(24)
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        wrong = [f"{digits[:place]}{other}{digits[place + 1 :]}" for other in "0123456789"]
        for typed in {swapped, *wrong} - {digits}:
            with pytest.raises(WrongCheck):
                parse(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "01234 56789 01234 56789 01238",
        "0123456789012345678901238",
        "01234-56789-01234-56789-01238.",
        " 01234\n56789\t01234\u00a056789 (01238) ",
        "٠١٢٣٤ ٥٦٧٨٩ ٠١٢٣٤ ٥٦٧٨٩ ٠١٢٣٨",
        "۰۱۲۳۴ ۵۶۷۸۹ ۰۱۲۳۴ ۵۶۷۸۹ ۰۱۲۳۸",
        "०१२३४ ५६७८९ ०१२३४ ५६७८९ ०१२३८",
        "০১২৩৪ ৫৬৭৮৯ 01234 ๕๖๗๘๙ 01238",
        "０１２３４　５６７８９　０１２３４　５６７８９　０１２３８",
        "𝟎𝟏𝟐𝟑𝟒 𝟓𝟔𝟕𝟖𝟗 𝟎𝟏𝟐𝟑𝟒 𝟓𝟔𝟕𝟖𝟗 𝟎𝟏𝟐𝟑𝟖",
        "0\ufe0f\u20e31234 56789 01234 56789 01238 🙂",
    ],
    ids=[
        *("as shown", "in one", "hyphens", "spacing", "arabic", "persian", "devanagari", "mixed"),
        *("full width", "mathematical", "keycap"),
    ],
)
def test_a_codename_is_understood_however_it_is_typed(typed: str) -> None:
    assert parse(typed) == NAME


@pytest.mark.parametrize("typed", ["árbol buzón", "x" + NAME.digits, NAME.digits + "ñ", "٠١٢ كلمة", "1 №"])
def test_with_letters_it_is_words(typed: str) -> None:
    assert parse(typed) is None


@pytest.mark.parametrize(
    ("typed", "count"), [("", 0), ("🙂", 0), ("12 34", 4), (NAME.text() + " 0", 26), (NAME.digits[:24], 24)]
)
def test_another_number_of_digits_is_counted(typed: str, count: int) -> None:
    with pytest.raises(WrongCount) as raised:
        parse(typed)
    assert raised.value.count == count


def test_no_digit_is_in_an_error_or_a_repr() -> None:
    wrong = NAME.digits[:-1] + "2"
    for typed in (wrong, wrong + "77"):
        with pytest.raises(CryptoError) as raised:
            parse(typed)
        assert "01234" not in f"{raised.value!s} {raised.value!r}"
    assert "01234" not in repr(NAME)


@settings(max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=["L"]), max_size=600))
def test_arbitrary_text_raises_only_our_errors(typed: str) -> None:
    try:
        parse(typed)
    except CryptoError:
        return
    raise AssertionError("arbitrary text was taken for a codename")


def test_a_text_of_any_length_is_answered_at_once() -> None:
    for typed in ("7 " * 1_000_000, "\u00bd" * 1_000_000):
        with pytest.raises(WrongCount):
            parse(typed)


def test_digits_and_words_never_share_a_root() -> None:
    words = codename.Codename("en", ("acorn", "zebra", "yellow", "window", "valley", "umbrella", "thunder"))
    assert codename_digits.root(NAME) == codename_digits.root(DigitCodename(NAME.digits))
    assert codename_digits.root(NAME) != codename.root(words)
