"""A wall around the zygote from outside, where Debian's bubblewrap is installed; its own come on top.

From its first instruction on, the process that loads the decoders has no network, sees no other process and
no file but the interpreter, the libraries, this package, its codes and two of the kernel's, all read-only.
Source: bwrap(1).
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import codes

_BWRAP = Path("/usr/bin/bwrap")
_LOADER = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")
_LARGE_PAGES = "/sys/kernel/mm/transparent_hugepage/"
_ALLOCATOR = (_LARGE_PAGES + "hpage_pmd_size", _LARGE_PAGES + "enabled")
"""Without a look at them the C library asks for no large pages, whatever it is started with: a photo's child
had 17,500 page faults instead of 3,600. docs/adr/0445-large-pages-behind-the-wall.md
"""


def wrapped(command: Sequence[str]) -> list[str] | None:
    """`command` inside bubblewrap, with the environment and the descriptors that it is started with; None
    where there is no bubblewrap. Whether the kernel permits it shows only at the start.
    """
    if not _BWRAP.is_file():
        return None
    arguments = [str(_BWRAP), "--unshare-all", "--die-with-parent", "--new-session"]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 -- a mount inside
    for folder in ("/usr", "/bin", "/lib", "/lib64"):
        if os.path.islink(folder):
            arguments += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            arguments += ["--ro-bind", folder, folder]
    for place in (*_LOADER, *_ALLOCATOR, *_python_folders()):
        arguments += ["--ro-bind-try", place, place]
    return [*arguments, "--", *command]


def _python_folders() -> list[str]:
    """Where modules are imported from, outermost first, without what lies inside another or in /usr."""
    package, of_codes = Path(__file__).resolve().parents[1], Path(codes.__file__).resolve().parent
    found: list[Path] = []
    for place in sorted({package, of_codes, Path(sys.prefix), Path(sys.base_prefix)}):
        if place.is_dir() and not any(place.is_relative_to(outer) for outer in (Path("/usr"), *found)):
            found.append(place)
    return [str(place) for place in found]
