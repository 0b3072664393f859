"""The words of a message as its reader saw them: with the addresses behind its links and what it quotes.

Who is mentioned, forwarded or answered is in fields beside the words, and stays there: they name people.
Names of fields: https://core.telegram.org/bots/api#messageentity, #textquote and #richmessage.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Raw = Mapping[str, Any]

DEEPEST = 24
"""How many boxes of a rich message may lie in each other; the messenger's own limit is lower."""

MEDIA = {
    "photo": "photo",
    "animation": "animation",
    "audio": "audio",
    "video": "video",
    "voice_note": "voice",
}
"""The field of a rich block, and the kind of file that it holds."""

_ACCOUNT = ("tg:", "https://t.me/@id", "http://t.me/@id")


class TooDeep(ValueError):
    """A rich message lies in itself too often."""


@dataclass(slots=True, repr=False)
class Rich:
    """A rich message: its words, its files (kind and raw object) and whether a map was in it."""

    words: str = ""
    files: list[tuple[str, object]] = field(default_factory=list)
    place: bool = False


def with_links(text: str, untrusted_entities: object) -> str:
    """The text with the address of each link behind the words that carry it. Offsets count UTF-16 units."""
    units = text.encode("utf-16-le", "replace")
    links = []
    for entity in untrusted_entities if isinstance(untrusted_entities, list) else ():
        if not isinstance(entity, dict) or not isinstance(entity.get("url"), str):
            continue
        offset, length = entity.get("offset"), entity.get("length")
        if isinstance(offset, int) and isinstance(length, int) and offset >= 0 and length >= 0:
            start, end = (min(2 * at, len(units)) for at in (offset, offset + length))
            links.append((end, _address(entity["url"], units[start:end].decode("utf-16-le", "replace"))))
    out: list[str] = []
    at = 0
    for end, address in sorted(links, key=lambda link: link[0]):
        out += (units[at:end].decode("utf-16-le", "replace"), address)
        at = end
    return "".join(out) + units[at:].decode("utf-16-le", "replace")


def with_quote(words: str, untrusted_quote: object) -> str:
    """The words below what they answer to, which is marked as e-mails do it."""
    if not isinstance(untrusted_quote, dict) or not isinstance(untrusted_quote.get("text"), str):
        return words
    quoted = _marked(with_links(untrusted_quote["text"], untrusted_quote.get("entities")))
    return f"{quoted}\n\n{words}" if words else quoted


def read_rich(untrusted: Raw) -> Rich:
    """Raises TooDeep."""
    rich = Rich()
    rich.words = "\n".join(_blocks(untrusted.get("blocks"), rich, 0)).strip("\n")
    return rich


def _blocks(untrusted: object, rich: Rich, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise TooDeep
    for block in untrusted if isinstance(untrusted, list) else ():
        if isinstance(block, dict):
            yield from _block(block, rich, depth)


def _block(block: Raw, rich: Rich, depth: int) -> Iterator[str]:
    """The lines of one block: its heading, its words, what lies in it, its caption."""
    rich.place = rich.place or "location" in block
    rich.files += ((kind, block[name]) for name, kind in MEDIA.items() if name in block)
    for name in ("summary", "text", "expression"):
        if name in block:
            yield _text(block[name], depth)
    inner = [*_blocks(block.get("blocks"), rich, depth + 1)]
    quotes = "quot" in str(block.get("type"))
    yield from (_marked(line) for line in inner) if quotes else inner
    for item in _list(block.get("items")):
        if isinstance(item, dict):
            box = ("[x] " if item.get("is_checked") else "[ ] ") if item.get("has_checkbox") else ""
            first, *more = [*_blocks(item.get("blocks"), rich, depth + 1)] or [""]
            yield f"{_text(item.get('label', ''), depth)} {box}{first}".lstrip()
            yield from more
    for row in _list(block.get("cells")):
        yield "\t".join(_text(cell.get("text", ""), depth) for cell in _list(row) if isinstance(cell, dict))
    caption = block.get("caption")
    parts = [caption]
    if isinstance(caption, dict) and "type" not in caption:  # of a file; a table's is words
        parts = [caption.get("text"), caption.get("credit")]
    yield from (_text(part, depth) for part in (*parts, block.get("credit")) if part is not None)


def _text(untrusted: object, depth: int) -> str:
    if depth > DEEPEST:
        raise TooDeep
    if isinstance(untrusted, str):
        return untrusted.encode("utf-8", "replace").decode()
    if isinstance(untrusted, list):
        return "".join(_text(part, depth + 1) for part in untrusted)
    if not isinstance(untrusted, dict):
        return ""
    for name in ("expression", "alternative_text"):
        if isinstance(untrusted.get(name), str):
            return _text(untrusted[name], depth + 1)
    words = _text(untrusted.get("text", ""), depth + 1)
    url = untrusted.get("url")
    return words + (_address(url, words) if isinstance(url, str) else "")


def _address(url: str, words: str) -> str:
    """What to add behind `words` that lead to `url`: nothing where they say it, or where it is a person."""
    address = "".join(url.encode("utf-8", "replace").decode().split())
    bare = address.casefold().removeprefix("https://").removeprefix("http://").removesuffix("/")
    said = words.strip().casefold().removeprefix("https://").removeprefix("http://").removesuffix("/")
    return "" if not bare or said == bare or address.casefold().startswith(_ACCOUNT) else f" ({address})"


def _marked(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
