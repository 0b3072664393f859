"""The opener and `crypto` share no code: on files that were tampered with, both must come to the same end.

The same end is the same class of failure, by its name, or the same content.
"""

import hashlib
import io
import random
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto import age, canonical, drop, item, manifest, tar
from crypto.errors import CryptoError
from crypto.padding import padded_size
from crypto.slots import Slots

CASES = 300
LONG_CASES = 5000
X25519 = age.X25519Identity.generate()
HYBRID = age.HybridIdentity.generate()
PASSPHRASE = b"correct horse"
DAY = date(2026, 11, 21)
Outcome = tuple[str, Any]


def attempt(family: type[Exception], work: Callable[..., Any], *arguments: Any) -> Outcome:
    """Return ("content", result) or the name of the failure; any other exception passes through."""
    try:
        return "content", work(*arguments)
    except family as error:
        return type(error).__name__, None


def mutate(data: bytes, chance: random.Random, reach: int) -> bytes:
    """Change one thing in the first `reach` bytes, mostly; sometimes anywhere, and at the end."""
    out = bytearray(data)
    start = chance.randrange(min(reach, len(out)) if chance.random() < 0.7 else len(out))
    end = start + chance.choice((1, 1, 1, 2, 16, 64, 512, 65552))
    kind = chance.randrange(9)
    if kind == 0:
        out[start] ^= 1 << chance.randrange(8)
    elif kind == 1:
        out[start] = chance.choice(b"\0\n\r\t -=>+/A09az\x1b\x7f\x80\xff")
    elif kind == 2:
        del out[start:end]
    elif kind == 3:
        out[start:start] = out[start:end]
    elif kind == 4:
        out[start:start] = chance.randbytes(chance.choice((1, 16, 65552)))
    elif kind == 5:
        del out[-chance.choice((1, 15, 16, 17, 1024, 65552)) :]
    elif kind == 6:
        out += chance.choice((b"\0", b"\n", chance.randbytes(16), bytes(512)))
    elif kind == 7:
        lines = out.split(b"\n")
        chance.shuffle(lines[: chance.randrange(len(lines)) + 1])
        i, j = (chance.randrange(min(len(lines), 40)) for _ in range(2))
        lines[i], lines[j] = lines[j], lines[i]
        out = bytearray(b"\n".join(lines))
    else:
        out = out.replace(b"\n", chance.choice((b"\r\n", b"\n\n", b" \n")), chance.choice((1, 2, -1)))
    return bytes(out)


def armored(recipient: age.Recipient, plain: bytes) -> bytes:
    out = io.BytesIO()
    age.encrypt_stream(io.BytesIO(plain), out, [recipient], armor=True)
    return out.getvalue()


def age_files(chance: random.Random) -> list[bytes]:
    long = chance.randbytes(2 * 65536)
    others = [age.X25519Identity.generate().recipient() for _ in range(2)]
    return [
        age.encrypt(b"", [X25519.recipient()]),
        age.encrypt(b"text", [*others, X25519.recipient()]),
        age.encrypt(long, [X25519.recipient()]),
        age.encrypt(long[:65537], [HYBRID.recipient()]),
        age.encrypt(b"text", [age.ScryptRecipient(PASSPHRASE, log_n=1)]),
        armored(X25519.recipient(), b"text"),
        armored(HYBRID.recipient(), long[:200]),
    ]


def compare_age(opener: Any, seed: int, cases: int) -> None:
    chance = random.Random(seed)
    seen: set[str] = set()
    files = age_files(chance)
    ours: list[age.Identity] = [X25519, HYBRID, age.ScryptIdentity(PASSPHRASE, max_log_n=10)]
    theirs = opener.parse_identities(f"{X25519.to_string()}\n{HYBRID.to_string()}\n")
    theirs.append(opener.ScryptIdentity(PASSPHRASE))
    opener.MAX_N = 1 << 10
    for number in range(cases):
        untrusted = mutate(files[number % len(files)], chance, 400)
        here = attempt(opener.OpenError, opener.read, untrusted, theirs, True)
        there = attempt(CryptoError, age.decrypt, untrusted, ours)
        assert here == there, (seed, number, untrusted[:600])
        seen.add(here[0])
    assert seen >= {"content", "HeaderError", "ArmorError", "HmacError", "NoMatch", "PayloadError"}


