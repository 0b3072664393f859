"""What a restore puts in place, in lines for the operator, and the ten words of exactly these lines.

Source: issue 9, item 5. Whoever stole a disk has the server's key, and can make a backup with it that has
other reviewers under the same names, or sends the token and the drops somewhere else. So every reviewer is
shown with the words of the root, and every setting with its value: one that a later version adds as well.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from bot.keys import Reviewer
from bot.settings import PATHS, Settings
from crypto.age import HybridIdentity, Identity, X25519Identity
from crypto.minisign import PublicKey
from crypto.words import fingerprint, ten_words

LABEL = b"silbo/v1 restore\0"
_LONG = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines, each printable; `words` are of all of them together."""

    lines: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        return ten_words(LABEL, "\n".join(self.lines).encode())

    def __str__(self) -> str:
        return "\n".join(self.lines)


def head_lines(day: str, key: PublicKey, next_key: PublicKey | None, here: PublicKey | None) -> Iterator[str]:
    """The day of the backup, and who will sign the batches; `here` is None where there is no server yet."""
    note = "" if here is None else " (as here)" if key == here else " (NOT the key of this server now)"
    yield f"A backup of {day}. It would put in place (in CAPITALS: what is not so on this server now):"
    yield line("server key", f"{_words(key)}{note}")
    if next_key is not None:
        yield line("next server key", f"{_words(next_key)}: the next export hands over to it")


def desk_key(key: PublicKey, here: PublicKey | None) -> str:
    """The words of the key of one desk more, and whether it is the one that the desk has here."""
    note = "" if here is None else " (as here)" if key == here else " (NOT the key of this desk now)"
    return f"{_words(key)}{note}"


def reviewer_lines(restored: Sequence[Reviewer], here: Sequence[Reviewer] | None) -> Iterator[str]:
    """Everybody who can read what comes in afterwards, and who of this server (`here`) no longer can."""
    names = {} if here is None else {reviewer.keys.label.casefold(): reviewer.tag for reviewer in here}
    tags = set(names.values())
    for reviewer in restored:
        note = ""
        if here is not None and reviewer.tag in tags:
            note = " (as here)"
        elif reviewer.keys.label.casefold() in names:
            note = " (NOT the key that this server has under this name)"
        elif here is not None:
            note = " (NOT a reviewer of this server now)"
        yield line(f"reviewer {reviewer.keys.label}", f"{_words(reviewer.keys.root)}{note}")
    if not restored:
        yield line("reviewers", "nobody, so the bot will take nothing in")
    kept = {reviewer.tag for reviewer in restored}
    for reviewer in here or ():
        if reviewer.tag not in kept:
            yield line(
                f"reviewer {reviewer.keys.label}", f"{_words(reviewer.keys.root)} (here now, GONE then)"
            )


def setting_lines(restored: Settings, here: Settings | None, identities: Sequence[Identity]) -> Iterator[str]:
    """Every setting; what this server has instead, where that differs."""
    after, before = dict(_flat(restored)), {} if here is None else dict(_flat(here))
    mine = {str(one.recipient()) for one in identities if isinstance(one, HybridIdentity | X25519Identity)}
    names = [*after, *(name for name in before if name not in after)]
    for name in sorted(names, key=PATHS.__contains__):  # where this server keeps its own files comes last
        value, note = after.get(name), ""
        if name == "backup.recipient" and value:
            note = " (the identity that opened this backup)" if value in mine else " (NOT of your identity)"
        if here is not None and before.get(name) != value:
            note += f" (NOW {_text(before.get(name))})"
        yield line(name, _text(value) + note)


def _flat(section: BaseModel, prefix: str = "") -> Iterator[tuple[str, str | None]]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, dict):
            yield from _flat_table(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", None if value is None else str(value)


def _flat_table(table: dict[str, object], prefix: str) -> Iterator[tuple[str, str | None]]:
    for name, value in table.items():
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)


def _text(value: str | None) -> str:
    """Printable, on one line; a post-quantum recipient, of two thousand letters, by its ends and its hash."""
    if value is None:
        return "not set"
    if len(value) > _LONG:
        digest = hashlib.sha256(value.encode()).hexdigest()
        return f"{_text(f'{value[:16]}...{value[-16:]}')}, SHA-256 {digest[:32]}..."
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\u{{{ord(c):x}}}" for c in value)
    return f'"{"".join(escaped)}"'


def _words(key: PublicKey) -> str:
    return " ".join(fingerprint(key))


def line(name: str, value: str) -> str:
    """One line: what, and which."""
    return f"  {name:<24} {value}"
