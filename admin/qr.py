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

_QUIET = 4
"""Modules of white around the symbol (ISO/IEC 18004)."""


def encode(text: str) -> list[list[int]]:
    """The modules of a QR code (error correction M or better) for ASCII text, with the quiet zone."""
    code = _segno_encoder().encode(text, error="m", micro=False)
    side = len(code.matrix) + 2 * _QUIET
    blank = [0] * _QUIET
    rows = [[*blank, *(int(module) & 1 for module in row), *blank] for row in code.matrix]
    return [*([0] * side for _ in range(_QUIET)), *rows, *([0] * side for _ in range(_QUIET))]


def terminal(modules: Matrix) -> str:
    """Half blocks, two modules a character, light on dark as terminals mostly are: white is drawn, dark
    is not.
    """
    tops, bottoms = list(modules[::2]), list(modules[1::2])
    if len(bottoms) < len(tops):
        bottoms.append([1] * len(tops[-1]))
    glyphs = {(0, 0): "\u2588", (0, 1): "\u2580", (1, 0): "\u2584", (1, 1): " "}
    return "\n".join(
        "".join(glyphs[pair] for pair in zip(top, bottom, strict=True))
        for top, bottom in zip(tops, bottoms, strict=True)
    )


def png(modules: Matrix, *, scale: int = 8) -> bytes:
    """A greyscale PNG, 1 bit a pixel, without any chunk but IHDR, IDAT and IEND."""
    side = len(modules) * scale
    rows = bytearray()
    for row in modules:
        bits = "".join(("0" if module else "1") * scale for module in row)
        line = int(bits.ljust(-side % 8 + side, "0"), 2).to_bytes((side + 7) // 8, "big")
        rows += (b"\0" + line) * scale
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


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
