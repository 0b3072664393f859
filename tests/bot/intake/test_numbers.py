"""Numbers of a person's papers are pointed at; those of a shift, a wage or a telephone are not.

None of these is anybody's: they are published examples, or made up to their check digit.
"""

import pytest

from bot.intake.numbers import seems_number

PAPERS = [
    "1023456789",
    "mi cédula es 52.345.678",
    "CC 1234567",
    "c.c. No. 79 345 678",
    "NUIP 1.098.765.432",
    "J50615123A",
    "j55615123a",
    "1234-5678-9012-3456",
    "34-1234567-8",
    "0111-1234567-8",
    "123-456-789-000",
    "2341 2341 2346",
    "234123412346",
    "आधार २३४१ २३४१ २३४६",
    "ACUPA7085R",
    "soy BOXW310820HNERXN09.",
    "12345678Z",
    "12.345.678-z",
    "X1234567L",
]
OTHERS = [
    "",
    "turno 10/11/2026 de 22:00-06:00",
    "$ 1.023.456.789 al año",
    "1.300.000 pesos",
    "310 123 4567",
    "+91 98765 43210",
    "documento 1234 páginas",
    "el contrato 2026-11-30",
    "we are 39000 in 2026",
    "2341 2341 2347",
    "BOXW310820HNERXN08",
    "12345678A",
    "X1234567A",
    "J50615123",
    "111111111111",
    "²³⁴¹ ½ ①②③",
    "\ud800 12345678",
]


@pytest.mark.parametrize("text", PAPERS)
def test_a_number_of_somebodys_papers_is_seen(text: str) -> None:
    assert seems_number(text)
    assert seems_number(f"They took my phone, {text} and that was all")


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not seems_number(text)


@pytest.mark.parametrize("wrong", range(10))
def test_a_wrong_check_digit_is_no_number(wrong: int) -> None:
    assert seems_number(f"23412341234{wrong}") == (wrong == 6)
    assert seems_number(f"BOXW310820HNERXN0{wrong}") == (wrong == 9)


@pytest.mark.parametrize("piece", ["1", "CC ", "cedula ", "1.", "- ", "A1", "12-", "९"])
def test_attack_a_long_text_of_beginnings_takes_no_time(piece: str) -> None:
    """A person's line of words waits for it: 64 KiB of what every form begins with."""
    assert seems_number(piece * (65536 // len(piece)) + "x") in (True, False)
