"""Parts that QR codes carry: any order, repeated, mixed, missing, damaged."""

import hashlib
import random
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.code_parts import HEAD_SIZE, MAGIC, MAX_PARTS, MAX_SIZE, MAX_TRANSFERS, Joining, Transfer, cut
from crypto.errors import FormatError
from crypto.tar import END, member_header, member_padding

FILES = {
    "keys.json": b'{"label":"Ada"}' * 40,
    "keys.json.minisig": b"untrusted comment: x\n",
    "outbox-0a1b2c3d/outbox.json": random.Random(7).randbytes(900),
}


def joined(parts: list[bytes]) -> tuple[Joining, list[Transfer]]:
    joining = Joining()
    taken = [joining.take(part) for part in parts]
    assert all(taken)
    return joining, joining.transfers()


def part(payload: bytes, number: int = 1, total: int = 1, piece: bytes | None = None) -> bytes:
    digest = hashlib.sha256(payload).digest()[:16]
    return MAGIC + digest + struct.pack(">HH", total, number) + (payload if piece is None else piece)


def bundled(*files: tuple[str, bytes], end: bytes = END) -> bytes:
    members = (member_header(name, len(data)) + data + member_padding(len(data)) for name, data in files)
    return zlib.compress(b"".join(members) + end)


@given(st.integers(HEAD_SIZE + 1, 900), st.randoms())
def test_parts_come_in_any_order_and_again(size: int, chance: random.Random) -> None:
    files = dict(FILES) if size > HEAD_SIZE + 8 else {"a.b": b"x"}
    parts = cut(files, size)
    assert max(map(len, parts)) <= size
    shown = [*parts, *chance.sample(parts, len(parts) // 2)]
    chance.shuffle(shown)
    joining, (transfer,) = joined(shown)
    assert (transfer.total, transfer.missing, transfer.disputed) == (len(parts), (), ())
    assert joining.files(transfer) == files


def test_what_is_missing_is_named() -> None:
    parts = cut(FILES, 60)
    joining, (transfer,) = joined([*parts[:2], *parts[4:]])
    assert transfer.missing == (3, 4)
    with pytest.raises(FormatError, match="missing"):
        joining.files(transfer)


def test_two_transfers_in_one_film_are_two() -> None:
    first, second = cut(FILES, 100), cut({"receipt-0a1b2c3d.json": b"{}"}, 100)
    joining, transfers = joined([part for pair in zip(first, second * 50, strict=False) for part in pair])
    assert [joining.files(transfer) for transfer in transfers] == [FILES, {"receipt-0a1b2c3d.json": b"{}"}]


def test_attack_a_part_of_a_stranger_is_seen() -> None:
    parts = cut(FILES, 100)
    wrong = parts[1][:-1] + bytes([parts[1][-1] ^ 1])
    joining, (transfer,) = joined([parts[0], wrong, *parts[1:]])
    assert transfer.disputed == (2,)
    with pytest.raises(FormatError, match="hash"):
        joining.files(transfer)


def test_attack_strange_transfers_fill_no_memory() -> None:
    joining = Joining()
    taken = [joining.take(part(bytes([number]), total=MAX_PARTS)) for number in range(40)]
    assert taken.count(True) == MAX_TRANSFERS
    assert len(joining.transfers()) == MAX_TRANSFERS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RWQ a key",
        MAGIC,
        part(b"x")[: HEAD_SIZE - 1],
        part(b"x", piece=b""),
        part(b"x", 0, 1),
        part(b"x", 2, 1),
        part(b"x", 1, 0),
        part(b"x", 1, MAX_PARTS + 1),
        b"SQ2" + part(b"x")[3:],
    ],
)
def test_what_is_no_part_is_none(data: bytes) -> None:
    joining = Joining()
    assert not joining.take(data)
    assert joining.transfers() == []


NAMES = (
    "../keys.json",
    "/keys.json",
    "a/b/c.json",
    "a//b.json",
    "./a.json",
    ".bashrc",
    "a/.b.json",
    "Keys.json",
    "keys",
    "k\u00e9ys.json",
    "keys.json ",
    "a" * 99,
)


@pytest.mark.parametrize(
    "payload",
    [
        b"no zlib",
        zlib.compress(b""),
        zlib.compress(END),
        bundled(("a.json", b"x")) + b"\0",
        bundled(("a.json", b"x"))[:-1],
        bundled(("a.json", b"x"), end=b""),
        bundled(("a.json", b"x"), end=END + b"\0"),
        bundled(("b.json", b"x"), ("a.json", b"x")),
        bundled(("a.json", b"x"), ("a.json", b"y")),
        zlib.compress(member_header("a.json", 600) + bytes(512) + END),
        zlib.compress(bytes(MAX_SIZE + 1)),
        zlib.compress(bytes(1 << 26)),
        *(bundled((name, b"")) for name in NAMES if name.isascii()),
    ],
)
def test_attack_a_whole_that_is_none_writes_nothing(payload: bytes) -> None:
    joining, (transfer,) = joined([part(payload)])
    with pytest.raises(FormatError):
        joining.files(transfer)


def test_pieces_of_other_sizes_are_no_transfer() -> None:
    payload = bundled(("a.json", b"x"))
    half = len(payload) // 2
    for pieces in ((payload[:3], payload[3:]), (payload[:2], payload[2:half], payload[half:])):
        joining, (transfer,) = joined(
            [part(payload, number, len(pieces), piece) for number, piece in enumerate(pieces, 1)]
        )
        with pytest.raises(FormatError, match="sizes"):
            joining.files(transfer)


@pytest.mark.parametrize("name", NAMES)
def test_only_names_of_ours_are_carried(name: str) -> None:
    with pytest.raises(FormatError):
        cut({name: b""}, 100)


def test_what_is_too_much_is_not_cut() -> None:
    with pytest.raises(FormatError, match="larger"):
        cut({"a.json": bytes(MAX_SIZE)}, 100)
    with pytest.raises(FormatError, match="codes"):
        cut({"a.json": random.Random(1).randbytes(100_000)}, HEAD_SIZE + 10)
    with pytest.raises(FormatError, match="files"):
        cut({}, 100)
    with pytest.raises(FormatError, match="few"):
        cut(FILES, HEAD_SIZE)
