"""Speed and memory of the age format beside its peers, in one run, medians of interleaved rounds.

    .venv/bin/python -m benchmarks.crypto [--size MiB] [--rounds N]

Files of random bytes in memory (tmpfs), one X25519 recipient. `age` is a whole process, and so is the line
`silbo-admin age`; silbo, pyrage and the libsodium loop run in this one, from file to file. Bars (issue 3): at
least 1.5 times `age` with one thread and 2.5 times with two, both ways; at most 8 MiB above import;
500 bytes to eight hybrid slots within 1.5 ms. Issue 11: a batch of 10,000 drops opens within 1.1 times of
what it took before (956e56d), and a drop among a million is proven, and checked, within 1 ms and 1 KB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyrage
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt as sodium_open
from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as sodium_seal

from crypto import age
from crypto.batch import Batch, BatchDrop, batch_bytes
from crypto.drop_list import list_bytes, make_batch, with_drops
from crypto.head import Head
from crypto.item import seal_item
from crypto.merkle import Tree, check_path, leaf_hash
from crypto.minisign import SigningKey
from crypto.slots import Slots

ROOT = Path(__file__).parents[1]
MIB = 1 << 20
CHUNK = 64 << 10
SMALL = b"x" * 500
TEXT: dict[str, Any] = {
    "extension": "txt",
    "kind": "text",
    "media_type": "text/plain",
    "day": date(2026, 11, 21),
    "cleaning": "text",
}
MEMORY = """
import sys
from crypto import age

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

identity = age.X25519Identity.parse(sys.argv[1])
before = peak()
with open(sys.argv[3], "rb") as source, open("/dev/null", "wb") as target:
    if sys.argv[2] == "encrypt":
        age.encrypt_stream(source, target, [identity.recipient()])
    else:
        age.decrypt_stream(source, target, [identity])
