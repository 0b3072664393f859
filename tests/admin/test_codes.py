"""Every code that the server may write has words on the reviewers' side."""

import re

import pytest

from admin import codes
from admin.case.filenames import EXTENSIONS
from bot.intake import REFUSALS
from opener.cli import HARMLESS
from scrub import report


def test_every_code_of_the_server_has_words() -> None:
    assert set(report.REMOVED) <= codes.REMOVED.keys()
    assert set(report.NOTES) <= codes.CHANGED.keys() | codes.REMAINS.keys()
    assert {*report.REFUSALS, *REFUSALS, *REFUSALS.values()} <= codes.REFUSED.keys()


def test_every_kind_of_file_that_the_server_cleans_keeps_its_extension_in_both_readers() -> None:
    assert report.EXTENSIONS.items() <= EXTENSIONS.items()
    for extension in EXTENSIONS.values():
        assert re.fullmatch(HARMLESS, extension), extension


def test_a_note_tells_of_a_change_or_of_what_remains() -> None:
    assert not codes.CHANGED.keys() & codes.REMAINS.keys()
    assert {note for note in report.NOTES if codes.remains(note)} == codes.REMAINS.keys()


@pytest.mark.parametrize(("note", "remains"), [("smell_remains", True), ("dots_kept", True), ("bent", False)])
def test_the_ending_of_an_unknown_note_tells_what_it_is(note: str, remains: bool) -> None:
    assert codes.remains(note) is remains


def test_no_words_hold_the_comma_that_stands_between_them() -> None:
    for words in (codes.REMOVED, codes.CHANGED, codes.REMAINS, codes.REFUSED):
        assert not [word for word in words.values() if "," in word]


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert codes.in_words(["place", "new_kind"], codes.REMOVED) == ["the place it was taken", "new kind"]
