"""Outboxes on a stick: what a pinned reviewer signed is delivered once, and nothing else is."""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.announcements import Announcements
from bot.keys import Reviewers, ReviewersError
from bot.replies import Taken, take
from bot.store.store import Store
from crypto.age import X25519Identity
from crypto.codename import generate, root
from crypto.mailbox import Mailbox
from crypto.minisign import SigningKey
from crypto.outbox import Outbox, listed, outbox_bytes
from crypto.reply import Reply, seal_reply
from tests.bot.conftest import DESK_ID, Pin
from tests.bot.store.test_store import rows

DAY = date(2026, 11, 18)
MAILBOX: Mailbox = root(generate("en")).mailbox(bytes(16))
ME = X25519Identity.generate()


@pytest.fixture
def signer(pin: Pin, tmp_path: Path) -> SigningKey:
    """The root of the reviewer who is pinned."""
    pin([ME], DAY)
    return SigningKey((tmp_path / "root.seed").read_bytes())


def outbox(
    folder: Path, signer: SigningKey, texts: Sequence[str], *, by: SigningKey | None = None
) -> list[bytes]:
    """An outbox with a reply for each text; returns the sealed files."""
    folder.mkdir(parents=True, exist_ok=True)
    sealed, entries = [], []
    for number, text in enumerate(texts, start=1):
        reply = Reply(signer.public(), MAILBOX.id, number, DAY, "en", text, os.urandom(16))
        data = seal_reply(reply, str(MAILBOX.reply_identity.recipient()), signer)
        sealed.append(data)
        entries.append(listed(reply, data))
        (folder / entries[-1].name).write_bytes(data)
    entries.sort(key=lambda entry: entry.sha256)
    document = outbox_bytes(Outbox(signer.public(), DAY, tuple(entries)))
    (folder / "outbox.json").write_bytes(document)
    (folder / "outbox.json.minisig").write_text((by or signer).sign(document, "outbox"))
    return sealed


async def taken(store: Store, tmp_path: Path) -> Taken:
    reviewers = Reviewers(tmp_path / "reviewers")
    announcements = Announcements(tmp_path / "announcements", reviewers, DESK_ID)
    return await take(store, reviewers, announcements, tmp_path / "stick", DAY)


async def test_replies_are_delivered_once(store: Store, signer: SigningKey, tmp_path: Path) -> None:
    sealed = outbox(tmp_path / "stick" / "outbox-1", signer, ["one", "two"])
    done = await taken(store, tmp_path)
    assert (len(done.notes), done.findings) == (1, [])
    assert done.notes[0].endswith("2 replies delivered.")
    assert set(await store.mailboxes.waiting(MAILBOX.address)) == {sha256(data).digest() for data in sealed}
    done = await taken(store, tmp_path)
    assert done.notes[0].endswith("0 replies delivered. 2 replies came before.")


async def test_a_reply_that_was_read_is_not_delivered_again(
    store: Store, signer: SigningKey, tmp_path: Path, path: Path
) -> None:
    """An old stick, or a thief's copy of it, must not bring back what a source destroyed."""
    (sealed,) = outbox(tmp_path / "stick", signer, ["one"])
    await taken(store, tmp_path)
    await store.mailboxes.read(sha256(sealed).digest(), bytes(16), DAY)
    done = await taken(store, tmp_path)
    assert "0 replies delivered" in done.notes[0]
    assert await store.mailboxes.waiting(MAILBOX.address) == ()
    assert sealed[200:300] not in b"".join(file.read_bytes() for file in path.parent.glob("silbo.db*"))


async def test_a_reply_to_a_mailbox_that_its_source_ended_is_told_and_not_delivered(
    store: Store, signer: SigningKey, tmp_path: Path
) -> None:
    outbox(tmp_path / "stick" / "outbox-1", signer, ["one", "two"])
    await store.mailboxes.end(MAILBOX.address, DAY)
    done = await taken(store, tmp_path)
    assert done.notes[0].endswith(
        "0 replies delivered. 2 replies not delivered: the source has ended that mailbox for good."
    )
    assert await store.mailboxes.waiting(MAILBOX.address) == ()
    await store.sweep(DAY + timedelta(days=91), retention=90)
    assert not await store.mailboxes.has_ended(MAILBOX.address), "the desk has forgotten it by then, too"


async def test_an_outbox_of_a_stranger_delivers_nothing(
    store: Store, signer: SigningKey, tmp_path: Path, path: Path
) -> None:
    outbox(tmp_path / "stick" / "a", SigningKey.generate(), ["forged"])
    outbox(tmp_path / "stick" / "b", signer, ["in another's name"], by=SigningKey.generate())
    done = await taken(store, tmp_path)
    assert done.notes == []
    assert ["is no reviewer" in done.findings[0], "another key" in done.findings[1]] == [True, True]
    assert rows(path, "replies") == 0


async def test_one_bad_file_does_not_keep_the_others_back(
    store: Store, signer: SigningKey, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    sealed = outbox(folder, signer, ["one", "two", "three", "four"])
    names = [f"{sha256(data).hexdigest()}.age" for data in sealed]
    (folder / names[0]).unlink()
    (folder / names[1]).write_bytes(sealed[1][:-1] + b"x")
    (folder / names[2]).unlink()
    os.mkfifo(folder / names[2])
    done = await taken(store, tmp_path)
    assert done.notes[0].endswith("1 reply delivered.")
    assert ["listed: 2 replies" in done.findings[0], "delivered: 1 reply" in done.findings[1]] == [True, True]
    assert await store.mailboxes.waiting(MAILBOX.address) == (sha256(sealed[3]).digest(),)


async def test_what_is_no_outbox_is_told(store: Store, signer: SigningKey, tmp_path: Path) -> None:
    with pytest.raises(ReviewersError, match="no replies"):
        await taken(store, tmp_path)
    folder = tmp_path / "stick"
    outbox(folder / "newer", signer, ["x"])
    newer = (folder / "newer" / "outbox.json").read_bytes().replace(b'"version":1', b'"version":2')
    (folder / "newer" / "outbox.json").write_bytes(newer)
    outbox(folder / "unsigned", signer, ["y"])
    (folder / "unsigned" / "outbox.json.minisig").unlink()
    (folder / "broken").mkdir()
    (folder / "broken" / "outbox.json").write_bytes(b"{}")
    outbox(folder / "good", signer, ["z"])
    done = await taken(store, tmp_path)
    assert len(done.notes) == 1
    findings = " ".join(done.findings)
    assert all(words in findings for words in ("newer Silbo", "no signature", "refused"))


async def test_an_outbox_that_lists_a_file_with_a_million_recipients_is_one_sentence(
    store: Store, signer: SigningKey, tmp_path: Path
) -> None:
    (sealed,) = outbox(tmp_path / "stick", signer, ["x"])
    path = tmp_path / "stick" / "outbox.json"
    data = path.read_bytes().replace(b'"size":%d' % len(sealed), b'"size":98000000')
    path.write_bytes(data)
    (tmp_path / "stick" / "outbox.json.minisig").write_text(signer.sign(data, "outbox"))
    done = await taken(store, tmp_path)
    assert done.notes == []
    assert done.findings == ["An outbox was refused. The outbox lists a file of a size that no reply has."]
