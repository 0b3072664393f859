"""Makes the vectors of events anew and prints what docs/protocol.md quotes of them.

Run from the checkout: `python -m tests.vectors.make_events`. Keys are the document's; only what is encrypted
comes out different each time.
"""

import hashlib

from crypto.age import HybridIdentity
from crypto.events import Event, Events, seal_events, sign_events
from crypto.minisign import SigningKey
from tests.vectors.make_protocol import DAY, DROP, FOLDER, quoted

ROOT = SigningKey(bytes.fromhex(quoted("root_seed")))
READER = HybridIdentity.parse(quoted("hybrid_identity"))


def event(number: int, kind: str, value: str, name: str = "", after: tuple[int, ...] = ()) -> Event:
    ids = tuple(bytes([of]) * 16 for of in after)
    drop = None if kind == "search" else DROP
    return Event(bytes([number]) * 16, ROOT.public(), DAY, drop, kind, name, value, ids)


def main() -> None:
    events = (
        event(1, "tag", "on", name="anexo"),
        event(2, "flag", "on"),
        event(3, "note", "¿Quién más firmó?\n"),
        event(4, "assign", "María"),
        event(5, "state", "checking"),
        event(6, "state", "publishable", after=(5,)),
        event(7, "due", "2026-12-20"),
        event(8, "search", "cámara dormi*", name="cámaras"),
    )
    signed = sign_events(Events(ROOT.public(), DAY, events), ROOT)
    files = {
        "events.age": seal_events(signed, [READER.recipient()]),
        "events.json": signed.data,
        "events.json.minisig": signed.signature.encode(),
    }
    for name, data in files.items():
        (FOLDER / name).write_bytes(data)
        print(name, "=", hashlib.sha256(data).hexdigest())
    print(signed.data.decode())


if __name__ == "__main__":
    main()
