"""Compares a rebuilt office document with the allow-list of `docs/scrub.md`: its ZIP, its parts, its XML, its
pictures.

Independent of the cleaner: expat instead of lxml, its own ZIP reader, its own list of parts, its own reader
of the tables of elements, attributes and kinds of values, which are data (`scrub/tables`).

Sources: ISO/IEC 29500-1 and -2; OASIS OpenDocument 1.3, part 2.
"""

import posixpath
import re
from collections.abc import Callable, Mapping

from scrub.tables import OOXML, OPEN_DOCUMENT
from scrub.verify.errors import Unverified, require
from scrub.verify.office_tables import read_tables
from scrub.verify.office_xml import check_part
from scrub.verify.office_zip import read_zip

Inner = Callable[[bytes, str], None]

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument."
_SCHEMAS = "http://schemas.openxmlformats.org/"
_WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordprocessing"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OOXML, _OPEN = read_tables(OOXML), read_tables(OPEN_DOCUMENT)
_OOXML_NAMESPACES = {
    "a": _SCHEMAS + "drawingml/2006/main",
    "c": _SCHEMAS + "drawingml/2006/chart",
    "m": _SCHEMAS + "officeDocument/2006/math",
    "p": _SCHEMAS + "presentationml/2006/main",
    "pic": _SCHEMAS + "drawingml/2006/picture",
    "r": _SCHEMAS + "officeDocument/2006/relationships",
    "w": _SCHEMAS + "wordprocessingml/2006/main",
    "wp": _SCHEMAS + "drawingml/2006/wordprocessingDrawing",
    "wpg": _WORD_2010 + "Group",
    "wps": _WORD_2010 + "Shape",
    "x": _SCHEMAS + "spreadsheetml/2006/main",
    "xdr": _SCHEMAS + "drawingml/2006/spreadsheetDrawing",
}
_OPEN_NAMESPACES = {
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

_CHART = ("c:chartSpace", "drawingml.chart", "chart")
_THEME = ("a:theme", "theme", "theme")
_PARTS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    _TYPE + "wordprocessingml.document": {
        r"word/document\.xml": ("w:document", "wordprocessingml.document.main", "officeDocument"),
        r"word/header\d+\.xml": ("w:hdr", "wordprocessingml.header", "header"),
        r"word/footer\d+\.xml": ("w:ftr", "wordprocessingml.footer", "footer"),
        r"word/footnotes\.xml": ("w:footnotes", "wordprocessingml.footnotes", "footnotes"),
        r"word/endnotes\.xml": ("w:endnotes", "wordprocessingml.endnotes", "endnotes"),
        r"word/styles\.xml": ("w:styles", "wordprocessingml.styles", "styles"),
        r"word/numbering\.xml": ("w:numbering", "wordprocessingml.numbering", "numbering"),
        r"word/settings\.xml": ("w:settings", "wordprocessingml.settings", "settings"),
        r"word/theme/theme1\.xml": _THEME,
        r"word/charts/chart\d+\.xml": _CHART,
        r"word/media/image\d+\.(?:jpg|png)": ("", "", "image"),
    },
    _TYPE + "spreadsheetml.sheet": {
        r"xl/workbook\.xml": ("x:workbook", "spreadsheetml.sheet.main", "officeDocument"),
        r"xl/worksheets/sheet\d+\.xml": ("x:worksheet", "spreadsheetml.worksheet", "worksheet"),
        r"xl/styles\.xml": ("x:styleSheet", "spreadsheetml.styles", "styles"),
        r"xl/drawings/drawing\d+\.xml": ("xdr:wsDr", "drawing", "drawing"),
        r"xl/theme/theme1\.xml": _THEME,
        r"xl/charts/chart\d+\.xml": _CHART,
        r"xl/media/image\d+\.(?:jpg|png)": ("", "", "image"),
    },
    _TYPE + "presentationml.presentation": {
        r"ppt/presentation\.xml": ("p:presentation", "presentationml.presentation.main", "officeDocument"),
        r"ppt/slides/slide\d+\.xml": ("p:sld", "presentationml.slide", "slide"),
        r"ppt/slideLayouts/slideLayout\d+\.xml": ("p:sldLayout", "presentationml.slideLayout", "slideLayout"),
        r"ppt/slideMasters/slideMaster\d+\.xml": ("p:sldMaster", "presentationml.slideMaster", "slideMaster"),
        r"ppt/theme/theme\d+\.xml": _THEME,
        r"ppt/charts/chart\d+\.xml": _CHART,
        r"ppt/media/image\d+\.(?:jpg|png)": ("", "", "image"),
    },
}
"""By media type and a part's name: its root element, the middle of its media type, the kind of what refers to
it.
"""

_REFERS = {
    "a:blip": "image",
    "c:chart": "chart",
    "w:headerReference": "header",
    "w:footerReference": "footer",
    "x:sheet": "worksheet",
    "x:drawing": "drawing",
    "p:sldId": "slide",
    "p:sldMasterId": "slideMaster",
    "p:sldLayoutId": "slideLayout",
}
_NEEDS = {"p:sld": "slideLayout", "p:sldLayout": "slideMaster", "p:sldMaster": "theme"}
"""What a part is nothing without, and doesn't name inside."""

_RELATION = re.compile(
    rb'<Relationship Id="(rId[1-9]\d{0,4})" Target="([A-Za-z0-9./]{1,80})" Type="([^"<>]{1,120})"/>'
)
_RELATIONS_HEAD = _DECLARATION + b'<Relationships xmlns="%spackage/2006/relationships">' % _SCHEMAS.encode()
_OPEN_TYPES = tuple(
    "application/vnd.oasis.opendocument." + name for name in ("text", "spreadsheet", "presentation")
)
_PICTURES = {"jpg": "image/jpeg", "png": "image/png"}

