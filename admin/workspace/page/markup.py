"""A page as a tree; the standard library writes it, so that no text can become markup.

The policy lets the page show what is in it and nothing else: no address, no form, no frame, and no script
but one of ours, by its hash.
Sources: W3C Content Security Policy Level 3; the HTML standard, 4.2.5.3 (`http-equiv`).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import BinaryIO
from xml.etree.ElementTree import Element, ElementTree

_POLICY = (
    "default-src 'none'; img-src data:; media-src data:; style-src {style}; script-src {script}; "
    "base-uri 'none'; form-action 'none'"
)


def element(tag: str, *children: Element | str | None, **attributes: str) -> Element:
    """An element with elements and texts in it; None is left out. `class_` is the attribute `class`, and
    `aria_label` is `aria-label`.
    """
    made = Element(tag, {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            if last is None:
                made.text = (made.text or "") + child
            else:
                last.tail = (last.tail or "") + child
        elif child is not None:
            made.append(child)
            last = child
    return made


def data_address(media_type: str, content: bytes) -> str:
    """RFC 2397. `media_type` is one of ours, never an outside byte."""
    return f"data:{media_type};base64,{b64encode(content).decode('ascii')}"


def _named(text: str) -> str:
    """As a source of the policy: what it allows is this text and no other."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def write_page(
    dst: BinaryIO, language: str, title: str, style: str, body: list[Element], *, script: str | None = None
) -> None:
    """The whole page, in UTF-8. `style` and `script` are ours; nothing of a source may be in them."""
    policy = _POLICY.format(style=_named(style), script="'none'" if script is None else _named(script))
    page = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            Element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", title),
            element("style", style),
        ),
        element("body", *body, None if script is None else element("script", script)),
        lang=language,
    )
    dst.write(b"<!doctype html>\n")
    ElementTree(page).write(dst, encoding="utf-8", method="html")
