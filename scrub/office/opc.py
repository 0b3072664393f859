"""The package of OOXML: parts, what they refer to, and a new package with parts counted anew.

Source: ISO/IEC 29500-2 (Open Packaging Conventions). Relations to the outside are never followed or copied.
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from scrub.office import archive, xml
from scrub.office.covering import covers_anything
from scrub.office.grammar import read
from scrub.office.select import Finish, Numbers, Part, StandIn, prefixed, select
from scrub.office.trees import Tree
from scrub.report import Refusal
from scrub.tables import OOXML

GRAMMAR = read(OOXML)

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

_STRICT = "http://purl.oclc.org/ooxml/"
_STRICT_NAMES = {
    "a": "drawingml/main", "c": "drawingml/chart", "m": "officeDocument/math", "p": "presentationml/main",
    "pic": "drawingml/picture", "r": "officeDocument/relationships", "w": "wordprocessingml/main",
    "wp": "drawingml/wordprocessingDrawing", "x": "spreadsheetml/main", "xdr": "drawingml/spreadsheetDrawing",
}  # fmt: skip
NAMES = {
    **{address: prefix for prefix, address in NAMESPACES.items()},
    **OTHER_NAMESPACES,
    **{_STRICT + name: prefix for prefix, name in _STRICT_NAMES.items()},
}
"""Prefix by address, for both dialects."""

_TYPE = "application/vnd.openxmlformats-officedocument."
_PARTS = {
    "word/document": ("w:document", "wordprocessingml.document.main"),
    "word/header": ("w:hdr", "wordprocessingml.header"),
    "word/footer": ("w:ftr", "wordprocessingml.footer"),
    "word/footnotes": ("w:footnotes", "wordprocessingml.footnotes"),
    "word/endnotes": ("w:endnotes", "wordprocessingml.endnotes"),
    "word/styles": ("w:styles", "wordprocessingml.styles"),
    "word/numbering": ("w:numbering", "wordprocessingml.numbering"),
    "word/settings": ("w:settings", "wordprocessingml.settings"),
    "xl/workbook": ("x:workbook", "spreadsheetml.sheet.main"),
    "xl/worksheets/sheet": ("x:worksheet", "spreadsheetml.worksheet"),
    "xl/styles": ("x:styleSheet", "spreadsheetml.styles"),
    "xl/drawings/drawing": ("xdr:wsDr", "drawing"),
    "ppt/presentation": ("p:presentation", "presentationml.presentation.main"),
    "ppt/slides/slide": ("p:sld", "presentationml.slide"),
    "ppt/slideLayouts/slideLayout": ("p:sldLayout", "presentationml.slideLayout"),
    "ppt/slideMasters/slideMaster": ("p:sldMaster", "presentationml.slideMaster"),
    "word/theme/theme": ("a:theme", "theme"),
    "xl/theme/theme": ("a:theme", "theme"),
    "ppt/theme/theme": ("a:theme", "theme"),
    "word/charts/chart": ("c:chartSpace", "drawingml.chart"),
    "xl/charts/chart": ("c:chartSpace", "drawingml.chart"),
    "ppt/charts/chart": ("c:chartSpace", "drawingml.chart"),
}
"""By a part's name without its number: its root element, and the middle of its media type."""

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def tag(name: str) -> str:
    """`w:p` as lxml names it."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


@dataclass(frozen=True, slots=True)
class Relation:
    """`kind` is the last word of its type; `target` is a part's name, or an address where `external`."""

    kind: str
    target: str
    external: bool


@dataclass(slots=True)
class Source:
    """An untrusted package. Parts are named without the leading slash."""

    files: dict[str, bytes]
    changed: dict[str, dict[str, Relation]] = field(default_factory=dict)
    """By a part's name: relations that the cleaner put in place of the package's own."""

    def relations(self, part: str) -> dict[str, Relation]:
        """By id; of the package itself for "". Raises Refusal("broken")."""
        folder, name = posixpath.split(part)
        content = self.files.get(posixpath.join(folder, "_rels", name + ".rels"))
        if content is None:
            return {}
        found = {}
        for element in xml.parse(content):
            untrusted_target = element.get("Target", "")
            external = element.get("TargetMode") == "External"
            target = untrusted_target if external else _join(folder, untrusted_target)
            kind = element.get("Type", "").rpartition("/")[2]
            found[element.get("Id", "")] = Relation(kind, target, external)
        return found | self.changed.get(part, {})

    def main_part(self) -> str:
        """Raises Refusal("broken")."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self.files:
                return relation.target
        raise Refusal("broken")


def _join(folder: str, target: str) -> str:
    joined = target if target.startswith("/") else posixpath.join("/", folder, target)
    return posixpath.normpath(joined).lstrip("/")


class Pictures(Protocol):
    """Gives the clean copy of a picture."""

    def copy(self, untrusted: bytes, crop: str | None) -> tuple[str, bytes] | None:
        """Extension and content; None when it can't be cleaned, which is noted."""


