"""Codenames of digits, for languages without a well-kept word list: 24 random ones and one that checks them.

Source: issue 11, item 3; drawn in docs/protocol.md, "Codename". 10^24 are 79.7 bits. The last digit is by
Damm (H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004): every single wrong digit, and
every two neighbours that were swapped, show before the slow derivation. With words there is no such check.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from crypto.errors import FormatError
from crypto.mailbox import CodenameRoot, stretch

RANDOM_DIGITS = 24
DIGITS = RANDOM_DIGITS + 1
GROUP = 5
MAX_TYPED = 512

TABLE = (
    *("0317598642", "7092154863", "4206871359", "1750983426", "6123045978"),
    *("3674209581", "5869720134", "8945362017", "9438617205", "2581436790"),
)
"""Damm's quasigroup of order 10: row is the digit so far, column the next one."""


class WrongCount(FormatError):
    """The text has not 25 digits; `count` is how many it has."""

    def __init__(self, count: int) -> None:
        super().__init__("A codename in digits has 25 of them.")
        self.count = count


class WrongCheck(FormatError):
    """At least one digit is wrong, or two are swapped; which, nobody can tell."""

    def __init__(self) -> None:
        super().__init__("One of the digits is wrong.")


@dataclass(frozen=True, slots=True, repr=False)
class DigitCodename:
    """25 ASCII digits of which the last checks the others."""

    digits: str

    def text(self) -> str:
        """The digits as they are shown to the source: five groups of five."""
        return " ".join(self.digits[at : at + GROUP] for at in range(0, DIGITS, GROUP))


def generate(seed: bytes | None = None) -> DigitCodename:
    """A new codename of 79.7 random bits, or the one of a `seed` (32 random bytes)."""
    number = int.from_bytes(secrets.token_bytes(32) if seed is None else seed)
    drawn = f"{number % 10**RANDOM_DIGITS:0{RANDOM_DIGITS}}"
    return DigitCodename(drawn + check_digit(drawn))


def parse(untrusted_text: str) -> DigitCodename | None:
    """The codename that somebody typed in the digits of any script, with anything but letters between them.

    None if there are letters: then it is words. Raises WrongCount or WrongCheck.
    """
    typed = unicodedata.normalize("NFKC", untrusted_text[:MAX_TYPED])
    if any(character.isalpha() for character in typed):
        return None
    digits = "".join(str(unicodedata.decimal(character)) for character in typed if character.isdecimal())
    if len(digits) != DIGITS:
        raise WrongCount(len(digits))
    if check_digit(digits) != "0":
        raise WrongCheck
    return DigitCodename(digits)


def check_digit(digits: str) -> str:
    """The digit that makes ASCII `digits` right; "0" if their last one already does."""
    interim = 0
    for digit in digits:
        interim = int(TABLE[interim][int(digit)])
    return str(interim)


def root(codename: DigitCodename) -> CodenameRoot:
    """The root of a codename. Deterministic; about 0.1 s and 64 MiB."""
    return stretch(codename.digits.encode())
