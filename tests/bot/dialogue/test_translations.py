"""What every translation is held to: whole, sound, as the English, within Telegram's and a phone's limits.

docs/translating.md explains each to whoever writes one.
"""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural

from bot.conversation.effects import Say
from bot.conversation.reviewing import NUMBERS_A_ROW
from bot.conversation.table import START_BUTTONS
from bot.dialogue import catalogues
from bot.dialogue.catalogues import forms, key, load, negotiate, parsed, places, source
from bot.dialogue.wording import GREETINGS, Wording
from bot.shown import LONGEST, pieces, units
from codes.languages import LANGUAGES
from tests.bot.dialogue import screen
from tests.bot.dialogue.reading import kandel, kincaid, sentences_of, szigriszt, words_of

CONVERSATION = Path(__file__).resolve().parents[3] / "bot" / "conversation"
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "translating.md"
DESK, CUSTODIAN = "D" * 80, "C" * 40
"""The longest names that the settings take."""
OTHERS = [language for language in LANGUAGES if language != "en"]
NAMES = re.compile(r"[“«]\s*([^”»]+?)\s*[”»]")


def catalogue(language: str) -> Catalog:
    return parsed(language, source(language))


def messages(language: str) -> dict[str, Message]:
    return {key(message): message for message in catalogue(language) if message.id}


def filled(text: str) -> str:
    """With a number and names in the places, as a source would read it."""
    return re.sub(r"\{\w+\}", lambda place: "2" if place[0] == "{n}" else "Maria", text)


