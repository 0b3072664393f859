"""The wheels that the offline files carry: named by the lock, fetched by hash, for each machine."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from release.bootstrap import MACHINES, VERSIONS, fitting
from release.errors import ReleaseError

NEEDED = ("cffi", "cryptography", "mnemonic", "pynacl", "segno", "shamir_mnemonic")
"""What `admin` and `crypto` import, and what that imports (cffi; its pycparser is not needed at run time)."""

NEEDED_BY_READER = ("platformdirs", "rich", "textual", "typing_extensions")
"""What the reader of the workspace imports, and what that imports, in the second file. Pure Python."""

NEEDED_BY_PAPERS = (
    "fontpkg_noto_sans",
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_thai",
    "typst",
)
"""What sets the papers of a dossier, in files of their own: a machine's is 38 MB."""

NEEDED_BY_DECODERS = (
    "av",
    "lxml",
    "numpy",
    "olefile",
    "packaging",
    "pi_heif",
    "pillow",
    "pillow_jxl_plugin",
    "pypdfium2",
    "tesserocr",
    "zxing_cpp",
)
"""What draws pages, cleans copies, searches them and reads codes and words from pictures and films, in files
of their own: 159 MB a machine, because six of them have a wheel for each Python.
"""

GLIBC = ("2_28", "2_17")
"""The platforms to fetch for, newest first; the first one is what docs/reviewers.md asks of a machine."""


def locked(lock: str, needed: tuple[str, ...] = NEEDED) -> dict[str, str]:
    """The entries of a lock for what is needed, with their hashes. Raises ReleaseError if one is missing."""
    entries = {}
    for entry in re.findall(r"^[a-z0-9][^#]*", lock, re.MULTILINE):
        for text in re.split(r"\n(?=[a-z0-9])", entry):
            name = text.partition("==")[0].replace("-", "_")
            if name in needed:
                entries[name] = text.rstrip() + "\n"
    if missing := sorted(set(needed) - set(entries)):
        raise ReleaseError(f"requirements/run.lock does not name {', '.join(missing)}")
    return entries


def wheels(lock: str, cache: Path, needed: tuple[str, ...] = NEEDED) -> dict[str, bytes]:
    """Every wheel by its file name; those in `cache` are taken from there if their hash is in the lock.

    Raises ReleaseError when they can't be had.
    """
    entries = locked(lock, needed)
    hashes = set(re.findall(r"sha256:([0-9a-f]{64})", "".join(entries.values())))
    found = cached(cache, hashes)
    if not complete(list(found), needed):
        _fetch(entries, cache)
        found = cached(cache, hashes)
        if not complete(list(found), needed):
            raise ReleaseError("the wheels that were fetched are not one of each package for each machine")
    return found


def complete(names: list[str], needed: tuple[str, ...] = NEEDED) -> bool:
    """Whether each machine and Python finds each needed package once among the wheels."""
    return all(
        sorted(name.partition("-")[0] for name in fitting(names, machine, version)) == list(needed)
        for machine, version in product(MACHINES, VERSIONS)
    )


def cached(cache: Path, hashes: set[str]) -> dict[str, bytes]:
    """The wheels in a folder whose hash is wanted, by file name."""
    if not cache.is_dir():
        return {}
    contents = {path.name: path.read_bytes() for path in sorted(cache.glob("*.whl"))}
    return {
        name: content for name, content in contents.items() if hashlib.sha256(content).hexdigest() in hashes
    }


def _fetch(entries: dict[str, str], cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as place:
        folder = Path(place)
        wanted = folder / "wanted.txt"
        for machine, (number, version) in product(MACHINES, enumerate(VERSIONS)):
            # What has one wheel for every Python is fetched once.
            again = entries if number == 0 else _of_each_python(entries, folder)
            if not again:
                continue
            wanted.write_text("".join(again.values()), "utf-8")
            tag = "{}{}".format(*version)
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
            command += ["--no-input", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
            command += ["--dest", place, "--requirement", str(wanted)]
            command += ["--implementation", "cp", "--python-version", tag]
            for value in (f"cp{tag}", "abi3", "none"):
                command += ["--abi", value]
            for value in GLIBC:
                command += ["--platform", f"manylinux_{value}_{machine}"]
            if subprocess.run(command, capture_output=True, check=False).returncode != 0:
                raise ReleaseError("the wheels could not be fetched by their hashes; is there a network?")
        for path in folder.glob("*.whl"):
            shutil.move(path, cache / path.name)


def _of_each_python(entries: dict[str, str], folder: Path) -> dict[str, str]:
    """Those that have a wheel for each Python, by what was fetched for the first one."""
    tags = {path.name.partition("-")[0]: path.name.split("-")[-2] for path in folder.glob("*.whl")}
    return {name: entry for name, entry in entries.items() if tags.get(name, "none") not in {"abi3", "none"}}
