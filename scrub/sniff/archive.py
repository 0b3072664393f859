"""Names archives and old office documents by their first bytes. Only ZIP is opened; the rest is explained.

Signatures: PKWARE APPNOTE 4.3, MS-CFB 2.2, 7zFormat.txt, RAR technical note, RFC 1952 (gzip), bzip2, the .xz
format 2.1.1, RFC 8878 (Zstandard), LZ4 frame, MS-CAB, POSIX ustar, RFC 5652 3 (CMS).
"""

import re

from scrub.sniff.ole import is_locked

ZIP = "application/zip"
OLE = "application/x-ole-storage"
RTF = "application/rtf"
MAYBE_TAR = "application/x-tar"
CMS = "application/pkcs7-mime"

_SIGNATURES = (
    (b"PK\3\4", ZIP),
    (b"PK\5\6", ZIP),  # an empty one
    (b"PK\7\x08PK\3\4", ZIP),  # one that was meant to span disks
    (b"PK00PK\3\4", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\7", "application/vnd.rar"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"LZIP\1", "application/x-lzip"),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
)
_SIGNED_OR_LOCKED = re.compile(rb"\x30.{1,6}?\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07[\x02\x03]", re.S)
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)")
_NAME_AND_NULS = re.compile(rb"[^\0-\x1f\x7f]+\0+")
_FULL = 64

CLOSED = frozenset({kind for _, kind in _SIGNATURES} - {ZIP, OLE, RTF} | {"application/x-bzip2", MAYBE_TAR})
"""Archives that are refused as `archive_kind` rather than opened."""


def sniff_archive(head: bytes) -> str | None:
    """Returns the media type of an archive or an old office document, or None."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if _SIGNED_OR_LOCKED.match(head):
        return CMS
    if _BZIP2.match(head):
        return "application/x-bzip2"
    # A tar begins with a name of up to 100 bytes; its signature comes later (`is_tar`).
    return MAYBE_TAR if len(head) >= _FULL and _NAME_AND_NULS.fullmatch(head) else None


def is_tar(untrusted: bytes) -> bool:
    """The signature of POSIX and GNU at byte 257."""
    return untrusted[257:262] == b"ustar"


def is_locked_ole(untrusted: bytes) -> bool:
    """Whether an OLE file only wraps an office document under a password (MS-OFFCRYPTO 2.3.4)."""
    return "EncryptedPackage".encode("utf-16-le") in untrusted


def why_closed(media_type: str, untrusted: bytes) -> str | None:
    """The code of the refusal for what is named here but never opened, or None."""
    if media_type == OLE:
        return "encrypted" if is_locked_ole(untrusted) or is_locked(untrusted) else "old_office"
    if media_type == RTF:
        return "old_office"
    if media_type == MAYBE_TAR:
        return "archive_kind" if is_tar(untrusted) else "unsupported"
    return "archive_kind" if media_type in CLOSED else None
