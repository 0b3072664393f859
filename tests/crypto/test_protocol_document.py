"""docs/protocol.md against the code: each number, pattern, label, example and vector in it is tried."""

import hashlib
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from nacl.pwhash import argon2id

from crypto import (
    announcement,
    batch,
    canonical,
    code_parts,
    codename,
    codename_digits,
    custody,
    drop,
    events,
    hand_over,
    hand_over_keys,
    head,
    item,
    keylist,
    mailbox,
    manifest,
    minisign,
    outbox,
    parcel,
    read_marks,
    receipt,
    reply,
    revocation,
    save,
    source_parcel,
    tar,
    wordlist,
)
from crypto.age import (
    HybridIdentity,
    Identity,
    Recipient,
    ScryptIdentity,
    X25519Identity,
    decrypt,
    encrypt,
    parse_identities,
    parse_identity,
)
from crypto.age import header as age_header
from crypto.batch import check_drop, parse_batch
from crypto.codename import parse
from crypto.drop import read_drop, read_stamp, stamp_of
from crypto.drop_list import with_drops
from crypto.errors import CryptoError, NoMatch, WrongProof
from crypto.head import Head
from crypto.item import open_item, seal_item
from crypto.keylist import parse_keylist
from crypto.manifest import open_manifest
from crypto.minisign import PublicKey, SigningKey
from crypto.padding import padded_size
from crypto.slots import SLOTS, Slots
from crypto.words import fingerprint

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "protocol.md").read_text("utf-8")
VECTORS = ROOT / "tests" / "vectors" / "protocol"


def _table(first_header: str) -> list[list[str]]:
    """The rows of every table whose header begins with `first_header`, cell by cell."""
    rows = []
    for match in re.finditer(
        rf"^\| {re.escape(first_header)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", DOCUMENT, re.M
    ):
        for line in match[1].splitlines():
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            rows.append([cell.strip().replace(r"\|", "|") for cell in cells])
    assert rows, first_header
    return rows


def _code(cell: str) -> str:
    """The first piece of code in a cell, or the cell."""
    match = re.search("`(.+?)`", cell)
    return match[1] if match else cell


def _block(name: str) -> str:
    match = re.search(rf"^```text {re.escape(name)}\n(.*?)\n```$", DOCUMENT, re.M | re.S)
    assert match, name
    return match[1]


def _vector(name: str) -> dict[str, str]:
    return dict(line.split(" = ", 1) for line in _block(f"vector {name}").splitlines())


