"""Attacks by words: files that stand in them, and paths that hold a login and are told by nobody."""

import base64
import binascii
import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image

from scrub.report import Clean, Refusal
from scrub.words import binhex, yenc
from scrub.words.paths import before_path, holds_path
from scrub.words.uuencoded import taken_out
from tests.scrub.fates import fate
from tests.scrub.mail_files import mail, part, zipped

Scrub = Callable[[bytes], Clean]


def _uuencoded(content: bytes, name: str = "ana-vega.txt") -> str:
    lines = [binascii.b2a_uu(content[at : at + 45]).decode() for at in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


_AS_IT_IS = b"Content-Transfer-Encoding: 8bit"
BLOCK = _uuencoded(b"CANARY, said by somebody in a file. " * 9)
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_SIX_BITS = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"


def _binhex(content: bytes, name: bytes = b"ana-vega.txt") -> str:
    """As in RFC 1741, with the sums that nobody checks left zero."""
    head = bytes([len(name)]) + name + b"\0TEXTttxt\0\0" + struct.pack(">IIH", len(content), 0, 0)
    packed = (head + content + bytes(4)).replace(b"\x90", b"\x90\0").replace(b"AAAAA", b"A\x90\5")
    bits = "".join(f"{byte:08b}" for byte in packed)
    letters = [_SIX_BITS[int(bits[at : at + 6].ljust(6, "0"), 2)] for at in range(0, len(bits), 6)]
    coded = ":" + "".join(letters) + ":"
    lines = [coded[at : at + 64] for at in range(0, len(coded), 64)]
    return "(This file must be converted with BinHex 4.0)\n\n" + "\n".join(lines) + "\n"


def yencoded(content: bytes, name: bytes = b"ana-vega.txt", part: bytes = b"") -> bytes:
    coded = b"".join(
        b"=" + bytes([(byte + 106) & 255]) if (byte + 42) & 255 in b"\0\n\r=" else bytes([(byte + 42) & 255])
        for byte in content
    )
    head = b"=ybegin line=128 size=%d name=%s\r\n" % (len(content), name)
    lines = b"\r\n".join(coded[at : at + 128] for at in range(0, len(coded), 128))
    return head + part + lines + b"\r\n=yend size=%d\r\n" % len(content)


HEXED = _binhex(b"CANARY, said by somebody in a file. AAAAA \x90 " * 9)


@pytest.mark.parametrize(
    "body",
    [
        "Hola\n\n" + BLOCK,
        "Hola\n\n" + BLOCK.replace("begin", "be\u200bgin"),
        "Hola\n\n" + BLOCK.replace(".txt\n", ".txt\x0b", 1),
        "Hola\n\n" + BLOCK.replace(" ", "\u00a0"),
        "Hola\n\n" + BLOCK.replace("begin", "\u0432egin").replace("\u0432", "b"),
        "Hola\n\n" + "".join(f"> {line}\n" for line in BLOCK.splitlines()),
        "Hola\n\n" + BLOCK.replace("`\nend", "\n\nend"),
        "Hola\n\n" + BLOCK.partition("`\n")[0],
        "Hola\n\n" + BLOCK.replace("\nM0", "\nMz"),  # a letter changed on the way
        "Hola\n\nbegin 644 ana-vega.txt\n`\nend\n",
        "Hola\n\nbegin 644 ana-vega.txt\n" + _uuencoded(b"hola") + BLOCK.partition("\n")[2],
        "Hola\n\nbegin-base64 644 ana-vega.txt\nQ0FOQVJZ\n====\n",
        "Hola\n\nbegin-base64-encoded 644 YW5hLXZlZ2E=\nQ0FOQVJZ\n====\n",
        "Hola\n\n" + BLOCK + "\n" + BLOCK.replace("begin", "be\u00adgin"),
        "Hola\n\n" + HEXED,
        "Hola\n\n" + HEXED.replace("BinHex", "Bin\u200bHex"),
        "Hola\n\n" + "".join(f"> {line}\n" for line in HEXED.splitlines()),
        "Hola\n\n" + HEXED[: len(HEXED) // 2],
        "Hola\n\n" + BLOCK + HEXED,
    ],
)
def test_no_file_and_no_name_of_one_hides_in_the_words(body: str, clean: Scrub) -> None:
    written = part(b"text/plain; charset=utf-8", body.encode(), b"Content-Transfer-Encoding: 8bit")
    for copy in (clean(mail(written)), clean(body.encode())):
        assert b"Hola" in copy.content
        for left in (
            b"ana-vega",
            b"begin",
            b"YW5h",
            b"converted with",
            HEXED[100:120].encode(),
            BLOCK.splitlines()[1].encode(),
        ):
            assert left not in copy.content
        assert "file_name" in copy.removed
        assert clean(copy.content).content == copy.content
    assert "members_left_out" in clean(body.encode()).notes


def test_files_in_words_are_read_and_cleaned_like_any_other(clean: Scrub) -> None:
    picture = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(picture, "JPEG", comment=b"CANARY")
    content = picture.getvalue()
    most = content[:-300]
    for written in (
        _binhex(content).encode(),
        yencoded(content),
        yencoded(most, part=b"=ypart begin=1 end=9\r\n"),
    ):
        copy = clean(mail(part(b"text/plain", b"Hola\r\n" + written + b"Adios\r\n", _AS_IT_IS)))
        assert b"Hola" in copy.content
        assert b"Adios" in copy.content
        assert b"0001.jpg" in copy.content
        assert {"file_name", "comment"} <= set(copy.removed)
        for left in (b"ana-vega", b"=ybegin", b"=yend", b"BinHex", b"CANARY"):
            assert left not in copy.content
    assert yenc.taken_out(b"=ybegin line=128 size=9 name=x\n" + b"=")[1] == [b"\x13"]
    with pytest.raises(Refusal):
        yenc.taken_out(b"=ybegin name=x\n=yend x\n" * 101)


QUOTED = b"\n".join(b"> " + line for line in yencoded(b"CANARY, said by somebody. " * 9).split(b"\r\n"))


@pytest.mark.parametrize(
    "written",
    [
        mail(part(b"text/html", b"<p>Hola</p>\n" + yencoded(b"CANARY"), _AS_IT_IS)),
        mail(part(b"text/plain", b"Hola\n" + yencoded(b"Hola\n" + yencoded(b"CANARY")), _AS_IT_IS)),
        mail(part(b"text/plain", b"Hola\n" + yencoded(b"CANARY", name=b"ana-vega" * 99), _AS_IT_IS)),
        mail(part(b"text/plain", b"Hola\n" + HEXED.lower().split(":")[0].encode() + HEXED[47:].encode())),
        b"Hola\n" + yencoded(b"AAAA"),
    ],
)
def test_no_name_of_a_file_by_yenc_hides_where_none_is_looked_for(written: bytes, clean: Scrub) -> None:
    copy = clean(written)
    assert b"ana-vega" not in copy.content
    assert b"=ybegin" not in copy.content
    assert "file_name" in copy.removed


def test_words_around_a_file_by_yenc_are_a_text(clean: Scrub) -> None:
    coded = yencoded(bytes(range(256)) * 3)
    for before in (
        "Hola, mañana\r\n".encode(),
        "Зарплата за март не выплачена. Начальник велел молчать.\r\n".encode("cp1251"),
    ):
        copy = clean(before + coded + b"Adios\r\n")
        assert copy.content.endswith(b"\nAdios\n")
        assert b"=y" not in copy.content
        assert "members_left_out" in copy.notes
        assert "file_name" in copy.removed
    with pytest.raises(Refusal, match="unsupported"):
        clean(coded)


def test_a_file_by_yenc_that_somebody_quoted_is_read(clean: Scrub) -> None:
    copy = clean(mail(part(b"text/plain", b"> Hola\n" + QUOTED + b"\nAdios", _AS_IT_IS)))
    assert binascii.b2a_base64(b"CANARY, said by somebody. ", newline=False)[:20] in copy.content
    assert b"Adios" in copy.content


@pytest.mark.parametrize("files", [1, 3])
def test_files_that_swell_up_in_words_are_bounded_together(files: int) -> None:
    letters = base64.b64encode(
        b"\1a\0TEXTttxt\0\0" + struct.pack(">IIH", 12 << 20, 0, 0) + b"A\x90\xff" * 49_600
    )
    coded = letters.decode().rstrip("=").translate(str.maketrans(_BASE64, _SIX_BITS))
    text = f"(This file must be converted with BinHex 4.0)\n\n:{coded}:\n" * files
    if files == 1:
        assert len(binhex.taken_out(text)[1][0]) == 12 << 20
    else:
        with pytest.raises(Refusal, match="too_large"):
            binhex.taken_out(text)


def test_a_file_in_words_of_html_goes_too(clean: Scrub) -> None:
    lines = BLOCK.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>\n")
    page = f"<p>Hola</p>{lines}".encode()
    copy = clean(mail(part(b"text/html", page)))
    assert b"ana-vega" not in copy.content
    assert "file_name" in copy.removed


def test_words_that_begin_like_such_a_file_stay() -> None:
    for words in (
        "We begin 644 x\n\nAND THEN\n",
        "begin 644 of them\nAND SOME MORE\nend\n",
        "begin 12 days ago\nend\n",
    ):
        assert taken_out(words) == (words, [])


def test_too_many_files_in_words_are_one_sentence(clean: Scrub) -> None:
    many = "Hola\n\n" + "".join(_uuencoded(b"hola") for _ in range(101))
    assert fate(many.encode()) == "too_large"
    assert fate(mail(part(b"text/plain", many.encode()))) == "too_large"


@pytest.mark.parametrize(
    "path",
    [
        r"C:\Users\ana.vega\Desktop\turnos.xlsx",
        "d:/datos/ana.vega/x.txt",
        r"\\SRV-PLANTA\ana.vega\turnos",
        "/home/ana.vega/turnos.txt",
        "/Users/anavega",
        "file:///home/ana.vega/x",
        "smb://srv/ana.vega",
        "https://firma-my.sharepoint.com/personal/ana_vega/x",
        "Macintosh HD:Users:ana",
    ],
)
def test_a_path_that_may_hold_a_login_is_told_wherever_it_stands(path: str, clean: Scrub) -> None:
    line = f"Mira en {path} por favor"
    files = {
        "text": line,
        "table": f"a,b,c\n1,{path},2\n3,4,5\n",
        "chat": f"12/11/2023, 10:30 - Ana: {line}\n12/11/2023, 10:31 - Juan: ok\n",
        "subtitles": f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n",
    }
    for name, content in files.items():
        copy = clean(content.encode())
        assert path.encode() in copy.content or "link_end" in copy.removed, name
        assert ("paths_remain" in copy.notes) == holds_path(copy.content.decode()), name
    for around in (mail(part(b"text/plain", line.encode())), mail(subject=line.encode())):
        copy = clean(around)
        assert ("paths_remain" in copy.notes) == holds_path(copy.content.decode())
    assert "paths_remain" in clean(zipped(("a.txt", line.encode()))).notes


def test_ordinary_words_hold_no_path() -> None:
    for words in ("y/o", "12:/3", "https://example.org/home/x", "ratio a:b", "and/or", "[foto.jpg]", "A: /B"):
        assert not holds_path(words), words
    assert before_path("Mira C:\\Users\\ana y /home/x") == "Mira "


def test_words_that_begin_like_sound_stay_words(clean: Scrub) -> None:
    assert clean(b"\x0bwrite to me, said the foreman\n").content == b"write to me, said the foreman\n"


def test_utf_7_is_read_only_where_an_e_mail_says_so(clean: Scrub) -> None:
    body = b"precio +AD- y +AGEAYgBj- y a+b=c"
    assert clean(body).content == body + b"\n"
    for charset in (b"us-ascii", b"utf-8"):
        assert body in clean(mail(part(b"text/plain; charset=" + charset, body))).content
    for charset in (b"utf-7", b"UTF7", b"unicode-1-1-utf-7"):
        assert (
            "ma\u00f1ana".encode()
            in clean(mail(part(b"text/plain; charset=" + charset, b"ma+APE-ana"))).content
        )
