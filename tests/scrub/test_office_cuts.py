"""Pictures in documents: what their frame, their page or their slide doesn't show is cut off, the rest looks
as it did.
"""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from scrub.office.outlines import Unknown, outline_of
from scrub.office.trees import etree
from scrub.report import Clean
from tests.scrub.office_files import Files, docx, odf, part, pptx, relations, run, xlsx, zipped
from tests.scrub.test_office import entries, words

_RED, _GREEN, _WHITE = (255, 0, 0), (0, 120, 0), (255, 255, 255)
_IMAGE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_FRAME = '<a:xfrm{}><a:off x="0" y="0"/><a:ext cx="{}" cy="{}"/></a:xfrm>'


def secret(size: tuple[int, int] = (200, 200)) -> bytes:
    """Green, with a red mark in each corner."""
    image = Image.new("RGB", size, _GREEN)
    draw = ImageDraw.Draw(image)
    for x in (0, size[0] - 20):
        for y in (0, size[1] - 20):
            draw.rectangle((x, y, x + 19, y + 19), fill=_RED)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def fill(crop: str = "", inset: str = "", effect: str = "", prefix: str = "pic", more: str = "") -> str:
    """A picture's filling."""
    return (
        f'<{prefix}:blipFill {more}><a:blip r:embed="i1">{effect}</a:blip>{crop}'
        f"<a:stretch><a:fillRect {inset}/></a:stretch></{prefix}:blipFill>"
    )


def preset(name: str, adjusted: str = "") -> str:
    """A preset geometry."""
    return f'<a:prstGeom prst="{name}"><a:avLst>{adjusted}</a:avLst></a:prstGeom>'


def picture(
    filling: str, geometry: str = preset("rect"), size: tuple[int, int] = (900_000, 900_000), place: str = ""
) -> str:
    """A paragraph of Word with a picture; `place` makes it float."""
    kind = "anchor" if place else "inline"
    frame = _FRAME.format("", *size)
    return (
        f'<w:p><w:r><w:drawing><wp:{kind}>{place}<wp:extent cx="{size[0]}" cy="{size[1]}"/><wp:wrapNone/>'
        f'<wp:docPr id="1" name="x"/><a:graphic><a:graphicData uri="{_IMAGE}"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>{filling}'
        f"<pic:spPr>{frame}{geometry}</pic:spPr>"
        f"</pic:pic></a:graphicData></a:graphic></wp:{kind}></w:drawing></w:r></w:p>"
    )


def _word(body: str, image: bytes = b"", **more: object) -> Files:
    parts = {"word/media/x.bin": image or secret(), **more}
    return docx(body, parts=parts, rels=(("i1", "image", "media/x.bin"),))  # type: ignore[arg-type]  # by name


def _slides(shapes: str, image: bytes = b"", layout: str = "") -> Files:
    parts = {"ppt/media/x.bin": image or secret()}
    return pptx(shapes, parts=parts, rels=(("i1", "image", "../media/x.bin"),), layout=layout)


def _on_a_slide(filling: str, geometry: str, frame: str = _FRAME.format("", 900_000, 900_000)) -> str:
    return (
        '<p:pic><p:nvPicPr><p:cNvPr id="1" name="x"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
        f"{filling}<p:spPr>{frame}{geometry}</p:spPr></p:pic>"
    )


def _sheet(filling: str, geometry: str, image: bytes = b"") -> Files:
    anchor = (
        '<xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="900000" cy="900000"/><xdr:pic><xdr:nvPicPr>'
        f'<xdr:cNvPr id="1" name="x"/><xdr:cNvPicPr/></xdr:nvPicPr>{filling}'
        f"<xdr:spPr>{_FRAME.format('', 900_000, 900_000)}{geometry}</xdr:spPr></xdr:pic><xdr:clientData/>"
        "</xdr:absoluteAnchor>"
    )
    parts = {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(("d1", "drawing", "../drawings/drawing1.xml")),
        "xl/drawings/drawing1.xml": part("xdr:wsDr", anchor),
        "xl/drawings/_rels/drawing1.xml.rels": relations(("i1", "image", "../media/x.bin")),
        "xl/media/x.bin": image or secret(),
    }
    return xlsx(sheet='<x:drawing r:id="d1"/>', parts=parts)


def shown(result: Clean) -> Image.Image | None:
    """The picture in the copy, if there is one."""
    media = [content for name, content in entries(result.content).items() if "/media/" in name]
    assert len(media) <= 1
    return Image.open(io.BytesIO(media[0])).convert("RGB") if media else None


def colors(image: Image.Image | None) -> list[str]:
    """What stands in the four corners and in the middle: red, green or white; `-` for no picture."""
    if image is None:
        return ["-"]
    right, bottom = image.width - 4, image.height - 4
    names = {_RED: "red", _GREEN: "green", _WHITE: "white"}
    points = ((3, 3), (right, 3), (3, bottom), (right, bottom), (image.width // 2, image.height // 2))
    return [_nearest(image.getpixel(point), names) for point in points]


def _nearest(found: object, names: dict[tuple[int, int, int], str]) -> str:
    assert isinstance(found, tuple)
    return names[min(names, key=lambda color: sum(abs(a - b) for a, b in zip(color, found, strict=True)))]


_TRIANGLE = (
    '<a:custGeom><a:gdLst><a:gd name="m" fmla="*/ w 1 2"/></a:gdLst><a:pathLst><a:path w="10" h="10">'
    '<a:moveTo><a:pt x="5" y="0"/></a:moveTo><a:lnTo><a:pt x="10" y="10"/></a:lnTo>'
    '<a:lnTo><a:pt x="0" y="10"/></a:lnTo>'
    "<a:close/></a:path></a:pathLst></a:custGeom>"
)


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (preset("rect"), ["red", "red", "red", "red", "green"]),
        (preset("ellipse"), ["white", "white", "white", "white", "green"]),
        (preset("roundRect", '<a:gd name="adj" fmla="val 50000"/>'), ["white"] * 4 + ["green"]),
        (preset("diamond"), ["white"] * 4 + ["green"]),
        (preset("donut"), ["white"] * 5),
        (preset("heart"), ["white"] * 4 + ["green"]),
        (preset("star5"), ["white"] * 4 + ["green"]),
        (_TRIANGLE, ["white", "white", "white", "white", "green"]),
    ],
)
def test_a_picture_cropped_to_a_shape_keeps_nothing_outside_of_it(
    geometry: str, expected: list[str], clean: Callable[[bytes], Clean]
) -> None:
    for files in (
        _word(picture(fill(), geometry)),
        _slides(_on_a_slide(fill(prefix="p"), geometry)),
        _sheet(fill(prefix="xdr"), geometry),
    ):
        result = clean(zipped(files))
        found = colors(shown(result))
        if geometry is _TRIANGLE:
            found[2:4] = [color.replace("red", "white") for color in found[2:4]]  # sharp ends are a few dots
        assert found == expected
        assert ("hidden_image" in result.removed) is ("rect" not in geometry)


