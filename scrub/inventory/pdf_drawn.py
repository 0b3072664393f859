"""Refuses a PDF whose forms, patterns, masks and glyphs draw each other without end (ISO 32000-1, 8.10).

PDFium follows them some forty deep: a form that draws itself twice is drawn 2^40 times. That is counted here
before, by the names in each content and in its resources. What can't be read here counts nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from scrub.inventory.pdf_filters import filters, opened
from scrub.report import Refusal

MAX_DRAWN = 200_000
"""Of one stream, those that it draws counted with all that they draw: a second of the processor."""

_DEPTH = 40
_HEAVY = 100  # less is not multiplied by what a page says
_MAX_CONTENT = 4 << 20
_MAX_IN_ALL = 32 << 20
_MAX_STREAMS = 20_000
_OBJECT = re.compile(rb"(\d{1,9})\s+\d{1,5}\s+obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_REFERENCE = re.compile(rb"\s*(\d{1,9})\s+\d{1,5}\s+R\b")
_NAMED = re.compile(rb"/([^\s/<>\[\]()]+)\s*(\d{1,9})\s+\d{1,5}\s+R\b")
_BRACKET = re.compile(rb"<<|>>")
_TOKEN = re.compile(
    rb"/([^\s/<>\[\]()]+)\s+(Do|gs|scn|SCN|[-+.\d]+\s+Tf)\b|[)>\]]\s*(Tj|TJ|['\"])"
    rb"|(?<![\w/*])(f\*?|F|B\*?|b\*?|S|s|sh|Do)(?=\s|$)|(?<=[\s\d])(g|G|rg|RG|k|K|cs|CS|sc|SC)(?=\s|$)"
)
_PAGE = re.compile(rb"/Type\s*/Page\b")
_NODE = re.compile(rb"/Subtype\s*/Form\b|/PatternType\s+1\b")
_NOTHING: frozenset[int] = frozenset()
_KINDS = (b"XObject", b"Pattern", b"ExtGState", b"Font")


@dataclass(frozen=True, slots=True)
class _Found:
    """One object: its dictionary, and what follows it if it is a stream."""

    text: bytes = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(slots=True)
class _Drawn:
    """By what a name may mean. `letters`: at most so many of a font, by the bytes of its words."""

    times: Counter[frozenset[int]] = field(default_factory=Counter)
    letters: Counter[frozenset[int]] = field(default_factory=Counter)
    words: int = 0


def check_drawing(data: bytes) -> None:
    """Raises Refusal("bomb")."""
    if b"/Form" in data or b"/PatternType" in data or b"/CharProcs" in data or b"/ObjStm" in data:
        _Drawing(data).check()


class _Drawing:
    """All objects of a file, the last one of each number."""

    def __init__(self, data: bytes) -> None:
        self._left = _MAX_IN_ALL
        self._objects: dict[int, _Found] = {}
        self._reach: dict[int, frozenset[int]] = {}
        self._names_of: dict[bytes | None, dict[bytes, frozenset[int]]] = {}
        for number, found in _objects(data):
            self._objects[number] = found
        for found in [each for each in self._objects.values() if b"/ObjStm" in each.text[:512]]:
            for number, text in self._packed(found):
                self._objects.setdefault(number, _Found(text))

    def check(self) -> None:
        pages = [number for number, each in self._objects.items() if _PAGE.search(each.text)]
        glyphs = {number for font in self._objects.values() for _, number in self._glyphs(font)}
        nodes = {
            number
            for number, each in self._objects.items()
            if each.body is not None and (number in glyphs or _NODE.search(each.text))
        }
        named = {number: self._named(self._objects[number].text, nodes) for number in nodes}
        inner = {number for number, names in named.items() if names}
        drawn = {number: self._drawn(self._content(number), named[number]) for number in sorted(inner)}
        weights = dict.fromkeys(nodes, 1)
        for _ in range(_DEPTH):
            before = weights
            weights = {node: _weight(drawn.get(node, _Drawn()), before) for node in nodes}
            if weights == before:
                break
        heavy = {node: weight for node, weight in weights.items() if weight > _HEAVY}
        if not heavy:
            return
        for page in pages:
            text = self._objects[page].text
            names = self._named(text, nodes)
            if not {number for numbers in names.values() for number in numbers} & heavy.keys():
                continue
            content = b"\n".join(self._content(number) for number in self._contents(text))
            if _weight(self._drawn(content, names), weights) > MAX_DRAWN:
                raise Refusal("bomb")
        if max(heavy.values()) > MAX_DRAWN:
            raise Refusal("bomb")

    def _packed(self, found: _Found) -> Iterator[tuple[int, bytes]]:
        """What an object stream holds."""
        first = re.search(rb"/First\s+(\d{1,9})", found.text)
        plain = self._opened(found)
        if first is None or not plain:
            return
        at = int(first[1])
        numbers = [int(each) for each in plain[:at].split() if each.isdigit()]
        starts = [at + start for start in numbers[1::2]]
        left = len(plain)
        for number, start, end in zip(numbers[::2], starts, [*starts[1:], len(plain)], strict=False):
            left -= max(0, end - start)
            if left < 0:  # objects that lie over each other: as many copies of all as there are
                return
            yield number, plain[start:end]

    def _content(self, number: int) -> bytes:
        found = self._objects.get(number)
        return b"" if found is None or found.body is None else self._opened(found)

    def _opened(self, found: _Found) -> bytes:
        names = filters(found.text)
        limit = min(self._left, _MAX_CONTENT)
        done = opened(found.body or b"", names, limit) if names is not None and limit else None
        if done is None or done[1]:
            return b""
        self._left -= len(done[0])
        return done[0]

    def _contents(self, page: bytes) -> Iterator[int]:
        at = page.find(b"/Contents")
        if at >= 0:
            end = page.find(b"]", at) if page[at + 9 :].lstrip().startswith(b"[") else at + 40
            for found in re.finditer(rb"(\d{1,9})\s+\d{1,5}\s+R\b", page[at:end]):
                yield int(found[1])
                if end == at + 40:
                    break

    def _named(self, text: bytes, nodes: set[int]) -> dict[bytes, frozenset[int]]:
        """What the names of its resources draw; of a stream without its own, those of any page."""
        resources = self._value(text, b"Resources")
        if resources not in self._names_of:  # all glyphs of a file mostly share theirs, or have none
            self._names_of[resources] = self._names(resources, nodes)
        return self._names_of[resources]

    def _names(self, resources: bytes | None, nodes: set[int]) -> dict[bytes, frozenset[int]]:
        found = self._of_pages if resources is None else {}
        names: dict[bytes, set[int]] = {name: set(numbers) for name, numbers in found.items()}
        for kind in _KINDS:
            for name, number in self._references(self._value(resources or b"", kind) or b""):
                names.setdefault(name, set()).update(self._reached(number))
        kept = {name: frozenset(numbers & nodes) for name, numbers in names.items()}
        return {name: numbers for name, numbers in kept.items() if numbers}

    @cached_property
    def _of_pages(self) -> dict[bytes, set[int]]:
        found: dict[bytes, set[int]] = {}
        for each in list(self._objects.values()):
            if _PAGE.search(each.text) or b"/Kids" in each.text:
                resources = self._value(each.text, b"Resources") or b""
                for kind in _KINDS:
                    for name, number in self._references(self._value(resources, kind) or b""):
                        found.setdefault(name, set()).update(self._reached(number))
        return found

    def _references(self, text: bytes) -> list[tuple[bytes, int]]:
        return [(found[1], int(found[2])) for found in _NAMED.finditer(text)]

    def _reached(self, number: int) -> frozenset[int]:
        """Itself, the mask of a state, the glyphs of a font."""
        if number not in self._reach:
            self._reach[number] = frozenset(self._reaches(number))
        return self._reach[number]

    def _reaches(self, number: int) -> Iterator[int]:
        found = self._objects.get(number)
        if found is None:
            return
        yield number
        if found.body is None:
            masks = self._references(self._value(found.text, b"SMask") or b"")
            yield from (each for name, each in masks if name == b"G")
        yield from (glyph for _, glyph in self._glyphs(found))

    def _glyphs(self, font: _Found) -> list[tuple[bytes, int]]:
        if font.body is not None or b"/CharProcs" not in font.text:
            return []
        return self._references(self._value(font.text, b"CharProcs") or b"")

    def _value(self, text: bytes, key: bytes) -> bytes | None:
        """The dictionary behind a key, also where it is another object; None if there is none."""
        found = re.search(rb"/" + key + rb"(?=[\s<])", text)
        if found is None:
            return None
        rest = text[found.end() :]
        if reference := _REFERENCE.match(rest):
            other = self._objects.get(int(reference[1]))
            return None if other is None else other.text
        depth = 0
        for bracket in _BRACKET.finditer(rest):
            depth += 1 if bracket[0] == b"<<" else -1
            if depth <= 0:
                return rest[: bracket.end()]
        return rest

    def _drawn(self, content: bytes, names: dict[bytes, frozenset[int]]) -> _Drawn:
        """How often each is drawn: a form where it stands, glyphs by each word, a pattern and a mask by what
        is painted with them.
        """
        drawn = _Drawn()
        font = color = mask = _NOTHING
        at = 0
        for found in _TOKEN.finditer(content):
            name, how, words, paint, plain = found.groups()
            if how == b"Do":
                drawn.times.update((names.get(name, _NOTHING), mask))
            elif how == b"gs":
                mask = names.get(name, mask)
            elif how in (b"scn", b"SCN"):
                color = names.get(name, _NOTHING)
            elif how:
                font = names.get(name, _NOTHING)
            elif words:
                drawn.times.update((color, mask))
                drawn.words += 1
                drawn.letters[font] += found.start() - at
            elif paint:
                drawn.times.update((color, mask))
            elif plain:
                color = _NOTHING
            at = found.end()
        return drawn


def _weight(drawn: _Drawn, weights: dict[int, int]) -> int:
    """A glyph that draws no other thing is in the weight of its word."""
    parts = sum(count * _heaviest(numbers, weights) for numbers, count in drawn.times.items())
    glyphs = sum(count * max(0, _heaviest(font, weights) - 1) for font, count in drawn.letters.items())
    return min(1 + parts + drawn.words + glyphs, MAX_DRAWN + 1)


def _heaviest(numbers: frozenset[int], weights: dict[int, int]) -> int:
    """A name is one of them, a letter too."""
    return max((weights[number] for number in numbers), default=0)


def _objects(data: bytes) -> Iterator[tuple[int, _Found]]:
    at = 0
    for _ in range(_MAX_STREAMS):
        found = _STREAM.search(data, at)
        head = data[at : found.start() if found else len(data)]
        starts = list(_OBJECT.finditer(head))
        ends = [*(each.start() for each in starts[1:]), len(head)]
        body, after = None, len(data)
        if found is not None:
            end = data.find(b"endstream", found.end())
            after = end + 9 if end >= 0 else len(data)
            body = data[found.end() : end if end >= 0 else len(data)]
        for start, stop in zip(starts, ends, strict=False):
            last = start is starts[-1]
            yield int(start[1]), _Found(head[start.end() : stop], body if last else None)
        if found is None:
            return
        at = after
