"""Two desks in the chat: chosen before the first item, sealed apart, and neither shows the other."""

import io
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.channels.events import Command, Press, Text
from bot.conversation.effects import Say
from bot.desks import Desk
from bot.dialogue.wording import Wording
from bot.keys import Reviewers
from bot.store.errors import StorageError
from bot.store.mailboxes import NewReply
from bot.store.store import Store
from crypto.age import X25519Identity
from crypto.drop import MANIFEST_AGE, item_name
from crypto.errors import CryptoError
from crypto.item import open_item
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.manifest import Manifest, open_manifest
from crypto.minisign import SigningKey
from crypto.reply import Reply, seal_reply
from crypto.words import fingerprint
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

BOTH = (Press("desk_on:union"), Press("desk_on:news"))


@dataclass(slots=True)
class Opened:
    """A drop as one desk's reviewers read it."""

    drop_id: str
    manifest: Manifest
    contents: list[bytes]
    raw: bytes


@dataclass(slots=True)
class Two:
    """A house with the desks "union" and "news", who have other reviewers."""

    house: House
    identities: dict[str, list[X25519Identity]]
    roots: dict[str, SigningKey]

    async def drops(self, desk: str) -> list[Opened]:
        """What a desk's reviewers get, all of it opened with their keys alone."""
        with closing(sqlite3.connect(self.house.folder / "silbo.db")) as database:
            query = "SELECT id FROM drops WHERE state = 'complete' AND desk = ? ORDER BY id"
            ids = database.execute(query, ("" if desk == "union" else desk,)).fetchall()
        return [await self._open(desk, drop_id) for (drop_id,) in ids]

    async def _open(self, desk: str, drop_id: str) -> Opened:
        store, members = self.house.store, {}
        for number, item in enumerate(await store.items(drop_id), start=1):
            name = MANIFEST_AGE if item.state == "manifest" else item_name(number)
            members[name] = b"".join([piece async for piece in store.read(item.id)])
        manifest = open_manifest(members.pop(MANIFEST_AGE), self.identities[desk])
        contents = []
        for listed in manifest.items:
            content = io.BytesIO()
            open_item(io.BytesIO(members[listed.name]), content, self.identities[desk])
            contents.append(content.getvalue())
        return Opened(drop_id, manifest, contents, b"".join(members.values()))


@pytest.fixture
def two(house: House, tmp_path: Path) -> Two:
    folder = tmp_path / "desks" / "news"
    root, mine = SigningKey.generate(), X25519Identity.generate()
    monday = house.clock.day() - timedelta(days=house.clock.day().weekday())
    period = Period(monday, monday + timedelta(days=14), str(mine.recipient()))
    data = keylist_bytes(KeyList(root.public(), 1, house.clock.day(), "editor", (period,)))
    (tmp_path / "editor.json").write_bytes(data)
    (tmp_path / "editor.json.minisig").write_text(root.sign(data, "key list"))
    words = " ".join(fingerprint(root.public()))
    Reviewers(folder / "reviewers").add(tmp_path / "editor.json", today=house.clock.day(), words=words)
    house.further = (Desk("news", "news", "Noticias", folder, 90),)
    house.restart()
    return Two(house, {"union": house.identities, "news": [mine]}, {"union": house.root, "news": root})


async def test_a_drop_for_two_desks_is_two_drops_and_neither_names_the_other(two: Two, photo: bytes) -> None:
    await tell_all(two.house, Command("start"), *BOTH, Text("en casa"), upload(photo), *SEND)
    assert "Received" in two.house.chat.last
    assert "Union and Noticias" in two.house.chat.last
    ((mine,), (other,)) = await two.drops("union"), await two.drops("news")
    assert mine.contents[0] == other.contents[0] == b"en casa"
    assert len(mine.contents) == len(other.contents) == 2
    for key in ("desk", "desk_id", "mailbox", "reply_recipient"):
        assert getattr(mine.manifest, key) != getattr(other.manifest, key)
    assert mine.drop_id != other.drop_id
    hashes = [{item.sha256 for item in drop.manifest.items} for drop in (mine, other)]
    assert not hashes[0] & hashes[1]
    with pytest.raises(CryptoError):
        await two._open("news", mine.drop_id)
    # The server keeps nothing that ties them: other tags, other ids, and the session has forgotten both.
    with closing(sqlite3.connect(two.house.folder / "silbo.db")) as database:
        ids = [row[0] for row in database.execute("SELECT id FROM items")]
        tags = [row[0] for row in database.execute("SELECT withdrawal FROM drops")]
    assert len(set(tags)) == 2
    state = two.house.session().dump()
    assert not any(name.encode() in state for name in (*ids, mine.drop_id, other.drop_id))


