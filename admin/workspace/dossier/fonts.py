"""The fonts of a dossier: Noto Sans and its kin, from the packages that scrub uses, and no font of the
machine.

They are free files that say nothing; a typesetter takes them from a folder, so one is made for as long as it
works.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from scrub.setter.fonts import FAMILIES, letters_of


@contextlib.contextmanager
def font_folder(wanted: set[int]) -> Iterator[tuple[Path, set[int]]]:
    """A folder with as many of the fonts as the letters `wanted` need, and which of these they have."""
    letters: set[int] = set()
    with tempfile.TemporaryDirectory(prefix="silbo-fonts-") as place:
        for number, (package, name) in enumerate(FAMILIES.values()):
            if number and wanted <= letters:
                break
            font = files(package).joinpath("files", name).read_bytes()
            letters |= wanted & letters_of(font)
            (Path(place) / f"{number}.ttf").write_bytes(font)
        yield Path(place), letters
