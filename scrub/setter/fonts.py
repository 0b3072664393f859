"""The fonts of what is set anew, from packages and none of the machine, and the letters that they have.

Sources: OpenType 1.9, `cmap` (formats 4 and 12) and the table directory.
"""

import struct
from importlib.resources import files
from pathlib import Path

FAMILIES = {
    "Noto Sans": ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    "Noto Sans Devanagari": ("fontpkg_noto_sans_devanagari", "NotoSansDevanagari[wdth,wght].ttf"),
    "Noto Sans Arabic": ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
    "Noto Sans Thai": ("fontpkg_noto_sans_thai", "NotoSansThai[wdth,wght].ttf"),
}
CHINESE = "Droid Sans Fallback"
_DEBIANS = Path("/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf")


def folders() -> tuple[list[str], list[str], frozenset[str]]:
    """Where they lie, their names in the order of trust, and the letters that one of them has. Chinese,
    Japanese and Korean are there where Debian's fonts-droid-fallback is.
    """
    paths = [Path(str(files(package).joinpath("files", name))) for package, name in FAMILIES.values()]
    names = [*FAMILIES]
    if _DEBIANS.is_file():
        paths.append(_DEBIANS)
        names.append(CHINESE)
    letters: set[int] = set()
    for path in paths:
        letters |= letters_of(path.read_bytes())
    return sorted({str(path.parent) for path in paths}), names, frozenset(map(chr, letters))


def letters_of(font: bytes) -> set[int]:
    """The code points that a TrueType font draws."""
    (tables,) = struct.unpack_from(">H", font, 4)
    found: set[int] = set()
    for at in range(12, 12 + 16 * tables, 16):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, at)
        if tag == b"cmap":
            (count,) = struct.unpack_from(">H", font, offset + 2)
            for sub in range(count):
                (where,) = struct.unpack_from(">L", font, offset + 8 + 8 * sub)
                found |= _subtable(font, offset + where)
    return found


def _subtable(font: bytes, at: int) -> set[int]:
    (kind,) = struct.unpack_from(">H", font, at)
    found: set[int] = set()
    if kind == 12:
        (groups,) = struct.unpack_from(">L", font, at + 12)
        for group in range(groups):
            first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * group)
            found.update(range(first, last + 1))
    elif kind == 4:
        (twice,) = struct.unpack_from(">H", font, at + 6)
        for segment in range(0, twice, 2):
            (last,) = struct.unpack_from(">H", font, at + 14 + segment)
            (first,) = struct.unpack_from(">H", font, at + 16 + twice + segment)
            found.update(range(first, min(last, 0xFFFE) + 1))
    return found
