"""The rules of PDF/A-2u, by clause and test number of veraPDF's published profile, as checks of one file.

Profile: `PDF_A/PDFA-2U.xml` of veraPDF/veraPDF-validation-profiles, of 25 August 2017; veraPDF itself needs
Java. What each rule asks is said here in our own words. A rule is either checked on the file, or is about
something that the file does not hold, which is checked instead. `docs/dossier/pdfa.md` lists them: `python -m
tests.admin.workspace.pdfa_rules` writes its table.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf

_OPERATORS = """
b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M
MP n q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y '
"""
KNOWN = frozenset(_OPERATORS.split()) | {'"'}
_FILTERS = {"ASCIIHexDecode", "ASCII85Decode", "FlateDecode", "RunLengthDecode", "CCITTFaxDecode",
            "JBIG2Decode", "DCTDecode", "JPXDecode"}  # fmt: skip
_NAMESPACES = {
    "http://purl.org/dc/elements/1.1/": {"title", "creator", "language", "format", "date", "description"},
    "http://ns.adobe.com/xap/1.0/": {"CreateDate", "CreatorTool", "ModifyDate", "MetadataDate"},
    "http://ns.adobe.com/xap/1.0/t/pg/": {"NPages"},
    "http://ns.adobe.com/xap/1.0/mm/": {"DocumentID", "InstanceID", "RenditionClass", "VersionID", "History"},
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": {"action", "instanceID", "when", "softwareAgent"},
    "http://ns.adobe.com/pdf/1.3/": {"PDFVersion", "Keywords", "Producer"},
    "http://www.aiim.org/pdfa/ns/id/": {"part", "conformance"},
}
"""Properties of the XMP Specification of 2005, and of PDF/A's own schema: what needs no extension schema."""
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@dataclass(frozen=True)
class Font:
    """A composite font of the file with what its program says (OpenType: `maxp`, `head`, `hhea`, `hmtx`)."""

    dictionary: Any

    @property
    def inner(self) -> Any:
        (inner,) = self.dictionary.DescendantFonts
        return inner

    @cached_property
    def program(self) -> bytes:
        return bytes(self.inner.FontDescriptor.FontFile2.read_bytes())

    def _table(self, tag: bytes) -> bytes:
        (tables,) = struct.unpack_from(">H", self.program, 4)
        for at in range(12, 12 + 16 * tables, 16):
            name, _, offset, length = struct.unpack_from(">4sLLL", self.program, at)
            if name == tag:
                return self.program[offset : offset + length]
        raise AssertionError(f"the font has no {tag.decode()}")

    @cached_property
    def glyphs(self) -> int:
        (count,) = struct.unpack_from(">H", self._table(b"maxp"), 4)
        return int(count)

    def advance(self, glyph: int) -> float:
        """In thousandths of the size of the letters."""
        (units,) = struct.unpack_from(">H", self._table(b"head"), 18)
        (measured,) = struct.unpack_from(">H", self._table(b"hhea"), 34)
        (advance,) = struct.unpack_from(">H", self._table(b"hmtx"), 4 * min(glyph, measured - 1))
        return float(1000 * advance / units)

    @cached_property
    def widths(self) -> dict[int, float]:
        found: dict[int, float] = {}
        left = self.inner.get("/W", pikepdf.Array()).as_list()
        while left:
            first = int(left.pop(0))
            if isinstance(left[0], pikepdf.Array):
                found |= {first + at: float(width) for at, width in enumerate(left.pop(0).as_list())}
            else:
                last, width = int(left.pop(0)), float(left.pop(0))
                found |= dict.fromkeys(range(first, last + 1), width)
        return found

    @cached_property
    def unicode(self) -> dict[int, str]:
        text = bytes(self.dictionary.ToUnicode.read_bytes()).decode("latin-1")
        found: dict[int, str] = {}
        for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
            for code, meant in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
                found[int(code, 16)] = bytes.fromhex(meant).decode("utf-16-be")
        assert "beginbfrange" not in text, "typst writes none: read them, too"
        return found


