"""What answers cost on the way: a drop with a codename, looking for an answer, taking replies from a stick.

    .venv/bin/python -m benchmarks.journey [FOLDER]

The bars (issue 13): a drop with a codename at most 1.1x of one without, apart from the one Argon2id; an
answer among 100,000 replies as fast as among 100 (1.2x); `import-replies` of 1,000 replies at most 1.5x the
time of verifying and writing the same bytes. FOLDER is where the databases are made: on the disk to measure.
"""

import asyncio
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert

from bot.announcements import Announcements
from bot.intake import Intake
from bot.intake.codenames import Codenames
from bot.keys import Reviewers
from bot.replies import take
from bot.store.mailboxes import NewReply
from bot.store.store import Store
from bot.store.tables import chunks, replies
from bot.tally import Tally
from crypto import codename
from crypto.age import HybridIdentity
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.mailbox import Mailbox
from crypto.minisign import SigningKey
from crypto.outbox import Outbox, listed, outbox_bytes, parse_outbox
from crypto.reply import Reply, seal_reply
from crypto.words import fingerprint
from scrub.scrubber import Scrubber

ROUNDS = 15
DROPS = 40
FEW, MANY = 100, 100_000
IMPORTED = 1_000
TEXT = "Nos piden poner cámaras en la casa. " * 20
CODENAME = codename.generate("es")


@dataclass(slots=True)
class Desk:
    """A server's parts in a folder of their own, with one reviewer."""

    folder: Path
    store: Store
    reviewers: Reviewers
    signer: SigningKey
    today: date

    @classmethod
    async def open(cls, folder: Path) -> "Desk":
        await asyncio.to_thread(folder.mkdir)
        today, signer = datetime.now(UTC).date(), SigningKey.generate()
        start = today - timedelta(days=today.weekday())
        period = Period(start, start + timedelta(days=14), str(HybridIdentity.generate().recipient()))
        data = keylist_bytes(KeyList(signer.public(), 1, today, "reviewer", (period,)))
        (folder / "keys.json").write_bytes(data)
        (folder / "keys.json.minisig").write_text(signer.sign(data, "key list"))
        reviewers = Reviewers(folder / "reviewers")
        reviewers.add(folder / "keys.json", today=today, words=" ".join(fingerprint(signer.public())))
        store = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}")
        return cls(folder, store, reviewers, signer, today)

    def reply(self, mailbox: Mailbox) -> tuple[Reply, bytes]:
        reply = Reply(self.signer.public(), mailbox.id, 1, self.today, "es", TEXT, secrets.token_bytes(16))
        return reply, seal_reply(reply, str(mailbox.reply_identity.recipient()), self.signer)


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def drops(folder: Path) -> tuple[float, float, float]:
    """Median seconds of a drop without a codename, with one, and of one Argon2id."""
    desk = await Desk.open(folder)
    intake = Intake(
        desk.store, Scrubber(), desk.reviewers, "union", beside=lambda item: f"{item}o", tally=Tally()
    )

    async def drop(*, named: bool) -> None:
        drop_id = secrets.token_hex(16)
        await desk.store.open_draft(drop_id, desk.today)
        await intake.text(drop_id, secrets.token_hex(16), TEXT, day=desk.today)
        sender = None
        if named:
            sender = await intake.codenames.new_sender(intake.codenames.new("es"), "es", drop_id)
        await intake.submit(drop_id, "es", "telegram", day=desk.today, sender=sender)

    async def stretched() -> None:
        await asyncio.to_thread(codename.root, CODENAME)

    without, named, stretch = [], [], []
    for _ in range(DROPS):
        without.append(await seconds(partial(drop, named=False)))
        named.append(await seconds(partial(drop, named=True)))
        stretch.append(await seconds(stretched))
    await desk.store.close()
    return statistics.median(without), statistics.median(named), statistics.median(stretch)


async def answers(folder: Path, many: int) -> tuple[float, float]:
    """Median seconds of opening one reply among so many, and of one Argon2id."""
    desk = await Desk.open(folder)
    mailbox = codename.root(CODENAME).mailbox(await desk.store.mailboxes.desk_id())
    await fill(desk, many - 1)
    reply, sealed = desk.reply(mailbox)
    new = NewReply(listed(reply, sealed).sha256, mailbox.address, reply.token_digest)
    await desk.store.mailboxes.deliver(new, sealed, desk.today)
    codenames = Codenames(desk.store.mailboxes, desk.reviewers, "union", Tally())
    root = await asyncio.to_thread(codename.root, CODENAME)

    async def look() -> None:
        found = await codenames.unlock(lambda: root)
        assert len(found.replies) == 1

    await look()
    took = [await seconds(look) for _ in range(ROUNDS)]
    stretch = [await seconds(partial(asyncio.to_thread, codename.root, CODENAME)) for _ in range(3)]
    await desk.store.close()
    return statistics.median(took), statistics.median(stretch)