def of_version(version: int, plain: bytes) -> bytes:
    """The plaintext of an item, written anew in another version; 3 is one that no reader knows."""
    name, size = tar.parse_header(plain[: tar.BLOCK])
    content = plain[tar.BLOCK : tar.BLOCK + size]
    at = tar.BLOCK + size + len(tar.member_padding(size))
    _, length = tar.parse_header(plain[at : at + tar.BLOCK])
    fields: Any = canonical.decode(plain[at + tar.BLOCK : at + tar.BLOCK + length], 8192)
    fields["version"] = version
    if version == 1:
        fields["arrived_sha256"] = fields["sha256"] if fields["cleaning"] != "clean" else "00" * 32
    members = {name: content, "item.json": canonical.encode(fields)}
    written = b"".join(
        tar.member_header(name, len(data)) + data + tar.member_padding(len(data))
        for name, data in members.items()
    )
    return written.ljust(padded_size(len(written) + len(tar.END)), b"\0")


def sealed_tars() -> tuple[list[bytes], bytes]:
    """Return the plaintexts of a text, a clean file and an original in each version, and of a manifest."""
    slots = Slots([X25519.recipient()])
    text = item.seal_item(
        slots,
        b"Nos obligan a firmar.\n",
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=DAY,
        cleaning="text",
    )
    file: dict[str, Any] = {"extension": "pdf", "kind": "file", "media_type": "application/pdf", "day": DAY}
    codes: dict[str, Any] = {"removed": ["device", "place"], "notes": ["faces_remain", "rasterized"]}
    clean = item.seal_item(slots, b"%PDF", cleaning="clean", **file, **codes)
    original = item.seal_item(slots, b"%PDF", cleaning="original", **file)
    entries = (
        manifest.ManifestItem("0001.age", hashlib.sha256(text).digest(), len(text)),
        manifest.ManifestItem("0002.age", hashlib.sha256(original).digest(), len(original), "custodian"),
    )
    whole = manifest.Manifest(
        desk="news",
        language="es",
        channel="console",
        day=DAY,
        items=entries,
        answers={"place": "Bogotá", "time": ""},
        mailbox=bytes(16),
        reply_recipient=str(age.HybridIdentity.generate().recipient()),
        refused=("broken", "bomb", "broken"),
        desk_id=bytes(range(16)),
        in_reply_to=7,
        withdraws=("00" * 16, "ab" * 16),
    )
    plain = [age.decrypt(sealed, [X25519]) for sealed in (text, clean, original)]
    assert plain == [of_version(2, item) for item in plain]
    plain = [of_version(version, item) for version in (1, 2) for item in plain] + [of_version(3, plain[1])]
    return plain, age.decrypt(manifest.seal_manifest(slots, whole), [X25519])


def our_item(sealed: bytes, identities: Sequence[age.Identity] = (X25519,)) -> Any:
    found = item.open_item(io.BytesIO(sealed), None, identities)
    codes = list(found.removed), list(found.notes)
    arrived = found.arrived_sha256.hex() if found.arrived_sha256 else None
    return found.kind, found.media_type, found.cleaning, *codes, found.sha256.hex(), arrived, found.extension


def their_item(opener: Any, plain: bytes) -> Any:
    extension, _, _, fields = opener.parse_item(plain)
    told = (fields[key] for key in ("kind", "media_type", "cleaning", "removed", "notes", "sha256"))
    return *told, fields.get("arrived_sha256"), extension


def our_manifest(sealed: bytes, identities: Sequence[age.Identity] = (X25519,)) -> Any:
    found = manifest.open_manifest(sealed, identities)
    items = [(entry.name, entry.sha256.hex(), entry.size, entry.audience) for entry in found.items]
    told = found.desk, found.language, found.channel, list(found.refused)
    desk_id = found.desk_id and found.desk_id.hex()
    thread = found.reply_recipient, desk_id, found.in_reply_to, list(found.withdraws)
    return *told, items, dict(found.answers), *thread


def their_manifest(opener: Any, plain: bytes) -> Any:
    _, fields = opener.parse_manifest(plain)
    items = [(entry["name"], entry["sha256"], entry["size"], entry["for"]) for entry in fields["items"]]
    told = (fields[key] for key in ("desk", "language", "channel", "refused"))
    thread = fields["reply_recipient"], fields.get("desk_id"), fields.get("in_reply_to")
    return *told, items, fields["answers"], *thread, fields.get("withdraws", [])


def our_drop(untrusted: bytes) -> Any:
    return [(member.name, member.size) for member in drop.read_drop(io.BytesIO(untrusted))]


