"""Recipients and identities as text: Bech32, its mistakes, and identity files."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_scalarmult
from nacl.exceptions import CryptoError as SodiumError

from crypto import age
from crypto.age import bech32
from crypto.age.hybrid import _LOW_ORDER, MLKEM_PUBLIC_KEY_SIZE, PUBLIC_KEY_SIZE, is_of_low_order
from crypto.errors import KeyFormatError

# The example of https://c2sp.org/age#the-x25519-recipient-type.
SPEC_IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
SPEC_RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


def test_the_example_of_the_specification() -> None:
    identity = age.X25519Identity.parse(SPEC_IDENTITY)
    assert identity.to_string() == SPEC_IDENTITY
    assert str(identity.recipient()) == SPEC_RECIPIENT
    assert age.parse_recipient(SPEC_RECIPIENT) == identity.recipient()


@pytest.mark.parametrize(
    ("identity", "length"), [(age.X25519Identity.generate(), 62), (age.HybridIdentity.generate(), 1959)]
)
def test_keys_survive_being_text(identity: age.X25519Identity | age.HybridIdentity, length: int) -> None:
    recipient = str(identity.recipient())
    assert len(recipient) == length
    assert age.parse_recipient(recipient) == age.parse_recipient(recipient.upper()) == identity.recipient()
    again = age.parse_identity(identity.to_string())
    assert again.to_string() == identity.to_string()
    assert again.recipient() == identity.recipient()


@given(st.binary(max_size=80), st.sampled_from(["age", "AGE-SECRET-KEY-", "a", "x1y"]))
def test_bech32_round_trip(data: bytes, prefix: str) -> None:
    text = bech32.encode(prefix, data)
    assert bech32.decode(text) == (prefix.lower(), data)
    assert bech32.decode(text.swapcase()) == (prefix.lower(), data)


@given(st.text(max_size=100) | st.text(alphabet="age1qpzry9x8gf2tvdw0s3jn54khce6mua7l", max_size=100))
def test_bech32_decodes_only_what_it_would_write(text: str) -> None:
    try:
        prefix, data = bech32.decode(text)
    except KeyFormatError:
        return
    assert bech32.encode(prefix, data) == text.lower()


@given(st.integers(0, 61), st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bioAQ é"))
def test_one_mistyped_character_is_noticed(place: int, character: str) -> None:
    mistyped = SPEC_RECIPIENT[:place] + character + SPEC_RECIPIENT[place + 1 :]
    if mistyped != SPEC_RECIPIENT:
        with pytest.raises(KeyFormatError):
            age.parse_recipient(mistyped)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "age1",
        "age1qqqqqqq",
        SPEC_RECIPIENT[:-1],
        SPEC_RECIPIENT + "q",
        SPEC_RECIPIENT.replace("age1", "AGE1"),
        SPEC_IDENTITY,
        bech32.encode("age", bytes(31)),
        bech32.encode("age", bytes(33)),
        bech32.encode("age1pq", bytes(PUBLIC_KEY_SIZE - 1)),
        bech32.encode("age1tag", bytes(33)),
        "age1" + "q" * 100_000,
    ],
)
def test_malformed_recipients_are_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        age.parse_recipient(text)


def test_an_identity_in_place_of_a_recipient_is_never_quoted() -> None:
    for text in (SPEC_IDENTITY, SPEC_IDENTITY[:-1], age.HybridIdentity.generate().to_string()):
        with pytest.raises(KeyFormatError) as caught:
            age.parse_recipient(text)
        assert text[:20] not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_low_order_points_are_no_recipients() -> None:
    one = (1).to_bytes(32, "little")
    for point in (bytes(32), one):
        with pytest.raises(KeyFormatError):
            age.X25519Recipient(point)
        mlkem = age.HybridIdentity.generate().recipient().public_key[:MLKEM_PUBLIC_KEY_SIZE]
        with pytest.raises(KeyFormatError):
            age.HybridRecipient(mlkem + point)


@given(st.binary(min_size=32, max_size=32))
def test_a_point_is_of_low_order_where_multiplying_says_so(point: bytes) -> None:
    try:
        crypto_scalarmult(b"\x40" * 32, point)
        zero = False
    except SodiumError:
        zero = True
    assert is_of_low_order(point) == zero


def test_every_point_of_low_order_is_known_by_its_table() -> None:
    """What the doubling of Curve25519 (RFC 7748, 4.1) sends to the point at zero, in three steps at most."""
    prime, a = 2**255 - 19, 486662

    def doubled(u: int) -> int | None:
        below = 4 * u * (u * u + a * u + 1) % prime
        return None if below == 0 else (u * u - 1) ** 2 * pow(below, -1, prime) % prime

    spellings = {point | high << 255 for point in range(2**255 - 40, 2**255) for high in (0, 1)}
    spellings |= {point | high << 255 for point in range(40) for high in (0, 1)}
    spellings |= {int.from_bytes(point, "little") for point in _LOW_ORDER}
    for spelling in spellings:
        u: int | None = spelling % 2**255 % prime
        for _ in range(3):
            u = None if u is None else doubled(u)
        encoded = spelling.to_bytes(32, "little")
        assert is_of_low_order(encoded) == (u is None)
        with pytest.raises(SodiumError) if u is None else contextlib.nullcontext():
            crypto_scalarmult(b"\x40" * 32, encoded)


def test_an_mlkem_key_out_of_range_is_no_recipient() -> None:
    share = age.X25519Identity.generate().recipient().public_key
    with pytest.raises(KeyFormatError):
        age.HybridRecipient(b"\xff" * MLKEM_PUBLIC_KEY_SIZE + share)


def test_identity_files_may_have_comments_and_empty_lines() -> None:
    x25519, hybrid = age.X25519Identity.generate(), age.HybridIdentity.generate()
    text = f"# created: today\r\n\n{x25519.to_string()}\r\n  # public key: age1...\n{hybrid.to_string()}"
    assert [key.to_string() for key in age.parse_identities(text)] == [x25519.to_string(), hybrid.to_string()]
    recipients = f"# reviewers\n{x25519.recipient()}\n\n{hybrid.recipient()}\n"
    assert age.parse_recipients(recipients) == [x25519.recipient(), hybrid.recipient()]


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", SPEC_RECIPIENT, SPEC_IDENTITY + "x", "AGE-PLUGIN-PQ-1QQQQ"]
)
def test_malformed_identity_files_are_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        age.parse_identities(text)


@given(st.text())
def test_arbitrary_text_raises_only_key_format_errors(text: str) -> None:
    for parse in (age.parse_recipient, age.parse_recipients, age.parse_identity, age.parse_identities):
        with pytest.raises(KeyFormatError):
            parse(text)


def test_secrets_do_not_show_themselves() -> None:
    x25519, hybrid = age.X25519Identity.generate(), age.HybridIdentity.generate()
    assert repr(x25519) == str(x25519) == "<X25519Identity>"
    assert repr(hybrid) == str(hybrid) == "<HybridIdentity>"
    assert repr(age.ScryptRecipient(b"secret")) == "<ScryptRecipient>"
    assert repr(age.ScryptIdentity(b"secret")) == "<ScryptIdentity>"
    assert repr(age.Encryptor([x25519.recipient()])) == "<Encryptor>"
    assert "secret" not in repr(age.Stanza("add-identity", ("secret",), b"secret"))  # age tells a plugin so
    assert "age1" not in repr(x25519.recipient()) + repr(hybrid.recipient())
