"""Names a sound or a video by its first bytes. Whether an ISO file holds pictures, its tracks tell later.

Signatures: RFC 3533 (Ogg), ISO/IEC 11172-3 and 13818-3 (MPEG audio), 13818-7 (ADTS), 13818-1 and 11172-1
(MPEG streams), 13818-2 (their pictures alone), 14496-12 (ISO media; the brands are registered at
mp4ra.org), QuickTime File Format, RFC 9639 (FLAC), RFC 4867 (AMR), RFC 8794 (EBML), RFC 3625 (QCP), AIFF 1.3,
Core Audio Format, EBU Tech 3306 (RF64), SMPTE 377-1 (MXF), ASF 1.2, FLV 10.1, ATSC A/52 (AC-3), ITU-T
H.264 and H.265 (annex B), 14496-2.
"""

_SIGNATURES = (
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR\n", "audio/amr"),
    (b"#!AMR-WB\n", "audio/amr"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"caff\0\1\0\0", "audio/x-caf"),
    (b".snd\0\0", "audio/basic"),
    (b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb", "audio/x-w64"),
    (b"wvpk", "audio/x-wavpack"),
    (b"MAC \x8c\x0f\0\0", "audio/x-ape"),
    (b"MAC \x96\x0f\0\0", "audio/x-ape"),
    (b"TTA1\1\0", "audio/x-tta"),
    (b"Creative Voice File\x1a", "audio/x-voc"),
    (b"\2dss\0", "audio/x-dss"),  # dictation machines
    (b"\3dss\0", "audio/x-dss"),
    (b"\3ds2", "audio/x-dss"),
    (b"FLV\1", "video/x-flv"),
    (b"\0\0\1\xba", "video/mpeg"),  # also on a DVD
    (b"\0\0\1\xb3", "video/x-mpeg-pictures"),
    (b"\0\0\1\xb0", "video/x-mpeg4-pictures"),
    *(
        (b"\0\0\0\1" + first, "video/h264") for first in (b"\x67", b"\x27", b"\x47", b"\x09")
    ),  # cameras' discs
    *((b"\0\0\1" + first, "video/h264") for first in (b"\x67", b"\x27", b"\x09")),
    *((b"\0\0\0\1" + first + b"\1", "video/h265") for first in (b"\x40", b"\x42", b"\x46")),
    (b"\x1f\x07\0", "video/x-dv"),
    (b"DKIF\0\0", "video/x-ivf"),
    (b"\x7f\xfe\x80\1", "audio/vnd.dts"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", "video/x-ms-asf"),
    (b"\xb7\xd8\x00\x20\x37\x49\xda\x11\xa6\x4e", "video/x-wtv"),
    (b".RMF\0\0\0", "video/vnd.rn-realvideo"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", "video/mxf"),
)
_RIFF = {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"AVIX": "video/x-msvideo", b"QLCM": "audio/qcelp"}
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"F4A "})
_VIDEO_BRANDS = frozenset(
    {
        b"avc1",
        b"dash",
        b"mmp4",
        b"MSNV",
        b"M4V ",
        b"M4VH",
        b"M4VP",
        b"F4V ",
        b"f4v ",
        b"XAVC",
        b"NDSC",
        b"NDSH",
        b"mp71",
    }
)
_OLD_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})


def sniff_media(head: bytes) -> str | None:
    """Returns the media type of a sound or video that can be scrubbed, or None when it is none."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if _is_mpeg_audio(head):
        return "audio/mpeg"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0 and head[2] >> 2 & 15 < 13:
        return "audio/aac"
    if (
        head[:2] == b"\x0b\x77"
        and not _is_plain_words(head)
        and len(head) > 5
        and head[4] < 0xC0
        and head[5] >> 3 <= 16
    ):
        return "audio/ac3" if head[5] >> 3 <= 10 else "audio/eac3"
    if head[:4] in (b"RIFF", b"RF64", b"BW64"):
        return _RIFF.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head[8:12])
    if head[4:8] in _OLD_QUICKTIME and head[:2] in (b"\0\0", b"\0\1"):
        return "video/quicktime"
    if _is_transport(head) or (head[:1] < b"\x40" and _is_transport(head[4:])):
        return "video/mp2t"
    return None


def is_transport_stream(untrusted: bytes) -> bool:
    """Whether packets of 188, 192 or 204 bytes follow each other, of which 64 bytes show the first alone."""
    return any(
        all(untrusted[at : at + 1] == b"G" for at in range(first, min(len(untrusted), 5 * size), size))
        for first, size in ((0, 188), (4, 192), (0, 204))
    )


def _is_transport(head: bytes) -> bool:
    """Sync, no error, not scrambled, something in it; and a byte that no words have."""
    if len(head) < 4 or head[0] != 0x47 or head[1] & 0x80 or head[3] & 0xC0 or not head[3] & 0x30:
        return False
    return any(byte < 9 or 13 < byte < 32 or byte > 126 for byte in head[1:4])


def _is_plain_words(head: bytes) -> bool:
    """What a sync word may begin by chance."""
    return all(8 < byte < 14 or 31 < byte < 127 for byte in head)


def _is_mpeg_audio(head: bytes) -> bool:
    """11 bits of sync, layer II or III, no reserved version, bit rate or sampling rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer, bit_rate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer in (1, 2) and bit_rate not in (0, 15) and rate != 3


def _sniff_brand(brand: bytes) -> str | None:
    if brand in _SOUND_BRANDS:
        return "audio/mp4"
    if brand == b"qt  ":
        return "video/quicktime"
    if brand[:3] in (b"iso", b"mp4", b"3gp", b"3g2") or brand in _VIDEO_BRANDS:
        return "video/mp4"
    return None
