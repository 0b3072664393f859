"""Whether this machine can read words in pictures, and where the data of the languages lies. Loads nothing.

Debian's packages `tesseract-ocr-eng`, `-spa` and `-hin`; `deploy.sh` puts them beside the environment where
they are not installed.
"""

import contextlib
import hashlib
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

LATIN, DEVANAGARI = ("eng", "spa"), ("hin", "eng")
"""The languages of each engine, the first one leading."""

_MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of its own in it, for its owner alone
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


_LARGEST = 16 << 20
_MFD_CLOEXEC = 1


def in_memory(beside: Path) -> int | None:
    """A descriptor of a zip file in memory with the data in a folder beside a release: each file is read
    once, so that none can be exchanged between its sum and the engine. None if one is not what Debian gives,
    or there is not enough for the first engine.
    """
    handle = os.memfd_create("silbo-tessdata", _MFD_CLOEXEC)
    try:
        with open(handle, "w+b", closefd=False) as memory, zipfile.ZipFile(memory, "w") as archive:
            for language, wanted in SUMS.items():
                path = beside / f"{language}.traineddata"
                if path.is_file():
                    with path.open("rb") as file:
                        content = file.read(_LARGEST)
                    if hashlib.sha256(content).hexdigest() != wanted:
                        raise ValueError
                    archive.writestr(path.name, content)
                elif language in LATIN:
                    raise ValueError
    except (OSError, ValueError):
        os.close(handle)
        return None
    return handle


@contextlib.contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """A folder in memory with what `in_memory` has made, as long as the engine loads it: it takes a path."""
    place = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder, zipfile.ZipFile(archive) as members:
        for language in SUMS:
            with contextlib.suppress(KeyError):
                members.extract(f"{language}.traineddata", folder)
        yield Path(folder)


def can_read() -> bool:
    """Whether library and data are there."""
    return find_spec("tesserocr") is not None and folder() is not None
