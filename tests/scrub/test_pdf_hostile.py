"""PDFs made to crash, to hang, to fill memory or to slip through: each costs its own child, nothing else."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from scrub.isolation.sandbox import ChildLimits
from scrub.isolation.zygote_process import ScrubLimits
from scrub.report import REFUSALS, Clean, Refused
from scrub.scrubber import Scrubber
from tests.scrub.pdf_files import document, stream, written

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one zygote for all: a start takes half a second

_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scrubber() -> AsyncIterator[Scrubber]:
    """The product's own limits."""
    async with Scrubber() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def impatient() -> AsyncIterator[Scrubber]:
    """A child has 2 s of processor: for files that may use up whatever they are given."""
    limits = ScrubLimits(wall_seconds=20.0, child=ChildLimits(cpu_seconds=2))
    async with Scrubber(limits=limits) as running:
        yield running


async def _fate(scrubber: Scrubber, data: bytes) -> str:
    result = await scrubber.scrub(data)
    if isinstance(result, Clean):
        assert result.media_type == "application/pdf"
        return "clean"
    assert result.reason in REFUSALS
    return result.reason


def _pages(count: int, kids: bytes, *more: bytes) -> bytes:
    head = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids))
    return written([*head, *more])


def _many_pages(count: int) -> bytes:
    return _pages(count, b" ".join(b"%d 0 R" % (3 + number) for number in range(count)), *[_PAGE] * count)


def _nested(depth: int) -> bytes:
    """Each node of the page tree holds one other."""
    nodes = [b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (4 + n, 2 + n) for n in range(depth)]
    return _pages(1, b"3 0 R", *nodes, _PAGE)


