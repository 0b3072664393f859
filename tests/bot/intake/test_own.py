"""Who says who they are is pointed at it, in six languages; ordinary testimony is left alone."""

import pytest

from bot.intake.own import Own, own_in
from codes.languages import LANGUAGES
from tests.bot.intake.own_lines import CONTACTS, NAMES, NUMBERS, ORDINARY


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_says_who_they_are_is_seen(language: str) -> None:
    missed = [line for line in NAMES[language] if not own_in(line).name]
    missed += [line for line in NUMBERS[language] if not own_in(line).number]
    missed += [line for line in CONTACTS[language] if not own_in(line).contact]
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_testimony_around_it_hides_nothing(language: str) -> None:
    lines = ORDINARY[language].split("\n")
    before, behind = "\n".join(lines[:4]), "\n".join(lines[4:8])
    inner = [
        line for line in NAMES[language] if "\n" not in line and not line.endswith((", Ana", ", Claire"))
    ]
    missed = [line for line in NUMBERS[language] if not own_in(f"{before}\n{line}\n{behind}").number]
    assert missed == []
    assert sum(own_in(f"{before}\n{line}\n{behind}").name for line in inner) >= len(inner) - 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_ordinary_testimony_is_left_alone(language: str) -> None:
    lines = ORDINARY[language].split("\n")
    assert len(lines) >= 30
    told = [line for line in lines if own_in(line) != Own(name=False, number=False, contact=False)]
    assert told == []
    assert own_in(ORDINARY[language]) == Own(name=False, number=False, contact=False)