def _file(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


KEYS = _vector("keys")


def test_every_module_that_the_document_names_exists() -> None:
    for path in set(re.findall(r"`((?:crypto|admin|tests)/[a-z_/]+(?:\.py)?)`", DOCUMENT)):
        assert (ROOT / path).exists(), path
    for anchor in re.findall(r"\]\(#([a-z-]+)\)", DOCUMENT):
        assert re.search(rf"^## {anchor.replace('-', '[ -]')}$", DOCUMENT, re.M | re.I), anchor


def test_the_size_classes() -> None:
    classes = sorted({padded_size(n) for n in range(0, 24 * 2**20 + 1, 4096)})
    for number, size in _table("Class"):
        assert classes[int(number) - 1] == int(size)


def test_the_fields_of_a_tar_header_fill_it_and_are_written() -> None:
    header = tar.member_header("item.json", 5)
    expected = 0
    for offset, length, field, value in _table("Offset"):
        assert int(offset) == expected
        expected += int(length)
        written = header[int(offset) : expected]
        if value == "NUL":
            assert written == bytes(int(length))
        elif value.startswith("`") and field != "name":
            literal = _code(value).encode() + (b"\0" if value.endswith("NUL") else b"")
            assert written == literal.ljust(int(length), b"\0"), field
    assert expected == tar.BLOCK


def test_the_patterns() -> None:
    ours = {
        "kind": item._KIND,
        "cleaning": item._CLEANING,
        "media type": item._MEDIA_TYPE,
        "code": canonical.CODE,
        "content name": item._CONTENT,
        "desk": manifest._DESK,
        "language": manifest.LANGUAGE,
        "channel": manifest._CHANNEL,
        "item name": manifest._NAME,
        "audience": manifest._AUDIENCE,
        "recipient": manifest._RECIPIENT,
        "drop id": manifest._DROP_ID,
        "label": keylist.LABEL,
    }
    written = {name: _code(pattern) for name, pattern in _table("Pattern")}
    assert written.pop("day") == "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    assert written == {name: pattern.pattern for name, pattern in ours.items()}
    assert keylist._RECIPIENT.pattern == manifest._RECIPIENT.pattern
    assert batch._HEX_ID.pattern == manifest._DROP_ID.pattern


def test_the_limits() -> None:
    assert {name: int(value) for name, value in _table("Limit")} == {
        "item.json, bytes": item.ITEM_JSON_LIMIT,
        "manifest.json, bytes": manifest.MANIFEST_LIMIT,
        "keys.json, bytes": keylist.MAX_SIZE,
        "batch.json and head, bytes": batch.MAX_SIZE,
        "signature file, characters": minisign.SIGNATURE_TEXT_LIMIT,
        "trusted comment, characters": minisign.COMMENT_LIMIT,
        "removed codes, notes": item.MAX_CODES,
        "refused codes": manifest.MAX_REFUSED,
        "items in a drop": drop.MAX_ITEMS,
        "withdrawn drops": manifest.MAX_WITHDRAWN,
        "number of a reply": manifest.MAX_NUMBER,
        "answers": manifest.MAX_ANSWERS,
        "an answer, characters": manifest.MAX_ANSWER,
        "periods in a key list": keylist.MAX_PERIODS,
        "drops in a batch": batch.MAX_DROPS,
        "drops.json, bytes": batch.MAX_SIZE,
        "a gap that is no jump": head.MAX_GAP,
        "files of a transfer, bytes": code_parts.MAX_SIZE,
        "files in a transfer": code_parts.MAX_FILES,
        "code parts of a transfer": code_parts.MAX_PARTS,
        "part.json, bytes": parcel._MAX_DOCUMENT,
        "slice of a part, bytes": parcel.SLICE_SIZE,
        "parts of a parcel": parcel.MAX_PARTS,
        "source part's part.json, bytes": source_parcel.PART_LIMIT,
        "slice of a source part, bytes": source_parcel.SLICE_SIZE,
        "parts of a source's parcel": source_parcel.MAX_PARTS,
        "file of a source part, bytes": source_parcel.MAX_FILE,
        "announcement, bytes": announcement.MAX_SIZE,
        "languages of an announcement": announcement.MAX_LANGUAGES,
        "a text of an announcement, characters": announcement.MAX_TEXT,
        "counts in an announcement": announcement.MAX_COUNTS,
        "receipt, bytes": receipt.MAX_SIZE,
        "revocation, bytes": revocation.MAX_SIZE,
        "custody statement, bytes": custody.MAX_SIZE,
        "path of a proof, bytes": custody.MAX_PATH,
        "hand-over, bytes": hand_over.MAX_SIZE,
        "answer to a hand-over, bytes": hand_over.MAX_TAKEN_SIZE,
        "successors in a hand-over": hand_over.MAX_SUCCESSORS,
        "save.json, bytes": save.MAX_SIZE,
        "hand-over-keys.json, bytes": hand_over_keys.MAX_SIZE,
        "file keys in a hand-over": hand_over_keys.MAX_KEYS,
        "events.json, bytes": events.MAX_SIZE,
        "events in a bundle": events.MAX_EVENTS,
        "events that an event comes after": events.MAX_AFTER,
        "a note, characters": events.MAX_NOTE,
        "a name in an event, characters": events.MAX_NAME,
        "a saved search, characters": events.MAX_QUERY,
        "reply.json, bytes": reply.MAX_SIZE,
        "signature in a reply, bytes": minisign.SIGNATURE_TEXT_LIMIT,
        "text of a reply, characters": reply.MAX_TEXT,
        "questions in a reply": reply.MAX_QUESTIONS,
        "a question, characters": reply.MAX_QUESTION,
        "outbox, bytes": outbox.MAX_SIZE,
        "replies in an outbox": outbox.MAX_REPLIES,
        "read marks, bytes": read_marks.MAX_SIZE,
        "read marks in a list": read_marks.MAX_MARKS,
        "age header, bytes to the end of the MAC line": age_header.MAX_HEADER,
        "line of an age header, bytes with LF": age_header.MAX_LINE,
        "stanzas in an age header": age_header.MAX_STANZAS,
    }


def _sealed_text(identity: X25519Identity | HybridIdentity, content: bytes = b"") -> bytes:
    return seal_item(
        Slots([identity.recipient()]),
        content,
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=date(2026, 11, 21),
        cleaning="text",
    )


def test_the_sizes_of_the_envelope() -> None:
    sizes = {name: int(value) for name, value in _table("Size")}
    for kind, identity in (("X25519", X25519Identity.generate()), ("hybrid", HybridIdentity.generate())):
        stanza = sizes[f"{kind} stanza"]
        assert (
            len(encrypt(b"", [identity.recipient()] * 2)) - len(encrypt(b"", [identity.recipient()]))
            == stanza
        )
        for content in (b"", bytes(100_000)):
            n = padded_size(len(content) + 4096)
            file = _sealed_text(identity, content)
            assert len(file) == 22 + SLOTS * stanza + 48 + 16 + n + 16 * -(-n // 65536)
        assert len(_sealed_text(identity)) == sizes[f"smallest {kind} file"]


def test_the_example_documents_are_accepted() -> None:
    for name, arrived in (("item.json", False), ("item.json of version 1", True)):
        example = item._parse_item(_block(name).encode(), "png", 67)
        assert example.removed == ("comment", "device", "place")
        assert example.notes == ("depth_reduced",)
        assert (example.arrived_sha256 is not None) == arrived
    for name, version in (
        ("manifest.json", 3),
        ("manifest.json of version 2", 2),
        ("manifest.json of version 1", 1),
    ):
        listed = manifest._parse_manifest(_block(name).encode())
        assert listed.answers == {"place": "Bogotá"}
        assert listed.refused == ("mislabeled", "broken")
        assert (listed.in_reply_to, len(listed.withdraws)) == ((1, 1) if version > 1 else (None, 0))
        assert (listed.stamp is not None) == (version == 3)
    for name, number in (("batch.json of version 1", 1), ("batch.json", 4)):
        assert parse_batch(_block(name).encode()).sequence == number
        assert _block(name).encode() == _file(f"batch-00000{number}/batch.json")


def _keys_of(name: str) -> set[str]:
    """The field names in the first table of the section `name`."""
    section = re.search(rf"^## {name}$(.*?)^## ", DOCUMENT, re.M | re.S)
    assert section
    table = re.search(r"^\| Field \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", section[1], re.M)
    assert table
    return {key for line in table[1].splitlines() for key in re.findall("`([a-z0-9_]+)`", line.split("|")[1])}


@pytest.mark.parametrize(
    ("section", "keys"),
    [
        ("Item", item._KEYS),
        ("Manifest", manifest._KEYS),
        ("Key lists", keylist._KEYS),
        ("Batches", batch._KEYS),
        ("Parcels", parcel._KEYS),
        ("Source parcels", source_parcel._KEYS),
        ("Announcements", announcement._KEYS),
        ("Receipts", receipt._KEYS),
        ("Revocations", revocation._KEYS),
        ("Custody", custody._KEYS),
        ("Hand-overs", hand_over._KEYS),
        ("Hand-over keys", hand_over_keys._KEYS),
        ("Saves", save._KEYS),
        ("Events", events._KEYS),
        ("Replies", reply._KEYS),
        ("Outboxes", outbox._KEYS),
        ("Read marks", read_marks._KEYS),
    ],
)
def test_the_fields_of_the_documents(section: str, keys: set[str]) -> None:
    assert _keys_of(section) == keys


def test_the_codes_of_the_chain() -> None:
    codes = {_code(row[0]) for row in _table("Code")}
    assert codes == {
        *(batch.MISSING, batch.REPEATED, batch.REORDERED, batch.FORKED, batch.JUMPED),
        *(batch.TRUNCATED, batch.ALTERED, batch.RETIRED),
    }


PARAMETERS = {name: _code(value) for name, value in _table("Parameter")}


def test_the_parameters_of_the_codename() -> None:
    assert int(PARAMETERS["words"]) == codename.WORDS
    assert int(PARAMETERS["digits"]) == codename_digits.DIGITS
    assert PARAMETERS["salt"].encode() == mailbox.SALT
    assert (int(PARAMETERS["passes"]), int(PARAMETERS["memory"])) == (mailbox.PASSES, mailbox.MEMORY)
    assert _block("damm").split() == list(codename_digits.TABLE)
    assert codename.MAX_TYPED == codename_digits.MAX_TYPED


def test_the_parameters_of_the_mailbox() -> None:
    assert PARAMETERS["mailbox label"].encode() == mailbox.MAILBOX_LABEL
    assert PARAMETERS["reply label"].encode() == mailbox.REPLY_LABEL
    assert PARAMETERS["withdrawal label"].encode() == mailbox.WITHDRAWAL_LABEL
    assert int(PARAMETERS["mailbox size"]) == mailbox.MAILBOX_SIZE == manifest.MAILBOX_SIZE
    assert mailbox.ID_SIZE == manifest.DESK_ID_SIZE


@pytest.mark.parametrize(("language", "name"), [("en", "english"), ("es", "spanish"), ("fr", "french")])
def test_the_word_lists_never_change(language: str, name: str) -> None:
    assert wordlist._FILES[language][1] == PARAMETERS[f"{name} list"]
    listed = "".join(word + "\n" for word in wordlist.polite(language))
    assert hashlib.sha256(listed.encode()).hexdigest() == PARAMETERS[f"polite {name}"]


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_the_replaced_words(language: str) -> None:
    pairs = " ".join(_block(f"replaced {language}").split()).split(", ")
    assert dict(pair.split(" ") for pair in pairs) == wordlist.REPLACED[language]


def test_the_largest_size_is_what_a_tar_header_holds() -> None:
    assert DOCUMENT.count(str(tar.MAX_SIZE)) == 2


def test_the_document_names_every_type() -> None:
    types = set(re.findall('"(silbo [a-z -]+)"', DOCUMENT))
    assert types == {"silbo item", "silbo manifest", "silbo key list", "silbo batch", "silbo head"} | {
        "silbo part",
        "silbo drops",
        "silbo custody",
        "silbo hand-over",
        "silbo hand-over taken",
        "silbo hand-over keys",
        "silbo save",
        "silbo saved",
        "silbo events",
        "silbo receipt",
        "silbo revocation",
        "silbo source part",
        "silbo announcement",
        "silbo reply",
        "silbo outbox",
        "silbo read marks",
    }


def _stretched(text: str) -> bytes:
    return argon2id.kdf(
        32,
        text.encode(),
        PARAMETERS["salt"].encode(),
        opslimit=int(PARAMETERS["passes"]),
        memlimit=int(PARAMETERS["memory"]),
    )


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_codename_vectors(language: str) -> None:
    vector = _vector(f"codename {language}")
    root = _stretched(vector["folded"])
    assert root.hex() == vector["argon2id"] == codename.root(parse(vector["words"], language)).key.hex()
    assert " ".join(map(wordlist.fold, parse(vector["words"], language).words)) == vector["folded"]
    label = PARAMETERS["mailbox label"].encode()
    assert HKDFExpand(SHA256(), 16, label).derive(root).hex() == vector["mailbox"]
    identity = HybridIdentity(HKDFExpand(SHA256(), 32, PARAMETERS["reply label"].encode()).derive(root))
    assert identity.to_string() == vector["reply_identity"]
    recipient = hashlib.sha256(str(identity.recipient()).encode()).hexdigest()
    assert recipient == vector["reply_recipient_sha256"]


def test_the_french_codename_vector() -> None:
    vector = _vector("codename fr")
    typed = parse(vector["words"], "fr")
    assert typed.language == "fr"
    assert typed == parse(vector["folded"], "hi")
    assert _stretched(vector["folded"]).hex() == vector["argon2id"] == codename.root(typed).key.hex()


def test_the_codename_vector_of_digits() -> None:
    vector = _vector("codename digits")
    typed = codename_digits.parse(vector["digits"])
    assert typed is not None
    assert typed.text() == vector["digits"]
    assert codename_digits.root(typed).key.hex() == vector["argon2id"]
    assert _stretched(vector["digits"].replace(" ", "")).hex() == vector["argon2id"]


@pytest.mark.parametrize("name", ["es", "digits"])
def test_the_mailbox_vectors(name: str) -> None:
    vector, root = _vector(f"mailbox {name}"), bytes.fromhex(_vector(f"codename {name}")["argon2id"])

    def expanded(label: str, public_id: str, size: int) -> bytes:
        info = PARAMETERS[f"{label} label"].encode() + bytes.fromhex(vector[public_id])
        return HKDFExpand(SHA256(), size, info).derive(root)

    box = mailbox.CodenameRoot(root).mailbox(bytes.fromhex(vector["desk_id"]))
    assert expanded("mailbox", "desk_id", 16).hex() == vector["mailbox"] == box.id.hex()
    assert hashlib.sha256(box.id).hexdigest() == vector["address"] == box.address.hex()
    identity = HybridIdentity(expanded("reply", "desk_id", 32)).to_string()
    assert identity == vector["reply_identity"] == box.reply_identity.to_string()
    recipient = hashlib.sha256(str(box.reply_identity.recipient()).encode()).hexdigest()
    assert recipient == vector["reply_recipient_sha256"]
    tag = expanded("withdrawal", "drop_id", 32)
    assert tag.hex() == vector["withdrawal_tag"]
    assert tag == mailbox.CodenameRoot(root).withdrawal_tag(vector["drop_id"])


def test_the_keys_of_the_vectors() -> None:
    (x25519,) = parse_identities(KEYS["x25519_identity"])
    assert str(x25519.recipient()) == KEYS["x25519_recipient"]
    assert str(X25519Identity.parse(KEYS["custodian_identity"]).recipient()) == KEYS["custodian_recipient"]
    (hybrid,) = parse_identities(KEYS["hybrid_identity"])
    assert hashlib.sha256(str(hybrid.recipient()).encode()).hexdigest() == KEYS["hybrid_recipient_sha256"]
    for name in ("root", "server", "successor"):
        assert str(SigningKey(bytes.fromhex(KEYS[f"{name}_seed"])).public()) == KEYS[f"{name}_public"]


def test_the_fingerprint_vectors() -> None:
    for name, words in _vector("fingerprint").items():
        assert " ".join(fingerprint(PublicKey.parse(KEYS[f"{name}_public"]))) == words


def test_the_vector_files_are_those_of_the_document() -> None:
    found = {path.relative_to(VECTORS).as_posix() for path in VECTORS.rglob("*") if path.is_file()}
    written = _vector("sha256")
    assert found == written.keys()
    for name, digest in written.items():
        assert hashlib.sha256(_file(name)).hexdigest() == digest, name


def test_the_vector_chain_is_followed_through_the_hand_over() -> None:
    head = Head.start(PublicKey.parse(KEYS["server_public"]))
    for number in (1, 2, 3, 4):
        folder = f"batch-{number:06}"
        opened = head.open(_file(f"{folder}/batch.json"), _file(f"{folder}/batch.json.minisig").decode())
        opened = with_drops(opened, _file(f"{folder}/drops.json") if number == 4 else None)
        assert len(opened.drops) == {1: 1, 4: 3}.get(number, 0)
        for listed in opened.drops:
            check_drop(listed, io.BytesIO(_file(f"{folder}/{listed.id}.tar")))
        head = head.follow(opened)
    assert str(head.keys[-1].key) == KEYS["successor_public"]


def _identity(name: str) -> list[Identity]:
    return [parse_identity(KEYS[name])]


FIRST_DROP = "batch-000001/00112233445566778899aabbccddeeff.tar"


def test_the_vector_drop() -> None:
    vector, spanish = _vector("drop"), _vector("codename es")
    drop = _file(FIRST_DROP)
    members = read_drop(io.BytesIO(drop))
    assert {member.name: f"{member.offset} {member.size}" for member in members}.items() <= vector.items()
    files = {m.name: drop[m.offset : m.offset + m.size] for m in members}
    identities = _identity("x25519_identity")
    listed = open_manifest(files["manifest.age"], identities)
    assert listed.mailbox == bytes.fromhex(spanish["mailbox"])
    assert listed.reply_recipient is not None
    assert hashlib.sha256(listed.reply_recipient.encode()).hexdigest() == spanish["reply_recipient_sha256"]
    assert [entry.sha256 for entry in listed.items] == [
        hashlib.sha256(files[entry.name]).digest() for entry in listed.items
    ]
    text, picture = io.BytesIO(), io.BytesIO()
    open_item(io.BytesIO(files["0001.age"]), text, identities)
    opened = open_item(io.BytesIO(files["0002.age"]), picture, identities)
    assert text.getvalue().decode() == vector["text"].replace(r"\n", "\n")
    assert hashlib.sha256(picture.getvalue()).hexdigest() == opened.sha256.hex() == vector["picture_sha256"]
    assert opened.arrived_sha256 is not None
    assert opened.arrived_sha256.hex() == vector["picture_arrived_sha256"]
    assert " ".join(opened.removed) == vector["picture_removed"]
    assert " ".join(opened.notes) == vector["picture_notes"]
    assert " ".join(listed.refused) == vector["refused"]
    assert [entry.audience for entry in listed.items] == ["reviewers", "reviewers", "custodian"]


def test_the_vector_original_opens_for_the_custodian_alone() -> None:
    drop = _file(FIRST_DROP)
    member = read_drop(io.BytesIO(drop))[3]
    sealed = drop[member.offset : member.offset + member.size]
    with pytest.raises(NoMatch):
        open_item(io.BytesIO(sealed), None, _identity("x25519_identity"))
    original = open_item(io.BytesIO(sealed), None, _identity("custodian_identity"))
    assert original.cleaning == "original"
    assert original.sha256.hex() == _vector("drop")["picture_arrived_sha256"]


def test_the_vector_drop_of_items_of_version_2() -> None:
    first, vector = _vector("drop"), _vector("item-2")
    drop = _file("item-2.tar")
    members = read_drop(io.BytesIO(drop))
    assert {member.name: f"{member.offset} {member.size}" for member in members}.items() <= vector.items()
    identities = [*_identity("x25519_identity"), *_identity("custodian_identity")]
    contents, opened = [], []
    for member in members[1:]:
        content = io.BytesIO()
        sealed = io.BytesIO(drop[member.offset : member.offset + member.size])
        opened.append(open_item(sealed, content, identities))
        contents.append(content.getvalue())
    assert [each.cleaning for each in opened] == ["text", "clean", "original", "clean"]
    assert [each.arrived_sha256 for each in opened] == [None] * 4
    assert contents[0] == contents[3] == first["text"].replace(r"\n", "\n").encode()
    assert [each.sha256.hex() for each in opened[1:3]] == [
        first["picture_sha256"],
        first["picture_arrived_sha256"],
    ]
    assert " ".join(opened[1].notes) == vector["picture_notes"]
    assert " ".join(opened[3].notes) == vector["unchanged_notes"]


def test_the_vector_of_answers_to_questions() -> None:
    vector, drop = _vector("asked"), _file("asked.tar")
    members = read_drop(io.BytesIO(drop))
    assert {member.name: f"{member.offset} {member.size}" for member in members}.items() <= vector.items()
    found: list[tuple[str | None, str]] = []
    for member in members[1:]:
        content = io.BytesIO()
        sealed = io.BytesIO(drop[member.offset : member.offset + member.size])
        item = open_item(sealed, content, _identity("x25519_identity"))
        found.append((item.answers, content.getvalue().decode()))
    answers = {name: vector[name].replace(r"\n", "\n") for name in ("country", "shift", "shift_2")}
    assert found == [
        (None, _vector("drop")["text"].replace(r"\n", "\n")),
        ("country", answers["country"]),
        ("shift", answers["shift"]),
        ("shift", answers["shift_2"]),
    ]


def test_the_vector_reply_is_opened_from_its_outbox_and_its_read_mark_was_earned() -> None:
    vector = _vector("reply")
    root, server = (PublicKey.parse(KEYS[f"{name}_public"]) for name in ("root", "server"))
    data, signature = _file("outbox/outbox.json"), _file("outbox/outbox.json.minisig").decode()
    assert data.decode() == _block("outbox.json")
    (entry,) = outbox.parse_outbox(data, signature, root).replies
    sealed = _file(f"outbox/{entry.name}")
    entry.check_file(io.BytesIO(sealed))
    box = mailbox.CodenameRoot(bytes.fromhex(_vector("codename es")["argon2id"])).mailbox(
        bytes.fromhex(_vector("mailbox es")["desk_id"])
    )
    assert entry.address == box.address
    opened = reply.open_reply(sealed, box, [root])
    entry.check_opened(opened)
    assert opened.text == vector["reply_text"].replace(r"\n", "\n")
    assert {question.name: question.text for question in opened.questions}.items() <= vector.items()
    assert (opened.token.hex(), str(opened.number)) == (vector["token"], vector["number"])
    data, signature = _file("read.json"), _file("read.json.minisig").decode()
    assert data.decode() == _block("read.json")
    (mark,) = read_marks.parse_read_marks(data, signature, server).marks
    mark.check_earned(entry)
    assert mark.day == date(2026, 11, 24)


def test_the_vector_answer() -> None:
    drop = _file("answer.tar")
    files = {m.name: drop[m.offset : m.offset + m.size] for m in read_drop(io.BytesIO(drop))}
    listed = open_manifest(files["manifest.age"], _identity("x25519_identity"))
    expected = _vector("mailbox es")
    assert listed.mailbox is not None
    assert listed.desk_id is not None
    assert (listed.mailbox.hex(), listed.desk_id.hex()) == (expected["mailbox"], expected["desk_id"])
    assert listed.in_reply_to == int(_vector("reply")["number"])
    assert FIRST_DROP.endswith(f"/{listed.withdraws[0]}.tar")
    assert [entry.sha256 for entry in listed.items] == [hashlib.sha256(files["0001.age"]).digest()]


def test_the_vector_hybrid_item_opens_with_the_vector_period_file() -> None:
    passphrase = re.search("under the passphrase `(.+?)`", DOCUMENT)
    assert passphrase
    secret = decrypt(_file("period-2026-11-16.age"), [ScryptIdentity(passphrase[1].encode())])
    content = io.BytesIO()
    open_item(io.BytesIO(_file("item-hybrid.age")), content, parse_identities(secret.decode()))
    assert content.getvalue().decode() == _vector("drop")["text"].replace(r"\n", "\n")
    with pytest.raises(CryptoError):
        open_item(io.BytesIO(_file("item-hybrid.age")), None, _identity("second_identity"))


def test_the_vector_key_list() -> None:
    root = PublicKey.parse(KEYS["root_public"])
    keys = parse_keylist(_file("keys.json"), _file("keys.json.minisig").decode(), root)
    expected: list[Recipient] = [
        HybridIdentity.parse(KEYS[name]).recipient() for name in ("hybrid_identity", "second_identity")
    ]
    assert [period.recipient for period in keys.periods] == [str(recipient) for recipient in expected]


def test_the_vector_revocation() -> None:
    revoked = revocation.parse_revocation(_file("revocation.txt"))
    assert str(revoked.root) == KEYS["root_public"]
    assert revoked.made == date(2026, 11, 21)
    root = SigningKey(bytes.fromhex(KEYS["root_seed"]))
    assert revocation.make_revocation(root, revoked.made).text.encode() == _file("revocation.txt")
    first = _file("revocation.txt").decode().splitlines()[0]
    assert f"    {first}\n" in DOCUMENT
    assert first == revocation.FIRST_LINE


def test_every_document_says_what_it_is() -> None:
    types: dict[str, Any] = {
        "silbo item": _block("item.json"),
        "silbo manifest": _block("manifest.json"),
        "silbo batch": _block("batch.json"),
        "silbo key list": _file("keys.json").decode(),
        "silbo outbox": _block("outbox.json"),
        "silbo read marks": _block("read.json"),
        "silbo revocation": _file("revocation.txt")
        .decode()
        .splitlines()[2]
        .removeprefix("trusted comment: "),
    }
    for kind, document in types.items():
        value = canonical.decode(document.encode(), 1 << 20)
        assert isinstance(value, dict)
        newest = {"silbo item": 2, "silbo manifest": 3, "silbo batch": 2}.get(kind, 1)
        assert (value["type"], value["version"]) == (kind, newest)
        assert f'"{kind}"' in DOCUMENT


def test_the_vector_parcel() -> None:
    vector, drop_file, identities = _vector("sealed"), _file("sealed.tar"), _identity("x25519_identity")
    members = read_drop(io.BytesIO(drop_file))
    assert {member.name: f"{member.offset} {member.size}" for member in members}.items() <= vector.items()
    part, joined, content = io.BytesIO(), io.BytesIO(), io.BytesIO()
    member = members[2]
    sealed = io.BytesIO(drop_file[member.offset : member.offset + member.size])
    assert open_item(sealed, part, identities).cleaning == "sealed"
    joining = source_parcel.Joining(joined)
    assert joining.take(io.BytesIO(part.getvalue()), identities).id == vector["parcel"]
    assert source_parcel.check_shape(part) == source_parcel.Label(vector["parcel"], 1)
    assert joining.finish().size == len(joined.getvalue())
    manifest_member, text = read_drop(joined)
    inner = joined.getvalue()
    of_manifest = inner[manifest_member.offset : manifest_member.offset + manifest_member.size]
    assert open_manifest(of_manifest, identities).channel == "page"
    open_item(io.BytesIO(inner[text.offset : text.offset + text.size]), content, identities)
    assert content.getvalue().decode() == _vector("drop")["text"].replace(r"\n", "\n")


def test_the_vector_stamps() -> None:
    vector, identities = _vector("stamped"), _identity("x25519_identity")
    secret = bytes.fromhex(vector["secret"])
    assert stamp_of(secret).hex() == vector["stamp"]
    for name, opens in (("stamped.tar", True), ("unstamped.tar", False)):
        drop = io.BytesIO(_file(name))
        first, *rest = read_drop(drop)
        stamp = read_stamp(drop, [first, *rest])
        drop.seek(first.offset)
        assert open_manifest(drop.read(first.size), identities).stamp == secret
        assert (stamp == stamp_of(secret)) == opens
        assert [member.name for member in rest] == ["0001.age"]


def test_the_vector_announcement() -> None:
    root = PublicKey.parse(KEYS["root_public"])
    data, signature = _file("announcement.json"), _file("announcement.json.minisig").decode()
    assert _block("announcement.json").encode() == data
    read = announcement.parse_announcement(data, signature, root)
    assert read.text("es") == "Publicamos. Escribieron 15 personas."
    read.check(bytes.fromhex(_vector("mailbox es")["desk_id"]), date(2026, 12, 20))


@pytest.mark.parametrize(
    ("name", "number", "place"), [("custody.json", 4, (1, 3)), ("custody-1.json", 1, (0, 1))]
)
def test_the_vector_custody_statements(name: str, number: int, place: tuple[int, int]) -> None:
    root = PublicKey.parse(KEYS["root_public"])
    told = custody.parse_custody(_file(f"custody/{name}"), _file(f"custody/{name}.minisig").decode(), root)
    batch_json, signature = (_file(f"batch-00000{number}/batch.json{end}") for end in ("", ".minisig"))
    server = PublicKey.parse(KEYS["successor_public" if number == 4 else "server_public"])
    found = custody.check_custody(told, batch_json, signature.decode(), server)
    assert (found.index, found.count) == place
    content = _vector("drop")["text"].replace(r"\n", "\n").encode()
    assert told.content_sha256 == hashlib.sha256(content).digest()
    assert _block("custody.json").encode() == _file("custody/custody.json")
    other = "batch-000003/batch.json"
    with pytest.raises(WrongProof):
        custody.check_custody(told, _file(other), _file(f"{other}.minisig").decode(), server)


def test_the_vector_events_are_opened_and_signed_by_the_root() -> None:
    signed = events.open_events(_file("events.age"), _identity("hybrid_identity"))
    assert (signed.data, signed.signature) == (_file("events.json"), _file("events.json.minisig").decode())
    assert _block("events.json").encode() == signed.data
    bundle = signed.bundle
    assert str(bundle.root) == KEYS["root_public"]
    assert events.sign_events(bundle, SigningKey(bytes.fromhex(KEYS["root_seed"]))).data == signed.data
    assert {event.kind for event in bundle.events} == set(events.KINDS)
    assert [event.kind for event in bundle.events if event.after] == ["state"]


def test_the_vector_hand_over_was_taken() -> None:
    root = PublicKey.parse(KEYS["root_public"])
    data, answer = _file("custody/hand-over.json"), _file("custody/hand-over-taken.json")
    assert (_block("hand-over.json").encode(), _block("hand-over-taken.json").encode()) == (data, answer)
    listed = hand_over.parse_hand_over(data, _file("custody/hand-over.json.minisig").decode(), root)
    assert len(listed.drops) == 2
    taken = hand_over.parse_taken(answer, _file("custody/hand-over-taken.json.minisig").decode(), listed)
    assert str(taken.root) == KEYS["successor_public"]


def test_the_vector_hand_over_keys_open_the_drop_they_are_for() -> None:
    keys = hand_over_keys.open_keys(_file("custody/hand-over-keys.age"), _identity("hybrid_identity"))
    assert hand_over_keys.keys_bytes(keys) == _file("custody/hand-over-keys.json")
    assert _block("hand-over-keys.json").encode() == _file("custody/hand-over-keys.json")
    assert keys.sha256 == hashlib.sha256(_file("custody/hand-over.json")).digest()
    assert keys.events == hashlib.sha256(_file("events.json")).digest()
    (of,) = keys.drops
    opening = {each.header: each.key for each in of.keys}
    sealed = _file(f"batch-000001/{of.id}.tar")
    for member in read_drop(io.BytesIO(sealed)):
        src = io.BytesIO(sealed[member.offset : member.offset + member.size])
        header = age_header.parse_header(src)
        key = opening.pop(age_header.stanzas_digest(header.stanzas), None)
        if key is None:  # the sealed original, which no reviewer opens
            continue
        header.verify(key)
        text = sealed[member.offset + len(age_header.VERSION_LINE) : member.offset + src.tell()].rpartition(
            b"---"
        )[0]
        assert age_header.stanzas_digest(header.stanzas) == hashlib.sha256(text).digest()
    assert opening == {}


def test_the_vector_save_opens_with_the_recovery_key() -> None:
    kept = save.open_save(_file("save.age"), _identity("second_identity"), date(2026, 12, 13))
    assert kept.root_seed.hex() == KEYS["root_seed"]
    assert [period.identity for period in kept.periods] == [KEYS["hybrid_identity"]]
    late = save.open_save(_file("save.age"), _identity("second_identity"), date(2026, 12, 14))
    assert late.periods == ()
    with pytest.raises(NoMatch):
        save.open_save(_file("save.age"), _identity("hybrid_identity"), date(2026, 12, 13))


def test_the_vector_code_parts_are_read_marks_in_any_order() -> None:
    """Each line of the file is a part for a code of version 6, in hex."""
    parts = [bytes.fromhex(line) for line in _file("code-parts.txt").decode().splitlines()]
    files = {name: _file(name) for name in ("read.json", "read.json.minisig")}
    joining = code_parts.Joining()
    taken = [joining.take(part) for part in reversed(parts)]
    assert all(taken)
    (transfer,) = joining.transfers()
    assert (transfer.total, joining.files(transfer)) == (len(parts), files)
    head = b"SQ1" + transfer.digest + len(parts).to_bytes(2, "big") + (1).to_bytes(2, "big")
    assert parts[0].startswith(head)
    assert len(head) == code_parts.HEAD_SIZE == 23
    assert {len(part) for part in parts[:-1]} == {134}
    assert f"`{code_parts._NAME.pattern}`" in DOCUMENT
