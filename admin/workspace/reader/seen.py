"""Which parts of the reader's screen are seen, which one the keys move, and whether the help is above all."""

from __future__ import annotations

from admin.words import tr
from admin.workspace.reader.arranging import ALONE, shared
from admin.workspace.reader.drop import PANES
from admin.workspace.reader.keys import HINTS, TITLES, help_lines
from admin.workspace.reader.lines import folded
from admin.workspace.reader.screen import MARGIN, Desk, Lines


class Seen:
    """Arranges the parts of `desk`. `active` is the name of the part that the keys move."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.active = "list"
        self.helping = False
        self.of_drop = False
        """Whether a drop is open, so that there is something in the panes."""

    @property
    def columns(self) -> int:
        return max(self.desk.app.size.width - MARGIN, 1)

    def activate(self, name: str) -> None:
        self.active = name
        self.arrange()

    def step(self, by: int) -> None:
        """To the next part, or the one before."""
        names = ("list", *PANES)
        self.activate(names[(names.index(self.active) + by) % len(names)])

    def help(self) -> None:
        """Shows the help, or what it lay over."""
        self.helping = not self.helping
        self.arrange()

    def arrange(self) -> None:
        """How much of the screen each part gets."""
        desk, shares = self.desk, ALONE
        if self.of_drop:
            counts = {name: desk.panes[name].count() for name in PANES}
            shares = shared(desk.app.size.height, self.active, self._pane(), counts)
        for part in (desk.choice, *desk.panes.values()):
            name = str(part.id)
            part.display = name in shares and not self.helping
            part.styles.height = shares.get(name, "1fr")
            part.activate(name == self.active and not self.helping)
            hidden = [tr(TITLES[each]) for each in PANES if each != name and each not in shares]
            part.beside = "   |   " + "   ".join(hidden) if hidden else ""
        desk.help_part.display = self.helping
        desk.help_part.show(folded(help_lines(), self.columns), keep=True)
        desk.keys.say(tr(HINTS["help" if self.helping else "list" if self.active == "list" else "pane"]))

    def _pane(self) -> str:
        """The pane below the list: the active one, or the last that was."""
        shown = [name for name in PANES if self.desk.panes[name].display]
        return self.active if self.active in PANES else shown[0] if shown else "text"

    @property
    def part(self) -> Lines:
        """The part that the keys move."""
        if self.helping:
            return self.desk.help_part
        return self.desk.choice if self.active == "list" else self.desk.panes[self.active]
