"""Replies, outboxes, read marks and manifests of version 3: the opener and `crypto` come to the same end.

A forger may have a reviewer's or the server's key, so what was changed is signed anew: the rest must hold.
"""

import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto import age, canonical, manifest, outbox, read_marks, reply
from crypto.envelope import Layout, LayoutReader
from crypto.errors import CryptoError, SignatureError
from crypto.mailbox import CodenameRoot
from crypto.minisign import SigningKey
from crypto.padding import padded_size
from crypto.tar import END, member_header, member_padding
from tests.opener.test_opener_fuzz import attempt, mutate

CASES = 120
LONG_CASES = 3000
VECTORS = Path(__file__).parents[1] / "vectors" / "protocol"
DAY = date(2026, 11, 21)
ROOT = SigningKey(bytes(range(32)))
MAILBOX = CodenameRoot(bytes(range(32))).mailbox(bytes(16))
REPLY = reply.Reply(
    root=ROOT.public(),
    mailbox=MAILBOX.id,
    number=12,
    day=DAY,
    language="es",
    text='Recibido. "Gracias" \\ \u2028',
    token=bytes(range(16)),
    questions=(reply.Question("danger", "¿Hay peligro?"), reply.Question("how_known", '\\"},{"')),
)
LISTED = [
    outbox.ListedReply(bytes([n]) * 32, bytes([n]) * 32, 28942 if n else 37134, bytes(32)) for n in range(3)
]
OUTBOX = outbox.Outbox(ROOT.public(), DAY, tuple(LISTED))
MARKS = read_marks.ReadMarks(
    ROOT.public(), tuple(read_marks.ReadMark(bytes([n]) * 32, bytes([n]) * 16, DAY) for n in range(3))
)
MANIFEST = manifest.Manifest(
    desk="news",
    language="es",
    channel="console",
    day=DAY,
    items=(),
    mailbox=MAILBOX.id,
    reply_recipient=str(age.X25519Identity(bytes(range(32))).recipient()),
    desk_id=bytes(range(16)),
    in_reply_to=7,
    withdraws=("00" * 16, "ab" * 16),
    stamp=bytes(range(32)),
)
DOCUMENTS = {
    "reply": reply.reply_bytes(REPLY),
    "outbox": outbox.outbox_bytes(OUTBOX),
    "read marks": read_marks.read_marks_bytes(MARKS),
    "manifest": manifest._manifest_bytes(MANIFEST),
}


def tar_of(**members: bytes) -> bytes:
    """The plaintext with these members, in which `__` is a dot."""
    plain = b"".join(
        member_header(name.replace("__", "."), len(data)) + data + member_padding(len(data))
        for name, data in members.items()
    )
    return plain.ljust(padded_size(len(plain) + len(END)), b"\0")


def read_whole(layout: Layout[Any], plain: bytes) -> Any:
    reader = LayoutReader(layout)
    reader.write(plain)
    return reader.finish()


def text_of(signature: bytes) -> str:
    """What whoever reads the file of a signature hands on: a comment that is no UTF-8 is none."""
    try:
        return signature.decode()
    except UnicodeDecodeError:
        raise SignatureError("malformed") from None


def our_reply(plain: bytes) -> Any:
    found = read_whole(reply.read_reply(), plain)
    questions = [(question.name, question.text) for question in found.questions]
    told = str(found.root), found.mailbox.hex(), found.number, found.day.isoformat(), found.language
    return *told, found.text, found.token.hex(), questions


def their_reply(opener: Any, plain: bytes) -> Any:
    _, fields = opener.parse_reply(plain)
    questions = [(question["name"], question["text"]) for question in fields["questions"]]
    told = (fields[key] for key in ("root", "mailbox", "number", "day", "language", "text", "token"))
    return *told, questions


def our_outbox(document: bytes, signature: bytes) -> Any:
    root = outbox.claimed_root(document)
    found = outbox.parse_outbox(document, text_of(signature), root)
    listed = [(e.address.hex(), e.sha256.hex(), e.size, e.token_digest.hex()) for e in found.replies]
    return str(found.root), found.made.isoformat(), listed


def their_outbox(opener: Any, document: bytes, signature: bytes) -> Any:
    fields = opener.parse_outbox(document, signature)
    listed = [(e["mailbox"], e["sha256"], e["size"], e["token"]) for e in fields["replies"]]
    return fields["root"], fields["made"], listed


def our_read_marks(document: bytes, signature: bytes) -> Any:
    server = read_marks._parse(document).server
    found = read_marks.parse_read_marks(document, text_of(signature), server)
    marks = [(mark.reply.hex(), mark.token.hex(), mark.day.isoformat()) for mark in found.marks]
    return str(found.server), marks


