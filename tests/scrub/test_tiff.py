"""TIFF: every page of a fax or a scan, not its preview, and samples over the range that they declare."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2  # type: ignore[import-untyped]  # without types
import pytest
from PIL import Image, ImageDraw

from scrub import engine, verify
from scrub.inventory import take_inventory
from scrub.report import Choices, Clean
from scrub.scrubber import Scrubber
from tests.scrub.fates import assert_damage_is_clean_or_refused, fate
from tests.scrub.tiff_files import TiffPage, tiff_file

CleanIt = Callable[[bytes], Clean]
_KIND, _MAXIMUM, _ACROSS, _UP, _FORMAT, _SMALLEST, _LARGEST = 254, 281, 282, 283, 339, 340, 341


def test_a_directory_below_at_an_offset_that_is_no_number_is_none() -> None:
    """A fuzzer's: it was called a fault of ours."""
    page = TiffPage((8, 8), bytes(64), {330: ("f", [float("nan")])})
    assert fate(tiff_file([page])) == "clean"


def _fax(number: int, size: tuple[int, int] = (1728, 1100)) -> Image.Image:
    page = Image.new("1", size, 1)
    ImageDraw.Draw(page).rectangle((100 * number, 200, 100 * number + 60, 400), fill=0)
    return page


def _saved(pages: list[Image.Image], **options: Any) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], **options)
    return out.getvalue()


def _drawn(content: bytes) -> list[Image.Image]:
    """The pages, a dot a dot of 150 an inch."""
    document = pypdfium2.PdfDocument(content)
    return [_dots(page).convert("L") for page in document]


def _dots(page: pypdfium2.PdfPage) -> Image.Image:
    """PDFium rounds the sides up."""
    picture: Image.Image = page.render(scale=150 / 72).to_pil()
    return picture.crop((0, 0, picture.width & ~1, picture.height & ~1))


def _dark(page: Image.Image) -> tuple[int, int, int, int] | None:
    return page.point(lambda value: 255 if value < 128 else 0).getbbox()


@pytest.mark.parametrize("compression", ["group3", "group4", "packbits", "tiff_lzw", "raw"])
def test_every_page_of_a_fax_is_kept(compression: str, clean: CleanIt) -> None:
    result = clean(_saved([_fax(number) for number in (1, 2, 3)], compression=compression))
    assert (result.media_type, result.notes) == ("application/pdf", ("rasterized", "document_remains"))
    pages = _drawn(result.content)
    assert [_dark(page) for page in pages] == [(100 * n, 200, 100 * n + 61, 401) for n in (1, 2, 3)]


def test_pages_of_other_sizes_and_kinds_are_kept(clean: CleanIt, photo: Image.Image) -> None:
    pages = [
        _fax(1),
        photo.convert("L"),
        photo,
        photo.convert("P"),
        photo.convert("CMYK"),
        photo.convert("RGBA"),
    ]
    result = clean(_saved(pages))
    drawn = _drawn(result.content)
    assert [page.size for page in drawn] == [(1728, 1104), *[(96, 64)] * 5]
    for page in drawn[1:]:
        difference = np.abs(np.asarray(page, dtype=float) - np.asarray(photo.convert("L"), dtype=float))
        assert difference.mean() < 25


def test_colours_of_a_scan_are_kept_where_that_was_chosen(photo: Image.Image) -> None:
    result = engine.scrub(_saved([photo, photo]), Choices(pdf="color"))
    verify.verify(result.content, result.media_type)
    assert result.notes == ("document_remains", "color_kept")
    page = _dots(pypdfium2.PdfDocument(result.content)[0])
    assert np.abs(np.asarray(page, dtype=float) - np.asarray(photo, dtype=float)).mean() < 12


def test_less_detail_was_asked_for_and_is_told_as_kept(photo: Image.Image) -> None:
    result = engine.scrub(_saved([photo, photo]), Choices(lower_resolution=True))
    assert "detail_kept" in result.notes


