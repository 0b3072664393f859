"""Documents that aren't ours to open: each is refused for its true reason, none as a folder of files."""

import struct
from collections.abc import Callable

import pytest

from scrub.archive.writer import write_archive
from scrub.report import Clean, Refusal
from scrub.sniff.ole import is_locked, old_kind
from tests.scrub.office_files import content_types, odf, zipped
from tests.scrub.office_marks import jpeg
from tests.scrub.test_office import entries, words

Cleaner = Callable[[bytes], Clean]
PREVIEW = {"preview.jpg": jpeg(), "preview-micro.jpg": jpeg(), "preview-web.jpg": jpeg()}
MODERN = {
    "Index/Document.iwa": b"\0\1",
    "Index/Tables/DataList.iwa": b"\0",
    "Metadata/Properties.plist": b"bplist00",
}
FOLDER = {"Index.zip": zipped({"Document.iwa": b"\0"}), "Metadata/DocumentIdentifier": b"0000"}
OLD_PAGES = {
    "index.xml": b"<sl:document/>",
    "buildVersionHistory.plist": b"<plist/>",
    "QuickLook/Thumbnail.jpg": jpeg(),
}
OLD_KEYNOTE = {"index.apxl.gz": b"\x1f\x8b\x08\0", "thumbs/st0.jpg": jpeg()}


def _reason(clean: Cleaner, files: dict[str, bytes]) -> str:
    with pytest.raises(Refusal) as refused:
        clean(zipped(files))
    return refused.value.reason


@pytest.mark.parametrize(
    "files", [MODERN, FOLDER, OLD_PAGES, OLD_KEYNOTE], ids=["iwa", "folder", "2009", "keynote"]
)
@pytest.mark.parametrize("folder", ["", "Pay.pages/", "a/b/Pay.numbers/"])
def test_a_document_of_pages_numbers_or_keynote_is_no_folder_of_thumbnails(
    files: dict[str, bytes], folder: str, clean: Cleaner
) -> None:
    whole = {folder + name: content for name, content in {**PREVIEW, **files}.items()}
    if folder:
        whole |= {folder: b"", "__MACOSX/" + folder + "._x": b"\0\5\x16\7"}
    assert _reason(clean, whole) == "apple_office"


def test_a_locked_one_is_told_as_locked(clean: Cleaner) -> None:
    assert _reason(clean, {**PREVIEW, **MODERN, ".iwpv2": b"\0"}) == "encrypted"


def test_beside_other_files_it_alone_is_left_out_and_told(clean: Cleaner) -> None:
    package = {f"case/Pay.pages/{name}": content for name, content in {**PREVIEW, **MODERN}.items()}
    result = clean(zipped({"case/words.txt": b"hello", **package, "photo.jpg": jpeg()}))
    assert list(entries(result.content)) == ["0001.txt", "0002.jpg"]
    assert "members_left_out" in result.notes


def test_a_package_in_an_archive_is_left_out_and_told(clean: Cleaner) -> None:
    result = clean(zipped({"Pay.pages": zipped({**PREVIEW, **MODERN}), "words.txt": b"hello"}))
    assert list(entries(result.content)) == ["0001.txt"]
    assert "members_left_out" in result.notes


def test_many_parts_do_not_change_the_reason(clean: Cleaner) -> None:
    many = {f"Index/Slide-{number}.iwa": b"\0" for number in range(300)}
    assert _reason(clean, {**PREVIEW, **many}) == "apple_office"


@pytest.mark.parametrize(
    "files",
    [
        {"index.xml": b"<a/>", "words.txt": b"hello"},
        {"Metadata/Properties.plist": b"x", "words.txt": b"hello"},
        {"keys/private.key": b"key", "words.txt": b"hello"},
    ],
)
def test_files_that_only_look_a_little_like_it_are_files(files: dict[str, bytes], clean: Cleaner) -> None:
    assert clean(zipped(files)).media_type == "application/zip"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"mimetype": b"application/vnd.sun.xml.writer", "content.xml": b"<a/>"}, "old_office"),
        ({"mimetype": b"application/vnd.oasis.opendocument.graphics", "content.xml": b"<a/>"}, "unsupported"),
        ({"mimetype": b"application/vnd.oasis.opendocument.base", "content.xml": b"<a/>"}, "unsupported"),
        ({"[Content_Types].xml": content_types("application/vnd.ms-visio.drawing.main+xml")}, "unsupported"),
        (
            {"[Content_Types].xml": content_types("application/vnd.ms-package.xps-fixeddocument+xml")},
            "unsupported",
        ),
        ({"[Content_Types].xml": b"", "docProps/thumbnail.jpeg": b""}, "unsupported"),
    ],
)
def test_other_packages_are_refused_for_what_they_are(
    files: dict[str, bytes], reason: str, clean: Cleaner
) -> None:
    assert _reason(clean, {**files, "Thumbnails/thumbnail.jpg": jpeg()}) == reason


