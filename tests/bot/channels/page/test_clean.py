"""A file that its source lets the server clean: the copy goes back, nothing stays, and nobody shuts it."""

import asyncio
import json
import struct
from pathlib import Path
from typing import Any

import pytest

from bot.channels.page import app
from bot.intake.copies import LARGEST, Copies, Unable
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


async def cleaned(page: Page, content: bytes) -> tuple[dict[str, Any], bytes]:
    headers = {"Content-Type": "application/octet-stream"}
    async with page.session.post(f"{page.url}door/clean", data=content, headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
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
        assert await page.code("POST", "door/clean", b"MZ\x90\0 CANARY") == "not_clean"
        assert await page.code("POST", "door/clean", b"") == "not_clean"
        assert await page.code("POST", "door/clean", {"a": 1}) == "malformed"
        assert await page.code("PUT", "door/clean", b"x") == "malformed"
        foreign = {"Sec-Fetch-Site": "cross-site"}
        assert await page.code("POST", "door/clean", document(), **foreign) == "foreign"
        assert not any(b"CANARY" in file for file in all_files(tmp_path))


async def test_where_nothing_is_cleaned_or_can_be_that_is_said(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        assert (await page.ask("GET", "door/desks"))[1]["cleans"] == 0
        assert await page.code("POST", "door/clean", document()) == "gone"
    async with door(tmp_path, copies=Broken()) as page:
        assert await page.code("POST", "door/clean", document()) == "later"


async def test_many_that_want_cleaning_take_no_more_memory_than_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third is told to come later; a huge one is cut."""
    monkeypatch.setattr(app, "LARGEST", 50_000)
    held = Held()
    async with door(tmp_path, copies=held) as page:
        assert await page.code("POST", "door/clean", bytes(60_000)) == "too_big"
        both = [asyncio.create_task(cleaned(page, document())) for _ in range(2)]
        await held.both.wait()
        assert await page.code("POST", "door/clean", document()) == "later"
        held.go.set()
        assert [told["code"] for told, _ in await asyncio.gather(*both)] == ["ok", "ok"]
