"""Makes `item-2.tar`, `sealed.tar`, `asked.tar`, the two drops with a stamp and the announcement anew;
docs/protocol.md quotes them.

Run from the checkout: `python tests/vectors/make_protocol.py`. Keys and words are the document's, and the
picture is that of the first drop; only what is encrypted comes out different each time. The other files were
made by 0.1 and stay as they are, for what it wrote opens for ever.
"""

import hashlib
import re
import zlib
from datetime import date
from io import BytesIO
from pathlib import Path

from crypto import tar
from crypto.age import X25519Identity, decrypt
from crypto.announcement import Announcement, announcement_bytes
from crypto.codename import parse, root
from crypto.drop import STAMP_FILE, drop_chunks, read_drop, stamp_of
from crypto.item import seal_item
from crypto.manifest import Manifest, ManifestItem, seal_manifest
from crypto.minisign import SigningKey
from crypto.slots import Slots
from crypto.source_parcel import seal_parts

FOLDER = Path(__file__).with_name("protocol")
DOCUMENT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
DAY = date(2026, 11, 21)
DROP = "00112233445566778899aabbccddeeff"


def quoted(key: str) -> str:
    """The first `key = value` of the document's vectors."""
    match = re.search(rf"^{key} = (.+)$", DOCUMENT, re.MULTILINE)
    assert match, key
    return match[1]


READER = X25519Identity.parse(quoted("x25519_identity"))
CUSTODIAN = X25519Identity.parse(quoted("custodian_identity"))
WORDS = quoted("text").replace(r"\n", "\n").encode()


def picture() -> bytes:
    """The content of the second item in the first drop, whatever the rest of that item looks like."""
    data = (FOLDER / "batch-000001" / f"{DROP}.tar").read_bytes()
    member = read_drop(BytesIO(data))[2]
    plain = decrypt(data[member.offset : member.offset + member.size], [READER])
    _, size = tar.parse_header(plain[: tar.BLOCK])
    content = plain[tar.BLOCK : tar.BLOCK + size]
    assert hashlib.sha256(content).hexdigest() == quoted("picture_sha256")
    return content


def with_a_comment(png: bytes) -> bytes:
    """The picture as it arrived: with a text chunk (PNG, 11.3.4.3) behind its IHDR chunk."""
    chunk = b"tEXtComment\0Puesto 14"
    return png[:33] + (len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4) + png[33:]


def text_item(slots: Slots) -> bytes:
    return seal_item(
        slots, WORDS, extension="txt", kind="text", media_type="text/plain", day=DAY, cleaning="text"
    )


def items(slots: Slots, custodian: Slots) -> list[bytes]:
    """A text, a clean picture, the picture's sealed original, and a file that was clean as it came."""
    clean = picture()
    original = with_a_comment(clean)
    cleaned = seal_item(
        slots,
        clean,
        extension="png",
        kind="file",
        media_type="image/png",
        day=DAY,
        cleaning="clean",
        removed=("comment",),
        notes=("depth_reduced",),
    )
    untouched = seal_item(
        custodian,
        original,
        extension="png",
        kind="file",
        media_type="image/png",
        day=DAY,
        cleaning="original",
    )
    unchanged = seal_item(
        slots,
        WORDS,
        extension="txt",
        kind="file",
        media_type="text/plain",
        day=DAY,
        cleaning="clean",
        notes=("writing_remains", "unchanged"),
    )
    return [text_item(slots), cleaned, untouched, unchanged]


def drop() -> bytes:
    slots = Slots([READER.recipient()])
    sealed = items(slots, Slots([CUSTODIAN.recipient()], at_least=len(slots)))
    mailbox = root(parse(quoted("words"), "es")).mailbox(bytes.fromhex(quoted("desk_id")))
    manifest = Manifest(
        desk="news",
        language="es",
        channel="console",
        day=DAY,
        items=tuple(
            ManifestItem(
                name=f"{number:04}.age",
                sha256=hashlib.sha256(data).digest(),
                size=len(data),
                audience="custodian" if number == 3 else "reviewers",
            )
            for number, data in enumerate(sealed, start=1)
        ),
        answers={"place": "Bogotá"},
        mailbox=mailbox.id,
        reply_recipient=str(mailbox.reply_identity.recipient()),
        refused=("mislabeled", "broken", "mislabeled"),
        desk_id=bytes.fromhex(quoted("desk_id")),
    )
    files = {"manifest.age": seal_manifest(slots, manifest)}
    files |= {f"{number:04}.age": data for number, data in enumerate(sealed, start=1)}
    return b"".join(drop_chunks((name, len(data), [data]) for name, data in files.items()))


