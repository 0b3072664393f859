"""What the page seals, judged by others: at every border of its pieces, no chunk under another's nonce."""

import hashlib
import io
import json
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto import wordlist
from crypto.age import HybridIdentity, X25519Identity, decrypt
from crypto.age.header import derive_key, parse_header
from crypto.item import open_item
from crypto.padding import padded_size
from page import build

CHUNK, STEP, MIB = 1 << 16, 1 << 19, 1 << 20
DAY = date(2026, 11, 30)


def _around(*borders: int) -> list[int]:
    return [border + by for border in borders for by in (-1, 0, 1)]


SIZES = [0, 1, *_around(CHUNK, STEP, MIB), 3 * MIB + 7]
LONG_SIZES = [*SIZES, *_around(2 * CHUNK, 4 * CHUNK, STEP + CHUNK, 3 * STEP, 4 * STEP, 8 * MIB), 16 * MIB]
RESTLESS = [1_500_000]
LONG_RESTLESS = [*RESTLESS, 26_500_000]
# The last one's padding lies in buffers that held content before.
CONTENTS = [0, 1, *_around(16384 - 512 * 5), 2 * STEP - 512 * 5 + 1, 2 * MIB + 1]


def _made(folder: Path, recipients: list[str], sizes: list[int], restless: list[int]) -> dict[str, Any]:
    given = {
        "folder": str(folder),
        "recipients": recipients,
        "sizes": sizes,
        "contents": CONTENTS,
        "restless": restless,
        "day": DAY.isoformat(),
        "words": " ".join(wordlist.polite("en")),
    }
    command = [build.node(), str(Path(__file__).with_name("run.mjs")), "sealing.ts", str(build.HERE)]
    done = subprocess.run(command, input=json.dumps(given).encode(), capture_output=True, check=False)
    assert done.stderr == b"", done.stderr[:800].decode()
    return dict(json.loads(done.stdout))


def _payload_key(file: bytes, identity: X25519Identity | HybridIdentity) -> str:
    """Found again from the header, of eight stanzas of one type."""
    source = io.BytesIO(file)
    header = parse_header(source)
    assert len(header.stanzas) == 8
    assert len({stanza.type for stanza in header.stanzas}) == 1
    file_key = identity.unwrap(header.stanzas)
    assert file_key is not None
    return derive_key(file_key, source.read(16), b"payload").hex()


def _judged(
    folder: Path, made: dict[str, Any], identity: X25519Identity | HybridIdentity, stock: str
) -> None:
    """Opened by our Python and by `stock` age, where it knows the keys; numbers and lengths as written."""
    key = folder / "key.txt"
    key.write_text(identity.to_string())
    keys = Counter[str]()
    for each in made["found"]:
        name, size = each["name"], each["size"]
        file = (folder / f"{name}.age").read_bytes()
        plain = decrypt(file, [identity])
        assert (len(plain), len(file)) == (size, each["said"]), name
        nonces = [nonce.split() for nonce in each["nonces"]]
        chunks = max(1, -(-size // CHUNK))
        numbers = [(int(number), int(last)) for _, number, last in nonces]
        assert numbers == [(at, int(at == chunks - 1)) for at in range(chunks)], name
        keys.update({nonce[0] for nonce in nonces})
        assert {nonce[0] for nonce in nonces} == {_payload_key(file, identity)}, name
        content = plain
        if name.startswith("item"):
            out = io.BytesIO()
            open_item(io.BytesIO(file), out, [identity])
            content = out.getvalue()
            assert size == each["told"] == padded_size(size), name
        assert hashlib.sha256(content).hexdigest() == each["sha256"], name
        if isinstance(identity, X25519Identity):
            opening = [stock, "-d", "-i", str(key), str(folder / f"{name}.age")]
            assert subprocess.run(opening, capture_output=True, check=True).stdout == plain, name
    assert set(keys.values()) == {1}  # no two files have one key


def test_no_two_chunks_share_a_nonce_and_others_open_them_at_every_border(
    tmp_path: Path, age_program: str
) -> None:
    """Alone and with three other hands; the pieces come back late and out of order. The hash of a file that
    changes while it is read is that of what was sealed.
    """
    reader = X25519Identity.generate()
    made = _made(tmp_path, [str(reader.recipient())], SIZES, RESTLESS)
    assert len(made["found"]) == 2 * (len(SIZES) + len(CONTENTS)) + len(RESTLESS)
    _judged(tmp_path, made, reader, age_program)
    _uniform(made["codenames"])


@pytest.mark.long
def test_the_same_at_more_borders_for_two_reviewers_with_hybrid_keys(
    tmp_path: Path, age_program: str
) -> None:
    readers = [HybridIdentity.generate(), HybridIdentity.generate()]
    made = _made(tmp_path, [str(reader.recipient()) for reader in readers], LONG_SIZES, LONG_RESTLESS)
    for reader in readers:
        _judged(tmp_path, made, reader, age_program)


def _uniform(codenames: list[str]) -> None:
    """Seven words of 2048, none likelier than another: chi-squared with 127 degrees in blocks of 16 words."""
    words = [wordlist.fold(word) for word in wordlist.polite("en")]
    assert len(set(words)) == 2048
    drawn = [word for codename in codenames for word in codename.split()]
    assert len(drawn) == 7 * len(codenames)
    assert len(set(codenames)) == len(codenames)
    blocks = Counter(words.index(word) // 16 for word in drawn)
    expected = len(drawn) / 128
    assert sum((blocks[at] - expected) ** 2 / expected for at in range(128)) < 250  # once in 10 million runs
