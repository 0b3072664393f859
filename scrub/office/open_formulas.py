"""A formula of OpenDocument (MathML) in one line of words: `(a)/(b)`, `x^2`.

What isn't drawn isn't read: annotations, phantoms, what an action doesn't show. Source: MathML 3, chapter 3.
"""

import re

from scrub.office.covering import local
from scrub.office.trees import Tree, is_count

_LONGEST = 4000
_TOKENS = frozenset({"mi", "mn", "mo", "mtext", "ms"})
_UNSEEN = frozenset(
    {"mphantom", "annotation", "annotation-xml", "none", "mprescripts", "malignmark", "maligngroup"}
)
_SPACED = frozenset("=+\u2212\u00d7\u00b7\u00f7\u2264\u2265\u2260<>\u2248\u00b1\u2192\u2208\u2261-")
_TWO = {"mfrac": "/", "msub": "_", "munder": "_", "msup": "^", "mover": "^"}
_THREE = frozenset({"msubsup", "munderover"})
_WORD = re.compile(r"\w{2,}")


def in_one_line(math: Tree) -> str | None:
    """The words; None where the file holds the formula in two ways that don't agree, as programs draw the one
    or the other.
    """
    text = re.sub(r"\s+", " ", _read(math)).strip()
    for note in math.iter():
        if local(note) == "annotation" and (note.text or "").strip():
            words = set(_WORD.findall(note.text))
            if any(word not in words and word not in note.text for word in _WORD.findall(text)):
                return None
    return text[:_LONGEST]


def _read(element: Tree) -> str:
    name = local(element)
    if name in _UNSEEN or not name:
        return ""
    if name in _TOKENS:
        text = str("".join(element.itertext())).strip()
        return f" {text} " if name == "mo" and text in _SPACED else text
    if name == "mspace":
        return " "
    children = _shown([child for child in element if local(child)], name, element)
    parts = [_read(child) for child in children]
    if name == "mfenced":
        left, between, right = (
            str(element.get(key, usual)).strip()[:1]
            for key, usual in (("open", "("), ("separators", ","), ("close", ")"))
        )
        return left + between.join(part.strip() for part in parts) + right
    return _built(name, parts)


def _shown(children: list[Tree], name: str, element: Tree) -> list[Tree]:
    if name == "semantics":
        return children[:1]
    if name == "maction":
        chosen = element.get("selection", "1")
        at = int(chosen) if is_count(chosen) else 1
        return children[at - 1 : at] if at else []
    return children


def _built(name: str, parts: list[str]) -> str:
    if name in _TWO and len(parts) == 2:
        return f"{_closed(parts[0])}{_TWO[name]}{_closed(parts[1])}"
    if name in _THREE and len(parts) == 3:
        return f"{_closed(parts[0])}_{_closed(parts[1])}^{_closed(parts[2])}"
    if name == "mroot" and len(parts) == 2:
        return f"\u221a[{parts[1].strip()}]({parts[0].strip()})"
    if name == "msqrt":
        return f"\u221a({_joined(parts).strip()})"
    if name == "mtable":
        return "[" + "; ".join(part.strip() for part in parts) + "]"
    if name in ("mtr", "mlabeledtr"):
        return ", ".join(part.strip() for part in parts)
    return _joined(parts)


def _closed(part: str) -> str:
    part = part.strip()
    return part if len(part) == 1 or part.isalnum() else f"({part})"


def _joined(parts: list[str]) -> str:
    """Two words don't become one."""
    text = ""
    for part in parts:
        apart = text[-1:].isalnum() and part[:1].isalnum()
        text += " " + part if apart else part
    return text
