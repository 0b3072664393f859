"""What a confined child does with a clean file whose words are wanted. Loads no decoder but the standard
library's. Imported by `scrub.isolation.reader` only, before it forks.
"""

import contextlib
import io
import zipfile

from scrub.isolation.wire import unpack_media_type
from scrub.reading import words_of
from scrub.reading.pages import packed, pages_of

_MAIL = (
    b'Subject: =?utf-8?B?bm9t?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=_silbo"\n\n'
    b"--=_silbo\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nbm9t\n"
    b"--=_silbo\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\n"
    b'Content-Disposition: attachment; filename="0001.zip"\n\nUEsF\n--=_silbo--\n'
)


def words_task(media_type: bytes, content: bytes) -> tuple[bytes]:
    """The words in UTF-8 of a file of the media type of that byte. What it raises ends the child."""
    return (words_of(unpack_media_type(media_type[0]), content).encode("utf-8", "replace"),)


def pages_task(_media_type: bytes, content: bytes) -> tuple[bytes]:
    """The pages of a clean PDF, as `scrub.reading.pages` packs them. What it raises ends the child."""
    return (packed(*pages_of(content)),)


def warm_up() -> None:
    """Reads one file of each kind, so that a child loads nothing for the first time."""
    words_of("text/plain", b"nom")
    gray = b"/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode/Length 9>>stream\n"
    dots = b"x\x9cc\x00\x00\x00\x01\x00\x01"
    pages_of(b"\n<</Type/XObject/Subtype/Image/Width 2/Height 1" + gray + dots)
    words_of("application/pdf", b"\nBT 3 Tr /F 9 Tf 99 Tz 1 0 0 1 0 0 Tm <006E>Tj ET")
    office = io.BytesIO()
    with zipfile.ZipFile(office, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b"<p>nom</p>")
        archive.writestr("0001.txt", b"nom")
    words_of("application/vnd.oasis.opendocument.text", office.getvalue())
    words_of("application/zip", office.getvalue())
    with contextlib.suppress(zipfile.BadZipFile):
        words_of("message/rfc822", _MAIL)