def drop_of(slots: Slots, channel: str, *sealed: bytes, stamp: bytes | None = None) -> bytes:
    """A drop of these items, for the desk of the vectors; with the `stamp`, its manifest has the secret."""
    entries = tuple(
        ManifestItem(f"{number:04}.age", hashlib.sha256(data).digest(), len(data))
        for number, data in enumerate(sealed, start=1)
    )
    secret = None if stamp is None else bytes.fromhex(quoted("secret"))
    desk_id = bytes.fromhex(quoted("desk_id"))
    manifest = Manifest("news", "es", channel, DAY, entries, desk_id=desk_id, stamp=secret)
    files = {"manifest.age": seal_manifest(slots, manifest)}
    files |= {entry.name: data for entry, data in zip(entries, sealed, strict=True)}
    files |= {} if stamp is None else {STAMP_FILE: stamp}
    return b"".join(drop_chunks((name, len(data), [data]) for name, data in files.items()))


def sealed_drop() -> bytes:
    """A drop whose second item is the one part of a parcel, with the same words in it."""
    slots = Slots([READER.recipient()])
    (part,) = seal_parts(slots, quoted("parcel"), drop_of(slots, "page", text_item(slots)))
    sealed = seal_item(
        slots,
        part,
        extension="age",
        kind="file",
        media_type="application/octet-stream",
        day=DAY,
        cleaning="sealed",
    )
    return drop_of(slots, "telegram", text_item(slots), sealed)


def asked_drop() -> bytes:
    """A drop of the same words and the answers to two questions of the desk, one of them in two parts."""
    slots = Slots([READER.recipient()])
    shift = ("¿Qué turno tienes?", "De noche,"), ("¿Qué turno tienes?", "desde marzo.")
    answers = [
        seal_item(
            slots,
            f"{question}\n\n{answer}".encode(),
            extension="txt",
            kind="text",
            media_type="text/plain",
            day=DAY,
            cleaning="text",
            notes=[f"answer_{name}"],
        )
        for name, (question, answer) in (
            ("country", ("¿En qué país trabajas?", "Colombia")),
            *(("shift", each) for each in shift),
        )
    ]
    return drop_of(slots, "telegram", text_item(slots), *answers)


def write_stamped() -> None:
    """A drop that its server made, and one of somebody who says so at the door of another server."""
    slots = Slots([READER.recipient()])
    stamp = stamp_of(bytes.fromhex(quoted("secret")))
    assert stamp.hex() == quoted("stamp")
    for name, outside in (("stamped.tar", stamp), ("unstamped.tar", bytes(32))):
        (FOLDER / name).write_bytes(drop_of(slots, "telegram", text_item(slots), stamp=outside))


def write_announcement() -> None:
    root_key = SigningKey(bytes.fromhex(quoted("root_seed")))
    announcement = Announcement(
        root=root_key.public(),
        desk_id=bytes.fromhex(quoted("desk_id")),
        serial=3,
        made=DAY,
        until=date(2026, 12, 21),
        texts={
            "en": "We published. {people} people wrote.",
            "es": "Publicamos. Escribieron {people} personas.",
        },
        counts={"people": 15},
    )
    data = announcement_bytes(announcement)
    (FOLDER / "announcement.json").write_bytes(data)
    (FOLDER / "announcement.json.minisig").write_text(root_key.sign(data, "announcement 3"))


def main() -> None:
    drop_file = drop()
    (FOLDER / "item-2.tar").write_bytes(drop_file)
    for member in read_drop(BytesIO(drop_file)):
        print(member.name, "=", member.offset, member.size)
    sealed_file = sealed_drop()
    (FOLDER / "sealed.tar").write_bytes(sealed_file)
    asked_file = asked_drop()
    (FOLDER / "asked.tar").write_bytes(asked_file)
    write_announcement()
    write_stamped()
    for member in read_drop(BytesIO(asked_file)):
        print(member.name, "=", member.offset, member.size)
    for member in read_drop(BytesIO(sealed_file)):
        print(member.name, "=", member.offset, member.size)
    for name in ("item-2.tar", "sealed.tar", "asked.tar", "announcement.json", "announcement.json.minisig"):
        print(name, "=", hashlib.sha256((FOLDER / name).read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
