"""Which kinds of metadata an office document carries, by its parts, its elements and their attributes.

It only serves the report: nothing is copied or left out on its account. What is neither allowed in a copy nor
known for a matter of looks is told. Sources: ISO/IEC 29500-1 and -2; OASIS OpenDocument 1.3; [MS-DOCX],
[MS-XLSX], [MS-PPTX] (identifiers of newer versions).
"""

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Set

from scrub.inventory.rows import Verdict, names, patterns

_PARTS, _WORDS, _NAMES = patterns("office_parts", re.I), patterns("office_words"), names("office_names")
_FILE_NAME = re.compile(rb"name=\"[^\"]{0,400}?(?:[\\/]|\.(?:jpe?g|png|gif|bmp|tiff?|emf|wmf|heic))")
_PROPERTY = re.compile(rb"<(?:\w+:)?property\s[^>]{0,400}?\bname=\"([^\"]{0,400})\"")
_LABEL = (b"MSIP_Label_", b"ClassificationContentMarking")
_XML = (".xml", ".rels", ".rdf", ".vml")
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*(?:<|\Z)")
_SMALL = 16 << 10
_PIECE = 1 << 20
_MAX_LOOKED_AT = 16 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROPERTIES, _SETTINGS = (
    ("docProps/core.xml", "docProps/app.xml", "meta.xml"),
    ("docProps/", "settings.xml", "META-INF/", "manifest.rdf"),
)
_FILLED = re.compile(rb"<([A-Za-z][\w:.-]*)[^<>]*>[^<\s]")
_ATTRIBUTE = re.compile(rb"(?!xmlns[:=])[A-Za-z_][\w:.-]*=(?!\"\"|'')[\"']")
_MAX_STRANGE, _MAX_LOOKED_UP = 1000, 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def look(
    untrusted: bytes, files: Mapping[str, bytes], add: Callable[[str], None], known: Set[bytes] | None = None
) -> None:
    """Calls `add` with codes of `scrub.report.REMOVED`. Never raises for what a file holds.

    `known`: names of elements (`<w:p`) and attributes (`w:val=`) that a copy may have; without it names that
    have no pattern aren't told.
    """
    for name, content in files.items():
        found = () if _holds_only_labels(name, content) else _PARTS.whole(name.encode("utf-8", "replace"))
        told = bool(found)  # a part that goes as a whole
        if name.endswith(_XML):
            words = _words(content[:_MAX_LOOKED_AT])
            text = b" ".join(sorted(words)) + b" " if len(content) > _SMALL else content
            found += _WORDS.all(text, len(text))
            if _FILE_NAME.search(content, 0, _MAX_LOOKED_AT):
                found += ("file_name",)
            if len(content) > _MAX_LOOKED_AT or not (told or _BEGINS.match(content)):
                found += ("other_metadata",)
            if name.startswith(_PROPERTIES):
                found += _properties(content[:_MAX_LOOKED_AT])
            elif known is not None and not told and not name.startswith(_SETTINGS):
                found += _unknown(words, known, content)
        for code in found:
            add(code)
    _look_at_archive(untrusted, add)


def _words(content: bytes) -> set[bytes]:
    """What stands between blanks, each once: a part says the same again and again. Piece by piece, for a list
    of all of them takes many times the part's memory.
    """
    if content.startswith(_UTF_16):
        content = content.decode("utf-16", "replace").encode()
    words: set[bytes] = set()
    at = 0
    while at < len(content):
        end = len(content)
        if end - at > _PIECE:
            end = content.rfind(b"<", at + 1, at + _PIECE)
            end = at + _PIECE if end < 0 else end
        words.update(content[at:end].replace(b"<", b" <").split())
        at = end
    return words


def _unknown(words: Set[bytes], known: Set[bytes], content: bytes) -> tuple[str, ...]:
    """What names tell that no copy has. Whether a word is an attribute is looked up: a text may say so."""
    elements = {word.partition(b">")[0].rstrip(b"/") for word in words if word.startswith(b"<")}
    strange = {name for name in elements - known if name[1:2] not in b"/?!" and _NAMES.of(name)}
    if len(strange) > _MAX_STRANGE:
        return ("other_metadata",)
    told = {code for name in strange for code in _of_name(name + b" ")}
    if not told:
        attributes = {b"".join(word.partition(b"=")[:2]) for word in words if _ATTRIBUTE.match(word)} - known
        possible = sorted(name for name in attributes if _NAMES.of(name))[:_MAX_STRANGE]
        telling = (name for name in possible if _of_name(b" " + name + b'"?" '))
        for count, name in enumerate(telling):
            if count == _MAX_LOOKED_UP or re.search(rb"<[^<>]*\s" + name, content):
                told.update(_NAMES.of(name))
                break
    return tuple(told)


def _properties(content: bytes) -> tuple[str, ...]:
    """Of those that say something, what has no pattern."""
    filled = set(_FILLED.findall(content))
    known = len(filled) <= _MAX_STRANGE and all(_WORDS.all(b"<%b>?" % name, len(name) + 3) for name in filled)
    return () if known else ("other_metadata",)


def _of_name(shown: bytes) -> Verdict:
    """Nothing for what has a pattern. `shown`: a name as it stands between others."""
    return () if _WORDS.all(shown, len(shown)) else _NAMES.of(shown.strip().removesuffix(b'"?"'))


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
