"""Words in pictures are read where a person asks, and what names a reader in them can be covered."""

import hashlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from scrub.isolation import ocr_wire
from scrub.isolation.marks_wire import pack_found, unpack_found
from scrub.isolation.wire import WireError
from scrub.mark_reader import MarkReader
from scrub.marks.found import Found, Mark
from scrub.marks.written import looks_written
from scrub.ocr import data
from scrub.ocr.dots import MAX_READ, dots_of
from scrub.ocr.finding import Word, marks_in
from scrub.picture_words import marks_of, places_of
from scrub.report import Clean
from scrub.scrubber import Scrubber

NAMED = "Prepared for Arben Hoxha"

reads = pytest.mark.skipif(not data.can_read(), reason="left out: no data of Debian's tesseract-ocr")


def noto() -> bytes:
    folder = files("fontpkg_noto_sans").joinpath("files")
    name = next(each.name for each in folder.iterdir() if each.name.startswith("NotoSans["))
    return folder.joinpath(name).read_bytes()


def screen(*, named: bool = True, size: int = 17) -> Image.Image:
    """A list of calls, and at its foot whose copy it is."""
    letters = ImageFont.truetype(io.BytesIO(noto()), size)
    picture = Image.new("RGB", (800, 420), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 800, 30), fill=(0, 82, 155))
    for row in range(9):
        draw.text((20, 50 + 34 * row), f"call {41 + row} waits in the queue", font=letters, fill=(40, 40, 40))
    if named:
        draw.text((470, 385), NAMED, font=letters, fill=(110, 110, 110))
    return picture


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@reads
async def test_a_name_in_a_screen_is_read_shown_and_covered_where_that_is_asked(
    in_children: Scrubber,
) -> None:
    content = png(screen())
    copy, found = await in_children.searched(content)
    assert isinstance(copy, Clean)
    assert (found.marks, found.unread) == ((), True), "nothing reads it unasked; it is offered"
    read = await in_children.read(copy, found)
    (mark,) = (each for each in read.marks if each.kind == "reader")
    assert mark.words == NAMED
    assert mark.height == "foot"
    assert read.picture.startswith(b"\x89PNG")
    assert read.shown is not None
    done = await in_children.cover(copy, content, read=True)
    assert done is not None
    assert done[1].marks == (), "it was read once more"
    with Image.open(io.BytesIO(done[0].content)) as covered:
        after = np.asarray(covered.convert("RGB"))
    before, nameless = np.asarray(screen()), np.asarray(screen(named=False))
    ink = (before != nameless).any(2)
    assert not after[ink].any(), "each dot of the name is black"
    assert (after[:370] == before[:370]).all()
    assert await in_children.cover(copy, content) is None, "unasked, nothing is read"


@reads
@pytest.mark.long
def test_a_reviewer_reads_the_words_in_a_picture_too() -> None:
    with MarkReader() as reader:
        content = png(screen())
        found = reader.marks("image/png", content)
        assert found.marks == ()
        read = reader.read("image/png", content, found)
    assert [mark.kind for mark in read.marks] == ["reader"]
    assert read.complete


async def test_without_the_data_of_a_language_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "folder", lambda: None)
    assert not data.can_read()


def test_dots_are_bounded_and_taken_apart_exactly() -> None:
    packed = b"".join(ocr_wire.pack_dots([(1, 3, 2, bytes(6)), (2, 1, 1, b"x")], complete=True))
    pictures, complete = ocr_wire.unpack_dots(packed)
    assert complete
    assert pictures == [(ocr_wire.PICTURE.pack(1, 3, 2), bytes(6)), (ocr_wire.PICTURE.pack(2, 1, 1), b"x")]
    for wrong in (b"", packed[:-1], packed + b"\0", b"\2" + packed[1:], b"\1\11" + 9 * packed[2:14]):
        with pytest.raises(WireError):
            ocr_wire.unpack_dots(wrong)


def test_pages_beyond_the_limit_and_pictures_that_break_are_told() -> None:
    found, complete = dots_of("image/png", png(screen()))
    assert (len(found), complete) == (1, True)
    assert dots_of("image/png", png(Image.new("L", (9, 900))))[0] == []
    assert dots_of("image/png", b"\x89PNG") == ([], False)
    assert dots_of("audio/ogg", b"") == ([], False)
    assert MAX_READ == ocr_wire.MAX_PICTURES


