"""What a confined child does with a PDF: it holds what draws and reads pages, and no other decoder. Imported
by `scrub.isolation.decoders` only.
"""

from collections.abc import Iterator

from scrub import pdf
from scrub.isolation.answering import answered
from scrub.isolation.wire import pack_choices
from scrub.marks.found import Found
from scrub.marks.search import search
from scrub.report import PDF_STYLES, Choices, Clean, Refusal
from scrub.sniff import SNIFF_BYTES, sniff


def scrub_task(choices: bytes, untrusted: bytes) -> Iterator[bytes]:
    """A packed result for packed choices and a PDF. Raises MemoryError only."""

    def look(clean: Clean) -> Found:
        return search(clean.media_type, clean.content, untrusted)

    return answered(choices, untrusted, _scrub, look)


def _scrub(untrusted: bytes, wishes: Choices) -> Clean:
    """As the engine does it. Raises Refusal, whatever the bytes are."""
    if sniff(untrusted[:SNIFF_BYTES]) != "application/pdf":
        raise Refusal("unsupported")
    return pdf.scrub_pdf(untrusted, wishes.pdf)


def warm_up() -> None:
    """Loads every font and draws a page in each style, as `child.warm_up` does for all."""
    pdf.load()
    for style in PDF_STYLES:
        tuple(scrub_task(pack_choices(Choices(pdf=style), marks=True), pdf.sample()))
