"""The folder of pinned key lists on the server's disk: whole at any instant, checked again on every change.

Source: issue 3, item 4. One folder inside it holds one signed list:

    <tag>.<serial>/{root.pub, keys.json, keys.json.minisig}

`tag` is taken from the root key. A newer list is a new folder beside the old one, put in place by one rename;
the highest serial counts. `minisign -V -p root.pub -m keys.json` checks a list by hand. Beside them stand the
roots that were revoked (issue 9, item 7), for ever, and those that were removed, until they are added again
(with the serial of their last list, below which none is taken again):

    <tag>.revoked/{revocation.txt, and the three files of the last list, for its label}
    <tag>.removed/removed.txt

The name of the first alone shuts out every list of its root, whatever is in it. The second is there for a
restore: an old backup brings neither back.
"""

import hashlib
import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Literal

from bot.files import open_plain, sync_folder, whole, write_new
from crypto.errors import CryptoError
from crypto.keylist import MAX_SIZE, KeyList, keylist_bytes, parse_keylist
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey
from crypto.revocation import MAX_SIZE as REVOCATION_LIMIT
from crypto.revocation import Revocation, parse_revocation

_ENTRY = re.compile(r"([0-9a-f]{32})\.([1-9][0-9]{0,15})", re.ASCII)
_SHUT_OUT = re.compile(r"([0-9a-f]{32})\.(revoked|removed)", re.ASCII)
_REVOCATION = "revocation.txt"
_REMOVED = "removed.txt"
_HOW: tuple[Literal["revoked", "removed"], ...] = ("revoked", "removed")
_FILES = ("root.pub", "keys.json", "keys.json.minisig")
_REMOVED_TEXT = "Removed by the operator; can be added again.\n"
_LAST = re.compile(r"Last list: ([1-9][0-9]{0,15})(?: ([0-9a-f]{64}))?", re.ASCII)
_REMOVED_LIMIT = 1024
_COMMENT = "untrusted comment: root key of a reviewer"

Last = tuple[int, str | None]
"""A serial, and the SHA-256 of the list in hexadecimal digits."""

_State = tuple[tuple[int, int, int], ...] | None


