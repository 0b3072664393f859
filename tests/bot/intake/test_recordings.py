"""Sound from the chat to the drop: cleaned like a picture, or sealed as it is by the source's own choice."""

import io
import math
import wave
from array import array

import av
import pytest

from scrub.marks.found import Found
from scrub.report import Choices, Refused
from scrub.scrubber import Scrubber
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload


def recording() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(array("h", (int(9000 * math.sin(at / 6)) for at in range(16000))).tobytes())
    return out.getvalue() + b"CANARY"


async def test_a_voice_message_arrives_clean(house: House) -> None:
    said = await house.tell(upload(recording(), kind="voice"))
    assert "People can recognize this voice" in said.last
    assert said.actions[1].startswith("leave_out:")
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    ((item, content),) = items
    assert (item.cleaning, item.media_type, item.removed) == (
        "clean",
        "audio/ogg",
        ("trailer",),
    )
    assert content.startswith(b"OggS")
    assert b"CANARY" not in content


def round_video() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        file.metadata["title"] = "CANARY"
        track = file.add_stream("libx264", rate=25, width=48, height=48)
        for number in range(5):
            frame = av.VideoFrame(48, 48, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([40 * number]) * plane.buffer_size)
            frame.pts = number
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return out.getvalue()


async def test_a_round_video_arrives_clean(house: House) -> None:
    said = await house.tell(upload(round_video(), kind="video_note"))
    assert "what the video shows" in said.last
    assert "voice" not in said.last, "it is silent"
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    ((item, content),) = items
    assert (item.cleaning, item.media_type) == ("clean", "video/mp4")
    assert b"CANARY" not in content
    assert b"x264" not in content


@pytest.mark.parametrize("reason", ["timeout", "too_large", "unsupported"])
async def test_a_recording_that_takes_too_long_may_go_uncleaned(
    house: House, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    async def refuse(_: Scrubber, __: bytes, ___: Choices) -> tuple[Refused, Found]:
        return Refused(reason), Found()

    monkeypatch.setattr(Scrubber, "searched", refuse)
    await house.tell(upload(recording(), kind="voice"))
    assert house.chat.actions[0].startswith("as_is:")
