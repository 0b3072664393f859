"""A trial reaches nobody, and nobody takes it for a delivery, or a delivery for a trial."""

import io
import sqlite3
from contextlib import closing

import pytest

from bot.channels.events import Command, Press, Text
from bot.conversation.state import Phase
from bot.dialogue.understanding import DROPS_PER_DAY
from bot.intake.codenames import is_practice, practice
from codes.languages import LANGUAGES
from crypto.codename_digits import parse
from crypto.errors import CryptoError
from crypto.item import open_item
from tests.bot.conftest import House
from tests.bot.dialogue.test_answers import replied, sent
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

MARK = "TRIAL: nobody reads this."


def trial_said(house: House, since: int) -> list[str]:
    return [text for text, _ in house.chat.said[since:]]


async def test_a_trial_shows_all_that_would_happen_and_reaches_nobody(house: House, photo: bytes) -> None:
    await house.tell(Command("start"))
    assert "trial" in house.chat.actions
    await tell_all(house, Press("trial"), Text("An invented story."), upload(photo), Press("review"))
    assert "1 message and 1 clean file" in house.chat.last
    await house.tell(Press("send"))
    said = trial_said(house, 1)
    assert all(text.startswith(f"{MARK}\n") for text in said)
    assert any("I took out of it" in text or "camera" in text for text in said), "what was removed"
    assert "nothing was sent, and I deleted it" in said[-1]
    assert house.chat.covered == ["practice " * 6 + "practice"]
    assert await house.sent() == []
    with closing(sqlite3.connect(house.folder / "silbo.db")) as database:
        assert [
            database.execute(f"SELECT count(*) FROM {each}").fetchone() for each in ("drops", "items")
        ] == [
            (0,),
            (0,),
        ]
    assert not house.session().state.trial
    assert house.session().drops == []


async def test_the_practice_codename_opens_a_practice_answer_at_any_time(house: House) -> None:
    await tell_all(house, Press("trial"), Text("x"), *SEND)
    house.clock.pass_(hours=30)
    house.restart()
    await tell_all(
        house, Command("answers"), Text("Practice practice, practice practice practice practice PRACTICE")
    )
    assert house.chat.last.startswith(f"{MARK}\nThis is what an answer looks like.")
    assert house.updates in house.chat.forgotten
    assert house.session().state.phase is Phase.IDLE
    await house.tell(Press(house.chat.actions[0]))
    assert "Deleted, as a real answer would be." in house.chat.last
    assert house.session().guesses == []
    await tell_all(house, Text("primero"), Text(practice("es")))
    assert house.chat.last.startswith(MARK)
    assert house.session().state.texts == 1, "a draft stays"
    await tell_all(house, Press("read:practice"), *SEND)
    assert len(await house.sent()) == 1


async def test_what_a_trial_seals_no_reviewer_and_no_thief_can_open(house: House, photo: bytes) -> None:
    await tell_all(house, Press("trial"), Text("x"), upload(photo))
    draft = house.session().state.draft
    assert draft is not None
    stored = await house.store.items(draft)
    assert len(stored) == 2
    for item in stored:
        data = b"".join([piece async for piece in house.store.read(item.id)])
        with pytest.raises(CryptoError):
            open_item(io.BytesIO(data), io.BytesIO(), house.identities)


async def test_after_a_trial_the_next_words_are_real_and_are_told_as_such(house: House) -> None:
    for end in (SEND, (Press("discard_now"),), (Press("end_trial"),)):
        await tell_all(house, Press("trial"), Text("invented"), *end)
        assert "from now on is no trial any more" in house.chat.last
    before = len(house.chat.said)
    await tell_all(house, Text("This happened."), *SEND)
    assert not any(MARK in text for text in trial_said(house, before))
    assert len(await house.sent()) == 1


async def test_no_answer_to_the_reviewers_ends_in_a_trial(house: House) -> None:
    """A real codename opened while a trial is on: what is written then is meant for somebody."""
    codename = await sent(house)
    await replied(house)
    await tell_all(house, Press("trial"), Text(codename), Text("No, nobody."), *SEND)
    assert len(await house.sent()) == 2
    await tell_all(house, Press("trial"), Command("answers"), Text(codename), Text("One more."), *SEND)
    assert len(await house.sent()) == 3
    await tell_all(house, Press("trial"), Text("invented"), Text(codename))
    assert "not sent yet" in house.chat.last
    assert house.updates in house.chat.forgotten
    assert (house.session().root, house.session().state.trial) == ("", True)


