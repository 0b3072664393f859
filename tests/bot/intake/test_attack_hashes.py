"""Attacks with a hash: who may search a device, or a messenger's files, for one finds whose file it was."""

import hashlib
from base64 import b64encode, urlsafe_b64encode

import pytest

from bot.channels.events import Command, Press, Text
from crypto.age import decrypt
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload
from tests.bot.intake.test_recordings import recording
from tests.scrub.pdf_files import document

UNCHANGED = b"turno,agente\n1,uno\n"
CHANGED = "turno\u200b,agente\n1,uno\n".encode()
UNCLEANED = b"\x7fELF " + bytes(2000)


def traces(content: bytes) -> list[bytes]:
    """The hashes of `content` that such a search takes, in every way to write them."""
    digests = [hashlib.new(name, content).digest() for name in ("md5", "sha1", "sha256", "sha512")]
    spelled = [
        (digest, digest.hex().encode(), digest.hex().upper().encode(), b64encode(digest))
        for digest in digests
    ]
    return [each for one in spelled for each in one] + [urlsafe_b64encode(digest) for digest in digests]


async def plaintexts(house: House) -> list[bytes]:
    """What a reviewer decrypts of the one drop, byte for byte, and then what the custodian does."""
    (drop_id,) = (await house.store.plan_batch(house.clock.day()) or pytest.fail("no drop")).drop_ids
    keys = [*house.identities, *([house.custodian] if house.custodian else [])]
    return [
        decrypt(b"".join([piece async for piece in house.store.read(item.id)]), keys)
        for item in await house.store.items(drop_id)
    ]


async def test_nothing_in_a_drop_finds_the_file_on_the_sources_device_by_its_hash(
    house: House, photo: bytes
) -> None:
    arrived = [photo, recording(), document(), CHANGED]
    await tell_all(house, *(upload(content) for content in arrived), *SEND)
    opened = await plaintexts(house)
    assert len(opened) == len(arrived) + 1
    found = [trace for content in arrived for trace in traces(content) if trace in b"".join(opened)]
    assert not found
    on_disk = b"".join(path.read_bytes() for path in house.folder.rglob("*") if path.is_file())
    assert not [trace for content in arrived for trace in traces(content) if trace in on_disk]


async def test_a_sealed_original_carries_its_hash_inside_and_its_copy_does_not(
    house_with_custodian: House, photo: bytes
) -> None:
    house = house_with_custodian
    await tell_all(
        house, Command("options"), Press("ask:original"), Press("on:original"), upload(photo), *SEND
    )
    holding = [
        [
            name
            for name in (b'"cleaning":"clean"', b'"cleaning":"original"', b"manifest.json")
            if name in plain
        ]
        for plain in await plaintexts(house)
        if any(trace in plain for trace in traces(photo))
    ]
    assert holding == [[b'"cleaning":"original"']]


async def test_a_source_is_told_that_an_unchanged_file_can_be_seen_to_be_the_same(house: House) -> None:
    await house.tell(upload(UNCHANGED))
    assert "exactly as you sent it" in house.chat.last
    assert "Somebody who has the same file can see that it is the same" in house.chat.last
    await tell_all(house, Text("uno"), upload(UNCHANGED + b"2,dos\n"))
    assert "This one is unchanged, too." in house.chat.last
    await tell_all(house, Text("dos"), upload(CHANGED))
    assert "unchanged" not in house.chat.last
    assert "exactly" not in house.chat.last
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    files = [(content, "unchanged" in item.notes) for item, content in items if item.kind == "file"]
    assert files == [(UNCHANGED, True), (UNCHANGED + b"2,dos\n", True), (UNCHANGED, False)]


async def test_a_file_that_goes_as_it_is_claims_nothing_of_its_hash(house: House) -> None:
    await house.tell(upload(UNCLEANED))
    (keep,) = [action for action in house.chat.actions if action.startswith("as_is:")]
    await tell_all(house, Press(keep), *SEND)
    ((_, ((item, content),)),) = await house.drops()
    assert (item.cleaning, item.notes, content) == ("uncleaned", (), UNCLEANED)
