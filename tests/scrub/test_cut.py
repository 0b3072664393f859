"""Pictures whose end is missing are kept as far as they go; photos that move are told as such."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scrub.report import Clean
from scrub.scrubber import Scrubber
from tests.scrub.fates import assert_damage_is_clean_or_refused, fate

CleanIt = Callable[[bytes], Clean]
Film = Callable[..., bytes]

_KINDS: dict[str, dict[str, Any]] = {
    "baseline": {"format": "JPEG"},
    "gray": {"format": "JPEG"},
    "restarts": {"format": "JPEG", "restart_marker_blocks": 4},
    "progressive": {"format": "JPEG", "progressive": True},
    "png": {"format": "PNG"},
    "bmp": {"format": "BMP"},
    "gif": {"format": "GIF", "interlace": 0},
}


def _whole(name: str) -> tuple[Image.Image, bytes]:
    gradient = Image.linear_gradient("L").resize((160, 128))
    picture = Image.merge("RGB", [gradient, gradient.transpose(Image.Transpose.ROTATE_180), gradient])
    dots = np.random.default_rng(1).normal(128, 40, (128, 160)).clip(0, 255).astype(np.uint8)
    noise = Image.fromarray(dots).convert("RGB")  # the same each time: where a cut falls decides what is seen
    picture = Image.blend(picture, noise, 0.3).convert("L" if name in ("gray", "gif") else "RGB")
    out = io.BytesIO()
    picture.save(out, **_KINDS[name])
    return picture.convert("L"), out.getvalue()


def _dots(content: bytes) -> "np.ndarray[Any, Any]":
    return np.asarray(Image.open(io.BytesIO(content)).convert("L"), dtype=float)


@pytest.mark.parametrize(("kind", "share"), [("WEBP", 0.02), ("AVIF", 0.03), ("TIFF", 0.3), ("TIFF", 0.9)])
def test_a_cut_picture_of_which_nothing_can_be_read_is_said_to_be_cut(kind: str, share: float) -> None:
    for seed in range(8):  # an AVIF of which no dot is there: one in six was a gray picture, and clean
        dots = np.random.default_rng(seed).normal(128, 40, (128, 160)).clip(0, 255).astype(np.uint8)
        out = io.BytesIO()
        options = {"compression": "jpeg"} if kind == "TIFF" else {}
        Image.fromarray(dots).convert("RGB").save(out, kind, **options)
        data = out.getvalue()
        assert fate(data[: int(len(data) * share)]) == "truncated"
    assert fate(data[:40] + bytes(len(data) - 40)) != "truncated"


_ALL_OR_NOTHING: dict[str, dict[str, Any]] = {
    "lossy": {"format": "WEBP"},
    "lossless": {"format": "WEBP", "lossless": True},
    "with alpha": {"format": "WEBP"},
    "av1": {"format": "AVIF", "autotiling": False},
}


@pytest.mark.parametrize("name", _ALL_OR_NOTHING)
@pytest.mark.parametrize("share", [0.6, 0.9])
def test_what_decoders_read_wholly_or_not_at_all_is_kept_as_far_as_it_goes(
    name: str, share: float, clean: CleanIt
) -> None:
    dots = np.random.default_rng(2).normal(128, 40, (64, 64, 3)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(dots).resize((256, 512), Image.Resampling.BICUBIC)
    if name == "with alpha":
        picture.putalpha(
            Image.linear_gradient("L").resize(picture.size).point(lambda value: value // 2 + 128)
        )
    out = io.BytesIO()
    picture.save(out, **_ALL_OR_NOTHING[name])
    data = out.getvalue()
    result = clean(data[: int(len(data) * share)])
    assert result.notes == ("picture_remains", "cut_short")
    whole, there = (_dots(each)[: int(512 * share)] for each in (clean(data).content, result.content))
    alike = np.abs(whole - there).mean(axis=1) < 6
    assert alike[: int(512 * share) - 128].all()
    assert np.ptp(_dots(result.content)[-8:]) < 3
    assert clean(data[:-3]).notes in (("picture_remains",), ("picture_remains", "cut_short"))


def test_of_a_cut_moving_webp_the_whole_frames_stay(clean: CleanIt) -> None:
    frames = [Image.effect_noise((48, 48), 20 + 20 * number).convert("RGB") for number in range(4)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    data = out.getvalue()
    result = clean(data[: len(data) * 7 // 10])
    assert (result.media_type, result.notes) == ("image/png", ("picture_remains", "cut_short"))
    assert getattr(Image.open(io.BytesIO(result.content)), "n_frames", 1) in (2, 3)


@pytest.mark.parametrize("name", _KINDS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
def test_a_picture_whose_end_is_missing_is_kept_as_far_as_it_goes(
    name: str, share: float, clean: CleanIt
) -> None:
    picture, data = _whole(name)
    result = clean(data[: int(len(data) * share)])
    assert result.notes == ("picture_remains", "cut_short")
    difference = np.abs(_dots(result.content) - np.asarray(picture, dtype=float)).mean(axis=1)
    if name == "progressive":  # all of it, less and less sharp
        assert difference.mean() < 25
    else:
        seen = difference[::-1] if name == "bmp" else difference  # upside down
        assert seen[: int(128 * share) - 16].mean() < 12


@pytest.mark.parametrize("name", ["baseline", "progressive", "restarts"])
def test_a_jpeg_cut_anywhere_is_kept_or_refused(name: str) -> None:
    _, data = _whole(name)
    for end in range(3, len(data), len(data) // 60):
        assert fate(data[:end]) in ("clean", "broken", "truncated")


def test_a_preview_in_the_head_of_a_cut_photo_is_not_taken_for_it(clean: CleanIt) -> None:
    picture, data = _whole("baseline")
    small = _jpeg(picture.resize((16, 16)))
    thumbnail = b"\xff\xe1" + struct.pack(">H", len(small) + 8) + b"Exif\0\0" + small
    result = clean((data[:2] + thumbnail + data[2:])[: len(thumbnail) + len(data) // 2])
    assert "cut_short" in result.notes
    assert Image.open(io.BytesIO(result.content)).size == picture.size


def test_a_jpeg_that_only_lacks_its_last_marker_is_whole(clean: CleanIt) -> None:
    _, data = _whole("baseline")
    assert clean(data[:-2]).notes == ("picture_remains",)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("name", ["baseline", "gray", "progressive", "restarts", "png"])
def test_a_picture_with_fewer_rows_than_its_head_says_is_told(name: str, large: bool, clean: CleanIt) -> None:
    _, data = _whole(name)
    if large:  # decoded and encoded side by side
        photo = Image.open(io.BytesIO(data)).convert("L" if name == "gray" else "RGB").resize((1100, 1000))
        out = io.BytesIO()
        photo.save(out, **_KINDS[name])
        data = out.getvalue()
    assert clean(data).notes == ("picture_remains",)
    if name == "png":
        at, height = 20, int.from_bytes(data[20:24], "big")
        head = data[12:20] + struct.pack(">I", height * 2) + data[24:29]
        longer = data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]
    else:
        at = next(data.index(each) for each in (b"\xff\xc0", b"\xff\xc2") if each in data) + 5
        height = int.from_bytes(data[at : at + 2], "big")
        longer = data[:at] + struct.pack(">H", height * 2) + data[at + 2 :]
    assert "cut_short" in clean(longer).notes


def test_a_jpeg_that_ends_at_a_restart_marker_is_told(clean: CleanIt) -> None:
    _, data = _whole("restarts")
    marker = [at for at in range(len(data)) if data[at] == 0xFF and 0xD0 <= data[at + 1] <= 0xD7][10]
    for cut in (data[:marker], data[: marker + 2], data[:marker] + b"\xff\xd9"):
        assert "cut_short" in clean(cut).notes


def test_a_whole_jpeg_with_a_plain_ground_is_not_told_as_cut(clean: CleanIt) -> None:
    for options in ({}, {"progressive": True}, {"restart_marker_blocks": 3}, {"subsampling": "4:2:0"}):
        for size in ((70, 61), (1100, 1000)):
            picture = Image.new("RGB", size, "white")
            picture.paste((90, 30, 20), (5, 5, 50, 30))
            out = io.BytesIO()
            picture.save(out, "JPEG", **options)
            assert clean(out.getvalue()).notes == ("picture_remains",)


def test_a_tiff_of_one_unpacked_strip_is_kept_as_far_as_it_goes(clean: CleanIt) -> None:
    picture, data = _whole("png")
    out = io.BytesIO()
    Image.open(io.BytesIO(data)).save(out, "TIFF")
    result = clean(out.getvalue()[: len(out.getvalue()) * 2 // 3])
    assert "cut_short" in result.notes
    difference = np.abs(_dots(result.content) - np.asarray(picture, dtype=float)).mean(axis=1)
    assert difference[:80].max() < 6


def test_a_head_without_a_picture_is_refused() -> None:
    for name in ("baseline", "progressive", "png"):
        _, data = _whole(name)
        start = data.index(b"IDAT") + 4 if name == "png" else data.index(b"\xff\xda") + 14
        assert fate(data[:start]) in ("truncated", "broken")


def test_an_animation_is_kept_up_to_its_last_whole_picture(clean: CleanIt) -> None:
    picture, _ = _whole("gif")
    frames = [picture.rotate(turn) for turn in (0, 30, 60, 90)]
    for name in ("GIF", "PNG"):
        out = io.BytesIO()
        frames[0].save(out, name, save_all=True, append_images=frames[1:])
        result = clean(out.getvalue()[: len(out.getvalue()) * 9 // 10])
        assert "cut_short" in result.notes
        assert getattr(Image.open(io.BytesIO(result.content)), "n_frames", 1) == 3


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def _film_of(film: Film, brand: bytes) -> bytes:
    data = film(pictures=3)
    return data[:8] + brand + data[12:]


def _samsung(film: bytes) -> bytes:
    return b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + film + b"SEFH" + bytes(24) + b"SEFT"


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"qt  ", b"3gp5"])
@pytest.mark.parametrize("wrap", [lambda film: film, _samsung], ids=["google", "samsung"])
def test_a_photo_that_moves_gives_its_still_and_the_film_is_told(
    brand: bytes, wrap: Callable[[bytes], bytes], photo: Image.Image, film: Film, clean: CleanIt
) -> None:
    still = _jpeg(photo)
    result = clean(still + wrap(_film_of(film, brand)))
    assert result.content == clean(still).content
    assert result.notes == ("picture_remains", "film_left_out")
    assert "trailer" in result.removed


def test_a_gain_map_behind_the_photo_is_no_film(photo: Image.Image, clean: CleanIt) -> None:
    """Ultra HDR: the still as every screen shows it; the map of brightness goes."""
    still = _jpeg(photo)
    result = clean(still + _jpeg(photo.convert("L").resize((24, 16))))
    assert result.content == clean(still).content
    assert result.notes == ("picture_remains",)
    assert "hidden_image" in result.removed


def test_a_gain_map_and_a_film_are_both_told(photo: Image.Image, film: Film, clean: CleanIt) -> None:
    still = _jpeg(photo)
    result = clean(still + _jpeg(photo.convert("L").resize((24, 16))) + _film_of(film, b"mp42"))
    assert result.content == clean(still).content
    assert "film_left_out" in result.notes
    assert "hidden_image" in result.removed


def test_a_photo_that_moves_and_is_cut_is_told_as_both(
    photo: Image.Image, film: Film, clean: CleanIt
) -> None:
    """The film is cut, or what is left of the photo is the beginning alone."""
    still, moving = _jpeg(photo), _film_of(film, b"mp42")
    assert clean(still + moving[: len(moving) // 2]).notes == ("picture_remains", "film_left_out")
    assert clean(still[: len(still) * 2 // 3]).notes == ("picture_remains", "cut_short")


@pytest.mark.parametrize("kind", [b"mpvd", b"moov"])
def test_a_heic_that_moves_is_told(
    kind: bytes, heif: Callable[..., bytes], film: Film, clean: CleanIt
) -> None:
    inside = film(pictures=3)
    if kind == b"moov":
        inside = inside[inside.index(b"moov") + 4 :]
    moving = clean(heif(boxes=struct.pack(">I4s", len(inside) + 8, kind) + inside))
    assert moving.content == clean(heif()).content
    assert "film_left_out" in moving.notes
    assert "film_left_out" not in clean(heif()).notes


def test_words_about_a_film_are_no_film(photo: Image.Image, clean: CleanIt) -> None:
    out = io.BytesIO()
    photo.save(out, "JPEG", comment=b"\0\0\0\x18ftypmp42")
    assert clean(out.getvalue()).notes == ("picture_remains",)


async def test_random_damage_is_clean_or_refused(in_children: Scrubber) -> None:
    hosts = [_whole(name)[1][: -len(_whole(name)[1]) // 3] for name in _KINDS]
    await assert_damage_is_clean_or_refused(in_children, hosts, seed=13, number=42)
