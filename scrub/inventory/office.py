"""Which kinds of metadata an office document carries, by its parts, its elements and their attributes.

It only serves the report: nothing is copied or left out on its account. Sources: ISO/IEC 29500-1 and -2;
OASIS OpenDocument 1.3; [MS-DOCX], [MS-XLSX], [MS-PPTX] (identifiers of newer versions).
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

_PARTS = (
    (re.compile(r"(?i).*vbaproject\.bin|.*vbadata\.xml|Basic/.+|Scripts/.+|xl/macrosheets/.+"), "macro"),
    (re.compile(r"(?i)docProps/thumbnail.*|Thumbnails/.+"), "thumbnail"),
    (
        re.compile(
            r"(?i).*/embeddings/.+|.*/activeX/.+|Object \d+/.+|ObjectReplacements/.+"
            r"|.*/media/.*\.(?:mp4|mp3|wav|wmv|m4a|mov|avi)"
        ),
        "embedded_file",
    ),
    (re.compile(r"(?i).*/comments[^/]*\.xml|.*/comments/.+|.*/threadedComments/.+"), "comment"),
    (re.compile(r"(?i).*/people\.xml|.*/persons/.+|.*/commentAuthors\.xml|.*/authors\.xml"), "author"),
    (re.compile(r"(?i).*printerSettings.*|.*/printerSettings/.+"), "device"),
    (re.compile(r"(?i)xl/externalLinks/.+|xl/connections\.xml|xl/queryTables/.+"), "link"),
    (
        re.compile(r"(?i)ppt/notesSlides/.+|word/glossary/.+|xl/pivotCache/.+|ppt/handoutMasters/.+"),
        "hidden_part",
    ),
    (
        re.compile(
            r"(?i)customXml/.+|docProps/custom\.xml|.*/fonts/.+|Fonts/.+|META-INF/.*signatures.*"
            r"|_xmlsignatures/.+"
            r"|docMetadata/.+|manifest\.rdf|xl/customProperty.*|.*/tags/.+"
            r"|.*/webextensions/.+|.*/ink/.+|.*customUI.*"
        ),
        "other_metadata",
    ),
)

_WORDS: Mapping[str, bytes] = {
    "author": rb"<(?:dc:creator|cp:lastModifiedBy|Manager|Company|meta:initial-creator"
    rb"|meta:printed-by)[ >][^<]"
    rb"|\bw:author=|<(?:\w+:)?fileSharing |<office:change-info",
    "date": (
        rb"<(?:dcterms:(?:created|modified)|cp:lastPrinted|meta:creation-date"
        rb"|dc:date|meta:print-date)[ >]|\bw:date="
    ),
    "software": (
        rb"<(?:Application|AppVersion|meta:generator)>[^<]|<(?:\w+:)?fileVersion"
        rb" |<config:config-item"
    ),
    "template": rb"<Template>[^<]|<w:attachedTemplate|<meta:template",
    "description": rb"<(?:dc:(?:title|subject|description)|cp:(?:keywords|category"
    rb"|contentStatus)|meta:keyword)[ >][^<]"
    rb"|\bdescr=\"[^\"]|\btitle=\"[^\"]|<svg:(?:desc|title)>[^<]|<w:tbl(?:Caption"
    rb"|Description) ",
    "other_metadata": rb"<(?:TotalTime|HyperlinkBase)>|<meta:(?:user-defined|editing-cycles|editing-duration"
    rb"|document-statistic)|<w:docVar |<w:tag |<w:alias |<w:fldData"
    rb"|\bw15:|<(?:\w+:)?definedName "
    rb"|<(?:\w+:)?tag |<(?:\w+:)?custData |<text:(?:user-field-decl"
    rb"|variable-decl)|<w:bookmarkStart ",
    "identifier": rb"\bw:rsid|\bw14:paraId=|<w14:docId|<w15:docId|\bw16\w*:durableId="
    rb"|creationId|<(?:\w+:)?modId"
    rb"|\bxr\w*:uid=|<w:nsid|\bofficeooo:rsid=|\bofficeooo:paragraph-rsid="
    rb"|\bxml:id=|\bw:uniqueTag",
    "file_name": rb"absPath|\bname=\"[^\"]*(?:[\\/]|\.(?:jpe?g|png|gif|bmp|tiff?"
    rb"|emf|wmf|heic))|[A-Z]:\\(?:\\)?Users"
    rb"|file:///|\\\\[A-Za-z0-9.-]+\\",
    "hidden_part": rb"<p:notes[ >]|veryHidden|state=\"hidden\"",
    "script": rb"<office:event-listeners|<script:event-listener",
    "comment": rb"<office:annotation[ >]|<p:cm |<w:commentReference",
}
_IN_PARTS = {code: re.compile(pattern) for code, pattern in _WORDS.items()}
_MAX_LOOKED_AT = 16 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)


def look(untrusted: bytes, files: Mapping[str, bytes], add: Callable[[str], None]) -> None:
    """Calls `add` with codes of `scrub.report.REMOVED`. Never raises for what a file holds."""
    for name, content in files.items():
        for pattern, code in _PARTS:
            if pattern.fullmatch(name):
                add(code)
        if name.endswith((".xml", ".rels", ".rdf")):
            for code, words in _IN_PARTS.items():
                if words.search(content, 0, _MAX_LOOKED_AT):
                    add(code)
    _look_at_archive(untrusted, add)


def _look_at_archive(untrusted: bytes, add: Callable[[str], None]) -> None:
    with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
        if archive.comment or any(entry.comment for entry in archive.filelist):
            add("comment")
        if any(entry.date_time != _EPOCH for entry in archive.filelist):
            add("date")
        if any(entry.extra for entry in archive.filelist):
            add("other_metadata")
