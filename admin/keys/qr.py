"""A QR code for the terminal and as PNG. Only the encoder of `segno` is loaded.

`import segno` also loads its writers, and those load `xml.sax.saxutils` and with it `urllib.request`,
`socket` and `ssl`. The offline decryptor promises to hold none of these, so the encoder is loaded from
the package's folder without running the package itself; it imports nothing but the standard library's
pure parts.
"""

from __future__ import annotations

import importlib
import importlib.util
import struct
import sys
import types
import zlib
from collections.abc import Sequence

Matrix = Sequence[Sequence[int]]
"""Rows of modules, 1 for dark."""

MOST = 20
"""The largest version that is shown: more modules are too small for a camera that is held by hand."""

_CAPACITY = (
    *(17, 32, 53, 78, 106, 134, 154, 192, 230, 271),
    *(321, 367, 425, 458, 520, 586, 644, 718, 792, 858),
)
_MASK = 1
"""For bytes that look like chance each of the eight is as good; to try all takes most of the time."""

_QUIET = 4
"""Modules of white around the symbol (ISO/IEC 18004)."""

_QUIET_TERMINAL = 2
"""Enough for a camera, and the whole code then fits a terminal of 24 lines."""


def encode(text: str, *, error: str = "m") -> list[list[int]]:
    """The modules of a QR code for ASCII text, without a quiet zone. `error` is its least correction."""
    code = _segno_encoder().encode(text, error=error, micro=False)
    return [[int(module) & 1 for module in row] for row in code.matrix]


def encode_bytes(data: bytes, version: int) -> list[list[int]]:
    """The modules of a code of bytes as they are (byte mode, no ECI), of this version, with the least
    correction. Raises what segno does for more than `capacity(version)` bytes.
    """
    code = _segno_encoder().encode(
        data, error="l", version=version, mode="byte", mask=_MASK, micro=False, boost_error=False
    )
    return [[int(module) & 1 for module in row] for row in code.matrix]


def capacity(version: int) -> int:
    """Bytes in a code of a version from 1 to 20 with the least correction (ISO/IEC 18004, table 7)."""
    return _CAPACITY[version - 1]


def largest_version(columns: int, lines: int) -> int | None:
    """The largest version, up to 20, that half blocks draw in so much room; None if none of 4 and more."""
    side = min(columns, 2 * lines) - 2 * _QUIET_TERMINAL
    return next((version for version in range(MOST, 3, -1) if 17 + 4 * version <= side), None)


def terminal(modules: Matrix, *, colour: bool) -> str:
    """Half blocks, two modules a character: light ones are drawn, dark ones left out, as on a dark terminal.

    With `colour` white and black are asked for, so that it is right on a light terminal too.
    """
    framed = _framed(modules, _QUIET_TERMINAL)
    tops, bottoms = framed[::2], framed[1::2]
    if len(bottoms) < len(tops):
        bottoms.append([1] * len(tops[-1]))
    glyphs = {(0, 0): "\u2588", (0, 1): "\u2580", (1, 0): "\u2584", (1, 1): " "}
    lines = (
        "".join(glyphs[pair] for pair in zip(top, bottom, strict=True))
        for top, bottom in zip(tops, bottoms, strict=True)
    )
    return "\n".join(f"\x1b[97;40m{line}\x1b[0m" if colour else line for line in lines)


def png(modules: Matrix, *, scale: int = 8) -> bytes:
    """A greyscale PNG, 1 bit a pixel, without any chunk but IHDR, IDAT and IEND."""
    framed = _framed(modules, _QUIET)
    side = len(framed) * scale
    rows = bytearray()
    for row in framed:
        bits = "".join(("0" if module else "1") * scale for module in row)
        line = int(bits.ljust(-side % 8 + side, "0"), 2).to_bytes((side + 7) // 8, "big")
        rows += (b"\0" + line) * scale
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _framed(modules: Matrix, quiet: int) -> list[list[int]]:
    side = len(modules) + 2 * quiet
    margin = [0] * quiet
    rows = [[*margin, *row, *margin] for row in modules]
    return [*([0] * side for _ in range(quiet)), *rows, *([0] * side for _ in range(quiet))]


def _segno_encoder() -> types.ModuleType:
    name = "segno.encoder"
    if name not in sys.modules and "segno" not in sys.modules:
        spec = importlib.util.find_spec("segno")
        if spec is None or spec.submodule_search_locations is None:
            raise ImportError("segno is not installed")
        package = types.ModuleType("segno")
        package.__path__ = list(spec.submodule_search_locations)
        sys.modules["segno"] = package
        try:
            return importlib.import_module(name)
        finally:
            del sys.modules["segno"]
    return importlib.import_module(name)