def _laughs(levels: int, times: int) -> bytes:
    """Forms that each draw the next one `times` times."""
    forms = [
        stream(
            b"/N Do " * times,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</N %d 0 R>>>>" % (7 + number),
        )
        for number in range(levels)
    ]
    last = stream(b"0 g 1 1 7 7 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return document(b"/N Do", resources=b"/XObject<</N 6 0 R>>", extra=[*forms, last])


def _picture(dictionary: bytes, data: bytes, *, deflate: bool = True) -> bytes:
    content = b"q 50 0 0 50 20 20 cm /I Do Q"
    body = stream(data, b"/Type/XObject/Subtype/Image" + dictionary, deflate=deflate)
    return document(content, resources=b"/XObject<</I 6 0 R>>", extra=[body])


async def test_a_document_cut_off_anywhere(scrubber: Scrubber) -> None:
    data = document(b"0 g 9 9 9 9 re f", catalog=b"/Metadata 6 0 R", extra=[stream(b"x" * 300, deflate=True)])
    fates = [await _fate(scrubber, data[:length]) for length in range(5, len(data), 23)]
    assert set(fates) <= {"clean", "broken", "truncated"}
    assert "clean" in fates
    assert fates[0] == "broken"


async def test_a_document_with_flipped_bytes(scrubber: Scrubber) -> None:
    data = document()
    for at in range(0, len(data), 17):
        flipped = bytearray(data)
        flipped[at] ^= 0x15
        fate = await _fate(scrubber, bytes(flipped))
        assert fate in ("clean", "broken", "too_large", "unsupported", "letters")


@pytest.mark.parametrize("count", [301, 10_000])
async def test_too_many_pages(scrubber: Scrubber, count: int) -> None:
    assert await _fate(scrubber, _many_pages(count)) == "too_large"


async def test_three_hundred_pages_are_not_too_many(scrubber: Scrubber) -> None:
    assert await _fate(scrubber, _many_pages(300)) == "clean"


@pytest.mark.parametrize("declared", [-1, 0, 2**31, 2**40])
async def test_a_wrong_number_of_pages(scrubber: Scrubber, declared: int) -> None:
    assert await _fate(scrubber, _pages(declared, b"3 0 R", _PAGE)) in ("clean", "broken", "too_large")


@pytest.mark.parametrize(
    ("box", "fate"),
    [
        (b"0 0 1036800 1036800", "too_large"),  # 14,400 inches
        (b"0 0 100000 1", "clean"),
        (b"0 0 2000000000 1", "too_large"),
        (b"0 0 1e38 1e38", None),
        (b"0 0 " + b"9" * 400 + b" 9", None),
        (b"0 0 nan nan", None),
        (b"0 0 inf -inf", None),
        (b"0 0 0 0", None),
        (b"0 0 0.0001 0.0001", "clean"),
        (b"72 72 0 0", "clean"),
        (b"-99999999 -99999999 -99999998 -99999998", None),
        (b"(a) [] <<>> null", None),
    ],
)
async def test_wild_geometry(scrubber: Scrubber, box: bytes, fate: str | None) -> None:
    found = await _fate(scrubber, document(box=box))
    assert found in ("clean", "broken", "too_large")
    assert fate in (None, found)


@pytest.mark.parametrize(
    "matrix",
    [b"nan nan nan nan nan nan", b"1e38 1e38 1e38 1e38 1e38 1e38", b"0 0 0 0 0 0", b"1e-38 0 0 1e-38 0 0"],
)
async def test_wild_matrices(impatient: Scrubber, matrix: bytes) -> None:
    content = (
        b"q " + matrix + b" cm 0 0 9 9 re f BT /F 1e30 Tf (wide) Tj ET Q [1e-30 1e-30] 0 d 0 0 m 9e9 9e9 l S"
    )
    assert await _fate(impatient, document(content)) in ("clean", "broken", "timeout")


async def test_a_page_tree_that_bites_its_tail(scrubber: Scrubber) -> None:
    assert await _fate(scrubber, _pages(1, b"2 0 R")) in ("clean", "broken")
    assert await _fate(scrubber, _pages(2, b"2 0 R 3 0 R", _PAGE)) in ("clean", "broken")


async def test_a_deep_page_tree(scrubber: Scrubber) -> None:
    assert await _fate(scrubber, _nested(3000)) in ("clean", "broken")


async def test_a_table_of_offsets_that_bites_its_tail(scrubber: Scrubber) -> None:
    data = document(trailer=b"/Prev 0000000000")
    start = int(data.rpartition(b"startxref\n")[2].split()[0])
    looped = data.replace(b"/Prev 0000000000", b"/Prev %010d" % start)
    assert await _fate(scrubber, looped) in ("clean", "broken")
    assert await _fate(scrubber, looped.replace(b"startxref\n%d" % start, b"startxref\n9")) in (
        "clean",
        "broken",
    )


async def test_a_document_nested_a_hundred_thousand_deep(scrubber: Scrubber) -> None:
    for opening in (b"[", b"<</A"):
        data = document(catalog=b"/Deep " + opening * 100_000)
        assert await _fate(scrubber, data) in ("clean", "broken")


async def test_a_bomb_in_the_content(impatient: Scrubber) -> None:
    bombs = (bytes(64 << 20), b"q " * (8 << 20), b"BT " * (4 << 20), b"0 0 9 9 re f " * (1 << 19))
    for bomb in bombs:
        data = document().replace(stream(b"BT /F 24 Tf 20 100 Td (Hello) Tj ET"), stream(bomb, deflate=True))
        assert len(data) < 1 << 20
        assert await _fate(impatient, data) in ("clean", "broken", "too_large", "timeout", "crashed")


_RESOURCES = (
    b"/Resources<</Font<</T 6 0 R>>/Pattern<</P 7 0 R>>/ExtGState<</G 9 0 R>>/XObject<</F 10 0 R/E 11 0 R>>>>"
)
_GLYPH = b"9 0 0 0 9 9 d1 "
_ENDLESS = {
    "a form twice": (b"/F Do", b"/F Do 0 0 9 9 re f /F Do", b"", b""),
    "two forms": (b"/F Do", b"/E Do /E Do", b"", b""),
    "a pattern": (
        b"/Pattern cs /P scn 0 0 90 90 re f",
        b"",
        b"/Pattern cs /P scn 0 0 9 9 re f 1 1 3 3 re f",
        b"",
    ),
    "a mask": (b"/G gs 0 0 90 90 re f", b"/G gs 0 0 9 9 re f 1 1 9 9 re f", b"", b""),
    "glyph and form": (b"BT /T 9 Tf (a) Tj ET", b"BT /T 9 Tf (a) Tj (a) Tj ET", b"", b"/F Do"),
}


@pytest.mark.parametrize("name", _ENDLESS)
async def test_what_draws_itself_twice_is_refused_at_once(scrubber: Scrubber, name: str) -> None:
    content, form, pattern, glyph = _ENDLESS[name]
    objects = [
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/CharProcs<</a 8 0 R>>"
        b"/Encoding<</Differences[97/a]>>/FirstChar 97/LastChar 97/Widths[9]%s>>" % _RESOURCES,
        stream(
            pattern, b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9" + _RESOURCES
        ),
        stream(_GLYPH + glyph),
        b"<</Type/ExtGState/SMask<</S/Luminosity/G 10 0 R>>>>",
        stream(form, b"/Subtype/Form/BBox[0 0 99 99]/Group<</S/Transparency>>" + _RESOURCES, deflate=True),
        stream(b"/F Do 1 1 2 2 re f", b"/Subtype/Form/BBox[0 0 99 99]" + _RESOURCES),
    ]
    resources = (
        _RESOURCES.removeprefix(b"/Resources<<").removesuffix(b">>").replace(b"/Font<</T 6 0 R>>", b"")
    )
    data = document(content, resources=resources, extra=objects).replace(
        b"<</F 5 0 R>>", b"<</F 5 0 R/T 6 0 R>>"
    )
    assert await _fate(scrubber, data) == "bomb"


async def test_forms_that_say_no_resources_of_their_own_draw_with_those_of_the_page(
    scrubber: Scrubber,
) -> None:
    form = stream(b"/F Do /F Do", b"/Subtype/Form/BBox[0 0 99 99]")
    data = document(b"/F Do", resources=b"/XObject<</F 6 0 R>>", extra=[form])
    assert await _fate(scrubber, data) == "bomb"


async def test_a_form_that_stands_in_itself_once_and_many_forms_are_drawn(scrubber: Scrubber) -> None:
    inner = b"/Subtype/Form/BBox[0 0 99 99]/Resources<</XObject<</F %d 0 R>>>>"
    once = stream(b"0 0 9 9 re f /F Do", inner % 6)
    assert (
        await _fate(scrubber, document(b"/F Do", resources=b"/XObject<</F 6 0 R>>", extra=[once])) == "clean"
    )
    many = [stream(b"/F Do " * 5_000, inner % 7), stream(b"1 1 2 2 re f", b"/Subtype/Form/BBox[0 0 9 9]")]
    assert await _fate(scrubber, document(b"/F Do", resources=b"/XObject<</F 6 0 R>>", extra=many)) == "clean"


def _type3(*glyphs: int, resources: bytes = b"") -> bytes:
    """A font that draws its letters from A on by these objects."""
    names = [b"/g%d" % each for each in range(len(glyphs))]
    drawn = b"".join(b"%b %d 0 R" % pair for pair in zip(names, glyphs, strict=True))
    return (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]"
        b"/FirstChar 65/LastChar %d/Widths[%b]/Encoding<</Differences[65%b]>>/CharProcs<<%b>>%b>>"
        % (64 + len(glyphs), b"9 " * len(glyphs), b"".join(names), drawn, resources)
    )


