"""Of an e-mail only subject, day, words and files are left; of the files, only what a scrub lets through."""

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from scrub.report import Clean
from tests.scrub.fates import fate
from tests.scrub.mail_files import CANARY, HEADERS, mail, multipart, packed, part, zipped
from tests.scrub.pdf_files import document

Scrub = Callable[[bytes], Clean]


def _read(result: Clean) -> EmailMessage:
    """By the standard library, as a reviewer's mail program would."""
    assert result.media_type == "message/rfc822"
    message = email.message_from_bytes(result.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not any(each.defects for each in message.walk())
    return message


def _words(result: Clean) -> str:
    body = _read(result).get_body()
    assert body is not None
    return str(body.get_content())


def _files(result: Clean) -> list[tuple[str | None, bytes]]:
    return [(each.get_filename(), each.get_payload(decode=True)) for each in _read(result).iter_attachments()]  # type: ignore[misc]  # bytes, when decoded


def test_every_header_that_names_anybody_is_gone(clean: Scrub) -> None:
    result = clean(mail())
    assert CANARY not in result.content
    assert b"09:31" not in result.content
    assert _read(result).keys() == ["Subject", "Date", "MIME-Version", "Content-Type"]
    assert (_read(result)["Subject"], _words(result)) == ("Turnos", "hola\n")
    assert str(_read(result)["Date"]) == "Tue, 14 Jan 2025 00:00:00 -0000"
    assert set(result.removed) >= {"sender", "route", "identifier", "date", "software", "other_metadata"}
    assert result.notes == ("writing_remains",)


@pytest.mark.parametrize("header", HEADERS.splitlines()[2:])
def test_no_header_gets_through_alone(header: bytes, clean: Scrub) -> None:
    result = clean(b"Subject: a\nMIME-Version: 1.0\n" + header + b"\n\nhola\n")
    assert CANARY not in result.content


def test_the_day_stays_and_the_hour_goes(clean: Scrub) -> None:
    for written, day in (
        (b"Fri, 31 Jan 2025 23:59:59 -0500 (COT CANARY)", "Fri, 31 Jan 2025"),
        (b"31 Jan 25 10:00 GMT", "Fri, 31 Jan 2025"),
        (b"Sat, 29 Feb 2024 10:00:00 +0000", "Thu, 29 Feb 2024"),
    ):
        assert str(_read(clean(b"From: a\nDate: " + written + b"\n\nhola\n"))["Date"]).startswith(day)
    for nonsense in (
        b"CANARY",
        b"",
        b"99 Foo 9999",
        b"Fri, 31 Feb 2025 10:00:00 +0000",
        b"1 Jan 1900 1:1:1 +0",
    ):
        assert _read(clean(b"From: a\nTo: b\nDate: " + nonsense + b"\n\nhola\n"))["Date"] is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"=?utf-8?Q?Ni=C3=B1os_y_c=C3=A1maras?=", "Niños y cámaras"),
        (b"=?ISO-8859-1?B?8Q==?= =?ISO-8859-1?B?8Q==?=", "ññ"),
        (b"Re:\n\t=?utf-8?B?4oCL4oCL?=turno\n de noche", "Re: turno de noche"),
        ("Año\u200b nuevo".encode(), "Año nuevo"),
        (b"=?utf-8?B?" + b"8J+YgA==" * 20 + b"?=", "\U0001f600"),
        (b"a" * 500, "a" * 300),
        (b"=?x-unknown?Q?a=0AFrom:_b?=", "a From: b"),
        (b"=?utf-8?B?a?=", None),
        (b"a =3D =? b", "a =3D =? b"),
    ],
)
def test_a_subject_is_one_tidy_line(written: bytes, read: str | None, clean: Scrub) -> None:
    result = clean(mail(subject=written))
    found = _read(result)["Subject"]
    assert found is not None or read is None
    if read is not None:
        assert str(found) == read or str(found).startswith(read)
    assert _read(result).keys()[-3:] == ["Date", "MIME-Version", "Content-Type"]