@dataclass(slots=True)
class _OutPart:
    content: bytes = b""
    relations: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Target:
    """The clean package: parts by name, counted anew by kind, each with its relations."""

    parts: dict[str, _OutPart] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _media: dict[tuple[str, str | None], str | None] = field(default_factory=dict)

    def new_name(self, pattern: str) -> str:
        """`word/header{}.xml` counted from 1; a pattern without a number is the name."""
        count = self._counts[pattern] = self._counts.get(pattern, 0) + 1
        name = pattern.format(count)
        self.parts[name] = _OutPart()
        return name

    def relate(self, part: str, kind: str, other: str) -> str:
        """The id by which `part` refers to `other`; the same for the same."""
        relations = self.parts[part].relations
        if (kind, other) not in relations:
            relations.append((kind, other))
        return f"rId{relations.index((kind, other)) + 1}"

    def picture(
        self, source: Source, name: str, crop: str | None, folder: str, pictures: Pictures
    ) -> str | None:
        """The name of the clean copy of a picture, made once; None when there is none."""
        key = name, crop
        if key not in self._media:
            copied = pictures.copy(source.files[name], crop) if name in source.files else None
            self._media[key] = None
            if copied is not None:
                count = sum(1 for known in self._media.values() if known) + 1
                new = f"{folder}/media/image{count}.{copied[0]}"
                self.parts[new] = _OutPart(copied[1])
                self._media[key] = new
        return self._media[key]

    def archive(self, main: str) -> bytes:
        """The order of parts is that of their names. What nothing refers to stays behind."""
        names, coming = set(), [main]
        while coming:
            name = coming.pop()
            if name not in names:
                names.add(name)
                coming += [other for _, other in self.parts[name].relations]
        files = {"[Content_Types].xml": _content_types(sorted(names))}
        files["_rels/.rels"] = _relations([("officeDocument", main)], "")
        for name in sorted(names):
            part = self.parts[name]
            files[name] = part.content
            if part.relations:
                folder, base = posixpath.split(name)
                files[f"{folder}/_rels/{base}.rels"] = _relations(part.relations, folder)
        return archive.write(files)


def _known(name: str) -> tuple[str, str] | None:
    return _PARTS.get(name.removesuffix(".xml").rstrip("0123456789"))


def _content_types(names: list[str]) -> bytes:
    root = xml.Node("Types")
    for extension, media_type in (
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
    ):
        root.children.append(xml.Node("Default", {"Extension": extension, "ContentType": media_type}))
    for name in names:
        known = _known(name)
        if known is not None:
            media_type = f"{_TYPE}{known[1]}+xml"
            root.children.append(xml.Node("Override", {"PartName": "/" + name, "ContentType": media_type}))
    return xml.write(root, {"": _TYPES})


def _relations(relations: list[tuple[str, str]], folder: str) -> bytes:
    root = xml.Node("Relationships")
    for number, (kind, name) in enumerate(relations, 1):
        target = posixpath.relpath("/" + name, "/" + folder)  # absolute: a child may not ask where it is
        root.children.append(
            xml.Node("Relationship", {"Id": f"rId{number}", "Target": target, "Type": _OFFICE + kind})
        )
    return xml.write(root, {"": _RELATIONS})


Prepare = Callable[[Tree], None]


@dataclass(slots=True)
class Copier:
    """Copies parts of a package one by one, each when the first element that refers to it is copied."""

    source: Source
    pictures: Pictures
    folder: str
    target: Target = field(default_factory=Target)
    numbers: Numbers = field(default_factory=Numbers)
    finish: Mapping[str, Finish] = field(default_factory=dict)
    follow: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What an element may refer to: its kind of relation, and the pattern of the new part's name."""

    prepare: Prepare = lambda root: None
    stand_in: StandIn = lambda element: None
    _copied: dict[str, str | None] = field(default_factory=dict)

    def copy(self, name: str, pattern: str, root: Tree | None = None) -> str | None:
        """The name of the copy of a part; None when the part isn't there or is nothing of ours."""
        if name in self._copied:
            copied = self._copied[name]
            return copied if copied and _known(copied) == _known(pattern.format(1)) else None
        self._copied[name] = None  # a part that refers to itself gets nothing
        if root is None:
            if name not in self.source.files:
                return None
            root = xml.parse(self.source.files[name])
            self.prepare(root)
        new = self.target.new_name(pattern)
        self._copied[name] = new
        node = self.select(root, name, new)
        known = _known(new)
        if node is None or known is None or node.name != known[0]:
            del self.target.parts[new]
            self._copied[name] = None
            return None
        self.target.parts[new].content = xml.write(node, NAMESPACES)
        return new

    def select(self, root: Tree, name: str, new: str) -> xml.Node | None:
        """The copy of an element of part `name`, to be written to part `new`."""
        relations = self.source.relations(name)

        def relation(element: Tree, old: str) -> str | None:
            return self._relation(element, relations.get(old), new)

        return select(root, Part(GRAMMAR, NAMES, self.numbers, relation, self.finish, self.stand_in))

    def _relation(self, element: Tree, old: Relation | None, new: str) -> str | None:
        if old is None or old.external:
            return None
        name = prefixed(element.tag, NAMES)
        if name == "a:blip":
            if old.kind != "image":
                return None
            picture = self.target.picture(
                self.source, old.target, element.get("crop"), self.folder, self.pictures
            )
            return self.target.relate(new, "image", picture) if picture else None
        kind, pattern = self.follow.get(name, ("", ""))
        if not kind or old.kind != kind or (kind == "chart" and self._is_drawn_over(old.target)):
            return None
        copied = self.copy(old.target, pattern)
        return self.target.relate(new, kind, copied) if copied else None

    def _is_drawn_over(self, chart: str) -> bool:
        """Whether somebody laid shapes on a chart: they aren't copied, so neither is what they may cover."""
        files = self.source.files
        return any(
            covers_anything(xml.parse(files[relation.target]))
            for relation in self.source.relations(chart).values()
            if relation.kind == "chartUserShapes" and relation.target in files
        )
