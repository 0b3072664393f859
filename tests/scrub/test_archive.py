"""A ZIP comes out as a ZIP of numbered clean files, or not at all if it could be read in two ways."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from scrub.archive.reader import read_archive
from scrub.report import Clean
from tests.scrub.fates import fate
from tests.scrub.mail_files import CANARY, mail, zipped
from tests.scrub.pdf_files import document

Scrub = Callable[[bytes], Clean]


def _files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_files_are_cleaned_and_renamed(clean: Scrub, photo_bytes: bytes) -> None:
    result = clean(
        zipped(
            ("../../CANARY.jpg", photo_bytes),
            ("CANARY/", b""),
            ("CANARY\u202egpj.exe", "se\u200bñal".encode()),
            ("C:\\Users\\CANARY\\a", document(trailer=b"/Info 6 0 R", extra=[b"<</Author(CANARY)>>"])),
            ("x" * 4000, mail()),
            ("__MACOSX/._CANARY.jpg", b"\0\5\x16\7CANARY"),
            (".DS_Store", b"\0\0\0\1Bud1CANARY"),
            ("empty", b""),
            comment=b"CANARY",
        )
    )
    assert CANARY not in result.content
    assert list(_files(result.content)) == ["0001.jpg", "0002.txt", "0003.pdf", "0004.eml"]
    assert {"file_name", "date", "comment", "device", "author", "invisible_character", "sender"} <= set(
        result.removed
    )
    assert {"picture_remains", "writing_remains", "rasterized"} <= set(result.notes)
    assert "members_left_out" not in result.notes


def test_what_can_not_be_cleaned_is_left_out_and_told(clean: Scrub) -> None:
    result = clean(
        zipped(("a", b"hola"), ("b", b"MZ\x90\0CANARY" + bytes(80)), ("c", b"<html>CANARY</html>"))
    )
    assert _files(result.content) == {"0001.txt": b"hola\n"}
    assert result.notes == ("writing_remains", "members_left_out")
    assert fate(zipped(("b", b"<html>CANARY</html>"), ("a", b"MZ\x90\0" + bytes(80)))) == "web_page"


def test_two_runs_give_the_same_bytes(clean: Scrub, photo_bytes: bytes) -> None:
    data = zipped(("a", b"hola"), ("b", photo_bytes))
    assert clean(data).content == clean(data).content
    cleaned = clean(zipped(("a", b"hola"))).content
    assert clean(cleaned).content == cleaned


def _flagged(data: bytes, bit: int) -> bytes:
    """The same with a flag set in both headers of the first file."""
    out = bytearray(data)
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        out[data.index(signature) + at + bit // 8] |= 1 << bit % 8
    return bytes(out)


_PPMD = 98


def _packed_by(data: bytes, method: int) -> bytes:
    """The same with another method in both headers of the first file."""
    out = bytearray(data)
    for signature, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        out[data.index(signature) + at] = method
    return bytes(out)


def _linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, b"/home/CANARY/secret")
    return out.getvalue()


def test_a_link_is_no_file() -> None:
    assert fate(_linked()) == "unsupported"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_flagged(zipped(("a", b"hola")), 0), "encrypted"),
        (_flagged(zipped(("a", b"hola")), 6), "encrypted"),
        (_packed_by(zipped(("a", b"hola")), _PPMD), "archive_kind"),
        (zipped(("META-INF/MANIFEST.MF", b"a: b"), ("A.class", b"\xca\xfe\xba\xbe")), "archive_kind"),
        (zipped(("AndroidManifest.xml", b"\3\0\x08\0"), ("classes.dex", b"dex\n035")), "archive_kind"),
        (zipped(("mimetype", b"application/epub+zip"), ("META-INF/container.xml", b"<a/>")), "archive_kind"),
        (zipped(("doc.kml", b"<kml/>")), "archive_kind"),
        (zipped(("Index/Document.iwa", b"\0\1")), "apple_office"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(80), "archive_kind"),
        (b"Rar!\x1a\7\1\0" + bytes(80), "archive_kind"),
        (b"\x1f\x8b\x08\0" + bytes(80), "archive_kind"),
        (b"BZh91AY&SY" + bytes(80), "archive_kind"),
        (b"\xfd7zXZ\0" + bytes(80), "archive_kind"),
        (b"\x28\xb5\x2f\xfd" + bytes(80), "archive_kind"),
        (b"MSCF\0\0\0\0" + bytes(80), "archive_kind"),
        (b"CANARY.txt" + bytes(247) + b"ustar\x0000" + bytes(300), "archive_kind"),
        (b"CANARY.txt" + bytes(500), "unsupported"),
    ],
)
def test_other_archives_and_locked_ones_are_explained(data: bytes, reason: str) -> None:
    assert fate(data) == reason


_PLAIN = zipped(("a", b"hola"), ("b", b"mundo"))
_DIRECTORY = _PLAIN.index(b"PK\1\2")
_END = _PLAIN.index(b"PK\5\6")


def _patched(at: int, value: bytes) -> bytes:
    return _PLAIN[:at] + value + _PLAIN[at + len(value) :]


def _moved(inserted: bytes, at: int, *, directory: bool = True) -> bytes:
    """Bytes inserted, and the directory's place put right, as a careful attacker does."""
    out = bytearray(_PLAIN[:at] + inserted + _PLAIN[at:])
    if directory:
        struct.pack_into("<I", out, _END + len(inserted) + 16, _DIRECTORY + len(inserted))
    return bytes(out)


