"""The reviewers of the desk: pinned roots, their signed key lists, and the recipients of the next item.

Source: issue 3, item 4, and the design, "Keys". One folder holds one signed list:

    <reviewers>/<tag>.<serial>/{root.pub, keys.json, keys.json.minisig}

`tag` is taken from the root key. A newer list is a new folder beside the old one, put in place by one rename,
so that there is always a whole one; the highest serial counts. A reviewer without a valid key is left out of
an item, with a warning; when there is nobody left, `NoValidKey` stops the intake.
"""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from crypto.age import Recipient, parse_recipient
from crypto.errors import CryptoError
from crypto.keylist import MAX_SIZE, KeyList, check_succeeds, half_spent, parse_keylist, period_for
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey
from crypto.words import fingerprint, matches

_ENTRY = re.compile(r"([0-9a-f]{32})\.([1-9][0-9]{0,15})", re.ASCII)
_FILES = ("root.pub", "keys.json", "keys.json.minisig")
_COMMENT = "untrusted comment: root key of a reviewer"


class ReviewersError(Exception):
    """A reviewer or a key list was refused; one sentence for the operator."""


class NoValidKey(ReviewersError):
    """No reviewer has a key that is valid today: nothing may be taken in."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A pinned root and its newest list. `words` are the ten words of the root's fingerprint."""

    tag: str
    words: tuple[str, ...]
    keys: KeyList

    @property
    def short(self) -> str:
        """Two words that tell reviewers apart in a log without naming anyone."""
        return " ".join(self.words[:2])


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operator should know: a code for `doctor`, a sentence for people."""

    code: Literal["half_spent", "no_valid_key", "damaged", "nobody"]
    text: str


Confirm = Callable[[tuple[str, ...], str], bool]


class Reviewers:
    """The folder of reviewers, read again whenever it has changed. Synchronous: a look costs some system
    calls.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[object, Reviewer | None]] = {}  # by folder name: its state, what it held
        self._parsed: dict[str, Recipient] = {}  # bech32 of a hybrid recipient takes 1.7 ms

    def __repr__(self) -> str:
        return "Reviewers()"

    # For the intake

    def recipients(self, today: date) -> list[Recipient]:
        """One recipient for each reviewer with a key valid `today`, by the newest of these keys.

        Raises NoValidKey if that is nobody.
        """
        periods = [period_for(reviewer.keys, today) for reviewer in self.pinned()]
        texts = [period.recipient for period in periods if period is not None]
        if not texts:
            raise NoValidKey("No reviewer of this desk has a key that is valid today.")
        self._parsed = {text: self._parsed.get(text) or parse_recipient(text) for text in texts}
        return [self._parsed[text] for text in texts]

    def pinned(self) -> tuple[Reviewer, ...]:
        """Every reviewer whose list is intact, ordered by tag."""
        return tuple(reviewer for _, reviewer in sorted(self._newest().items()) if reviewer is not None)

    def warnings(self, today: date) -> tuple[Notice, ...]:
        """What needs the operator's attention: lists that end, are half spent or are damaged."""
        found: list[Notice] = []
        newest = self._newest()
        if not newest:
            found.append(Notice("nobody", "No reviewer has been added yet, so nothing is taken in."))
        for tag, reviewer in sorted(newest.items()):
            if reviewer is None:
                found.append(
                    Notice("damaged", f"The key list {tag} was damaged or changed, and is not used.")
                )
            elif period_for(reviewer.keys, today) is None:
                text = "has no key that is valid today, and is left out of new items."
                found.append(Notice("no_valid_key", f"Reviewer '{reviewer.short}' {text}"))
            elif half_spent(reviewer.keys, today):
                text = f"has spent half of the key list, which ends on {reviewer.keys.periods[-1].until}."
                found.append(Notice("half_spent", f"Reviewer '{reviewer.short}' {text}"))
        return tuple(found)

    # For `silbo reviewers`

    def add(
        self,
        list_file: Path,
        signature_file: Path | None = None,
        *,
        today: date,
        words: str | None = None,
        confirm: Confirm | None = None,
    ) -> Reviewer:
        """Pin the root of a signed key list, or take a newer list of a root that is pinned.

        The signature is in `NAME.minisig` beside the list unless told. A root that is not pinned yet needs
        its fingerprint: the ten `words` as the reviewer read them out, or a `confirm` that is shown the words
        and the label and answers for the operator. Raises ReviewersError.
        """
        data, signature = _files(list_file, signature_file)
        with _refusals():
            keys = parse_keylist(data, signature, None, today=today)
        for reviewer in self.pinned():
            if reviewer.keys.root == keys.root:
                return self._update(reviewer, data, signature, today)
            if reviewer.keys.label.casefold() == keys.label.casefold():
                raise ReviewersError(
                    "A reviewer of this name is here with another root key; if the same person made a new root, "
                    "remove the old one first."
                )
        if words is not None:
            if not matches(words, keys.root):
                raise ReviewersError("The ten words are not those of this key list: it is somebody else's.")
        elif confirm is None or not confirm(fingerprint(keys.root), keys.label):
            raise ReviewersError("The fingerprint was not confirmed; nothing was added.")
        self._check_usable(keys, today)
        return self._put(keys, data, signature)

    def update(
        self, who: str, list_file: Path, signature_file: Path | None = None, *, today: date
    ) -> Reviewer:
        """Take a newer list of the reviewer `who` (see `find`). Raises ReviewersError."""
        return self._update(self.find(who), *_files(list_file, signature_file), today)

    def remove(self, who: str) -> None:
        """Forget the reviewer `who` (see `find`, or the tag of a damaged list): the next item is not for
        them.

        Raises ReviewersError.
        """
        tag = who if who in self._entries() else self.find(who).tag
        with _refusals():
            for name in sorted(self._entries().get(tag, ()), key=_serial):  # the newest goes last
                self._forget(name)
            _sync(self._folder)

    def find(self, who: str) -> Reviewer:
        """The reviewer whose label, tag, or ten words are `who`. Raises ReviewersError if there is none."""
        for reviewer in self.pinned():
            labels = (reviewer.keys.label.casefold(), reviewer.tag)
            if who.strip().casefold() in labels or matches(who, reviewer.keys.root):
                return reviewer
        raise ReviewersError("There is no such reviewer; `silbo reviewers list` shows those of this desk.")

    def lines(self, today: date) -> list[str]:
        """What `silbo reviewers list` prints: label, fingerprint, and until when there are keys."""
        lines = []
        for reviewer in self.pinned():
            keys = reviewer.keys
            state = "valid today" if period_for(keys, today) else "NO KEY VALID TODAY"
            if half_spent(keys, today):
                state += ", half spent"
            until = keys.periods[-1].until
            lines.append(
                f"{keys.label}: {' '.join(reviewer.words)}; list {keys.serial}, until {until}, {state}"
            )
        return lines

    def _update(self, old: Reviewer, data: bytes, signature: str, today: date) -> Reviewer:
        with _refusals():
            new = parse_keylist(data, signature, old.keys.root, today=today)
            check_succeeds(old.keys, new)
        if new == old.keys:
            return old
        self._check_usable(new, today, besides=old.tag)
        return self._put(new, data, signature)

    def _check_usable(self, keys: KeyList, today: date, besides: str = "") -> None:
        if all(period.until <= today for period in keys.periods):
            raise ReviewersError("Every key in the list has expired; ask the reviewer for a new list.")
        kind = type(parse_recipient(keys.periods[0].recipient))
        for other in self.pinned():
            if other.tag != besides and type(parse_recipient(other.keys.periods[0].recipient)) is not kind:
                raise ReviewersError(
                    "All reviewers of a desk must use one kind of key, post-quantum or classic; this differs."
                )

    def _put(self, keys: KeyList, data: bytes, signature: str) -> Reviewer:
        tag = _tag(keys.root)
        content = (f"{_COMMENT}\n{keys.root}\n".encode(), data, signature.encode())
        with _refusals():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            older = self._entries().get(tag, [])
            fresh = self._folder / f".new-{secrets.token_hex(8)}"
            fresh.mkdir(mode=0o700)
            try:
                for name, value in zip(_FILES, content, strict=True):
                    with open(fresh / name, "xb", opener=_private) as file:
                        file.write(value)
                        file.flush()
                        os.fsync(file.fileno())
                _sync(fresh)
                if f"{tag}.{keys.serial}" in older:  # a damaged copy of this very list
                    self._forget(f"{tag}.{keys.serial}")
                os.rename(fresh, self._folder / f"{tag}.{keys.serial}")
            except BaseException:
                shutil.rmtree(fresh, ignore_errors=True)
                raise
            _sync(self._folder)
            for name in older:
                if _serial(name) != keys.serial:
                    self._forget(name)
        return Reviewer(tag, fingerprint(keys.root), keys)

    def _forget(self, name: str) -> None:
        gone = self._folder / f".gone-{secrets.token_hex(8)}"
        os.rename(self._folder / name, gone)
        shutil.rmtree(gone)

    def _entries(self) -> dict[str, list[str]]:
        """The names of the folders of each tag."""
        found: dict[str, list[str]] = {}
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return found
        for name in names:
            if match := _ENTRY.fullmatch(name):
                found.setdefault(match[1], []).append(name)
        return found

    def _newest(self) -> dict[str, Reviewer | None]:
        """The newest list of each tag; None where it is damaged."""
        entries = self._entries()
        for _ in range(8):
            names = {tag: max(found, key=_serial) for tag, found in entries.items()}
            self._read = {name: self._entry(name) for name in names.values()}
            before, entries = entries, self._entries()
            if (
                entries == before
            ):  # else `silbo reviewers` has just replaced a folder: nobody is left out for that
                break
        return {tag: self._read[name][1] for tag, name in names.items()}

    def _entry(self, name: str) -> tuple[object, Reviewer | None]:
        path = self._folder / name
        try:
            stats = [os.stat(path / file) for file in _FILES]
        except OSError:
            return None, None
        state = [(found.st_ino, found.st_size, found.st_mtime_ns) for found in stats]
        known = self._read.get(name)
        if known is not None and known[0] == state:
            return known
        try:
            with _refusals():
                root = PublicKey.parse(_read(path / _FILES[0], 1024).decode("ascii").split("\n")[1])
                data, signature = _files(path / _FILES[1], None)
                keys = parse_keylist(data, signature, root)
        except (ReviewersError, ValueError, IndexError):
            return state, None
        if name != f"{_tag(root)}.{keys.serial}":
            return state, None
        return state, Reviewer(_tag(root), fingerprint(root), keys)


def _tag(root: PublicKey) -> str:
    return hashlib.sha256(root.key).digest()[:16].hex()


def _serial(name: str) -> int:
    return int(name.rpartition(".")[2])


def _files(list_file: Path, signature_file: Path | None) -> tuple[bytes, str]:
    with _refusals():
        data = _read(list_file, MAX_SIZE)
        signature = _read(signature_file or Path(f"{list_file}.minisig"), SIGNATURE_TEXT_LIMIT)
    try:
        return data, signature.decode("utf-8")
    except UnicodeDecodeError:
        raise ReviewersError("The signature file is not text.") from None


def _read(path: Path, limit: int) -> bytes:
    """At most one byte more than `limit`: the parser refuses it then."""
    with open(path, "rb") as file:
        return file.read(limit + 1)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _refusals() -> Iterator[None]:
    """One sentence for whatever `crypto` refuses (its messages quote nothing) or the disk."""
    try:
        yield
    except CryptoError as error:
        raise ReviewersError(str(error)) from None
    except FileNotFoundError:
        raise ReviewersError("The key list or its signature (NAME.minisig beside it) is not there.") from None
    except OSError:
        raise ReviewersError("The key list or the folder of reviewers cannot be read or written.") from None
