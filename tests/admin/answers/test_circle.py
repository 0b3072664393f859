"""A question goes to a source and its answer comes back: on the real parts of both sides."""

import contextlib
import errno
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from admin import files
from admin.answers import outboxes
from bot import desks
from bot.announcements import Announcements
from bot.channels.events import Button
from bot.conversation.effects import ShowReply
from bot.conversation.state import State
from bot.dialogue.answers import Answers, Heard
from bot.dialogue.session import Session
from bot.dialogue.wording import Wording
from bot.export.marks import marks_files
from bot.intake.codenames import Codenames, Opened
from bot.intake.receivers import Receiver, Receivers
from bot.keys import Reviewers, ReviewersError
from bot.replies import Taken, take
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
from bot.tally import Tally
from crypto.codename import Codename, generate, root
from crypto.mailbox import Mailbox
from tests.admin.stage import PASSPHRASE, Outcome, Reviewer, Server, text_item

CODENAME = generate("es")


@dataclass
class Desk:
    """A server whose stick the reviewer reads, with the database and the pinned reviewers of the real one."""

    server: Server
    store: Store
    reviewers: Reviewers
    tally: Tally = field(default_factory=Tally)

    @property
    def codenames(self) -> Codenames:
        desk = desks.Desk(FIRST_DESK, "union", "Union", self.server.stick.parent, 90)
        receivers = Receivers([Receiver(desk, self.reviewers)], lambda short, plain_id: plain_id)
        return Codenames(self.store.mailboxes, receivers, self.tally)

    def pin(self, reviewer: Reviewer) -> None:
        published = self.server.stick.parent / f"published-{reviewer.home.name}"
        assert reviewer.run("publish", published).status == 0
        words = reviewer.run("fingerprint", "--words").out.strip()
        self.reviewers.add(published / "keys.json", today=reviewer.today, words=words)

    async def mailbox(self, codename: Codename = CODENAME) -> Mailbox:
        self.server.desk_id = await self.store.mailboxes.desk_id()
        return root(codename).mailbox(self.server.desk_id)

    async def take_replies(self, reviewer: Reviewer) -> Taken:
        desk_id = await self.store.mailboxes.desk_id()
        announcements = Announcements(self.server.stick.parent / "announcements", self.reviewers, desk_id)
        return await take(self.store, self.reviewers, announcements, self.server.stick, reviewer.today)

    async def answers(self, codename: Codename = CODENAME) -> tuple[Opened, ...]:
        return (await self.codenames.unlock(partial(root, codename))).replies

    async def export_marks(self) -> None:
        files, _ = marks_files(await self.store.mailboxes.marks(), self.server.key)
        for name, content in files.items():
            (self.server.stick / name).write_bytes(content)


@pytest.fixture
async def desk(server: Server, tmp_path: Path) -> AsyncIterator[Desk]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'silbo.db'}")
    yield Desk(server, store, Reviewers(tmp_path / "reviewers"))
    await store.close()


class Chat:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def say(
        self,
        text: str,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        replace: int | None = None,
        hidden: str = "",
        answering: int = 0,
    ) -> int | None:
        self.said.append(text)
        return len(self.said)

    async def play(self, content: bytes, media_type: str) -> int | None:
        raise AssertionError

    async def forget(self, message_ids: Sequence[int]) -> int:
        return 0


async def shown_in_the_chat(reply: Opened) -> list[str]:
    """What the server says to a person who opens this reply."""
    chat, session = Chat(), Session(State(language="es"))
    session.outbox = [ShowReply(reply.tag)]

    async def known(_: str) -> Opened:
        return reply

    async def nothing(_: str) -> tuple[Heard, ...]:
        return ()

    async def none(_: object) -> None:
        return None

    answers = Answers(
        Wording("Union", None),
        session,
        chat,
        save=lambda: None,
        preview=none,
        readings=none,
        reply=known,
        news=nothing,
        readers=lambda: (),
        hide_at=lambda: 0,
        delete=lambda *_: None,
        delete_quietly=lambda _: None,
    )
    await answers.give()
    return chat.said


def reply(reviewer: Reviewer, drop: str, text: str, *options: str) -> Outcome:
    file = reviewer.home.parent / "text"
    file.write_text(text)
    return reviewer.run("reply", drop, "--file", file, "--yes", *options, passphrase=PASSPHRASE)


