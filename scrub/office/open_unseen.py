"""What an OpenDocument file keeps and doesn't draw, by other switches than those of `open_hidden`: layers
that are off, letters and pictures that are wholly seen through, shapes for nobody.

Source: OASIS OpenDocument 1.3, part 3, 10.2.2 (`draw:layer`), 19.180 (`draw:display`).
"""

from scrub.office.findings import Findings
from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, remove

_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}opacity"
_AUTOMATIC = tag("style:use-window-font-color")
_OFF = ("none", "printer")
_DISPLAY, _LAYER, _NAME = tag("draw:display"), tag("draw:layer"), tag("draw:name")
_IMAGE_OPACITY, _STYLE = tag("draw:image-opacity"), tag("draw:style-name")
_LEAST = 3.0
"""In per cent: what is paler is shown to nobody (as an alpha below 8 of 255)."""


def drop(roots: list[Tree], findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles. Letters that aren't seen are marked as hidden,
    for `open_hidden`.
    """
    off = {
        layer.get(_NAME, "")
        for root in roots
        for layer in root.iter(tag("draw:layer"))
        if layer.get(_DISPLAY) in _OFF
    }
    for root in roots:
        for shape in list(root.iter()):
            hidden = shape.get(_LAYER) in off or shape.get(_DISPLAY) in _OFF
            if hidden and shape.tag != tag("draw:layer"):
                remove(shape)
                findings.add("hidden_part")
        for looks in all_of(root, (tag("style:text-properties"),)):
            if _is_unseen(looks.get(_LOEXT), automatic=looks.get(_AUTOMATIC) == "true"):
                looks.set(tag("text:display"), "none")


def clear_frames(roots: list[Tree], findings: Findings) -> list[Tree]:
    """Frames whose pictures are wholly seen through, which are taken out of them."""
    clear = {
        looks.getparent().get(tag("style:name"), "")
        for root in roots
        for looks in root.iter(tag("style:graphic-properties"))
        if _is_clear(looks.get(_IMAGE_OPACITY))
    }
    frames = []
    for root in roots:
        for frame in all_of(root, (tag("draw:frame"),)):
            pictures = frame.findall(tag("draw:image"))
            if frame.get(_STYLE) in clear and pictures:
                findings.add("hidden_image")
                for image in pictures:
                    frame.remove(image)
                if not len(frame):
                    frames.append(frame)
    return frames


def _is_unseen(opacity: str | None, *, automatic: bool) -> bool:
    """As LibreOffice draws letters: at exactly 0% in full, whatever their colour; in the automatic colour at
    no other opacity at all (`findings/libreoffice-opacity-of-letters.sh`).
    """
    share = _share(opacity)
    return share is not None and share > 0 and (automatic or share < _LEAST)


def _is_clear(opacity: str | None) -> bool:
    share = _share(opacity)
    return share is not None and share < _LEAST


def _share(opacity: str | None) -> float | None:
    try:
        return None if opacity is None else float(opacity.removesuffix("%"))
    except ValueError:
        return None
