"""Makes the vectors of replies, outboxes, read marks and answers anew; prints what docs/protocol.md quotes.

Run from the checkout: `python -m tests.vectors.make_replies`. Keys and words are the document's; only what is
encrypted comes out different each time.
"""

import hashlib
from datetime import date

from crypto.codename import parse, root
from crypto.drop import drop_chunks
from crypto.manifest import Manifest, ManifestItem, seal_manifest
from crypto.minisign import SigningKey
from crypto.outbox import Outbox, listed, outbox_bytes
from crypto.read_marks import ReadMark, ReadMarks, read_marks_bytes
from crypto.reply import Question, Reply, seal_reply
from crypto.slots import Slots
from tests.vectors.make_protocol import DAY, DROP, FOLDER, READER, quoted, text_item

MAILBOX = root(parse(quoted("words"), "es")).mailbox(bytes.fromhex(quoted("desk_id")))
RECIPIENT = str(MAILBOX.reply_identity.recipient())
ROOT = SigningKey(bytes.fromhex(quoted("root_seed")))
SERVER = SigningKey(bytes.fromhex(quoted("server_seed")))
REPLY = Reply(
    root=ROOT.public(),
    mailbox=MAILBOX.id,
    number=1,
    day=DAY,
    language="es",
    text=quoted("reply_text").replace(r"\n", "\n"),
    token=bytes(range(16)),
    questions=(Question("danger", quoted("danger")), Question("source_of", quoted("source_of"))),
)


def answer() -> bytes:
    """A drop of one text that answers the reply and asks to forget the first drop."""
    slots = Slots([READER.recipient()])
    text = text_item(slots)
    manifest = Manifest(
        desk="news",
        language="es",
        channel="console",
        day=DAY,
        items=(ManifestItem("0001.age", hashlib.sha256(text).digest(), len(text)),),
        mailbox=MAILBOX.id,
        reply_recipient=RECIPIENT,
        desk_id=bytes.fromhex(quoted("desk_id")),
        in_reply_to=REPLY.number,
        withdraws=(DROP,),
    )
    files = {"manifest.age": seal_manifest(slots, manifest), "0001.age": text}
    return b"".join(drop_chunks((name, len(data), [data]) for name, data in files.items()))


def main() -> None:
    sealed = seal_reply(REPLY, RECIPIENT, ROOT)
    entry = listed(REPLY, sealed)
    outbox = outbox_bytes(Outbox(ROOT.public(), DAY, (entry,)))
    mark = ReadMark(entry.sha256, REPLY.token, date(2026, 11, 24))
    marks = read_marks_bytes(ReadMarks(SERVER.public(), (mark,)))
    files = {
        "answer.tar": answer(),
        f"outbox/{entry.name}": sealed,
        "outbox/outbox.json": outbox,
        "outbox/outbox.json.minisig": ROOT.sign(outbox, "silbo outbox").encode(),
        "read.json": marks,
        "read.json.minisig": SERVER.sign(marks, "silbo read marks").encode(),
    }
    for old in (FOLDER / "outbox").glob("*.age"):
        old.unlink()
    for name, data in files.items():
        (FOLDER / name).parent.mkdir(exist_ok=True)
        (FOLDER / name).write_bytes(data)
        print(name, "=", hashlib.sha256(data).hexdigest())
    print(outbox.decode(), marks.decode(), sep="\n")


if __name__ == "__main__":
    main()
