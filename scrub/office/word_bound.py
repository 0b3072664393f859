"""What a form's control shows of the data that it is bound to, which Word reads anew when a document opens.

Programs that fill in forms often change the data alone. Only simple paths are followed, and only where the
control shows nothing of its own yet. Sources: ISO/IEC 29500-1, 17.5.2.6 (`dataBinding`), 22.5 (custom XML).
"""

import re
from collections.abc import Iterator

from scrub.office import xml
from scrub.office.covering import local
from scrub.office.ooxml_names import tag
from scrub.office.package import Source
from scrub.office.trees import Tree
from scrub.report import Refusal

_STEP = re.compile(r"/(@?)(?:([\w.-]{1,40}):)?([\w.-]{1,80})(?:\[([0-9]{1,5})\])?")
_PREFIX = re.compile(r"xmlns:([\w.-]{1,40})\s*=\s*(?:'([^']{0,300})'|\"([^\"]{0,300})\")")
_MOST_STEPS, _MOST_LETTERS = 30, 100_000


class BoundData:
    """The custom XML of a package whose main part is `main`; read when a control first asks for it."""

    def __init__(self, source: Source, main: str) -> None:
        self._source, self._main = source, main
        self._items: dict[str, Tree] | None = None

    def shown_by(self, settings: Tree) -> str | None:
        """The words that a control with these settings shows; None where nothing is bound or found."""
        binding = next((one for one in settings if local(one) == "dataBinding"), None)
        if binding is None:
            return None
        if self._items is None:
            self._items = dict(self._read())
        root = self._items.get((binding.get(tag("w:storeItemID")) or "").strip().upper())
        text = None if root is None else _value(root, binding)
        return None if text is None or not text.strip() else _as_listed(text[:_MOST_LETTERS], settings)

    def _read(self) -> Iterator[tuple[str, Tree]]:
        for relation in self._source.relations(self._main).values():
            if relation.kind != "customXml" or relation.target not in self._source.files:
                continue
            names = self._source.related(relation.target)
            try:
                properties = xml.parse(self._source.files[names["customXmlProps"]])
                root = xml.parse(self._source.files[relation.target])
            except (KeyError, Refusal):
                continue
            name = next((value for key, value in properties.attrib.items() if key.endswith("itemID")), "")
            yield name.strip().upper(), root


def _value(root: Tree, binding: Tree) -> str | None:
    path = (binding.get(tag("w:xpath")) or "").strip()
    said = binding.get(tag("w:prefixMappings")) or ""
    addresses = {found[1]: found[2] or found[3] or "" for found in _PREFIX.finditer(said)}
    steps = list(_STEP.finditer(path))
    if not steps or len(steps) > _MOST_STEPS or "".join(step[0] for step in steps) != path:
        return None
    here: Tree | None = None
    for number, step in enumerate(steps):
        prefix, name = step[2], step[3]
        full = f"{{{addresses.get(prefix, '')}}}{name}" if prefix else name
        if step[1]:
            return None if here is None else here.get(full)
        place = int(step[4] or 1) - 1
        children = [root] if number == 0 else list(here.iterchildren(full)) if here is not None else []
        here = children[place] if place < len(children) and children[place].tag == full else None
        if here is None:
            return None
    return None if here is None else "".join(here.itertext())


def _as_listed(text: str, settings: Tree) -> str:
    """A list shows an entry's words for its value."""
    for choices in settings:
        if local(choices) in ("dropDownList", "comboBox"):
            for entry in choices:
                if entry.get(tag("w:value")) == text:
                    return entry.get(tag("w:displayText")) or text
    return text
