"""What an employer hides in a picture that only a program sees: under transparency, in delays."""

import io
import struct
import zlib
from collections.abc import Callable, Sequence

import pytest
from PIL import Image, ImageDraw, ImageSequence

from scrub import verify
from scrub.image.apng import ApngWriter
from scrub.report import Clean


def _hidden() -> Image.Image:
    image = Image.new("RGB", (120, 40), "white")
    ImageDraw.Draw(image).text((4, 10), "AGENT 4711", fill="black")
    return image


@pytest.mark.parametrize("alpha", [0, 1, 2, 7])
@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF"])
def test_a_picture_under_an_alpha_that_nobody_sees_is_gone(
    alpha: int, name: str, encode: Callable[..., bytes], clean: Callable[[bytes], Clean]
) -> None:
    image = _hidden()
    image.putalpha(alpha)
    image.putpixel((0, 0), (1, 2, 3, 255))
    options = {"lossless": True, "exact": True} if name == "WEBP" else {}
    result = clean(encode(image, name, **options))
    with Image.open(io.BytesIO(result.content)) as picture:
        picture.putpixel((0, 0), (0, 0, 0, 0))
        assert picture.getextrema() == ((0, 0),) * 4


def test_a_picture_in_an_alpha_that_nobody_sees_is_gone(
    encode: Callable[..., bytes], clean: Callable[[bytes], Clean]
) -> None:
    """In an alpha of 254 or 255."""
    image = Image.new("RGBA", (120, 40), (90, 90, 90, 255))
    image.putalpha(_hidden().convert("L").point(lambda value: 254 if value > 128 else 255))
    with Image.open(io.BytesIO(clean(encode(image, "PNG")).content)) as picture:
        assert picture.mode == "RGB"
        assert picture.getextrema() == ((90, 90),) * 3


def test_colours_keep_as_many_levels_as_their_alpha_shows(
    encode: Callable[..., bytes], clean: Callable[[bytes], Clean]
) -> None:
    """And what can be seen stays, to within one level."""
    image = Image.linear_gradient("L").resize((256, 64)).convert("RGB")
    image = Image.merge(
        "RGB", [image.getchannel("R").rotate(180), image.getchannel("G"), image.getchannel("B")]
    )
    for alpha in (8, 40, 128, 200):
        image.putalpha(alpha)
        with Image.open(io.BytesIO(clean(encode(image, "PNG")).content)) as picture:
            assert len(picture.getchannel("R").getcolors() or ()) <= alpha + 1
            for paper in ("white", "black", "red"):
                papers = [Image.new("RGBA", image.size, paper) for _ in range(2)]
                papers[0].alpha_composite(image)
                papers[1].alpha_composite(picture)
                for before, after in zip(papers[0].split(), papers[1].split(), strict=True):
                    pairs = zip(before.tobytes(), after.tobytes(), strict=True)
                    assert max(abs(left - right) for left, right in pairs) <= 2


def _animation(delays: Sequence[float]) -> bytes:
    writer = ApngWriter((8, 8), len(delays), loop=True)
    for number, delay in enumerate(delays):
        writer.add(Image.new("RGBA", (8, 8), (number % 250, 9, 9, 255)), delay)
    content = writer.finish()
    verify.verify(content, "image/png")
    return content


def _delays(content: bytes) -> list[float]:
    with Image.open(io.BytesIO(content)) as picture:
        return [frame.info["duration"] for frame in ImageSequence.Iterator(picture)]


def test_a_message_in_the_delays_is_gone() -> None:
    message = [100 + byte % 16 for byte in b"AGENT 4711"]
    assert len(set(_delays(_animation(message)))) == 1
    slow = [1000 + 7 * (byte % 32) + 900 * (number % 2) for number, byte in enumerate(b"AGENT 4711")]
    assert len(set(_delays(_animation(slow)))) <= 3


def test_the_jitter_of_a_recorder_is_gone() -> None:
    assert set(_delays(_animation([30, 40, 30, 33, 30, 40] * 5))) == {30}
    assert set(_delays(_animation([0, 5, 10, float("nan"), float("inf"), -4]))) == {100}


def test_delays_that_mean_something_stay() -> None:
    assert _delays(_animation([100, 2000, 100, 500, 60_000])) == [100, 2000, 100, 500, 60_000]
    assert _delays(_animation([90, 90])) == [90, 90]


@pytest.mark.parametrize("delay", [0, 10, 101, 65_535])
def test_a_fine_delay_is_caught(delay: int) -> None:
    content = bytearray(_animation([100, 500]))
    at = content.index(b"fcTL") + 4
    struct.pack_into(">H", content, at + 20, delay)
    struct.pack_into(">I", content, at + 26, zlib.crc32(content[at - 4 : at + 26]))
    with pytest.raises(verify.Unverified):
        verify.verify(bytes(content), "image/png")
