"""A codename typed where nobody asked for it: it must not reach the reviewers, and not stay in the chat."""

import asyncio
from collections.abc import Callable

import pytest

from bot.channels.events import Command, Event, Press, Text
from bot.conversation.state import Phase
from bot.dialogue import understanding
from bot.dialogue.threads import GUESSES_PER_HOUR
from bot.intake import codenames
from bot.intake.codenames import names_answers, seems_codename
from crypto import codename, codename_digits
from crypto.codename import spelled
from crypto.mailbox import CodenameRoot
from tests.bot.conftest import House
from tests.bot.dialogue.test_answers import replied, sent
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

STORY = "camera inside home will film family always"
"""Seven words of the list, by chance."""


async def test_a_codename_without_the_command_is_no_words_of_a_draft(house: House) -> None:
    codename = await sent(house)
    await replied(house)
    await house.tell(Text(codename.upper()))
    said = [text for text, _ in house.chat.said]
    assert not any("took your message for a codename" in text for text in said)
    assert any("Is anybody in danger?" in text for text in said)
    assert house.updates in house.chat.forgotten
    assert (house.session().state.draft, house.session().state.thread) == (None, True)
    assert len(await house.sent()) == 1


async def test_a_codename_in_the_middle_of_a_draft_is_answered_and_the_draft_stays(house: House) -> None:
    codename = await sent(house)
    await replied(house)
    await house.tell(Text("segundo"))
    before = house.session().state
    await house.tell(Text(f"  {codename}. "))
    assert house.updates in house.chat.forgotten
    assert any("Is anybody in danger?" in text for text, _ in house.chat.said)
    assert "is still here. When you send it, it belongs to this codename" in house.chat.last
    after = house.session().state
    assert (after.phase, after.draft, after.texts) == (before.phase, before.draft, before.texts)
    await tell_all(house, *SEND)
    first, second = await house.sent()
    assert first[0].mailbox == second[0].mailbox
    assert [len(items) for _, items in (first, second)] == [1, 1]
    assert len(house.chat.covered) == 1


async def test_a_codename_of_digits_is_known_by_its_check(house: House) -> None:
    digits = codename_digits.generate().text()
    await tell_all(house, Text("primero"), Text(digits))
    assert "Nothing is here under this codename" in house.chat.last
    assert house.updates in house.chat.forgotten
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    await house.tell(Text(wrong))
    assert "Locked away" in house.chat.last, "a number that does not check is words"
    assert house.session().state.texts == 2


async def test_a_story_that_looks_like_a_codename_opens_nothing_and_is_told_of(house: House) -> None:
    """Else the next drop would go under seven words that nobody ever wrote on paper."""
    assert seems_codename(STORY, "en")
    await tell_all(house, Command("start"), Text(STORY))
    assert [text for text, _ in house.chat.said[-2:]] == [
        "I took your message for a codename, deleted it, and gave it to nobody. If it was something you want "
        "to tell, please write it again with more words.",
        "Nothing is here under this codename: no answer, and nothing that was sent.",
    ]
    assert (house.session().state.thread, house.session().root) == (False, "")
    await tell_all(house, Text("They watch my family inside our home, by camera."), *SEND)
    assert len(house.chat.covered) == 1


async def test_a_story_that_looks_like_one_does_not_close_the_codename_that_is_open(house: House) -> None:
    codename = await sent(house)
    await tell_all(house, Text(codename), Text("No, nobody."), Text(STORY), *SEND)
    first, second = await house.sent()
    assert first[0].mailbox == second[0].mailbox


async def test_command_and_codename_in_one_message(house: House) -> None:
    codename = await sent(house)
    await replied(house)
    await house.tell(Text(f"/answers {codename}"))
    assert house.updates in house.chat.forgotten
    assert any("Is anybody in danger?" in text for text, _ in house.chat.said)
    await house.tell(Press("close_answers"))
    await house.tell(Text("/Answers@silbo_bot one two"))
    assert "I counted 2" in house.chat.last
    assert house.session().state.phase is Phase.CODENAME
    await house.tell(Command("start"))
    await house.tell(Text("/answers in my place there are none, and the boss laughs"))
    assert "has seven words" in house.chat.last
    assert len(await house.sent()) == 1


