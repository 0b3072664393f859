"""The papers of a dossier against every rule of PDF/A-2u, by its number in veraPDF's published profile."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pikepdf
import pytest

from admin.workspace.dossier.paper import Setter, fact, part, table
from tests.admin.workspace.pdfa_rules import ABSENT, CHECKED, PROFILE, Papers, table_of_rules
from tests.browser import ROOT

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
def papers(data: bytes) -> Papers:
    return Papers(data)


def test_every_rule_of_the_profile_is_checked_or_about_what_is_not_there() -> None:
    assert len(set(PROFILE)) == len(PROFILE) == 124
    assert set(CHECKED) | set(ABSENT) == set(PROFILE)
    assert not set(CHECKED) & set(ABSENT)


@pytest.mark.parametrize("rule", PROFILE)
def test_the_papers_keep_the_rule(papers: Papers, rule: str) -> None:
    *_, check = CHECKED[rule] if rule in CHECKED else ABSENT[rule]
    assert check(papers) is True


def test_the_example_in_the_docs_keeps_every_rule() -> None:
    example = Papers((ROOT / "docs/dossier/example/data/dossier.pdf").read_bytes())
    checks = {
        **{rule: how[-1] for rule, how in CHECKED.items()},
        **{rule: how[-1] for rule, how in ABSENT.items()},
    }
    assert [rule for rule in PROFILE if not checks[rule](example)] == []


def _of_pdf(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data)) as pdf:
            change(pdf)
            pdf.save(out, static_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()

    return changed


def _first_font(pdf: Any) -> Any:
    (inner,) = pdf.pages[0].Resources.Font["/f0"].DescendantFonts
    return inner


def _put(of: Callable[[Any], Any], key: str, value: object) -> Callable[[bytes], bytes]:
    return _of_pdf(lambda pdf: of(pdf).__setitem__(key, value))


_CHANGES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("6.1.2-1", lambda data: b" " + data),
    ("6.1.3-3", lambda data: data + b"x"),
    ("6.1.7-1", lambda data: re.sub(rb"/Length 13/", b"/Length 12/", data, count=1)),
    ("6.1.9-1", lambda data: data.replace(b"\n2 0 obj", b" 2 0 obj")),
    ("6.1.13-1", _put(lambda pdf: pdf.Root, "/Big", 1 << 31)),
    ("6.1.13-11", _put(lambda pdf: pdf.pages[0].obj, "/CropBox", pikepdf.Array([0, 0, 2, 9]))),
    ("6.2.2-2", _of_pdf(lambda pdf: pdf.pages[0].Resources.__delitem__("/Font"))),
    ("6.2.3-1", _of_pdf(lambda pdf: pdf.Root.OutputIntents[0].DestOutputProfile.write(bytes(128)))),
    ("6.2.9-3", _put(lambda pdf: pdf.Root, "/X", pikepdf.Dictionary(Type=pikepdf.Name.XObject))),
    ("6.2.11.4-4", _of_pdf(lambda pdf: _first_font(pdf).FontDescriptor.CIDSet.write(b"\xff"))),
    ("6.2.11.5-1", _put(_first_font, "/W", pikepdf.Array([0, 400, 5]))),
    ("6.2.11.7-1", _of_pdf(lambda pdf: pdf.pages[0].Resources.Font["/f0"].ToUnicode.write(b""))),
    ("6.3.2-2", _of_pdf(lambda pdf: pdf.pages[1].Annots[0].__setitem__("/F", 6))),
    ("6.5.2-1", _put(lambda pdf: pdf.Root, "/AA", pikepdf.Dictionary())),
    ("6.6.2.3-7", lambda data: data.replace(b"xmp:CreatorTool", b"xmp:CreatorToil")),
    ("6.6.4-2", lambda data: data.replace(b"<pdfaid:part>2<", b"<pdfaid:part>3<")),
    ("6.8-2", _put(lambda pdf: pdf.Root, "/EF", pikepdf.Dictionary())),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "change"), _CHANGES, ids=[rule for rule, _ in _CHANGES])
def test_papers_that_break_a_rule_are_caught(
    data: bytes, rule: str, change: Callable[[bytes], bytes]
) -> None:
    bent = change(data)
    assert bent != data
    *_, check = CHECKED[rule] if rule in CHECKED else ABSENT[rule]
    assert check(Papers(bent)) is False


def test_the_table_in_the_docs_is_what_is_checked() -> None:
    page = ROOT / "docs" / "dossier" / "pdfa.md"
    head, found, _ = page.read_text().partition(table_of_rules())
    assert found, "write it anew with python -m tests.admin.workspace.pdfa_rules"
    assert "124 rules" in head


def test_no_moment_and_no_place_of_the_setting_is_in_the_papers(data: bytes, papers: Papers) -> None:
    days = set(re.findall(rb"20\d\d-\d\d-\d\dT[0-9:]+Z?", papers.xmp))
    assert days == {b"2026-11-30T00:00:00Z"}, "the moment of setting is nowhere"
    known = {"/Title", "/Author", "/Creator", "/CreationDate", "/ModDate"}
    assert set(papers.pdf.docinfo.keys()) == known
    assert str(papers.pdf.docinfo.CreationDate).startswith("D:20261130000000")
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