def test_html_becomes_words_and_loads_nothing(clean: Scrub) -> None:
    page = (
        b"<html><head><title>CANARY</title><style>CANARY</style></head>"
        b"<body onload='CANARY()'><!-- CANARY -->"
        b"<div style='display:none'>CANARY</div><p>Hola&nbsp;<b>mundo</b></p>"
        b"<a href='https://t.example/?u=CANARY'>aqu&iacute;</a><img src='https://t.example/CANARY.gif'>"
        b"<script>CANARY</script><table><tr><td>a</td><td>b</td></tr></table></body></html>"
    )
    result = clean(mail(part(b"text/html; charset=utf-8", page)))
    assert CANARY not in result.content
    assert _words(result).split() == ["Hola", "mundo", "aquí", "a", "b"]
    assert set(result.removed) >= {"script", "link", "comment", "hidden_text"}


def test_of_two_ways_to_say_it_the_plain_one_stays(clean: Scrub, photo_bytes: bytes) -> None:
    plain = part(
        b"text/plain; charset=iso-8859-1", b"ma=F1ana\n", b"Content-Transfer-Encoding: quoted-printable"
    )
    page = part(b"text/html", b"<p hidden>CANARY</p><b>Ma&ntilde;ana</b>")
    related = multipart(b"related", page, packed(b"image/jpeg", photo_bytes), boundary=b"r")
    invitation = part(b"text/calendar", b"BEGIN:VCALENDAR\nATTENDEE:CANARY\nEND:VCALENDAR\n")
    result = clean(mail(multipart(b"alternative", plain, related, invitation)))
    assert CANARY not in result.content
    assert _words(result) == "mañana\n"
    assert [name for name, _ in _files(result)] == ["0001.jpg"]
    assert {"sender", "device", "file_name"} <= set(result.removed)


@pytest.mark.parametrize("kind", [b"text/calendar", b"text/vcard"])
def test_an_invitation_or_a_contact_is_not_lost_in_silence(kind: bytes, clean: Scrub) -> None:
    lost = part(kind, b"BEGIN:VCALENDAR\nLOCATION:CANARY\nEND:VCALENDAR\n")
    result = clean(mail(multipart(b"mixed", part(b"text/plain", b"ven"), lost)))
    assert "members_left_out" in result.notes
    assert b"CANARY" not in result.content


def test_files_are_cleaned_renamed_and_in_order(clean: Scrub, photo_bytes: bytes) -> None:
    hostile = b"../../CANARY\xe2\x80\xae" + b"x" * 4000 + b".exe"
    parts = (
        part(b"text/plain", b"hola"),
        packed(b"application/pdf", photo_bytes, hostile),  # the type that it says counts for nothing
        packed(b"application/octet-stream", document(trailer=b"/Info 6 0 R", extra=[b"<</Author(CANARY)>>"])),
        packed(b"text/plain; charset=utf-16", "CANARY"[:2].encode("utf-16") + "ñ".encode("utf-16-le")),
        packed(b"application/zip", zipped(("CANARY", photo_bytes))),
        packed(b"application/x-msdownload", b"MZ\x90\0CANARY" + bytes(80)),
        packed(b"text/html", b"<html>CANARY</html>"),
        packed(b"text/vcard", b"BEGIN:VCARD\nN:CANARY\n"),
    )
    result = clean(mail(multipart(b"mixed", *parts)))
    assert CANARY not in result.content
    assert [name for name, _ in _files(result)] == ["0001.jpg", "0002.pdf", "0003.txt", "0004.zip"]
    assert _files(result)[2][1] == "CAñ\n".encode()
    assert {"device", "author", "file_name", "sender"} <= set(result.removed)
    assert {"members_left_out", "picture_remains"} <= set(result.notes)


