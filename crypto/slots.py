"""Eight stanzas on every item, so that nobody counts or names the reviewers.

Source: issue 3, item 5. The slots without a reviewer are real wraps to keys whose secret is thrown away at
once: a stanza made of random bytes is told from a real one at a glance (the facts measured 96 % certainty
for one hybrid stanza). The order is drawn anew for every item.

The discarded keys are made once and used again, as the reviewers' own keys are. Making them for every item
would cost more than sealing a short text does, and hide nothing: a stanza carries a fresh share and no trace
of its recipient's key, so nobody without the secret can tell that two stanzas are for one key, and a reviewer
can tell only the own one. Would somebody tell it nevertheless, a discarded key in every item looks
like a reviewer in every item, while one that came once and never again would be a dummy for certain.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from crypto.age import HybridIdentity, HybridRecipient, Recipient, X25519Identity, X25519Recipient
from crypto.errors import RecipientError

SLOTS = 8


class Slots:
    """The reviewers' keys among discarded ones of the same type: 8 in all, or the next multiple of 8.

    Build it once for a set of reviewers and seal every item with it; a hybrid key takes 0.15 ms to make.
    `at_least` is how many there must be: `len()` of the reviewers' slots when these are for the custodian
    alone, because an item of another length would be known for a sealed original.
    Safe to use from several threads. Raises RecipientError if there is no reviewer, the types are mixed, or
    the type has no dummies (scrypt).
    """

    __slots__ = ("_slots",)

    def __init__(self, reviewers: Sequence[Recipient], *, at_least: int = SLOTS) -> None:
        if len({type(recipient) for recipient in reviewers}) != 1:
            raise RecipientError("An item needs at least one reviewer's key, and all of one type.")
        discarded = _generator(reviewers[0])
        wanted = max(len(reviewers), at_least)
        wanted += -wanted % SLOTS
        dummies = (discarded.generate().recipient() for _ in range(wanted - len(reviewers)))
        self._slots: tuple[Recipient, ...] = (*reviewers, *dummies)

    def shuffled(self) -> list[Recipient]:
        """All of them, in an order drawn anew."""
        slots = list(self._slots)
        secrets.SystemRandom().shuffle(slots)
        return slots

    def __len__(self) -> int:
        return len(self._slots)

    def __repr__(self) -> str:
        return "<Slots>"


def _generator(recipient: Recipient) -> type[HybridIdentity] | type[X25519Identity]:
    if isinstance(recipient, HybridRecipient):
        return HybridIdentity
    if isinstance(recipient, X25519Recipient):
        return X25519Identity
    raise RecipientError("An item cannot be encrypted to this type of key.")
