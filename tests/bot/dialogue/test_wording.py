"""Every language has every message, with the same places; and every message that code can say exists."""

import ast
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.channels.telegram.policy import KINDS
from bot.conversation.answering import question
from bot.conversation.effects import Say
from bot.conversation.options import OPTIONS, ORIGINAL
from bot.conversation.outcomes import StoredWaiting
from bot.conversation.parts import PARTS_MISSING
from bot.conversation.questions import ANSWERED
from bot.conversation.sights import HEIGHTS, UNSEARCHED
from bot.conversation.telling import (
    CHANGE_LOST,
    COVERED,
    DELETING,
    DRAFT_STAYS,
    ENCLOSED,
    ENCLOSED_VOICE,
    FORGOTTEN,
    LASTING,
    NO_NAME_READ,
    NOTHING,
    OFF_AGAIN,
    OWN_CONTACT,
    OWN_NAME,
    OWN_NUMBER,
    REPLACED,
    UNCHANGED_STAYS,
    UNDISGUISED,
    VOICES,
    WORDS,
)
from bot.dialogue.catalogues import negotiate
from bot.dialogue.listing import KINDS as KINDS_OF_THINGS
from bot.dialogue.listing import TOLD as TOLD_OF_THINGS
from bot.dialogue.wording import Names, Wording
from bot.intake import REFUSALS
from bot.questions import READY
from codes.languages import LANGUAGES
from codes.marks import MARKS
from codes.reasons import SCRUB, told
from scrub.report import NOTES, REMOVED

BOT = Path(__file__).resolve().parents[3] / "bot"


