"""Fuzzes the age reader: only CryptoError may come out of any bytes, and what parses encodes the same.

    python tests/fuzz/age.py [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python tests/fuzz/age.py --blind [--seconds N]    random edits of the seeds, with nothing but Python

The first byte of an input chooses what reads the rest. Seeds are the CCTV vectors, taken from tests/npm; what
atheris finds worth keeping stays in build/fuzz-age. An input that breaks a rule is written beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import importlib.util
import io
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "build" / "fuzz-age"
PASSPHRASE = b"password"
FILE_KEY = b"YELLOW SUBMARINE"
SECONDS = 60
LONGEST = 1 << 18

atheris: Any = importlib.import_module("atheris") if importlib.util.find_spec("atheris") else None

with atheris.instrument_imports(include=["crypto"]) if atheris else contextlib.nullcontext():
    from crypto import age
    from crypto.age.armor import ArmorWriter
    from crypto.age.header import parse_header
    from crypto.age.source import Source
    from crypto.age.stream import NONCE_SIZE, ChunkCipher, open_payload
    from crypto.errors import CryptoError

IDENTITIES: list[age.Identity] = [age.ScryptIdentity(PASSPHRASE, max_log_n=4)]


def read_file(data: bytes) -> None:
    """A whole file, with every identity of the vectors; one thread and two must agree."""
    results = []
    for threads in (1, 2):
        target = io.BytesIO()
        try:
            age.decrypt_stream(io.BytesIO(data), target, IDENTITIES, threads=threads)
            results.append((target.getvalue(), ""))
        except CryptoError as error:
            results.append((target.getvalue(), repr(error)))
    assert results[0] == results[1]


def read_header(data: bytes) -> None:
    source = io.BytesIO(data)
    header = parse_header(source)
    assert header.encode() == data[: source.tell()]
    for identity in IDENTITIES:
        identity.unwrap(header.stanzas)


def read_armor(data: bytes) -> None:
    binary = age.dearmor(io.BytesIO(data)).read()
    text = io.BytesIO()
    writer = ArmorWriter(text)
    writer.write(binary)
    writer.finish()
    assert text.getvalue().split() == data.split()


def read_payload(data: bytes) -> None:
    cipher = ChunkCipher(FILE_KEY, data[:NONCE_SIZE].ljust(NONCE_SIZE))
    open_payload(cipher, Source(io.BytesIO(data[NONCE_SIZE:])), io.BytesIO(), threads=1)


def read_keys(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for parse in (age.parse_identities, age.parse_recipients):
        with contextlib.suppress(CryptoError):
            parse(text)
    recipient = age.parse_recipient(text)
    assert str(recipient) == text.lower()


READERS: list[Callable[[bytes], None]] = [read_file, read_header, read_armor, read_payload, read_keys]


def one_input(data: bytes) -> None:
    """Raises whatever is not a CryptoError."""
    with contextlib.suppress(CryptoError):
        READERS[data[0] % len(READERS) if data else 0](data[1:])


def seeds() -> list[bytes]:
    """Inputs made from the vectors; also collects the identities that open them."""
    inputs = []
    known: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        try:
            command = ["node", "vectors.mjs", folder]
            subprocess.run(command, cwd=ROOT / "tests" / "npm", check=True, capture_output=True, timeout=240)
        except (OSError, subprocess.CalledProcessError):
            sys.exit("The seeds come from npm: run 'npm ci --ignore-scripts' in tests/npm first.")
        for path in sorted(Path(folder).iterdir()):
            head, _, file = path.read_bytes().partition(b"\n\n")
            fields = [line.split(": ", 1) for line in head.decode().splitlines()]
            if ["compressed", "zlib"] in fields:
                file = zlib.decompress(file)
            keys = [value for name, value in fields if name == "identity"]
            for text in keys:
                if text not in known:
                    known.add(text)
                    identity = age.parse_identity(text)
                    IDENTITIES.append(identity)
                    inputs.append(b"\x04" + str(identity.recipient()).encode())
            inputs += [bytes([reader]) + file for reader in range(4) if len(file) < LONGEST]
            inputs += [b"\x04" + key.encode() for key in keys]
    return inputs


def run_blind(seconds: float, seed: int) -> None:
    """Random edits of random seeds until the time is over."""
    dice = random.Random(seed)
    inputs, count, end = seeds(), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        data = bytearray(dice.choice(inputs))
        for _ in range(dice.randrange(1, 5)):
            at = dice.randrange(len(data) + 1)
            other = dice.choice(inputs)
            cut = dice.randrange(len(other))
            piece = dice.choice(
                [b"", dice.randbytes(1), b"\n", b" ", other[cut : cut + 40], data[at : at + 70] * 2]
            )
            data[at : at + dice.choice([0, 0, 1, 2, 64])] = piece
        try:
            one_input(bytes(data))
        except BaseException:
            CORPUS.mkdir(parents=True, exist_ok=True)
            (CORPUS.parent / "crash-age").write_bytes(data)
            raise
        count += 1
    print(f"{count} inputs, seed {seed}: only CryptoError came out.")


def run_guided(seconds: int) -> None:
    CORPUS.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds()):
        (CORPUS / f"seed-{number:04}").write_bytes(data)
    flags = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={CORPUS.parent}/crash-age-",
    ]
    atheris.Setup([sys.argv[0], *flags, str(CORPUS)], one_input)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz the age reader.")
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
