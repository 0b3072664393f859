"""Who was revoked or removed: taking a signed revocation, and carrying both facts over a restore.

Source: issue 9, item 7; docs/protocol.md, "Revocations"; docs/adr/0074. The next item is sealed without a
revoked reviewer, and their root never comes back: not by a key list, not by an old backup.
"""

from dataclasses import dataclass
from pathlib import Path

from bot.keys.keyfolder import KeyFolder, Last, read_bounded, tag_of
from bot.keys.refusals import ReviewersError, refusals
from crypto.minisign import PublicKey
from crypto.revocation import MAX_SIZE, Revocation, parse_revocation
from crypto.words import fingerprint


@dataclass(frozen=True, slots=True)
class Revoked:
    """A root that was revoked. It is shut out even where its text was lost or damaged (`signed` is None).

    `label` is None where no list of it was here any more.
    """

    tag: str
    signed: Revocation | None
    label: str | None

    @property
    def who(self) -> str:
        """The label and the ten words, as far as they are known."""
        words = f"root {self.tag}" if self.signed is None else " ".join(fingerprint(self.signed.root))
        return words if self.label is None else f"{self.label}: {words}"


class ShutOut:
    """Those in a folder of reviewers who were revoked or removed. Every method raises ReviewersError."""

    def __init__(self, folder: Path) -> None:
        self._folder = KeyFolder(folder)

    def __repr__(self) -> str:
        return "ShutOut()"

    def revoke(self, file: Path) -> Revoked:
        """Shut out for ever who signed the revocation in `file`: the next item is not for them.

        The same again changes nothing. What is no revocation is refused, and one of a root that never was a
        reviewer's here.
        """
        with refusals("There is no revocation at that place.", "The revocation cannot be read."):
            signed = parse_revocation(read_bounded(file, MAX_SIZE))
        tag = tag_of(signed.root)
        with refusals():
            if tag not in {*self._folder.newest(), *self._folder.shut_out("removed"), *self.revoked_tags()}:
                raise ReviewersError(
                    "That is the revocation of somebody who is no reviewer of this desk, with the ten words "
                    f"'{' '.join(fingerprint(signed.root))}'; nothing was changed."
                )
            self._folder.revoke(tag, signed)
        return self._revoked(tag)

    def revoked(self) -> tuple[Revoked, ...]:
        """Every root that was revoked, ordered by tag."""
        return tuple(self._revoked(tag) for tag in sorted(self.revoked_tags()))

    def revoked_tags(self) -> frozenset[str]:
        with refusals():
            return self._folder.shut_out("revoked")

    def removed_tags(self) -> frozenset[str]:
        """Of those who were removed and not added again."""
        with refusals():
            return self._folder.shut_out("removed")

    def last(self, tag: str) -> Last | None:
        """Serial and hash of the last list of a root that was removed; None where nobody knows."""
        with refusals():
            return self._folder.last(tag)

    def is_revoked(self, root: PublicKey) -> bool:
        return tag_of(root) in self.revoked_tags()

    def follow(self, newer: "ShutOut") -> tuple[str, ...]:
        """Shut out whoever is shut out in `newer`: for the folder of an old backup, which knows of none.

        Return the tags of those who had a list here until now.
        """
        with refusals():
            before = self._folder.newest().keys()
            for revoked in newer.revoked():
                self._folder.revoke(revoked.tag, revoked.signed)
            for tag in newer.removed_tags() - self.revoked_tags():
                self._folder.remove(tag, newer.last(tag))
            return tuple(sorted(before - self._folder.newest().keys()))

    def _revoked(self, tag: str) -> Revoked:
        with refusals():
            signed, keys = self._folder.revoked(tag)
        return Revoked(tag, signed, None if keys is None else keys.label)
