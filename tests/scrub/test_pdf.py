"""What a PDF carries besides what its pages show, and what its copy looks like."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image

from scrub import pdf
from scrub.report import Clean, Refusal, Refused
from scrub.scrubber import Scrubber
from tests.scrub.pdf_files import Mark, document, marks, pictures, stream, written


def _jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0110], exif[0x0132] = "CANARY", "2026:01:02 CANARY"
    out = io.BytesIO()
    Image.linear_gradient("L").resize((8, 8)).save(out, "JPEG", exif=exif, comment=b"CANARY")
    return out.getvalue()


MARKS = marks(_jpeg())


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: mark.name)
def test_a_mark_is_gone_and_its_kind_is_told(mark: Mark, clean: Callable[[bytes], Clean]) -> None:
    assert b"CANARY" in mark.data or mark.name in ("info in an object stream", "XMP, deflated")
    result = clean(mark.data)
    assert (result.media_type, result.extension) == ("application/pdf", "pdf")
    for spelling in ("CANARY", "Hello"):
        for encoded in (spelling.encode(), spelling.encode("utf-16-be"), spelling.encode().hex().encode()):
            assert encoded not in result.content
            assert all(encoded not in dots for _, _, dots in pictures(result.content))
    assert mark.removed <= set(result.removed)
    assert "rasterized" in result.notes


def test_there_are_as_many_marks_as_were_asked_for() -> None:
    assert len({mark.name for mark in MARKS}) == len(MARKS) >= 45


def test_a_plain_document_has_nothing_to_tell_and_neither_has_its_copy(
    clean: Callable[[bytes], Clean],
) -> None:
    first = clean(document())
    assert first.removed == ()
    assert clean(first.content).removed == ()


HIDDEN = (
    *(
        "layer that is off",
        "invisible text",
        "earlier version",
        "annotation Popup",
    ),
    *("info Author", "attachment", "font's name", "bytes after the end"),
)


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_leaves_no_trace_in_the_picture(name: str, clean: Callable[[bytes], Clean]) -> None:
    (mark,) = (mark for mark in MARKS if mark.name == name)
    assert clean(mark.data).content == clean(document()).content


def test_words_under_a_black_box_are_as_black_as_the_box(clean: Callable[[bytes], Clean]) -> None:
    (mark,) = (mark for mark in MARKS if mark.name == "text under a black box")
    ((_, _, dots),) = pictures(clean(mark.data).content)
    assert dots == bytes(len(dots))


@pytest.mark.parametrize("colour", [b"1 1 0", b"1 1 .6", b".95 .95 .3"])
def test_a_printers_yellow_dots_are_gone(colour: bytes, clean: Callable[[bytes], Clean]) -> None:
    text = b"BT /F 24 Tf 20 100 Td (Hello) Tj ET "
    dots = b"".join(b"%d %d .5 .5 re f " % (x, y) for x in range(10, 210, 9) for y in range(10, 90, 7))
    assert clean(document(text + colour + b" rg " + dots)).content == clean(document(text)).content


def test_letters_are_drawn_without_an_embedded_font(clean: Callable[[bytes], Clean]) -> None:
    for font in (b"Helvetica", b"Times-Roman", b"Courier", b"Arial", b"Unheard-Of"):
        result = clean(document().replace(b"/BaseFont/Helvetica", b"/BaseFont/" + font))
        ((_, _, dots),) = pictures(result.content)
        assert 300 < sum(byte != 0xFF for byte in dots) < 3000
        assert "blank_page" not in result.notes


async def test_the_servers_fonts_are_never_looked_at(in_children: Scrubber) -> None:
    """The copy would tell which server made it, and look otherwise on the next one. Each file has a child of
    its own: within one process, what was drawn before can change how PDFium draws an unknown font.
    """
    plain = document().replace(b"/Type1", b"/TrueType")
    names = (
        b"Unheard-Of",
        b"LiberationSerif",
        b"Liberation#20Serif",
        b"DejaVuSerif",
        b"FreeSerif",
        b"NotoSerif",
    )
    copies = set()
    for name in names:
        copy = await in_children.scrub(plain.replace(b"/BaseFont/Helvetica", b"/BaseFont/" + name))
        assert isinstance(copy, Clean)
        copies.add(copy.content)
    assert len(copies) == 1


def test_a_page_that_comes_out_empty_is_told(clean: Callable[[bytes], Clean]) -> None:
    """As happens to Chinese letters whose font isn't in the document."""
    assert "blank_page" in clean(document(b"1 g BT /F 12 Tf 20 50 Td (CANARY) Tj ET")).notes
    assert "blank_page" not in clean(document(b"")).notes