async def test_who_gets_it_is_asked_before_anything_is_kept(two: Two) -> None:
    said = await two.house.tell(Command("start"))
    assert "Who should get it" in said.last
    assert said.actions == ["desk_on:union", "desk_on:news"]
    await two.house.tell(Text("demasiado pronto"))
    assert "kept nothing of that" in said.last
    assert "demasiado" not in two.house.everything_written().decode("latin-1")
    await two.house.tell(Press("desk_on:news"))
    assert "It goes to: Noticias" in said.last
    assert said.actions == ["desk_on:union", "desk_off:news"]
    await tell_all(two.house, Text("ahora"), *SEND)
    assert await two.drops("union") == []
    (drop,) = await two.drops("news")
    assert (drop.contents, drop.manifest.desk) == ([b"ahora"], "news")


async def test_a_choice_is_undone_until_the_first_item_and_stays_after_it(two: Two) -> None:
    await tell_all(two.house, *BOTH, Press("desk_off:union"), Text("uno"))
    said = await two.house.tell(Press("desk_on:union"))
    assert "locked already for: Noticias" in said.last
    await tell_all(two.house, *SEND)
    assert [len(await two.drops(desk)) for desk in ("union", "news")] == [0, 1]
    await two.house.tell(Text("otro"))
    assert "First tap who should get it" in two.house.chat.last, "nothing is taken for granted the next time"


async def test_discarding_deletes_what_was_sealed_to_each(two: Two) -> None:
    await tell_all(two.house, *BOTH, Text("uno"), Press("discard_now"))
    with closing(sqlite3.connect(two.house.folder / "silbo.db")) as database:
        assert database.execute("SELECT count(*) FROM items").fetchone() == (0,)


async def test_a_file_that_waits_is_kept_for_each_desk_or_for_none(two: Two) -> None:
    await tell_all(two.house, *BOTH, Text("uno"), upload(b"\x7fELF" * 5000, size=20000))
    action = next(action for action in two.house.chat.actions if action.startswith("as_is:"))
    await tell_all(two.house, Press(action), upload(b"\x7fELF" * 4000, size=16000))
    action = next(action for action in two.house.chat.actions if action.startswith("leave_out:"))
    await tell_all(two.house, Press(action), *SEND)
    for desk in ("union", "news"):
        (drop,) = await two.drops(desk)
        assert drop.contents == [b"uno", b"\x7fELF" * 5000]


