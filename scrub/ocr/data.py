"""Whether this machine can read words in pictures, and where the data of the languages lies. Loads nothing.

Debian's packages `tesseract-ocr-eng`, `-spa` and `-hin`; `deploy.sh` puts them beside the environment where
they are not installed.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

LATIN, DEVANAGARI = ("eng", "spa"), ("hin", "eng")
"""The languages of each engine, the first one leading."""

_INSTALLED, _SHARED = Path("/usr/share/tesseract-ocr"), "share/silbo/tessdata"


def folder() -> Path | None:
    """The first that has what the first engine needs; None where there is none."""
    places = [*sorted(_INSTALLED.glob("*/tessdata"), reverse=True), Path(sys.prefix, _SHARED)]
    return next((place for place in places if has(place, LATIN)), None)


def has(place: Path, languages: tuple[str, ...]) -> bool:
    """Whether the data of all of them is there."""
    return all((place / f"{language}.traineddata").is_file() for language in languages)


def can_read() -> bool:
    """Whether library and data are there."""
    return find_spec("tesserocr") is not None and folder() is not None
