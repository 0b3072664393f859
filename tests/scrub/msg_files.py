"""Compound files and e-mails as Outlook saves them, written by hand (MS-CFB 2, MS-OXMSG 2)."""

import struct
from collections.abc import Mapping
from typing import Any

Tree = Mapping[str, Any]
"""Names, and bytes or a tree."""

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(tree: Tree) -> bytes:
    """A compound file of version 3; storages are mappings."""
    entries: list[tuple[str, int, bytes, int, int]] = [("Root Entry", 5, b"", _FREE, _FREE)]
    siblings: dict[int, int] = {}

    def add(items: Tree, parent: int) -> None:
        previous = None
        for name, content in items.items():
            number = len(entries)
            entries.append((name, 2 if isinstance(content, bytes) else 1, b"", _FREE, _FREE))
            if previous is None:
                entries[parent] = (*entries[parent][:4], number)
            else:
                siblings[previous] = number
            previous = number
            if isinstance(content, bytes):
                entries[number] = (name, 2, content, _FREE, _FREE)
            else:
                add(content, number)

    add(tree, 0)
    mini, sectors = b"", b""
    minis: list[int] = []
    fat: list[int] = []
    places: dict[int, int] = {}
    for number, (_, kind, content, _, _) in enumerate(entries):
        if kind == 2 and 0 < len(content) < _CUTOFF:
            places[number] = len(mini) // _MINI
            count = -(-len(content) // _MINI)
            minis += [*range(len(minis) + 1, len(minis) + count), _END]
            mini += content.ljust(count * _MINI, b"\0")

    def chain(content: bytes) -> int:
        nonlocal sectors
        if not content:
            return _END
        first, count = len(fat), -(-len(content) // _SECTOR)
        fat.extend([*range(first + 1, first + count), _END])
        sectors += content.ljust(count * _SECTOR, b"\0")
        return first

    for number, (_, kind, content, _, _) in enumerate(entries):
        if kind == 2 and number not in places:
            places[number] = chain(content)
    places[0] = chain(mini)
    minifat = b"".join(struct.pack("<I", each) for each in minis)
    first_minifat = chain(minifat.ljust(-(-len(minifat) // _SECTOR) * _SECTOR, b"\xff"))
    directory = b""
    for number, (name, kind, content, _, child) in enumerate(entries):
        raw = name.encode("utf-16-le")
        size = len(mini) if number == 0 else len(content)
        directory += raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
        directory += struct.pack("<III", _FREE, siblings.get(number, _FREE), child) + bytes(36)
        directory += struct.pack("<IQ", places.get(number, 0 if kind == 1 else _END), size)
    first_directory = chain(directory)
    fats = -(-(len(fat) + 1) // 127)
    begins = len(fat)
    fat.extend([_FAT] * fats)
    table = b"".join(struct.pack("<I", each) for each in fat).ljust(fats * _SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(10) + struct.pack("<III", fats, first_directory, 0)
    head += struct.pack("<IIIII", _CUTOFF, first_minifat, -(-len(minifat) // _SECTOR), _END, 0)
    difat = b"".join(struct.pack("<I", begins + at) for at in range(fats))
    return head + difat.ljust(436, b"\xff") + sectors + table


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def properties(head: int, **values: int) -> bytes:
    """`head` bytes, then properties `t00390040=...`."""
    out = bytes(head)
    for tag, value in values.items():
        out += struct.pack("<IIQ", int(tag[1:], 16), 6, value)
    return out


SENT = 133813303270000000
"""14 January 2025, 14:32:07 UTC, in tenths of microseconds since 1601."""


def attached(content: bytes, **more: bytes) -> Tree:
    return {
        "__properties_version1.0": properties(8, t37050003=1),
        "__substg1.0_37010102": content,
        "__substg1.0_3707001F": wide("CANARY.jpg"),
        "__nameid": b"CANARY",
        **{f"__substg1.0_{name}": value for name, value in more.items()},
    }


def message(head: int = 32, **more: Any) -> dict[str, Any]:
    """The tree of a message; further streams and storages by name, `p1000001F=...` for a property's."""
    tree: dict[str, Any] = {
        "__nameid_version1.0": {"__substg1.0_00020102": b"CANARY"},
        "__properties_version1.0": properties(head, t00390040=SENT, t0E060040=SENT + 10**9),
        "__recip_version1.0_#00000000": {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3001001F": wide("CANARY"),
        },
        "__substg1.0_001A001F": wide("IPM.Note"),
        "__substg1.0_0037001F": wide("Turnos de mañana"),
        "__substg1.0_0C1A001F": wide("CANARY"),
        "__substg1.0_0E04001F": wide("CANARY"),
        "__substg1.0_007D001F": wide(
            "Received: from CANARY\r\n by CANARY\r\nMessage-ID: <CANARY>\r\nX-Mailer: CANARY\r\n"
        ),
        "__substg1.0_1035001F": wide("<CANARY>"),
    }
    for name, value in more.items():
        tree[f"__substg1.0_{name[1:]}" if name.startswith("p") else name] = value
    return tree


def msg(**more: Any) -> bytes:
    return compound(message(**more))