async def test_an_update_that_comes_again_after_a_crash_between_two_desks_is_stored_once(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    assert [len(await two.drops(desk)) for desk in ("union", "news")] == [1, 0]
    two.house.restart()
    await two.house.tell(Press("send"), update_id="same")
    assert "Received" in two.house.chat.last
    assert [len(await two.drops(desk)) for desk in ("union", "news")] == [1, 1]


async def test_what_one_desk_cannot_take_the_other_does_not_have(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell_all(two.house, *BOTH, Text("uno"))
    await two.house.store.close_desk("news", two.house.clock.day())
    said = await two.house.tell(Text("dos"))
    assert said.last.startswith("I did not keep this: Noticias takes nothing new")
    await tell_all(two.house, *SEND)
    for desk in ("union", "news"):  # what was taken before is not lost
        (drop,) = await two.drops(desk)
        assert drop.contents == [b"uno"]
    await tell_all(two.house, Command("start"))
    assert "Who should get it" not in two.house.chat.last or "desk_on:news" not in two.house.chat.actions
    await two.house.tell(Press("desk_on:news"))
    assert "takes nothing any more" in two.house.chat.last


async def test_a_desk_that_left_the_settings_while_a_draft_is_open_is_one_sentence(two: Two) -> None:
    await tell_all(two.house, Press("desk_on:news"), Text("uno"))
    two.house.further = ()
    two.house.restart()
    for event in (Text("dos"), Press("review"), Press("send")):
        await two.house.tell(event)
    assert "not here any more" in two.house.chat.last
    assert two.house.session().state.draft is not None
    await tell_all(two.house, Press("discard_now"), Text("tres"), *SEND)
    (drop,) = await two.drops("union")
    assert drop.contents == [b"tres"]


async def replied(two: Two, desk: str, text: str, *, by: str | None = None, at: str | None = None) -> None:
    """A reviewer of `by` answers what `desk` got; it is imported for the desk `at`."""
    manifest = (await two.drops(desk))[-1].manifest
    assert manifest.mailbox is not None
    assert manifest.reply_recipient is not None
    root = two.roots[by or desk]
    reply = Reply(
        root.public(),
        manifest.mailbox,
        1,
        two.house.clock.day(),
        "en",
        text,
        sha256(text.encode()).digest()[:16],
    )
    sealed = seal_reply(reply, manifest.reply_recipient, root)
    new = NewReply(sha256(sealed).digest(), sha256(manifest.mailbox).digest(), reply.token_digest)
    key = {"union": ""}.get(at or desk, at or desk)
    await two.house.store.mailboxes.deliver(new, sealed, two.house.clock.day(), desk=key)


async def test_a_stick_imported_for_the_wrong_desk_sends_its_mark_out_on_the_right_one(two: Two) -> None:
    await tell_all(two.house, *BOTH, Text("uno"), *SEND)
    await replied(two, "union", "from the union", at="news")
    await tell_all(two.house, Command("answers"), Text(two.house.chat.covered[-1]))
    (read,) = (each for _, actions in two.house.chat.said for each in actions if each.startswith("read:"))
    await two.house.tell(Press(read))
    mailboxes = two.house.store.mailboxes
    assert (len(await mailboxes.marks(desk="")), await mailboxes.marks(desk="news")) == (1, ())


async def test_one_codename_finds_the_answers_of_each_desk_and_an_answer_goes_to_its_desk_alone(
    two: Two,
) -> None:
    await tell_all(two.house, *BOTH, Text("uno"), *SEND)
    codename = two.house.chat.covered[-1]
    await replied(two, "union", "from the union")
    await replied(two, "news", "from the paper")
    before = len(two.house.chat.said)
    await tell_all(two.house, Command("answers"), Text(codename))
    said = [text for text, _ in two.house.chat.said[before:]]
    for name, text in (("Union wrote:", "from the union"), ("Noticias wrote:", "from the paper")):
        assert said.index(name) == next(at for at, words in enumerate(said) if text in words) - 1
    await tell_all(two.house, Press("answer:1/news"), Text("para el diario"), *SEND)
    assert len(await two.drops("union")) == 1
    first, answer = sorted(await two.drops("news"), key=lambda drop: drop.manifest.in_reply_to or 0)
    assert (answer.contents, answer.manifest.in_reply_to) == ([b"para el diario"], 1)
    assert answer.manifest.mailbox == first.manifest.mailbox


async def test_a_reviewer_of_one_desk_cannot_answer_in_the_name_of_the_other(two: Two) -> None:
    """Who reads at one desk and gets hold of the other's drop still has no key that is pinned there."""
    await tell_all(two.house, *BOTH, Text("uno"), *SEND)
    await replied(two, "union", "who are you?", by="news", at="news")
    await tell_all(two.house, Command("answers"), Text(two.house.chat.covered[-1]))
    assert "No answer" in two.house.chat.last
    assert all("who are you" not in said for said, _ in two.house.chat.said)


async def test_what_both_have_is_taken_back_from_both_and_asked_back_from_each_apart(two: Two) -> None:
    await tell_all(two.house, *BOTH, Text("uno"), *SEND)
    codename = two.house.chat.covered[-1]
    plan = await two.house.store.plan_batch(two.house.clock.day(), desk="news")
    assert plan is not None
    await tell_all(two.house, Command("answers"), Text(codename), Press("withdraw"), Press("withdraw_now"))
    assert await two.drops("union") == []
    await two.house.tell(Press("ask_back"))
    assert "locked your wish away" in two.house.chat.last
    assert await two.drops("union") == [], "the other desk does not learn that there was anything"
    requests = [drop.manifest.withdraws for drop in await two.drops("news") if drop.manifest.withdraws]
    assert requests == [plan.drop_ids]


async def test_a_desk_says_its_own_lines_when_it_is_chosen_and_no_other(two: Two) -> None:
    notice = {"en": "We publish on {Mondays}.", "es": "Publicamos los lunes."}
    two.house.further = tuple(replace(desk, notice=notice) for desk in two.house.further)
    two.house.restart()
    said = await two.house.tell(Command("start"))
    assert all("Mondays" not in text for text, _ in said.said)
    await two.house.tell(Press("desk_on:union"))
    assert "Mondays" not in said.last
    await two.house.tell(Press("desk_on:news"))
    assert said.last.endswith("\n\nWe publish on {Mondays}.")
    assert "lunes" not in said.last
    alone = Wording("Union", notice=notice)
    assert alone.text("es", Say("notice")).endswith("\n\nPublicamos los lunes.")
    assert "lunes" not in alone.text("es", Say("receipt"))


async def test_with_one_desk_nobody_is_asked(house: House) -> None:
    await tell_all(house, Command("start"), Text("hola"), Press("desk_on:union"), Press("desks"), *SEND)
    assert all("Who should get it" not in said for said, _ in house.chat.said)
    ((manifest, _),) = await house.drops()
    assert manifest.desk == "union"
    assert house.session().state.desks == ()


async def test_the_only_desk_is_closed(house: House) -> None:
    await house.tell(Text("uno"))
    await house.store.close_desk("", house.clock.day())
    said = await house.tell(Text("dos"))
    assert said.last.startswith("I did not keep this: Union takes nothing new")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == [b"uno"]
