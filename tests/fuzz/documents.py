"""Fuzzes the two readers of each document of docs/protocol.md: they agree, and only our errors come out.

    python -m tests.fuzz.documents KIND [--seconds N]            coverage-guided, with atheris
    python -m tests.fuzz.documents KIND --blind [--seconds N]    random edits of the seeds, Python alone

An input is a document before it is signed, or the plaintext of an age file: whoever has a key can make any.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import NamedTuple

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 15

with instrumented("crypto", "opener"):
    from crypto import announcement, canonical, manifest, outbox, read_marks, reply, source_parcel, tar
    from crypto.envelope import LayoutReader
    from crypto.errors import CryptoError
    from crypto.minisign import SigningKey
    from opener import announcement as their_announcement
    from opener import batches as their_batches
    from opener import envelope as their_envelope
    from opener import parcel as their_parcel
    from opener import replies as their_replies
    from opener import signed as their_signed
    from opener.errors import OpenError
    from tests.fuzz.edits import edit
    from tests.opener.test_batch_agreement import SEEDS, ours
    from tests.opener.test_reply_agreement import DOCUMENTS, tar_of

ROOT = SigningKey(bytes(range(32)))


class Kind(NamedTuple):
    """The readers return something that can be compared, or raise an error of their family."""

    seeds: Callable[[], list[bytes]]
    ours: Callable[[bytes], object]
    theirs: Callable[[bytes], object]


def unsigned(read: Callable[[bytes, bytes], object]) -> Callable[[bytes], object]:
    """A reader of the opener whose signature was right: that one of another key is refused, its tests say."""

    def theirs(data: bytes) -> object:
        check, their_signed.check_signature = their_signed.check_signature, lambda *_: ""
        try:
            return read(data, b"")
        finally:
            their_signed.check_signature = check

    return theirs


def json_of(data: bytes) -> object:
    """What a document holds that was taken."""
    return json.loads(data)


def _announcements() -> list[bytes]:
    document = {
        "type": "silbo announcement",
        "version": 1,
        "root": str(ROOT.public()),
        "desk_id": bytes(range(16)).hex(),
        "serial": 3,
        "made": "2026-11-21",
        "until": "2026-12-21",
        "counts": {"people": 15, "sites": 5},
        "texts": {"en": "{people} people of {sites} sites wrote.", "es": "Escribieron {people}."},
    }
    return [canonical.encode(document), canonical.encode({**document, "counts": {}, "texts": {"fr": "Oui."}})]


def _our_announcement(data: bytes) -> object:
    announcement.claimed_root(data)
    return json_of(data)


_PART = source_parcel.SourcePart("0123456789abcdef" * 2, 1, 1, 700, bytes(32))
_LABEL = source_parcel.Label(_PART.id, _PART.number)


def _source_parts() -> list[bytes]:
    document = source_parcel._part_bytes(_PART)
    plain = tar.member_header("part.json", len(document)) + document + tar.member_padding(len(document))
    return [(plain + tar.member_header("slice", 700) + bytes(700)).ljust(1 << 14, b"\0")]


def _our_source_part(plain: bytes) -> object:
    content = bytearray()
    reader = LayoutReader(source_parcel.read_part(_LABEL, lambda _: content.extend))
    reader.write(plain)
    part = reader.finish()
    return part.id, part.number, part.parts, part.size, part.sha256.hex(), bytes(content)


def _their_source_part(plain: bytes) -> object:
    fields, piece = their_parcel.parse_part([_LABEL.id, f"{_LABEL.number:04}"], plain)
    return *(fields[key] for key in ("id", "number", "parts", "size", "sha256")), piece


def _taken_by(parse: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """A reader of `crypto` without its signature."""

    def ours(data: bytes) -> object:
        parse(data)
        return json_of(data)

    return ours


def _their_reply(data: bytes, signature: bytes) -> object:
    return their_replies.parse_reply(tar_of(reply__json=data, reply__json__minisig=signature or b"x"))[1]


def _their_manifest(data: bytes) -> object:
    return their_envelope.parse_manifest(tar_of(manifest__json=data))[1]


def _seed(kind: str) -> Callable[[], list[bytes]]:
    return lambda: [DOCUMENTS[kind]]


def _their_save(data: bytes) -> object:
    return their_batches.parse_save(tar_of(save__json=data))


def _batch_kind(kind: str, theirs: Callable[[bytes], object]) -> Kind:
    return Kind(lambda: SEEDS[kind], _taken_by(lambda data: ours(kind, data)), theirs)


KINDS = {
    "batch": _batch_kind("batch", their_batches.parse_batch),
    "drops": _batch_kind("drops", their_batches.parse_drops),
    "custody": _batch_kind("custody", unsigned(their_batches.parse_custody)),
    "hand-over": _batch_kind("hand-over", unsigned(their_batches.parse_hand_over)),
    "hand-over-taken": _batch_kind("hand-over taken", unsigned(their_batches.parse_taken)),
    "save": _batch_kind("save", _their_save),
    "manifest": Kind(_seed("manifest"), _taken_by(manifest._parse_manifest), _their_manifest),
    "outbox": Kind(_seed("outbox"), _taken_by(outbox._parse), unsigned(their_replies.parse_outbox)),
    "read-marks": Kind(
        _seed("read marks"), _taken_by(read_marks._parse), unsigned(their_replies.parse_read_marks)
    ),
    "reply": Kind(_seed("reply"), _taken_by(reply._parse), unsigned(_their_reply)),
    "announcement": Kind(_announcements, _our_announcement, unsigned(their_announcement.read_announcement)),
    "source-part": Kind(_source_parts, _our_source_part, _their_source_part),
}


def agree(kind: Kind, data: bytes) -> str:
    """Raises whatever is none of our errors, and AssertionError where the readers differ; returns the end."""
    ends: list[object] = []
    for read in (kind.ours, kind.theirs):
        try:
            ends.append(read(data))
        except (CryptoError, OpenError) as error:
            ends.append(type(error).__name__)
    assert ends[0] == ends[1], ends
    return ends[0] if isinstance(ends[0], str) else "taken"


def fuzzer(name: str) -> Fuzzer:
    kind = KINDS[name]

    def one_input(data: bytes) -> None:
        agree(kind, data)

    return Fuzzer(name, LONGEST, kind.seeds, edit, one_input, "both readers came to the same end.")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
        sys.exit(f"Name one of: {', '.join(KINDS)}")
    fuzzer(sys.argv.pop(1)).main()
