#!/usr/bin/env bash
# PyAV 18.1.0 with its x264 (core 165). x264 calls itself repeatable unless one asks for "non-deterministic", and without a
# limit of bits four threads do write the same bytes each time. Under a limit (VBV: maxrate and bufsize) they don't: the
# same pictures give other files, of other lengths, from run to run, whether the threads share one picture (slices, which
# PyAV asks for by itself) or take several pictures at once. One thread under the same limit is repeatable.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import hashlib
import io

import av
import numpy

WIDTH, HEIGHT, PICTURES, RUNS = 640, 360, 60, 5
noise = numpy.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH + 8 * PICTURES, 3), dtype=numpy.uint8)


def encoded(threads: int, kind: str, limit: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "23", **limit})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.thread_count = threads
        stream.codec_context.thread_type = kind
        for start in range(0, 8 * PICTURES, 8):
            picture = numpy.ascontiguousarray(noise[:, start : start + WIDTH])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


def different(threads: int, kind: str, limit: dict[str, str]) -> int:
    files = [encoded(threads, kind, limit) for _ in range(RUNS)]
    sliced = threads > 1 and kind == "SLICE"
    assert b"x264 - core 165" in files[0] and b" threads=%d " % threads in files[0]
    assert b" sliced_threads=%d " % sliced in files[0]
    found = len({hashlib.sha256(file).digest() for file in files})
    print(f"threads: {threads} by {kind.lower()}, limit: {'yes' if limit else 'no'},", end=" ")
    print(f"different files in {RUNS} runs: {found}, bytes:", *(len(file) for file in files))
    return found


LIMIT = {"maxrate": "500k", "bufsize": "500k"}
for kind in ("FRAME", "SLICE"):
    assert different(4, kind, {}) == 1
    assert different(4, kind, LIMIT) > 1
assert different(1, "FRAME", LIMIT) == 1
print("as seen: under a limit of bits only one thread writes the same bytes twice")
PY
"$place/venv/bin/python" "$place/look.py"
