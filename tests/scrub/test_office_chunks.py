"""Documents that a Word document takes in (`altChunk`): their words are in the copy, or there is no copy."""

import base64
from collections.abc import Callable

import pytest

from scrub.report import Clean, Refusal
from scrub.scrubber import Scrubber
from tests.scrub.office_files import Files, docx, part, picture, relations, run, zipped
from tests.scrub.office_marks import jpeg
from tests.scrub.test_office import entries, words

_PAGE = (
    "<html><head><title>secret title</title><style>p { color: red }</style></head><body>"
    "<h1>Acta de la reuni\u00f3n</h1><p>El turno doble <b>no</b> se&nbsp;paga.<p>Firmado: <s>todos</s>"
    "<ul><li>uno<li>dos</ul><ol><li>primero</ol><table><tr><td>a<td>b<tr><td>c</table><!-- secret comment -->"
    '<script>"secret script"</script><p style="display:none">secret word<p>fin<br>de acta</body></html>'
)
_SHOWN = (
    "Acta de la reuni\u00f3n El turno doble no se\u00a0paga. Firmado: todos \u2022 uno \u2022 dos"
    " 1. primero a b c fin de acta"
)


def _with(*chunks: bytes, body: str = "") -> Files:
    referring = "".join(f'<w:altChunk r:id="c{number}"/>' for number in range(len(chunks)))
    return docx(
        body + referring,
        parts={f"word/afchunk{number}.mht": chunk for number, chunk in enumerate(chunks)},
        rels=tuple((f"c{number}", "aFChunk", f"afchunk{number}.mht") for number in range(len(chunks))),
    )


def _read(result: Clean) -> str:
    return (
        " ".join(words(result.content).replace(" \u00a0", "\u00a0").split(" ")[1:]).replace("  ", " ").strip()
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_words_of_a_page_come_in(encoding: str, clean: Callable[[bytes], Clean]) -> None:
    result = clean(zipped(_with(_PAGE.encode(encoding))))
    assert _read(result) == _SHOWN
    document = entries(result.content)["word/document.xml"].decode()
    assert "secret" not in document
    assert "<w:b/></w:rPr><w:t>no</w:t>" in document
    assert "<w:strike/></w:rPr><w:t>todos</w:t>" in document
    assert {"comment", "script", "hidden_text", "description"} <= set(result.removed)


def test_a_page_saved_as_a_mail_comes_in(clean: Callable[[bytes], Clean]) -> None:
    mail = (
        b"MIME-Version: 1.0\r\nFrom: secret@example.org\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"Content-Location: file:///C:/Users/secret/doc.html\r\n\r\n<html><body><p>Reuni=C3=B3n</p></body></html>"
        b"\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    )
    result = clean(zipped(_with(mail)))
    assert _read(result) == "Reuni\u00f3n"
    assert {"sender", "file_name"} <= set(result.removed)
    assert b"secret" not in b"".join(entries(result.content).values())


def test_a_text_and_a_document_come_in_with_what_they_have(clean: Callable[[bytes], Clean]) -> None:
    styled = '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="{}"/><w:rPr><w:{}/></w:rPr></w:style>'
    paragraph = '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr>{}</w:p>'
    inner = docx(
        paragraph.format(run("inner")) + f"<w:p>{run('hidden', '<w:vanish/>')}</w:p>"
        + picture('r:embed="i1"')
        + '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>' + run("item")
        + '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>',
        parts={
            "word/styles.xml": part("w:styles", styled.format("heading 1", "i")),
            "word/media/x.jpg": jpeg(),
            "word/footnotes.xml": part(
                "w:footnotes", f'<w:footnote w:id="2"><w:p>{run("note")}</w:p></w:footnote>'
            ),
            "word/numbering.xml": part(
                "w:numbering",
                '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
                '</w:abstractNum>'
                '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>',
            ),
        },
        rels=(
            ("y1", "styles", "styles.xml"),
            ("i1", "image", "media/x.jpg"),
            ("f1", "footnotes", "footnotes.xml"),
            ("n1", "numbering", "numbering.xml"),
        ),
    )  # fmt: skip
    files = _with(
        zipped(inner), b"plain words\nof a text", zipped(inner), body=paragraph.format(run("outer"))
    )
    files["word/styles.xml"] = part("w:styles", styled.format("heading 2", "b"))
    files["word/_rels/document.xml.rels"] = relations(
        *((f"c{number}", "aFChunk", f"afchunk{number}.mht") for number in range(3)),
        ("y1", "styles", "styles.xml"),
    )
    result = clean(zipped(files))
    copy = entries(result.content)
    assert words(copy_of(copy)) == "Visible outer Visible inner item plain words of a text Visible inner item"
    styles = copy["word/styles.xml"].decode()
    assert "heading 1" in styles
    assert "heading 2" in styles
    assert copy["word/footnotes.xml"].count(b"note</w:t>") == 2
    assert copy["word/numbering.xml"].count(b"<w:num ") == 2
    assert len([name for name in copy if "/media/" in name]) == 2
    assert {"hidden_text", "device"} <= set(result.removed)


def copy_of(files: dict[str, bytes]) -> bytes:
    """The main part alone, as a package."""
    return zipped({"word/document.xml": files["word/document.xml"]})


@pytest.mark.parametrize(
    "chunk",
    [
        rb"{\rtf1\ansi words}",
        b"<html><style>.x { display: none }</style><p class=x>secret</p>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"MIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nx",
        b"<p class=x>secret<style>.x { display:/**/none }",
        b"<p class=x>secret<style>.x { dis\\70 lay: none }</style>",
        b"<p class=x>secret<!--[if mso]><style>.x { mso-hide: all }</style><![endif]-->",
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html"
        b"\r\n\r\n<p class=x>secret\r\n--b\r\nContent-Type: text/css\r\n\r\n.x{display:none}\r\n--b--\r\n",
        b"PK\3\4 nothing",
        b"<?xml version='1.0'?><w:wordDocument/>",
        b"",
    ],
)
def test_a_document_whose_chunk_cannot_be_read_is_not_called_clean(
    chunk: bytes, clean: Callable[[bytes], Clean]
) -> None:
    with pytest.raises(Refusal, match="unsupported"):
        clean(zipped(_with(chunk)))


def test_a_chunk_that_is_the_document_itself_ends(clean: Callable[[bytes], Clean]) -> None:
    files = docx('<w:altChunk r:id="c1"/>', rels=(("c1", "aFChunk", "document.xml"),))
    with pytest.raises(Refusal, match="unsupported"):
        clean(zipped(files))
    deep = zipped(docx())
    for _ in range(5):
        deep = zipped(_with(deep))
    with pytest.raises(Refusal, match="unsupported"):
        clean(deep)


def test_a_chunk_that_is_not_there_is_told(clean: Callable[[bytes], Clean]) -> None:
    result = clean(zipped(docx('<w:altChunk r:id="c1"/>')))
    assert "members_left_out" in result.notes


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p hidden>secret<p>seen", "seen"),
        ("<div style='visibility:hidden'><p>secret</p></div>seen", "seen"),
        ("<span style='mso-hide:all'>secret</span>seen", "seen"),
        ("<span style='font-size:0'>secret</span>seen", "seen"),
        ("<div style='position:absolute;left:-9999px'>secret</div>seen", "seen"),
        ("<div><p style='display:none'>secret</div>seen", "seen"),
        ("<p>seen</b></div></table>&lt;b&gt; &#8203;&amp;", "seen &lt;b&gt; &amp;"),
        ("<p>a\x01b\x0cc", "ab c"),
        ("<pre>one\n  two</pre>", "one   two"),
        (
            "<p><input type=checkbox checked>yes<input type=radio>no<input type=hidden value=h>",
            "\u2612 yes \u2610 no",
        ),
        ("<p><input value='Ana'><textarea>words</textarea>", "Ana words"),
        ("<p>x" + "<b>" * 400 + "y", "x y"),
    ],
)
def test_what_a_page_hides_is_not_read(page: str, shown: str, clean: Callable[[bytes], Clean]) -> None:
    assert _read(clean(zipped(_with(page.encode())))) == shown.replace("  ", " ")


