"""Words of a page in HTML that stands in a Word document: as paragraphs of Word, with what changes their
meaning.

Only what is shown without any style sheet or program is read: an element that says itself that it is hidden
goes with all it holds, and a page whose style sheet hides anything isn't read: nobody knows what it hides.
Source: the HTML standard, 15.3 (elements that aren't rendered) and 13.1.2.4 (end tags that may be missing).
"""

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from scrub.office.ooxml_names import tag
from scrub.office.trees import Tree, etree
from scrub.office.word_forms import EMPTY, TICKED
from scrub.report import Refusal


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNSHOWN = _names(
    "script style template title noscript iframe object embed applet svg math canvas audio video select"
    " datalist noframes head meta link base param source track area map"
)
_VOID = _names("area base br col embed hr img input link meta param source track wbr")
_BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section"
    " summary table tbody tfoot thead tr ul"
)
_ROWS = _names("tr tbody tfoot thead")
_ENDED_BY = {
    "p": _BLOCKS - {"body", "html"},
    "li": _names("li"),
    **dict.fromkeys(("dt", "dd"), _names("dt dd")),
    **dict.fromkeys(("td", "th"), _names("td th") | _ROWS),
    "tr": _ROWS,
    "head": _names("body"),
}
_BARRIERS = _names("table ul ol dl")
"""An item of a list in another one, a row of a table in another: these end nothing outside."""
_LOOKS = {
    **dict.fromkeys(("b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"), "w:b"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "w:i"),
    **dict.fromkeys(("s", "strike", "del"), "w:strike"),
    **dict.fromkeys(("u", "ins"), "w:u"),
    "sub": "subscript",
    "sup": "superscript",
}
_LEFT_OUT = _names("select iframe object embed svg canvas audio video math")
_NOTHING = r"\s*:\s*0(?:\.0+)?(?:px|pt|em|%)?\s*(?:;|$|\})"
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|content-visibility|clip-path"
    rf"|opacity{_NOTHING}|font-size{_NOTHING}|(?:left|top|text-indent)\s*:\s*-\d{{3}}",
    re.IGNORECASE,
)
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_THROUGH = re.compile(r"line-through", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\n\r\f]+")
_MOST_OPEN = 500
_MOST_RUNS = 200_000


@dataclass(slots=True)
class Page:
    """Paragraphs, and codes of `scrub.report.REMOVED` and `NOTES` for what isn't in them."""

    paragraphs: list[Tree] = field(default_factory=list)
    told: set[str] = field(default_factory=set)


Picture = Callable[[Mapping[str, str]], Tree | None]
"""Of the attributes of an `img`; None where it isn't there."""


def read(untrusted: bytes, charset: str | None, picture: Picture) -> Page:
    """`charset`: what a mail says of it. Raises Refusal("unsupported") for a sheet that hides things."""
    reader = _Reader(picture)
    reader.feed(_decoded(untrusted, charset))
    reader.close()
    reader.finish()
    return reader.page


def _decoded(untrusted: bytes, charset: str | None) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if untrusted.startswith(mark):
            return untrusted[len(mark) :].decode(encoding, "replace")
    named = _CHARSET.search(untrusted, 0, 4096)
    for said in (charset, named[1].decode("ascii") if named else None, "utf-8"):
        try:
            if said and codecs.lookup(said).name in _TEXTS:
                return untrusted.decode(said)
        except (LookupError, ValueError):
            continue
    return untrusted.decode("cp1252", "replace")


_TEXTS = frozenset(
    {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "big5", "gb2312", "gbk", "gb18030"}
    | {"shift_jis", "euc_jp", "euc_kr", "koi8-r", "koi8-u", "iso2022_jp"}
    | {f"cp125{number}" for number in range(9)}
    | {f"iso8859-{number}" for number in (*range(2, 12), *range(13, 17))}
)


for _name in _TEXTS:
    codecs.lookup(_name)  # now, since a child can't read a file any more


