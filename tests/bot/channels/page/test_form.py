"""The plain form: read, cleaned and sealed like what came in a chat, once, and never on a disk."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from starlette.applications import Starlette

from bot.channels.listening import bound, listening
from bot.channels.page.form import Form
from bot.dialogue.catalogues import load
from bot.intake.files import Files
from bot.intake.form import drop_id_of
from bot.page_server import form_of
from bot.runtime import RuntimeFolder
from bot.settings import PageSettings
from codes.languages import LANGUAGES
from crypto.mailbox import CodenameRoot
from scrub.scrubber import ScrubberError
from tests.bot.conftest import House
from tests.bot.dialogue.test_desks import Two, two

__all__ = ["two"]

ONION = {"Host": "abc.onion"}


class Browser:
    """Fills the form as a browser without scripts does."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def get(self, path: str = "form/en", **headers: str) -> tuple[int, str]:
        async with self.session.get(self.url + path, headers=ONION | headers) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            text = await answer.text()
            assert len(text.encode()) % 16384 == 0
            return answer.status, text.strip()

    async def once(self) -> str:
        found = re.search('name="once" value="([0-9a-f]{32})"', (await self.get())[1])
        assert found is not None
        return found[1]

    async def post(
        self, text: str, *files: bytes, once: str | None = None, language: str = "en", **fields: str
    ) -> tuple[int, str]:
        form = FormData()
        form.add_field("once", once or await self.once())
        for name, value in fields.items():
            form.add_field(name, value)
        form.add_field("text", text)
        for content in files or (b"",):
            form.add_field("file", content, filename="CANARYNAME.jpg", content_type="image/jpeg")
        return await self.raw(form, language)

    async def raw(self, data: Any, language: str = "en") -> tuple[int, str]:
        async with self.session.post(f"{self.url}form/{language}", data=data, headers=ONION) as answer:
            text = await answer.text()
            assert len(text.encode()) % 16384 == 0
            return answer.status, text.strip()


@asynccontextmanager
async def form(house: House, runtime: RuntimeFolder | None = None, **told: Any) -> AsyncIterator[Browser]:
    texts = load()
    parts = form_of(
        PageSettings.model_validate(told),
        house.store,
        list(house.dialogue._intake.receivers),
        house.dialogue._intake,
        say=lambda language, key: texts[language].messages.gettext(key),
        runtime=runtime or house.runtime,
        day=house.clock.day,
        tally=house.tally,
    )
    mine = bound("127.0.0.1", 0)
    app = Starlette(routes=Form(parts, "/").routes())
    async with listening(app, [mine]), ClientSession() as session:
        yield Browser(session, f"http://127.0.0.1:{mine.getsockname()[1]}/")


async def test_a_form_becomes_a_drop_like_a_chats(house: House, photo: bytes) -> None:
    async with form(house) as browser:
        status, text = await browser.post("CANARYTEXT", photo)
        assert status == 200
        assert "Received" in text
        codename = re.search("<code>(.+?)</code>", text)
        assert codename is not None
        assert len(codename[1].split()) == 7
        ((manifest, items),) = await house.sent()
        assert (manifest.channel, manifest.language, manifest.mailbox is None) == ("form", "en", False)
        assert [(item.kind, item.cleaning) for item, _ in items] == [("text", "text"), ("file", "clean")]
        assert items[0][1] == b"CANARYTEXT"
        assert b"CANARY" not in house.everything_written()


async def test_a_form_that_is_sent_again_is_one_drop(house: House) -> None:
    async with form(house) as browser:
        once = await browser.once()
        assert (await browser.post("uno", once=once))[0] == 200
        status, text = await browser.post("uno", once=once)
        assert (status, "sent already" in text) == (200, True)
        assert len(await house.sent()) == 1


@pytest.mark.parametrize("language", ["es", "sq"])
async def test_a_form_whose_answer_was_lost_shows_the_same_codename_again(
    house: House, language: str
) -> None:
    """Without it nobody could read an answer, or take the drop back."""
    async with form(house) as browser:
        once = await browser.once()
        shown = []
        for _ in range(3):
            status, text = await browser.post("uno", once=once, language=language)
            assert status == 200
            shown.append(re.findall("<code>(.+?)</code>", text))
        assert shown == [shown[0]] * 3
        ((codename,),) = {tuple(each) for each in shown}
        root = await house.dialogue._intake.codenames.new_root(codename, language)
        ((manifest, _),) = await house.sent()
        desk_id = await house.store.mailboxes.desk_id()
        assert manifest.mailbox == CodenameRoot(bytes.fromhex(root)).mailbox(desk_id).id
        assert codename.encode() not in house.everything_written()
        other = re.findall("<code>(.+?)</code>", (await browser.post("dos", language=language))[1])
        assert other not in ([], shown[0])


async def test_a_form_that_comes_again_after_a_power_cut_is_one_drop(house: House, tmp_path: Path) -> None:
    """Its codename can't be shown then, and no other one is, which would open nothing."""
    async with form(house) as browser:
        once = await browser.once()
        assert (await browser.post("uno", once=once))[0] == 200
    async with form(house, RuntimeFolder.open(tmp_path / "anew")) as browser:
        status, text = await browser.post("uno", once=once)
        assert (status, "sent already" in text, "<code>" in text) == (200, True, False)
        assert len(await house.sent()) == 1
        assert re.findall("<code>(.+?)</code>", (await browser.post("dos"))[1])


