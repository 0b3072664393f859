"""What docs/protocol.md leaves open to a reader and what it does not: the opener and `crypto` do the same."""

import hashlib
import io
import os
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from admin.errors import AdminError
from admin.keys.keyring import KeyRing
from admin.keys.passphrase import from_descriptor
from crypto import age, canonical, drop, item, manifest
from crypto.age.header import MAX_HEADER, MAX_LINE, MAX_STANZAS, parse_header, seal_header
from crypto.errors import FormatError
from crypto.padding import padded_size
from crypto.slots import Slots
from crypto.tar import END, MAX_SIZE, member_header, member_padding
from opener import keyring

X25519 = age.X25519Identity.generate()
HYBRID = age.HybridIdentity.generate()
SLOTS = Slots([X25519.recipient()])
DAY = date(2026, 11, 21)
GREASE = age.Stanza("joint", ("8-grease",), b"unknown")


def text_item() -> bytes:
    return item.seal_item(
        SLOTS,
        b"words",
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=DAY,
        cleaning="text",
    )


def sealed_manifest() -> bytes:
    return manifest.seal_manifest(SLOTS, manifest.Manifest("news", "es", "console", DAY, ()))


def resealed(file: bytes, stanzas: Callable[[bytes, tuple[age.Stanza, ...]], Iterable[age.Stanza]]) -> bytes:
    """The same payload under a header of other stanzas, made of the file key and the old ones."""
    source = io.BytesIO(file)
    header = parse_header(source)
    file_key = X25519.unwrap(header.stanzas)
    assert file_key
    return seal_header(file_key, list(stanzas(file_key, header.stanzas))).encode() + source.read()


def armored(file: bytes) -> bytes:
    text = b64encode(file)
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return b"\n".join(
        [b"-----BEGIN AGE ENCRYPTED FILE-----", *lines, b"-----END AGE ENCRYPTED FILE-----", b""]
    )


def outcome(work: Callable[..., Any], *arguments: Any) -> str:
    """`opened`, or the name of the error; both families have the same names."""
    try:
        work(*arguments)
    except Exception as error:
        return type(error).__name__
    return "opened"


def open_both(opener: Any, file: bytes) -> str:
    """The outcome of decrypting an age file, which must be the same with either reader."""
    keys = f"{X25519.to_string()}\n{HYBRID.to_string()}"
    here = outcome(opener.read, file, opener.parse_identities(keys), True)
    assert here == outcome(age.decrypt, file, [X25519, HYBRID])
    return here


def test_the_number_and_mixture_of_stanzas_is_the_writers_duty_and_no_reader_checks_it(opener: Any) -> None:
    theirs = age.X25519Identity.generate().recipient()
    for stanzas in (
        lambda key, _: [X25519.recipient().wrap(key)],
        lambda key, old: [*old, theirs.wrap(key)],
        lambda key, old: [GREASE, HYBRID.recipient().wrap(key), *old],
    ):
        file = resealed(text_item(), stanzas)
        assert item.open_item(io.BytesIO(file), None, [X25519]).kind == "text"
        plain = opener.read(file, opener.parse_identities(X25519.to_string()))
        assert opener.parse_item(plain)[1] == b"words"


def with_items(*entries: dict[str, object]) -> bytes:
    """The plaintext of a manifest."""
    document = canonical.encode(
        {
            "type": "silbo manifest",
            "version": 1,
            "desk": "news",
            "language": "es",
            "channel": "console",
            "day": "2026-11-21",
            "items": list(entries),
            "refused": [],
            "answers": {},
            "mailbox": None,
            "reply_recipient": None,
        }
    )
    plain = member_header("manifest.json", len(document)) + document + member_padding(len(document))
    return plain.ljust(padded_size(len(plain) + len(END)), b"\0")


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "FormatError"), (1, "opened"), (MAX_SIZE, "opened"), (MAX_SIZE + 1, "FormatError")],
)
def test_the_size_in_a_manifest_is_one_that_a_tar_header_can_hold(
    opener: Any, size: int, expected: str
) -> None:
    plain = with_items({"name": "0001.age", "sha256": "00" * 32, "size": size, "for": "custodian"})
    assert outcome(opener.parse_manifest, plain) == expected
    sealed = age.encrypt(plain, [X25519.recipient()])
    assert outcome(manifest.open_manifest, sealed, [X25519]) == expected


