"""What reviewers do with drops: tags, notes and states, alone and shared by stick."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from admin.case.casefile import load_head
from admin.cli import main
from admin.home import Home
from admin.keys import keylists
from admin.workspace import colleagues
from admin.workspace.work.view import UNTOUCHED, View
from crypto.age import parse_recipient
from crypto.errors import FormatError
from crypto.events import Event, Events, events_bytes, parse_events, seal_events, sign_events
from crypto.keylist import parse_keylist, period_for
from crypto.minisign import SigningKey
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, Typist, text_item

ANA, BEN = SigningKey(bytes(32)), SigningKey(bytes([1]) * 32)
DROP = "ab" * 16


def event(number: int, kind: str, value: str, *after: int, by: SigningKey = ANA, name: str = "") -> Event:
    ids = tuple(bytes([of]) * 16 for of in after)
    drop = None if kind == "search" else DROP
    return Event(bytes([number]) * 16, by.public(), TODAY, drop, kind, name, value, ids)


# What events amount to


def test_a_later_decision_replaces_an_earlier_one() -> None:
    view = View([event(1, "state", "checking"), event(2, "state", "closed", 1)])
    assert view.of(DROP).states == ("closed",)
    assert not view.of(DROP).disputed


def test_two_decisions_at_the_same_time_are_both_shown_until_somebody_decides() -> None:
    both = [event(1, "state", "checking"), event(2, "state", "closed", by=BEN)]
    view = View(both)
    assert set(view.of(DROP).states) == {"checking", "closed"}
    assert view.of(DROP).disputed
    view.add([event(3, "state", "publishable", 1, 2)])
    assert view.of(DROP).states == ("publishable",)
    assert View([event(4, "state", "new", by=BEN), event(5, "state", "new")]).of(DROP).disputed is False


def test_events_amount_to_the_same_in_any_order_and_twice_is_once() -> None:
    events = [
        event(1, "tag", "on", name="contract"),
        event(2, "tag", "off", 1, name="contract"),
        event(3, "tag", "on", by=BEN, name="contract"),
        event(4, "note", "call the lawyer"),
        event(5, "note", "called", by=BEN),
        event(6, "flag", "on"),
        event(7, "assign", "ana"),
        event(8, "assign", "", 7),
        event(9, "due", "2026-12-01"),
    ]
    work = View(events).of(DROP)
    assert View([*reversed(events), *events]).of(DROP) == work
    assert (work.tags, work.flagged, work.assigned, work.due) == (("contract",), True, (), ("2026-12-01",))
    assert sorted(note.value for note in work.notes) == ["call the lawyer", "called"]


def test_events_that_replace_one_another_hide_nothing() -> None:
    """Nobody honest writes a circle."""
    view = View([event(1, "state", "closed", 2, by=BEN), event(2, "state", "closed", 1, by=BEN)])
    assert view.of(DROP).states == ("closed",)
    assert View([event(3, "flag", "on", 3)]).of(DROP).flagged


def test_an_event_replaces_nothing_of_another_thing() -> None:
    view = View(
        [event(1, "note", "evidence"), event(2, "flag", "on"), event(3, "state", "closed", 1, 2, by=BEN)]
    )
    assert view.of(DROP).flagged
    assert len(view.of(DROP).notes) == 1
    assert view.of("cd" * 16) == UNTOUCHED


@pytest.mark.parametrize(
    "wrong",
    [
        replace(event(1, "state", "new"), value="published"),
        replace(event(1, "state", "new"), kind="erase"),
        replace(event(1, "state", "new"), drop=None),
        replace(event(1, "state", "new"), drop="../../etc"),
        replace(event(1, "state", "new"), name="a name"),
        replace(event(1, "tag", "on"), name="\x1b[2J"),
        replace(event(1, "tag", "on"), name="a" * 65),
        replace(event(1, "due", ""), value="2026-13-01"),
        replace(event(1, "note", "x"), value="x" * 16385),
        replace(event(1, "note", "x"), day=TODAY + timedelta(days=1)),
        replace(event(1, "note", "x"), after=(b"\2" * 16, b"\1" * 16)),
        replace(event(1, "search", "cam*"), drop=DROP, name="x"),
    ],
)
def test_what_no_event_can_say_is_refused(wrong: Event) -> None:
    with pytest.raises(FormatError):
        events_bytes(Events(ANA.public(), TODAY, (wrong,)))


def test_a_bundle_reads_as_it_was_written() -> None:
    events = tuple(event(number, "note", "ñ\n", *range(1, number)) for number in range(1, 5))
    bundle = Events(ANA.public(), TODAY, events)
    assert parse_events(events_bytes(bundle)) == bundle
    with pytest.raises(FormatError):
        events_bytes(Events(ANA.public(), TODAY, events[::-1]))
    with pytest.raises(FormatError):
        sign_events(bundle, BEN)


# Two reviewers and a stick


@pytest.fixture
def ana(reviewer: Reviewer) -> Reviewer:
    reviewer.keygen("--weeks", "3", "--label", "ana")
    return reviewer


@pytest.fixture
def ben(tmp_path: Path, ana: Reviewer) -> Reviewer:
    ben = Reviewer(tmp_path / "ben", ana.capture)
    ben.keygen("--weeks", "3", "--label", "ben")
    return ben


@pytest.fixture
def drop(ana: Reviewer, ben: Reviewer, server: Server) -> str:
    server.write(server.drop([*ana.recipients(), *ben.recipients()], text_item("Ocho páginas.")))
    for each in (ana, ben):
        each.run("import", server.stick, "--server", server.public)
    return server.last_id


def do(reviewer: Reviewer, *words: str | Path, status: int = 0) -> Outcome:
    done = reviewer.run(*words, passphrase=PASSPHRASE)
    assert done.status == status, done
    return done


def know(one: Reviewer, other: Reviewer, place: Path) -> None:
    """One takes the other's key list, and her words are the right ones."""
    assert other.run("publish", place).status == 0
    own = keylists.outline(Home(one.home)).root
    colleagues.add(Home(one.home), place, own, lambda _: True)


