"""Which kinds of metadata an office document carries, by its parts, its elements and their attributes.

It only serves the report: nothing is copied or left out on its account. Sources: ISO/IEC 29500-1 and -2;
OASIS OpenDocument 1.3; [MS-DOCX], [MS-XLSX], [MS-PPTX] (identifiers of newer versions).
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from scrub.inventory.rows import patterns

_PARTS, _WORDS = patterns("office_parts", re.I), patterns("office_words")
_PROPERTY = re.compile(rb"<(?:\w+:)?property\s[^>]{0,400}?\bname=\"([^\"]{0,400})\"")
_LABEL = (b"MSIP_Label_", b"ClassificationContentMarking")
_MAX_LOOKED_AT = 16 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)


def look(untrusted: bytes, files: Mapping[str, bytes], add: Callable[[str], None]) -> None:
    """Calls `add` with codes of `scrub.report.REMOVED`. Never raises for what a file holds."""
    for name, content in files.items():
        found = () if _holds_only_labels(name, content) else _PARTS.whole(name.encode("utf-8", "replace"))
        if name.endswith((".xml", ".rels", ".rdf")):
            found += _WORDS.all(content, _MAX_LOOKED_AT)
        for code in found:
            add(code)
    _look_at_archive(untrusted, add)


def _holds_only_labels(name: str, content: bytes) -> bool:
    """Whether the properties that somebody added are those of a sensitivity label: an identifier, no more."""
    if name != "docProps/custom.xml":
        return False
    names = _PROPERTY.findall(content, 0, _MAX_LOOKED_AT)
    return bool(names) and all(each.startswith(_LABEL) for each in names)


def _look_at_archive(untrusted: bytes, add: Callable[[str], None]) -> None:
    with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
        if archive.comment or any(entry.comment for entry in archive.filelist):
            add("comment")
        if any(entry.date_time != _EPOCH for entry in archive.filelist):
            add("date")
        if any(entry.extra for entry in archive.filelist):
            add("other_metadata")
