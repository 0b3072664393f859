"""Whoever wants the door shut, its disk full or its log talking."""

import asyncio
import io
import json
import logging
import os
import random
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot import redact
from bot.channels.listening import Bodies, Coming, NoPlace, TooSlow
from bot.export.batch_bytes import drop_bytes
from bot.intake.door import DoorLimits
from bot.intake.quota import Limits
from crypto.drop import read_drop, read_stamp, stamp_of
from tests.bot.channels.page.door import Page, Sealed, door, drop_of
from tests.bot.channels.page.test_door import stored


def all_files(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]


async def raw(page: Page, head: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", page.port)
    writer.write(head.replace("\n", "\r\n").encode())
    return reader, writer


def put(drop_upload: str, item: str, length: str) -> str:
    return (
        f"PUT /door/{drop_upload}/{item}/0 HTTP/1.1\nHost: h\nContent-Type: application/octet-stream\n"
        f"{length}\n\n"
    )


async def test_a_crowd_that_asks_nothing_keeps_nobody_out(tmp_path: Path) -> None:
    async with door(tmp_path, most=40) as page:
        drop = drop_of(b"uno")
        assert await page.open(drop) == "ok"
        crowd = [await raw(page, ("", "PUT /door", "GET / HTTP/1.1\nHost: h\n\n")[n % 3]) for n in range(200)]
        assert set(await page.bring_all(drop)) == {"ok"}
        more = [await raw(page, "") for _ in range(60)]
        assert await page.commit(drop) == "ok"
        closed = await asyncio.gather(*(asyncio.wait_for(reader.read(), 60) for reader, _ in crowd[:100]))
        assert len(closed) == 100, "the quietest went first"
        for _, writer in (*crowd, *more):
            writer.close()


@pytest.mark.long
async def test_ten_thousand_connections_that_send_nothing_keep_nobody_out(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        crowd: deque[asyncio.StreamWriter] = deque()
        for number in range(10_000):
            crowd.append((await raw(page, ""))[1])
            if len(crowd) > 900:
                crowd.popleft().close()
            if number % 2500 == 2499:
                assert await page.send(drop_of(b"uno")) == "ok"
        for writer in crowd:
            writer.close()


async def test_a_body_without_end_is_cut_and_changes_nothing(tmp_path: Path) -> None:
    async with door(tmp_path, idle=0.3) as page:
        drop = drop_of(b"uno")
        assert await page.open(drop) == "ok"
        reader, writer = await raw(page, put(drop.upload, drop.items[0].id, "Transfer-Encoding: chunked"))
        piece = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
        with suppress(ConnectionError):
            for _ in range(2000):
                writer.write(piece)
                await writer.drain()
            raise AssertionError("nobody cut it")
        writer.close()
        with suppress(ConnectionError):
            assert (await reader.read(12)) in (b"", b"HTTP/1.1 413")
        _, here = await page.ask("GET", f"door/{drop.upload}")
        assert here["parts"] == {}
        _, writer = await raw(page, put(drop.upload, drop.items[0].id, f"Content-Length: {10**18}"))
        assert set(await page.bring_all(drop)) == {"ok"}
        assert await page.commit(drop) == "ok"
        writer.close()


async def test_a_liar_who_writes_telegram_gets_a_stamp_that_no_secret_opens(tmp_path: Path) -> None:
    """The attack: to earn, through the door, the label CLEAN that only the server's own cleaner may give."""
    secret = bytes(range(32))
    async with door(tmp_path) as page:
        drop = drop_of(b"uno", channel="telegram", stamp=secret)
        assert await page.send(drop) == "ok"
        sent = io.BytesIO(b"".join([piece async for piece in drop_bytes(page.store, drop.id)]))
        stamp = read_stamp(sent, read_drop(sent))
        assert stamp is not None
        assert stamp != stamp_of(secret)
        again = io.BytesIO(b"".join([piece async for piece in drop_bytes(page.store, drop.id)]))
        assert again.getvalue() == sent.getvalue(), "an export that is repeated writes the same"


async def test_a_fault_of_ours_is_answered_in_the_same_size_and_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with door(tmp_path) as page:

        async def fails(*_: object) -> None:
            raise RuntimeError("CANARY")

        monkeypatch.setattr(page.door, "states", fails)
        assert await page.ask("POST", "door/drops", {"uploads": ["0a" * 16] * 512}) == (
            503,
            {"code": "later"},
        )


async def test_slow_bodies_keep_nobody_out(tmp_path: Path) -> None:
    """The attack: a byte now and then on more lines than there are, with no upload and no work done."""
    async with door(tmp_path, most=250) as page:
        upload = "0a" * 16
        slow = ("POST /door/drops", f"PUT /door/{upload}/{upload}/0", f"POST /door/{upload}")
        crowd = []
        for number in range(400):
            kind = "octet-stream" if number % 3 == 1 else "json"
            told = f"Content-Type: application/{kind}\nContent-Length: 50000"
            crowd.append(await raw(page, f"{slow[number % 3]} HTTP/1.1\nHost: h\n{told}\n\nx"))
        drop = drop_of(b"uno", os.urandom(1_500_000), kind="file")
        assert await page.send(drop) == "ok"
        for _, writer in crowd:
            writer.close()


async def test_uploads_that_are_opened_and_never_sent_leave_the_chat_its_room(tmp_path: Path) -> None:
    """The attack: room is asked for again and again, by who has no byte to send."""
    limits = DoorLimits(drop=50_000_000, unfinished=100_000_000)
    for total, refused in ((1_000_000_000, 10), (80_000_000, 10)):
        folder = tmp_path / str(total)
        folder.mkdir()
        async with door(folder, limits=limits, room=Limits(total=total)) as page:
            codes = [await page.open(drop_of(b"x"), size=size) for size in (30_000_000, 5_000_000) * 20]
            assert codes.count("full") > refused
            assert sum((await page.store.uploads.asked()).values()) >= 30_000_000
            await page.door._quota.check([""], total // 4, never)


async def never() -> bool:
    return False


async def test_the_slowest_body_goes_and_an_honest_slow_one_stays() -> None:
    class Body:
        def __init__(self, size: int) -> None:
            self.size, self.waits, self.goes_on = size, asyncio.Event(), asyncio.Event()

        async def brought(self) -> AsyncIterator[bytes]:
            yield bytes(self.size)
            self.waits.set()
            await self.goes_on.wait()
            yield b"x"

    async def take(body: Body, bodies: Bodies) -> str:
        coming, stream = Coming(), body.brought()
        try:
            with bodies.place(coming):
                while await coming.next_of(stream, 60) is not None:
                    pass
        except NoPlace:
            return "none"
        except TooSlow:
            return "cut"
        return "whole"

    bodies = Bodies(2)
    slow, honest, third = Body(1), Body(200_000), Body(1)
    async with asyncio.TaskGroup() as tasks:
        first_two = [tasks.create_task(take(body, bodies)) for body in (slow, honest)]
        for body in (slow, honest):
            await body.waits.wait()
        one_more = tasks.create_task(take(third, bodies))
        await third.waits.wait()
        for body in (honest, third):
            body.goes_on.set()
    assert [task.result() for task in (*first_two, one_more)] == ["cut", "whole", "whole"]
    bodies, honest = Bodies(1, least=1.0), Body(200_000)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(take(honest, bodies))
        await honest.waits.wait()
        assert await take(Body(1), bodies) == "none"
        honest.goes_on.set()
    assert first.result() == "whole"


async def test_who_fetches_no_answer_keeps_no_line(tmp_path: Path) -> None:
    """The attack: many questions on one line, and none of the answers read."""
    async with door(tmp_path, idle=0.4) as page:
        mine = socket.socket()
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        mine.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(mine, ("127.0.0.1", page.port))
        with suppress(ConnectionError):
            async with asyncio.timeout(240):
                await loop.sock_sendall(mine, b"GET /door/desks HTTP/1.1\r\nHost: h\r\n\r\n" * 200)
                while True:
                    await asyncio.sleep(0.1)
                    await loop.sock_sendall(mine, b"G")
        mine.close()


async def test_a_part_that_is_torn_off_leaves_no_rows_and_comes_again(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(os.urandom(3_000_000), kind="file")
        (file,) = drop.items
        assert await page.open(drop) == "ok"
        for _ in range(2):
            _, writer = await raw(page, put(drop.upload, file.id, f"Content-Length: {len(file.content)}"))
            writer.write(os.urandom(2_500_000))
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        assert set(await page.bring_all(drop)) == {"ok"}
        assert await page.commit(drop) == "ok"
        assert (await stored(page, drop.id))[0] == file.content


async def test_a_line_that_broke_unnoticed_holds_no_room_from_the_same_part(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(os.urandom(3_000_000), kind="file")
        (file,) = drop.items
        assert await page.open(drop) == "ok"
        _, writer = await raw(page, put(drop.upload, file.id, f"Content-Length: {len(file.content)}"))
        writer.write(file.content[:-1])
        await writer.drain()
        codes = [await page.bring(drop, file)]
        while codes[-1] != "ok":
            codes.append(await page.bring(drop, file))
        assert set(codes) <= {"ok", "later"}
        writer.close()
        await writer.wait_closed()


async def test_the_same_part_on_many_lines_at_once_is_one(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(os.urandom(2_000_000), kind="file")
        (file,) = drop.items
        assert await page.open(drop) == "ok"
        codes = list(await asyncio.gather(*(page.bring(drop, file) for _ in range(6))))
        while "ok" not in codes:
            codes.append(await page.bring(drop, file))
        assert set(codes) <= {"ok", "later"}
        assert await page.bring(drop, drop.manifest) == "ok"
        assert set(await asyncio.gather(*(page.commit(drop) for _ in range(6)))) == {"ok"}
        assert await stored(page, drop.id) == [each.content for each in drop.files]


async def test_nobody_reaches_into_anothers_upload(tmp_path: Path) -> None:
    """A name of an item is of its upload alone; an upload is named by who drew it."""
    async with door(tmp_path) as page:
        mine, theirs = drop_of(b"uno"), drop_of(b"dos")
        theirs.items = [Sealed(theirs.items[0].content, mine.items[0].id)]
        assert [await page.open(each) for each in (mine, theirs)] == ["ok", "ok"]
        assert {*await page.bring_all(mine), *await page.bring_all(theirs)} == {"ok"}
        assert await page.open(drop_of(b"x", upload=mine.id)) == "ok", "the drop's id is no upload's"
        assert [await page.commit(each) for each in (theirs, mine)] == ["ok", "ok"]
        assert (await stored(page, mine.id))[0] == mine.items[0].content
        assert (await stored(page, theirs.id))[0] == theirs.items[0].content


async def test_no_request_ends_in_a_failure_of_ours(tmp_path: Path) -> None:
    chance = random.Random(7)
    words: list[object] = [
        "0a" * 16,
        "0b" * 32,
        "",
        "x",
        None,
        True,
        -1,
        2**70,
        1.5,
        [],
        {},
        "\x00",
        "é" * 40,
    ]
    keys = [
        "desk",
        "size",
        "nonce",
        "items",
        "manifest",
        "tag",
        "uploads",
        "upload",
        "mailbox",
        "reply",
        "from",
    ]
    async with door(tmp_path) as page:
        for _ in range(60):
            body = {chance.choice(keys): chance.choice(words) for _ in range(chance.randrange(5))}
            path = chance.choice(
                ("drops", "withdraw", "mailbox", "read", "0a" * 16, "0a" * 16 + "/" + "0b" * 16)
            )
            method = chance.choice(("PUT", "POST", "GET"))
            status, _ = await page.ask(method, f"door/{path}", body)
            assert status < 500
        for content in (b"[" * 60_000, b"\xff", b"{" * 100, json.dumps({"desk": 1e400}).encode()):
            status, _ = await page.ask("POST", "door/drops", content, **{"Content-Type": "application/json"})
            assert status == 400


async def test_no_log_and_no_file_tells_who_asked_for_what(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t").mkdir()
    uninstall = redact.install()
    try:
        caplog.set_level(logging.DEBUG)
        async with door(tmp_path) as page:
            drop = drop_of(b"CANARYTEXT", os.urandom(1_500_000), kind="file", tag="ab" * 32)
            assert await page.send(drop) == "ok"
            _, writer = await raw(page, "NONSENSE CANARY HTTP/9\n\n")
            told = f"{page.url}CANARYPATH?CANARYQUERY"
            async with page.session.get(told, headers={"X-Forwarded-For": "CANARYADDRESS"}) as answer:
                assert answer.status == 404
            writer.close()
            mailbox = os.urandom(16)
            await page.mailbox(mailbox)
    finally:
        uninstall()
    theirs = [
        record for record in caplog.records if record.name.partition(".")[0] not in ("asyncio", "aiohttp")
    ]
    said = "\n".join(record.getMessage() for record in theirs)
    secrets = (drop.upload, drop.id, "CANARY", "127.0.0.1", mailbox.hex(), drop.items[0].id)
    assert not [secret for secret in secrets if secret in said]
    on_disk = b"".join(all_files(tmp_path))
    assert drop.upload.encode() not in on_disk, "an id in a proxy's log leads nowhere by itself"
    assert bytes.fromhex(drop.upload) not in on_disk
    assert mailbox not in on_disk
    assert b"CANARY" not in on_disk
    assert not [name for name in ("X-Forwarded-For", "127.0.0.1") if name.encode() in on_disk]
