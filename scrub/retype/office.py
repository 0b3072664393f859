"""Paragraphs and tables of a clean office document, by its elements alone: no style, size or place is read.

Sources: ECMA-376 (OOXML), OpenDocument 1.3. Tables inside of a cell are words of that cell.
"""

import datetime
import re
from collections.abc import Callable, Iterator

from scrub.reading.xml import read_xml
from scrub.retype.document import Block, table
from scrub.retype.plain import Plain

Part = Callable[[str], bytes | None]
"""What a document has under a name; None where there is nothing."""

_PICTURES = frozenset(
    {"drawing", "pict", "pic", "graphicFrame", "image", "object", "plugin", "chart", "shape"}
)
_MOST_REPEATED = 64
_LAST_COLUMN = 1 << 14
_FIRST_DAY = datetime.datetime(1899, 12, 30, tzinfo=datetime.UTC)


class _Reader:
    """Gathers blocks from the events of a parser. OOXML has its letters in elements called `t`, OpenDocument
    anywhere in a paragraph.
    """

    def __init__(self, plain: Plain, *, letters_in: frozenset[str]) -> None:
        self.blocks: list[Block] = []
        self.pictures = False
        self._plain = plain
        self._letters_in = letters_in
        self._open = 0
        self._tables = 0
        self._words: list[str] = []
        self._cell: list[str] = []
        self._row: list[str] = []
        self._rows: list[list[str]] = []
        self._repeated = 1

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local in self._letters_in:
            self._open += 1
        if local in ("tab", "br", "cr", "s", "line-break", "ptab"):
            self._words.append("\n" if local in ("br", "cr", "line-break") else " ")
        elif local in ("tbl", "table"):
            self._tables += 1
            if self._tables == 1:
                self._paragraph()
        elif local in ("tc", "table-cell", "covered-table-cell") and self._tables == 1:
            self._cell = []
            repeated = attributes.get("table:number-columns-repeated", "1")
            self._repeated = min(int(repeated), _MOST_REPEATED) if repeated.isdecimal() else 1
        elif local in _PICTURES:
            self.pictures = True

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in self._letters_in:
            self._open -= 1
        if local in ("p", "h"):
            self._paragraph()
        elif local in ("tc", "table-cell", "covered-table-cell") and self._tables == 1:
            self._row += [" ".join(self._cell)] * self._repeated
        elif local in ("tr", "table-row") and self._tables == 1:
            self._rows.append(self._row)
            self._row = []
        elif local in ("tbl", "table"):
            self._tables -= 1
            if self._tables == 0:
                self.blocks += table(self._rows)
                self._rows, self._row = [], []

    def letters(self, text: str) -> None:
        if self._open:
            self._words.append(text)

    def _paragraph(self) -> None:
        lines = self._plain.lines("".join(self._words))
        self._words = []
        if self._tables:
            self._cell += lines
        else:
            self.blocks += lines


def _parsed(untrusted: bytes, reader: _Reader) -> _Reader:
    read_xml(untrusted, reader)
    return reader


def of_words(part: Part, names: list[str], plain: Plain) -> tuple[list[Block], bool]:
    """Of a text or of slides: the blocks, and whether there was a picture."""
    wanted = [
        name
        for pattern in (
            r"word/header\d*\.xml",
            r"word/document\.xml",
            r"ppt/slides/slide\d+\.xml",
            r"word/foot(?:er\d*|notes)\.xml|word/endnotes\.xml",
            r"word/comments\.xml|ppt/notesSlides/notesSlide\d+\.xml",
        )
        for name in sorted((each for each in names if re.fullmatch(pattern, each)), key=_in_order)
    ]
    blocks: list[Block] = []
    pictures = False
    for name in wanted:
        read = _parsed(part(name) or b"", _Reader(plain, letters_in=frozenset({"t"})))
        blocks += read.blocks
        pictures = pictures or read.pictures
    return blocks, pictures


def of_open_document(part: Part, plain: Plain) -> tuple[list[Block], bool]:
    """Of an OpenDocument, with what stands at the head and foot of its pages."""
    blocks: list[Block] = []
    pictures = False
    for name in ("content.xml", "styles.xml"):
        if (content := part(name)) is not None:
            read = _parsed(content, _Reader(plain, letters_in=frozenset({"p", "h"})))
            blocks += read.blocks
            pictures = pictures or read.pictures
    return blocks, pictures


def _in_order(name: str) -> tuple[int, str]:
    number = re.search(r"(\d+)\.xml", name)
    return int(number[1]) if number else 0, name