def hides(style: str) -> bool:
    """Whether a style sheet, or an element's own style, hides anything, however that is spelled."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16) & 0xFFFF), _REMARK.sub("", style))
    return _HIDING.search(plain.replace("\\", "")) is not None


class _Reader(HTMLParser):
    def __init__(self, picture: Picture) -> None:
        super().__init__(convert_charrefs=True)
        self._picture = picture
        self.page = Page()
        self._open: list[tuple[str, bool, str | None]] = []  # name, whether hidden, looks
        self._hidden = 0
        self._paragraph: Tree | None = None
        self._runs = 0
        self._numbers: list[int | None] = []
        self._ends_blank = True
        self._style: list[str] | None = None

    def handle_starttag(self, tag_name: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new element; it may end some that are open."""
        self._end_implied(tag_name)
        attributes = {key: value or "" for key, value in attrs}
        self._note(tag_name, attributes)
        style = attributes.get("style", "")
        hides_itself = "hidden" in attributes or hides(style)
        if hides_itself:
            self.page.told.add("hidden_text")
        hidden = hides_itself or tag_name in _UNSHOWN
        if tag_name == "style":
            self._style = []
        if not (hidden or self._hidden):
            self._begin(tag_name, attributes)
        if tag_name not in _VOID:
            if len(self._open) >= _MOST_OPEN:
                raise Refusal("bomb")
            looks = "w:strike" if _THROUGH.search(style) else _LOOKS.get(tag_name)
            self._open.append((tag_name, hidden, looks))
            self._hidden += hidden

    def handle_endtag(self, tag_name: str) -> None:
        """Ends the nearest element of that name, with those in it."""
        if tag_name == "br":
            self.handle_starttag("br", [])
        if all(name != tag_name for name, _, _ in self._open):
            return
        while self._open and self._open[-1][0] != tag_name:
            self._close()
        self._close()

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._style is not None:
            self._style.append(data)
            return
        if self._hidden:
            return
        if any(name == "pre" for name, _, _ in self._open):
            for number, line in enumerate(data.split("\n")):
                if number:
                    self._add_break()
                self._add(line)
            return
        text = _BLANK.sub(" ", data)
        self._add(text[1:] if self._ends_blank and text.startswith(" ") else text)

    def handle_comment(self, data: str) -> None:
        """Not shown; but Word reads some style sheets in them."""
        self.page.told.add("comment")
        if data.lower().startswith("[if") and hides(data):
            raise Refusal("unsupported")

    def finish(self) -> None:
        """Ends what is still open; a style sheet may be, and counts all the same."""
        if self.cdata_elem == "style" and hides(self.rawdata):
            raise Refusal("unsupported")
        while self._open:
            self._close()
        self.end_paragraph()

    def end_paragraph(self) -> None:
        """What comes next stands in a new one."""
        if self._paragraph is not None:
            self.page.paragraphs.append(self._paragraph)
        self._paragraph, self._ends_blank = None, True

    def _end_implied(self, tag_name: str) -> None:
        """Ends what a new element ends without a word: a paragraph, an item, a cell, with what is in them."""
        at = len(self._open) - 1
        while at >= 0:
            name = self._open[at][0]
            if tag_name in _ENDED_BY.get(name, ()):
                while len(self._open) > at:
                    self._close()
            elif name in _BARRIERS:
                return
            at -= 1

    def _close(self) -> None:
        name, hidden, _ = self._open.pop()
        self._hidden -= hidden
        if name == "style":
            sheet, self._style = "".join(self._style or ()), None
            if hides(sheet):
                raise Refusal("unsupported")
        if name in ("ul", "ol") and self._numbers:
            self._numbers.pop()
        if name in _BLOCKS and not self._hidden:
            self.end_paragraph()

    def _note(self, tag_name: str, attributes: dict[str, str]) -> None:
        if tag_name == "script" or any(key.startswith("on") for key in attributes):
            self.page.told.add("script")
        if attributes.get("href") or (
            attributes.get("src") and not attributes["src"].startswith(("cid:", "data:"))
        ):
            self.page.told.add("link")
        if tag_name == "meta" and "name" in attributes:
            self.page.told.add("other_metadata")
        if tag_name == "title":
            self.page.told.add("description")
        if tag_name in _LEFT_OUT or (tag_name == "input" and attributes.get("type") == "image"):
            self.page.told.add("members_left_out")

    def _begin(self, tag_name: str, attributes: dict[str, str]) -> None:
        if tag_name in _BLOCKS:
            self.end_paragraph()
        if tag_name in ("ul", "ol"):
            self._numbers.append(0 if tag_name == "ol" else None)
        elif tag_name == "li":
            number = self._numbers[-1] if self._numbers else None
            if number is not None:
                self._numbers[-1] = number + 1
            self._add("\u2022 " if number is None else f"{number + 1}. ")
            self._ends_blank = True
        elif tag_name == "br":
            self._add_break()
        elif tag_name == "input":
            self._add(_shown_by(attributes))
        elif tag_name == "img":
            drawing = self._picture(attributes)
            if drawing is None:
                self.page.told.add("members_left_out")
            else:
                self._new_run().append(drawing)
        elif tag_name in ("td", "th") and self._paragraph is not None:
            etree.SubElement(self._new_run(), tag("w:tab"))

    def _new_run(self) -> Tree:
        self._runs += 1
        if self._runs > _MOST_RUNS:
            raise Refusal("bomb")
        if self._paragraph is None:
            self._paragraph = etree.Element(tag("w:p"))
        run = etree.SubElement(self._paragraph, tag("w:r"))
        looks = {look for _, _, look in self._open if look}
        settings = etree.SubElement(run, tag("w:rPr"))
        for name in ("w:b", "w:i", "w:strike"):
            if name in looks:
                etree.SubElement(settings, tag(name))
        if "w:u" in looks:
            etree.SubElement(settings, tag("w:u")).set(tag("w:val"), "single")
        raised = next((look for look in ("superscript", "subscript") if look in looks), None)
        if raised:
            etree.SubElement(settings, tag("w:vertAlign")).set(tag("w:val"), raised)
        return run

    def _add_break(self) -> None:
        etree.SubElement(self._new_run(), tag("w:br"))
        self._ends_blank = True

    def _add(self, text: str) -> None:
        if not text or (self._paragraph is None and not text.strip()):
            return
        etree.SubElement(self._new_run(), tag("w:t")).text = "".join(filter(_is_xml, text))
        self._ends_blank = text.endswith(" ")


def _shown_by(field_of_form: dict[str, str]) -> str:
    """What a field of a form shows: its box, or its words."""
    kind = field_of_form.get("type", "text").lower()
    if kind in ("checkbox", "radio"):
        return TICKED if "checked" in field_of_form else EMPTY
    return "" if kind in ("hidden", "password", "file", "image") else field_of_form.get("value", "")


def _is_xml(letter: str) -> bool:
    return (
        letter in "\t\n"
        or ("\x20" <= letter <= "\ud7ff")
        or ("\ue000" <= letter <= "\ufffd")
        or letter > "\uffff"
    )
