"""The one tar layout, held against the standard library's tarfile and against `tar`-shaped lies."""

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError
from crypto.tar import BLOCK, END, MAX_SIZE, member_header, member_padding, parse_header


@pytest.mark.parametrize(("name", "size"), [("item.json", 0), ("content.jpg", 1), ("0001.age", MAX_SIZE)])
def test_tarfile_writes_the_same_header(name: str, size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    assert member_header(name, size) == info.tobuf(tarfile.USTAR_FORMAT)
    assert parse_header(member_header(name, size)) == (name, size)


def test_tarfile_reads_a_member() -> None:
    content = b"x" * 513
    archive = member_header("content.txt", 513) + content + member_padding(513) + END
    with tarfile.open(fileobj=io.BytesIO(archive), format=tarfile.USTAR_FORMAT) as tar:
        (member,) = tar.getmembers()
        assert (member.name, member.mode, member.uid, member.gid, member.mtime) == (
            "content.txt",
            0o600,
            0,
            0,
            0,
        )
        extracted = tar.extractfile(member)
        assert extracted is not None
        assert extracted.read() == content


@pytest.mark.parametrize("name", ["", "a" * 101, "ñ.txt", "a\nb"])
def test_a_name_that_cannot_be_written_is_refused(name: str) -> None:
    with pytest.raises(FormatError):
        member_header(name, 1)


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_a_size_that_cannot_be_written_is_refused(size: int) -> None:
    with pytest.raises(FormatError):
        member_header("a", size)


@given(position=st.integers(0, BLOCK - 1), flip=st.integers(1, 255))
def test_changing_any_byte_of_a_header_changes_the_member_or_is_refused(position: int, flip: int) -> None:
    header = bytearray(member_header("content.jpg", 12345))
    header[position] ^= flip
    with pytest.raises(FormatError):
        parse_header(bytes(header))


def _other(**fields: int | str | bytes) -> bytes:
    info = tarfile.TarInfo("content.txt")
    info.size, info.mode = 5, 0o600
    for name, value in fields.items():
        setattr(info, name, value)
    return info.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize(
    "header",
    [
        _other(mtime=1763700000),
        _other(uid=1000),
        _other(gid=1000),
        _other(mode=0o644),
        _other(uname="ana"),
        _other(type=tarfile.SYMTYPE, linkname="/etc/passwd", size=0),
        _other(type=tarfile.DIRTYPE, size=0),
        member_header("content.txt", 5)[:-1],
        bytes(BLOCK),
        b"",
    ],
    ids=["time", "owner", "group", "mode", "user name", "symlink", "folder", "short", "zeros", "empty"],
)
def test_a_valid_tar_of_another_layout_is_refused(header: bytes) -> None:
    with pytest.raises(FormatError):
        parse_header(header)


@given(st.binary(min_size=BLOCK, max_size=BLOCK))
def test_arbitrary_bytes_raise_only_format_errors(block: bytes) -> None:
    with pytest.raises(FormatError):
        parse_header(block)
