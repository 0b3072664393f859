"""The second file in memory: how the process that takes words out is started from it, and its libraries.

In a checkout there is none: `scrub` is a folder, and the libraries are installed.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator

import scrub
from admin.words import tr

_IN_MEMORY = re.compile("/proc/self/fd/([0-9]+)/")
_MFD_CLOEXEC = 1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scrub.word_reader import WordReader


@contextlib.contextmanager
def word_reader(
    warn: Callable[[str], None],
) -> Iterator[tuple[Callable[[str, bytes], str | None], frozenset[str]]]:
    """A function that takes the words out of a file, and the media types that may have any.

    The event loop and the confined process are there from the first file on. Where they can't be started, or
    this machine lacks a wall, a sentence says so once; without them files have no words.
    """
    from scrub.reading import READABLE  # noqa: PLC0415 -- with it come ZIP and e-mail

    reader: WordReader | None = None
    refused = False

    def words(media_type: str, untrusted: bytes) -> str | None:
        nonlocal reader, refused
        if refused:
            return None
        from scrub.word_reader import READER, ScrubberError, WordReader  # noqa: PLC0415 -- and an event loop

        if first := reader is None:
            found = _IN_MEMORY.match(str(scrub.__file__))
            place = ((f"/proc/self/fd/{found[1]}",), (int(found[1]),)) if found else (READER, ())
            reader = WordReader(*place)
        try:
            result = reader.words(media_type, untrusted)
        except ScrubberError:
            refused = True
            warn(tr("The confined process that reads files can't be started here: files can't be searched."))
            return None
        if first and (missing := reader.missing_isolation):
            warn(
                tr(
                    "This machine lacks walls around the process that reads files: {missing}.",
                    missing=", ".join(missing),
                )
            )
        return result

    try:
        yield words, READABLE
    finally:
        if reader is not None:
            reader.close()


def load_libraries() -> None:
    """Makes the wheels of the second file importable, each from memory; they are pure Python."""
    found = _IN_MEMORY.match(str(scrub.__file__))
    if found is None:
        return
    import zipfile  # noqa: PLC0415 -- here alone

    with zipfile.ZipFile(found[0].rstrip("/")) as archive:
        for name in archive.namelist():
            if name.startswith("wheels/"):
                handle = os.memfd_create("silbo-workspace", _MFD_CLOEXEC)
                with open(handle, "wb", closefd=False) as memory:
                    memory.write(archive.read(name))
                sys.path.append(f"/proc/self/fd/{handle}")
