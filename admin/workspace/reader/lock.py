"""The screen before the reader: the passphrase is asked on it, while the libraries are loaded behind it.

Drawn with four commands of our own, so that it is there at once and nothing but `getpass` sees what is typed.
"""

from __future__ import annotations

import threading
from importlib import import_module

from admin.context import Context
from admin.words import tr
from admin.workspace.second_file import load_libraries

_NAME = "Silbo"
_ENTER, _LEAVE = "\x1b[?1049h\x1b[2J\x1b[H", "\x1b[?1049l"
"""xterm's other screen, which has no scrollback; wiped, and from the top."""


def ask(context: Context) -> bytes:
    """The passphrase that was typed, or that a descriptor gives. Raises what the asking raises."""
    load_libraries()
    loading = threading.Thread(target=_load, daemon=True)
    loading.start()
    if not context.typed:
        return context.ask("")
    print(_ENTER + context.paint.bold(_NAME), end="\n\n", file=context.out, flush=True)
    try:
        passphrase = context.ask(tr("Passphrase: "))
        context.say("", tr("Unlocking..."))
        context.out.flush()
        loading.join()
    finally:
        print(_LEAVE, end="", file=context.out, flush=True)
    return passphrase


def _load() -> None:
    """What is wrong with it is told when it is loaded in earnest."""
    try:
        import_module("admin.workspace.reader.app")
    except ImportError:
        return
