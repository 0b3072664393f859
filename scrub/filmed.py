"""The QR codes in a picture or a film of a screen, as bytes.

Runs in a confined child (`scrub.isolation.filming`). Decoded by exactly the decoder that the content names,
as for cleaning; the codes are found by zxing-cpp (docs/adr/0196). A film is looked at frame by frame, but for
frames that show what the one before did.
"""

import io
import struct
import time
from collections.abc import Iterator

import av
import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from scrub.image import decode
from scrub.media.containers import demuxer_of
from scrub.media.video_pictures import frames
from scrub.sniff import SNIFF_BYTES, sniff

MAX_FILM = 256 << 20
"""Bytes of a film that is looked at: some minutes of a phone's."""

MOST_CODES = 8192
SECONDS = 240.0
"""So many different codes are taken from one file; so long it is looked at, in seconds of a processor."""

_LONGEST_CODE = 2953
_MOST_FRAMES = 20_000
_LARGEST_SIDE = 2400
_STEP = 16
_SAME = 1.5
_SIZE = struct.Struct(">H")
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_Gray = NDArray[np.uint8]


def codes_in(untrusted: bytes) -> list[bytes]:
    """What the codes say, each once. Raises whatever a decoder raises for a file that is none."""
    media_type = sniff(untrusted[:SNIFF_BYTES]) or ""
    found: dict[bytes, None] = {}
    before: _Gray | None = None
    had_code = False
    looked_at = _pictures if media_type.startswith("image/") else _film
    for gray in looked_at(media_type, untrusted):
        if len(found) >= MOST_CODES or time.process_time() > SECONDS:
            break
        small = gray[::_STEP, ::_STEP]
        same = before is not None and before.shape == small.shape and _difference(before, small) < _SAME
        if same and had_code:
            continue
        before = small.copy()
        codes = zxingcpp.read_barcodes(gray, formats=_FORMATS)
        had_code = bool(codes)
        for code in codes:
            if 0 < len(code.bytes) <= _LONGEST_CODE:
                found[bytes(code.bytes)] = None
    return list(found)


def packed(codes: list[bytes]) -> bytes:
    """As they go through the pipe: length (2) || bytes, of each."""
    return b"".join(_SIZE.pack(len(code)) + code for code in codes)


def sample() -> bytes:
    """A film of two frames, for warming up."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        track = file.add_stream("mpeg4", rate=25, width=64, height=64)
        for _ in range(2):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64), np.uint8), format="gray")
            file.mux(track.encode(frame.reformat(format="yuv420p")))
        file.mux(track.encode(None))
    return out.getvalue()


def _pictures(media_type: str, untrusted: bytes) -> Iterator[_Gray]:
    with decode.open_image(media_type, untrusted) as image:
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            if number == _MOST_FRAMES:
                return
            shown = frame.convert("RGBA") if frame.mode in {"P", "LA", "PA"} else frame
            if shown.mode == "RGBA":  # what is transparent is white
                shown = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
            shown = shown.convert("L")
            shown.thumbnail((2 * _LARGEST_SIDE, 2 * _LARGEST_SIDE))
            yield np.asarray(shown)


def _film(media_type: str, untrusted: bytes) -> Iterator[_Gray]:
    name = demuxer_of(media_type, untrusted)
    with av.open(io.BytesIO(untrusted), "r", format=name, metadata_errors="replace") as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        for number, frame in enumerate(frames(container, stream)):
            if number == _MOST_FRAMES:
                return
            decode.check_size((frame.width, frame.height))
            scale = min(1.0, _LARGEST_SIDE / max(frame.width, frame.height))
            gray = frame.reformat(
                width=max(1, int(frame.width * scale)),
                height=max(1, int(frame.height * scale)),
                format="gray",
            )
            yield np.asarray(gray.to_ndarray(), np.uint8)


def _difference(one: _Gray, other: _Gray) -> float:
    return float(np.abs(one.astype(np.int16) - other).mean())