async def test_many_words_in_drawn_letters_are_no_bomb(scrubber: Scrubber) -> None:
    """As where four pages of LaTeX or of a plot are laid on one: forms, and a font of eighty glyphs."""
    words = b"BT /T 4 Tf 1 0 0 1 5 140 Tm " + b"[(HOLA)-20(A TODOS)]TJ 0 -1 Td\n" * 900 + b"ET"
    form = stream(words, b"/Subtype/Form/BBox[0 0 216 144]/Resources<</Font<</T 6 0 R>>>>")
    glyphs = [stream(b"5 0 0 0 5 5 d1 0 0 4 4 re f")] * 80
    font, forms = _type3(*range(7, 87)), b"".join(b"/X%d %d 0 R" % (each, 87 + each) for each in range(4))
    content = b"q .5 0 0 .5 0 0 cm /X0 Do /X1 Do /X2 Do /X3 Do Q"
    data = document(content, resources=b"/XObject<<%b>>" % forms, extra=[font, *glyphs, *[form] * 4])
    assert await _fate(scrubber, data) == "clean"


async def test_eight_thousand_drawn_letters_that_share_the_resources_of_a_page(impatient: Scrubber) -> None:
    """As of a book by LaTeX: each font's letters are streams without resources of their own."""
    objects: list[bytes] = []
    for font in range(100):
        objects += [_type3(*range(7 + 81 * font, 87 + 81 * font)), *[stream(b"5 0 0 0 5 5 d1")] * 80]
    fonts = b"".join(b"/T%d %d 0 R" % (number, 6 + 81 * number) for number in range(100))
    data = document(extra=objects).replace(b"<</F 5 0 R>>", b"<</F 5 0 R%b>>" % fonts)
    assert await _fate(impatient, data) == "clean"


