"""Fuzzes the two readers of items, of every version: they come to the same end, and only our errors come out.

    python tests/fuzz/item.py [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python tests/fuzz/item.py --blind [--seconds N]    random edits of the seeds, with nothing but Python

An input is the plaintext of an item: everybody can encrypt to a reviewer. What atheris finds worth keeping
stays in build/fuzz-item; an input that breaks a rule is written beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import random
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "build" / "fuzz-item"
SECONDS = 60
LONGEST = 1 << 15

atheris: Any = importlib.import_module("atheris") if importlib.util.find_spec("atheris") else None

with atheris.instrument_imports(include=["crypto", "opener"]) if atheris else contextlib.nullcontext():
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


def run_blind(seconds: float, seed: int) -> None:
    """Random edits of random seeds until the time is over."""
    chance = random.Random(seed)
    inputs, count, end = sealed_tars()[0], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        data = chance.choice(inputs)
        for _ in range(chance.randrange(1, 4)):
            data = mutate(data, chance, 2048) or b"\0"
        try:
            one_input(data)
        except BaseException:
            CORPUS.mkdir(parents=True, exist_ok=True)
            (CORPUS.parent / "crash-item").write_bytes(data)
            raise
        count += 1
    print(f"{count} inputs, seed {seed}: both readers came to the same end.")


def run_guided(seconds: int) -> None:
    CORPUS.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(sealed_tars()[0]):
        (CORPUS / f"seed-{number:04}").write_bytes(data)
    flags = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={CORPUS.parent}/crash-item-",
    ]
    atheris.Setup([sys.argv[0], *flags, str(CORPUS)], one_input)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the readers of items.")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--blind", action="store_true", help="without atheris")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the blind edits")
    args = parser.parse_args()
    if args.blind:
        run_blind(args.seconds, args.seed)
    elif atheris is None:
        sys.exit("atheris is not installed: 'pip install atheris', or run with --blind.")
    else:
        run_guided(args.seconds)


if __name__ == "__main__":
    main()
