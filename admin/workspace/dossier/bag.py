"""Writes the bag: payload, manifests, and the reviewer's signature last. Complete, or not there at all.

Written by hand, not by a library: the two that are there put the moment and themselves into `bag-info.txt`,
and read every file a second time. What it writes, `bagit` and `sha256sum` take (`tests/admin/workspace`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from admin.files import create_file
from admin.workspace.dossier import layout
from crypto.minisign import PublicKey, SigningKey


def key_text(key: PublicKey, whose: str) -> bytes:
    """A public key as the stock `minisign -p` reads it."""
    return f"untrusted comment: minisign public key of {whose}\n{key}\n".encode("ascii")


class Bag:
    """A bag in the making in an empty folder; `add` what is written already, `write` what isn't."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, tuple[bytes, int]] = {}
        for inner in ("", layout.EXHIBITS, layout.CUSTODY, layout.BATCHES, layout.KEYS):
            (folder / layout.DATA / inner).mkdir(mode=0o700)

    @property
    def exhibits(self) -> Path:
        return self._folder / layout.DATA / layout.EXHIBITS

    def add(self, name: str, sha256: bytes, size: int) -> None:
        """A file of the payload, by its path below `data/`; its hash was taken while it was written."""
        self._files[f"{layout.DATA}/{name}"] = (sha256, size)

    def write(self, name: str, content: bytes) -> None:
        """The same for one that is written now."""
        self._put(f"{layout.DATA}/{name}", content)
        self.add(name, hashlib.sha256(content).digest(), len(content))

    def finish(self, key: SigningKey, made: date) -> str:
        """Writes the manifests and signs them. Returns the text of the signature."""
        size = sum(size for _, size in self._files.values())
        info = f"Bagging-Date: {made}\nPayload-Oxum: {size}.{len(self._files)}\n"
        tags = {
            layout.BAGIT: layout.DECLARATION,
            layout.INFO: info.encode("ascii"),
            layout.MANIFEST: _manifest({name: sha256 for name, (sha256, _) in self._files.items()}),
        }
        for name, content in tags.items():
            self._put(name, content)
        signed = _manifest({name: hashlib.sha256(content).digest() for name, content in tags.items()})
        self._put(layout.TAG_MANIFEST, signed)
        signature = key.sign(signed, f"Silbo dossier of {made}")
        self._put(layout.SIGNATURE, signature.encode())
        return signature

    def put_beside(self, files: Mapping[str, bytes]) -> None:
        """What comes after the signature."""
        for name, content in files.items():
            self._put(name, content)

    def _put(self, name: str, content: bytes) -> None:
        with create_file(self._folder / name) as dst:
            dst.write(content)


def _manifest(files: Mapping[str, bytes]) -> bytes:
    """As `sha256sum` writes it, in the order of the names."""
    return "".join(f"{files[name].hex()}  {name}\n" for name in sorted(files)).encode("ascii")
