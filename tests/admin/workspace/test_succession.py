"""A reviewer leaves: cases go to who comes next, and nothing of her home is left."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from admin.home import Home
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from tests.admin.case.test_parcels import part_item
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, file_item, pipe_with, text_item
from tests.admin.workspace.test_work import ana, ben, do, know

__all__ = ["ana", "ben"]

NEW = "another six words for the tests"
TEXT, LATER = "Ocho páginas sin firma.", "Esto llegó después."


@pytest.fixture
def drop(ana: Reviewer, server: Server) -> str:
    """Sealed to Ana alone, before Ben was there."""
    server.write(server.drop(ana.recipients(), text_item(TEXT), file_item(b"\xff\xd8 picture")))
    assert ana.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


@pytest.fixture
def stick(ana: Reviewer, ben: Reviewer, drop: str, tmp_path: Path) -> Path:
    """On it lies what Ana hands over to Ben; each knows the other."""
    know(ana, ben, tmp_path / "of ben")
    know(ben, ana, tmp_path / "of ana")
    do(ana, "tag", "contract", drop)
    do(ana, "note", drop, "call the lawyer")
    place = tmp_path / "hand"
    done = do(ana, "hand-over", place, "--to", tmp_path / "of ben" / "keys.json")
    assert "1 case for ben" in done.out
    return place


def take(ben: Reviewer, server: Server, stick: Path, *, status: int = 0) -> Outcome:
    return do(ben, "take-over", stick, "--server", server.public, status=status)


def test_a_case_goes_to_who_comes_next_and_who_leaves_forgets(
    ana: Reviewer, ben: Reviewer, server: Server, drop: str, stick: Path
) -> None:
    tmp_path = stick.parent
    assert "can be opened here that nobody has taken" in ana.run("forget", "--yes").err
    assert "Nobody has answered" in ana.run("hand-over", "--confirm", stick).err
    done = take(ben, server, stick)
    assert "From ana: 1 of 1 case" in done.out
    assert "2 new events" in done.out
    assert "Your signed answer lies on the stick" in done.out
    shown = ben.show(drop)
    assert (shown.status, TEXT in shown.out) == (0, True), shown
    assert do(ben, "extract", drop, tmp_path / "out").status == 0
    (picture,) = (tmp_path / "out").rglob("*.jpg")
    assert picture.read_bytes() == b"\xff\xd8 picture"
    assert drop[:12] in do(ben, "search", "paginas").out
    assert "contract" in do(ben, "about", drop).out
    assert "call the lawyer" in do(ben, "about", drop).out
    assert "taken out, handed over to you" in ben.run("list").out
    assert "Taken over by ben" in ana.run("hand-over", "--confirm", stick).out
    assert "--yes is needed" in ana.run("forget").err
    assert "Forgotten" in ana.run("forget", "--yes").out
    assert not ana.home.exists()


def test_a_case_that_was_handed_over_outlives_periods_and_a_change_of_the_passphrase(
    ben: Reviewer, server: Server, drop: str, stick: Path, tmp_path: Path
) -> None:
    take(ben, server, stick)
    ben.today = TODAY + timedelta(weeks=5)
    assert "2 period secrets" in ben.run("rotate", passphrase=PASSPHRASE).out
    assert TEXT in ben.show(drop).out
    handle = str(pipe_with(NEW))
    assert ben.run("passphrase", "--new-passphrase-fd", handle, passphrase=PASSPHRASE).status == 0
    os.close(int(handle))
    assert TEXT in ben.run("show", drop, passphrase=NEW).out
    copy = tmp_path / "copy.age"
    assert ben.run("backup", copy, passphrase=NEW).status == 0
    other = Reviewer(tmp_path / "restored", ben.capture, ben.today)
    assert other.run("restore", copy, passphrase=NEW).status == 0
    assert TEXT in other.run("show", drop, passphrase=NEW).out


def test_what_was_handed_over_can_be_handed_on_and_deleted(
    ben: Reviewer, server: Server, drop: str, stick: Path, tmp_path: Path
) -> None:
    take(ben, server, stick)
    eva = Reviewer(tmp_path / "eva", ben.capture)
    eva.keygen("--weeks", "3", "--label", "eva")
    know(ben, eva, tmp_path / "of eva")
    know(eva, ben, tmp_path / "of ben")
    do(ben, "hand-over", tmp_path / "on", "--to", "eva", "--drops", drop[:8])
    done = take(eva, server, tmp_path / "on", status=0)
    assert "1 of 1 case" in done.out
    assert TEXT in eva.show(drop).out
    assert ben.run("delete", drop, "--yes").status == 0
    assert not list(Home(ben.home).handed.glob("*.age"))
    assert "deleted" in ben.show(drop).err
    assert "It was deleted on this machine" in take(ben, server, stick, status=1).err
    assert not list(Home(ben.home).handed.glob("*.age"))


@pytest.mark.usefixtures("drop")
def test_a_drop_that_comes_in_the_middle_is_lost_to_neither(
    ana: Reviewer, ben: Reviewer, server: Server, stick: Path
) -> None:
    take(ben, server, stick)
    assert ana.run("hand-over", "--confirm", stick).status == 0
    server.write(server.drop(ana.recipients(), text_item(LATER)))  # the server knows the old list still
    alone = server.last_id
    server.write(server.drop([*ana.recipients(), *ben.recipients()], text_item("Para las dos.")))
    both = server.last_id
    for each in (ana, ben):
        assert each.run("import", server.stick).status == 0
    assert "Para las dos." in ben.show(both).out
    assert ben.show(alone).status == 1
    refused = ana.run("forget", "--yes")
    assert "2 cases can be opened here" in refused.err
    second = stick.parent / "second"
    do(ana, "hand-over", second, "--to", "ben", "--drops", alone, both)
    take(ben, server, second)
    assert LATER in ben.show(alone).out
    assert ana.run("hand-over", "--confirm", second).status == 0
    assert ana.run("forget", "--yes").status == 0


def test_a_new_home_pins_the_server_and_asks_for_the_words_of_who_leaves(
    ana: Reviewer, ben: Reviewer, server: Server, drop: str, tmp_path: Path
) -> None:
    know(ana, ben, tmp_path / "of ben")
    do(ana, "hand-over", tmp_path / "hand", "--to", "ben")
    unknown = take(ben, server, tmp_path / "hand", status=1)
    assert "ten words must be compared" in unknown.err
    know(ben, ana, tmp_path / "of ana")
    assert "--server" in do(ben, "take-over", tmp_path / "hand", status=1).err
    take(ben, server, tmp_path / "hand")
    assert TEXT in ben.show(drop).out


def test_a_parcel_that_the_source_sealed_goes_with_its_drop(
    ana: Reviewer, ben: Reviewer, server: Server, tmp_path: Path
) -> None:
    recipients = ana.recipients()
    parts = seal_parts(Slots(recipients), "0123456789abcdef" * 2, server.drop(recipients, text_item(TEXT)))
    server.write(server.drop(recipients, *(part_item(part) for part in parts)))
    assert ana.run("import", server.stick, "--server", server.public).status == 0
    know(ana, ben, tmp_path / "of ben")
    know(ben, ana, tmp_path / "of ana")
    do(ana, "hand-over", tmp_path / "hand", "--to", "ben")
    take(ben, server, tmp_path / "hand")
    assert TEXT in ben.show(server.last_id).out
    assert server.last_id[:12] in do(ben, "search", "paginas").out
