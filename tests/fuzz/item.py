"""Fuzzes the two readers of items, of every version: they come to the same end, and only our errors come out.

    python -m tests.fuzz.item [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.item --blind [--seconds N]    random edits of the seeds, with nothing but Python

An input is the plaintext of an item: everybody can encrypt to a reviewer.
"""

from __future__ import annotations

import random

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 15

with instrumented("crypto", "opener"):
    from crypto.envelope import LayoutReader
    from crypto.errors import CryptoError
    from crypto.item import read_item
    from opener import envelope
    from opener.errors import OpenError
    from tests.opener.test_opener_fuzz import mutate, sealed_tars


def ours(plain: bytes) -> object:
    reader = LayoutReader(read_item(None))
    reader.write(plain)
    item = reader.finish()
    arrived = item.arrived_sha256 and item.arrived_sha256.hex()
    told = item.kind, item.media_type, item.day.isoformat(), item.cleaning, [*item.removed], [*item.notes]
    return *told, item.sha256.hex(), arrived, item.extension, item.size


def theirs(plain: bytes) -> object:
    extension, content, _, fields = envelope.parse_item(plain)
    keys = ("kind", "media_type", "day", "cleaning", "removed", "notes", "sha256")
    return *(fields[key] for key in keys), fields.get("arrived_sha256"), extension, len(content)


def one_input(plain: bytes) -> None:
    """Raises whatever is none of our errors, and AssertionError where the readers differ."""
    ends: list[object] = []
    for read in (ours, theirs):
        try:
            ends.append(read(plain))
        except (CryptoError, OpenError) as error:
            ends.append(type(error).__name__)
    assert ends[0] == ends[1], ends


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    data = chance.choice(inputs)
    for _ in range(chance.randrange(1, 4)):
        data = mutate(data, chance, 2048) or b"\0"
    return data


FUZZER = Fuzzer(
    "item", LONGEST, lambda: sealed_tars()[0], edit, one_input, "both readers came to the same end."
)

if __name__ == "__main__":
    FUZZER.main()
