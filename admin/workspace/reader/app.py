"""The program: listens to keys and the mouse, hands jobs to the engine, and shows what comes out.

What a key does is in `admin.workspace.reader.pressed`, what is seen in `admin.workspace.reader.seen`.
"""

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
from admin.workspace.reader.engine import Engine, News, Progress
from admin.workspace.reader.inert import Inert
from admin.workspace.reader.jobs import Jobs, Listed
from admin.workspace.reader.pressed import Pressed
from admin.workspace.reader.screen import Desk, Lines
from admin.workspace.reader.seen import Seen

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
        self.drop: str | None = None
        """The drop that is in the panes."""
        self._laid_out = 0
        self._resized: Timer | None = None
        self._answer: Callable[[str], None] | None = None
        self.desk = Desk(self._line)
        self.seen = Seen(self.desk)
        self._keys = Pressed(self)

    # Beginning and end

    def get_default_screen(self) -> Screen[Any]:
        return self.desk

    def on_mount(self) -> None:
        if signal.getsignal(signal.SIGTSTP) is not signal.SIG_DFL:  # the driver's; a stopped one never locks
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self.set_interval(_LOOK, self._look)
        self.seen.arrange()
        self.desk.head.say("Silbo")
        if not self.jobs.locked:
            self.engine.do(self.jobs.listed, self._begin)
        elif self._first is not None:
            self._unlock(self._first)
            self._first = None
        else:
            self._ask_passphrase(self._said)

    def leave(self) -> None:
        """The person goes."""
        self.exit(LEFT)

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

    def do(self, what: str, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
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
        self.ask(tr("Passphrase:"), lambda typed: self._unlock(typed.encode()), secret=True)

    def _unlock(self, passphrase: bytes) -> None:
        if passphrase:
            self.do(tr("Unlocking..."), lambda: self.jobs.unlock(passphrase), self._unlocked)
        else:
            self._ask_passphrase("")

    def _unlocked(self, soon: str | None) -> None:
        self._said = "\n".join(part for part in (self.desk.message.said, soon) if part)
        self.engine.do(self.jobs.listed, self._first_listed)

    def _begin(self, listed: Listed) -> None:
        """The first list of what was unlocked before; then what is not in the index yet is read."""
        self._first_listed(listed)
        if self.jobs.behind:
            self.do(tr("Looking..."), self.jobs.reload, self._first_listed)

    def _first_listed(self, listed: Listed) -> None:
        self.show_list(listed)
        self.desk.message.say("\n".join(part for part in (self._said, self.desk.message.said) if part))

    # The list

    def _load(self) -> None:
        self.engine.do(self.jobs.listed, self.show_list)

    def show_list(self, listed: Listed) -> None:
        chosen, choice = self.chosen(), self.desk.choice
        self._listed = listed
        drops = [row.drop for row in listed.rows]
        choice.choose_from(len(drops), drops.index(chosen) if chosen in drops else 0)
        self.desk.head.say(f"Silbo   {listed.counts}   {listed.which}")

    def _line(self, number: int, columns: int) -> str:
        return rows.line(self._listed.rows[number], columns, self._paint)

    def chosen(self) -> str | None:
        """The id of the drop that is chosen in the list."""
        return self._listed.rows[self.desk.choice.chosen].drop if self._listed.rows else None

    # A drop

    def open_chosen(self) -> None:
        """Opens the drop that is chosen in the list, unless something is at work."""
        drop = self.chosen()
        if drop is None:
            return
        if self.engine.busy:
            self.desk.message.say(tr("Still at work; Esc stops it."))
            return
        columns = self._laid_out = self.seen.columns
        job = lambda: self.jobs.open(drop, columns, self._paint)  # noqa: E731 -- a line is enough
        self.do(tr("Opening the drop..."), job, lambda panes: self._show(drop, panes))

    def _show(self, drop: str, panes: Mapping[str, list[str]], *, again: bool = False) -> None:
        self.drop = drop
        self.seen.of_drop = True
        for name, lines in panes.items():
            self.desk.panes[name].show(lines, keep=again)
        if again:
            self.seen.arrange()
        else:
            self.seen.activate("text")
            self._load()

    def lay_out(self) -> None:
        if (drop := self.drop) is not None:
            columns = self._laid_out = self.seen.columns
            job = lambda: self.jobs.lay_out(columns, self._paint)  # noqa: E731 -- a line is enough
            self.engine.do(job, lambda panes: self._show(drop, panes, again=True))

    def on_resize(self, event: events.Resize) -> None:
        self.seen.arrange()
        if self._resized is not None:
            self._resized.stop()
        self._resized = self.set_timer(_CALM, self._calm)

    def _calm(self) -> None:
        if self.seen.columns != self._laid_out:
            self.lay_out()

    # Typing

    def ask(
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
            self._keys.press(event.key, event.character or "")
        elif event.key == "enter":
            self._answered()
        elif event.key in {"escape", "ctrl+c"}:
            if self.jobs.locked:
                self.leave()
            self._answered(given_up=True)
        elif event.is_printable and event.character is not None:
            self.desk.field.insert(event.character)
        else:
            self.desk.field.press(event.key)

    # The mouse

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self._pressed = self._clock()
        part = event.widget
        if not isinstance(part, Lines) or self._answer is not None or self.seen.helping:
            return
        self.seen.activate(str(part.id))
        if part is self.desk.choice:
            at = self.desk.choice.at(event.screen_y - part.region.y)
            if at is not None:
                again = at == self.desk.choice.chosen
                self.desk.choice.move(at - self.desk.choice.chosen)
                if again or event.chain > 1:
                    self.open_chosen()
