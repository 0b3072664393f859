"""Who says who they are is pointed at it, in six languages; ordinary testimony is left alone."""

import pytest

from bot.intake.own import Own, own_in
from codes.languages import LANGUAGES
from tests.bot.intake.own_lines import CONTACTS, NAMES, NUMBERS, ORDINARY
from tests.bot.intake.own_lines_attacked import LINES


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_an_attacker_are_told_apart(language: str) -> None:
    """Small letters, a label without "my", a signature with a telephone below; what only looks like it."""
    lines = LINES[language].strip().split("\n")
    assert len(lines) > 90
    wrong = []
    for line in lines:
        kind, text = line[0], line[2:].replace("|", "\n")
        own = own_in(text)
        none = own == Own(name=False, number=False, contact=False)
        if not {"n": own.name, "d": own.number, "c": own.contact, "o": none}[kind]:
            wrong.append(line)
    assert wrong == []


@pytest.mark.parametrize(
    "lines",
    [
        "They filmed us.\nKind regards,\nJohn Smith\nAgent, second floor\n+63 917 123 4567",
        "Nos graban.\nGracias,\nana, turno noche\n\nP.D.: no contesten",
        "hector gomez, firmó otro.\nsoy hector gomez",
    ],
)
def test_a_signature_is_seen_with_lines_below_and_without_accents(lines: str) -> None:
    assert own_in(lines).name


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "words", ["- ", "thanks, ", "PASSPORT IS NUMBER NO ", "मैं ", "+57 300 ", "x at ", "a"]
)
def test_no_words_make_it_slow(words: str) -> None:
    """Below a second; with a square of the words it would take minutes."""
    assert own_in(words * 8_000) == Own(name=False, number=False, contact=False)
