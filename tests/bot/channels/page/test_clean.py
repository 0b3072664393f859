"""A file that its source lets the server clean: the copy goes back, nothing stays, and nobody shuts it."""

import asyncio
import hashlib
import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from bot.channels.page import app
from bot.intake.copies import LARGEST, Copies, Unable
from bot.intake.door import DoorLimits
from crypto.padding import padded_size
from scrub.report import Clean
from scrub.scrubber import Scrubber
from tests.bot.channels.page.door import Page, door
from tests.bot.channels.page.test_attack_door import all_files
from tests.scrub.pdf_files import document


class Held(Copies):
    """Cleans when it is told to."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.begun, self.both = 0, asyncio.Event()

    async def of(self, untrusted: bytes) -> Clean | None:
        self.begun += 1
        if self.begun == 2:
            self.both.set()
        await self.go.wait()
        return Clean(untrusted, "application/pdf", "pdf")


class Broken(Copies):
    def __init__(self) -> None:
        pass

    async def of(self, untrusted: bytes) -> Clean | None:
        raise Unable


def enclosed(content: bytes) -> bytes:
    """As the page sends it."""
    body = len(content).to_bytes(4, "big") + content
    return body.ljust(padded_size(len(body)), b"\0")


async def cleaned(page: Page, content: bytes) -> tuple[dict[str, Any], bytes]:
    headers = {"Content-Type": "application/octet-stream"}
    async with page.session.post(f"{page.url}door/clean", data=enclosed(content), headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"
        body = await answer.read()
    assert len(body) == padded_size(len(body)), "a size class tells little"
    (length,) = struct.unpack(">I", body[:4])
    document = json.loads(body[4 : 4 + length])
    content, rest = body[4 + length :][: document["size"]], body[4 + length + document["size"] :]
    assert not rest.strip(b"\0")
    return document, content


async def test_a_file_is_cleaned_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    async with Scrubber() as scrubber, door(tmp_path, copies=Copies(scrubber)) as page:
        assert (await page.ask("GET", "door/desks"))[1]["cleans"] == LARGEST
        before = sorted(all_files(tmp_path))
        told, content = await cleaned(page, document(catalog=b"/Lang(CANARY)"))
        assert (told["code"], told["media_type"], told["extension"]) == ("ok", "application/pdf", "pdf")
        assert content.startswith(b"%PDF")
        assert b"CANARY" not in content
        assert sorted(all_files(tmp_path)) == before
        assert await page.code("POST", "door/clean", enclosed(b"MZ\x90\0 CANARY")) == "not_clean"
        assert await page.code("POST", "door/clean", enclosed(b"")) == "not_clean"
        told_more = (2**32 - 1).to_bytes(4, "big") + enclosed(b"x")[4:]
        for other in (b"", b"\0\0\0", document(), enclosed(b"x")[:-1], enclosed(b"x") + b"\0", told_more):
            assert await page.code("POST", "door/clean", other) == "malformed"
        assert await page.code("POST", "door/clean", {"a": 1}) == "malformed"
        assert await page.code("PUT", "door/clean", b"x") == "malformed"
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert await page.code("POST", "door/clean", enclosed(document()), **foreign) == "foreign"
        assert not any(b"CANARY" in file for file in all_files(tmp_path))


async def test_where_nothing_is_cleaned_or_can_be_that_is_said(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        assert (await page.ask("GET", "door/desks"))[1]["cleans"] == 0
        assert await page.code("POST", "door/clean", enclosed(document())) == "gone"
    async with door(tmp_path, copies=Broken()) as page:
        assert await page.code("POST", "door/clean", enclosed(document())) == "later"


async def test_many_that_want_cleaning_take_no_more_memory_than_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third is told to come later; a huge one is cut."""
    monkeypatch.setattr(app, "LARGEST", 50_000)
    held = Held()
    async with door(tmp_path, copies=held) as page:
        assert await page.code("POST", "door/clean", enclosed(bytes(60_000))) == "too_big"
        assert await page.code("POST", "door/clean", bytes(100_000)) == "too_big"
        both = [asyncio.create_task(cleaned(page, document())) for _ in range(2)]
        await held.both.wait()
        assert await page.code("POST", "door/clean", enclosed(document())) == "later"
        held.go.set()
        assert [told["code"] for told, _ in await asyncio.gather(*both)] == ["ok", "ok"]


