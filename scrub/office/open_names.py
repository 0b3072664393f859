"""The namespaces of OpenDocument. Source: OASIS OpenDocument 1.3, part 3, 2.2."""

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"

NAMESPACES = {
    "draw": _OASIS + "drawing:1.0",
    "fo": _OASIS + "xsl-fo-compatible:1.0",
    "number": _OASIS + "datastyle:1.0",
    "office": _OASIS + "office:1.0",
    "presentation": _OASIS + "presentation:1.0",
    "style": _OASIS + "style:1.0",
    "svg": _OASIS + "svg-compatible:1.0",
    "table": _OASIS + "table:1.0",
    "text": _OASIS + "text:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
NAMES = {address: prefix for prefix, address in NAMESPACES.items()}


def tag(name: str) -> str:
    """`text:p` as lxml names it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"