@dataclass(frozen=True)
class Papers:
    """One file, opened, and as bytes."""

    data: bytes

    @cached_property
    def pdf(self) -> Any:
        return pikepdf.open(io.BytesIO(self.data))

    @cached_property
    def outside(self) -> bytes:
        """What is in no stream."""
        return re.sub(rb"stream\r?\n.*?endstream", b"", self.data, flags=re.S)

    @cached_property
    def dictionaries(self) -> list[Any]:
        """Every dictionary, and that of every stream, with those inside of them."""
        found, pending = [], [*self.pdf.objects, self.pdf.trailer]
        while pending:
            each = pending.pop()
            if isinstance(each, pikepdf.Array):
                pending += [inner for inner in each.as_list() if not getattr(inner, "is_indirect", False)]
            elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                found.append(each)
                inside = [value for _, value in items(each)]
                pending += [inner for inner in inside if not getattr(inner, "is_indirect", False)]
        return found

    def of_type(self, name: str) -> list[Any]:
        return [found for found in self.dictionaries if found.get("/Type") == name]

    def having(self, key: str) -> list[Any]:
        return [found for found in self.dictionaries if key in found]

    @cached_property
    def fonts(self) -> list[Font]:
        return [Font(found) for found in self.of_type("/Font") if found.Subtype == "/Type0"]

    @cached_property
    def content(self) -> list[list[tuple[list[Any], str]]]:
        """Of each page, the operands and operators."""
        return [
            [(list(each.operands), str(each.operator)) for each in pikepdf.parse_content_stream(page)]
            for page in self.pdf.pages
        ]

    @cached_property
    def shown(self) -> list[tuple[Font, int]]:
        """Each font with each code that is shown in it, however."""
        found: dict[tuple[int, int], tuple[Font, int]] = {}
        fonts = {font.dictionary.objgen: font for font in self.fonts}
        for page, content in zip(self.pdf.pages, self.content, strict=True):
            font = None
            for operands, operator in content:
                if operator == "Tf":
                    font = fonts[page.Resources.Font[str(operands[0])].objgen]
                elif operator in {"Tj", "TJ", "'", '"'}:
                    parts = operands[0].as_list() if operator == "TJ" else [operands[-1]]
                    for part in parts:
                        if isinstance(part, pikepdf.String):
                            assert font is not None
                            codes = struct.unpack(f">{len(bytes(part)) // 2}H", bytes(part))
                            found |= {(font.dictionary.objgen[0], code): (font, code) for code in codes}
        return list(found.values())

    @cached_property
    def xmp(self) -> bytes:
        return bytes(self.pdf.Root.Metadata.read_bytes())

    @cached_property
    def annotations(self) -> list[Any]:
        return [each for page in self.pdf.pages for each in page.get("/Annots", pikepdf.Array())]

    @cached_property
    def strings(self) -> list[Any]:
        values = [value for found in self.dictionaries for _, value in items(found)]
        return [value for value in values if isinstance(value, pikepdf.String)]

    @cached_property
    def numbers(self) -> list[float]:
        values = [value for found in self.dictionaries for _, value in items(found)]
        inside = [each for value in values if isinstance(value, pikepdf.Array) for each in value.as_list()]
        shown = [each for page in self.content for operands, _ in page for each in operands]
        return [float(each) for each in (*values, *inside, *shown) if is_number(each)]


def items(found: Any) -> list[tuple[str, Any]]:
    return [(key, found[key]) for key in found.keys()]  # noqa: SIM118 -- it is no dict


def is_number(value: object) -> bool:
    from decimal import Decimal

    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


Check = Callable[[Papers], bool]
CHECKED: dict[str, tuple[str, Check]] = {}
"""By clause and test number: what is checked, in a few words, and how."""


def _rule(ids: str, what: str) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        for number in ids.split():
            assert number not in CHECKED
            CHECKED[number] = (what, check)
        return check

    return add


