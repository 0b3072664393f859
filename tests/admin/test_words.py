"""The offline side speaks the reviewer's language: the catalogues, and what must not depend on them."""

import gettext
import io
import string
from datetime import date
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo

from admin import words
from admin.cli import main
from admin.context import Context
from admin.display import PLAIN
from admin.errors import sentence
from admin.words import in_english, parse, retold, speak, tr, trn, wanted
from crypto.errors import NoMatch
from tests.admin import messages
from tests.admin.stage import PASSPHRASE, Reviewer, Server, file_item, text_item


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


@pytest.mark.parametrize("language", messages.COMPLETE)
def test_a_complete_translation_lacks_no_message(language: str) -> None:
    """`python -m tests.admin.messages --write` puts the missing ones in, empty."""
    known = messages.translation(language)
    missing = [one for one in messages.messages() if not all(known.get(one, ("",)))]
    assert missing == []


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


def test_whatever_is_said_to_a_person_is_a_message() -> None:
    """A string in `admin/` that looks like words, or is given to what speaks, goes through `tr`."""
    assert messages.unspoken() == []
    assert messages.untranslated() == []


def test_a_message_without_translation_is_english_and_a_plural_fits() -> None:
    speak("es")
    assert (
        tr("There is no such message in {place}.", place="any file")
        == "There is no such message in any file."
    )
    assert trn("{n} such thing", "{n} such things", 2) == "2 such things"
    assert [trn("{n} drop", "{n} drops", n) for n in (1, 2)] == ["1 envío", "2 envíos"]


def test_a_sentence_that_was_made_elsewhere_is_told_again() -> None:
    text = "The number jumps: batch 9 came, and the newest before is 3."
    assert retold(text) == text
    speak("es")
    assert retold(text).startswith("El número salta: ")
    assert "9" in retold(text)
    assert retold("Nothing of the kind is known.") == "Nothing of the kind is known."


def test_a_place_is_filled_in_once() -> None:
    """An attack: a name with braces in it is shown, and never taken for a place."""
    assert tr("Drop {id}", id="{id.__class__}") == "Drop {id.__class__}"


def test_the_offline_side_speaks_spanish_and_the_next_command_its_own(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    assert reviewer.run("--language", "es", "list").out == "Todavía no se importó ningún envío.\n"
    assert reviewer.run("list").out == "No drop was imported yet.\n"


def test_a_mistake_and_a_call_for_help_are_told_in_spanish(reviewer: Reviewer) -> None:
    with pytest.raises(SystemExit):
        reviewer.run("--language", "es", "show")
    assert "hacen falta estos argumentos: ID" in reviewer.capture.readouterr().err
    with pytest.raises(SystemExit):
        reviewer.run("--language", "es", "show", "--help")
    shown = " ".join(reviewer.capture.readouterr().out.split())
    assert "uso: silbo-admin" in shown
    assert "muestra esta ayuda y termina" in shown
    assert "Abre un envío y muestra lo que se escribió." in shown


def test_a_message_keeps_its_english_for_what_a_program_reads() -> None:
    speak("es")
    reason = sentence(NoMatch())
    assert reason == "Ninguna clave de esta carpeta lo abre."
    told = tr("Item {number} cannot be opened. {reason}", number="0003", reason=reason)
    assert told.startswith("El elemento 0003")
    assert in_english(told) == "Item 0003 cannot be opened. No key in this home opens it."
    assert in_english(trn("{n} drop", "{n} drops", 3)) == "3 drops"


def test_no_byte_that_is_written_depends_on_the_language(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """What a program or another person's machine reads: receipts, reports in JSON, key lists, records."""
    reviewer.keygen("--weeks", "3")
    drop = server.drop(
        reviewer.recipients(),
        text_item("What they do to us."),
        file_item(b"picture", removed=("place",), notes=("picture_remains",)),
        spoil=lambda sealed: [sealed[0], sealed[1][:-1] + b"!"],
    )
    server.write(drop, day=date(2026, 11, 18))
    written = []
    for language in ("en", "es", "hi"):
        out = tmp_path / language
        out.mkdir()
        for command in (
            ("import", server.stick, "--server", server.public),
            ("extract", server.last_id, out),
            ("receipt", out),
            ("publish", out),
            ("revocation", out),
        ):
            asks = command[0] in {"extract", "receipt"}
            reviewer.run("--language", language, *command, passphrase=PASSPHRASE if asks else None)
        files = {file.relative_to(out): file.read_bytes() for file in out.rglob("*") if file.is_file()}
        report = files.pop(next(name for name in files if name.name == "report.txt"))
        written.append(files)
        assert (b"was changed or exchanged" in report) == (language != "es")
    assert any(name.name == "report.json" for name in written[0])
    assert written[0] == written[1] == written[2]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("s", True),
        ("Sí", True),
        ("si", True),
        ("y", True),
        ("YES", True),
        ("n", False),
        ("", False),
        ("yep", False),
    ],
)
def test_yes_is_taken_in_the_language_and_in_english(typed: str, meant: bool, tmp_path: Path) -> None:
    speak("es")
    assert asked(typed, tmp_path).confirm("¿Destruir?") is meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("destruir", True), ("destroy", True), ("Destruir", True), ("sí", False), ("", False)],
)
def test_a_word_is_taken_in_the_language_and_in_english(typed: str, meant: bool, tmp_path: Path) -> None:
    speak("es")
    assert asked(typed, tmp_path).type_word("?", "destroy") is meant


def test_yes_of_another_language_is_none(tmp_path: Path) -> None:
    assert not asked("sí", tmp_path).confirm("Destroy?")


def asked(typed: str, folder: Path) -> Context:
    return Context(
        home=folder,
        today=date(2026, 11, 18),
        out=io.StringIO(),
        err=io.StringIO(),
        stdin=io.StringIO(typed + "\n"),
        terminal=False,
        typed=False,
        paint=PLAIN,
        paint_err=PLAIN,
        ask=lambda _prompt: b"",
        work_factor=1,
    )


def test_what_stands_for_a_value_is_a_word_of_the_language(
    reviewer: Reviewer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The help spoke of 'DÍA' while the usage above it said DAY."""
    for command, said in (("list", "[--day DÍA]"), ("search", "[PALABRAS ...]"), ("extract", "ID DIR")):
        with pytest.raises(SystemExit):
            main(["--language", "es", "--home", str(reviewer.home), command, "--help"])
        assert said in " ".join(capsys.readouterr().out.split())
    with pytest.raises(SystemExit):
        main(["--language", "es", "restore"])
    assert capsys.readouterr().err.endswith("hacen falta estos argumentos: ARCHIVO\n")
