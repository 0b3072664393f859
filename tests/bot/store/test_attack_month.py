"""A thief holds the server's database and the backups of a month, and asks which mailbox is whose.

Every night there is a purge and a backup, as the timers make them. Sources come each day, some twice under
one codename; reviewers answer some of them days later, some answers are read, some mailboxes end. The thief
knows which drops there are, and for the statistics even who wrote what: the test tells, and counts how often
what lies in the files would have told.
"""

import random
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from bot.store.copies import copy_sent
from bot.store.mailboxes import NewReply
from bot.store.store import Store
from crypto.mailbox import CodenameRoot, Mailbox
from crypto.minisign import SigningKey
from crypto.reply import Reply, seal_reply
from tests.bot.store.test_store import put

FIRST = date(2026, 11, 1)


ROOT = SigningKey.generate()
OF_DROPS = (
    "SELECT id, withdrawal FROM drops",
    "SELECT id, drop_id, sha256, blob_id FROM items",
)
OF_MAILBOXES = (
    "SELECT sha256, address, token, blob_id, mark FROM replies",
    "SELECT address FROM ended",
)


@dataclass(slots=True)
class Month:
    """What happened: when each drop came, counted from 0; of each reply (by its hash) which drop was the
    first of its codename; and what was in the replies, in clear and sealed.
    """

    backups: list[Path] = field(default_factory=list)
    came: dict[str, int] = field(default_factory=dict)
    first: dict[bytes, int] = field(default_factory=dict)
    words: list[bytes] = field(default_factory=list)
    sealed: list[bytes] = field(default_factory=list)


def reply_to(mailbox: Mailbox, words: str, token: bytes, day: date) -> bytes:
    reply = Reply(ROOT.public(), mailbox.id, 1, day, "en", words, token)
    return seal_reply(reply, str(mailbox.reply_identity.recipient()), ROOT)


