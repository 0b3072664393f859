"""Somebody between the two: forged statements, others' answers, keys for something else, a hostile stick."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from admin.home import Home
from admin.keys.revoked import remember
from crypto.hand_over import HandOverTaken, hand_over_bytes, parse_hand_over, taken_bytes
from crypto.hand_over_keys import DropKeys, FileKey, HandOverKeys, seal_keys
from crypto.minisign import PublicKey, SigningKey
from crypto.revocation import make_revocation
from tests.admin.stage import Outcome, Reviewer, Server
from tests.admin.workspace.test_attack_sharing import root_of
from tests.admin.workspace.test_succession import TEXT, drop, stick, take
from tests.admin.workspace.test_work import ana, ben, do

__all__ = ["ana", "ben", "drop", "stick"]


def inner(stick: Path) -> Path:
    (folder,) = stick.glob("hand-over-*")
    return folder


def nothing_taken(ben: Reviewer, drop: str, stick: Path) -> None:
    assert not list(stick.rglob("taken-*"))
    assert not list(Home(ben.home).handed.glob("*.age"))
    assert TEXT not in ben.show(drop).out


def refused(ben: Reviewer, server: Server, stick: Path, drop: str, why: str) -> None:
    done = take(ben, server, stick, status=1)
    assert why in done.err, done
    nothing_taken(ben, drop, stick)


def test_a_statement_that_was_changed_or_signed_by_another_is_refused(
    ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    folder = inner(stick)
    data = (folder / "hand-over.json").read_bytes()
    stranger = SigningKey.generate()
    (folder / "hand-over.json.minisig").write_text(stranger.sign(data, "x"))
    refused(ben, server, stick, drop, "was not signed by whom it names")
    (folder / "hand-over.json").write_bytes(data[:-5])
    refused(ben, server, stick, drop, "malformed")
    (folder / "hand-over.json").unlink()
    refused(ben, server, stick, drop, "no hand-over in that folder")


def test_a_strangers_statement_needs_a_person_and_one_for_another_is_not_ours(
    ana: Reviewer, ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    folder = inner(stick)
    old = parse_hand_over(
        (folder / "hand-over.json").read_bytes(),
        (folder / "hand-over.json.minisig").read_text(),
        root_of(ana).public(),
    )
    stranger = SigningKey.generate()
    data = hand_over_bytes(replace(old, root=stranger.public()))
    (folder / "hand-over.json").write_bytes(data)
    (folder / "hand-over.json.minisig").write_text(stranger.sign(data, "x"))
    assert take(ben, server, stick, status=1)  # the key list beside it is known, and of another
    nothing_taken(ben, drop, stick)
    to = (replace(old.to[0], root=stranger.public()),)
    data = hand_over_bytes(replace(old, to=to))
    (folder / "hand-over.json").write_bytes(data)
    (folder / "hand-over.json.minisig").write_text(root_of(ana).sign(data, "x"))
    refused(ben, server, stick, drop, "not to you")


def _other_keys(ben: Reviewer, folder: Path, make: Callable[[bytes], HandOverKeys]) -> None:
    (path,) = folder.glob("keys-*.age")
    digest = hashlib.sha256((folder / "hand-over.json").read_bytes()).digest()
    path.write_bytes(seal_keys(make(digest), ben.recipients()))


def test_keys_for_another_drop_or_hand_over_or_of_nobody_are_not_kept(
    ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    folder, wrong = inner(stick), (FileKey(bytes(32), bytes(16)),)
    _other_keys(ben, folder, lambda _: HandOverKeys(bytes(32), bytes(32), (DropKeys(drop, wrong),)))
    refused(ben, server, stick, drop, "of another hand-over")
    _other_keys(ben, folder, lambda of: HandOverKeys(of, bytes(32), (DropKeys(drop, wrong),)))
    refused(ben, server, stick, drop, "No secret in this home opens that drop")
    _other_keys(ben, folder, lambda of: HandOverKeys(of, bytes(32), (DropKeys("0" * 32, wrong),)))
    refused(ben, server, stick, drop, "What opens it is not on the stick")
    (path,) = folder.glob("keys-*.age")
    path.write_bytes(b"age-encryption.org/v1\n")
    refused(ben, server, stick, drop, "What opens the cases is missing, damaged")


def test_a_drop_that_was_changed_or_taken_away_is_named_and_not_answered(
    ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    (tar,) = stick.rglob(f"{drop}.tar")
    whole = tar.read_bytes()
    tar.write_bytes(whole[:-1] + b"\1")
    refused(ben, server, stick, drop, "Its file is not on the stick, or is not what the server signed.")
    tar.unlink()
    refused(ben, server, stick, drop, "Its file is not on the stick")
    tar.write_bytes(whole)
    take(ben, server, stick)
    assert TEXT in ben.show(drop).out


def test_notes_that_were_taken_off_or_are_of_another_day_are_not_answered(
    ana: Reviewer, ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    tmp_path = stick.parent
    (events,) = inner(stick).glob("events-*.age")
    new = events.read_bytes()
    events.unlink()
    done = take(ben, server, stick, status=3)
    assert "no events in that folder" in done.err
    assert not list(stick.rglob("taken-*"))
    do(ana, "flag", drop)
    do(ana, "share", tmp_path / "other")
    (other,) = (tmp_path / "other").glob("events-*.age")
    events.write_bytes(other.read_bytes())
    assert "or others lie there" in take(ben, server, stick, status=3).err
    events.write_bytes(new)
    take(ben, server, stick)


@pytest.mark.parametrize("how", ["link", "pipe", "folder"])
def test_a_stick_with_links_and_pipes_stalls_nothing_and_leads_nowhere(
    ben: Reviewer, server: Server, drop: str, stick: Path, how: str
) -> None:
    tmp_path = stick.parent
    make: dict[str, Callable[[Path], object]] = {
        "link": lambda path: path.symlink_to(tmp_path / "elsewhere"),
        "pipe": os.mkfifo,
        "folder": os.mkdir,
    }
    (tmp_path / "elsewhere").write_bytes(b"mine")
    folder = inner(stick)
    for name in ("hand-over.json", f"batch-000001/{drop}.tar", next(folder.glob("keys-*.age")).name):
        before = (folder / name).read_bytes()
        (folder / name).unlink()
        make[how](folder / name)
        assert take(ben, server, stick, status=1).err
        nothing_taken(ben, drop, stick)
        if how == "folder":
            (folder / name).rmdir()
        else:
            (folder / name).unlink()
        (folder / name).write_bytes(before)
    answer = folder / f"taken-{root_of(ben).public().key.hex()[:8]}.json"
    if how == "link":
        answer.symlink_to(tmp_path / "elsewhere")
        take(ben, server, stick)
        assert not answer.is_symlink()
        assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def answer(folder: Path, by: SigningKey, root: PublicKey | None = None, of: bytes | None = None) -> None:
    digest = of or hashlib.sha256((folder / "hand-over.json").read_bytes()).digest()
    data = taken_bytes(HandOverTaken(root or by.public(), Server(folder).day, digest))
    (folder / "taken-00000000.json").write_bytes(data)
    (folder / "taken-00000000.json.minisig").write_text(by.sign(data, "x"))


def confirmed(ana: Reviewer, stick: Path) -> Outcome:
    return ana.run("hand-over", "--confirm", stick)


def test_an_answer_by_a_stranger_of_another_hand_over_or_revoked_lets_nobody_forget(
    ana: Reviewer, ben: Reviewer, stick: Path
) -> None:
    folder, stranger, own = inner(stick), SigningKey.generate(), root_of(ben)
    answer(folder, stranger)
    assert "by nobody" in confirmed(ana, stick).err
    answer(folder, stranger, root=own.public())
    assert "signature is wrong" in confirmed(ana, stick).err
    answer(folder, own, of=bytes(32))
    assert "another hand-over" in confirmed(ana, stick).err
    answer(folder, own)
    remember(Home(ana.home), [make_revocation(own, ana.today)])
    assert "revoked" in confirmed(ana, stick).err
    assert "nothing was forgotten" in ana.run("forget", "--yes").err
    assert "revoked" in do(ana, "hand-over", stick.parent / "x", "--to", "ben", status=1).err


def test_the_hand_over_of_another_confirms_nothing_and_a_revoked_one_hands_over_nothing(
    ana: Reviewer, ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    assert "not yours" in confirmed(ben, stick).err
    assert "your own hand-over" in take(ana, server, stick, status=1).err
    remember(Home(ben.home), [make_revocation(root_of(ana), ben.today)])
    refused(ben, server, stick, drop, "revoked")


def test_a_folder_that_is_cut_short_is_no_hand_over(
    ana: Reviewer, ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    inner(stick).rename(stick / ".partial-0123456789abcdef")
    refused(ben, server, stick, drop, "no hand-over in that folder")
    do(ana, "hand-over", stick, "--to", "ben")
    assert not list(stick.glob(".partial-*"))
    take(ben, server, stick)
    assert "nothing was written there" in do(ana, "hand-over", ana.home / "x", "--to", "ben", status=1).err
