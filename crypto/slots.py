"""Eight stanzas on every item, so that nobody counts or names the reviewers.

Source: issue 3, item 5. The slots without a reviewer are real wraps to fresh keys that are thrown away: a
stanza made of random bytes is told from a real one at a glance (the facts measured 96 % certainty for one
hybrid stanza). The order is drawn anew for every item.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from crypto.age import HybridIdentity, HybridRecipient, Recipient, X25519Identity, X25519Recipient
from crypto.errors import RecipientError

SLOTS = 8


def fill_slots(recipients: Sequence[Recipient]) -> list[Recipient]:
    """The recipients among discarded ones of the same type: 8 in all, or the next multiple of 8, shuffled.

    Raises RecipientError if there is none, the types are mixed, or the type has no dummies (scrypt).
    """
    kinds = {type(recipient) for recipient in recipients}
    if len(kinds) != 1:
        raise RecipientError("An item needs at least one reviewer's key, and all of one type.")
    discarded = _generator(recipients[0])
    slots = list(recipients)
    slots.extend(discarded.generate().recipient() for _ in range(-len(recipients) % SLOTS))
    secrets.SystemRandom().shuffle(slots)
    return slots


def _generator(recipient: Recipient) -> type[HybridIdentity] | type[X25519Identity]:
    if isinstance(recipient, HybridRecipient):
        return HybridIdentity
    if isinstance(recipient, X25519Recipient):
        return X25519Identity
    raise RecipientError("An item cannot be encrypted to this type of key.")
