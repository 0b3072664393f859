"""The words in the XML of an office document: letters run on through pieces of a line, and end with it."""

from typing import Protocol
from xml.parsers import expat

_ENDS = frozenset(
    {
        *("p", "h", "tc", "tr", "c", "si", "br", "cr", "tab", "text", "pt", "comment", "sp"),
        *("s", "line-break", "table-cell", "list-item", "a:p", "a:br", "ptab", "noBreakHyphen"),
    }
)
"""Elements (without their prefix) behind which another word begins."""


class Reader(Protocol):
    """What is told of each element, in the order of the document."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def letters(self, text: str) -> None: ...


def read_xml(untrusted: bytes, reader: Reader) -> None:
    """Raises what expat raises, and ValueError at an entity that is declared: a clean document has none."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.letters
    parser.EntityDeclHandler = _refuse
    parser.buffer_text = True
    parser.Parse(untrusted, True)


def _refuse(*_: object) -> None:
    raise ValueError("an entity")


def words_of_xml(untrusted: bytes) -> str:
    """Raises as `read_xml`. Numbers that stand for a shared string of a sheet are left out."""
    reader = _Words()
    read_xml(untrusted, reader)
    return "".join(reader.words)


class _Words:
    def __init__(self) -> None:
        self.words: list[str] = []
        self._shared = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":  # a cell of a sheet
            self._shared = attributes.get("t") == "s"

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in _ENDS:
            self.words.append("\n" if local in {"p", "h", "tr", "si"} else " ")
        if name == "c":
            self._shared = False

    def letters(self, text: str) -> None:
        if not self._shared:
            self.words.append(text)
