"""Colours are converted strip by strip as they would be at once, and a profile is judged by what it does."""

import io
import struct
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from scrub.image import color, decode
from scrub.report import Clean
from scrub.scrubber import Scrubber

_P3 = {
    b"rXYZ": (0.5151, 0.2412, -0.0011),
    b"gXYZ": (0.2920, 0.6922, 0.0419),
    b"bXYZ": (0.1571, 0.0666, 0.7841),
}


def _srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _wide() -> bytes:
    """The primaries of Display P3; its name still says sRGB."""
    profile = bytearray(_srgb())
    for tag, place in _P3.items():
        at = profile.index(tag)
        offset = int.from_bytes(profile[at + 4 : at + 8], "big")
        struct.pack_into(">3i", profile, offset + 8, *(round(each * 65536) for each in place))
    return bytes(profile)


def _read(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _picture(mode: str, size: tuple[int, int]) -> Image.Image:
    bands = [Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)]
    bands += [
        bands[0].transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        bands[1].transpose(Image.Transpose.ROTATE_180),
    ]
    return Image.merge(mode, bands[: len(mode)])


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (5, 3000), (1500, 1400), (1 << 20, 3)])
def test_strips_are_converted_as_the_whole_would_be(mode: str, size: tuple[int, int]) -> None:
    picture = _picture(mode, size)
    transform = ImageCms.buildTransform(_read(_wide()), ImageCms.createProfile("sRGB"), mode, mode)
    whole = ImageCms.applyTransform(picture, transform)
    assert whole is not None
    color.convert_to_srgb(picture, _read(_wide()))
    assert picture.tobytes() == whole.tobytes()


def test_a_profile_that_only_calls_itself_srgb_is_converted() -> None:
    picture = Image.new("RGB", (8, 8), (200, 40, 40))
    picture.info["icc_profile"] = _wide()
    assert not color.is_srgb(_read(_wide()))
    converted, _ = decode.to_srgb(picture)
    assert converted.getpixel((0, 0)) != (200, 40, 40)


def test_srgb_under_any_name_is_left_alone() -> None:
    renamed = _srgb().replace(b"s\0R\0G\0B", b"e\0l\0s\0e")
    assert renamed != _srgb()
    picture = _picture("RGB", (64, 64))
    before = picture.tobytes()
    color.convert_to_srgb(picture, _read(renamed))
    assert picture.tobytes() == before


def test_a_failure_in_either_thread_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ImageCms.PyCMSError

    picture, profile = _picture("RGB", (1500, 1400)), _read(_wide())
    assert not color.is_srgb(profile)
    monkeypatch.setattr(color, "is_srgb", lambda _: False)
    monkeypatch.setattr(ImageCms, "applyTransform", fail)
    with pytest.raises(ImageCms.PyCMSError):
        color.convert_to_srgb(picture, profile)


async def test_a_confined_child_may_start_the_thread(encode: Callable[..., bytes]) -> None:
    data = encode(_picture("RGB", (1500, 1400)), "JPEG", icc_profile=_wide())
    async with Scrubber() as scrubber:
        assert isinstance(await scrubber.scrub(data), Clean)