async def test_a_question_goes_to_the_source_and_the_read_mark_comes_back(
    reviewer: Reviewer, server: Server, desk: Desk
) -> None:
    reviewer.keygen()
    desk.pin(reviewer)
    mailbox = await desk.mailbox()
    server.write(server.drop(reviewer.recipients(), text_item("Nos vigilan."), mailbox=mailbox))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    drop = server.last_id
    assert f"To answer: silbo-admin reply {drop[:12]}" in reviewer.show(drop).out

    done = reply(reviewer, drop, "Gracias.\nTe creemos.\n? ¿Desde cuándo?\n", "--template", "danger")
    assert (done.status, done.err) == (0, "")
    assert "Reply 1 is sealed." in done.out
    written = reviewer.run("outbox", server.stick, passphrase=PASSPHRASE)
    assert (written.status, written.err) == (0, "")
    taken = await desk.take_replies(reviewer)
    label = desk.reviewers.pinned()[0].keys.label  # as `silbo reviewers list` and `silbo receipts` call them
    assert (taken.notes, taken.findings) == ([f"{label}, outbox of 2026-11-18: 1 reply delivered."], [])

    (answer,) = await desk.answers()
    assert (answer.number, answer.text) == (1, "Gracias.\nTe creemos.")
    assert [question.split()[0] for question in answer.questions] == ["¿Alguien", "¿Desde"]
    preview = re.findall(r"(?m)^\|.*$", done.out)
    seen = " ".join(await shown_in_the_chat(answer)).split()
    assert " ".join(line.removeprefix("|") for line in preview).split() == seen

    read_on = reviewer.today + timedelta(days=2)
    await desk.codenames.destroy(root(CODENAME).key.hex(), answer.sha256, answer.token, read_on)
    assert await desk.answers() == ()
    await desk.export_marks()
    server.write(server.drop(reviewer.recipients(), text_item("Desde mayo."), mailbox=mailbox, in_reply_to=1))
    reviewer.today = read_on + timedelta(days=1)
    brought = reviewer.run("import", server.stick)
    assert (brought.status, brought.err) == (0, "")
    assert (
        f"Read by the source: your reply 1 of 2026-11-18 ({answer.sha256[:8]}) on {read_on}." in brought.out
    )

    told = reviewer.run("thread", drop, passphrase=PASSPHRASE)
    assert (told.status, told.err) == (0, "")
    assert told.out.splitlines() == [
        "2 drops and 1 reply, by the day",
        "",
        f"2026-11-18  Drop {drop[:12]}: 1 item, batch 1.",
        "",
        "2026-11-18  Reply 1, yours: read by the source on 2026-11-20.",
        *preview,
        "",
        f"2026-11-18  Drop {server.last_id[:12]}: 1 item, batch 2; answers reply 1.",
    ]


async def test_a_reply_that_was_read_is_on_no_stick_again(
    reviewer: Reviewer, server: Server, desk: Desk
) -> None:
    """A server forgets in its time that a reply was read, and would deliver it to its source once more; and
    whoever has the codename could open it on the reviewer's disk.
    """
    reviewer.keygen()
    desk.pin(reviewer)
    server.write(server.drop(reviewer.recipients(), text_item("x"), mailbox=await desk.mailbox()))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    assert [reply(reviewer, server.last_id, text).status for text in ("one", "two")] == [0, 0]
    assert reviewer.run("outbox", server.stick, passphrase=PASSPHRASE).status == 0
    await desk.take_replies(reviewer)
    one, two = await desk.answers()
    await desk.codenames.destroy(root(CODENAME).key.hex(), one.sha256, one.token, reviewer.today)
    await desk.export_marks()
    assert reviewer.run("import", server.stick).status == 0
    assert reviewer.run("outbox", server.stick, passphrase=PASSPHRASE).status == 0
    (folder,) = server.stick.glob("outbox-*")
    assert [file.name for file in folder.glob("*.age")] == [f"{two.sha256}.age"]
    sealed = [file for file in (reviewer.home / "replies").glob("*.age") if ".copy" not in file.name]
    assert [file.name for file in sealed] == [f"{two.sha256}.age"]


async def test_a_reply_of_sixty_thousand_characters(reviewer: Reviewer, server: Server, desk: Desk) -> None:
    reviewer.keygen()
    desk.pin(reviewer)
    server.write(server.drop(reviewer.recipients(), text_item("x"), mailbox=await desk.mailbox()))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    text = "¿Qué pasó? " * 5454
    assert reply(reviewer, server.last_id, text).status == 0
    assert reviewer.run("outbox", server.stick, passphrase=PASSPHRASE).status == 0
    assert (await desk.take_replies(reviewer)).findings == []
    (answer,) = await desk.answers()
    assert answer.text == text.rstrip()
    told = reviewer.run("thread", server.last_id, passphrase=PASSPHRASE).out
    assert told.count("pasó?") == 5454


