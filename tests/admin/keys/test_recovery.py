"""A laptop is lost: three of five cards and a file bring the keys back, and nothing that was destroyed."""

import io
import os
import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from admin.case import handed
from admin.commands import recovery as command
from admin.files import write_public
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.keys.root import unlock_root
from crypto.age import HybridIdentity
from crypto.hand_over_keys import DropKeys, FileKey, HandOverKeys
from crypto.head import parse_head
from crypto.keylist import KeyList, check_succeeds, parse_keylist
from crypto.save import open_save
from crypto.shares import CARD_WORDS, Card, join, parse_card, split
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, Typist, text_item
from tests.admin.workspace.test_work import know

OTHER = "another six plain words by now"
WEEK = timedelta(weeks=1)


def cards_in(text: str) -> list[Card]:
    """The cards that were printed, one a page."""
    pages = [re.findall(r"\b\d+ ([a-z]+)", page.partition("\n\n")[2]) for page in text.split("\f")]
    return [parse_card(" ".join(words)) for words in pages]


def typed(cards: Sequence[Card | str]) -> str:
    return "".join((card if isinstance(card, str) else " ".join(card.words)) + "\n" for card in cards)


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Reviewer:
    """The new laptop."""
    return Reviewer(tmp_path / "new" / "home", capsys)


class Loss:
    """A reviewer with a drop, five cards, a save, and a new laptop."""

    def __init__(
        self, reviewer: Reviewer, server: Server, other: Reviewer, folder: Path, patch: pytest.MonkeyPatch
    ) -> None:
        self.reviewer, self.server, self.other, self.patch = reviewer, server, other, patch
        self.file = folder / "save.age"
        reviewer.keygen("--weeks", "3")
        server.write(server.drop(reviewer.recipients(), text_item("Nos filman en casa.")))
        assert reviewer.run("import", server.stick, "--server", server.public).status == 0
        done = reviewer.run("recovery", "split", "--need", "3", "--of", "5", passphrase=PASSPHRASE)
        assert done.status == 0, done.err
        self.cards = cards_in(done.out)
        done = reviewer.run("recovery", "save", self.file, passphrase=PASSPHRASE)
        assert done.status == 0, done.err

    def join(self, cards: Sequence[Card | str], *options: str, file: Path | None = None) -> Outcome:
        self.patch.setattr(sys, "stdin", io.StringIO(typed(cards)))
        return self.other.run("recovery", "join", file or self.file, *options, passphrase=OTHER)


