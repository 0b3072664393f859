"""What the docs say that an office document may hold is what the tables say."""

import re

import pytest

from scrub.office.grammar import read
from tests.scrub import kept


def test_the_page_names_what_the_tables_keep() -> None:
    assert kept.PAGE.read_text("utf-8") == kept.page()


def test_the_numbers_of_the_page_of_cleaning_are_those_of_the_tables() -> None:
    text = kept.PAGE.with_name("scrub.md").read_text("utf-8")
    told = re.search(r"\((\d+) elements of WordprocessingML.*?two for OpenDocument \((\d+)\)", text, re.S)
    assert told is not None
    tables = (tuple(kept.OOXML), tuple(kept.OPEN_DOCUMENT))
    assert told.groups() == tuple(str(len(read(names))) for names in tables)


_OOXML = """
    a:buChar@char a:t c:name c:v m:begChr@m:val m:chr@m:val m:endChr@m:val m:sepChr@m:val m:t
    w:lvlText@w:val w:t
    x:evenFooter x:evenHeader x:firstFooter x:firstHeader x:oddFooter x:oddHeader x:sheet@name
    x:t x:v
"""
_OPEN_DOCUMENT = """
    number:currency-symbol number:text style:page-layout-properties@style:num-prefix
    style:page-layout-properties@style:num-suffix style:tab-stop@style:char style:tab-stop@style:leader-text
    table:table@table:name text:h text:list-level-style-bullet@style:num-prefix
    text:list-level-style-bullet@style:num-suffix text:list-level-style-bullet@text:bullet-char
    text:list-level-style-number@style:num-prefix text:list-level-style-number@style:num-suffix
    text:note-citation text:note-citation@text:label text:notes-configuration@style:num-prefix
    text:notes-configuration@style:num-suffix text:outline-level-style@style:num-prefix
    text:outline-level-style@style:num-suffix text:p text:page-count text:page-number text:ruby-base
    text:ruby-text text:span
"""


@pytest.mark.parametrize(
    ("names", "shown"), [(tuple(kept.OOXML), _OOXML), (tuple(kept.OPEN_DOCUMENT), _OPEN_DOCUMENT)]
)
def test_no_element_that_is_not_drawn_may_hold_words(names: tuple[str, ...], shown: str) -> None:
    """Whoever lets words stand in one more place says here that a page or a slide shows them there."""
    grammar = read(names)
    places = {tag for tag, element in grammar.items() if kept.of_words(element.text)}
    for tag, element in grammar.items():
        places |= {f"{tag}@{name}" for name, value in element.attributes.items() if kept.of_words(value)}
    assert places == set(shown.split())
