#!/usr/bin/env bash
# PyAV 18.1.0 with its x264 (core 165). Who adds a libx264 stream and says nothing of threads gets thread_count 0 (as many as
# there are processors) and thread_type SLICE, where FFmpeg's own default lets x264 take several pictures at once. x264
# then cuts each picture into as many slices as it has threads: one and the same program writes other bytes on another
# machine, larger ones with more processors, and the slices (NAL units of type 1 and 5) of one picture tell how many
# processors the program could use (x264 stops at a number that goes by the height). With thread_type FRAME there is one
# slice a picture and the pictures' bytes are the same for 1, 2 and 4 threads; only x264's note in the stream differs.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import io
import os
import re

import av
import numpy
from av.codec.context import ThreadType

WIDTH, HEIGHT, PICTURES = 640, 360, 30
noise = numpy.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH + 8 * PICTURES, 3), dtype=numpy.uint8)


def encoded(threads: int | None, kind: str | None) -> tuple[float, list[bytes]]:
    """Slices a picture, and the NAL units of all pictures."""
    out = io.BytesIO()
    with av.open(out, "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "23"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        assert (stream.codec_context.thread_count, stream.codec_context.thread_type) == (0, ThreadType.SLICE)
        if threads is not None:
            stream.codec_context.thread_count = threads
        if kind is not None:
            stream.codec_context.thread_type = kind
        for start in range(0, 8 * PICTURES, 8):
            picture = numpy.ascontiguousarray(noise[:, start : start + WIDTH])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    assert b"x264 - core 165" in out.getvalue()
    units = re.split(b"\0\0\0?\1", out.getvalue())[1:]
    slices = [unit for unit in units if unit[0] & 31 in (1, 5)]
    return len(slices) / PICTURES, slices


def told(name: str, seen: tuple[float, list[bytes]]) -> tuple[float, int, list[bytes]]:
    size = sum(map(len, seen[1]))
    print(f"{name}: slices a picture {seen[0]:g}, bytes of all slices {size}")
    return seen[0], size, seen[1]


one, two, four = (told(f"{threads} threads, type as given", encoded(threads, None)) for threads in (1, 2, 4))
assert (one[0], two[0], four[0]) == (1, 2, 4) and one[1] < two[1] < four[1]
frames = [told(f"{threads} threads, FRAME", encoded(threads, "FRAME")) for threads in (1, 2, 4)]
assert all(seen == one for seen in frames)
usable = os.sched_getaffinity(0)
many = told(f"nothing said, {len(usable)} processors", encoded(None, None))
os.sched_setaffinity(0, {min(usable)})
single = told("nothing said, 1 processor", encoded(None, None))
assert single == one and (many[0] > 1) == (len(usable) > 1)
print("as seen: as many slices as threads, and as many threads as processors, unless one says FRAME")
PY
"$place/venv/bin/python" "$place/look.py"
