"""What a file is that goes as it came is read from its bytes, so that reviewers know before they open it."""

import struct

import pytest

from bot.channels.events import Press
from bot.intake.files import UNKNOWN_TYPE, _type_of
from scrub.marks.found import Found
from scrub.report import Choices, Refused
from scrub.scrubber import Scrubber
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload


def compound(stream: str) -> bytes:
    """The container of an old document with one stream of its program."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    entry = bytearray(128)
    name = stream.encode("utf-16-le")
    entry[: len(name)] = name
    entry[64:67] = struct.pack("<HB", len(name) + 2, 2)
    entry[116:124] = struct.pack("<II", 1, 512)
    return bytes(header + entry + bytes(384 + 1024))


@pytest.mark.parametrize(
    ("content", "media_type", "extension"),
    [
        (compound("WordDocument"), "application/msword", "doc"),
        (compound("Workbook"), "application/vnd.ms-excel", "xls"),
        (compound("PowerPoint Document"), "application/vnd.ms-powerpoint", "ppt"),
        (b"{\\rtf1 words}", "application/rtf", "rtf"),
        (b"%PDF-1.7\n/Encrypt", "application/pdf", "pdf"),
        (compound("EncryptedPackage"), *UNKNOWN_TYPE),
        (b"MZ\x90\x00" + bytes(64), *UNKNOWN_TYPE),
        (b"words, of which letters it is not known", "text/plain", "txt"),
    ],
)
def test_the_type_is_that_of_the_bytes(content: bytes, media_type: str, extension: str) -> None:
    assert _type_of(content) == (media_type, extension)


async def test_an_old_document_that_goes_as_it_is_is_called_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: Scrubber, __: bytes, ___: Choices) -> tuple[Refused, Found]:
        return Refused("old_office"), Found()

    monkeypatch.setattr(Scrubber, "searched", refuse)
    await house.tell(upload(compound("WordDocument"), kind="document"))
    (action,) = [each for each in house.chat.actions if each.startswith("as_is:")]
    await house.tell(Press(action))
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    ((item, _),) = items
    assert (item.cleaning, item.media_type) == ("uncleaned", "application/msword")
