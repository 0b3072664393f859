"""Whoever asks for the words in pictures is told where nothing reads them, and what it takes."""

import pytest

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
