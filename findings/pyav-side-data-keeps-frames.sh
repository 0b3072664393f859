#!/usr/bin/env bash
# PyAV 18.1.0. To look at `frame.side_data`, even where a film has none, ties the frame and its container of side data in a
# circle, so the picture stays in memory when the last name for it is gone, until the garbage is searched whole. Of
# a film a thousand pictures are few objects, too few for the search to start by itself, and `gc.collect(0)` and
# `gc.collect(1)` find nothing: a loop that decodes, looks and lets go holds every picture of the film. Without the look,
# or with a `gc.collect()` for each picture, it holds one or two.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import gc
import io

import av
import numpy

PICTURES = 60


def film() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(PICTURES):
            dots = numpy.full((240, 320, 3), number, numpy.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(dots, format="rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


def alive(look: bool, search: int | None) -> int:
    """How many frames that nobody has a name for are there behind the last one."""
    gc.collect()
    with av.open(io.BytesIO(DATA)) as container:
        for frame in container.decode(video=0):
            if look:
                assert tuple(frame.side_data) == ()
            del frame
            if search is not None:
                gc.collect(search)
        return sum(isinstance(each, av.VideoFrame) for each in gc.get_objects())


DATA = film()
found = {
    "no look": alive(False, None),
    "a look": alive(True, None),
    "a look, gc.collect(0)": alive(True, 0),
    "a look, gc.collect(1)": alive(True, 1),
    "a look, gc.collect()": alive(True, 2),
}
print(f"of {PICTURES} pictures still there:", found)
assert found["no look"] <= 2 and found["a look, gc.collect()"] <= 2
assert min(found["a look"], found["a look, gc.collect(0)"], found["a look, gc.collect(1)"]) >= PICTURES - 3
print("as seen: a look at side_data keeps each picture until the garbage is searched whole")
PY
"$place/venv/bin/python" "$place/look.py"