def test_a_page_without_end_ends_in_time(clean: Callable[[bytes], Clean]) -> None:
    for page in (b"<p>" + b"<div>" * 100_000, b"<p>" + b"<b>x</b>" * 250_000):
        with pytest.raises(Refusal, match="bomb"):
            clean(zipped(_with(page)))
    assert _read(clean(zipped(_with(b"<p>seen" + b"</div>" * 100_000)))) == "seen"


async def test_what_comes_in_is_read_in_the_confined_child_too(
    clean: Callable[[bytes], Clean], in_children: Scrubber
) -> None:
    """Where no module and no encoding can be loaded any more."""
    mail = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html; charset=iso-8859-16\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"PHA+aG9sYTwvcD4=\r\n--b--\r\n"
    )
    page = "<meta charset=euc-kr><p>\ud55c\uae00</p>".encode("euc-kr")
    data = zipped(_with(mail, page))
    result = await in_children.scrub(data)
    assert result == clean(data)
    assert _read(clean(data)) == "hola \ud55c\uae00"


def test_pictures_of_a_page_come_in_with_it(clean: Callable[[bytes], Clean]) -> None:
    image = base64.b64encode(jpeg())
    page = (
        b"<p>Foto<img src='data:image/jpeg;base64,%s' width=200><img src='https://x.example/secret.png'>"
        % image
    )
    result = clean(zipped(_with(page)))
    media = [content for name, content in entries(result.content).items() if "/media/" in name]
    assert len(media) == 1
    assert b'cx="1905000" cy="952500"' in entries(result.content)["word/document.xml"]
    assert b"secret" not in b"".join(entries(result.content).values())
    assert {"device", "link"} <= set(result.removed)
    assert "members_left_out" in result.notes
    mail = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html"
        b"\r\n\r\n<p>Foto<img src=cid:a@b><img src=file:///C:/x.jpg></p>\r\n--b\r\n"
        b"Content-Type: image/jpeg\r\nContent-ID: <a@b>\r\nContent-Location: file:///C:/x.jpg\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + image + b"\r\n--b--\r\n"
    )
    result = clean(zipped(_with(mail)))
    assert entries(result.content)["word/document.xml"].count(b"<pic:pic>") == 2
    assert "members_left_out" not in result.notes


@pytest.mark.parametrize(
    "source", ["data:image/png;base64,%%%", "data:image/png,x", "data:text/html,x", "cid:", ""]
)
def test_a_picture_of_a_page_that_is_none_costs_itself(source: str, clean: Callable[[bytes], Clean]) -> None:
    result = clean(
        zipped(_with(f"<p>seen<img src='{source}' height=5><img width=1 src='{source}'>".encode()))
    )
    assert _read(result) == "seen"
    assert "members_left_out" in result.notes


def test_what_came_in_is_not_told_as_metadata(clean: Callable[[bytes], Clean]) -> None:
    assert clean(zipped(_with(b"<p>words</p>", b"words", zipped(docx())))).removed == ()
