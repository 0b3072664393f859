"""The offline side speaks the reviewer's language: the catalogues, and what must not depend on them."""

import gettext
import io
import string

import pytest
from babel.messages.mofile import write_mo

from admin import words
from admin.words import parse, speak, tr, wanted
from tests.admin import messages


@pytest.fixture(autouse=True)
def _english_afterwards() -> object:
    yield
    speak("en")


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_our_reader_of_catalogues_reads_what_babel_reads(language: str) -> None:
    found, plural = parse(words.catalogue(language))
    read = messages.translation(language)
    assert found == {one: said for one, said in read.items() if all(said)}
    compiled = io.BytesIO()
    write_mo(compiled, messages.load(messages.FOLDER / f"{language}.po"))
    compiled.seek(0)
    theirs = gettext.GNUTranslations(compiled)
    ours = gettext.c2py(plural)
    assert [ours(n) for n in range(300)] == [theirs.plural(n) for n in range(300)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_a_translation_has_no_message_that_nobody_says(language: str) -> None:
    assert sorted(messages.translation(language).keys() - messages.messages().keys()) == []


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_the_places_of_a_translation_are_those_of_the_english(language: str) -> None:
    said, entries = messages.translation(language), messages.messages()
    for one, forms in said.items():
        entry = entries[one]
        assert len(forms) == (1 if entry.many is None else 2), one
        places = sorted(messages.PLACE.findall(entry.many or one))
        for form in filter(None, forms):
            assert sorted(messages.PLACE.findall(form)) == places, one
            if places:
                list(string.Formatter().parse(form))


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_what_the_bot_says_in_a_language_is_said_here_in_the_same_words(language: str) -> None:
    known = messages.translation(language)
    assert {one: known[one][0] for one in messages.of_the_bot(language)} == messages.of_the_bot(language)


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "en"),
        ([], {"LANG": "es_CO.UTF-8"}, "es"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {"LANG": "tl_PH"}, "fil"),
        ([], {"LC_ALL": "C", "LANG": "es_CO", "LANGUAGE": "es"}, "en"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "fr_FR", "LANG": "es_CO"}, "fr"),
        ([], {"LANG": "de_DE.UTF-8", "LANGUAGE": "de:sq:en"}, "sq"),
        ([], {"LANG": "../../etc/passwd"}, "en"),
        (["--language", "hi", "list"], {"LANG": "es_CO"}, "hi"),
        (["--home", "es", "--language=en", "list"], {"LANG": "es_CO"}, "en"),
        (["--language", "xx", "list"], {"LANG": "es_CO"}, "en"),
        (["list", "--language", "fr"], {"LANG": "es_CO"}, "es"),  # that of sources
    ],
)
def test_the_language_is_asked_for_or_that_of_the_system(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert wanted(arguments, environment) == language


def test_a_place_is_filled_in_once() -> None:
    """An attack: a name with braces in it is shown, and never taken for a place."""
    assert tr("Drop {id}", id="{id.__class__}") == "Drop {id.__class__}"
