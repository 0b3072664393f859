"""Compares the published schemas of OOXML and OpenDocument with what a clean document may hold.

    pip install --target FOLDER openxml-audit==0.8.0
    python -m benchmarks.schemas FOLDER

That package carries the schemas of the Open XML SDK, as JSON, and of OpenDocument 1.3, as RELAX NG. Printed
is, for each namespace, how much the tables of `scrub/tables/office` keep of it, and the names of what they
drop: a person reads these for what a page shows. What a table keeps and no schema knows is a fault of the
table.
"""

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

from scrub.office.grammar import read

TABLES = Path(__file__).parents[1] / "scrub" / "tables" / "office"
_DOCUMENTS = frozenset(
    {
        *("w", "a", "p", "x", "c", "m", "wp", "pic", "xdr", "wpg", "wps"),
        *(
            "wpc",
            "dgm",
            "c14",
            "c15",
            "c16",
            "cx",
            "w14",
            "w15",
            "p14",
            "p15",
            "x14",
            "x15",
            "a14",
            "v",
            "o",
            "w10",
        ),
    }
)
_OPEN = re.compile(r'<(?:rng:)?(element|attribute) name="([a-z-]+:[\w-]+)"')


def kept() -> dict[str, set[str]]:
    """Element -> its attributes, of all tables."""
    names = [table.stem for table in sorted(TABLES.glob("*.txt"))]
    families = (
        tuple(name for name in names if not name.startswith("open_")),
        tuple(name for name in names if name.startswith("open_")),
    )
    return {name: set(element.attributes) for family in families for name, element in read(family).items()}


def of_ooxml(folder: Path) -> dict[str, set[str]]:
    """Element -> its attributes."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("data/openxml/schemas/*.json")):
        for kind in json.loads(path.read_text("utf-8")).get("Types", ()):
            element = kind["Name"].partition("/")[2]
            if element.partition(":")[0] in _DOCUMENTS:
                found[element] |= {each["QName"].removeprefix(":") for each in kind.get("Attributes", ())}
    return found


def of_open_document(folder: Path) -> dict[str, set[str]]:
    """The same without attributes: the schema names these by groups."""
    schema = next(folder.rglob("OpenDocument-v1.3-schema.rng")).read_text("utf-8")
    return {name: set() for kind, name in _OPEN.findall(schema) if kind == "element"}


def main() -> None:
    folder, ours = Path(sys.argv[1]), kept()
    for title, schema in (("OOXML", of_ooxml(folder)), ("OpenDocument", of_open_document(folder))):
        spaces: dict[str, list[str]] = defaultdict(list)
        for element in schema:
            spaces[element.partition(":")[0]].append(element)
        print(f"{title}: {len(schema)} elements, {len(schema.keys() & ours.keys())} kept")
        for space, elements in sorted(spaces.items()):
            dropped = sorted(each.partition(":")[2] for each in elements if each not in ours)
            print(f"  {space}: {len(elements)}, dropped {len(dropped)}: {' '.join(dropped)}")
        if title == "OOXML":
            for element in sorted(schema.keys() & ours.keys()):
                if more := sorted(schema[element] - ours[element]):
                    print(f"  {element} without {' '.join(more)}")
    known = of_ooxml(folder).keys() | of_open_document(folder).keys()
    print("in a table and in no schema:", *sorted(ours.keys() - known))


if __name__ == "__main__":
    main()
