"""Attacks on answers: who holds the phone, who guesses, who is faster, who presses twice."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest

from bot.channels.events import Button, Command, Press, Text
from bot.conversation.state import Phase
from bot.dialogue.threads import GUESSES_PER_HOUR, Guesses
from bot.dialogue.understanding import DROPS_PER_DAY
from bot.shown import pieces
from bot.store.errors import StorageError
from bot.store.mailboxes import NewReply
from crypto.reply import FILE_SIZES
from tests.bot.conftest import House
from tests.bot.dialogue.test_answers import replied, sent, unlocked
from tests.bot.dialogue.test_dialogue import SEND, tell_all

Buttons = Sequence[Sequence[Button]]


async def test_an_answer_that_was_read_does_not_stay_in_the_chat(house: House) -> None:
    """An employer who takes the phone scrolls up: nothing that is "deleted for good" may stand there."""
    codename = await sent(house)
    first = await replied(house, text="word " * 1000)
    other = await replied(house, 2, text="The other one.")
    await unlocked(house, codename)
    said = {number: text for number, (text, _) in enumerate(house.chat.said, 1001)}
    mine = {number for number, text in said.items() if "word word" in text}
    assert len(mine) > 1
    await house.tell(Press(f"read:{first.hex()[:32]}"))
    assert mine <= set(house.chat.forgotten)
    assert not any("The other one." in said.get(number, "") for number in house.chat.forgotten)
    house.restart()
    house.chat.undeletable = 1
    await house.tell(Press(f"read:{other.hex()[:32]}"))
    assert any("could not be deleted" in text for text, _ in house.chat.said[-2:])


async def test_nonsense_of_one_stranger_locks_nobody_out(house: House) -> None:
    codename = await sent(house)
    await house.tell(Command("answers"), chat="stranger")
    for _ in range(Guesses.PER_MINUTE + 1):
        await house.tell(Text("nonsense"), chat="stranger")
    await unlocked(house, codename)
    assert "No answer" in house.chat.last


async def test_a_codename_that_must_wait_is_not_taken_for_a_story(house: House) -> None:
    """Typed again without /answers, it would have gone to the reviewers as words of a draft."""
    codename = await sent(house)
    for _ in range(GUESSES_PER_HOUR + 1):
        await unlocked(house, codename)
    assert "too often" in house.chat.last
    await house.tell(Text(codename))
    assert "too often" in house.chat.last
    assert house.updates in house.chat.forgotten
    assert (house.session().state.phase, house.session().state.draft) == (Phase.CODENAME, None)


async def test_an_export_that_was_faster_than_the_source_is_told(house: House) -> None:
    codename = await sent(house)
    await unlocked(house, codename)
    await house.tell(Press("withdraw"))
    assert "nobody has it yet" in house.chat.last
    await house.store.plan_batch(house.clock.day())
    before = len(house.chat.said)
    await house.tell(Press("withdraw_now"))
    assert all("Deleted" not in said for said, _ in house.chat.said[before:])
    assert "passed on already" in house.chat.last
    assert "ask_back" in house.chat.actions


async def test_a_wish_is_not_taken_back_as_if_it_were_what_was_sent(house: House) -> None:
    """ "Some is still here: I can delete it" was said of the request itself."""
    codename = await sent(house)
    await house.store.plan_batch(house.clock.day())
    await unlocked(house, codename)
    await tell_all(house, Press("withdraw"), Press("ask_back"), Press("withdraw"))
    assert "still here" not in house.chat.last
    await house.tell(Press("withdraw_now"))
    assert [len(manifest.withdraws) for manifest, _ in await house.sent() if manifest.withdraws] == [1]


async def test_wishes_are_limited_like_drops(house: House) -> None:
    codename = await sent(house)
    await house.store.plan_batch(house.clock.day())
    await unlocked(house, codename)
    for _ in range(DROPS_PER_DAY + 2):
        await house.tell(Press("ask_back"))
    assert len(await house.sent()) == DROPS_PER_DAY


async def test_a_codename_leaves_the_chat_though_the_server_is_in_trouble(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    codename = await sent(house)
    await house.tell(Command("answers"))

    async def broken(*_: object) -> None:
        raise StorageError("The disk is away.")

    with monkeypatch.context() as patch:
        patch.setattr(house.store.mailboxes, "waiting", broken)
        with pytest.raises(StorageError):
            await house.tell(Text(codename), update_id="typed")
        assert house.updates in house.chat.forgotten
    await house.tell(Text(codename), update_id="typed")
    assert "No answer" in house.chat.last


async def test_a_tap_hides_its_own_codename_and_no_newer_one(house: House) -> None:
    """Two drops in a quarter of an hour: a tap under the first took the second away, and left the first."""
    await sent(house)
    first = house.chat.under[-1]
    await sent(house, "segundo")
    await house.tell(Press(first))
    assert 3001 in house.chat.forgotten
    assert 3002 not in house.chat.forgotten
    house.restart()
    house.clock.pass_(minutes=16)
    await house.tell(Command("start"))
    assert 3002 in house.chat.forgotten


async def test_after_a_day_nobody_goes_on_with_a_codename_that_was_left_open(house: House) -> None:
    codename = await sent(house)
    await unlocked(house, codename)
    for _ in range(3):
        house.clock.pass_(hours=10)
        await house.tell(Command("help"))
    await house.tell(Press("withdraw_now"))
    assert "codename first" in house.chat.last
    assert len(await house.sent()) == 1
    assert house.session().root == ""


async def test_an_upgrade_in_the_middle_of_a_draft_loses_nothing(house: House) -> None:
    """The runtime folder outlives the restart of an upgrade: what a session of 0.1 has not is as if new."""
    await tell_all(house, Text("primero"), Press("on:lower"))
    key = house.runtime.tag("chat", "telegram", "42")
    content = json.loads(house.runtime.load(key) or b"")
    for later in ("codename", "shown", "root", "unlocked", "replies", "said", "guesses", "erase"):
        del content[later]
    for later in ("readings", "thread", "in_reply_to"):
        del content["state"][later]
    del content["state"]["options"]["times"]
    house.runtime.save(key, json.dumps(content).encode())
    house.restart()
    await tell_all(house, Text("segundo"), *SEND)
    ((manifest, _),) = await house.sent()
    assert len(manifest.items) == 2
    assert len(house.chat.covered) == 1


async def test_a_codename_whose_message_got_lost_on_its_way_is_told_of(house: House) -> None:
    """Telegram took the message and its answer never came: one of two can't be deleted."""
    await tell_all(house, Text("primero"), Press("review"))
    say = house.chat.say

    async def lost(text: str, buttons: Buttons = (), *, hidden: str = "", **more: Any) -> None:
        await say(text, buttons, hidden=hidden, **more)
        if hidden:
            raise ConnectionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(house.chat), "say", lambda _, *words, **more: lost(*words, **more))
        with pytest.raises(ConnectionError):
            await house.tell(Press("send"), update_id="again")
    house.restart()
    await house.tell(Press("send"), update_id="again")
    assert len(house.chat.covered) == 2
    await house.tell(Press(house.chat.under[-1]))
    assert any("could not be deleted" in text for text, _ in house.chat.said[-2:])