def _gray(values: "np.ndarray[Any, Any]", **more: Any) -> TiffPage:
    height, width = values.shape
    return TiffPage((width, height), values.tobytes(), **more)


_RAMP = np.tile(np.arange(256), (64, 1))


def _picture(result: Clean) -> "np.ndarray[Any, Any]":
    return np.asarray(Image.open(io.BytesIO(result.content)).convert("L"), dtype=float)


def _is_ramp(result: Clean, wrong: float = 4) -> bool:
    """From black to white, however it was packed."""
    return bool(np.abs(_picture(result) - _RAMP).max() <= wrong)


def _page(value: int, **more: Any) -> TiffPage:
    return _gray(np.full((32, 48), value, dtype=np.uint8), **more)


def test_the_page_is_kept_and_not_its_preview(clean: CleanIt) -> None:
    preview = _gray(np.zeros((8, 8), dtype=np.uint8), tags={_KIND: ("I", [1])})
    page = _gray(_RAMP.astype(np.uint8))
    below = TiffPage(preview.size, preview.dots, preview.tags, below=[page])
    for pages in ([preview, page], [page, preview], [preview, page, preview], [below]):
        result = clean(tiff_file(pages))
        assert "thumbnail" in result.removed
        assert result.notes == ("picture_remains",)
        assert _is_ramp(result)


def test_old_words_for_a_preview_and_masks_are_known(clean: CleanIt) -> None:
    page = _gray(_RAMP.astype(np.uint8))
    old = _gray(np.zeros((8, 8), dtype=np.uint8), tags={255: ("H", [2])})
    mask = _gray(np.zeros((64, 256), dtype=np.uint8), tags={_KIND: ("I", [4])})
    assert _is_ramp(clean(tiff_file([old, page])))
    assert _is_ramp(clean(tiff_file([page, mask])))


def test_previews_alone_are_better_than_nothing(clean: CleanIt) -> None:
    small = _gray(np.zeros((8, 8), dtype=np.uint8), tags={_KIND: ("I", [1])})
    large = _gray(_RAMP.astype(np.uint8), tags={_KIND: ("I", [1])})
    assert _is_ramp(clean(tiff_file([small, large])))


@pytest.mark.parametrize("after", [1, 2, 3])
def test_pages_that_lead_back_to_each_other_are_each_kept_once(after: int, clean: CleanIt) -> None:
    result = clean(tiff_file([_page(10), _page(120), _page(250)], after=after))
    assert len(_drawn(result.content)) == 3


def test_a_page_that_leads_out_of_the_file_is_the_last(clean: CleanIt) -> None:
    data = bytearray(tiff_file([_page(10), _page(120)]))
    data[-4:] = b"\xff\xff\xff\x7f"
    result = clean(bytes(data))
    assert len(_drawn(result.content)) == 2
    assert "frames_dropped" in result.notes


def test_a_damaged_page_costs_no_other(clean: CleanIt) -> None:
    pages = [_fax(number, (400, 300)) for number in (1, 2, 3)]
    data = bytearray(_saved(pages, compression="tiff_adobe_deflate"))
    found = Image.open(io.BytesIO(bytes(data)))
    found.seek(1)
    strip = found.tag_v2[273][0]  # type: ignore[attr-defined]  # a TIFF's
    data[strip : strip + 40] = bytes(40)
    result = clean(bytes(data))
    assert {"frames_dropped", "blank_page"} <= set(result.notes)
    assert [_dark(page) is not None for page in _drawn(result.content)] == [True, False, True]


def test_pages_that_are_all_damaged_are_refused() -> None:
    data = bytearray(_saved([_fax(1, (400, 300))] * 2, compression="tiff_adobe_deflate"))
    found = Image.open(io.BytesIO(bytes(data)))
    for number in (0, 1):
        found.seek(number)
        strip = found.tag_v2[273][0]  # type: ignore[attr-defined]  # a TIFF's
        data[strip : strip + 40] = bytes(40)
    assert fate(bytes(data)) == "broken"


