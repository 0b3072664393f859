"""Items: what goes in comes out, in bounded memory, and one layout only is accepted."""

import hashlib
import io
import tarfile
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.age import X25519Identity, decrypt, encrypt
from crypto.errors import CryptoError, FormatError, HeaderError, NewerVersion, NoMatch, PayloadError
from crypto.item import Item, ItemSealer, open_item, seal_item
from crypto.padding import padded_size
from crypto.slots import Slots
from crypto.tar import END, member_header, member_padding

DAY = date(2026, 11, 21)
REVIEWER = X25519Identity.generate()
SLOTS = Slots([REVIEWER.recipient()])
TEXT: dict[str, Any] = {"kind": "text", "media_type": "text/plain", "day": DAY, "cleaning": "text"}
FILE: dict[str, Any] = {"kind": "file", "media_type": "image/jpeg", "day": DAY, "cleaning": "clean"}


def _seal(content: bytes, extension: str = "jpg", **changes: Any) -> bytes:
    return seal_item(SLOTS, content, extension=extension, **{**FILE, **changes})


def _open(file: bytes) -> tuple[Item, bytes]:
    content = io.BytesIO()
    return open_item(io.BytesIO(file), content, [REVIEWER]), content.getvalue()


def test_a_text_item() -> None:
    content = "Nos obligan a firmar: cámaras en casa 🎥".encode()
    file = seal_item(SLOTS, content, extension="txt", **TEXT)
    item, opened = _open(file)
    assert opened == content
    digest = hashlib.sha256(content).digest()
    assert item == Item("text", "text/plain", DAY, "text", (), len(content), digest, "txt")


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 14847, 14848, 65535, 65536, 65537, 200_000])
def test_a_file_of_any_size_survives_and_is_padded_to_a_class(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    file = _seal(
        content,
        removed=("place", "device", "place"),
        notes=("rasterized", "faces_remain"),
    )
    item, opened = _open(file)
    assert opened == content
    assert item.size == size
    assert item.removed == ("device", "place")
    assert item.notes == ("faces_remain", "rasterized")
    assert item.arrived_sha256 is None
    plaintext = decrypt(file, [REVIEWER])
    assert len(plaintext) == padded_size(len(plaintext))
    assert plaintext.endswith(END)


def test_any_tar_opens_an_item() -> None:
    with tarfile.open(fileobj=io.BytesIO(decrypt(_seal(b"jpeg"), [REVIEWER]))) as archive:
        assert archive.getnames() == ["content.jpg", "item.json"]


def test_size_does_not_tell_two_texts_apart() -> None:
    assert len(_seal(b"no", "txt", **TEXT)) == len(_seal(b"no" * 6000, "txt", **TEXT))


@given(pieces=st.lists(st.binary(max_size=3000), max_size=8))
def test_the_pieces_in_which_it_arrives_make_no_difference(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    sealer = ItemSealer(SLOTS, size=len(content), extension="bin")
    file = b"".join(sealer.update(piece) for piece in pieces)
    file += b"".join(sealer.finish(**{**FILE, "removed": ()}))
    assert sealer.ciphertext_sha256 == hashlib.sha256(file).digest()
    assert sealer.ciphertext_size == len(file)
    assert _open(file)[1] == content


class _Pieces(io.RawIOBase):
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


def test_nineteen_megabytes_stream_through_in_bounded_memory() -> None:
    size, piece = 19 * 2**20, b"x" * 65536

    def sealed() -> Iterator[bytes]:
        sealer = ItemSealer(SLOTS, size=size, extension="mp4")
        for _ in range(size // len(piece)):
            yield sealer.update(piece)
        yield from sealer.finish(**{**FILE, "removed": ()})

    tracemalloc.start()
    try:
        item = open_item(io.BufferedReader(_Pieces(sealed())), None, [REVIEWER])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert item.size == size
    assert peak < 8 * 2**20  # both directions at once


@pytest.mark.parametrize("announced", [3, 5])
def test_a_content_of_another_length_than_announced_is_refused(announced: int) -> None:
    sealer = ItemSealer(SLOTS, size=announced, extension="bin")
    with pytest.raises(FormatError):  # noqa: PT012  # too much fails at once, too little at the end
        sealer.update(b"four")
        sealer.finish(**{**FILE, "removed": ()})


@pytest.mark.parametrize("extension", ["", "JPG", "jp g", "../x", "ninechars", "jpg\n", "ñ"])
def test_an_extension_cannot_become_a_path(extension: str) -> None:
    with pytest.raises(FormatError):
        ItemSealer(SLOTS, size=1, extension=extension)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "photo"},
        {"cleaning": "text"},
        {"kind": "text", "cleaning": "text"},
        {"cleaning": "washed"},
        {"media_type": "image/jpeg; name=ana.jpg"},
        {"media_type": "IMAGE/JPEG"},
        {"removed": ("GPS 4.6,-74.1",)},
        {"removed": tuple(f"code_{'a' * n}" for n in range(65))},
        {"notes": ("Ana remains",)},
        {"notes": tuple(f"code_{'a' * n}" for n in range(65))},
        {"cleaning": "original", "removed": ("place",)},
        {"cleaning": "original", "kind": "text", "media_type": "text/plain"},
    ],
)
def test_what_would_not_be_accepted_is_not_sealed(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        _seal(b"x", **changes)


def test_an_original_carries_its_own_hash_inside() -> None:
    item, opened = _open(_seal(b"as it came", cleaning="original", notes=("faces_remain",)))
    assert opened == b"as it came"
    assert (item.cleaning, item.removed, item.notes) == ("original", (), ("faces_remain",))
    assert item.sha256 == hashlib.sha256(b"as it came").digest()


def test_the_longest_codes_fit_into_the_metadata() -> None:
    codes = tuple(f"{chr(97 + n % 26) * 2}{chr(97 + n // 26) * 38}" for n in range(64))
    item, _ = _open(_seal(b"x", removed=codes, notes=codes))
    assert item.removed == item.notes == tuple(sorted(codes))


def test_a_text_that_is_not_utf8_is_refused() -> None:
    file = seal_item(SLOTS, b"caf\xe9", extension="txt", **TEXT)
    with pytest.raises(FormatError, match="UTF-8"):
        _open(file)
    cut = seal_item(SLOTS, "é".encode()[:1], extension="txt", **TEXT)
    with pytest.raises(FormatError, match="UTF-8"):
        _open(cut)


def test_a_file_named_txt_may_hold_anything() -> None:
    assert _open(_seal(b"caf\xe9", "txt"))[1] == b"caf\xe9"


# What a hostile sealer may write. Everybody can encrypt to a reviewer, so the plaintext is not to be trusted.

CONTENT = b"content"
CONTENT_HASH = hashlib.sha256(CONTENT).hexdigest()
SECOND = {
    "type": "silbo item",
    "version": 2,
    "kind": "file",
    "media_type": "image/jpeg",
    "day": "2026-11-21",
    "cleaning": "clean",
    "removed": ["device"],
    "notes": ["faces_remain"],
    "sha256": CONTENT_HASH,
}
FIRST = SECOND | {"version": 1, "arrived_sha256": "00" * 32}
METADATA = canonical.encode(SECOND)


def _member(name: str, content: bytes) -> bytes:
    return member_header(name, len(content)) + content + member_padding(len(content))


def _padded(members: bytes) -> bytes:
    return members.ljust(padded_size(len(members) + len(END)), b"\0")


def _item(metadata: bytes = METADATA, name: str = "content.jpg") -> bytes:
    return _padded(_member(name, CONTENT) + _member("item.json", metadata))


def _opened(plaintext: bytes) -> Item:
    return open_item(io.BytesIO(encrypt(plaintext, [REVIEWER.recipient()])), None, [REVIEWER])


@pytest.mark.parametrize(("fields", "arrived"), [(FIRST, bytes(32)), (SECOND, None)])
def test_the_layout_written_by_hand_is_accepted(fields: dict[str, object], arrived: bytes | None) -> None:
    item = _opened(_item(canonical.encode(fields)))
    assert (item.removed, item.arrived_sha256) == (("device",), arrived)


def test_an_original_of_version_1_carries_one_hash_twice() -> None:
    original = FIRST | {"cleaning": "original", "removed": [], "arrived_sha256": CONTENT_HASH}
    item = _opened(_item(canonical.encode(original)))
    assert item.arrived_sha256 == item.sha256 == hashlib.sha256(CONTENT).digest()


@pytest.mark.parametrize("fields", [{"version": 3}, {"version": 2**53 - 1}, {"version": 3, "shape": "round"}])
def test_of_a_version_to_come_one_sentence_is_said(fields: dict[str, object]) -> None:
    with pytest.raises(NewerVersion, match=r"^The item was written by a newer Silbo\.$"):
        _opened(_item(canonical.encode(SECOND | fields)))


def _edit(fields: dict[str, Any] = SECOND, **changes: object) -> Callable[[], bytes]:
    edited = {key: value for key, value in (fields | changes).items() if value != "absent"}
    return lambda: _item(canonical.encode(edited))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "metadata first": lambda: _padded(_member("item.json", METADATA) + _member("content.jpg", CONTENT)),
    "no metadata": lambda: _padded(_member("content.jpg", CONTENT)),
    "no content": lambda: _padded(_member("item.json", METADATA)),
    "third member": lambda: _padded(
        _member("content.jpg", CONTENT) + _member("item.json", METADATA) + _member("evil.sh", b"x")
    ),
    "path as name": lambda: _item(name="../../etc/passwd"),
    "absolute name": lambda: _item(name="/content.jpg"),
    "upper-case extension": lambda: _item(name="content.JPG"),
    "long extension": lambda: _item(name="content.abcdefghi"),
    "another name for the metadata": lambda: _padded(
        _member("content.jpg", CONTENT) + _member("Item.json", METADATA)
    ),
    "huge metadata": lambda: _item(METADATA + b" " * 9000),
    "metadata of 8 GiB announced": lambda: _padded(
        _member("content.jpg", CONTENT) + member_header("item.json", 8**11 - 1)
    ),
    "content of 8 GiB announced": lambda: _padded(member_header("content.jpg", 8**11 - 1)),
    "data behind the metadata": lambda: _item()[:-1] + b"x",
    "data in the padding of the content": lambda: _item().replace(CONTENT + b"\0", CONTENT + b"x", 1),
    "data in the padding of the metadata": lambda: _item().replace(METADATA + b"\0", METADATA + b"x", 1),
    "one block short of the class": lambda: _item()[:-512],
    "one block over the class": lambda: _item() + bytes(512),
    "the next class": lambda: _item().ljust(24 * 1024, b"\0"),
    "unpadded": lambda: _item().rstrip(b"\0"),
    "empty": lambda: b"",
    "a changed content": lambda: _item().replace(CONTENT, b"CONTENT", 1),
    "spaces in the metadata": lambda: _item(METADATA.replace(b":", b": ")),
    "a key too many": _edit(name="ana.jpg"),
    "a key too few": _edit(day="absent"),
    "another type": _edit(type="silbo batch"),
    "no version": _edit(version="absent"),
    "version 0": _edit(version=0),
    "a version as text": _edit(version="2"),
    "a newer document of another type": _edit(type="silbo batch", version=3),
    "the hash of what arrived, in version 2": _edit(arrived_sha256="00" * 32),
    "no hash of what arrived, in version 1": _edit(version=1),
    "a time": _edit(day="2026-11-21T10:00:00"),
    "a week date": _edit(day="2026-W47-6"),
    "a day that is none": _edit(day="2026-02-30"),
    "a day as number": _edit(day=20261121),
    "codes out of order": _edit(removed=["place", "device"]),
    "a code twice": _edit(removed=["device", "device"]),
    "a code with a value": _edit(removed=["place 4.6,-74.1"]),
    "codes as text": _edit(removed="device"),
    "notes out of order": _edit(notes=["rasterized", "faces_remain"]),
    "a note twice": _edit(notes=["rasterized", "rasterized"]),
    "a note with a name": _edit(notes=["Ana remains"]),
    "no notes": _edit(notes="absent"),
    "notes as null": _edit(notes=None),
    "an original from which something was removed": _edit(cleaning="original"),
    "the same in version 1": _edit(FIRST, cleaning="original", arrived_sha256=CONTENT_HASH),
    "an original that is not what arrived": _edit(FIRST, cleaning="original", removed=[]),
    "upper-case hash": _edit(sha256=CONTENT_HASH.upper()),
    "upper-case hash of what arrived": _edit(FIRST, arrived_sha256="AB" * 32),
    "short hash": _edit(sha256=CONTENT_HASH[2:]),
    "short hash of what arrived": _edit(FIRST, arrived_sha256="00" * 31),
    "a kind unknown": _edit(kind="contact"),
    "a text that is an image": _edit(kind="text", cleaning="text"),
    "a media type with a name": _edit(media_type="image/jpeg;name=a"),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_another_layout_is_refused(attack: str) -> None:
    with pytest.raises(FormatError):
        _opened(HOSTILE[attack]())


def test_a_tar_bomb_of_one_type_of_byte_is_read_in_bounded_memory() -> None:
    file = encrypt(member_header("content.jpg", 8**11 - 1) + bytes(8 * 2**20), [REVIEWER.recipient()])
    tracemalloc.start()
    try:
        with pytest.raises(FormatError, match="cut short"):
            open_item(io.BytesIO(file), None, [REVIEWER])
        assert tracemalloc.get_traced_memory()[1] < 12 * 2**20
    finally:
        tracemalloc.stop()


def test_no_outside_byte_is_in_an_error() -> None:
    for build in HOSTILE.values():
        with pytest.raises(FormatError) as raised:
            _opened(build())
        assert not {"etc", "ana", "4.6", "evil", "contact"} & set(str(raised.value).replace(".", " ").split())


SEALED = _seal(b"content")


def test_the_wrong_key_opens_nothing() -> None:
    with pytest.raises(NoMatch):
        open_item(io.BytesIO(SEALED), None, [X25519Identity.generate()])


@pytest.mark.parametrize("length", [0, 100, len(SEALED) - 1])
def test_a_truncated_item_is_refused(length: int) -> None:
    with pytest.raises((HeaderError, PayloadError)):
        _open(SEALED[:length])


def test_trailing_bytes_are_refused() -> None:
    with pytest.raises(PayloadError):
        _open(SEALED + b"x")


@given(position=st.integers(0, len(SEALED) - 1), flip=st.integers(1, 255))
def test_changing_any_byte_is_noticed(position: int, flip: int) -> None:
    changed = bytearray(SEALED)
    changed[position] ^= flip
    with pytest.raises(CryptoError):
        _open(bytes(changed))


PLAINTEXTS = [_item(canonical.encode(fields)) for fields in (FIRST, SECOND)]


@given(
    st.sampled_from(PLAINTEXTS),
    st.lists(st.tuples(st.integers(0, 2100), st.integers(1, 255)), min_size=1, max_size=4),
)
def test_changing_the_plaintext_raises_only_our_errors_or_another_valid_item(
    plaintext: bytes, changes: list[tuple[int, int]]
) -> None:
    changed = bytearray(plaintext)
    for position, flip in changes:
        changed[position] ^= flip
    try:
        item = _opened(bytes(changed))
    except FormatError:
        return
    assert (
        item.sha256 == hashlib.sha256(CONTENT).digest()
    )  # only the day, the codes or the other hash changed


@given(st.binary(max_size=2000))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(CryptoError):
        _open(data)
    with pytest.raises(CryptoError):
        _opened(data)
