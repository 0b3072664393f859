"""Whoever asks for the words in pictures is told where nothing reads them, and what it takes."""

import io

import pytest
import segno

from admin.workspace.second_file import marker


@pytest.mark.parametrize(("asked", "reads"), [(True, False), (True, True), (False, False)])
def test_where_words_in_pictures_can_not_be_read_that_is_said(
    asked: bool, reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("scrub.mark_reader.can_read", lambda: reads)
    with marker(said.append, read=asked):
        pass
    assert [("tesseract-ocr-eng" in each) for each in said] == [True] * (asked and not reads)


def test_where_the_process_for_words_does_not_start_what_was_found_without_it_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing was said of a square code that names somebody, nor of any later file."""
    said: list[str] = []
    square = io.BytesIO()
    segno.make("copy 17").save(square, kind="png", scale=6)
    monkeypatch.setattr("scrub.mark_reader.can_read", lambda: True)
    monkeypatch.setattr("scrub.mark_reader.OCR", ("-c", "raise SystemExit(1)"))
    with marker(said.append, read=True) as look:
        found = [look("image/png", square.getvalue()) for _ in range(2)]
    assert [[mark.kind for mark in each.marks] for each in found] == [["code"], ["code"]]
    assert not any(each.complete for each in found)
    assert [each for each in said if "read" in each and "tesseract-ocr-eng" in each] == said[-1:]
