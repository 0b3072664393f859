"""A file that is not cleaned on the page and that its person lets the server clean: it alone is seen."""

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Request

from crypto.codename import parse, root
from tests.browser import PHONE, open_page
from tests.page.conftest import PageReviewer, desk, on_device, page_of
from tests.page.test_door import drop_of, sent, serving
from tests.page.test_page import WORDS, locked, opened
from tests.page.test_painting import NOISE
from tests.scrub.pdf_files import document

WORKER = '<script type="text/plain" id="worker">'


def test_the_server_sees_the_file_that_it_was_given_and_nothing_else(
    built: str, reviewers: list[PageReviewer], today: date, photo: bytes, tmp_path: Path
) -> None:
    bodies: list[bytes] = []

    def watch(request: Request) -> None:
        bodies.append(
            request.url.encode() + str(request.headers).encode() + (request.post_data_buffer or b"")
        )

    with (
        serving(built, tmp_path, reviewers, today, bits=8) as server,
        open_page(server.address, **PHONE, own=(server.address,), day=today) as (page, visit),
    ):
        page.context.on("request", watch)
        page.wait_for_selector("#send:not([hidden])")
        page.fill("#text", WORDS)
        pdf = document(catalog=b"/Lang(CANARY-OF-THE-PDF)")
        files = {"NAME.pdf": pdf, "b.bin": b"MZ\x90\0 another file", "c.jpg": photo}
        page.set_input_files("#picker", on_device(tmp_path, files))
        page.wait_for_selector("#files li:nth-child(3) .clean")
        row = page.locator("#files li:nth-child(1)")
        assert "nothing else that you send" in row.inner_text()
        assert page.is_disabled("#send"), "nothing is decided by itself"
        row.locator("button:has-text('Let the server clean it')").click()
        page.wait_for_selector("#files li:nth-child(1) .clean:has-text('The server cleaned it')")
        other = page.locator("#files li:nth-child(2)")
        other.locator("button:has-text('Let the server clean it')").click()
        page.wait_for_selector("#files li:nth-child(2) .waiting:has-text('clean it either')")
        assert page.is_disabled("#send"), "it waits as before"
        other.locator("button:has-text('Send it as it is')").click()
        codename = sent(page)
        drop = drop_of(root(parse(codename, "en")), server.desk_id, today)
        manifest, items = server.opened(drop, reviewers[0])
        assert visit.complaints == visit.requests == []
    assert manifest.channel == "page"
    assert [item.cleaning for item, _ in items] == ["text", "clean", "uncleaned", "clean"]
    assert (items[1][0].media_type, items[1][1][:4]) == ("application/pdf", b"%PDF")
    assert not any(b"CANARY" in items[at][1] for at in (1, 3))
    assert sum(b"CANARY" in body for body in bodies) == 1
    (given,) = (body for body in bodies if b"CANARY" in body)
    assert given.rstrip(b"\0").endswith(pdf)
    assert b"NAME" not in given.rstrip(b"\0").removesuffix(pdf)


def phone_picture() -> bytes:
    """A picture of the kind that telephones make and no code of ours cuts, as this browser decodes it."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0110], exif[0x013B] = "CANARY-CAMERA", "CANARY-OWNER"
    Image.effect_noise((120, 80), 60).convert("RGB").save(
        out, "AVIF", exif=exif, xmp=b"CANARY-XMP", quality=90
    )
    return out.getvalue()


@pytest.mark.long
def test_a_picture_that_only_the_browser_can_read_is_drawn_anew(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    """HEIC where a browser decodes it goes the same way; what none decodes waits for an answer."""
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
    moving = phone_picture().replace(b"ftypavif", b"ftypavis", 1)
    with open_page(address) as (page, visit):
        files = {"a.avif": phone_picture(), "b.heic": heic, "c.avif": moving}
        page.set_input_files("#picker", on_device(tmp_path, files))
        page.wait_for_selector("#files li:nth-child(1) .clean:has-text('drawn anew')")
        assert "CANARY-OWNER" in page.inner_text("#files li:nth-child(1)"), "shown before it goes"
        page.wait_for_selector("#files li:nth-child(3) .waiting")
        assert page.locator("#files .waiting").count() == 2
        for _ in range(2):
            page.locator("#files li:has(.waiting) button:has-text('Leave it out')").first.click()
        parts = locked(page, tmp_path)
        assert visit.complaints == []
    ((item, content),) = opened(parts, reviewers[0])[1]
    assert (item.cleaning, item.media_type) == ("clean", "image/png")
    assert item.removed == ("author", "device")
    assert b"CANARY" not in content
    with Image.open(io.BytesIO(content)) as now, Image.open(io.BytesIO(phone_picture())) as before:
        assert now.size == before.size


@pytest.mark.long
def test_a_canvas_that_gives_back_noise_draws_no_picture_anew(
    built: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    noisy = built.replace(WORKER, NOISE)
    with open_page(page_of(noisy, tmp_path, desk(*reviewers))) as (page, _):
        page.set_input_files("#picker", on_device(tmp_path, {"a.avif": phone_picture()}))
        page.wait_for_selector("#files .waiting")


def test_what_a_picture_said_is_shown_before_it_goes(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    """A date, a name, a place; a hemisphere that it did not tell is not guessed."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x013B], exif[0x0132] = "Maria  <b>Perez", "2026:11:30 08:15:00"
    exif[0x9C9D] = "Lucía\0".encode("utf-16-le")
    for number, tag in enumerate((0x010E, 0x010F, 0x0110, 0x0131, 0xA420, 0xA431, 0xA435, 0xC614)):
        exif[tag] = f"CANARY-{number}"  # more than is shown
    exif.get_ifd(0x8825).update({2: (4.0, 36.0, 0.0), 3: "W", 4: (74.0, 5.0, 1.5)})
    Image.new("RGB", (40, 40), "red").save(out, "JPEG", exif=exif)
    with open_page(address) as (page, visit):
        page.set_input_files("#picker", on_device(tmp_path, {"a.jpg": out.getvalue()}))
        said = page.inner_text("#files .clean")
        parts = locked(page, tmp_path)
        assert visit.complaints == []
    for word in ("Maria <b>Perez", "Lucía", "2026:11:30 08:15:00", "4 36 0", "74 5 1.5 W"):
        assert word in said
    assert "N" not in said.split("4 36 0")[1].split("74")[0]
    ((_, content),) = opened(parts, reviewers[0])[1]
    assert b"Perez" not in content
