"""Drops with a source's parcel in them, through the second reader: what `silbo-admin` opens, it opens too."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from crypto import source_parcel
from crypto.age import HybridIdentity, X25519Identity
from crypto.drop import stamp_of
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from opener import cli, keyring, opening, parcel
from tests.admin.case.test_parcels import CANARY, PARCEL, part_item
from tests.admin.case.test_show import deliver_file, drop_of
from tests.admin.stage import TODAY, Reviewer, Server, file_item, text_item

READER = X25519Identity.generate()
RECIPIENTS = [READER.recipient()]
SLOTS = Slots(RECIPIENTS)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_parcel, "SLICE_SIZE", 15_000)
    monkeypatch.setattr(parcel, "SLICE", 15_000)


@pytest.fixture
def parts(server: Server) -> list[bytes]:
    return list(seal_parts(SLOTS, PARCEL, server.drop(RECIPIENTS, text_item(CANARY))))


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "stick")


def opened(folder: Path, server: Server, sealed: Sequence[bytes]) -> list[str]:
    key = folder / "key.txt"
    key.write_text(READER.to_string())
    drop = server.drop(RECIPIENTS, text_item("The rest."), *map(part_item, sealed))
    (folder / "out").mkdir()
    return opening.open_drop(drop, keyring.Keyring([str(key)], None), str(folder / "out"))


def test_a_parcel_is_joined_and_opened(
    tmp_path: Path, server: Server, parts: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(parts) == 3
    assert opened(tmp_path, server, [parts[1], parts[2], parts[0], parts[1]]) == []
    assert CANARY in capsys.readouterr().out
    inner = tmp_path / "out" / f"parcel-{PARCEL}"
    assert (inner / "0001.txt").read_text() == CANARY
    assert (tmp_path / "out" / "0002-SEALED.bin").read_bytes() == parts[1]


@pytest.mark.parametrize("inside", [None, bytes(32)])
def test_a_liar_at_the_door_is_not_called_clean(
    tmp_path: Path, inside: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "key.txt"
    key.write_text(READER.to_string())
    sealed = file_item(b"\xff\xd8 straight from the attacker")(RECIPIENTS, TODAY)
    for outside, marked in ((bytes(32), True), (stamp_of(bytes(32)), inside is None)):
        out = tmp_path / outside.hex()
        out.mkdir()
        drop = drop_of([sealed], RECIPIENTS, channel="telegram", stamp=inside, stamped=outside)
        assert opening.open_drop(drop, keyring.Keyring([str(key)], None), str(out)) == []
        assert ("NOT MADE BY THE SERVER" in capsys.readouterr().out) == marked
        assert (out / "0001-UNCHECKED.jpg").exists() == marked


def test_both_readers_judge_a_hostile_servers_stamps_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also the stamp of no secret at all, which only a server that lies could write."""
    reviewer, server = Reviewer(tmp_path / "home", capsys), Server(tmp_path / "stick")
    reviewer.keygen()
    reader, secret = HybridIdentity.generate(), b"s" * 32
    (key := tmp_path / "key.txt").write_text(reader.to_string())
    recipients = [reader.recipient(), *reviewer.recipients()]
    sealed = file_item(b"\xff\xd8 straight from the attacker")(recipients, TODAY)
    stamps = [None, bytes(32), stamp_of(secret), stamp_of(bytes(32)), stamp_of(b"")]
    for at, (inside, outside) in enumerate(itertools.product([None, secret, bytes(32)], stamps)):
        drop = drop_of([sealed], recipients, channel="telegram", stamp=inside, stamped=outside)
        (out := tmp_path / str(at)).mkdir()
        assert opening.open_drop(drop, keyring.Keyring([str(key)], None), str(out)) == []
        opener = capsys.readouterr().out
        admin = reviewer.show(deliver_file(reviewer, server, drop)).out
        unchecked = outside != (None if inside is None else stamp_of(inside))
        assert ("NOT MADE BY THE SERVER" in opener) == ("did not make it" in admin) == unchecked
        assert (out / "0001-UNCHECKED.jpg").exists() == ("UNCHECKED" in admin) == unchecked


