"""Kinds of metadata in sound files of plain blocks, of which each says how long it is: AU, VOC, W64,
TrueAudio, WavPack, Monkey's Audio, QCP, RealMedia, AC-3, E-AC-3, DTS.

Sources: what Sun, Creative, Sony and Real published of theirs; WavPack 5 and Monkey's Audio 3.98 as their
programs write them; RFC 3625; ETSI TS 102 366 and TS 102 114. What a demuxer shows of them is told by its
names.
"""

import struct

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.inventory.sound_tags import read_tag

_RIFF, _REAL = names("wave"), names("real")
_MAX_PIECES = 1_000_000
_MAX_TAGS = 16
_MAX_IN_BLOCK = 64
_VOC_COMMENT, _VOC_SOUND = 5, frozenset(range(1, 10)) - {5}
_W64_HEAD = 40
_TTA_FRAME = 256, 245
_WV_HEADS, _WV_ENDS, _WV_KNOWN = (
    frozenset({0x21, 0x23}),
    frozenset({0x22, 0x24}),
    frozenset(range(16)) | {0x25, 0x26, 0x27, 0x2F},
)
_AC3_KBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
_DTS, _DTS_HD = b"\x7f\xfe\x80\1", b"\x64\x58\x20\x25"


def read_au(data: bytes, inventory: Inventory) -> None:
    """Head: `.snd`, where the sound begins, its size (all ones: to the end), and 12 bytes; then words."""
    start, size = struct.unpack_from(">II", data, 4)
    if data[24:start].strip(b"\0 "):
        inventory.add("comment")
    if size != 0xFFFFFFFF:
        _nothing_behind(data, start + size, inventory)


def read_voc(data: bytes, inventory: Inventory) -> None:
    """Blocks: kind (1; 0 ends them), size (3), body."""
    at = int.from_bytes(data[20:22], "little")
    for _ in range(_MAX_PIECES):
        kind, size = data[at] if at < len(data) else 0, int.from_bytes(data[at + 1 : at + 4], "little")
        if kind == 0:
            break
        if kind == _VOC_COMMENT:
            inventory.add("comment")
        elif kind not in _VOC_SOUND:
            inventory.add("other_metadata")
        at += 4 + size
    _nothing_behind(data, at + 1, inventory)


