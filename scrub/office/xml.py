"""XML in and out: a parser that follows nothing, and a writer that has one way to write a document.

In: lxml without a network, without entities and without a document type. Out: the namespaces of the format on
the root, attributes by name, no comment, no instruction, no character that need not be there: so the verifier
can write it once more and compare bytes. Sources: XML 1.0, Namespaces in XML 1.0."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from scrub.office.strict import is_strict, to_transitional
from scrub.office.trees import Tree, etree
from scrub.report import Refusal

MAX_PART = 48 << 20
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


_PLAIN_TYPE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,99}(?:<\?xml[^<>]{0,200}\?>)?(?:\s|<!--(?:(?!-->|<!).){0,2000}-->){0,99}"
    rb"(<!DOCTYPE\s+[\w.:-]{1,80}\s*(?:(?:SYSTEM|PUBLIC\s*(?:\"[^\"<>\[]{0,200}\"|'[^'<>\[]{0,200}'))"
    rb"\s*(?:\"[^\"<>\[]{0,200}\"|'[^'<>\[]{0,200}'))?\s*>)",
    re.DOTALL,
)
"""A document type without anything between brackets. Nothing is loaded, whatever address it names."""


@dataclass(slots=True)
class Node:
    """An element to be written. `name` has its prefix; a child is a Node or, in running text, characters."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)

    def nodes(self) -> list["Node"]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    def find(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next(
            (child for child in self.children if isinstance(child, Node) and child.name == name), None
        )


def parse(untrusted: bytes) -> Tree:
    """The root. Raises Refusal: "broken" for what isn't XML, "bomb" for a document type that defines
    something (entities live there); one that only names itself, as OpenOffice.org 1 and 2 wrote it, is passed
    over.
    """
    if len(untrusted) > MAX_PART:
        raise Refusal("too_large")
    if (found := _PLAIN_TYPE.match(untrusted)) is not None:
        untrusted = untrusted[: found.start(1)] + untrusted[found.end(1) :]
    if b"<!DOCTYPE" in untrusted or b"<!ENTITY" in untrusted:
        raise Refusal("bomb")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(untrusted, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refusal("broken") from None
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that the search above can't read
        raise Refusal("bomb")
    if is_strict(untrusted):
        to_transitional(root)
    return root


def write(root: Node, namespaces: Mapping[str, str]) -> bytes:
    """UTF-8. `namespaces`: address by prefix, all of which the root declares; "" is the default one."""
    declared = {f"xmlns:{prefix}" if prefix else "xmlns": address for prefix, address in namespaces.items()}
    out = [HEAD]
    _write(root, out, declared)
    return "".join(out).encode()


def _write(node: Node, out: list[str], declared: Mapping[str, str]) -> None:
    attributes = "".join(
        f' {name}="{_escape(value, quoted=True)}"'
        for name, value in (*declared.items(), *sorted(node.attributes.items()))
    )
    if not node.children:
        out.append(f"<{node.name}{attributes}/>")
        return
    out.append(f"<{node.name}{attributes}>")
    for child in node.children:
        if isinstance(child, Node):
            _write(child, out, {})
        else:
            out.append(_escape(child))
    out.append(f"</{node.name}>")


def _escape(text: str, *, quoted: bool = False) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") if quoted else text
