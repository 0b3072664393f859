"""What lies beside sound and pictures in formats without places for tags: told by its right name, and
nothing where there is nothing.
"""

import io
import struct
from collections.abc import Callable

import av
import pytest

from scrub import engine
from scrub.inventory import take_inventory
from scrub.inventory.sei import _messages, has_captions
from scrub.report import Clean

CleanIt = Callable[[bytes], Clean]
Make = Callable[..., bytes]

_PAIRS = bytes([0xFC, 0x94, 0x20, 0xFC, 0xC8, 0xE5, 0xFC, 0x80, 0x80])  # resume, "He", nothing
_NOTHING = bytes([0xFC, 0x80, 0x80, 0xFD, 0x80, 0x80, 0xF8, 0x12, 0x34, 0xFA, 0, 0])
_CAMERA = bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM"
_STRANGER = bytes(range(1, 17))
_PLACE_TAG, _TIME_TAG = b"\xb2\0\x29\0\1", b"\x18\1\x20\x26\x11"


def _captions(pairs: bytes) -> bytes:
    return b"\xb5\0\x31GA94\3" + bytes([0x40 | len(pairs) // 3, 0xFF]) + pairs + b"\xff"


def _message(kind: int, body: bytes) -> bytes:
    """With the bytes that keep a start code out of it."""
    plain, out = (
        bytes([kind]) + b"\xff" * (len(body) // 255) + bytes([len(body) % 255]) + body + b"\x80",
        bytearray(),
    )
    for byte in plain:
        if byte < 4 and out[-2:] == b"\0\0":
            out.append(3)
        out.append(byte)
    return bytes(out)


def _with_message(stream: bytes, head: bytes, kind: int, body: bytes) -> bytes:
    """In front of the last picture of a bare stream."""
    at = max(
        stream.rfind(b"\0\0\1" + bytes([first]))
        for first in ((0x41, 0x01, 0x61) if len(head) == 1 else (2, 0))
    )
    return stream[:at] + b"\0\0\1" + head + _message(kind, body) + stream[at:]


def _bare(film: Make, codec: str) -> bytes:
    return film(container="h264" if codec == "libx264" else "hevc", codec=codec, sound=None)


def _put_into(container: str, stream: bytes, bare: str) -> bytes:
    """The pictures of a bare stream, 25 a second."""
    out = io.BytesIO()
    with (
        av.open(io.BytesIO(stream), "r", format=bare) as source,
        av.open(out, "w", format=container) as target,
    ):
        track = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            if packet.size:
                packet.stream = track
                packet.pts = packet.dts = int(number / 25 / (packet.time_base or 1))
                target.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize(("codec", "head"), [("libx264", b"\6"), ("libx265", b"\x4e\1")])
@pytest.mark.parametrize(
    ("kind", "body", "removed", "captions"),
    [
        (4, _captions(_PAIRS), set(), True),
        (4, _captions(_NOTHING), set(), False),
        (4, b"\xb5\0\x31DTG1\x41\xf8", set(), False),
        (4, b"\xb5\0\x77own", {"other_metadata"}, False),
        (5, _CAMERA + b"\1" + _TIME_TAG, {"date", "device"}, False),
        (5, _CAMERA + b"\2" + _TIME_TAG + _PLACE_TAG, {"date", "device", "place"}, False),
        (5, _STRANGER + b"CANARY of a company" * 20, {"other_metadata"}, False),
        (5, _STRANGER + b"Encoded by someenc 2.1", {"software"}, False),
    ],
)
def test_what_lies_beside_coded_pictures_is_told_by_its_right_name(  # noqa: PLR0917  # a table
    codec: str, head: bytes, kind: int, body: bytes, removed: set[str], captions: bool, film: Make
) -> None:
    data = _with_message(_bare(film, codec), head, kind, body)
    result = engine.scrub(data)
    assert set(result.removed) == {"software"} | removed
    assert ("subtitles_left_out" in result.notes) == captions
    assert b"CANARY" not in result.content


@pytest.mark.parametrize("cut", [1, 4, 11, 12, 13])
def test_captions_that_are_cut_off_cost_no_film(cut: int, film: Make) -> None:
    data = _with_message(_bare(film, "libx264"), b"\6", 4, _captions(_PAIRS)[:-cut])
    assert engine.scrub(_put_into("mp4", data, "h264")).media_type == "video/mp4"


@pytest.mark.parametrize("end", range(4, 20))
def test_a_stream_that_ends_in_a_pack_has_no_other_metadata(end: int) -> None:
    pack = b"\0\0\1\xba\x44" + bytes(15)
    assert take_inventory("video/mpeg", (pack[:14] + pack)[: 14 + end]).removed == set()


def test_a_swarm_of_empty_messages_beside_a_picture_takes_linear_time() -> None:
    class Counted(bytes):
        """How much of it is looked at."""

        taken = 0

        def __getitem__(self, key: object) -> object:  # type: ignore[override]
            found = super().__getitem__(key)  # type: ignore[call-overload]
            Counted.taken += len(found) if isinstance(found, bytes) else 1
            return found

    assert list(_messages(Counted(b"\1\0" * 2000 + b"\x80")))[-1] == (1, b"")
    assert Counted.taken < 5 * 4001


@pytest.mark.parametrize("kept", [False, True])
def test_captions_of_a_film_that_passes_picture_by_picture_are_told_too(
    kept: bool, film: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kept:
        monkeypatch.setattr("scrub.media.video._TOO_LARGE", 0)
    plain = _bare(film, "libx264")
    result = engine.scrub(_put_into("mp4", _with_message(plain, b"\6", 4, _captions(_PAIRS)), "h264"))
    assert ("video_kept" in result.notes, "subtitles_left_out" in result.notes) == (kept, True)
    assert "subtitles_left_out" not in engine.scrub(_put_into("mp4", plain, "h264")).notes


@pytest.mark.parametrize("container", ["mpeg2video", "mpeg", "mpegts"])
def test_captions_of_television_are_told(container: str, film: Make) -> None:
    plain = film(container="mpeg2video", codec="mpeg2video", sound=None)
    at = plain.index(b"\0\0\1\xb5", plain.index(b"\0\0\1\0")) + 9  # behind how the picture is coded
    data = plain[:at] + b"\0\0\1\xb2GA94\3" + bytes([0x43, 0xFF]) + _PAIRS + b"\xff" + plain[at:]
    if container != "mpeg2video":
        data = _put_into(container, data, "mpegvideo")
    result = engine.scrub(data)
    assert "subtitles_left_out" in result.notes
    assert "subtitles_left_out" not in engine.scrub(plain).notes
    assert "other_metadata" not in result.removed


def test_pairs_that_say_nothing_are_no_captions() -> None:
    assert has_captions(_PAIRS)
    assert not has_captions(_NOTHING)
    assert not has_captions(b"\xfc\x94")


def _at(stream: bytes, place: bytes, piece: bytes) -> bytes:
    at = stream.index(place)
    return stream[:at] + piece + stream[at:]


def _packet(kind: int, body: bytes) -> bytes:
    return b"\0\0\1" + bytes([kind]) + struct.pack(">H", len(body)) + body


def _ts(identifier: int) -> bytes:
    return b"G" + struct.pack(">H", 0x4000 | identifier) + b"\x10" + b"\0\x70CANARY".ljust(184, b"\xff")


def _asf(kind: str, body: bytes) -> bytes:
    return bytes.fromhex(kind)[::-1] + bytes(12) + struct.pack("<Q", 24 + len(body)) + body


def _id3(said: bytes = b"CANARY") -> bytes:
    return b"TAG" + said.ljust(30, b"\0") + bytes(94) + b"\xff"


_SOUNDS: dict[str, tuple[dict[str, str], str, dict[str, Callable[[bytes], bytes]]]] = {
    "audio/basic": (
        {"container": "au", "codec": "pcm_mulaw"},
        "",
        {
            "comment": lambda d: d[:4] + struct.pack(">I", 40) + d[8:24] + b"CANARY of sound " + d[32:],
            "trailer": lambda d: d + b"CANARY",
        },
    ),
    "audio/x-voc": (
        {"container": "voc"},
        "",
        {
            "comment": lambda d: d[:26] + b"\5\6\0\0CANARY" + d[26:],
            "other_metadata": lambda d: d[:26] + b"\x20\6\0\0CANARY" + d[26:],
            "trailer": lambda d: d + b"\0CANARY",
        },
    ),
    "audio/x-w64": (
        {"container": "w64"},
        "",
        {"other_metadata": lambda d: d[:40] + b"own " + bytes(12) + struct.pack("<Q", 32) + b"CANARY!!" +
        d[40:]},
    ),
    "audio/x-tta": (
        {"container": "tta", "codec": "tta"},
        "software",
        {"software+description": lambda d: d + _id3(), "software+trailer": lambda d: d + b"CANARY"},
    ),
    "audio/x-wavpack": (
        {"container": "wv", "codec": "wavpack"},
        "software",
        {
            "software+description": lambda d: d + _id3(),
            "software+other_metadata": lambda d: _in_wavpack(d, 0x30, b"CANARY"),
            "software+author": lambda d: _in_wavpack(d, 0x22, b"LIST\x12\0\0\0INFOIART\6\0\0\0CANARY"),
        },
    ),
    "audio/ac3": (
        {"container": "ac3", "codec": "ac3"},
        "",
        {"other_metadata": lambda d: d + b"CANARY" + d},
    ),
    "audio/eac3": (
        {"container": "eac3", "codec": "eac3"},
        "",
        {"other_metadata": lambda d: d + b"CANARY" + d},
    ),
    "video/vnd.rn-realvideo": (
        {"container": "rm", "codec": "ac3"},
        "",
        {"description": lambda d: _at(d, b"DATA", b"CONT\0\0\0\x18\0\0\0\6CANARY\0\0\0\0\0\0"),
         "other_metadata": lambda d: _at(d, b"DATA", b"OWNX\0\0\0\x10\0\0CANARY")},
    ),
}  # fmt: skip


def _in_wavpack(data: bytes, kind: int, body: bytes) -> bytes:
    size = int.from_bytes(data[4:8], "little")
    piece = bytes([kind, len(body) // 2]) + body
    return data[:4] + struct.pack("<I", size + len(piece)) + data[8:32] + piece + data[32:]


@pytest.mark.parametrize("kind", _SOUNDS)
def test_a_bare_sound_file_is_told_by_what_it_holds_and_no_more(kind: str, record: Make) -> None:
    how, always, changes = _SOUNDS[kind]
    data = record(**how, seconds=0.3)
    assert take_inventory(kind, data).removed == set(filter(None, [always]))
    for told, change in changes.items():
        assert take_inventory(kind, change(data)).removed == set(told.split("+")), told


_FILMS: dict[str, tuple[dict[str, object], str, dict[str, Callable[[bytes], bytes]]]] = {
    "video/h264": (
        {"container": "h264", "codec": "libx264", "sound": None},
        "software",
        {"software+other_metadata": lambda d: d + b"\0\0\1\x1eCANARY"},
    ),
    "video/h265": (
        {"container": "hevc", "codec": "libx265", "sound": None},
        "software",
        {"software+other_metadata": lambda d: d + b"\0\0\1\x6a\1CANARY"},
    ),
    "video/x-mpeg-pictures": (
        {"container": "mpeg2video", "codec": "mpeg2video", "sound": None},
        "",
        {
            "software": lambda d: _at(d, b"\0\0\1\xb8", b"\0\0\1\xb2CANARY 1.0"),
            "other_metadata": lambda d: _at(d, b"\0\0\1\xb8", b"\0\0\1\xb2\x11\x22\x33"),
        },
    ),
    "video/x-mpeg4-pictures": (
        {"container": "m4v", "codec": "mpeg4", "sound": None},
        "software",
        {"software+other_metadata": lambda d: _at(d, b"\0\0\1\xb6", b"\0\0\1\xb2\x11\x22\x33")},
    ),
    "video/x-ivf": (
        {"container": "ivf", "codec": "libvpx", "sound": None},
        "",
        {"other_metadata": lambda d: d[:28] + b"OWN!" + d[32:], "trailer": lambda d: d + b"CANARY"},
    ),
    "video/mpeg": (
        {"container": "mpeg", "codec": "mpeg1video", "sound": "mp2"},
        "",
        {
            "other_metadata": lambda d: d + _packet(0xF3, b"CANARY"),
            "software": lambda d: d + _packet(0xE0, b"\x0f\0\0\1\xb2CANARY"),
            "trailer": lambda d: d + b"CANARY",
        },
    ),
    "video/mp2t": (
        {"container": "mpegts"},
        "description",
        {
            "description+date": lambda d: d + _ts(0x14),
            "description+other_metadata": lambda d: d + _ts(0x777),
        },
    ),
    "video/x-flv": (
        {"container": "flv"},
        "",
        {
            "other_metadata": lambda d: d + b"\x12\0\0\x10" + bytes(7) + b"\2\0\6onOwnXCANARY!" + bytes(4),
            "description": lambda d: d + b"\x12\0\0\x10" + bytes(7) + b"\2\0\x09onXMPDataCANA" + bytes(4),
            "trailer": lambda d: d + b"CANARY",
        },
    ),
    "video/x-ms-asf": (
        {"container": "asf", "codec": "wmv2", "sound": None},
        "date",
        {
            "date+identifier": lambda d: _at(d, bytes.fromhex("8cabdca1")[::-1], b"")[:0] + _with_file_id(d),
            "date+other_metadata": lambda d: d + _asf("12345678", b"CANARY"),
            "date+description": lambda d: d + _asf("1efb1a30", b"CANARY"),
        },
    ),
    "video/mxf": (
        {"container": "mxf", "codec": "mpeg2video", "sound": None},
        "",
        {"other_metadata": lambda d: d + bytes.fromhex("060e2b34010101010e04030102030405") + b"\6CANARY"},
    ),
    "video/x-dv": (
        {"container": "dv", "codec": "dvvideo", "sound": None, "size": (720, 576), "pictures": 2},
        "date",
        {"date+other_metadata": lambda d: d[:246] + b"\x70CANA" + d[251:]},
    ),
}


def _with_file_id(data: bytes) -> bytes:
    at = data.index(bytes.fromhex("8cabdca1")[::-1]) + 24
    return data[:at] + bytes(range(16)) + data[at + 16 :]


@pytest.mark.parametrize("kind", _FILMS)
def test_a_bare_film_is_told_by_what_it_holds_and_no_more(kind: str, film: Make) -> None:
    how, always, changes = _FILMS[kind]
    data = film(**how)
    assert take_inventory(kind, data).removed == set(filter(None, [always]))
    for told, change in changes.items():
        assert take_inventory(kind, change(data)).removed == set(told.split("+")), told


def _ape(before: bytes, behind: bytes) -> bytes:
    head = b"MAC \x96\x0f\0\0" + struct.pack("<7I", 52, 24, 0, len(before), 8, 0, len(behind)) + bytes(16)
    return head + bytes(24) + before + b"coded..." + behind


def _riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def test_files_of_dictation_and_old_archives_are_told_by_what_they_hold() -> None:
    wave = b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0" + bytes(16)
    said = _riff(b"LIST", b"INFO" + _riff(b"IART", b"CANARY"))
    chunks = b"fmt " + struct.pack("<I", 4) + bytes(4) + b"data" + struct.pack("<I", 2) + b"\1\2"
    frame = b"\x7f\xfe\x80\1" + struct.pack(">Q", 1 << 63 | 95 << 36)[:8] + bytes(84)
    for kind, data, told in (
        ("audio/x-ape", _ape(wave, b""), set()),
        ("audio/x-ape", _ape(wave + said, b""), {"author"}),
        ("audio/x-ape", _ape(wave, said), {"author"}),
        ("audio/x-ape", _ape(wave, b"") + _id3(), {"description"}),
        ("audio/x-ape", _ape(wave, b"") + b"CANARY", {"trailer"}),
        ("audio/qcelp", b"RIFF\xff\0\0\0QLCM" + chunks, set()),
        ("audio/qcelp", b"RIFF\xff\0\0\0QLCM" + chunks + _riff(b"text", b"CANARY"), {"description"}),
        ("audio/qcelp", b"RIFF\xff\0\0\0QLCM" + chunks + _riff(b"own ", b"CANARY"), {"other_metadata"}),
        ("audio/vnd.dts", frame * 3, set()),
        ("audio/vnd.dts", frame * 3 + b"CANARY", {"other_metadata"}),
    ):
        assert take_inventory(kind, data).removed == told, (kind, told)


def test_a_camera_on_tape_that_wrote_the_day_and_captions_is_told(film: Make, clean: CleanIt) -> None:
    tape = film(container="dv", codec="dvvideo", sound=None, size=(720, 576), pictures=2)
    said = tape.replace(b"\x62\xff\xc1\1\x70", b"\x65\x94\x20\xc8\xe5")  # in place of the day
    for container in ("dv", "avi", "mov"):
        plain, with_words = (
            data if container == "dv" else _put_into(container, data, "dv") for data in (tape, said)
        )
        result = clean(plain)
        assert "date" in result.removed, container
        assert "other_metadata" not in result.removed
        assert "subtitles_left_out" not in result.notes
        assert "subtitles_left_out" in clean(with_words).notes, container