def _overlapping() -> bytes:
    """Both entries of the directory point to the first file."""
    second = _PLAIN.index(b"PK\1\2", _DIRECTORY + 1)
    entry = bytearray(_PLAIN[second:_END])
    struct.pack_into("<I", entry, 42, 0)
    return _PLAIN[:second] + bytes(entry) + _PLAIN[_END:]


@pytest.mark.parametrize(
    "data",
    [
        _PLAIN + b"x",
        _PLAIN + _PLAIN[_END:],
        b"PK\3\4" + _PLAIN,
        _moved(b"%PDF-1.7 CANARY", _DIRECTORY),
        _moved(b"CANARY", _PLAIN.index(b"PK\3\4", 1)),
        _moved(b"CANARY", _END, directory=False),
        _overlapping(),
        _patched(_DIRECTORY + 16, b"\0\0\0\0"),  # another CRC in the directory than in the file's own header
        _patched(_DIRECTORY + 46, b"c"),  # another name
        _patched(_DIRECTORY + 24, struct.pack("<I", 5)),  # another size
        _patched(_DIRECTORY + 10, b"\0\0"),  # stored, says the directory
        _patched(_END + 8, b"\1\0\1\0"),  # one entry of two
        _patched(_END + 20, b"\xff\xff"),  # a comment that isn't there
        _patched(_END + 16, b"\0\0\0\0"),  # the directory begins elsewhere
        zipped(("a", b"hola"), comment=b"PK\5\6" + bytes(18)),
        _PLAIN[:_END] + b"PK\6\7" + struct.pack("<IQI", 0, 0, 1) + _PLAIN[_END:],
    ],
)
def test_an_archive_that_contradicts_itself_is_refused(data: bytes) -> None:
    assert fate(data) in ("mislabeled", "broken")


def test_two_files_of_one_name_are_two_files(clean: Scrub) -> None:
    twice = zipped(("a", b"hola\n"), ("b", b"mundo\n")).replace(b"b", b"a")
    assert list(_files(clean(twice).content).values()) == [b"hola\n", b"mundo\n"]


