"""The tables of the inventory: every row can be told, no name stands twice, and no reader knows another."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scrub.inventory
from codes.removed import REMOVED
from scrub.inventory import rows

_TABLES = sorted(path.stem for path in (Path(rows.__file__).parents[1] / "tables/inventory").glob("*.txt"))
_NUMBERS = {"dv", "exif", "iptc", "matroska", "photoshop", "transport"}
_PATTERNS = {"xmp", "tags", "png_keywords", "office_parts", "office_words"}


@pytest.mark.parametrize("table", _TABLES)
def test_a_row_tells_a_kind_that_a_person_can_be_told_or_calls_a_reader(table: str) -> None:
    told = {code for verdict, _ in rows._entries(table) for code in verdict}
    assert told <= {*REMOVED, *scrub.inventory._INNER}


@pytest.mark.parametrize("table", _TABLES)
def test_no_name_stands_twice(table: str) -> None:
    entries = list(rows._entries(table))
    assert len({verdict for verdict, _ in entries}) == len(entries)
    if table in _NUMBERS:
        ends = [int(word.partition("-")[0], 0) for _, words in entries for word in words if word != "*"]
        assert len(rows.numbers(table).named) >= len(set(ends)) == len(ends)
    else:
        assert not [
            word for word, count in Counter(w for _, words in entries for w in words).items() if count > 1
        ]


def test_every_table_is_read_by_what_it_is_for() -> None:
    source = "".join(path.read_text() for path in Path(scrub.inventory.__file__).parent.glob("*.py"))
    called = {table: reader for reader, table in re.findall(r'\b(numbers|names|patterns)\("(\w+)"', source)}
    assert set(called) == set(_TABLES)
    assert {table for table, reader in called.items() if reader == "numbers"} == _NUMBERS
    assert {table for table, reader in called.items() if reader == "patterns"} == _PATTERNS


def test_a_reader_of_one_format_imports_no_other() -> None:
    """EXIF holds Photoshop's block, which holds EXIF: they are handed each other, and import none."""
    folder = Path(scrub.inventory.__file__).parent
    for path in folder.glob("*.py"):
        names = {
            node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module
        }
        inside = {name for name in names if name.startswith("scrub.inventory")}
        if path.name != "__init__.py":
            shared = {
                f"scrub.inventory.{name}" for name in ("boxes", "findings", "rows", "sei", "sound_tags")
            }
            own = {
                name for name in inside if name.startswith(f"scrub.inventory.{path.stem.partition('_')[0]}_")
            }
            assert inside <= shared | own, path.name


_OF_WORDS = [(verdict, word) for verdict, words in rows._entries("office_words") for word in words]


@given(
    found=st.sampled_from(_OF_WORDS), data=st.data(), around=st.sampled_from([b"", b" ", b"<", b"x", b":"])
)
def test_what_a_pattern_finds_is_found_by_its_letters_first(
    found: tuple[rows.Verdict, str], data: st.DataObject, around: bytes
) -> None:
    """A text is searched by a pattern only where the letters stand that it can't do without."""
    _, word = found
    text = around + data.draw(st.from_regex(word.encode())) + around
    table = rows.patterns("office_words")
    one_by_one = {verdict for verdict, pattern in table.patterns if pattern.search(text)}
    assert set(table.all(text, len(text))) == {code for verdict in one_by_one for code in verdict}
    assert rows.letters_of(word).encode() in text or not re.search(word.encode(), text)


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        (r"<(?:a:(?:bc|d)|efg)[ >]hi", "hi"),
        (r"\bdescr=\"[^\"]", "descr="),
        ("one|another", ""),
        ("abcd?ef*", "abc"),
        (r"a{1,2}bcd", ""),
    ],
)
def test_the_letters_are_those_that_no_match_can_lack(pattern: str, letters: str) -> None:
    assert rows.letters_of(pattern) == letters
