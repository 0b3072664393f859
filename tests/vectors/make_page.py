"""Makes `page.json`, what the page's TypeScript and `crypto` must both say.

Run from the checkout: `python -m tests.vectors.make_page`.

Of what is encrypted the plaintext's SHA-256 stands there; all keys are of seeds that are written here. Items,
manifests and parts are opened with `crypto`, so that the file holds what it writes.
"""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto import canonical, codename, codename_digits, tar, wordlist
from crypto.age import HybridIdentity, X25519Identity, decrypt_stream
from crypto.item import Cleaning, seal_item
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.mailbox import stretch
from crypto.manifest import Manifest, ManifestItem, seal_manifest
from crypto.minisign import PublicKey, SigningKey
from crypto.padding import padded_size
from crypto.reply import open_reply
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from crypto.words import fingerprint

FILE = Path(__file__).resolve().parent / "page.json"
DAY = date(2026, 11, 21)
MONDAY = date(2026, 11, 16)
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519's group."""
ROOT = SigningKey(bytes(range(32)))
OTHER = SigningKey(bytes(range(1, 33)))
READER = X25519Identity(bytes(range(32)))
PARCEL = "0123456789abcdef" * 2

Json = dict[str, object]


def plaintext(file: bytes) -> str:
    out = io.BytesIO()
    decrypt_stream(io.BytesIO(file), out, [READER], armor=False)
    return hashlib.sha256(out.getvalue()).hexdigest()


def items(slots: Slots) -> Iterator[Json]:
    contents: list[tuple[str, str, str, Cleaning, list[str]]] = [
        ("Nos obligan a firmar: cámaras.\n", "txt", "text/plain", "text", []),
        ("\xff\xd8 no picture", "jpg", "image/jpeg", "clean", ["place", "author"]),
        ("x" * 20_000, "bin", "application/octet-stream", "uncleaned", []),
        ("", "bin", "application/octet-stream", "uncleaned", []),
    ]
    for content, extension, media_type, cleaning, removed in contents:
        notes = ["picture_remains"] if cleaning == "clean" else []
        file = seal_item(
            slots,
            content.encode(),
            extension=extension,
            kind="text" if cleaning == "text" else "file",
            media_type=media_type,
            day=DAY,
            cleaning=cleaning,
            removed=removed,
            notes=notes,
        )
        yield {
            "content": content,
            "extension": extension,
            "mediaType": media_type,
            "cleaning": cleaning,
            "removed": removed,
            "notes": notes,
            "plaintext": plaintext(file),
        }


def manifests(slots: Slots) -> Iterator[Json]:
    """One of a stranger, one of a codename that answers."""
    listed = ManifestItem("0001.age", bytes(range(32)), 28942)
    sent = Manifest("union", "es", "page", DAY, (listed,), desk_id=bytes(range(16)))
    recipient = str(HybridIdentity(bytes(32)).recipient())
    thread = {
        "mailbox": "9" * 32,
        "replyRecipient": recipient,
        "inReplyTo": 3,
        "withdraws": ["a" * 32, "0" * 32],
    }
    answering = replace(
        sent,
        language="en",
        answers={"place": "Bogotá"},
        mailbox=bytes.fromhex("9" * 32),
        reply_recipient=recipient,
        in_reply_to=3,
        withdraws=("0" * 32, "a" * 32),
    )
    for each, extra in ((sent, None), (answering, thread)):
        yield {
            "desk": "union",
            "deskId": bytes(range(16)).hex(),
            "language": each.language,
            "items": [{"name": "0001.age", "sha256": bytes(range(32)).hex(), "size": 28942}],
            "answers": dict(each.answers),
            "thread": extra,
            "plaintext": plaintext(seal_manifest(slots, each)),
        }


def parts(slots: Slots) -> Iterator[Json]:
    for size in (1, 40_000, 16_773_120, 16_773_121):
        made = seal_parts(slots, PARCEL, bytes(size))
        yield {"id": PARCEL, "size": size, "plaintexts": [plaintext(part) for part in made]}