def their_read_marks(opener: Any, document: bytes, signature: bytes) -> Any:
    fields = opener.parse_read_marks(document, signature)
    return fields["server"], [(mark["reply"], mark["token"], mark["day"]) for mark in fields["marks"]]


def our_manifest(plain: bytes) -> Any:
    found = read_whole(manifest._read_manifest(), plain)
    desk_id, mailbox = found.desk_id and found.desk_id.hex(), found.mailbox and found.mailbox.hex()
    stamp = found.stamp and found.stamp.hex()
    return desk_id, mailbox, found.in_reply_to, stamp, list(found.withdraws), found.reply_recipient


def their_manifest(opener: Any, plain: bytes) -> Any:
    _, fields = opener.parse_manifest(plain)
    told = [fields.get(key) for key in ("desk_id", "mailbox", "in_reply_to", "stamp")]
    return *told, fields.get("withdraws", []), fields["reply_recipient"]


def ends(opener: Any, kind: str, document: bytes, signature: bytes) -> tuple[Any, Any]:
    """What both readers make of a document, the opener's first."""
    match kind:
        case "reply":
            plain = tar_of(reply__json=document, reply__json__minisig=signature)
            here = attempt(opener.OpenError, their_reply, opener, plain)
            return here, attempt(CryptoError, our_reply, plain)
        case "manifest":
            plain = tar_of(manifest__json=document)
            here = attempt(opener.OpenError, their_manifest, opener, plain)
            return here, attempt(CryptoError, our_manifest, plain)
        case "outbox":
            here = attempt(opener.OpenError, their_outbox, opener, document, signature)
            return here, attempt(CryptoError, our_outbox, document, signature)
        case _:
            here = attempt(opener.OpenError, their_read_marks, opener, document, signature)
            return here, attempt(CryptoError, our_read_marks, document, signature)


def edited(document: bytes, chance: random.Random) -> bytes:
    """A value of JSON's put at the place of another, or bytes changed."""
    if chance.random() < 0.3:
        return mutate(document, chance, len(document))
    fields: Any = canonical.decode(document, 1 << 20)
    place: Any = fields
    while chance.random() < 0.6:
        lists = [value for value in (place.values() if isinstance(place, dict) else place) if value]
        deeper = [value for value in lists if isinstance(value, (dict, list))]
        if not deeper:
            break
        place = chance.choice(deeper)
    key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
    old = place[key]
    values: list[Any] = [None, 0, 1, 2, 3, 1 << 52, "", "0" * 32, "ff" * 32, [], {}, [old], [old, old], old]
    values += [
        f"{old}0",
        f"{old}"[:-1],
        f"{old}"[::-1],
        "2026-02-30",
        "x" * 4097,
        28942,
        28943,
        999999,
        1000000,
    ]
    if isinstance(old, list):
        values += [old[::-1], old[:1], old * 40]
    place[key] = chance.choice(values)
    if chance.random() < 0.1 and isinstance(place, dict):
        del place[chance.choice(list(place))]
    return canonical.encode(fields)


def compare(opener: Any, kind: str, seed: int, cases: int) -> None:
    chance = random.Random(seed)
    seen: set[str] = set()
    for number in range(cases):
        document = edited(DOCUMENTS[kind], chance) if number % 8 else DOCUMENTS[kind]
        signature = ROOT.sign(document, kind).encode()
        if document == DOCUMENTS[kind] and number:  # where all is wrong, a reader may begin at either end
            signature = mutate(signature, chance, len(signature))
        here, there = ends(opener, kind, document, signature)
        assert here == there, (seed, number, document)
        seen.add(here[0])
    unsigned = {"content", "FormatError", "NewerVersion"}
    assert unsigned <= seen <= unsigned | {"SignatureError"} if cases > 1000 else "FormatError" in seen


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_both_readers_agree_on_changed_documents(opener: Any, kind: str) -> None:
    compare(opener, kind, 11, CASES)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_both_readers_agree_on_many_changed_documents(opener: Any, kind: str) -> None:
    compare(opener, kind, 100, LONG_CASES)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_both_readers_take_the_document_and_call_a_newer_one_that(opener: Any, kind: str) -> None:
    document = DOCUMENTS[kind]
    here, there = ends(opener, kind, document, ROOT.sign(document, "x").encode())
    assert here == there
    assert here[0] == "content"
    fields: Any = canonical.decode(document, 1 << 20)
    newer = canonical.encode({**fields, "version": 4, "more": []})
    here, there = ends(opener, kind, newer, b"x")
    assert here == there == ("NewerVersion", None)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("null", "NewerVersion"),
        ("9007199254740991", "NewerVersion"),
        ("[[[[[[[]]]]]]]", "NewerVersion"),
        ("[[[[[[1]]]]]]", "NewerVersion"),
        ('{"a":{"A":""}}', "NewerVersion"),
        ("[[[[[[[1]]]]]]]", "FormatError"),
        ("[[[[[[[[]]]]]]]]", "FormatError"),
        ("9007199254740992", "FormatError"),
        ("true", "FormatError"),
        ("-1", "FormatError"),
        ("1.0", "FormatError"),
        ("1e300", "FormatError"),
        ("NaN", "FormatError"),
        ('{"é":1}', "FormatError"),
        ('["\\ud800"]', "FormatError"),
        ("1 ", "FormatError"),
    ],
)
def test_a_newer_document_is_canonical_json_or_it_is_malformed(opener: Any, held: str, expected: str) -> None:
    document = f'{{"new":{held},"type":"silbo outbox","version":2}}'.encode()
    assert ends(opener, "outbox", document, b"x") == ((expected, None),) * 2


