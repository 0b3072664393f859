"""A file that a reviewer wrote for a command: words, redactions."""

from pathlib import Path

from admin.display import visible
from admin.errors import AdminError
from admin.words import tr

LARGEST = 1 << 20


def text_of(path: Path) -> str:
    """All of it, at most 1 MiB. Raises AdminError, OSError."""
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise AdminError(tr("The file {name} is larger than 1 MiB.", name=visible(path.name)))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AdminError(tr("The file {name} is not text in UTF-8.", name=visible(path.name))) from None
