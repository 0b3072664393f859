"""The reader as a person uses it: a list, a drop in its panes, tags and notes, searches; at two sizes."""

import io
from contextlib import redirect_stderr, redirect_stdout
from threading import Event

import pytest

from admin.display import PLAIN
from admin.errors import Stopped
from admin.home import open_home
from admin.workspace.reader.drop import Drop
from admin.workspace.reader.engine import Engine, Finished, News
from admin.workspace.reader.jobs import Jobs
from admin.workspace.reader.rows import line
from crypto.age import HybridIdentity
from crypto.mailbox import Mailbox
from tests.admin.stage import PASSPHRASE, Reviewer, Server, Typist, file_item, text_item
from tests.admin.workspace.people import session
from tests.admin.workspace.reader.person import LARGE, SMALL, commands_in, context_of, reading

HOSTILE = (
    "[sic] [red]x[/red] [/etc] [link=x]y[/] \x1b]0;title\x07\x1b[2J\x9b31m \u202eright\u202c \u200dz\rover"
)


@pytest.fixture
def filled(reviewer: Reviewer, server: Server) -> Reviewer:
    reviewer.keygen()
    recipients = reviewer.recipients()
    server.write(
        server.drop(
            recipients,
            text_item("Una cámara en el dormitorio."),
            file_item(b"x" * 4000, removed=("gps",)),
            answers={"in_danger": "Ahora no."},
            mailbox=Mailbox(b"a mailbox of one", HybridIdentity(b"\x07" * 32)),
        ),
        server.drop(recipients, text_item("Ocho páginas.\n" * 60), language="en"),
    )
    reviewer.run("import", server.stick, "--server", server.public)
    return reviewer


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_drop_is_read_in_its_panes(filled: Reviewer, size: tuple[int, int]) -> None:
    async with reading(filled.home, size) as person:
        await person.see("2 drops: 2 new, 2 unread.")
        await person.press("slash")
        await person.type("dormitorio")
        await person.see("1 drop:")
        await person.press("enter")
        assert "2 items, each verified to its last byte" in await person.see("| Una cámara en el dormitorio.")
        for key, words in (
            ("2", "Removed: gps"),
            ("4", "| Ahora no."),
            ("5", "; opened."),
            ("3", "1 drop and 0 replies"),
        ):
            await person.press(key)
            await person.see(words)
        await person.press("escape", "x")
        await person.see("2 drops: 2 new, 1 unread.")
    assert filled.run("list").out.count("  opened") == 1


async def test_all_panes_are_seen_at_once_where_there_is_room(filled: Reviewer) -> None:
    async with reading(filled.home, LARGE) as person:
        await person.see("2 drops:")
        await person.press("f")
        await person.type("language=es")
        await person.see("1 drop:")
        await person.press("enter")
        screen = await person.see("1 Text")
    for words in (
        "2 Files",
        "3 Thread",
        "4 Answers",
        "5 Work",
        "| Una cámara",
        "CLEAN",
        "| Ahora no.",
        "State:",
    ):
        assert words in screen


async def test_the_passphrase_is_asked_on_the_screen_and_not_shown(filled: Reviewer) -> None:
    async with reading(filled.home, locked=True) as person:
        await person.see("Passphrase:")
        await person.type("not this one at all")
        await person.see("does not open")
        await person.press(*"six")
        await person.see("***")
        await person.press("ctrl+u")
        await person.type(PASSPHRASE)
        await person.see("2 drops:")
        assert PASSPHRASE not in person.screen