@_rule("6.1.2-1 6.1.2-2", "the header is at the very beginning, with four bytes above 127 behind it")
def _header(papers: Papers) -> bool:
    return re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", papers.data) is not None


@_rule("6.1.3-1", "the trailer has an ID of two parts")
def _identifier(papers: Papers) -> bool:
    return len(papers.pdf.trailer.ID) == 2


@_rule("6.1.3-2", "nothing is encrypted")
def _encrypted(papers: Papers) -> bool:
    return "/Encrypt" not in papers.pdf.trailer and not papers.pdf.is_encrypted


@_rule("6.1.3-3", "nothing follows the end of the file")
def _end(papers: Papers) -> bool:
    return papers.data.endswith((b"%%EOF", b"%%EOF\n"))


@_rule("6.1.4-2", "one line end stands between xref and its first section")
def _xref(papers: Papers) -> bool:
    found = [match.start() for match in re.finditer(rb"(?<!start)xref", papers.outside)]
    return bool(found) and all(re.match(rb"xref\n\d+ \d+\n", papers.outside[at:]) for at in found)


@_rule("6.1.6-1 6.1.6-2", "strings in hexadecimal are pairs of its digits")
def _hexadecimal(papers: Papers) -> bool:
    digits = [b"".join(found.split()) for found in re.findall(rb"(?<!<)<([^<>]*)>(?!>)", papers.outside)]
    return all(re.fullmatch(rb"(?:[0-9A-Fa-f]{2})*", each) for each in digits)


@_rule(
    "6.1.7-1 6.1.7-2", "a stream begins behind a line end, is as long as it says, and ends before a line end"
)
def _streams(papers: Papers) -> bool:
    found = list(re.finditer(rb"/Length (\d+)[^R]*?>>\s*stream(\r?\n)", papers.data))
    ends = [match.end() + int(match[1]) for match in found]
    return bool(found) and all(re.match(rb"\r?\nendstream", papers.data[at : at + 12]) for at in ends)


@_rule("6.1.7-3", "no stream is in another file")
def _elsewhere(papers: Papers) -> bool:
    streams = [found for found in papers.dictionaries if isinstance(found, pikepdf.Stream)]
    return not any({"/F", "/FFilter", "/FDecodeParms"} & set(found.keys()) for found in streams)


@_rule("6.1.7-4", "streams are packed in allowed ways alone")
def _packed(papers: Papers) -> bool:
    names = [name for found in papers.having("/Filter") for name in re.findall(r"/(\w+)", str(found.Filter))]
    return bool(names) and set(names) <= _FILTERS


@_rule("6.1.8-1", "names of fonts are UTF-8")
def _names(papers: Papers) -> bool:
    return all(str(font.dictionary.BaseFont).encode("utf-8").isascii() for font in papers.fonts)


@_rule("6.1.9-1", "numbers and words of objects are set apart as they must be")
def _objects(papers: Papers) -> bool:
    begins = list(re.finditer(rb"(.)(\d+)( +)(\d+)( +)obj(.)", papers.outside, re.S))
    ends = list(re.finditer(rb"(.)endobj(.)", papers.outside, re.S))
    return (
        len(begins) == len(ends) > 0
        and all((match[1], match[3], match[5], match[6]) == (b"\n", b" ", b" ", b"\n") for match in begins)
        and all((match[1], match[2]) == (b"\n", b"\n") for match in ends)
    )


@_rule("6.1.13-1 6.1.13-2 6.1.13-5", "numbers are neither too large nor too near to zero")
def _numbers(papers: Papers) -> bool:
    whole = [number for number in papers.numbers if number == int(number)]
    return all(-(2**31) <= number < 2**31 for number in whole) and all(
        number == 0 or 1.175e-38 <= abs(number) <= 3.403e38 for number in papers.numbers
    )


@_rule("6.1.13-3", "strings have less than 32,768 bytes")
def _strings(papers: Papers) -> bool:
    return bool(papers.strings) and all(len(bytes(each)) < 32768 for each in papers.strings)