@pytest.mark.parametrize("inside", [None, bytes(32)])
def test_a_stamp_that_was_cut_off_is_missed(
    tmp_path: Path, inside: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Certain where the manifest has its secret; else only the batch can tell, and the opener says so."""
    key, out = tmp_path / "key.txt", tmp_path / "read"
    key.write_text(READER.to_string())
    out.mkdir()
    sealed = file_item(b"\xff\xd8 straight from the attacker")(RECIPIENTS, TODAY)
    drop = drop_of([sealed], RECIPIENTS, channel="telegram", stamp=inside)
    assert opening.open_drop(drop, keyring.Keyring([str(key)], None), str(out)) == []
    told = capsys.readouterr().out
    assert "No stamp" in told
    assert ("NOT MADE BY THE SERVER" in told) == (inside is not None)
    assert (out / "0001-UNCHECKED.jpg").exists() == (inside is not None)


def test_attack_an_item_without_its_drop_is_not_called_clean(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the drop tells whether a server cleaned it, or its sender's device says so."""
    key, item, out = tmp_path / "key.txt", tmp_path / "0001.age", tmp_path / "read"
    key.write_text(READER.to_string())
    item.write_bytes(file_item(b"\xff\xd8 straight from the attacker")(RECIPIENTS, TODAY))
    out.mkdir()
    cli.open_file(str(item), keyring.Keyring([str(key)], None), str(out))
    assert "UNCHECKED: clean, says the item" in capsys.readouterr().out
    assert (out / "0001-UNCHECKED.jpg").exists()


def test_what_came_through_the_pages_door_is_unchecked(tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text(READER.to_string())
    sealed = file_item(b"\xff\xd8 straight from the attacker")(RECIPIENTS, TODAY)
    for channel, name in (("page", "0001-UNCHECKED.jpg"), ("form", "0001.jpg")):
        (tmp_path / channel).mkdir()
        drop = drop_of([sealed], RECIPIENTS, channel=channel)
        assert opening.open_drop(drop, keyring.Keyring([str(key)], None), str(tmp_path / channel)) == []
        assert (tmp_path / channel / name).exists()


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_missing_part_is_named(tmp_path: Path, server: Server, parts: list[bytes], lost: int) -> None:
    del parts[lost]
    assert opened(tmp_path, server, parts) == [f"parcel-{PARCEL}: Part {lost + 1} of 3 is missing."]


def test_what_is_no_part_hides_nothing(tmp_path: Path, server: Server, parts: list[bytes]) -> None:
    (strange,) = seal_parts(Slots([X25519Identity.generate().recipient()]), "a" * 32, b"whatever")
    other = next(iter(seal_parts(SLOTS, PARCEL, bytes(60_000))))
    (no_drop,) = seal_parts(SLOTS, "b" * 32, b"no drop")
    nested = list(seal_parts(SLOTS, "c" * 32, server.drop(RECIPIENTS, part_item(parts[0]))))
    failures = opened(tmp_path, server, [b"x", parts[0][:-1], *parts, other, strange, no_drop, *nested])
    assert [failure.split(":")[0] for failure in failures] == [
        "0002.age, a part of a parcel",
        "0003.age, a part of a parcel",
        "0007.age, a part of a parcel",
        "0008.age, a part of a parcel",
        f"parcel-{'a' * 32}",
        f"parcel-{'b' * 32}",
        f"parcel-{'c' * 32}, 0001.age",
    ]
    assert (tmp_path / "out" / f"parcel-{PARCEL}" / "0001.txt").read_text() == CANARY


def test_parcels_whose_ids_begin_alike_are_all_opened(tmp_path: Path, server: Server) -> None:
    sealed: list[bytes] = []
    for end in "ab":
        sealed += seal_parts(
            SLOTS, "01234567" + end * 24, server.drop(RECIPIENTS, text_item(f"words of {end}"))
        )
    assert opened(tmp_path, server, sealed) == []
    found = {path.read_text() for path in (tmp_path / "out").rglob("0001.txt")}
    assert found == {"The rest.", "words of a", "words of b"}


def test_what_a_parcel_calls_clean_is_told_as_unchecked(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    drop = server.drop(RECIPIENTS, file_item(b"straight from the attacker"))
    assert opened(tmp_path, server, list(seal_parts(SLOTS, PARCEL, drop))) == []
    assert "UNCHECKED: clean, says the source's device" in capsys.readouterr().out
    assert (tmp_path / "out" / f"parcel-{PARCEL}" / "0001-UNCHECKED.jpg").exists()
