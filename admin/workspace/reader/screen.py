"""What is drawn: lines in parts of the screen, one below the other, and a field to type in.

Each part draws strips of its own lines: Textual is given no text that it could take for markup, links or
styles. Every row reaches to the right edge and has nothing beside it, because terminals don't agree how wide
some letters are, and some reorder a row for letters that run from right to left (docs/adr/0193). So a row
first wipes itself (`_WIPE`), then says what it has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from admin.words import tr
from admin.workspace.reader import rows
from admin.workspace.reader.drop import PANES
from admin.workspace.reader.keys import TITLES
from admin.workspace.reader.lines import cut, folded, padded, spans, width

_WIPE = "\x1b[K"
"""ECMA-48 EL: erases to the end of the row. Textual counts two columns for it, which stay free at its end."""

MARGIN = 2
"""Columns of `_WIPE`."""

_STYLES = {
    "": Style(),
    "bold": Style(bold=True),
    "dim": Style(dim=True),
    "good": Style(color="green"),
    "alarm": Style(bold=True, color="red"),
    "escape": Style(reverse=True),
}
_MOST_ROWS = 5
"""Of a bar."""

_HEAD, _CHOSEN, _CURSOR = Style(reverse=True), Style(reverse=True), Style(reverse=True)
_TITLE, _ACTIVE = Style(underline=True), Style(bold=True, underline=True)


class Part(Widget):
    """Rows of the screen. A subclass says what stands in each."""

    DEFAULT_CSS = "Part { height: 1; width: 100%; background: ansi_default; color: ansi_default; }"
    can_focus = False

    def row(self, number: int, columns: int) -> list[Segment]:
        """The segments of one row, for so many columns."""
        raise NotImplementedError

    @property
    def columns(self) -> int:
        return max(self.size.width - MARGIN, 1)

    def render_line(self, y: int) -> Strip:
        segments = [Segment(_WIPE), *self.row(y, self.columns)]
        return Strip(segments).adjust_cell_length(self.size.width)


def _painted(line: str, base: Style) -> list[Segment]:
    return [Segment(text, base + _STYLES[style]) for style, text in spans(line)]


class Bar(Part):
    """Rows of ours: a title, a message, the keys. As many as the words need."""

    def __init__(self, *, id: str, strong: bool = False) -> None:
        super().__init__(id=id)
        self._line = ""
        self._style = _HEAD if strong else Style()

    def say(self, line: str) -> None:
        if line != self._line:
            self._line = line
            self.on_resize()
            self.refresh()

    @property
    def said(self) -> str:
        return self._line

    def on_resize(self) -> None:
        self.styles.height = min(max(len(self._rows(self.columns)), 1), _MOST_ROWS)

    def _rows(self, columns: int) -> list[str]:
        return folded(self._line.split("\n"), columns)

    def row(self, number: int, columns: int) -> list[Segment]:
        lines = self._rows(columns)
        return _painted(padded(lines[number], columns) if number < len(lines) else "", self._style)


class Lines(Part):
    """A title, and lines of which as many are shown as there is room for."""

    DEFAULT_CSS = "Lines { height: 1fr; }"

    def __init__(self, *, id: str, title: str) -> None:
        super().__init__(id=id)
        self.title = title
        self.beside = ""
        """Of parts that are not seen now: how to get there."""
        self.active = False
        self.top = 0
        self._lines: Sequence[str] = ()

    def show(self, lines: Sequence[str], *, keep: bool = False) -> None:
        """Other lines; with `keep`, at the same place, as far as there is one."""
        self._lines = lines
        self.top = self.top if keep else 0
        self.scroll_by(0)

    @property
    def lines(self) -> Sequence[str]:
        return self._lines

    @property
    def room(self) -> int:
        """How many lines are seen at once."""
        return max(self.size.height - 1, 1)

    def count(self) -> int:
        return len(self._lines)

    def scroll_by(self, lines: int) -> None:
        self.top = max(min(self.top + lines, self.count() - self.room), 0)
        self.refresh()

    def move(self, lines: int) -> None:
        self.scroll_by(lines)

    def activate(self, active: bool) -> None:
        if active != self.active:
            self.active = active
            self.refresh()

    def row(self, number: int, columns: int) -> list[Segment]:
        if number == 0:
            return _painted(padded(self._heading(columns), columns), _ACTIVE if self.active else _TITLE)
        at = self.top + number - 1
        return [] if at >= self.count() else self.body(at, columns)

    def body(self, at: int, columns: int) -> list[Segment]:
        return _painted(self._lines[at], Style())

    def _heading(self, columns: int) -> str:
        last = min(self.top + self.room, self.count())
        where = f" {self.top + 1}-{last} / {self.count()}" if self.count() > self.room else ""
        mark = ">" if self.active else " "
        return cut(f"{mark} {self.title}{where}{self.beside}", columns)

    def on_resize(self) -> None:
        self.scroll_by(0)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_by(-3)


class Choice(Lines):
    """Lines of which one is chosen; each is made when it is shown, because there may be 100,000."""

    def __init__(self, *, id: str, line: Callable[[int, int], str]) -> None:
        super().__init__(id=id, title="")
        self._line = line
        self._count = 0
        self.chosen = 0

    def choose_from(self, count: int, chosen: int) -> None:
        self._count = count
        self.chosen = max(min(chosen, count - 1), 0)
        self.move(0)

    def count(self) -> int:
        return self._count

    def move(self, lines: int) -> None:
        self.chosen = max(min(self.chosen + lines, self._count - 1), 0)
        self.top = max(min(self.top, self.chosen), self.chosen - self.room + 1)
        self.scroll_by(0)

    def on_resize(self) -> None:
        self.move(0)

    def body(self, at: int, columns: int) -> list[Segment]:
        here = at == self.chosen
        line = (">" if here else " ") + self._line(at, columns - 1)
        if here:  # the whole row, also for who sees no colour
            line += " " * (columns - width(line))
        return _painted(line, _CHOSEN if here else Style())

    def _heading(self, columns: int) -> str:
        return (">" if self.active else " ") + rows.title(columns - 1)

    def at(self, y: int) -> int | None:
        """Which line stands in a row of this part."""
        found = self.top + y - 1
        return found if y > 0 and found < self._count else None


class Field(Part):
    """A line to type in, behind a question; what is secret is shown as stars. It has no memory of its own, no
    clipboard and no completion.
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.question = ""
        self._secret = False
        self._typed: list[str] = []
        self._at = 0
        self._most = 0

    def ask(self, question: str, *, secret: bool = False, given: str = "", most: int = 1024) -> None:
        self.question, self._secret, self._most = question, secret, most
        self._typed = list(given)
        self._at = len(self._typed)
        self.display = True
        self.refresh()

    def close(self) -> str:
        """What was typed; the field forgets it."""
        typed = "".join(self._typed)
        self._typed, self._at, self.question = [], 0, ""
        self.display = False
        return typed

    def insert(self, text: str) -> None:
        """Letters that were typed or pasted; what draws nothing is left out."""
        fresh = [char for char in text if char.isprintable()][: self._most - len(self._typed)]
        self._typed[self._at : self._at] = fresh
        self._at += len(fresh)
        self.refresh()

    def press(self, key: str) -> None:
        """A key that is no letter."""
        match key:
            case "backspace" if self._at:
                self._at -= 1
                del self._typed[self._at]
            case "delete" | "ctrl+d":
                del self._typed[self._at : self._at + 1]
            case "ctrl+u":
                del self._typed[: self._at]
                self._at = 0
            case "ctrl+k":
                del self._typed[self._at :]
            case "ctrl+w":
                rest = "".join(self._typed[: self._at]).rstrip()
                kept = rest.rfind(" ") + 1
                del self._typed[kept : self._at]
                self._at = kept
            case "left":
                self._at = max(self._at - 1, 0)
            case "right":
                self._at = min(self._at + 1, len(self._typed))
            case "home" | "ctrl+a":
                self._at = 0
            case "end" | "ctrl+e":
                self._at = len(self._typed)
        self.refresh()

    def row(self, number: int, columns: int) -> list[Segment]:
        shown = ["*"] * len(self._typed) if self._secret else self._typed
        head = cut(f"{self.question} ", max(columns - 8, 1))
        before, rest = "".join(shown[: self._at]), shown[self._at :]
        room = columns - width(head) - 1
        while before and width(before) > room - 4:
            before = before[1:]
        under, after = (rest[0], "".join(rest[1:])) if rest else (" ", "")
        after = cut(after, max(room - width(before) - width(under), 0))
        return [
            Segment(head, _STYLES["bold"]),
            Segment(before, Style()),
            Segment(under, _CURSOR),
            Segment(after, Style()),
        ]


class Desk(Screen[None], inherit_bindings=False):
    """All parts, from the top: title, list, panes or help, message or field, keys."""

    DEFAULT_CSS = """
    Desk { layout: vertical; background: ansi_default; color: ansi_default; overflow: hidden; }
    Desk .gone { display: none; }
    """
    ALLOW_SELECT = False

    def __init__(self, line: Callable[[int, int], str]) -> None:
        super().__init__()
        self.head = Bar(id="head", strong=True)
        self.choice = Choice(id="list", line=line)
        self.panes = {name: Lines(id=name, title=tr(TITLES[name])) for name in PANES}
        self.help_part = Lines(id="help", title=tr(TITLES["help"]))
        self.message = Bar(id="message")
        self.field = Field(id="field")
        self.keys = Bar(id="keys")
        self.field.display = self.help_part.display = False

    def compose(self) -> ComposeResult:
        yield from (self.head, self.choice, *self.panes.values(), self.help_part)
        yield from (self.message, self.field, self.keys)
