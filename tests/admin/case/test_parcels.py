"""A drop that the source's own device sealed and sent through the chat in parts: read like any other."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from crypto import source_parcel
from crypto.age import Recipient, X25519Identity
from crypto.item import seal_item
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from tests.admin.stage import Reviewer, Seal, Server, file_item, text_item

PARCEL = "0123456789abcdef" * 2
CANARY = "the lamp over the third desk"


def part_item(part: bytes) -> Seal:
    """What the server makes of a part: an item that it could not open."""

    def seal(recipients: Sequence[Recipient], day: date) -> bytes:
        return seal_item(
            Slots(recipients),
            part,
            extension="age",
            kind="file",
            media_type="application/octet-stream",
            day=day,
            cleaning="sealed",
        )

    return seal


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_parcel, "SLICE_SIZE", 40_000)


@pytest.fixture
def parts(reviewer: Reviewer, server: Server) -> list[bytes]:
    """A parcel of three parts, with a testimony and a picture in it."""
    reviewer.keygen()
    recipients = reviewer.recipients()
    drop = server.drop(recipients, text_item(CANARY), file_item(b"\xff\xd8 picture", removed=["place"]))
    return list(seal_parts(Slots(recipients), PARCEL, drop))


def arrived(reviewer: Reviewer, server: Server, *items: Seal) -> str:
    return arrived_file(reviewer, server, server.drop(reviewer.recipients(), *items))


def arrived_file(reviewer: Reviewer, server: Server, drop: bytes) -> str:
    server.write(drop)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def test_a_parcel_is_shown_like_any_drop(reviewer: Reviewer, server: Server, parts: list[bytes]) -> None:
    items = [part_item(part) for part in (parts[2], parts[0], parts[1], parts[0])]
    drop = arrived(reviewer, server, text_item("I send it sealed."), *items)
    shown = reviewer.show(drop)
    assert shown.status == 0, shown.err
    assert shown.out.count("SEALED BY THE SOURCE") == 4
    assert f"Parcel {PARCEL}, sealed by the source" in shown.out
    assert CANARY in shown.out
    assert "Removed: the place it was taken" in shown.out
    assert {path.name for path in reviewer.home.iterdir() if path.name.startswith(".partial")} == set()


def test_a_parcel_is_extracted_into_a_folder_of_its_own(
    reviewer: Reviewer, server: Server, parts: list[bytes], tmp_path: Path
) -> None:
    drop = arrived(reviewer, server, *map(part_item, parts))
    done = reviewer.run("extract", drop, tmp_path, passphrase="six plain words for the tests")
    assert done.status == 0, done.err
    inner = tmp_path / drop / f"parcel-{PARCEL}"
    assert sorted(path.name for path in inner.iterdir()) == [
        "0001.txt",
        "0002-UNCHECKED.jpg",
        "report.json",
        "report.txt",
    ]
    assert (inner / "0001.txt").read_text() == CANARY
    assert sorted(path.name for path in (tmp_path / drop).iterdir()) == [
        inner.name,
        "report.json",
        "report.txt",
    ]
    told = json.loads((tmp_path / drop / "report.json").read_text())
    assert [item["file"] for item in told["items"]] == [None] * 3
    assert [item["sha256"] for item in told["items"]] == [None] * 3


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_missing_part_is_named_and_the_rest_of_the_drop_opens(
    reviewer: Reviewer, server: Server, parts: list[bytes], lost: int, tmp_path: Path
) -> None:
    del parts[lost]
    drop = arrived(reviewer, server, text_item("The rest."), *map(part_item, parts))
    shown = reviewer.show(drop)
    assert shown.status == 3
    assert "The rest." in shown.out
    assert f"the first is number {lost + 1}" in " ".join(shown.out.split())
    done = reviewer.run("extract", drop, tmp_path, passphrase="six plain words for the tests")
    assert done.status == 3
    assert f"the first is number {lost + 1}" in done.err
    assert "number" in json.loads((tmp_path / drop / "report.json").read_text())["problems"][0]


def test_what_is_no_part_hides_nothing(reviewer: Reviewer, server: Server, parts: list[bytes]) -> None:
    other = X25519Identity.generate().recipient()
    (strange,) = seal_parts(Slots([other]), PARCEL[::-1], b"whatever")
    garbage = [b"", b"no age file at all", parts[0][:20], parts[0][:-1], strange]
    drop = arrived(reviewer, server, *map(part_item, [*garbage, *parts]))
    shown = reviewer.show(drop)
    assert shown.status == 3
    assert CANARY in shown.out
    words = " ".join(shown.out.split())
    for number in (1, 2, 3):
        assert f"Item {number:04d} is no part of a parcel." in words
    assert f"Parcel {PARCEL[:8]}: part 1 was not taken. It is damaged or cut short." in words
    assert f"Parcel {PARCEL[::-1][:8]}: part 1 was not taken. No key in this home opens it." in words


def test_a_parcel_that_holds_no_drop_or_another_parcel_is_told(
    reviewer: Reviewer, server: Server, parts: list[bytes]
) -> None:
    slots = Slots(reviewer.recipients())
    (no_drop,) = seal_parts(slots, "a" * 32, b"no drop")
    nested = list(seal_parts(slots, "b" * 32, server.drop(reviewer.recipients(), part_item(parts[0]))))
    drop = arrived(reviewer, server, *map(part_item, [no_drop, *nested]))
    shown = reviewer.show(drop)
    assert shown.status == 3
    words = " ".join(shown.out.split())
    assert "Parcel aaaaaaaa: it does not open. The drop cannot be opened." in words
    assert "Parcel bbbbbbbb: it holds a parcel itself, which stays closed." in words
