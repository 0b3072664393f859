"""Batches, custody, hand-overs and saves: the opener and `crypto` come to the same end.

A forger may have the server's or a reviewer's key, so what was changed is signed anew: the rest must hold.
"""

import hashlib
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crypto import age, batch, custody, drop_list, hand_over, save
from crypto.batch import BatchDrop
from crypto.custody import SignedBatch
from crypto.merkle import Tree
from crypto.minisign import SigningKey
from crypto.slots import Slots
from opener import batches as theirs
from opener.build import build
from opener.errors import SignatureError, WrongProof
from opener.signed import parse_key
from tests.opener.test_reply_agreement import read_whole, tar_of

VECTORS = Path(__file__).parents[1] / "vectors" / "protocol"
DAY = date(2026, 11, 21)
MONDAY = date(2026, 11, 16)
ROOT, SERVER, NEXT = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
DROPS = tuple(BatchDrop(f"{n:032x}", hashlib.sha256(bytes([n])).digest(), 70_000 + n) for n in range(5))
OLD = batch.Batch(1, None, DAY, DROPS)
NEW = drop_list.make_batch(2, OLD.digest(), DAY, DROPS, NEXT.public())


def statement(of: batch.Batch, place: int) -> custody.Custody:
    drop = DROPS[place]
    proof = custody.prove(of, [drop.id])[drop.id]
    where = SignedBatch(of.sequence, of.digest())
    return custody.Custody(ROOT.public(), DAY, bytes(32), 12, "0002.age", drop, where, proof)


HAND_OVER = hand_over.HandOver(
    ROOT.public(),
    DAY,
    tuple(
        hand_over.Successor(key, "Édgar O'Neil") for key in sorted((SERVER.public(), NEXT.public()), key=str)
    ),
    SERVER.public(),
    SignedBatch(2, NEW.digest()),
    tuple(hand_over.HeldDrop(drop.id, drop.sha256) for drop in DROPS),
)
PERIODS = tuple(
    save.SavedPeriod(start, start + timedelta(days=14), identity.to_string())
    for start, identity in (
        (MONDAY, age.X25519Identity(bytes(32))),
        (MONDAY + timedelta(days=7), age.HybridIdentity(bytes(32))),
    )
)
SAVE = save.Save(DAY, bytes(32), "Ana", 3, PERIODS, SERVER.public(), SignedBatch(2, NEW.digest()))
SEEDS = {
    "batch": [batch.batch_bytes(OLD), batch.batch_bytes(NEW)],
    "drops": [drop_list.list_bytes(DROPS), drop_list.list_bytes(())],
    "custody": [custody.custody_bytes(statement(of, n)) for of in (OLD, NEW) for n in (0, 4)],
    "hand-over": [hand_over.hand_over_bytes(HAND_OVER)],
    "hand-over taken": [hand_over.taken_bytes(hand_over.HandOverTaken(ROOT.public(), DAY, bytes(32)))],
    "save": [save._save_bytes(SAVE)],
}
OURS: dict[str, Any] = {
    "batch": batch.parse_batch,
    "drops": drop_list.parse_list,
    "custody": custody._parse,
    "hand-over": hand_over._parse,
    "hand-over taken": hand_over._parse_taken,
    "save": lambda data: read_whole(save.read_save(), tar_of(save__json=data)),
}
WRITERS: dict[str, Any] = {
    "batch": batch.batch_bytes,
    "drops": drop_list.list_bytes,
    "custody": custody.custody_bytes,
    "hand-over": hand_over.hand_over_bytes,
    "hand-over taken": hand_over.taken_bytes,
    "save": save._save_bytes,
}


def ours(kind: str, data: bytes) -> None:
    """What `crypto` takes, it understands whole: written again, it is the same."""
    assert WRITERS[kind](OURS[kind](data)) == data


def test_both_take_what_crypto_writes() -> None:
    """What they make of changed documents: tests/opener/test_documents_fuzz.py."""
    for kind, read in (
        ("custody", theirs.parse_custody),
        ("hand-over", theirs.parse_hand_over),
        ("hand-over taken", theirs.parse_taken),
    ):
        for data in SEEDS[kind]:
            ours(kind, data)
            assert read(data, ROOT.sign(data, "x").encode())["root"] == str(ROOT.public())
            with pytest.raises(SignatureError):
                read(data, NEXT.sign(data, "x").encode())