def sentences(language: str) -> dict[str, str]:
    """What is read as sentences: no labels, no names of things in lists."""
    apart = ("button_", "removed_", "option_", "count_", "command_")
    found = {name: forms(message)[0] for name, message in messages(language).items()}
    return {name: filled(text) for name, text in found.items() if not name.startswith(apart)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_missing_extra_or_damaged(language: str) -> None:
    ours, english = messages(language), messages("en")
    assert set(ours) == set(english)
    plurals = catalogue(language).num_plurals
    wrong = {name: catalogues.fault(message, english[name], plurals) for name, message in ours.items()}
    assert {name: what for name, what in wrong.items() if what} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plural_rule_is_the_languages_own(language: str) -> None:
    ours, rule = catalogue(language), get_plural(language)
    assert (ours.num_plurals, ours.plural_expr) == (rule.num_plurals, rule.plural_expr)
    several = [message for message in ours if message.id and not isinstance(message.id, str)]
    assert len(several) >= 5
    assert {len(forms(message)) for message in several} == {rule.num_plurals}


@pytest.mark.parametrize("language", OTHERS)
def test_a_message_keeps_what_must_not_be_translated(language: str) -> None:
    """Numbers, commands, addresses, the paragraphs, and where it names a button, that button's own label."""
    ours, english = messages(language), messages("en")
    labels = {forms(message)[0]: name for name, message in english.items() if name.startswith("button_")}
    for name, message in ours.items():
        for text, first in zip(forms(message), (forms(english[name]) * 9), strict=False):
            assert sorted(re.findall("[0-9]+", text)) == sorted(re.findall("[0-9]+", first)), name
            assert re.findall("/[a-z]+", text) == re.findall("/[a-z]+", first), name
            assert text.count("\n") == first.count("\n"), name
            named = [forms(ours[labels[label]])[0] for label in NAMES.findall(first) if label in labels]
            assert [label for label in NAMES.findall(text) if label in named] == named, name


def test_a_button_that_is_named_exists() -> None:
    """The English names buttons in quotation marks; the test above holds the others to it."""
    named = {label for message in messages("en").values() for label in NAMES.findall(forms(message)[0])}
    named.discard("{readers}")
    labels = {forms(message)[0] for name, message in messages("en").items() if name.startswith("button_")}
    assert {label for label in named - labels if len(label) < 40} == {
        "Delete",
        "delete",
        "also delete for the bot",
        "not cleaned",
        "Received",
        "Start",
    }


@pytest.mark.parametrize(
    "text", ["{desk", "desk}", "{}", "{0}", "{desk!r}", "{desk:>9}", "{desk.name}", "{n:d}"]
)
def test_a_place_that_cannot_be_filled_is_seen(text: str) -> None:
    assert places(text) != places("{desk}")
    assert places(text) is None or not places(text)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"Locked away: {counts}.', '"Locked away: {counts.', "braces"),
        ('"Locked away: {counts}.', '"Locked away: {custodian}.', "braces"),
        ('"Locked away: {counts}. Not sent yet."', '""', "missing"),
        ('msgid "kept"', 'msgid "kept_"', "no such"),
    ],
    ids=["a brace less", "another place", "empty", "another name"],
)
def test_attack_a_damaged_translation_is_read_in_english_instead(
    before: str, after: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And nobody who sent something is left without its answer."""

    def damaged(language: str) -> bytes:
        text = source("en").decode()
        return (text.replace(before, after) if language == "es" else text).encode()

    translations = load(damaged)
    assert why in caplog.text
    assert caplog.text.count("sound") == 1
    told = "Locked away: {counts}. Not sent yet."
    assert {each.messages.gettext("kept") for each in translations.values()} == {told}


def test_a_file_that_is_no_catalogue_is_english_too() -> None:
    translations = load(lambda language: source("en") if language == "en" else b"\x00\xff nothing \n msgid")
    assert translations["fr"].messages.gettext("left_out") == "Deleted: {thing}. It will not be sent."


def longest(language: str) -> dict[str, list[str]]:
    """Each message with the longest names in its places, in all its plural forms, alone."""
    catalogue = messages(language)
    counts = [
        forms(catalogue[f"count_{kind}"])[-1].format(n=100, custodian=CUSTODIAN)
        for kind in ("texts", "files", "uncleaned", "originals")
    ]
    kinds = [forms(text)[0] for name, text in catalogue.items() if name.startswith("removed_")]
    options = [
        forms(text)[0].format(custodian=CUSTODIAN)
        for name, text in catalogue.items()
        if name.startswith("option_")
    ]
    filling = {
        "desk": DESK,
        "custodian": CUSTODIAN,
        "counts": format_list(counts, locale=language),
        "kinds": format_list(kinds, locale=language),
        "options": format_list(options, locale=language),
        "words": format_list(["w" * 9] * 3, locale=language),
        "n": 100,
        "thing": "100 (video, 19 MB, not cleaned)",
        "readers": forms(catalogue["button_readers"])[0],
        "name": DESK,  # on the page
        "day": "2026-11-30",
    }
    return {name: [text.format(**filling) for text in forms(message)] for name, message in catalogue.items()}


LIMITS = {"command_": 256, "profile_short": 120, "profile_description": 512, "": 4096}
"""https://core.telegram.org/bots/api: BotCommand, setMyShortDescription, setMyDescription, sendMessage."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_longer_than_telegram_takes(language: str) -> None:
    for name, texts in longest(language).items():
        limit = next(limit for start, limit in LIMITS.items() if name.startswith(start))
        assert max(map(units, texts)) <= limit, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_could_be_told_of_an_album_comes_in_pieces(language: str) -> None:
    """Together they are too long for one message: cut, nothing of it is lost."""
    known = messages(language)
    notes = tuple(name.removeprefix("note_") for name in known if name.startswith("note_"))
    removed = tuple(name.removeprefix("removed_") for name in known if name.startswith("removed_"))
    said = Wording(DESK, CUSTODIAN).text(language, Say("kept", removed=removed, notes=notes, files=100))
    assert units(said) > LONGEST
    assert max(map(units, pieces(said))) <= LONGEST
    kept = "".join("".join(pieces(said)).split()) == "".join(said.split())
    assert kept


TAKING_OUT = ("button_take_out",) * NUMBERS_A_ROW
UNDO = ("button_options", "button_undo")


def rows() -> set[tuple[str, ...]]:
    """The rows of several buttons in the conversation, by the messages on them."""
    known, found = messages("en"), set()
    for file in CONVERSATION.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Tuple):
                names = [str(each.value) for each in node.elts if isinstance(each, ast.Constant)]
                labels = tuple(f"button_{name}" for name in names)
                if len(labels) == len(node.elts) > 1 and set(labels) <= set(known):
                    found.add(labels)
    chosen = {tuple(f"button_{action.replace(':', '_')}" for action in row) for row in START_BUTTONS}
    return found | chosen | {("button_read_1", "button_read_2", "button_read_3"), TAKING_OUT, UNDO}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_button_is_cut_on_a_screen_of_360_dots(language: str) -> None:
    known = {name: forms(message)[0] for name, message in messages(language).items()}
    alone = [(name,) for name in known if name.startswith("button_")]
    beside = [row for row in rows() if len(row) > 1]
    assert len(beside) >= 4
    for row in (*alone, *beside):
        for name in row:
            # A custodian's or a desk's name is the operator's; what stands before it has to be seen.
            assert screen.fits_a_button(known[name].format(custodian="", desk="", n=100), len(row)), (
                name,
                len(row),
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_command_and_no_word_is_cut_on_a_screen_of_360_dots(language: str) -> None:
    for name, text in Wording("d").commands(language):
        assert screen.width(f"/{name}  {text}", screen.BUTTON) <= screen.MENU, name
    for name, text in sentences(language).items():
        assert max(screen.width(word, 16) for word in text.split()) <= screen.BUBBLE - 20, name


def test_every_action_fits_a_callback() -> None:
    """64 bytes; the longest is a name, a colon and 32 hex digits."""
    names = [name.removeprefix("button_") for name in messages("en") if name.startswith("button_")]
    assert max(len(name) + 33 for name in names) <= 64


GRADES = {"en": (kincaid, 5, 8), "es": (szigriszt, 75, 65), "fr": (kandel, 80, 70)}
"""The formula, what all messages together must reach, and what each longer one must."""
WORDS_A_SENTENCE, LONGEST_SENTENCE = 12, 32
LONGER = 30
"""Words of a message from which on a formula says something of it alone."""


@pytest.mark.parametrize("language", GRADES)
def test_a_ten_year_old_can_read_it(language: str) -> None:
    formula, together, alone = GRADES[language]
    better = -1 if language == "en" else 1  # a school year falls where Flesch's scale rises
    texts = sentences(language)
    assert better * formula("\n".join(texts.values())) >= better * together
    for name, text in texts.items():
        if len(words_of(text)) >= LONGER:
            assert better * formula(text) >= better * alone, (name, formula(text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    lengths = [
        (len(words_of(one)), name) for name, text in sentences(language).items() for one in sentences_of(text)
    ]
    assert sum(length for length, _ in lengths) / len(lengths) <= WORDS_A_SENTENCE
    assert max(lengths)[0] <= LONGEST_SENTENCE, max(lengths)


def test_the_formulas_agree_with_texts_of_known_ease() -> None:
    """Kincaid's of a text by hand: 2 sentences, 12 words, 14 syllables; and each tells easy from hard."""
    easy = "The cat sat on the mat. It saw a little dog run away."
    assert kincaid(easy) == pytest.approx(0.39 * 13 / 2 + 11.8 * 15 / 13 - 15.59)
    hard = (
        "Notwithstanding contractual confidentiality, organisations systematically perpetuate discrimination."
    )
    assert kincaid(hard) > 15
    assert szigriszt("El gato ve la casa. El sol es rojo.") > 90
    assert szigriszt("La confidencialidad organizacional imposibilita reivindicaciones colectivas.") < 20
    assert kandel("Le chat dort. Il voit le chien.") > 100
    assert kandel("L’organisation confidentielle compromet irrémédiablement la participation syndicale.") < 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_so_in_its_first_notice_and_whom_to_tell(language: str) -> None:
    wording, draft = Wording("The Union"), catalogues.DRAFT.search(source(language).decode()) is not None
    greetings = [wording.text(language, Say(key)) for key in GREETINGS]
    told = forms(messages(language)["notice_unread"])[0].format(desk="The Union")
    assert [told in greeting for greeting in greetings] == [draft]
    assert told not in wording.text(language, Say("closed")), (
        "nobody is asked to write where nothing is taken"
    )
    assert told.count("The Union") == 1
    row = re.search(rf"^\| `{language}` .*$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert row is not None
    assert ("nobody" in row[0]) == draft


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        ("tl", "fil"),
        ("fil", "fil"),
        ("fil-PH", "fil"),
        ("tl_PH", "fil"),
        ("sq-AL", "sq"),
        ("sqi", "sq"),
        ("hi-IN", "hi"),
        ("hi-Latn-IN", "hi"),
        ("fr-CA", "fr"),
        ("FR", "fr"),
        ("pt-BR", "en"),
        ("-", "en"),
        ("_PH", "en"),
    ],
)
def test_a_messengers_word_for_a_language_is_understood(hint: str, language: str) -> None:
    assert negotiate(hint) == language


def test_languages_are_offered_by_their_own_names_in_every_language() -> None:
    wording = Wording("d")
    for spoken in LANGUAGES:
        labels = [wording.button(spoken, f"language:{each}").label for each in LANGUAGES]
        assert labels == ["English", "Español", "Shqip", "Filipino", "हिन्दी", "Français"]


def test_every_place_of_a_message_is_one_that_is_filled() -> None:
    every = {
        name for message in messages("en").values() for text in forms(message) for name in places(text) or ()
    }
    of_the_page = {"name", "day"}
    assert every - of_the_page == {
        *("desk", "custodian", "counts", "kinds", "options", "words", "n", "thing", "readers")
    }
    assert {"texts", "files", "removed", "on", "words", "count"} <= {field.name for field in fields(Say)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_one_message_says_of_another_are_those_of_the_other(language: str) -> None:
    """What a trial begins with, and what a receipt begins with."""
    known = {name: forms(message)[0] for name, message in messages(language).items()}
    assert known["trial_mark"].split()[0].rstrip(":") in words_with_signs(known["trial"])
    received = known["receipt"].partition("{")[0].rstrip(": \u00a0")
    for name in ("nothing_waits", "unusable_too_many"):
        assert received in NAMES.findall(known[name]), name


def words_with_signs(text: str) -> list[str]:
    return [word.strip("“”.,:«»\u00a0") for word in text.split()]
