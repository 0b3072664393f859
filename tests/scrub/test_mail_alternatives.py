"""What a page of an e-mail shows and the plain words beside it leave out arrives all the same."""

import base64
from collections.abc import Callable

import pytest

from scrub.report import Clean
from tests.scrub.mail_files import mail, multipart, part

Scrub = Callable[[bytes], Clean]

_RICH = b"<h1>Turnos</h1><p>El turno es de <b>12</b> horas</p><ol><li>Lunes</li><li>Martes</li></ol>"


@pytest.mark.parametrize(
    ("plain", "page", "kept", "gone"),
    [
        (b"This mail has no plain text.", _RICH, b"turno es de 12 horas", b"no plain"),
        (b"Turnos\nEl turno es de 8 horas\n1. Lunes\n2. Martes", _RICH, b"12 horas", b"8 horas"),
        (b"TURNOS\n> El turno es de 12\n> horas\n1) Lunes\n2) Martes", _RICH, b"> El turno", b"1. Lunes"),
        (
            b"El turno es de 12 horas",
            b"<style>.a{display:none}</style><p>El turno es de 12 horas<i class=a>CANARY</i></p>",
            b"12 horas",
            b"CANARY",
        ),
        (b"Open it in a browser", b"<style>.a{display:none}</style>" + _RICH, b"1. Lunes\n", b"browser"),
        (b"12 horas https://a.example/u?t=1", b'12 horas <a href="https://a.b/c">', b"a.example", b"u?t"),
        (b"> 12 horas", b"<div style='display:none'>CANARY</div><p>12 horas", b"> 12", b"CANARY"),
        (b"12 horas", b"<img src=cid:a>", b"12 horas", b"cid"),
    ],
)
def test_the_plain_one_stays_only_where_it_says_all_that_the_page_shows(
    plain: bytes, page: bytes, kept: bytes, gone: bytes, clean: Scrub
) -> None:
    both = multipart(b"alternative", part(b"text/plain", plain), part(b"text/html", page))
    content = clean(mail(both)).content
    assert kept in content
    assert gone not in content


def test_words_that_a_style_sheet_may_hide_are_told_where_they_are_left_out(clean: Scrub) -> None:
    """Nobody knows whether the page shows them; they may be what matters, or a mark for one reader."""
    plain = b"El turno es de horas sin pausa"
    page = b"<style>.a{display:none}</style><p>El turno es de <b>12</b> horas sin pausa"

    def notes(page: bytes) -> tuple[str, ...]:
        both = multipart(b"alternative", part(b"text/plain", plain), part(b"text/html", page))
        return clean(mail(both)).notes

    assert "words_left_out" in notes(page)
    assert "words_left_out" not in notes(page.replace(b"<b>12</b>", b""))  # the same words
    assert "words_left_out" not in notes(page.replace(b"display:none", b"color:red"))  # the page is kept


@pytest.mark.parametrize("beside", [b"Other", b" "])
def test_both_pages_around_a_file_are_read(beside: bytes, clean: Scrub, photo_bytes: bytes) -> None:
    """As Mail of Apple writes it."""
    photo = part(b"image/jpeg", base64.encodebytes(photo_bytes), b"Content-Transfer-Encoding: base64")
    first, second = part(b"text/html", b"<p>First"), part(b"text/html", b"<p>Second")
    pages = multipart(b"mixed", first, photo, second, boundary=b"inner")
    content = clean(mail(multipart(b"alternative", part(b"text/plain", beside), pages))).content
    for said in (b"First", b"Second", b"0001.jpg"):
        assert said in content


def test_items_have_their_numbers_and_lines_that_were_set_stay_lines(clean: Scrub) -> None:
    page = (
        b"<ol start=3><li>One<li>Two<ul><li>Dot</ul><li>Three</ol><ol type=a><li>Letter</ol>"
        b"<ol type='I'><li>x<li>Roman</ol><pre>a  b\nc</pre>"
    )
    content = clean(mail(part(b"text/html", page))).content
    for said in (b"3. One", b"4. Two", b"- Dot", b"5. Three", b"a. Letter", b"II. Roman", b"a b\nc"):
        assert said in content


_FORM = (
    b'<form><label><input type="checkbox" checked>Guantes</label><br>'
    b"<input type=checkbox value='is checked'> Casco<br>"
    b"<input type='radio' name=a CHECKED=\"\"/>Noche <input type=radio name=a>D&iacute;a<br>"
    b'Nombre: <input value="Ana &amp; Luis"> <input type=submit value="Firmar"><br><textarea rows=2>Falta\n'
    b"<b>todo</b></textarea><select><option>Norte<option selected value=7>Sur</option></select>"
    b"<select><option>Uno</option><option>Dos</option></select><select multiple><option>Nada</select>"
    b'<input type="hidden" value="CANARY"><input type=password value=CANARY><input style="display: none"'
    b' value=CANARY><input style="border:0;width:0" value=CANARY><textarea hidden>CANARY</textarea>'
    b"<div style='display:none'><input value=CANARY><textarea>CANARY</textarea></div><p>Fin</p></form>"
)
_FILLED = """\u2612 Guantes
\u2610 Casco
\u25c9 Noche \u25cb D\u00eda
Nombre: Ana & Luis Firmar
Falta
<b>todo</b> Sur Uno
Fin"""


def test_what_was_ticked_chosen_and_written_in_a_form_is_words(clean: Scrub) -> None:
    result = clean(mail(part(b"text/html; charset=utf-8", _FORM)))
    assert _FILLED in result.content.decode()
    assert b"CANARY" not in result.content
    assert "hidden_text" in result.removed
    plain = "Guantes Casco Noche D\u00eda Nombre: Ana & Luis Firmar Falta b todo /b Sur Uno Fin".encode()
    parts = (part(b"text/plain; charset=utf-8", plain), part(b"text/html; charset=utf-8", _FORM))
    both = clean(mail(multipart(b"alternative", *parts)))
    assert _FILLED in both.content.decode()  # only the page says which of them


def test_a_hostile_form_costs_no_time(clean: Scrub) -> None:
    for hostile in (
        b"<input a",
        b"<input ",
        b"<select><option ",
        b"<textarea>",
        b"<option>",
        b"<input a='",
        b'="',
    ):
        clean(mail(part(b"text/html", b"<p>hola<input " + hostile * 20_000)))
