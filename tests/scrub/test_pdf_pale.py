"""Pale letters, a carbon copy, a yellow pen: what a person reads stays; a colour printer's dots don't."""

import io
import random
import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from scrub import engine, verify
from scrub.pdf import pale
from scrub.pdf.pale import PALE, without_specks
from scrub.report import Choices
from tests.scrub.pdf_files import document, pictures, stream
from tests.scrub.test_pdf_styles import words_of

Dots = NDArray[np.uint8]


def _page(data: bytes) -> Dots:
    content = engine.scrub(data).content
    verify.verify(content, "application/pdf")
    ((width, height, packed),) = pictures(content)
    pairs = np.frombuffer(packed, np.uint8).reshape(height, width // 2)
    return (np.stack((pairs >> 4, pairs & 15), 2) * 17).reshape(height, width).astype(np.uint8)


def _written(color: bytes, size: int = 12) -> bytes:
    return color + b" BT /F %d Tf 20 60 Td (Neto: 1.512,30) Tj ET " % size


PALE_LETTERS = {
    "carbon copy": b"0.99 g 0 0 216 144 re f " + _written(b"0.885 g"),
    "pale gray": _written(b"0.9 g"),
    "thermal slip": b"0.96 g 0 0 216 144 re f " + _written(b"0.87 g"),
    "yellow": _written(b"1 1 0 rg"),
    "yellow pen": _written(b"1 0.95 0.2 rg"),
    "small": _written(b"0.885 g", 8),
    "coloured paper": b"1 1 0.85 rg 0 0 216 144 re f " + _written(b"1 0.9 0.6 rg"),
}


@pytest.mark.parametrize("name", PALE_LETTERS)
def test_pale_letters_are_where_dark_ones_would_be(name: str) -> None:
    size = 8 if name == "small" else 12
    pale, dark = _page(document(PALE_LETTERS[name])) < 255, _page(document(_written(b"0 g", size))) < 200
    assert (pale & dark).sum() > 0.75 * dark.sum()
    near = Image.fromarray(dark).convert("L").filter(ImageFilter.MaxFilter(7))
    assert not (pale & (np.asarray(near) == 0)).any()


@pytest.mark.parametrize("name", ["carbon copy", "yellow pen"])
def test_pale_letters_can_be_searched(name: str) -> None:
    content = engine.scrub(document(PALE_LETTERS[name]), Choices(pdf="searchable")).content
    assert "1.512,30" in words_of(content)


def test_a_decimal_point_stays_with_its_figures() -> None:
    with_point, without = (
        _page(document(b"0.885 g BT /F 12 Tf 20 60 Td (%s) Tj ET" % text)) < 255 for text in (b"1.5", b"1 5")
    )
    assert (with_point & ~without).sum() >= 4


def test_strokes_and_lines_of_a_pale_pen_stay() -> None:
    for stroke in (b"3 w 20 40 m 60 80 l 90 30 l S", b"0.7 w 20 50 m 150 50 l S", b"20 20 60 9 re f"):
        assert (_page(document(b"1 1 0 rg 1 1 0 RG " + stroke)) < 255).sum() > 50


@pytest.mark.parametrize("color", [b"1 1 0.6", b"1 0.98 0.8", b"0.96 0.96 0.96"])
def test_a_pale_pen_and_a_pale_field_stay_on_paper_that_is_all_one(color: bytes) -> None:
    """Light yellow as word processors have it: 8 to 13 grays from the paper."""
    assert (_page(document(color + b" rg 20 20 60 9 re f")) < 255).sum() > 1000
    assert (_page(document(color + b" rg 20 20 2 2 re f")) == 255).all()


@pytest.mark.parametrize("color", [b"1 1 0", b"1 1 .6", b".95 .95 .3", b"1 .97 .1"])
@pytest.mark.parametrize("side", [b".28", b".5"])
@pytest.mark.parametrize("paper", [b"", b".98 g 0 0 216 144 re f "])
def test_a_printers_dots_are_gone_from_any_paper(color: bytes, side: bytes, paper: bytes) -> None:
    dots = b"".join(
        b"%d.%d %d %s %s re f " % (x, x % 7, y, side, side)
        for x in range(10, 210, 3)
        for y in range(10, 90, 5)
    )
    assert (_page(document(paper + color + b" rg " + dots)) == 255).all()


def _scan(seed: int, *, dots: bool, pale: bool) -> tuple[bytes, list[tuple[float, float]]]:
    """Three inches by two at 300 dots an inch, as a scanner saves them: words, noise, perhaps dots."""
    chance, fine = random.Random(5), 4
    image = Image.new("RGB", (900 * fine, 600 * fine), (250, 250, 250))
    drawing, places = ImageDraw.Draw(image), []
    ink = (222, 222, 222) if pale else (20, 20, 20)
    for row in range(4):
        drawing.rectangle((300, 300 + 400 * row, 2900, 330 + 400 * row), fill=ink)
        for column in range(20):
            left = 300 + 130 * column
            drawing.ellipse((left, 400 + 400 * row, left + 90, 520 + 400 * row), outline=ink, width=14)
    for _ in range(900):
        x, y = chance.uniform(40, 860), chance.uniform(40, 560)
        places.append((x / 2, y / 2))
        if dots:
            radius = 0.6 * fine
            drawing.ellipse(
                (x * fine - radius, y * fine - radius, x * fine + radius, y * fine + radius),
                fill=(255, 255, 0),
            )
    image = image.resize((900, 600), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(0.6))
    noise = np.random.default_rng(seed).normal(0, 3, (600, 900, 3))
    out = io.BytesIO()
    Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=85)
    picture = stream(
        out.getvalue(),
        b"/Type/XObject/Subtype/Image/Width 900/Height 600/BitsPerComponent 8/ColorSpace/DeviceRGB"
        b"/Filter/DCTDecode",
    )
    page = b"216 0 0 144 0 0 cm /I Do"
    return document(page, resources=b"/XObject<</I 6 0 R>>", extra=[picture]), places