@pytest.mark.parametrize(
    ("box", "page", "size"),
    [
        (b"0 0 595.276 841.89", b"", (595.28, 841.89)),
        (b"0 0 612 792", b"", (612, 792)),
        (b"0 0 612 792", b"/Rotate 90", (792, 612)),
        (b"100 100 316 244", b"", (216, 144)),
        (b"0 0 612 792", b"/CropBox[100 100 300 400]", (200, 300)),
        (b"0 0 2384 3370", b"", (2384, 3370)),
    ],
)
def test_a_page_keeps_its_size(
    box: bytes, page: bytes, size: tuple[float, float], clean: Callable[[bytes], Clean]
) -> None:
    content = clean(document(box=box, page=page)).content
    found = re.search(rb"/MediaBox\[0 0 ([0-9.]+) ([0-9.]+)\]", content)
    assert found is not None
    across, up = (4.01 if side > 290 else short for side, short in zip(size, (2.01, 1), strict=True))
    assert abs(float(found[1]) - size[0]) <= across * 72 / 150
    assert abs(float(found[2]) - size[1]) <= up * 72 / 150


def test_pages_that_are_a_hair_longer_or_shorter_get_the_same_size(clean: Callable[[bytes], Clean]) -> None:
    """Three bits a page, on three hundred pages, would name a copy."""
    heights = (b"840", b"840.7", b"841.2", b"841.89", b"842.4", b"842.8")
    copies = [clean(document(box=b"0 0 595.28 " + height)).content for height in heights]
    assert len({re.findall(rb"/MediaBox[^/]*", copy)[0] for copy in copies}) == 1


def test_pages_keep_their_order(clean: Callable[[bytes], Clean]) -> None:
    pages = [
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 %d]/Contents 3 0 R>>" % (72 + 24 * number)
        for number in range(9)
    ]
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(9))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 9/Kids[%s]>>" % kids,
        stream(b"0 g 9 9 9 9 re f"),
        *pages,
    ]
    heights = [height for _, height, _ in pictures(clean(written(objects)).content)]
    assert heights == [150 + 50 * number for number in range(9)]


async def test_the_same_document_gives_the_same_bytes_in_any_process(
    clean: Callable[[bytes], Clean], in_children: Scrubber
) -> None:
    data = MARKS[0].data.replace(b"/BaseFont/Helvetica", b"/BaseFont/Unheard-Of")
    first, second = await in_children.scrub(data), await in_children.scrub(data)
    assert first == second == clean(data)


async def test_a_locked_document_is_refused_with_its_own_reason(in_children: Scrubber) -> None:
    lock = b"<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%s>/U<%s>>>" % (b"41" * 32, b"42" * 32)
    data = document(trailer=b"/Encrypt 6 0 R/ID[(a)(b)]", extra=[lock])
    assert await in_children.scrub(data) == Refused("encrypted")


def _noise(pages: int, side: int) -> bytes:
    """A picture of noise on each page: what packs worst."""
    noise = Image.effect_noise((side, side), 120).tobytes()
    picture = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</XObject<</I 3 0 R>>>>>>"
    points = side * 72 // 150
    return written(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count %d/Kids[%s]>>"
            % (pages, b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))),
            stream(noise, picture % (side, side)),
            stream(b"%d 0 0 %d 0 0 cm /I Do" % (points, points)),
            *[page % (points, points)] * pages,
        ]
    )


def test_a_document_that_would_grow_too_large_loses_sharpness_first(
    clean: Callable[[bytes], Clean], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _noise(3, 600)
    sharp = clean(data)
    assert "resolution_reduced" not in sharp.notes
    monkeypatch.setattr(pdf, "MAX_BYTES", len(sharp.content) - 1)
    softer = clean(data)
    assert "resolution_reduced" in softer.notes
    assert [width for width, _, _ in pictures(softer.content)] == [400] * 3
    monkeypatch.setattr(pdf, "MAX_BYTES", len(sharp.content) // 3)
    assert [width for width, _, _ in pictures(clean(data).content)] == [300] * 3
    monkeypatch.setattr(pdf, "MAX_BYTES", len(sharp.content) // 9)
    with pytest.raises(Refusal, match="too_large"):
        clean(data)
