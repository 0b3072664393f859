"""Whoever has the server's key signs a number far ahead: a person decides, and undoes what was decided."""

import shutil
from pathlib import Path

import pytest

from crypto.batch import MAX_SEQUENCE
from crypto.drop_list import make_batch
from crypto.head import Head, Link, head_bytes, parse_head
from crypto.minisign import SigningKey
from tests.admin.stage import Outcome, Reviewer, Server, text_item

THIEF = SigningKey(bytes(range(32)))


@pytest.fixture
def scene(reviewer: Reviewer, server: Server) -> "Scene":
    return Scene(reviewer, server)


class Scene:
    """A reviewer who has two batches of a server, and a thief of its key with a stick."""

    def __init__(self, reviewer: Reviewer, server: Server) -> None:
        self.reviewer, self.server = reviewer, server
        reviewer.keygen("--weeks", "1", "--x25519")
        for text in ("one", "two"):
            server.write(self.drop(text))
        assert self.take(server.stick).status == 0
        self.thief = Server(server.stick.parent / "thief", server.day, server.key)

    def drop(self, text: str) -> bytes:
        return self.server.drop(self.reviewer.recipients(), text_item(text))

    def forge(self, number: int) -> Path:
        last = self.server.batches[1].digest()
        return self.thief.put(make_batch(number, last, self.server.day, (), THIEF.public()), {})

    def take(self, stick: Path, *words: str) -> Outcome:
        return self.reviewer.run("import", stick, *words, "--server", self.server.public)

    def head(self) -> Head:
        return parse_head((self.reviewer.home / "head.json").read_bytes())

    def hand_over(self) -> Path:
        """The honest third batch hands over, and the fourth is signed by the new key; a stick of its own."""
        old, self.pinned = self.server.stick, self.server.public
        self.server.stick = old.parent / "honest"
        self.server.write(self.drop("three"), successor=SigningKey.generate())
        self.server.write(self.drop("four"))
        return self.server.stick

    def take_honest(self, *words: str) -> Outcome:
        return self.reviewer.run("import", self.server.stick, *words)


def test_a_batch_numbered_999999999999999_does_not_keep_the_hand_over_out(scene: Scene) -> None:
    before = scene.head()
    scene.forge(MAX_SEQUENCE)
    done = scene.take(scene.thief.stick)
    assert done.status == 3
    assert "The number jumps: batch 999999999999999 came, and the newest before is 2." in done.err
    assert "--jump 999999999999999" in done.err
    assert scene.head() == before
    again = scene.take(scene.thief.stick)
    assert (again.status, again.err) == (0, ""), "it is told once"
    scene.hand_over()
    done = scene.take_honest()
    assert (done.status, done.err) == (0, "")
    assert "Batch 3 hands over to a new server key" in done.out
    assert scene.head().sequence == 4


def test_the_jump_on_the_same_stick_as_the_hand_over_waits_for_it(scene: Scene) -> None:
    forged = scene.forge(MAX_SEQUENCE)
    stick = scene.hand_over()
    shutil.copytree(forged, stick / forged.name)
    done = scene.take_honest()
    assert scene.head().sequence == 4
    assert "retired" in done.err or "handed over" in done.err, "after the hand-over it is a retired key's"


def test_a_person_takes_a_jump_and_undoes_it(scene: Scene) -> None:
    before = scene.head()
    scene.forge(MAX_SEQUENCE)
    done = scene.take(scene.thief.stick, "--jump", str(MAX_SEQUENCE))
    assert (done.status, done.err) == (0, "")
    assert "was taken into the memory, as you say" in done.out
    assert scene.head().sequence == MAX_SEQUENCE
    scene.hand_over()
    done = scene.take_honest()
    assert "fork" in done.err
    assert f"'--undo {MAX_SEQUENCE}'" in done.err, "the sentence that reports it says how"
    done = scene.take_honest("--undo", str(MAX_SEQUENCE))
    assert "was taken out of the memory: the newest is batch 2" in done.out
    assert done.status == 0, done.err
    assert scene.head().sequence == 4
    assert scene.head().keys[0] == before.keys[0]
    assert THIEF.public() not in {key.key for key in scene.head().keys}
    assert scene.reviewer.run("list").out.count("never opened") == 4