@_rule("6.1.13-4", "names have at most 127 bytes")
def _long_names(papers: Papers) -> bool:
    names = [name for found in papers.dictionaries for pair in items(found) for name in pair]
    return all(len(str(name).encode()) <= 128 for name in names if isinstance(name, str | pikepdf.Name))


@_rule("6.1.13-7", "there are at most 8,388,607 objects")
def _many(papers: Papers) -> bool:
    return 0 < len(papers.pdf.objects) <= 8_388_607


@_rule("6.1.13-8", "graphics states are at most 28 deep")
def _nested(papers: Papers) -> bool:
    deepest = depth = 0
    for page in papers.content:
        for _, operator in page:
            depth += {"q": 1, "Q": -1}.get(operator, 0)
            deepest = max(deepest, depth)
    return depth == 0 and deepest <= 28


@_rule("6.1.13-10", "codes of letters are of two bytes")
def _codes(papers: Papers) -> bool:
    return all(font.dictionary.Encoding == "/Identity-H" for font in papers.fonts) and bool(papers.shown)


@_rule("6.1.13-11", "pages are neither too small nor too large")
def _sizes(papers: Papers) -> bool:
    keys = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
    boxes = [[float(side) for side in page[key]] for page in papers.pdf.pages for key in keys if key in page]
    return len(boxes) > 0 and all(
        3 <= abs(right - left) <= 14400 and 3 <= abs(top - bottom) <= 14400
        for left, bottom, right, top in boxes
    )


@_rule("6.2.2-1", "pages use known operators alone")
def _operators(papers: Papers) -> bool:
    return {operator for page in papers.content for _, operator in page} <= KNOWN


@_rule("6.2.2-2", "each page has the resources that it names")
def _resources(papers: Papers) -> bool:
    for page, content in zip(papers.pdf.pages, papers.content, strict=True):
        own = page.obj.get("/Resources")
        if own is None:
            return False
        for operands, operator in content:
            kind = {"Tf": "/Font", "cs": "/ColorSpace", "CS": "/ColorSpace", "gs": "/ExtGState"}.get(operator)
            if kind and str(operands[0]) not in own.get(kind, pikepdf.Dictionary()):
                return False
    return True


@_rule("6.2.3-1 6.2.3-2 6.2.3-3", "there is one output intent, with a profile for a screen")
def _intent(papers: Papers) -> bool:
    (intent,) = papers.pdf.Root.OutputIntents
    profile = bytes(intent.DestOutputProfile.read_bytes())
    return (
        intent.S == "/GTS_PDFA1"
        and "/DestOutputProfileRef" not in intent
        and profile[36:40] == b"acsp"
        and profile[12:16] in (b"prtr", b"mntr")
        and profile[16:20] == b"RGB "
        and profile[8] < 5
    )


@_rule("6.2.4.2-1", "profiles of colours are of a kind and a version that is allowed")
def _profiles(papers: Papers) -> bool:
    pages = [page.Resources.get("/ColorSpace", pikepdf.Dictionary()) for page in papers.pdf.pages]
    spaces = [space for page in pages for _, space in items(page)]
    profiles = [bytes(space[1].read_bytes()) for space in spaces]
    return (
        bool(spaces)
        and all(space[0] == "/ICCBased" for space in spaces)
        and all(profile[12:16] in (b"prtr", b"mntr", b"scnr", b"spac") for profile in profiles)
        and all(profile[16:20] in (b"RGB ", b"GRAY") and profile[8] < 5 for profile in profiles)
    )


@_rule("6.2.4.3-2 6.2.4.3-4", "colours of a device are not used, or the output intent says what they mean")
def _device(papers: Papers) -> bool:
    return _intent(papers)


@_rule("6.2.11.2-1 6.2.11.2-2 6.2.11.2-3", "fonts have their type, kind and name")
def _fonts(papers: Papers) -> bool:
    fonts = [*(font.dictionary for font in papers.fonts), *(font.inner for font in papers.fonts)]
    kinds = {"/Type0", "/CIDFontType2"}
    return bool(fonts) and all(
        font.Type == "/Font" and str(font.Subtype) in kinds and str(font.BaseFont) for font in fonts
    )


