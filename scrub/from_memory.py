"""Libraries out of wheels in memory, for where nothing is installed: the files of a release on a stick.

A compiled module is a file to the system's loader, and names the libraries that it needs. Both come from
memory without a name (memfd_create(2)): a library that is loaded already is found by its own name
(DT_SONAME), so nothing is ever written to a file system and nothing has to be swept (docs/adr/0280).
"""

from __future__ import annotations

import ctypes
import importlib.abc
import importlib.machinery
import importlib.util
import os
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO

_MFD_CLOEXEC = 1
_LIBRARY = re.compile(r"[^/]+\.libs/[^/]+\.so(?:\.[0-9.]+)?")
_BESIDE = re.compile(r"([a-z0-9_]+)/lib[a-z0-9_]+\.so")
_LOOKED_FOR = "'./{prefix}{name}.{suffix}'"
"""Where bindings that ctypesgen has made look for their library: beside their own file, in this spelling."""


def fits(wheel: str) -> bool:
    """Whether a wheel of this machine, by its file name (PEP 427), is for this Python."""
    python, abi, _ = wheel.removesuffix(".whl").split("-")[-3:]
    if abi == "abi3":  # from that version on
        return int(python.removeprefix("cp3")) <= sys.version_info[1]
    return abi == "none" or python == "cp{}{}".format(*sys.version_info)


def load_wheels(archive: str, names: Iterable[str] | None = None) -> None:
    """Makes the wheels in `archive`, a zip file, importable: those of the packages `names`, or all. Raises
    OSError or zipfile.BadZipFile.
    """
    wanted = None if names is None else frozenset(names)
    natives = _Natives()
    with zipfile.ZipFile(archive) as of_wheels:
        for member in of_wheels.namelist():
            name = member.rpartition("/")[2]
            if name.endswith(".whl") and fits(name) and (wanted is None or name.partition("-")[0] in wanted):
                natives.add(of_wheels.read(member))
    sys.meta_path.insert(0, natives)


class _Natives:
    """Finds compiled modules, each in its wheel."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[str, str]] = {}
        self._bindings: dict[str, tuple[str, str]] = {}

    def add(self, wheel: bytes) -> None:
        place = _in_memory(wheel)
        sys.path.append(place)
        with zipfile.ZipFile(BytesIO(wheel)) as inside:
            for member in inside.namelist():
                if (package := _BESIDE.fullmatch(member)) is not None:
                    self._bindings[f"{package[1]}.bindings"] = (place, _in_memory(inside.read(member)))
                elif member.endswith(".so") and _LIBRARY.fullmatch(member) is None:
                    self._places[member.partition(".")[0].replace("/", ".")] = (place, member)
            _load(inside.read(member) for member in inside.namelist() if _LIBRARY.fullmatch(member))

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name in self._bindings:
            return importlib.util.spec_from_loader(name, _Bindings(*self._bindings[name]))
        if name not in self._places:
            return None
        wheel, member = self._places[name]
        with zipfile.ZipFile(wheel) as archive:
            place = _in_memory(archive.read(member))
        loader = importlib.machinery.ExtensionFileLoader(name, place)
        return importlib.util.spec_from_file_location(name, place, loader=loader)


class _Bindings(importlib.abc.InspectLoader):
    """Bindings whose library is a file in memory: they are told where it is."""

    def __init__(self, wheel: str, library: str) -> None:
        self._wheel, self._library = wheel, library

    def get_source(self, fullname: str) -> str:
        with zipfile.ZipFile(self._wheel) as archive:
            source = archive.read(f"{fullname.replace('.', '/')}.py").decode("utf-8")
        return source.replace(_LOOKED_FOR, repr(self._library))


def _load(libraries: Iterator[bytes]) -> None:
    """Loads libraries of which some need others, in whatever order they come. Two that need each other can't
    be loaded so (Pillow's FreeType and HarfBuzz, which only its fonts ask for): they stay out.
    """
    left = [_in_memory(library) for library in libraries]
    loaded = True
    while loaded:
        loaded, failed = False, []
        for place in left:
            try:
                ctypes.CDLL(place)
                loaded = True
            except OSError:  # what it needs comes later
                failed.append(place)
        left = failed


def _in_memory(content: bytes) -> str:
    handle = os.memfd_create("silbo", _MFD_CLOEXEC)
    with open(handle, "wb", closefd=False) as memory:
        memory.write(content)
    return f"/proc/self/fd/{handle}"