async def play(path: Path, days: int, a_day: int) -> Month:
    """`a_day` drops come on each of so many days; at the end the database is at `path`."""
    chance, month = random.Random(3), Month()
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    desk = await store.mailboxes.desk_id()
    sources: list[tuple[CodenameRoot, list[str]]] = []
    unanswered: list[tuple[CodenameRoot, list[str]]] = []
    for night in range(days):
        day = FIRST + timedelta(days=night)
        for _ in range(a_day):
            again = bool(sources) and chance.random() < 0.2
            source = chance.choice(sources) if again else (CodenameRoot(secrets.token_bytes(32)), list[str]())
            drop = secrets.token_hex(16)
            await put(store, secrets.token_hex(32), secrets.token_bytes(17270), drop, day=day)
            tag = source[0].withdrawal_tag(drop)
            await store.commit_manifest(drop, secrets.token_hex(32), bytes(17270), day, withdrawal=tag)
            month.came[drop] = len(month.came)
            source[1].append(drop)
            if not again:
                sources.append(source)
                unanswered.append(source)
        fresh: dict[NewReply, bytes] = {}
        for source in chance.sample(unanswered, min(len(unanswered), a_day // 2)):
            unanswered.remove(source)
            mailbox = source[0].mailbox(desk)
            words = f"<reply {secrets.token_hex(8)}>"
            token = secrets.token_bytes(16)
            sealed = reply_to(mailbox, words, token, day)
            month.words.append(words.encode())
            month.sealed.append(sealed)
            digest, address = sha256(sealed).digest(), mailbox.address
            fresh[NewReply(digest, address, sha256(token).digest())] = sealed
            month.first[digest] = month.came[source[1][0]]
            if chance.random() < 0.2:
                await store.mailboxes.deliver_all(fresh, day)
                await store.mailboxes.read(digest, token, day)
            elif chance.random() < 0.1:
                await store.mailboxes.end(address, day)
        await store.mailboxes.deliver_all(dict(sorted(fresh.items(), key=lambda each: each[0].sha256)), day)
        await store.purge(day + timedelta(days=1), retention=365, reviewers={})
        month.backups.append(path.with_name(f"backup-{night:02}"))
        month.backups[-1].touch()
        copy_sent(path, month.backups[-1])
    await store.close()
    return month


def values(file: Path, queries: tuple[str, ...]) -> set[bytes]:
    """Everything of 16 bytes or more that stands in these columns, as bytes, also where it is hexadecimal."""
    found: set[bytes] = set()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        for query in queries:
            for row in database.execute(query).fetchall():
                for value in row:
                    if isinstance(value, str):
                        found |= {value.encode(), bytes.fromhex(value)}
                    elif value is not None:
                        found.add(value)
    return found


def windows(found: set[bytes]) -> set[bytes]:
    """What two values would have in common if one were made of the other without a key."""
    derived = found | {sha256(value).digest() for value in found}
    return {value[at : at + 8] for value in derived for at in range(len(value) - 7)}


def told_by_order(file: Path, month: Month) -> dict[str, tuple[int, int]]:
    """Of replies that came on one day, how many pairs stand in a file as their drops came, and how many there
    are: by the number of the row, by the place of their data, by the place of their hash in the raw file.
    """
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT sha256, day, rowid, "
            "(SELECT min(rowid) FROM chunks WHERE chunks.blob_id = replies.blob_id) FROM replies"
        ).fetchall()
    raw = file.read_bytes()
    found: dict[str, tuple[int, int]] = {}
    for what, place in (
        ("row", lambda row: row[2]),
        ("data", lambda row: row[3]),
        ("bytes", lambda row: raw.find(row[0])),
    ):
        pairs = [
            (place(one) < place(other)) == (month.first[one[0]] < month.first[other[0]])
            for one, other in combinations([row for row in rows if place(row) is not None], 2)
            if one[1] == other[1] and month.first[one[0]] != month.first[other[0]]
        ]
        found[what] = (sum(pairs), len(pairs))
    return found


def lies_in(file: Path, month: Month) -> list[bool]:
    """Of each sealed reply, whether a piece of it is in a file; a page may end in the middle of one."""
    content = file.read_bytes()
    return [
        any(sealed[at : at + 32] in content for at in range(14000, 18000, 900)) for sealed in month.sealed
    ]


async def attacked(path: Path, days: int, a_day: int) -> None:
    month = await play(path, days, a_day)
    assert 2 * sum(lies_in(path, month)) > len(month.sealed)
    for file in (path, *month.backups):
        content = file.read_bytes()
        assert not any(words in content for words in month.words), "in clear"
        if file != path:
            assert not any(lies_in(file, month)), "an answer in a backup"
    of_drops = set[bytes]().union(*(values(file, OF_DROPS) for file in (path, *month.backups)))
    of_mailboxes = set[bytes]().union(*(values(file, OF_MAILBOXES) for file in (path, *month.backups)))
    assert len(of_drops) > len(month.came)
    assert len(of_mailboxes) > len(month.sealed)
    assert not windows(of_drops) & windows(of_mailboxes), "one leads to the other"
    for file in (path, month.backups[-1]):
        for what, (right, pairs) in told_by_order(file, month).items():
            # Five standard deviations of a coin.
            assert abs(right - pairs / 2) <= 2.5 * pairs**0.5, (file.name, what, right, pairs)


async def test_a_thief_of_the_database_and_a_few_backups_ties_no_mailbox_to_a_drop_or_day(
    path: Path,
) -> None:
    await attacked(path, 4, 6)


@pytest.mark.long
async def test_nor_does_a_thief_of_a_month_of_backups(path: Path) -> None:
    await attacked(path, 30, 12)


async def test_the_statistic_would_find_replies_that_came_in_the_order_of_their_drops(path: Path) -> None:
    """An attack that finds nothing proves nothing until it has found something."""
    store, month = await Store.open(f"sqlite+aiosqlite:///{path}"), Month()
    for number in range(12):
        digest = secrets.token_bytes(32)
        month.first[digest] = number
        await store.mailboxes.deliver(NewReply(digest, secrets.token_bytes(32), bytes(32)), b"x" * 99, FIRST)
    await store.close()
    right, pairs = told_by_order(path, month)["row"]
    assert right == pairs == 66
