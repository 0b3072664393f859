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
