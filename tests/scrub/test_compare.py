"""What differs between two copies of "the same" is found where it is, and nothing else (`scrub.compare`)."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scrub import engine, verify
from scrub.compare.result import Change, PageDifference, pack_pages, unpack_pages
from scrub.compare.sheets import compare
from scrub.compare.words import differences
from scrub.report import Choices, Refusal
from tests.scrub.pdf_files import document

PDF = "application/pdf"
CONTRACT = b"BT /F 14 Tf 20 110 Td (Salario 1200 euros) Tj 0 -30 Td (Clausula doce) Tj ET"


def _clean(content: bytes, style: str = "searchable") -> tuple[str, bytes]:
    return PDF, engine.scrub(document(content), Choices(pdf=style)).content


def test_the_same_document_has_no_difference() -> None:
    (page,) = compare(_clean(CONTRACT), _clean(CONTRACT))
    assert page.same
    assert page.shared == 5


def test_a_number_that_differs_is_named_with_its_place() -> None:
    (page,) = compare(_clean(CONTRACT), _clean(CONTRACT.replace(b"1200", b"1210")))
    assert page.changes == (Change("1200", "1210"),)
    assert page.changes[0].has_number
    assert page.areas == 1
    verify.verify(page.picture, "image/png")


def test_a_mark_in_the_spacing_is_seen_although_the_words_are_the_same() -> None:
    """The attack by which a copy names its reader: one line set a hair wider, one moved."""
    for other in (
        CONTRACT.replace(b"(Clausula", b"0.4 Tw (Clausula"),
        CONTRACT.replace(b"-30 Td", b"-31.5 Td"),
    ):
        for style in ("searchable", "gray", "color"):
            (page,) = compare(_clean(CONTRACT, style), _clean(other, style))
            assert not page.changes
            assert page.areas, style
            found = np.asarray(Image.open(io.BytesIO(page.picture)))
            red = (found[..., 0] > 200) & (found[..., 1] < 60)
            rows = np.flatnonzero(red.any(axis=1)) / found.shape[0]
            assert rows.min() > 0.3, "the first line is the same in both"


def test_a_line_that_moved_is_counted() -> None:
    (page,) = compare(_clean(CONTRACT), _clean(CONTRACT.replace(b"-30 Td", b"-45 Td")))
    assert page.moved == 1


def test_a_page_that_one_has_alone_is_named() -> None:
    from scrub.pdf.writer import PdfWriter

    files = []
    for pages in (1, 2):
        writer = PdfWriter(pages, 150)
        for _ in range(pages):
            writer.add(40, 40, bytes([255]) * 1600)
        files.append((PDF, writer.finish()))
    assert [page.missing for page in compare(*files)] == ["", "A"]
    assert [page.missing for page in compare(*files[::-1])] == ["", "B"]


def test_pictures_are_compared_by_their_dots() -> None:
    picture = Image.new("RGB", (200, 160), "white")
    other = picture.copy()
    other.putpixel((100, 100), (0, 0, 0))
    files = []
    for image in (picture, other):
        out = io.BytesIO()
        image.save(out, "PNG")
        files.append(("image/png", out.getvalue()))
    (page,) = compare(*files)
    assert (page.areas, page.other_size) == (1, False)
    assert compare(files[0], files[0])[0].same


def test_texts_are_compared_word_by_word() -> None:
    assert differences("a b c\nd e", "a x c\nd e") == ((Change("b", "x"),), 4)
    assert differences("a", "a\nb 1")[0] == (Change("", "b 1"),)


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_shared_and_changed_words_are_all_words(first: str, second: str) -> None:
    changes, shared = differences(first, second)
    assert len(first.split()) == shared + sum(len(change.first.split()) for change in changes)
    assert len(second.split()) == shared + sum(len(change.second.split()) for change in changes)


def test_two_kinds_are_not_compared() -> None:
    with pytest.raises(Refusal, match="unsupported"):
        compare(("audio/ogg", b"x"), ("audio/ogg", b"x"))
    with pytest.raises(Refusal, match="unsupported"):
        compare(("image/png", b"x"), (PDF, b"x"))


def test_a_result_survives_the_pipe_and_nothing_else_does() -> None:
    pages = [
        PageDifference(1, (Change("a", "b"),), 3, 1, 2, 7, "", True, b"png"),
        PageDifference(2, (), 0, missing="A"),
    ]
    packed = b"".join(pack_pages(pages))
    assert unpack_pages(packed) == pages
    for bent in (
        packed[:-1],
        packed + b"x",
        b"",
        b"\0\0\0\2[]x",
        b"\0\0\0\6[[1,2]",
        packed.replace(b'"A"', b'"Z"'),
    ):
        with pytest.raises(ValueError, match=r"."):
            unpack_pages(bent)
