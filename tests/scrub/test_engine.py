"""The rebuilt picture is the picture: turned, in sRGB, with its alpha and its frames, and the same bytes
every time.
"""

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageCms, ImageSequence, ImageStat, PngImagePlugin

from scrub import engine
from scrub.image import animation, decode
from scrub.report import Clean, Refusal

Scrub = Callable[[bytes], Clean]
Encode = Callable[..., bytes]


def _opened(clean: Clean) -> Image.Image:
    image = Image.open(io.BytesIO(clean.content))
    image.load()
    return image


def _distance(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of a channel, 0 to 255."""
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return sum(ImageStat.Stat(difference).mean) / 3


@pytest.fixture
def corner() -> Image.Image:
    """48 x 32 with one red corner, top left: every turn of it is another picture."""
    image = Image.new("RGB", (48, 32), "white")
    image.paste((200, 0, 0), (0, 0, 16, 16))
    return image


_UNTURN = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_applied_once(
    orientation: int, name: str, corner: Image.Image, encode: Encode, clean: Scrub
) -> None:
    """EXIF 2.32, 4.6.4: what was stored is the picture un-turned."""
    turn = _UNTURN[orientation]
    stored = corner if turn is None else corner.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if name == "WEBP" else {"quality": 95} if name in ("JPEG", "AVIF") else {}
    result = _opened(clean(encode(stored, name, exif=exif, **options)))
    assert result.size == corner.size
    assert _distance(result, corner) < 6


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_absurd_orientation_turns_nothing(
    orientation: int, corner: Image.Image, encode: Encode, clean: Scrub
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert _opened(clean(encode(corner, "PNG", exif=exif))).size == corner.size


def _swapped_profile() -> bytes:
    """An ICC profile whose red primary is sRGB's green and the other way round: nobody can mistake the
    effect.
    """
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = profile.replace(b"rXYZ", b"tmp1").replace(b"gXYZ", b"rXYZ").replace(b"tmp1", b"gXYZ")
    return bytes(profile.replace(b"s\0R\0G\0B", b"o\0d\0d\0!").replace(b"sRGB b", b"odd! b"))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_colours_are_converted_not_just_relabelled(name: str, encode: Encode, clean: Scrub) -> None:
    red = Image.new("RGB", (32, 32), (230, 20, 20))
    result = _opened(clean(encode(red, name, icc_profile=_swapped_profile())))
    r, g, _ = ImageStat.Stat(result.convert("RGB")).mean
    assert g > 180
    assert r < 120


def test_a_broken_profile_is_dropped_and_the_picture_kept(
    photo: Image.Image, encode: Encode, clean: Scrub
) -> None:
    result = clean(encode(photo, "JPEG", icc_profile=b"nonsense" * 40))
    assert "color_profile" in result.removed
    assert _distance(_opened(result), photo) < 12


def _hidden_colours(image: Image.Image) -> set[bytes]:
    """The RGBA values of all pixels that nobody sees."""
    data = image.tobytes()
    pixels = (data[at : at + 4] for at in range(0, len(data), 4))
    return {pixel for pixel in pixels if pixel[3] == 0}


@pytest.mark.parametrize("name", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_no_colour_hides_under_full_transparency(name: str, encode: Encode, clean: Scrub) -> None:
    secret = Image.new("RGBA", (32, 32), (1, 2, 3, 255))
    secret.paste((213, 77, 91, 0), (8, 8, 24, 24))
    options = {"lossless": True, "exact": True} if name == "WEBP" else {}
    result = _opened(clean(encode(secret, name, **options)))
    assert result.mode == "RGBA"
    assert _hidden_colours(result) == {b"\0\0\0\0"}


def test_an_alpha_that_hides_nothing_is_dropped(photo: Image.Image, encode: Encode, clean: Scrub) -> None:
    opaque = photo.copy()
    opaque.putalpha(255)
    assert clean(encode(opaque, "PNG")).media_type == "image/jpeg"


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "AVIF"])
def test_photographs_become_jpeg(name: str, photo: Image.Image, encode: Encode, clean: Scrub) -> None:
    assert clean(encode(photo, name)).extension == "jpg"


@pytest.mark.parametrize("name", ["PNG", "GIF", "BMP", "TIFF"])
def test_screenshots_stay_sharp(name: str, screenshot: Image.Image, encode: Encode, clean: Scrub) -> None:
    result = clean(encode(screenshot, name))
    assert result.media_type == "image/png"
    assert _distance(_opened(result), Image.open(io.BytesIO(encode(screenshot, name)))) == 0


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I;16", "I", "F"]
)
def test_every_mode_is_handled(mode: str, photo: Image.Image, encode: Encode, clean: Scrub) -> None:
    name = "PNG" if mode in ("LA", "P", "RGBA") else "TIFF"
    if mode == "LAB":
        profiles = (ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"))
        image = ImageCms.profileToProfile(photo, *profiles, outputMode="LAB")
        assert image is not None
    elif mode == "I;16":
        image = photo.convert("I").point(lambda value: value * 256).convert("I;16")
    elif mode == "I":
        image = photo.convert("I").point(lambda value: value * 256)
    else:
        image = photo.convert("L").convert("LA").convert("PA") if mode == "PA" else photo.convert(mode)
    data = encode(image, name)
    result = clean(data)
    assert ("depth_reduced" in result.notes) == mode.startswith(("I", "F"))
    gray = mode in ("L", "LA", "PA") or mode.startswith(("I", "F"))
    wanted = photo.convert("1") if mode == "1" else photo.convert("L") if gray else photo
    assert _distance(_opened(result), wanted) < 12


def test_a_cmyk_jpeg_as_printers_make_them(photo: Image.Image, encode: Encode, clean: Scrub) -> None:
    result = clean(encode(photo.convert("CMYK"), "JPEG", quality=95))
    assert result.media_type == "image/jpeg"
    assert _distance(_opened(result), photo) < 12


def test_a_picture_longer_than_jpeg_allows_becomes_png(encode: Encode, clean: Scrub) -> None:
    assert clean(encode(Image.effect_noise((66_000, 4), 90), "PNG")).media_type == "image/png"


def _animation(count: int = 4) -> list[Image.Image]:
    frames = []
    for index in range(count):
        frame = Image.new("RGB", (40, 30), (10, 10, 60))
        frame.paste((250, 200, 0), (index * 8, 5, index * 8 + 8, 13))
        frames.append(frame)
    return frames


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_keeps_its_frames_and_its_timing(name: str, encode: Encode, clean: Scrub) -> None:
    first, *rest = frames = _animation()
    options = {"lossless": True} if name == "WEBP" else {}
    delays = [100, 250, 40, 1000]
    data = encode(first, name, save_all=True, append_images=rest, duration=delays, loop=0, **options)
    result = clean(data)
    assert result.media_type == "image/png"
    rebuilt = _opened(result)
    got = [(frame.convert("RGB"), frame.info["duration"]) for frame in ImageSequence.Iterator(rebuilt)]
    assert [delay for _, delay in got] == delays
    assert all(_distance(frame, wanted) < 8 for (frame, _), wanted in zip(got, frames, strict=True))
    assert rebuilt.info["loop"] == 0


def test_frames_that_are_equal_are_all_kept(encode: Encode, clean: Scrub) -> None:
    frames = [*_animation(2), *_animation(2)]
    source = clean(
        encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=90, lossless=True)
    )
    writer_frames = _opened(source)
    assert getattr(writer_frames, "n_frames", 1) == 4


def test_the_still_picture_of_an_apng_is_hidden_from_viewers_and_goes(encode: Encode, clean: Scrub) -> None:
    first, *rest = _animation()
    data = encode(first, "PNG", save_all=True, append_images=rest, default_image=True, duration=100)
    result = clean(data)
    assert "hidden_image" in result.removed
    assert getattr(_opened(result), "n_frames", 1) == len(rest)


def test_transparent_animations_hide_nothing(encode: Encode, clean: Scrub) -> None:
    frames = [Image.new("RGBA", (20, 20), (213, 77, 91, 0)) for _ in range(2)]
    for index, frame in enumerate(frames):
        frame.paste((0, 200, 0, 255), (index * 5, 0, index * 5 + 5, 5))
    data = encode(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=50)
    for frame in ImageSequence.Iterator(_opened(clean(data))):
        assert _hidden_colours(frame.convert("RGBA")) == {b"\0\0\0\0"}


def test_the_same_bytes_in_give_the_same_bytes_out(
    photo: Image.Image, screenshot: Image.Image, encode: Encode, clean: Scrub
) -> None:
    first, *rest = _animation()
    for data in (
        encode(photo, "JPEG"),
        encode(screenshot, "PNG"),
        encode(photo, "AVIF"),
        encode(first, "GIF", save_all=True, append_images=rest),
    ):
        assert clean(data) == clean(data)


def test_cameras_and_programs_come_out_alike(photo: Image.Image, encode: Encode, clean: Scrub) -> None:
    """Quantisation tables, subsampling, scan order and resolution name a camera as well as a tag does."""
    from scrub.verify.jpeg_tables import jpeg_head

    variants = (
        encode(photo, "JPEG", quality=97, subsampling=0, dpi=(300, 300)),
        encode(photo, "JPEG", quality=60, progressive=True, optimize=True),
        encode(photo, "JPEG", qtables=[[5] * 64, [7] * 64], restart_marker_blocks=2),
    )
    for data in variants:
        assert clean(data).content.startswith(jpeg_head(96, 64, 3))


def test_quality_is_kept(encode: Encode, clean: Scrub) -> None:
    smooth = Image.linear_gradient("L").resize((256, 256)).convert("RGB")
    assert _distance(_opened(clean(encode(smooth, "JPEG", quality=95))), smooth) < 2


def test_a_picture_above_the_cap_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Refusal, match="too_large"):
        decode.check_size((10_001, 10_000))
    decode.check_size((10_000, 10_000))


def test_an_animation_with_too_many_pixels_is_refused(
    monkeypatch: pytest.MonkeyPatch, encode: Encode
) -> None:
    monkeypatch.setattr(animation, "MAX_PIXELS", 40 * 30 * 3)
    first, *rest = _animation()
    with pytest.raises(Refusal, match="bomb"):
        engine.scrub(encode(first, "GIF", save_all=True, append_images=rest))


def test_compressed_text_in_a_png_is_not_inflated_without_bound(photo: Image.Image, clean: Scrub) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 600_000, zip=True)
    out = io.BytesIO()
    photo.save(out, "PNG", pnginfo=info)
    assert clean(out.getvalue()).removed == ("comment",)
