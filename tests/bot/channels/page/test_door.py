"""The page's door over HTTP: what comes in parts becomes a drop like any other, once, after its commit."""

import hashlib
import io
import os
import re
from datetime import date, timedelta
from pathlib import Path

from bot.channels.page.answers import SMALL, STATUS
from bot.channels.page.app import COMMIT_BYTES, JSON_BYTES
from bot.intake.door import BLOCK, DROP_LABEL, QUESTION, DoorLimits
from bot.intake.quota import Limits
from bot.store.mailboxes import NewReply
from crypto.codename import generate, root
from crypto.item import open_item
from crypto.manifest import open_manifest
from tests.bot.channels.page.door import DAY, PART, REVIEWER, Page, Sealed, door, drop_of
from tests.bot.export.exporting import SERVER, run_export, write_key

MAILBOX = root(generate("en")).mailbox(bytes(16))
TOKEN = b"sixteen  bytes !"


def read_files(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.glob("silbo.db*")]


async def stored(page: Page, drop_id: str) -> list[bytes]:
    items = await page.store.items(drop_id)
    return [b"".join([piece async for piece in page.store.read(item.id)]) for item in items]


async def test_what_came_in_parts_is_a_drop_as_the_bots_own_intake_leaves_it(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(b"uno", os.urandom(2_500_000), b"dos", kind="file")
        assert await page.send(drop) == "ok"
        items = await page.store.items(drop.id)
        assert [item.state for item in items] == ["kept", "kept", "kept", "manifest"]
        assert [item.position for item in items] == [1, 2, 3, 4]
        assert await stored(page, drop.id) == [file.content for file in drop.files]
        assert not {item.id for item in items} & {file.id for file in drop.files}
        await page.store.sweep(DAY, retention=90)
        assert await stored(page, drop.id) == [file.content for file in drop.files]
        key = write_key(tmp_path / "signing.key", SERVER)
        (tmp_path / "stick").mkdir()
        report = await run_export(page.store, key, tmp_path / "stick", DAY)
        assert report is not None
        (tar,) = (tmp_path / "stick").rglob(f"{drop.id}.tar")
        assert open_manifest(drop.manifest.content, [REVIEWER]).channel == "page"
        found = io.BytesIO()
        open_item(io.BytesIO(drop.items[0].content), found, [REVIEWER])
        assert drop.items[0].content in tar.read_bytes()


async def test_parts_in_any_order_and_again_make_one_drop(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(os.urandom(9_000_000), kind="file")
        (file,) = drop.items
        assert len(file.content) > PART
        assert [await page.open(drop) for _ in range(2)] == ["ok", "ok"]
        for number in (1, 0, 1, 0):
            assert await page.bring(drop, file, number) == "ok"
        assert await page.commit(drop) == "missing"
        assert await page.bring(drop, drop.manifest) == "ok"
        status, here = await page.ask("GET", f"door/{drop.upload}")
        assert (status, here["done"]) == (200, 0)
        assert here["parts"] == {file.id: "0-1", drop.manifest.id: "0"}
        assert [await page.commit(drop) for _ in range(3)] == ["ok"] * 3
        assert await stored(page, drop.id) == [file.content for file in drop.files]
        assert await page.open(drop) == "other", "its room is given back"
        assert await page.bring(drop, file) == "unknown"


async def test_other_bytes_under_an_id_change_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(b"uno")
        (file,) = drop.items
        assert await page.open(drop) == "ok"
        assert await page.bring(drop, file) == "ok"
        assert await page.bring(drop, file, content=b"x" * len(file.content)) == "other"
        assert await page.open(drop, size=drop.size + 1) == "other"
        assert await page.bring(drop, drop.manifest) == "ok"
        assert await page.commit(drop) == "ok"
        again = drop_of(b"otro", upload=drop.upload)
        assert await page.commit(again) == "other"
        assert (await stored(page, drop.id))[0] == file.content


async def test_a_part_that_is_not_what_its_hash_says_is_sent_anew(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(b"uno")
        (file,) = drop.items
        assert await page.open(drop, size=2 * drop.size) == "ok"
        harmed = file.content[:-1] + bytes([file.content[-1] ^ 1])
        assert await page.bring(drop, file, content=harmed) == "ok"
        assert await page.bring(drop, drop.manifest) == "ok"
        assert await page.commit(drop) == "hash"
        assert await page.commit(drop) == "missing"
        drop.items = [Sealed(file.content)]
        assert await page.bring(drop, drop.items[0]) == "ok"
        assert await page.commit(drop) == "ok"


async def test_what_is_no_sealed_file_is_refused(tmp_path: Path) -> None:
    """The attack: a server as a store for strangers' files, or a reader's time for nothing."""
    for content in (b"MZ" * 5000, drop_of(b"x").items[0].content + b"\0", b"age-encryption.org/v1\n-> X"):
        async with door(tmp_path) as page:
            drop = drop_of(b"uno")
            drop.items = [Sealed(content)]
            assert await page.send(drop) == "shape"
            assert await page.store.drop_state(drop.id) is None


async def test_more_than_was_asked_for_is_not_taken(tmp_path: Path) -> None:
    limits = DoorLimits(drop=10_000_000, unfinished=20_000_000)
    async with door(tmp_path, limits=limits) as page:
        drop = drop_of(b"uno")
        assert await page.open(drop, size=10_000_001) == "too_big"
        assert await page.open(drop, size=30_000) == "ok"
        assert await page.bring(drop, drop.items[0]) == "ok"
        assert await page.bring(drop, drop.manifest) == "too_big"
        assert await page.bring(drop, Sealed(b"x"), content=b"x" * (PART + 1)) == "too_big"
        assert await page.bring(drop, Sealed(b"x"), number=2, content=b"x") == "too_big"
        assert await page.open(drop_of(b"x"), size=10_000_000) == "ok"
        assert await page.open(drop_of(b"x"), size=10_000_000) == "full"


async def test_a_full_server_is_said_before_anything_comes(tmp_path: Path) -> None:
    async with door(tmp_path, room=Limits(total=1_000_000)) as page:
        assert await page.open(drop_of(b"x"), size=400_000) == "ok"
        assert await page.open(drop_of(b"x"), size=200_000) == "full", "half is for who is in the chat"


async def test_a_desk_that_is_none_closed_or_without_a_key(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop = drop_of(b"uno")
        assert await page.open(drop, desk="0" * 32) == "gone"
        assert await page.bring(drop, drop.items[0]) == "unknown"
        assert await page.commit(drop) == "unknown"
        assert (await page.ask("GET", f"door/{drop.upload}"))[0] == 404
        assert await page.open(drop) == "ok"
        await page.bring_all(drop)
        await page.store.close_desk("", DAY)
        assert await page.commit(drop) == "gone"
        assert await page.open(drop_of(b"x")) == "gone"
    async with door(tmp_path, day=date(2026, 12, 1)) as page:
        await page.store.reopen_desk("")
        assert await page.open(drop_of(b"x")) == "closed", "the list ended while the page was open"


async def test_an_upload_that_is_never_committed_ends_and_leaves_nothing(tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    async with door(tmp_path) as page:
        drop = drop_of(content, kind="file")
        assert await page.open(drop) == "ok"
        assert await page.bring(drop, drop.items[0]) == "ok"
        await page.store.sweep(DAY + timedelta(days=1), retention=90)
        assert await page.states(drop.upload) == "1"
        await page.store.purge(DAY + timedelta(days=2), retention=90, reviewers={})
        assert await page.states(drop.upload) == "0"
        assert await page.bring(drop, drop.manifest) == "unknown"
        sealed = drop.items[0].content
        assert await page.store.uploads.asked() == {}
    left = b"".join(read_files(tmp_path))
    assert not any(sealed[place : place + 64] in left for place in range(0, len(sealed), 4096))


async def test_a_drop_is_withdrawn_by_who_has_the_tag_until_a_batch_has_it(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        drop, other = drop_of(b"uno", tag="ab" * 32), drop_of(b"dos", tag="cd" * 32)
        assert [await page.send(each) for each in (drop, other)] == ["ok", "ok"]
        asked = {"upload": drop.upload, "tag": "cd" * 32}
        assert (await page.ask("POST", "door/withdraw", asked))[1]["state"] == "0"
        assert await page.states(drop.upload, other.upload) == "22"
        for _ in range(2):
            asked = {"upload": drop.upload, "tag": "ab" * 32}
            assert (await page.ask("POST", "door/withdraw", asked))[1] == {"code": "ok", "state": "4"}
        assert await page.store.drop_state(drop.id) is None
        assert await page.open(drop) == "other", "an id is used once"
        await page.store.plan_batch(DAY)
        asked = {"upload": other.upload, "tag": "cd" * 32}
        assert (await page.ask("POST", "door/withdraw", asked))[1]["state"] == "3"
        assert await page.states(drop.upload, other.upload) == "43"


async def test_a_mailbox_gives_one_block_whether_anything_is_in_it_or_not(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        assert await page.mailbox(os.urandom(16)) == ({"code": "ok", "replies": [], "pieces": []}, [])
        sealed = sorted((os.urandom(size) for size in (28_942, 28_942, 300_000, 28_942)), key=_hash)
        for each in sealed:
            new = NewReply(_hash(each), MAILBOX.address, hashlib.sha256(TOKEN).digest())
            assert await page.store.mailboxes.deliver(new, each, DAY)
        document, found = await page.mailbox(MAILBOX.id)
        assert [reply["sha256"] for reply in document["replies"]] == [_hash(each).hex() for each in sealed]
        together: dict[str, bytes] = {}
        for _ in range(5):
            for piece, data in zip(document["pieces"], found, strict=True):
                together[piece["sha256"]] = together.get(piece["sha256"], b"") + data
            last = document["pieces"][-1]
            document, found = await page.mailbox(MAILBOX.id, last["sha256"], last["from"] + last["size"])
            if [len(data) for data in found] == [0]:
                break
        assert [together[_hash(each).hex()] for each in sealed] == sealed
        first = _hash(sealed[0]).hex()
        asked = {"desk": page.desk, "mailbox": MAILBOX.id.hex(), "reply": first, "token": TOKEN.hex()}
        for wrong in (
            {"token": "00" * 16},
            {"mailbox": "00" * 16},
            {"reply": "00" * 32},
            {"desk": "00" * 16},
        ):
            assert await page.code("POST", "door/read", asked | wrong) == "ok"
        assert len((await page.mailbox(MAILBOX.id))[0]["replies"]) == 4
        assert [await page.code("POST", "door/read", asked) for _ in range(2)] == ["ok", "ok"]
        assert len((await page.mailbox(MAILBOX.id))[0]["replies"]) == 3
        assert [mark.token for mark in await page.store.mailboxes.marks()] == [TOKEN]


async def test_work_is_asked_for_and_counts_for_one_upload(tmp_path: Path) -> None:
    async with door(tmp_path, limits=DoorLimits(50_000_000, 200_000_000, work_bits=8)) as page:
        status, desks = await page.ask("GET", "door/desks")
        assert (status, desks["work"]["bits"], desks["day"]) == (200, 8, "2026-11-21")
        drop = drop_of(b"uno")

        def worked(upload: str) -> str:
            for number in range(100_000):
                text = f"silbo/v1 work:{desks['work']['challenge']}:{upload}:{number:x}"
                if hashlib.sha256(text.encode()).digest()[0] == 0:
                    return f"{number:x}"
            raise AssertionError

        nonce = worked(drop.upload)
        refused = [await page.open(drop_of(b"x"), nonce=nonce) for _ in range(3)]
        assert "work" in refused
        assert await page.open(drop, nonce=nonce) == "ok"
        assert await page.open(drop) == "ok", "paid once"


async def test_the_page_is_the_same_for_everybody_and_leaves_nothing(tmp_path: Path) -> None:
    async with door(tmp_path, path="/x/") as page:
        async with page.session.get(page.url) as answer:
            text, headers = await answer.text(), answer.headers
        assert 'id="desks"' in text
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")
        assert headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
        assert not {"Server", "Date", "Set-Cookie", "ETag", "Last-Modified"} & set(headers)
        async with page.session.get(page.url, headers={"Accept-Encoding": "identity"}) as answer:
            assert await answer.text() == text
        for path in ("door", "door/x", "../", "door/desks/", "x"):
            assert (await page.ask("GET", path))[0] in (400, 404)


def _hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


WRONG: list[tuple[str, str, object]] = [
    ("PUT", "door/{id}", {"desk": "x", "size": 1, "nonce": ""}),
    ("PUT", "door/{id}", {"desk": "0" * 32, "size": True, "nonce": ""}),
    ("PUT", "door/{id}", {"desk": "0" * 32, "size": 1, "nonce": "", "more": 1}),
    ("PUT", "door/{ID}", {"desk": "0" * 32, "size": 1, "nonce": ""}),
    ("PUT", "door/{id}", [[[]]]),
    ("PUT", "door/{id}/{id}/-1", b"x"),
    ("PUT", "door/{id}/{id}/01", b"x"),
    ("PUT", "door/{id}/{id}/0", {}),
    ("POST", "door/{id}", {"items": [], "manifest": None, "tag": None}),
    ("POST", "door/drops", {"uploads": []}),
    ("POST", "door/drops", b"[]"),
    ("POST", "door/mailbox", {"mailbox": "0" * 32, "reply": None, "from": 1}),
    ("DELETE", "door/{id}", None),
    ("OPTIONS", "door/drops", None),
]


async def test_what_is_not_as_drawn_is_malformed_and_another_website_asks_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as page:
        for method, path, body in WRONG:
            asked = path.replace("{id}", "0a" * 16).replace("{ID}", "0A" * 16)
            assert await page.code(method, asked, body) == "malformed", (method, path)
        abroad = {"Sec-Fetch-Site": "cross-site"}
        assert await page.code("PUT", f"door/{'0a' * 16}/{'0a' * 16}/0", b"x", **abroad) == "foreign"
        assert await page.code("GET", "door/desks", **abroad) == "foreign"


def test_the_numbers_and_codes_are_those_of_the_protocol() -> None:
    document = (Path(__file__).parents[4] / "docs" / "protocol.md").read_text("utf-8")
    section = document.partition("## The door of the page\n")[2].partition("\n## ")[0]
    codes = dict(re.findall(r"(?m)^\| `([a-z_]+)` \| ([0-9]{3}) \|", section))
    assert {code: int(status) for code, status in codes.items()} == STATUS
    rows = section.partition("Door parameter")[2].partition("\n\n")[0]
    table = dict(re.findall(r"(?m)^\| ([a-zA-Z ,]+) \| `?([^`|]+?)`? \|$", rows))
    assert table["drop label"] == DROP_LABEL.decode()
    numbers = {name: int(value) for name, value in table.items() if value.isdecimal()}
    assert numbers == {
        "part, bytes": PART,
        "small answer, bytes": SMALL,
        "block of a mailbox, bytes": BLOCK,
        "ids in one question": QUESTION,
        "body of a commit, bytes": COMMIT_BYTES,
        "other request body that is JSON, bytes": JSON_BYTES,
        "item id, bytes": 16,
    }