def test_too_many_pages_are_told_as_that() -> None:
    assert fate(tiff_file([_page(0)] * 301)) == "too_large"
    assert fate(tiff_file([_page(0)] * 1001)) == "bomb"
    assert fate(tiff_file([TiffPage((9000, 9000), b"")] * 300)) in ("too_large", "bomb")


_TWELVE = _RAMP * 4095 // 255
_SIXTEEN = _RAMP * 257


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (_gray(_SIXTEEN.astype("<u2"), bits=(16,)), "16 bits"),
        (_gray(_TWELVE.astype("<u2"), bits=(16,), tags={_MAXIMUM: ("H", [4095])}), "12 in 16"),
        (_gray((_RAMP * 4).astype("<u2"), bits=(16,), tags={_MAXIMUM: ("H", [1023])}), "10 in 16"),
        (_gray((_RAMP * 40).astype("<u2"), bits=(16,), tags={_LARGEST: ("H", [10200])}), "told by SMax"),
        (
            _gray(
                (_RAMP * 4 + 300).astype("<u2"),
                bits=(16,),
                tags={_SMALLEST: ("H", [300]), _LARGEST: ("H", [1320])},
            ),
            "told by SMin and SMax",
        ),
        (_gray((65535 - _SIXTEEN).astype("<u2"), bits=(16,), photometric=0), "16 bits, white is 0"),
        (
            _gray((4095 - _TWELVE).astype("<u2"), bits=(16,), photometric=0, tags={_MAXIMUM: ("H", [4095])}),
            "12 in 16, white is 0",
        ),
        (
            _gray(
                (_RAMP * 8 - 1024).astype("<i2"),
                bits=(16,),
                tags={_FORMAT: ("H", [2]), _SMALLEST: ("h", [-1024]), _LARGEST: ("h", [1016])},
            ),
            "signed, told",
        ),
        (_gray((_RAMP * 8 - 1024).astype("<i2"), bits=(16,), tags={_FORMAT: ("H", [2])}), "signed, untold"),
        (_gray((_RAMP - 128).astype("i1"), tags={_FORMAT: ("H", [2])}), "8 bits, signed"),
        (
            _gray((127 - _RAMP).astype("<i2"), bits=(16,), photometric=0, tags={_FORMAT: ("H", [2])}),
            "signed, white is low",
        ),
        (_gray((_RAMP * 100_000).astype("<u4"), bits=(32,)), "32 bits"),
        (_gray((_RAMP * 9 - 999).astype("<i4"), bits=(32,), tags={_FORMAT: ("H", [2])}), "32 bits, signed"),
        (_gray((_RAMP / 255).astype("<f4"), bits=(32,), tags={_FORMAT: ("H", [3])}), "numbers from 0 to 1"),
        (
            _gray(
                (_RAMP * 2.0 - 7).astype("<f4"),
                bits=(32,),
                tags={_FORMAT: ("H", [3]), _SMALLEST: ("f", [-7.0]), _LARGEST: ("f", [503.0])},
            ),
            "numbers, told",
        ),
        (_gray((255 - _RAMP).astype("u1"), photometric=0), "8 bits, white is 0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_samples_are_spread_over_the_range_that_is_declared(
    page: TiffPage, name: str, clean: CleanIt
) -> None:
    result = clean(tiff_file([page]))
    assert _is_ramp(result)
    assert ("depth_reduced" in result.notes) == (page.bits[0] > 8)


