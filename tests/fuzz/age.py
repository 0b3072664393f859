"""Fuzzes the age reader: only CryptoError may come out of any bytes, and what parses encodes the same.

    python -m tests.fuzz.age [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.age --blind [--seconds N]    random edits of the seeds, with nothing but Python

The first byte of an input chooses what reads the rest. Seeds are the CCTV vectors, taken from tests/npm.
"""

from __future__ import annotations

import contextlib
import io
import random
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.driver import Fuzzer, instrumented

ROOT = Path(__file__).parents[2]
PASSPHRASE = b"password"
FILE_KEY = b"YELLOW SUBMARINE"
LONGEST = 1 << 18

with instrumented("crypto"):
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


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(chance.choice(inputs))
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(data) + 1)
        other = chance.choice(inputs)
        cut = chance.randrange(len(other))
        piece = chance.choice(
            [b"", chance.randbytes(1), b"\n", b" ", other[cut : cut + 40], data[at : at + 70] * 2]
        )
        data[at : at + chance.choice([0, 0, 1, 2, 64])] = piece
    return bytes(data)


FUZZER = Fuzzer("age", LONGEST, seeds, edit, one_input, "only CryptoError came out.")

if __name__ == "__main__":
    FUZZER.main()
