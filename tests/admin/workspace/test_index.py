"""The sealed index: what came is found by its words, and what a rotation destroyed is found no more."""

import io
import shutil
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest

from admin.case.endings import Standing
from admin.home import Home
from admin.workspace.index import shelf
from admin.workspace.opened import Workspace
from admin.workspace.sealed import KEY_SIZE, Damaged, seal, unseal
from crypto.age import HybridIdentity, encrypt
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, file_item, original_item, text_item
from tests.admin.workspace.people import run

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CANARY = "xilofonoamarillo"
LATER = TODAY + timedelta(days=60)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> Reviewer:
    """A reviewer with two drops, of which one has a document."""
    reviewer.keygen()
    document = zipped(word__document_xml=b"<w:p xmlns:w='w'><w:t>poli</w:t><w:t>grafo</w:t></w:p>")
    server.write(
        server.drop(
            reviewer.recipients(),
            text_item(f"Una cámara en el dormitorio, {CANARY}."),
            file_item(document, DOCX, extension="docx"),
        ),
        server.drop(reviewer.recipients(), text_item("A break mode for water."), language="en"),
    )
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return reviewer


def search(reviewer: Reviewer, *words: str) -> str:
    done = reviewer.run("search", *words, passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    return done.out


def test_what_came_is_found_by_its_words(filled: Reviewer) -> None:
    found = search(filled, "camara")
    assert "Una cámara en el dormitorio" in found
    for words in ("CÁMARA", "dormi*", "cámara en", "poligrafo", f"{CANARY}."):
        assert "1 drop found." in search(filled, words), words
    assert "1 drop found." in search(filled, "camara", "--without", "agua")


def test_what_did_not_come_is_not_found(filled: Reviewer) -> None:
    for words in (
        ["en cámara"],
        ["mara"],
        ["poli"],
        ["break", "camara"],
        ["camara", "--without", "dormitorio"],
    ):
        assert "Nothing was found." in search(filled, *words), words


def test_words_not_to_find_need_not_stand_in_the_list_of_processes(
    filled: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attack: another user of the machine runs `ps` while drops without a colleague's name are sought."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("camara\ndormitorio\n"))
    assert "Nothing was found." in search(filled, "--without", "-")
    monkeypatch.setattr(sys, "stdin", io.StringIO("agua  otra\n"))
    assert "1 drop found." in search(filled, "camara", "--without", "-")
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert "1 drop found." in search(filled, "camara", "--without", "-")


def test_a_search_of_nothing_is_told(filled: Reviewer) -> None:
    done = filled.run("search", "...", passphrase=PASSPHRASE)
    assert (done.status, "no word to look for" in done.err) == (1, True)


def test_an_index_of_what_was_read_is_read_again_from_no_drop(filled: Reviewer) -> None:
    search(filled, "camara")
    for drop in (filled.home / "drops").iterdir():
        drop.write_bytes(b"no drop any more")
    assert "1 drop found." in search(filled, "camara")


def test_nothing_of_the_index_is_on_the_disk_in_clear(filled: Reviewer) -> None:
    search(filled, CANARY)
    filled.run("tag", CANARY, first_drop(filled), passphrase=PASSPHRASE)
    filled.run("note", first_drop(filled), CANARY, passphrase=PASSPHRASE)
    filled.run("search", CANARY, "--save", CANARY, passphrase=PASSPHRASE)
    read = [path for path in filled.home.rglob("*") if path.is_file()]
    assert len([path for path in read if "workspace" in path.parts]) > 3
    assert [path for path in read if CANARY.encode() in path.read_bytes().lower()] == []


def first_drop(reviewer: Reviewer) -> str:
    return next(iter(sorted((reviewer.home / "drops").iterdir()))).stem


def rotated(reviewer: Reviewer) -> None:
    reviewer.today = LATER
    done = reviewer.run("rotate", "--weeks", "3", "--destroy-unread", passphrase=PASSPHRASE)
    assert done.status == 0, done.err


def test_what_a_rotation_destroyed_is_found_no_more(filled: Reviewer, tmp_path: Path) -> None:
    """Promise 6: not by the index, and not by a copy of the whole home from after the rotation."""
    search(filled, CANARY)
    before = tmp_path / "index before"
    shutil.copytree(filled.home / "workspace" / "index", before)
    rotated(filled)
    assert "Nothing was found." in search(filled, CANARY)
    assert shelf.periods_on_disk(Home(filled.home)) == []
    # Flash memory may still hold the old file: put back, it opens with no key that is left.
    shutil.rmtree(filled.home / "workspace" / "index")
    shutil.copytree(before, filled.home / "workspace" / "index")
    assert "Nothing was found." in search(filled, CANARY)
    assert shelf.periods_on_disk(Home(filled.home)) == []


def test_what_is_kept_is_found_after_its_key_was_destroyed(filled: Reviewer) -> None:
    drop = next(iter(search(filled, CANARY).splitlines()[1].split()))
    assert "Nothing was kept." in filled.run("keep", drop, passphrase=PASSPHRASE).out
    assert "Kept: 1 drop." in filled.run("keep", drop, "--yes", passphrase=PASSPHRASE).out
    assert "Kept: 0 drops." in filled.run("keep", drop, "--yes", passphrase=PASSPHRASE).out
    rotated(filled)
    assert "1 drop found." in search(filled, CANARY)
    assert "Nothing was found." in search(filled, "break")


def test_a_segment_that_somebody_else_sealed_is_not_believed(filled: Reviewer) -> None:
    """Everybody can seal to a public key; SQLite must see no byte of theirs."""
    search(filled, CANARY)
    (folder,) = (filled.home / "workspace" / "index").iterdir()
    (segment,) = folder.iterdir()
    segment.write_bytes(encrypt(b"SQLite format 3\0 of a stranger", filled.recipients()))
    done = filled.run("search", CANARY, passphrase=PASSPHRASE)
    assert "not made by this home" in done.err
    assert "1 drop found." in done.out


def test_what_was_left_half_written_is_swept_and_believed_by_nobody(filled: Reviewer) -> None:
    search(filled, CANARY)
    (folder,) = (filled.home / "workspace" / "index").iterdir()
    left = folder / f".partial-{'0' * 16}"
    left.write_bytes(b"half")
    assert "1 drop found." in search(filled, CANARY)
    assert not left.exists()


def test_a_drop_for_somebody_else_is_told_once_and_the_rest_goes_on(filled: Reviewer, server: Server) -> None:
    stranger = HybridIdentity.generate().recipient()
    server.write(
        server.drop([stranger], text_item("not for you")),
        server.drop(filled.recipients(), text_item("for you")),
    )
    filled.run("import", server.stick)
    done = filled.run("search", "you", passphrase=PASSPHRASE)
    assert "is not in the index. No secret in this home opens" in done.err
    assert "1 drop found." in done.out
    assert filled.run("search", "you", passphrase=PASSPHRASE).err == ""


def test_a_sealed_original_is_no_trouble(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen()
    recipients, custodian = reviewer.recipients(), HybridIdentity.generate().recipient()
    server.write(server.drop(recipients, text_item("hola"), original_item(custodian, b"jpeg"), originals=[2]))
    reviewer.run("import", server.stick, "--server", server.public)
    done = reviewer.run("search", "hola", passphrase=PASSPHRASE)
    assert ("1 drop found." in done.out, done.err) == (True, "")


def test_to_be_in_the_index_is_not_to_be_opened(filled: Reviewer) -> None:
    """A receipt confirms what a person has seen."""
    search(filled, "camara")
    assert filled.run("list").out.count("never opened") == 2
    assert "2 unread" in filled.run("list", "--unread", passphrase=PASSPHRASE).out


def test_a_drop_that_was_opened_hangs_on_its_own_key_alone(filled: Reviewer, server: Server) -> None:
    """In a session, keys that opened other drops are unlocked, too: none of them counts for this one."""
    first = filled.today
    filled.today = server.day = first + timedelta(days=7)
    server.write(server.drop(filled.recipients(), text_item("a week later")))
    filled.run("import", server.stick)
    search(filled, "later")
    for drop in sorted((filled.home / "drops").iterdir()):
        filled.show(drop.stem)
    assert set(Home(filled.home).opened().values()) == {
        (date(2026, 11, 16),),
        (date(2026, 11, 23),),
    }
    assert len(shelf.periods_on_disk(Home(filled.home))) == 2


def test_many_segments_become_one_and_lose_no_word(filled: Reviewer, server: Server) -> None:
    for number in range(shelf.MOST_SEGMENTS + 1):
        server.write(server.drop(filled.recipients(), text_item(f"número{number} de la cámara roja")))
        filled.run("import", server.stick)
        search(filled, "camara")
    (folder,) = (filled.home / "workspace" / "index").iterdir()
    assert len(list(folder.iterdir())) < shelf.MOST_SEGMENTS
    for number in range(shelf.MOST_SEGMENTS + 1):
        assert "1 drop found." in search(filled, f"numero{number} de la camara")
    assert "1 drop found." in search(filled, CANARY)


def test_indexing_opens_no_way_to_a_network(filled: Reviewer) -> None:
    done = run(filled.home, ["search", "poligrafo"], watched=True)
    assert (done.status, done.err) == (0, "")
    assert "1 drop found." in done.out


@pytest.mark.parametrize("place", [0, 10, 200, 1700, -1])
def test_a_file_of_the_workspace_that_was_changed_anywhere_is_damaged(place: int) -> None:
    identity, key = HybridIdentity.generate(), bytes(KEY_SIZE)
    sealed = bytearray(seal(b"content", "index x", key, identity.recipient()))
    assert unseal(bytes(sealed), "index x", key, [identity]) == b"content"
    sealed[place] ^= 1
    with pytest.raises(Damaged):
        unseal(bytes(sealed), "index x", key, [identity])


def test_a_file_of_the_workspace_is_believed_in_its_own_place_alone() -> None:
    identity, key = HybridIdentity.generate(), bytes(KEY_SIZE)
    sealed = seal(b"content", "index period-2026-11-16", key, identity.recipient())
    for label, other in (("index period-2026-11-23", key), ("index period-2026-11-16", b"\1" * KEY_SIZE)):
        with pytest.raises(Damaged):
            unseal(sealed, label, other, [identity])


def test_what_a_search_left_out_is_counted_without_a_look_at_what_it_saw() -> None:
    """Ten thousand drops that are in the index cost each search more than the search itself."""
    workspace = object.__new__(Workspace)
    looked: list[str] = []

    class Seen:
        handed = False

        def __init__(self, drop: str, *keys: str) -> None:
            self.drop, self._keys = drop, keys

        @property
        def keys(self) -> tuple[str, ...]:
            looked.append(self.drop)
            return self._keys

    drops = [Seen("a", "key"), Seen("b", "key"), Seen("c"), Seen("d", "key")]
    workspace.standings = cast("dict[str, Standing]", {seen.drop: seen for seen in drops})
    workspace.entries = cast("shelf.Entries", {"a": None, "d": None})
    assert workspace.left_out() == 1
    assert looked == ["b", "c"]