async def test_letters_that_draw_words_of_other_letters_are_refused_at_once(scrubber: Scrubber) -> None:
    """One word each, of ten letters: ten to the tenth."""
    fonts: list[bytes] = []
    for level in range(10):
        at = 6 + 2 * level
        inner = b"/Resources<</Font<</T %d 0 R>>>>" % (at + 2)
        fonts += [_type3(at + 1, resources=inner), stream(_GLYPH + b"BT /T 1 Tf (AAAAAAAAAA) Tj ET", inner)]
    last = [_type3(27), stream(_GLYPH + b"0 0 9 9 re f")]
    outer = b"/Subtype/Form/BBox[0 0 99 99]/Resources<</Font<</T 6 0 R>>>>"
    form = stream(b"BT /T 9 Tf (AAAAAAAAAA) Tj ET", outer)
    data = document(b"/N Do", resources=b"/XObject<</N 28 0 R>>", extra=[*fonts, *last, form])
    assert await _fate(scrubber, data) == "bomb"


async def test_a_bomb_in_an_object_stream(impatient: Scrubber) -> None:
    bomb = stream(b"1 0 " + b"/Author" * (8 << 20), b"/Type/ObjStm/N 1/First 4", deflate=True)
    assert await _fate(impatient, document(extra=[bomb] * 20)) in ("clean", "broken", "timeout")


async def test_a_thousand_packed_objects_that_lie_over_each_other(impatient: Scrubber) -> None:
    head = b" ".join(b"%d %d" % (100 + number, number % 2 * 4_000_000) for number in range(1_000)) + b" "
    packed = stream(head.ljust(4_100_000), b"/Type/ObjStm/N 1000/First %d" % len(head), deflate=True)
    form = stream(b"", b"/Subtype/Form/BBox[0 0 9 9]")
    assert await _fate(impatient, document(extra=[packed, form])) == "clean"


async def test_a_picture_that_declares_far_too_much(scrubber: Scrubber) -> None:
    for width, height in ((30_000, 30_000), (2**31 - 1, 2**31 - 1), (-1, 1), (0, 0)):
        size = b"/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (width, height)
        assert await _fate(scrubber, _picture(size, b"\0")) in ("clean", "broken", "too_large", "crashed")


async def test_a_photo_of_two_thousand_scans(scrubber: Scrubber) -> None:
    head = b"\xff\xd8\xff\xc2\x00\x0b\x08\x0f\xa0\x0f\xa0\x01\x01\x11\x00"
    jpeg = head + b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00a" * 2000 + b"\xff\xd9"
    size = b"/Width 4000/Height 4000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode"
    assert await _fate(scrubber, _picture(size, jpeg, deflate=False)) == "bomb"


async def test_a_form_that_draws_itself(scrubber: Scrubber) -> None:
    body = stream(b"/N Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</N 6 0 R>>>>")
    assert (
        await _fate(scrubber, document(b"/N Do", resources=b"/XObject<</N 6 0 R>>", extra=[body])) == "clean"
    )


async def test_ten_thousand_million_drawings_in_two_kilobytes(impatient: Scrubber) -> None:
    data = _laughs(10, 10)
    assert len(data) < 4000
    assert await _fate(impatient, data) == "bomb"
    assert await _fate(impatient, document()) == "clean"


async def test_streams_without_an_end(clean: Callable[[bytes], Clean]) -> None:
    from scrub.inventory import take_inventory

    take_inventory("application/pdf", b"%PDF-1.7\n" + b"stream\n" * 300_000)
    take_inventory("application/pdf", b"%PDF-1.7\n" + b"stream\nendstream" * 100_000)
    take_inventory("application/pdf", b"%PDF-1.7\n" + b"/a" * 1_000_000)


async def test_what_only_says_that_it_is_a_pdf(scrubber: Scrubber) -> None:
    for data in (b"%PDF-", b"%PDF-1.7\n%%EOF", b"%PDF-1.7" + bytes(5000), b"notes about %PDF- files"):
        assert await scrubber.scrub(data) == Refused("broken")
