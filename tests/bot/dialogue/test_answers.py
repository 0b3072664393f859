"""The circle at the server: a codename after a drop, a reply under it, an answer, all of it taken back."""

from hashlib import sha256

import pytest

from bot.channels.events import Command, Press, Text
from bot.conversation.state import Phase
from bot.dialogue.threads import GUESSES_PER_HOUR, Guesses
from bot.store.mailboxes import NewReply
from crypto.minisign import SigningKey
from crypto.reply import Question, Reply, seal_reply
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all

TOKEN = b"sixteen  bytes !"


async def sent(house: House, text: str = "primero") -> str:
    """A drop; returns the codename that was shown for it."""
    await tell_all(house, Text(text), *SEND)
    return house.chat.covered[-1]


async def replied(house: House, number: int = 1, text: str = "Is anybody in danger?") -> bytes:
    """A reviewer answers the drop that came last; returns the hash of the reply's file."""
    manifest, _ = (await house.sent())[-1]
    assert manifest.mailbox is not None
    assert manifest.reply_recipient is not None
    reply = Reply(
        root=house.root.public(),
        mailbox=manifest.mailbox,
        number=number,
        day=house.clock.day(),
        language=manifest.language,
        text=text,
        token=TOKEN,
        questions=(Question("how", "How do you know?"),),
    )
    sealed = seal_reply(reply, manifest.reply_recipient, house.root)
    digest = sha256(sealed).digest()
    new = NewReply(digest, sha256(manifest.mailbox).digest(), reply.token_digest)
    assert await house.store.mailboxes.deliver(new, sealed, house.clock.day())
    return digest


async def unlocked(house: House, codename: str) -> None:
    await tell_all(house, Command("answers"), Text(codename))


async def test_the_codename_is_shown_once_and_goes_at_a_tap(house: House) -> None:
    codename = await sent(house)
    assert len(codename.split()) == 7
    assert house.chat.covered == [codename]
    assert "Received" in house.chat.last
    await house.tell(Press("noted"))
    assert 3001 in house.chat.forgotten
    assert all(codename not in said for said, _ in house.chat.said)
    assert codename.encode() not in house.everything_written()


async def test_the_codename_goes_by_itself_after_a_time(house: House) -> None:
    await sent(house)
    house.clock.pass_(minutes=16)
    await house.tell(Command("start"))
    assert 3001 in house.chat.forgotten


async def test_killed_before_it_was_shown_the_codename_comes_again_and_is_the_same(house: House) -> None:
    await tell_all(house, Text("primero"), Press("review"))
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await house.tell(Press("send"), update_id="again")
    house.restart()
    await house.tell(Press("send"), update_id="again")
    ((manifest, _),) = await house.sent()
    await unlocked(house, house.chat.covered[-1])
    assert "No answer" in house.chat.last
    await replied(house)
    await tell_all(house, Press("close_answers"))
    await unlocked(house, house.chat.covered[-1])
    assert manifest.mailbox is not None
    assert "Is anybody in danger?" in "".join(said for said, _ in house.chat.said)


async def test_a_reply_is_shown_answered_and_destroyed(house: House) -> None:
    codename = await sent(house)
    digest = await replied(house)
    await unlocked(house, codename)
    said = [text for text, _ in house.chat.said]
    assert any("Is anybody in danger?\n\n• How do you know?" in text for text in said)
    assert house.updates in house.chat.forgotten, "the message with the codename went at once"
    assert all(codename not in text for text in said)
    await tell_all(house, Press("answer:1"), Text("No, nobody."), *SEND)
    first, answer = [manifest for manifest, _ in await house.sent()]
    assert {first.in_reply_to, answer.in_reply_to} == {None, 1}
    assert first.mailbox == answer.mailbox
    assert len(house.chat.covered) == 1, "whoever has a codename gets no other"
    await unlocked(house, codename)
    await house.tell(Press(f"read:{digest.hex()[:32]}"))
    assert "Deleted" in house.chat.last
    (mark,) = await house.store.mailboxes.marks()
    assert (mark.sha256, mark.token, mark.day) == (digest, TOKEN, house.clock.day())
    await unlocked(house, codename)
    assert "No answer" in house.chat.last


async def test_a_typing_error_is_named_and_the_codename_stays_asked(house: House) -> None:
    codename = await sent(house)
    words = codename.split()
    await unlocked(house, " ".join([*words[:3], "qqqqqqq", *words[4:]]))
    assert "Word number 4 is in no list" in house.chat.last
    assert " ".join(words[:2]) not in house.chat.last  # a word alone may be in the sentence by chance
    await house.tell(Text(" ".join(words[:6])))
    assert "I counted 6" in house.chat.last
    await house.tell(Text("1234 5678"))
    assert "I counted 8" in house.chat.last
    await house.tell(Text(codename.upper()))
    assert "No answer" in house.chat.last
    await house.tell(Text("more"))
    assert "Locked away" in house.chat.last


async def test_words_typed_as_a_codename_are_never_stored(house: House) -> None:
    await unlocked(house, "this was my story and not a codename at all")
    assert "has seven words" in house.chat.last
    assert house.updates in house.chat.forgotten
    assert await house.sent() == []
    assert b"my story" not in house.everything_written()


async def test_a_guesser_is_slowed_down_without_being_remembered(house: House) -> None:
    codename = await sent(house)
    for _ in range(GUESSES_PER_HOUR):
        await unlocked(house, codename)
    await unlocked(house, codename)
    assert "too often" in house.chat.last
    house.clock.pass_(hours=1, seconds=1)
    await unlocked(house, codename)
    assert "No answer" in house.chat.last
    guesses = Guesses(house.clock.seconds)
    assert sum(guesses.take() for _ in range(Guesses.PER_MINUTE + 5)) == Guesses.PER_MINUTE
    house.clock.pass_(seconds=61)
    assert guesses.take()


