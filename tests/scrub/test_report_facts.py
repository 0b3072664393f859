"""The report and the difference, held together: what is named as removed was there and is gone, and what is
gone is named.
"""

import io
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scrub import engine
from scrub.inventory import take_inventory
from scrub.report import Clean
from tests.scrub.known_files import CANARY, Known, Place, all_known, riff, sound
from tests.scrub.known_more import all_more
from tests.scrub.office_files import docx, zipped
from tests.scrub.pdf_files import document

_EXAMPLES, _MANY = 60, 150


@cache
def _known() -> dict[str, Known]:
    return {known.name: known for known in (*all_known(), *all_more())}


_NAMES = ("JPEG", "PNG", "GIF", "WebP", "BMP", "MP3", "AAC", "WAVE", "FLAC", "MP4", "PDF", "DOCX", "ODT")
_MORE = (
    *("TIFF", "AVIF", "Matroska", "Ogg", "AVI", "AIFF", "PDF's notes", "XLSX", "PPTX", "ODT's parts"),
    *("ID3", "FLAC's comments", "e-mail"),
)


def _codes(places: Sequence[Place]) -> set[str]:
    return {code for place in places for code in place.code.split("+")}


def _assert_told(known: Known, places: Sequence[Place]) -> None:
    data = known.file(places)
    copy = engine.scrub(data)
    assert set(copy.removed) == known.always | _codes(places), [p.name for p in places]
    assert CANARY not in copy.content


def test_there_is_one_known_file_of_each_name() -> None:
    assert tuple(_known()) == (*_NAMES, *_MORE)


@pytest.mark.parametrize("name", [*_NAMES, *_MORE])
def test_each_place_alone_is_told_and_nothing_else(name: str) -> None:
    known = _known()[name]
    _assert_told(known, ())
    for place in known.places:
        _assert_told(known, (place,))


def _check_any_places(name: str, data: st.DataObject) -> None:
    known = _known()[name]
    places = data.draw(
        st.lists(st.sampled_from(known.places), unique_by=lambda place: place.where + place.code)
    )
    _assert_told(known, places)


@given(name=st.sampled_from((*_NAMES, *_MORE)), data=st.data())
@settings(max_examples=_EXAMPLES, deadline=None)
def test_what_is_named_was_there_and_is_gone_and_what_is_gone_is_named(
    name: str, data: st.DataObject
) -> None:
    _check_any_places(name, data)


@pytest.mark.long
@pytest.mark.parametrize("name", [*_NAMES, *_MORE])
@given(data=st.data())
@settings(max_examples=_MANY, deadline=None)
def test_report_and_difference_of_many_files_of_each_kind_agree(name: str, data: st.DataObject) -> None:
    _check_any_places(name, data)


@pytest.mark.parametrize("name", _NAMES)
def test_a_clean_copy_has_nothing_to_remove(name: str, clean: Callable[[bytes], Clean]) -> None:
    known = _known()[name]
    copy = clean(known.file(known.places[:1]))
    assert clean(copy.content).removed == ()


def test_of_a_format_that_nobody_reads_it_is_never_said_that_nothing_was_found() -> None:
    assert take_inventory("video/x-of-tomorrow", b"").removed == {"other_metadata"}


def test_a_name_of_the_letters_of_an_empty_comment_is_told() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x013B] = "A", "ASICS"
    photo = io.BytesIO()
    Image.new("RGB", (8, 8)).save(photo, "JPEG", exif=exif)
    assert {"device", "author"} <= set(engine.scrub(photo.getvalue()).removed)


def test_ids_and_programs_that_matroska_hides_from_a_demuxer_are_told() -> None:
    assert {"identifier", "software"} <= set(engine.scrub(sound("libopus", "matroska", bare=False)).removed)


def test_words_that_look_like_an_attribute_are_not_told_as_one() -> None:
    files = docx("<w:p><w:r><w:t>he wrote own=&quot;4711&quot;</w:t></w:r></w:p>")
    assert engine.scrub(zipped(files)).removed == ()
    files = docx("<w:p><w:r><w:t>" + 3000 * 'he wrote own="4711" ' + "</w:t></w:r></w:p>")
    assert engine.scrub(zipped(files)).removed == ()


def test_a_clean_archive_and_a_clean_e_mail_have_nothing_to_remove() -> None:
    mail = b"From: a@example.org\nDate: Thu, 1 Jan 2026 10:11:12 +0100\nSubject: Hi\n\nHello there.\n"
    for data in (zipped({"Ana/notes.txt": b"Hello there.\n"}), mail):
        first = engine.scrub(data)
        assert first.removed
        assert engine.scrub(first.content).removed == ()


def test_a_link_of_a_page_is_told_as_one() -> None:
    laid = b"/Annots[<</Type/Annot/Subtype/Link/Rect[9 9 90 20]/A<</S/URI/URI(http://a.example/x)>>>>]"
    assert set(engine.scrub(document(page=laid)).removed) == {"link"}


def test_what_lies_beside_the_dots_of_one_frame_is_told() -> None:
    frames = [Image.new("RGB", (16, 16), color) for color in ("red", "green")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    plain = out.getvalue()
    at = plain.index(b"ANMF") + 4
    size = int.from_bytes(plain[at : at + 4], "little")
    more = riff(b"OWN ", CANARY)
    frame = plain[at + 4 : at + 4 + size] + more
    rest = plain[12:at] + len(frame).to_bytes(4, "little") + frame + plain[at + 4 + size :]
    marked = b"RIFF" + (len(rest) + 4).to_bytes(4, "little") + b"WEBP" + rest
    assert engine.scrub(plain).removed == ()
    copy = engine.scrub(marked)
    assert copy.removed == ("other_metadata",)
    assert CANARY not in copy.content
