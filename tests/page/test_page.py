"""The page in a real browser, from a saved file without a network: what it makes opens like any drop."""

import io
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from crypto.drop import read_drop
from crypto.item import Item, open_item
from crypto.manifest import Manifest, open_manifest
from crypto.source_parcel import Joining, check_shape
from tests.browser import PHONE, open_page
from tests.page.conftest import DESK_ID, PageReviewer, on_device

WORDS = "Nos obligan a firmar un anexo.\nCANARY-WORDS: la lámpara sobre el tercer escritorio"
PDF = b"%PDF-1.7\nCANARY-AUTHOR-OF-THE-PDF\n"


def locked(page: Page, folder: Path) -> list[Path]:
    """Press the button, and save every part."""
    page.click("#lock")
    page.wait_for_selector("#done h2", timeout=60_000)
    saved = []
    for link in page.query_selector_all(".parts a"):
        with page.expect_download() as download:
            link.click()
        saved.append(folder / download.value.suggested_filename)
        download.value.save_as(saved[-1])
    return saved


def opened(parts: list[Path], reviewer: PageReviewer) -> tuple[Manifest, list[tuple[Item, bytes]]]:
    """What a reviewer reads, part by part in the wrong order."""
    drop = io.BytesIO()
    joining = Joining(drop)
    for part in reversed(parts):
        check_shape(io.BytesIO(part.read_bytes()))
        joining.take(io.BytesIO(part.read_bytes()), [reviewer.identity])
    joining.finish()
    drop.seek(0)
    first, *members = read_drop(drop)

    def content(at: int, size: int) -> bytes:
        return drop.getvalue()[at : at + size]

    manifest = open_manifest(content(first.offset, first.size), [reviewer.identity])
    items = []
    for member in members:
        out = io.BytesIO()
        item = open_item(io.BytesIO(content(member.offset, member.size)), out, [reviewer.identity])
        items.append((item, out.getvalue()))
    return manifest, items


def test_what_the_page_seals_every_reviewer_opens_and_nothing_leaves_it(
    address: str, reviewers: list[PageReviewer], photo: bytes, screenshot: bytes, tmp_path: Path
) -> None:
    began = datetime.now(UTC).date()
    with open_page(address, **PHONE) as (page, visit):
        page.fill("#text", WORDS)
        files = {"IMG_Maria.jpg": photo, "captura.png": screenshot, "anexo.pdf": PDF}
        page.set_input_files("#picker", on_device(tmp_path, files))
        page.click("text=Send it as it is")
        parts = locked(page, tmp_path)
        assert visit.requests == []
        assert visit.complaints == []
    for reviewer in reviewers:
        manifest, items = opened(parts, reviewer)
        assert (manifest.desk, manifest.channel, manifest.language) == ("union", "page", "en")
        assert began <= manifest.day <= datetime.now(UTC).date()
        assert (manifest.desk_id or b"").hex() == DESK_ID
        (text, words), (jpeg, picture), (png, pixels), (pdf, whole) = items
        assert (text.cleaning, words.decode()) == ("text", WORDS)
        assert (pdf.cleaning, pdf.media_type, whole) == ("uncleaned", "application/octet-stream", PDF)
        assert (jpeg.cleaning, jpeg.media_type) == ("clean", "image/jpeg")
        assert {"place", "device", "author", "comment", "color_profile", "trailer"} == set(jpeg.removed)
        assert b"CANARY" not in picture
        assert (png.cleaning, png.removed) == ("clean", ("comment", "trailer"))
        assert b"CANARY" not in pixels
        with Image.open(io.BytesIO(picture)) as now, Image.open(io.BytesIO(photo)) as before:
            assert now.tobytes() == before.tobytes()
            assert dict(now.getexif()) == {0x0112: 6}
        with Image.open(io.BytesIO(pixels)) as now, Image.open(io.BytesIO(screenshot)) as before:
            assert now.tobytes() == before.tobytes()


def test_a_large_file_that_several_workers_seal_is_read_whole(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    """Its chunks are counted across all of them; none has the number of another."""
    large = random.Random(1).randbytes(3_000_001)
    with open_page(address) as (page, visit):
        page.set_input_files("#picker", on_device(tmp_path, {"film.mp4": large}))
        page.click("text=Send it as it is")
        parts = locked(page, tmp_path)
        assert visit.complaints == []
    for reviewer in reviewers:
        assert opened(parts, reviewer)[1][0][1] == large


@pytest.mark.long
def test_a_file_that_is_not_cleaned_waits_for_an_answer(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    film = b"\0\0\0\x18ftypmp42".ljust(20_000_001, b"\0")  # no bot gets it from Telegram
    with open_page(address) as (page, visit):
        page.set_input_files("#picker", on_device(tmp_path, {"a.pdf": PDF, "b.mp4": film}))
        page.wait_for_selector("#files li:nth-child(2) .waiting")
        assert page.is_disabled("#lock")
        assert "not cleaned" in page.inner_text("#files")
        rows = page.locator("#files li").all_inner_texts()
        assert ["The bot can clean it" in each for each in rows] == [True, False]
        for _ in range(2):
            page.locator("text=Leave it out").first.click()
        assert page.is_disabled("#lock")
        page.fill("#text", "hola")
        parts = locked(page, tmp_path)
        assert visit.complaints == []
    assert [content for _, content in opened(parts, reviewers[0])[1]] == [b"hola"]
