"""The exact head of a JPEG of ours, from SOI to the start of the scan, built from ITU-T T.81 alone.

SOI | APP0 JFIF 1.01, no density, no thumbnail | DQT 0 [| DQT 1] | SOF0 | DHT DC0 | DHT AC0 [| DHT DC1 |
DHT AC1] [| DRI] | SOS
"""

import struct

QUALITY = 90
_LARGE, _ROWS, _BLOCK = 1 << 20, 128, 16

# T.81 table K.1 and K.2, in rows.
_LUMINANCE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
_CHROMINANCE = (
    *(17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99),
    *(24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99),
    *(99,) * 32,
)

# T.81 tables K.3 to K.6: how many codes of each length 1..16, then their values.
_DC_LUMINANCE = bytes.fromhex("00010501010101010100000000000000") + bytes(range(12))
_DC_CHROMINANCE = bytes.fromhex("00030101010101010101010000000000") + bytes(range(12))
_AC_LUMINANCE = bytes.fromhex(
    "0002010303020403050504040000017d"
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a"
    "3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a929394"
    "95969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8"
    "e9eaf1f2f3f4f5f6f7f8f9fa"
)
_AC_CHROMINANCE = bytes.fromhex(
    "00020102040403040705040400010277"
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728"
    "292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92"
    "939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7"
    "e8e9eaf2f3f4f5f6f7f8f9fa"
)


def _zigzag() -> tuple[int, ...]:
    """T.81 figure A.6: along the diagonals, up and down in turn."""
    places = [(row, column) for row in range(8) for column in range(8)]

    def order(place: tuple[int, int]) -> tuple[int, int]:
        row, column = place
        return row + column, column if (row + column) % 2 == 0 else row

    return tuple(row * 8 + column for row, column in sorted(places, key=order))


def _quantisation(number: int, basic: tuple[int, ...]) -> bytes:
    """The basic table scaled the usual way (Independent JPEG Group): 200 - 2 x quality per cent, from 1 to
    255.
    """
    scale = 200 - 2 * QUALITY
    values = bytes(min(255, max(1, (basic[place] * scale + 50) // 100)) for place in _zigzag())
    return _segment(0xDB, bytes([number]) + values)


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def restarts(width: int, height: int, components: int) -> int:
    """How many restart markers: one between each two strips of `_ROWS` rows of a large colour picture."""
    large = components == 3 and width * height >= _LARGE
    return -(-height // _ROWS) - 1 if large and height else 0


def jpeg_head(width: int, height: int, components: int) -> bytes:
    """For 1 component (gray) or 3 (YCbCr, 4:2:0), baseline, 8 bits."""
    gray = components == 1
    jfif = _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    sampling = [(1, 0x11, 0)] if gray else [(1, 0x22, 0), (2, 0x11, 1), (3, 0x11, 1)]
    frame = struct.pack(">BHHB", 8, height, width, components) + b"".join(map(bytes, sampling))
    tables = [(0x00, _DC_LUMINANCE), (0x10, _AC_LUMINANCE)]
    if not gray:
        tables += [(0x01, _DC_CHROMINANCE), (0x11, _AC_CHROMINANCE)]
    interval = -(-width // _BLOCK) * (_ROWS // _BLOCK) if restarts(width, height, components) else 0
    scan = bytes(
        [components, *(b for number, _, table in sampling for b in (number, table * 0x11)), 0, 63, 0]
    )
    return b"".join(
        (
            b"\xff\xd8" + jfif,
            _quantisation(0, _LUMINANCE) + (b"" if gray else _quantisation(1, _CHROMINANCE)),
            _segment(0xC0, frame),
            *(_segment(0xC4, bytes([place]) + table) for place, table in tables),
            _segment(0xDD, struct.pack(">H", interval)) if interval else b"",
            _segment(0xDA, scan),
        )
    )
