"""Kinds of metadata in HEIC, HEIF and AVIF, by boxes and items (ISO/IEC 14496-12 and 23008-12; AVIF 1.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from scrub.inventory.boxes import boxes
from scrub.inventory.findings import Inventory
from scrub.inventory.rows import names
from scrub.report import Refusal

_MAX_BOXES = 20_000
_MAX_ITEMS = 20_000
_MAX_STORES = 16
_UNASKED = (b"Color", b"Alpha")  # the names that libavif gives
_HEVC, _AV1 = frozenset({b"hvc1", b"hev1"}), frozenset({b"av01"})
_PICTURES = _HEVC | _AV1 | {b"grid", b"iden", b"iovl", b"tmap", b"avc1", b"vvc1", b"j2k1", b"jpeg", b"unci"}
_BOXES, _META, _PROPERTIES = names("heif"), names("heif_meta"), names("heif_properties")
_FILMS = frozenset({b"mpvd"})  # of motion photos; a burst of pictures is a `moov`
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


@dataclass(slots=True)
class _Items:
    """`spans`: where each item's bytes are, (construction method, offset, length)."""

    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    spans: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    references: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    idat: bytes = b""
    stores: list[tuple[int, int]] = field(default_factory=list)
    tracks: bool = False
    alpha: bool = False
    auxiliary: bool = False