@_rule("6.2.11.2-7", "font programs are of a kind that is allowed")
def _kinds(papers: Papers) -> bool:
    return all("/Subtype" not in font.inner.FontDescriptor.FontFile2 for font in papers.fonts)


@_rule(
    "6.2.11.3-1 6.2.11.3-3 6.2.11.3-5",
    "codes are numbers of letters (Identity-H), without a table of their own",
)
def _encoding(papers: Papers) -> bool:
    return all(font.dictionary.Encoding == "/Identity-H" for font in papers.fonts)


@_rule("6.2.11.3-2", "it is said how numbers of letters lead to their drawings")
def _to_glyphs(papers: Papers) -> bool:
    return all(font.inner.CIDToGIDMap == "/Identity" for font in papers.fonts)


@_rule("6.2.11.4-1", "each font is in the file")
def _embedded(papers: Papers) -> bool:
    kinds = {"/FontFile", "/FontFile2", "/FontFile3"}
    return all(kinds & set(font.inner.FontDescriptor.keys()) == {"/FontFile2"} for font in papers.fonts)


@_rule(
    "6.2.11.4-2 6.2.11.8-1",
    "each letter that is shown is drawn by its font, and none is the one for what is missing",
)
def _drawn(papers: Papers) -> bool:
    return bool(papers.shown) and all(0 < code < font.glyphs for font, code in papers.shown)


@_rule("6.2.11.4-4", "the list of a font's letters names all of them")
def _listed(papers: Papers) -> bool:
    for font in papers.fonts:
        bits = "".join(f"{byte:08b}" for byte in bytes(font.inner.FontDescriptor.CIDSet.read_bytes()))
        if bits[: font.glyphs] != "1" * font.glyphs or "1" in bits[font.glyphs :]:
            return False
    return True


@_rule("6.2.11.5-1", "each letter that is shown is as wide in the file as in its font")
def _wide(papers: Papers) -> bool:
    return all(
        abs(font.widths.get(code, float(font.inner.get("/DW", 1000))) - font.advance(code)) <= 1
        for font, code in papers.shown
    )


@_rule("6.2.11.7-1", "of each letter that is shown it is said which one it is")
def _meant(papers: Papers) -> bool:
    return bool(papers.shown) and all(font.unicode.get(code) for font, code in papers.shown)


@_rule("6.2.11.7-2", "and it is none that means nothing")
def _meaning(papers: Papers) -> bool:
    meant = "".join(text for font in papers.fonts for text in font.unicode.values())
    return not {"\0", "\ufeff", "\ufffe"} & set(meant)


@_rule("6.3.1-1", "what can be clicked is a link, and nothing else")
def _links(papers: Papers) -> bool:
    return bool(papers.annotations) and all(each.Subtype == "/Link" for each in papers.annotations)


@_rule("6.3.2-1 6.3.2-2", "links are printed, and neither hidden nor unseen")
def _flags(papers: Papers) -> bool:
    return all(int(each.get("/F", 0)) & 0b100100111 == 0b100 for each in papers.annotations)


@_rule("6.3.3-1 6.3.3-2", "links have no looks of their own")
def _looks(papers: Papers) -> bool:
    return not any("/AP" in each for each in papers.annotations)


@_rule("6.5.1-1 6.5.1-2", "links lead to places of the file, and do nothing else")
def _actions(papers: Papers) -> bool:
    actions = [each.A for each in papers.annotations if "/A" in each]
    return all(action.S == "/GoTo" for action in actions) and not papers.having("/JS")


@_rule("6.6.2.1-1", "the file has metadata")
def _metadata(papers: Papers) -> bool:
    return papers.pdf.Root.Metadata.Type == "/Metadata" and "/Filter" not in papers.pdf.Root.Metadata


