"""Formulas and charts inside an OpenDocument file: the picture that stands for one stays if it can be
cleaned; else its words do, and the person is told which of them it was.

Source: OASIS OpenDocument 1.3, part 3, 10.4.6 (`draw:object`), 14.2 (formulas), 11 (charts).
"""

import posixpath
from collections.abc import Callable, Mapping

from scrub.office import xml
from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.open_charts import in_lines
from scrub.office.open_formulas import in_one_line
from scrub.office.open_names import tag
from scrub.office.trees import Tree, all_of, etree
from scrub.report import Refusal
from scrub.sniff import SNIFF_BYTES, sniff

WORDS = "words"
"""On a frame: what its plain shape will say, a line each (`open_covers`)."""

_OBJECT, _IMAGE, _HREF = tag("draw:object"), tag("draw:image"), tag("xlink:href")
_ANCHOR = tag("text:anchor-type")

Picture = Callable[[Tree, str], str | None]


def put_words(roots: list[Tree], files: Mapping[str, bytes], picture: Picture, findings: Findings) -> None:
    """`roots`: the content and, if there is one, the styles. `picture` gives the name of a picture's clean
    copy, or None.
    """
    for root in roots:
        for frame in all_of(root, (tag("draw:frame"),)):
            frame.attrib.pop(WORDS, None)
            held = frame.find(_OBJECT)
            content = None if held is None else _content(held, files)
            if held is None or content is None:
                continue
            hrefs = [(image, image.get(_HREF, "")) for image in frame.findall(_IMAGE)]
            if any(_is_picture(href, files) and picture(image, href) for image, href in hrefs):
                continue
            if local(content) == "math":
                _put_formula(frame, content, findings)
            elif _is_chart(content):
                _put_chart(frame, content, findings)


def _content(held: Tree, files: Mapping[str, bytes]) -> Tree | None:
    """What an object is made of: in a folder of its own, or right there."""
    inside = next((child for child in held if local(child) in ("math", "document")), None)
    if inside is not None:
        return inside
    folder = posixpath.normpath(held.get(_HREF, "").lstrip("/"))
    part = files.get(f"{folder}/content.xml")
    try:
        return None if part is None else xml.parse(part)
    except Refusal:
        return None


def _is_picture(href: str, files: Mapping[str, bytes]) -> bool:
    """Most often it is drawn in a way of OpenOffice's own, and nobody misses it."""
    content = files.get(href.removeprefix("./"), b"")
    return (sniff(content[:SNIFF_BYTES]) or "").startswith("image/")


def _is_chart(content: Tree) -> bool:
    return any(local(element) == "chart" for element in content.iter())


def _put_formula(frame: Tree, math: Tree, findings: Findings) -> None:
    text = in_one_line(math)
    if text is None:
        return
    findings.add("formulas_in_line")
    if frame.get(_ANCHOR) == "as-char" and frame.getparent() is not None:
        words = etree.Element(tag("text:span"))
        words.text, words.tail = text, frame.tail
        frame.getparent().replace(frame, words)
    else:
        _empty(frame, [text])


def _put_chart(frame: Tree, content: Tree, findings: Findings) -> None:
    lines = in_lines(content)
    findings.add("charts_in_words" if lines else "charts_left_out")
    _empty(frame, lines or [])


def _empty(frame: Tree, lines: list[str]) -> None:
    """Its plain shape comes from one that has no picture."""
    for child in list(frame):
        frame.remove(child)
    etree.SubElement(frame, _IMAGE)
    frame.set(WORDS, "\n".join(line.replace("\n", " ") for line in lines))