async def fill(desk: Desk, many: int) -> None:
    """Replies of strangers: short ones, as only their rows are in the way."""

    async def rows(connection: object, count: int) -> None:
        made = [
            {
                "sha256": secrets.token_bytes(32),
                "address": secrets.token_bytes(32),
                "token": secrets.token_bytes(32),
                "day": desk.today,
                "size": 1000,
                "blob_id": secrets.token_hex(16),
            }
            for _ in range(count)
        ]
        await connection.execute(insert(replies), made)  # type: ignore[attr-defined]  # SQLAlchemy's
        parts = [{"blob_id": row["blob_id"], "number": 0, "data": bytes(1000)} for row in made]
        await connection.execute(insert(chunks), parts)  # type: ignore[attr-defined]

    writer = desk.store.mailboxes._writer  # rows that no method of the store would make
    for start in range(0, many, 5000):
        await writer.run(partial(rows, count=min(5000, many - start)))


async def imports(folder: Path) -> tuple[float, float]:
    """Median seconds of verifying and writing the files of an outbox, and of importing it."""
    desk = await Desk.open(folder)
    stick = folder / "outbox-1"
    stick.mkdir()
    mailbox = codename.root(CODENAME).mailbox(await desk.store.mailboxes.desk_id())
    entries = []
    for _ in range(IMPORTED):
        reply, sealed = desk.reply(mailbox)
        entries.append(listed(reply, sealed))
        (stick / entries[-1].name).write_bytes(sealed)
    entries.sort(key=lambda entry: entry.sha256)
    data = outbox_bytes(Outbox(desk.signer.public(), desk.today, tuple(entries)))
    (stick / "outbox.json").write_bytes(data)
    (stick / "outbox.json.minisig").write_text(desk.signer.sign(data, "outbox"))
    await desk.store.close()

    def written(number: int) -> None:
        document = (stick / "outbox.json").read_bytes()
        signature = (stick / "outbox.json.minisig").read_text()
        outbox = parse_outbox(document, signature, desk.signer.public())
        with (folder / f"written-{number}").open("wb") as out:
            for entry in outbox.replies:
                with (stick / entry.name).open("rb") as file:
                    entry.check_file(file)
                    file.seek(0)
                    out.write(file.read())
            out.flush()
            os.fsync(out.fileno())

    plain, imported = [], []
    for number in range(3):
        plain.append(await seconds(partial(asyncio.to_thread, written, number)))
        store = await Store.open(f"sqlite+aiosqlite:///{folder / f'silbo-{number}.db'}")
        announcements = Announcements(folder / "announcements", desk.reviewers, bytes(16))
        work = partial(take, store, desk.reviewers, announcements, folder / "outbox-1", desk.today)
        imported.append(await seconds(work))
        await store.close()
    return statistics.median(plain), statistics.median(imported)


def ms(value: float) -> str:
    return f"{value * 1000:.1f} ms"


async def main(folder: Path) -> int:
    """Measure and print; the exit status says whether every bar holds."""
    ok = True

    def bar(said: str, ratio: float, most: float) -> None:
        nonlocal ok
        ok &= ratio <= most
        print(f"{said}: {ratio:.2f}x (at most {most}x){'' if ratio <= most else '  MISSED'}")

    without, named, stretch = await drops(folder / "drops")
    print(f"a drop {ms(without)}, with a codename {ms(named)}, of that Argon2id {ms(stretch)}")
    bar("a drop with a codename, apart from Argon2id", (named - stretch) / without, 1.1)
    few, stretch = await answers(folder / "few", FEW)
    many, _ = await answers(folder / "many", MANY)
    print(f"an answer among {FEW} {ms(few)}, among {MANY} {ms(many)}, and Argon2id {ms(stretch)}")
    bar("an answer among many, apart from Argon2id", many / few, 1.2)
    plain, imported = await imports(folder / "imports")
    print(f"{IMPORTED} replies verified and written {ms(plain)}, imported {ms(imported)}")
    bar("import-replies", imported / plain, 1.5)
    return 0 if ok else 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as place:
        sys.exit(asyncio.run(main(Path(place))))
