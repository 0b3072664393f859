"""A source who seals parcels to harm whoever opens them: one may not hide, stop or outweigh the others."""

import json
import resource
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from admin.home import Home
from crypto import source_parcel
from crypto.drop import read_drop, stamp_of
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from tests.admin.case.test_parcels import arrived, arrived_file, part_item
from tests.admin.case.test_show import THREAD, drop_of
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, file_item, text_item

BEGIN = "01234567"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_parcel, "SLICE_SIZE", 40_000)


def test_parcels_whose_ids_begin_alike_are_all_taken_out(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    reviewer.keygen()
    slots = Slots(reviewer.recipients())
    parts: list[bytes] = []
    for end in "ab":
        inner = server.drop(reviewer.recipients(), text_item(f"the words of {end}"))
        parts += seal_parts(slots, BEGIN + end * 24, inner)
    drop = arrived(reviewer, server, text_item("outside"), *map(part_item, parts))
    done = reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    found = {path.read_text() for path in (tmp_path / drop).rglob("0001.txt")}
    assert found == {"outside", "the words of a", "the words of b"}


def test_what_a_parcel_calls_clean_is_told_as_unchecked(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    reviewer.keygen()
    recipients = reviewer.recipients()
    evil = file_item(b"\xff\xd8 straight from the attacker", removed=["place"])
    parts = seal_parts(Slots(recipients), BEGIN * 4, server.drop(recipients, evil))
    drop = arrived(reviewer, server, file_item(b"\xff\xd8 cleaned here"), *map(part_item, parts))
    shown = reviewer.show(drop)
    assert shown.status == 0
    outside, inside = shown.out.split("Parcel ")
    assert ("  CLEAN\n" in outside, "UNCHECKED" in outside) == (True, False)
    assert ("  CLEAN\n" in inside, "UNCHECKED" in inside) == (False, True)
    assert "Clean, says the source's own device. Nobody checked it." in inside
    assert "Opening it can reveal or attack" in inside
    done = reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE)
    assert "1 file UNCHECKED" in done.err.replace("\n", " ")
    inner = tmp_path / drop / f"parcel-{BEGIN * 4}"
    assert (inner / "0001-UNCHECKED.jpg").exists()
    assert (tmp_path / drop / "0001.jpg").exists()
    told = json.loads((inner / "report.json").read_text())
    assert (told["sealed_by_source"], told["items"][0]["sha256"]) == (True, None)


def test_what_came_through_the_pages_door_is_told_as_unchecked(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """No server has opened it: what it calls clean is its source's word."""
    reviewer.keygen()
    recipients = reviewer.recipients()
    for channel, said in (("page", "UNCHECKED"), ("form", "  CLEAN\n")):
        evil = file_item(b"\xff\xd8 straight from the attacker", removed=["place"])(recipients, TODAY)
        drop = arrived_file(reviewer, server, drop_of([evil], recipients, channel=channel))
        shown = reviewer.show(drop)
        assert said in shown.out
        done = reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE)
        assert done.status == 0
        assert ("1 file UNCHECKED" in done.err.replace("\n", " ")) == (channel == "page")
        assert (tmp_path / drop / "0001-UNCHECKED.jpg").exists() == (channel == "page")


def test_a_liar_at_the_door_who_writes_telegram_is_not_called_clean(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """The server's stamp tells: only what it made itself has the secret of it inside."""
    reviewer.keygen()
    recipients, secret = reviewer.recipients(), bytes(range(32))
    evil = file_item(b"\xff\xd8 straight from the attacker", removed=["place"])(recipients, TODAY)
    for inside in (None, secret):
        lying = drop_of([evil], recipients, channel="telegram", stamp=inside, stamped=b"\x09" * 32)
        drop = arrived_file(reviewer, server, lying)
        shown = reviewer.show(drop)
        assert shown.status == 3
        assert ("  CLEAN\n" in shown.out, "UNCHECKED" in shown.out) == (False, True)
        assert "channel page." in shown.out
        told = " ".join(shown.out.split())
        assert "! The drop says that it came by telegram, but the server did not make it" in told
        reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE)
        assert (tmp_path / drop / "0001-UNCHECKED.jpg").exists()
        report = json.loads((tmp_path / drop / "report.json").read_text())
        assert (report["sealed_by_source"], report["channel"]) == (True, "page")
    cleaned = file_item(b"\xff\xd8 cleaned here")(recipients, TODAY)
    honest = drop_of([cleaned], recipients, stamp=secret, stamped=stamp_of(secret))
    shown = reviewer.show(arrived_file(reviewer, server, honest))
    assert (shown.status, "  CLEAN\n" in shown.out, "channel telegram." in shown.out) == (0, True, True)


def test_a_parcel_can_ask_to_forget_only_its_own_sources_drops(reviewer: Reviewer, server: Server) -> None:
    """It is compared like any drop: "can't be checked" would be a lie that costs a testimony."""
    reviewer.keygen()
    recipients = reviewer.recipients()
    victim = arrived(reviewer, server, text_item("keep me"))
    asking = drop_of([], recipients, withdraws=(victim,), **THREAD)
    parts = seal_parts(Slots(recipients), BEGIN * 4, asking)
    shown = reviewer.show(arrived(reviewer, server, *map(part_item, parts)))
    assert f"{victim} NOT FROM THIS CODENAME" in shown.out


def test_a_part_that_does_not_join_is_taken_out_as_it_is(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """It may be the only copy: the rest can come in another drop, and the key of this one ends."""
    reviewer.keygen()
    slots = Slots(reviewer.recipients())
    lost = list(seal_parts(slots, "a" * 32, server.drop(reviewer.recipients(), text_item("x" * 40_000))))
    inner = server.drop(reviewer.recipients(), part_item(lost[0]))
    nested = list(seal_parts(slots, "b" * 32, inner))
    drop = arrived(reviewer, server, *map(part_item, [lost[0], b"rubbish", *nested]))
    done = reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE)
    assert done.status == 3
    folder = tmp_path / drop
    assert (folder / "0001-SEALED.bin").read_bytes() == lost[0]
    assert (folder / "0002-SEALED.bin").read_bytes() == b"rubbish"
    assert (folder / f"parcel-{'b' * 32}" / "0001-SEALED.bin").read_bytes() == lost[0]
    told = json.loads((folder / "report.json").read_text())["items"]
    assert [item["file"] for item in told] == ["0001-SEALED.bin", "0002-SEALED.bin", *([None] * len(nested))]


def test_a_parcel_that_fills_the_disk_hides_nothing_of_the_drop_around_it(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    reviewer.keygen()
    slots = Slots(reviewer.recipients())
    large = list(seal_parts(slots, "a" * 32, server.drop(reviewer.recipients(), text_item("x" * 90_000))))
    small = list(seal_parts(slots, "b" * 32, b"no drop"))
    drop = arrived(reviewer, server, text_item("outside"), *map(part_item, [*small, *large]))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
    try:
        shown = reviewer.show(drop)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert shown.status == 3, shown.err
    words = " ".join(shown.out.split())
    assert "| outside" in words
    assert "Item 0003 could not be written out. File too large." in words
    assert "Parcel bbbbbbbb: it does not open." in words
    assert not list(reviewer.home.glob(".partial-*"))


def test_the_key_of_a_part_that_never_joined_counts_for_the_drop(reviewer: Reviewer, server: Server) -> None:
    """Else `rotate` destroys it without a word, while the other parts are still on their way."""
    reviewer.keygen("--weeks", "2")
    earlier = reviewer.recipients()
    parts = list(seal_parts(Slots(earlier), "a" * 32, server.drop(earlier, text_item("x" * 40_000))))
    reviewer.today = server.day = date(2026, 11, 23)
    drop = arrived(reviewer, server, part_item(parts[0]))
    assert "are missing" in " ".join(reviewer.show(drop).out.split())
    opened = Home(reviewer.home).opened()[drop]
    assert opened == (date(2026, 11, 16), date(2026, 11, 23))


def test_anothers_ciphertext_sent_again_as_a_parcel_is_told(reviewer: Reviewer, server: Server) -> None:
    """Else who found a stick sends what is on it, and reads in the answer what stands in it."""
    reviewer.keygen()
    theirs = server.drop(reviewer.recipients(), text_item("what they must not learn"))
    found = arrived_file(reviewer, server, theirs)
    member = read_drop(BytesIO(theirs))[1]
    item = theirs[member.offset : member.offset + member.size]
    own_manifest = drop_of([item], reviewer.recipients(), **THREAD)
    for drop in (theirs, own_manifest):
        parts = seal_parts(Slots(reviewer.recipients()), "a" * 32, drop)
        shown = reviewer.show(arrived(reviewer, server, *map(part_item, parts)))
        assert shown.status == 3
        assert f"Parcel aaaaaaaa: something in it came with drop {found[:12]}, too." in " ".join(
            shown.out.split()
        )


def test_a_parcel_that_came_in_another_drop_is_told_of_both(reviewer: Reviewer, server: Server) -> None:
    """The messenger has its parts, with the account that sent them, and can send them from another."""
    reviewer.keygen()
    inner = server.drop(reviewer.recipients(), text_item("mine alone"))
    parts = list(seal_parts(Slots(reviewer.recipients()), "a" * 32, inner))
    first, second = (arrived(reviewer, server, *map(part_item, parts)) for _ in range(2))
    for _ in range(2):
        assert reviewer.show(first).status == 0
    for drop, other in ((second, first), (first, second)):
        shown = reviewer.show(drop)
        assert shown.status == 3
        assert f"something in it came with drop {other[:12]}, too." in " ".join(shown.out.split())


def test_anothers_item_under_the_manifest_of_a_thief_of_the_servers_key_is_told(
    reviewer: Reviewer, server: Server
) -> None:
    """He can sign any drop, and name a mailbox of his own for the answer."""
    reviewer.keygen()
    theirs = server.drop(reviewer.recipients(), text_item("what he can't open"))
    found = arrived_file(reviewer, server, theirs)
    assert reviewer.show(found).status == 0
    member = read_drop(BytesIO(theirs))[1]
    item = theirs[member.offset : member.offset + member.size]
    drop = arrived_file(reviewer, server, drop_of([item], reviewer.recipients(), **THREAD))
    for shown, other in ((drop, found), (found, drop)):
        done = reviewer.show(shown)
        assert done.status == 3
        assert f"Something in this drop came with drop {other[:12]}, too." in " ".join(done.out.split())
