"""Office documents made to crash, to hang, to fill memory or to slip through: each costs its own child."""

import io
import zipfile
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from scrub import engine
from scrub.isolation.sandbox import ChildLimits
from scrub.isolation.zygote_process import ScrubLimits
from scrub.office import kind
from scrub.report import Clean, Refusal, Refused
from scrub.scrubber import Scrubber
from tests.scrub.fates import fate_in_a_child as _fate
from tests.scrub.office_files import (
    DOCX,
    OPEN,
    PPTX,
    XLSX,
    docx,
    odf,
    open_part,
    part,
    picture,
    pptx,
    run,
    slide,
    xlsx,
    xml,
    zipped,
)

one_zygote = pytest.mark.asyncio(loop_scope="module")  # a start takes half a second


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scrubber() -> AsyncIterator[Scrubber]:
    """The product's own limits."""
    async with Scrubber(office_to_pdf=False) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def impatient() -> AsyncIterator[Scrubber]:
    """A child has 3 s of processor: for files that may use up whatever they are given."""
    async with Scrubber(
        office_to_pdf=False, limits=ScrubLimits(wall_seconds=20.0, child=ChildLimits(cpu_seconds=3))
    ) as running:
        yield running


def _refusal(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        engine.scrub(data)
    return caught.value.reason


def test_kinds_are_told_by_content() -> None:
    word = "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"
    excel = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    template = "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
    assert kind(zipped(docx())) == kind(zipped(docx(types=word))) == DOCX
    assert kind(zipped(xlsx())) == kind(zipped(docx(types=excel))) == XLSX
    assert kind(zipped(pptx())) == kind(zipped(docx(types=template))) == PPTX
    assert kind(zipped(odf("spreadsheet"))) == OPEN + "spreadsheet"
    assert kind(zipped({"mimetype": (OPEN + "text-template").encode(), "x": b""})) == OPEN + "text"
    for other in (
        b"",
        b"PK\3\4",
        zipped({"a.txt": b"x"}),
        zipped({"mimetype": b"application/epub+zip"}),
        b"PK\5\6" + bytes(18),
    ):
        assert kind(other) is None


def test_a_binary_workbook_is_an_old_one() -> None:
    binary = docx(types="application/vnd.ms-excel.sheet.binary.macroEnabled.main")
    assert _refusal(zipped(binary)) == "old_office"


def test_a_locked_open_document_is_told_as_locked() -> None:
    locked = open_part(
        "manifest:manifest", "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    )
    assert _refusal(zipped(odf(parts={"META-INF/manifest.xml": locked}))) == "encrypted"


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(12)
) + b"]>"  # fmt: skip


@one_zygote
@pytest.mark.parametrize(
    "head", [LAUGHS, b"<!DOCTYPE x []>", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>']
)
async def test_entities_and_document_types(scrubber: Scrubber, head: bytes) -> None:
    assert await _fate(scrubber, zipped(docx("<w:p>&e;</w:p>", head=head))) == "bomb"
    wide = (head + docx()["word/document.xml"].split(b"?>", 1)[1]).decode().encode("utf-16")
    assert await _fate(scrubber, zipped(docx(parts={"word/document.xml": wide}))) in ("bomb", "broken")


@one_zygote
async def test_an_entity_that_nothing_defines(scrubber: Scrubber) -> None:
    head = b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"
    assert await _fate(scrubber, zipped(docx("<w:p>&e;</w:p>", head=head))) in ("broken", "unsupported")


@one_zygote
async def test_an_archive_bomb(scrubber: Scrubber) -> None:
    bomb = zipped(docx(parts={"word/x.bin": bytes(200 << 20)}))
    assert len(bomb) < 1 << 20
    assert await _fate(scrubber, bomb) == "bomb"
    many = zipped(docx(parts={f"x/{number}": b"" for number in range(4001)}))
    assert await _fate(scrubber, many) != "clean"


@one_zygote
async def test_a_size_that_lies(scrubber: Scrubber) -> None:
    data = bytearray(zipped(docx()))
    at = data.rindex(b"PK\1\2")
    data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    assert await _fate(scrubber, bytes(data)) in ("bomb", "broken", "mislabeled")


def test_bytes_around_the_archive_make_it_a_lie() -> None:
    data = zipped(docx())
    assert _refusal(b"%!PS\n" + data) != "clean"
    assert _refusal(data + b"x") in ("mislabeled", "broken")
    at = data.index(b"PK\1\2")
    out = io.BytesIO(data[:at] + bytes(100))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("x", "y")
    assert _refusal(data[:at] + b"hidden bytes that belong to nothing" + data[at:]) in (
        "mislabeled",
        "broken",
    )


@one_zygote
@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a\\b", "x/../y", "word//x.xml", "n" * 4000, "word/./x.xml"]
)
async def test_names_that_climb_or_hide(scrubber: Scrubber, name: str) -> None:
    assert await _fate(scrubber, zipped(docx(parts={name: b"x"}))) in ("broken", "clean")
    result = await scrubber.scrub(zipped(docx(parts={name: b"x"})))
    assert not isinstance(result, Clean) or name.encode() not in result.content


def test_a_name_twice() -> None:
    out = io.BytesIO(zipped(docx()))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", b"<x/>")
    assert _refusal(out.getvalue()) == "broken"


@one_zygote
async def test_xml_nested_ten_thousand_deep(scrubber: Scrubber) -> None:
    deep = "<w:sdt><w:sdtContent>" * 10_000 + "</w:sdtContent></w:sdt>" * 10_000
    assert await _fate(scrubber, zipped(docx(deep))) == "broken"
    tables = "<w:tbl><w:tr><w:tc>" * 80 + "</w:tc></w:tr></w:tbl>" * 80
    assert await _fate(scrubber, zipped(docx(tables))) == "clean"


@one_zygote
async def test_wild_geometry(scrubber: Scrubber) -> None:
    for number in ("NaN", "INF", "-1e308", "9" * 400, "0x10", "", "-0"):
        body = picture('r:embed="i1"').replace('cx="900000"', f'cx="{number}"')
        assert await _fate(scrubber, zipped(docx(body))) == "clean"
        assert await _fate(scrubber, zipped(pptx(after=f'<p:x cx="{number}"/>', shapes=""))) == "clean"
        sheet = (
            f'<x:row r="{number}" ht="{number}"><x:c r="ZZZZ9" s="{number}"><x:v>{number}</x:v></x:c></x:row>'
        )
        assert await _fate(scrubber, zipped(xlsx(sheet))) in ("clean", "broken")
    clip = (
        '<style:style style:name="g" style:family="graphic"><style:graphic-properties'
        ' fo:clip="rect(9e9cm,1,1,nan)"/></style:style>'
    )
    assert await _fate(scrubber, zipped(odf(styles=clip))) == "clean"


@one_zygote
async def test_parts_that_refer_to_each_other_and_to_themselves(scrubber: Scrubber) -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:name w:val="x"/>'
        f'<w:basedOn w:val="S{(n + 1) % 50}"/></w:style>'
        for n in range(50)
    )
    files = docx(
        f'<w:p><w:pPr><w:pStyle w:val="S3"/></w:pPr>{run("x")}</w:p>',
        parts={"word/styles.xml": part("w:styles", styles)},
        rels=(
            ("y1", "styles", "styles.xml"),
            ("i1", "image", "document.xml"),
            ("c1", "chart", "document.xml"),
        ),
    )
    assert await _fate(scrubber, zipped(files)) == "clean"
    loop = pptx(parts={"ppt/slideMasters/slideMaster1.xml": slide("", kind="p:sldMaster")})
    assert await _fate(scrubber, zipped(loop)) == "clean"


