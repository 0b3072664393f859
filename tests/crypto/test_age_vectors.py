"""The published test vectors of age, https://c2sp.org/CCTV/age, each with its exact failure class."""

from __future__ import annotations

import io
from collections import Counter
from hashlib import sha256
from typing import Any

import pytest

from crypto import age
from crypto.age.header import parse_header
from crypto.errors import ArmorError, CryptoError, HeaderError, HmacError, NoMatch, PayloadError

# Counted in cctv-age 0.2.0, so that a vector that goes missing is noticed.
EXPECTED = {
    "success": 26,
    "no match": 13,
    "HMAC failure": 1,
    "header failure": 62,
    "armor failure": 22,
    "payload failure": 19,
}
CLASSES: dict[type[CryptoError], str] = {
    NoMatch: "no match",
    HmacError: "HMAC failure",
    HeaderError: "header failure",
    ArmorError: "armor failure",
    PayloadError: "payload failure",
}


def outcome(vector: Any, threads: int) -> tuple[str, str]:
    """Return the class of the result and the SHA-256 of what was released before it."""
    source, target = io.BytesIO(vector.file), io.BytesIO()
    try:
        age.decrypt_stream(
            age.dearmor(source) if vector.armored else source, target, vector.identities, threads=threads
        )
        result = "success"
    except CryptoError as error:
        result = CLASSES[type(error)]
    return result, sha256(target.getvalue()).hexdigest()


@pytest.mark.parametrize("threads", [1, 2])
def test_every_vector_gives_its_exact_class_and_payload(
    vectors: list[Any], threads: int, capsys: pytest.CaptureFixture[str]
) -> None:
    passed: Counter[str] = Counter()
    wrong = []
    for vector in vectors:
        result, released = outcome(vector, threads)
        if result == vector.expect and vector.payload_sha256 in (None, released):
            passed[vector.expect] += 1
        else:
            wrong.append((vector.name, vector.expect, result))
    with capsys.disabled():
        table = ", ".join(f"{kind} {passed[kind]}/{count}" for kind, count in EXPECTED.items())
        print(f"\nCCTV age vectors: {passed.total()}/{len(vectors)} passed ({table})")
    assert wrong == []
    assert passed == EXPECTED


def test_armor_is_recognised_without_being_told(vectors: list[Any]) -> None:
    armored = [vector for vector in vectors if vector.armored and vector.expect == "success"]
    for vector in armored:
        assert sha256(age.decrypt(vector.file, vector.identities)).hexdigest() == vector.payload_sha256
    assert len(armored) == 7


def test_every_header_that_parses_encodes_to_the_same_bytes(vectors: list[Any]) -> None:
    count = 0
    for vector in vectors:
        if vector.expect in ("header failure", "armor failure"):
            continue
        source = age.dearmor(io.BytesIO(vector.file)) if vector.armored else io.BytesIO(vector.file)
        binary = source.read()
        rest = io.BytesIO(binary)
        header = parse_header(rest)
        assert header.encode() == binary[: rest.tell()], vector.name
        count += 1
    assert count == 59


def test_armored_vectors_are_written_again_as_the_same_text(vectors: list[Any]) -> None:
    from crypto.age.armor import ArmorWriter

    for vector in vectors:
        if vector.armored and vector.expect == "success":
            text = io.BytesIO()
            writer = ArmorWriter(text)
            writer.write(age.dearmor(io.BytesIO(vector.file)).read())
            writer.finish()
            assert text.getvalue().split() == vector.file.split(), vector.name