@pytest.mark.parametrize(
    ("kind", "values", "tags"),
    [
        (">u2", _TWELVE, {_MAXIMUM: 4095}),
        (">u2", _SIXTEEN, {}),
        (">i2", _RAMP * 8 - 1024, {_FORMAT: 2}),
        (">i4", _RAMP * 9 - 999, {_FORMAT: 2}),
        (">f4", _RAMP / 255, {_FORMAT: 3}),
    ],
    ids=["12 in 16", "16", "signed", "32 signed", "floating"],
)
def test_the_other_order_of_bytes_is_read_as_well(
    kind: str, values: "np.ndarray[Any, Any]", tags: dict[int, int], clean: CleanIt
) -> None:
    dots = values.astype(kind).tobytes()
    bits = 8 * np.dtype(kind).itemsize
    known = {256: 256, 257: 64, 258: bits, 259: 1, 262: 1, 277: 1, 278: 64, **tags}
    entries = [(tag, 3, value << 16) for tag, value in known.items()] + [(273, 4, 8), (279, 4, len(dots))]
    directory = b"".join(
        struct.pack(">HHII", tag, letter, 1, value) for tag, letter, value in sorted(entries)
    )
    head = b"MM\0*" + struct.pack(">I", 8 + len(dots))
    assert _is_ramp(clean(head + dots + struct.pack(">H", len(entries)) + directory + bytes(4)))


def test_twelve_packed_bits_are_spread_over_all_of_eight(clean: CleanIt) -> None:
    """Two samples in three bytes."""
    left, right = _TWELVE[:, 0::2], _TWELVE[:, 1::2]
    packed = np.stack([left >> 4, (left & 15) << 4 | right >> 8, right & 255], axis=-1).astype(np.uint8)
    assert _is_ramp(clean(tiff_file([TiffPage((256, 64), packed.tobytes(), bits=(12,))])))


def test_colours_of_twelve_bits_in_sixteen_are_not_black(clean: CleanIt) -> None:
    dots = np.repeat(_TWELVE[:, :, None], 3, axis=2).astype("<u2")
    page = TiffPage(
        (256, 64), dots.tobytes(), bits=(16, 16, 16), photometric=2, tags={_MAXIMUM: ("H", [4095] * 3)}
    )
    result = clean(tiff_file([page]))
    assert "depth_reduced" in result.notes
    assert _is_ramp(result)


def test_what_lies_beyond_the_declared_range_is_not_lost(clean: CleanIt) -> None:
    """A maximum that isn't true: what is brighter than it stays darker than white."""
    values = (_RAMP * 16).astype("<u2")
    shown = _picture(clean(tiff_file([_gray(values, bits=(16,), tags={_MAXIMUM: ("H", [1023])})])))
    assert shown[0, 100] < shown[0, 180] < shown[0, 250]


def test_a_layout_of_samples_that_nobody_decodes_is_not_called_damaged() -> None:
    dots = bytes(48 * 32 * 3 * 3)
    assert fate(tiff_file([TiffPage((48, 32), dots, bits=(24, 24, 24), photometric=2)])) == "unsupported"
    complex_ = _gray(np.zeros((32, 48), dtype="<u4"), bits=(32,), tags={_FORMAT: ("H", [5])})
    assert fate(tiff_file([complex_])) == "unsupported"


def _stretched(across: tuple[int, int], up: tuple[int, int]) -> TiffPage:
    return _gray(_RAMP[:, :128].astype(np.uint8), tags={_ACROSS: ("r", [across]), _UP: ("r", [up])})


@pytest.mark.parametrize(
    ("across", "up", "size"),
    [
        ((204, 1), (98, 1), (128, 133)),
        ((98, 1), (204, 1), (266, 64)),
        ((300, 1), (300, 1), (128, 64)),
        ((204, 1), (196, 1), (128, 64)),
        ((204, 0), (98, 1), (128, 64)),
        ((4_000_000_000, 1), (1, 1), (128, 64)),
    ],
)
def test_a_fax_of_low_resolution_is_not_squeezed(
    across: tuple[int, int], up: tuple[int, int], size: tuple[int, int], clean: CleanIt
) -> None:
    result = clean(tiff_file([_stretched(across, up)]))
    assert Image.open(io.BytesIO(result.content)).size == size
    pages = _drawn(clean(tiff_file([_stretched(across, up)] * 2)).content)
    assert abs(pages[0].width - size[0]) < 4
    assert abs(pages[0].height - size[1]) < 4


