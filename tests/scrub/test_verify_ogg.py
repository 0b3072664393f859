"""The second reading of Ogg Opus: accepts what the writer writes, and catches whatever is slipped into it."""

import random
import struct
from collections.abc import Callable

import pytest

from scrub.isolation import judge
from scrub.isolation.wire import pack_media_type
from scrub.media import ogg
from scrub.verify.ogg import is_opus_packet

_PACKET = b"\xf8" + bytes(60)
Record = Callable[..., bytes]


def _accepted(data: bytes) -> bool:
    return judge.verify_task(pack_media_type("audio/ogg"), data) == (b"\x01",)


def _file(packets: list[bytes] | None = None, channels: int = 1, samples: int | None = None) -> bytes:
    packets = [_PACKET] * 120 if packets is None else packets
    return ogg.write_ogg(packets, channels, 960 * len(packets) - 312 if samples is None else samples)


def _pages(data: bytes) -> list[bytes]:
    pages = []
    while data:
        head = 27 + data[26]
        size = head + sum(data[27:head])
        pages.append(data[:size])
        data = data[size:]
    return pages


def _sealed(page: bytes) -> bytes:
    """The page with its checksum made right again."""
    page = page[:22] + bytes(4) + page[26:]
    return page[:22] + struct.pack("<I", ogg.ogg_crc(page)) + page[26:]


def test_the_checksum_is_the_one_of_another_programs_pages(record: Record) -> None:
    for page in _pages(record("libopus", "ogg", seconds=2.0)):
        assert page == _sealed(page)


def test_what_the_writer_writes_passes() -> None:
    assert _accepted(_file())
    assert _accepted(_file(channels=2))
    assert _accepted(_file([_PACKET]))
    assert _accepted(_file([b"\xfc" + bytes(1275)] * 200, channels=2))
    for size in (254, 255, 256, 509, 510, 511):
        assert _accepted(_file([b"\xf8" + bytes(size - 1)] * 101))


def test_a_length_to_the_sample_is_caught() -> None:
    """Copies of one recording, each a little shorter, would name who got which."""
    for samples in (1, 648, 960 * 119 - 311, 960 * 120 - 313, 960 * 120 - 311):
        assert not _accepted(_file(samples=samples))


@pytest.mark.parametrize(
    ("offset", "value"),
    [(4, 1), (5, 1), (5, 2), (5, 4), (5, 8), (9, 1), (14, 1), (18, 9), (26, 0)],
    ids=["version", "continued", "first", "last", "flag", "granule", "serial", "sequence", "segments"],
)
def test_no_field_of_a_page_may_differ(offset: int, value: int) -> None:
    pages = _pages(_file())
    for index, page in enumerate(pages):
        if page[offset] != value:
            changed = bytearray(page)
            changed[offset] = value
            altered = [*pages[:index], _sealed(bytes(changed)), *pages[index + 1 :]]
            assert not _accepted(b"".join(altered)), (index, offset)


def test_a_page_is_never_more_or_less() -> None:
    pages = _pages(_file())
    data = b"".join(pages)
    for index in range(len(pages)):
        assert not _accepted(b"".join(pages[:index] + pages[index + 1 :]))
        assert not _accepted(b"".join(pages[: index + 1] + pages[index:]))
        assert not _accepted(b"".join(pages[:index]) + b"CANARY" + b"".join(pages[index:]))
    assert not _accepted(data + b"\0")
    assert not _accepted(data + data)
    assert not _accepted(data[:-1])
    assert not _accepted(b"OggS")
    assert not _accepted(b"".join(pages[:2]))


def test_a_comment_or_a_vendor_is_caught() -> None:
    pages = _pages(_file())
    for tags in (
        b"OpusTags" + struct.pack("<I", 6) + b"CANARY" + bytes(4),
        b"OpusTags" + bytes(4) + struct.pack("<II", 1, 8) + b"A=CANARY",
        b"OpusTags" + bytes(8) + b"CANARY",
    ):
        assert not _accepted(b"".join([pages[0], ogg._page(1, 0, 0, [tags]), *pages[2:]]))
        two = ogg._page(1, 0, 0, [ogg.OPUS_TAGS, tags])
        assert not _accepted(b"".join([pages[0], two, *pages[2:]]))


def test_another_head_is_caught() -> None:
    pages = _pages(_file())
    for at in range(8, 19):
        for value in (0, 1, 3, 255):
            head = bytearray(ogg.opus_head(1))
            if head[at] != value:
                head[at] = value
                assert not _accepted(b"".join([ogg._page(0, 0, 2, [bytes(head)]), *pages[1:]]))


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\xf9" + bytes(60),
        b"\xfb\x41\x05" + b"CANARY",
        b"\xe0" + bytes(60),
        b"\xf8" + bytes(1276),
        b"CANARY",
    ],
    ids=["empty", "two frames", "padding", "2.5 ms", "too long", "words"],
)
def test_what_is_no_packet_of_ours_is_caught(packet: bytes) -> None:
    assert not is_opus_packet(packet, 2)
    if packet:
        assert not _accepted(_file([_PACKET, packet, _PACKET]))


def test_stereo_in_a_mono_stream_is_caught() -> None:
    assert _accepted(_file([b"\xfc" + bytes(60)], channels=2))
    assert not _accepted(_file([b"\xfc" + bytes(60)], channels=1))


def test_every_changed_bit_is_caught() -> None:
    chance, data = random.Random(3), _file([_PACKET] * 60)
    for _ in range(300):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        assert not _accepted(bytes(changed))
