"""Fuzzes the reader of parts that QR codes carry: only our errors come out, and what comes out goes in again.

    python -m tests.fuzz.codes [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.codes --blind [--seconds N]    random edits of the seeds, with nothing but Python

An input is a film's codes, each behind its length (2 bytes): anybody can hold any code before a camera.
"""

from __future__ import annotations

import hashlib
import random
import struct
import zlib

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 15

with instrumented("crypto"):
    from crypto.code_parts import DIGEST_SIZE, MAGIC, MAX_SIZE, MAX_TRANSFERS, Joining, cut
    from crypto.errors import FormatError
    from crypto.tar import END, member_header, member_padding

FILES = {"keys.json": b'{"label":"Ada"}' * 20, "keys.json.minisig": b"untrusted comment: x\n"}


def packed(parts: list[bytes]) -> bytes:
    return b"".join(struct.pack(">H", len(part)) + part for part in parts)


def seeds() -> list[bytes]:
    strange = [(f"{name}.json", bytes(size)) for name, size in (("a", 0), ("b", 511), ("c", 513))]
    tar = b"".join(
        member_header(name, len(data)) + data + member_padding(len(data)) for name, data in strange
    )
    return [packed(cut(FILES, 60)), packed(cut(FILES, 134)), packed([whole(tar + END)]), packed([b"RWQ"])]


def whole(bundle: bytes) -> bytes:
    """One part with its right hash around any bundle."""
    payload = zlib.compress(bundle)
    return MAGIC + hashlib.sha256(payload).digest()[:DIGEST_SIZE] + struct.pack(">HH", 1, 1) + payload


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    """Bytes of codes are changed; or of a bundle, before its hash is made."""
    data = bytearray(chance.choice(inputs))
    if chance.random() < 0.4:
        members = [
            member_header(
                chance.choice(["a.json", "b.json", "x/c.age", "../d.e", "F.g"]), chance.choice([0, 3, 600])
            )
            + bytes(chance.choice([0, 512, 1024]))
            for _ in range(chance.randrange(4))
        ]
        bundle = bytearray(b"".join(members) + END[: chance.choice([0, 512, 1024])])
        for _ in range(chance.randrange(3)):
            if bundle:
                bundle[chance.randrange(len(bundle))] = chance.randrange(256)
        return packed([whole(bytes(bundle))])
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(1, 40)]
            case _:
                data[place:place] = data[: chance.randrange(80)]
        if not data:
            break
    return bytes(data)


def one_input(data: bytes) -> None:
    joining, position = Joining(), 0
    while position + 2 <= len(data):
        size = int.from_bytes(data[position : position + 2], "big")
        joining.take(data[position + 2 : position + 2 + size])
        position += 2 + size
    transfers = joining.transfers()
    assert len(transfers) <= MAX_TRANSFERS
    for transfer in transfers:
        try:
            files = joining.files(transfer)
        except FormatError:
            continue
        assert not transfer.missing
        assert sum(map(len, files.values())) <= MAX_SIZE
        assert all(not name.startswith((".", "/")) and ".." not in name for name in files)
        again = Joining()
        for part in cut(files, 200):
            again.take(part)
        assert again.files(again.transfers()[0]) == files


FUZZER = Fuzzer(
    "codes",
    LONGEST,
    seeds,
    edit,
    one_input,
    "a part that is none raises FormatError, and the rest goes round",
)

if __name__ == "__main__":
    FUZZER.main()
