"""What a confined child does with clean copies whose pages are to be covered or compared. Loads Pillow and
numpy, and no other decoder. Imported by `scrub.isolation.page_reader` only, before it forks.
"""

import io

from PIL import Image

from scrub.compare.result import pack_pages
from scrub.compare.sheets import compare
from scrub.isolation.wire import COMPARE, REDACT, REDACTED, unpack_media_type
from scrub.pixels import jpeg, png
from scrub.redact import redact
from scrub.redact.wishes import Area, Wishes, pack_places, unpack_wishes
from scrub.report import Refusal


def redact_task(head: bytes, untrusted: bytes) -> tuple[bytes, ...]:
    """Places, and then the redacted copy; see `scrub.isolation.wire`. Raises MemoryError only, or it ends the
    child.
    """
    media_type, wishes_size = REDACT.unpack(head)
    wishes = unpack_wishes(untrusted[:wishes_size])
    try:
        done = redact(untrusted[wishes_size:], unpack_media_type(media_type), wishes)
    except Refusal as refusal:
        if refusal.reason == "too_large":
            raise MemoryError from None
        return (b"\0",)
    places = pack_places(done.places, done.unread)
    return REDACTED.pack(1, len(places)), places, done.content


def compare_task(head: bytes, untrusted: bytes) -> tuple[bytes, ...]:
    """What differs between two clean copies. Raises MemoryError only, or it ends the child."""
    first, second, size = COMPARE.unpack(head)
    kinds = unpack_media_type(first), unpack_media_type(second)
    try:
        return pack_pages(compare((kinds[0], untrusted[:size]), (kinds[1], untrusted[size:])))
    except Refusal as refusal:
        if refusal.reason == "too_large":
            raise MemoryError from None
        return (b"",)


def warm_up() -> None:
    """Once each kind, so that a child opens no file and loads nothing for the first time."""
    picture = Image.new("RGB", (16, 16), "white")
    from scrub.pdf.writer import PdfWriter, TextLine  # noqa: PLC0415

    writer = PdfWriter(1, 150, searchable=True)
    writer.add(16, 16, bytes(256), [TextLine(1, 1, 2, 100, "nom nom")])
    color = PdfWriter(1, 150)
    color.add_color(16, 16, jpeg(picture))
    samples = {
        "image/jpeg": jpeg(picture),
        "image/png": png(picture),
        "application/pdf": writer.finish(),
        "text/plain": b"nom",
    }
    for media_type, content in (*samples.items(), ("application/pdf", color.finish())):
        done = redact(content, media_type, Wishes((Area(1, 0, 0, 99, 99),), ("nom",)))
        pack_pages(compare((media_type, content), (media_type, done.content)))
    Image.open(io.BytesIO(samples["image/png"])).load()
