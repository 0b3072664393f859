"""The strict dialect of OOXML as the transitional one: other addresses for the same names, units of length.

Everything behind the parser knows one dialect. Sources: ISO/IEC 29500-1, annex A and 22.9.2 (measures).
"""

import re

from scrub.office.ooxml_names import FROM_STRICT, NAMESPACES, STRICT
from scrub.office.trees import Tree

_SIGNS = tuple(STRICT.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_SCHEMAS = "http://schemas.openxmlformats.org/"
_MEASURE = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)(pt|in|cm|mm|pc|pi)")
_SHARE = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)%")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0, "pi": 12.0}
_TWIPS, _HALVES, _EIGHTHS, _EMU = 20, 2, 8, 12_700
_IN_HALVES = frozenset({"sz", "szCs", "kern", "position", "hps", "hpsRaise", "hpsBaseText"})
_W = NAMESPACES["w"]
_DRAWINGS = frozenset(NAMESPACES[prefix] for prefix in ("a", "p", "pic", "wp", "xdr"))
_OFFSETS = tuple(f"{{{NAMESPACES[prefix]}}}" for prefix in ("wp", "xdr"))


def is_strict(untrusted: bytes) -> bool:
    """Whether a part names the dialect anywhere, in whatever encoding."""
    return any(sign in untrusted for sign in _SIGNS)


def to_transitional(root: Tree) -> None:
    """Changes the tree in place. Names that only the strict dialect has stay, and are on no list."""
    for key in [key for key in root.attrib if key.rpartition("}")[2] == "conformance"]:
        del root.attrib[key]
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        element.tag = _renamed(element.tag)
        for key, value in list(element.attrib.items()):
            name = _renamed(key)
            if name != key:
                del element.attrib[key]
            element.set(name, _value(element.tag, name, value))
        text = element.text
        if text and element.tag.startswith(_OFFSETS) and (found := _MEASURE.fullmatch(text)):
            element.text = _in(found, _EMU)


def _renamed(name: str) -> str:
    if not name.startswith("{" + STRICT):
        return name
    address, _, local = name[1:].partition("}")
    return f"{{{FROM_STRICT.get(address, address)}}}{local}"


def _value(tag: str, name: str, value: str) -> str:
    if value.startswith(STRICT):  # the kind of what a frame holds
        return value.replace(STRICT + "drawingml/", _SCHEMAS + "drawingml/2006/")
    address, _, element = tag[1:].partition("}")
    if found := _MEASURE.fullmatch(value):
        if address == _W:
            return _in(found, _unit(element, name))
        return _in(found, _EMU) if address in _DRAWINGS else value
    if address == NAMESPACES["c"] and (share := _SHARE.fullmatch(value)):
        return str(round(float(share[1])))
    if address in _DRAWINGS and (share := _SHARE.fullmatch(value)):
        return str(round(float(share[1]) * 1000))
    return value


def _unit(element: str, name: str) -> int:
    """How many of what an attribute counts are a point."""
    attribute = name.rpartition("}")[2]
    if element in _IN_HALVES:
        return _HALVES
    if attribute == "sz":
        return _EIGHTHS
    return 1 if attribute == "space" and element not in ("cols", "col") else _TWIPS


def _in(measure: re.Match[str], unit: int) -> str:
    return str(round(float(measure[1]) * _POINTS[measure[2]] * unit))