def test_an_e_mail_in_an_e_mail_is_cleaned_too(clean: Scrub) -> None:
    inside = part(b"message/rfc822", mail(subject=b"Dentro"))
    result = clean(mail(multipart(b"mixed", part(b"text/plain", b"fuera"), inside)))
    ((name, content),) = _files(result)
    assert name == "0001.eml"
    assert CANARY not in content
    assert b"Subject: Dentro" in content
    assert fate(mail(part(b"message/rfc822", b"hola, no header\n\nCANARY"))) == "broken"


def test_a_bounce_and_a_signature_say_who(clean: Scrub) -> None:
    report = part(b"message/delivery-status", b"Final-Recipient: rfc822; CANARY\n")
    headers = part(b"text/rfc822-headers", b"From: CANARY\n")
    signature = part(b"application/pgp-signature; name=CANARY", b"CANARY")
    result = clean(mail(multipart(b"mixed", part(b"text/plain", b"hola"), report, headers, signature)))
    assert CANARY not in result.content
    assert {"sender", "route"} <= set(result.removed)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (mail(part(b"application/pkcs7-mime; smime-type=enveloped-data", b"CANARY")), "locked_mail"),
        (mail(multipart(b"encrypted", part(b"application/pgp-encrypted", b"Version: 1"))), "locked_mail"),
        (mail(b"\n-----BEGIN PGP MESSAGE-----\n\nCANARY\n"), "locked_mail"),
        (
            b"From: <Saved by Blink>\nSnapshot-Content-Location: https://CANARY/\nSubject: x\n"
            + multipart(b"related", part(b"text/html", b"<p>x", b"Content-Location: https://CANARY/")),
            "web_page",
        ),
        (mail(b"no header here\nTo: CANARY\n\nhola\n"), "broken"),
        (mail(b"Content-Type: multipart/mixed\n\nhola\n"), "broken"),
        (mail(packed(b"application/x", b"\x7fELF" + bytes(80))), "unsupported"),
        (b"From: CANARY\nTo: CANARY\n\n\n", "broken"),
    ],
)
def test_what_can_not_be_cleaned_is_explained(data: bytes, reason: str) -> None:
    assert fate(data) == reason


def test_an_e_mail_is_known_however_it_was_saved(clean: Scrub) -> None:
    for data in (
        b"\xef\xbb\xbf" + mail(),
        mail().replace(b"\n", b"\r\n"),
        mail().decode().encode("utf-16"),
        mail().decode().encode("utf-16-le"),
        mail().decode().encode("utf-16-be"),
        b"From CANARY@example.org Tue Jan 14 09:31:07 2025\n" + mail(),
        b"\n\n" + mail(),
    ):
        result = clean(data)
        assert CANARY not in result.content
        assert _words(result) == "hola\n"


def test_words_that_look_like_a_boundary_stay_words(clean: Scrub) -> None:
    body = b"\nhola\n--=_silbo\nContent-Type: text/html\n\n<script>x</script>\n--=_silbo--\n"
    assert "--=_silbo--" in _words(clean(mail(body)))
    assert _words(clean(mail(b"\n" + b"a" * 2000 + b"\n"))) == "a" * 2000 + "\n"


def test_a_subject_longer_than_a_line_may_be_stands_whole_in_the_words(clean: Scrub) -> None:
    """It was cut in silence; and so was one that a program had not encoded as it should."""
    said = " ".join(f"word{number}" for number in range(900))
    result = clean(mail(subject=said.encode()))
    assert said in _words(result)
    assert clean(result.content).content == result.content
    odd = clean(mail(subject=b"=?utf-8?B?abcde?="))
    assert "abcde" in str(_read(odd)["subject"])


def test_a_subject_alone_is_an_e_mail(clean: Scrub) -> None:
    assert _read(clean(mail(b"\n")))["Subject"] == "Turnos"


def test_two_runs_give_the_same_bytes(clean: Scrub, photo_bytes: bytes) -> None:
    data = mail(multipart(b"mixed", part(b"text/plain", b"hola"), packed(b"image/jpeg", photo_bytes)))
    assert clean(data).content == clean(data).content
    cleaned = clean(mail()).content
    assert clean(cleaned).content == cleaned
