"""Somebody in panic, on a server that is killed again and again: whatever is pressed in whatever order, what
is called received is what went, and nothing goes that nobody was told of.
"""

import random
import re
from collections import Counter
from contextlib import suppress

import pytest

from bot.channels.events import Command, Event, Press, Text, Upload
from bot.runtime import RuntimeFolder
from crypto.item import Item
from crypto.manifest import Manifest
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import upload
from tests.bot.intake.test_recordings import recording

COUNT = re.compile(r"(\d+) (message|clean file|untouched original|file not cleaned|files not cleaned)")
BUTTONS = ("review", "send", "more", "options", "discard", "discard_now")
CODES = ("disguise", "lower", "color", "original")


class Panic:
    """Draws events: mostly things to send and whatever buttons the last messages have, old ones too."""

    def __init__(self, house: House, rng: random.Random, photo: bytes) -> None:
        self._house = house
        self._rng = rng
        self._photo = photo
        self._voice = recording()[:8044]

    def event(self) -> Event:
        shown = [action for _, actions in self._house.chat.said[-12:] for action in actions]
        shown = [action for action in shown if not action.startswith("language:")]  # receipts are read below
        kinds = ("voice", "button", "old", "option", "text", "photo", "strange", "broken", "command")
        match self._rng.choices(kinds, (14, 30, 12, 10, 6, 8, 6, 4, 4))[0]:
            case "voice":
                return upload(self._voice, kind="voice")
            case "photo":
                return upload(self._photo, group=self._rng.choice((None, "album")))
            case "strange":
                return upload(b"\x01\x02" + bytes(3000))
            case "broken":
                return upload(b"\xff\xd8\xff\xe0broken")
            case "text":
                return Text(f"hola {self._rng.random()}")
            case "option":
                return Press(f"{self._rng.choice(('on', 'off'))}:{self._rng.choice(CODES)}")
            case "command":
                return Command(self._rng.choice(("start", "review", "discard", "help")))
            case "old":
                return Press(self._rng.choice([*BUTTONS, *shown]))
            case _:
                last = [action for action in self._house.chat.said[-1][1] if action in shown] if shown else []
                return Press(self._rng.choice([*last[:1] * 2, *last] or ["review"]))


async def tell_and_be_killed(house: House, event: Event, update_id: str, rng: random.Random) -> None:
    """Killed at a random write of the session; another press may come before the repetition."""
    writes, last = 0, rng.randrange(1, 5)
    save = RuntimeFolder.save

    def die(self: RuntimeFolder, tag: str, data: bytes) -> None:
        nonlocal writes
        writes += 1
        if writes == last:
            raise KeyboardInterrupt
        save(self, tag, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RuntimeFolder, "save", die)
        with suppress(KeyboardInterrupt):
            await house.tell(event, update_id=update_id)
    house.restart()
    if isinstance(event, Upload) and rng.random() < 0.5:
        await house.tell(Press(f"{rng.choice(('on', 'off'))}:{rng.choice(CODES)}"))
    await house.tell(event, update_id=update_id)


def received(text: str) -> Counter[str]:
    """What the receipt says, by kind."""
    first = text.split("\n", maxsplit=1)[0]
    return Counter({kind.replace("files", "file"): int(count) for count, kind in COUNT.findall(first)})


def went(manifest: Manifest, items: list[tuple[Item, bytes]]) -> Counter[str]:
    kinds = {
        "text": "message",
        "clean": "clean file",
        "uncleaned": "file not cleaned",
        "original": "untouched original",
    }
    assert [item.cleaning == "original" for item, _ in items] == [
        listed.audience == "custodian" for listed in manifest.items
    ]
    return Counter(kinds[item.cleaning] for item, _ in items)


async def check(house: House, seed: int, photo: bytes, steps: int) -> int:
    """Return how many drops were sent."""
    rng = random.Random(seed)
    panic = Panic(house, rng, photo)
    told: list[Counter[str]] = []
    for code in ("original", "disguise"):
        await house.tell(Press(f"on:{code}"))
    for step in range(steps + 40):
        said = len(house.chat.said)
        answer = next(iter(house.chat.actions), "review") if step else "review"
        event = panic.event() if step < steps else Press(answer)  # at the end it calms down
        if rng.random() < 0.15:
            await tell_and_be_killed(house, event, f"p{step}", rng)
        else:
            await house.tell(event, update_id=f"p{step}")
            if rng.random() < 0.1:
                await house.tell(event, update_id=f"p{step}")
        receipts = [text for text, _ in house.chat.said[said:] if text.startswith("Received")]
        told += [received(receipts[0])] if receipts else []
    drops = await house.drops()
    found = [went(manifest, items) for manifest, items in drops]
    assert sorted(sorted(one.items()) for one in found) == sorted(sorted(one.items()) for one in told), seed
    heard = {content for content, _ in house.chat.played}
    kept = [content for _, items in drops for item, content in items if "disguised" in item.notes]
    asked_otherwise = sum("can't play it" in text for text, _ in house.chat.said)
    assert sum(content not in heard for content in kept) <= asked_otherwise, seed
    return len(drops)


@pytest.mark.parametrize("seed", range(2))
async def test_what_is_called_received_is_what_went(
    house_with_custodian: House, photo: bytes, seed: int
) -> None:
    assert await check(house_with_custodian, seed, photo, 70) > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 30))
async def test_what_is_called_received_is_what_went_often(
    house_with_custodian: House, photo: bytes, seed: int
) -> None:
    await check(house_with_custodian, seed, photo, 150)
