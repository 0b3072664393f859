#!/usr/bin/env bash
# PyAV 18.1.0. `frame.side_data` is a collections.abc.Mapping, but to iterate over it gives the values where a Mapping
# gives keys. So what Mapping makes of that is broken on any frame with side data: `.values()` and `.items()` raise
# KeyError, `dict(frame.side_data)` too, and `x in frame.side_data` for each x that it gives is False. `[type]` by the
# name of the kind works. A film of x264 has side data on its first picture: the note of its settings.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import io
from collections.abc import Mapping

import av
import numpy

out = io.BytesIO()
with av.open(out, "w", format="mp4") as container:
    stream = container.add_stream("libx264", rate=25)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    dots = numpy.zeros((64, 64, 3), numpy.uint8)
    container.mux(stream.encode(av.VideoFrame.from_ndarray(dots, format="rgb24")))
    container.mux(stream.encode(None))
with av.open(io.BytesIO(out.getvalue())) as container:
    side = next(container.decode(video=0)).side_data
    given = list(side)
    print("a Mapping:", isinstance(side, Mapping), "of", len(side), "iterating gives", [type(each).__name__ for each in given])
    print("by its kind:", type(side["SEI_UNREGISTERED"]).__name__)
    ends = {}
    for name, use in (
        ("values()", lambda: list(side.values())),
        ("items()", lambda: list(side.items())),
        ("dict()", lambda: dict(side)),
        ("each in it", lambda: [each in side for each in given]),
    ):
        try:
            ends[name] = str(use())
        except KeyError:
            ends[name] = "KeyError"
    print(ends)
    assert isinstance(side, Mapping) and len(side) == len(given) == 1
    assert side["SEI_UNREGISTERED"] is given[0]
    assert ends == {"values()": "KeyError", "items()": "KeyError", "dict()": "KeyError", "each in it": "[False]"}
print("as seen: iterating gives values, so values() and items() fail")
PY
"$place/venv/bin/python" "$place/look.py"