async def test_an_unasked_codename_that_must_wait_is_not_taken_for_a_story(house: House) -> None:
    codename = await sent(house)
    for _ in range(GUESSES_PER_HOUR):
        await house.tell(Text(codename))
    await tell_all(house, Text("segundo"), Text(codename))
    assert "too often" in house.chat.last
    assert "took your message for a codename" in house.chat.said[-2][0]
    assert house.updates in house.chat.forgotten
    assert house.session().state.texts == 1


async def test_a_codename_below_a_file_reaches_nobody_and_the_file_does(house: House, photo: bytes) -> None:
    """Who answers with a photo may write below it whose answer it is."""
    codename = await sent(house)
    await house.tell(upload(photo, caption=codename))
    assert "look like a codename" in house.chat.said[-2][0]
    assert house.updates in house.chat.forgotten
    assert house.session().root == ""
    await tell_all(house, *SEND)
    contents = [[item.kind for item, _ in items] for _, items in await house.sent()]
    assert sorted(contents) == [["file"], ["text"]]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "abandon",
        "abandon ability able about above absent",
        "abandon ability able about above absent absorb abstract",
        "aban abil able about above absent absorb",
        "abandon ability able about above absent ábaco",
        "abandon ability able about above absent absorb" + "." * 500,
        "я боюсь за свою семью и детей",
        "1" * 5000,
        "7" * 24,
        "/answersheet one two",
        " ".join(["abandon"] * 10_000),
    ],
)
def test_what_is_no_codename_is_left_to_the_story(words: str) -> None:
    assert not seems_codename(words, "en")
    assert not names_answers(words)
    assert spelled(words, "en") is None


def test_every_new_codename_is_known_as_one() -> None:
    for language in ("en", "es"):
        text = codename.generate(language).text()
        for typed in (text, text.upper(), text.replace(" ", ", "), text.replace(" ", "\n")):
            assert spelled(typed, "en") is not None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (" ".join(["abandon"] * 10_000), "A codename has seven words. I counted"),
        ("сем слов на другом языке вот так", "Word number 1 is in no list of ours."),
        ("七个字 的 代号 是 这样 写 的", "Word number 1 is in no list of ours."),
        ("٣" * 20, "A codename of digits has 25 of them. I counted 20."),
        ("🔑", "I need your codename: seven words, or 25 digits."),
        ("abandon ability able about above absent absorb", "No answer is here now."),
    ],
)
async def test_what_is_no_codename_of_this_desk_is_one_sentence(
    house: House, typed: str, sentence: str
) -> None:
    await tell_all(house, Command("answers"), Text(typed))
    assert sentence in house.chat.last
    assert house.updates in house.chat.forgotten
    assert await house.sent() == []


async def test_the_loop_goes_on_while_a_codename_is_looked_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys, replies and the tags beside thousands of drops are for threads: nobody else's chat waits."""
    codename = await sent(house)
    await replied(house, text="word " * 12_000)
    calls = []

    def in_a_thread(name: str, work: Callable[..., object]) -> Callable[..., object]:
        def called(*given: object) -> object:
            calls.append(name)
            with pytest.raises(RuntimeError):
                asyncio.get_running_loop()
            return work(*given)

        return called

    for owner, name in (
        (CodenameRoot, "withdrawal_tag"),
        (CodenameRoot, "mailbox"),
        (codenames, "open_reply"),
        (understanding, "seems_codename"),
    ):
        monkeypatch.setattr(owner, name, in_a_thread(name, getattr(owner, name)))
    await tell_all(house, Text(codename), Press("withdraw"))
    assert "nobody has it yet" in house.chat.last
    assert set(calls) == {"withdrawal_tag", "mailbox", "open_reply", "seems_codename"}


@pytest.mark.parametrize(
    "turned", [Command("news"), Command("options"), Press("ask:disguise"), Press("on:lower"), Press("how")]
)
async def test_who_turned_to_something_else_writes_no_codename(house: House, turned: Event) -> None:
    """A testimony typed after that would be deleted as a codename of the wrong length."""
    await tell_all(house, Command("answers"), turned, Text("They pay us in cash, all of it."))
    assert "Locked away: 1 message" in house.chat.last
    assert house.chat.forgotten == []
    await tell_all(house, *SEND)
    assert len(await house.sent()) == 1