@_rule("6.6.2.1-2 6.6.2.1-3", "their head says neither a length nor a writing")
def _packet(papers: Papers) -> bool:
    head = re.match(rb"<\?xpacket ([^?]*)\?>", papers.xmp)
    return head is not None and b"bytes=" not in head[1] and b"encoding=" not in head[1]


@_rule("6.6.2.1-4 6.6.2.1-5", "they are whole XML in UTF-8, of RDF")
def _xml(papers: Papers) -> bool:
    papers.xmp.decode("utf-8")
    return ElementTree.fromstring(papers.xmp).find(f"{_RDF}RDF/{_RDF}Description") is not None


_EXTENSION, _SCHEMA, _PROPERTY = (
    f"{{http://www.aiim.org/pdfa/ns/{name}}}" for name in ("extension/", "schema#", "property#")
)


def _schemas(papers: Papers) -> list[ElementTree.Element]:
    """The schemas that the metadata bring with them."""
    tree = ElementTree.fromstring(papers.xmp)
    (container,) = tree.iter(f"{_EXTENSION}schemas")
    (bag,) = container
    assert bag.tag == f"{_RDF}Bag"
    return list(bag)


def _declared(papers: Papers) -> Iterator[ElementTree.Element]:
    for schema in _schemas(papers):
        yield from schema.iterfind(f"{_SCHEMA}property/{_RDF}Seq/{_RDF}li")


@_rule(
    "6.6.2.3-1 6.6.2.3-3",
    "each schema of their own says its name, its address, its short name and what is in it",
)
def _own(papers: Papers) -> bool:
    fields = [f"{_SCHEMA}{name}" for name in ("schema", "namespaceURI", "prefix", "property")]
    return all([field.tag for field in schema] == fields for schema in _schemas(papers))


@_rule("6.6.2.3-2", "these schemas are a bag under the name for that")
def _bag(papers: Papers) -> bool:
    return bool(_schemas(papers)) and b"<pdfaExtension:schemas><rdf:Bag>" in papers.xmp


@_rule("6.6.2.3-4", "each property in them has a name, a type that is known, a category and a description")
def _described(papers: Papers) -> bool:
    fields = [f"{_PROPERTY}{name}" for name in ("category", "description", "name", "valueType")]
    return all(
        [field.tag for field in declared] == fields
        and all(field.text for field in declared)
        and declared[0].text in {"external", "internal"}
        and declared[3].text == "Text"
        for declared in _declared(papers)
    )


@_rule(
    "6.6.2.3-7", "they say what the XMP Specification, PDF/A or a schema of their own knows, and nothing else"
)
def _known(papers: Papers) -> bool:
    known = {(space, local) for space, names in _NAMESPACES.items() for local in names}
    for schema in _schemas(papers):
        space = schema.findtext(f"{_SCHEMA}namespaceURI")
        for declared in schema.iterfind(f"{_SCHEMA}property/{_RDF}Seq/{_RDF}li"):
            known.add((str(space), str(declared.findtext(f"{_PROPERTY}name"))))
    found = set()
    for element in ElementTree.fromstring(papers.xmp).iter():
        for name in (element.tag, *element.attrib):
            space, _, local = name.removeprefix("{").partition("}")
            if not space.startswith(("http://www.w3.org/", "http://www.aiim.org/pdfa/ns/", "adobe:ns:meta")):
                found.add((space, local))
    return bool(found) and found <= known