@pytest.mark.parametrize("files", [(), (("a.txt", b""),), (("turnos/", b""), ("b", b""))])
def test_an_archive_with_nothing_in_it_is_empty_and_not_damaged(files: tuple[tuple[str, bytes], ...]) -> None:
    assert fate(zipped(*files)) == "empty_file"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_by_bzip2_or_lzma_is_read(method: int, clean: Scrub) -> None:
    files = ("a.txt", b"De noche.\n" * 900), ("b.txt", b"Sin guantes.\n")
    packed = zipped(*files, method=method)
    assert list(_files(clean(packed).content).values()) == [content for _, content in files]
    at = packed.index(b"PK\3\4", 1) - 20
    damaged = clean(packed[:at] + b"\xff" * 8 + packed[at + 8 :])
    assert list(_files(damaged.content).values()) == [b"Sin guantes.\n"]
    assert "members_left_out" in damaged.notes


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_unpacks_to_more_than_it_says_is_left_out(method: int) -> None:
    packed = bytearray(zipped(("a.txt", b"De noche.\n" * 900), method=method))
    for at in (packed.index(b"PK\1\2") + 24, 22):
        packed[at : at + 4] = struct.pack("<I", 100)
    assert fate(bytes(packed)) == "broken"


def test_what_is_put_behind_the_end_of_an_lzma_member_is_not_passed_over() -> None:
    files = ("a.txt", b"De noche.\n" * 900)
    packed = zipped(files, method=zipfile.ZIP_LZMA)
    at = packed.index(b"PK\1\2")
    longer = bytearray(packed[:at] + b"CANARY" + packed[at:])
    for place in (18, at + 6 + 20, len(longer) - 6):
        (number,) = struct.unpack_from("<I", longer, place)
        struct.pack_into("<I", longer, place, number + 6)
    assert fate(bytes(longer)) == "broken"


@pytest.mark.parametrize("size", [0, 4, 22, 46, len(_PLAIN) // 2, len(_PLAIN) - 1])
def test_an_archive_cut_off_is_told_as_that(size: int) -> None:
    assert fate(_PLAIN[:size]) in ("truncated", "unsupported")


def _of_a_cloud_drive(*files: tuple[bytes, bytes], disks: int = 0, claimed: int = 0) -> bytes:
    """As such a service streams it: ZIP64 records that count disks from 0, sizes of 8 bytes follow."""
    out, directory, count = b"", b"", len(files)
    for name, data in files:
        crc, size, at = zlib.crc32(data), len(data), len(out)
        out += struct.pack("<4sHHHHHIII", b"PK\3\4", 45, 0x0808, 0, 0, 0x5A21, 0, claimed, claimed)
        out += struct.pack("<HH", len(name), 0) + name + data
        out += struct.pack("<4sIQQ", b"PK\7\x08", crc, size, size)
        directory += struct.pack("<4sHHHHHHIII", b"PK\1\2", 45, 45, 0x0808, 0, 0, 0x5A21, crc, size, size)
        directory += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, at) + name
    start, long = len(out), len(directory)
    end = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, long, start)
    end += struct.pack("<4sIQI", b"PK\6\7", 0, start + long, disks)
    return (
        out + directory + end + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, long, 0xFFFFFFFF, 0)
    )


@pytest.mark.parametrize("disks", [0, 1])
@pytest.mark.parametrize("claimed", [0, 0xFFFFFFFF])
def test_an_archive_of_a_cloud_drive_opens(disks: int, claimed: int, clean: Scrub) -> None:
    files = (b"turnos.txt", b"De noche.\n"), (b"Turnos.txt", b"Sin guantes.\n"), (b"../nota.txt", b"No.\n")
    result = clean(_of_a_cloud_drive(*files, disks=disks, claimed=claimed))
    assert list(_files(result.content).values()) == [content for _, content in files]
    assert "members_left_out" not in result.notes
    assert fate(_of_a_cloud_drive(*files, disks=2)) == "mislabeled"
    assert fate(_of_a_cloud_drive(*files).replace(b"PK\7\x08", b"PK\7\x09", 1)) == "mislabeled"


def test_names_that_differ_by_case_or_climb_are_only_names(clean: Scrub) -> None:
    names = ("IMG.txt", "img.txt", "../../img.txt", "/etc/x", "C:\\x")
    result = clean(zipped(*((name, str(number).encode()) for number, name in enumerate(names))))
    assert list(_files(result.content).values()) == [b"0\n", b"1\n", b"2\n", b"3\n", b"4\n"]


