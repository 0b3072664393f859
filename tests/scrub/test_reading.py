"""The words of clean files, taken out in a confined child for who holds keys."""

import io
import os
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from codes.kinds import CLEAN
from scrub.engine import scrub
from scrub.reading import READABLE, words_of
from scrub.reading.pages import packed, unpacked
from scrub.report import Choices
from scrub.word_reader import WordReader
from tests.scrub import mail_files, office_files, pdf_files


@pytest.fixture(scope="module")
def reader() -> Iterator[WordReader]:
    with WordReader() as reader:
        yield reader


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


DOCUMENT = office_files.docx(f"<w:p>{office_files.run('cámara')}{office_files.run(' dormitorio')}</w:p>")
SOURCES: dict[str, bytes] = {
    "text": "cámara en el dormitorio\n".encode(),
    "csv": "nombre,lugar\ncámara,dormitorio\n".encode(),
    "docx": zipped(*DOCUMENT.items()),
    "mail": mail_files.mail("Content-Type: text/plain; charset=utf-8\n\ncámara dormitorio\n".encode()),
    "zip": zipped(("a.txt", "cámara\n".encode()), ("b.txt", b"dormitorio\n")),
}


@pytest.mark.parametrize("name", SOURCES)
def test_what_was_cleaned_here_is_read(reader: WordReader, name: str) -> None:
    """The words come through both: what scrub writes, the reader reads."""
    clean = scrub(SOURCES[name], Choices())
    words = reader.words(clean.media_type, clean.content)
    assert words is not None
    assert "cámara" in words
    assert "dormitorio" in words


def test_the_words_of_a_searchable_copy_are_read(reader: WordReader) -> None:
    page = pdf_files.document(b"BT /F 12 Tf 20 100 Td (a contract of eight pages) Tj ET")
    clean = scrub(page, Choices(pdf="searchable"))
    assert "contract" in (reader.words(clean.media_type, clean.content) or "")
    gray = scrub(page, Choices())
    assert reader.words(gray.media_type, gray.content) == ""


def test_pieces_of_one_word_stay_one_word() -> None:
    document = zipped(
        ("word/document.xml", b"<w:p xmlns:w='w'><w:t>poli</w:t><w:t>grafo</w:t><w:tab/>x</w:p>")
    )
    docx = next(kind for kind, extension in CLEAN.items() if extension == "docx")
    assert words_of(docx, document).split() == ["poligrafo", "x"]


def test_the_subject_of_a_mail_is_read() -> None:
    data = b"Subject: =?utf-8?B?Y8OhbWFyYQ==?=\n\nhola\n"
    assert words_of("message/rfc822", data).split() == ["cámara", "hola"]


def nested(depth: int) -> bytes:
    data = b"deep"
    for number in range(depth):
        data = zipped((f"0001.{'zip' if number else 'txt'}", data))
    return data


BOMB = zipped(*((f"{number:04}.txt", bytes(64 << 20)) for number in range(12)))
BILLION = b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '" + b"&a;" * 100 + b"'>]><p>&b;</p>"


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("application/zip", b"PK\3\4 nothing"),
        ("application/zip", BOMB),
        ("application/vnd.oasis.opendocument.text", zipped(("content.xml", BILLION))),
        ("application/vnd.oasis.opendocument.text", zipped(("content.xml", b"<p>" * 10_000))),
    ],
)
def test_a_hostile_file_has_no_words_and_costs_the_next_nothing(
    reader: WordReader, media_type: str, data: bytes
) -> None:
    assert reader.words(media_type, data) is None
    assert reader.words("text/plain", b"still here") == "still here"


def test_archives_in_archives_end(reader: WordReader) -> None:
    assert reader.words("application/zip", nested(2)) == "deep"
    assert reader.words("application/zip", nested(9)) == ""


def test_a_kind_without_words_starts_nothing() -> None:
    reader = WordReader(program=("-c", "raise SystemExit"))
    assert READABLE.isdisjoint({"image/jpeg", "audio/ogg", "video/mp4"})
    assert reader.words("image/jpeg", b"\xff\xd8\xff") is None
    reader.close()


def test_the_reader_is_walled_in_as_the_cleaner_is(reader: WordReader) -> None:
    reader.words("text/plain", b"x")
    missing = set(reader.missing_isolation)
    if os.geteuid() == 0:
        assert missing <= {"namespaces", "empty_root"}
    assert "seccomp" not in missing


@pytest.mark.parametrize("style", ["gray", "color", "searchable"])
def test_the_pages_of_a_clean_pdf_are_taken_out_as_they_are(reader: WordReader, style: str) -> None:
    source = pdf_files.document(b"1 0 0 rg 20 20 90 60 re f BT /F 24 Tf 20 100 Td (A contract) Tj ET")
    clean = scrub(source, Choices(pdf=style))
    found = reader.pages(clean.content)
    assert found is not None
    total, (page,) = found
    assert total == 1
    with Image.open(io.BytesIO(page)) as image:
        assert image.format == ("JPEG" if style == "color" else "PNG")
        if style == "color":
            assert page in clean.content
        else:  # two dots a byte there; Pillow spreads 16 grays over 256
            ((width, height, wanted),) = pdf_files.pictures(clean.content)
            assert image.size == (width, height)
            dots = np.asarray(image.convert("L")) // 17
            assert (dots[:, 0::2] << 4 | dots[:, 1::2]).tobytes() == wanted


PAGE = b"\n<</Type/XObject/Subtype/Image/Width %d/Height %d%s/Length %d>>stream\n"
GRAY = b"/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode"


@pytest.mark.parametrize(
    "data",
    [
        PAGE % (2, 1, GRAY, 9) + b"x",
        PAGE % (2, 1, GRAY, 9) + b"no stream",
        PAGE % (3, 1, GRAY, 9) + zlib.compress(b"\0"),
        PAGE % (2, 2, GRAY, 9) + zlib.compress(b"\0"),
        PAGE % (99999, 99999, GRAY, 40) + zlib.compress(bytes(1 << 20)),
        PAGE % (20000, 2000, GRAY, 20000) + zlib.compress(bytes(20_000_001)),
    ],
    ids=["cut", "no stream", "odd", "short", "huge", "swollen"],
)
def test_a_hostile_pdf_has_no_pages(reader: WordReader, data: bytes) -> None:
    assert reader.pages(data) is None


def test_a_pdf_that_no_scrub_has_written_has_no_pages(reader: WordReader) -> None:
    assert reader.pages(pdf_files.document()) == (0, [])


def test_what_a_child_says_of_pages_is_checked() -> None:
    for bad in (b"", b"\0", b"\0\1\0\0\0\2x", b"\0\0\0\0\0\1x", b"\0\1\0\0", b"\0\2\xff\xff\xff\xffx"):
        with pytest.raises(ValueError, match=r"page|length"):
            unpacked(bad)
    assert unpacked(packed(3, [b"x", b""])) == (3, [b"x", b""])
