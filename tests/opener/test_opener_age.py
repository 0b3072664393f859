"""The opener reads age itself: C2SP's vectors, the primitives against other people's code, and hostile files.

Everything runs against the one built file, loaded as a module, because that is what is handed out.
"""

import base64
import functools
import hashlib
import io
import json
import os
import subprocess
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import nacl.bindings
import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tests import node_packages

VECTORS = Path(__file__).parents[1] / "npm" / "node_modules" / "cctv-age" / "index.js"
CLASSES = {
    "success": None,
    "header failure": "HeaderError",
    "armor failure": "ArmorError",
    "payload failure": "PayloadError",
    "no match": "NoMatch",
    "HMAC failure": "HmacError",
}


class Vector(NamedTuple):
    fields: list[tuple[str, str]]
    body: bytes

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.fields if name == key]


@functools.cache
def vectors() -> dict[str, Vector]:
    """Read npm's cctv-age: name -> vector. Empty when npm or its packages are not here."""
    script = (
        "const module = await import(process.argv[1]); const all = module.default ?? module; const text = {};"
        "for (const name of Object.keys(all)) text[name] = Buffer.from(all[name]).toString('base64');"
        "process.stdout.write(JSON.stringify(text));"
    )
    run = [node_packages.node(), "--input-type=module", "-e", script, str(VECTORS)]
    found = {}
    for name, text in json.loads(subprocess.run(run, capture_output=True, check=True).stdout).items():
        head, _, body = base64.b64decode(text).partition(b"\n\n")
        fields = [
            (key, value) for key, _, value in (line.partition(": ") for line in head.decode().split("\n"))
        ]
        found[name] = Vector(fields, zlib.decompress(body) if ("compressed", "zlib") in fields else body)
    return found


def outcome(opener: Any, untrusted: bytes, identities: list[Any]) -> tuple[str | None, bytes]:
    """Return the name of the error, or None, and what had been authenticated until then."""
    released = bytearray()
    try:
        for chunk in opener.decrypt(io.BytesIO(untrusted), identities):
            released += chunk
    except opener.OpenError as error:
        return type(error).__name__, bytes(released)
    return None, bytes(released)


def test_all_143_vectors_are_here() -> None:
    assert len(vectors()) == 143


@pytest.mark.parametrize("name", sorted(vectors()))
def test_cctv(opener: Any, name: str) -> None:
    vector = vectors()[name]
    identities = [opener.ScryptIdentity(text.encode()) for text in vector.all("passphrase")]
    for text in vector.all("identity"):
        identities += opener.parse_identities(text)
    body = vector.body
    if vector.all("armored"):
        try:
            body = opener.dearmor(body)
        except opener.ArmorError:
            assert vector.all("expect") == ["armor failure"]
            return
    failure, released = outcome(opener, body, identities)
    assert failure == CLASSES[vector.all("expect")[0]]
    if hashes := vector.all("payload"):
        assert hashlib.sha256(released).hexdigest() == hashes[0]
    else:
        assert released == b""


