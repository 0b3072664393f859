"""A TIFF file of several pages: a fax, or what a scanner wrote. Its pages become those of a document."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from scrub.image import decode
from scrub.image.tiff import open_page
from scrub.image.tiff_directory import Directory, pages
from scrub.inventory import take_inventory
from scrub.pixels import decoding
from scrub.report import Refusal


@dataclass(frozen=True, slots=True)
class Scan:
    """`sizes`: of the pages, as stored, in dots. `page` gives one by its number, L or RGB on white, or raises
    Refusal; its `info` has `cut` where the end is missing. `removed`: what the file carried besides. `lost`:
    there were more pages, in a part of the file that is missing.
    """

    sizes: tuple[tuple[int, int], ...]
    page: Callable[[int], Image.Image]
    removed: frozenset[str]
    lost: bool


def scan_in(untrusted: bytes) -> Scan | None:
    """None for a TIFF file of one page, which is a picture. Raises Refusal."""
    inventory = take_inventory("image/tiff", untrusted)
    found, lost = pages(untrusted)
    if len(found) < 2:
        return None
    return Scan(
        tuple(page.size for page in found),
        lambda number: _on_white(untrusted, found[number]),
        frozenset(inventory.removed),
        lost,
    )


def _on_white(untrusted: bytes, page: Directory) -> Image.Image:
    with decoding():
        opened = open_page(untrusted, page, decode.check_size)
        picture, _ = decode.to_srgb(opened)
        picture.info["cut"] = opened.info.get("cut")
        if picture.mode == "RGBA":
            decode.keep_what_shows(picture)
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture.getchannel("A"))
            paper.info["cut"] = picture.info["cut"]
            return paper
        return picture
    raise Refusal("broken")
