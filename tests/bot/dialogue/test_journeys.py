"""The journeys in docs/journeys are what a source meets, word by word, in each language and each channel."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from admin.answers.wording import template
from bot.channels.console import Console
from bot.channels.telegram.channel import Account, run
from bot.dialogue.wording import Wording
from bot.questions import READY, Question
from bot.store.mailboxes import NewReply
from bot.tally import Tally
from codes.languages import LANGUAGES
from crypto import wordlist
from crypto.reply import Reply, seal_reply
from tests.bot.conftest import House
from tests.bot.dialogue.journey import ANSWER, COUNTRIES, HINTS, NUMBER, WORDS, Journey
from tests.telegram_api import TelegramApi, until

PLACE = Path(__file__).resolve().parents[3] / "docs" / "journeys"
WRITE = "SILBO_WRITE_JOURNEYS"


def held(journey: Journey, name: str) -> None:
    """Compare with what is in the repository, all of it; or write it, where that was asked for."""
    path = PLACE / f"{journey.language}-{name}.txt"
    if os.environ.get(WRITE):
        path.parent.mkdir(exist_ok=True)
        path.write_text(journey.transcript(), "utf-8")
    assert path.read_text("utf-8").split("\n") == journey.transcript().split("\n")


async def asked_back(house: House, language: str) -> None:
    """A reviewer asks the source of the drop that came last one of the first questions."""
    manifest, _ = (await house.sent())[-1]
    assert manifest.language == language
    assert manifest.mailbox is not None
    assert manifest.reply_recipient is not None
    reply = Reply(
        root=house.root.public(),
        mailbox=manifest.mailbox,
        number=1,
        day=house.clock.day(),
        language=language,
        text="",
        token=b"sixteen  bytes !",
        questions=(template("how", language),),
    )
    sealed = seal_reply(reply, manifest.reply_recipient, house.root)
    new = NewReply(sha256(sealed).digest(), sha256(manifest.mailbox).digest(), reply.token_digest)
    assert await house.store.mailboxes.deliver(new, sealed, house.clock.day())


def typed_otherwise(codename: str) -> str:
    """Digits of Devanagari with dashes between the groups; words in capitals, without accents."""
    digits = str.maketrans("0123456789 ", "०१२३४५६७८९-")
    return codename.translate(digits) if NUMBER.fullmatch(codename) else wordlist.fold(codename).upper()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_way_from_start_to_an_answer(house: House, photo: bytes, language: str) -> None:
    journey = Journey(house, language)
    await journey.command("start")
    await journey.write(WORDS[language])
    await journey.attach(photo, "(a photo)")
    await journey.attach(b"\x00\x01 no kind that we know", "(a file of a kind that nobody knows)")
    await journey.press("leave_out:")
    await journey.write(ANSWER[language])
    await journey.press("undo:")
    await journey.write(ANSWER[language])
    await journey.press("review")
    await journey.press("take_out:2:")
    await journey.press("send")
    codename = journey.phone.covered[-1]
    assert (NUMBER.fullmatch(codename) is None) == (language in wordlist.LANGUAGES)
    await journey.press("noted:")
    await asked_back(house, language)
    await journey.command("answers")
    await journey.write(codename, "(the codename)")
    await journey.press("answer:")
    await journey.write(ANSWER[language])
    await journey.press("review")
    await journey.press("send")
    await journey.command("answers")
    await journey.write(typed_otherwise(codename), "(the codename)")
    await journey.press("read:")
    await journey.press("close_answers")
    held(journey, "answer")


EACH = [
    language if language == "hi" else pytest.param(language, marks=pytest.mark.long) for language in LANGUAGES
]


@pytest.mark.parametrize("language", EACH)
async def test_the_way_with_a_desks_questions(house: House, photo: bytes, language: str) -> None:
    house.questions = tuple(Question(ready) for ready in READY)
    house.restart()
    journey = Journey(house, language)
    await journey.command("start")
    await journey.write(WORDS[language])
    for number in range(3):
        await journey.attach(photo, f"(photo {number + 1} of 3, over a slow line)")
    await journey.press("review")
    await journey.write(COUNTRIES[language])
    await journey.press("pass:")
    await journey.write(ANSWER[language])
    await journey.press("pick:")
    await journey.press("pass:")
    await journey.press("send")
    ((_, items),) = await house.sent()
    answered = [item.answers for item, _ in items if item.answers]
    assert answered == ["country", "happened", "danger"]
    held(journey, "questions")


SHORT = ("/start", "", "review", "send")
"""The way to a receipt: what is typed, or the action that is pressed; an empty one is the testimony."""


async def short(house: House, language: str) -> list[str]:
    """What the bot says on that way, by the phone of the transcripts."""
    journey = Journey(house, language)
    await journey.command("start")
    await journey.write(WORDS[language])
    await journey.press("review")
    await journey.press("send")
    return journey.phone.said


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", EACH)
async def test_a_terminal_says_the_same(house: House, language: str) -> None:
    told = await short(house, language)
    wording, shown = Wording("Union"), list[str]()

    async def typed() -> AsyncIterator[str]:
        for line in SHORT:
            labels = re.findall(r"\[([0-9]+)\] (.*?)(?= \[[0-9]|$)", plain(shown[-1])) if shown else []
            wanted = wording.button(language, line or "review").label
            numbers = {label.strip(): number for number, label in labels}
            yield line if line.startswith("/") else WORDS[language] if not line else numbers.get(wanted, "99")

    hint = HINTS[language]
    await Console(house.dialogue.handle, lambda key: wording.hint(hint, key), shown.append, hint).run(typed())
    printed = plain(" ".join(shown))
    for text in told:
        assert plain(text) in printed


@pytest.mark.parametrize("language", EACH)
async def test_telegram_says_the_same(house: House, language: str) -> None:
    told = await short(house, language)
    dialogue, stop = house.dialogue, asyncio.Event()
    async with TelegramApi() as api:
        serving = run(
            Account(api.token, api.url), dialogue.handle, dialogue.apologise, {}, stop, count=Tally().count
        )
        task = asyncio.create_task(serving)
        said = api.sent[1]

        def quiet(wanted: int) -> bool:
            return len(said) >= wanted and api.pending() == 0

        for step, line in enumerate(SHORT):
            if line.startswith("/") or not line:
                api.text(1, line or WORDS[language], language=HINTS[language])
            else:
                api.press(1, line)
            await until(partial(quiet, step + 1))
        await until(lambda: len(said) >= len(told))
        stop.set()
        await task
    texts = [str(message["text"]) for message in said]
    assert [text.split("\n\n")[0] for text in texts] == [text.split("\n\n")[0] for text in told]
    assert texts[:3] == told[:3]


@pytest.mark.parametrize("language", EACH)
async def test_a_trial_and_what_was_deleted(house: House, language: str) -> None:
    """The hint of the messenger picks the first notice, one tap changes it, and it is written nowhere."""
    journey = Journey(house, language)
    await journey.command("start")
    await journey.press("trial")
    await journey.write(WORDS[language])
    await journey.press("review")
    await journey.press("send")
    await journey.press("language:")
    await journey.press(f"language:{language}")
    await journey.write(WORDS[language])
    await journey.command("discard")
    await journey.press("discard_now")
    await journey.command("options")
    await journey.press("ask:disguise")
    held(journey, "trial")
    assert await house.drops() == []
    hint = HINTS[language]
    assert "-" not in hint or hint.encode() not in house.everything_written()
