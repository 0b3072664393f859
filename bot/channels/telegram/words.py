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
    "document": "document",
    "video": "video",
    "video_note": "video_note",
    "voice_note": "voice",
}
"""The field of a rich block, and the kind of file that it holds."""

_ACCOUNT = ("tg:", "https://t.me/@id", "http://t.me/@id")
_IN_BLOCKS = {*MEDIA, "text", "summary", "expression", "blocks", "items", "cells", "buttons", "location"}
_QUIET = {"type", "name"}
"""What a block has that says nothing: a line across the page, a place to jump to."""


@dataclass(slots=True, repr=False)
class Rich:
    """A rich message: its words, its files (kind and raw object), whether a map was in it, and whether
    something that we can't read: of a kind to come, or in itself too often.
    """

    words: str = ""
    files: list[tuple[str, object]] = field(default_factory=list)
    place: bool = False
    unread: bool = False


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
    quoted = marked(with_links(untrusted_quote["text"], untrusted_quote.get("entities")))
    return f"{quoted}\n\n{words}" if words else quoted


def preview(words: str, untrusted_options: object) -> str:
    """The address of the page that is shown below the words, where they don't say it."""
    options = untrusted_options if isinstance(untrusted_options, dict) else {}
    url = options.get("url")
    if not isinstance(url, str) or options.get("is_disabled") or _bare(url) in words.casefold():
        return ""
    return _address(url, words).strip()


def buttons(untrusted_markup: object) -> str:
    """What stands on the buttons below a message, and where they lead: a line each."""
    markup = untrusted_markup if isinstance(untrusted_markup, dict) else {}
    rows = [button for row in _list(markup.get("inline_keyboard")) for button in _list(row)]
    return "\n".join(said for button in rows if (said := _button(button, Rich(), 0)))


def checklist(untrusted: Raw) -> str:
    """The title and the tasks of a list; who ticked one off is not taken. Raises KeyError, TypeError."""
    lines = [with_links(_said(untrusted["title"]), untrusted.get("title_entities"))]
    for task in untrusted["tasks"]:
        box = "[x]" if task.get("completion_date") else "[ ]"
        lines.append(f"{box} {with_links(_said(task['text']), task.get('text_entities'))}")
    return "\n".join(lines)


def read_rich(untrusted: Raw) -> Rich:
    rich = Rich()
    rich.words = "\n".join(_blocks(untrusted.get("blocks"), rich, 0)).strip("\n")
    return rich


def marked(text: str) -> str:
    """Words of somebody else, as e-mails mark them."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def _blocks(untrusted: object, rich: Rich, depth: int) -> Iterator[str]:
    blocks = _list(untrusted)
    if depth > DEEPEST:
        rich.unread, blocks = True, []
    for block in blocks:
        if isinstance(block, dict):
            yield from _block(block, rich, depth)
        else:
            rich.unread = True


def _block(block: Raw, rich: Rich, depth: int) -> Iterator[str]:
    """The lines of one block: its heading, its words, what lies in it, its caption."""
    rich.unread = rich.unread or (bool(block.keys() - _QUIET) and not block.keys() & _IN_BLOCKS)
    rich.place = rich.place or "location" in block
    rich.files += ((kind, block[name]) for name, kind in MEDIA.items() if name in block)
    inner = [_text(block[name], rich, depth) for name in ("text", "expression") if name in block]
    inner += _blocks(block.get("blocks"), rich, depth + 1)
    if "summary" in block:
        yield _text(block["summary"], rich, depth)
    quotes = "quot" in str(block.get("type"))
    yield from (marked(line) for line in inner) if quotes else inner
    for item in _list(block.get("items")):
        if isinstance(item, dict):
            box = ("[x] " if item.get("is_checked") else "[ ] ") if item.get("has_checkbox") else ""
            first, *more = [*_blocks(item.get("blocks"), rich, depth + 1)] or [""]
            yield f"{_text(item.get('label', ''), rich, depth)} {box}{first}".lstrip()
            yield from more
    for row in _list(block.get("cells")):
        cells = [cell for cell in _list(row) if isinstance(cell, dict)]
        yield "\t".join(_text(cell.get("text", ""), rich, depth) for cell in cells)
    yield from (said for each in _list(block.get("buttons")) if (said := _button(each, rich, depth)))
    caption = block.get("caption")
    parts = [caption]
    if isinstance(caption, dict) and "type" not in caption:  # of a file; a table's is words
        parts = [caption.get("text"), caption.get("credit")]
    yield from (_text(part, rich, depth) for part in (*parts, block.get("credit")) if part is not None)


def _text(untrusted: object, rich: Rich, depth: int) -> str:
    if depth > DEEPEST:
        rich.unread = True
        return ""
    if isinstance(untrusted, str):
        return untrusted.encode("utf-8", "replace").decode()
    if isinstance(untrusted, list):
        return "".join(_text(part, rich, depth + 1) for part in untrusted)
    if not isinstance(untrusted, dict):
        return ""
    for name in ("expression", "alternative_text"):
        if isinstance(untrusted.get(name), str):
            return _text(untrusted[name], rich, depth + 1)
    words = _text(untrusted.get("text", ""), rich, depth + 1) + _button(untrusted.get("button"), rich, depth)
    behind = (untrusted.get(name) for name in ("url", "email_address"))
    words += "".join(_address(address, words) for address in behind if isinstance(address, str))
    numbers = (untrusted.get(name) for name in ("phone_number", "bank_card_number"))
    return words + "".join(f" ({number})" for number in numbers if _adds(number, words))


def _button(untrusted: object, rich: Rich, depth: int) -> str:
    """A button's words, the address that it opens, or what it copies."""
    if not isinstance(untrusted, dict):
        return ""
    words = _text(untrusted.get("text", ""), rich, depth + 1)
    url, copied = untrusted.get("url"), untrusted.get("copy_text")
    where = _address(url, words) if isinstance(url, str) else ""
    if isinstance(copied, dict) and (more := _text(copied.get("text", ""), rich, depth + 1)) not in (
        "",
        words,
    ):
        where += f" ({more})"
    return f"[{words}]{where}" if words or where else ""


def _address(url: str, words: str) -> str:
    """What to add behind `words` that lead to `url`: nothing where they say it, or where it is a person."""
    address = "".join(url.encode("utf-8", "replace").decode().split())
    bare = _bare(address)
    return (
        "" if not bare or _bare(words) == bare or address.casefold().startswith(_ACCOUNT) else f" ({address})"
    )


def _adds(number: object, words: str) -> bool:
    """Whether a number behind words says more than they do."""
    return isinstance(number, str) and "".join(filter(str.isalnum, number)) not in "".join(
        filter(str.isalnum, words)
    )


def _bare(address: str) -> str:
    address = address.strip().casefold()
    return address.removeprefix("https://").removeprefix("http://").removeprefix("mailto:").removesuffix("/")


def _said(untrusted: object) -> str:
    if not isinstance(untrusted, str):
        raise TypeError("words are no string")
    return untrusted.encode("utf-8", "replace").decode()


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