def signatures() -> Iterator[Json]:
    """Whether a text is the signature of `ROOT` over the message, and every way in which it is not."""
    message = "eight pages"
    good = ROOT.sign(message.encode(), "a comment")
    lines = good.split("\n")

    def with_first(first: bytes) -> str:
        return "\n".join([lines[0], base64.b64encode(first).decode(), *lines[2:]])

    first = base64.b64decode(lines[1])
    scalar = int.from_bytes(first[42:], "little") + ORDER
    digest = hashlib.blake2b(message.encode()).digest()
    identity = b"\x01" + bytes(31)
    expanded = hashlib.sha512(ROOT.seed).digest()
    secret = int.from_bytes(
        bytes([expanded[0] & 248]) + expanded[1:31] + bytes([expanded[31] & 63 | 64]), "little"
    )
    hashed = hashlib.sha512(identity + ROOT.public().key + digest).digest()
    small = (int.from_bytes(hashed, "little") * secret % ORDER).to_bytes(32, "little")
    cases = {
        "good": good,
        "by another key": OTHER.sign(message.encode(), "a comment"),
        "of another message": ROOT.sign(b"nine pages", "a comment"),
        "another comment": good.replace("a comment", "A comment"),
        "a blank line more": good + "\n",
        "no last line end": good[:-1],
        "not prehashed": with_first(b"Ed" + first[2:]),
        "another key id": with_first(first[:2] + bytes(8) + first[10:]),
        "a scalar that is not reduced": with_first(first[:42] + scalar.to_bytes(32, "little")),
        "a point of small order": with_first(first[:10] + identity + small),
        "base64 without its end": good.replace("=", "", 1),
        "base64 with a blank": good.replace(lines[1], f"{lines[1][:8]} {lines[1][8:]}"),
        "other comments": good.replace("untrusted comment: ", "comment: "),
        "nothing": "",
    }
    for name, text in cases.items():
        yield {
            "name": name,
            "root": str(ROOT.public()),
            "message": message,
            "text": text,
            "good": name == "good",
        }
    weak = base64.b64encode(b"Ed" + hashlib.sha256(identity).digest()[:8] + identity).decode()
    forged = with_first(b"ED" + hashlib.sha256(identity).digest()[:8] + identity + bytes(32))
    forged = forged.replace(lines[3], base64.b64encode(identity + bytes(32)).decode())
    yield {"name": "a key of small order", "root": weak, "message": message, "text": forged, "good": False}


def lists() -> Iterator[Json]:
    """Signed lists: whether they are taken on `DAY`, and the recipient of that day."""
    recipients = [str(X25519Identity(bytes([seed]) * 32).recipient()) for seed in (1, 2)]
    hybrid = str(HybridIdentity(bytes(32)).recipient())
    weeks = [MONDAY, MONDAY + timedelta(days=7)]
    periods = [Period(day, day + timedelta(days=14), key) for day, key in zip(weeks, recipients, strict=True)]
    data = keylist_bytes(KeyList(ROOT.public(), 1, DAY, "Ana", tuple(periods)))
    good = json.loads(data)
    changes: dict[str, tuple[Json, bool]] = {
        "good": ({}, True),
        "no period today": ({"periods": good["periods"][1:]}, True),
        "issued tomorrow": ({"issued": "2026-11-22"}, True),
        "issued later": ({"issued": "2026-11-23"}, False),
        "no day of the calendar": ({"issued": "2026-02-30"}, False),
        "another root": ({"root": str(OTHER.public())}, False),
        "another type": ({"type": "silbo batch"}, False),
        "a newer version": ({"version": 2}, False),
        "a key more": ({"more": 1}, False),
        "no periods": ({"periods": []}, False),
        "descending": ({"periods": good["periods"][::-1]}, False),
        "twice": (
            {"periods": [good["periods"][0], {**good["periods"][1], "recipient": recipients[0]}]},
            False,
        ),
        "no Monday": (
            {"periods": [{**good["periods"][0], "start": "2026-11-17", "until": "2026-12-01"}]},
            False,
        ),
        "too long": ({"periods": [{**good["periods"][0], "until": "2026-12-01"}]}, False),
        "no recipient": ({"periods": [{**good["periods"][0], "recipient": "age1"}]}, False),
        "two types": ({"periods": [good["periods"][0], {**good["periods"][1], "recipient": hybrid}]}, False),
        "a hybrid key": ({"periods": [{**good["periods"][0], "recipient": hybrid}]}, True),
        "a label of letters": ({"label": "Žofia O'Neill-2."}, True),
        "a label that ends in a space": ({"label": "Ana "}, False),
        "a label with a mark": ({"label": "बीना"}, False),
        "a label of 64": ({"label": "a" * 64}, True),
        "a label of 65": ({"label": "a" * 65}, False),
        "a label with a line": ({"label": "A\nB"}, False),
    }
    for name, (change, taken) in changes.items():
        text = canonical.encode({**good, **change}).decode()
        yield {"name": name, "keys": text, "signature": ROOT.sign(text.encode(), "list"), "taken": taken}
    spaced = data.decode().replace(",", ", ", 1)
    yield {"name": "a space", "keys": spaced, "signature": ROOT.sign(spaced.encode(), "list"), "taken": False}


