"""RAR, 7z and tar come out as a ZIP of numbered clean files, like any archive, or as one reason."""

import io
import random
import struct
import tarfile
import zlib
from collections.abc import Callable

import pytest

from scrub.archive import others
from scrub.report import REFUSALS, Clean, Refusal
from scrub.scrubber import Scrubber
from tests.scrub.fates import fate
from tests.scrub.test_archive import _files

if not others.can_open("application/vnd.rar"):
    pytest.skip("left out: Debian's libarchive13 is not installed", allow_module_level=True)

Scrub = Callable[[bytes], Clean]
File = tuple[str, bytes]

_TARS = (("ustar", None), ("pax", "gzip"), ("gnutar", "bzip2"), ("pax", "xz"), ("ustar", "zstd"))


def packed(kind: str, packing: str | None, *files: File) -> bytes:
    """As libarchive writes it."""
    others.load()
    import libarchive

    out = bytearray()

    def write(data: bytes) -> int:
        out.extend(data)
        return len(data)

    with libarchive.custom_writer(write, kind, packing) as archive:
        for name, content in files:
            archive.add_file_from_memory(name, len(content), content)
    return bytes(out)


def _vint(number: int) -> bytes:
    out = bytearray()
    while True:
        out.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(out)


def _block(kind: int, flags: int, body: bytes) -> bytes:
    head = _vint(kind) + _vint(flags) + body
    head = _vint(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head


def rar5(*files: File, before: bytes = b"") -> bytes:
    """Stored, by the technical note of RAR 5."""
    out = b"Rar!\x1a\7\1\0" + before + _block(1, 0, _vint(0))
    for name, content in files:
        crc = struct.pack("<I", zlib.crc32(content))
        head = (
            _vint(len(content)) + _vint(4) + _vint(len(content)) + _vint(0o100644) + crc + _vint(0) + _vint(1)
        )
        out += _block(2, 2, head + _vint(len(name.encode())) + name.encode()) + content
    return out + _block(5, 0, _vint(0))


def rar4(*files: File) -> bytes:
    """Stored, as RAR 2.9 does it."""

    def head(kind: int, flags: int, body: bytes) -> bytes:
        data = struct.pack("<BHH", kind, flags, len(body) + 7) + body
        return struct.pack("<H", zlib.crc32(data) & 0xFFFF) + data

    out = b"Rar!\x1a\7\0" + head(0x73, 0, bytes(6))
    for name, content in files:
        sizes = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0, 20, 0x30, len(name), 0o100644
        )
        out += head(0x74, 0x8000, sizes + name.encode()) + content
    return out + head(0x7B, 0x4000, b"")


_FILES = (
    ("CANARY/turnos.txt", b"El turno de noche.\n"),
    ("CANARY.csv", b"a,b,c\n1,2,3\n4,5,6\n"),
    ("x", b""),
)


@pytest.mark.parametrize(
    "data",
    [
        rar5(*_FILES),
        rar4(*_FILES),
        packed("7zip", None, *_FILES),
        *(packed(kind, packing, *_FILES) for kind, packing in _TARS),
    ],
    ids=["rar5", "rar4", "7z", *(f"{kind}-{packing}" for kind, packing in _TARS)],
)
def test_an_archive_of_another_kind_is_opened(data: bytes, clean: Scrub) -> None:
    result = clean(data)
    assert _files(result.content) == {"0001.txt": _FILES[0][1], "0002.csv": _FILES[1][1]}
    assert (set(result.removed), result.notes) == ({"file_name", "date"}, ("writing_remains",))


def test_a_chat_in_it_follows_the_new_names(clean: Scrub, photo_bytes: bytes) -> None:
    chat = "[14/1/25, 8:02:11] Ana: hola\n[14/1/25, 8:03:40] Ana: <adjunto: sin ñ.jpg>\n".encode()
    for data in (
        rar5(("sin ñ.jpg", photo_bytes), ("_chat.txt", chat)),
        packed("7zip", None, ("sin ñ.jpg", photo_bytes), ("_chat.txt", chat)),
    ):
        files = _files(clean(data).content)
        assert files["0002.txt"].decode() == "[14/1/25] Ana: hola\n[14/1/25] Ana: <adjunto: 0001.jpg>\n"


def test_one_more_thing_wrong_is_one_sentence(clean: Scrub) -> None:
    """A file that can't be cleaned, a name that climbs, damage, a cut."""
    wrong = rar5(("../../a", b"hola"), ("b", b"MZ\x90\0" + bytes(80)), ("c", b"mundo"))
    result = clean(wrong)
    assert _files(result.content) == {"0001.txt": b"hola\n", "0002.txt": b"mundo\n"}
    assert "members_left_out" in result.notes
    at = wrong.index(b"\x01c")
    result = clean(wrong[:at] + b"\xff" + wrong[at + 1 :])
    assert _files(result.content) == {"0001.txt": b"hola\n"}
    assert "members_left_out" in result.notes
    cut = packed("ustar", None, ("a", b"hola"), ("b", b"mundo" * 999))[:3000]
    assert _files(clean(cut).content) == {"0001.txt": b"hola\n"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (rar5(before=_block(4, 0, _vint(0) + _vint(0) + bytes((15,)) + bytes(16))), "encrypted"),
        (rar5(), "archive_kind"),
        (b"Rar!\x1a\7\1\0" + bytes(80), "archive_kind"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(80), "archive_kind"),
        (b"\x1f\x8b\x08\0" + bytes(80), "archive_kind"),
        (packed("raw", "gzip", ("a", b"hola, esto no es un tar")), "archive_kind"),
        (packed("ustar", "gzip", ("a", bytes(30 << 20))), "bomb"),
        (packed("ustar", None, *((str(number), b"x") for number in range(602))), "too_large"),
    ],
    ids=["locked", "empty rar", "rar", "7z", "gzip", "gzip of no tar", "bomb", "many"],
)
def test_what_can_not_be_opened_says_why(data: bytes, reason: str) -> None:
    assert fate(data) == reason


def test_without_the_library_it_is_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise OSError("no such library")

    monkeypatch.setattr(others, "_library", missing)
    others.load()
    assert fate(rar5(*_FILES)) == "archive_kind"


async def test_hostile_archives_cost_one_child_each(in_children: Scrubber) -> None:
    chance = random.Random(11)
    hosts = (rar5(*_FILES), rar4(*_FILES), packed("7zip", None, *_FILES), packed("pax", "xz", *_FILES))
    for number in range(60):
        data = bytearray(hosts[number % len(hosts)])
        for _ in range(chance.choice((1, 3, 9))):
            data[chance.randrange(7, len(data))] = chance.randrange(256)
        result = await in_children.scrub(bytes(data))
        assert isinstance(result, Clean) or result.reason in set(REFUSALS) - {"unverified"}


def test_a_reader_of_what_is_damaged_raises() -> None:
    data = rar5(("a", b"hola"), ("b", b"mundo"))
    files, _ = others.read_other("application/vnd.rar", data.replace(b"\x01b", b"\xffb"))
    assert [name for name, _ in files] == ["a", ""]
    assert files[0][1]() == b"hola"
    with pytest.raises(Refusal, match="broken"):
        files[1][1]()


def test_a_login_in_a_tar_is_told(clean: Callable[[bytes], Clean]) -> None:
    for name, told in (("CANARY", True), ("root", False), ("", False)):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            entry = tarfile.TarInfo("a.txt")
            entry.size, entry.uname = 4, name
            archive.addfile(entry, io.BytesIO(b"hola"))
        result = clean(out.getvalue())
        assert ("author" in result.removed) is told
        assert b"CANARY" not in result.content
