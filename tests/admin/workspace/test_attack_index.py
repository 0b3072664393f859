"""What a hostile drop may cost the index: seconds, not an evening, and no other drop."""

import itertools
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from admin.case import casefile
from admin.case.resent import Before
from admin.context import Context
from admin.files import write_atomic
from admin.home import Home, open_home
from admin.keys.keyring import KeyRing
from admin.workspace import opened as of_opened
from admin.workspace.index import folding as of_folding
from admin.workspace.index import likeness as of_likeness
from admin.workspace.index import shelf as of_shelf
from admin.workspace.index.entry import Entry
from admin.workspace.index.folding import fold, matching
from admin.workspace.index.likeness import MOST, Likeness, bins_of, sketch
from admin.workspace.index.reading import MOST_WORDS, read_drop
from admin.workspace.index.segment import Segment
from admin.workspace.opened import opened
from admin.workspace.reader.jobs import Jobs
from admin.workspace.sealed import STORED, seal
from admin.workspace.traps import MOST_LETTERS
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, file_item, text_item
from tests.admin.workspace.people import session
from tests.admin.workspace.reader.person import context_of
from tests.admin.workspace.signs import traps_in


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0300\u0316" * 1_000_000,
        "a" + "\u0f73" * 1_000_000,  # a letter by its class, two marks by its parts
        "\u0915" + "\u093c\u0951\u0952" * 600_000,
        "a" + ("\u0300\u0316" * 10 + "\u200d") * 90_000,  # what stands between is left out
    ],
    ids=["accents", "tibetan", "devanagari", "joiners"],
)
def test_marks_without_end_on_one_letter_stop_no_search(text: str) -> None:
    """Put into order they cost their number squared: hours, in which not even Ctrl-C is heard."""
    folded = fold(text)
    assert len(folded) < 1000
    assert fold(folded) == folded


def test_a_letter_with_a_few_marks_stays_as_it_was() -> None:
    assert fold("Vie\u0302\u0323t và Z\u0301\u0316\u0323") == fold("Việt và Ź\u0316\u0323")


def test_links_without_end_stop_no_search() -> None:
    """Their length squared, on every one of them, would be minutes."""
    long = ("http://" + "a" * 1_990 + " ") * 100
    assert traps_in([], [long] * 20) == ()
    assert traps_in([], [long + "http://a.example/0123456789abcdefghij"]) == ("link_marked",)
    assert (
        traps_in([], ["a." * 100_000, "a-" * 99_999 + ".a", "a@" * 99_999 + ".", "a" * 199_999 + "."]) == ()
    )


def test_a_drop_whose_files_all_hang_costs_a_minute(reviewer: Reviewer, server: Server) -> None:
    """And its words, and the other drops, are there."""
    reviewer.keygen()
    files = [file_item(b"words", "text/plain", extension="txt") for _ in range(20)]
    server.write(server.drop(reviewer.recipients(), text_item("Ocho páginas."), *files))
    reviewer.run("import", server.stick, "--server", server.public)
    home = Home(reviewer.home)
    ring = KeyRing(lambda _: PASSPHRASE.encode(), may_retry=False)
    seconds = itertools.count(0, 20)
    asked = []

    def hang(media_type: str, untrusted: bytes) -> None:
        asked.append(untrusted)

    drop = casefile.load(home).drops[0]
    readable = frozenset({"text/plain"})
    entry, words = read_drop(
        home, drop, ring, hang, readable, before=Before(home, ()), clock=lambda: float(next(seconds))
    )
    assert (len(asked), entry.closed) == (3, 20)
    assert "Ocho páginas." in words


@pytest.fixture
def three(reviewer: Reviewer, server: Server) -> Reviewer:
    reviewer.keygen()
    for number in range(3):
        server.write(server.drop(reviewer.recipients(), text_item(f"Ocho páginas, {number}.")))
    reviewer.run("import", server.stick, "--server", server.public)
    return reviewer