def test_a_manifest_may_name_no_item(opener: Any) -> None:
    assert opener.parse_manifest(with_items())[1]["items"] == []
    assert manifest.open_manifest(sealed_manifest(), [X25519]).items == ()


def test_text_armor_is_refused_inside_a_drop(opener: Any) -> None:
    identities = opener.parse_identities(X25519.to_string())
    for sealed in (text_item(), sealed_manifest()):
        with pytest.raises(opener.FormatError, match="armor"):
            opener.read(armored(sealed), identities)
        assert opener.read(sealed, identities)
    with pytest.raises(FormatError, match="armored"):
        item.open_item(io.BytesIO(armored(text_item())), None, [X25519])
    with pytest.raises(FormatError, match="armored"):
        manifest.open_manifest(armored(sealed_manifest()), [X25519])


def test_an_armored_item_is_named_and_does_not_hide_the_others(opener: Any, tmp_path: Path) -> None:
    sealed = [armored(text_item()), text_item()]
    entries = [
        manifest.ManifestItem(drop.item_name(n), hashlib.sha256(data).digest(), len(data))
        for n, data in enumerate(sealed, start=1)
    ]
    told = manifest.Manifest("news", "es", "console", DAY, tuple(entries))
    files = {
        "manifest.age": manifest.seal_manifest(SLOTS, told),
        "0001.age": sealed[0],
        "0002.age": sealed[1],
    }
    whole = b"".join(drop.drop_chunks((name, len(data), [data]) for name, data in files.items()))
    secret = tmp_path / "identity.txt"
    secret.write_text(X25519.to_string())
    out = tmp_path / "out"
    out.mkdir()
    failures = opener.open_drop(whole, opener.Keyring([str(secret)], None), str(out))
    assert failures == ["0001.age: Text armor has no place here."]
    assert (out / "0002.txt").read_bytes() == b"words"


def test_text_armor_is_refused_around_a_period_file(opener: Any, tmp_path: Path) -> None:
    sealed = age.encrypt(X25519.to_string().encode(), [age.ScryptRecipient(b"words", log_n=1)])
    path = tmp_path / "period-2026-11-16.age"
    path.write_bytes(armored(sealed))
    with pytest.raises(AdminError, match="armored"):
        KeyRing(lambda _: b"words", may_retry=False).unlock(path)
    keys = opener.Keyring([str(path)], os.open("/dev/null", os.O_RDONLY))
    with pytest.raises(opener.FormatError, match="armor"):
        list(keys)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"-----", "ArmorError"),
        (b"-----anything\n", "ArmorError"),
        (b"\n", "ArmorError"),
        (b" \t\x0b\x0c\r\n", "ArmorError"),
        (b" " * 128, "ArmorError"),
        (b" " * 127 + b"-\n", "HeaderError"),
        (b" -----BEGIN AGE ENCRYPTED FILE-----\n", "HeaderError"),
        (b"----\n", "HeaderError"),
        (b"\0\n", "HeaderError"),
        (b"", "HeaderError"),
    ],
)
def test_a_file_is_armored_by_its_first_line(opener: Any, start: bytes, expected: str) -> None:
    assert open_both(opener, start) == expected


def long_line(length: int) -> age.Stanza:
    """A stanza whose first line has `length` bytes with its LF."""
    return age.Stanza("x", ("a" * (length - len("-> x \n")),), b"")


