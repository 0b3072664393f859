"""Where `silbo-admin age` writes: a file that appears only when whole, a pipe, or a terminal made safe."""

from __future__ import annotations

import contextlib
import io
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from admin.display import visible_block
from admin.errors import AdminError
from admin.files import new_file, sweep
from admin.words import tr

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STANDARD = "-"
_LONGEST_ON_TERMINAL = 1 << 20


@contextlib.contextmanager
def destination(name: str | None, *, text: bool = False, untrusted: bool = False) -> Iterator[BinaryIO]:
    """Open the output for one `with` block; when the block raises, no output is left.

    A named file is written under a temporary name beside it (mode 0600) and renamed at the end. A terminal
    takes only `text`, or what somebody else wrote (`untrusted`), complete and with its commands made
    visible. A pipe takes bytes as they come: the exit status says whether they are whole.
    """
    if name is not None and name != _STANDARD:
        with _file(Path(name)) as file:
            yield file
    elif not sys.stdout.isatty() or (text and not untrusted):
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif untrusted:
        held = _Held()
        yield held
        sys.stdout.write(visible_block(held.text()))
    else:
        raise AdminError(tr("Binary output does not belong on a terminal: give -o FILE, or -a for text."))


class _Held(io.BytesIO):
    """Keeps a short text until all of it is authentic."""

    def write(self, data: ReadableBuffer, /) -> int:
        if self.tell() + memoryview(data).nbytes > _LONGEST_ON_TERMINAL:
            raise AdminError(tr("It is too long for a terminal: give -o FILE."))
        return super().write(data)

    def text(self) -> str:
        try:
            return self.getvalue().decode()
        except UnicodeDecodeError:
            raise AdminError(tr("It is not text: give -o FILE.")) from None


@contextlib.contextmanager
def _file(path: Path) -> Iterator[BinaryIO]:
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        with path.open("wb") as device:  # /dev/null, a named pipe: there is nothing to rename over
            yield device
        return
    path = path.resolve()  # a link stays, and what it points to is written
    sweep(path.parent)
    with new_file(path) as file:
        yield file
