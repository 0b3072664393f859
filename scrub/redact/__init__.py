"""Covers areas and words of a *clean* copy, for good: the one place where dots are drawn over.

Used after cleaning, in a confined child, never in a process that holds keys:

    wishes = Wishes(areas=(Area(page=2, left=1000, top=500, right=6000, bottom=800),), words=("Ana Ruiz",))
    done = redact(clean_content, "application/pdf", wishes)    # raises Refusal
    done.content    # the same kind of file, written anew by scrub's own writers: `scrub.verify` takes it
    done.places     # which wish was found on which page or line; a wish that is in none was found nowhere
    done.unread     # pages without words that could be searched: somebody must look at them

A caller that has no child of its own asks `scrub.redactor`. What works: JPEG and PNG (areas), our PDFs
(areas; words where the copy is searchable), plain texts and tables (words; an area is a whole line there).
Everything else is refused as `unsupported`. Nothing of what is beneath stays: the dots are black before
anything is encoded, and a line of searchable words that a cover touches goes whole. For one picture that is
decoded already: `pictures.covered(image, areas)`; for a page's gray dots: `pages.cover_gray(gray, width,
areas)`.
"""

from scrub.redact.texts import TEXTS, redact_text
from scrub.redact.wishes import Area, Place, Redacted, Wishes
from scrub.report import Refusal

__all__ = ["Area", "Place", "Redacted", "Wishes", "redact"]


def redact(untrusted: bytes, media_type: str, wishes: Wishes) -> Redacted:
    """`untrusted`: a clean copy. Raises Refusal, whatever the bytes are: `unsupported` for a kind or a page
    that can't be covered, `broken` for a file that is not what it is said to be.
    """
    from scrub.pixels import decoding  # a text needs no Pillow  # noqa: PLC0415

    with decoding():
        if media_type in TEXTS:
            return redact_text(untrusted, media_type, wishes)
        if media_type in ("image/jpeg", "image/png"):
            from scrub.redact.pictures import redact_picture  # noqa: PLC0415

            return redact_picture(untrusted, media_type, wishes)
        if media_type == "application/pdf":
            from scrub.redact.pages import redact_pages  # noqa: PLC0415

            return redact_pages(untrusted, wishes)
    raise Refusal("unsupported")
