"""The namespaces of OOXML, by the prefixes that this package and its tables give them.

Source: ISO/IEC 29500-1, annex A, and -4 (the addresses of the strict dialect).
"""

NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
}
OTHER_NAMESPACES = {
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""Read, never written."""

_STRICT_NAMES = {
    "a": "drawingml/main", "c": "drawingml/chart", "m": "officeDocument/math", "p": "presentationml/main",
    "pic": "drawingml/picture", "r": "officeDocument/relationships", "w": "wordprocessingml/main",
    "wp": "drawingml/wordprocessingDrawing", "x": "spreadsheetml/main", "xdr": "drawingml/spreadsheetDrawing",
}  # fmt: skip
STRICT = "http://purl.oclc.org/ooxml/"
FROM_STRICT = {
    **{STRICT + name: NAMESPACES[prefix] for prefix, name in _STRICT_NAMES.items()},
    STRICT + "drawingml/diagram": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
}
"""Where the strict dialect's addresses lead in the transitional one (`scrub.office.strict`)."""

NAMES = {**{address: prefix for prefix, address in NAMESPACES.items()}, **OTHER_NAMESPACES}
"""Prefix by address."""


def tag(name: str) -> str:
    """`w:p` as lxml names it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"
