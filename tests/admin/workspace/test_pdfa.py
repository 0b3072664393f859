"""The papers of a dossier against the rules of PDF/A-2u, by their numbers in veraPDF's published profile.

Profile: `PDF_A/PDFA-2B.xml` and `2U` of veraPDF/veraPDF-validation-profiles; veraPDF itself needs Java. Not
checked here: 6.2.11.4.2 and 6.2.11.5 (glyphs and widths inside the font programs), 6.2.11.6 (TrueType
encodings: all fonts are composite), the syntax of XMP beyond its being XML (6.6.2.2, 6.6.2.3.2-3), and what
can't occur in a file without pictures, forms, layers, embedded files and transparency groups, which is
asserted instead.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest

from admin.workspace.dossier.paper import Setter, fact, part, table

MADE = date(2026, 11, 30)
HARD = "Ruiz 😀 किताब क़लम العربية ไทย 中文 \U000e0041 ﷽ █ ████ #strong[x] $1^2$ <a> @b \\ //"


def _papers() -> bytes:
    of = {
        "title": f"Dossier {HARD}",
        "author": "María",
        "running": "signed",
        "language": "es",
        "contents": "Contenido",
        "cover": [HARD],
        "facts": [fact("Clave", "RWS" * 18, machine=True)],
    }
    parts = [
        part(
            "A-001",
            facts=[fact("SHA-256", "ab" * 32, machine=True)],
            tables=[table("R", ["a"], [["b"]], [1])],
        ),
        part("A-002", numbered=[HARD, "", "x"] * 40, numbered_title="Texto"),
        part("Cómo", listing="sha256sum -c manifest-sha256.txt\n" * 90),
    ]
    return Setter().pdf(of, parts, MADE)


@pytest.fixture(scope="module")
def data() -> bytes:
    return _papers()


@pytest.fixture(scope="module")
def papers(data: bytes) -> Iterator[Any]:
    import io

    with pikepdf.open(io.BytesIO(data)) as pdf:
        yield pdf


def _items(found: Any) -> list[tuple[str, Any]]:
    return [(key, found[key]) for key in found.keys()]  # noqa: SIM118 -- it is no dict


def _values(found: Any) -> list[Any]:
    return [value for _, value in _items(found)]


def _dictionaries(pdf: Any) -> Iterator[Any]:
    """Every dictionary and stream's dictionary, with those inside of them."""
    pending = [*pdf.objects]
    while pending:
        found = pending.pop()
        if isinstance(found, pikepdf.Array):
            pending += [each for each in found.as_list() if not getattr(each, "is_indirect", False)]
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            pending += [each for each in _values(found) if not getattr(each, "is_indirect", False)]


def test_6_1_the_file_is_written_as_it_must_be(data: bytes, papers: Any) -> None:
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", data)  # 6.1.2-1, -2
    assert data.endswith((b"%%EOF", b"%%EOF\n"))  # 6.1.3-3
    assert len(papers.trailer.ID) == 2  # 6.1.3-1
    assert "/Encrypt" not in papers.trailer  # 6.1.3-2
    for found in re.finditer(rb"(?<!start)xref", data):
        assert re.match(rb"xref\n\d+ \d+\n", data[found.start() :])  # 6.1.4-1, -2
    outside = re.sub(rb"stream\r?\n.*?endstream", b"", data, flags=re.S)
    for digits in re.findall(rb"(?<!<)<([^<>]*)>(?!>)", outside):
        assert re.fullmatch(rb"[0-9A-Fa-f\s]*", digits)  # 6.1.6-2
        assert len(b"".join(digits.split())) % 2 == 0  # 6.1.6-1
    for found in re.finditer(rb"/Length (\d+)[^R]*?>>\s*stream(\r?\n)", data):
        assert found[2] in (b"\n", b"\r\n")  # 6.1.7.1-2
        end = found.end() + int(found[1])
        assert re.match(rb"\r?\nendstream", data[end : end + 12])  # 6.1.7.1-1
    for found in re.finditer(rb"(.)(\d+) (\d+) obj(.)", outside, re.S):
        assert (found[1], found[4]) == (b"\n", b"\n")  # 6.1.9-1


def test_6_1_nothing_is_larger_or_packed_in_a_way_that_it_may_not_be(papers: Any) -> None:
    assert len(papers.objects) < 8_388_607  # 6.1.13-7
    for found in _dictionaries(papers):
        assert not {"/FFilter", "/FDecodeParms"} & set(found.keys())  # 6.1.7.1-3
        if isinstance(found, pikepdf.Stream):
            assert "/F" not in found
            assert "LZW" not in str(found.get("/Filter", ""))  # 6.1.7.2-1
            assert "Crypt" not in str(found.get("/Filter", ""))
        for key, value in _items(found):
            assert len(key.encode()) <= 128  # 6.1.13-4, 6.1.8-1 (pikepdf decodes them)
            if isinstance(value, pikepdf.String):
                assert len(bytes(value)) < 32767  # 6.1.13-3
            if isinstance(value, int):
                assert -(2**31) <= value < 2**31  # 6.1.13-1
    for page in papers.pages:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        assert 3 <= right - left <= 14400  # 6.1.13-11
        assert 3 <= top - bottom <= 14400
        depth = deepest = 0
        content: Any = pikepdf.parse_content_stream(page)
        for _, operator in content:
            depth += {"q": 1, "Q": -1}.get(str(operator), 0)
            deepest = max(deepest, depth)
            assert str(operator) != "Do"  # no picture and no form in the papers: 6.2.8, 6.2.9
            assert str(operator) in KNOWN  # 6.2.2-1
        assert deepest <= 28  # 6.1.13-8


