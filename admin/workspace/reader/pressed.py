"""What each key of the reader does; which key it is, is in `admin.workspace.reader.keys`."""

from __future__ import annotations

from admin.words import tr
from admin.workspace.reader.drop import PANES
from admin.workspace.reader.jobs import ACTS, Listed
from admin.workspace.reader.keys import ASKS, BY_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from admin.workspace.reader.app import Reader


class Pressed:
    """The keys of `reader` while nothing is typed in its field."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen = reader.seen

    def press(self, key: str, character: str) -> None:
        """A key by its name, or by what it types; what does nothing is passed over."""
        does = BY_NAME.get(key) or BY_NAME.get(character)
        if does in ACTS and does in ASKS:
            self._ask_and_act(does)
        elif does is not None:
            getattr(self, f"_{does}")(key)

    # Moving

    def _up(self, _: str) -> None:
        self._seen.part.move(-1)

    def _down(self, _: str) -> None:
        self._seen.part.move(1)

    def _page_up(self, _: str) -> None:
        self._seen.part.move(-self._seen.part.room)

    def _page_down(self, _: str) -> None:
        self._seen.part.move(self._seen.part.room)

    def _first(self, _: str) -> None:
        self._seen.part.move(-self._seen.part.count())

    def _last(self, _: str) -> None:
        self._seen.part.move(self._seen.part.count())

    def _next_pane(self, _: str) -> None:
        self._step(1)

    def _previous_pane(self, _: str) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._seen.of_drop and not self._seen.helping:
            self._seen.step(by)

    def _pane(self, key: str) -> None:
        if self._seen.of_drop and not self._seen.helping:
            self._seen.activate(PANES[int(key) - 1])

    def _open(self, _: str) -> None:
        if not self._seen.helping and self._seen.active == "list":
            self._reader.open_chosen()

    def _back(self, _: str) -> None:
        if self._reader.engine.busy:
            self._reader.engine.stop()
        elif self._seen.helping:
            self._seen.help()
        else:
            self._reader.desk.message.say("")
            self._seen.activate("list")

    def _help(self, _: str) -> None:
        self._seen.help()

    def _quit(self, _: str) -> None:
        if self._seen.helping:
            self._seen.help()
        else:
            self._reader.leave()

    # Which drops are listed

    def _search(self, _: str) -> None:
        reader = self._reader
        reader.ask(
            tr(ASKS["search"]),
            lambda typed: reader.do(tr("Searching..."), lambda: reader.jobs.search(typed), self._found),
        )

    def _filter(self, _: str) -> None:
        reader = self._reader
        reader.ask(
            tr(ASKS["filter"]),
            lambda typed: reader.do("", lambda: reader.jobs.filtered(typed), self._found),
        )

    def _all(self, _: str) -> None:
        self._reader.do("", self._reader.jobs.all, self._found)

    def _reload(self, _: str) -> None:
        self._reader.do(tr("Looking..."), self._reader.jobs.reload, self._found)

    def _found(self, listed: Listed) -> None:
        self._reader.show_list(listed)
        self._seen.activate("list")

    # What reviewers do

    def _flag(self, _: str) -> None:
        self._act("flag", "")

    def _ask_and_act(self, kind: str) -> None:
        if self._subject() is not None:
            self._reader.ask(tr(ASKS[kind]), lambda typed: self._act(kind, typed))

    def _subject(self) -> str | None:
        """The drop that a key is about: the one that is read, or the one that is chosen."""
        return self._reader.chosen() if self._seen.active == "list" else self._reader.drop

    def _act(self, kind: str, typed: str) -> None:
        if (drop := self._subject()) is not None and not self._seen.helping:
            self._reader.do("", lambda: self._reader.jobs.act(kind, drop, typed), self._acted)

    def _acted(self, listed: Listed) -> None:
        self._reader.show_list(listed)
        self._reader.lay_out()