def test_a_home_of_before_that_holds_the_jump_is_mended(scene: Scene) -> None:
    """Silbo 0.1 took any number into its memory: the file is written here as it did."""
    head = scene.head()
    links = (
        *head.links,
        Link(MAX_SEQUENCE - 1, bytes(32), seen=False),
        Link(MAX_SEQUENCE, bytes(32), seen=True),
    )
    path = scene.reviewer.home / "head.json"
    old = head_bytes(head.replaced(links=links))
    for new in (b'"jumps":[],', b',"undone":[]'):
        old = old.replace(new, b"")
    path.write_bytes(old.replace(b'"version":2', b'"version":1'))
    scene.hand_over()
    assert f"'--undo {MAX_SEQUENCE}'" in scene.take_honest().err
    assert scene.take_honest("--undo", str(MAX_SEQUENCE)).status == 0
    assert scene.head().sequence == 4


def test_a_small_jump_that_blocks_a_hand_over_is_undone_and_does_not_come_back(scene: Scene) -> None:
    forged = scene.forge(500)
    assert "Missing before batch 500" in scene.take(scene.thief.stick).err
    stick = scene.hand_over()
    for _ in range(2):
        done = scene.take_honest()
        assert "'--undo 500'" in done.err, "as long as it is in the way of a hand-over"
    shutil.copytree(forged, stick / forged.name)
    done = scene.take_honest("--undo", "500")
    assert scene.head().sequence == 4
    assert "handed over" in done.err


def test_what_was_undone_is_told_once_and_stays_out_until_a_person_says_otherwise(scene: Scene) -> None:
    scene.forge(500)
    scene.take(scene.thief.stick)
    done = scene.take(scene.thief.stick, "--undo", "500")
    assert "Batch 500 was taken out of the memory by a person." in done.err
    assert scene.head().sequence == 2
    assert scene.take(scene.thief.stick).err == ""
    assert scene.head().sequence == 2
    assert scene.take(scene.thief.stick, "--jump", "500").status == 0
    assert scene.head().sequence == 500


@pytest.mark.parametrize("number", ["1", "2", "3", "0", "-1"])
def test_what_follows_the_chain_is_not_undone(scene: Scene, number: str) -> None:
    before = scene.head()
    done = scene.take(scene.server.stick, f"--undo={number}")
    assert done.status == 1
    assert "cannot be taken out" in done.err
    assert scene.head() == before


def test_undo_in_an_empty_home_and_jump_without_such_a_batch_say_so(scene: Scene, tmp_path: Path) -> None:
    done = scene.take(scene.server.stick, "--jump", "7")
    assert "There is no batch 7 here that jumps" in done.err
    other = Reviewer(tmp_path / "other", scene.reviewer.capture)
    done = other.run("import", scene.server.stick, "--undo", "7", "--server", scene.server.public)
    assert (done.status, done.out) == (1, "")
    assert "Nothing was imported into this home yet" in done.err


def test_what_a_jumping_batch_lists_is_taken_in(scene: Scene) -> None:
    scene.thief.batches = [scene.server.batches[1].replaced(sequence=5000)]
    scene.thief.write(scene.drop("late"))
    done = scene.take(scene.thief.stick)
    assert "1 new drop" in done.out
    assert scene.head().sequence == 2


def test_a_reviewer_who_joins_late_is_told_of_the_first_jump_and_lets_it_in(
    reviewer: Reviewer, server: Server
) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    server.batches = [make_batch(1999, bytes(32), server.day, ())]
    for text in ("a", "b", "c"):
        server.write(server.drop(reviewer.recipients(), text_item(text)))
    done = reviewer.run("import", server.stick, "--server", server.public)
    assert done.err.count("The number jumps") == 1
    assert "3 new drops" not in done.out
    assert done.out.count("1 new drop.") == 3
    done = reviewer.run("import", server.stick, "--jump", "2000")
    assert (done.status, done.err) == (0, "")
    assert "Never seen so far: batches 1 to 1999." in done.out
