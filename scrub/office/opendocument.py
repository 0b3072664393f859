"""An OpenDocument text, spreadsheet or presentation in, one of what it shows out.

Sources: OASIS OpenDocument 1.3, part 2 (packages) and part 3.
"""

import re
from collections.abc import Iterable, Mapping

from scrub.office import (
    archive,
    open_conditions,
    open_controls,
    open_covers,
    open_feet,
    open_fields,
    open_formats,
    open_hidden,
    open_objects,
    open_places,
    open_text,
    open_unshown,
    open_values,
    xml,
)
from scrub.office.covering import local
from scrub.office.findings import Findings
from scrub.office.grammar import read
from scrub.office.open_names import NAMES, NAMESPACES, tag
from scrub.office.pictures import CleanPictures
from scrub.office.select import Numbers, Part, select
from scrub.office.trees import Tree, all_of, remove
from scrub.report import Refusal
from scrub.tables import OPEN_DOCUMENT

GRAMMAR = read(OPEN_DOCUMENT)

_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_HREF = tag("xlink:href")
_FAMILY, _FACE_NAME = tag("svg:font-family"), tag("style:name")
_FONT_NAMES = tuple(
    tag(name) for name in ("style:font-name", "style:font-name-asian", "style:font-name-complex")
)
_VERSION = "1.3"
_LOCKED = re.compile(rb"<(?:[\w.-]{1,40}:)?encryption-data[\s/>]")


def rebuild(
    media_type: str, files: Mapping[str, bytes], pictures: CleanPictures, findings: Findings
) -> bytes:
    """Raises Refusal: "encrypted", or "broken" for what can't be read."""
    _refuse_locked(files)
    return _OpenDocument(media_type, files, pictures, findings).rebuild()


def _refuse_locked(files: Mapping[str, bytes]) -> None:
    """The manifest of old OpenOffice.org has a prefix that only its document type declares, so it is no XML
    for who loads nothing. It is asked for nothing else: a broken one costs nothing.
    """
    manifest = files.get("META-INF/manifest.xml", b"")
    try:
        locked = bool(manifest) and any(
            local(element) == "encryption-data" for element in xml.parse(manifest).iter()
        )
    except Refusal as refusal:
        if refusal.reason != "broken":
            raise
        locked = _LOCKED.search(manifest) is not None
    if locked:
        raise Refusal("encrypted")


class _OpenDocument:
    def __init__(
        self, media_type: str, files: Mapping[str, bytes], pictures: CleanPictures, findings: Findings
    ) -> None:
        self._media_type, self._files, self._pictures, self._findings = media_type, files, pictures, findings
        self._numbers = Numbers()
        self._copies: dict[tuple[str, str | None], str | None] = {}
        self._images: dict[str, bytes] = {}

    def rebuild(self) -> bytes:
        if "content.xml" not in self._files:
            raise Refusal("broken")
        if any(name.startswith("Versions/") for name in self._files):
            self._findings.add("revision")
        content = xml.parse(self._files["content.xml"])
        styles = xml.parse(self._files["styles.xml"]) if "styles.xml" in self._files else None
        roots = [content] if styles is None else [content, styles]
        open_feet.resolve(roots)
        open_hidden.drop(roots, self._findings)
        open_fields.drop(roots, self._findings)
        open_hidden.mark_crops(roots, self._natural_size)
        open_places.cut(content, styles, self._findings)
        open_covers.keep_notes(content)
        open_objects.put_words(roots, self._files, self._picture, self._findings)
        open_controls.write_out(roots)
        nodes = {}
        for root in roots:
            open_text.prepare(root, self._findings)
        open_formats.drop_hidden_values(roots, self._findings)
        open_conditions.apply(roots, self._findings)
        open_covers.leave_shapes(roots, GRAMMAR, self._picture, self._findings)
        for root in roots:
            open_values.agree(root)
        open_formats.drop_unshown_words(roots, self._findings)
        open_unshown.drop(roots, self._findings)
        for name, root in zip(("content.xml", "styles.xml"), roots, strict=False):
            open_text.rename_equations(root)
            _name_fonts(root)
            root.set(tag("office:version"), _VERSION)
            node = select(root, Part(GRAMMAR, NAMES, self._numbers, self._picture))
            if node is None:
                raise Refusal("broken")
            nodes[name] = node
        images = self._used_images(nodes.values())
        parts = {"mimetype": self._media_type.encode()}
        parts |= {name: xml.write(node, NAMESPACES) for name, node in nodes.items()} | images
        parts["META-INF/manifest.xml"] = _manifest(self._media_type, list(parts)[1:])
        return archive.write(parts, first_stored=True)

    def _used_images(self, nodes: Iterable[xml.Node]) -> dict[str, bytes]:
        """Counted anew: an image whose frame could not come along doesn't come either."""
        new: dict[str, str] = {}
        coming = list(nodes)[::-1]
        while coming:
            node = coming.pop()
            old = node.attributes.get("xlink:href")
            if old is not None:
                extension = old.rpartition(".")[2]
                node.attributes["xlink:href"] = new.setdefault(old, f"Pictures/{len(new) + 1}.{extension}")
            coming += reversed(node.nodes())
        return {name: self._images[old] for old, name in new.items()}

    def _natural_size(self, name: str) -> tuple[float, float] | None:
        content = self._files.get(name)
        return self._pictures.natural_size(content) if content else None

    def _picture(self, element: Tree, old: str) -> str | None:
        name = old.removeprefix("./")
        if name not in self._files:
            self._findings.add("link")
            return None
        key = name, element.get("crop")
        if key not in self._copies:
            copied = self._pictures.copy(self._files[name], element.get("crop"))
            self._copies[key] = None
            if copied is not None:
                new = f"Pictures/{len(self._images) + 1}.{copied[0]}"
                self._images[new] = copied[1]
                self._copies[key] = new
        return self._copies[key]


def _name_fonts(root: Tree) -> None:
    """A font is called by its family's name, once: the names in between are free text."""
    families: dict[str, str] = {}
    seen = set()
    for face in all_of(root, (tag("style:font-face"),)):
        family = (face.get(_FAMILY) or "").split(",")[0].strip().strip("'\"")
        families[face.get(_FACE_NAME, "")] = family
        face.set(_FACE_NAME, family)
        face.set(_FAMILY, family)
        if family in seen:
            remove(face)
        seen.add(family)
    for element in root.iter():
        for key in _FONT_NAMES:
            name = element.get(key)
            if name is not None:
                element.set(key, families.get(name, name))


def _manifest(media_type: str, names: list[str]) -> bytes:
    root = xml.Node("manifest:manifest", {"manifest:version": _VERSION})
    types = {"xml": "text/xml", "jpg": "image/jpeg", "png": "image/png"}
    for name, kind in [("/", media_type), *((name, types[name.rpartition(".")[2]]) for name in names)]:
        attributes = {"manifest:full-path": name, "manifest:media-type": kind}
        root.children.append(xml.Node("manifest:file-entry", attributes))
    return xml.write(root, {"manifest": _MANIFEST})