def test_a_picture_that_does_not_say_how_it_fills_its_frame_is_cut_too(
    clean: Callable[[bytes], Clean],
) -> None:
    bare = fill().replace("<a:stretch><a:fillRect /></a:stretch>", "")
    assert colors(shown(clean(zipped(_word(picture(bare, preset("heart"))))))) == ["white"] * 4 + ["green"]
    tiled = fill().replace("<a:stretch><a:fillRect /></a:stretch>", '<a:tile sx="50000" sy="50000"/>')
    assert colors(shown(clean(zipped(_word(picture(tiled, preset("heart"))))))) == ["red"] * 4 + ["green"]


def test_a_photo_stays_a_photo_when_it_is_cut(clean: Callable[[bytes], Clean]) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((300, 200), 60) for _ in range(3)])
    noise.paste(_RED, (0, 0, 40, 30))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    result = clean(zipped(_word(picture(fill(), preset("ellipse"), (900_000, 600_000)), out.getvalue())))
    image = shown(result)
    assert image is not None
    assert image.size == (300, 200)
    assert any(name.endswith(".jpg") for name in entries(result.content))
    assert colors(image)[0] == "white"


def test_a_shape_filled_with_a_picture_shows_its_part_alone(clean: Callable[[bytes], Clean]) -> None:
    looks = _FRAME.format("{}", 900_000, 900_000) + preset("ellipse") + fill(prefix="a", more="{}")
    naming = '<p:nvSpPr><p:cNvPr id="3" name="x"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
    shape = f"<p:sp>{naming}<p:spPr>{looks}</p:spPr></p:sp>"
    assert colors(shown(clean(zipped(_slides(shape.format("", "")))))) == ["white"] * 4 + ["green"]
    turned = shape.format(' rot="2700000"', 'rotWithShape="1"')
    assert colors(shown(clean(zipped(_slides(turned))))) == ["white"] * 4 + ["green"]
    alone = shape.format(' rot="2700000"', 'rotWithShape="0"')  # another piece of it is seen
    assert colors(shown(clean(zipped(_slides(alone))))) == ["red"] * 4 + ["green"]


@pytest.mark.parametrize(
    ("crop", "inset", "size", "expected"),
    [
        ('<a:srcRect l="50000"/>', "", (100, 200), ["green", "red", "green", "red", "green"]),
        ('<a:srcRect l="50%" t="25%"/>', "", (100, 150), ["green", "green", "green", "red", "green"]),
        ("", 'l="-100000"', (100, 200), ["green", "red", "green", "red", "green"]),
        ("", 'l="-25000" t="-25000" r="-25000" b="-25000"', (134, 134), ["green"] * 5),
        ('<a:srcRect l="-100000"/>', "", (400, 200), ["white", "red", "white", "red", "green"]),
        ('<a:srcRect l="150000" r="-150000"/>', "", (0, 0), ["-"]),
        ("", 'l="100000" r="-100000"', (0, 0), ["-"]),
        ("", 't="-300000" b="200000"', (0, 0), ["-"]),
    ],
)
def test_a_picture_moved_in_its_frame_keeps_what_the_frame_shows(
    crop: str, inset: str, size: tuple[int, int], expected: list[str], clean: Callable[[bytes], Clean]
) -> None:
    result = clean(zipped(_word(picture(fill(crop, inset)) + f"<w:p>{run('after')}</w:p>")))
    image = shown(result)
    assert ((0, 0) if image is None else image.size) == size
    if "-100000" in crop:
        assert image is not None
        assert image.getpixel((50, 100)) == _WHITE
        assert colors(image)[0:4] == expected[0:4]
    else:
        assert colors(image) == expected
        assert "hidden_image" in result.removed
    assert words(result.content) == "Visible after"


@pytest.mark.parametrize(
    "effect",
    [
        '<a:alphaModFix amt="0"/>',
        '<a:alphaModFix amt="1%"/>',
        '<a:alphaRepl a="0"/>',
        '<a:lum bright="100000"/>',
        '<a:lum bright="-100%"/>',
        '<a:lum contrast="-100000"/>',
        '<a:biLevel thresh="0"/>',
        '<a:hsl lum="100000"/>',
        '<a:clrRepl><a:schemeClr val="bg1"/></a:clrRepl>',
        '<a:duotone><a:srgbClr val="FFFFFF"/><a:srgbClr val="FFFFFF"/></a:duotone>',
    ],
)
def test_a_picture_that_an_effect_makes_invisible_is_gone(
    effect: str, clean: Callable[[bytes], Clean]
) -> None:
    for files in (
        _word(picture(fill(effect=effect))),
        _slides(_on_a_slide(fill(effect=effect, prefix="p"), preset("rect"))),
        _sheet(fill(effect=effect, prefix="xdr"), preset("rect")),
    ):
        result = clean(zipped(files))
        assert shown(result) is None
        assert "hidden_image" in result.removed
        covers = b"".join(entries(result.content).values())
        assert (b"<a:solidFill><a:srgbClr" in covers) is (
            "alpha" not in effect
        )  # it still lies over the rest


