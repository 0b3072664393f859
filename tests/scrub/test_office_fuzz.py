"""Random edits of office documents: only Refusal comes out, and the judge passes each copy."""

import random

import pytest

from scrub.sniff.apple import apple_packages
from scrub.sniff.ole import is_locked, old_kind
from tests.fuzz.sheets import edit, one_input
from tests.opener.test_opener_fuzz import mutate
from tests.scrub.fuzzed_office import office_seeds
from tests.scrub.test_office_packages import FIB, LOCKED_BOOK, ole


@pytest.mark.parametrize("count", [80, pytest.param(4000, marks=pytest.mark.long)])
def test_no_edit_of_a_document_breaks_the_cleaner_or_its_judge(count: int) -> None:
    chance, seeds = random.Random(12), office_seeds()
    for _ in range(count):
        one_input(edit(seeds, chance))


def test_no_edit_of_an_old_document_breaks_what_tells_it_apart() -> None:
    chance = random.Random(12)
    for data in (
        ole(("WordDocument", FIB)),
        ole(("Book", LOCKED_BOOK)),
        b"PK\3\4" + bytes(26) + b"mimetypeapplication/",
    ):
        for _ in range(300):
            changed = mutate(data, chance, 4096) or b""
            old_kind(changed)
            is_locked(changed)


def test_names_of_an_archive_may_be_anything() -> None:
    for names in (
        [""],
        ["/"],
        ["Index.zip"] * 2,
        ["a/" * 400 + "Index/x.iwa"],
        ["\ud800.iwa", "Index/\0.iwa"],
    ):
        assert apple_packages(names) is not None
