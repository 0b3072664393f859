"""What drives a fuzzer of a reader: atheris where it is installed, or blind edits of the seeds for a time.

What atheris finds worth keeping stays in build/fuzz-NAME; an input that breaks a rule is written beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

BUILD = Path(__file__).parents[2] / "build"
SECONDS = 60
_MOST_MEMORY = 4096
"""In MB: one process takes all inputs, where a child takes one each."""

atheris: Any = importlib.import_module("atheris") if importlib.util.find_spec("atheris") else None


def instrumented(*rooms: str) -> contextlib.AbstractContextManager[object]:
    """Within it, imports of these rooms are watched for the branches that an input takes."""
    return atheris.instrument_imports(include=[*rooms]) if atheris else contextlib.nullcontext()


class Fuzzer(NamedTuple):
    """`edit` returns a changed copy of one of the seeds; `one_input` raises where an input breaks a rule."""

    name: str
    longest: int
    seeds: Callable[[], list[bytes]]
    edit: Callable[[list[bytes], random.Random], bytes]
    one_input: Callable[[bytes], None]
    rule: str

    def main(self) -> None:
        parser = argparse.ArgumentParser(description=f"Fuzz the reader of {self.name}.")
        parser.add_argument("--seconds", type=int, default=SECONDS)
        parser.add_argument("--blind", action="store_true", help="without atheris")
        parser.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="of the blind edits")
        args = parser.parse_args()
        (BUILD / f"fuzz-{self.name}").mkdir(parents=True, exist_ok=True)
        if args.blind:
            self.run_blind(args.seconds, args.seed)
        elif atheris is None:
            sys.exit("atheris is not installed: 'pip install atheris', or run with --blind.")
        else:
            self.run_guided(args.seconds)

    def run_blind(self, seconds: float, seed: int) -> None:
        """Random edits of random seeds until the time is over."""
        chance = random.Random(seed)
        inputs, count, end = self.seeds(), 0, time.monotonic() + seconds
        while time.monotonic() < end:
            data = self.edit(inputs, chance)
            try:
                self.one_input(data)
            except BaseException:
                (BUILD / f"crash-{self.name}").write_bytes(data)
                raise
            count += 1
        print(f"{count} inputs, seed {seed}: {self.rule}")

    def run_guided(self, seconds: int) -> None:
        corpus = BUILD / f"fuzz-{self.name}"
        for number, data in enumerate(self.seeds()):
            (corpus / f"seed-{number:04}").write_bytes(data)
        flags = [
            f"-max_total_time={seconds}",
            f"-max_len={self.longest}",
            f"-rss_limit_mb={_MOST_MEMORY}",
            f"-artifact_prefix={BUILD}/crash-{self.name}-",
        ]
        atheris.Setup([sys.argv[0], *flags, str(corpus)], self.one_input, custom_mutator=self.mutated)
        atheris.Fuzz()

    def mutated(self, data: bytes, longest: int, seed: int) -> bytes:
        """Every other input is edited as its kind knows how: bytes changed at random are hardly ever JSON."""
        chance = random.Random(seed)
        if data and chance.random() < 0.5:
            with contextlib.suppress(Exception):  # it may be nothing that can be edited
                return self.edit([data], chance)[:longest]
        return bytes(atheris.Mutate(data, longest))