def test_a_proxy_as_it_is_told_passes_a_file_and_keeps_none() -> None:
    told = (Path(__file__).parents[4] / "docs" / "operators.md").read_text("utf-8")
    (most,) = re.findall(r"`client_max_body_size ([0-9]+)m`", told)
    assert int(most) << 20 >= padded_size(4 + LARGEST)
    assert "`proxy_request_buffering off; proxy_buffering off;" in told


async def unfetched(page: Page) -> asyncio.StreamWriter:
    """Somebody who asks for a copy and reads no more of the answer than its beginning."""
    body = enclosed(b"a small file")
    reader, writer = await asyncio.open_connection("127.0.0.1", page.port, limit=1024)
    head = "POST /door/clean HTTP/1.1\nHost: h\nContent-Type: application/octet-stream"
    head += f"\nContent-Length: {len(body)}\n\n"
    writer.write(head.replace("\n", "\r\n").encode() + body)
    assert await reader.read(12) == b"HTTP/1.1 200"
    return writer


async def test_copies_that_nobody_fetches_fill_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: a small file whose copy is large, again and again, and no answer is read. It was one copy
    a connection, of 600.
    """
    large = Held()
    large.go.set()
    monkeypatch.setattr(
        large, "of", lambda _: asyncio.sleep(0, Clean(bytes(30_000_000), "application/pdf", "pdf"))
    )
    monkeypatch.setattr(app, "LEAST_RATE", 0.0)
    async with door(tmp_path, copies=large) as page:
        held = [await unfetched(page) for _ in range(2)]
        assert await page.code("POST", "door/clean", enclosed(b"x")) == "later", "both places are taken"
        for writer in held:
            writer.close()
    monkeypatch.setattr(app, "LEAST_RATE", float("inf"))
    (tmp_path / "other").mkdir()
    async with door(tmp_path / "other", copies=large) as page:
        held = [await unfetched(page) for _ in range(4)]
        told, content = await cleaned(page, b"x")
        assert (told["code"], len(content)) == ("ok", 30_000_000), "who fetches nothing gives way"
        for writer in held:
            writer.close()


async def test_the_page_leaves_half_of_the_cleaner_to_the_chat() -> None:
    """The attack: two files at the door, each as slow as a file may be, so that the chat waits for both."""
    begun = 0

    class Slow(Scrubber):
        async def scrub(self, data: bytes, choices: object = None) -> Clean:
            nonlocal begun
            begun += 1
            await asyncio.sleep(0.05)
            assert begun == 1
            begun -= 1
            return Clean(data, "application/pdf", "pdf")

    copies = Copies(Slow())
    assert all(await asyncio.gather(*(copies.of(b"%PDF") for _ in range(3))))


async def test_work_is_asked_for_and_counts_for_one_file(tmp_path: Path) -> None:
    """Cleaning costs a server more than anything else that its door does."""
    limits = DoorLimits(50_000_000, 200_000_000, work_bits=8)
    held = Held()
    held.go.set()
    async with door(tmp_path, copies=held, limits=limits) as page:
        challenge = (await page.ask("GET", "door/desks"))[1]["work"]["challenge"]

        def worked(name: str) -> str:
            for number in range(100_000):
                text = f"silbo/v1 work:{challenge}:{name}:{number:x}"
                if hashlib.sha256(text.encode()).digest()[0] == 0:
                    return f"{name}:{number:x}"
            raise AssertionError

        async def status(**work: str) -> int:
            headers = {"Content-Type": "application/octet-stream", **work}
            data = enclosed(b"x")
            async with page.session.post(f"{page.url}door/clean", data=data, headers=headers) as answer:
                await answer.read()
                return answer.status

        mine = {"Silbo-Work": worked("a" * 32)}
        for wrong in (
            "",
            "x",
            "a" * 32,
            ":",
            f"{worked('b' * 32)[:-1]}x",
            "b" * 32 + mine["Silbo-Work"][32:],
        ):
            assert await status(**{"Silbo-Work": wrong}) == 403
        assert await status() == 403
        assert held.begun == 0
        assert [await status(**mine) for _ in range(2)] == [200, 403]
        assert await status(**{"Silbo-Work": worked("c" * 32)}) == 200
    (tmp_path / "other").mkdir()
    async with door(tmp_path / "other", copies=held) as page:
        await cleaned(page, b"x")
