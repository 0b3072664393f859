"""Small changes of a parsed tree that every format needs: lxml keeps text behind an element with it."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]  # comes without types

__all__ = ["Tree", "all_of", "etree", "is_count", "is_on", "remove", "unwrap"]

Tree: TypeAlias = Any
"""An element of lxml with all it holds."""


def remove(element: Tree) -> None:
    """Takes an element and all it holds away, but not the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    _keep_text(parent, element, element.tail)
    parent.remove(element)


def unwrap(element: Tree) -> None:
    """Puts what an element holds in its place, in time that doesn't depend on where that is."""
    parent = element.getparent()
    if parent is None:
        return
    _keep_text(parent, element, element.text)
    for child in list(element):
        element.addprevious(child)
    remove(element)


def _keep_text(parent: Tree, element: Tree, text: str | None) -> None:
    if not text:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text


def all_of(root: Tree, tags: Iterable[str]) -> list[Tree]:
    """Every element of these tags, in the document's order, so that the tree may be changed meanwhile."""
    return list(root.iter(*tags))


def is_on(value: str | None) -> bool:
    """Whether a switch is on: OOXML's attribute may be absent, which is on, when its element is there."""
    return value not in ("0", "false", "off", "f")


def is_count(text: str | None) -> bool:
    """Whether `int` takes it: it doesn't take every digit, and a very long number not at all."""
    return text is not None and text.isascii() and text.isdecimal() and len(text) < 10