def test_who_stops_a_long_reading_does_not_begin_again(
    three: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    working = Context.working

    def tired(context: Context, what: str, done: int, total: int) -> None:
        working(context, what, done, total)
        if done == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Context, "working", tired)
    assert three.run("search", "ocho", passphrase=PASSPHRASE).status == 130
    read = []
    monkeypatch.setattr(Context, "working", lambda *words: read.append(words[3]))
    assert "3 drops found." in three.run("search", "ocho", passphrase=PASSPHRASE).out
    assert read == [1]


def test_long_drops_are_put_on_the_disk_before_the_memory_is_full(
    three: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_opened, "LETTERS_AT_ONCE", 1)
    assert "3 drops found." in three.run("search", "ocho", passphrase=PASSPHRASE).out
    assert len(list(three.home.glob("workspace/index/period-*/*.age"))) == 3


def test_a_drop_that_the_disk_does_not_give_hides_no_other_and_is_read_another_day(
    three: Reviewer, tmp_path: Path
) -> None:
    """And a search says that it has not looked into it."""
    path = sorted((three.home / "drops").iterdir())[0]
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    done = session(three.home, "search ocho", "search nada")
    assert "2 drops found.\n1 drop is not in the index and was not searched;" in done.out
    assert "Nothing was found.\n1 drop is not" in done.out
    listed = three.run("list", "--words", passphrase=PASSPHRASE).out
    assert ("'list --words' shows 'not read'" in done.out, listed.count("not read")) == (True, 1)
    assert "is not in the index." in done.err
    path.unlink()
    elsewhere.rename(path)
    assert "3 drops found." in session(three.home, "search ocho").out


def test_half_a_letter_is_no_word_and_no_traceback(three: Reviewer) -> None:
    """A terminal of another encoding gives one."""
    assert "3 drops found." in three.run("search", "ocho \udcff", passphrase=PASSPHRASE).out
    assert "no word" in three.run("search", "\udcff", passphrase=PASSPHRASE).err


def an_entry() -> Entry:
    drop, of = "0" * 32, ("union", "es", "telegram")
    return Entry(drop, TODAY, TODAY, TODAY, *of, ("text",), 1, 1, "", "", (), "", (), 0)


@pytest.mark.parametrize("letter", ["\ud55c", "\u00f1", "\U0001f7e0\u0441", "a"])
def test_a_word_without_end_can_be_joined_with_others(letter: str) -> None:
    """FTS5 cuts it in the middle of a letter; then no segment could be read out any more, and no session
    opened.
    """
    entry = an_entry()
    segment = Segment.of([(entry, f"ocho x{letter * 40_000} nueve")])
    ((_, words),) = segment.whole()
    assert words.startswith("ocho ")
    assert words.endswith(" nueve")
    again = Segment.load(Segment.of([(entry, words)]).content())
    assert again.search(matching("nueve"), 9) == [entry]


def test_letters_that_become_eighteen_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_folding, "LONGEST", 100)
    entry = an_entry()
    ((_, words),) = Segment.of([(entry, "ocho " + "\ufdfa " * 50)]).whole()
    assert words.startswith("ocho ")
    assert len(words) <= 100


TOLD = "El jefe nos graba en los dormitorios de noche y no nos paga las horas que hicimos en marzo."


def test_a_word_changed_for_each_desk_is_a_sign_of_a_trap(reviewer: Reviewer, server: Server) -> None:
    """Who then quotes it says by that word which desk has passed it on. The rest of a desk is no sign."""
    reviewer.keygen()
    to = reviewer.recipients()
    canary, own = TOLD.replace("jefe", "gerente"), TOLD.replace("graba", "mira")
    other = "Llevamos tres meses sin contrato y nadie contesta las cartas de la oficina."
    server.write(
        server.drop(to, text_item(TOLD)),
        server.drop(to, text_item(own)),
        server.drop(to, text_item(canary), desk="press"),
        server.drop(to, text_item(other), desk="press"),
    )
    reviewer.run("import", server.stick, "--server", server.public)
    ids = [drop.id for drop in server.batches[0].drops]
    done = session(reviewer.home, "list --trap", *(f"about {drop}" for drop in ids))
    assert done.err.count("nearly the same testimony came in another drop, for another desk") == 3
    assert "3 drops: " in done.out
    assert done.out.count("Nearly the same is in: ") == 3


