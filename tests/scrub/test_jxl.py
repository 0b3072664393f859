"""JPEG XL: looked at by its header before libjxl sees it, and never more than its pixels."""

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_jxl
import pytest
from PIL import Image

from scrub.image import jxl
from scrub.image.format import samples
from scrub.report import Clean, Refusal
from scrub.scrubber import Scrubber
from tests.scrub.fates import assert_damage_is_clean_or_refused, fate

CleanIt = Callable[[bytes], Clean]
_FILM = b"\xff\x0a\x1d\xb0\x20\0\0\x0b\x8a\x4b\x02\x08\x08\0"  # 200 x 120, as a GIF of three pictures begins
_MARK = b"CANARY-silbo-4f1d7a"


def _jxl(picture: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.copy().save(out, "JXL", **options)
    return out.getvalue()


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _in_boxes(codestream: bytes, *more: bytes) -> bytes:
    head = _box(b"JXL ", b"\r\n\x87\n") + _box(b"ftyp", b"jxl \0\0\0\0jxl ")
    return head + b"".join(more) + _box(b"jxlc", codestream)


@pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA", "I;16"])
@pytest.mark.parametrize("lossless", [False, True])
def test_a_picture_comes_out_as_it_looks(
    mode: str, lossless: bool, photo: Image.Image, clean: CleanIt
) -> None:
    source = photo.convert("L") if mode == "I;16" else photo.convert(mode)
    if mode == "I;16":
        source = Image.fromarray(np.asarray(source).astype(np.uint16) * 257)
    result = clean(_jxl(source, lossless=lossless))
    assert ("depth_reduced" in result.notes) == (mode == "I;16")
    assert result.media_type == "image/jpeg"
    if mode == "I;16":  # the plugin calls what it writes of 16 bits linear
        return
    found = np.asarray(Image.open(io.BytesIO(result.content)).convert("L"), dtype=float)
    assert np.abs(found - np.asarray(photo.convert("L"), dtype=float)).mean() < 8


def test_a_screenshot_stays_sharp(screenshot: Image.Image, clean: CleanIt) -> None:
    assert clean(_jxl(screenshot, lossless=True)).media_type == "image/png"


def test_a_jpeg_that_was_packed_comes_out_upright(tmp_path: Any, photo: Image.Image, clean: CleanIt) -> None:
    """Without loss, with its Exif. The turn is the codestream's own."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = _MARK.decode(), 6
    path = tmp_path / "photo.jpg"
    photo.save(path, "JPEG", exif=exif)
    out = io.BytesIO()
    with pytest.warns(UserWarning, match="lossless"):
        Image.open(path).save(out, "JXL")
    assert pillow_jxl.Decoder(num_threads=0)(out.getvalue())[2] == path.read_bytes()
    assert b"jbrd" in out.getvalue()
    result = clean(out.getvalue())
    turned = Image.open(io.BytesIO(result.content))
    assert turned.size == (64, 96)
    wanted = photo.transpose(Image.Transpose.ROTATE_270)
    assert np.abs(np.asarray(turned, dtype=float) - np.asarray(wanted, dtype=float)).mean() < 12
    assert _MARK not in result.content


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        (
            b"Exif",
            b"\0\0\0\0MM\0*\0\0\0\x08\0\1\1\x0f\0\2\0\0\0\x14\0\0\0\x1a\0\0\0\0" + _MARK + b"\0",
            "device",
        ),
        (b"xml ", b"<x:xmpmeta><dc:creator>" + _MARK, "author"),
        (b"jumb", b"c2pa" + _MARK, "identifier"),
        (b"brob", b"Exif" + _MARK, "other_metadata"),
        (b"free", _MARK, "other_metadata"),
    ],
)
def test_no_box_is_left(kind: bytes, body: bytes, code: str, photo: Image.Image, clean: CleanIt) -> None:
    plain = _jxl(photo)
    result = clean(_in_boxes(plain, _box(kind, body)))
    assert code in result.removed
    assert b"CANARY" not in result.content
    assert result.content == clean(plain).content
    assert clean(_in_boxes(plain)).removed == clean(plain).removed == ()


@pytest.mark.parametrize("size", [(1, 1), (96, 64), (640, 480), (333, 77), (1920, 1080), (2048, 16)])
def test_the_header_tells_the_size(size: tuple[int, int]) -> None:
    data = _jxl(Image.new("RGB", size, (9, 9, 99)), effort=1)
    assert jxl.header(data) == jxl.header(_in_boxes(data)) == jxl.Header(size, animated=False)


def test_an_animation_is_told_by_its_header() -> None:
    assert jxl.header(_FILM) == jxl.Header((200, 120), animated=True)


def test_a_huge_picture_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """30 bits a side in nine bytes."""
    monkeypatch.setattr(jxl, "Decoder", None)
    side = 0b11 | (1 << 29) << 2  # thirty bits follow; then the ratio of one to one
    bits = side << 1 | 1 << 33 | 1 << 36
    assert fate(b"\xff\x0a" + bits.to_bytes(8, "little")) == "too_large"


def test_a_panic_of_the_decoder_is_a_refusal(monkeypatch: pytest.MonkeyPatch, photo: Image.Image) -> None:
    class PanicException(BaseException):
        pass

    def decoder(**_: object) -> Callable[[bytes], None]:
        def panic(_: bytes) -> None:
            raise PanicException

        return panic

    monkeypatch.setattr(jxl, "Decoder", decoder)
    assert fate(_jxl(photo)) == "broken"


def test_a_head_alone_is_refused() -> None:
    for data in (b"\xff\x0a", b"\xff\x0a\x1d", b"\0\0\0\x0cJXL \r\n\x87\n", _FILM):
        with pytest.raises(Refusal):
            jxl.decoded(data, lambda _: None)
        assert fate(data) in ("broken", "truncated")


async def test_it_is_decoded_by_the_confined_child(photo: Image.Image, in_children: Scrubber) -> None:
    for data in (_jxl(photo), next(samples())):
        assert isinstance(await in_children.scrub(data), Clean)


async def test_random_damage_is_clean_or_refused(photo: Image.Image, in_children: Scrubber) -> None:
    plain = _jxl(photo)
    hosts = [plain, _jxl(photo, lossless=True), _in_boxes(plain, _box(b"xml ", bytes(9 * len(plain))))]
    await assert_damage_is_clean_or_refused(in_children, hosts, seed=14, number=45)
