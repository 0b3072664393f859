"""Makes `batch-000004/`, `custody/` or `save.age` anew, and prints what docs/protocol.md quotes of them.

Run from the checkout: `python -m tests.vectors.make_batches batch-000004`. Keys and words are the document's;
only what is encrypted comes out different each time.
"""

import hashlib
import sys
from datetime import date
from pathlib import Path

from crypto.age import HybridIdentity
from crypto.batch import BatchDrop, batch_bytes, parse_batch
from crypto.custody import Custody, SignedBatch, custody_bytes, prove
from crypto.drop_list import list_bytes, make_batch, with_drops
from crypto.hand_over import HandOver, HandOverTaken, HeldDrop, Successor, hand_over_bytes, taken_bytes
from crypto.minisign import PublicKey, SigningKey
from crypto.save import Save, SavedPeriod, seal_save
from crypto.slots import Slots
from tests.vectors.make_protocol import DAY, FOLDER, READER, WORDS, drop_of, quoted, text_item

SMALL_DROP = "8" * 32


def batch_4() -> None:
    """A batch of version 2 by the successor: one drop, and two files that stand for others."""
    folder = FOLDER / "batch-000004"
    folder.mkdir(exist_ok=True)
    slots = Slots([READER.recipient()])
    small = drop_of(slots, "console", text_item(slots))
    files = {SMALL_DROP: small, "2" * 32: b"another drop", "e" * 32: b"one more"}
    listed = [BatchDrop(name, hashlib.sha256(data).digest(), len(data)) for name, data in files.items()]
    before = (FOLDER / "batch-000003" / "batch.json").read_bytes()
    drops = tuple(sorted(listed, key=lambda drop: drop.id))
    batch = make_batch(4, hashlib.sha256(before).digest(), DAY, drops)
    key = SigningKey(bytes.fromhex(quoted("successor_seed")))
    for name, data in files.items():
        (folder / f"{name}.tar").write_bytes(data)
    (folder / "drops.json").write_bytes(list_bytes(batch.drops))
    signed(folder / "batch.json", batch_bytes(batch), key, "batch 4")


def signed(path: Path, data: bytes, key: SigningKey, comment: str) -> None:
    path.write_bytes(data)
    path.with_name(f"{path.name}.minisig").write_text(key.sign(data, comment))


def custody() -> None:
    """Of a drop of batch 4 and of that of batch 1; a hand-over of both, and that it was taken."""
    folder = FOLDER / "custody"
    folder.mkdir(exist_ok=True)
    root, successor = (SigningKey(bytes.fromhex(quoted(f"{name}_seed"))) for name in ("root", "successor"))
    held = []
    for number, name in ((4, "custody.json"), (1, "custody-1.json")):
        beside = FOLDER / f"batch-00000{number}"
        data = (beside / "batch.json").read_bytes()
        batch = with_drops(parse_batch(data), (beside / "drops.json").read_bytes() if number == 4 else None)
        drop = batch.drops[1 if number == 4 else 0]
        held.append(HeldDrop(drop.id, drop.sha256))
        named = SignedBatch(number, hashlib.sha256(data).digest())
        proof = prove(batch, [drop.id])[drop.id]
        content = hashlib.sha256(WORDS).digest()
        told = Custody(root.public(), DAY, content, len(WORDS), "0001.age", drop, named, proof)
        signed(folder / name, custody_bytes(told), root, "custody")
        if number == 4:
            last = named
    server = PublicKey.parse(quoted("successor_public"))
    to = (Successor(successor.public(), "María"),)
    drops = tuple(sorted(held, key=lambda drop: drop.id))
    data = hand_over_bytes(HandOver(root.public(), DAY, to, server, last, drops))
    signed(folder / "hand-over.json", data, root, "hand-over")
    taken = HandOverTaken(successor.public(), DAY, hashlib.sha256(data).digest())
    signed(folder / "hand-over-taken.json", taken_bytes(taken), successor, "hand-over taken")


def save_() -> None:
    """For `second_identity` as the recovery key: the vectors' root, and the period of `hybrid_identity`."""
    period = SavedPeriod(date(2026, 11, 16), date(2026, 11, 30), quoted("hybrid_identity"))
    server = PublicKey.parse(quoted("successor_public"))
    digest = hashlib.sha256((FOLDER / "batch-000004" / "batch.json").read_bytes()).digest()
    seed = bytes.fromhex(quoted("root_seed"))
    kept = Save(DAY, seed, "Ana", 1, (period,), server, SignedBatch(4, digest))
    recovery = HybridIdentity.parse(quoted("second_identity"))
    (FOLDER / "save.age").write_bytes(seal_save(Slots([recovery.recipient()]), kept))


MAKERS = {"batch-000004": batch_4, "custody": custody, "save": save_}


def main() -> None:
    """What is named is made anew: new nonces, other bytes, another table in the page."""
    for name in sys.argv[1:]:
        MAKERS[name]()
        for path in sorted(FOLDER.glob(f"{name}*")):
            for file in [path] if path.is_file() else sorted(path.iterdir()):
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                print(file.relative_to(FOLDER).as_posix(), "=", digest)


if __name__ == "__main__":
    main()