@_rule("6.6.4-1 6.6.4-2 6.6.4-3 6.6.4-4", "they say that it is PDF/A, part 2, level U, in the words for that")
def _says(papers: Papers) -> bool:
    return papers.xmp.count(b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>") == 1


_HELD: dict[str, tuple[str, str, Check]] = {
    "an image, a form or another thing to be drawn in": (
        "6.2.6-1 6.2.8-1 6.2.8-2 6.2.8-3 6.2.8.3-1 6.2.8.3-2 6.2.8.3-3 6.2.8.3-4 6.2.8.3-5 6.2.9-1 "
        "6.2.9-2 6.2.9-3",
        "no XObject, no `Do`, no rendering intent (`ri`)",
        lambda papers: not papers.of_type("/XObject")
        and not papers.having("/Intent")
        and not any(operator in {"Do", "ri"} for page in papers.content for _, operator in page),
    ),
    "an image between the words of a page": (
        "6.1.10-1",
        "no `BI`, `ID` and `EI`",
        lambda papers: not any(
            operator in {"BI", "ID", "EI"} for page in papers.content for _, operator in page
        ),
    ),
    "a colour by its ink": (
        "6.1.13-9 6.2.4.2-2 6.2.4.3-3 6.2.4.4-1 6.2.4.4-2",
        "no DeviceCMYK, DeviceN and Separation, no profile of four inks",
        lambda papers: not re.search(rb"/(?:DeviceCMYK|DeviceN|Separation)\b", papers.outside)
        and not any(operator in {"K", "k"} for page in papers.content for _, operator in page),
    ),
    "a state of drawing with a name": (
        "6.2.5-1 6.2.5-2 6.2.5-3 6.2.5-4 6.2.5-5 6.2.5-6 6.2.10-1",
        "no ExtGState, no halftone, no blend mode",
        lambda papers: not papers.having("/ExtGState") and not papers.having("/HalftoneType")
        and not papers.having("/BM")
        and not any(operator == "gs" for page in papers.content for _, operator in page),
    ),
    "transparency": (
        "6.2.10-2",
        "no group, no soft mask",
        lambda papers: not papers.having("/Group") and not papers.having("/SMask"),
    ),
    "a font of one byte a letter, or a table of codes": (
        "6.2.11.2-4 6.2.11.2-5 6.2.11.2-6 6.2.11.3-4 6.2.11.4-3 6.2.11.6-1 6.2.11.6-2 6.2.11.6-3 6.2.11.6-4",
        "every font is composite, of TrueType, Identity-H",
        lambda papers: (
            {str(found.Subtype) for found in papers.of_type("/Font")} == {"/Type0", "/CIDFontType2"}
        ),
    ),
    "a form to fill in": (
        "6.4.1-1 6.4.1-2 6.4.1-3 6.4.2-1 6.4.2-2",
        "no AcroForm, no field, no NeedsRendering",
        lambda papers: not {"/AcroForm", "/NeedsRendering"} & set(papers.pdf.Root.keys())
        and not papers.having("/FT"),
    ),
    "a signature inside, or a list of what is permitted": (
        "6.1.12-1 6.1.12-2 6.4.3-1 6.4.3-2",
        "no Perms, no Sig (the bag is signed as a whole)",
        lambda papers: (
            "/Perms" not in papers.pdf.Root
            and not papers.of_type("/Sig")
            and not papers.having("/ByteRange")
        ),
    ),
    "something that happens by itself": (
        "6.5.2-1 6.5.2-2",
        "no AA, no OpenAction",
        lambda papers: not papers.having("/AA") and "/OpenAction" not in papers.pdf.Root,
    ),
    "a type of metadata of its own": (
        "6.6.2.3-5 6.6.2.3-6",
        "no name of PDF/A's schemas of types and their fields",
        lambda papers: b"pdfaSchema:valueType" not in papers.xmp and b"/pdfa/ns/type" not in papers.xmp
        and b"/pdfa/ns/field" not in papers.xmp,
    ),
    "a file in the file": (
        "6.8-2 6.8-5",
        "no EF, no EmbeddedFiles",
        lambda papers: not papers.having("/EF") and not papers.having("/EmbeddedFiles"),
    ),
    "layers": (
        "6.9-1 6.9-2 6.9-3 6.9-4",
        "no OCProperties",
        lambda papers: "/OCProperties" not in papers.pdf.Root,
    ),
    "another way to be shown, or a demand on who shows it": (
        "6.10-1 6.10-2 6.11-1",
        "no AlternatePresentations, PresSteps and Requirements",
        lambda papers: not any(
            papers.having(key) for key in ("/AlternatePresentations", "/PresSteps", "/Requirements")
        ),
    ),
}  # fmt: skip

ABSENT: dict[str, tuple[str, str, Check]] = {
    number: (what, how, check) for what, (ids, how, check) in _HELD.items() for number in ids.split()
}
"""By clause and test number: what the rule is about, how it is known that the file has none of it, and the
check.
"""

PROFILE = re.findall(
    r"\S+",
    """
6.1.2-1 6.1.2-2 6.1.3-1 6.1.3-2 6.1.3-3 6.1.4-2 6.1.6-1 6.1.6-2 6.1.7-1 6.1.7-2 6.1.7-3 6.1.7-4 6.1.8-1
6.1.9-1 6.1.10-1 6.1.12-1 6.1.12-2 6.1.13-1 6.1.13-2 6.1.13-3 6.1.13-4 6.1.13-5 6.1.13-7 6.1.13-8
6.1.13-9 6.1.13-10 6.1.13-11 6.2.2-1 6.2.2-2 6.2.3-1 6.2.3-2 6.2.3-3 6.2.4.2-1 6.2.4.2-2 6.2.4.3-2
6.2.4.3-3 6.2.4.3-4 6.2.4.4-1 6.2.4.4-2 6.2.5-1 6.2.5-2 6.2.5-3 6.2.5-4 6.2.5-5 6.2.5-6 6.2.6-1 6.2.8-1
6.2.8-2 6.2.8-3 6.2.8.3-1 6.2.8.3-2 6.2.8.3-3 6.2.8.3-4 6.2.8.3-5 6.2.9-1 6.2.9-2 6.2.9-3 6.2.10-1
6.2.10-2 6.2.11.2-1 6.2.11.2-2 6.2.11.2-3 6.2.11.2-4 6.2.11.2-5 6.2.11.2-6 6.2.11.2-7 6.2.11.3-1
6.2.11.3-2 6.2.11.3-3 6.2.11.3-4 6.2.11.3-5 6.2.11.4-1 6.2.11.4-2 6.2.11.4-3 6.2.11.4-4 6.2.11.5-1
6.2.11.6-1 6.2.11.6-2 6.2.11.6-3 6.2.11.6-4 6.2.11.7-1 6.2.11.7-2 6.2.11.8-1 6.3.1-1 6.3.2-1 6.3.2-2
6.3.3-1 6.3.3-2 6.4.1-1 6.4.1-2 6.4.1-3 6.4.2-1 6.4.2-2 6.4.3-1 6.4.3-2 6.5.1-1 6.5.1-2 6.5.2-1 6.5.2-2
6.6.2.1-1 6.6.2.1-2 6.6.2.1-3 6.6.2.1-4 6.6.2.1-5 6.6.2.3-1 6.6.2.3-2 6.6.2.3-3 6.6.2.3-4 6.6.2.3-5
6.6.2.3-6 6.6.2.3-7 6.6.4-1 6.6.4-2 6.6.4-3 6.6.4-4 6.8-2 6.8-5 6.9-1 6.9-2 6.9-3 6.9-4 6.10-1 6.10-2
6.11-1
""",
)
"""Every rule of the profile, in its order."""


def table_of_rules() -> str:
    """The two tables of `docs/dossier/pdfa.md`."""
    checked: dict[str, list[str]] = {}
    for number in PROFILE:
        if number in CHECKED:
            checked.setdefault(CHECKED[number][0], []).append(number)
    lines = ["| Rules | What is checked |", "|---|---|"]
    lines += [f"| {', '.join(numbers)} | {what} |" for what, numbers in checked.items()]
    lines += ["", "| Rules | They are about | That the file has none is checked: |", "|---|---|---|"]
    lines += [f"| {', '.join(ids.split())} | {what} | {how} |" for what, (ids, how, _) in _HELD.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    place = Path(__file__).resolve().parents[3] / "docs" / "dossier" / "pdfa.md"
    head = place.read_text("utf-8").partition("| Rules |")[0]
    place.write_text(head + table_of_rules(), "utf-8")
