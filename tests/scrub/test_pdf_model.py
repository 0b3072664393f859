"""Whatever the model of PDF lets a file hold beside its pages is gone from the copy, and told."""

import io
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import pikepdf
import pytest

from scrub import engine
from scrub.report import PDF_STYLES, Choices, Clean
from tests.scrub import pdf_model
from tests.scrub.pdf_files import document

_OF_MARKS = {"Contents", "T", "DA", "DS", "V"}
"""Told by `scrub.pdf.annotations`, where they aren't drawn; of an action, the name of a field or a view."""

_OF_FONTS = {"FontFamily", "CharSet", "FontName", "Panose", "Registry", "Ordering", "BaseFont", "Name"}
_FROM_A_LIST = {"N", "S", "FS", "Subtype", "Version", "V", "IT", "MN", "Trapped", "Dest", "Name"}
"""Names that stand for what a program does; a name of one's own in their place says nothing to a reader."""

_WRITTEN = frozenset(
    {"/BaseFont", "/BitsPerComponent", "/CIDSystemInfo", "/ColorSpace", "/Contents", "/Count", "/DW"}
    | {"/DescendantFonts", "/Encoding", "/F", "/Filter", "/Font", "/FontDescriptor", "/FontName", "/Height"}
    | {"/Kids", "/Length", "/MediaBox", "/Ordering", "/P", "/Pages", "/Parent", "/Registry", "/Resources"}
    | {"/Root", "/Size", "/Subtype", "/Supplement", "/ToUnicode", "/Type", "/Width", "/XObject", "/Flags"}
    | {"/FontBBox", "/ItalicAngle", "/Ascent", "/Descent", "/CapHeight", "/StemV"}
)


def test_what_no_page_shows_is_told_wherever_the_model_lets_it_stand() -> None:
    untold = [
        f"{place.name}/{place.key}"
        for place in pdf_model.places()
        if not pdf_model.told(place.file())
        and place.key not in _OF_MARKS | _OF_FONTS
        and not (place.kind == "/name" and place.key in _FROM_A_LIST)
    ]
    assert untold == []


def test_the_page_about_it_is_the_model() -> None:
    """Else run `python -m tests.scrub.pdf_model --write`."""
    assert pdf_model.PAGE.read_text() == pdf_model.page()


@pytest.mark.parametrize("style", ["gray", pytest.param("searchable", marks=pytest.mark.long)])
def test_a_mark_in_any_place_of_the_model_is_gone(style: str) -> None:
    for name, rows in groupby(pdf_model.places(), key=lambda place: place.name):
        data = pdf_model.whole(list(rows))
        assert pdf_model.MARK in data or b"D:2025" in data or b"40.41" in data, name
        content = engine.scrub(data, Choices(pdf=style)).content
        assert not any(mark in content for mark in (pdf_model.MARK, b"2025", b"40.41", b"CA\0NA")), name


def _keys(value: Any, seen: set[tuple[int, int]]) -> Iterator[str]:
    """Of all dictionaries below one, read by qpdf; a text comes out as itself."""
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        if value.objgen in seen:
            return
        seen.add(value.objgen)
    if isinstance(value, pikepdf.String):
        yield f"({bytes(value).decode('latin-1')})"
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for key, inside in value.items():
            yield key
            yield from _keys(inside, seen)
    elif isinstance(value, pikepdf.Array):
        for inside in value:
            yield from _keys(inside, seen)


@pytest.mark.parametrize("style", PDF_STYLES)
def test_a_clean_pdf_has_no_key_but_our_writers(style: str, clean: Callable[..., Clean]) -> None:
    everything = document(
        catalog=b"/Lang(CANARY)/AF[<</F(CANARY)>>]/PieceInfo<</A<</Private(CANARY)>>>>",
        page=b"/Annots[<</Subtype/FreeText/Rect[9 9 90 90]/Contents(CANARY)/NM(CANARY)>>]",
        trailer=b"/ID[(CANARY)(CANARY)]",
    )
    content = engine.scrub(everything, Choices(pdf=style)).content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        objects: list[Any] = [*pdf.objects, pdf.trailer]
        keys = {key for each in objects for key in _keys(each, set())}
    assert {key for key in keys if key.startswith("/")} <= _WRITTEN
    assert {key for key in keys if key.startswith("(")} <= {"(Adobe)", "(Identity)"}
