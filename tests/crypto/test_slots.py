"""Eight slots an item: nobody counts or names the reviewers."""

import io
import itertools
import re
from base64 import b64decode
from collections import Counter
from datetime import date

import pytest

from crypto.age import (
    HybridIdentity,
    HybridRecipient,
    Recipient,
    ScryptRecipient,
    X25519Identity,
    X25519Recipient,
    decrypt,
    encrypt,
)
from crypto.errors import NoMatch, RecipientError
from crypto.item import open_item, seal_item
from crypto.slots import SLOTS, Slots

KINDS = ("x25519", "hybrid")
Q = 3329


def _identity(kind: str) -> X25519Identity | HybridIdentity:
    return X25519Identity.generate() if kind == "x25519" else HybridIdentity.generate()


def _stanzas(file: bytes) -> list[tuple[str, bytes, bytes]]:
    """(type, share, body) of every stanza, read from the text of the header without our parser."""
    header = file[: file.index(b"\n---")].decode("ascii")
    found = re.findall(r"^-> (\S+) (\S+)\n((?:[A-Za-z0-9+/]+\n?)+)", header, re.MULTILINE)
    return [
        (kind, b64decode(share + "=="), b64decode(body.replace("\n", "") + "=="))
        for kind, share, body in found
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("reviewers", "stanzas"), [(1, 8), (2, 8), (8, 8), (9, 16), (17, 24)])
def test_the_number_of_stanzas_does_not_tell_the_number_of_reviewers(
    kind: str, reviewers: int, stanzas: int
) -> None:
    identities = [_identity(kind) for _ in range(reviewers)]
    recipients = [identity.recipient() for identity in identities]
    file = encrypt(b"x", Slots(recipients).shuffled())
    assert len(_stanzas(file)) == stanzas
    assert len({kind for kind, _, _ in _stanzas(file)}) == 1
    assert all(decrypt(file, [identity]) == b"x" for identity in identities)


def test_an_item_carries_eight_stanzas_and_opens_for_its_reviewers_only() -> None:
    ana, ben, eve = (X25519Identity.generate() for _ in range(3))
    file = seal_item(
        Slots([ana.recipient(), ben.recipient()]),
        b"x",
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=date(2026, 11, 21),
        cleaning="text",
    )
    assert len(_stanzas(file)) == SLOTS
    assert open_item(io.BytesIO(file), None, [ana]) == open_item(io.BytesIO(file), None, [ben])
    with pytest.raises(NoMatch):
        open_item(io.BytesIO(file), None, [eve])


def test_a_discarded_key_comes_as_often_as_a_reviewers_own() -> None:
    """Nobody is meant to see which key a stanza is for. Who did would still not see who is real."""
    identity = X25519Identity.generate()
    slots = Slots([identity.recipient()])
    drawn = Counter(str(slot) for _ in range(50) for slot in slots.shuffled())
    assert str(identity.recipient()) in drawn
    assert list(drawn.values()) == [50] * SLOTS


def test_discarded_keys_are_made_anew_when_the_reviewers_change() -> None:
    real: list[Recipient] = [X25519Identity.generate().recipient()]
    once, again = ({str(slot) for slot in Slots(real).shuffled()} for _ in range(2))
    assert once & again == {str(real[0])}


@pytest.mark.parametrize("kind", KINDS)
def test_stanzas_of_two_items_cannot_be_linked_by_the_key_they_are_for(kind: str) -> None:
    """The attack that keys used again invite: is this stanza for the same key as that one?

    No share or body comes twice, and two stanzas differ in as many bits when they are for one key, discarded
    or a reviewer's, as when they are for two.
    """
    reviewer = _identity(kind).recipient()
    slots = Slots([reviewer])
    stanzas: list[tuple[Recipient, bytes]] = []
    for _ in range(24):
        order = slots.shuffled()
        shares = [share[-32:-1] + body for _, share, body in _stanzas(encrypt(b"", order))]
        stanzas.extend(zip(order, shares, strict=True))
    assert len({shown for _, shown in stanzas}) == len(stanzas)
    distances: dict[str, list[int]] = {"reviewer": [], "discarded": [], "different": []}
    for (key, shown), (other, other_shown) in itertools.combinations(stanzas, 2):
        relation = "different" if key != other else "reviewer" if key == reviewer else "discarded"
        bits = int.from_bytes(shown) ^ int.from_bytes(other_shown)
        distances[relation].append(bits.bit_count())
    size = 8 * len(stanzas[0][1])
    for relation, counted in distances.items():
        mean = sum(counted) / len(counted)
        assert abs(mean - size / 2) < 6 * (size / 4 / len(counted)) ** 0.5, relation


def test_a_repr_does_not_tell_who_is_real() -> None:
    assert repr(Slots([X25519Identity.generate().recipient()])) == "<Slots>"


