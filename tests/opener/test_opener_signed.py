"""Ed25519 and minisign in the opener: published vectors, and libsodium beside them."""

import hashlib
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from crypto.errors import KeyFormatError
from crypto.errors import SignatureError as CryptoSignatureError
from crypto.minisign import PublicKey, SigningKey
from opener.ed25519 import BASE, NEUTRAL, ORDER_L, ed25519_verify, point_add, point_of, point_times
from opener.envelope import DAY
from opener.errors import FormatError, SignatureError
from opener.signed import KEY, check_signature, parse_key, read_signed
from opener.x25519 import P

KEYS = SigningKey(bytes(range(32)))
MESSAGE = b"message"
SIGNATURE = KEYS.sign(MESSAGE, "comment").encode()

# RFC 8032, 7.1: key, message, signature.
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
)
MIXED = 3  # of speccheck: A and R have a part of small order, and the equation holds without a cofactor
SPECCHECK = Path(__file__).with_name("ed25519-speccheck.txt")


def sodium(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(message, signature)
    except CryptoError:
        return False
    return True


def test_the_vectors_of_rfc_8032_verify_and_changed_ones_do_not() -> None:
    for case in RFC_8032:
        key, message, signature = map(bytes.fromhex, case)
        assert ed25519_verify(key, message, signature)
        assert not ed25519_verify(key, message + b"\0", signature)
        for bit in (0, 200, 255, 256, 400, 511):
            changed = bytearray(signature)
            changed[bit // 8] ^= 1 << bit % 8
            assert not ed25519_verify(key, message, bytes(changed))


def test_the_published_edge_cases_come_to_what_libsodium_says() -> None:
    """Small order, mixed order, S not reduced, points not canonical: "Taming the many EdDSAs", table 6."""
    cases = [line for line in SPECCHECK.read_text().splitlines() if not line.startswith("#")]
    assert len(cases) == 12
    for number, line in enumerate(cases):
        message, key, signature = map(bytes.fromhex, line.split())
        assert ed25519_verify(key, message, signature) == sodium(key, message, signature) == (number == MIXED)


def encoded(point: tuple[int, int, int, int]) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def test_points_with_a_part_of_small_order_verify_as_with_libsodium() -> None:
    assert BASE is not None
    candidates = (
        point_times(ORDER_L, point) for y in range(2, 99) if (point := point_of(y.to_bytes(32, "little")))
    )
    torsion = next(p for p in candidates if encoded(point_times(4, p)) != encoded(NEUTRAL))
    for at in range(0, 64, 3):
        a, r = (int.from_bytes(os.urandom(31)) for _ in range(2))
        key = encoded(point_add(point_times(a, BASE), point_times(at % 8, torsion)))
        share = encoded(point_add(point_times(r, BASE), point_times(at // 8, torsion)))
        k = int.from_bytes(hashlib.sha512(share + key + MESSAGE).digest(), "little")
        signature = share + ((r + k * a) % ORDER_L).to_bytes(32, "little")
        assert ed25519_verify(key, MESSAGE, signature) == sodium(key, MESSAGE, signature)


def test_a_signature_gives_its_trusted_comment() -> None:
    assert check_signature(MESSAGE, SIGNATURE, KEYS.public().key) == "comment"


def agreed(message: bytes, signature: bytes) -> bool:
    """Whether both readers take a signature file; they must say the same."""
    try:
        here = check_signature(message, signature, KEYS.public().key)
    except SignatureError:
        here = None
    try:
        there = KEYS.public().verify(message, signature.decode())
    except (CryptoSignatureError, UnicodeDecodeError):
        there = None
    assert here == there
    return here is not None


def with_line(number: int, change: Callable[[bytes], bytes]) -> bytes:
    lines = SIGNATURE.split(b"\n")
    lines[number] = change(lines[number])
    return b"\n".join(lines)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        SIGNATURE[:-1],
        SIGNATURE + b"\n",
        SIGNATURE.replace(b"\n", b"\r\n"),
        SIGNATURE.replace(b"=", b""),
        SIGNATURE.replace(b"\ntrusted", b"\nTrusted"),
        SIGNATURE.replace(b"comment\n", b"comments\n"),
        with_line(0, lambda _: b"untrusted comment:"),
        with_line(0, lambda line: line + b"x" * 2048),
        with_line(0, lambda line: line + b"\xff"),
        with_line(1, lambda line: b64encode(b"Ed" + b64decode(line)[2:])),
        with_line(1, lambda line: b64encode(b64decode(line)[:2] + bytes(8) + b64decode(line)[10:])),
        with_line(3, lambda line: line + b" "),
    ],
)
def test_a_malformed_signature_is_refused_by_both(signature: bytes) -> None:
    assert not agreed(MESSAGE, signature)


def test_the_untrusted_comment_may_be_anything_for_both() -> None:
    assert agreed(MESSAGE, with_line(0, lambda line: line + " señal".encode()))
    assert not agreed(MESSAGE + b"x", SIGNATURE)


@given(st.integers(0, len(SIGNATURE) - 1), st.integers(0, 255))
def test_changing_a_byte_of_a_signature_comes_to_the_same_with_both(at: int, byte: int) -> None:
    agreed(MESSAGE, SIGNATURE[:at] + bytes([byte]) + SIGNATURE[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        str(KEYS.public())[:-1],
        str(KEYS.public()).lower(),
        "\u00f1" * 56,
        b64encode(b"Ed" + bytes(8) + KEYS.public().key).decode(),
        b64encode(b"ED" + KEYS.public().key_id + KEYS.public().key).decode(),
    ],
)
def test_a_public_key_has_one_text_for_both(text: str) -> None:
    with pytest.raises(FormatError):
        parse_key(text)
    with pytest.raises(KeyFormatError):
        PublicKey.parse(text)


RULES = {"type": '"silbo thing"', "version": "1", "root": KEY, "made": DAY}


def signed(document: str, keys: SigningKey = KEYS) -> tuple[bytes, bytes]:
    return document.encode(), keys.sign(document.encode(), "").encode()


def document(**changes: Any) -> str:
    values = {
        "made": "2026-11-21",
        "root": str(KEYS.public()),
        "type": "silbo thing",
        "version": 1,
        **changes,
    }
    return "{" + ",".join(f'"{key}":{value!r}'.replace("'", '"') for key, value in values.items()) + "}"


def test_a_document_is_read_when_its_signer_is_the_key_in_it() -> None:
    fields = read_signed(*signed(document()), "root", 1024, RULES)
    assert fields["made"] == "2026-11-21"
    with pytest.raises(SignatureError, match="another key"):
        read_signed(*signed(document(), SigningKey.generate()), "root", 1024, RULES)


@pytest.mark.parametrize(
    "changes", [{"made": "2026-02-30"}, {"root": "x"}, {"more": 1}, {"type": "silbo item"}]
)
def test_a_document_that_is_not_as_drawn_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        read_signed(*signed(document(**changes)), "root", 1024, RULES)
