"""What every command is given: where, when, and how to speak with the person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from admin.display import Paint, folded, terminal_columns
from admin.errors import Idle
from admin.home import Home, open_home
from admin.keys.passphrase import Ask
from admin.words import tr, trn
from crypto.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol, TextIO, TypeVar, cast

    from admin.keys.keyring import KeyRing

    T = TypeVar("T")

    class Hears(Protocol):
        """Who hears what is said in passing, where a screen is drawn and nobody may print."""

        def warn(self, sentence: str) -> None: ...

        def working(self, what: str, done: int, total: int) -> None: ...
else:  # `typing` is not loaded for a cast

    def cast(_kind: object, value: object) -> object:
        return value


_AT_ONCE = 0.3
"""Seconds in which nobody types a line."""


class Context(Record):
    """What a command is given besides its arguments. `terminal`: a person is there to ask; `typed`: the
    passphrase is asked there. In a session, `held` are its keys, `known` what was worked out
    before; `perform` runs another command with them; who types nothing for `idle` seconds is gone. Where a
    full screen is drawn, it `hears` what is said in passing.
    """

    home: Path
    today: date
    out: TextIO
    err: TextIO
    stdin: TextIO
    terminal: bool
    typed: bool
    paint: Paint
    paint_err: Paint
    ask: Ask
    work_factor: int
    held: KeyRing | None = None
    perform: Callable[[Sequence[str], KeyRing, float | None], int] | None = None
    known: dict[object, object] | None = None
    idle: float | None = None
    hears: Hears | None = None

    def once(self, key: object, make: Callable[[], T]) -> T:
        """What `make` returns; in a session, what it returned for this key before."""
        if self.known is None:
            return make()
        if key not in self.known:
            self.known[key] = make()
        return cast("T", self.known[key])

    def say(self, *lines: str) -> None:
        """Lines as they are: a source's text, a table, words to be copied."""
        for line in lines:
            print(line, file=self.out)

    def tell(self, *sentences: str) -> None:
        """Our own sentences, folded for a terminal."""
        self.say(*(folded(sentence, self.out) for sentence in sentences))

    def warn(self, sentence: str) -> None:
        if self.hears is not None:
            self.hears.warn(sentence)
            return
        self.out.flush()  # the finding comes after what it is about
        print(self.paint_err.alarm(folded("! " + sentence, self.err)), file=self.err)

    def note(self, sentence: str) -> None:
        print(folded(sentence, self.err), file=self.err)

    @property
    def columns(self) -> int:
        """How wide the terminal is; 80 where the output is none, because a pager may come behind it."""
        return terminal_columns() if self.out.isatty() else 80

    def progress(self, done: int, total: int) -> None:
        self.working(tr("Sealing secrets under the passphrase"), done, total)

    def working(self, what: str, done: int, total: int) -> None:
        """One line on a terminal, rewritten; silence elsewhere."""
        if self.hears is not None:
            self.hears.working(what, done, total)
            return
        if self.err.isatty() and total:
            end = "\n" if done == total else ""
            print(
                "\r" + tr("{what}: {done} of {total}", what=what, done=done, total=total),
                end=end,
                file=self.err,
                flush=True,
            )

    def confirm(self, question: str) -> bool:
        """Whether the person says yes: in the language that is spoken, or in English."""
        print(folded(f"{question} {tr('[y/N]')}", self.err), end=" ", file=self.err, flush=True)
        return self._typed().lower() in {"y", "yes", *tr("y yes").split()}

    def type_line(self, question: str) -> str:
        """One line that the person types, or that a script gives."""
        print(folded(question, self.err), end=" ", file=self.err, flush=True)
        return self._typed()

    def type_text(self, question: str) -> str:
        """As `type_line`, with the lines that follow at once: a text with several was pasted, and the second
        must not be taken for a command.
        """
        lines = [self.type_line(question)]
        if self.terminal:
            import select  # noqa: PLC0415 -- only where somebody writes

            while select.select([self.stdin], [], [], _AT_ONCE)[0] and (line := self.stdin.readline()):
                lines.append(line.strip())
        return "\n".join(lines).strip()

    def type_word(self, question: str, word: str) -> bool:
        """Whether the person typed this very word, in the language that is spoken or in English: for what a
        habitual y must not do.
        """
        print(folded(question, self.err), end=" ", file=self.err, flush=True)
        return self._typed().lower() in {word, tr(word)}

    def _typed(self) -> str:
        """A line. Raises `Idle` in a session whose person has gone away from a question."""
        if self.idle is not None and self.terminal:
            import select  # noqa: PLC0415 -- only in a session

            if not select.select([self.stdin], [], [], self.idle)[0]:
                raise Idle
        return self.stdin.readline().strip()

    def ring(self) -> KeyRing:
        """For a command that opens something: the session's, or one that asks."""
        if self.held is not None:
            self.held.forget_opened()
            return self.held
        from admin.keys.keyring import KeyRing  # noqa: PLC0415 -- with it comes the cryptography

        return KeyRing(
            self.ask, may_retry=self.typed, notify=self.note if self.terminal else lambda _line: None
        )

    def open_home(self, *, create: bool = False) -> tuple[Home, date]:
        """The home, and the newest day it was used on; warns if that is later than today."""
        home = open_home(self.home, create=create)
        if home.resealed.is_dir() and self.held is None:
            from admin.keys.resealing import finish  # noqa: PLC0415 -- after an interruption alone

            with home.lock():
                if home.resealed.is_dir():  # it may have been about to end by itself
                    finish(home)
            self.note(tr("The change of the passphrase, which was interrupted, is done: the new one opens."))
        newest = home.newest_day(self.today)
        if left := home.sweep():
            self.note(
                tr(
                    "What a killed command left half written was removed: {counted}.",
                    counted=trn("{n} file or folder", "{n} files or folders", left),
                )
            )
        if newest > self.today:
            self.warn(
                tr(
                    "The clock says {today} (UTC), but this home was used on {newest}: set the clock right.",
                    today=self.today,
                    newest=newest,
                )
            )
        return home, newest


def count(number: int, noun: str) -> str:
    """A number and its noun, for a sentence."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