async def test_what_keys_do_is_what_the_commands_do(filled: Reviewer) -> None:
    """Through the same log: the next session finds it."""
    async with reading(filled.home, LARGE) as person:
        await person.see("2 drops:")
        await person.press("exclamation_mark")
        await person.see("1 flagged")
        for key, typed, words in (
            ("t", "vigilancia", "[vigilancia]"),
            ("s", "ch", "checking"),
            ("a", "Ana", "@Ana"),
            ("d", "2026-12-01", "due 2026-12-01"),
        ):
            await person.press(key)
            await person.type(typed)
            await person.see(words)
        await person.press("n")
        await person.type("Ask the union.")
        await person.see("2 drops:")
        await person.press("s")
        await person.type("nonsense")
        await person.see("A state is one of")
    done = session(filled.home, "list --flagged --tag vigilancia --state checking --assigned Ana --due")
    assert "1 drop: 1 checking" in done.out
    drop = done.out.splitlines()[1].split()[0]
    assert "| Ask the union." in session(filled.home, f"about {drop}").out
    async with reading(filled.home) as person:
        await person.see("2 drops:")
        await person.press("f")
        await person.type("flagged")
        await person.see("1 drop:")
        await person.press("t")
        await person.type("-vigilancia")
        await person.press("exclamation_mark")
        await person.see("No drop.")
        await person.press("f")
        await person.type("no such filter!")
        await person.see("A filter is a word")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_hostile_text_draws_nothing(
    reviewer: Reviewer, server: Server, size: tuple[int, int]
) -> None:
    """No markup is read, no letter is swallowed and no command reaches the terminal, wherever it stands:
    first words, text, answers, tags and notes of a colleague.
    """
    reviewer.keygen()
    recipients = reviewer.recipients()
    server.write(server.drop(recipients, text_item(HOSTILE), answers={"others": HOSTILE}))
    reviewer.run("import", server.stick, "--server", server.public)
    drop = server.last_id
    session(
        reviewer.home,
        f"tag [red]sic[/red] {drop}",
        f"assign [/etc] {drop}",
        f"note {drop} [sic] [@click=quit]q[/]",
    )
    async with reading(reviewer.home, size) as person:
        seen = [await person.see("1 drop:")]
        assert "[sic]" in seen[0]
        await person.press("enter")
        for key, words in (("1", "1 Text"), ("4", "4 Answers"), ("5", "5 Work")):
            await person.press(key)
            seen.append(await person.see(words))
        await person.press("end")  # all of it has no room
        seen.append(await person.see("| [sic] [@click=quit]q[/]"))
        assert commands_in([row for screen in seen for row in screen.split("\n")]) == []
    assert "| [sic] [red]x[/red] [/etc] [link=x]y[/] \\x1b]0;title\\x07\\x1b[2J\\x9b31m" in seen[1]
    assert "\\u202eright\\u202c \\u200dz\\x0dover" in seen[1].replace("\n| ", " ")
    assert "[red]x[/red] [/etc]" in seen[2]
    assert "Tags: [red]sic[/red]." in seen[3]
    assert "Assigned to: [/etc]." in seen[3]


async def test_a_mistake_of_ours_is_told_without_what_it_was_about(
    filled: Reviewer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Textual prints a traceback with every local variable: the words of a drop, and the passphrase."""
    secret = "the words of a drop"

    def fail(self: Jobs, drop: str, *_: object) -> Drop:
        raise KeyError(secret)

    monkeypatch.setattr(Jobs, "open", fail)
    capsys.readouterr()
    async with reading(filled.home) as person:
        await person.see("2 drops:")
        await person.press("enter")
        await person.pilot.pause(0.2)
        reader = person.reader
    assert type(reader.bug) is KeyError
    assert reader._exit_renderables == []
    assert secret not in "".join(capsys.readouterr())


def test_what_takes_long_can_be_stopped() -> None:
    begun, done, news = Event(), Event(), list[News]()

    def hear(one: News) -> None:
        news.append(one)
        if isinstance(one, Finished):
            done.set()

    def job() -> None:
        while True:
            engine.working("Reading", 1, 2)
            begun.set()

    engine = Engine(hear)
    engine.do(job, lambda _: None)
    assert begun.wait(60)
    engine.stop()
    assert done.wait(60)
    last = news[-1]
    assert isinstance(last, Finished)
    assert (last.stopped, last.wrong, last.bug) == (True, None, None)
    engine.close()


async def test_who_does_not_wait_for_the_index_reads_what_is_in_it(
    filled: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was left is read when it is asked for."""

    def tired(self: Engine, what: str, done: int, total: int) -> None:
        if what == "Reading new drops" and done == 2:
            raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "working", tired)
        async with reading(filled.home) as person:
            await person.see("1 not in the index")
    async with reading(filled.home) as person:
        screen = await person.see("2 drops:")
    assert "not in the index" not in screen


async def test_help_lists_every_key(filled: Reviewer) -> None:
    async with reading(filled.home, LARGE) as person:
        await person.see("2 drops:")
        await person.press("question_mark")
        screen = await person.see("this help")
        await person.press("q")
        await person.see("this help", gone=True)
    for words in ("put a tag on the drop", "to the next part", "leave", "spelled out"):
        assert words in screen


