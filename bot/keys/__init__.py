"""The reviewers of the desk: whose key lists are taken, and the recipients of the next item.

Source: issue 3, item 4, and the design, "Keys". A reviewer without a valid key is left out of an item, with a
warning; when there is nobody left, `NoValidKey` stops the intake. Nothing is ever sealed to a list that is
damaged.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from bot.keys.keyfolder import KeyFolder, read_bounded, tag_of
from bot.keys.refusals import NoValidKey, ReviewersError, refusals
from bot.keys.revoked import ShutOut
from crypto.age import Recipient, parse_recipient
from crypto.keylist import MAX_SIZE, KeyList, check_succeeds, half_spent, parse_keylist, period_for
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey
from crypto.slots import Slots
from crypto.words import fingerprint, matches

__all__ = ["NoValidKey", "Notice", "Reviewer", "Reviewers", "ReviewersError", "ShutOut", "SignedList"]


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A pinned root and its newest list."""

    keys: KeyList

    @property
    def tag(self) -> str:
        """The name of the root on this server, 32 hexadecimal digits."""
        return tag_of(self.keys.root)

    @property
    def words(self) -> tuple[str, ...]:
        """The ten words of the root's fingerprint."""
        return fingerprint(self.keys.root)

    @property
    def short(self) -> str:
        """Two words that tell reviewers apart in a log without naming anyone."""
        return " ".join(self.words[:2])