async def test_a_reply_of_nothing_visible_can_be_shown_and_destroyed(house: House) -> None:
    """Telegram refuses a message without a visible character: the reply would have come again and again."""
    codename = await sent(house)
    await replied(house, text="\u200b\u2060" * 20_000 + "The end.")
    before = len(house.chat.said)
    await unlocked(house, codename)
    assert all(text.strip("\u200b\u2060 \n") for text, _ in house.chat.said[before:])
    assert any("The end." in text for text, _ in house.chat.said)
    assert pieces("\u200b\u2060\n" * 5000) == ["…"]
    assert max(len(each.encode("utf-16-le")) // 2 for each in pieces("\U0001f525" * 65_536)) <= 4096


async def test_a_reply_file_with_all_the_recipients_that_fit_holds_nobody_up(house: House) -> None:
    """A million do not fit: a file has one of the sizes of replies. What fits is looked at, and no more."""
    codename = await sent(house)
    (manifest, _), *_ = await house.sent()
    assert manifest.mailbox is not None
    await replied(house, text="The true one.")
    field = b"A" * 43
    stanza = b"-> X25519 " + field + b"\n" + field + b"\n"
    begin, end = b"age-encryption.org/v1\n", b"--- " + field + b"\n"
    size = max(FILE_SIZES)
    forged = begin + stanza * ((size - len(begin + end)) // len(stanza)) + end
    forged += b"\0" * (size - len(forged))
    new = NewReply(sha256(forged).digest(), sha256(manifest.mailbox).digest(), bytes(32))
    assert await house.store.mailboxes.deliver(new, forged, house.clock.day())
    await unlocked(house, codename)
    assert [text for text, _ in house.chat.said if "The true one." in text]
    assert "What you write next" in house.chat.last
