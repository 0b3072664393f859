"""The outline of a shape of VML as one of DrawingML: a known form, the points of its path, or a rectangle.

A rectangle covers all that any other form in the same frame covers, so whatever isn't understood is one.
Source: ISO/IEC 29500-4, 19.1.2 (`path`, `polyline`) and 20.1 (`spt`); ISO/IEC 29500-1, 20.1.9 (`custGeom`).
"""

import re

from scrub.office import vml
from scrub.office.covering import local
from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree

_FORMS = {
    "3": "ellipse", "4": "diamond", "5": "triangle", "6": "rtTriangle", "7": "parallelogram",
    "8": "trapezoid", "9": "hexagon", "10": "octagon", "11": "plus", "12": "star5", "13": "rightArrow",
    "15": "homePlate", "16": "cube", "19": "arc", "20": "line", "32": "straightConnector1",
    "33": "bentConnector2", "34": "bentConnector3", "38": "curvedConnector3", "66": "leftArrow",
    "67": "downArrow", "68": "upArrow", "69": "leftRightArrow", "70": "upDownArrow", "85": "leftBracket",
    "86": "rightBracket", "87": "leftBrace", "88": "rightBrace", "185": "bracketPair", "186": "bracePair",
}  # fmt: skip
_LINES = frozenset({"19", "20", "32", "33", "34", "38", "85", "86", "87", "88", "185", "186"})
_TYPE = re.compile(r".*_t([0-9]{1,3})", re.DOTALL)
_TOKEN = re.compile(r"n[fs]|a[elrt]|w[ar]|q[xyb]|h[a-i]|[a-z]|-?[0-9]{1,7}|@[0-9]{1,3}|,")
_MAX_TOKENS = 40_000
_STEPS = {"m": ("moveTo", 1), "l": ("lnTo", 1), "c": ("cubicBezTo", 3)}
_TURNING = {"r": ("lnTo", 1), "v": ("cubicBezTo", 3), "t": ("moveTo", 1)}
"""By letter: an element of a path and its number of points; the second table counts from where the pen is."""

_PICTURE = "m@4@5l@4@11@9@11@9@5xe"
"""The path of the type of pictures."""

Points = list[tuple[str, list[tuple[int, int]]]]


def type_number(shape: Tree) -> str:
    """The number of the built-in type that a shape has; "" for one of its own."""
    spt = next((value for key, value in shape.attrib.items() if key.endswith("}spt")), "")
    found = _TYPE.fullmatch(shape.get("type") or "")
    return found[1] if found else spt.partition(".")[0]


def outline(shape: Tree, width: int, height: int) -> Tree:
    """`width` and `height` of its frame in EMU."""
    name = local(shape)
    if name == "oval":
        return preset("ellipse")
    if name == "roundrect":
        share = min(max(vml.fraction(shape.get("arcsize"), 0.2), 0.0), 1.0)
        return preset("roundRect", int(share * 50_000))
    if name == "line":
        return preset("line")
    if name == "polyline":
        points = _polyline(shape.get("points") or "")
        return _path(points, *_corner(points), width, height) if points else preset("rect")
    number = type_number(shape)
    if name == "shape" and number in _FORMS and (number in _LINES or not shape.get("adj")):
        return preset(_FORMS[number])
    if name == "shape" and shape.get("path") and number in ("", "0", "100"):
        steps = _steps(shape.get("path") or "")
        size = vml.pair(shape.get("coordsize"), (1000, 1000))
        if steps and size[0] > 0 and size[1] > 0:
            return _path(steps, vml.pair(shape.get("coordorigin"), (0, 0)), *size)
    return preset("rect")


def is_rectangle(geometry: Tree) -> bool:
    """Whether an outline is a whole rectangle: by its form, or since nothing else was understood."""
    return bool(geometry.get("prst") == "rect")


def is_frame(shape: Tree) -> bool:
    """Whether a shape is a rectangle by its own words, as pictures are: it shows all of what is in it."""
    number, path = type_number(shape), re.sub(r"\s+", "", (shape.get("path") or "").lower())
    if local(shape) != "shape":
        return local(shape) in ("rect", "image", "group")
    return number in ("1", "75", "202") or (number in ("", "0", "100") and path in ("", _PICTURE))


def preset(name: str, round_by: int | None = None) -> Tree:
    """A geometry of DrawingML by its name."""
    geometry = etree.Element(tag("a:prstGeom"), prst=name)
    values = etree.SubElement(geometry, tag("a:avLst"))
    if round_by is not None:
        etree.SubElement(values, tag("a:gd"), name="adj", fmla=f"val {round_by}")
    return geometry


def points_of(text: str) -> list[tuple[int, int]]:
    """In EMU, of `0,0 10pt,20pt`."""
    numbers = [vml.emu(word) for word in re.split(r"[\s,]+", text.strip()[: 20 * _MAX_TOKENS]) if word]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _polyline(text: str) -> Points:
    points = points_of(text)
    return [("moveTo", points[:1]), *(("lnTo", [point]) for point in points[1:])] if len(points) > 1 else []


def _corner(points: Points) -> tuple[tuple[int, int]]:
    every = [point for _, some in points for point in some]
    return ((min(x for x, _ in every), min(y for _, y in every)),)


def _steps(path: str) -> Points | None:
    """None where a path has more than straight lines and curves, or is reckoned from a shape's handles."""
    tokens = _TOKEN.findall(path.lower())
    if len(tokens) > _MAX_TOKENS or "".join(tokens) != re.sub(r"\s+", "", path.lower()):
        return None
    steps: Points = []
    pen, at = (0, 0), 0
    while at < len(tokens):
        letter, at = tokens[at], at + 1
        if letter in ("x", "e", "nf", "ns"):
            steps += [("close", [])] if letter == "x" else []
            continue
        name, count = (_STEPS | _TURNING).get(letter, ("", 0))
        numbers, at = _numbers(tokens, at)
        if not name or numbers is None or len(numbers) % (2 * count):
            return None
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        for start in range(0, len(points), count):
            some = points[start : start + count]
            if letter in _TURNING:
                some = [(x + pen[0], y + pen[1]) for x, y in some]
            steps.append((name if start == 0 or name != "moveTo" else "lnTo", some))
            pen = some[-1]
    return steps if steps and steps[0][0] == "moveTo" else None


def _numbers(tokens: list[str], at: int) -> tuple[list[int] | None, int]:
    """Those up to the next letter, with 0 where a comma stands alone; None where one is reckoned."""
    numbers: list[int] = []
    waiting = True
    while at < len(tokens) and not tokens[at].isalpha():
        word, at = tokens[at], at + 1
        if word.startswith("@"):
            return None, at
        if word == ",":
            if waiting:
                numbers.append(0)
            waiting = True
        else:
            numbers.append(int(word))
            waiting = False
    return ([*numbers, 0] if waiting and numbers else numbers), at


def _path(points: Points, origin: tuple[int, int], width: int, height: int) -> Tree:
    geometry = etree.Element(tag("a:custGeom"))
    etree.SubElement(geometry, tag("a:avLst"))
    paths = etree.SubElement(geometry, tag("a:pathLst"))
    path = etree.SubElement(paths, tag("a:path"), w=str(max(width, 1)), h=str(max(height, 1)))
    for name, some in points:
        step = etree.SubElement(path, tag(f"a:{name}"))
        for x, y in some:
            etree.SubElement(step, tag("a:pt"), x=str(x - origin[0]), y=str(y - origin[1]))
    return geometry