def test_positions_do_not_tell_the_real_stanza() -> None:
    """Chi-square over 2,400 items: the real slot is drawn evenly over eight places (7 degrees of freedom)."""
    real: list[Recipient] = [X25519Identity.generate().recipient()]
    slots = Slots(real)
    places = Counter(slots.shuffled().index(real[0]) for _ in range(2400))
    expected = 2400 / SLOTS
    chi_square = sum((places[place] - expected) ** 2 / expected for place in range(SLOTS))
    assert chi_square < 40  # a fair draw exceeds it once in a million runs


def _ciphertext_coefficients(encapsulated: bytes) -> list[int]:
    """The 768 ten-bit coefficients in the first part of an ML-KEM-768 ciphertext (FIPS 203, ByteDecode)."""
    bits = int.from_bytes(encapsulated[:960], "little")
    return [bits >> 10 * place & 1023 for place in range(768)]


HEAVY = {value for value, hits in Counter(round(1024 * x / Q) % 1024 for x in range(Q)).items() if hits == 4}


def _share_of_heavy(encapsulated: bytes) -> float:
    """Compressing 3329 values to 1024 hits some four times, others three: random bytes differ there."""
    coefficients = _ciphertext_coefficients(encapsulated)
    return sum(coefficient in HEAVY for coefficient in coefficients) / len(coefficients)


def test_the_bytes_of_a_hybrid_dummy_do_not_tell_it_from_a_real_stanza() -> None:
    """The attack that random filler falls to: the uneven coefficients of a real ML-KEM ciphertext.

    Heavy coefficients are 1028 of 3329 in real wraps and 257 of 1024 in random bytes.
    """
    identity = HybridIdentity.generate()
    real: list[float] = []
    dummy: list[float] = []
    slots = Slots([identity.recipient()])
    for _ in range(60):
        order = slots.shuffled()
        for slot, (_, encapsulated, _) in zip(order, _stanzas(encrypt(b"", order)), strict=True):
            (real if slot == identity.recipient() else dummy).append(_share_of_heavy(encapsulated))
    expected = len(HEAVY) * 4 / Q
    by_chance = len(HEAVY) / 1024
    assert expected - by_chance > 0.04  # the attack tells random bytes apart
    for shares in (real, dummy):
        tolerance = 6 * (0.25 / (768 * len(shares))) ** 0.5
        assert abs(sum(shares) / len(shares) - expected) < tolerance
        assert expected - tolerance > by_chance


@pytest.mark.parametrize("kind", KINDS)
def test_dummy_and_real_stanzas_have_the_same_shape_and_even_bits(kind: str) -> None:
    """Lengths are equal, and in the parts that should look random every bit is set half of the time."""
    identity = _identity(kind)
    real: list[bytes] = []
    dummy: list[bytes] = []
    slots = Slots([identity.recipient()])
    for _ in range(60):
        order = slots.shuffled()
        for slot, (_, share, body) in zip(order, _stanzas(encrypt(b"", order)), strict=True):
            (real if slot == identity.recipient() else dummy).append(share[-32:-1] + body)
    assert {len(stanza) for stanza in real} == {len(stanza) for stanza in dummy} == {63}
    for stanzas in (real, dummy):
        bits = 8 * sum(map(len, stanzas))
        ones = sum(byte.bit_count() for stanza in stanzas for byte in stanza)
        assert abs(ones / bits - 0.5) < 3 / bits**0.5  # six standard deviations


def test_post_quantum_and_classic_keys_are_never_mixed() -> None:
    mixed: list[Recipient] = [X25519Identity.generate().recipient(), HybridIdentity.generate().recipient()]
    with pytest.raises(RecipientError):
        Slots(mixed)


def test_no_reviewer_no_item() -> None:
    with pytest.raises(RecipientError):
        Slots([])


def test_a_passphrase_cannot_hide_among_dummies() -> None:
    with pytest.raises(RecipientError):
        Slots([ScryptRecipient(b"x", log_n=1)])


def test_dummies_have_the_type_of_the_reviewers() -> None:
    for identity, kind in ((HybridIdentity, HybridRecipient), (X25519Identity, X25519Recipient)):
        assert {type(slot) for slot in Slots([identity.generate().recipient()]).shuffled()} == {kind}


def test_a_sealed_original_is_no_shorter_than_the_other_items() -> None:
    """Nine reviewers make sixteen stanzas: the custodian's item, for one key, must have as many."""
    reviewers = Slots([X25519Identity.generate().recipient() for _ in range(9)])
    custodian = X25519Identity.generate().recipient()
    assert len(reviewers) == len(reviewers.shuffled()) == 16
    alone = Slots([custodian], at_least=len(reviewers))
    assert len(alone) == len(alone.shuffled()) == 16
    assert len(encrypt(b"", alone.shuffled())) == len(encrypt(b"", reviewers.shuffled()))
    assert [len(Slots([custodian], at_least=wanted)) for wanted in (0, 1, 8, 9)] == [8, 8, 8, 16]