def test_a_reader_that_was_taken_over_says_marks_with_places_and_nothing_else() -> None:
    mark = Mark("reader", box=(1, 2, 3, 4), words="x")
    assert marks_of(pack_found(Found((mark,)))) == (mark,)
    assert marks_of(pack_found(Found((mark,), picture=b"p", shown=mark))) is None
    assert marks_of(pack_found(Found((replace(mark, box=None),)))) is None
    assert marks_of(b"") is None
    assert len(places_of([mark] * 999)) == 960 * 10
    assert places_of([replace(mark, part=1), replace(mark, box=None)]) == b""
    assert unpack_found(pack_found(Found(unread=True))).unread
    tiled = tuple(replace(mark, line=number) for number in range(300))
    assert marks_of(pack_found(Found(tiled), ocr_wire.MAX_READ)) == tiled[: ocr_wire.MAX_READ]
    with pytest.raises(WireError):
        unpack_found(pack_found(Found(tiled), ocr_wire.MAX_READ))


def test_a_mark_has_the_place_of_its_words() -> None:
    line = tuple(
        Word(text, (at * 100, 40, at * 100 + 90, 60), 90)
        for at, text in enumerate(("seen", "from", "10.20.4.88", "today"))
    )
    (mark,) = marks_in([line], 2, 1000, 200)
    assert (mark.kind, mark.page, mark.box) == ("address", 2, (2000, 2000, 2900, 3000))
    assert marks_in([], 1, 10, 10) == []


@reads
@pytest.mark.long
async def test_a_name_that_is_tiled_over_a_screen_is_covered_everywhere() -> None:
    """Not only at the first place in a line, and not only at as many as are told."""
    letters = ImageFont.truetype(io.BytesIO(noto()), 14)
    picture = Image.new("RGB", (640, 330), "white")
    draw = ImageDraw.Draw(picture)
    places = [(30 + 200 * across, 10 + 30 * down) for across in range(3) for down in range(10)]
    for place in places:
        draw.text(place, "a.ruiz@acme.co", font=letters, fill=(120, 120, 120))
    content = png(picture)
    async with Scrubber() as scrubber:
        copy = await scrubber.scrub(content)
        assert isinstance(copy, Clean)
        done = await scrubber.cover(copy, content, read=True)
    assert done is not None
    with Image.open(io.BytesIO(done[0].content)) as covered:
        after = np.asarray(covered.convert("L"))
    assert not after[dots(picture) < 250].any()
    assert done[1].complete


def test_the_same_words_twice_in_a_line_have_two_places() -> None:
    line = tuple(Word("a@ex.org", (at, 40, at + 90, 60), 90) for at in (100, 500))
    assert [mark.box for mark in marks_in([line], 0, 1000, 200)] == [
        (1000, 2000, 1900, 3000),
        (5000, 2000, 5900, 3000),
    ]
    two = (Word("agent no. 4711", (100, 40, 190, 60), 90), Word("agent no. 4712", (500, 40, 590, 60), 90))
    assert len(marks_in([two], 0, 1000, 200)) == 2


@reads
async def test_pictures_that_keep_the_reader_busy_keep_nobody_else_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scrub.scrubber.READ_SECONDS", 0.5)
    async with Scrubber() as scrubber:
        copy, found = await scrubber.searched(png(screen()))
        assert isinstance(copy, Clean)
        read = await scrubber.read(copy, found)
        assert (read.marks, read.complete) == ((), False), "what could not be read in time is told"
        monkeypatch.setattr("scrub.picture_words.OCR", ("-c", "raise SystemExit"))
        assert not (await scrubber.read(copy, found)).complete, "and where the process dies"


def test_letters_of_a_photo_stay_as_large_as_can_be_read() -> None:
    out = io.BytesIO()
    Image.new("L", (2400, 1800), 200).save(out, "JPEG")
    ((photo,), _) = dots_of("image/jpeg", out.getvalue())
    assert 1_900_000 < photo.width * photo.height <= ocr_wire.MAX_DOTS
    ((line,), complete) = dots_of("image/png", png(Image.new("L", (70_000, 26))))
    assert (line.width, complete) == (0xFFFF, True)


