"""What answers cost on the way: a drop with a codename, looking for an answer, taking replies from a stick.

    .venv/bin/python -m benchmarks.journey [--cpu] [FOLDER]

The bars (issue 13): a drop with a codename at most 1.1x of one without, apart from the one Argon2id; an
answer among 100,000 replies as fast as among 100 (1.2x); `import-replies` of 1,000 replies at most 1.5x the
time of verifying and writing the same bytes (durably, into a table, as a server must: a bare file is told
beside it). FOLDER is where the databases are made: on the disk to measure. `--cpu` counts seconds of the
processor, for a machine that does something else besides.
"""

import asyncio
import io
import os
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.announcements import Announcements
from bot.desks import Desk
from bot.intake import Intake
from bot.intake.codenames import Codenames, Thread
from bot.intake.receivers import Receiver, Receivers
from bot.keys import Reviewers
from bot.replies import take
from bot.store.mailboxes import NewReply
from bot.store.schema import FIRST_DESK
from bot.store.store import Store
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

CLOCK = time.process_time if "--cpu" in sys.argv else time.perf_counter
ROUNDS = 15
DROPS = 40
FEW, MANY = 100, 100_000
IMPORTED = 1_000
COLUMNS = "sha256, address, token, day, size, blob_id, desk"
TEXT = "Nos piden poner cámaras en la casa. " * 20
CODENAME = codename.generate("es")


@dataclass(slots=True)
class House:
    """A server's parts in a folder of their own, with one reviewer."""

    folder: Path
    store: Store
    reviewers: Reviewers
    signer: SigningKey
    today: date

    @property
    def receivers(self) -> Receivers:
        desk = Desk(FIRST_DESK, "union", "Union", self.folder, 90)
        return Receivers([Receiver(desk, self.reviewers)], lambda short, item: item)

    @classmethod
    async def open(cls, folder: Path) -> "House":
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
    began = CLOCK()
    await work()
    return CLOCK() - began


async def drops(folder: Path) -> tuple[float, float, float]:
    """Median seconds of a drop without a codename, with one, and of one Argon2id."""
    desk = await House.open(folder)
    intake = Intake(desk.store, Scrubber(), desk.receivers, beside=lambda item: f"{item}o", tally=Tally())

    async def drop(*, named: bool) -> None:
        drop_id = secrets.token_hex(16)
        await desk.store.open_draft(drop_id, desk.today)
        await intake.text(drop_id, secrets.token_hex(16), TEXT, day=desk.today)
        thread = None
        if named:
            thread = Thread(await intake.codenames.new_root(intake.codenames.new("es"), "es"))
        await intake.closing.submit(drop_id, "es", "telegram", day=desk.today, thread=thread)

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
    desk = await House.open(folder)
    mailbox = codename.root(CODENAME).mailbox(await desk.store.mailboxes.desk_id())
    await asyncio.to_thread(fill, folder / "silbo.db", many - 1, desk.today)
    reply, sealed = desk.reply(mailbox)
    new = NewReply(listed(reply, sealed).sha256, mailbox.address, reply.token_digest)
    await desk.store.mailboxes.deliver(new, sealed, desk.today)
    codenames = Codenames(desk.store.mailboxes, desk.receivers, Tally())
    root = await asyncio.to_thread(codename.root, CODENAME)

    async def look() -> None:
        found = await codenames.unlock(lambda: root)
        assert len(found.replies) == 1

    await look()
    took = [await seconds(look) for _ in range(ROUNDS)]
    stretch = [await seconds(partial(asyncio.to_thread, codename.root, CODENAME)) for _ in range(3)]
    await desk.store.close()
    return statistics.median(took), statistics.median(stretch)


def fill(database: Path, many: int, today: date) -> None:
    """Replies of strangers: short ones, as only their rows are in the way."""
    with closing(sqlite3.connect(database)) as store, store:
        for _ in range(many):
            blob_id, keys = secrets.token_hex(16), [secrets.token_bytes(32) for _ in range(3)]
            row = (*keys, today.isoformat(), 1000, blob_id, FIRST_DESK)
            store.execute(f"INSERT INTO replies ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            store.execute("INSERT INTO chunks VALUES (?, 0, x'', ?)", (blob_id, bytes(1000)))


async def imports(folder: Path) -> tuple[float, float, float]:
    """Median seconds of verifying the files of an outbox and writing them into one file, into a bare table of
    SQLite, and of importing them.
    """
    desk = await House.open(folder)
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

    def verified() -> Iterator[bytes]:
        document = (stick / "outbox.json").read_bytes()
        signature = (stick / "outbox.json.minisig").read_text()
        for entry in parse_outbox(document, signature, desk.signer.public()).replies:
            data = (stick / entry.name).read_bytes()
            entry.check_file(io.BytesIO(data))
            yield data

    def written(number: int) -> None:
        with (folder / f"written-{number}").open("wb") as out:
            out.writelines(verified())
            out.flush()
            os.fsync(out.fileno())

    def tabled(number: int) -> None:
        with closing(sqlite3.connect(folder / f"bare-{number}.db")) as store:
            store.execute("PRAGMA journal_mode = WAL")
            store.execute("CREATE TABLE chunks (data BLOB)")
            with store:
                store.executemany("INSERT INTO chunks VALUES (?)", ((data,) for data in verified()))

    plain, bare, imported = [], [], []
    for number in range(5):
        plain.append(await seconds(partial(asyncio.to_thread, written, number)))
        bare.append(await seconds(partial(asyncio.to_thread, tabled, number)))
        store = await Store.open(f"sqlite+aiosqlite:///{folder / f'silbo-{number}.db'}")
        announcements = Announcements(folder / "announcements", desk.reviewers, bytes(16))
        work = partial(take, store, desk.reviewers, announcements, folder / "outbox-1", desk.today)
        imported.append(await seconds(work))
        await store.close()
    return statistics.median(plain), statistics.median(bare), statistics.median(imported)


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
    plain, bare, imported = await imports(folder / "imports")
    print(f"{IMPORTED} replies verified and written into a file {ms(plain)}, into a bare table {ms(bare)},")
    print(f"imported {ms(imported)}: {imported / plain:.2f}x of the file")
    bar("import-replies, of the bare table", imported / bare, 1.5)
    return 0 if ok else 1


if __name__ == "__main__":
    folders = [argument for argument in sys.argv[1:] if argument != "--cpu"]
    with tempfile.TemporaryDirectory(dir=folders[0] if folders else None) as place:
        sys.exit(asyncio.run(main(Path(place))))