class KeyFolder:
    """Reads and replaces lists; raises OSError where the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: dict[str, tuple[_State, KeyList | None]] = {}  # by name: the files' state, what they held

    def newest(self) -> dict[str, KeyList | None]:
        """The newest list of each tag that is not revoked; None where it is damaged or was changed, and must
        not be used.
        """
        entries = self._entries()
        for _ in range(8):
            names = {tag: max(found, key=_serial) for tag, found in entries.items()}
            self._read = {name: self._entry(name) for name in names.values()}
            before, entries = entries, self._entries()
            if entries == before:  # else a list was being replaced: nobody is left out for that
                break
        return {tag: self._read[name][1] for tag, name in names.items()}

    def put(self, keys: KeyList, data: bytes, signature: str) -> None:
        """Make a checked list the newest of its root, durably; older ones go."""
        tag = tag_of(keys.root)
        name = f"{tag}.{keys.serial}"
        older = self._entries().get(tag, [])
        if tag in self.shut_out("removed"):
            older.append(f"{tag}.removed")
        content = (f"{_COMMENT}\n{keys.root}\n".encode(), data, signature.encode())
        self._place(name, dict(zip(_FILES, content, strict=True)))
        for other in older:
            if other != name:
                self._forget(other)

    def remove(self, tag: str, last: Last | None = None) -> None:
        """Forget every list of a root, durably, but the newest one's serial and hash, or those of `last` if
        they are newer.
        """
        names = sorted(self._entries().get(tag, ()), key=_serial)
        known = [found for found in (self.last(tag), last) if found is not None]
        if names:
            keys = self._entry(names[-1])[1]
            digest = None if keys is None else hashlib.sha256(keylist_bytes(keys)).hexdigest()
            known.append((_serial(names[-1]), digest))
        serial, digest = max(known, key=lambda found: (found[0], found[1] or ""), default=(0, None))
        line = f"Last list: {serial}{f' {digest}' if digest else ''}\n" if serial else ""
        self._place(f"{tag}.removed", {_REMOVED: (_REMOVED_TEXT + line).encode()})
        for name in names:  # stopped half way, the newest still counts
            self._forget(name)
        sync_folder(self._path)

    def last(self, tag: str) -> Last | None:
        """Of a root that was removed the serial of its last list, and the list's SHA-256 if it was whole;
        None where nobody knows it any more: version 0.1 kept none.
        """
        try:
            text = read_bounded(self._path / f"{tag}.removed" / _REMOVED, _REMOVED_LIMIT).decode("ascii")
        except (OSError, ValueError):
            return None
        found = [match for line in text.splitlines() if (match := _LAST.fullmatch(line))]
        return (int(found[0][1]), found[0][2]) if found else None

    def shut_out(self, how: Literal["revoked", "removed"]) -> frozenset[str]:
        """The tags of the roots that were revoked, or that were removed and not added again.

        Whose mark stands beside a list is a reviewer: the command that was to end that was killed.
        """
        found = [_SHUT_OUT.fullmatch(name) for name in self._names()]
        tags = frozenset(match[1] for match in found if match and match[2] == how)
        return tags if how == "revoked" else tags - self._entries().keys()

    def content(self) -> dict[str, bytes]:
        """The files that count, by their paths in the folder: the newest intact list of each root, and who is
        shut out. For a backup: not what a stopped command or a person left there, which `restore` refuses.
        """
        names = [f"{tag}.{keys.serial}" for tag, keys in self.newest().items() if keys is not None]
        found = {
            f"{name}/{file}": (self._path / name / file).read_bytes() for name in names for file in _FILES
        }
        for how in _HOW:
            for name in sorted(f"{tag}.{how}" for tag in self.shut_out(how)):
                files = [
                    file for file in (_REVOCATION, _REMOVED, *_FILES) if (self._path / name / file).is_file()
                ]
                found |= {
                    f"{name}/{file}": read_bounded(self._path / name / file, MAX_SIZE) for file in files
                }
                if not files:  # an archive holds files only, and the name alone shuts out
                    found[f"{name}/{_REMOVED}"] = b""
        return found

    def drop_leftovers(self) -> None:
        """Forget what counts no more: older lists, those of a revoked root, marks beside a list."""
        for tag, keys in self.newest().items():
            for name in self._entries().get(tag, ()):
                if keys is not None and _serial(name) < keys.serial:
                    self._forget(name)
            if os.path.lexists(self._path / f"{tag}.removed"):
                self._forget(f"{tag}.removed")
        for tag in self.shut_out("revoked"):
            for name in self._entries(revoked=True).get(tag, ()):
                self._forget(name)

    def revoked(self, tag: str) -> tuple[Revocation | None, KeyList | None]:
        """Of a revoked root the signed text, and its last list; None where that is gone or damaged."""
        name = f"{tag}.revoked"
        keys = self._entry(name)[1]
        try:
            revocation = parse_revocation(read_bounded(self._path / name / _REVOCATION, REVOCATION_LIMIT))
        except (OSError, CryptoError):
            return None, keys
        return (revocation if tag_of(revocation.root) == tag else None), keys

    def revoke(self, tag: str, revocation: Revocation | None) -> None:
        """Shut out a root for ever, durably; its lists go. None where the signed text was lost.

        Where there is no room for the text, the name alone shuts out; the same again keeps the text.
        """
        name = f"{tag}.revoked"
        lists = sorted(self._entries(revoked=True).get(tag, ()), key=_serial)
        files = {} if revocation is None else {_REVOCATION: revocation.text.encode()}
        if tag not in self.shut_out("revoked"):
            if lists and self._entry(lists[-1])[1] is not None:
                files |= {file: (self._path / lists[-1] / file).read_bytes() for file in _FILES}
            try:
                self._place(name, files)
            except OSError:
                if not lists:
                    raise
                os.rename(self._path / lists.pop(), self._path / name)  # on a full disk, too
        for other in lists:
            self._forget(other)
        if revocation is not None and self.revoked(tag)[0] is None:
            with suppress(OSError), whole(self._path / name / _REVOCATION) as file:
                file.write(files[_REVOCATION])
        sync_folder(self._path)

    def _place(self, name: str, files: dict[str, bytes]) -> None:
        """Put a folder with these files in the place of whatever has its name, durably."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path / f".new-{secrets.token_hex(8)}"
        fresh.mkdir(mode=0o700)
        try:
            for file, value in files.items():
                write_new(fresh / file, value)
            sync_folder(fresh)
            if os.path.lexists(self._path / name):  # a damaged copy of this very thing
                self._forget(name)
            os.rename(fresh, self._path / name)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        sync_folder(self._path)

    def _forget(self, name: str) -> None:
        gone = self._path / f".gone-{secrets.token_hex(8)}"
        os.rename(self._path / name, gone)
        shutil.rmtree(gone)

    def _names(self) -> list[str]:
        try:
            return sorted(os.listdir(self._path))
        except FileNotFoundError:
            return []

    def _entries(self, *, revoked: bool = False) -> dict[str, list[str]]:
        """The names of the folders of each tag, with `revoked` those left of a revoked root as well."""
        names = self._names()
        found: dict[str, list[str]] = {}
        out = frozenset[str]() if revoked else self.shut_out("revoked")
        for name in names:
            if (match := _ENTRY.fullmatch(name)) and match[1] not in out:
                found.setdefault(match[1], []).append(name)
        return found

    def _entry(self, name: str) -> tuple[_State, KeyList | None]:
        path = self._path / name
        try:
            stats = [os.stat(path / file) for file in _FILES]
            state = tuple((found.st_ino, found.st_size, found.st_mtime_ns) for found in stats)
            known = self._read.get(name)
            if known is not None and known[0] == state:
                return known  # parsing costs 1.7 ms a period
            root = PublicKey.parse(read_bounded(path / _FILES[0], 1024).decode("ascii").split("\n")[1])
            signature = read_bounded(path / _FILES[2], SIGNATURE_TEXT_LIMIT).decode("utf-8")
            keys = parse_keylist(read_bounded(path / _FILES[1], MAX_SIZE), signature, root)
        except (OSError, CryptoError, ValueError, IndexError):
            return None, None
        own = (f"{tag_of(root)}.{keys.serial}", f"{tag_of(root)}.revoked")
        return (state, keys) if name in own else (None, None)


def tag_of(root: PublicKey) -> str:
    """The name of a root on this server: 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(root.key).digest()[:16].hex()


def read_bounded(path: Path, limit: int) -> bytes:
    """The content of a plain file, cut one byte after `limit`: what parses it refuses it then."""
    with open_plain(path, follow=True) as file:
        return file.read(limit + 1)


def _serial(name: str) -> int:
    return int(name.rpartition(".")[2])
