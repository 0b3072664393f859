"""What a redaction covers is gone from the copy, and nothing else of it changes (`scrub.redact`)."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from scrub import engine, verify
from scrub.pdf.writer import PdfWriter, TextLine
from scrub.reading import words_of
from scrub.redact import Area, Place, Wishes, redact
from scrub.redact.document import pages_of
from scrub.redact.finding import pieces
from scrub.redact.pages import gray_of
from scrub.redact.wishes import pack_places, pack_wishes, unpack_places, unpack_wishes
from scrub.report import Choices, Clean, Refusal
from tests.scrub.covered_pages import Cover, book
from tests.scrub.pdf_files import document

TWO_LINES = b"BT /F 20 Tf 20 110 Td (Marta Ruiz signed here) Tj 0 -40 Td (Ana saw it) Tj ET"


def _searchable(content: bytes) -> bytes:
    return engine.scrub(document(content), Choices(pdf="searchable")).content


def _dots(content: bytes, page: int = 0) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    found = list(pages_of(content))[page]
    return np.frombuffer(bytes(gray_of(found)), np.uint8).reshape(found.height, found.width)


def _picture(mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (200, 100), "white")
    ImageDraw.Draw(image).text((50, 40), "SECRET", fill="red")
    return image


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGB"), ("PNG", "RGBA")])
def test_an_area_of_a_picture_is_black_and_the_rest_is_as_it_was(
    clean: Callable[[bytes], Clean], kind: str, mode: str
) -> None:
    before = clean(_saved(_picture(mode), kind))
    area = Area(1, 2000, 3000, 6000, 7000)
    done = redact(before.content, before.media_type, Wishes((area,)))
    verify.verify(done.content, before.media_type)
    assert done.places == (Place(0, 1),)
    old, new = (
        np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in (before.content, done.content)
    )
    left, top, right, bottom = area.dots(200, 100)
    assert new[top:bottom, left:right].max() <= 3  # a JPEG's black
    outside = np.ones(new.shape[:2], bool)
    outside[max(0, top - 16) : bottom + 16, max(0, left - 16) : right + 16] = False
    assert np.abs(old.astype(int) - new)[outside].max() <= 3


def test_what_was_beneath_an_area_changes_no_byte_of_the_copy(clean: Callable[[bytes], Clean]) -> None:
    """The attack: two originals that differ under the cover alone give the same bytes."""
    other = _picture()
    ImageDraw.Draw(other).rectangle((50, 40, 110, 55), fill="blue")
    wishes = Wishes((Area(1, 2000, 3000, 6000, 7000),))
    assert (
        len(
            {
                redact(clean(_saved(image, "PNG")).content, "image/png", wishes).content
                for image in (_picture(), other)
            }
        )
        == 1
    )


def test_an_animation_is_refused_and_not_covered_in_its_first_frame_alone(
    clean: Callable[[bytes], Clean],
) -> None:
    out = io.BytesIO()
    _picture("RGBA").save(out, "PNG", save_all=True, append_images=[Image.new("RGBA", (200, 100), "green")])
    copy = clean(out.getvalue())
    with pytest.raises(Refusal, match="unsupported"):
        redact(copy.content, copy.media_type, Wishes((Area(1),)))


def test_a_word_of_a_page_is_covered_alone_and_searched_no_more() -> None:
    content = _searchable(TWO_LINES)
    assert "Marta Ruiz" in words_of("application/pdf", content)
    done = redact(content, "application/pdf", Wishes(words=("marta RUÍZ",)))
    verify.verify(done.content, "application/pdf")
    assert done.places == (Place(0, 1),)
    assert words_of("application/pdf", done.content) == "Ana saw it"
    old, new = _dots(content), _dots(done.content)
    changed = np.argwhere(old != new)
    assert len(changed)
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert (new[top : bottom + 1, left : right + 1] == 0).all()
    # "signed here" is still there: the line's right half did not change
    ink = np.flatnonzero((old[:bottom] < 200).any(axis=0))
    assert right < (ink[0] + ink[-1]) / 2 + 10
    assert left <= ink[0]


def _drawn_by_hand(words: str) -> bytes:
    """A line of evenly spaced bars: no gap is wider than another."""
    gray = np.full((150, 400), 255, np.uint8)
    for at in range(40, 360, 12):
        gray[60:80, at : at + 6] = 0
    writer = PdfWriter(1, 150, searchable=True)
    size = 10
    writer.add(
        400, 150, gray.tobytes(), [TextLine(39, 19, size, round(200 * 154 / (size * len(words))), words)]
    )
    return writer.finish()


def test_letters_without_gaps_that_tell_cost_their_whole_line() -> None:
    content = _drawn_by_hand("Marta Ruiz ok")
    new = _dots(redact(content, "application/pdf", Wishes(words=("Ruiz",))).content)
    assert (new[60:80, 40:360] == 0).all()


def test_an_area_takes_the_searchable_words_beneath_with_it() -> None:
    content = _searchable(TWO_LINES)
    done = redact(content, "application/pdf", Wishes((Area(1, 0, 0, 10000, 3000),)))
    verify.verify(done.content, "application/pdf")
    assert words_of("application/pdf", done.content) == "Ana saw it"


def test_nothing_shows_in_a_redacted_page_that_the_clean_page_did_not_show() -> None:
    """As the cleaner's own covers are tested: every dot is as it was, or black."""
    for style in ("gray", "searchable"):
        before = engine.scrub(book((Cover("none"),), secret=True), Choices(pdf=style)).content
        done = redact(
            before, "application/pdf", Wishes((Area(1, 500, 1000, 5000, 6000), Area(1, 7000, 0, 9000, 900)))
        )
        verify.verify(done.content, "application/pdf")
        old, new = _dots(before), _dots(done.content)
        assert ((new == old) | (new == 0)).all()
        assert (new == 0).sum() > (old == 0).sum()