def test_a_colleague_is_taken_after_a_person_has_compared_ten_words(
    ana: Reviewer, ben: Reviewer, tmp_path: Path
) -> None:
    ben.run("publish", tmp_path)
    words = ben.run("fingerprint", "--words").out.split()
    assert "Run this on a terminal" in do(ana, "reviewers", "add", tmp_path, status=1).err
    for answer, taken in (("n", False), ("y", True)):
        typist = Typist(["--home", str(ana.home), "reviewers", "add", str(tmp_path)], today=ana.today)
        typist.type_after("Passphrase: ", PASSPHRASE)
        typist.type_after("[y/N]", answer)
        assert typist.finish() == (0 if taken else 1), typist.screen
        assert set(words) <= set(typist.screen.split())
        assert ("ben, keys until" in do(ana, "reviewers").out) == taken
    assert "These are your own keys." in do(ben, "reviewers", "add", tmp_path, status=1).err
    do(ana, "reviewers", "remove", "BEN")
    assert "Nobody yet" in do(ana, "reviewers").out
    (tmp_path / "keys.json").write_bytes(b"{}")
    assert "malformed" in do(ana, "reviewers", "add", tmp_path, status=1).err


def test_two_reviewers_share_and_both_know_the_same(
    ana: Reviewer, ben: Reviewer, drop: str, tmp_path: Path
) -> None:
    know(ana, ben, tmp_path / "from ben")
    know(ben, ana, tmp_path / "from ana")
    do(ana, "tag", "contract", drop)
    do(ana, "state", "checking", drop)
    do(ana, "note", drop, "call the lawyer")
    do(ben, "state", "closed", drop)
    do(ben, "flag", drop)
    stick = tmp_path / "shared"
    assert "For ben: 1 file" in do(ana, "share", stick).out
    assert "For ana: 1 file" in do(ben, "share", stick).out
    (tmp_path / "shared" / "readme.txt").write_text("not ours")
    for path in stick.glob("events-*.age"):
        assert b"lawyer" not in path.read_bytes()
    merged = do(ben, "merge", stick)  # not the own file, which is for the other
    assert "3 new events by ana." in merged.out
    assert "two reviewers have decided differently" in merged.err
    assert "0 new events." in do(ben, "merge", stick).out
    do(ana, "merge", stick)
    told = [do(each, "about", drop).out.splitlines() for each in (ana, ben)]
    assert [line for line in told[0] if "by" not in line] == [line for line in told[1] if "by" not in line]
    assert "disputed" in do(ana, "list", "--disputed").out
    do(ben, "state", "publishable", drop)
    do(ben, "share", stick)
    do(ana, "merge", stick)
    assert "No drop." in do(ana, "list", "--disputed").out
    assert "1 drop: 1 publishable, 1 unread, 1 flagged." in do(ana, "list", "--tag", "contract").out


def test_three_who_never_meet_at_once_know_the_same_and_may_take_nothing_out_onto_the_stick(
    ana: Reviewer, ben: Reviewer, drop: str, tmp_path: Path
) -> None:
    """What is passed on keeps its author's signature."""
    third = Reviewer(tmp_path / "third", ana.capture)
    third.keygen("--weeks", "1", "--label", "cara")
    third.run("import", tmp_path / "stick", "--server", server_key(ana))
    for one, other in ((ben, ana), (ana, ben), (ben, third), (third, ben), (third, ana)):
        know(one, other, tmp_path / f"from {other.home.name} to {one.home.name}")
    do(ana, "note", drop, "by ana")
    do(ana, "share", tmp_path / "first")
    do(ben, "merge", tmp_path / "first")
    do(ben, "note", drop, "by ben")
    do(ben, "share", tmp_path / "second")
    assert "2 new events by" in do(third, "merge", tmp_path / "second").out
    shown = do(third, "about", drop).out
    assert "a note by ana" in shown
    assert "a note by ben" in shown
    taken = ana.run("extract", drop, tmp_path / "second", passphrase=PASSPHRASE)
    assert "That folder is on the stick" in taken.err


