"""Covering and comparing through the confined processes, as a caller with keys does (`scrub.redactor`)."""

from collections.abc import Iterator

import pytest

from scrub import engine
from scrub.reading import words_of
from scrub.redact import Area, Wishes
from scrub.redactor import Redactor, Unredacted
from scrub.report import Choices
from tests.scrub.pdf_files import document

PDF = "application/pdf"


@pytest.fixture(scope="module")
def redactor() -> Iterator[Redactor]:
    with Redactor() as running:
        yield running


def _contract() -> bytes:
    text = b"BT /F 20 Tf 20 110 Td (Marta Ruiz signed) Tj 0 -40 Td (Ana saw it) Tj ET"
    return engine.scrub(document(text), Choices(pdf="searchable")).content


def test_a_redacted_copy_comes_back_judged(redactor: Redactor) -> None:
    done = redactor.redact(PDF, _contract(), Wishes((Area(1, 0, 9000, 100, 10000),), ("ana",)))
    assert words_of(PDF, done.content) == "Marta Ruiz signed"
    assert [(place.wish, place.page) for place in done.places] == [(0, 1), (1, 1)]


def test_what_is_no_copy_of_ours_ends_in_a_reason_and_the_next_file_is_done(redactor: Redactor) -> None:
    for kind, content in (
        (PDF, b"%PDF-1.4\n"),
        ("image/png", b"\x89PNG"),
        ("audio/ogg", b"OggS"),
        ("x/y", b""),
    ):
        with pytest.raises(Unredacted):
            redactor.redact(kind, content, Wishes((Area(1),)))
    assert redactor.redact(PDF, _contract(), Wishes((Area(1),))).content


def test_a_copy_that_the_judge_does_not_take_is_none(redactor: Redactor) -> None:
    """The attack: a page whose writer was taken over. Here: a clean table whose words are none any more."""
    with pytest.raises(Unredacted, match="unverified"):
        redactor.redact("text/csv", b'a,"b\n', Wishes(words=("b",)))


def test_two_copies_are_compared_there(redactor: Redactor) -> None:
    (page,) = redactor.compare(
        (PDF, _contract()), (PDF, _contract().replace(b"<0041006E0061", b"<0045006E0061"))
    )
    assert [(change.first, change.second) for change in page.changes] == [("Ana", "Ena")]
    with pytest.raises(Unredacted, match="unsupported"):
        redactor.compare((PDF, _contract()), ("audio/ogg", b""))
