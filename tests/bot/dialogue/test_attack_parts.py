"""A parcel that the page sealed, attached in the chat: passed on untouched; and every wrong way to do it."""

import io
import secrets
from collections.abc import Callable

import pytest

from bot.channels.events import Press
from codes.languages import LANGUAGES
from crypto import source_parcel
from crypto.slots import Slots
from crypto.source_parcel import Joining, seal_parts
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

PARCEL = "0123456789abcdef" * 2


@pytest.fixture
def parts(house: House, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Three parts, of which only the number and the class can be seen."""
    monkeypatch.setattr(source_parcel, "SLICE_SIZE", 40_000)
    return list(seal_parts(_slots(house), PARCEL, secrets.token_bytes(100_000)))


def _slots(house: House) -> Slots:
    return Slots([house.identities[0].recipient()])


async def test_a_part_is_put_away_as_it_came_and_never_scrubbed(house: House, parts: list[bytes]) -> None:
    assert b"-> silbo-part " + PARCEL.encode() in parts[0]
    await tell_all(house, *(upload(part) for part in parts))
    assert "Part 3 of your locked parcel is here" in house.chat.last
    assert "Parts here: 1, 2 and 3" in house.chat.last.replace(", and", " and")
    await house.tell(Press("review"))
    assert "3 locked parts" in house.chat.last
    assert "clean file" not in house.chat.last
    await house.tell(Press("send"))
    ((_, items),) = await house.drops()
    assert [content for _, content in items] == parts
    assert {(item.cleaning, item.removed, item.extension) for item, _ in items} == {("sealed", (), "age")}
    joining = Joining(io.BytesIO())
    for _, content in items:
        joining.take(io.BytesIO(content), house.identities)
    assert joining.finish().parts == 3


async def test_a_gap_is_told_at_each_part_and_at_the_end(house: House, parts: list[bytes]) -> None:
    await tell_all(house, upload(parts[2]))
    assert "Still missing: part 1 and 2" in house.chat.last
    await tell_all(house, upload(parts[0]), Press("review"))
    assert "Part 2 of your locked parcel is missing" in house.chat.last
    await tell_all(house, upload(parts[1]), Press("review"))
    assert "missing" not in house.chat.last


async def test_a_part_that_comes_twice_is_no_gap(house: House, parts: list[bytes]) -> None:
    await tell_all(house, upload(parts[1]), upload(parts[0]), upload(parts[1]), upload(parts[2]))
    assert "Parts here: 1, 2" in house.chat.last
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 4


async def test_a_high_number_does_not_make_a_long_message(house: House) -> None:
    part = next(seal_parts(_slots(house), PARCEL, b"drop"))
    high = part.replace(b" 0001\n", b" 1000\n", 1)
    await house.tell(upload(high))
    assert "12" in house.chat.last
    assert "999" not in house.chat.last


def cut(part: bytes) -> bytes:
    return part[:-1]


def cut_in_the_header(part: bytes) -> bytes:
    return part[:200]


def longer(part: bytes) -> bytes:
    return part + bytes(1000)


def without_slots(part: bytes) -> bytes:
    first = part.index(b"-> X25519")
    return part[:first] + part[part.index(b"---") :]


def no_number(part: bytes) -> bytes:
    return part.replace(b" 0001\n", b" 0000\n", 1)


def endless_header(part: bytes) -> bytes:
    return part[: part.index(b"-> X25519")] + b"-> X25519 A\n\n" * 80_000


def too_long(part: bytes) -> bytes:
    return part + bytes(19_000_001 - len(part))


BROKEN = [cut, cut_in_the_header, longer, without_slots, no_number, endless_header, too_long]


@pytest.mark.parametrize("harm", BROKEN, ids=lambda harm: harm.__name__)
async def test_what_has_not_the_shape_of_a_part_is_refused_in_one_sentence(
    house: House, parts: list[bytes], harm: Callable[[bytes], bytes]
) -> None:
    await tell_all(house, upload(parts[0]), upload(harm(parts[0])))
    assert "not whole" in house.chat.last
    assert house.chat.actions == ["review", "options"]
    await tell_all(house, *SEND)
    ((manifest, items),) = await house.drops()
    assert [content for _, content in items] == [parts[0]]
    assert manifest.refused == ("part_broken",)


async def test_the_sentences_are_in_every_language(house: House, parts: list[bytes]) -> None:
    said = set()
    for language in LANGUAGES:
        await tell_all(house, Press(f"language:{language}"), upload(parts[2]))
        said.add(house.chat.last)
        await tell_all(house, upload(cut(parts[2])))
        said.add(house.chat.last)
    assert len(said) == 2 * len(LANGUAGES)


async def test_nothing_of_a_parcel_is_in_the_runtime_folder_but_a_tag(
    house: House, parts: list[bytes]
) -> None:
    """The messenger has the parcel's id, so it must not lead from a chat to a drop."""
    await tell_all(house, upload(parts[0]))
    assert PARCEL.encode() not in house.everything_written()
    assert house.session().state.parts[0][1] == 1


async def test_a_part_survives_a_restart_and_a_repetition(house: House, parts: list[bytes]) -> None:
    house.chat.fail = 1
    with pytest.raises(ConnectionError):
        await house.tell(upload(parts[0]), update_id="part")
    house.restart()
    await house.tell(upload(parts[0]), update_id="part")
    assert house.session().state.parts == (house.session().state.parts[0],)
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 1


async def test_an_age_file_that_is_no_part_waits_for_a_yes_like_any_other(house: House) -> None:
    await house.tell(upload(b"age-encryption.org/v1\n-> X25519 abc\n" + bytes(40_000)))
    assert "as_is" in house.chat.actions[0]
