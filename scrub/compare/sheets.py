"""Two clean copies of "the same" side by side: words, numbers and layout that differ, a page at a time.

Every difference may be the mark by which a copy names its reader; what both share can be quoted. Runs in a
confined child, like all that decodes; `scrub.redactor` asks it. Pages of our PDFs and pictures are
compared by their dots and, where a copy has words, by those; every other readable kind by its words.
"""

from scrub.compare.dots import Sheet, compared, of_page, of_picture
from scrub.compare.result import PageDifference
from scrub.compare.words import differences, respaced
from scrub.pixels import decoding
from scrub.reading import READABLE, words_of
from scrub.redact.document import pages_of
from scrub.report import Refusal

PICTURES = ("image/jpeg", "image/png")
_PDF = "application/pdf"


def compare(first: tuple[str, bytes], second: tuple[str, bytes]) -> list[PageDifference]:
    """A result a page of the longer one. Each file is a media type and a clean copy. Raises Refusal:
    `unsupported` for two kinds that can't be held against each other, `broken`, `too_large`.
    """
    kinds = {first[0], second[0]}
    with decoding():
        if kinds <= {_PDF} or kinds <= set(PICTURES):
            return _sheets(_sheets_of(*first), _sheets_of(*second))
        if kinds <= READABLE:
            texts = words_of(*first), words_of(*second)
            return [PageDifference(1, *differences(*texts), respaced(*texts))]
    raise Refusal("unsupported")


def _sheets_of(media_type: str, untrusted: bytes) -> list[Sheet]:
    if media_type == _PDF:
        return [of_page(page) for page in pages_of(untrusted)]
    return [of_picture(untrusted, media_type)]


def _sheets(first: list[Sheet], second: list[Sheet]) -> list[PageDifference]:
    found = []
    for number in range(max(len(first), len(second))):
        one, other = (sheets[number] if number < len(sheets) else None for sheets in (first, second))
        if one is None or other is None:
            found.append(PageDifference(number + 1, (), 0, missing="B" if other is None else "A"))
            continue
        changed, shared = differences(one.words, other.words)
        found.append(compared(number + 1, one, other, changed, shared))
    return found
