"""Changes to clean words, e-mails and archives that must not pass for clean."""

import base64
import io
import zipfile
from collections.abc import Callable

import pytest

from scrub.archive.writer import write_archive
from scrub.mail.writer import write_mail
from scrub.report import Clean
from scrub.verify import Unverified, verify
from tests.scrub.mail_files import mail, multipart, packed, part, zipped

Scrub = Callable[[bytes], Clean]
_TABLE = b"a,b,c\n1,2,3\n4,5,6\n"
_SUBRIP = b"1\n00:00:01,000 --> 00:00:02,000\nhola\n\n2\n00:00:03,000 --> 00:00:04,000\nmundo\n"
_WEBVTT = b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhola\n"


def _passes(data: bytes, media_type: str) -> bool:
    try:
        verify(data, media_type)
    except Unverified:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "hola",
        "",
        "\n",
        "\nhola\n",
        "hola\n\n",
        "hola \n",
        "hola\t\n",
        "a\n\n\n\nb\n",
        "Uno.  Dos.\n",
        "hola\r\n",
        "\ufeffhola\n",
        *(
            f"ho{letter}la\n"
            for letter in "\u200b\u200c\u200d\u202e\u00ad\u00a0\u2003\u3000\u2800\ue000\ufe0f\u034f"
        ),
        *(f"ho{letter}la\n" for letter in "\U000e0041\U000e01ef\u0085\x00\x1b\x7f\u3164\u115f\u0378\ufffc"),
        "e\u0301\n",
        "ﬁn\n",
        "\u2019\n",
        "\u2026\n",
        "a" + "\u0316" * 9 + "\n",
        "می\u200c خ\n",
        "क\u200dष\n",
        "%PDF-1.7\n",
        "1 0 obj\n",
        "<html>\n",
        "hola <script>\n",
        "<!doctype html>\n",
        "BEGIN:VCARD\n",
        "%!PS\n",
    ],
)
def test_words_that_are_not_tidy_do_not_pass(text: str) -> None:
    assert not _passes(text.encode(), "text/plain")


def test_bytes_that_are_not_utf_8_do_not_pass() -> None:
    for data in (b"\xff\n", b"\xed\xa0\x80\n", b"\xc0\x80\n", "hola\n".encode("utf-16")):
        assert not _passes(data, "text/plain")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (_TABLE.replace(b"5", b"=5"), "text/csv"),
        (_TABLE.replace(b"5", b"@x"), "text/csv"),
        (_TABLE.replace(b"5", b"+x"), "text/csv"),
        (_TABLE.replace(b"5", b'"5"'), "text/csv"),
        (_TABLE.replace(b"5", b" 5"), "text/csv"),
        (_TABLE.replace(b"5,", b""), "text/csv"),
        (_TABLE.replace(b",", b";"), "text/csv"),
        (_TABLE.replace(b"\n", b"\r\n"), "text/csv"),
        (_TABLE.replace(b"5", b'"5'), "text/csv"),
        (b"hola\n", "text/csv"),
        (_SUBRIP.replace(b"2\n", b"3\n", 1), "application/x-subrip"),
        (_SUBRIP.replace(b"hola", b"<i>hola</i>"), "application/x-subrip"),
        (_SUBRIP.replace(b"02,000\n", b"02,000 X1:1\n"), "application/x-subrip"),
        (_SUBRIP.replace(b"hola", b""), "application/x-subrip"),
        (_SUBRIP.replace(b"00:00:01", b"0:00:01"), "application/x-subrip"),
        (_SUBRIP.replace(b"00:00:01", b"000:00:01"), "application/x-subrip"),
        (_SUBRIP.replace(b"hola", b"{\\an8}hola"), "application/x-subrip"),
        (_WEBVTT.replace(b"WEBVTT", b"WEBVTT x"), "text/vtt"),
        (_WEBVTT.replace(b"hola", b"<v Ana>hola"), "text/vtt"),
        (_WEBVTT + b"\nNOTE hola\n", "text/vtt"),
        (_WEBVTT.replace(b"00:00:01.", b"00:00:01,"), "text/vtt"),
        (b"WEBVTT\n", "text/vtt"),
    ],
)
def test_tables_and_subtitles_have_one_form(data: bytes, media_type: str) -> None:
    for good, kind in ((_TABLE, "text/csv"), (_SUBRIP, "application/x-subrip"), (_WEBVTT, "text/vtt")):
        verify(good, kind)
    assert not _passes(data, media_type)


@pytest.fixture(scope="module")
def eml(clean: Scrub) -> bytes:
    inside = part(b"message/rfc822", mail(subject="año".encode()))
    files = (packed(b"text/csv", _TABLE), packed(b"application/zip", zipped(("a", b"hola"))), inside)
    subject = b"=?utf-8?Q?Ni=C3=B1os?= y una linea bastante larga para que no quepa en una sola"
    return clean(
        mail(multipart(b"mixed", part(b"text/plain", "señal".encode()), *files), subject=subject)
    ).content


