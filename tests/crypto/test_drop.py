"""Drops: a plain tar of age files, read strictly."""

import hashlib
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.drop import (
    DROP_END,
    STAMP_FILE,
    Member,
    drop_chunks,
    member_header,
    member_padding,
    read_drop,
    read_stamp,
    stamp_of,
    write_drop,
)
from crypto.errors import FormatError

FILES = {"manifest.age": b"m" * 700, "0001.age": b"a" * 512, "0002.age": b"b"}


def _drop(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    write_drop(written, [(name, len(data), [data[:100], data[100:]]) for name, data in files.items()])
    return written.getvalue()


def _by_hand(*files: tuple[str, bytes]) -> bytes:
    members = (member_header(name, len(data)) + data + member_padding(len(data)) for name, data in files)
    return b"".join(members) + DROP_END


def test_a_drop_is_a_tar_that_is_the_same_every_time() -> None:
    drop = _drop(FILES)
    assert drop == _drop(FILES) == _by_hand(*FILES.items())
    with tarfile.open(fileobj=io.BytesIO(drop)) as archive:
        assert archive.getnames() == list(FILES)
        assert {member.mtime for member in archive} == {0}


def test_the_members_are_found_again() -> None:
    drop = _drop(FILES)
    members = read_drop(io.BytesIO(drop))
    assert members[0] == Member("manifest.age", 512, 700)
    assert {m.name: drop[m.offset : m.offset + m.size] for m in members} == FILES


def test_the_servers_stamp_is_no_member() -> None:
    stamp = stamp_of(bytes(32))
    drop = _drop(FILES | {STAMP_FILE: stamp})
    members = read_drop(io.BytesIO(drop))
    assert members == read_drop(io.BytesIO(_drop(FILES)))
    assert read_stamp(io.BytesIO(drop), members) == stamp
    assert read_stamp(io.BytesIO(_drop(FILES)), members) is None
    for place in (len(drop) - 1500, len(drop) - 2000, len(drop) - 1025):
        with pytest.raises(FormatError):
            read_drop(io.BytesIO(drop[:place] + b"x" + drop[place + 1 :]))


@pytest.mark.parametrize(
    "files",
    [
        ((STAMP_FILE, bytes(32)),),
        ((STAMP_FILE, bytes(32)), ("manifest.age", b"m")),
        (("manifest.age", b"m"), (STAMP_FILE, bytes(31))),
        (("manifest.age", b"m"), (STAMP_FILE, bytes(33))),
        (("manifest.age", b"m"), (STAMP_FILE, bytes(32)), (STAMP_FILE, bytes(32))),
        (("manifest.age", b"m"), (STAMP_FILE, bytes(32)), ("0001.age", b"m")),
    ],
)
def test_a_stamp_of_another_shape_or_at_another_place_is_refused(
    files: tuple[tuple[str, bytes], ...],
) -> None:
    with pytest.raises(FormatError):
        read_drop(io.BytesIO(_by_hand(*files)))


def test_a_large_member_is_skipped_and_not_read() -> None:
    class Counting(io.BytesIO):
        read_bytes = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            Counting.read_bytes += len(data)
            return data

    read_drop(Counting(_drop({"manifest.age": b"m" * 5_000_000})))
    assert Counting.read_bytes < 4096


@pytest.mark.parametrize(
    "names",
    [
        ["0001.age"],
        ["0001.age", "manifest.age"],
        ["manifest.age", "0002.age"],
        ["manifest.age", "0001.age", "0001.age"],
        ["manifest.age", "manifest.age"],
        ["manifest.age", "../../0001.age"],
        ["manifest.age", "0001.age", "evil.sh"],
        [],
    ],
)
def test_other_names_or_another_order_are_refused(names: list[str]) -> None:
    with pytest.raises(FormatError):
        read_drop(io.BytesIO(_by_hand(*((name, b"x") for name in names))))


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        _drop(FILES)[:-1],
        _drop(FILES)[:-512],
        _drop(FILES)[:-1024],
        _drop(FILES)[:600],
        _drop(FILES) + b"\0",
        _drop(FILES) + bytes(512),
        _drop(FILES)[:-1] + b"x",
        _drop(FILES).replace(b"b" + bytes(9), b"b" + b"x" + bytes(8)),
    ],
    ids=[
        "empty",
        "cut 1",
        "cut 512",
        "cut 1024",
        "cut in a member",
        "one more",
        "a block more",
        "end",
        "padding",
    ],
)
def test_a_truncated_or_extended_drop_is_refused(untrusted: bytes) -> None:
    with pytest.raises(FormatError):
        read_drop(io.BytesIO(untrusted))


@pytest.mark.parametrize("pieces", [[b"xx"], [], [b"x", b"x"]])
def test_a_member_of_another_size_than_announced_is_not_written(pieces: list[bytes]) -> None:
    with pytest.raises(FormatError):
        list(drop_chunks([("manifest.age", 1, pieces)]))


def test_names_are_checked_when_a_drop_is_written() -> None:
    with pytest.raises(FormatError):
        list(drop_chunks([("0001.age", 1, [b"x"])]))


DROP = _drop(FILES)


@given(
    st.lists(
        st.tuples(st.integers(0, len(DROP) - 1), st.integers(1, 255)), min_size=1, max_size=3, unique=True
    )
)
def test_changed_bytes_raise_only_our_errors_and_never_move_a_member(changes: list[tuple[int, int]]) -> None:
    changed = bytearray(DROP)
    for position, flip in changes:
        changed[position] ^= flip
    try:
        members = read_drop(io.BytesIO(changed))
    except FormatError:
        return
    assert members == read_drop(io.BytesIO(DROP))
    assert hashlib.sha256(changed).digest() != hashlib.sha256(DROP).digest() or bytes(changed) == DROP


@given(st.binary(max_size=3000))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_drop(io.BytesIO(data))