@pytest.mark.parametrize(
    ("crop", "geometry"),
    [
        ('<a:srcRect l="NaN"/>', preset("rect")),
        ('<a:srcRect l="1e400"/>', preset("rect")),
        ('<a:srcRect l="60000" r="50000"/>', preset("rect")),
        ("", preset("nobodyKnows")),
        ("", preset("ellipse", '<a:gd name="adj" fmla="nan"/>').replace("ellipse", "roundRect")),
        ("", _TRIANGLE.replace("*/ w 1 2", "*/ m m m")),
        ("", _TRIANGLE.replace("*/ w 1 2", "val inf")),
        ("", "<a:custGeom><a:pathLst/></a:custGeom>"),
        ("", _TRIANGLE.replace('x="5"', 'x="1e300"')),
    ],
)
def test_a_crop_that_nobody_can_reckon_costs_the_picture_and_nothing_else(
    crop: str, geometry: str, clean: Callable[[bytes], Clean]
) -> None:
    result = clean(zipped(_word(picture(fill(crop), geometry) + f"<w:p>{run('after')}</w:p>")))
    assert shown(result) is None
    assert "members_left_out" in result.notes
    assert words(result.content) == "Visible after"
    assert b"A6A6A6" in entries(result.content)["word/document.xml"]


def test_endless_paths_and_variables_end_in_time() -> None:
    guides = "".join(f'<a:gd name="x{n}" fmla="+- x{n - 1} x{n - 1} 0"/>' for n in range(1, 5000))
    steps = '<a:cubicBezTo><a:pt x="1" y="1"/><a:pt x="2" y="2"/><a:pt x="3" y="3"/></a:cubicBezTo>' * 30_000
    for inside in (
        f'<a:gdLst><a:gd name="x0" fmla="val 1"/>{guides}</a:gdLst>',
        f'<a:pathLst><a:path><a:moveTo><a:pt x="0" y="0"/></a:moveTo>{steps}</a:path></a:pathLst>',
        "<a:pathLst><a:path><a:lnTo/></a:path></a:pathLst>",
    ):
        geometry = etree.fromstring(f'<a:custGeom xmlns:a="{_MAIN}">{inside}</a:custGeom>')
        with pytest.raises(Unknown):
            outline_of(geometry, 100, 100)


