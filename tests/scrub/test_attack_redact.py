"""The attack: a cover a hair too small shows the edge of a name. Words are set in many ways, PDFium says
where their letters stand, and no dot of one that was covered may be left.
"""

import contextlib
import ctypes
import random
import re
from functools import cache

import numpy as np
import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated bindings, without types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrub import engine, verify
from scrub.compare.sheets import compare
from scrub.pdf.writer import WHITE
from scrub.redact import Area, Wishes, redact
from scrub.redact.document import pages_of
from scrub.redact.pages import gray_of
from scrub.report import Choices, Refusal
from tests.scrub.pdf_files import document

_TEXT = """
el la salario Guzman no firma 1200,50 euros art. 12 Mijailovich de que iii www MMM l. fi AVAToYo jJgq
"""
_WORDS = _TEXT.split()
_NAMES = ("Ruiz", "Quintero", "il", "Gajy", "AVT")
_HEIGHT = 340
_PER_POINT = 150 / 72


def _page(chance: random.Random, name: str) -> bytes:
    """Three lines, as close as a form's, one with the name."""
    size, up = chance.choice((6, 8, 10, 12, 14, 24)), 300
    spacing = chance.choice((0, 0, 1, 3)), chance.choice((0, 0, 0.3, 1.5)), chance.choice((100, 80, 130))
    content, place = b"", chance.randrange(3)
    for number in range(3):
        words = [chance.choice(_WORDS) for _ in range(chance.randrange(1, 6))]
        if number == place:
            words.insert(chance.randrange(len(words) + 1), name)
        said = " ".join(words).encode()
        content += b"BT /F %d Tf %g Tw %g Tc %d Tz 20 %d Td (%s) Tj ET\n" % (size, *spacing, up, said)
        up -= int(size * chance.choice((1.0, 1.2, 1.6)))
    return document(content, box=b"0 0 480 %d" % _HEIGHT)


def _boxes(source: bytes, name: str) -> list[tuple[int, int, int, int]]:
    """Where each letter of the name stands, in dots: left, top, right, bottom."""
    loaded = pdfium.FPDF_LoadMemDocument64(source, len(source), None)
    page = pdfium.FPDF_LoadPage(loaded, 0)
    text = pdfium.FPDFText_LoadPage(page)
    letters = "".join(
        chr(pdfium.FPDFText_GetUnicode(text, at)) for at in range(pdfium.FPDFText_CountChars(text))
    )
    boxes = []
    for found in re.finditer(rf"(?<!\w){name}(?!\w)", letters):
        for at in range(*found.span()):
            sides = [ctypes.c_double() for _ in range(4)]
            pdfium.FPDFText_GetCharBox(text, at, *map(ctypes.byref, sides))
            left, right, bottom, top = (side.value * _PER_POINT for side in sides)
            height = _HEIGHT * _PER_POINT
            boxes.append((int(left), int(height - top), int(np.ceil(right)), int(np.ceil(height - bottom))))
    pdfium.FPDF_CloseDocument(loaded)
    return boxes


def _dots(content: bytes) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    page = next(iter(pages_of(content)))
    return np.frombuffer(bytes(gray_of(page)), np.uint8).reshape(page.height, page.width)


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 300))]
)
def test_no_dot_of_a_covered_word_is_left(seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(_NAMES)
    source = _page(chance, name)
    clean = engine.scrub(source, Choices(pdf="searchable")).content
    done = redact(clean, "application/pdf", Wishes(words=(name,)))
    if not done.places:  # its letters don't look like themselves in this size: the copy has no such word
        return
    before, after = _dots(clean), _dots(done.content)
    boxes = _boxes(source, name)
    assert boxes
    for left, top, right, bottom in boxes:
        seen = before[top:bottom, left:right] < WHITE
        assert not (after[top:bottom, left:right][seen] != 0).any(), (name, left, top)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 255), st.sampled_from(("flip", "cut", "twice")))
def test_a_bent_copy_is_refused_or_becomes_one_that_is_verified(place: int, value: int, how: str) -> None:
    """A clean copy is anybody's: whoever sealed it on their own device may have bent it."""
    whole = _bent_source()
    at = place % len(whole)
    bent = {
        "flip": whole[:at] + bytes((value,)) + whole[at + 1 :],
        "cut": whole[:at],
        "twice": whole[:at] + whole[at // 2 :],
    }[how]
    for wishes in (Wishes(words=("Ruiz",)), Wishes((Area(1, 0, 0, 5000, 5000),))):
        try:
            done = redact(bent, "application/pdf", wishes)
            compare(("application/pdf", bent), ("application/pdf", whole))
        except Refusal:
            continue
        with contextlib.suppress(
            verify.Unverified
        ):  # what was bent outside of a cover stays so: nobody takes it
            verify.verify(done.content, "application/pdf")


@cache
def _bent_source() -> bytes:
    return engine.scrub(_page(random.Random(5), "Ruiz"), Choices(pdf="searchable")).content