_OPERATORS = """
b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M
MP n q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y '
"""
KNOWN = frozenset(_OPERATORS.split()) | {'"'}


def test_6_2_colours_have_a_profile(papers: Any) -> None:
    (intent,) = papers.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"  # 6.2.3-2
    profile = bytes(intent.DestOutputProfile.read_bytes())
    assert profile[36:40] == b"acsp"
    assert profile[8] < 5  # 6.2.3-1
    assert profile[12:16] in (b"prtr", b"mntr", b"scnr", b"spac")
    assert int(intent.DestOutputProfile.N) == {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}[profile[16:20]]
    for found in _dictionaries(papers):
        assert found.get("/Type") != "/XObject"
        if found.get("/Type") == "/ExtGState":
            assert not {"/TR", "/HTP", "/SMask"} & set(found.keys())  # 6.2.5-1, -3
            assert found.get("/BM", "/Normal") == "/Normal"  # 6.2.10-1
        assert "/DeviceCMYK" not in {str(value) for value in _values(found)}  # 6.2.4.3-3


def test_6_2_11_every_letter_has_its_font_and_its_meaning(papers: Any) -> None:
    fonts = [found for found in _dictionaries(papers) if found.get("/Type") == "/Font"]
    assert len(fonts) >= 4
    for font in fonts:
        assert str(font.BaseFont)  # 6.2.11.2-3
        if font.Subtype == "/Type0":
            (inner,) = font.DescendantFonts
            assert font.Encoding == "/Identity-H"  # 6.2.11.3.3-1
            assert (str(inner.CIDSystemInfo.Registry), str(inner.CIDSystemInfo.Ordering)) == (
                "Adobe",
                "Identity",
            )
            assert inner.Subtype in ("/CIDFontType2", "/CIDFontType0")  # 6.2.11.2-2
            if inner.Subtype == "/CIDFontType2":
                assert inner.CIDToGIDMap == "/Identity"  # 6.2.11.3.2-1
            files = {"/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys())
            assert len(files) == 1  # 6.2.11.4.1-1
            assert re.match("/[A-Z]{6}[+]", str(inner.BaseFont))
            codes = re.findall(rb"<([0-9A-Fa-f]{4,})>\s*$", bytes(font.ToUnicode.read_bytes()), re.M)
            assert codes  # 6.2.11.7.2-1 (2u)
            assert not {"0000", "FEFF", "FFFE"} & {code.decode().upper() for code in codes}  # 6.2.11.7.2-2


def test_6_3_to_6_10_there_is_nothing_that_acts_or_hides(papers: Any) -> None:
    root = papers.Root
    for key in ("/AcroForm", "/AA", "/OCProperties", "/Requirements", "/NeedsRendering"):
        assert key not in root  # 6.4, 6.5.2, 6.9, 6.10
    assert not {"/EmbeddedFiles", "/JavaScript", "/AlternatePresentations"} & set(
        root.get("/Names", {}).keys()
    )
    assert "/OpenAction" not in root
    for page in papers.pages:
        assert not {"/AA", "/PresSteps", "/Group"} & set(page.keys())
        for annotation in page.get("/Annots", pikepdf.Array()):
            assert annotation.Subtype == "/Link"  # 6.3.1-1
            assert int(annotation.get("/F", 0)) & 0b100110 in (
                4,
                0,
            )  # 6.3.2: printed, neither hidden nor unseen
            assert "/AA" not in annotation
            assert annotation.get("/A", {}).get("/S", "/GoTo") == "/GoTo"  # 6.5.1-1


def test_6_6_it_says_what_it_is_and_no_more(data: bytes, papers: Any) -> None:
    metadata = papers.Root.Metadata
    assert metadata.Type == "/Metadata"  # 6.6.2.1-1
    assert "/Filter" not in metadata
    text = bytes(metadata.read_bytes())
    ElementTree.fromstring(text)
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in text  # 6.6.4-1, -2
    days = set(re.findall(rb"20\d\d-\d\d-\d\dT[0-9:]+Z?", text))
    assert days == {b"2026-11-30T00:00:00Z"}, "the moment of setting is nowhere"
    assert set(papers.docinfo.keys()) == {"/Title", "/Author", "/Creator", "/CreationDate", "/ModDate"}
    assert str(papers.docinfo.CreationDate).startswith("D:20261130000000")
    assert b"/tmp" not in data
    assert b"silbo-fonts" not in data


def test_the_same_papers_are_the_same_bytes_and_no_word_is_obeyed(data: bytes) -> None:
    assert _papers() == data


@pytest.mark.long
def test_every_letter_of_a_plane_is_set_or_named() -> None:
    letters = "".join(chr(code) for code in range(32, 0x10000) if not 0xD800 <= code < 0xE000)
    lines = [letters[at : at + 60] for at in range(0, len(letters), 60)]
    of = {
        "title": "x",
        "author": "x",
        "running": "",
        "language": "en",
        "contents": "",
        "cover": [],
        "facts": [],
    }
    assert Setter().pdf(of, [part("x", numbered=lines, numbered_title="y")], MADE)
