"""The outline of a shape of DrawingML as polygons: what of a picture in it can be seen.

Only filled paths count; where paths of one shape lie in each other, the inner one is a hole. Sources: ISO/IEC
29500-1, 20.1.9 (geometries, guides, paths) and annex D (preset shapes, `scrub/tables/shapes.txt`).
"""

import itertools
import math
import pkgutil
from collections.abc import Callable, Iterator, Sequence

from scrub.office.covering import local
from scrub.office.trees import Tree

_FILE = pkgutil.get_data("scrub.tables", "shapes.txt") or b""
_PRESETS = {
    line.partition(" ")[0]: line.partition(" ")[2]
    for line in _FILE.decode("utf-8").splitlines()
    if line and not line.startswith("#")
}
_DEGREE = 60_000
_TURN = 360 * _DEGREE
_MOST_GUIDES, _MOST_STEPS, _MOST = 2000, 4000, 1e60
_STEP = 3.0
"""In degrees: one side of the polygon that an arc becomes."""

_CURVE, _ROUGH_CURVE, _MANY = 24, 6, 1400
"""How many sides a curve becomes: fewer in a path of many words, whose curves are short."""

_STEPS = {"moveTo": "M", "lnTo": "L", "quadBezTo": "Q", "cubicBezTo": "C"}

Point = tuple[float, float]
Polygon = list[Point]
Outline = list[list[Polygon]]
"""Of each filled path its polygons, in shares of the shape's width and height."""


class Unknown(Exception):
    """The outline can't be told."""


def outline_of(geometry: Tree | None, width: float, height: float) -> Outline | None:
    """`geometry`: `a:prstGeom`, `a:custGeom` or None. None for a whole rectangle. Raises Unknown."""
    if geometry is None or (local(geometry) == "prstGeom" and geometry.get("prst") == "rect"):
        return None
    shape = _Shape(max(width, 1.0), max(height, 1.0))
    try:
        outline = shape.preset(geometry) if local(geometry) == "prstGeom" else shape.custom(geometry)
    except (ValueError, KeyError, ZeroDivisionError, OverflowError, IndexError, TypeError):
        raise Unknown from None
    points = [value for path in outline for polygon in path for point in polygon for value in point]
    if not points or not all(map(math.isfinite, points)):
        raise Unknown
    return outline