@dataclass(frozen=True, slots=True)
class SignedList:
    """A pinned root key, the text of its newest list, and the text of the signature, for others to check."""

    root: str
    keys: str
    signature: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the operator should know: a code for `doctor`, a sentence for people."""

    code: Literal["nobody", "damaged", "no_valid_key", "half_spent"]
    text: str


class Reviewers:
    """The reviewers in a folder, which is read again whenever it has changed (a look costs some stats)."""

    def __init__(self, folder: Path) -> None:
        self._folder = KeyFolder(folder)
        self._shut_out = ShutOut(folder)
        self._parsed: dict[str, Recipient] = {}  # bech32 of a hybrid recipient takes 1.7 ms
        self._filled: tuple[list[Recipient], Slots] | None = None  # and a discarded key 0.15 ms

    def __repr__(self) -> str:
        return "Reviewers()"

    # For the intake

    def recipients(self, today: date) -> list[Recipient]:
        """One recipient for each reviewer with a key valid `today`: the newest of these keys.

        Raises NoValidKey if that is nobody, or the folder cannot be read.
        """
        try:
            pinned = self.pinned()
        except ReviewersError as error:
            raise NoValidKey(str(error)) from None
        periods = [period_for(reviewer.keys, today) for reviewer in pinned]
        texts = [period.recipient for period in periods if period is not None]
        if not texts:
            raise NoValidKey("No reviewer of this desk has a key that is valid today.")
        self._parsed = {text: self._parsed.get(text) or parse_recipient(text) for text in texts}
        return [self._parsed[text] for text in texts]

    def slots(self, today: date) -> Slots:
        """The same recipients among discarded keys, which stay until a recipient comes or goes.

        Raises NoValidKey.
        """
        recipients = self.recipients(today)
        filled = self._filled
        if filled is None or filled[0] != recipients:
            self._filled = filled = recipients, Slots(recipients)
        return filled[1]

    def pinned(self) -> tuple[Reviewer, ...]:
        """Every reviewer whose list is intact, ordered by tag. Raises ReviewersError if the disk fails."""
        with refusals():
            found = self._folder.newest()
        return tuple(Reviewer(keys) for _, keys in sorted(found.items()) if keys is not None)

    def signed(self) -> tuple[SignedList, ...]:
        """The lists of `pinned`, as their reviewers published them. Raises ReviewersError."""
        with refusals():
            found = {tag: keys for tag, keys in sorted(self._folder.newest().items()) if keys is not None}
            files = self._folder.content()
        signed = []
        for tag, keys in found.items():
            name = f"{tag}.{keys.serial}/keys.json"
            if name in files:
                texts = files[name].decode(), files[f"{name}.minisig"].decode()
                signed.append(SignedList(str(keys.root), *texts))
        return tuple(signed)

    def warnings(self, today: date) -> tuple[Notice, ...]:
        """What needs the operator's attention: lists that have ended, are half spent or are damaged."""
        notices: list[Notice] = []
        with refusals():
            found = self._folder.newest()
        if not found:
            gone = self._shut_out.revoked_tags() or self._shut_out.removed_tags()
            why = "Every reviewer was revoked or removed" if gone else "No reviewer has been added yet"
            notices.append(Notice("nobody", f"{why}, so nothing is taken in."))
        for tag, keys in sorted(found.items()):
            if keys is None:
                text = f"The key list in the folder {tag} was damaged or changed, and is not used."
                notices.append(Notice("damaged", text))
            elif period_for(keys, today) is None:
                text = "has no key that is valid today, and is left out of new items."
                notices.append(Notice("no_valid_key", f"Reviewer '{Reviewer(keys).short}' {text}"))
            elif half_spent(keys, today):
                text = f"has spent half of the key list, which ends on {keys.periods[-1].until}."
                notices.append(Notice("half_spent", f"Reviewer '{Reviewer(keys).short}' {text}"))
        return tuple(notices)

    # For `silbo reviewers`

    def add(
        self,
        list_file: Path,
        signature_file: Path | None = None,
        *,
        today: date,
        words: str | None = None,
        confirm: Callable[[tuple[str, ...], str], bool] | None = None,
    ) -> Reviewer:
        """Pin the root of a signed key list, or take a newer list of a root that is pinned.

        The signature is in `NAME.minisig` beside the list unless told. A root that is not pinned yet needs
        its fingerprint: the ten `words` as the reviewer read them out, or a `confirm` that is shown the words
        and the label and answers for the operator. Raises ReviewersError.
        """
        data, signature = _files(list_file, signature_file)
        with refusals():
            keys = parse_keylist(data, signature, None, today=today)
        if self._shut_out.is_revoked(keys.root):
            raise ReviewersError(
                "The root key of this list was revoked and never comes back; "
                "the reviewer must make new keys in a new home (silbo-admin --home DIR keygen)."
            )
        if words is not None and not matches(words, keys.root):
            raise ReviewersError("The ten words are not those of this key list: it is somebody else's.")
        for reviewer in self.pinned():
            if reviewer.keys.root == keys.root:
                return self._update(reviewer, data, signature, today)
            if reviewer.keys.label.casefold() == keys.label.casefold():
                raise ReviewersError(
                    "A reviewer of this name is here with another root key; "
                    "if the same person has made a new one, remove the old one first."
                )
        self._check_last(keys, data)
        if words is None and (confirm is None or not confirm(fingerprint(keys.root), keys.label)):
            raise ReviewersError("The fingerprint was not confirmed; nothing was added.")
        return self._put(keys, data, signature, today)

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
        with refusals():
            tag = who if who in self._folder.newest() else self.find(who).tag
            self._folder.remove(tag)

    def name_of(self, who: str) -> str:
        """The label of the reviewer `who` (see `find`), or a damaged list's tag. Raises ReviewersError."""
        with refusals():
            return who if who in self._folder.newest() else self.find(who).keys.label

    def find(self, who: str) -> Reviewer:
        """The reviewer whose label, tag, or ten words are `who`. Raises ReviewersError if there is none."""
        for reviewer in self.pinned():
            names = (reviewer.keys.label.casefold(), reviewer.tag)
            if who.strip().casefold() in names or matches(who, reviewer.keys.root):
                return reviewer
        raise ReviewersError("There is no such reviewer; `silbo reviewers list` shows those of this desk.")

    def is_revoked(self, root: PublicKey) -> bool:
        """Whether this root was revoked here. Raises ReviewersError if the disk fails."""
        return self._shut_out.is_revoked(root)

    def lines(self, today: date) -> list[str]:
        """What `silbo reviewers list` prints: label, fingerprint, until when there are keys; the revoked."""
        lines = []
        for reviewer in self.pinned():
            keys = reviewer.keys
            state = "valid today" if period_for(keys, today) else "NO KEY VALID TODAY"
            state += ", half spent" if half_spent(keys, today) else ""
            until = keys.periods[-1].until
            lines.append(
                f"{keys.label}: {' '.join(reviewer.words)}; list {keys.serial}, until {until}, {state}"
            )
        gone = [
            f"{revoked.who}; REVOKED, nothing is sealed to it again" for revoked in self._shut_out.revoked()
        ]
        return lines + gone

    def _update(self, old: Reviewer, data: bytes, signature: str, today: date) -> Reviewer:
        with refusals():
            new = parse_keylist(data, signature, old.keys.root, today=today)
            check_succeeds(old.keys, new)
        return old if new == old.keys else self._put(new, data, signature, today)

    def _check_last(self, keys: KeyList, data: bytes) -> None:
        """A removal forgets no serial: an older list may name keys that were stolen or destroyed since."""
        last = self._shut_out.last(tag_of(keys.root))
        if last is None:
            return
        serial, digest = last
        if keys.serial < serial:
            raise ReviewersError(
                f"This reviewer was removed here with list {serial}, and this one, {keys.serial}, is older; "
                "ask the reviewer for the newest."
            )
        if keys.serial == serial and digest not in {None, hashlib.sha256(data).hexdigest()}:
            raise ReviewersError("Two different key lists carry the same serial number.")

    def _put(self, keys: KeyList, data: bytes, signature: str, today: date) -> Reviewer:
        reviewer = Reviewer(keys)
        if all(period.until <= today for period in keys.periods):
            raise ReviewersError("Every key in the list has expired; ask the reviewer for a new list.")
        kind = type(parse_recipient(keys.periods[0].recipient))
        for other in self.pinned():
            first = other.keys.periods[0].recipient
            if other.tag != reviewer.tag and type(parse_recipient(first)) is not kind:
                raise ReviewersError(
                    "All reviewers of a desk must use one kind of key, post-quantum or classic; "
                    "this list has the other kind."
                )
        with refusals():
            self._folder.put(keys, data, signature)
        return reviewer


def _files(list_file: Path, signature_file: Path | None) -> tuple[bytes, str]:
    with refusals():
        data = read_bounded(list_file, MAX_SIZE)
        signature = read_bounded(signature_file or Path(f"{list_file}.minisig"), SIGNATURE_TEXT_LIMIT)
    try:
        return data, signature.decode("utf-8")
    except UnicodeDecodeError:
        raise ReviewersError("The signature file is not text.") from None
