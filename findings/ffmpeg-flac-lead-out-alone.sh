#!/usr/bin/env bash
# PyAV 18.1.0 (its FFmpeg) and libsndfile by soundfile 0.13.1. A FLAC file may carry a cue sheet whose only track is the lead-out: the
# format asks for at least one track "because of the requisite lead-out". libsndfile reads such a recording; FFmpeg refuses the whole
# file as invalid data, sound and all. With one more track in the same block it reads it.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 soundfile==0.13.1 numpy==2.3.5
cat >"$place/look.py" <<'PY'
import io

import av
import numpy
import soundfile

CUESHEET, LEAD_OUT = 5, 255
made = io.BytesIO()
soundfile.write(made, numpy.zeros(4096, dtype="int16"), 44100, format="FLAC")
data = made.getvalue()


def track(offset, number, points):
    point = (0).to_bytes(8, "big") + bytes([1, 0, 0, 0])
    return offset.to_bytes(8, "big") + bytes([number]) + bytes(26) + bytes([points]) + point * points


def with_sheet(*tracks):
    """The same sound, with a cue sheet behind the first block of metadata."""
    sheet = bytes(128 + 8 + 1 + 258) + bytes([len(tracks)]) + b"".join(tracks)
    end = 8 + int.from_bytes(data[5:8], "big")
    return data[:end] + bytes([CUESHEET]) + len(sheet).to_bytes(3, "big") + sheet + data[end:]


def by_ffmpeg(content):
    try:
        with av.open(io.BytesIO(content)) as file:
            return sum(frame.samples for frame in file.decode(audio=0))
    except av.error.InvalidDataError:
        return "invalid data"


alone = with_sheet(track(4096, LEAD_OUT, 0))
both = with_sheet(track(0, 1, 1), track(4096, LEAD_OUT, 0))
for name, content in (("the lead-out alone", alone), ("a track and the lead-out", both)):
    print(f"{name}: FFmpeg {by_ffmpeg(content)}, libsndfile {len(soundfile.read(io.BytesIO(content))[0])} samples")
    assert len(soundfile.read(io.BytesIO(content))[0]) == 4096
assert not data[4] & 0x80
assert (by_ffmpeg(data), by_ffmpeg(both), by_ffmpeg(alone)) == (4096, 4096, "invalid data")
print("as seen: one and the same sound is read or refused, by how many tracks its cue sheet has")
PY
"$place/venv/bin/python" "$place/look.py"