class _Shape:
    """A shape of a size, whose variables are known as soon as their formulas were met."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height, self._left = width, height, _MOST_STEPS
        short, long = sorted((width, height))
        known = {
            "l": 0.0,
            "t": 0.0,
            "r": width,
            "b": height,
            "w": width,
            "h": height,
            "ss": short,
            "ls": long,
        }
        known |= {"hc": width / 2, "vc": height / 2}
        for share in (2, 3, 4, 5, 6, 8, 10, 12, 16, 32):
            known |= {f"wd{share}": width / share, f"hd{share}": height / share, f"ssd{share}": short / share}
        for name, turns in (("cd2", 2), ("cd4", 4), ("cd8", 8)):
            known[name] = _TURN / turns
        for name, eighths in (("3cd4", 6), ("3cd8", 3), ("5cd8", 5), ("7cd8", 7)):
            known[name] = _TURN / 8 * eighths
        self._known = known

    def preset(self, geometry: Tree) -> Outline:
        """Of a shape that has a name. Raises KeyError for one that nobody knows."""
        guides, *paths = _PRESETS[geometry.get("prst", "")].split("|")
        adjusted = dict(_guides(geometry, "avLst"))
        for guide in guides.split(";"):
            name, _, formula = guide.partition("=")
            if name.strip():
                self._define(name.strip(), adjusted.get(name.strip(), formula))
        return [self._path(path.split()) for path in paths]

    def custom(self, geometry: Tree) -> Outline:
        """Of one that brings its own paths."""
        for number, (name, formula) in enumerate((*_guides(geometry, "avLst"), *_guides(geometry, "gdLst"))):
            if number > _MOST_GUIDES:
                raise ValueError
            self._define(name, formula)
        found = next((one for one in geometry if local(one) == "pathLst"), None)
        paths = [] if found is None else [one for one in found if one.get("fill") != "none"]
        return [self._path(_words(path)) for path in paths if local(path) == "path"]

    def _define(self, name: str, formula: str) -> None:
        operator, *operands = formula.split()
        if operator == "val" or not operands:
            self._known[name] = self._number(operands[0] if operands else operator)
        else:
            values = [self._number(word) for word in operands[:3]]
            self._known[name] = _OPERATORS[operator](*values, *[0.0] * (3 - len(values)))

    def _number(self, word: str) -> float:
        number = self._known[word] if word in self._known else float(word)
        if not -_MOST < number < _MOST:  # nor is it, if it is no number
            raise ValueError
        return number

    def _path(self, words: Sequence[str]) -> list[Polygon]:
        """The polygons of a path, whose words are as in the table."""
        across, down = (
            size / (float(own) if own != "-" and float(own) > 0 else size) / size
            for own, size in zip(words[:2], (self._width, self._height), strict=True)
        )
        polygons: list[Polygon] = []
        coming = iter(words[2:])
        sides = _CURVE if len(words) < _MANY else _ROUGH_CURVE
        for step in coming:
            self._left -= 1
            if self._left < 0:
                raise ValueError
            if step == "M":
                polygons.append([self._point(coming)])
            elif step == "Z":
                polygons.append(polygons[-1][:1])
            else:
                polygons[-1] += self._line(step, polygons[-1][-1], coming, sides)
        return [[(x * across, y * down) for x, y in polygon] for polygon in polygons if len(polygon) > 2]

    def _point(self, words: Iterator[str]) -> Point:
        return self._number(next(words, "")), self._number(next(words, ""))

    def _line(self, step: str, last: Point, words: Iterator[str], sides: int) -> Polygon:
        if step == "A":
            return _arc(last, *self._point(words), *self._point(words))
        points = [self._point(words) for _ in range({"L": 1, "Q": 2, "C": 3}[step])]
        if step == "L":
            return points
        return [_bezier([last, *points], at / sides) for at in range(1, sides + 1)]


def _guides(geometry: Tree, kind: str) -> list[tuple[str, str]]:
    found = next((one for one in geometry if local(one) == kind), None)
    guides = [] if found is None else [one for one in found if local(one) == "gd"]
    return [(guide.get("name", ""), guide.get("fmla", "")) for guide in guides]


def _words(path: Tree) -> list[str]:
    """A path of a document as the table writes one."""
    words = [path.get("w", "-"), path.get("h", "-")]
    for step in path:
        name = local(step)
        if name == "close":
            words.append("Z")
        elif name == "arcTo":
            words += ["A", *(step.get(key, "") for key in ("wR", "hR", "stAng", "swAng"))]
        elif name in _STEPS:
            words.append(_STEPS[name])
            for point in step:
                words += [point.get("x", ""), point.get("y", "")]
    return words


def _arc(start: Point, wide: float, high: float, begins: float, sweep: float) -> Polygon:
    """On an ellipse, whose angles are those at which its points are seen from its middle."""
    sweep = max(min(sweep, _TURN), -_TURN)
    first = _parameter(begins, wide, high)
    middle = start[0] - wide * math.cos(first), start[1] - high * math.sin(first)
    count = max(int(abs(sweep) / _DEGREE / _STEP), 1)
    angles = (_parameter(begins + sweep * at / count, wide, high) for at in range(1, count + 1))
    return [(middle[0] + wide * math.cos(angle), middle[1] + high * math.sin(angle)) for angle in angles]


def _parameter(angle: float, wide: float, high: float) -> float:
    seen = math.radians(angle / _DEGREE)
    return math.atan2(wide * math.sin(seen), high * math.cos(seen)) if wide and high else seen


def _bezier(points: Sequence[Point], at: float) -> Point:
    while len(points) > 1:
        points = [(a + (c - a) * at, b + (d - b) * at) for (a, b), (c, d) in itertools.pairwise(points)]
    return points[0]


def _angle(value: float) -> float:
    return math.radians(value / _DEGREE)


_OPERATORS: dict[str, Callable[[float, float, float], float]] = {
    "*/": lambda x, y, z: x * y / z if z else 0.0,
    "+-": lambda x, y, z: x + y - z,
    "+/": lambda x, y, z: (x + y) / z if z else 0.0,
    "?:": lambda x, y, z: y if x > 0 else z,
    "abs": lambda x, y, z: abs(x),
    "at2": lambda x, y, z: math.degrees(math.atan2(y, x)) * _DEGREE,
    "cat2": lambda x, y, z: x * math.cos(math.atan2(z, y)),
    "cos": lambda x, y, z: x * math.cos(_angle(y)),
    "max": lambda x, y, z: max(x, y),
    "min": lambda x, y, z: min(x, y),
    "mod": lambda x, y, z: math.sqrt(x * x + y * y + z * z),
    "pin": lambda x, y, z: min(max(y, x), z),
    "sat2": lambda x, y, z: x * math.sin(math.atan2(z, y)),
    "sin": lambda x, y, z: x * math.sin(_angle(y)),
    "sqrt": lambda x, y, z: math.sqrt(max(x, 0.0)),
    "tan": lambda x, y, z: x * math.tan(_angle(y)),
}
