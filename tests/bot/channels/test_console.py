"""The conversation in a terminal: lines in, printed words out, on a real desk."""

from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from bot.channels.console import Console, ConsoleChat, read_file
from bot.channels.events import Button, Press, Text, Upload
from bot.dialogue.wording import Wording
from tests.bot.conftest import House


async def talk(house: House, *lines: str) -> list[str]:
    """Type `lines` and return what was printed, one string a message."""
    shown: list[str] = []

    async def typed() -> AsyncIterator[str]:
        for line in lines:
            yield line

    wording = Wording("Union")
    await Console(house.dialogue.handle, lambda key: wording.hint("en_GB", key), shown.append, "en_GB").run(
        typed()
    )
    return shown


async def test_words_and_a_file_arrive(house: House, photo: bytes, tmp_path: Path) -> None:
    picture = tmp_path / "my photo.jpg"
    picture.write_bytes(photo)
    shown = await talk(house, "hola", f"/attach {picture}", "1", "1", "/quit", "after the end")
    assert "Telegram can read this chat" in shown[1]
    assert "[1] Look over and send" in shown[2]
    assert "model of the phone" in shown[3]
    assert any("Received: 1 message and 1 clean file" in line for line in shown)
    ((_, items),) = await house.drops()
    assert [item.kind for item, _ in items] == ["text", "file"]


async def test_a_bad_line_is_one_sentence_and_loses_nothing(house: House, tmp_path: Path) -> None:
    shown = await talk(
        house,
        "hola",
        "/attach nowhere",
        f"/attach {tmp_path}",
        "/attach \0",
        "/attach ~nobody/x",
        "99",
        "0",
        "/send",
        "1",
    )
    hints = [line for line in shown if line.startswith("  (")]
    assert len(hints) == 7
    assert any("Received" in line for line in shown)


async def test_what_a_terminal_cannot_delete_is_not_claimed() -> None:
    chat = ConsoleChat(lambda _: None)
    assert await chat.forget([1, 2, 3]) == 3


async def test_buttons_are_numbered_and_an_edit_is_printed_anew() -> None:
    shown: list[str] = []
    chat = ConsoleChat(shown.append)
    first = await chat.say("one\n\ntwo", [[Button("A", "a")], [Button("B", "b"), Button("C", "c")]])
    assert shown == ["  one\n\n  two\n  [1] A  [2] B  [3] C"]
    assert await chat.say("again", replace=first) == first


async def test_a_narrow_terminal_breaks_no_word_and_no_label(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    shown = await talk(house, "hola", "/nothing", "/send", "99")
    lines = [line for each in shown for line in each.split("\n")]
    assert max(map(len, lines)) <= 40
    text = "\n".join(lines)
    assert "(Type words." in text
    for label in ("[8] Try it out first", "[1] Look over and send", "[3] Delete it all"):
        assert label in text


async def test_in_a_terminal_progress_is_printed_over_and_the_receipt_in_its_place() -> None:
    shown: list[str] = []
    chat = ConsoleChat(shown.append, terminal=True)
    first = await chat.say("Cleaning: 1 of 2")
    assert first is not None
    assert await chat.say("Cleaning: 2 of 2", replace=first) == first
    assert await chat.say("one\ntwo", replace=first) == first
    assert await chat.forget([first]) == 0
    assert shown == [
        "  Cleaning: 1 of 2",
        "\x1b[1F\x1b[J  Cleaning: 2 of 2",
        "\x1b[1F\x1b[J  one\n  two",
        "\x1b[2F\x1b[J\x1b[F",
    ]
    again = await chat.say("three")
    chat.listen()
    assert await chat.say("four", replace=again) == again
    assert shown[-1] == "  four", "somebody has typed a line meanwhile"
    assert await chat.forget([9]) == 1


async def test_a_file_that_grows_while_it_is_read_is_refused_in_one_sentence(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sealed as it came has its length in front of it: nothing half is kept, and the rest goes."""
    monkeypatch.setattr("bot.intake.RETRY_SECONDS", 0)
    path = tmp_path / "record.bin"
    path.write_bytes(bytes(range(256)) * 2000)

    async def growing(path: Path) -> AsyncGenerator[bytes, None]:
        async for piece in read_file(path):
            with path.open("ab") as file:
                file.write(bytes(100))
            yield piece

    size = path.stat().st_size
    await house.tell(Text("antes"))
    await house.tell(Upload("document", size, None, None, lambda: growing(path)))
    assert "I could not get that file from Telegram. Please send it again." in house.chat.last
    for action in ("review", "send"):
        await house.tell(Press(action))
    ((_, items),) = await house.sent()
    assert [content for _, content in items] == [b"antes"]
