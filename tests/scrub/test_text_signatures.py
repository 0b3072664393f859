"""Signatures in words, e-mails as programs keep them: what names who wrote goes, what was written stays."""

import binascii
from collections.abc import Callable

import pytest

from scrub.report import Clean
from scrub.words.signatures import without_signatures
from tests.scrub.fates import fate
from tests.scrub.mail_files import mail

Scrub = Callable[[bytes], Clean]

_ARMOR = "Version: GnuPG v2\nComment: CANARY\n\niQEzBAEBCAAdFiEECANARY\nAAAA+/==\n=abcd\n"
_SIGNATURE = f"-----BEGIN PGP SIGNATURE-----\n{_ARMOR}-----END PGP SIGNATURE-----\n"
_KEY = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n{_ARMOR}-----END PGP PUBLIC KEY BLOCK-----\n"
_SSH = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHCANARYAAAA\n-----END SSH SIGNATURE-----\n"
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nno gloves\n- - since May\n" + _SIGNATURE


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (_SIGNED, "no gloves\n- since May\n"),
        (f"no gloves\n\n{_KEY}\nsince May\n", "no gloves\n\n\nsince May\n"),
        (f"no gloves\n{_SSH}", "no gloves\n"),
        ("no gloves\n" + "".join(f"> {line}\n" for line in _SIGNATURE.splitlines()), "no gloves\n"),
        ("no gloves\n" + _SIGNATURE[:85], "no gloves\n"),
        (f"no gloves\n{_SIGNATURE[:85]}\nhola\n", "no gloves\nhola\n"),
        (f"no gloves\n{_SIGNATURE[:-28]}And in May?\n", "no gloves\nAnd in May?\n"),
    ],
)
def test_a_signature_or_a_key_in_words_is_gone_and_told(written: str, kept: str, clean: Scrub) -> None:
    assert without_signatures(written) == (kept, True)
    for data in (written.encode(), mail(b"Content-Type: text/plain\n\n" + written.encode())):
        result = clean(data)
        assert b"CANARY" not in result.content.replace(b"CANARY@", b"")
        assert b"no gloves" in result.content
        assert "identifier" in result.removed
    assert clean(clean(written.encode()).content).removed == ()


def test_what_only_looks_like_a_signature_stays() -> None:
    for words in ("---- BEGIN ----\nhola\n", "-----BEGIN CERTIFICATE-----\nhola\n", "begin PGP SIGNATURE\n"):
        assert without_signatures(words) == (words, False)


def test_a_key_alone_is_no_text() -> None:
    assert fate(_KEY.encode()) == "unsupported"


def test_signatures_without_end_cost_no_time() -> None:
    hostile = "-----BEGIN PGP SIGNATURE-----\n" * 40_000 + "> " * 100_000
    assert "BEGIN" not in without_signatures(hostile)[0]


_LIST = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x">\n'
    b'<plist version="1.0"><dict><key>remote-id</key><string>CANARY4711</string></dict></plist>\n'
)


@pytest.mark.parametrize("wrong", [0, 7, -9])
def test_an_e_mail_as_apples_mail_keeps_it_is_an_e_mail(wrong: int, clean: Scrub) -> None:
    plain = b"From: CANARY@example.org\nSubject: Turnos\nReceived: from CANARY\n\nno gloves\n"
    result = clean(b"%-10d\n" % (len(plain) + wrong) + plain + _LIST)
    assert result.media_type == "message/rfc822"
    assert b"no gloves" in result.content
    assert b"CANARY" not in result.content
    assert {"sender", "route", "other_metadata"} <= set(result.removed)


def test_a_file_that_was_written_into_the_words_is_a_file(clean: Scrub, photo_bytes: bytes) -> None:
    lines = b"".join(binascii.b2a_uu(photo_bytes[at : at + 45]) for at in range(0, len(photo_bytes), 45))
    body = b"no gloves\n\nbegin 644 CANARY.jpg\n" + lines + b"`\nend\nsince May\n"
    result = clean(mail(b"\n" + body))
    assert b'filename="0001.jpg"' in result.content
    assert b"CANARY.jpg" not in result.content
    assert b"since May" in result.content
    assert "file_name" in result.removed
    assert b"begin 644 a note" in clean(mail(b"\nbegin 644 a note\nno gloves\n")).content