def fill(base: int, total: int) -> list[age.Stanza]:
    """Stanzas that make a header of `base` bytes one of `total`."""
    stanzas = []
    left = total - base
    while left > 2 * MAX_LINE:
        stanzas.append(long_line(MAX_LINE))
        left -= MAX_LINE + 1  # and the empty line of its body
    half = left // 2
    return [*stanzas, long_line(half - 1), long_line(left - half - 1)]


def test_headers_are_bounded_alike(opener: Any) -> None:
    file = age.encrypt(b"words", [X25519.recipient()])
    header = file.index(b"\n--- ") + 1 + 48
    cases = [
        (lambda extra: [long_line(MAX_LINE + extra)]),
        (lambda extra: [GREASE] * (MAX_STANZAS - 1 + extra)),
        (lambda extra: fill(header, MAX_HEADER + extra)),
    ]
    for case in cases:
        for extra, expected in ((0, "opened"), (1, "HeaderError")):
            hostile = resealed(file, lambda _, old, extra=extra, case=case: [*case(extra), *old])  # type: ignore[misc]
            assert open_both(opener, hostile) == expected


@pytest.mark.parametrize("log_n", ["0", "01", "+1", "1 ", "23", "99", "100"])
def test_a_work_factor_has_one_spelling_and_an_end(opener: Any, log_n: str) -> None:
    body = b64encode(bytes(32)).decode().rstrip("=")
    text = f"age-encryption.org/v1\n-> scrypt {'A' * 22} {log_n}\n{body}\n--- {body}\n".encode()
    assert outcome(opener.read, text, [opener.ScryptIdentity(b"x")]) == "HeaderError"
    assert outcome(age.decrypt, text, [age.ScryptIdentity(b"x")]) == "HeaderError"


def piped(data: bytes) -> int:
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    return read


@pytest.mark.parametrize(
    ("given", "passphrase"),
    [
        (b"p q", b"p q"),
        (b"p q\n", b"p q"),
        (b"p q\r\n", b"p q"),
        (b"p q\nnext line\n", b"p q"),
        (b"p q\n\n", b"p q"),
        (b" p q \n", b" p q "),
        (b"p q\r\r\n", b"p q\r"),
        ("contraseña\n".encode(), "contraseña".encode()),
    ],
)
def test_a_passphrase_from_a_descriptor_is_its_first_line(given: bytes, passphrase: bytes) -> None:
    sealed = age.encrypt(b"words", [age.ScryptRecipient(passphrase, log_n=1)])
    assert from_descriptor(piped(given)) == passphrase
    assert keyring.read(sealed, keyring.Keyring([], piped(given))) == b"words"


def test_a_passphrase_is_not_normalised(opener: Any) -> None:
    """Stock age does not either: a file must open with what it was made with, byte for byte."""
    composed, decomposed = (unicodedata.normalize(form, "contraseña").encode() for form in ("NFC", "NFD"))
    sealed = age.encrypt(b"words", [age.ScryptRecipient(composed, log_n=1)])
    for passphrase, expected in ((composed, "opened"), (decomposed, "NoMatch")):
        assert outcome(opener.read, sealed, [opener.ScryptIdentity(passphrase)]) == expected
        assert outcome(age.decrypt, sealed, [age.ScryptIdentity(passphrase)]) == expected


def test_of_a_drop_that_was_cut_off_the_opener_takes_what_is_whole_and_crypto_nothing(opener: Any) -> None:
    out = io.BytesIO()
    drop.write_drop(out, [("manifest.age", 4, [b"text"]), ("0001.age", 4, [b"more"])])
    whole = out.getvalue()
    for cut, members in ((len(whole) - 1, 2), (len(whole) - len(END), 2), (1600, 1), (1024, 1), (600, 0)):
        found = {}
        with pytest.raises(opener.FormatError):
            found.update(opener.read_drop(whole[:cut]))
        assert list(found) == ["manifest.age", "0001.age"][:members]
        with pytest.raises(FormatError):
            drop.read_drop(io.BytesIO(whole[:cut]))