async def test_who_presses_no_key_is_locked_out(filled: Reviewer) -> None:
    now = 0.0
    async with reading(filled.home, idle=600, clock=lambda: now) as person:
        await person.see("2 drops:")
        now = 599.0
        await person.press("down")
        now = 1198.0
        await person.pilot.pause(0.6)
        assert person.reader.is_running
        now = 1200.0
        await person.pilot.pause(0.8)
    assert person.reader.return_value == "idle"


async def test_the_mouse_chooses_opens_and_scrolls(filled: Reviewer) -> None:
    async with reading(filled.home) as person:
        await person.see("2 drops:")
        await person.pilot.click("#list", offset=(10, 2))
        await person.pilot.pause()
        assert person.reader.desk.choice.chosen == 1
        await person.pilot.click("#list", offset=(10, 2))
        await person.see("1 Text")
        await person.pilot.click("#text", offset=(10, 5))
        await person.see("verified to its last byte")


async def test_what_a_stick_brought_meanwhile_is_listed_when_asked(filled: Reviewer, server: Server) -> None:
    async with reading(filled.home) as person:
        await person.see("2 drops:")
        server.write(server.drop(filled.recipients(), text_item("Llegó tarde.")))
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # they are the screen's here
            filled.run("import", server.stick)
        await person.press("r")
        assert "Llegó tarde." in await person.see("3 drops: 3 new, 3 unread.")


@pytest.mark.parametrize(
    "size", [(20, 5), *(pytest.param(size, marks=pytest.mark.long) for size in ((1, 1), (300, 100)))]
)
async def test_no_size_of_a_terminal_is_too_small(filled: Reviewer, size: tuple[int, int]) -> None:
    async with reading(filled.home) as person:
        await person.see("2 drops:")
        await person.press("enter")
        await person.see("verified")
        for key in ("question_mark", "escape", "2", "n"):
            await person.pilot.resize_terminal(*size)
            await person.press(key)
            await person.pilot.pause(0.05)
        await person.press("escape", "1")
        await person.pilot.resize_terminal(80, 24)
        await person.see("verified to its last byte")


def test_what_a_screen_reader_hears_is_drawn_over_by_nothing(filled: Reviewer) -> None:
    """Line by line, each in its place: no counter that is read out again, no column, no box, no colour."""
    person = Typist(["--home", str(filled.home), "read", "--plain"])
    person.type_after("Passphrase:", PASSPHRASE)
    person.type_after("silbo>", "2")
    person.type_after("silbo>", "quit")
    assert person.finish() == 0
    assert "\r\nReading new drops: 1 of 2\r\n2 drops: 2 new, 2 unread.\r\n1. unread, " in person.screen
    assert person.screen.replace("\r\n", "").isprintable()


def test_the_first_rows_are_known_before_the_rest_is_unpacked(filled: Reviewer) -> None:
    """What is drawn while the keys are not there yet: the newest drops, with the counts of all."""
    jobs = Jobs(context_of(filled.home), open_home(filled.home, create=False))
    jobs.unlock(PASSPHRASE.encode())
    first, whole = jobs.first(1), jobs.listed()
    jobs.close()
    assert [row.drop for row in first.rows] == [whole.rows[0].drop]
    assert first.counts == whole.counts == "2 drops: 2 new, 2 unread."


def test_no_row_looks_free_of_traps_before_they_were_looked_for(filled: Reviewer, server: Server) -> None:
    """The same file came twice: that shows only beside other drops, which the first rows don't look at."""
    to, same = filled.recipients(), file_item(b"the same file")
    server.write(server.drop(to, same), server.drop(to, same))
    filled.run("import", server.stick, "--server", server.public)
    jobs = Jobs(context_of(filled.home), open_home(filled.home, create=False))
    jobs.unlock(PASSPHRASE.encode())
    first, whole = jobs.first(4), jobs.listed()
    jobs.close()
    assert [line(row, 78, PLAIN)[:3] for row in first.rows] == ["* ."] * 4
    assert [line(row, 78, PLAIN)[:3] for row in whole.rows] == ["* ?", "* ?", "*  ", "*  "]