@pytest.mark.parametrize("of", [OLD, NEW], ids=["version 1", "version 2"])
def test_both_check_a_proof_alike(of: batch.Batch) -> None:
    data = batch.batch_bytes(of)
    signature = SERVER.sign(data, "batch")
    other = batch.batch_bytes(drop_list.make_batch(3, NEW.digest(), DAY, DROPS))
    key = parse_key(str(SERVER.public()))
    for place in range(5):
        told = statement(of, place)
        text = custody.custody_bytes(told)
        read = theirs.parse_custody(text, ROOT.sign(text, "x").encode())
        where = custody.check_custody(told, data, signature, SERVER.public())
        assert theirs.check_custody(read, data, signature.encode(), key) == (where.index, where.count)
        for wrong in (other, data.replace(b"2026-11-21", b"2026-11-22")):
            with pytest.raises(WrongProof, match="another batch"):
                theirs.check_custody(read, wrong, SERVER.sign(wrong, "x").encode(), key)
        for change in ({"id": "f" * 32}, {"sha256": "0" * 64}, {"size": 1}):
            with pytest.raises(WrongProof):
                theirs.check_custody(
                    {**read, "drop": {**read["drop"], **change}}, data, signature.encode(), key
                )
        if of is NEW:
            moved = {**read, "proof": {**read["proof"], "index": (place + 1) % 5}}
            with pytest.raises(WrongProof, match="does not lead"):
                theirs.check_custody(moved, data, signature.encode(), key)


def test_both_have_the_same_tree() -> None:
    for count in range(40):
        leaves = [hashlib.sha256(bytes([n])).digest() for n in range(count)]
        tree = Tree(leaves)
        assert theirs.merkle_root(leaves) == tree.root
        for index in range(count):
            path = tree.path(index)
            hashes = [path[at : at + 32] for at in range(0, len(path), 32)]
            assert theirs.climb(leaves[index], index, count, hashes) == tree.root
            assert theirs.climb(leaves[index], index, count, [*hashes, bytes(32)]) is None
            assert not hashes or theirs.climb(leaves[index], index, count, hashes[:-1]) != tree.root


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "silbo-open.py"
    path.write_bytes(build())
    return path


def run(built: Path, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(built), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


def test_the_file_proves_a_statement_beside_its_batch(built: Path, tmp_path: Path) -> None:
    data, text = batch.batch_bytes(NEW), custody.custody_bytes(statement(NEW, 3))
    (tmp_path / "custody-1.json").write_bytes(text)
    (tmp_path / "custody-1.json.minisig").write_text(ROOT.sign(text, "x"))
    done = run(built, tmp_path / "custody-1.json")
    assert done.returncode == 0
    assert "Proven" not in done.stdout, "there is no batch to hold it against"
    (tmp_path / "batch.json").write_bytes(data)
    (tmp_path / "batch.json.minisig").write_text(SERVER.sign(data, "x"))
    (tmp_path / "server.pub").write_text(f"untrusted comment: x\n{SERVER.public()}\n")
    done = run(built, tmp_path / "custody-1.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Proven: the drop is number 4 of 5 in the batch.json beside it" in done.stdout
    assert str(SERVER.public()) in done.stdout
    done = run(built, tmp_path / "batch.json")
    assert done.returncode == 1, "its list is not there"
    (tmp_path / "drops.json").write_bytes(drop_list.list_bytes(DROPS[:4]))
    assert "not the one that was signed" in run(built, tmp_path / "batch.json").stderr
    (tmp_path / "drops.json").write_bytes(drop_list.list_bytes(DROPS))
    done = run(built, tmp_path / "batch.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert DROPS[4].id in done.stdout


def test_the_file_names_a_save_and_shows_no_secret(built: Path, tmp_path: Path) -> None:
    recovery = age.X25519Identity(bytes(range(32)))
    (tmp_path / "key").write_text(recovery.to_string())
    (tmp_path / "save.age").write_bytes(save.seal_save(Slots([recovery.recipient()]), SAVE))
    done = run(built, tmp_path / "save.age", "-i", tmp_path / "key", "-o", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert "a save with 2 periods" in done.stdout
    assert "AGE-SECRET" not in done.stdout
    assert SAVE.root_seed.hex() not in done.stdout
    assert not list((tmp_path / "out").iterdir())


def test_the_file_names_and_checks_the_vectors(built: Path) -> None:
    for name in ("custody.json", "hand-over.json", "hand-over-taken.json"):
        done = run(built, VECTORS / "custody" / name)
        assert (done.returncode, done.stderr) == (0, ""), name
