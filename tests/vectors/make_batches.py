"""Makes `batch-000004/` anew, by name, and prints what docs/protocol.md quotes of it.

Run from the checkout: `python -m tests.vectors.make_batches batch-000004`. Keys and words are the document's;
only what is encrypted comes out different each time.
"""

import hashlib
import sys
from pathlib import Path

from crypto.batch import BatchDrop, batch_bytes
from crypto.drop_list import list_bytes, make_batch
from crypto.minisign import SigningKey
from crypto.slots import Slots
from tests.vectors.make_protocol import DAY, FOLDER, READER, drop_of, quoted, text_item

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


MAKERS = {"batch-000004": batch_4}


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