@pytest.mark.parametrize(
    "entry",
    [
        'manifest:media-type="application/vnd.oasis.opendocument.text" manifest:full-path="/"',
        'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"',
        'manifest:full-path="/" x="1.2" manifest:media-type="application/vnd.oasis.opendocument.text"',
    ],
)
def test_an_open_document_without_its_first_entry_is_told_by_its_manifest(entry: str, clean: Cleaner) -> None:
    files = odf()
    del files["mimetype"]
    files["META-INF/manifest.xml"] = files["META-INF/manifest.xml"].replace(
        b"/>", f"><manifest:file-entry {entry}/></manifest:manifest>".encode()
    )
    result = clean(zipped(files))
    assert result.extension == "odt"
    assert words(result.content) == "Visible"


def ole(*streams: tuple[str, bytes]) -> bytes:
    """A container with streams of one sector each, behind its header and one sector of directory."""
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHHH", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    directory = bytearray(512)
    for number, (name, content) in enumerate(streams):
        at = 128 * number
        directory[at : at + 64] = name.encode("utf-16-le").ljust(64, b"\0")
        struct.pack_into("<HB", directory, at + 64, 2 * len(name) + 2, 2)
        struct.pack_into("<II", directory, at + 116, number + 1, len(content))
    return bytes(head + directory) + b"".join(content.ljust(512, b"\0") for _, content in streams)


FIB = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0)
LOCKED_FIB = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x100)
BOOK = struct.pack("<HH16xHH", 0x809, 16, 0xE1, 2)
LOCKED_BOOK = struct.pack("<HH16xHHHH", 0x809, 16, 0x86, 0, 0x2F, 54)


@pytest.mark.parametrize(
    ("data", "kind", "locked"),
    [
        (ole(("WordDocument", FIB)), "doc", False),
        (ole(("WordDocument", LOCKED_FIB)), "doc", True),
        (ole(("Workbook", BOOK)), "xls", False),
        (ole(("Book", LOCKED_BOOK)), "xls", True),
        (ole(("PowerPoint Document", b"\x0f")), "ppt", False),
        (ole(("PowerPoint Document", b"\x0f"), ("EncryptedSummary", b"")), "ppt", True),
        (ole(("WordDocument", FIB), ("Workbook", LOCKED_BOOK)), "doc", False),
        (ole(("VisioDocument", b"")), None, False),
        (b"{\\rtf1 hello}", "rtf", False),
        (zipped({"mimetype": b"application/vnd.sun.xml.calc", "content.xml": b""}), "sxc", False),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, False),
        (ole(("WordDocument", FIB))[:600], None, False),
        (b"", None, False),
    ],
)
def test_old_documents_are_told_apart(data: bytes, kind: str | None, locked: bool, clean: Cleaner) -> None:
    assert old_kind(data) == kind
    assert is_locked(data) is locked
    if data and kind != "rtf":
        with pytest.raises(Refusal) as refused:
            clean(data)
        assert refused.value.reason == ("encrypted" if locked else "old_office")


def test_an_old_document_that_is_cut_anywhere_crashes_nothing() -> None:
    data = ole(("Workbook", LOCKED_BOOK), ("WordDocument", LOCKED_FIB))
    for end in range(0, len(data), 7):
        old_kind(data[:end])
        is_locked(data[:end])


def test_an_archive_of_ours_is_no_package(clean: Cleaner) -> None:
    data = write_archive([Clean(b"hello\n", "text/plain", "txt")])
    assert clean(data).media_type == "application/zip"
