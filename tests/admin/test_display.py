"""Text from a stranger on a reviewer's terminal: nothing hidden, nothing obeyed, nothing ambiguous."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.display import PLAIN, Paint, folded, paint_for, visible, visible_block, visible_lines


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("attack", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x1b[2J\x1b[H", "\\x1b[2J\\x1b[H"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202egnp.exe", "a\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("zero\u200bwidth\u200d\ufeff", "zero\\u200bwidth\\u200d\\ufeff"),
        ("\U000e0041\U000e007f", "\\U000e0041\\U000e007f"),
        ("soft\u00adhyphen", "soft\\xadhyphen"),
        ("fill\u3164er\u115f", "fill\\u3164er\\u115f"),
        ("private\ue000 \U0010fffe", "private\\ue000 \\U0010fffe"),
        ("line\u2028sep\u2029", "line\\u2028sep\\u2029"),
        ("back\x08space\x7f\t", "back\\x08space\\x7f\\x09"),
        ("over\rwrite", "over\\x0dwrite"),
        ("nul\0", "nul\\x00"),
    ],
)
def test_terminal_escape_and_hidden_character_injection(attack: str, shown: str) -> None:
    assert visible_block(attack) == shown


def test_a_source_cannot_forge_our_escapes() -> None:
    assert visible("\\u202e") == "\\x5cu202e"
    assert visible("\\x5c") == "\\x5cx5c"
    assert visible("C:\\Users\\ana") == "C:\\Users\\ana"


def test_ordinary_writing_is_left_alone() -> None:
    text = "¿Quién los ve? «modo pausa» — 1.200 €\nМы, 私たち, שלום, ❤️"
    assert visible_block(text) == text


def test_windows_line_ends_are_line_ends() -> None:
    assert visible_block("a\r\nb") == "a\nb"
    assert visible("a\nb") == "a\\x0ab"


def test_a_pile_of_combining_marks_does_not_cover_other_lines() -> None:
    shown = visible_block("e" + "\u0301" * 40)
    assert shown.startswith("e" + "\u0301" * 4 + "\\u0301")
    assert visible_block("e\u0301") == "e\u0301"


def test_escapes_stand_out_on_a_terminal() -> None:
    assert visible("a\u202eb", Paint(True)) == "a\x1b[7m\\u202e\x1b[0mb"


@given(st.text())
def test_only_what_draws_gets_through(text: str) -> None:
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not {char for char in visible(text) if unicodedata.category(char) in hidden}
    assert not {char for char in visible_block(text) if unicodedata.category(char) in hidden} - {"\n"}


@given(st.text(), st.text())
def test_two_texts_never_look_the_same(one: str, other: str) -> None:
    if one.replace("\r\n", "\n") != other.replace("\r\n", "\n"):
        assert visible_block(one) != visible_block(other)


def test_colour_is_only_for_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert paint_for(Terminal()).on
    assert not paint_for(io.StringIO()).on
    monkeypatch.setenv("NO_COLOR", "1")
    assert not paint_for(Terminal()).on
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not paint_for(Terminal()).on
    assert PLAIN.alarm("x") == "x"


def test_sentences_are_folded_on_a_terminal_only() -> None:
    sentence = "word " * 30 + "/a/path/" + "x" * 90
    assert folded(sentence, io.StringIO()) == sentence
    lines = folded(sentence, Terminal()).split("\n")
    assert lines[-1] == "/a/path/" + "x" * 90
    assert all(len(line) <= 79 for line in lines[:-1])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("uno dos tres cuatro cinco", ["uno dos tres ", "cuatro cinco"]),
        ("0123456789abcdef 0123", ["0123456789abcdef ", "0123"]),
        ("0123456789abcdef  0123", ["0123456789abcdef ", " 0123"]),
        ("0123456789abcdefghij", ["0123456789abcdef", "ghij"]),
        ("a 0123456789abc\U000e0041", ["a ", "0123456789abc", "\\U000e0041"]),
        (" " * 40, [" " * 17, " " * 17, " " * 6]),
        ("", [""]),
        ("\n\n", ["", "", ""]),
    ],
)
def test_lines_are_broken_between_words_where_there_are_any(text: str, lines: list[str]) -> None:
    assert visible_lines(text, PLAIN, 16) == lines


@given(st.text(), st.integers(16, 40))
def test_a_broken_line_loses_nothing_and_fits(text: str, columns: int) -> None:
    whole = visible_lines(text)
    broken = visible_lines(text, PLAIN, columns)
    assert "".join(broken) == "".join(whole)
    assert all(len(line) <= columns + line.endswith(" ") for line in broken)
