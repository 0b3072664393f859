"""What a command costs before it does anything, as processor time of whole processes, in turn, medians.

    .venv/bin/python -m benchmarks.startup [--rounds N] [--before CHECKOUT] [--size MiB]

The measure is the checkout's own `python -c pass`. `--before` names a checkout of another commit with an
environment of its own (`./deploy.sh demo` makes one), which is measured beside this one on the same state.
Bars (issue 10): `silbo --help` at most 6 times the measure; `silbo doctor` and `silbo export` at most half of
commit 956e56d; `silbo-admin list` at most 5 times and `silbo-admin age encrypt` of 1 MiB at most 7 times the
measure; 256 MiB through it, from start to end, at least 1.3 times as fast as Debian's `age`, both ways.
Processor time is that of a process and of those it waited for: the decoders that `silbo doctor` starts in a
process namespace of their own are not in it.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from crypto import age
from tests.admin.stage import Server

ROOT = Path(__file__).parents[1]
Command = Sequence[str | Path]
MEMORY = Path("/dev/shm")
MEASURE = "python -c pass"
MIB = 1 << 20
SETTINGS = '[desk]\nid = "desk"\nname = "Desk"\n'


def cost(command: Command, *, wall: bool = False) -> float:
    """Seconds of processor of one run with its children, or of the clock."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 2):  # 2: `silbo doctor` found something on this machine
        sys.exit(f"{command[0]}: {done.stderr.decode()}")
    return took if wall else after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(commands: Mapping[str, Command], rounds: int, *, wall: bool = False) -> dict[str, float]:
    """By name; each is run once unmeasured, then all in turn."""
    for command in commands.values():
        cost(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(cost(command, wall=wall))
    return {name: statistics.median(each) for name, each in times.items()}


def prepare(folder: Path) -> None:
    """A server with a key, a home with one imported batch, a file of 1 MiB."""
    config = folder / "silbo.toml"
    config.write_text(f'state = "{folder / "state"}"\nruntime = "{folder / "runtime"}"\n{SETTINGS}')
    cost([ROOT / "bin" / "silbo", "init", "--config", config])
    server = Server(folder / "stick")
    recipients = [age.X25519Identity.generate().recipient()]
    server.write(server.drop(recipients, lambda to, day: age.encrypt(b"one", to)), day=date(2026, 11, 18))
    cost(_admin(ROOT, folder, "import", folder / "stick", "--server", server.public))
    (folder / "plain").write_bytes(os.urandom(MIB))


def _silbo(root: Path, folder: Path, *arguments: str | Path) -> Command:
    return [root / "bin" / "silbo", *arguments, "--config", folder / "silbo.toml"]


def _admin(root: Path, folder: Path, *arguments: str | Path) -> Command:
    return [root / "bin" / "silbo-admin", "--home", folder / "home", *arguments]


def commands(root: Path, folder: Path) -> dict[str, Command]:
    """What is measured of one checkout."""
    recipient = str(age.X25519Identity.generate().recipient())
    sealed = folder / "sealed"
    return {
        "silbo --help": [root / "bin" / "silbo", "--help"],
        "silbo doctor": _silbo(root, folder, "doctor"),
        "silbo export": _silbo(root, folder, "export", folder / "stick"),
        "silbo-admin list": _admin(root, folder, "list"),
        "silbo-admin age, 1 MiB": [
            *(root / "bin" / "silbo-admin", "age", "encrypt", "-r", recipient),
            *("-o", sealed, folder / "plain"),
        ],
    }


def starts(folder: Path, rounds: int, before: Path | None) -> None:
    ours = commands(ROOT, folder) | {MEASURE: [sys.executable, "-c", "pass"]}
    theirs = {} if before is None else {f"{name} (before)": c for name, c in commands(before, folder).items()}
    found = medians({**ours, **theirs}, rounds)
    measure = found[MEASURE]
    print(f"{'':26}{'ms':>8}{'x pass':>9}{'x before':>10}")
    for name in ours:
        other = found.get(f"{name} (before)")
        beside = "" if other is None else f"{found[name] / other:10.2f}"
        print(f"{name:26}{1000 * found[name]:8.1f}{found[name] / measure:9.1f}{beside}")


def bulk(folder: Path, size: int, rounds: int) -> None:
    """Whole processes by the clock, into memory."""
    peer = shutil.which("age", path=f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}")
    if peer is None:
        print("left out: Debian's age is not installed")
        return
    identity = age.X25519Identity.generate()
    key, plain, sealed = folder / "key", folder / "bulk", folder / "bulk.age"
    key.write_text(f"{identity.to_string()}\n")
    with plain.open("wb") as file:
        for _ in range(size):
            file.write(os.urandom(MIB))
    to = ["-r", str(identity.recipient()), "-o"]
    ours: Command = [ROOT / "bin" / "silbo-admin", "age"]
    seal: dict[str, Command] = {
        "silbo-admin": [*ours, "encrypt", *to, sealed, plain],
        "age": [peer, *to, folder / "peer.age", plain],
    }
    opened: dict[str, Command] = {
        "silbo-admin": [*ours, "decrypt", "-i", key, "-o", folder / "out", sealed],
        "age": [peer, "-d", "-i", key, "-o", folder / "peer.out", sealed],
    }
    for what, pair in (("encrypting", seal), ("decrypting", opened)):
        found = medians(pair, rounds, wall=True)
        ratio = found["age"] / found["silbo-admin"]
        print(f"{size} MiB {what}: {size / found['silbo-admin']:.0f} MiB/s, {ratio:.2f} times age")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--before", type=Path, metavar="CHECKOUT")
    parser.add_argument("--size", type=int, default=256, metavar="MiB")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        prepare(Path(place))
        starts(Path(place), options.rounds, options.before)
        bulk(Path(place), options.size, max(3, options.rounds // 3))


if __name__ == "__main__":
    main()