def of_sheets(part: Part, names: list[str], plain: Plain) -> tuple[list[Block], bool]:
    """Of a workbook: each sheet is a table of what its cells show, numbers without their dress."""
    shared = _shared(part("xl/sharedStrings.xml"))
    kinds = _kinds(part("xl/styles.xml"))
    blocks: list[Block] = []
    sheets = sorted(
        (each for each in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", each)), key=_in_order
    )
    for name in sheets:
        reader = _Sheet(shared, kinds)
        read_xml(part(name) or b"", reader)
        blocks += table([plain.words(cell) for cell in row] for row in reader.rows())
    pictures = any(name.startswith(("xl/media/", "xl/charts/", "xl/drawings/")) for name in names)
    return blocks, pictures


class _Strings:
    """The texts of a workbook; what says how Japanese is read aloud is left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._inside = self._aside = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "si":
            self.texts.append("")
        self._inside += local == "t"
        self._aside += local == "rPh"

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._inside -= local == "t"
        self._aside -= local == "rPh"

    def letters(self, text: str) -> None:
        if self._inside and not self._aside and self.texts:
            self.texts[-1] += text


def _shared(untrusted: bytes | None) -> list[str]:
    strings = _Strings()
    if untrusted is not None:
        read_xml(untrusted, strings)
    return strings.texts


_BUILT_IN = (
    dict.fromkeys(range(14, 18), "day")
    | dict.fromkeys((*range(18, 23), *range(45, 48)), "date")
    | dict.fromkeys((1, 3, 37, 38), "number 0")
    | dict.fromkeys((2, 4, 39, 40), "number 2")
    | {9: "percent 0", 10: "percent 2"}
)
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]hms][^\]]*\]|_.')


def _kind(code: str) -> str:
    """Of a number's format without what is quoted: what it shows."""
    if code and not code.strip("; "):
        return "nothing"
    if re.search("[ymdhs]", code.lower()) and "eneral" not in code:
        return "date" if re.search("[hs]", code.lower()) else "day"
    if not re.search("[0#]", code) or "eneral" in code or "e+" in code.lower() or "?" in code or "@" in code:
        return ""
    after = re.search(r"\.([0#]+)", code.partition(";")[0])
    return f"{'percent' if '%' in code else 'number'} {len(after[1]) if after else 0}"


class _Styles:
    """By the number of a cell's style, whether its number is a date or a share."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self._codes: dict[str, str] = {}
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "numFmt":
            code = _QUOTED.sub("", attributes.get("formatCode", ""))
            self._codes[attributes.get("numFmtId", "")] = _kind(code)
        elif local == "cellXfs":
            self._inside = True
        elif local == "xf" and self._inside:
            which = attributes.get("numFmtId", "0")
            built_in = _BUILT_IN.get(int(which), "") if which.isdecimal() else ""
            self.kinds.append(self._codes.get(which, built_in))

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "cellXfs":
            self._inside = False

    def letters(self, text: str) -> None:
        """Styles have no words."""


def _kinds(untrusted: bytes | None) -> list[str]:
    styles = _Styles()
    if untrusted is not None:
        read_xml(untrusted, styles)
    return styles.kinds


class _Sheet:
    def __init__(self, shared: list[str], kinds: list[str]) -> None:
        self._shared, self._kinds = shared, kinds
        self._rows: list[dict[int, str]] = []
        self._kind = self._text = ""
        self._style = self._column = 0
        self._inside = False

    def rows(self) -> Iterator[list[str]]:
        used = sorted({column for row in self._rows for column in row})
        for row in self._rows:
            yield [row.get(column, "") for column in used]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._rows.append({})
            self._column = 0
        elif local == "c":
            where = re.match("[A-Z]{1,3}", attributes.get("r", ""))
            self._column = _number(where[0]) if where else self._column + 1
            self._kind, self._text = attributes.get("t", ""), ""
            style = attributes.get("s", "0")
            self._style = int(style) if style.isdecimal() else 0
        elif local in ("v", "t"):
            self._inside = True

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in ("v", "t"):
            self._inside = False
        elif local == "c" and self._rows and self._text and self._column <= _LAST_COLUMN:
            self._rows[-1][self._column] = self._shown()

    def letters(self, text: str) -> None:
        if self._inside:
            self._text += text

    def _shown(self) -> str:
        if self._kind == "s":
            place = int(self._text) if self._text.isdecimal() else -1
            return self._shared[place] if 0 <= place < len(self._shared) else ""
        if self._kind == "b":
            return "TRUE" if self._text == "1" else "FALSE"
        if self._kind in ("str", "inlineStr", "e", "d"):
            return self._text
        kind = self._kinds[self._style] if self._style < len(self._kinds) else ""
        return _as_number(self._text, kind)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _as_number(text: str, kind: str) -> str:
    """As a sheet shows it, plainly: a day and a time of day, a share in hundredths, as many decimals as its
    format has, else at most ten digits. What a sheet doesn't show may tell its reader.
    """
    try:
        value = float(text)
        what, _, decimals = kind.partition(" ")
        if what == "nothing":
            return ""
        if what in ("date", "day") and 0 <= value < 2_958_466:
            return _as_date(value, with_time=what == "date")
        if what not in ("number", "percent"):
            return f"{value:.10g}"
        value = value * 100 if what == "percent" else value
        shown = f"{value:.{min(int(decimals), 10)}f}"
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        return f"{shown}%" if what == "percent" else shown
    except (ValueError, OverflowError):
        return text


def _as_date(value: float, *, with_time: bool) -> str:
    moment = _FIRST_DAY + datetime.timedelta(minutes=round(value * 1440) if with_time else int(value) * 1440)
    if not with_time:
        return f"{moment:%Y-%m-%d}"
    if value < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%Y-%m-%d}" if value == int(value) else f"{moment:%Y-%m-%d %H:%M}"
