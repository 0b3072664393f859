"""`silbo-admin` as one file for a stick: our sources and, untouched, the wheels they need (docs/adr/0040).

The file is a zip archive that Python starts. Nothing in it is compressed again and it holds no time: the same
commit gives the same bytes on every machine, and who unpacks it finds each wheel with the SHA-256 that
requirements/run.lock names.
"""

import io
import zipfile
from collections.abc import Mapping

SHEBANG = b"#!/usr/bin/env python3\n"
PACKAGES = ("admin", "codes", "crypto")
"""The reader of one file (`opener/`) is its own file on the stick: each checks the other."""


def offline_file(sources: Mapping[str, bytes], wheels: Mapping[str, bytes]) -> bytes:
    """The file. `sources` are those of the commit by path, `wheels` by file name."""
    folders = tuple(f"{package}/" for package in PACKAGES)
    members = {path: content for path, content in sources.items() if path.startswith(folders)}
    members |= {f"wheels/{name}": content for name, content in wheels.items()}
    members["LICENSE"] = sources["LICENSE"]
    members["__main__.py"] = sources["release/bootstrap.py"]
    output = io.BytesIO(SHEBANG)
    output.seek(len(SHEBANG))
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for path, content in sorted(members.items()):
            member = zipfile.ZipInfo(path)  # 1 January 1980
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, content)
    return output.getvalue()
