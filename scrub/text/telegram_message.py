"""One message of a chat that Telegram exported, and the lines of a log that it becomes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

NOT_HERE = "(left out)"
_ONLY_A_DAY = re.compile(r"\d{1,2} \w+ \d{4}")
_BRACKETS = {ord("("): "%28", ord(")"): "%29"}


@dataclass(slots=True)
class Message:
    """One, as far as it was read."""

    day: str = ""
    who: str = ""
    origin: str = ""
    words: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    shown: list[tuple[str, list[str]]] = field(default_factory=list)
    """What no file stands for: its kind, and its words."""
    is_service: bool = False
    link: str = ""
    linked_from: int = 0
    reactions: list[list[str]] = field(default_factory=list)
    """What each is, and how many or who."""
    key: str = ""
    """What Telegram calls it; never written."""
    answers: str | None = None
    """The key of the one it answers, empty if that is elsewhere."""
    marks: str = ""
    """Its number if somebody answers it, and the number of the one it answers."""

    def lines(self) -> Iterator[str]:
        words = "\n".join(" ".join(line.split()) for line in "".join(self.words).split("\n")).strip("\n")
        origin = f"({' '.join(self.origin.split())}) " if self.origin.strip() else ""
        if self.is_service and _ONLY_A_DAY.fullmatch(words):
            return
        who = " ".join(self.who.split())
        head = f"[{self.day}] " if self.day else ""
        marks = self.marks
        if words or origin:
            yield f"{head}{who}: {marks}{origin}{words}" if who else head + marks + words
            marks = ""
        for name in self.files:
            yield f"{head}{who}: {marks}<file: {name}>"
            marks = ""
        if self.reactions:
            each_said = (" ".join(" ".join(each).split()) for each in self.reactions)
            yield f"{head}<reactions: {', '.join(filter(None, each_said)) or NOT_HERE}>"
        for kind, said in self.shown:
            about = ", ".join(filter(None, (" ".join(each.split()) for each in said)))
            yield f"{head}{who}: {marks}<{kind}: {about or NOT_HERE}>"
            marks = ""

    def has_said(self) -> bool:
        return bool("".join(self.words).strip() or self.origin.strip() or self.files or self.shown)


def closed(address: str) -> str:
    """An address that ends where the bracket around it does."""
    return address.translate(_BRACKETS)
