#!/usr/bin/env bash
# PyAV 18.1.0 (its FFmpeg). Subtitles in words (SubRip, WebVTT) put into an MPEG program stream are taken without an error, and read back as
# "dvdsub", the pictures that a DVD shows; in a transport stream they come back as data of no kind. Matroska keeps what they are, and MP4, AVI, FLV, NUT
# refuse them by name. So a program that looks for subtitles by their kind finds pictures or nothing, though the words lie in the file.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0
cat >"$place/look.py" <<'PY'
import io

import av

WORDS = {
    "srt": b"1\n00:00:00,000 --> 00:00:01,000\nHello words\n\n",
    "webvtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello words\n",
}


def read_back(kind, container):
    out = io.BytesIO()
    try:
        with av.open(io.BytesIO(WORDS[kind]), "r", format=kind) as words, av.open(out, "w", format=container) as film:
            track = film.add_stream_from_template(words.streams[0])
            for packet in words.demux():
                if packet.dts is not None:
                    packet.stream = track
                    film.mux(packet)
    except ValueError:
        return "refused"
    assert b"Hello words" in out.getvalue()
    with av.open(io.BytesIO(out.getvalue()), "r", format=container) as film:
        (track,) = film.streams
        return track.type, track.codec_context.name if track.codec_context else None


for kind in WORDS:
    found = {container: read_back(kind, container) for container in ("matroska", "mpeg", "mpegts", "mp4", "avi", "flv", "nut")}
    print(kind, found)
    assert found == {
        "matroska": ("subtitle", kind),
        "mpeg": ("subtitle", "dvdsub"),
        "mpegts": ("data", None),
        "mp4": "refused",
        "avi": "refused",
        "flv": "refused",
        "nut": "refused",
    }
print("as seen: two containers take words that they cannot name, and say another thing of them, or none")
PY
"$place/venv/bin/python" "$place/look.py"