async def test_a_trial_does_not_begin_in_a_draft_and_closes_a_codename(house: House) -> None:
    codename = await sent(house)
    await tell_all(house, Text("segundo"), Press("trial"))
    assert "not sent yet" in house.chat.last
    assert not house.session().state.trial
    await tell_all(house, *SEND)
    await tell_all(house, Text(codename), Press("trial"), Press("withdraw"))
    assert "codename first" in house.chat.last
    assert len(await house.sent()) == 2


async def test_a_trial_that_is_left_ends_with_its_draft(house: House) -> None:
    """Who writes a day later may have forgotten it: those words must not be deleted at "send"."""
    await tell_all(house, Press("trial"), Text("invented"))
    house.clock.pass_(hours=24, seconds=1)
    await tell_all(house, Text("This happened."), *SEND)
    ((manifest, _),) = await house.sent()
    assert len(manifest.items) == 1


async def test_killed_at_the_end_a_trial_still_reaches_nobody(house: House) -> None:
    await tell_all(house, Press("trial"), Text("invented"), Press("review"))
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await house.tell(Press("send"), update_id="again")
    house.restart()
    await house.tell(Press("send"), update_id="again")
    assert await house.sent() == []
    assert "nothing was sent" in "".join(trial_said(house, 0))


async def test_whoever_has_sent_enough_for_a_day_can_still_try(house: House) -> None:
    await house.tell(Command("start"))
    session = house.session()
    session.drops = [int(house.clock.seconds())] * DROPS_PER_DAY
    house.runtime.save(house.runtime.tag("chat", "telegram", "42"), session.dump())
    await tell_all(house, Press("trial"), Text("invented"), *SEND)
    assert "nothing was sent" in house.chat.last


def test_the_practice_codename_is_known_in_every_language_and_is_no_other() -> None:
    for language in LANGUAGES:
        assert is_practice(practice(language))
        assert is_practice(f"/answers {practice(language).upper()}.")
    assert parse(practice("tlh")) is not None, "digits that check, for a language without a list"
    assert is_practice(practice("tlh"))
    for other in (
        "practice " * 8,
        "practice " * 6,
        "practice " * 6 + "ensayo",
        "0" * 24,
        "0" * 26,
        "",
        "practice" * 7,
    ):
        assert not is_practice(other)


async def test_no_trial_ends_without_a_word(house: House) -> None:
    """What comes next would be sent by whoever believes that the trial goes on."""
    for by_the_way in (Command("answers"), Press("close_answers"), Text("/answers no codename")):
        await tell_all(house, Press("trial"))
        before = len(house.chat.said)
        await house.tell(by_the_way)
        assert not house.session().state.trial
        said = trial_said(house, before)
        assert said[0].startswith(f"{MARK}\nThe trial is over.")
        assert not any(MARK in text for text in said[1:])
        await house.tell(Press("close_answers"))
    await tell_all(house, Press("trial"), Text("invented"))
    house.clock.pass_(hours=24, seconds=1)
    before = len(house.chat.said)
    await house.tell(Command("start"))
    assert trial_said(house, before)[0].startswith(f"{MARK}\nThe trial is over.")
    assert "was not sent in 24 hours" not in "".join(trial_said(house, before))


async def test_the_practice_codename_ends_no_trial_before_its_answer_is_read(house: House) -> None:
    await tell_all(house, Press("trial"), Text(practice("en")), Text("invented"), *SEND)
    assert await house.sent() == []
    await tell_all(house, Press("trial"), Text(practice("en")), Press("read:practice"))
    assert "The trial is over" in house.chat.last
    await tell_all(house, Text("This happened."), *SEND)
    assert len(await house.sent()) == 1


async def test_an_old_practice_answer_does_not_say_that_a_trial_is_over_while_it_lasts(house: House) -> None:
    await tell_all(house, Press("trial"), Text(practice("en")), Text("invented"), Press("read:practice"))
    assert "over" not in house.chat.last
    assert house.session().state.trial