print(peak() - before)
"""

Move = Callable[[Path, Path], None]


def silbo(identity: age.X25519Identity, threads: int) -> tuple[Move, Move]:
    def encrypt(plain: Path, out: Path) -> None:
        with plain.open("rb", 0) as source, out.open("wb", 0) as target:
            age.encrypt_stream(source, target, [identity.recipient()], threads=threads)

    def decrypt(file: Path, out: Path) -> None:
        with file.open("rb", 0) as source, out.open("wb", 0) as target:
            age.decrypt_stream(source, target, [identity], threads=threads)

    return encrypt, decrypt


def program(encrypt: list[str], decrypt: list[str]) -> tuple[Move, Move]:
    """A whole process that takes `-o OUT IN`."""

    def mover(command: list[str]) -> Move:
        return lambda source, out: void(subprocess.run([*command, "-o", str(out), str(source)], check=True))

    return mover(encrypt), mover(decrypt)


def rage(identity: age.X25519Identity) -> tuple[Move, Move]:
    key = pyrage.x25519.Identity.from_str(identity.to_string())

    def encrypt(plain: Path, out: Path) -> None:
        pyrage.encrypt_file(str(plain), str(out), [key.to_public()])

    def decrypt(file: Path, out: Path) -> None:
        pyrage.decrypt_file(str(file), str(out), [key])

    return encrypt, decrypt


def sodium() -> tuple[Move, Move]:
    """Chunks through PyNaCl, and nothing else of the format."""
    key, nonce = bytes(32), bytes(12)

    def loop(size: int, work: Callable[[bytes], bytes]) -> Move:
        def move(plain: Path, out: Path) -> None:
            with plain.open("rb", 0) as source, out.open("wb", 0) as target:
                while chunk := source.read(size):
                    target.write(work(chunk))

        return move

    return (
        loop(CHUNK, lambda chunk: sodium_seal(chunk, None, nonce, key)),
        loop(CHUNK + 16, lambda chunk: sodium_open(chunk, None, nonce, key)),
    )


def void(_: object) -> None:
    pass


def bulk(folder: Path, size: int, rounds: int, age_program: str) -> None:
    identity = age.X25519Identity.generate()
    key = folder / "key"
    key.write_text(identity.to_string() + "\n")
    ours = [sys.executable, "-m", "admin", "age"]
    recipient = ["-r", str(identity.recipient())]
    peers = {
        "silbo, 1 thread": silbo(identity, 1),
        "silbo, 2 threads": silbo(identity, 2),
        "silbo-admin age (process)": program(
            [*ours, "encrypt", *recipient], [*ours, "decrypt", "-i", str(key)]
        ),
        "age (process)": program([age_program, *recipient], [age_program, "-d", "-i", str(key)]),
        "pyrage": rage(identity),
        "libsodium loop": sodium(),
    }
    plain, out = folder / "plain", folder / "out"
    with plain.open("wb") as file:
        for _ in range(size):
            file.write(os.urandom(MIB))
    for target in (Path(os.devnull), out):
        times: dict[tuple[str, int], list[float]] = {}
        for _ in range(rounds):
            for name, moves in peers.items():
                moves[0](plain, folder / f"{name}.age")
                for way, (move, source) in enumerate(
                    zip(moves, (plain, folder / f"{name}.age"), strict=True)
                ):
                    started = time.perf_counter()
                    move(source, target)
                    times.setdefault((name, way), []).append(time.perf_counter() - started)
                (folder / f"{name}.age").unlink()
        print(f"\n{size} MiB, output {'thrown away' if target != out else 'to tmpfs'}: MB/s (times age)")
        for name in peers:
            rates = [size * MIB / 1e6 / statistics.median(times[name, way]) for way in (0, 1)]
            base = [size * MIB / 1e6 / statistics.median(times["age (process)", way]) for way in (0, 1)]
            shown = [f"{rate:5.0f} ({rate / than:.2f})" for rate, than in zip(rates, base, strict=True)]
            print(f"  {name:27} encrypt {shown[0]}   decrypt {shown[1]}")
    silbo(identity, 2)[0](plain, folder / "file.age")
    for verb, name in (("encrypt", "plain"), ("decrypt", "file.age")):
        command = [sys.executable, "-c", MEMORY, identity.to_string(), verb, str(folder / name)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        print(f"{verb} {size} MiB: peak {int(done.stdout) / 1024:.1f} MiB above import (bar 8)")


def small(rounds: int) -> None:
    hybrid = [age.HybridIdentity.generate() for _ in range(8)]
    x25519 = [age.X25519Identity.generate() for _ in range(8)]
    to_hybrid = [each.recipient() for each in hybrid]
    to_x25519 = [each.recipient() for each in x25519]
    slots = Slots(to_hybrid[:2])
    file = age.encrypt(SMALL, to_hybrid)
    theirs = [pyrage.x25519.Recipient.from_str(str(each)) for each in to_x25519]
    cases: dict[str, Callable[[], object]] = {
        "8 hybrid recipients": lambda: age.encrypt(SMALL, to_hybrid),
        "8 hybrid slots, 2 of them reviewers": lambda: age.encrypt(SMALL, slots.shuffled()),
        "a text item in 8 hybrid slots": lambda: seal_item(slots, SMALL, **TEXT),
        "1 hybrid recipient": lambda: age.encrypt(SMALL, to_hybrid[:1]),
        "8 X25519 recipients": lambda: age.encrypt(SMALL, to_x25519),
        "8 X25519 recipients, pyrage": lambda: pyrage.encrypt(SMALL, theirs),
        "opened by the last of 8 hybrid recipients": lambda: age.decrypt(file, hybrid[-1:]),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds * 30):
        for name, work in cases.items():
            started = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - started)
    print("\n500 B messages: ms (bar 1.5 for 8 hybrid slots)")
    for name, measured in times.items():
        print(f"  {statistics.median(measured) * 1e3:6.2f}  {name}")


def batches(rounds: int) -> None:
    key, day, count = SigningKey(bytes(range(32))), date(2026, 11, 21), 10_000
    ids = sorted(os.urandom(16).hex() for _ in range(count))
    drops = tuple(BatchDrop(of, os.urandom(32), 72_704) for of in ids)
    start = Head.start(key.public())
    listed = list_bytes(drops)
    times: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        started = time.perf_counter()
        work()
        times.setdefault(name, []).append(time.perf_counter() - started)

    def opened(data: bytes, signature: str) -> Head:
        return start.follow(with_drops(start.open(data, signature), listed))

    for _ in range(rounds):
        for version, made in enumerate(
            (Batch(1, None, day, drops), make_batch(1, None, day, drops)), start=1
        ):
            data = batch_bytes(made)
            signature = key.sign(data, "batch 1")
            timed(f"a batch of 10,000 drops opened, version {version}", lambda: opened(data, signature))  # noqa: B023 -- called at once
    million = Tree([leaf_hash(number.to_bytes(56)) for number in range(10**6)])
    for index in range(0, 10**6, 10**6 // (rounds * 100)):
        leaf = leaf_hash(index.to_bytes(56))
        timed("a proof among 10^6 drops given", lambda: million.path(index))  # noqa: B023 -- as above
        path = million.path(index)
        timed(
            "a proof among 10^6 drops checked",
            lambda: check_path(leaf, index, 10**6, path, million.root),  # noqa: B023 -- as above
        )
    print(f"\nBatches: ms (a path is {len(million.path(0))} bytes)")
    for name, measured in times.items():
        print(f"  {statistics.median(measured) * 1e3:9.3f}  {name} (at most {max(measured) * 1e3:.3f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=256, help="MiB")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    found = shutil.which("age", path=os.pathsep.join([os.environ["PATH"], str(ROOT / ".tools" / "bin")]))
    if found is None:
        sys.exit("Debian's age is not on PATH or in .tools/bin.")
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        bulk(Path(folder), args.size, args.rounds, found)
    small(args.rounds)
    batches(args.rounds)


if __name__ == "__main__":
    main()
