"""Copies the parts of an OOXML package by the allow-list, each when something that is copied refers to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scrub.office import xml
from scrub.office.covering import covers_anything
from scrub.office.cuts import CUT, UNTELLABLE
from scrub.office.grammar import read
from scrub.office.ooxml_names import NAMES, NAMESPACES
from scrub.office.package import Pictures, Relation, Source, Target, part_kind
from scrub.office.select import Finish, Numbers, Part, StandIn, prefixed, select
from scrub.office.trees import Tree
from scrub.tables import OOXML

GRAMMAR = read(OOXML)

Draw = Callable[[Tree, str], None]
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

    draw: Draw = lambda root, name: None
    """Sees the tree of a part and its name first, where it refers to others."""

    prepare: Prepare = lambda root: None
    stand_in: StandIn = lambda element: None
    _copied: dict[str, str | None] = field(default_factory=dict)

    def copy(self, name: str, pattern: str, root: Tree | None = None) -> str | None:
        """The name of the copy of a part; None when the part isn't there or is nothing of ours."""
        if name in self._copied:
            copied = self._copied[name]
            return copied if copied and part_kind(copied) == part_kind(pattern.format(1)) else None
        self._copied[name] = None  # a part that refers to itself gets nothing
        if root is None:
            if name not in self.source.files:
                return None
            root = xml.parse(self.source.files[name])
            self.draw(root, name)
            self.prepare(root)
        new = self.target.new_name(pattern)
        self._copied[name] = new
        node = self.select(root, name, new)
        known = part_kind(new)
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
            if old.kind != "image" or element.get(CUT) == UNTELLABLE:
                return None
            picture = self.target.picture(
                self.source, old.target, element.get(CUT), self.folder, self.pictures
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
