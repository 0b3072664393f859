"""The words of a web page, as its reader sees them; nothing is loaded and nothing runs. In linear time.

A tokenizer of our own: the standard library's takes quadratic time on unfinished comments and tags. It need
not be exact, for what comes out is plain text. Source: WHATWG HTML 13.1 and 15.3.
"""

import html
import re
from dataclasses import dataclass, field

from scrub.words.html_fields import is_flat, shown_by_area, shown_by_input, shown_by_select

_NAME = re.compile(r"/?([a-z][a-z0-9]*)", re.I)
_SILENT = "script style title template textarea svg math object iframe noembed select"
_CLOSING = {name: re.compile(rf"</{name}[\s/>]", re.I) for name in _SILENT.split()}
_BREAKING = (
    "address article aside blockquote body br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr html li main nav ol p pre section table tr ul"
)
_BREAKS = frozenset(_BREAKING.split())
_CELLS = frozenset({"td", "th"})
_FIELDS = frozenset({"textarea", "select"})
_CLOSED = (
    "a article aside b big blockquote center div em font footer h1 h2 h3 h4 h5 h6 header i label main nav "
    "ol pre section small span strong sub sup table u ul"
)
_ROW_ENDS = frozenset({"tr", "tbody", "tfoot", "table"})
_HIDABLE: dict[str, frozenset[str]] = {
    **dict.fromkeys(_CLOSED.split(), frozenset[str]()),  # their end tags are never left out
    "p": _BREAKS | _CELLS,
    "li": frozenset({"li", "ol", "ul"}),
    "tr": _ROW_ENDS,
    **dict.fromkeys(_CELLS, _CELLS | _ROW_ENDS),
}
"""Elements whose style may hide them, and the tags before which an end tag may have been left out."""

_HIDDEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all"
    r"|font-size\s{0,9}:\s{0,9}[01](?:\.[0-9]{1,9})?(?:p[xt])?\s{0,9}(?:[;\"'!]|$)|\shidden[\s=>]"
    r"|(?:opacity|max-height|line-height)\s{0,9}:\s{0,9}0(?:\.0{1,9})?(?:p[xt])?\s{0,9}(?:[;\"'!]|$)",
    re.I,
)
_LINK = re.compile(r"\s(?:href|src|background)\s{0,9}=", re.I)
_HANDLER = re.compile(r"\son[a-z]{3,20}\s{0,9}=", re.I)
_SHEET = re.compile(r"<style[\s>]", re.I)
_START = re.compile(r"\sstart\s{0,9}=\s{0,9}[\"']?([0-9]{1,6})", re.I)
_KIND = re.compile(r"\stype\s{0,9}=\s{0,9}[\"']?([aAiI1])[\"'\s>]")
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST = 4000
_EDGE = re.compile("[<>]")
_MAX_TAG = 64 << 10
_DEEPEST = 200


@dataclass(slots=True)
class _Page:
    out: list[str] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    hidden_in: str = ""
    depth: int = 0
    as_written: int = 0
    lists: list[tuple[str, int] | None] = field(default_factory=list)
    """Kind and next number of each that an item stands in; None for one with dots."""

    def say(self, words: str) -> None:
        if self.depth:
            if words.strip():
                self.removed.add("hidden_text")
        else:
            self.out.append(words)