@pytest.fixture
def loss(
    reviewer: Reviewer, server: Server, other: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Loss:
    return Loss(reviewer, server, other, tmp_path, monkeypatch)


def test_three_of_five_cards_open_on_a_new_laptop_what_comes_and_what_is_exported_again(loss: Loss) -> None:
    before = newest(loss.reviewer)
    done = loss.join(loss.cards[2:])
    assert done.status == 0, done.err
    assert "Key list number 3" in done.out
    assert loss.other.run("fingerprint", "--words").out == loss.reviewer.run("fingerprint", "--words").out
    after = newest(loss.other)
    check_succeeds(before, after)
    assert after.periods[: len(before.periods)] == before.periods, "what servers seal to now, it opens"
    loss.server.write(loss.server.drop(loss.reviewer.recipients(), text_item("Y de noche.")))
    assert loss.other.run("import", loss.server.stick).status in (0, 3)
    for batch in loss.server.batches:
        shown = loss.other.run("show", batch.drops[0].id, passphrase=OTHER)
        assert shown.status == 0, shown.err
    assert "Y de noche." in shown.out
    assert loss.other.run("show", loss.server.last_id, passphrase=PASSPHRASE).status == 1


def newest(reviewer: Reviewer) -> KeyList:
    folder = max((reviewer.home / "keys").glob("list-*"))
    return parse_keylist(
        (folder / "keys.json").read_bytes(), (folder / "keys.json.minisig").read_text(), None
    )


def test_the_chain_goes_on_where_it_was(loss: Loss) -> None:
    assert loss.join(loss.cards[:3]).status == 0
    head = parse_head((loss.other.home / "head.json").read_bytes())
    assert (head.sequence, str(head.keys[0].key)) == (1, loss.server.public)


@pytest.mark.parametrize("few", [0, 1, 2])
def test_two_of_three_cards_bring_nothing_back(loss: Loss, few: int) -> None:
    done = loss.join(loss.cards[:few])
    assert done.status == 1
    assert not (loss.other.home / "keys").exists() or not list((loss.other.home / "keys").iterdir())


def test_the_same_card_three_times_is_one_card(loss: Loss) -> None:
    done = loss.join([loss.cards[0]] * 3)
    assert done.status == 1
    assert "not enough" in done.err


def test_cards_of_another_set_are_named_and_give_no_other_key(loss: Loss) -> None:
    others = list(split(bytes(32), 3, 5))
    done = loss.join([others[0], *loss.cards[:2], others[1], others[2]])
    assert done.status == 1
    assert "Card 2 is of another set" in done.err
    assert "of another file" in done.err
    done = loss.join([others[0], *loss.cards[:3]])
    assert done.status == 0, "the true ones are enough"


def test_a_wrong_word_is_named_by_card_and_place_and_never_quoted(loss: Loss) -> None:
    words = list(loss.cards[1].words)
    words[8] = "canaryy"
    done = loss.join([loss.cards[0], " ".join(words)])
    assert done.status == 1
    assert "Card 2: word 9 is in no list" in done.err
    assert "canaryy" not in done.out + done.err


def test_a_check_writes_nothing(loss: Loss) -> None:
    done = loss.join(loss.cards[1:4], "--check")
    assert done.status == 0, done.err
    assert "the root and 3 period keys" in done.out
    assert not loss.other.home.exists()


def test_a_home_that_is_there_is_not_overwritten(loss: Loss) -> None:
    loss.other.keygen("--weeks", "1", "--x25519")
    words = loss.other.run("fingerprint", "--words").out
    assert loss.join(loss.cards[:3]).status == 1
    assert loss.other.run("fingerprint", "--words").out == words


@pytest.mark.parametrize("damage", ["cut", "changed", "other", "huge", "missing", "pipe"])
def test_a_file_that_is_no_save_is_one_sentence(loss: Loss, tmp_path: Path, damage: str) -> None:
    data = loss.file.read_bytes()
    file = tmp_path / "bad.age"
    match damage:
        case "cut":
            file.write_bytes(data[:-100])
        case "changed":
            file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        case "huge":
            file.write_bytes(data + bytes(1 << 20))
        case "missing":
            pass
        case "pipe":
            os.mkfifo(file)
        case _:
            file.write_bytes(b"a text")
    done = loss.join(loss.cards[:3], file=file)
    assert done.status == 1
    assert len(done.err.strip().splitlines()) <= 4
    assert "Traceback" not in done.err


def test_no_key_of_a_period_that_is_over_is_in_a_save(loss: Loss, tmp_path: Path) -> None:
    """Promise 6: what `rotate` destroys must not lie on in the file."""
    secret = HybridIdentity(join(loss.cards[:3]))
    loss.reviewer.today = TODAY + 3 * WEEK
    file = tmp_path / "later.age"
    assert loss.reviewer.run("recovery", "save", file, passphrase=PASSPHRASE).status == 0
    later = open_save(file.read_bytes(), [secret], loss.reviewer.today)
    assert [period.start for period in later.periods] == [newest(loss.reviewer).periods[-1].start]


def test_a_case_that_was_handed_over_comes_back_with_the_cards(loss: Loss, tmp_path: Path) -> None:
    """A colleague left it here; no period of this home opens it, and it would be lost with the laptop."""
    colleague = Reviewer(tmp_path / "ana", loss.reviewer.capture)
    colleague.keygen("--weeks", "3")
    loss.server.write(loss.server.drop(colleague.recipients(), text_item("Ocho paginas.")))
    for each in (colleague, loss.reviewer):
        assert each.run("import", loss.server.stick, "--server", loss.server.public).status == 0
    drop, stick = loss.server.last_id, tmp_path / "hand"
    know(colleague, loss.reviewer, tmp_path / "to ana")
    know(loss.reviewer, colleague, tmp_path / "to ben")
    hand = ("hand-over", stick, "--to", tmp_path / "to ana" / "keys.json", "--drops", drop)
    take = ("take-over", stick, "--server", loss.server.public)
    for of, words in ((colleague, hand), (loss.reviewer, take)):
        done = of.run(*words, passphrase=PASSPHRASE)
        assert done.status == 0, (words, done)
    done = loss.reviewer.run("recovery", "save", loss.file, passphrase=PASSPHRASE)
    assert "What opens 1 case that was handed over to you lies beside it" in done.out.replace("\n", " "), done
    beside = loss.file.with_name("save.age.handed")
    whole = beside.read_bytes()
    assert "With it is what opens 1 case" in loss.join(loss.cards[:3], "--check").out
    for bent in (whole[:-1], b"age-encryption.org/v1\n", b""):
        beside.write_bytes(bent)
        checked = loss.join(loss.cards[:3], "--check")
        assert (checked.status, "of another save" in checked.err.replace("\n", " ")) == (0, True), checked
    beside.write_bytes(whole)
    done = loss.join(loss.cards[:3])
    assert done.status == 0, done.err
    loss.other.run("import", loss.server.stick)
    shown = loss.other.run("show", drop, passphrase=OTHER)
    assert "Ocho paginas." in shown.out, shown
    again = loss.reviewer.run("recovery", "save", tmp_path / "new.age", passphrase=PASSPHRASE)
    assert again.status == 0
    beside.write_bytes((tmp_path / "new.age.handed").read_bytes())
    other = Reviewer(tmp_path / "third", loss.other.capture)
    loss.other = other
    assert "of another save" in loss.join(loss.cards[:3], "--check").err.replace("\n", " ")


def take(reviewer: Reviewer, drop: str) -> None:
    """What opens a case is in the home as if it had been handed over."""
    ring = KeyRing(lambda _question: PASSPHRASE.encode(), may_retry=False)
    home, key = Home(reviewer.home), FileKey(bytes(32), bytes(16))
    unlock_root(home, ring)
    handed.keep(home, ring, HandOverKeys(bytes(32), bytes(32), (DropKeys(drop, (key,)),)), 4)


class Killed(BaseException):
    pass


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_save_that_is_killed_between_its_two_files_loses_no_case(loss: Loss, steps: int) -> None:
    take(loss.reviewer, "a" * 32)
    assert loss.reviewer.run("recovery", "save", loss.file, passphrase=PASSPHRASE).status == 0
    take(loss.reviewer, "b" * 32)
    done = []

    def until_killed(path: Path, data: bytes) -> None:
        done.append(path)
        if len(done) == steps:
            raise Killed
        write_public(path, data)
        if (len(done), steps) == (2, 3):
            raise Killed

    with loss.patch.context() as patch:
        patch.setattr(command, "write_public", until_killed)
        with pytest.raises(Killed):
            loss.reviewer.run("recovery", "save", loss.file, passphrase=PASSPHRASE)
    joined = loss.join(loss.cards[:3], "--check")
    opens = "opens 2 cases" if steps == 3 else "opens 1 case"
    assert (opens in joined.out, "another save" in joined.err) == (True, False), joined
    done.clear()
    assert loss.reviewer.run("recovery", "save", loss.file, passphrase=PASSPHRASE).status == 0
    assert "opens 2 cases" in loss.join(loss.cards[:3], "--check").out
    assert sorted(path.name for path in loss.file.parent.glob("save.age*")) == ["save.age", "save.age.handed"]


def test_a_new_laptop_that_dies_while_it_gets_its_keys_can_try_again(loss: Loss) -> None:
    """Else its home would have keys, and what was handed over would never come into it."""
    take(loss.reviewer, "a" * 32)
    assert loss.reviewer.run("recovery", "save", loss.file, passphrase=PASSPHRASE).status == 0

    def killed(*_: object) -> None:
        raise Killed

    with loss.patch.context() as patch:
        patch.setattr(handed, "_seal", killed)
        with pytest.raises(Killed):
            loss.join(loss.cards[:3])
    Home(loss.other.home).handed.mkdir()
    stale = Home(loss.other.home).handed / f"{'c' * 32}.age"
    stale.write_bytes(b"sealed to a key that is gone")
    done = loss.join(loss.cards[:3])
    assert done.status == 0, done.err
    ring = KeyRing(lambda _question: OTHER.encode(), may_retry=False)
    kept, damaged = handed.kept(Home(loss.other.home), ring)
    assert ([each.id for each in kept], damaged) == (["a" * 32], [])


def test_a_damaged_home_does_not_save_over_what_is_whole(loss: Loss) -> None:
    take(loss.reviewer, "a" * 32)
    assert loss.reviewer.run("recovery", "save", loss.file, passphrase=PASSPHRASE).status == 0
    before = {path.name: path.read_bytes() for path in loss.file.parent.glob("save.age*")}
    (Home(loss.reviewer.home).handed / f"{'a' * 32}.age").write_bytes(b"x")
    done = loss.reviewer.run("recovery", "save", loss.file, passphrase=PASSPHRASE)
    assert (done.status, "Save to another name" in done.err.replace("\n", " ")) == (1, True), done
    assert {path.name: path.read_bytes() for path in loss.file.parent.glob("save.age*")} == before


def test_a_damaged_key_of_a_case_is_named_when_saving(loss: Loss, tmp_path: Path) -> None:
    place = Home(loss.reviewer.home).handed
    place.mkdir()
    (place / f"{loss.server.last_id}.age").write_bytes(b"x")
    done = loss.reviewer.run("recovery", "save", tmp_path / "again.age", passphrase=PASSPHRASE)
    assert done.status != 1, done
    assert not (tmp_path / "again.age.handed").exists()


def test_what_was_destroyed_in_the_meantime_is_not_brought_back(loss: Loss) -> None:
    loss.other.today = TODAY + 6 * WEEK
    done = loss.join(loss.cards[:3])
    assert done.status == 0, done.err
    assert "all over by now" in done.out
    assert sorted(path.name for path in (loss.other.home / "keys").glob("period-*"))[0] > f"period-{TODAY}"
    loss.other.run("import", loss.server.stick)
    assert loss.other.run("show", loss.server.last_id, passphrase=OTHER).status == 1


def test_who_writes_into_the_home_does_not_choose_who_can_open_a_save(loss: Loss, tmp_path: Path) -> None:
    path = loss.reviewer.home / "keys" / "recovery.txt"
    path.write_text(
        path.read_text().replace(path.read_text().split()[0], str(HybridIdentity.generate().recipient()))
    )
    file = tmp_path / "stolen.age"
    done = loss.reviewer.run("recovery", "save", file, passphrase=PASSPHRASE)
    assert done.status == 1
    assert "was changed since the cards were made" in done.err
    assert not file.exists()


def test_new_cards_do_not_open_an_old_file_nor_old_cards_a_new_one(loss: Loss, tmp_path: Path) -> None:
    done = loss.reviewer.run("recovery", "split", "--need", "2", "--of", "3", passphrase=PASSPHRASE)
    fresh = cards_in(done.out)
    file = tmp_path / "fresh.age"
    assert loss.reviewer.run("recovery", "save", file, passphrase=PASSPHRASE).status == 0
    assert loss.join(fresh).status == 1
    assert loss.join(loss.cards[:3], file=file).status == 1
    assert loss.join(fresh[1:], file=file).status == 0


@pytest.mark.parametrize("numbers", [("1", "1"), ("1", "5"), ("6", "5"), ("2", "17"), ("0", "0")])
def test_numbers_that_protect_nobody_are_refused_before_the_passphrase(
    reviewer: Reviewer, numbers: tuple[str, str]
) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    done = reviewer.run("recovery", "split", "--need", numbers[0], "--of", numbers[1])
    assert done.status == 1
    assert "At least 2 cards" in done.err


def test_no_word_of_a_card_is_written_anywhere(loss: Loss) -> None:
    loss.join(loss.cards[:3])
    rows = [" ".join(card.words[place : place + 3]).encode() for card in loss.cards for place in (4, 12)]
    for home in (loss.reviewer.home, loss.other.home):
        for path in home.rglob("*"):
            if path.is_file():
                assert not any(row in path.read_bytes() for row in rows), path


def test_a_person_copies_card_by_card_and_types_them_on_the_new_laptop(loss: Loss, tmp_path: Path) -> None:
    words = ["--home", str(loss.reviewer.home), "recovery", "split", "--need", "2", "--of", "2"]
    old = Typist(words)
    old.type_after("[y/N]", "y")
    old.type_after("Passphrase: ", PASSPHRASE)
    old.type_after("press Enter.", "")
    old.type_after("press Enter.", "")
    assert old.finish() == 0
    assert old.screen.rstrip().rfind(command._WIPE) > old.screen.rfind("Recovery card 2 of 2"), (
        "nothing is left"
    )
    pages = old.screen.split("Recovery card ")[1:]
    cards = [re.findall(r"\b\d+ ([a-z]+)", page.split("\r\n\r\n")[1]) for page in pages]
    assert [len(card) for card in cards] == [CARD_WORDS] * 2
    file = tmp_path / "typed.age"
    assert loss.reviewer.run("recovery", "save", file, passphrase=PASSPHRASE).status == 0
    new = Typist(["--home", str(tmp_path / "third"), "recovery", "join", str(file)])
    new.type_after(" 1>", " ".join(cards[1][:20]))
    new.type_after("21>", " ".join([*cards[1][20:32], "canaryy"]))
    new.type_after("Word 33 again:", cards[1][32])
    new.type_after(" 1>", " ".join(f"{place} {word[:4]}" for place, word in enumerate(cards[0], 1)))
    new.type_after("[y/N]", "y")
    new.type_after("New passphrase: ", OTHER)
    new.type_after("The same again: ", OTHER)
    assert new.finish() == 0, new.screen
    assert "1 of 2 cards." in new.screen


def test_a_rotation_reminds_of_the_save(loss: Loss) -> None:
    loss.reviewer.today = TODAY + 2 * WEEK
    done = loss.reviewer.run("rotate", "--weeks", "3", passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    assert "recovery save FILE" in done.err