def test_a_forged_reply_inside_a_right_envelope_is_refused_by_both(opener: Any) -> None:
    document = DOCUMENTS["reply"]
    signature = ROOT.sign(document, "x").encode()
    changed = document.replace(b"Gracias", b"De nada")
    for untrusted, signed in (
        (changed, signature),
        (document, SigningKey(bytes(32)).sign(document, "x").encode()),
        (document, signature[:-1]),
        (document, b"untrusted comment: \xff" + signature.partition(b"\n")[2]),
    ):
        assert ends(opener, "reply", untrusted, signed) == (("SignatureError", None),) * 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"text": "x" * 65_536}, "content"),
        ({"text": "x" * 65_537}, "FormatError"),
        ({"text": "\U0001f642" * 65_536}, "content"),
        ({"questions": [{"name": "q" * n, "text": "?" * 4096} for n in range(1, 33)]}, "content"),
        ({"questions": [{"name": "q" * n, "text": "?"} for n in range(1, 34)]}, "FormatError"),
        ({"questions": [{"name": "a", "text": "?" * 4097}]}, "FormatError"),
        ({"questions": [{"name": "a", "text": "1"}, {"name": "a", "text": "2"}]}, "FormatError"),
        ({"text": "\x01" * 65_536, "questions": [{"name": "a", "text": "\x01" * 4096}]}, "content"),
        ({"number": 999_999}, "content"),
        ({"number": 1_000_000}, "FormatError"),
    ],
)
def test_both_readers_have_the_same_limits_of_a_reply(opener: Any, changes: Any, expected: str) -> None:
    fields: Any = canonical.decode(DOCUMENTS["reply"], 1 << 20)
    document = canonical.encode({**fields, **changes})
    here, there = ends(opener, "reply", document, ROOT.sign(document, "x").encode())
    assert here == there
    assert here[0] == expected


def test_both_readers_take_the_same_sizes_of_files_and_the_longest_list(opener: Any) -> None:
    known = sorted(reply.FILE_SIZES)
    fields: Any = canonical.decode(DOCUMENTS["outbox"], 1 << 20)
    for size in (*known, *(size + 1 for size in known), 17270, 12542, 2_110_078):
        fields["replies"] = [{**fields["replies"][0], "size": size}]
        document = canonical.encode(fields)
        here, there = ends(opener, "outbox", document, ROOT.sign(document, "x").encode())
        assert here == there
        assert (here[0] == "content") == (size in known)
    for count, expected in ((10_000, "content"), (10_001, "FormatError")):
        fields["replies"] = [
            {**fields["replies"][0], "size": known[0], "sha256": f"{n:064x}"} for n in range(count)
        ]
        document = canonical.encode(fields)
        here, there = ends(opener, "outbox", document, ROOT.sign(document, "x").encode())
        assert here == there
        assert here[0] == expected


def test_both_readers_agree_on_the_vectors(opener: Any) -> None:
    text = (VECTORS.parents[2] / "docs" / "protocol.md").read_text("utf-8")
    block = re.search("```text vector mailbox es\n(.*?)```", text, re.DOTALL)
    assert block
    secret = dict(line.split(" = ") for line in block[1].splitlines())["reply_identity"]
    (path,) = (VECTORS / "outbox").glob("*.age")
    plain = opener.read(path.read_bytes(), opener.parse_identities(secret))
    assert age.decrypt(path.read_bytes(), [age.parse_identity(secret)]) == plain
    assert their_reply(opener, plain) == our_reply(plain)
    for name, ours, theirs in (
        ("outbox/outbox.json", our_outbox, their_outbox),
        ("read.json", our_read_marks, their_read_marks),
    ):
        signed = (VECTORS / name).read_bytes(), (VECTORS / f"{name}.minisig").read_bytes()
        assert theirs(opener, *signed) == ours(*signed)