def words_of_html(text: str) -> tuple[str, frozenset[str]]:
    """The visible words, and what was removed besides markup (`link`, `script`, `comment`, `hidden_text`)."""
    page = _Page()
    at = 0
    while at < len(text):
        opening = text.find("<", at)
        if opening < 0:
            opening = len(text)
        words = html.unescape(text[at:opening])
        page.say(words if page.as_written else re.sub(r"\s+", " ", words))
        if opening == len(text):
            break
        at = _after_markup(text, opening, page)
    lines = (" ".join(line.split()) for line in "".join(page.out).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"), frozenset(page.removed)


def sheet_hides(text: str) -> bool:
    """Whether a style sheet in a page hides anything: it comes out as words all the same."""
    sheets = _SHEET.split(text)[1:]
    return any(_HIDDEN.search(sheet.partition("</")[0]) for sheet in sheets)


def _after_markup(text: str, opening: int, page: _Page) -> int:
    """Where the words go on behind the `<` at `opening`."""
    if text.startswith("<!--", opening):
        end = text.find("-->", opening + 4)
        page.removed.add("comment")
        return end + 3 if end >= 0 else len(text)
    found = _NAME.match(text, opening + 1)
    if found is None and text[opening + 1 : opening + 2] not in ("!", "?", "/"):
        page.say("<")
        return opening + 1
    end = _end_of_tag(text, opening)
    if found is not None:
        tag, name = text[opening:end], found[1].lower()
        _tag(tag, name, page)
        if name in _CLOSING and not tag.startswith("</") and not tag.endswith("/>"):
            closing = _CLOSING[name].search(text, end)
            if name == "script":
                page.removed.add("script")
            until = closing.start() if closing else len(text)
            if name in _FIELDS:
                _say_field(page, tag, name, text[end:until])
            return until
    return end


def _end_of_tag(text: str, opening: int) -> int:
    """Behind the `>` that is in no quotes, or before the next `<`. No byte is looked at twice."""
    at, quotes = opening + 1, 0
    while edge := _EDGE.search(text, at):
        quotes += text.count('"', at, edge.start())
        at = edge.end()
        if edge[0] == "<":
            return edge.start()
        if quotes % 2 == 0 or at - opening > _MAX_TAG:
            return at
    return len(text)


def _say_field(page: _Page, tag: str, name: str, content: str = "") -> None:
    """Of a form: what was ticked, chosen and written in it, unless it is hidden."""
    if name == "input":
        said, keeps_words = shown_by_input(tag)
        page.removed.update(("hidden_text",) if keeps_words else ())
    else:
        said = shown_by_area(content) if name == "textarea" else shown_by_select(tag, content)
    if not said.strip():
        return
    if _HIDDEN.search(tag) or is_flat(tag):
        page.removed.add("hidden_text")
    else:
        page.say(f" {said} ")


def _tag(tag: str, name: str, page: _Page) -> None:
    closes = tag.startswith("</")
    if not closes and _LINK.search(tag):
        page.removed.add("link")
    if _HANDLER.search(tag):
        page.removed.add("script")
    if page.depth and name in _HIDABLE[page.hidden_in] and not (closes and name == page.hidden_in):
        page.depth = 0
    if name == "input":
        _say_field(page, tag, name)
        return
    if page.depth:
        if name == page.hidden_in and not tag.endswith("/>"):
            page.depth += -1 if closes else 1
        return
    if name in _HIDABLE and not closes and _HIDDEN.search(tag):
        page.hidden_in, page.depth = name, 1
    elif name in _BREAKS:
        page.out.append(f"\n{_bullet(page)} " if name == "li" and not closes else "\n")
        if name == "pre":
            page.as_written = max(0, page.as_written + (-1 if closes else 1))
        elif name in ("ol", "ul"):
            _list(tag, name, page)
    elif name in _CELLS and closes:
        page.out.append("\t")


def _list(tag: str, name: str, page: _Page) -> None:
    if tag.startswith("</"):
        del page.lists[-1:]
    elif len(page.lists) < _DEEPEST:
        start, kind = _START.search(tag), _KIND.search(tag)
        number = (kind[1] if kind else "1", int(start[1]) if start else 1)
        page.lists.append(number if name == "ol" else None)


def _bullet(page: _Page) -> str:
    """What stands before an item: people speak of points by their numbers."""
    if not page.lists or page.lists[-1] is None:
        return "-"
    kind, number = page.lists[-1]
    page.lists[-1] = (kind, number + 1)
    said = str(number)
    if kind in "aA" and 0 < number < _MOST:
        said = ""
        while number:
            number, letter = divmod(number - 1, 26)
            said = chr(ord("a") + letter) + said
    elif kind in "iI" and 0 < number < _MOST:
        said = ""
        for value, letters in _ROMAN:
            said += letters * (number // value)
            number %= value
    return f"{said.upper() if kind in 'AI' else said}."
