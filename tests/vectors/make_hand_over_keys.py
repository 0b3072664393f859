"""Makes the vector of a hand-over's keys anew and prints what docs/protocol.md quotes of it.

Run from the checkout: `python -m tests.vectors.make_hand_over_keys`. They open the drop of the first batch of
the vectors; only what is encrypted comes out different each time.
"""

import hashlib
import io

from crypto.age import HybridIdentity, Stanza, parse_identity
from crypto.age.header import parse_header, stanzas_digest
from crypto.drop import read_drop
from crypto.hand_over_keys import DropKeys, FileKey, HandOverKeys, keys_bytes, seal_keys
from tests.vectors.make_protocol import DROP, FOLDER, quoted

READER = HybridIdentity.parse(quoted("hybrid_identity"))


def main() -> None:
    tar = (FOLDER / "batch-000001" / f"{DROP}.tar").read_bytes()
    found = []
    for member in read_drop(io.BytesIO(tar)):
        stanzas: tuple[Stanza, ...] = parse_header(
            io.BytesIO(tar[member.offset : member.offset + member.size])
        ).stanzas
        for name in ("x25519_identity", "hybrid_identity", "second_identity"):
            key = parse_identity(quoted(name)).unwrap(stanzas)
            if key is not None:
                found.append(FileKey(stanzas_digest(stanzas), key))
                break
    statement, events = (
        hashlib.sha256((FOLDER / name).read_bytes()).digest()
        for name in ("custody/hand-over.json", "events.json")
    )
    opening = tuple(sorted(found, key=lambda each: each.header))
    keys = HandOverKeys(statement, events, (DropKeys(DROP, opening),))
    for name, data in {
        "hand-over-keys.age": seal_keys(keys, [READER.recipient()]),
        "hand-over-keys.json": keys_bytes(keys),
    }.items():
        (FOLDER / "custody" / name).write_bytes(data)
        print(f"custody/{name} =", hashlib.sha256(data).hexdigest())
    print(keys_bytes(keys).decode())


if __name__ == "__main__":
    main()