async def test_a_reply_by_a_reviewer_who_was_removed_or_by_anybody_else_is_not_shown(house: House) -> None:
    codename = await sent(house)
    stranger = SigningKey.generate()
    manifest, _ = (await house.sent())[-1]
    assert manifest.mailbox is not None
    assert manifest.reply_recipient is not None
    reply = Reply(stranger.public(), manifest.mailbox, 1, house.clock.day(), "en", "Come to the gate.", TOKEN)
    sealed = seal_reply(reply, manifest.reply_recipient, stranger)
    new = NewReply(sha256(sealed).digest(), sha256(manifest.mailbox).digest(), reply.token_digest)
    await house.store.mailboxes.deliver(new, sealed, house.clock.day())
    await unlocked(house, codename)
    assert all("Come to the gate" not in said for said, _ in house.chat.said)
    assert "No answer" in house.chat.last


async def test_a_reply_whose_outbox_said_another_token_is_not_shown(house: House) -> None:
    """Else a server could be made to prove with one reply that another was read."""
    codename = await sent(house)
    manifest, _ = (await house.sent())[-1]
    assert manifest.mailbox is not None
    assert manifest.reply_recipient is not None
    reply = Reply(house.root.public(), manifest.mailbox, 1, house.clock.day(), "en", "Hello.", TOKEN)
    sealed = seal_reply(reply, manifest.reply_recipient, house.root)
    new = NewReply(sha256(sealed).digest(), sha256(manifest.mailbox).digest(), bytes(32))
    await house.store.mailboxes.deliver(new, sealed, house.clock.day())
    await unlocked(house, codename)
    assert "No answer" in house.chat.last


async def test_what_no_export_has_is_withdrawn_for_good(house: House) -> None:
    codename = await sent(house, "CANARY I was too fast")
    await unlocked(house, codename)
    await house.tell(Press("withdraw"))
    assert "nobody has it yet" in house.chat.last
    await house.tell(Press("withdraw_now"))
    assert await house.sent() == []
    await house.tell(Press("withdraw"))
    assert "Nothing of yours" in house.chat.last


async def test_what_was_passed_on_is_asked_back_sealed(house: House) -> None:
    codename = await sent(house)
    await house.store.plan_batch(house.clock.day())
    await unlocked(house, codename)
    await house.tell(Press("withdraw"))
    assert "I can't make them" in house.chat.last
    await house.tell(Press("ask_back"), update_id="ask")
    await house.tell(Press("ask_back"), update_id="ask")
    first, request = sorted(
        (manifest for manifest, _ in await house.sent()), key=lambda one: len(one.items) == 0
    )
    assert len(request.withdraws) == 1
    assert (request.items, request.mailbox) == ((), first.mailbox)


async def test_buttons_of_a_codename_that_is_closed_do_nothing(house: House) -> None:
    codename = await sent(house)
    digest = await replied(house)
    await unlocked(house, codename)
    await house.tell(Press("close_answers"))
    for action in ("withdraw", "withdraw_now", "ask_back", "answer:1", f"read:{digest.hex()[:32]}"):
        await house.tell(Press(action))
        assert "codename first" in house.chat.last
    assert await house.store.mailboxes.sealed(digest) is not None
    assert len(await house.sent()) == 1


async def test_nobody_who_did_not_ask_sees_a_word_of_answers(house: House) -> None:
    """The bot does not speak first: a reply that waits changes nothing of what a chat says."""
    await sent(house)
    await replied(house)
    before = len(house.chat.said)
    await tell_all(house, Command("start"), Text("hola"), Press("discard_now"))
    assert all("answer" not in said.lower() for said, _ in house.chat.said[before:])


async def test_a_draft_comes_first(house: House) -> None:
    await house.tell(Text("hola"))
    await house.tell(Command("answers"))
    assert "not sent yet" in house.chat.last
    state = house.session().state
    assert (state.phase, state.texts) == (Phase.COLLECT, 1)


async def test_a_reply_with_marks_that_no_messenger_shows_is_readable(house: House) -> None:
    codename = await sent(house)
    await replied(house, text="one\0two\u202ethree\x1b[2J\nfour")
    await unlocked(house, codename)
    assert any("onetwothree[2J\nfour" in said for said, _ in house.chat.said)


async def test_a_long_reply_comes_in_pieces(house: House) -> None:
    codename = await sent(house)
    await replied(house, text="word " * 12_000)
    await unlocked(house, codename)
    pieces = [said for said, _ in house.chat.said if "word word" in said]
    assert len(pieces) == 30
    assert max(map(len, pieces)) <= 2000
    assert sum(piece.count("word") for piece in pieces) == 12_000


async def test_two_drops_of_one_codename_are_one_thread_and_two_codenames_are_two(house: House) -> None:
    codename = await sent(house)
    await unlocked(house, codename)
    await tell_all(house, Text("more"), *SEND)
    await sent(house, "somebody else")
    mailboxes = [manifest.mailbox for manifest, _ in await house.sent()]
    assert len(set(mailboxes)) == 2


async def test_a_short_answer_to_a_reviewer_is_no_wish_of_its_own(house: House) -> None:
    """Asked "may we keep it?", somebody writes "delete it"."""
    codename = await sent(house)
    await replied(house)
    await unlocked(house, codename)
    await tell_all(house, Press("answer:1"), Text("delete it"), *SEND)
    words = {content for _, items in await house.sent() for _, content in items}
    assert b"delete it" in words
