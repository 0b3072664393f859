"""The signed key list in the home: one folder a serial, so that list and signature always belong together."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from admin.errors import AdminError
from admin.files import make_public_folder, remove, sync_folder, temporary_folder, write_atomic, write_public
from admin.home import Home
from admin.program import command
from admin.words import tr
from crypto import keylist
from crypto.errors import CryptoError
from crypto.keylist import KeyList, keylist_bytes, parse_keylist
from crypto.minisign import SigningKey
from crypto.record import Record

LIST_NAME = "keys.json"
SIGNATURE_NAME = "keys.json.minisig"
_LIST_FOLDER = re.compile(r"list-(\d{6,})")


class Published(Record):
    """The signed list as it rests in the home."""

    keys: KeyList
    folder: Path

    @property
    def span(self) -> str:
        """From when until when it is valid, for a sentence."""
        return tr(
            "valid from {start} until {until}",
            start=self.keys.periods[0].start,
            until=self.keys.periods[-1].until,
        )

    @property
    def files(self) -> tuple[Path, Path]:
        return self.folder / LIST_NAME, self.folder / SIGNATURE_NAME


def load(home: Home) -> Published:
    """The newest signed list, its signature checked. Raises `AdminError` when there is none or it was
    changed.
    """
    return _newest(home, lambda data, folder: parse_keylist(data, _signature(folder), None))


def outline(home: Home) -> KeyList:
    """The newest list for its dates alone: neither its signature nor its recipients are looked at, so that
    nothing waits for the cryptography. Raises `AdminError` when there is none or it is damaged.
    """
    return _newest(home, lambda data, _: keylist.outline(data)).keys


def _newest(home: Home, parse: Callable[[bytes, Path], KeyList]) -> Published:
    folders = sorted(path for path in home.keys.iterdir() if _LIST_FOLDER.fullmatch(path.name))
    if not folders:
        raise AdminError(
            tr("This home holds no keys yet; '{command}' makes them.", command=command("keygen"))
        )
    try:
        return Published(parse((folders[-1] / LIST_NAME).read_bytes(), folders[-1]), folders[-1])
    except FileNotFoundError:
        raise AdminError(tr("The key list in the home is incomplete.")) from None
    except (CryptoError, UnicodeDecodeError) as error:
        raise AdminError(tr("The key list in the home cannot be used. {error}", error=error)) from None


def _signature(folder: Path) -> str:
    return (folder / SIGNATURE_NAME).read_text("utf-8")


def publish(home: Home, published: Published, folder: Path) -> tuple[Path, ...]:
    """Copies the list and its signature into `folder`, which is made if need be. Returns where they are."""
    home.refuse(folder)
    make_public_folder(folder)
    written = tuple(folder / source.name for source in published.files)
    for source, target in zip(published.files, written, strict=True):
        write_public(target, source.read_bytes())
    return written


def write_list(folder: Path, keys: KeyList, root: SigningKey) -> None:
    """Writes `list-SERIAL/` with the list and its signature into `folder`, which nobody reads yet."""
    generation = folder / f"list-{keys.serial:06d}"
    generation.mkdir(mode=0o700)
    data = keylist_bytes(keys)
    comment = f"silbo key list, serial {keys.serial}, issued {keys.issued}"
    write_atomic(generation / LIST_NAME, data)
    write_atomic(generation / SIGNATURE_NAME, root.sign(data, comment).encode())


def replace_list(home: Home, keys: KeyList, root: SigningKey) -> None:
    """Puts a new list in place by one rename, so that list and signature are never of two serials; then
    tidies.
    """
    with temporary_folder(home.keys) as staging:
        write_list(staging, keys, root)
        new = home.keys / f"list-{keys.serial:06d}"
        (staging / new.name).replace(new)
        sync_folder(home.keys)
    for path in home.keys.iterdir():
        if _LIST_FOLDER.fullmatch(path.name) and path != new:
            remove(path)