@pytest.mark.parametrize("size", [0, 1, 15, 16, 63, 64, 65, 1000, 65535, 65536])
def test_chacha20poly1305_agrees_with_openssl(opener: Any, size: int) -> None:
    key, nonce, plain = os.urandom(32), os.urandom(12), os.urandom(size)
    box = ChaCha20Poly1305(key).encrypt(nonce, plain, None)
    assert opener.aead_open(key, nonce, box) == plain
    for at in {0, size // 2, size, size + 15}:
        forged = bytearray(box)
        forged[at] ^= 1 << at % 8
        assert opener.aead_open(key, nonce, bytes(forged)) is None


def test_poly1305_carries_at_its_edges(opener: Any) -> None:
    """RFC 8439, appendix A.3, vectors 7 to 11: sums at and around 2^130 - 5."""
    ones = b"\xff" * 16
    cases = [
        (b"\2" + bytes(31), ones, b"\3" + bytes(15)),
        (b"\2" + bytes(15) + ones, b"\2" + bytes(15), b"\3" + bytes(15)),
        (b"\1" + bytes(31), ones + b"\xf0" + ones[1:] + b"\x11" + bytes(15), b"\5" + bytes(15)),
        (b"\1" + bytes(31), ones + b"\xfb" + b"\xfe" * 15 + b"\1" * 16, bytes(16)),
        (b"\2" + bytes(31), b"\xfd" + ones[1:], b"\xfa" + ones[1:]),
    ]
    for key, message, tag in cases:
        assert opener.poly1305(key, message) == tag


def test_x25519_agrees_with_libsodium(opener: Any) -> None:
    for _ in range(20):
        secret, point = os.urandom(32), os.urandom(32)
        assert opener.x25519(secret, point) == nacl.bindings.crypto_scalarmult(secret, point)


def test_mlkem_agrees_with_openssl_on_true_and_false_ciphertexts(opener: Any) -> None:
    for _ in range(5):
        seed = os.urandom(64)
        theirs = MLKEM768PrivateKey.from_seed_bytes(seed)
        ours = opener.DecapsulationKey(seed)
        assert ours.public == theirs.public_key().public_bytes_raw()
        shared, sealed = theirs.public_key().encapsulate()
        assert ours.decapsulate(sealed) == shared
        for at in (0, 959, 960, 1087):
            false = bytearray(sealed)
            false[at] ^= 16
            assert ours.decapsulate(bytes(false)) == theirs.decapsulate(bytes(false)) != shared
        noise = os.urandom(1088)
        assert ours.decapsulate(noise) == theirs.decapsulate(noise)


HEAD = b"age-encryption.org/v1\n"


@pytest.mark.parametrize(
    "untrusted",
    [
        HEAD + b"-> " + b"x" * 5_000_000 + b"\n",
        HEAD + b"-> x\n" + b"A" * 5_000_000,
        HEAD + b"-> x\n" + (b"A" * 64 + b"\n") * 80_000,
        HEAD + b"-> x\n\n" * 1_000_000,
        HEAD * 200_000,
        b"-----BEGIN AGE ENCRYPTED FILE-----\n" * 100_000,
        b"\n" * 5_000_000,
        b"",
    ],
    ids=["argument", "line", "body", "stanzas", "versions", "armor", "empty_lines", "empty"],
)
def test_hostile_header_is_refused_in_bounded_work(opener: Any, untrusted: bytes) -> None:
    source = io.BytesIO(untrusted)
    failures = (opener.HeaderError, opener.ArmorError)
    with pytest.raises(failures) as caught:
        list(opener.decrypt(source, [opener.X25519Identity(bytes(32))]))
    if caught.type is opener.HeaderError:
        assert source.tell() <= opener.MAX_HEADER


def test_huge_scrypt_work_factor_is_refused_without_work(opener: Any) -> None:
    body = base64.b64encode(bytes(32)).decode().rstrip("=")
    salt = base64.b64encode(bytes(16)).decode().rstrip("=")
    for log_n in ("21", "23", "63", "99", "400", "9" * 1000):
        text = f"-> scrypt {salt} {log_n}\n{body}\n--- {body}\n"
        assert outcome(opener, HEAD + text.encode(), [opener.ScryptIdentity(b"x")])[0] == "HeaderError"


def test_identities_with_a_typing_error_are_refused_and_not_quoted(opener: Any) -> None:
    good = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
    assert len(opener.parse_identities(f"# comment\n\n{good}\r\n")) == 1
    for bad in (
        good[:-1],
        good[:-1] + "Q",
        good.lower(),
        good.replace("1EG", "1EF"),
        "",
        "age1abc",
        "ÄGE" + good,
    ):
        with pytest.raises(opener.KeyFileError) as caught:
            opener.parse_identities(bad)
        assert bad == "" or bad not in str(caught.value)


def test_identities_do_not_print_their_secret(opener: Any) -> None:
    for identity in (
        opener.X25519Identity(b"s" * 32),
        opener.HybridIdentity(b"s" * 32),
        opener.ScryptIdentity(b"ssss"),
    ):
        assert "ssss" not in repr(identity)
        assert "0x7373" not in repr(identity)