async def test_what_cannot_be_cleaned_goes_only_where_that_was_wished(house: House) -> None:
    async with form(house) as browser:
        status, text = await browser.post("", b"MZ\x90\x00" + os.urandom(500))
        assert status == 422
        assert "Nothing was sent" in text
        assert await house.sent() == []
        status, text = await browser.post("", b"MZ\x90\x00" + os.urandom(500), as_is="yes")
        assert status == 200
        ((_, items),) = await house.sent()
        assert [item.cleaning for item, _ in items] == ["uncleaned"]
        status, text = await browser.post("uno", b"\xff\xd8\xff broken")
        assert (status, "Not taken" in text) == (200, True)
        assert (await browser.post("  "))[1].count("nothing to send") == 1


async def test_a_cleaner_that_does_not_start_is_told_and_leaves_nothing(
    house: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ScrubberError("the process that cleans files doesn't start")

    monkeypatch.setattr(Files, "_copy", fails)
    async with form(house) as browser:
        once = await browser.once()
        status, text = await browser.post("uno", photo, once=once)
        assert (status, "did not work" in text) == (503, True)
        assert not await house.store.items(drop_id_of(once, "en"))


async def test_a_desk_is_chosen_where_there_are_several(two: Two) -> None:
    async with form(two.house) as browser:
        assert 'name="desk" value="' in (await browser.get())[1]
        assert (await browser.post("uno"))[0] == 400
        assert (await browser.post("uno", desk="nobody"))[0] == 400
        assert (await browser.post("uno", desk="news"))[0] == 200


async def test_the_form_is_for_the_onion_service_in_every_language(house: House) -> None:
    async with form(house) as browser:
        for language in LANGUAGES:
            status, text = await browser.get(f"form/{language}")
            assert (status, f'lang="{language}"' in text, "form_" in text) == (200, True, False)
        assert (await browser.get("form/xx"))[0] == 404
        assert (await browser.get(Host="desk.example"))[0] == 404
        assert (await browser.get(Host="evil.onion.example"))[0] == 404
    async with form(house, form="everywhere") as browser:
        assert (await browser.get(Host="desk.example"))[0] == 200


NO_FORMS = (
    b"",
    b"--x\r\n\r\n",
    b"--x\r\n" + b"A: b\r\n" * 100,
    b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nwithout an end',
    b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nx\r\n--x--\r\n',
    b"\xff" * 1000,
)


async def test_what_is_no_form_is_told_and_leaves_nothing(house: House) -> None:
    async with form(house) as browser:
        headers = ONION | {"Content-Type": "multipart/form-data; boundary=x"}
        for body in NO_FORMS:
            async with browser.session.post(f"{browser.url}form/en", data=body, headers=headers) as answer:
                assert answer.status == 400
                assert "did not work" in await answer.text()
        assert await house.sent() == []


async def test_a_form_that_is_torn_off_leaves_no_draft(house: House) -> None:
    once = "0a" * 16
    async with form(house) as browser:

        async def torn() -> AsyncIterator[bytes]:
            yield f'--x\r\nContent-Disposition: form-data; name="once"\r\n\r\n{once}\r\n'.encode()
            yield b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nuno\r\n'
            yield b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhalf of'

        headers = ONION | {"Content-Type": "multipart/form-data; boundary=x"}
        async with browser.session.post(f"{browser.url}form/en", data=torn(), headers=headers) as answer:
            assert answer.status == 400
        assert await house.store.drop_state(house.runtime.tag("form", once, "en")) is None
        assert (await browser.post("dos", once=once))[0] == 200
        ((_, ((_, content),)),) = await house.sent()
        assert content == b"dos"


def part(name: str, content: bytes = b"") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + content


async def test_forms_that_bring_a_byte_now_and_then_keep_nobody_out(
    house: House, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: two slow files for an hour, and no other source has a form. Words need no such place."""
    monkeypatch.setattr("bot.channels.listening.AHEAD_BYTES", 1024)
    ended = asyncio.Event()
    async with form(house) as browser:

        async def slow() -> tuple[int, str]:
            async def torn() -> AsyncIterator[bytes]:
                yield part("once", os.urandom(16).hex().encode()) + b"\r\n" + part("text", b"x\r\n")
                yield part("file", b"half of")
                await ended.wait()

            headers = ONION | {"Content-Type": "multipart/form-data; boundary=x"}
            url = f"{browser.url}form/en"
            async with browser.session.post(url, data=torn(), headers=headers) as answer:
                return answer.status, await answer.text()

        crowd = [asyncio.create_task(slow()) for _ in range(4)]
        await asyncio.sleep(0.5)
        assert (await browser.post("uno"))[0] == 200
        assert (await browser.post("dos", photo))[0] == 200
        ended.set()
        assert {status for status, _ in await asyncio.gather(*crowd)} <= {400, 503}
    assert len(await house.sent()) == 2


async def test_another_website_sends_no_form(house: House) -> None:
    async with form(house) as browser:
        for told in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.onion"}):
            headers = ONION | told
            async with browser.session.post(f"{browser.url}form/en", data=b"", headers=headers) as answer:
                assert answer.status == 403
        for told in ({"Origin": "null"}, {"Origin": "http://abc.onion"}, {"Sec-Fetch-Site": "same-origin"}):
            headers = ONION | told
            async with browser.session.post(f"{browser.url}form/en", data=b"", headers=headers) as answer:
                assert answer.status == 400
