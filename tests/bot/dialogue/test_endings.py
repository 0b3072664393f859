"""Mailboxes end: with the codename's last word, at every desk at once, and nothing of them comes again."""

import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest

from bot.channels.events import Command, Press, Text
from bot.store.mailboxes import NewReply
from tests.bot.conftest import House
from tests.bot.dialogue.test_answers import replied, sent, unlocked
from tests.bot.dialogue.test_desks import BOTH, Two, two
from tests.bot.dialogue.test_desks import replied as replied_at
from tests.bot.dialogue.test_dialogue import SEND, tell_all

__all__ = ["two"]


async def test_everything_that_a_codename_opens_is_destroyed_and_leaves_the_files(house: House) -> None:
    codename = await sent(house, "a secret that nobody passed on")
    digest = await replied(house, text="a word of the reviewers")
    sealed = await house.store.mailboxes.sealed(digest)
    assert sealed is not None
    await unlocked(house, codename)
    await house.tell(Press("end"))
    assert "can't be undone" in house.chat.last
    assert await house.store.mailboxes.sealed(digest) is not None, "nothing before it was confirmed"
    await house.tell(Press("end_now"))
    assert house.chat.last.startswith("All of it is destroyed")
    assert house.session().root == ""
    assert await house.sent() == []
    assert sealed.ciphertext[2000:2100] not in house.everything_written()
    assert await house.store.mailboxes.marks() == (), "nobody is told that it was read"
    await unlocked(house, codename)
    assert "No answer" in house.chat.last


async def test_nothing_is_delivered_to_a_mailbox_that_was_ended(house: House) -> None:
    """The stick with the reply comes again, and one with another reply comes late."""
    codename = await sent(house)
    digest = await replied(house)
    sealed = await house.store.mailboxes.sealed(digest)
    assert sealed is not None
    await tell_all(house, Command("answers"), Text(codename), Press("end"), Press("end_now"))
    again = NewReply(digest, sealed.address, sealed.token)
    late = NewReply(sha256(b"late").digest(), sealed.address, sealed.token)
    for reply, content in ((again, sealed.ciphertext), (late, b"late")):
        assert not await house.store.mailboxes.deliver(reply, content, house.clock.day())
    assert await house.store.mailboxes.waiting(sealed.address) == ()


async def test_what_was_passed_on_is_told_and_the_codename_leads_nowhere(house: House) -> None:
    codename = await sent(house)
    await house.store.plan_batch(house.clock.day())
    await tell_all(house, Command("answers"), Text(codename), Press("end"), Press("end_now"))
    assert "Union still has" in house.chat.last
    assert len(await house.sent()) == 1
    await tell_all(house, Command("answers"), Text(codename), Press("withdraw"))
    assert "nothing" in house.chat.last.lower()


async def test_a_codename_that_is_used_again_can_be_answered_again(house: House) -> None:
    codename = await sent(house)
    await tell_all(house, Command("answers"), Text(codename), Press("end"), Press("end_now"))
    await tell_all(house, Command("answers"), Text(codename), Text("one thing more"), *SEND)
    await replied(house, text="we hear you")
    await unlocked(house, codename)
    assert any("we hear you" in said for said, _ in house.chat.said)


async def test_a_draft_is_not_destroyed_with_the_codename(house: House) -> None:
    codename = await sent(house)
    await tell_all(house, Command("answers"), Text(codename), Text("more"), Press("end_now"))
    assert house.session().state.draft is not None
    await tell_all(house, *SEND)
    assert len(await house.sent()) == 2


async def test_killed_in_the_middle_the_last_word_is_said_to_its_end(
    house: House,
) -> None:
    codename = await sent(house)
    await replied(house)
    await tell_all(house, Command("answers"), Text(codename), Press("end"))
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await house.tell(Press("end_now"), update_id="same")
    house.restart()
    await house.tell(Press("end_now"), update_id="same")
    assert house.chat.last.startswith("All of it is destroyed")


async def test_the_last_word_holds_at_every_desk(two: Two) -> None:
    await tell_all(two.house, *BOTH, Text("uno"), *SEND)
    codename = two.house.chat.covered[-1]
    await replied_at(two, "union", "from the union")
    await replied_at(two, "news", "from the paper")
    await tell_all(two.house, Command("answers"), Text(codename), Press("end"), Press("end_now"))
    assert await two.drops("union") == await two.drops("news") == []
    await tell_all(two.house, Command("answers"), Text(codename))
    assert "No answer" in two.house.chat.last


async def test_a_thief_of_the_database_cannot_tell_which_mailbox_belongs_to_which_drop(house: House) -> None:
    """A month of backups, too: a reply has an address and a day of its own, and a drop has neither."""
    for text in ("one", "two", "three"):
        await sent(house, text)
        house.clock.pass_(days=1)
    digest = await replied(house)
    manifests = [manifest for manifest, _ in await house.sent()]
    written = house.everything_written()
    for manifest in manifests:
        assert manifest.mailbox is not None
        assert manifest.reply_recipient is not None
        assert manifest.mailbox not in written
        assert manifest.mailbox.hex().encode() not in written
        assert manifest.reply_recipient.encode() not in written
    sealed = await house.store.mailboxes.sealed(digest)
    assert sealed is not None
    tags = [tag for tag in await _tags(house) if tag is not None]
    assert len(set(tags)) == 3
    assert sealed.address not in tags


async def _tags(house: House) -> list[bytes | None]:
    with closing(sqlite3.connect(house.folder / "silbo.db")) as database:
        return [row[0] for row in database.execute("SELECT withdrawal FROM drops")]