@one_zygote
async def test_wrong_parts_in_right_places(scrubber: Scrubber) -> None:
    for main in (b"", b"\x89PNG", xml("<x/>"), part("x:workbook", ""), part("w:document", "")):
        assert await _fate(scrubber, zipped(docx(parts={"word/document.xml": main}))) in (
            "broken",
            "clean",
            "unsupported",
        )
        assert await _fate(scrubber, zipped(xlsx(parts={"xl/workbook.xml": main}))) in (
            "broken",
            "unsupported",
        )
        assert await _fate(scrubber, zipped(odf(parts={"content.xml": main}))) == "broken"
    empty = dict.fromkeys(docx(), b"")
    empty["[Content_Types].xml"] = docx()["[Content_Types].xml"]
    assert await _fate(scrubber, zipped(empty)) == "broken"


@one_zygote
async def test_a_document_cut_off_or_flipped_anywhere(impatient: Scrubber) -> None:
    data = zipped(docx(f"<w:p>{run('x' * 50)}</w:p>"))
    for length in range(4, len(data), 97):
        assert await _fate(impatient, data[:length]) != "clean"
    for at in range(0, len(data), 31):
        flipped = bytearray(data)
        flipped[at] ^= 0x15
        assert await _fate(impatient, bytes(flipped)) != "crashed"


@one_zygote
async def test_many_cells_and_strings_that_repeat(impatient: Scrubber) -> None:
    cells = "".join('<x:c t="s"><x:v>0</x:v></x:c>' for _ in range(40_000))
    fate = await _fate(impatient, zipped(xlsx(f'<x:row r="2">{cells}</x:row>')))
    assert fate in ("clean", "timeout", "bomb", "too_large")
    repeated = (
        '<table:table-row table:number-rows-repeated="999999999"><table:table-cell'
        ' table:number-columns-repeated="999999999"/></table:table-row>'
    )
    table = f'<table:table table:name="x">{repeated}</table:table>'
    assert await _fate(impatient, zipped(odf("spreadsheet", table))) == "clean"


@one_zygote
async def test_a_document_in_an_archive_and_no_deeper_than_allowed(clean: Callable[[bytes], Clean]) -> None:
    result = clean(zipped({"a.docx": zipped(docx())}))
    assert result.media_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(result.content)) as archive:
        assert archive.namelist() == ["0001.docx"]


@one_zygote
async def test_a_picture_bomb_inside_costs_the_picture(scrubber: Scrubber) -> None:
    head = b"\xff\xd8\xff\xc2\x00\x0b\x08\x0f\xa0\x0f\xa0\x01\x01\x11\x00"
    bomb = head + b"\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00a" * 2000 + b"\xff\xd9"
    files = docx(
        picture('r:embed="i1"'), parts={"word/media/x.jpg": bomb}, rels=(("i1", "image", "media/x.jpg"),)
    )
    result = await scrubber.scrub(zipped(files))
    assert isinstance(result, Clean)
    assert "members_left_out" in result.notes


@one_zygote
async def test_an_empty_file_and_a_nearly_empty_archive(scrubber: Scrubber) -> None:
    assert await scrubber.scrub(b"") == Refused("empty_file")
    assert await _fate(scrubber, b"PK\3\4") != "clean"


def test_a_sheet_and_a_relation_without_a_name_crash_nothing(clean: Callable[[bytes], Clean]) -> None:
    files = xlsx()
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(b' r:id="s1"', b"")
    name = "xl/_rels/workbook.xml.rels"
    files[name] = files[name].replace(b'Id="s1"', b'Id=""')
    assert clean(zipped(files)).media_type == XLSX