def their_drop(opener: Any, untrusted: bytes) -> Any:
    return [(name, len(sealed)) for name, sealed in opener.read_drop(untrusted)]


def compare_tars(opener: Any, seed: int, cases: int) -> None:
    """Forge the plaintexts: whoever knows a recipient can seal anything."""
    chance = random.Random(seed)
    seen: set[str] = set()
    item_tars, manifest_tar = sealed_tars()
    for number in range(cases):
        forged = manifest_tar if number % 2 else item_tars[number // 2 % len(item_tars)]
        if chance.random() < 0.5:
            forged = mutate(forged, chance, 2048)
        else:  # one JSON character and the checks that depend on nothing else
            at = chance.randrange(512 if number % 2 else 1536, 1200 if number % 2 else 1900)
            forged = forged[:at] + chance.choice(b'"0019aAz_{}[],:\\ \xc3').to_bytes() + forged[at + 1 :]
        sealed = age.encrypt(forged, [X25519.recipient()])
        if number % 2:
            here = attempt(opener.OpenError, their_manifest, opener, forged)
            there = attempt(CryptoError, our_manifest, sealed)
        else:
            here = attempt(opener.OpenError, their_item, opener, forged)
            there = attempt(CryptoError, our_item, sealed)
        assert here == there, (seed, number, forged[:2048])
        seen.add(here[0])
    assert seen == {"content", "FormatError", "NewerVersion"}


def compare_drops(opener: Any, seed: int, cases: int) -> None:
    chance = random.Random(seed)
    seen: set[str] = set()
    members = [("manifest.age", 700, [bytes(700)]), ("0001.age", 512, [b"1" * 512]), ("0002.age", 0, [b""])]
    whole = b"".join(drop.drop_chunks(members))
    for number in range(cases):
        untrusted = mutate(whole, chance, len(whole))
        here = attempt(opener.OpenError, their_drop, opener, untrusted)
        there = attempt(CryptoError, our_drop, untrusted)
        assert here == there, (seed, number)
        seen.add(here[0])
    assert seen == {"content", "FormatError"}


@pytest.mark.parametrize("compare", [compare_age, compare_tars, compare_drops])
@pytest.mark.parametrize("seed", range(3))
def test_both_readers_agree_on_mutated_files(
    opener: Any, compare: Callable[[Any, int, int], None], seed: int
) -> None:
    compare(opener, seed, CASES)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("compare", [compare_age, compare_tars, compare_drops])
@pytest.mark.parametrize("seed", range(100, 104))
def test_both_readers_agree_on_many_mutated_files(
    opener: Any, compare: Callable[[Any, int, int], None], seed: int
) -> None:
    compare(opener, seed, LONG_CASES)


def test_both_readers_open_the_files_of_the_protocol_document(opener: Any) -> None:
    folder = Path(__file__).parents[1] / "vectors" / "protocol"
    protected = (folder / "period-2026-11-16.age").read_bytes()
    passphrase = b"correct horse battery staple"
    text = b"".join(opener.decrypt(io.BytesIO(protected), [opener.ScryptIdentity(passphrase)]))
    assert text == age.decrypt(protected, [age.ScryptIdentity(passphrase)])
    sealed = (folder / "item-hybrid.age").read_bytes()
    plain = b"".join(opener.decrypt(io.BytesIO(sealed), opener.parse_identities(text.decode())))
    words = "Nos obligan a firmar un anexo: cámaras en el dormitorio.\n".encode()
    assert opener.parse_item(plain)[1] == words


def test_both_readers_agree_on_the_items_of_both_versions_of_the_document(opener: Any) -> None:
    folder = Path(__file__).parents[1] / "vectors" / "protocol"
    document = (folder.parents[2] / "docs" / "protocol.md").read_text("utf-8")
    keys = re.findall("^(?:x25519|custodian)_identity = (.+)$", document, re.M)
    ours = [age.parse_identity(key) for key in keys]
    theirs = opener.parse_identities("\n".join(keys))
    told = []
    for name in ("batch-000001/00112233445566778899aabbccddeeff.tar", "item-2.tar"):
        members = dict(opener.read_drop((folder / name).read_bytes()))
        assert their_manifest(opener, opener.read(members["manifest.age"], theirs)) == our_manifest(
            members.pop("manifest.age"), ours
        )
        for sealed in members.values():
            told.append(their_item(opener, opener.read(sealed, theirs)))
            assert told[-1] == our_item(sealed, ours)
    assert [arrived is None for *_, arrived, _ in told] == [False] * 3 + [True] * 4
