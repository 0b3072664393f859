"""A signed e-mail is read and its signer goes; what only a key opens says so; a mail box holds mails."""

import base64
import subprocess
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from scrub.mail.cms import unwrap
from scrub.report import Clean, Refusal
from tests.scrub.fates import fate
from tests.scrub.mail_files import CANARY, HEADERS, mail, multipart, part
from tests.scrub.test_archive import _files

Scrub = Callable[[bytes], Clean]

_SAID = b"Content-Type: text/plain; charset=utf-8\r\n\r\nMa\xc3\xb1ana no hay turno.\r\n"
_COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
_SIGNED = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")


@pytest.fixture(scope="module")
def signer() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CANARY")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    builder = builder.not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
    return builder.not_valid_after(datetime(2035, 1, 1, tzinfo=UTC)).sign(key, hashes.SHA256()), key


def _signed(signer: tuple[x509.Certificate, rsa.RSAPrivateKey], said: bytes) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(said).add_signer(*signer, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def _sealed(content: bytes, kind: bytes = b"application/pkcs7-mime; smime-type=signed-data") -> bytes:
    named = b"Content-Disposition: attachment; filename=smime.p7m"
    return mail(part(kind, base64.encodebytes(content), b"Content-Transfer-Encoding: base64", named))


def _der(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    return bytes((tag, 0x84)) + len(body).to_bytes(4, "big") + body


def _ber(tag: int, *content: bytes) -> bytes:
    return bytes((tag, 0x80)) + b"".join(content) + b"\0\0"


@pytest.mark.parametrize("kind", [b"application/x-pkcs7-mime; name=smime.p7m", b"application/octet-stream"])
def test_a_signed_mail_is_read(
    kind: bytes, clean: Scrub, signer: tuple[x509.Certificate, rsa.RSAPrivateKey]
) -> None:
    result = clean(_sealed(_signed(signer, _SAID), kind))
    assert "\n\nMañana no hay turno.\n".encode() in result.content
    assert CANARY not in result.content
    assert "sender" in result.removed
    assert "members_left_out" not in result.notes


def test_a_signed_mail_of_openssl_in_pieces_is_read(
    clean: Scrub, signer: tuple[x509.Certificate, rsa.RSAPrivateKey], tmp_path: Path
) -> None:
    """It writes lengths without an end, and a string of octets in pieces."""
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    certificate.write_bytes(signer[0].public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(
        signer[1].private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    said = _SAID + b"Sin guantes desde enero.\r\n" * 300
    command = ["openssl", "cms", "-sign", "-stream", "-nodetach", "-outform", "SMIME"]
    signs = ["-signer", str(certificate), "-inkey", str(key)]
    made = subprocess.run([*command, *signs], input=said, stdout=subprocess.PIPE, check=True)
    result = clean(HEADERS + b"Subject: Turnos\n" + made.stdout)
    assert result.content.count(b"Sin guantes desde enero.\n") == 300
    assert CANARY not in result.content


@pytest.mark.parametrize("write", [_der, _ber])
def test_a_mail_that_was_packed_or_signed_twice_is_read(
    write: Callable[..., bytes], clean: Scrub, signer: tuple[x509.Certificate, rsa.RSAPrivateKey]
) -> None:
    pieces = [_der(4, zlib.compress(_SAID)[at : at + 9]) for at in range(0, 200, 9)]
    inside = write(0x30, _DATA, write(0xA0, write(0x24, *pieces)))
    packed = write(0x30, _COMPRESSED, write(0xA0, write(0x30, b"\2\1\0", write(0x30), inside)))
    encoded = b"Content-Transfer-Encoding: base64"
    again = part(b"application/pkcs7-mime; smime-type=compressed-data", base64.encodebytes(packed), encoded)
    result = clean(_sealed(_signed(signer, again)))
    assert "Mañana no hay turno.\n".encode() in result.content


def test_a_signed_file_is_what_was_signed(
    clean: Scrub, signer: tuple[x509.Certificate, rsa.RSAPrivateKey], photo_bytes: bytes
) -> None:
    """A .p7m as it is saved from a mail program, or as an office signs a document."""
    saved = clean(_signed(signer, _SAID))
    assert "Mañana no hay turno.\n".encode() in saved.content
    picture = clean(_signed(signer, photo_bytes))
    assert picture.media_type == "image/jpeg"
    assert {"sender", "device"} <= set(picture.removed)
    assert CANARY not in saved.content + picture.content
    locked = pkcs7.PKCS7EnvelopeBuilder().set_data(_SAID).add_recipient(signer[0])
    assert fate(locked.encrypt(serialization.Encoding.DER, [])) == "locked_mail"
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"x").add_signer(*signer, hashes.SHA256())
    bare = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    assert fate(bare) == "unsupported"


def test_what_only_a_key_opens_is_not_said_to_have_a_password(
    clean: Scrub, signer: tuple[x509.Certificate, rsa.RSAPrivateKey]
) -> None:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(_SAID).add_recipient(signer[0])
    locked = builder.encrypt(serialization.Encoding.DER, [])
    assert fate(_sealed(locked)) == "locked_mail"
    beside = multipart(
        b"mixed",
        part(b"text/plain", b"hola\n"),
        part(b"application/pkcs7-mime", base64.encodebytes(locked), b"Content-Transfer-Encoding: base64"),
    )
    result = clean(mail(beside))
    assert b"hola\n" in result.content
    assert "members_left_out" in result.notes


def test_a_signature_without_what_was_signed_costs_nothing_else(
    clean: Scrub, signer: tuple[x509.Certificate, rsa.RSAPrivateKey]
) -> None:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"x").add_signer(*signer, hashes.SHA256())
    bare = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature])
    cut = _signed(signer, _SAID)[:-400]
    for content in (bare, cut):
        wrapped = part(
            b"application/pkcs7-mime", base64.encodebytes(content), b"Content-Transfer-Encoding: base64"
        )
        result = clean(mail(multipart(b"mixed", part(b"text/plain", b"hola\n"), wrapped)))
        assert b"hola\n" in result.content
        assert CANARY not in result.content
    assert fate(_sealed(cut)) == "broken"


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        (b"\x30\x80" * 400, "bomb"),
        (_der(0x30, _SIGNED), "broken"),
        (_der(0x30, _SIGNED, _der(0xA0, _der(0x30, b"\2\1\1"))), "broken"),
        (_der(0x30, _DATA, _der(0xA0, _der(4, b"x"))), "unsupported"),
        (b"\x30\x84\xff\xff\xff\xff" + _SIGNED, "broken"),
        (b"\x30\x80" + _SIGNED + b"\xa0\x80\x30\x80" + b"\4\0" * 70_000, "bomb"),
        (b"\x30", "broken"),
        (b"", "broken"),
    ],
)
def test_a_lying_wrapper_ends_in_one_reason(hostile: bytes, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        unwrap(hostile)
    assert refusal.value.reason == reason


def test_a_packed_mail_that_swells_is_a_bomb() -> None:
    data = zlib.compress(bytes(70 << 20))
    inside = _der(0x30, _DATA, _der(0xA0, _der(4, data)))
    with pytest.raises(Refusal) as refusal:
        unwrap(_der(0x30, _COMPRESSED, _der(0xA0, _der(0x30, b"\2\1\0", _der(0x30), inside))))
    assert refusal.value.reason == "bomb"


def test_a_mail_box_of_one_mail_is_a_mail(clean: Scrub) -> None:
    quoted = b"hola\n\n>From CANARY's desk: no\n>From: the boss\n\nFrom here on it gets worse.\n"
    result = clean(b"From MAILER-DAEMON Tue Jan 14 09:12:00 2025\n" + mail(b"\n" + quoted))
    assert result.media_type == "message/rfc822"
    assert (
        b"\n\nhola\n\nFrom CANARY's desk: no\n>From: the boss\n\nFrom here on it gets worse.\n"
        in result.content
    )


@pytest.mark.parametrize(
    "between",
    [
        b"\nFrom CANARY@example.org Tue Jan 14 09:12:00 2025\n",
        b"\nFrom - Tue Jan 14 09:12:00 2025\n",
        b"From 1234567890@xxx Tue Jan 14 09:12:00 +0000 2025\n",
        b"\nFrom CANARY\n",
    ],
)
def test_a_mail_box_of_several_is_each_of_them(between: bytes, clean: Scrub) -> None:
    box = b"From CANARY\n" + mail() + between + b"From: CANARY\n\nadios\n" + between + mail(b"\nfin\n")
    result = clean(box.replace(b"\n", b"\r\n"))
    assert CANARY not in result.content
    assert result.media_type == "application/zip"
    files = _files(result.content)
    assert list(files) == ["0001.eml", "0002.eml", "0003.eml"]
    assert [files[name].split(b"\n\n")[2].split(b"\n")[0] for name in files] == [b"hola", b"adios", b"fin"]


def test_a_locked_mail_in_a_box_costs_no_other(clean: Scrub) -> None:
    between = b"\nFrom - Tue Jan 14 09:12:00 2025\n"
    locked = mail(part(b"application/pkcs7-mime; smime-type=enveloped-data", b"CANARY"))
    result = clean(b"From - Tue\n" + mail() + between + locked + between + b"To: x\nno field\n\nCANARY\n")
    assert list(_files(result.content)) == ["0001.eml"]
    assert "members_left_out" in result.notes
