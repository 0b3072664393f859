"""Old Office documents by what their container holds: which program's they are, and whether a password locks
them. Only the directory and the first bytes of one stream are looked at.

Sources: [MS-CFB] 2.2 and 2.6 (header, directory), [MS-DOC] 2.5.2 (FibBase), [MS-XLS] 2.4.117 (FilePass),
[MS-PPT] 2.1 and 2.3.1 (an encrypted document has a summary of its own), [RTF].
"""

import re
import struct

_MAIN = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_ENTRY = 128
_STREAM = 2
_SIZES = (9, 12)
_BOF, _FILE_PASS, _WRITE_PROTECT = frozenset({0x809, 0x409, 0x209, 9}), 0x2F, 0x86
_FIB = 12
_OLD_OPEN = {b"writer": "sxw", b"calc": "sxc", b"impress": "sxi"}
_SUN = re.compile(rb"PK\x03\x04.{26}mimetype(?:.{0,64}?)application/vnd\.sun\.xml\.(\w{3,12})", re.DOTALL)


def old_kind(untrusted: bytes) -> str | None:
    """doc, xls, xlsb, ppt, rtf, sxw, sxc or sxi for an old document that LibreOffice may read, or None."""
    if untrusted.startswith(b"{\\rtf"):
        return "rtf"
    if found := _SUN.match(untrusted[:256]):
        return next((kind for word, kind in _OLD_OPEN.items() if found[1].startswith(word)), None)
    if untrusted.startswith(b"PK\3\4") and b"xl/workbook.bin" in untrusted:
        return "xlsb"
    entry = _main_entry(untrusted)
    return None if entry is None else entry[0]


def is_locked(untrusted: bytes) -> bool:
    """Whether a password locks an old document."""
    entry = _main_entry(untrusted)
    if entry is None:
        return False
    kind, head = entry
    if kind == "doc":
        return len(head) >= _FIB and bool(head[11] & 1)
    return _has_file_pass(head) if kind == "xls" else _spelled("EncryptedSummary") in untrusted


def _spelled(name: str) -> bytes:
    return name.encode("utf-16-le")


def _main_entry(untrusted: bytes) -> tuple[str, bytes] | None:
    """The kind, and the first bytes of its main stream. Objects inside a document have streams of the same
    names: the program's own comes first.
    """
    if not untrusted.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") or len(untrusted) < 512:
        return None
    shift = int.from_bytes(untrusted[30:32], "little")
    if shift not in _SIZES:
        return None
    found = []
    for name, kind in _MAIN.items():
        at = untrusted.find(_spelled(name))
        while at >= 0 and not _is_stream(untrusted, at, name):
            at = untrusted.find(_spelled(name), at + 2)
        if at >= 0:
            found.append((at, kind))
    if not found:
        return None
    at, kind = min(found)
    sector, size = struct.unpack_from("<II", untrusted, at + 116)
    start = (sector + 1) << shift
    return kind, untrusted[start : start + min(size, 512)]


def _is_stream(untrusted: bytes, at: int, name: str) -> bool:
    """Whether a directory entry of that name begins there."""
    if at % _ENTRY or at + _ENTRY > len(untrusted):
        return False
    return untrusted[at + 64 : at + 67] == struct.pack("<HB", 2 * len(name) + 2, _STREAM)


def _has_file_pass(head: bytes) -> bool:
    at, first = 0, True
    while at + 4 <= len(head):
        record, length = struct.unpack_from("<HH", head, at)
        if first and record not in _BOF:
            return False
        if record == _FILE_PASS:
            return True
        if not first and record != _WRITE_PROTECT:
            return False
        first = False
        at += 4 + length
    return False
