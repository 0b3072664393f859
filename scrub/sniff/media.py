"""Names a sound or a video by its first bytes. Whether an ISO file holds pictures, its tracks tell later.

Signatures: RFC 3533 (Ogg), ISO/IEC 11172-3 and 13818-3 (MPEG audio), 13818-7 (ADTS), 14496-12 (ISO media; the
brands are registered at mp4ra.org), QuickTime File Format, RFC 9639 (FLAC), RFC 4867 (AMR), RFC 8794 (EBML).
"""

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
        b"XAVC",
        b"NDSC",
        b"NDSH",
        b"mp71",
    }
)
_OLD_QUICKTIME = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})


def sniff_media(head: bytes) -> str | None:
    """Returns the media type of a sound or video that can be scrubbed, or None when it is none."""
    if head[:4] == b"OggS":
        return "audio/ogg"
    if head[:3] == b"ID3" or _is_mpeg_audio(head):
        return "audio/mpeg"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0 and head[2] >> 2 & 15 < 13:
        return "audio/aac"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[:4] == b"fLaC":
        return "audio/flac"
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head[8:12])
    if head[4:8] in _OLD_QUICKTIME and head[:2] in (b"\0\0", b"\0\1"):
        return "video/quicktime"
    return None


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