async def test_two_reviewers_who_answer_at_once_are_both_read_and_learn_of_each_other(
    reviewer: Reviewer, server: Server, desk: Desk, tmp_path: Path
) -> None:
    other = Reviewer(tmp_path / "other", reviewer.capture)
    people = [reviewer, other]
    for person in people:
        person.keygen("--weeks", "3", "--label", person.home.name)
        desk.pin(person)
    recipients = [one for person in people for one in person.recipients()]
    server.write(server.drop(recipients, text_item("x"), mailbox=await desk.mailbox()))
    for person in people:
        assert person.run("import", server.stick, "--server", server.public).status == 0
    for person in people:
        assert "Reply 1 is sealed." in reply(person, server.last_id, f"I am {person.home.name}").out
        assert person.run("outbox", server.stick, passphrase=PASSPHRASE).status == 0
    await desk.take_replies(reviewer)
    assert sorted(answer.text for answer in await desk.answers()) == ["I am home", "I am other"]

    words = other.run("fingerprint", "--words").out.strip()
    brought = reviewer.run("import", server.stick)
    assert (brought.status, brought.err) == (0, "")
    who = " ".join(words.split()[:2])
    assert f"Another reviewer, '{who}', has written 1 reply that this home did not know." in brought.out
    assert words in brought.out
    assert "reviewer" not in reviewer.run("import", server.stick).out  # once was enough
    again = reply(reviewer, server.last_id, "once more")
    assert f"Another reviewer, '{who}', has written to this source, too (outbox of 2026-11-18)" in again.out
    assert "Reply 3 is sealed." in again.out
    told = reviewer.run("thread", server.last_id, passphrase=PASSPHRASE).out
    assert f"2026-11-18  A reply of '{who}': on the way." in told
    assert "I am other" not in told


async def test_what_is_announced_with_a_count_of_threads_comes_to_everybody(
    reviewer: Reviewer, server: Server, desk: Desk, tmp_path: Path
) -> None:
    """Seven people, one of them twice, one only to take back: told as five."""
    assert reviewer.keygen("--weeks", "1").status == 0
    desk.pin(reviewer)
    mailboxes = [await desk.mailbox(generate("en")) for _ in range(7)]
    drops = [
        server.drop(reviewer.recipients(), text_item("x"), mailbox=mailbox)
        for mailbox in (*mailboxes, mailboxes[0])
    ]
    server.write(*drops, server.drop(reviewer.recipients(), text_item("x")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    text = tmp_path / "text"
    text.write_text("We published. {people} people wrote.")
    words = ["--desk-id", server.desk_id.hex(), "--until", "2026-12-18", "--text", f"en={text}", "--yes"]

    def announce(which: str) -> Outcome:
        return reviewer.run("announce", server.stick, *words, "--count-threads", which, passphrase=PASSPHRASE)

    done = announce("people")
    assert (done.status, done.err) == (0, "")
    assert "Not counted, without a codename or not to be opened here: 1 drop." in done.out
    assert "We published. 5 people wrote." in done.out
    taken = await desk.take_replies(reviewer)
    assert (len(taken.notes), taken.findings) == (1, [])
    announcements = Announcements(tmp_path / "announcements", desk.reviewers, server.desk_id)
    assert announcements.texts("es", reviewer.today) == ("We published. 5 people wrote.",)
    four = ",".join(drop.id for drop in server.batches[0].drops[:4])
    done = announce(f"people={four}")
    assert "A count of fewer than five people must not be told." in done.err
    assert announcements.texts("en", reviewer.today) == ("We published. 5 people wrote.",)


async def test_a_stick_pulled_out_in_the_middle_of_an_outbox_loses_nothing(
    reviewer: Reviewer, server: Server, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any of its files: one sentence; what came over is delivered, the next outbox brings the rest."""
    assert reviewer.keygen("--weeks", "1").status == 0
    desk.pin(reviewer)
    drop = server.drop(reviewer.recipients(), text_item("x"), mailbox=await desk.mailbox())
    server.write(drop)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    whole = files.write_public
    for written in range(4):
        assert reply(reviewer, server.last_id, f"Question {written}").status == 0
        left = iter(range(written))

        def pulled(path: Path, data: bytes, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            whole(path, data)

        with monkeypatch.context() as patch:
            patch.setattr(outboxes, "write_public", pulled)
            done = reviewer.run("outbox", server.stick, passphrase=PASSPHRASE)
        if done.status:
            assert (done.status, "if it was pulled out, put it in" in done.err) == (1, True)
        with contextlib.suppress(ReviewersError):  # there may be no outbox on it yet
            halfway = await desk.take_replies(reviewer)
            assert all("refused" in finding or "listed" in finding for finding in halfway.findings)
        assert reviewer.run("outbox", server.stick, passphrase=PASSPHRASE).status == 0
        taken = await desk.take_replies(reviewer)
        assert taken.findings == []
        assert len(await desk.answers()) == written + 1
