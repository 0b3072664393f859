"""Which kind of office document an archive is, and the way from it to its clean copy.

Sources: ISO/IEC 29500-1, 11-13 (media types of main parts); OASIS OpenDocument 1.3, part 2, 3.3 (`mimetype`).
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping

from scrub.inventory.office import look
from scrub.office import archive, copier, opendocument, sheet, slides, word
from scrub.office.findings import Findings
from scrub.office.grammar import allowed_names
from scrub.office.package import Source
from scrub.office.paths import markup, part_holds_path
from scrub.office.pictures import CleanPictures, Inner
from scrub.report import Clean, Refusal
from scrub.sniff.apple import apple_packages, is_locked_package

_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = _OOXML + "wordprocessingml.document"
XLSX = _OOXML + "spreadsheetml.sheet"
PPTX = _OOXML + "presentationml.presentation"
_OPEN = "application/vnd.oasis.opendocument."
OPEN_TYPES = (_OPEN + "text", _OPEN + "spreadsheet", _OPEN + "presentation")

_OLD_OPEN = ("application/vnd.sun.xml.", "application/vnd.stardivision.")
_ROOT_ENTRY = re.compile(rb"<[^<>]{0,400}full-path=[\"']/[\"'][^<>]{0,400}>")
_ROOT_TYPE = re.compile(rb"media-type=[\"']([a-z0-9./+-]{1,100})[\"']")
_MAX_NAMES_LOOKED_AT = 4000
_MAX_TYPES = 1 << 20
_MAIN = {
    DOCX: re.compile(
        rb"wordprocessingml\.(?:document|template)\.main\+xml|ms-word\.\w+\.macroEnabled\w*\.main\+xml"
    ),
    XLSX: re.compile(rb"spreadsheetml\.(?:sheet|template)\.main\+xml|ms-excel\.\w+\.macroEnabled\.main\+xml"),
    PPTX: re.compile(
        rb"presentationml\.(?:presentation|template|slideshow)\.main\+xml"
        rb"|ms-powerpoint\.\w+\.macroEnabled\.main\+xml"
    ),
}
_PICTURE = re.compile(r"(?:/media|^Pictures|^media)/[^/]+\.(?:jpe?g|png|gif|tiff?|bmp|webp)$", re.IGNORECASE)
_BINARY = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_KNOWN = allowed_names(copier.GRAMMAR) | allowed_names(opendocument.GRAMMAR)
_REBUILD = {DOCX: word.rebuild, XLSX: sheet.rebuild, PPTX: slides.rebuild}


def kind(untrusted: bytes) -> str | None:
    """The media type of the office document that a ZIP archive is (of the plain kind for templates and those
    with macros), or None. Raises Refusal for other documents, which are no folders of files: "old_office" for
    Excel's binary workbook (old, in new clothes) and OpenOffice.org 1, "apple_office", "encrypted" for one of
    Apple's under a password, "unsupported" for drawings, databases and whatever else is packed like them.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(untrusted)) as files:
            if len(files.filelist) > _MAX_NAMES_LOOKED_AT:
                return None
            names = set(files.namelist())
            if "[Content_Types].xml" in names:
                return _ooxml(_head(files, "[Content_Types].xml", _MAX_TYPES))
            if "mimetype" in names:
                declared = _head(files, "mimetype", 200).strip().decode("ascii", "replace")
                return _open_document(declared)
            if {"META-INF/manifest.xml", "content.xml"} <= names:
                root = _ROOT_ENTRY.search(_head(files, "META-INF/manifest.xml", _MAX_TYPES))
                found = _ROOT_TYPE.search(root[0]) if root else None
                return _open_document(found[1].decode()) if found else None
            _refuse_apple(names)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return None
    except (struct.error, OverflowError, IndexError, KeyError):
        return None
    return None


def _open_document(declared: str) -> str | None:
    known = next((known for known in OPEN_TYPES if declared in (known, known + "-template")), None)
    if known is None and declared.startswith(_OLD_OPEN):
        raise Refusal("old_office")
    if known is None and declared.startswith(_OPEN):
        raise Refusal("unsupported")
    return known


def _refuse_apple(names: set[str]) -> None:
    """Where the archive is one package of Apple's, or a folder that is one."""
    for folder in apple_packages(names):
        if all(name.startswith((folder, "__MACOSX/")) or folder.startswith(name) for name in names):
            raise Refusal("encrypted" if is_locked_package(names) else "apple_office")


def _head(files: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with files.open(name) as file:
        return file.read(limit)


def _ooxml(types: bytes) -> str:
    if _BINARY in types:
        raise Refusal("old_office")
    for media_type, pattern in _MAIN.items():
        if pattern.search(types):
            return media_type
    raise Refusal("unsupported")


def scrub_office(media_type: str, untrusted: bytes, inner: Inner) -> Clean:
    """`media_type` as `kind` says; `inner` is the engine, one level deeper, for pictures. Raises Refusal."""
    files = archive.read(untrusted)
    findings, seen = Findings(), Findings()
    look(untrusted, files, seen.add, _KNOWN)
    pictures = CleanPictures(inner)
    if media_type in _REBUILD:
        source = Source(files)
        content = _REBUILD[media_type](source, source.main_part(), pictures, findings)
    else:
        content = opendocument.rebuild(media_type, files, pictures, findings)
    if any(part_holds_path(part) for name, part in archive.read(content).items() if name.endswith(".xml")):
        findings.add("paths_remain")
        if "file_name" in seen.removed - findings.removed and not _names_files(untrusted, files):
            seen.removed.remove("file_name")
    if any(_PICTURE.search(name) and id(part) not in pictures.asked for name, part in files.items()):
        findings.add("hidden_image")
    removed = seen.removed | findings.removed | pictures.removed
    notes = seen.notes | findings.notes | pictures.notes | {"document_remains", "marks_remain"}
    return Clean.of(content, media_type, removed, notes)


def _names_files(untrusted: bytes, files: Mapping[str, bytes]) -> bool:
    """Whether names of files stand outside of the words, where they don't stay."""
    found = Findings()
    look(untrusted, {name: markup(content) for name, content in files.items()}, found.add)
    return "file_name" in found.removed
