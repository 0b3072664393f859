"""Source's parcels: a drop goes through a chat in parts, which say next to nothing and join in any order."""

import hashlib
import io
import itertools
from dataclasses import replace
from typing import Any

import pytest

from crypto import source_parcel, tar
from crypto.age import HybridIdentity, X25519Identity
from crypto.age.header import parse_header
from crypto.envelope import LayoutReader, Sealing
from crypto.errors import CryptoError, FormatError, HeaderError, NewerVersion, NoMatch, PayloadError
from crypto.slots import Slots
from crypto.source_parcel import (
    LARGEST_CLASS,
    MAX_FILE,
    Joining,
    Label,
    SourcePart,
    check_shape,
    open_part,
    seal_part,
    seal_parts,
)

READER = X25519Identity.generate()
SLOTS = Slots([READER.recipient()])
PARCEL = "0123456789abcdef" * 2
DROP = bytes(range(256)) * 200
SLICE = 20_000


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Slices of 20,000 bytes, for speed: three parts, the last one shorter."""
    monkeypatch.setattr(source_parcel, "SLICE_SIZE", SLICE)
    return list(seal_parts(SLOTS, PARCEL, DROP))


def join(*parts: bytes) -> tuple[Joining, io.BytesIO]:
    dst = io.BytesIO()
    joining = Joining(dst)
    for part in parts:
        joining.take(io.BytesIO(part), [READER])
    return joining, dst


def test_parts_join_in_any_order_and_twice(small: list[bytes]) -> None:
    for order in itertools.permutations(small):
        joining, dst = join(*order, order[0])
        assert joining.finish().sha256 == hashlib.sha256(DROP).digest()
        assert dst.getvalue() == DROP


def test_a_drop_of_one_part_and_the_real_sizes() -> None:
    whole = bytes(source_parcel.SLICE_SIZE)
    (part,) = seal_parts(SLOTS, PARCEL, whole)
    assert len(part) < MAX_FILE
    assert len(list(seal_parts(Slots([HybridIdentity.generate().recipient()]), PARCEL, DROP))) == 1
    hybrid = Slots([HybridIdentity.generate().recipient()] * 24)
    (largest,) = seal_parts(hybrid, PARCEL, whole)
    assert len(largest) < MAX_FILE
    assert check_shape(io.BytesIO(largest)) == Label(PARCEL, 1)
    joining, dst = join(part)
    joining.finish()
    assert dst.getvalue() == whole


def test_nothing_stands_in_clear_but_an_id_and_a_number(small: list[bytes]) -> None:
    """Two drops of one size class have parts of the same lengths; the header has the label and the slots."""
    other = list(seal_parts(SLOTS, PARCEL[::-1], DROP[:-8000]))
    assert [*map(len, small)] == [*map(len, other)]
    for number, part in enumerate(small, 1):
        first, *slots = parse_header(io.BytesIO(part)).stanzas
        assert (first.type, first.args, first.body) == ("silbo-part", (PARCEL, f"{number:04}"), b"")
        assert [slot.type for slot in slots] == ["X25519"] * 8
        assert check_shape(io.BytesIO(part)) == Label(PARCEL, number)
        assert all(word not in part for word in (b"manifest", b"0001.age", b"part.json", b"slice", b"ustar"))


def test_a_missing_part_is_named(small: list[bytes]) -> None:
    joining, _ = join(small[0], small[2])
    assert joining.missing == (2,)
    with pytest.raises(FormatError, match="Of 3 parts of the parcel 1 are missing, the first is number 2"):
        joining.finish()
    with pytest.raises(FormatError, match="no part"):
        Joining(io.BytesIO()).finish()


def test_a_second_part_of_a_number_with_another_slice_is_refused_and_changes_nothing(
    small: list[bytes],
) -> None:
    digest = hashlib.sha256(DROP).digest()
    forged = seal_part(SLOTS, SourcePart(PARCEL, 2, 3, len(DROP), digest), bytes(SLICE))
    joining, dst = join(*small)
    with pytest.raises(FormatError, match="two different parts with number 2"):
        joining.take(io.BytesIO(forged), [READER])
    joining.finish()
    assert dst.getvalue() == DROP
    joining, _ = join(small[0], forged, small[2])
    with pytest.raises(FormatError, match="do not make the drop"):
        joining.finish()


def test_a_part_of_another_parcel_is_refused_and_changes_nothing(small: list[bytes]) -> None:
    strangers = [
        *seal_parts(SLOTS, PARCEL[::-1], DROP),
        *seal_parts(SLOTS, PARCEL, DROP[:-1]),
        *seal_parts(SLOTS, PARCEL, DROP[::-1]),
    ]
    joining, dst = join(small[0])
    for stranger in strangers:
        with pytest.raises(FormatError, match="another parcel"):
            joining.take(io.BytesIO(stranger), [READER])
    for part in small:
        joining.take(io.BytesIO(part), [READER])
    joining.finish()
    assert dst.getvalue() == DROP


def test_a_part_that_is_damaged_can_come_again(small: list[bytes]) -> None:
    damaged = bytearray(small[1])
    damaged[-1] ^= 1
    joining, dst = join(small[0])
    with pytest.raises(PayloadError):
        joining.take(io.BytesIO(bytes(damaged)), [READER])
    assert joining.missing == (2, 3)
    for part in small[1:]:
        joining.take(io.BytesIO(part), [READER])
    joining.finish()
    assert dst.getvalue() == DROP


def test_a_part_for_somebody_else_has_the_right_shape_and_stays_closed(small: list[bytes]) -> None:
    other = X25519Identity.generate()
    (part,) = seal_parts(Slots([other.recipient()]), PARCEL, DROP[:100])
    assert check_shape(io.BytesIO(part)).number == 1
    with pytest.raises(NoMatch):
        join(part)


def label(**values: Any) -> bytes:
    """A part whose label says something else than its inside."""
    part = SourcePart(PARCEL, 1, 1, 100, hashlib.sha256(bytes(100)).digest())
    sealing = Sealing(SLOTS, replace(Label(PARCEL, 1), **values))
    document = source_parcel._part_bytes(part)
    inside = tar.member_header("part.json", len(document)) + document + tar.member_padding(len(document))
    inside += tar.member_header("slice", 100) + bytes(512)
    return sealing.update(inside) + b"".join(sealing.finish())


@pytest.mark.parametrize("values", [{"id": PARCEL[::-1]}, {"number": 2}])
def test_a_label_that_says_another_thing_than_its_part_is_refused(values: dict[str, object]) -> None:
    join(label())
    with pytest.raises(FormatError, match="not the one that its label says"):
        join(label(**values))


@pytest.mark.parametrize(
    "values", [{"id": PARCEL.upper()}, {"id": PARCEL[1:]}, {"number": 0}, {"number": 1001}]
)
def test_a_label_that_is_not_as_drawn_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(FormatError, match="label"):
        check_shape(io.BytesIO(label(**values)))


def test_what_is_no_part_is_told_by_its_shape(small: list[bytes]) -> None:
    plain = Sealing(SLOTS)
    without_label = plain.update(b"x") + b"".join(plain.finish())
    three = Sealing(SLOTS, Label(PARCEL, 1), READER.recipient())
    nine_slots = three.update(b"x") + b"".join(three.finish())
    for file, why in (
        (b"no age file\n", "not an age"),
        (b"age-encryption.org/v1\n", "cut short"),
        (without_label, "not a part"),
        (nine_slots, "eight slots"),
        (small[0][:-1], "size class"),
        (small[0] + b"x", "size class"),
        (small[0] + bytes(MAX_FILE), "19 MB"),
    ):
        with pytest.raises((FormatError, HeaderError), match=why):
            check_shape(io.BytesIO(file))


def test_a_million_parts_are_refused_before_anything_is_kept() -> None:
    with pytest.raises(FormatError):
        source_parcel._part_bytes(SourcePart(PARCEL, 1, 10**6, 10**6 * source_parcel.SLICE_SIZE, bytes(32)))
    assert source_parcel.MAX_PARTS == 1000


@pytest.mark.parametrize(
    "values",
    [{"number": 2}, {"parts": 2}, {"size": 0}, {"size": LARGEST_CLASS}, {"id": "0" * 31}, {"sha256": b""}],
)
def test_what_would_not_be_accepted_is_not_sealed(values: dict[str, Any]) -> None:
    part = replace(SourcePart(PARCEL, 1, 1, 100, bytes(32)), **values)
    with pytest.raises(FormatError):
        seal_part(SLOTS, part, bytes(100))
    with pytest.raises(FormatError, match="length"):
        seal_part(SLOTS, SourcePart(PARCEL, 1, 1, 100, bytes(32)), bytes(99))


def test_a_later_version_is_called_newer() -> None:
    part = SourcePart(PARCEL, 1, 1, 100, bytes(32))
    document = source_parcel._part_bytes(part).replace(b'"version":1', b'"version":2')
    reader = LayoutReader(source_parcel.read_part(Label(PARCEL, 1), lambda _: lambda _: None))
    with pytest.raises(NewerVersion):
        reader.write(tar.member_header("part.json", len(document)) + document + bytes(512))


def test_cut_anywhere_only_our_errors_come_out(small: list[bytes]) -> None:
    for end in (*range(0, 2000, 37), len(small[0]) - 1):
        with pytest.raises(CryptoError):
            open_part(io.BytesIO(small[0][:end]), [READER], lambda _: lambda _: None)
