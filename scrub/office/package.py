"""The package of OOXML: an untrusted one, what its parts refer to, and a clean one with parts counted anew.

Source: ISO/IEC 29500-2 (Open Packaging Conventions). Relations to the outside are never followed or copied.
"""

import posixpath
from dataclasses import dataclass, field
from typing import Protocol

from scrub.office import archive, xml
from scrub.report import Clean, Refusal

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

    def related(self, part: str) -> dict[str, str]:
        """The parts that one refers to and that are there, by the kind of relation. Raises as `relations`."""
        return {
            relation.kind: relation.target
            for relation in self.relations(part).values()
            if not relation.external and relation.target in self.files
        }

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
    """Gives the clean copies of what lies inside."""

    def copy(self, untrusted: bytes, crop: str | None) -> tuple[str, bytes] | None:
        """Extension and content; None when it can't be cleaned, which is noted."""

    def natural_size(self, untrusted: bytes) -> tuple[float, float] | None:
        """Of a picture, in cm."""

    def whole(self, untrusted: bytes) -> Clean:
        """The clean copy of any other file. Raises Refusal."""


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


def part_kind(name: str) -> tuple[str, str] | None:
    """The root element of a part of ours and the middle of its media type, by its name."""
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
        known = part_kind(name)
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