def test_a_colour_page_is_covered_and_the_others_are_passed_on_as_they_are() -> None:
    before = engine.scrub(document(TWO_LINES), Choices(pdf="color")).content
    done = redact(before, "application/pdf", Wishes((Area(1, 0, 0, 10000, 5000),)))
    verify.verify(done.content, "application/pdf")
    page = next(iter(pages_of(done.content)))
    dots = np.asarray(Image.open(io.BytesIO(page.stream)).convert("L"))
    assert dots[: page.height // 2 - 16].max() <= 3
    assert dots[page.height // 2 + 16 :].max() > 250
    untouched = redact(before, "application/pdf", Wishes((Area(2),)))
    assert untouched.places == ()
    assert untouched.content == before


def test_a_picture_of_words_is_named_as_unread() -> None:
    content = engine.scrub(document(TWO_LINES)).content
    done = redact(content, "application/pdf", Wishes(words=("Marta",)))
    assert (done.places, done.unread) == ((), (1,))


def test_a_foreign_pdf_is_refused() -> None:
    with pytest.raises(Refusal, match="unsupported"):
        redact(document(TWO_LINES), "application/pdf", Wishes(words=("Marta",)))


def test_words_of_a_text_become_bars_of_one_length() -> None:
    done = redact(
        "Ana and José-María\nMar-\ntha, ANA.".encode(),
        "text/plain",
        Wishes(words=("ana", "jose-maria", "martha")),
    )
    assert done.content.decode() == "████ and ████\n████\n████, ████."
    verify.verify(done.content + b"\n", "text/plain")
    assert [place.wish for place in done.places] == [0, 1, 2, 0, 2]


def test_a_line_of_a_text_goes_whole() -> None:
    assert (
        redact(b"one\ntwo\nthree\n", "text/plain", Wishes((Area(2),))).content
        == "one\n████\nthree\n".encode()
    )


def test_a_beginning_takes_all_words_that_begin_so() -> None:
    assert (
        redact(b"Ruiz Ruizes Ruin", "text/plain", Wishes(words=("rui*",))).content.decode()
        == "████ ████ ████"
    )


@given(st.text("aáA-­ \tनमи", max_size=30), st.text("aáAनм", min_size=1, max_size=4))
def test_a_word_is_found_as_often_as_it_stands_there(text: str, word: str) -> None:
    found = {(piece.start, piece.end) for piece in pieces([text], [word])}
    for start, end in found:
        assert start < end <= len(text)
    if text.split() == [word]:
        assert found


@given(
    st.lists(st.builds(Area, st.integers(1, 999), st.integers(0, 100), st.integers(0, 100)), max_size=3),
    st.lists(
        st.text(min_size=1, max_size=9).filter(lambda w: bool(w.split()) and w.isprintable()), max_size=3
    ),
)
def test_wishes_and_places_survive_the_pipe(areas: list[Area], words: list[str]) -> None:
    wishes = Wishes(tuple(areas), tuple(words))
    assert unpack_wishes(pack_wishes(wishes)) == wishes
    places = tuple(Place(number, number + 1) for number in range(len(areas) + len(words)))
    assert unpack_places(pack_places(places, (3,)), wishes) == (places, (3,))


@pytest.mark.parametrize("told", [b"P 9 1\n", b"P 0 1", b"P 0 0\n", b"X\n", b"P 00 1\n", "P 0 ¹\n".encode()])
def test_a_child_that_was_taken_over_cannot_say_more_than_places(told: bytes) -> None:
    with pytest.raises(ValueError, match=r"place|ascii"):
        unpack_places(told, Wishes((Area(1),)))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("คุณสมชายบอก", "สมชาย"),
        ("和王小明谈过", "王小明"),
        ("김철수는 봤다", "김철수"),
        ("قال وأحمدها", "أحمد"),
        ("رأيت مُحَمَّد هنا", "محمد"),
        ("مع أحمد", "احمد"),
        ("con Łukasz", "Lukasz"),
        ("Es O\u2019Brien, dijo", "O'Brien"),
        ("de Pérez\u2011Gil y", "perez-gil"),
        ("correo: ana_ruiz_2", "ana"),
        ("A\u200bna\u2060 dijo", "Ana"),
        ("A\u00adna dijo", "Ana"),
    ],
)
def test_a_name_that_is_written_otherwise_than_it_is_typed_does_not_stay(text: str, word: str) -> None:
    """The attack: it stands once as it is typed, so that the cover succeeds, and once in another spelling."""
    done = redact(f"{word} x\n{text}".encode(), "text/plain", Wishes(words=(word,)))
    assert {place.page for place in done.places} == {1, 2}


def test_the_rest_of_a_word_goes_with_its_vowel_signs() -> None:
    done = redact("रामानुज यहाँ".encode(), "text/plain", Wishes(words=("राम*",)))
    assert done.content.decode() == "████ यहाँ"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("The boss is ████.", "The boss is [FULL BLOCK x4]."),
        ("██", "[FULL BLOCK x2]"),
        ("▓▓▓ ▌", "[DARK SHADE x3] [LEFT HALF BLOCK x1]"),
        ("■■■ and ⬛⬛", "[BLACK SQUARE x3] and [BLACK LARGE SQUARE x2]"),
        ("■ one\n■ two", "■ one\n■ two"),
    ],
)
def test_a_bar_that_the_writer_drew_does_not_read_like_one_of_ours(typed: str, shown: str) -> None:
    """The attack: a source draws a bar, and a court believes that the desk covered what stood there."""
    done = redact(f"Ana\n{typed}".encode(), "text/plain", Wishes(words=("Ana",)))
    assert done.content.decode() == f"████\n{shown}"
