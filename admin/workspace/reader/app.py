"""The program: listens to keys and the mouse, hands jobs to the engine, and shows what comes out."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from typing import Any

from textual import events
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from admin.display import Paint
from admin.words import tr
from admin.workspace.reader import rows
from admin.workspace.reader.arranging import ALONE, shared
from admin.workspace.reader.drop import PANES
from admin.workspace.reader.engine import Engine, News, Progress
from admin.workspace.reader.inert import Inert
from admin.workspace.reader.jobs import ACTS, Jobs, Listed
from admin.workspace.reader.keys import ASKS, BY_NAME, HINTS, TITLES, help_lines
from admin.workspace.reader.lines import folded
from admin.workspace.reader.screen import MARGIN, Desk, Lines

IDLE, ENDED, LEFT, BROKEN = "idle", "ended", "left", "broken"
"""How it ends: nobody typed; a shutdown or a closed terminal; the person left; a mistake of ours."""

_LOOK = 0.5
"""Seconds between two looks at the clock and at signals."""

_CALM = 0.2
"""Seconds without another size before the panes are laid out anew."""


class _Told(Message):
    """News of the engine."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news


class Reader(Inert, inherit_bindings=False):
    """`jobs` are what the engine is given. Who presses no key for `idle` seconds by `clock` is gone."""

    def __init__(
        self,
        jobs: Jobs,
        *,
        paint: Paint,
        idle: float | None,
        clock: Callable[[], float],
        passphrase: bytes | None = None,
        asks: bool = True,
        said: str = "",
    ) -> None:
        """`passphrase` is tried first, if one is needed; `asks`: then it is asked for here. `said` is shown
        at first.
        """
        super().__init__()
        self.engine = Engine(self._post)
        self.jobs = jobs
        jobs.hear(self.engine)
        self._paint = paint
        self._idle = idle
        self._clock = clock
        self._first = passphrase
        self._asks = asks
        self._said = said
        self.wrong = ""
        """What nobody was told on the screen."""
        self._pressed = clock()
        self._signal = False
        self._listed = Listed((), "", "")
        self._open: str | None = None
        self._laid_out = 0
        self._resized: Timer | None = None
        self._active = "list"
        self._helping = False
        self._answer: Callable[[str], None] | None = None
        self.desk = Desk(self._line)

    # Beginning and end

    def get_default_screen(self) -> Screen[Any]:
        return self.desk

    def on_mount(self) -> None:
        if signal.getsignal(signal.SIGTSTP) is not signal.SIG_DFL:  # the driver's; a stopped one never locks
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self.set_interval(_LOOK, self._look)
        self._arrange()
        self.desk.head.say("Silbo")
        if not self.jobs.locked:
            self.engine.do(self.jobs.listed, self._begin)
        elif self._first is not None:
            self._unlock(self._first)
            self._first = None
        else:
            self._ask_passphrase(self._said)

    def end_by_signal(self, *_: object) -> None:
        """The handler of a signal."""
        self._signal = True

    def _look(self) -> None:
        if self._signal:
            self.exit(ENDED)
        elif self.engine.busy:
            self._pressed = self._clock()
        elif self._idle is not None and self._clock() - self._pressed > self._idle:
            self.exit(IDLE)

    # Jobs

    def _post(self, news: News) -> None:
        try:
            self.post_message(_Told(news))
        except RuntimeError:  # the loop has ended meanwhile
            return

    def _do(self, what: str, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        self.desk.message.say(what)
        self.engine.do(job, then)

    def on__told(self, message: _Told) -> None:
        news = message.news
        if isinstance(news, Progress):
            far = f": {news.done} / {news.total}" if news.total else ""
            self.desk.message.say(tr("{what}   (Esc stops)", what=news.what + far))
            return
        self.engine.busy -= 1
        if news.bug is not None:
            self.bug = news.bug
            self.exit(BROKEN)
            return
        why = tr("Stopped.") if news.stopped else news.wrong
        self.desk.message.say("\n".join([*news.told, *([why] if why else [])]))
        if why is None:
            news.then(news.result)
        elif self.jobs.locked:
            if self._asks:
                self._ask_passphrase(self.desk.message.said)
            else:
                self.wrong = why
                self.exit(ENDED)

    # The passphrase

    def _ask_passphrase(self, why: str) -> None:
        self.desk.message.say(why)
        self._ask(tr("Passphrase:"), lambda typed: self._unlock(typed.encode()), secret=True)

    def _unlock(self, passphrase: bytes) -> None:
        if passphrase:
            self._do(tr("Unlocking..."), lambda: self.jobs.unlock(passphrase), self._unlocked)
        else:
            self._ask_passphrase("")

    def _unlocked(self, soon: str | None) -> None:
        self._said = "\n".join(part for part in (self.desk.message.said, soon) if part)
        self.engine.do(self.jobs.listed, self._first_listed)

    def _begin(self, listed: Listed) -> None:
        """The first list of what was unlocked before; then what is not in the index yet is read."""
        self._first_listed(listed)
        if self.jobs.behind:
            self._do(tr("Looking..."), self.jobs.reload, self._first_listed)

    def _first_listed(self, listed: Listed) -> None:
        self._list(listed)
        self.desk.message.say("\n".join(part for part in (self._said, self.desk.message.said) if part))

    # The list

    def _load(self) -> None:
        self.engine.do(self.jobs.listed, self._list)

    def _list(self, listed: Listed) -> None:
        chosen, choice = self._chosen(), self.desk.choice
        self._listed = listed
        drops = [row.drop for row in listed.rows]
        choice.choose_from(len(drops), drops.index(chosen) if chosen in drops else 0)
        self.desk.head.say(f"Silbo   {listed.counts}   {listed.which}")

    @property
    def _columns(self) -> int:
        return max(self.size.width - MARGIN, 1)

    def _line(self, number: int, columns: int) -> str:
        return rows.line(self._listed.rows[number], columns, self._paint)

    def _chosen(self) -> str | None:
        """The id of the drop that is chosen in the list."""
        return self._listed.rows[self.desk.choice.chosen].drop if self._listed.rows else None

    # A drop

    def _show(self, drop: str, panes: Mapping[str, list[str]], *, again: bool = False) -> None:
        self._open = drop
        for name, lines in panes.items():
            self.desk.panes[name].show(lines, keep=again)
        if again:
            self._arrange()
        else:
            self._activate("text")
            self._load()

    def _lay_out(self) -> None:
        if (drop := self._open) is not None:
            columns = self._laid_out = self._columns
            job = lambda: self.jobs.lay_out(columns, self._paint)  # noqa: E731 -- a line is enough
            self.engine.do(job, lambda panes: self._show(drop, panes, again=True))

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()
        if self._resized is not None:
            self._resized.stop()
        self._resized = self.set_timer(_CALM, self._calm)

    def _calm(self) -> None:
        if self._columns != self._laid_out:
            self._lay_out()

    # What is seen

    def _activate(self, name: str) -> None:
        self._active = name
        self._arrange()

    def _arrange(self) -> None:
        """Which parts are seen, and how much of the screen each gets."""
        desk, shares = self.desk, ALONE
        if self._open is not None:
            counts = {name: desk.panes[name].count() for name in PANES}
            shares = shared(self.size.height, self._active, self._pane(), counts)
        for part in (desk.choice, *desk.panes.values()):
            name = str(part.id)
            part.display = name in shares and not self._helping
            part.styles.height = shares.get(name, "1fr")
            part.activate(name == self._active and not self._helping)
            hidden = [tr(TITLES[each]) for each in PANES if each != name and each not in shares]
            part.beside = "   |   " + "   ".join(hidden) if hidden else ""
        desk.help_part.display = self._helping
        desk.help_part.show(folded(help_lines(), self._columns), keep=True)
        desk.keys.say(tr(HINTS["help" if self._helping else "list" if self._active == "list" else "pane"]))

    def _pane(self) -> str:
        """The pane below the list: the active one, or the last that was."""
        shown = [name for name in PANES if self.desk.panes[name].display]
        return self._active if self._active in PANES else shown[0] if shown else "text"

    @property
    def _part(self) -> Lines:
        if self._helping:
            return self.desk.help_part
        return self.desk.choice if self._active == "list" else self.desk.panes[self._active]

    # Typing

    def _ask(
        self, question: str, answer: Callable[[str], None], *, secret: bool = False, given: str = ""
    ) -> None:
        self._answer = answer
        self.desk.keys.display = False
        self.desk.field.ask(question, secret=secret, given=given)

    def _answered(self, *, given_up: bool = False) -> None:
        answer, self._answer = self._answer, None
        typed = self.desk.field.close()
        self.desk.keys.display = True
        if answer is not None and not given_up:
            self.desk.message.say("")
            answer(typed)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._pressed = self._clock()
        if self._answer is not None:
            self.desk.field.insert(event.text)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self._pressed = self._clock()
        if self._answer is None:
            does = BY_NAME.get(event.key) or BY_NAME.get(event.character or "")
            if does in ACTS and does in ASKS:
                self._ask_and_act(does)
            elif does is not None:
                getattr(self, f"_press_{does}")(event.key)
        elif event.key == "enter":
            self._answered()
        elif event.key in {"escape", "ctrl+c"}:
            if self.jobs.locked:
                self.exit(LEFT)
            self._answered(given_up=True)
        elif event.is_printable and event.character is not None:
            self.desk.field.insert(event.character)
        else:
            self.desk.field.press(event.key)

    def _press_up(self, _: str) -> None:
        self._part.move(-1)

    def _press_down(self, _: str) -> None:
        self._part.move(1)

    def _press_page_up(self, _: str) -> None:
        self._part.move(-self._part.room)

    def _press_page_down(self, _: str) -> None:
        self._part.move(self._part.room)

    def _press_first(self, _: str) -> None:
        self._part.move(-self._part.count())

    def _press_last(self, _: str) -> None:
        self._part.move(self._part.count())

    def _press_open(self, _: str) -> None:
        drop = self._chosen()
        if self._helping or self._active != "list" or drop is None:
            return
        if self.engine.busy:
            self.desk.message.say(tr("Still at work; Esc stops it."))
            return
        columns = self._laid_out = self._columns
        job = lambda: self.jobs.open(drop, columns, self._paint)  # noqa: E731 -- a line is enough
        self._do(tr("Opening the drop..."), job, lambda panes: self._show(drop, panes))

    def _press_next_pane(self, _: str) -> None:
        self._step(1)

    def _press_previous_pane(self, _: str) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._open is not None and not self._helping:
            names = ("list", *PANES)
            self._activate(names[(names.index(self._active) + by) % len(names)])

    def _press_pane(self, key: str) -> None:
        if self._open is not None and not self._helping:
            self._activate(PANES[int(key) - 1])

    def _press_back(self, _: str) -> None:
        if self.engine.busy:
            self.engine.stop()
        elif self._helping:
            self._press_help("")
        else:
            self.desk.message.say("")
            self._activate("list")

    def _press_search(self, _: str) -> None:
        self._ask(
            tr(ASKS["search"]),
            lambda typed: self._do(tr("Searching..."), lambda: self.jobs.search(typed), self._found),
        )

    def _press_filter(self, _: str) -> None:
        self._ask(
            tr(ASKS["filter"]), lambda typed: self._do("", lambda: self.jobs.filtered(typed), self._found)
        )

    def _press_all(self, _: str) -> None:
        self._do("", self.jobs.all, self._found)

    def _press_reload(self, _: str) -> None:
        self._do(tr("Looking..."), self.jobs.reload, self._found)

    def _found(self, listed: Listed) -> None:
        self._list(listed)
        self._activate("list")

    def _press_flag(self, _: str) -> None:
        self._act("flag", "")

    def _ask_and_act(self, kind: str) -> None:
        if self._subject() is not None:
            self._ask(tr(ASKS[kind]), lambda typed: self._act(kind, typed))

    def _subject(self) -> str | None:
        """The drop that a key is about: the one that is read, or the one that is chosen."""
        return self._chosen() if self._active == "list" else self._open

    def _act(self, kind: str, typed: str) -> None:
        if (drop := self._subject()) is not None and not self._helping:
            self._do("", lambda: self.jobs.act(kind, drop, typed), self._acted)

    def _acted(self, listed: Listed) -> None:
        self._list(listed)
        self._lay_out()

    def _press_help(self, _: str) -> None:
        self._helping = not self._helping
        self._arrange()

    def _press_quit(self, _: str) -> None:
        if self._helping:
            self._press_help("")
        else:
            self.exit(LEFT)

    # The mouse

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self._pressed = self._clock()
        part = event.widget
        if not isinstance(part, Lines) or self._answer is not None or self._helping:
            return
        self._activate(str(part.id))
        if part is self.desk.choice:
            at = self.desk.choice.at(event.screen_y - part.region.y)
            if at is not None:
                again = at == self.desk.choice.chosen
                self.desk.choice.move(at - self.desk.choice.chosen)
                if again or event.chain > 1:
                    self._press_open("")