async def test_random_damage_is_clean_or_refused(in_children: Scrubber) -> None:
    hosts = [
        _saved([_fax(n, (200, 100)) for n in (1, 2, 3)], compression="group4"),
        tiff_file([_gray(_TWELVE.astype("<u2"), bits=(16,), tags={_MAXIMUM: ("H", [4095])}), _page(3)]),
        tiff_file([TiffPage((8, 8), bytes(64), {_KIND: ("I", [1])}, below=[_page(9)])]),
    ]
    await assert_damage_is_clean_or_refused(in_children, hosts, seed=12, number=45)


@pytest.mark.parametrize("compression", ["raw", "tiff_adobe_deflate"])
def test_a_scan_whose_end_is_missing_is_kept_as_far_as_it_goes(compression: str, clean: CleanIt) -> None:
    """A scanner writes strips of eight rows: what was packed ends with the last one that is whole."""
    strips = [_RAMP[top : top + 8].astype(np.uint8).tobytes() for top in range(0, 64, 8)]
    if compression != "raw":
        strips = [zlib.compress(strip) for strip in strips]
    ends = np.cumsum([len(strip) for strip in strips])
    head = len(tiff_file([_in_strips(strips, 0, compression)]))
    whole = tiff_file([_in_strips(strips, head, compression)]) + b"".join(strips)
    assert _is_ramp(clean(whole))
    result = clean(whole[: head + int(ends[3]) + 15])
    assert result.notes == ("picture_remains", "cut_short")
    kept = _picture(result)
    assert kept.shape == ((64 if compression == "raw" else 32), 256)
    assert np.abs(kept[:32] - _RAMP[:32]).max() <= 4
    assert fate(whole[:head]) == "truncated"


def _in_strips(strips: list[bytes], head: int, compression: str) -> TiffPage:
    """Its strips begin at `head`, behind its directory."""
    places = [head + sum(map(len, strips[:number])) for number in range(len(strips))]
    tags: dict[int, Any] = {
        259: ("H", [1 if compression == "raw" else 8]),
        273: ("I", places),
        278: ("H", [8]),
        279: ("I", [len(strip) for strip in strips]),
    }
    return TiffPage((256, 64), b"", tags)


def test_pages_that_are_missing_are_told(clean: CleanIt) -> None:
    data = tiff_file([_page(10), _page(120), _page(250)])
    found = Image.open(io.BytesIO(data))
    found.seek(2)
    third = found.tag_v2[273][0]  # type: ignore[attr-defined]  # a TIFF's
    result = clean(data[:third])
    assert len(_drawn(result.content)) == 2
    assert "frames_dropped" in result.notes


def test_a_tiff_cut_anywhere_is_clean_or_refused() -> None:
    data = _saved([_fax(n, (200, 100)) for n in (1, 2)], compression="group4")
    data += struct.pack("<I", 0)
    for end in range(8, len(data), 13):
        assert fate(data[:end]) in ("clean", "broken", "truncated", "unsupported")


@pytest.mark.parametrize("kind", [1, 2, 3, 4, 7])
def test_a_packet_of_another_type_costs_no_picture(kind: int, clean: Callable[[bytes], Clean]) -> None:
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "TIFF", tiffinfo={700: b"<x:xmpmeta>     "})
    data = bytearray(out.getvalue())
    entry = data.index(struct.pack("<HH", 700, 1))
    struct.pack_into("<H", data, entry + 2, kind)
    assert "description" in clean(bytes(data)).removed


def test_heads_of_pages_that_pillow_leaves_behind_are_not_told() -> None:
    out = io.BytesIO()
    pages = [Image.new("L", (40 + at, 30), 90 * at) for at in range(3)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    data = out.getvalue()
    assert take_inventory("image/tiff", data).removed == set()
    at = data.rindex(b"II*\0") + 4
    assert take_inventory("image/tiff", data[:at] + b"OWN!" + data[at + 4 :]).removed == {"other_metadata"}
