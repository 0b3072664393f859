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


def test_a_pale_mark_of_one_copy_is_no_sameness() -> None:
    """The attack: a reader's name in a gray that nobody sees, or dots in yellow, all over a screen."""
    plain = Image.new("RGB", (320, 160), (250, 250, 250))
    for x in range(40, 280):
        plain.putpixel((x, 80), (0, 0, 0))
    for color in ((247, 247, 247), (250, 250, 225)):
        marked = plain.copy()
        for at in range(0, 320, 40):
            marked.putpixel((at, 20), color)
        files = []
        for image in (plain, marked):
            out = io.BytesIO()
            image.save(out, "PNG")
            files.append(("image/png", engine.scrub(out.getvalue(), Choices()).content))
        (page,) = compare(*files)
        assert not page.same
        assert page.faint
        assert page.areas, "framed, as there is nothing else"
        assert unpack_pages(b"".join(pack_pages([page]))) == [page]
        assert compare(files[1], files[1])[0].same


@pytest.mark.parametrize("style", ["searchable", "gray", "color"])
def test_a_clear_difference_is_framed_alone(style: str) -> None:
    (page,) = compare(_clean(CONTRACT, style), _clean(CONTRACT.replace(b"1200", b"1210"), style))
    assert (page.areas, page.faint) == (1, 0)


@pytest.mark.parametrize(
    "other",
    [
        "Nobody  may speak.\nOf it.\n",
        "Nobody may speak. \nOf it.\n",
        "Nobody may\u00a0speak.\nOf it.\n",
        "Nobody may\tspeak.\nOf it.\n",
        "Nobody may speak.\n\nOf it.\n",
        "Nobody may speak. Of\nit.\n",
    ],
)
def test_white_space_that_differs_in_a_text_is_no_sameness(other: str) -> None:
    """The attack by which each copy of a memo names its reader: spaces that nobody sees."""
    texts = [("text/plain", each.encode()) for each in ("Nobody may speak.\nOf it.\n", other)]
    (page,) = compare(*texts)
    assert (page.same, page.changes, page.moved, page.shared) == (False, (), 1, 5)
    assert compare(texts[1], texts[1])[0].same


def test_what_lies_behind_the_lines_that_are_compared_one_by_one_is_compared_too() -> None:
    start = "a\n" * 20_010
    changes, shared = differences(f"{start}b 7 c", f"{start}b 8 c")
    assert changes == (Change("7 c", "8 c"),)
    assert shared == 20_011
    assert differences(start, start)[0] == ()


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