def read_heif(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("mislabeled") when what is called HEVC holds only AV1."""
    _read(data, inventory, expected=_HEVC, other=_AV1)


def read_avif(data: bytes, inventory: Inventory) -> None:
    """Raises Refusal("mislabeled") when what is called AV1 holds only HEVC."""
    _read(data, inventory, expected=_AV1, other=_HEVC)


def _read(data: bytes, inventory: Inventory, *, expected: frozenset[bytes], other: frozenset[bytes]) -> None:
    items = _Items()
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"meta":
            _read_meta(data, start + 4, end, items, inventory)
        elif kind == b"moov":
            items.tracks = True
            inventory.tell(("@mp4",), data[start:end])
            inventory.film = expected is _HEVC
        elif kind in _FILMS:
            inventory.film = True
            inventory.add("trailer")
        elif kind == b"mdat":
            items.stores.append((start, end))
        elif kind in (b"free", b"skip"):
            if data[start:end].strip(b"\0"):
                inventory.add("other_metadata")
        elif kind not in _BOXES.named and b"c2pa" in data[start : start + 64]:
            inventory.add("identifier")
        else:
            inventory.tell(_BOXES.of(kind))
    codecs = set(items.kinds.values())
    if codecs & other and not codecs & expected:
        raise Refusal("mislabeled")
    _judge_items(data, items, inventory)
    _find_strays(data, items, inventory)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Raises Refusal for more than any picture needs."""
    for count, box in enumerate(boxes(data, at, end)):
        if count == _MAX_BOXES:
            raise Refusal("bomb")
        yield box


def _read_meta(data: bytes, at: int, end: int, items: _Items, inventory: Inventory) -> None:
    for kind, start, stop in _boxes(data, at, end):
        if kind == b"pitm":
            items.primary = int.from_bytes(data[start + 4 : start + (6 if data[start] == 0 else 8)], "big")
        elif kind == b"iinf":
            _read_item_kinds(data, start, stop, items, inventory)
        elif kind == b"iloc":
            _read_locations(data[start:stop], items)
        elif kind == b"iref":
            _read_references(data, start, stop, items)
        elif kind == b"idat":
            items.idat = data[start:stop]
        elif kind == b"iprp":
            _read_properties(data, start, stop, items, inventory)
        elif kind == b"hdlr":
            if data[start + 24 : stop].strip(b"\0"):
                inventory.add("software")
        else:
            inventory.tell(_META.of(kind), data[start:stop], blank=b"\0")


def _read_item_kinds(data: bytes, start: int, stop: int, items: _Items, inventory: Inventory) -> None:
    """iinf: version and flags (4), count (2 or 4), `infe` boxes: version, flags, id (2 or 4), protection
    (2), kind (4).
    """
    for kind, at, end in _boxes(data, start + (6 if data[start] == 0 else 8), stop):
        if kind == b"infe" and data[at] >= 2:
            width = 2 if data[at] == 2 else 4
            number = int.from_bytes(data[at + 4 : at + 4 + width], "big")
            kind_of_item = data[at + 6 + width : at + 10 + width]
            if not kind_of_item.isascii():  # the decoder's Python part dies of it
                raise Refusal("broken")
            items.kinds[number] = kind_of_item
            name = data[at + 10 + width : end].strip(b"\0")
            if name and kind_of_item in _PICTURES and name not in _UNASKED:
                inventory.add("description")
            if len(items.kinds) > _MAX_ITEMS:
                raise Refusal("bomb")


def _read_locations(body: bytes, items: _Items) -> None:
    """iloc, versions 0 to 2: sizes of its fields in nibbles, then per item its extents."""
    version = body[0]
    offset_size, length_size = body[4] >> 4, body[4] & 15
    base_size, index_size = body[5] >> 4, body[5] & 15 if version else 0
    wide = 4 if version == 2 else 2
    at = 6

    def take(size: int) -> int:
        nonlocal at
        if at + size > len(body):
            raise ValueError("short")
        value = int.from_bytes(body[at : at + size], "big")
        at += size
        return value

    for _ in range(min(take(wide), _MAX_ITEMS)):
        number = take(wide)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(base_size)
        spans = items.spans.setdefault(number, [])
        for _ in range(take(2)):
            take(index_size)
            spans.append((method, base + take(offset_size), take(length_size)))


def _read_references(data: bytes, start: int, stop: int, items: _Items) -> None:
    """iref: per box a kind, from (2 or 4), count (2), to (2 or 4 each)."""
    width = 2 if data[start] == 0 else 4
    for kind, at, _ in _boxes(data, start + 4, stop):
        source = int.from_bytes(data[at : at + width], "big")
        count = int.from_bytes(data[at + width : at + width + 2], "big")
        first = at + width + 2
        targets = tuple(
            int.from_bytes(data[p : p + width], "big") for p in range(first, first + count * width, width)
        )
        items.references.append((kind, source, targets))


def _read_properties(data: bytes, start: int, stop: int, items: _Items, inventory: Inventory) -> None:
    for kind, at, end in _boxes(data, start, stop):
        if kind != b"ipco":
            continue
        for name, place, until in _boxes(data, at, end):
            body = data[place:until]
            if name == b"colr" and body[:4] in (b"prof", b"rICC"):
                inventory.add("color_profile")
            elif name == b"auxC":
                items.alpha |= body[4:].startswith(_ALPHA)
                items.auxiliary |= not body[4:].startswith(_ALPHA)
            else:
                inventory.tell(_PROPERTIES.of(name))


def _judge_items(data: bytes, items: _Items, inventory: Inventory) -> None:
    used = {items.primary}
    for kind, source, targets in items.references:
        if kind == b"thmb":
            inventory.add("thumbnail")
            used.add(source)
        elif kind in (b"dimg", b"auxl", b"base"):
            used.update(targets, {source})
    if items.auxiliary or any(
        kind in _PICTURES and number not in used for number, kind in items.kinds.items()
    ):
        inventory.add("hidden_image")
    for number, kind in items.kinds.items():
        if kind in _PICTURES:
            continue
        content = _content(data, items, number)
        if kind == b"Exif":
            skip = int.from_bytes(content[:4], "big")  # from here to the TIFF header
            inventory.tell(("@exif",), content[4 + skip :] if skip < len(content) else content[4:])
        elif kind == b"mime" and (b"xmpmeta" in content or b"rdf:RDF" in content or b"xpacket" in content):
            inventory.tell(("@xmp",), content)
        else:
            inventory.add("other_metadata")


def _find_strays(data: bytes, items: _Items, inventory: Inventory) -> None:
    """Bytes of `mdat` that belong to no item. Those of tracks are theirs."""
    if items.tracks:
        return
    ours = [
        (at, at + length) for spans in items.spans.values() for method, at, length in spans if method == 0
    ]
    if any(length == at for at, length in ours):  # of no length: until the end
        return
    if len(items.stores) > _MAX_STORES:
        inventory.add("other_metadata")
        return
    ours.sort()
    for start, stop in items.stores:
        at = start
        for begins, ends in ours:
            if begins >= stop:
                break
            if data[at : max(at, begins)].strip(b"\0"):
                inventory.add("other_metadata")
            at = max(at, ends)
        if data[at:stop].strip(b"\0"):
            inventory.add("other_metadata")


def _content(data: bytes, items: _Items, number: int) -> bytes:
    """An item's bytes: in the file (method 0) or in `idat` (method 1); at most 4 MiB are looked at."""
    parts = []
    for method, offset, length in items.spans.get(number, [])[:64]:
        source = items.idat if method == 1 else data
        parts.append(source[offset : offset + min(length or len(source), 4 << 20)])
    return b"".join(parts)
