"""A source who seals parcels to harm whoever opens them: one may not hide, stop or outweigh the others."""

from pathlib import Path

import pytest

from crypto import source_parcel
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from tests.admin.case.test_parcels import arrived, part_item
from tests.admin.stage import PASSPHRASE, Reviewer, Server, text_item

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
