"""Every code that the server may write has words on the reviewers' side."""

import re

import pytest

from admin.case import codes
from codes.kinds import READ
from codes.reasons import REASONS, told
from codes.removed import REMOVED
from opener.telling import HARMLESS


def test_every_code_of_the_server_has_words() -> None:
    assert {told(code) for code in REASONS} <= codes.REFUSED.keys()
    assert all((*REMOVED.values(), *codes.NOTED.values(), *codes.REFUSED.values()))


def test_every_kind_of_file_that_the_server_cleans_keeps_its_extension_in_both_readers() -> None:
    for extension in READ.values():
        assert re.fullmatch(HARMLESS, extension), extension


@pytest.mark.parametrize(("note", "remains"), [("smell_remains", True), ("dots_kept", True), ("bent", False)])
def test_the_ending_of_an_unknown_note_tells_what_it_is(note: str, remains: bool) -> None:
    assert codes.remains(note) is remains


def test_no_words_hold_the_comma_that_stands_between_them() -> None:
    for words in (REMOVED, codes.NOTED, codes.REFUSED):
        assert not [word for word in words.values() if "," in word]


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert codes.in_words(["place", "new_kind"], REMOVED) == ["the place it was taken", "new kind"]
