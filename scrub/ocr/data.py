"""Whether this machine can read words in pictures, and where the data of the languages lies. Loads nothing.

Debian's packages `tesseract-ocr-eng`, `-spa` and `-hin`; `deploy.sh` puts them beside the environment where
they are not installed.
"""

import hashlib
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


SUMS = {
    "eng": "7d4322bd2a7749724879683fc3912cb542f19906c83bcc1a52132556427170b2",
    "spa": "6f2e04d02774a18f01bed44b1111f2cd7f3ba7ac9dc4373cd3f898a40ea6b464",
    "hin": "4c73ffc59d497c186b19d1e90f5d721d678ea6b2e277b719bee4e2af12271825",
}
"""SHA-256 of the data in version 1:4.1.0-2 of the packages: no other is taken from beside a release."""


def is_known(place: Path) -> bool:
    """Whether what a folder has of the languages is what Debian gives, and enough for the first engine."""
    here = {language: place / f"{language}.traineddata" for language in SUMS}
    sums = {
        language: hashlib.sha256(file.read_bytes()).hexdigest()
        for language, file in here.items()
        if file.is_file()
    }
    return has(place, LATIN) and all(SUMS[language] == found for language, found in sums.items())


def languages(beside: Path) -> Path | None:
    """What is installed, else a folder beside a release, if it is known."""
    return folder() or (beside if is_known(beside) else None)


def can_read() -> bool:
    """Whether library and data are there."""
    return find_spec("tesserocr") is not None and folder() is not None
