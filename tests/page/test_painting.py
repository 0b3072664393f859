"""A picture is painted over and cut in the page: what a reviewer opens has nothing of what was there."""

import io
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page

from tests.browser import PHONE, open_page
from tests.page.conftest import PageReviewer, desk, on_device, page_of
from tests.page.test_attack_cleaning import exiftool
from tests.page.test_page import locked, opened

NOISE = """<script type="text/plain" id="worker">
const exact = OffscreenCanvasRenderingContext2D.prototype.getImageData;
OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...area) {
    const dots = exact.apply(this, area);
    dots.data[4 * (dots.data.length >> 4)] ^= 1;
    return dots;
};
"""
"""What a browser that resists fingerprinting does, in one dot."""


def screen() -> Image.Image:
    return Image.effect_noise((200, 100), 60).convert("RGB")


def shot(picture: Image.Image) -> bytes:
    out, info = io.BytesIO(), PngInfo()
    info.add_text("Author", "CANARY-AUTHOR")
    picture.save(out, "PNG", pnginfo=info)
    return out.getvalue()


def with_thumbnail() -> bytes:
    """A JPEG that lies on its side, with a small copy of itself in its EXIF."""
    small, out = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(small, "JPEG", comment=b"CANARY-THUMBNAIL")
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    screen().save(out, "JPEG", exif=exif, quality=95)
    data = out.getvalue()
    app = b"\xff\xec" + (len(small.getvalue()) + 2).to_bytes(2) + small.getvalue()
    return data[:2] + app + data[2:]


def frame(page: Page, *edges: float) -> None:
    for name, edge in zip(("left", "top", "right", "bottom"), edges, strict=True):
        page.fill(f".paint input[name={name}]", str(edge))


def test_what_was_painted_over_or_cut_off_is_gone(
    address: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    before = screen()
    with open_page(address, **PHONE) as (page, visit):
        page.set_input_files(
            "#picker", on_device(tmp_path, {"a.png": shot(before), "b.jpg": with_thumbnail()})
        )
        page.wait_for_selector("#files li:nth-child(2) .clean")
        page.click("#files li:nth-child(1) button:has-text('Paint over or cut')")
        page.wait_for_selector("#lock:disabled")  # what is not finished is not sent
        frame(page, 0.1, 0.2, 0.4, 0.5)
        page.click(".paint button:has-text('Paint over')")
        frame(page, 0, 0, 0.5, 1)
        page.click(".paint button:has-text('Keep only this')")
        page.click(".paint button:has-text('Done')")
        page.wait_for_selector("#files li:nth-child(1) .clean")
        page.click("#files li:nth-child(2) button:has-text('Paint over or cut')")
        page.focus(".paint input[name=left]")  # nothing but keys from here
        for key in ("Home", "Tab", "Home", "Tab", "End", "Tab", "End", "Tab", "Enter"):
            page.keyboard.press(key)
        for key in ("Tab", "Tab", "Tab", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector("#files li:nth-child(2) .clean:has-text('is gone')")
        parts = locked(page, tmp_path)
        assert visit.requests + visit.complaints == []
    _, ((first, cut), (second, black)) = opened(parts, reviewers[0])
    assert {each.media_type for each in (first, second)} == {"image/png"}
    assert {each.cleaning for each in (first, second)} == {"clean"}
    assert first.removed == ("comment",)
    with Image.open(io.BytesIO(cut)) as now:
        expected = before.crop((0, 0, 100, 100))
        expected.paste((0, 0, 0), (20, 20, 80, 50))
        assert now.convert("RGB").tobytes() == expected.tobytes()
    with Image.open(io.BytesIO(black)) as now:
        assert now.size == (100, 200), "as it was seen"
        assert now.convert("RGB").getcolors() == [(20_000, (0, 0, 0))]
    assert b"CANARY" not in cut + black
    found = exiftool(on_device(tmp_path, {"cut.png": cut, "black.png": black}))
    groups = {tag.split(":")[0] for tags in found.values() for tag in tags if tag != "SourceFile"}
    assert groups == {"ExifTool", "System", "File", "PNG", "Composite"}


def test_a_canvas_that_gives_back_noise_paints_nothing_over_and_says_so(
    built: str, reviewers: list[PageReviewer], tmp_path: Path
) -> None:
    noisy = built.replace('<script type="text/plain" id="worker">', NOISE)
    with open_page(page_of(noisy, tmp_path, desk(*reviewers))) as (page, _):
        page.set_input_files("#picker", on_device(tmp_path, {"a.png": shot(screen())}))
        page.wait_for_selector("#files .clean:has-text('nothing can be painted over')")
        assert not page.query_selector("button:has-text('Paint over or cut')")


@pytest.mark.long
def test_what_cannot_be_drawn_does_not_go_by_itself(address: str, tmp_path: Path) -> None:
    with open_page(address) as (page, _):
        page.set_input_files("#picker", on_device(tmp_path, {"a.gif": b"GIF89a" + bytes(40)}))
        page.click("button:has-text('Paint over or cut')")
        page.wait_for_selector('#files .waiting:has-text("can\'t paint over")')
        assert page.is_disabled("#lock")
