"""Small changes of a parsed tree that every format needs: lxml keeps text behind an element with it."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]  # comes without types

__all__ = ["Tree", "all_of", "etree", "in_order", "is_count", "is_on", "remove", "unwrap"]

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


def in_order(items: list[Tree], said: Callable[[Tree], int | None]) -> list[tuple[int, Tree]]:
    """Siblings with the numbers that they say, moved to where these put them, as programs show them.

    One that says none follows the one before it.
    """
    numbered, last = [], 0
    for item in items:
        number = said(item)
        last = last + 1 if number is None else number
        numbered.append((last, item))
    ordered = sorted(numbered, key=lambda one: one[0])
    parent = items[0].getparent() if items else None
    if ordered != numbered and parent is not None and all(item.getparent() is parent for item in items):
        parent.extend(item for _, item in ordered)
    return ordered


def is_on(value: str | None) -> bool:
    """Whether a switch is on: OOXML's attribute may be absent, which is on, when its element is there."""
    return value not in ("0", "false", "off", "f")


def is_count(text: str | None) -> bool:
    """Whether `int` takes it: it doesn't take every digit, and a very long number not at all."""
    return text is not None and text.isascii() and text.isdecimal() and len(text) < 10