def server_key(reviewer: Reviewer) -> str:
    head = load_head(Home(reviewer.home))
    assert head is not None
    return str(head.keys[0].key)


def sealed_for(reviewer: Reviewer, *events: Event, by: SigningKey) -> bytes:
    folder = max((reviewer.home / "keys").glob("list-*"))
    keys = parse_keylist(
        (folder / "keys.json").read_bytes(), (folder / "keys.json.minisig").read_text(), None
    )
    period = period_for(keys, reviewer.today)
    assert period is not None
    bundle = Events(by.public(), TODAY, events)
    return seal_events(sign_events(bundle, by), [parse_recipient(period.recipient)])


def test_a_merge_from_a_stranger_is_told_and_refused(ana: Reviewer, drop: str, tmp_path: Path) -> None:
    (tmp_path / f"events-{'0' * 16}.age").write_bytes(sealed_for(ana, event(1, "flag", "on", by=BEN), by=BEN))
    done = do(ana, "merge", tmp_path, status=1)
    assert "signed by a stranger" in done.err
    assert "No drop." in do(ana, "list", "--flagged").out


def test_a_merge_from_the_future_is_told_and_refused(
    ana: Reviewer, ben: Reviewer, drop: str, tmp_path: Path
) -> None:
    know(ana, ben, tmp_path / "from ben")
    know(ben, ana, tmp_path / "from ana")
    ben.today = TODAY + timedelta(days=9)
    do(ben, "flag", drop)
    do(ben, "share", tmp_path / "stick")
    assert "in the future" in do(ana, "merge", tmp_path / "stick", status=1).err
    assert "No drop." in do(ana, "list", "--flagged").out


def test_a_bundle_that_is_cut_short_is_told_and_the_others_are_taken(
    ana: Reviewer, drop: str, tmp_path: Path
) -> None:
    whole = sealed_for(ana, event(1, "flag", "on", by=BEN), by=BEN)
    for number, length in enumerate((0, 100, 5000, -1)):
        (tmp_path / f"events-{number:016}.age").write_bytes(whole[:length])
    (tmp_path / f"events-{'a' * 16}.age").symlink_to("/etc/hostname")
    done = do(ana, "merge", tmp_path, status=1)
    assert done.err.count("events-") == 5
    assert "Traceback" not in done.err


def test_one_with_the_sticks_file_alone_reads_no_word_of_it(
    ana: Reviewer, ben: Reviewer, drop: str, tmp_path: Path
) -> None:
    """A third reviewer, who is nobody's colleague."""
    know(ana, ben, tmp_path / "from ben")
    do(ana, "note", drop, "a secret thought")
    do(ana, "share", tmp_path / "stick")
    third = Reviewer(tmp_path / "third", ana.capture)
    third.keygen("--weeks", "1")
    assert "It is not for you" in do(third, "merge", tmp_path / "stick", status=1).err


def test_sharing_without_a_colleague_is_one_sentence(ana: Reviewer, tmp_path: Path) -> None:
    assert "nobody to share with" in do(ana, "share", tmp_path / "stick", status=1).err


def test_a_stick_pulled_out_in_the_middle_of_a_save_leaves_the_events_before(
    ana: Reviewer, drop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(ana, "flag", drop)

    def pulled(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", pulled)
        assert ana.run("tag", "late", drop, passphrase=PASSPHRASE).status == 1
    assert "1 flagged" in do(ana, "list", "--flagged").out
    assert "No drop." in do(ana, "list", "--tag", "late").out
    assert list((ana.home / "workspace").rglob(".partial-*")) == []


def test_saved_searches_and_a_file_of_words(ana: Reviewer, drop: str, tmp_path: Path) -> None:
    do(ana, "search", "pagin*", "--save", "pages")
    assert "pages: pagin*" in do(ana, "search", "--searches").out
    assert "1 drop found." in do(ana, "search", "--saved", "pages").out
    do(ana, "search", "--forget", "pages")
    assert "No search was saved." in do(ana, "search", "--searches").out
    words = tmp_path / "words.txt"
    words.write_text("ocho páginas\ncámara\n\n???\n", "utf-8")
    rows = do(ana, "search", "--batch", words).out.splitlines()
    assert [row.split()[0] for row in rows] == ["DROPS", "1", "0", "-"]


def test_a_hostile_tag_or_name_draws_nothing(ana: Reviewer, drop: str) -> None:
    assert "nothing hidden" in do(ana, "tag", "\x1b[2J", drop, status=1).err
    do(ana, "note", drop, "\x1b[2J [sic]")
    shown = do(ana, "about", drop).out
    assert "\x1b" not in shown
    assert r"\x1b[2J [sic]" in shown


def test_a_list_with_no_option_is_that_of_before_and_asks_no_passphrase(ana: Reviewer, drop: str) -> None:
    assert main(["--home", str(ana.home), "list"], today=lambda: TODAY) == 0