def codenames() -> Iterator[Json]:
    """What somebody typed, in a language: what is derived from (and the root), or what is wrong with it."""
    good = "abeja zorro cigüeña día estrella buzón fútbol"
    typed = [
        (good, "es"),
        ("  ABEJA, zorro. cigueña-dia/ESTRELLA bu\u0301zon futbol ", "en"),
        ("abej zorr cigu dia estr buzo futb", "fr"),
        ("acorn zebra yellow window valley umbrella thunder", "es"),
        ("abeille écureuil mésange noix hêtre zèbre tilleul", "en"),
        ("abeja zorro cigüeña día estrella buzón", "es"),
        ("abeja zorro qqqq día estrella buzón wwww", "es"),
        ("", "es"),
        ("01234 56789 01234 56789 01238", "hi"),
        ("٠١٢٣٤-५६७८९ ０１２３４ 56789 01238", "hi"),
        ("01234 56789 01234 56789 01239", "hi"),
        ("01234 56789", "hi"),
    ]
    for text, language in typed:
        case: Json = {"typed": text, "language": language}
        try:
            digits = codename_digits.parse(text)
            if digits is None:
                words = codename.parse(text, language).words
                case["secret"] = " ".join(wordlist.fold(word) for word in words)
            else:
                case["secret"] = digits.digits
        except codename.WrongCount as error:
            case["count"] = error.count
        except codename_digits.WrongCount as error:
            case["count"] = error.count
        except codename_digits.WrongCheck:
            case["check"] = True
        except codename.UnknownWords as error:
            case["wrong"] = [text.split()[word.position - 1] for word in error.wrong]
        yield case


def mailboxes() -> Json:
    """What the Spanish codename opens at a desk, and a reply to it (of the protocol's vectors)."""
    secret = "abeja zorro ciguena dia estrella buzon futbol"
    root, desk_id = stretch(secret.encode()), bytes(range(16))
    box = root.mailbox(desk_id)
    upload = HKDFExpand(SHA256(), 16, b"silbo/v1 upload" + desk_id + b"2026-11-21\x03").derive(root.key)
    drop_id = hashlib.sha256(b"silbo/v1 drop" + upload).hexdigest()[:32]
    (reply,) = (FILE.parent / "protocol" / "outbox").glob("*.age")
    signer = json.loads((reply.parent / "outbox.json").read_text())["root"]
    opened = open_reply(reply.read_bytes(), box, [PublicKey.parse(signer)])
    return {
        "secret": secret,
        "root": root.key.hex(),
        "deskId": desk_id.hex(),
        "mailbox": box.id.hex(),
        "recipient": str(box.reply_identity.recipient()),
        "identity": box.reply_identity.to_string(),
        "upload": {"day": "2026-11-21", "k": 3, "id": upload.hex(), "drop": drop_id},
        "tag": root.withdrawal_tag(drop_id).hex(),
        "reply": base64.b64encode(reply.read_bytes()).decode(),
        "signer": signer,
        "opened": {
            "root": signer,
            "number": opened.number,
            "day": opened.day.isoformat(),
            "token": opened.token.hex(),
            "text": opened.text,
            "questions": [{"name": each.name, "text": each.text} for each in opened.questions],
        },
    }


def document() -> Json:
    slots = Slots([READER.recipient()])
    sizes = [1, 16384, 16385, 24577, 49152, 49153, 16_777_216, 20_000_000, 25_165_825]
    values: list[object] = [
        'ä\u2028\x7f\x1f"\\/\b\n',
        2**53 - 1,
        None,
        {"b": [], "a": {"": "x"}},
        [0, {"é": 1}],
    ]
    return {
        "day": DAY.isoformat(),
        "root": str(ROOT.public()),
        "fingerprint": " ".join(fingerprint(ROOT.public())),
        "padding": [[size, padded_size(size)] for size in sizes],
        "headers": [
            [name, size, tar.member_header(name, size).hex()]
            for name, size in (("slice", 0), ("a.b", 8**11 - 1))
        ],
        "canonical": [[value, canonical.encode({"v": value}).decode()] for value in values[:4]],
        "signatures": list(signatures()),
        "lists": list(lists()),
        "items": list(items(slots)),
        "manifests": list(manifests(slots)),
        "parts": list(parts(slots)),
        "codenames": list(codenames()),
        "mailbox": mailboxes(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), ensure_ascii=False, indent=1) + "\n", "utf-8")
