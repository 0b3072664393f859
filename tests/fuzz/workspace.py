"""Fuzzes what the workspace reads: its files, segments, events and bundles, and what a person looks for.

    python -m tests.fuzz.workspace [--seconds N]            guided by coverage (pip install atheris)
    python -m tests.fuzz.workspace --blind [--seconds N]    random edits of the seeds, with nothing but Python

The first byte of an input chooses what reads the rest. Only CryptoError and AdminError may come out.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import date

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 16
DAY = date(2026, 11, 21)
KEY = bytes(32)

with instrumented("admin.workspace", "crypto.events"):
    from admin.errors import AdminError
    from admin.workspace import sealed
    from admin.workspace.index.entry import Entry
    from admin.workspace.index.folding import fold, matching
    from admin.workspace.index.segment import Segment
    from admin.workspace.work.view import View
    from crypto import events, tar
    from crypto.envelope import LayoutReader
    from crypto.errors import CryptoError
    from crypto.minisign import SigningKey

ROOT = SigningKey(bytes(32))
ENTRY = Entry("ab" * 16, DAY, DAY, DAY, "union", "es", "page", ("text",), 1, 9, "", "", (), "ocho", (), 0)
SEGMENT = Segment.of(
    (ENTRY.replaced(drop=drop * 16), words)
    for drop, words in [("ab", "ocho páginas de la cámara हिंदी"), ("cd", "ocho"), ("ef", ""), ("01", "pagos")]
)


def read_file(data: bytes) -> None:
    """A plaintext that somebody else sealed to a public key: only what has the code is read on."""
    content = sealed._content(data, "index x", KEY)
    assert sealed._content(data, "index x", KEY) == content


def read_segment(data: bytes) -> None:
    """Behind a right code, which only this home can make: even then nothing worse than a sentence."""
    segment = Segment.load(data)
    for read in (lambda: segment.search(matching("ocho pag*"), 10), lambda: list(segment.whole())):
        with contextlib.suppress(AdminError):
            read()
    segment.close()


def read_events(data: bytes) -> None:
    """What is accepted is written again the same, and shows the same in any order."""
    bundle = events.parse_events(data)
    assert events.events_bytes(bundle) == data
    view, back = View(bundle.events), View(reversed(bundle.events))
    for drop in view.touched():
        assert view.of(drop) == back.of(drop)
    assert view.searches() == back.searches()


def read_bundle(data: bytes) -> None:
    reader = LayoutReader(events._layout())
    reader.write(data)
    signed = reader.finish()
    assert signed.bundle.root == ROOT.public()


def search(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert fold(fold(text)) == fold(text)
    SEGMENT.search(matching(text), 10)


READERS: list[Callable[[bytes], None]] = [read_file, read_segment, read_events, read_bundle, search]


def one_input(data: bytes) -> None:
    """Raises whatever is none of our errors."""
    with contextlib.suppress(CryptoError, AdminError):
        READERS[data[0] % len(READERS) if data else 0](data[1:])


def seeds() -> list[bytes]:
    of = [
        events.Event(bytes([number]) * 16, ROOT.public(), DAY, "ab" * 16, kind, name, value, after)
        for number, (kind, name, value, after) in enumerate(
            [
                ("tag", "anexo", "on", ()),
                ("state", "", "checking", ()),
                ("state", "", "closed", (b"\1" * 16,)),
                ("note", "", "¿Quién?", ()),
                ("due", "", "2026-12-01", ()),
            ]
        )
    ]
    signed = events.sign_events(events.Events(ROOT.public(), DAY, tuple(of)), ROOT)
    members = [(events.EVENTS_JSON, signed.data), (events.SIGNATURE, signed.signature.encode())]
    bundle = b"".join(
        tar.member_header(name, len(content)) + content + tar.member_padding(len(content))
        for name, content in members
    ).ljust(16384, b"\0")
    label = sealed.MAGIC + b"index x".ljust(sealed.LABEL_SIZE, b"\0")
    return [
        b"\0" + label + bytes(sealed.MAC_SIZE) + b"x\x9c",
        b"\1" + SEGMENT.content(),
        b"\2" + signed.data,
        b"\3" + bundle,
        *(
            b"\4" + text.encode()
            for text in ('cámara -"en la" pag*', '"', "हिन्दी क़लम", "a* NOT (b OR c)", "ﬁ İß")
        ),
    ]


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(chance.choice(inputs))
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(data) + 1)
        piece = chance.choice(
            [b"", chance.randbytes(1), b'"', b"\0", data[at : at + 40] * 2, b"*", "़".encode()]
        )
        data[at : at + chance.choice([0, 0, 1, 2, 64])] = piece
    return bytes(data[:LONGEST])


FUZZER = Fuzzer("workspace", LONGEST, seeds, edit, one_input, "only CryptoError and AdminError came out.")

if __name__ == "__main__":
    FUZZER.main()
