"""Attacks on what brings keys back: cards, saves, copies of the home, and what a kill leaves of them."""

import io
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from crypto import shares
from crypto.errors import FormatError
from crypto.keylist import KeyList, check_succeeds
from crypto.shares import CARD_WORDS, Card, WrongCount, WrongWords, parse_card, split
from tests.admin.keys.test_recovery import OTHER, cards_in, newest, typed
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, Typist, text_item
from tests.admin.test_attack_leftovers import killed

WEEK = timedelta(weeks=1)


@pytest.fixture
def ana(reviewer: Reviewer) -> Reviewer:
    reviewer.keygen("--weeks", "3", "--x25519")
    return reviewer


@pytest.fixture
def new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Reviewer:
    """Another laptop."""
    return Reviewer(tmp_path / "new" / "home", capsys)


def cards_of(ana: Reviewer) -> list[Card]:
    return cards_in(ana.run("recovery", "split", "--need", "2", "--of", "3", passphrase=PASSPHRASE).out)


def saved(ana: Reviewer, file: Path) -> Path:
    done = ana.run("recovery", "save", file, passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    return file


def join(who: Reviewer, file: Path, text: str, patch: pytest.MonkeyPatch, *options: str) -> Outcome:
    patch.setattr(sys, "stdin", io.StringIO(text))
    return who.run("recovery", "join", file, *options, passphrase=OTHER)


# Cards


def test_attack_killed_before_the_cards_were_copied_the_old_ones_still_open_the_next_save(
    ana: Reviewer, new: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save to a recovery key of which nobody has the cards would be believed, and open for nobody."""
    cards = cards_of(ana)
    killed(
        "recovery = __import__('admin.commands.recovery').commands.recovery; recovery._lines",
        ana,
        "recovery",
        "split",
    )
    done = join(new, saved(ana, tmp_path / "save"), typed(cards[:2]), monkeypatch)
    assert done.status == 0, done.err


def test_attack_a_printer_that_takes_no_page_makes_no_cards(ana: Reviewer) -> None:
    script = (
        f"{sys.executable} -m admin --home {ana.home} recovery split --passphrase-fd 3 3<<<'{PASSPHRASE}'"
    )
    done = subprocess.run(
        ["bash", "-c", script + " > /dev/full"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (ana.home / "keys" / "recovery.txt").exists()


def test_attack_the_scrollback_after_a_split_was_stopped_and_after_a_join_has_no_word(
    ana: Reviewer, tmp_path: Path
) -> None:
    wipe = "\x1b[H\x1b[2J\x1b[3J"
    stopped = Typist(["--home", str(ana.home), "recovery", "split"])
    stopped.type_after("Passphrase: ", PASSPHRASE)
    stopped.type_after("press Enter.", b"\x03")
    assert stopped.finish() == 130
    assert stopped.screen.rfind(wipe) > stopped.screen.rfind("Recovery card")
    assert not (ana.home / "keys" / "recovery.txt").exists()
    cards = cards_of(ana)
    file = saved(ana, tmp_path / "save")
    check = Typist(["--home", str(tmp_path / "no"), "recovery", "join", "--check", str(file)])
    check.type_after(" 1>", " ".join(cards[0].words))
    check.type_after(" 1>", " ".join(cards[1].words))
    assert check.finish() == 0
    assert check.screen.rfind(wipe) > check.screen.rfind(cards[1].words[5])
    assert " ".join(ana.run("fingerprint", "--words").out.split()[:5]) in check.screen, "whose save it is"


def false_card(true: Card, **other: int) -> Card:
    """A card of the same set with another share, as one of its holders would make it."""
    library = shares._library()
    share = library.Share.from_mnemonic(" ".join(true.words))
    values = {name: getattr(share, name) for name in vars(share)} | {"value": bytes(32)} | other
    return parse_card(type(share)(**values).mnemonic())


@pytest.mark.parametrize("other", [{}, {"member_threshold": 3}])
def test_attack_one_false_card_keeps_the_true_ones_from_nothing(
    ana: Reviewer, new: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict[str, int]
) -> None:
    """It has the number of the set, and another share, or says that another number of cards is needed."""
    cards = cards_of(ana)
    file = saved(ana, tmp_path / "save")
    done = join(new, file, typed([false_card(cards[2], **other), *cards[:2]]), monkeypatch)
    assert done.status == 0, done.err


def test_attack_a_made_up_card_that_costs_an_hour_is_of_another_kind() -> None:
    with pytest.raises(FormatError, match="another kind"):
        false_card(split(bytes(32), 2, 2)[0], iteration_exponent=15)


def test_attack_a_line_of_a_megabyte_asks_for_no_word_again() -> None:
    for text in ("x" * 2000, "zzzz " * 200_000, "\x1b[2J " * 34, "अकादमी " * 40, "1 " * 99):
        with pytest.raises(WrongCount):
            parse_card(text)
    with pytest.raises(shares.UnknownWord) as found:
        parse_card("x" * 1600 + " academic" * (CARD_WORDS - 1))
    assert found.value.neighbours == ()
    with pytest.raises(WrongWords):
        parse_card("academic " * CARD_WORDS)


# Saves


def test_attack_older_cards_put_back_into_the_home_are_named_by_their_day(
    ana: Reviewer, tmp_path: Path
) -> None:
    """Signed they were, too: only who holds the new cards can see it."""
    cards_of(ana)
    path = ana.home / "keys" / "recovery.txt"
    older = path.read_bytes()
    ana.today = TODAY + WEEK
    cards_of(ana)
    assert (
        f"cards of {ana.today} open it"
        in ana.run("recovery", "save", tmp_path / "a", passphrase=PASSPHRASE).out
    )
    path.write_bytes(older)
    assert (
        f"cards of {TODAY} open it" in ana.run("recovery", "save", tmp_path / "b", passphrase=PASSPHRASE).out
    )


def test_attack_no_save_goes_back_to_the_operator(ana: Reviewer, server: Server) -> None:
    cards_of(ana)
    server.write(server.drop(ana.recipients(), text_item("x")))
    done = ana.run("recovery", "save", server.stick / "save", passphrase=PASSPHRASE)
    assert (done.status, "That stick goes back to the operator" in done.err) == (1, True)
    assert not (server.stick / "save").exists()


def test_attack_a_clock_years_ahead_puts_no_empty_copy_in_the_place_of_a_good_one(
    ana: Reviewer, tmp_path: Path
) -> None:
    cards_of(ana)
    good = saved(ana, tmp_path / "save").read_bytes()
    ana.today = TODAY.replace(year=2036)
    for words in (["recovery", "save", "save"], ["backup", "copy"]):
        done = ana.run(*words[:-1], tmp_path / words[-1], passphrase=PASSPHRASE)
        assert (done.status, "every period key is over" in done.err) == (1, True)
    assert good == (tmp_path / "save").read_bytes()
    assert not (tmp_path / "copy").exists()


def test_attack_a_clock_years_behind_copies_no_key_that_is_over(ana: Reviewer, tmp_path: Path) -> None:
    ana.today = TODAY + 3 * WEEK
    ana.run("list")
    ana.today = TODAY.replace(year=2020)
    done = ana.run("backup", tmp_path / "copy", passphrase=PASSPHRASE)
    assert (done.status, "The clock is wrong" in done.err) == (1, True)
    assert not (tmp_path / "copy").exists()


def test_attack_a_clock_years_behind_brings_no_destroyed_key_back_with_a_save(
    ana: Reviewer, new: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = cards_of(ana)
    file = saved(ana, tmp_path / "save")
    new.today = TODAY.replace(year=2020)
    done = join(new, file, typed(cards[:2]), monkeypatch)
    assert (done.status, "set the clock right first" in done.err) == (1, True)
    assert not new.home.exists()
    new.today = TODAY
    assert join(new, file, typed(cards[:2]), monkeypatch).status == 0
    new.today = TODAY - WEEK
    assert "set the clock right" in new.run("list").err


def test_attack_a_home_that_is_there_is_told_before_a_card_is_typed(
    ana: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards_of(ana)
    done = join(ana, saved(ana, tmp_path / "save"), "no card", monkeypatch)
    assert "already holds keys" in done.err


@pytest.mark.parametrize("where", ["seal_all", pytest.param("sync_folder", marks=pytest.mark.long)])
def test_attack_a_join_that_is_killed_is_done_again(
    ana: Reviewer, new: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    cards = cards_of(ana)
    file = saved(ana, tmp_path / "save")
    text = tmp_path / "cards"
    text.write_text(typed(cards[:2]))
    first = "import admin.keys.recovery as r; sys.stdin = open(" + repr(str(text)) + "); r." + where
    killed(first, new, "recovery", "join", file)
    assert not list((new.home / "keys").iterdir())
    assert join(new, file, typed(cards[:2]), monkeypatch).status == 0
    assert not list(new.home.rglob(".partial-*"))


def test_attack_a_home_that_was_killed_when_it_began_is_begun_again(new: Reviewer) -> None:
    new.home.mkdir(mode=0o700, parents=True)
    (new.home / ".partial-0123456789abcdef").write_bytes(b"silbo-ad")
    new.keygen("--weeks", "1", "--x25519")


# Copies of the home


def test_attack_after_a_restore_the_server_takes_the_next_list(
    ana: Reviewer, new: Reviewer, tmp_path: Path
) -> None:
    """The laptop was lost after a rotation, the copy was made before: two lists of one serial would be
    refused, and nobody could be written to.
    """
    ana.run("backup", tmp_path / "copy", passphrase=PASSPHRASE)
    lost: list[KeyList] = []
    for days in (14, 21):
        ana.today = TODAY + timedelta(days=days)
        assert ana.run("rotate", "--weeks", "3", passphrase=PASSPHRASE).status == 0
        lost.append(newest(ana))
    new.today = ana.today
    assert new.run("restore", tmp_path / "copy", passphrase=PASSPHRASE).status == 0
    assert new.run("rotate", "--weeks", "3", passphrase=PASSPHRASE).status == 0
    check_succeeds(lost[-1], newest(new))
    assert "stays as it is" in new.run("rotate", "--weeks", "3", passphrase=PASSPHRASE).out


def test_attack_a_pipe_on_a_stick_or_in_the_home_holds_no_copy_up(
    ana: Reviewer, new: Reviewer, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "nothing was restored" in new.run("restore", tmp_path / "pipe", passphrase=PASSPHRASE).err
    os.mkfifo(ana.home / "batches" / "pipe")
    assert ana.run("backup", tmp_path / "copy", passphrase=PASSPHRASE).status == 0


def test_attack_a_killed_restore_leaves_no_key_that_outlives_its_end(
    ana: Reviewer, new: Reviewer, tmp_path: Path
) -> None:
    ana.run("backup", tmp_path / "copy", passphrase=PASSPHRASE)
    killed("import admin.backups as b; b.Home.note", new, "restore", tmp_path / "copy")
    assert not new.home.exists()
    assert list(new.home.parent.rglob("period-*.age"))
    new.keygen("--weeks", "1", "--x25519")
    assert new.run("list").status == 0
    assert not list(new.home.parent.glob(".partial-*"))


def test_attack_a_killed_backup_leaves_nothing_on_the_stick_that_the_next_does_not_take_away(
    ana: Reviewer, tmp_path: Path
) -> None:
    stick = tmp_path / "mine"
    stick.mkdir()
    killed("import admin.backups as b; b._Sealing.finish", ana, "backup", stick / "copy")
    assert not (stick / "copy").exists()
    assert ana.run("backup", stick / "copy", passphrase=PASSPHRASE).status == 0
    assert [path.name for path in stick.iterdir()] == ["copy"]


def test_attack_what_a_killed_delete_left_is_gone_with_the_next_command(
    ana: Reviewer, server: Server
) -> None:
    server.write(server.drop(ana.recipients(), text_item("x")))
    ana.run("import", server.stick, "--server", server.public)
    path = ana.home / "drops" / f"{server.last_id}.tar"
    killed(
        "import admin.commands.delete as d; d.overwrite",
        ana,
        "delete",
        server.last_id,
        "--yes",
        passphrase=None,
    )
    assert path.exists()
    assert "deleted" in ana.run("list").out
    assert not path.exists()


def test_attack_a_made_up_id_in_the_state_destroys_nothing_elsewhere(ana: Reviewer, tmp_path: Path) -> None:
    (tmp_path / "thesis.tar").write_bytes(b"mine")
    state = json.loads((ana.home / "state.json").read_text()) | {"deleted": ["../../thesis"]}
    (ana.home / "state.json").write_text(json.dumps(state))
    ana.run("list")
    assert (tmp_path / "thesis.tar").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "language",
    ["hi", *(pytest.param(each, marks=pytest.mark.long) for each in ("es", "en", "sq", "fil", "fr"))],
)
def test_attack_no_place_is_missing_in_any_language(
    ana: Reviewer, new: Reviewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def said(who: Reviewer, *words: str | Path, passphrase: str | None = PASSPHRASE) -> None:
        done = who.run("--language", language, *words, passphrase=passphrase)
        assert done.status == 0, done.err

    said(ana, "recovery", "split")
    said(ana, "recovery", "save", tmp_path / "save")
    said(ana, "backup", tmp_path / "copy")
    said(new, "restore", tmp_path / "copy")
    said(new, "rotate", "--weeks", "3")
    ana.run("--language", language, "recovery", "join", tmp_path / "save")
    monkeypatch.setattr(sys, "stdin", io.StringIO("academic\nzzzz\n"))
    assert new.run("--language", language, "recovery", "join", "--check", tmp_path / "save").status == 1
    for name in (
        "recovery split",
        "recovery save",
        "recovery join",
        "passphrase",
        "backup",
        "restore",
        "delete",
    ):
        with pytest.raises(SystemExit) as left:
            ana.run("--language", language, *name.split(), "--help")
        assert left.value.code == 0
