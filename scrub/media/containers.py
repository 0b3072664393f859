"""Which demuxer reads which type: exactly the one that the content names, never FFmpeg's guess.

A container that isn't in this table stays closed, whatever FFmpeg could make of it.
"""

from scrub.report import Refusal
from scrub.sniff.media import is_transport_stream

_DEMUXERS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/amr": "amr",
    "audio/mp4": "mov",
    "audio/ac3": "ac3",
    "audio/aiff": "aiff",
    "audio/basic": "au",
    "audio/eac3": "eac3",
    "audio/qcelp": "qcp",
    "audio/vnd.dts": "dts",
    "audio/x-ape": "ape",
    "audio/x-caf": "caf",
    "audio/x-dss": "dss",
    "audio/x-tta": "tta",
    "audio/x-voc": "voc",
    "audio/x-w64": "w64",
    "audio/x-wavpack": "wv",
    "video/h264": "h264",
    "video/h265": "hevc",
    "video/mp2t": "mpegts",
    "video/mp4": "mov",
    "video/mpeg": "mpeg",
    "video/mxf": "mxf",
    "video/quicktime": "mov",
    "video/vnd.rn-realvideo": "rm",
    "video/webm": "matroska",
    "video/x-dv": "dv",
    "video/x-flv": "flv",
    "video/x-ivf": "ivf",
    "video/x-mpeg-pictures": "mpegvideo",
    "video/x-mpeg4-pictures": "m4v",
    "video/x-ms-asf": "asf",
    "video/x-msvideo": "avi",
    "video/x-wtv": "wtv",
}


def demuxer_of(media_type: str, untrusted: bytes) -> str:
    """Raises Refusal("unsupported") for what only began like a transport stream."""
    if media_type == "video/mp2t" and not is_transport_stream(untrusted):
        raise Refusal("unsupported")
    return _DEMUXERS[behind_id3(media_type, untrusted)]


def behind_id3(media_type: str, data: bytes) -> str:
    """ID3v2 may lead an MP3, an AAC or a FLAC file; its size is four times seven bits."""
    if data[:3] != b"ID3" or len(data) < 10:
        return media_type
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    behind = data[10 + size : 14 + size]
    if behind == b"fLaC":
        return "audio/flac"
    if len(behind) > 1 and behind[0] == 0xFF and behind[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return media_type