def read_w64(data: bytes, inventory: Inventory) -> None:
    """Chunks: an identifier of 16 bytes, which begins like one of WAVE; size (8, with these 24), padded
    to eight.
    """
    at = _W64_HEAD
    for _ in range(_MAX_PIECES):
        if at + 24 > len(data):
            break
        size = int.from_bytes(data[at + 16 : at + 24], "little")
        inventory.tell(_RIFF.of(data[at : at + 4]), data[at + 24 : at + min(size, 4096)], blank=b"\0")
        at += max(24, -(-size // 8) * 8)
    _nothing_behind(data, at, inventory)


def read_tta(data: bytes, inventory: Inventory) -> None:
    """Head (22), sizes of frames (4 each) with a sum (4), the frames; then tags."""
    rate, samples = struct.unpack_from("<II", data, 10)
    a_frame = _TTA_FRAME[0] * rate // _TTA_FRAME[1]
    count = min(-(-samples // a_frame), len(data) // 4)
    sizes = struct.unpack_from(f"<{count}I", data, 22)
    _read_tags(data, 22 + 4 * count + 4 + sum(sizes), inventory)


def read_wavpack(data: bytes, inventory: Inventory) -> None:
    """Blocks: `wvpk`, size (4, without these 8), 24 bytes, pieces: kind (1), size in words (1 or 3),
    body; then tags.
    """
    at = 0
    for _ in range(_MAX_PIECES):
        if data[at : at + 4] != b"wvpk":
            break
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        place = at + 32
        for _ in range(_MAX_IN_BLOCK):
            if place + 2 > min(end, len(data)):
                break
            kind, wide = data[place] & 0x3F, data[place] & 0x80
            size = 2 * int.from_bytes(data[place + 1 : place + (4 if wide else 2)], "little")
            place += 4 if wide else 2
            body = data[place : place + size]
            if kind in _WV_HEADS:
                _read_wave(body, inventory)
            elif kind in _WV_ENDS:
                _read_wave(b"RIFF\xff\xff\xff\xffWAVE" + body, inventory)
            elif kind not in _WV_KNOWN:
                inventory.add("other_metadata")
            place += size
        at = end
    _read_tags(data, at, inventory)


def read_ape(data: bytes, inventory: Inventory) -> None:
    """Six sizes: of this head, the next, the list of frames, the head of the WAVE it was, the sound (8),
    its end; then tags.
    """
    head, following, frames, before, low, high, behind = struct.unpack_from("<7I", data, 8)
    start = head + following + frames
    _read_wave(data[start : start + before], inventory)
    end = start + before + (high << 32 | low)
    if data[end : end + behind].strip(b"\0"):
        _read_wave(b"RIFF\xff\xff\xff\xffWAVE" + data[end : end + behind], inventory)
    _read_tags(data, end + behind, inventory)


def read_qcp(data: bytes, inventory: Inventory) -> None:
    """RIFF chunks, of which one holds the label and one any text."""
    at = 12
    for _ in range(_MAX_PIECES):
        if at + 8 > len(data):
            break
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind in (b"labl", b"text"):
            inventory.tell(("description",), data[at + 8 : at + 8 + size], blank=b"\0 ")
        elif kind not in (b"fmt ", b"vrat", b"data", b"offs", b"cnfg"):
            inventory.add("other_metadata")
        at += 8 + size + size % 2


def read_real(data: bytes, inventory: Inventory) -> None:
    """Chunks: kind (4), size (4, with these), version (2). A stream that is called information holds
    properties.
    """
    at = 0
    for _ in range(_MAX_PIECES):
        if at + 10 > len(data):
            break
        kind, size = struct.unpack_from(">4sI", data, at)
        body = data[at + 10 : at + min(size, 4096)]
        if kind == b"CONT":
            inventory.tell(_REAL.of(kind), body, blank=b"\0 ")
        elif kind == b"MDPR" and b"logical-fileinfo" in body:
            inventory.add("other_metadata")
        else:
            inventory.tell(_REAL.of(kind))
        if kind == b"DATA" and size < 18:
            return  # to the end
        at += max(10, size)


def read_ac3(data: bytes, inventory: Inventory) -> None:
    """Frames of AC-3 and E-AC-3, one behind the other."""
    at = 0
    for _ in range(_MAX_PIECES):
        size = _ac3_frame(data[at : at + 6])
        if not size:
            break
        at += size
    if data[at:].strip(b"\0"):
        inventory.add("other_metadata")


def read_dts(data: bytes, inventory: Inventory) -> None:
    """Frames, each perhaps with an extension behind it."""
    at = 0
    for _ in range(_MAX_PIECES):
        head = int.from_bytes(data[at + 4 : at + 12].ljust(8, b"\0"), "big")
        if data[at : at + 4] == _DTS:
            at += (head >> 36 & 0x3FFF) + 1
        elif data[at : at + 4] == _DTS_HD:
            wide = head >> 53 & 1
            at += (head >> 21 & 0xFFFFF if wide else head >> 29 & 0xFFFF) + 1
        else:
            break
    if data[at:].strip(b"\0"):
        inventory.add("other_metadata")


def _ac3_frame(head: bytes) -> int:
    """How long the frame is; 0 for none."""
    if len(head) < 6 or head[:2] != b"\x0b\x77":
        return 0
    if head[5] >> 3 > 10:
        return 2 * ((head[2] & 7) << 8 | head[3]) + 2
    rate, code = head[4] >> 6, head[4] & 63
    if rate == 3 or code // 2 >= len(_AC3_KBITS):
        return 0
    kbits = _AC3_KBITS[code // 2]
    return 2 * (2 * kbits, kbits * 320 // 147 + code % 2, 3 * kbits)[rate]


def _read_wave(body: bytes, inventory: Inventory) -> None:
    """The head, or the end, of the WAVE file that the sound was packed from."""
    if body[:4] in (b"RIFF", b"RF64") and body[8:12] == b"WAVE":
        inventory.tell(("@wave",), body)
    elif body.strip(b"\0"):
        inventory.add("other_metadata")


def _read_tags(data: bytes, at: int, inventory: Inventory) -> None:
    """ID3 and APE, as behind an MP3."""
    for _ in range(_MAX_TAGS):
        length = read_tag(data, at, inventory) if at < len(data) else 0
        if not length:
            break
        at += length
    _nothing_behind(data, at, inventory)


def _nothing_behind(data: bytes, at: int, inventory: Inventory) -> None:
    if data[at:].strip(b"\0"):
        inventory.add("trailer")