def test_one_locked_file_costs_no_other(clean: Scrub) -> None:
    both = zipped(("a", b"hola"), ("b", b"mundo"))
    for bit in (0, 6):
        result = clean(_flagged(both, bit))
        assert _files(result.content) == {"0001.txt": b"mundo\n"}
        assert "members_left_out" in result.notes
    assert fate(_flagged(both, 13)) == "encrypted"


def test_one_file_packed_in_another_way_costs_no_other(clean: Scrub) -> None:
    result = clean(_packed_by(zipped(("a", b"hola"), ("b", b"mundo")), _PPMD))
    assert _files(result.content) == {"0001.txt": b"mundo\n"}
    assert "members_left_out" in result.notes


def test_one_damaged_file_costs_no_other(clean: Scrub) -> None:
    stored = zipped(("a", b"hola"), ("b", b"mundo"), method=zipfile.ZIP_STORED).replace(b"hola", b"hole")
    result = clean(stored)
    assert _files(result.content) == {"0001.txt": b"mundo\n"}
    assert "members_left_out" in result.notes


def test_damage_inside_is_found() -> None:
    stored = zipped(("a", b"hola"), method=zipfile.ZIP_STORED)
    assert fate(stored.replace(b"hola", b"hole")) == "broken"
    packed = zipped(("a", b"hola"))
    at = packed.index(b"a", 30) + 1
    assert fate(packed[:at] + b"\xff" + packed[at + 1 :]) == "broken"


def _streamed(*files: tuple[str, bytes], big: bool = False) -> bytes:
    """As a program writes that can't go back: sizes follow the content."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    out = Pipe()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            with archive.open(name, "w", force_zip64=big) as file:
                file.write(content)
    return out.getvalue()


@pytest.mark.parametrize("big", [False, True])
def test_a_streamed_archive_is_read(big: bool, clean: Scrub) -> None:
    result = clean(_streamed(("a", b"hola"), ("b", b"mundo"), big=big))
    assert _files(result.content) == {"0001.txt": b"hola\n", "0002.txt": b"mundo\n"}


def test_a_bomb_is_stopped_before_it_is_inflated(photo_bytes: bytes) -> None:
    blank = bytes(90 << 20)
    assert fate(zipped(("a", blank))) == "bomb"
    assert fate(zipped(*((str(number), b"hola") for number in range(601)))) == "too_large"
    lying = bytearray(zipped(("a", bytes(8 << 20))))
    for signature, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<I", lying, lying.index(signature) + at, 100)
    assert fate(bytes(lying)) == "broken"


def test_archives_in_archives_end(clean: Scrub) -> None:
    nested = zipped(("a", b"hola"))
    for depth in range(1, 5):
        nested = zipped(("a.zip", nested))
        assert fate(nested) == ("clean" if depth < 3 else "archive_kind")


def test_a_picture_in_an_archive_in_an_e_mail(clean: Scrub, photo_bytes: bytes) -> None:
    from tests.scrub.mail_files import packed

    result = clean(mail(packed(b"application/zip", zipped(("CANARY", photo_bytes)))))
    assert CANARY not in result.content
    assert "device" in result.removed


def test_random_damage_never_surprises() -> None:
    chance = random.Random(7)
    hosts = (_PLAIN, _streamed(("a", b"hola"), ("b", b"x" * 500)), zipped(("z", _PLAIN)))
    for number in range(600):
        data = bytearray(hosts[number % len(hosts)])
        for _ in range(chance.choice((1, 1, 2, 8))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        fate(bytes(data))


def test_the_reader_agrees_with_the_standard_library() -> None:
    files = [(str(number), zlib.compress(bytes([number]) * number)) for number in range(60)]
    archive = read_archive(zipped(*files))
    assert [archive.content(index) for index in range(60)] == [content for _, content in files]
