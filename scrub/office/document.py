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
from scrub.office import archive, opendocument, sheet, slides, word
from scrub.office.findings import Findings
from scrub.office.package import Source
from scrub.office.paths import markup, part_holds_path
from scrub.office.pictures import CleanPictures, Inner
from scrub.report import Clean, Refusal

_OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = _OOXML + "wordprocessingml.document"
XLSX = _OOXML + "spreadsheetml.sheet"
PPTX = _OOXML + "presentationml.presentation"
_OPEN = "application/vnd.oasis.opendocument."
OPEN_TYPES = (_OPEN + "text", _OPEN + "spreadsheet", _OPEN + "presentation")

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
_BINARY = b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"
_REBUILD = {DOCX: word.rebuild, XLSX: sheet.rebuild, PPTX: slides.rebuild}


def kind(untrusted: bytes) -> str | None:
    """The media type of the office document that a ZIP archive is (of the plain kind for templates and those
    with macros), or None. Raises Refusal("old_office") for Excel's binary workbook (old, in new clothes).
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
                return next((known for known in OPEN_TYPES if declared in (known, known + "-template")), None)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        return None
    except (struct.error, OverflowError, IndexError, KeyError):
        return None
    return None


def _head(files: zipfile.ZipFile, name: str, limit: int) -> bytes:
    with files.open(name) as file:
        return file.read(limit)


def _ooxml(types: bytes) -> str | None:
    if _BINARY in types:
        raise Refusal("old_office")
    return next((media_type for media_type, pattern in _MAIN.items() if pattern.search(types)), None)


def scrub_office(media_type: str, untrusted: bytes, inner: Inner) -> Clean:
    """`media_type` as `kind` says; `inner` is the engine, one level deeper, for pictures. Raises Refusal."""
    files = archive.read(untrusted)
    findings, seen = Findings(), Findings()
    look(untrusted, files, seen.add)
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
    removed = seen.removed | findings.removed | pictures.removed
    notes = seen.notes | findings.notes | pictures.notes | {"document_remains", "marks_remain"}
    return Clean.of(content, media_type, removed, notes)


def _names_files(untrusted: bytes, files: Mapping[str, bytes]) -> bool:
    """Whether names of files stand outside of the words, where they don't stay."""
    found = Findings()
    look(untrusted, {name: markup(content) for name, content in files.items()}, found.add)
    return "file_name" in found.removed
