"""`silbo-admin` as one file for a stick: our sources and, untouched, the wheels they need (docs/adr/0040).

The file is a zip archive that Python starts. Nothing in it is compressed again but the translations, and it
holds no time: the same commit gives the same bytes on every machine, and who unpacks it finds each wheel with
the SHA-256 that requirements/run.lock names.
"""

import bz2
import hashlib
import io
import zipfile
from collections.abc import Mapping

SHEBANG = b"#!/usr/bin/env python3\n"
PACKAGES = ("admin/", "codes/", "crypto/")
"""The reader of one file (`opener/`) is its own file on the stick: each checks the other."""

WORKSPACE = "admin/workspace/"
WORKSPACE_SUM = "admin/workspace.sha256"
"""As `admin.second` looks for it."""

BESIDE_SUMS = "admin/workspace/beside.sha256"
"""As `admin.workspace.second_file` looks for it, in the second file."""

WORKSPACE_PACKAGES = (WORKSPACE, "codes/", "scrub/")
"""What is in the second file. It has its own `codes`: a process is started from it alone."""

_READER = b'''"""The workspace of silbo-admin; started by it, what takes the words out of files."""

import sys

if not 2 <= len(sys.argv) <= 5:
    sys.exit("This file belongs beside silbo-admin: python3 silbo-admin work")
if len(sys.argv) == 5:
    from scrub.isolation.ocr_process import main

    libraries, data = sys.argv[2:4]
    del sys.argv[1:4]
    main(libraries, data)
elif len(sys.argv) == 4:
    if sys.argv[1] == "pages":
        from scrub.isolation.page_reader import main
    elif sys.argv[1] == "clean":
        from scrub.isolation.zygote import main as start

        def main(libraries):
            start((sys.argv[0], "decoders", libraries))
    elif sys.argv[1] == "decoders":
        from scrub.isolation.decoders import main
    elif sys.argv[1] == "marking":
        from scrub.isolation.marking import main
    else:
        from scrub.isolation.filming import main
    libraries = sys.argv[2]
    del sys.argv[1:3]
    main(libraries)
elif sys.argv[1:2] == ["papers"]:
    from types import ModuleType

    admin = sys.modules["admin"] = ModuleType("admin")  # the rest of it is in the first file
    admin.__path__ = [f"{sys.path[0]}/admin"]
    from admin.workspace.dossier.setting import main

    main(sys.argv[2])
elif len(sys.argv) == 3:
    from scrub.isolation.marking import main

    del sys.argv[1]
    main()
else:
    from scrub.isolation.reader import main

    main()
'''


OFFLINE_FILES = {"silbo-admin": "x86_64", "silbo-admin-arm64": "aarch64"}
"""The first file by its name, for each machine: with the wheels of both it was 13.9 MB (docs/adr/0204)."""


PAPERS_FILES = {"silbo-papers": "x86_64", "silbo-papers-arm64": "aarch64"}
"""What sets the papers of a dossier, for each machine; wheels and nothing else (docs/adr/0211)."""


DECODERS_FILES = {"silbo-decoders": "x86_64", "silbo-decoders-arm64": "aarch64"}
"""What draws pages, cleans, searches and reads codes and words, for each machine; wheels and nothing else
(docs/adr/0280).
"""


def offline_file(
    sources: Mapping[str, bytes], wheels: Mapping[str, bytes], workspace: bytes = b"", machine: str = "any"
) -> bytes:
    """The file. `sources` are those of the commit by path, `wheels` by file name, of which those that
    `machine` can use go in; `workspace` is the second file, the only one that this one will take.
    """
    members = _of(sources, PACKAGES, without=WORKSPACE)
    members |= _fitting(wheels, machine)
    members[WORKSPACE_SUM] = hashlib.sha256(workspace).hexdigest().encode() + b"\n"
    members["__main__.py"] = sources["release/bootstrap.py"]
    return _zip(members)


def workspace_file(
    sources: Mapping[str, bytes], wheels: Mapping[str, bytes], beside: Mapping[str, bytes] | None = None
) -> bytes:
    """The second file (docs/adr/0162), for who works with many drops: the workspace, `scrub` for it, and the
    wheels of its reader. `beside` are the files of `PAPERS_FILES` and `DECODERS_FILES`, the only ones that it
    will take.
    """
    members = _of(sources, WORKSPACE_PACKAGES)
    sums = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in (beside or {}).items())
    members[BESIDE_SUMS] = "".join(sums).encode("ascii")
    members |= {f"wheels/{name}": content for name, content in wheels.items()}
    return _zip(members | {"__main__.py": _READER})


def libraries_file(wheels: Mapping[str, bytes], machine: str) -> bytes:
    """What the workspace loads for a dossier, or has loaded where pages are drawn, and at no other time."""
    return _zip(_fitting(wheels, machine))


def _fitting(wheels: Mapping[str, bytes], machine: str) -> dict[str, bytes]:
    return {
        f"wheels/{name}": content
        for name, content in wheels.items()
        if name.endswith(("-any.whl", f"_{machine}.whl"))
    }


def _of(sources: Mapping[str, bytes], folders: tuple[str, ...], without: str = "\0") -> dict[str, bytes]:
    found = {
        path: content
        for path, content in sources.items()
        if path.startswith(folders) and not path.startswith(without)
    }
    for path in [path for path in found if path.endswith(".po")]:  # bzip2 gives the same bytes everywhere
        found[path + ".bz2"] = bz2.compress(found.pop(path))
    return found | {"LICENSE": sources["LICENSE"]}


def _zip(members: Mapping[str, bytes]) -> bytes:
    output = io.BytesIO(SHEBANG)
    output.seek(len(SHEBANG))
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for path, content in sorted(members.items()):
            member = zipfile.ZipInfo(path)  # 1 January 1980
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, content)
    return output.getvalue()
