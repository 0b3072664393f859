"""The words in the XML of an office document: letters run on through pieces of a line, and end with it."""

from xml.parsers import expat

_ENDS = frozenset(
    {
        *("p", "h", "tc", "tr", "c", "si", "br", "cr", "tab", "text", "pt", "comment", "sp"),
        *("s", "line-break", "table-cell", "list-item", "a:p", "a:br", "ptab", "noBreakHyphen"),
    }
)
"""Elements (without their prefix) behind which another word begins."""


def words_of_xml(untrusted: bytes) -> str:
    """Raises what expat raises. Numbers that stand for a shared string of a sheet are left out."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.letters
    parser.EntityDeclHandler = reader.refuse
    parser.buffer_text = True
    parser.Parse(untrusted, True)
    return "".join(reader.words)


class _Reader:
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

    def refuse(self, *_: object) -> None:
        """A clean document declares no entity."""
        raise ValueError("an entity")