def _photo(orientation: int, name: str = "JPEG") -> bytes:
    """80 x 40, red at the left, as it lies in the file."""
    image = Image.new("RGB", (80, 40), _GREEN)
    image.paste(_RED, (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, name, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_its_exif_turns_lies_as_the_document_showed_it(
    orientation: int, clean: Callable[[bytes], Clean]
) -> None:
    for kind in ("JPEG", "PNG"):
        photo, rect = _photo(orientation, kind), preset("rect")
        for files in (
            _word(picture(fill(), size=(800_000, 400_000)), photo),
            _slides(_on_a_slide(fill(prefix="p"), rect), photo),
            _sheet(fill(prefix="xdr"), rect, photo),
        ):
            image = shown(clean(zipped(files)))
            assert image is not None
            assert image.size == (80, 40)
            assert colors(image) == ["red", "green", "red", "green", "green"]
    half = shown(clean(zipped(_word(picture(fill('<a:srcRect r="50000"/>')), _photo(orientation)))))
    assert half is not None
    assert (half.size, colors(half)) == ((40, 40), ["red", "green", "red", "green", "red"])


def test_a_turned_picture_of_open_document_lies_as_it_lay(clean: Callable[[bytes], Clean]) -> None:
    frame = '<text:p>Visible<draw:frame><draw:image xlink:href="Pictures/a.jpg"/></draw:frame></text:p>'
    result = clean(zipped(odf(inside=frame, parts={"Pictures/a.jpg": _photo(8)})))
    image = Image.open(io.BytesIO(entries(result.content)["Pictures/1.jpg"])).convert("RGB")
    assert (image.size, colors(image)[:2]) == ((80, 40), ["red", "green"])


@pytest.mark.parametrize(
    ("said", "broken"),
    [
        (b"\x01\x12\x00\x03", b"\x01\x12\x00\x02"),  # the turn as words instead of a number
        (b"MM\x00\x2a\x00\x00\x00\x08", b"MM\x00\x2a\xff\xff\xff\xff"),  # the directory is nowhere
        (b"\x00\x00\x00\x01\x00\x06", b"\x00\x00\x00\x01\x00\x09"),  # a turn that there isn't
    ],
)
def test_a_turn_that_is_none_turns_nothing(
    said: bytes, broken: bytes, clean: Callable[[bytes], Clean]
) -> None:
    photo = _photo(6)
    assert photo.count(said) == 1
    files = _word(picture(fill(), size=(800_000, 400_000)), photo.replace(said, broken))
    image = shown(clean(zipped(files)))
    assert image is not None
    assert (image.size, colors(image)) == ((80, 40), ["red", "green", "red", "green", "green"])


def _floating(across: str, down: str, simple: str = "0") -> str:
    (x, right), (y, below) = across.split(), down.split()
    return (
        f'<wp:simplePos x="{simple}" y="{simple}"/>'
        f'<wp:positionH relativeFrom="{x}"><wp:posOffset>{right}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="{y}"><wp:posOffset>{below}</wp:posOffset></wp:positionV>'
    )


_LOW = '<w:spacing w:line="20" w:lineRule="exact"/>'
_STYLE = '<w:style w:type="paragraph" w:styleId="{}" {}><w:pPr>{}</w:pPr></w:style>'
_BOX = (
    '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="{0}"/><wp:docPr id="1" name="x"/><a:graphic>'
    '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="{0}"/></a:xfrm>'
    '<a:prstGeom prst="rect"/></wps:spPr><wps:txbx><w:txbxContent><w:p>{1}</w:p></w:txbxContent></wps:txbx>'
    "<wps:bodyPr>{2}</wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


@pytest.mark.parametrize(
    ("body", "styles", "stays"),
    [
        (f"<w:p><w:pPr>{_LOW}</w:pPr>{run('low')}</w:p>", "", False),
        (f"<w:p><w:pPr>{_LOW.replace('exact', 'atLeast')}</w:pPr>{run('low')}</w:p>", "", True),
        (f"<w:p><w:pPr>{_LOW.replace('20', '60')}</w:pPr>{run('low')}</w:p>", "", True),
        (f'<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr>{run("low")}</w:p>', "", False),
        (f'<w:p><w:pPr><w:pStyle w:val="b"/><w:spacing w:line="240"/></w:pPr>{run("low")}</w:p>', "", True),
        (f"<w:p>{run('low')}</w:p>", _STYLE.format("n", 'w:default="1"', _LOW), False),
        (
            '<w:tbl><w:tr><w:trPr><w:trHeight w:val="20" w:hRule="exact"/></w:trPr>'
            f"<w:tc><w:p>{run('low')}</w:p></w:tc></w:tr></w:tbl>",
            "",
            False,
        ),
        (_BOX.format(12_700, run("low"), ""), "", False),
        (f"<w:p>{run('low', '<w:w w:val=_1_/>'.replace('_', chr(34)))}</w:p>", "", False),
        (f"<w:p>{run('low', '<w:w w:val=_80%_/>'.replace('_', chr(34)))}</w:p>", "", True),
        (f"<w:p>{run('low', '<w:fitText w:val=_9_/>'.replace('_', chr(34)))}</w:p>", "", False),
        (f'<w:p><w:pPr><w:framePr w:h="9" w:hRule="exact"/></w:pPr>{run("low")}</w:p>', "", False),
        (_BOX.format(12_700, run("low"), "<a:spAutoFit/>"), "", True),
        (_BOX.format(300_000, run("low"), ""), "", True),
        (f"<w:p><w:pPr>{_LOW}</w:pPr>{_BOX.format(300_000, run('low'), '')[5:]}", "", True),
    ],
)
def test_words_squeezed_into_nothing_are_gone(
    body: str, styles: str, stays: bool, clean: Callable[[bytes], Clean]
) -> None:
    based = _STYLE.format("a", "", _LOW) + _STYLE.format("b", "", "").replace(
        "<w:pPr>", '<w:basedOn w:val="a"/><w:pPr>'
    )
    parts = {"word/styles.xml": part("w:styles", based + styles)}
    visible = f'<w:p><w:pPr><w:spacing w:line="240"/></w:pPr>{run("Visible")}</w:p>'
    files = docx(body, parts=parts, rels=(("s1", "styles", "styles.xml"),), visible=visible)
    result = clean(zipped(files))
    assert words(result.content) == ("Visible low" if stays else "Visible")
    assert ("hidden_text" in result.removed) is not stays


def test_a_picture_in_a_line_without_height_leaves_its_shape(clean: Callable[[bytes], Clean]) -> None:
    body = picture(fill()).replace("<w:p>", f"<w:p><w:pPr>{_LOW}</w:pPr>", 1)
    result = clean(zipped(_word(body)))
    assert shown(result) is None
    assert "hidden_image" in result.removed
    assert b"<wps:wsp>" in entries(result.content)["word/document.xml"]


@pytest.mark.parametrize(
    ("place", "stays"),
    [
        (_floating("page -9525000", "page 0"), False),
        (_floating("column -9525000", "paragraph 0"), False),
        (_floating("column 9525000", "paragraph 0"), False),
        (_floating("character 0", "line 20000000"), False),
        (_floating("rightMargin 9000000", "bottomMargin 0"), False),
        (_floating("column -500000", "paragraph 0"), True),
        (_floating("column 500000", "paragraph -500000"), True),
    ],
)
def test_a_picture_moved_off_the_page_is_gone(
    place: str, stays: bool, clean: Callable[[bytes], Clean]
) -> None:
    result = clean(zipped(_word(picture(fill(), place=place))))
    assert (shown(result) is not None) is stays
    assert ("hidden_part" in result.removed) is not stays


def test_specks_frames_and_tables_off_the_page_are_gone(
    clean: Callable[[bytes], Clean],
) -> None:
    simple = picture(fill(), place=_floating("page 0", "page 0", "-9525000"))
    result = clean(zipped(_word(simple.replace("<wp:anchor>", '<wp:anchor simplePos="1">'))))
    assert shown(result) is None
    assert shown(clean(zipped(_word(picture(fill(), size=(1, 1)))))) is None
    speck = _on_a_slide(fill(prefix="p"), preset("rect"), _FRAME.format("", 1, 1))
    assert shown(clean(zipped(_slides(speck)))) is None
    frame = '<w:p><w:pPr><w:framePr w:w="900" w:hAnchor="page" w:x="{}"/></w:pPr>{}</w:p>'
    table = (
        '<w:tbl><w:tblPr><w:tblpPr w:horzAnchor="page" w:tblpX="{}"/></w:tblPr>'
        "<w:tr><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>"
    )
    body = "".join(
        made.format(place, run(f"{kind}{place}"))
        for kind, made in (("f", frame), ("t", table))
        for place in (-20_000, 20_000, 500)
    )
    result = clean(zipped(docx(body)))
    assert words(result.content) == "Visible f500 t500"
    assert "hidden_part" in result.removed


@pytest.mark.parametrize(
    ("looks", "letters", "stays"),
    [
        ('<w:ind w:left="20000"/>', "", False),
        ('<w:ind w:start="12240"/>', "", False),
        ('<w:ind w:left="720" w:hanging="360"/>', "", True),
        ("", '<w:position w:val="1600"/>', False),
        ("", '<w:position w:val="-1600"/>', False),
        ("", '<w:position w:val="12"/>', True),
        ('<w:ind w:left="NaN"/>', '<w:position w:val="x"/>', True),
    ],
)
def test_words_moved_off_the_page_are_gone(
    looks: str, letters: str, stays: bool, clean: Callable[[bytes], Clean]
) -> None:
    result = clean(zipped(docx(f"<w:p><w:pPr>{looks}</w:pPr>{run('moved', letters)}</w:p>")))
    assert words(result.content) == ("Visible moved" if stays else "Visible")
    assert ("hidden_text" in result.removed) is not stays


_PLACEHOLDER = (
    '<p:{0}><p:nv{1}Pr><p:cNvPr id="5" name="x"/><p:cNv{1}Pr/><p:nvPr><p:ph type="{2}" idx="7"/></p:nvPr>'
    "</p:nv{1}Pr>{3}<p:spPr>{4}</p:spPr>{5}</p:{0}>"
)


def test_a_picture_takes_its_outline_from_the_layout(clean: Callable[[bytes], Clean]) -> None:
    layout = _PLACEHOLDER.format(
        "sp", "Sp", "pic", "", _FRAME.format("", 900_000, 900_000) + preset("ellipse"), ""
    )
    files = _slides(_PLACEHOLDER.format("pic", "Pic", "pic", fill(prefix="p"), "", ""), layout=layout)
    result = clean(zipped(files))
    assert colors(shown(result)) == ["white"] * 4 + ["green"]
    assert b'prst="ellipse"' in entries(result.content)["ppt/slides/slide1.xml"]


def test_what_a_layout_places_beside_the_slide_is_gone(clean: Callable[[bytes], Clean]) -> None:
    far = '<a:xfrm><a:off x="-9000000" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
    text = "<p:txBody><a:bodyPr/><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody>"
    layout = _PLACEHOLDER.format("sp", "Sp", "body", "", far, "") + (
        f"<p:sp><p:nvSpPr/><p:spPr>{far}</p:spPr>{text.format('beside')}</p:sp>"
    )
    words_there = _PLACEHOLDER.format("sp", "Sp", "body", "", "", text.format("there"))
    result = clean(zipped(_slides(words_there, layout=layout)))
    assert words(result.content) == "Visible"
    assert "hidden_part" in result.removed


@pytest.mark.parametrize(
    ("looks", "style", "seen"),
    [
        ("<a:noFill/>", "", False),
        ('<a:solidFill><a:srgbClr val="FF0000"><a:alpha val="0"/></a:srgbClr></a:solidFill>', "", False),
        ('<a:solidFill><a:schemeClr val="tx1"><a:alpha val="1%"/></a:schemeClr></a:solidFill>', "", False),
        ("", "<a:lvl1pPr><a:defRPr><a:noFill/></a:defRPr></a:lvl1pPr>", False),
        ('<a:ln><a:solidFill><a:srgbClr val="FF0000"/></a:solidFill></a:ln><a:noFill/>', "", True),
        ('<a:solidFill><a:srgbClr val="FFFFFF"><a:alpha val="x"/></a:srgbClr></a:solidFill>', "", True),
        (
            '<a:solidFill><a:srgbClr val="FF0000"/></a:solidFill>',
            "<a:lvl1pPr><a:defRPr><a:noFill/></a:defRPr></a:lvl1pPr>",
            True,
        ),
    ],
)
def test_letters_of_a_slide_that_are_filled_with_nothing_are_gone(
    looks: str, style: str, seen: bool, clean: Callable[[bytes], Clean]
) -> None:
    run_of = f"<a:p><a:r><a:rPr>{looks}</a:rPr><a:t>unseen</a:t></a:r></a:p>"
    body = f"<p:txBody><a:bodyPr/><a:lstStyle>{style}</a:lstStyle>{run_of}</p:txBody>"
    result = clean(zipped(pptx(f"<p:sp><p:nvSpPr/><p:spPr/>{body}</p:sp>")))
    assert words(result.content) == ("Visible unseen" if seen else "Visible")
    assert ("hidden_text" in result.removed) is not seen


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ('v:shape type="#_x0000_t75"', ["red"] * 4 + ["green"]),
        ("v:rect", ["red"] * 4 + ["green"]),
        ("v:oval", ["white"] * 4 + ["green"]),
        ('v:roundrect arcsize="1"', ["white"] * 4 + ["green"]),
        ('v:shape coordsize="10,10" path="m5,0l10,5,5,10,0,5xe"', ["white"] * 4 + ["green"]),
        ('v:shape type="#_x0000_t4"', ["white"] * 4 + ["green"]),
        ('v:shape type="#_x0000_t61" adj="1,2"', ["-"]),
        ('v:shape coordsize="10,10" path="m@1,0l@2,5xe"', ["-"]),
    ],
)
def test_a_picture_of_old_word_keeps_the_outline_that_it_had(
    shape: str, expected: list[str], clean: Callable[[bytes], Clean]
) -> None:
    name = shape.split(maxsplit=1)[0]
    body = (
        f'<w:p><w:r><w:pict><{shape} style="width:100pt;height:100pt"><v:imagedata r:id="i1"/></{name}>'
        f"</w:pict></w:r></w:p><w:p>{run('after')}</w:p>"
    )
    result = clean(zipped(_word(body)))
    assert colors(shown(result)) == expected
    assert words(result.content) == "Visible after"
    assert ("members_left_out" in result.notes) is (expected == ["-"])


@pytest.mark.parametrize(("at", "stays"), [(-30_000_000, False), (30_000_000, False), (-500_000, True)])
def test_a_member_of_a_group_off_the_page_is_gone(
    at: int, stays: bool, clean: Callable[[bytes], Clean]
) -> None:
    group = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
    frame = '<a:xfrm><a:off x="{}" y="0"/><a:ext cx="900" cy="900"/>{}</a:xfrm>'
    inner = frame.format(0, '<a:chOff x="0" y="0"/><a:chExt cx="900000" cy="900000"/>')
    looks = frame.format(at, "") + preset("rect")
    image = f"<pic:pic><pic:nvPicPr/>{fill()}<pic:spPr>{looks}</pic:spPr></pic:pic>"
    body = picture("").split("<a:graphic>")[0] + (
        f'<a:graphic><a:graphicData uri="{group}"><g:wgp xmlns:g="{group}"><g:cNvGrpSpPr/><g:grpSpPr>{inner}'
        f"</g:grpSpPr>{image}</g:wgp></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    result = clean(zipped(_word(body)))
    assert (shown(result) is not None) is stays
    assert ("hidden_part" in result.removed) is not stays


def test_an_outline_of_very_many_pieces_costs_the_picture_alone(clean: Callable[[bytes], Clean]) -> None:
    piece = "".join(
        f'<a:{step}><a:pt x="{x}" y="{y}"/></a:{step}>'
        for step, x, y in (("moveTo", 0, 0), ("lnTo", 10, 0), ("lnTo", 10, 10), ("lnTo", 0, 10))
    )
    many = f'<a:custGeom><a:pathLst><a:path w="10" h="10">{piece * 1000}</a:path></a:pathLst></a:custGeom>'
    result = clean(zipped(_word(picture(fill(), many))))
    assert shown(result) is None
    assert "members_left_out" in result.notes
    some = many.replace(piece * 1000, piece * 3)  # a hole in a hole
    assert colors(shown(clean(zipped(_word(picture(fill(), some)))))) == ["red"] * 4 + ["green"]


@pytest.mark.parametrize(
    ("shape", "inside", "seen"),
    [
        ("v:rect", '<v:imagedata r:id="i1" blacklevel=".5"/>', False),
        ("v:rect", '<v:imagedata r:id="i1" blacklevel=".1"/>', True),
        ("v:rect", '<v:imagedata r:id="i1" cropleft="1.5" cropright="-1.5"/>', False),
        ("v:rect", '<v:fill r:id="i1" type="frame" opacity="0"/>', False),
        ("v:rect", '<v:fill r:id="i1" type="frame" opacity=".5"/>', True),
    ],
)
def test_a_picture_of_old_word_that_nobody_saw_is_gone(
    shape: str, inside: str, seen: bool, clean: Callable[[bytes], Clean]
) -> None:
    pict = f'<{shape} style="width:99pt;height:99pt">{inside}</{shape}>'
    body = f"<w:p><w:r><w:pict>{pict}</w:pict></w:r></w:p>"
    result = clean(zipped(_word(body)))
    assert (shown(result) is not None) is seen
    assert ("hidden_image" in result.removed) is not seen


@pytest.mark.parametrize(
    ("place", "crop", "size", "corners"),
    [
        ((-450_000, 0), "", (100, 200), ["green", "red", "green", "red"]),
        ((8_550_000, 0), "", (100, 200), ["red", "green", "red", "green"]),
        ((0, 5_550_000), "", (200, 100), ["red", "red", "green", "green"]),
        ((-450_000, -450_000), "", (100, 100), ["green", "green", "green", "red"]),
        ((-450_000, 0), '<a:srcRect r="50000"/>', (50, 200), ["green"] * 4),
        ((0, 0), "", (200, 200), ["red"] * 4),
    ],
)
def test_what_of_a_picture_lies_beside_its_slide_is_cut_off(
    place: tuple[int, int],
    crop: str,
    size: tuple[int, int],
    corners: list[str],
    clean: Callable[[bytes], Clean],
) -> None:
    frame = _FRAME.format("", 900_000, 900_000).replace('x="0" y="0"', f'x="{place[0]}" y="{place[1]}"')
    result = clean(zipped(_slides(_on_a_slide(fill(crop, prefix="p"), preset("rect"), frame))))
    image = shown(result)
    assert image is not None
    assert image.size == size
    assert colors(image)[:4] == corners
    assert ("hidden_image" in result.removed) == (size != (200, 200))


_LEFT, _RIGHT = ["white", "red", "white", "red"], ["red", "white", "red", "white"]
_TOP, _BOTTOM = ["white", "white", "red", "red"], ["red", "red", "white", "white"]


@pytest.mark.parametrize(
    ("more", "at", "corners"),
    [
        (' rot="5400000"', (-450_000, 3_000_000), _BOTTOM),  # its foot is to the left
        (' rot="16200000"', (-450_000, 3_000_000), _TOP),
        (' rot="10800000"', (-450_000, 3_000_000), _RIGHT),
        (' rot="10800000" flipH="1"', (-450_000, 3_000_000), _LEFT),
        (' flipH="1"', (-450_000, 3_000_000), _RIGHT),
        (' flipV="1"', (3_000_000, 5_550_000), _TOP),
        (' rot="5400000" flipH="1"', (-450_000, 3_000_000), _BOTTOM),
        (' rot="1800000"', (-450_000, 3_000_000), _LEFT),
        (' rot="5400000"', (3_000_000, 3_000_000), ["red"] * 4),
    ],
)
def test_what_of_a_turned_picture_lies_beside_its_slide_is_cut_off(
    more: str, at: tuple[int, int], corners: list[str], clean: Callable[[bytes], Clean]
) -> None:
    frame = _FRAME.format(more, 900_000, 900_000).replace('x="0" y="0"', f'x="{at[0]}" y="{at[1]}"')
    result = clean(zipped(_slides(_on_a_slide(fill(prefix="p"), preset("rect"), frame))))
    assert colors(shown(result))[:4] == corners
    assert ("hidden_image" in result.removed) == ("white" in corners)
    fills = fill(prefix="a").replace("<a:blipFill", '<a:blipFill rotWithShape="1"')
    shape = f"<p:sp><p:nvSpPr/><p:spPr>{frame}{preset('rect')}{fills}</p:spPr></p:sp>"
    assert colors(shown(clean(zipped(_slides(shape)))))[:4] == corners


@pytest.mark.parametrize(
    ("line", "corners"),
    [
        ('<a:ln w="20116800"><a:noFill/></a:ln>', [_RIGHT, ["green", "red"] * 2]),
        ('<a:ln w="20116800"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>', [["red"] * 4] * 2),
    ],
)
def test_a_line_that_is_not_drawn_keeps_nothing_beside_the_slide(
    line: str, corners: list[list[str]], clean: Callable[[bytes], Clean]
) -> None:
    for more, expected in zip((' flipH="1"', ""), corners, strict=True):
        frame = _FRAME.format(more, 900_000, 900_000).replace('x="0" y="0"', 'x="-450000" y="3000000"')
        shape = _on_a_slide(fill(prefix="p"), preset("rect"), frame).replace("</p:spPr>", f"{line}</p:spPr>")
        assert colors(shown(clean(zipped(_slides(shape)))))[:4] == expected


@pytest.mark.parametrize(
    ("group", "corners"),
    [
        ('<a:off x="-450000" y="3000000"/><a:ext cx="900000" cy="900000"/>', _LEFT),
        ('<a:off x="-900000" y="3000000"/><a:ext cx="1800000" cy="1800000"/>', _LEFT),
        ('<a:off x="3000000" y="3000000"/><a:ext cx="900000" cy="900000"/>', ["red"] * 4),
    ],
)
def test_what_of_a_picture_in_a_group_lies_beside_its_slide_is_cut_off(
    group: str, corners: list[str], clean: Callable[[bytes], Clean]
) -> None:
    inner = '<a:chOff x="0" y="0"/><a:chExt cx="900000" cy="900000"/>'
    member = _on_a_slide(fill(prefix="p"), preset("rect"))
    shape = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr><a:xfrm>{group}{inner}</a:xfrm></p:grpSpPr>{member}</p:grpSp>"
    assert colors(shown(clean(zipped(_slides(shape)))))[:4] == corners


def test_a_group_that_moves_nothing_keeps_nothing_beside_the_slide(clean: Callable[[bytes], Clean]) -> None:
    frame = _FRAME.format("", 900_000, 900_000).replace('x="0" y="0"', 'x="-450000" y="3000000"')
    member = _on_a_slide(fill(prefix="p"), preset("rect"), frame)
    shape = f"<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>{member}</p:grpSp>"
    assert colors(shown(clean(zipped(_slides(shape)))))[:4] == _LEFT


def test_what_of_an_outlined_picture_lies_beside_its_slide_is_cut_off(
    clean: Callable[[bytes], Clean],
) -> None:
    frame = _FRAME.format("", 900_000, 900_000).replace('x="0"', 'x="-450000"')
    image = shown(clean(zipped(_slides(_on_a_slide(fill(prefix="p"), preset("ellipse"), frame)))))
    assert image is not None
    assert _nearest(image.getpixel((60, 100)), {_GREEN: "green", _WHITE: "white"}) == "white"
    assert _nearest(image.getpixel((140, 100)), {_GREEN: "green", _WHITE: "white"}) == "green"


@pytest.mark.parametrize("played", ["a:videoFile", "a:audioFile", "a:quickTimeFile"])
@pytest.mark.parametrize("name", ["media1.mp4", "media1.vid", "media1.m4a", "media1.mpg", "media1.WMA"])
def test_film_and_sound_of_a_slide_are_told(played: str, name: str, clean: Callable[[bytes], Clean]) -> None:
    shape = _on_a_slide(fill(prefix="p"), preset("rect"))
    files = _slides(shape.replace("<p:nvPr/>", f'<p:nvPr><{played} r:link="m1"/></p:nvPr>'))
    files[f"ppt/media/{name}"] = b"film"
    result = clean(zipped(files))
    assert "embedded_file" in result.removed
    assert "members_left_out" in result.notes
    assert shown(result) is not None


@pytest.mark.parametrize(
    ("across", "down", "size"),
    [
        (("page", -450_000), ("page", 0), (100, 200)),
        (("page", 7_322_400), ("page", 9_608_400), (100, 100)),
        (("page", 0), ("page", -450_000), (200, 100)),
        (("column", -450_000), ("page", 0), (200, 200)),
        (("margin", -450_000), ("paragraph", 9_608_400), (200, 200)),
    ],
)
def test_what_of_a_picture_lies_beside_its_page_is_cut_off(
    across: tuple[str, int], down: tuple[str, int], size: tuple[int, int], clean: Callable[[bytes], Clean]
) -> None:
    place = "".join(
        f'<wp:position{axis} relativeFrom="{area}"><wp:posOffset>{offset}</wp:posOffset></wp:position{axis}>'
        for axis, (area, offset) in (("H", across), ("V", down))
    )
    result = clean(zipped(_word(picture(fill(), place=place))))
    image = shown(result)
    assert image is not None
    assert image.size == size
    document = entries(result.content)["word/document.xml"].decode()
    assert f'cx="{size[0] * 4500}" cy="{size[1] * 4500}"' in document


_SECTION = '<w:sectPr><w:pgMar w:left="720" w:top="720"/>{}</w:sectPr>'
_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"


@pytest.mark.parametrize(
    ("area", "more", "width"),
    [
        ("column", "", 150),
        ("margin", "", 150),
        ("column", '<w:cols w:num="2"/>', 200),
        ("character", "", 200),
        ("leftMargin", "", 99),
    ],
)
def test_a_picture_dragged_over_the_pages_edge_is_cut_where_its_place_is_certain(
    area: str, more: str, width: int, clean: Callable[[bytes], Clean]
) -> None:
    files = _word(
        picture(fill(), place=_floating(f"{area} -907200", "paragraph 0"), size=(1_800_000, 900_000))
    )
    section = _SECTION.format(more).encode()
    files["word/document.xml"] = files["word/document.xml"].replace(b"<w:sectPr/>", section)
    image = shown(clean(zipped(files)))
    assert image is not None
    assert abs(image.width - width) <= 1


_CELL = "<w:tc><w:tcPr/>{}</w:tc>"
_TABLE = '<w:tbl><w:tblPr><w:tblLayout w:type="{}"/></w:tblPr><w:tblGrid><w:gridCol w:w="7000"/>'
_TABLE += '<w:gridCol w:w="3000"/>'
_TABLE += "</w:tblGrid><w:tr>" + _CELL.format("<w:p/>") + _CELL + "</w:tr></w:tbl>"


@pytest.mark.parametrize(
    ("layout", "offset", "kept"),
    [
        # the page is 7,772,400 wide, the cell begins at 720 + 7,000 twips (4,902,200); 4,500 a dot
        ("fixed", 2_170_200, 200),  # wholly on the page
        ("fixed", 2_420_200, 151),  # 450,000 inside, and a quarter of an inch in doubt
        ("autofit", 2_370_200, 200),
        ("autofit", 2_720_200, 200),  # an inch in doubt
        ("autofit", 3_220_200, 126),
    ],
)
def test_a_picture_in_a_tables_cell_loses_what_lies_beside_the_page(
    layout: str, offset: int, kept: int, clean: Callable[[bytes], Clean]
) -> None:
    inside = picture(fill(), place=_floating(f"column {offset}", "paragraph 0"))
    files = _word(_TABLE.format(layout, inside) + "<w:p/>")
    files["word/document.xml"] = files["word/document.xml"].replace(
        b"<w:sectPr/>", _SECTION.format("").encode()
    )
    image = shown(clean(zipped(files)))
    assert image is not None
    assert abs(image.width - kept) <= 1


_EXACTLY = '<w:p><w:pPr><w:spacing w:line="{}" w:lineRule="exact"/></w:pPr>'


@pytest.mark.parametrize("by", ["itself", "its style"])
def test_a_picture_in_a_line_of_exact_height_keeps_what_word_shows_of_it(
    by: str, clean: Callable[[bytes], Clean]
) -> None:
    """A name stands in the upper part of a photo, and the line shows the lower."""
    half = 900_000 // 635 // 2
    if by == "itself":
        files = _word(picture(fill()).replace("<w:p>", _EXACTLY.format(half)))
    else:
        style = '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/><w:pPr><w:spacing w:line='
        style += f'"{half}" w:lineRule="exact"/></w:pPr></w:style>'
        body = picture(fill()).replace("<w:p>", '<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr>')
        parts = {"word/media/x.bin": secret(), "word/styles.xml": part("w:styles", style)}
        files = docx(body, parts=parts, rels=(("i1", "image", "media/x.bin"), ("i2", "styles", "styles.xml")))
    result = clean(zipped(files))
    image = shown(result)
    assert image is not None
    assert abs(image.height - 100) <= 1
    assert colors(image)[:4] == ["green", "green", "red", "red"]
    assert "hidden_image" in result.removed
    at_least = picture(fill()).replace("<w:p>", _EXACTLY.format(half).replace("exact", "atLeast"))
    whole = shown(clean(zipped(_word(at_least))))
    assert whole is not None
    assert whole.height == 200


_WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"


@pytest.mark.parametrize(("kind", "size"), [("box", (150, 100)), ("row", (200, 100)), ("bottom", (200, 200))])
def test_a_picture_in_a_box_or_a_row_that_is_too_low_keeps_what_they_show(
    kind: str, size: tuple[int, int], clean: Callable[[bytes], Clean]
) -> None:
    looks = '<w:tcPr><w:vAlign w:val="bottom"/></w:tcPr>' if kind == "bottom" else "<w:tcPr/>"
    row = '<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:trPr><w:trHeight w:val="708" w:hRule="exact"/></w:trPr>'
    row += f"<w:tc>{looks}{picture(fill())}</w:tc></w:tr></w:tbl><w:p/>"
    shape = _FRAME.format("", 675_000, 450_000) + preset("rect")
    box = f'<a:graphicData uri="{_WPS}"><s:wsp xmlns:s="{_WPS}"><s:cNvSpPr/><s:spPr>{shape}</s:spPr><s:txbx>'
    box += f"<w:txbxContent>{picture(fill())}</w:txbxContent></s:txbx><s:bodyPr/></s:wsp></a:graphicData>"
    whole = picture(fill())
    start, end = whole.index("<a:graphicData"), whole.index("</a:graphicData>") + len("</a:graphicData>")
    image = shown(clean(zipped(_word(whole[:start] + box + whole[end:] if kind == "box" else row))))
    assert image is not None
    assert max(abs(image.width - size[0]), abs(image.height - size[1])) <= 1


def test_a_picture_in_a_group_or_in_old_word_loses_what_lies_beside_the_page(
    clean: Callable[[bytes], Clean],
) -> None:
    frame = '<a:xfrm><a:off x="{}" y="0"/><a:ext cx="900" cy="900"/>{}</a:xfrm>'
    inner = frame.format(0, '<a:chOff x="0" y="0"/><a:chExt cx="900" cy="900"/>')
    looks = frame.format(0, "") + preset("rect")
    image = f"<pic:pic><pic:nvPicPr/>{fill()}<pic:spPr>{looks}</pic:spPr></pic:pic>"
    whole = picture(fill(), place=_floating("page -450000", "page 0"))
    data = f'<a:graphicData uri="{_GROUP}"><g:wgp xmlns:g="{_GROUP}"><g:cNvGrpSpPr/><g:grpSpPr>{inner}'
    data += "</g:grpSpPr>"
    grouped = (
        f"{whole.split('<a:graphicData')[0]}{data}{image}</g:wgp>{whole[whole.index('</a:graphicData') :]}"
    )
    style = "position:absolute;margin-left:-50pt;margin-top:0;width:100pt;height:100pt"
    style += ";mso-position-horizontal-relative:page;mso-position-vertical-relative:page"
    old = f'<w:p><w:r><w:pict><v:rect style="{style}"><v:imagedata r:id="i1"/></v:rect></w:pict></w:r></w:p>'
    for body in (grouped, old):
        result = clean(zipped(_word(body)))
        seen = shown(result)
        assert seen is not None
        assert seen.size == (100, 200)
        assert colors(seen)[:4] == ["green", "red", "green", "red"]
        assert "hidden_image" in result.removed


_ODP_PAGE = (
    '<office:automatic-styles><style:page-layout style:name="L"><style:page-layout-properties'
    ' fo:page-width="280mm" fo:page-height="21cm"/></style:page-layout></office:automatic-styles>'
    '<office:master-styles><style:master-page style:name="M" style:page-layout-name="L">{}'
    "</style:master-page></office:master-styles>"
)
_ODP_FRAME = (
    '<draw:frame {} svg:width="10cm" svg:height="10cm"><draw:image xlink:href="Pictures/a.png"/></draw:frame>'
)


@pytest.mark.parametrize(
    ("place", "size", "told"),
    [
        ('svg:x="-5cm" svg:y="1cm"', (100, 200), "hidden_image"),
        ('svg:x="24cm" svg:y="13cm"', (80, 160), "hidden_image"),
        ('svg:x="-5cm" svg:y="1cm" draw:style-name="c"', (76, 200), "hidden_image"),
        ('svg:x="1cm" svg:y="1cm"', (200, 200), None),
        ('svg:x="-30cm" svg:y="1cm"', None, "hidden_part"),
        ('svg:x="1cm" svg:y="210mm"', None, "hidden_part"),
        ('draw:transform="rotate (0.5) translate (-20cm 3cm)"', None, "hidden_part"),
        ('draw:transform="rotate (0.5) translate (-5cm 3cm)"', (200, 200), None),
    ],
)
def test_what_lies_beside_a_slide_of_open_document_is_gone(
    place: str, size: tuple[int, int] | None, told: str | None, clean: Callable[[bytes], Clean]
) -> None:
    beside = '<draw:rect svg:x="29cm" svg:y="1cm" svg:width="3cm" svg:height="1cm">'
    beside += "<text:p>beside</text:p></draw:rect>"
    frame = _ODP_FRAME.format(place)
    clip = (
        '<style:style style:name="c" style:family="graphic"><style:graphic-properties'
        ' fo:clip="rect(0cm, 1.323cm, 0cm, 0cm)"/></style:style>'
    )
    for on_master in (False, True) if told is None else (False,):
        files = odf(
            "presentation",
            f'<draw:page draw:name="p" draw:master-page-name="M">{"" if on_master else frame}</draw:page>',
            parts={"Pictures/a.png": secret()},
            masters=_ODP_PAGE.format(beside if on_master else ""),
            styles=clip,
        )
        result = clean(zipped(files))
        assert b"beside" not in b"".join(entries(result.content).values())
        pictures = [content for name, content in entries(result.content).items() if "Pictures/" in name]
        if on_master:
            assert "hidden_part" in result.removed
            continue
        assert [Image.open(io.BytesIO(each)).size for each in pictures] == ([size] if size else [])
        assert (told in result.removed) if told else not {"hidden_image", "hidden_part"} & {*result.removed}
