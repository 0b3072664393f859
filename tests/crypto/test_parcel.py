"""Parcels: what goes in comes out, and whatever else comes in is refused with an error of ours."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import parcel, tar
from crypto.age import X25519Identity
from crypto.envelope import Sealing
from crypto.errors import CryptoError, FormatError
from crypto.parcel import BATCH_FILES, Part, open_part, part_bytes, part_opening, unpacker
from crypto.slots import Slots

READER = X25519Identity.generate()
SLOTS = Slots([READER.recipient()])
PART = Part(3, bytes(range(32)), 1, 1)
DROP = f"{'0' * 31}a.tar"


def seal(part: Part, content: bytes, *, opening: bytes | None = None) -> bytes:
    sealing = Sealing(SLOTS)
    start = part_opening(part, len(content)) if opening is None else opening
    return sealing.update(start + content + bytes(-len(content) % 512)) + b"".join(sealing.finish())


def parcel_of(*members: tuple[str, bytes]) -> bytes:
    parts = [
        tar.member_header(name, len(data)) + data + tar.member_padding(len(data)) for name, data in members
    ]
    return b"".join(parts) + tar.END


def unpack(content: bytes, step: int = 1000) -> dict[str, bytes]:
    files: dict[str, bytearray] = {}

    def create(name: str) -> Callable[[bytes], object]:
        files[name] = bytearray()
        return files[name].extend

    reader = unpacker(create)
    for start in range(0, len(content), step):
        reader.write(content[start : start + step])
    reader.finish()
    return {name: bytes(data) for name, data in files.items()}


WHOLE = [*((name, name.encode()) for name in BATCH_FILES), (DROP, b"drop" * 1000)]


@pytest.mark.parametrize("size", [1, 511, 512, 20_000])
def test_a_part_gives_its_slice(size: int) -> None:
    content, slice_ = bytes(range(256)) * (size // 256 + 1), bytearray()
    assert open_part(io.BytesIO(seal(PART, content[:size])), [READER], slice_.extend) == PART
    assert slice_ == content[:size]


def test_the_size_of_a_part_is_known_before_it_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 15_000, 16_000, parcel.SLICE_SIZE):
        assert parcel.part_plaintext_size(PART, size) >= size + 2048
    assert parcel.part_plaintext_size(PART, parcel.SLICE_SIZE) == 1 << 25
    longest = Part(10**15 - 1, bytes(32), 10**6, 10**6)
    assert parcel.part_plaintext_size(longest, parcel.SLICE_SIZE) == 1 << 25


def test_slices_join_without_a_gap() -> None:
    for size in (1, parcel.SLICE_SIZE, parcel.SLICE_SIZE + 1, 3 * parcel.SLICE_SIZE):
        slices = [parcel.slice_of(size, number + 1) for number in range(parcel.count_parts(size))]
        ends = [0, *(start + length for start, length in slices)]
        assert [start for start, _ in slices] == ends[:-1]
        assert ends[-1] == size


@pytest.mark.parametrize("step", [1, 512, 100_000])
def test_a_parcel_gives_the_files_of_its_batch(step: int) -> None:
    assert unpack(parcel_of(*WHOLE), step) == dict(WHOLE)
    assert unpack(parcel_of(*WHOLE[:3]), step) == dict(WHOLE[:3])
    listed = [*WHOLE[:3], ("drops.json", b"list"), *WHOLE[3:]]
    assert unpack(parcel_of(*listed), step) == dict(listed)
    with pytest.raises(FormatError):  # a part twice
        unpack(parcel_of(*listed[:4], listed[3]))


@pytest.mark.parametrize(
    "members",
    [
        [],
        WHOLE[:2],
        [WHOLE[1], WHOLE[0], *WHOLE[2:]],
        [*WHOLE, WHOLE[3]],
        [*WHOLE, (f"{'0' * 32}.tar", b"")],
        [*WHOLE[:3], ("../x", b"")],
        [*WHOLE[:3], (f"{'0' * 31}A.tar", b"")],
        [*WHOLE[:3], ("batch.json", b"")],
    ],
    ids=["none", "no server.pub", "order", "twice", "descending", "a path", "upper case", "batch.json again"],
)
def test_a_parcel_that_is_no_batch_is_refused(members: list[tuple[str, bytes]]) -> None:
    with pytest.raises(FormatError):
        unpack(parcel_of(*members))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:-512],
        lambda data: data[: -len(tar.END)] + b"x" + bytes(len(tar.END) - 1),
    ],
    ids=["cut", "longer", "half an end", "no zeros"],
)
def test_a_parcel_that_ends_wrongly_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FormatError):
        unpack(spoil(parcel_of(*WHOLE)))


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 0},
        {"sequence": 10**15},
        {"digest": bytes(31)},
        {"number": 0},
        {"number": 2},
        {"parts": 0},
        {"number": 10**6 + 1, "parts": 10**6 + 1},
    ],
)
def test_what_would_not_be_accepted_is_not_written(changes: dict[str, Any]) -> None:
    fields = {name: getattr(PART, name) for name in ("sequence", "digest", "number", "parts")}
    with pytest.raises(FormatError):
        part_bytes(Part(**(fields | changes)))


def test_a_part_that_breaks_a_rule_is_refused() -> None:
    document = part_bytes(PART)
    head = tar.member_header("part.json", len(document)) + document + tar.member_padding(len(document))
    for opening, content in (
        (head + tar.member_header("other", 5), b"slice"),
        (head + tar.member_header("slice", 0), b""),
        (head + tar.member_header("slice", 4), b"slice"),
        (part_opening(Part(3, bytes(32), 1, 2), 5), b"slice"),  # not the last, and not full
        (head, b""),
    ):
        with pytest.raises(FormatError):
            open_part(io.BytesIO(seal(PART, content, opening=opening)), [READER], bytearray().extend)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=3000))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    for read in (unpack, lambda data: open_part(io.BytesIO(data), [READER], bytearray().extend)):
        with pytest.raises(CryptoError):
            read(data)
    with pytest.raises(CryptoError):
        open_part(io.BytesIO(seal(PART, data or b"x", opening=data)), [READER], bytearray().extend)