def test_every_changed_missing_or_added_byte_of_an_e_mail_is_caught(eml: bytes) -> None:
    """But for letters that are another letter, in the words and in what is base64."""
    verify(eml, "message/rfc822")
    words = range(eml.index("señal".encode()), eml.index("señal".encode()) + 6)
    for at in range(len(eml)):
        for value in (0x00, 0x0A, 0x20, 0x2D, 0xFF):
            if eml[at] != value and at not in words:
                assert not _passes(eml[:at] + bytes([value]) + eml[at + 1 :], "message/rfc822"), (at, value)
        assert not _passes(eml[:at] + b"\0" + eml[at:], "message/rfc822"), at
        assert at in words or not _passes(eml[:at] + eml[at + 1 :], "message/rfc822"), at
        assert not _passes(eml[:at], "message/rfc822"), at


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"MIME-Version", b"From: a@example.org\nMIME-Version"),
        (b"MIME-Version", b"X-CANARY: 1\nMIME-Version"),
        (b"00:00:00 -0000", b"09:31:07 -0500"),
        (b"Tue, 14 Jan", b"Wed, 14 Jan"),
        (b"Tue, 14 Jan", b"Tue, 99 Jan"),
        (b'"=_silbo"\n\n', b'"=_silbo"\n\npreamble\n'),
        (b"--=_silbo--\n", b"--=_silbo--\nepilogue\n"),
        (b"--=_silbo--\n", b"--=_silbo\n\n\n--=_silbo--\n"),
        (b"0001.csv", b"CANARY.csv"),
        (b"0001.csv", b"0002.csv"),
        (b"0001.csv", b"0001.exe"),
        (b"0001.csv", b"0001.txt"),
        (b"text/csv", b"text/html"),
        (b"charset=utf-8", b"charset=utf-7"),
        (b"8bit", b"base64"),
        ("señal".encode(), "se\u200bñal".encode()),
        (base64.b64encode(_TABLE), base64.b64encode(_TABLE.replace(b"5", b"=5"))),
        (base64.b64encode(_TABLE), base64.b64encode(_TABLE)[:8] + b"\n" + base64.b64encode(_TABLE)[8:]),
    ],
)
def test_an_injected_header_part_or_name_is_caught(old: bytes, new: bytes, eml: bytes) -> None:
    assert eml.count(old) >= 1
    assert not _passes(eml.replace(old, new, 1), "message/rfc822")


def test_subjects_have_one_form() -> None:
    for subject in ("hola", "ñ" * 100, "a" * 68, "=?x?="):
        data = write_mail(subject, None, "hola\n", ())
        verify(data, "message/rfc822")
        first = data.partition(b"MIME-Version")[0]
        plain = b"Subject: =?utf-8?B?" + base64.b64encode(subject[:10].encode()) + b"?=\n"
        halves = b"\n ".join(
            b"=?utf-8?B?" + base64.b64encode(half.encode()) + b"?=" for half in (subject[:2], subject[2:10])
        )
        for other in (plain if subject == "hola" else b"", b"Subject: " + halves + b"\n", b"Subject: a  b\n"):
            assert not other or not _passes(data.replace(first, other), "message/rfc822")


@pytest.fixture(scope="module")
def archive(clean: Scrub) -> bytes:
    return clean(zipped(("a", b"hola"), ("b", _TABLE), ("c", zipped(("d", b"hola"))))).content


def test_every_changed_missing_or_added_byte_of_an_archive_is_caught(archive: bytes) -> None:
    verify(archive, "application/zip")
    for at in range(len(archive)):
        for value in (0x00, 0x0A, 0x21, 0x50, 0xFF):
            if archive[at] != value:
                assert not _passes(archive[:at] + bytes([value]) + archive[at + 1 :], "application/zip"), at
            assert not _passes(archive[:at] + bytes([value]) + archive[at:], "application/zip"), at
        assert not _passes(archive[:at] + archive[at + 1 :], "application/zip"), at
        assert not _passes(archive[:at], "application/zip"), at


def _packed(*files: tuple[str, bytes], **fields: object) -> bytes:
    """Like ours, by the standard library, but for one field."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packer:
        for name, content in files:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.create_version, info.extract_version = 0, 10, 10
            for field, value in fields.items():
                setattr(info, field, value)
            packer.writestr(info, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        _packed(("CANARY.txt", b"hola\n")),
        _packed(("0002.txt", b"hola\n")),
        _packed(("0001.txt", b"hola\n"), ("0003.txt", b"hola\n")),
        _packed(("0001.exe", b"hola\n")),
        _packed(("0001.csv", b"hola\n")),
        _packed(("0001.txt", "ho\u200bla\n".encode())),
        _packed(("0001.txt", b"")),
        _packed(("0001.txt", b"hola\n"), comment=b"CANARY"),
        _packed(("0001.txt", b"hola\n"), extra=b"\xfe\xca\0\0"),
        _packed(("0001.txt", b"hola\n"), create_system=3),
        _packed(("0001.txt", b"hola\n"), external_attr=1),
        _packed(("0001.txt", b"hola\n"), internal_attr=1),
        _packed(("0001.txt", b"hola\n"), date_time=(1980, 1, 1, 0, 0, 2)),
        _packed(("0001.txt", b"hola\n"), compress_type=zipfile.ZIP_DEFLATED),
        zipped(("0001.txt", b"hola\n")),
        b"PK\5\6" + bytes(18),
    ],
)
def test_no_other_way_to_pack_passes(data: bytes) -> None:
    assert not _passes(data, "application/zip")


def test_another_program_packs_the_same_bytes() -> None:
    ours = write_archive([Clean(b"hola\n", "text/plain", "txt")])
    info = zipfile.ZipInfo("0001.txt", (1980, 1, 1, 0, 0, 0))
    assert zipfile.ZipFile(io.BytesIO(ours)).getinfo("0001.txt").date_time == info.date_time
    verify(ours, "application/zip")


def test_nothing_is_verified_deeper_than_it_is_cleaned() -> None:
    nested = Clean(b"hola\n", "text/plain", "txt")
    for depth in range(1, 6):
        nested = Clean(write_archive([nested]), "application/zip", "zip")
        assert _passes(nested.content, "application/zip") == (depth <= 3)
