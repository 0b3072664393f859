"""The conversation in a terminal: `/attach PATH` sends a file, a number presses a button.

For trying Silbo out and for its demo; whoever sits at the server is its source, so there is nobody to hide.
"""

import asyncio
import os
import re
import secrets
import shutil
import textwrap
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.channels.events import (
    Button,
    CannotPlay,
    Chat,
    Command,
    DownloadError,
    Event,
    Press,
    Text,
    Update,
    Upload,
)

CHUNK = 256 * 1024
WIDEST = 100
LINK = re.compile(r"/start ([A-Za-z0-9_-]{1,64})")
"""What a link to the bot does in a messenger that has such links."""
_TOGETHER = "\x1f"
"""Stands for a space at which no line ends, within a button's label."""


class ConsoleChat:
    """Prints what the dialogue says, and numbers the buttons of all that it said last to one update. In a
    `terminal` what was printed last can be taken back.
    """

    def __init__(self, show: Callable[[str], None], *, terminal: bool = False) -> None:
        self._show = show
        self._terminal = terminal
        self._messages = 0
        self._last = (0, 0)
        self._answered = False
        self.buttons: list[Button] = []
        self.files: dict[str, Upload] = {}
        self.came: dict[int, Upload] = {}

    def listen(self) -> None:
        """What is said next answers another update: its buttons take the place of those before, and what was
        typed meanwhile stands below what was printed.
        """
        self._last = (0, 0)
        self._answered = False

    async def say(
        self,
        text: str,
        buttons: Sequence[Sequence[Button]] = (),
        *,
        replace: int | None = None,
        hidden: str = "",
        answering: int = 0,
    ) -> int | None:
        """Print a message, and hide nothing; `replace` prints it anew, in a terminal over the one printed
        last.
        """
        before = self.buttons if self._answered else []
        shown = [button for row in buttons for button in row if button.action]
        pages = [f"{button.label}: {button.page}" for row in buttons for button in row if button.page]
        if answering in self.came:
            self.files |= {button.action: self.came[answering] for button in shown}
        self.buttons, self._answered = [*before, *shown], True
        labels = [
            f"[{number}] {button.label}".replace(" ", _TOGETHER)
            for number, button in enumerate(shown, len(before) + 1)
        ]
        lines = [
            *text.split("\n"),
            *([hidden] if hidden else []),
            *pages,
            *(["  ".join(labels)] if labels else []),
        ]
        printed = "\n".join(_wrapped(line) for line in lines)
        message, height = self._last
        back = f"\x1b[{height}F\x1b[J" if self._terminal and replace == message and height else ""
        self._show(back + printed)
        self._messages += 1
        self._last = (replace or self._messages, printed.count("\n") + 1)
        return self._last[0]

    async def play(self, content: bytes, media_type: str) -> int | None:
        """A terminal plays nothing, and nothing is written to a disk for another program to play."""
        raise CannotPlay

    async def forget(self, message_ids: Sequence[int]) -> int:
        """A terminal's lines can't be deleted, but for what was printed last: return how many stay."""
        message, height = self._last
        if not (self._terminal and list(message_ids) == [message] and height):
            return len(message_ids)
        self._show(f"\x1b[{height}F\x1b[J\x1b[F")
        self._last = (0, 0)
        return 0


class Console:
    """Reads lines and hands them on as updates of one chat: `handle` is the conversation, and `hint` returns
    the sentence for a key of the console's own.
    """

    def __init__(
        self,
        handle: Callable[[Update, Chat], Awaitable[None]],
        hint: Callable[[str], str],
        show: Callable[[str], None],
        language: str | None,
        *,
        terminal: bool = False,
    ) -> None:
        self._conversation = handle
        self._hints = hint
        self._show = show
        self._language = language
        self._chat = ConsoleChat(show, terminal=terminal)
        self._messages = 1_000_000

    async def run(self, lines: AsyncIterator[str]) -> None:
        """Talk until the lines end or the person types /quit. Raises StorageError."""
        self._hint("console_hint")
        await self._handle(Command("start"))
        async for line in lines:
            if line == "/quit":
                return
            if line.startswith("/attach"):
                event: Event | None = self._attach(line.removeprefix("/attach").strip())
            elif line.isdecimal():
                event = self._press(int(line[:4]))
            elif line.startswith("/") and " " not in line:
                event = Command(line[1:].lower())
            elif link := LINK.fullmatch(line):
                event = Command("start", link[1])
            else:
                event = Text(line)
            if event is not None:
                await self._handle(event)

    async def _handle(self, event: Event) -> None:
        self._messages += 1
        self._chat.listen()
        if isinstance(event, Upload):
            self._chat.came[self._messages] = event
        update = Update("console", secrets.token_hex(16), event, self._messages, self._language)
        await self._conversation(update, self._chat)

    def _press(self, number: int) -> Press | None:
        if 1 <= number <= len(self._chat.buttons):
            action = self._chat.buttons[number - 1].action
            return Press(action, self._chat.files.get(action))
        self._hint("console_no_button")
        return None

    def _attach(self, untrusted_path: str) -> Upload | None:
        try:
            path = Path(untrusted_path).expanduser()
            if path.is_file() and os.access(path, os.R_OK):
                return Upload("document", path.stat().st_size, None, None, lambda: read_file(path))
        except (OSError, ValueError, RuntimeError):
            pass
        self._hint("console_no_file")
        return None

    def _hint(self, key: str) -> None:
        self._show(_wrapped(f"({self._hints(key)})"))


def _wrapped(line: str) -> str:
    return textwrap.fill(
        line,
        min(shutil.get_terminal_size().columns, WIDEST),
        initial_indent="  ",
        subsequent_indent="    " if line.startswith("•") else "  ",
        break_on_hyphens=False,
    ).replace(_TOGETHER, " ")


async def read_file(path: Path) -> AsyncGenerator[bytes, None]:
    """Yield a file's bytes. Raises DownloadError if it can't be read."""
    try:
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
    except OSError:
        raise DownloadError from None


async def stdin_lines(prompt: str) -> AsyncIterator[str]:
    """Yield the lines of standard input, without their ends, while the event loop goes on.

    A daemon thread reads the bare descriptor: it holds no lock that would hang the interpreter's exit.
    """
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[bytes] = asyncio.Queue()

    def read() -> None:
        with suppress(OSError):  # the terminal is gone: nothing more will be typed
            while piece := os.read(0, 65536):
                loop.call_soon_threadsafe(pieces.put_nowait, piece)
        loop.call_soon_threadsafe(pieces.put_nowait, b"")

    threading.Thread(target=read, daemon=True).start()
    terminal = os.isatty(0)
    rest = b""
    while True:
        print(prompt, end="", flush=True)
        while b"\n" not in rest:
            piece = await pieces.get()
            if not piece:
                print()
                return
            rest += piece
        line, _, rest = rest.partition(b"\n")
        text = line.decode("utf-8", "replace").strip("\r")
        if not terminal:
            print(text)
        if text.strip():
            yield text
