"""A large photo is rebuilt while it is still being decoded, and comes out as if it were not."""

import io
from collections.abc import Callable
from typing import cast

import pytest
from PIL import Image, ImageChops

from scrub import engine, pixels
from scrub.image import decode, photo
from scrub.pixels import STRIP_ROWS
from scrub.report import Clean
from scrub.scrubber import Scrubber
from scrub.verify import Unverified, verify

_SIZES = [(1024, 1024), (1025, 1030), (8200, 129), (2047, 641)]


def _noisy(size: tuple[int, int]) -> Image.Image:
    low = Image.linear_gradient("L").resize(size)
    noise = Image.effect_noise(size, 40)
    return Image.merge("RGB", (low, noise, ImageChops.add(low, noise, 2)))


@pytest.fixture(scope="module")
def noisy() -> Image.Image:
    return _noisy((2048, 1100))


@pytest.mark.parametrize("size", _SIZES)
def test_strips_joined_are_what_libjpeg_makes_of_the_whole(size: tuple[int, int]) -> None:
    picture = _noisy(size)
    tops = range(0, size[1], STRIP_ROWS)
    strips = [pixels.jpeg_strip(picture, (0, top, size[0], min(size[1], top + STRIP_ROWS))) for top in tops]
    assert pixels.joined(strips, size[1]) == pixels.jpeg(picture)
    verify(pixels.jpeg(picture), "image/jpeg")


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}]
)
def test_nothing_is_taken_before_it_is_decoded(
    noisy: Image.Image, encode: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, options: dict[str, int]
) -> None:
    data = encode(noisy, "JPEG", quality=95, **options)
    there = Image.open(io.BytesIO(data))
    there.load()
    for piece in (1 << 12, 1 << 16, 1 << 30):
        monkeypatch.setattr(photo, "_READ", piece)
        assert engine.scrub(data).content == pixels.jpeg(pixels.fresh(there.copy()))


@pytest.mark.parametrize("black", [0, 255])
def test_rows_of_one_colour_are_no_sign(black: int, encode: Callable[..., bytes]) -> None:
    """What shows that a row is there is no colour of it."""
    picture = Image.new("RGB", (2048, 1100), (black, black, black))
    picture.paste((200, 10, 10), (0, 1000, 2048, 1100))
    data = encode(picture, "JPEG")
    there = Image.open(io.BytesIO(data))
    assert engine.scrub(data).content == pixels.jpeg(pixels.fresh(there))


def test_pillow_and_libjpeg_still_mark_what_is_decoded(
    noisy: Image.Image, encode: Callable[..., bytes]
) -> None:
    """If they did no longer, nothing would be done meanwhile; if a new picture were not empty, wrongly."""
    data = encode(noisy, "JPEG")
    seen: list[int] = []

    def look() -> None:
        seen.append(sum(photo._is_decoded(image, row) for row in range(0, 1100, 100)))

    image = decode.open_image("image/jpeg", data)
    image.fp, image.decodermaxblock = cast(io.BytesIO, photo._Told(data, look)), 1 << 16
    image.load()
    look()
    assert seen[0] == 0
    assert seen[-1] == 11
    assert seen == sorted(seen)
    assert len(set(seen)) > 4


@pytest.mark.parametrize("turn", range(2, 9))
def test_a_turned_photo(turn: int, noisy: Image.Image, encode: Callable[..., bytes]) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    data = encode(noisy, "JPEG", exif=exif)
    there = Image.open(io.BytesIO(data))
    way = decode.orientation_of(there)
    assert way is not None
    assert engine.scrub(data).content == pixels.jpeg(there.transpose(way))


def test_a_tall_photo_that_lies_on_its_side(encode: Callable[..., bytes]) -> None:
    """Turned it is one strip, and a restart marker announced for no second one would not verify."""
    exif = Image.Exif()
    exif[0x0112] = 6
    copy = engine.scrub(encode(_noisy((128, 8200)), "JPEG", exif=exif))
    verify(copy.content, "image/jpeg")
    assert Image.open(io.BytesIO(copy.content)).size == (8200, 128)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_photo_is_kept_as_far_as_it_goes(
    share: float, noisy: Image.Image, encode: Callable[..., bytes]
) -> None:
    data = encode(noisy, "JPEG")
    copy = engine.scrub(data[: int(len(data) * share)])
    assert "cut_short" in copy.notes
    assert Image.open(io.BytesIO(copy.content)).size == noisy.size


async def test_through_the_confined_children(
    noisy: Image.Image, encode: Callable[..., bytes], in_children: Scrubber
) -> None:
    data = encode(noisy, "JPEG")
    copy = await in_children.scrub(data)
    assert isinstance(copy, Clean)
    assert copy.content == engine.scrub(data).content


def test_restart_markers_hide_nothing(noisy: Image.Image) -> None:
    whole = pixels.jpeg(noisy)
    verify(whole, "image/jpeg")
    first, second = whole.index(b"\xff\xd0"), whole.index(b"\xff\xd1")
    lies = [
        whole[:first] + whole[first + 2 :],
        whole[:first] + b"\xff\xd1" + whole[first + 2 :],
        whole[:first] + b"\xff\xd0" + whole[first:],
        whole[:second] + b"\xff\xff\xd1" + whole[second + 2 :],
        whole[:-2] + b"\xff\xd0\xff\xd9",
        whole[:first] + b"\xff\xfe\0\x04hi" + whole[first:],
        whole.replace(b"\xff\xdd\0\x04", b"\xff\xdd\0\x05"),
        whole.replace(b"\xff\xdd\0\x04\x04\0", b""),
        whole.replace(b"\xff\xdd\0\x04\x04\0", b"\xff\xdd\0\x04\x04\x01"),
    ]
    for lie in lies:
        assert lie != whole
        with pytest.raises(Unverified):
            verify(lie, "image/jpeg")