def catalogue(language: str) -> Catalog:
    with (BOT / "translations" / language / "LC_MESSAGES" / "silbo.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> dict[str, list[str]]:
    """Return each key's texts: one, or one a plural form."""
    found = {}
    for message in catalogue(language):
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            texts = message.string or ""
            found[key] = [texts] if isinstance(texts, str) else list(texts)
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_message_with_the_same_places(language: str) -> None:
    ours, english = messages(language), messages("en")
    assert set(ours) == set(english)
    for key, texts in ours.items():
        assert all(text.strip() for text in texts), key
        assert {frozenset(places(text)) for text in texts} == {frozenset(places(english[key][0]))}, key


def test_no_catalogue_is_left_out() -> None:
    assert {path.name for path in (BOT / "translations").iterdir()} == set(LANGUAGES)


SAYING = ("Say", "counts", "_question", "self._hint")


def first_arguments(*names: str, folder: Path = BOT) -> set[str]:
    """Return the literal first arguments of calls of `names` in the modules of a folder."""
    found = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
                found |= {
                    a.value for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
    return found


def test_every_message_that_is_said_exists() -> None:
    said = first_arguments(*SAYING)
    assert len(said) >= 10
    assert said <= set(messages("en"))


def test_every_reason_to_take_nothing_has_its_sentence() -> None:
    kinds = {f"unusable_{kind}" for kind in {*first_arguments("Unusable", "events.Unusable"), *KINDS}}
    words = first_arguments("Refused", folder=BOT / "intake")
    reasons = {f"refused_{reason}" for reason in {*words, *TOLD}}
    assert "unusable_too_many" in kinds
    assert len(words) >= 5
    assert kinds | reasons <= set(messages("en"))


MAY_GO = [code for code, reason in SCRUB.items() if reason.may_go]
TOLD = {told(code) for code in SCRUB} - set(MAY_GO)
OURS = (
    CHANGE_LOST,
    COVERED,
    NO_NAME_READ,
    DELETING,
    OWN_CONTACT,
    OWN_NAME,
    OWN_NUMBER,
    REPLACED,
    UNCHANGED_STAYS,
    WORDS,
    ENCLOSED,
    ENCLOSED_VOICE,
    UNDISGUISED,
    VOICES,
    OFF_AGAIN,
    FORGOTTEN,
    DRAFT_STAYS,
    PARTS_MISSING,
    ANSWERED,
)
FOUND = {f"removed_{code}" for code in (*REMOVED, NOTHING)} | {"marks_others", "marks_send_alone"}
NOTED = {f"note_{code}" for code in (*NOTES, *(f"{code}_again" for code in LASTING), *OURS)}
ASKED = {f"ask_{reason}" for reason in (*MAY_GO, "too_long", "voice", "disguised", "unheard")}
CHOSEN = {f"{family}_{code}" for family in ("about", "option") for code in (*OPTIONS, ORIGINAL)}
PUT_TOGETHER = {
    "trial_mark",
    "notice_unread",
    "safer_page",
    "word_asked",
    "reads_other",
    "removed",
    "on_now",
    "options",
    "options_none",
    "turned_on",
    "turned_off",
    "told_refused",
    "left_out",
    "list_hint",
    "so_far",
    "kept",
    "replaced",
    "kept_as_is",
    *(f"thing_{kind}" for kind in {*KINDS_OF_THINGS.values(), "file"}),
    *(f"manner_{manner}" for manner in TOLD_OF_THINGS),
}
SIGHTS = {
    "marks_found",
    "marks_maybe_more",
    "marks_others",
    "marks_can_cover",
    "marks_can_retype",
    *(f"sight_{where}" for where in ("part", "page", "line", *HEIGHTS)),
    *(f"mark_{kind}" for kind in (*MARKS, UNSEARCHED)),
}
CODENAMES = {
    f"codename_{why}"
    for why in ("wait", "empty", "words_count", "digits_count", "digits_check", "word_near", "word_unknown")
}
WITHDRAWN = {f"withdraw_{which}" for which in ("here", "passed_on", "both")}


def test_every_kind_of_trace_has_its_words() -> None:
    assert set(messages("en")) >= FOUND | NOTED | SIGHTS


def test_everyquestion_and_every_option_has_its_words() -> None:
    assert set(messages("en")) >= ASKED | CHOSEN | PUT_TOGETHER
    for reason in (*MAY_GO, "timeout", "too_large"):
        assert question(StoredWaiting("i", 1, "document", reason)) in ASKED
    assert question(StoredWaiting("i", 1, "voice", "unsupported")) == "ask_voice"


APART = ("count_", "button_", "command_", "profile_", "said_", "page_", "poster_", "form_")
"""Families that are said elsewhere: on the page (tests/page/test_messages.py), its form and the poster."""


def test_no_message_is_left_that_nobody_says() -> None:
    spoken = first_arguments(*SAYING) | PUT_TOGETHER
    reasons = {*first_arguments("Refused", folder=BOT / "intake"), *TOLD, *REFUSALS.values()}
    kinds = {*first_arguments("Unusable", "events.Unusable"), *KINDS}
    known = {f"refused_{word}" for word in reasons} | {f"unusable_{word}" for word in kinds}
    known |= SIGHTS | FOUND | NOTED | ASKED | CHOSEN | CODENAMES | WITHDRAWN
    known |= {f"question_{code}" for code in READY}
    known |= {f"choice_{code}_{number}" for code, most in READY.items() for number in range(1, most + 1)}
    for key in set(messages("en")) - spoken:
        assert key in known or key.startswith(APART), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_put_together_in_its_language(language: str) -> None:
    say = Say(
        "receipt", removed=("place", "place", "device"), texts=2, files=1, uncleaned=1, originals=2, refused=1
    )
    said = Wording("Desk {braces}", "Notary {braces}").text(language, say)
    assert "Desk {braces}" in said
    assert "Notary {braces}" in said
    assert said.count(messages(language)["removed_place"][0]) == 1
    assert "{" not in said.replace("{braces}", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_a_label_that_fits_a_button(language: str) -> None:
    wording = Wording("d", "Notary")
    for action in (
        "options",
        "keep:" + "0" * 32,
        *(f"{does}:{code}" for does in ("ask", "on", "off") for code in (*OPTIONS, ORIGINAL)),
        "review",
        "send",
        "more",
        "discard",
        "as_is:" + "0" * 32,
        "leave_out:" + "0" * 32,
        "language:es",
    ):
        button = wording.button(language, action)
        assert not button.label.startswith("button_")
        assert "{" not in button.label
        assert len(button.action.encode()) <= 64


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        ("es-CO", "es"),
        ("es_419", "es"),
        ("en-GB", "en"),
        ("tlh", "en"),
        (None, "en"),
        ("", "en"),
        ("\x00" * 9999, "en"),
    ],
)
def test_the_first_notice_is_in_a_language_we_have(hint: str | None, language: str) -> None:
    assert negotiate(hint) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_promised_what_cannot_be_kept(language: str) -> None:
    everything = " ".join(text for texts in messages(language).values() for text in texts).lower()
    for word in ("100%", "anonymous", "secure", "anónim", "segur@", "seguridad total"):
        assert word not in everything
    assert "telegram" in messages(language)["notice"][0].lower()


def test_a_safer_way_names_the_page_of_the_desk_that_has_one() -> None:
    one = Wording("", several={"": Names("The Union", page="https://union.example/{x}")})
    said = one.text("en", Say("safer"))
    assert "The Union has a page for that: https://union.example/{x}" in said
    desks = {"a": Names("A", page="at a.example"), "b": Names("B"), "c": Names("C", page="at c.example")}
    several = Wording("", several=desks)
    assert [word in several.text("en", Say("safer")) for word in ("a.example", "c.example")] == [True, True]
    chosen = several.text("en", Say("safer", desks=("b", "c")))
    assert [word in chosen for word in ("a.example", "c.example")] == [False, True]
    assert "page for that" not in Wording("The Union").text("en", Say("safer"))
