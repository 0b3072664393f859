"""What becomes of a file: cleaned, or refused with a code. What the tests of all formats share."""

import random
from collections.abc import Sequence

import pytest

from scrub import engine
from scrub.marks.found import Found
from scrub.report import REFUSALS, Choices, Clean, Refusal, Refused
from scrub.scrubber import Scrubber


def fate(data: bytes) -> str:
    """`clean`, or the code of the refusal. Any other exception fails the test."""
    try:
        engine.scrub(data)
    except Refusal as refusal:
        return refusal.reason
    return "clean"


async def fate_in_a_child(scrubber: Scrubber, data: bytes) -> str:
    """The same, through the real processes."""
    result = await scrubber.scrub(data)
    if isinstance(result, Clean):
        return "clean"
    assert result.reason in REFUSALS
    return result.reason


async def assert_damage_is_clean_or_refused(
    scrubber: Scrubber, hosts: Sequence[bytes], *, seed: int, number: int
) -> None:
    """`number` files with 1, 3 or 20 bytes changed behind the first 12, through the real processes: a decoder
    that crashes would take only its child along.
    """
    chance = random.Random(seed)
    inputs = []
    for each in range(number):
        data = bytearray(hosts[each % len(hosts)])
        for _ in range(chance.choice((1, 3, 20))):
            data[chance.randrange(12, len(data))] = chance.randrange(256)
        inputs.append(bytes(data))
    results = [await scrubber.scrub(data) for data in inputs]
    for result in results:
        if isinstance(result, Refused):
            assert result.reason in REFUSALS
            assert result.reason not in ("unverified", "timeout")
    assert any(isinstance(result, Clean) for result in results)


def choices_asked(monkeypatch: pytest.MonkeyPatch) -> list[Choices]:
    """A list that grows by the choices asked for each file; the files are scrubbed without them."""
    asked: list[Choices] = []
    scrubbed = Scrubber._scrubbed

    async def listen(
        self: Scrubber, data: bytes, choices: Choices, *, marks: bool
    ) -> tuple[Clean | Refused, Found]:
        asked.append(choices)
        return await scrubbed(self, data, Choices(), marks=marks)

    monkeypatch.setattr(Scrubber, "_scrubbed", listen)
    return asked
