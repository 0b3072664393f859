"""Two desks attacked: by half of a sending, by the other's words, and by a desk that is taken away."""

import sqlite3
from contextlib import closing

import pytest

from bot.announcements import Announcements
from bot.channels.events import Command, Press, Text
from bot.runtime import Drawer, RuntimeFolder
from bot.store.errors import StorageError
from bot.store.store import Store
from tests.bot.conftest import DESK_ID, House
from tests.bot.dialogue.test_desks import BOTH, Two, replied, two
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload
from tests.bot.dialogue.test_news import put
from tests.bot.test_announcements import announced

__all__ = ["two"]


@pytest.mark.parametrize("later", ["a day later", "discarded"])
async def test_of_a_sending_that_broke_off_only_the_desk_that_has_it_is_named(
    two: Two, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    """The disk is full after the first desk, for longer than a draft lasts."""
    await tell_all(two.house, *BOTH, Text("uno"), Press("review"))
    real, calls = Store.commit_manifest, []

    async def stops(self: Store, drop_id: str, *rest: object, **more: object) -> bool:
        calls.append(drop_id)
        if len(calls) == 2:
            raise StorageError("The disk of the database is full.")
        return await real(self, drop_id, *rest, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Store, "commit_manifest", stops)
        with pytest.raises(StorageError):
            await two.house.tell(Press("send"), update_id="same")
    if later == "discarded":
        await two.house.tell(Press("discard_now"))
    else:
        two.house.clock.pass_(hours=24, seconds=1)
        await two.house.tell(Press("send"), update_id="same")
    assert [len(await two.drops(desk)) for desk in ("union", "news")] == [1, 0]
    (receipt,) = [said for said, _ in two.house.chat.said if said.startswith("Received")]
    assert "Only Union can open it" in receipt
    assert "Noticias" not in receipt
    assert await two.house.store.items(calls[1]) == (), "what the other did not get is gone"
    assert len(two.house.chat.covered) == 1


async def test_a_desk_that_is_gone_keeps_nobody_from_the_one_that_is_left(two: Two) -> None:
    await two.house.tell(Press("desk_on:news"))
    two.house.further = ()
    two.house.restart()
    await two.house.tell(Text("para el diario"))
    assert "not here any more" in two.house.chat.last, "nobody else gets what was meant for it"
    await tell_all(two.house, Text("pues al sindicato"), Press("review"))
    assert "Ready to send to Union" in two.house.chat.last
    await two.house.tell(Press("send"))
    (drop,) = await two.drops("union")
    assert drop.contents == [b"pues al sindicato"]


async def test_no_desk_announces_in_the_name_of_the_other(two: Two) -> None:
    put(two.house, "The union says so.")
    other = bytes([DESK_ID[0] + 1]) + DESK_ID[1:]
    announced(two.house.folder / "other", two.roots["news"], "The paper says so.", desk_id=other)
    (place,) = (two.house.folder / "other").iterdir()
    (news,) = [each.reviewers for each in two.house.receivers() if each.desk.short == "news"]
    Announcements(two.house.folder / "announcements", news, other).take(place, two.house.clock.day())
    before = len(two.house.chat.said)
    await two.house.tell(Command("news"))
    assert [said for said, _ in two.house.chat.said[before:]] == [
        "What Union says to everybody:",
        "The union says so.",
        "What Noticias says to everybody:",
        "The paper says so.",
    ]


async def test_announcements_that_cannot_be_read_keep_no_codename_back(house: House) -> None:
    """An operator imported them as root, or the disk has a hole there."""
    (house.folder / "announcements").write_bytes(b"no folder")
    await tell_all(house, Text("uno"), *SEND)
    assert len(house.chat.covered) == 1
    assert "Received" in house.chat.last
    await house.tell(Command("news"))
    assert "could not show you one of my answers" in house.chat.last
    assert any("announcements could not be read" in told for told in house.tally.take())


async def _passed_on(two: Two) -> str:
    """A drop for both, exported at each; returns the codename."""
    await tell_all(two.house, *BOTH, Text("uno"), *SEND)
    for desk in ("", "news"):
        assert await two.house.store.plan_batch(two.house.clock.day(), desk=desk) is not None
    return two.house.chat.covered[-1]


async def test_nobody_is_told_that_a_desk_was_asked_which_is_gone(two: Two) -> None:
    codename = await _passed_on(two)
    two.house.further = ()
    two.house.restart()
    await tell_all(two.house, Command("answers"), Text(codename), Press("ask_back"))
    assert "I locked your wish away for Union, " in two.house.chat.last
    with closing(sqlite3.connect(two.house.folder / "silbo.db")) as database, database:
        database.execute("UPDATE drops SET withdrawal = NULL WHERE desk = ''")
    await two.house.tell(Press("ask_back"))
    assert "not here any more" in two.house.chat.last
    assert two.house.session().state.refused == ()


async def test_the_last_word_destroys_the_answers_of_a_desk_that_is_gone(two: Two) -> None:
    codename = await _passed_on(two)
    await replied(two, "news", "from the paper")
    two.house.further = ()
    two.house.restart()
    await tell_all(two.house, Command("answers"), Text(codename), Press("end"), Press("end_now"))
    assert "All of it that was here is destroyed" in two.house.chat.last
    with closing(sqlite3.connect(two.house.folder / "silbo.db")) as database:
        assert database.execute("SELECT count(*) FROM replies WHERE blob_id IS NOT NULL").fetchone() == (0,)


async def test_ended_mailboxes_of_one_codename_do_not_lie_side_by_side(two: Two) -> None:
    """Two desks and a backup could else tell that a source of each is one person."""
    await tell_all(two.house, *BOTH, Text("uno"), *SEND)
    await tell_all(
        two.house, Command("answers"), Text(two.house.chat.covered[-1]), Press("end"), Press("end_now")
    )
    with closing(sqlite3.connect(two.house.folder / "silbo.db")) as database:
        assert database.execute("SELECT count(*) FROM ended").fetchone() == (2,)
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            database.execute("SELECT rowid FROM ended")


async def test_what_was_stored_before_a_kill_and_then_refused_no_desk_gets(
    two: Two, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message comes again, and Telegram hands its file out no more: the chat says that it is not kept."""
    await tell_all(two.house, *BOTH, Text("uno"))
    with monkeypatch.context() as patch:
        real, calls = two.house.runtime.save, []

        def stops(tag: str, data: bytes, drawer: Drawer = "sessions") -> None:
            calls.append(tag)
            if len(calls) == 2:
                raise OSError
            real(tag, data, drawer)

        patch.setattr(RuntimeFolder, "save", lambda _, *rest: stops(*rest))
        with pytest.raises(StorageError):
            await two.house.tell(upload(photo), update_id="same")
    await two.house.tell(upload(b""), update_id="same")
    assert "empty" in two.house.chat.last
    await tell_all(two.house, *SEND)
    for desk in ("union", "news"):
        (drop,) = await two.drops(desk)
        assert drop.contents == [b"uno"]


async def test_a_trial_goes_on_while_the_first_desk_is_closed(two: Two) -> None:
    await two.house.store.close_desk("", two.house.clock.day())
    await tell_all(two.house, Press("trial"), Text("invented"), *SEND)
    assert "nothing was sent" in two.house.chat.last
    assert await two.drops("union") == await two.drops("news") == []


async def test_whoever_chose_a_desk_after_all_writes_no_codename(two: Two) -> None:
    await tell_all(two.house, Command("answers"), Press("desk_on:news"), Text("en negro, todo"), *SEND)
    (drop,) = await two.drops("news")
    assert drop.contents == [b"en negro, todo"]
