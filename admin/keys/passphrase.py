"""Asking for the passphrase that guards the secrets, on a terminal or from a descriptor, and judging a
new one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from admin.errors import AdminError
from admin.program import command
from admin.words import tr

WORK_FACTOR = 18
"""log2 of scrypt's N: about a second and 256 MiB a guess."""

MINIMUM_LENGTH = 12
SUGGESTED_WORDS = 6
"""Six of 2,048 words are 66 bits; with scrypt at log N 18 a guess costs about a second and 256 MiB."""

_LONGEST = 1024
_TRIES = 3

Ask = Callable[[str], bytes]
"""Takes a prompt and gives the passphrase as bytes, or raises `AdminError`."""


def from_terminal(prompt: str) -> bytes:
    """Asks without showing what is typed."""
    import getpass  # noqa: PLC0415 -- no command waits for it that asks nothing
    import warnings  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)  # it would go on and show it
            return getpass.getpass(prompt).encode()
    except getpass.GetPassWarning:
        raise AdminError(tr("This terminal cannot hide a passphrase: give --passphrase-fd.")) from None
    except EOFError:
        raise AdminError(tr("No passphrase was given.")) from None
    except UnicodeError:
        raise AdminError(tr("The passphrase holds something that is not text.")) from None


def from_descriptor(number: int) -> bytes:
    """The first line that the descriptor gives, without its line end."""
    data = b""
    try:
        while b"\n" not in data and len(data) <= _LONGEST and (more := os.read(number, _LONGEST)):
            data += more
    except OSError:
        raise AdminError(tr("No passphrase can be read from descriptor {number}.", number=number)) from None
    line = data.partition(b"\n")[0].removesuffix(b"\r")
    if not line:
        raise AdminError(tr("Descriptor {number} gave an empty passphrase.", number=number))
    if len(line) > _LONGEST:
        raise AdminError(tr("The passphrase is longer than {longest} bytes.", longest=_LONGEST))
    return line


def asker(descriptor: int | None, *, on_terminal: bool) -> Ask:
    """The way this command asks. Without a terminal and without a descriptor, asking says what is missing."""
    if descriptor is not None:
        return lambda _prompt: from_descriptor(descriptor)
    if on_terminal:
        return from_terminal

    def refuse(_prompt: str) -> bytes:
        raise AdminError(tr("A passphrase is needed: run this on a terminal, or give --passphrase-fd."))

    return refuse


def choose_new(ask: Ask, *, twice: bool, else_: str | None = None) -> bytes:
    """A passphrase for new secrets: strong enough, and on a terminal typed the same way twice; three tries.
    Raises `AdminError`, which ends with `else_`: how it stands then.
    """
    said = prompt = tr("New passphrase: ")
    for _ in range(_TRIES if twice else 1):
        passphrase = ask(said)
        reason = weakness(passphrase)
        if reason is not None:
            shows = command("keygen --suggest")
            reason = tr("{reason} '{command}' shows a good one.", reason=reason, command=shows)
        elif twice and ask(tr("The same again: ")) != passphrase:
            reason = tr("The two passphrases differ.")
        else:
            return passphrase
        said = f"{reason}\n{prompt}"
    raise AdminError(f"{reason} {else_ or tr('Nothing was made.')}")


def weakness(passphrase: bytes) -> str | None:
    """Why the passphrase is too weak, or None."""
    text = passphrase.decode("utf-8", "replace")
    if len(text) < MINIMUM_LENGTH:
        return tr(
            "That passphrase is too short: {minimum_length} characters are the least.",
            minimum_length=MINIMUM_LENGTH,
        )
    if len(set(text)) < 5:
        return tr("That passphrase repeats the same few characters.")
    return None


def suggest(words: Sequence[str]) -> str:
    """Six words, each drawn from the whole list."""
    import secrets  # noqa: PLC0415 -- as above

    return " ".join(secrets.choice(words) for _ in range(SUGGESTED_WORDS))
