"""Pages that come as pictures become a document of ours: in gray, or in colour where the person chose that.

All dots stay, an inch of paper being larger then: only what is too much for a document is drawn with fewer.
"""

from collections.abc import Callable, Sequence, Set

from PIL import Image

from scrub.pdf import MAX_BYTES, MAX_PAGE_PIXELS, MAX_PAGES, MAX_PIXELS
from scrub.pdf.writer import RESOLUTIONS, PdfWriter
from scrub.pixels import decoding, jpeg
from scrub.report import Clean, Refusal

_FEWER = (1, 2, 3, 4)  # dots in each direction that become one
_LONG = 604  # dots: longer sides are multiples of eight


def scrub_scan(
    sizes: Sequence[tuple[int, int]],
    page: Callable[[int], Image.Image],
    removed: Set[str],
    style: str,
    *,
    lost: bool,
) -> Clean:
    """`sizes` of the pages in dots; `page` gives one, L or RGB, or raises Refusal. `style`: of `PDF_STYLES`;
    searchable is gray here: there are no words. `lost`: there were more pages.

    A page that can't be drawn is an empty one, and told. Raises Refusal when none can, or for too much.
    """
    if len(sizes) > MAX_PAGES:
        raise Refusal("too_large")
    with decoding():
        for fewer in _FEWER:
            areas = [width * height // fewer**2 for width, height in sizes]
            if max(areas) > MAX_PAGE_PIXELS or sum(areas) > MAX_PIXELS:
                continue
            notes = {"document_remains", "color_kept" if style == "color" else "rasterized"}
            notes |= {"frames_dropped"} if lost else set()
            content = _drawn(sizes, page, fewer, notes, color=style == "color")
            if content is not None:
                if fewer > 1:
                    notes.add("resolution_reduced")
                return Clean.of(content, "application/pdf", removed, notes)
    raise Refusal("too_large")


def _drawn(
    sizes: Sequence[tuple[int, int]],
    page: Callable[[int], Image.Image],
    fewer: int,
    notes: set[str],
    *,
    color: bool,
) -> bytes | None:
    """None where it gets too many bytes."""
    writer = PdfWriter(len(sizes), RESOLUTIONS[0])
    failed: list[Refusal] = []
    for number, (width, height) in enumerate(sizes):
        try:
            picture = page(number)
        except Refusal as refusal:
            failed.append(refusal)
            notes |= {"blank_page", "frames_dropped"}
            picture = Image.new("L", (min(width, _LONG), min(height, _LONG)), "white")
        if picture.info.get("cut"):
            notes.add("cut_short")
        if fewer > 1:
            picture = picture.reduce(fewer)
        if picture.width * picture.height > MAX_PAGE_PIXELS:  # its dots weren't square
            return None
        shows = _add(writer, picture, color=color)
        if not shows:
            notes.add("blank_page")
        if writer.size > MAX_BYTES:
            return None
    if len(failed) == len(sizes):
        raise failed[0]
    content = writer.finish()
    return content if len(content) <= MAX_BYTES else None


def _add(writer: PdfWriter, picture: Image.Image, *, color: bool) -> bool:
    """On paper of whole steps: sides to the dot could name a copy. False if nothing of it shows."""
    width, height = _rounded(picture.width, 4), _rounded(picture.height, 1)
    mode = "RGB" if color else "L"
    paper = Image.new(mode, (width, height), "white")
    paper.paste(picture.convert(mode))
    picture.close()
    if color:
        writer.add_color(width, height, jpeg(paper))
        return True
    return writer.add(width, height, paper.tobytes())


def _rounded(dots: int, to: int) -> int:
    """Upwards: nothing is cut off."""
    to = 8 if dots > _LONG - to else to
    return -(-dots // to) * to
