"""Colours are converted strip by strip as they would be at once, and a profile is judged by what it does."""

import io
import math
import struct
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from PIL import Image, ImageChops, ImageCms

from scrub.image import color, decode
from scrub.image.primaries import tables_of
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
    if mode == "RGB" and size[0] * size[1] >= 1 << 20:
        assert _furthest(picture, whole) <= 1  # in tables
    else:
        assert picture.tobytes() == whole.tobytes()


def _furthest(one: Image.Image, other: Image.Image) -> int:
    return max(
        most for _, most in cast(tuple[tuple[int, int]], ImageChops.difference(one, other).getextrema())
    )


def _curved(curve: bytes, primaries: dict[bytes, tuple[float, float, float]]) -> bytes:
    """A profile of three primaries with the same curve."""
    tags = {
        tag: b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(each * 65536) for each in place))
        for tag, place in primaries.items()
    }
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    tags[b"wtpt"] = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    at, table, body = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += struct.pack(">4sII", tag, at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytearray(128)
    head[8:12], head[12:24], head[36:40] = b"\2\x10\0\0", b"mntrRGB XYZ ", b"acsp"
    head[68:80] = struct.pack(">3i", 63190, 65536, 54061)
    head[:4] = struct.pack(">I", at + len(body))
    return bytes(head) + table + body


_ADOBE = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}
_CURVES = {
    "gamma 2.2": b"curv\0\0\0\0" + struct.pack(">IH", 1, 0x0233),
    "straight": b"curv\0\0\0\0" + struct.pack(">I", 0),
    "points": b"curv\0\0\0\0"
    + struct.pack(">I1024H", 1024, *(min(65535, round(65535 * (n / 1023) ** 1.8)) for n in range(1024))),
    "para 0": b"para\0\0\0\0" + struct.pack(">HHi", 0, 0, 144179),
    "para 3": b"para\0\0\0\0" + struct.pack(">HH5i", 3, 0, 157286, 62119, 3416, 5072, 2651),
    "para 4": b"para\0\0\0\0" + struct.pack(">HH7i", 4, 0, 157286, 62119, 3416, 5072, 2651, 0, 0),
}


@pytest.mark.parametrize("primaries", [_P3, _ADOBE], ids=["P3", "Adobe"])
@pytest.mark.parametrize("curve", _CURVES.values(), ids=_CURVES)
def test_tables_are_never_more_than_a_level_beside_littlecms(
    curve: bytes, primaries: dict[bytes, tuple[float, float, float]]
) -> None:
    profile, srgb = _read(_curved(curve, primaries)), _read(_srgb())
    transform = ImageCms.buildTransform(profile, srgb, "RGB", "RGB")
    tables = tables_of(profile, srgb, transform)
    assert tables is not None
    convert = tables.converter()
    greens = b"".join(bytes((red, green, 0)) for green in range(256) for red in range(256))
    plane = Image.frombytes("RGB", (256, 256), greens)
    for blue in range(0, 256, 17):  # all red and green of every sixteenth blue
        plane.paste(Image.merge("RGB", (*plane.split()[:2], Image.new("L", plane.size, blue))))
        there = ImageCms.applyTransform(plane, transform)
        assert there is not None
        assert _furthest(convert(plane, (0, 0, 256, 256)), there) <= 1


def _damaged() -> Iterator[bytes]:
    """Profiles that lie about their curves, or whose places make no sense."""
    whole = _curved(_CURVES["para 4"], _P3)
    at = whole.index(b"para")
    yield whole[: at + 8] + b"\0\x09" + whole[at + 10 :]
    yield whole[: at + 12] + b"\x7f\xff\xff\xff" * 7 + whole[at + 40 :]
    yield whole[: at + 12] + b"\x80\0\0\0" * 7 + whole[at + 40 :]
    yield whole[:at] + b"curv\0\0\0\0\xff\xff\xff\xff" + whole[at + 12 :]
    yield whole.replace(b"rTRC", b"xxxx")
    yield whole.replace(b"bXYZ", b"xxxx")
    yield _curved(_CURVES["gamma 2.2"], {**_P3, b"bXYZ": (0.0, 0.0, 0.0)})
    yield _curved(_CURVES["gamma 2.2"], dict.fromkeys(_P3, (0.3, 0.3, 0.3)))
    yield _curved(_CURVES["gamma 2.2"], dict(zip(_P3, reversed(_P3.values()), strict=True)))


@pytest.mark.parametrize("number", range(9))
def test_a_profile_that_lies_about_its_curves_costs_speed_and_no_colour(number: int) -> None:
    profile = list(_damaged())[number]
    picture = _picture("RGB", (1500, 1400))
    picture.info["icc_profile"] = profile
    try:
        transform = ImageCms.buildTransform(_read(profile), ImageCms.createProfile("sRGB"), "RGB", "RGB")
        whole = ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError):
        whole = picture.copy()
    assert whole is not None
    converted, _ = decode.to_srgb(picture)
    assert _furthest(converted, whole) <= 1


def test_a_profile_that_only_calls_itself_srgb_is_converted() -> None:
    picture = Image.new("RGB", (8, 8), (200, 40, 40))
    picture.info["icc_profile"] = _wide()
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
    monkeypatch.setattr(color, "changes_nothing", lambda _: False)
    monkeypatch.setattr(ImageCms, "applyTransform", fail)
    monkeypatch.setattr(color, "_FROM_PIXELS", math.inf)
    with pytest.raises(ImageCms.PyCMSError):
        color.convert_to_srgb(picture, profile)


async def test_a_confined_child_may_start_the_thread(
    encode: Callable[..., bytes], in_children: Scrubber
) -> None:
    data = encode(_picture("RGB", (1500, 1400)), "JPEG", icc_profile=_wide())
    assert isinstance(await in_children.scrub(data), Clean)