def test_screens_and_pages_look_written_and_a_face_does_not() -> None:
    assert looks_written(dots(screen()))
    soft = Image.linear_gradient("L").resize((640, 480))
    assert not looks_written(dots(soft))
    assert not looks_written(dots(Image.effect_noise((640, 480), 90)))
    assert not looks_written(dots(Image.new("L", (640, 480), 255)))
    assert not looks_written(dots(Image.new("L", (5, 5))))


def dots(picture: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(picture.convert("L"))


@reads
@pytest.mark.long
@pytest.mark.parametrize("kind", ["noise", "strokes", "signs of no writing"])
async def test_a_picture_without_a_word_is_read_and_the_rest_goes_on(kind: str) -> None:
    picture = Image.effect_noise((640, 480), 120).convert("RGB")
    if kind != "noise":
        picture = Image.new("RGB", (640, 480), "white")
        draw = ImageDraw.Draw(picture)
        for at in range(300):
            x, y = at * 37 % 620, at * 53 % 460
            shape = (x, y, x + 3 + at % 17, y + 11 - at % 7)
            (draw.arc if kind == "strokes" else draw.chord)(shape, at, at + 200, fill=(0, 0, 0))
    async with Scrubber() as scrubber:
        copy, found = await scrubber.searched(png(picture))
        assert isinstance(copy, Clean)
        read = await scrubber.read(copy, found)
    assert read.complete
    assert not [mark for mark in read.marks if mark.kind == "reader"]


def test_data_of_a_language_that_was_exchanged_on_the_stick_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("eng", "spa"):
        (tmp_path / f"{language}.traineddata").write_bytes(language.encode())
    sums = {language: hashlib.sha256(language.encode()).hexdigest() for language in ("eng", "spa", "hin")}
    assert _held(tmp_path) is None
    monkeypatch.setattr(data, "SUMS", sums)
    assert _held(tmp_path) == {"eng.traineddata": b"eng", "spa.traineddata": b"spa"}
    (tmp_path / "hin.traineddata").write_bytes(b"another")
    assert _held(tmp_path) is None
    (tmp_path / "hin.traineddata").unlink()
    (tmp_path / "spa.traineddata").unlink()
    assert _held(tmp_path) is None
    (tmp_path / "spa.traineddata").symlink_to("/dev/zero")
    assert _held(tmp_path) is None
    (tmp_path / "spa.traineddata").unlink()
    with (tmp_path / "spa.traineddata").open("wb") as without_end:
        without_end.truncate(1 << 40)
    assert _held(tmp_path) is None


def _held(beside: Path) -> dict[str, bytes] | None:
    """What the engine would load, when the stick has given something else since."""
    handle = data.in_memory(beside)
    if handle is None:
        return None
    for path in beside.iterdir():
        path.write_bytes(path.read_bytes()[::-1])
    try:
        with data.unpacked(Path(f"/proc/self/fd/{handle}")) as folder:
            held = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert not folder.exists()
        return held
    finally:
        os.close(handle)
        for path in beside.iterdir():
            path.write_bytes(path.read_bytes()[::-1])


@reads
def test_the_process_that_reads_words_loads_no_decoder_of_files() -> None:
    """It did, and from a stick, on a machine where nothing is installed, it never started."""
    packages = "av lxml numpy olefile packaging PIL pi_heif pillow_jxl pypdfium2_raw tesserocr zxingcpp"
    asked = f"import scrub.ocr.engine, sys; print(*sorted(sys.modules.keys() & {set(packages.split())}))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["PIL", "numpy", "tesserocr"]


@pytest.mark.long
@reads
def test_words_are_read_with_data_from_a_stick() -> None:
    installed = data.folder()
    assert installed is not None
    handle = data.in_memory(installed)
    assert handle is not None
    program = ("-c", _OCR_WITH, f"/proc/self/fd/{handle}")
    with MarkReader(reads=(program, (handle,))) as reader:
        found = reader.read("image/png", png(screen()), Found())
    os.close(handle)
    assert found.complete
    assert "reader" in {mark.kind for mark in found.marks}


_OCR_WITH = """
import sys
from scrub.isolation.ocr_process import main
place = sys.argv.pop(1)
main(None, place)
"""
