"""A source's way as a transcript: what is typed and pressed, what the bot says, which buttons stand below it.

`> words` is what the source sends, `> [label]` what they press; what the bot says has no mark, its buttons
stand in brackets, row by row; a codename is told by what it is made of. For whoever corrects a translation.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.events import Button, CannotPlay, Command, Event, Press, Text, Update, Upload
from codes.languages import LANGUAGES
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import upload

WORDS = {
    "en": "They put a camera into my bedroom.",
    "es": "Pusieron una cámara en mi cuarto.",
    "sq": "Më vunë një kamerë në dhomën e gjumit.",
    "fil": "Naglagay sila ng camera sa kuwarto ko.",
    "hi": "उन्होंने मेरे सोने के कमरे में कैमरा लगाया।",
    "fr": "Ils ont mis une caméra dans ma chambre.",
}
ANSWER = {
    "en": "I saw it myself.",
    "es": "Lo vi yo.",
    "sq": "E pashë vetë.",
    "fil": "Nakita ko mismo.",
    "hi": "मैंने ख़ुद देखा।",
    "fr": "Je l’ai vu moi-même.",
}
COUNTRIES = {
    "en": "Jamaica",
    "es": "Colombia",
    "sq": "Shqipëri",
    "fil": "Pilipinas",
    "hi": "भारत",
    "fr": "Tunisie",
}
HINTS = {language: language for language in LANGUAGES} | {"fil": "tl", "fr": "fr-CA", "hi": "hi-IN"}
"""What the messenger says that its user speaks."""
NUMBER = re.compile("[0-9]{5}(?: [0-9]{5}){4}")


@dataclass(slots=True)
class Phone:
    """The chat as the source sees it (`bot.channels.events.Chat`), and all of it written down."""

    lines: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    covered: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    messages: int = 1000

    async def say(
        self,
        text: str,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        replace: int | None = None,
        hidden: str = "",
        answering: int = 0,
    ) -> int | None:
        self.said.append(text)
        self.lines += ["", *(["(in place of the one before)"] if replace else []), *text.split("\n")]
        if hidden:
            self.covered.append(hidden)
            self.lines.append("(25 digits)" if NUMBER.fullmatch(hidden) else f"({len(hidden.split())} words)")
        for row in buttons:
            self.lines.append(" ".join(f"[{button.label}]" for button in row))
            self.buttons |= {button.action: button.label for button in row}
        self.messages += 1
        return replace or self.messages

    async def play(self, content: bytes, media_type: str) -> int | None:
        raise CannotPlay

    async def forget(self, message_ids: Sequence[int]) -> int:
        self.lines += ["", f"(the bot deletes {len(message_ids)} messages)"]
        return 0


@dataclass(slots=True)
class Journey:
    """One source in one house."""

    house: House
    language: str
    phone: Phone = field(default_factory=Phone)
    updates: int = 0

    async def send(self, event: Event, shown: str) -> None:
        self.phone.lines += ["", f"> {shown}"]
        self.updates += 1
        update = Update("7", f"j{self.updates}", event, self.updates, HINTS[self.language])
        await self.house.dialogue.handle(update, self.phone)
        await self.house.dialogue.settled()

    async def write(self, words: str, shown: str = "") -> None:
        await self.send(Text(words), shown or words)

    async def command(self, name: str) -> None:
        await self.send(Command(name), f"/{name}")

    async def attach(self, content: bytes, shown: str) -> None:
        event: Upload = upload(content)
        await self.send(event, shown)

    async def press(self, start: str) -> None:
        """The button whose action begins so and was seen last; KeyError (StopIteration) where none was."""
        action = next(action for action in reversed(self.phone.buttons) if action.startswith(start))
        await self.send(Press(action), f"[{self.phone.buttons[action]}]")

    def transcript(self) -> str:
        return "\n".join(self.phone.lines).strip() + "\n"