def test_many_that_are_nearly_the_same_fill_no_screen_and_hide_no_word_of_what_was_left_out(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A near one of the flood stood for the one behind it that nobody compared."""
    monkeypatch.setattr(of_likeness, "MOST", 110)  # of 118
    reviewer.keygen()
    to = reviewer.recipients()
    places = ["marzo", "abril", "mayo", "junio", "julio", "agosto", "octubre"]
    others = [
        TOLD.replace("jefe", name).replace("marzo", at) for name in ("gerente", "due\u00f1o") for at in places
    ]
    mine = server.drop(to, text_item(TOLD))
    server.write(mine, *(server.drop(to, text_item(told), desk="press") for told in others))
    reviewer.run("import", server.stick, "--server", server.public)
    (drop,) = [each.id for each in server.batches[0].drops if each.sha256 == sha256(mine).digest()]
    done = reviewer.run("about", drop, passphrase=PASSPHRASE)  # in this process, where `MOST` is ours
    (line,) = [line for line in " ".join(done.out.split()).split(". ") if "Nearly the same is in: " in line]
    assert line.count(",") == 11
    assert line.endswith(" and 2 more")
    assert "nearly the same testimony came in another drop" in done.err
    assert "not all were compared" in done.err


@pytest.mark.parametrize("at", range(12))
def test_any_one_word_of_a_short_testimony_may_be_the_mark(at: int) -> None:
    words = ["ocho", "hojas", "que", "nadie", "nos", "deja", "leer", "antes", "de", "firmar", "aqui", "mismo"]
    changed = [*words[:at], "otra", *words[at + 1 :]]
    for other in (changed, [*words[:at], "otra", *words[at:]], [*words[:at], *words[at + 1 :]]):
        likeness = Likeness([("a", "union", sketch(words)), ("b", "press", sketch(other))])
        assert likeness.elsewhere("union", sketch(words)) == (["b"], True)


def decoy(of: str, kept: Sequence[int], number: int) -> str:
    """A sketch that has these bins in common with another, and no more."""
    return "".join(
        of[at * 4 : at * 4 + 4] if at in kept else f"{number % 0xFFFE + 1:04x}" for at in range(16)
    )


def test_no_volume_of_others_hides_a_text_that_is_nearly_the_same() -> None:
    """Eight decoys a bin, none like it itself, once stood before the one that was."""
    mine, canary = sketch(TOLD.split()), sketch(TOLD.replace("jefe", "gerente").split())
    pairs = [(at, at + 1) for at in range(0, 16, 2)]
    decoys = [(f"d{n}", "press", decoy(canary, pairs[n % 8], n)) for n in range(800)]
    likeness = Likeness([*decoys, ("near", "press", canary), ("mine", "union", mine)])
    assert likeness.elsewhere("union", mine) == (["near"], True)


def test_what_was_not_compared_is_told() -> None:
    """Thousands that are alike cost no evening, and what is left out for that is no secret of ours."""
    mine = sketch(TOLD.split())
    held = [number for number, _ in bins_of(mine)][:2]
    decoys = [(f"d{n}", "press", decoy(mine, held, n)) for n in range(MOST + 1)]
    assert Likeness([*decoys, ("mine", "union", mine)]).elsewhere("union", mine) == ([], False)
    of_one = Likeness(
        [(drop, "union", each) for drop, _, each in decoys] + [("x", "press", decoy(mine, (), 0))]
    )
    assert of_one.elsewhere("union", mine) == ([], True)


def test_links_behind_what_is_looked_at_are_no_secret_of_ours() -> None:
    """Who fills the front of a drop hides a link behind it: that it was not looked at is a sign itself."""
    link = " http://a.example/?token=1"
    assert traps_in([], ["a" * MOST_LETTERS + link]) == ("long_text",)
    assert traps_in([], ["a" * MOST_LETTERS, link]) == ("long_text",)
    assert traps_in([], ["a" * MOST_LETTERS]) == ()
    assert traps_in([], ["a" * (MOST_LETTERS - len(link)) + link]) == ("link_marked",)


def test_a_link_behind_the_words_that_are_indexed_is_found(reviewer: Reviewer, server: Server) -> None:
    """Two million letters in front once hid what a second text said; what no search finds is told."""
    reviewer.keygen()
    full = text_item("palabra " * (MOST_WORDS // 8 + 1))
    server.write(server.drop(reviewer.recipients(), full, text_item("http://a.example/?token=1")))
    reviewer.run("import", server.stick, "--server", server.public)
    done = session(reviewer.home, "list --trap", f"about {server.batches[0].drops[0].id}")
    assert "a link with a mark of its own" in done.err
    assert "Of 2 items the words could not be read." in done.out


@pytest.fixture
def damaged(three: Reviewer) -> Reviewer:
    """One entry of a segment is of another version; what is around it is ours."""
    three.run("search", "ocho", passphrase=PASSPHRASE)
    with opened(context_of(three.home)) as workspace:
        (folder,) = [each for each in workspace._folders.values() if each.path.name != "kept"]
        ((path, segment),) = folder._segments.items()
        segment._entries[1] = f'["{segment.drops[1]}",1]'
        folder._write(segment)
        path.unlink()
    return three


def test_a_damaged_entry_ends_no_first_paint(damaged: Reviewer) -> None:
    """It is one sentence, the list is there with all drops, and they are read again."""
    told: list[str] = []
    context = context_of(damaged.home)
    jobs = Jobs(context, open_home(damaged.home, create=False))
    jobs.hear(SimpleNamespace(warn=told.append, working=lambda *_: None))
    jobs.unlock(PASSPHRASE.encode(), read_new=False)
    first = jobs.first(10)
    whole = jobs.listed()
    assert len(first.rows) == len(whole.rows) == 3
    assert told == ["A part of the index is damaged. What it held is read again from the drops."]
    behind = [jobs.behind]
    jobs.reload()
    assert len(jobs.search("ocho").rows) == 3
    assert [*behind, jobs.behind] == [True, False]
    assert len(told) == 1
    jobs.close()


def test_a_damaged_entry_stops_no_command(damaged: Reviewer) -> None:
    done = session(damaged.home, "list", "search ocho", "refresh")
    assert done.err.count("is damaged") == 1
    assert "3 drops: " in done.out
    assert "3 drops found." in session(damaged.home, "search ocho").out


def test_words_of_the_index_that_are_damaged_hide_no_other_segment(three: Reviewer, server: Server) -> None:
    three.run("search", "ocho", passphrase=PASSPHRASE)
    server.write(server.drop(three.recipients(), text_item("Ocho páginas, otra vez.")))
    three.run("import", server.stick, "--server", server.public)
    three.run("search", "ocho", passphrase=PASSPHRASE)
    with opened(context_of(three.home)) as workspace:
        (folder,) = [each for each in workspace._folders.values() if each.path.name != "kept"]
        path = max(folder._segments, key=lambda path: path.stat().st_size)
        content = folder._segments[path].content()
        write_atomic(path, seal(content[:-20], folder._label, folder._key, folder._recipient, STORED))
    done = three.run("search", "ocho", passphrase=PASSPHRASE)
    assert "4 drops found." in done.out
    assert done.err.count("What it held is read again from the drops.") == 1


def test_drops_made_to_fill_the_index_close_no_workspace_and_hide_no_short_drop(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their words were joined until no session opened any more."""
    monkeypatch.setattr(of_shelf, "MOST", 200_000)
    reviewer.keygen()
    to = reviewer.recipients()
    for of in range(2):
        filling = " ".join(f"{of}x{number:08x}" for number in range(12_000))
        server.write(server.drop(to, text_item(f"ocho {filling}")), server.drop(to, text_item(f"ocho {of}")))
    reviewer.run("import", server.stick, "--server", server.public)
    first = reviewer.run("search", "ocho", passphrase=PASSPHRASE)
    assert (first.status, first.err.count("larger than this machine should hold")) == (0, 1)
    assert "\n2 drops found.\n2 drops are not in the index and were not searched" in first.out
    again = reviewer.run("search", "ocho", passphrase=PASSPHRASE)
    assert (again.status, again.err) == (0, "")
    assert "\n2 drops found.\n2 drops are not" in again.out
