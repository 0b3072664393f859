"""Drops a second at 40 chats at once on a disk, and processor a drop, beside 956e56d in one run.

    .venv/bin/python -m benchmarks.drops [--before CHECKOUT] [--drops N] [--rounds N] [FOLDER]

A drop is one text of a source, sealed and stored, and its manifest: what the intake does between a message
and its acknowledgement, and between "send" and the receipt; no messenger is in it. Each round is a process of
each build, in turn, because a busy machine makes neighbours of minutes incomparable; what is told is the best
round of each. `--before` is a checkout of 956e56d with its `.venv`. FOLDER is on the disk to measure.
Bars (issue 20): at least 4 times as many drops a second (2 where the bars of `benchmarks.texts` are met), at
most half its processor a drop.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHATS = 40
ONE = """
import asyncio, json, secrets, sys, time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

folder, chats, drops = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
today = datetime.now(UTC).date()
TEXT = "Nos piden poner cámaras en la casa. " * 20

try:
    from bot.desks import Desk
    from bot.intake.receivers import Receiver, Receivers
    from bot.keys import Reviewers
    from bot.store.schema import FIRST_DESK
    from bot.store.store import Store
    from bot.tally import Tally
except ImportError:  # 956e56d
    from bot.reviewers import Reviewers
    from bot.store import Store
    Desk = None
from bot.intake import Intake
from crypto.age import HybridIdentity
from crypto.keylist import KeyList, Period, keylist_bytes
from crypto.minisign import SigningKey
from crypto.words import fingerprint


def publish(reviewers):
    for number in range(2):
        signer = SigningKey.generate()
        start = today - timedelta(days=today.weekday())
        period = Period(start, start + timedelta(days=14), str(HybridIdentity.generate().recipient()))
        data = keylist_bytes(KeyList(signer.public(), 1, today, f"reviewer {number}", (period,)))
        (folder / "keys.json").write_bytes(data)
        (folder / "keys.json.minisig").write_text(signer.sign(data, "key list"))
        reviewers.add(folder / "keys.json", today=today, words=" ".join(fingerprint(signer.public())))
    return reviewers


async def opened():
    store = await Store.open(f"sqlite+aiosqlite:///{folder / 'silbo.db'}")
    beside = lambda item: item[::-1]
    reviewers = publish(Reviewers(folder / "reviewers"))
    if Desk is None:
        intake = Intake(store, None, reviewers, "0" * 32, lambda: today, beside=beside)
        return store, intake.text, lambda drop: intake.submit(drop, "es", "telegram")
    desk = Desk(FIRST_DESK, "union", "Union", folder, 90)
    receivers = Receivers([Receiver(desk, reviewers)], lambda short, item: item)
    intake = Intake(store, None, receivers, beside=beside, tally=Tally())
    text, submit = partial(intake.text, day=today), partial(intake.closing.submit, day=today)
    return store, text, lambda drop: submit(drop, "es", "telegram")


async def main():
    store, text, submit = await opened()

    async def chat(count):
        for _ in range(count):
            drop = secrets.token_hex(16)
            await text(drop, secrets.token_hex(16), TEXT)
            await submit(drop)

    await chat(3)
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(chat(drops // chats) for _ in range(chats)))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    await store.close()
    print(json.dumps([took, cpu]))

asyncio.run(main())
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Drops a second, and milliseconds of processor a drop."""

    rate: float
    processor: float


def measure(checkout: Path, place: Path | None, drops: int) -> Cost:
    """One round of a build, in a process and a folder of its own."""
    with tempfile.TemporaryDirectory(dir=place) as folder:
        command = [
            str(checkout / ".venv" / "bin" / "python"),
            "-P",
            "-c",
            ONE,
            folder,
            str(CHATS),
            str(drops),
        ]
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        done = subprocess.run(command, env=environment, cwd=checkout, check=True, stdout=subprocess.PIPE)
    took, processor = json.loads(done.stdout)
    return Cost(drops / took, 1000 * processor / drops)


def best(costs: Sequence[Cost]) -> Cost:
    """The highest rate and the least processor of some rounds."""
    return Cost(max(cost.rate for cost in costs), min(cost.processor for cost in costs))


def main() -> int:
    """Measure and print; the exit status says whether both bars hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", type=Path)
    parser.add_argument("--drops", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("folder", type=Path, nargs="?")
    options = parser.parse_args()
    builds = {"silbo": ROOT} | ({"956e56d": options.before} if options.before else {})
    rounds: dict[str, list[Cost]] = {name: [] for name in builds}
    for _ in range(options.rounds):
        for name, checkout in builds.items():
            rounds[name].append(measure(checkout, options.folder, options.drops))
    print(f"{options.drops} drops of {CHATS} chats at once, best of {options.rounds} rounds")
    for name, costs in rounds.items():
        cost = best(costs)
        print(f"{name:10} {cost.rate:7.1f} drops/s   {cost.processor:6.2f} ms of processor a drop")
    if options.before is None:
        return 0
    ours, theirs = best(rounds["silbo"]), best(rounds["956e56d"])
    rate, processor = ours.rate / theirs.rate, ours.processor / theirs.processor
    print(f"drops a second {rate:.2f}x (at least 4x; 2x where the bars of benchmarks.texts are met)")
    print(f"processor a drop {processor:.2f}x (at most 0.5x)")
    return 0 if rate >= 4 and processor <= 0.5 else 1


if __name__ == "__main__":
    sys.exit(main())
