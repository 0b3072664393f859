"""Which kinds of files have words, and how each is read."""

import io
import re
import zipfile
from encodings import cp437  # noqa: F401 -- names in archives; a child has no file system to load it from

from codes.kinds import CLEAN
from scrub.reading.mail import parts_of
from scrub.reading.xml import words_of_xml

MAX_WORDS = 8 << 20
"""Characters of one file's words at most."""

MAX_UNPACKED = 64 << 20
"""Bytes that come out of all archives in one file at most: as large as a clean file may be."""

_MAX_DEPTH = 4
_TEXTS = frozenset({"text/plain", "text/csv", "application/x-subrip", "text/vtt"})
_OFFICE = frozenset(kind for kind in CLEAN if "officedocument" in kind or "opendocument" in kind)
READABLE = _TEXTS | _OFFICE | {"application/pdf", "message/rfc822", "application/zip"}
"""The media types of files that may have words."""

_BY_EXTENSION = {extension: media_type for media_type, extension in CLEAN.items() if media_type in READABLE}
_PDF_LINE = re.compile(
    rb"\nBT 3 Tr /F [0-9]{1,3} Tf [0-9]{1,3} Tz [-0-9 ]{1,40} Tm <((?:[0-9A-F]{4})+)>Tj ET"
)
"""One line of the words of a searchable copy, as `scrub.pdf.writer` writes it; other PDFs of ours are
pictures.
"""

_OFFICE_PARTS = re.compile(
    r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
    r"|xl/(?:sharedStrings|worksheets/sheet\d+|comments\d*)\.xml|ppt/(?:slides/slide|notesSlides/notesSlide)\d+\.xml"
    r"|(?:word|xl|ppt)/charts/chart\d+\.xml|content\.xml"
)
_CUE_TIMES = re.compile(r"^[0-9:.,]+ --> [0-9:.,]+.*$", re.M)


def words_of(media_type: str, untrusted: bytes) -> str:
    """The words, at most `MAX_WORDS` characters. Raises whatever it raises for a file that is not what it is
    said to be.
    """
    return _Reading().words(media_type, untrusted, _MAX_DEPTH)[:MAX_WORDS]


class _Reading:
    """One file with all that is in it."""

    def __init__(self) -> None:
        self._left = MAX_UNPACKED

    def words(self, media_type: str, untrusted: bytes, depth: int) -> str:
        if depth == 0 or media_type not in READABLE:
            return ""
        if media_type == "application/pdf":
            lines = _PDF_LINE.findall(untrusted)
            return "\n".join(bytes.fromhex(line.decode()).decode("utf-16-be", "replace") for line in lines)
        if media_type in _TEXTS:
            return _CUE_TIMES.sub("", untrusted.decode("utf-8", "replace"))
        if media_type == "message/rfc822":
            return "\n".join(
                self.words(_BY_EXTENSION.get(extension or "txt", ""), content, depth - 1)
                for extension, content in parts_of(untrusted)
            )
        with zipfile.ZipFile(io.BytesIO(untrusted)) as archive:
            if media_type in _OFFICE:
                return "\n".join(
                    words_of_xml(self._unpacked(archive, member))
                    for member in archive.infolist()
                    if _OFFICE_PARTS.fullmatch(member.filename)
                )
            return "\n".join(
                self.words(_BY_EXTENSION[extension], self._unpacked(archive, member), depth - 1)
                for member in archive.infolist()
                if (extension := member.filename.rpartition(".")[2]) in _BY_EXTENSION
            )

    def _unpacked(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
        with archive.open(member) as file:
            content = file.read(self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise ValueError("it swells up")
        return content
