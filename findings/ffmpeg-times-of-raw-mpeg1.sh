#!/usr/bin/env bash
# PyAV 18.1.0 (FFmpeg, libavformat 62.12). 24 pictures that get brighter, as a bare MPEG-1 video stream with B pictures: it
# has a picture rate and no timestamps. FFmpeg hands the pictures out in the right order and gives them times that are not:
# the second and third are said to come after the fourth. Without B pictures the order is right, but one time is skipped on
# the way, so that 24 pictures last 25. The same pictures as bare MPEG-2, or the same MPEG-1 in MPEG-TS, are right.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import io

import av
import numpy

PICTURES, RATE = 24, 25


def times(container: str, codec: str, b_pictures: int) -> list[int]:
    """Of each picture in the order of decoding, counted in pictures from the first one."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        options = {"bf": str(b_pictures), "g": "12", "sc_threshold": "1000000000"}
        stream = out.add_stream(codec, rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(PICTURES):
            dots = numpy.full((48, 64, 3), number * 10, dtype=numpy.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(dots, format="rgb24")))
        out.mux(stream.encode(None))
    with av.open(io.BytesIO(file.getvalue())) as read:
        frames = list(read.decode(video=0))
    light = [frame.to_ndarray(format="gray").mean() for frame in frames]
    assert len(frames) == PICTURES and light == sorted(light)
    told = [round((frame.pts - frames[0].pts) * frame.time_base * RATE) for frame in frames]
    print(f"{codec} in {container}, {b_pictures} B pictures:", *told)
    return told


RIGHT = list(range(PICTURES))
assert av.library_versions["libavformat"][:2] == (62, 12)
assert times("mpeg2video", "mpeg2video", 2) == RIGHT
assert times("mpegts", "mpeg1video", 2) == RIGHT
assert times("mpeg1video", "mpeg1video", 2)[:5] == [0, 2, 3, 1, 5]
skipped = times("mpeg1video", "mpeg1video", 0)
assert skipped == sorted(skipped) and skipped != RIGHT and skipped[-1] == PICTURES
print("as seen: bare MPEG-1 video gets times out of order, or one too many")
PY
"$place/venv/bin/python" "$place/look.py"