def _scores(data: bytes, places: list[tuple[float, float]]) -> list[float]:
    page = _page(data)
    return [float(255 - page[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].mean()) for x, y in places]


def _area_under_the_curve(present: list[float], absent: list[float]) -> float:
    wins = sum((one > other) + (one == other) / 2 for one in present for other in absent)
    return wins / (len(present) * len(absent))


@pytest.mark.parametrize("pale", [False, True])
def test_a_scan_does_not_tell_where_a_printers_dots_were(pale: bool) -> None:
    (marked, places), (plain, _) = _scan(1, dots=True, pale=pale), _scan(2, dots=False, pale=pale)
    area = _area_under_the_curve(_scores(marked, places), _scores(plain, places))
    assert 0.45 < area < 0.55


def test_pale_words_of_a_scan_stay() -> None:
    data, _ = _scan(1, dots=True, pale=True)
    assert (_page(data) < 255).sum() > 3000


def test_what_winds_about_without_end_ends() -> None:
    """A patch that winds through the whole page, and noise: neither takes more than its turn."""
    page = np.full((400, 400), 255, np.uint8)
    page[::2] = PALE + 2
    page[1::4, -1] = page[3::4, 0] = PALE + 2
    noise = np.random.default_rng(1).choice(np.array([255, PALE + 2], np.uint8), (400, 400))
    for dots in (page, noise, np.full((400, 400), PALE + 2, np.uint8), np.zeros((400, 400), np.uint8)):
        found = bytearray(dots.tobytes())
        without_specks(found, 400, 400, 150)
        assert len(found) == dots.size
        assert not set(found) & set(range(PALE + 1, 255))


def _pen_page(height: int, pen: int = PALE) -> bytes:
    """Strokes of a pen, print and paper that isn't the same everywhere."""
    page = Image.linear_gradient("L").resize((1240, height)).point(lambda value: 235 + value // 16)
    draw = ImageDraw.Draw(page)
    for top in range(0, height, 24):
        draw.line((40, top, 1180, top + 40), pen, 3)
        draw.text((60 + top, top), "Neto 1.512,30", 40 if top % 48 else pen)
    return page.tobytes()


def test_a_page_is_the_same_looked_at_in_bands_or_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for rows in (64, 128, 4096):
        monkeypatch.setattr(pale, "_BAND", rows)
        found.append(bytearray(_pen_page(400)))
        without_specks(found[-1], 1240, 400, 150)
    assert found[0] == found[1] == found[2]
    assert found[0].count(PALE) > 5000


def test_a_scan_takes_little_more_memory_than_its_dots() -> None:
    """Each array of numbers of eight bytes was eight times the page."""
    page = bytearray(_pen_page(1754, 40))
    tracemalloc.start()
    without_specks(page, 1240, 1754, 150)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2.5 * len(page)