MEDIA_TYPES = (*_PARTS, *_OPEN_TYPES)


def verify_office(untrusted_output: bytes, media_type: str, inner: Inner) -> None:
    """Raises Unverified, or what `inner` raises for a picture unless all is accounted for."""
    files = read_zip(untrusted_output)
    if media_type in _PARTS:
        _Package(files, _PARTS[media_type], inner).check()
    else:
        _check_open_document(files, media_type, inner)


class _Package:
    """`[Content_Types].xml`, `_rels/.rels`, then each part by name, each with its relations, if any."""

    def __init__(
        self, files: dict[str, bytes], kinds: Mapping[str, tuple[str, str, str]], inner: Inner
    ) -> None:
        self._files, self._inner = files, inner
        names = [name for name in files if name != "[Content_Types].xml" and not name.endswith(".rels")]
        self._parts = {name: _part(name, kinds) for name in names}

    def check(self) -> None:
        require({"[Content_Types].xml", "_rels/.rels"} <= self._files.keys())
        (main,) = (name for name, part in self._parts.items() if part[2] == "officeDocument")
        order = ["[Content_Types].xml", "_rels/.rels"]
        referred = {main}
        require(self._relations("", "_rels/.rels") == {"rId1": ("officeDocument", main)})
        for name, (root, _, _) in self._parts.items():
            order.append(name)
            folder, base = posixpath.split(name)
            relations_name = f"{folder}/_rels/{base}.rels"
            relations = self._relations(folder, relations_name) if relations_name in self._files else {}
            order += [relations_name] if relations else []
            require(root not in _NEEDS or _NEEDS[root] in {kind for kind, _ in relations.values()})
            referred.update(target for _, target in relations.values())
            if root:
                self._check_part(name, root, relations)
            else:
                self._inner(self._files[name], _PICTURES[name.rpartition(".")[2]])
        require(order == list(self._files) and list(self._parts) == sorted(self._parts))
        require(referred == set(self._parts) and self._files["[Content_Types].xml"] == self._content_types())

    def _check_part(self, name: str, root: str, relations: Mapping[str, tuple[str, str]]) -> None:
        def relation(element: str, value: str) -> bool:
            return value in relations and relations[value][0] == _REFERS.get(element)

        check_part(self._files[name], _OOXML, root, _OOXML_NAMESPACES, relation)

    def _relations(self, folder: str, name: str) -> dict[str, tuple[str, str]]:
        """Kind and target by id; ids are counted from 1, targets are parts of the kind that the relation
        says.
        """
        content = self._files[name]
        found = _RELATION.findall(content)
        body = b"".join(b'<Relationship Id="%s" Target="%s" Type="%s"/>' % entry for entry in found)
        require(bool(found) and content == _RELATIONS_HEAD + body + b"</Relationships>")
        relations = {}
        for number, (key, target, kind) in enumerate(found, 1):
            full = posixpath.normpath(posixpath.join(folder, target.decode()))
            require(full in self._parts and key == b"rId%d" % number)
            wanted = self._parts[full][2]
            require(kind.decode() == f"{_SCHEMAS}officeDocument/2006/relationships/{wanted}")
            require(target.decode() == posixpath.relpath("/" + full, "/" + folder))
            relations[key.decode()] = (wanted, full)
        return relations

    def _content_types(self) -> bytes:
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        defaults = {**_PICTURES, "rels": rels, "xml": "application/xml"}
        lines = [f'<Default ContentType="{kind}" Extension="{name}"/>' for name, kind in defaults.items()]
        lines += [
            f'<Override ContentType="{_TYPE}{middle}+xml" PartName="/{name}"/>'
            for name, (_, middle, _) in self._parts.items()
            if middle
        ]
        text = f'<Types xmlns="{_SCHEMAS}package/2006/content-types">{"".join(lines)}</Types>'
        return _DECLARATION + text.encode()


def _part(name: str, kinds: Mapping[str, tuple[str, str, str]]) -> tuple[str, str, str]:
    for pattern, part in kinds.items():
        if re.fullmatch(pattern, name, re.ASCII):
            return part
    raise Unverified


def _check_open_document(files: dict[str, bytes], media_type: str, inner: Inner) -> None:
    """`mimetype` first, `META-INF/manifest.xml` last, between them content, styles and pictures."""
    require(media_type in _OPEN_TYPES and files.get("mimetype") == media_type.encode())
    names = list(files)
    pictures = [name for name in names if name.startswith("Pictures/")]
    roots = {"content.xml": "office:document-content", "styles.xml": "office:document-styles"}
    texts = [name for name in roots if name in files]
    require(names == ["mimetype", *texts, *pictures, "META-INF/manifest.xml"] and "content.xml" in texts)
    used: set[str] = set()

    def relation(_: str, value: str) -> bool:
        used.add(value)
        return value in files

    for name in texts:
        check_part(files[name], _OPEN, roots[name], _OPEN_NAMESPACES, relation)
    for number, name in enumerate(pictures, 1):
        extension = name.rpartition(".")[2]
        require(name == f"Pictures/{number}.{extension}" and extension in _PICTURES and name in used)
        inner(files[name], _PICTURES[extension])
    require(files["META-INF/manifest.xml"] == _manifest(media_type, names[1:-1]))


def _manifest(media_type: str, names: list[str]) -> bytes:
    kinds = {**_PICTURES, "xml": "text/xml"}
    entries = [("/", media_type), *((name, kinds[name.rpartition(".")[2]]) for name in names)]
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>'
        for name, kind in entries
    )
    head = f'<manifest:manifest xmlns:manifest="{_OASIS}manifest:1.0" manifest:version="1.3">'
    return _DECLARATION + (head + lines + "</manifest:manifest>").encode()
