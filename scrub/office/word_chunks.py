"""Other documents that a Word document takes in when it is opened (`w:altChunk`): their words come in here.

A Word document and a text are cleaned like ones that were sent alone, and then come in with their styles,
lists, notes and pictures; of a page in HTML, also one that was saved as a mail, the words
(`scrub.office.html_words`). A document whose chunk can't be read is refused: nobody would see what is
missing. Sources: ISO/IEC 29500-1, 17.17.2 and 11.3.1.
"""

import posixpath
import re
from collections.abc import Mapping
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser

from scrub.office import archive, chunk_pictures, html_words, xml
from scrub.office.findings import Findings
from scrub.office.ooxml_names import NAMESPACES, tag
from scrub.office.package import Pictures, Relation, Source
from scrub.office.trees import Tree, all_of, etree, remove
from scrub.report import Refusal

_R = f"{{{NAMESPACES['r']}}}"
_VAL, _ID = tag("w:val"), tag("w:id")
_MOST_CHUNKS, _MOST_BYTES, _MOST_BYTES_OF_ALL = 300, 16 << 20, 96 << 20
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|p|div|span|table|h[1-6]|ul|ol|pre|br|a|b|i|em|strong|font|center)[\s>/]",
    re.IGNORECASE,
)
_MAIL = re.compile(rb"\A[\s\S]{0,2000}?^(?:mime-version|content-type):", re.IGNORECASE | re.MULTILINE)
_STYLES = tuple(map(tag, ("w:pStyle", "w:rStyle", "w:tblStyle", "w:basedOn", "w:next", "w:link")))
_SHOWN = ("image", "chart")
_HEADERS = {
    "From": "sender",
    "To": "sender",
    "Date": "date",
    "Subject": "description",
    "Content-Location": "file_name",
}
_PARTS = {
    "styles": ("w:styles", "w:style", "w:styleId"),
    "footnotes": ("w:footnotes", "w:footnote", "w:id"),
    "endnotes": ("w:endnotes", "w:endnote", "w:id"),
}


class Chunks:
    """Puts the words of the chunks of a document, whose main part is `main`, in their place."""

    def __init__(self, source: Source, main: str, pictures: Pictures, findings: Findings) -> None:
        self._source, self._main, self._pictures, self._findings = source, main, pictures, findings
        self._count, self._bytes = 0, 0
        self._merged: dict[str, Tree] = {}

    def __call__(self, root: Tree, name: str) -> None:
        """Changes the tree of part `name` in place. Raises Refusal for a chunk that can't be read."""
        for chunk in all_of(root, (tag("w:altChunk"),)):
            relation = self._source.relations(name).get(chunk.get(f"{_R}id") or "")
            if relation is None or relation.external or relation.target not in self._source.files:
                continue
            self._count += 1
            if self._count > _MOST_CHUNKS:
                raise Refusal("bomb")
            for block in self._blocks(self._source.files[relation.target], name):
                chunk.addprevious(block)
            remove(chunk)

    def _blocks(self, untrusted: bytes, name: str) -> list[Tree]:
        if len(untrusted) > _MOST_BYTES:
            raise Refusal("too_large")
        if not untrusted.startswith(b"PK"):
            if _MAIL.match(untrusted):
                return self._of_mail(untrusted, name)
            if _HTML.search(untrusted, 0, 4096) or _HTML.search(untrusted.replace(b"\0", b""), 0, 4096):
                return self._of_page(untrusted, None, {}, name)
        clean = self._pictures.whole(untrusted)
        if clean.extension == "txt":
            return [_paragraph(line) for line in clean.content.decode().splitlines()]
        if clean.extension == "docx":
            return self._of_document(archive.read(clean.content), name)
        raise Refusal("unsupported")

    def _of_page(
        self, untrusted: bytes, charset: str | None, parts: Mapping[str, bytes], name: str
    ) -> list[Tree]:
        page = html_words.read(untrusted, charset, lambda said: self._picture(said, parts, name))
        for code in page.told:
            self._findings.add(code)
        return page.paragraphs

    def _picture(self, said: Mapping[str, str], parts: Mapping[str, bytes], name: str) -> Tree | None:
        content = chunk_pictures.content_of(said.get("src", ""), parts)
        if content is None:
            return None
        ours = self._source.changed.setdefault(name, {})
        key = f"chunk{self._count}-picture{len(ours)}"
        self._source.files[key] = content
        ours[key] = Relation("image", key, external=False)
        self._bytes += len(content)
        if self._bytes > _MOST_BYTES_OF_ALL:
            raise Refusal("too_large")
        return chunk_pictures.inline(key, content, said, self._pictures.natural_size)

    def _of_mail(self, untrusted: bytes, name: str) -> list[Tree]:
        """A page with its pictures in the form of a mail (MHTML, RFC 2557): the first page in it."""
        try:
            message = BytesParser(policy=policy.compat32).parsebytes(untrusted)
            pages = [one for one in message.walk() if one.get_content_type() in ("text/html", "text/plain")]
            page: Message | None = next(iter(pages), None)
            content = None if page is None else page.get_payload(decode=True)
            charset = None if page is None else page.get_content_charset()
            sheets = [one.get_payload(decode=True) for one in message.walk() if _is_sheet(one)]
            others = {one.get_content_maintype() for one in message.walk()} - {"multipart", "image", "text"}
            parts = chunk_pictures.parts_of(message)
        except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            raise Refusal("unsupported") from None
        if page is None or not isinstance(content, bytes):
            raise Refusal("unsupported")
        if any(html_words.hides(sheet.decode("latin-1")) for sheet in sheets if isinstance(sheet, bytes)):
            raise Refusal("unsupported")
        for header, code in _HEADERS.items():
            if any(one.get(header) for one in message.walk()):
                self._findings.add(code)
        if others:
            self._findings.add("members_left_out")
        if page.get_content_type() == "text/html":
            return self._of_page(content, charset, parts, name)
        return [_paragraph(line) for line in self._pictures.whole(content).content.decode().splitlines()]

    def _of_document(self, files: dict[str, bytes], name: str) -> list[Tree]:
        """`files`: a clean copy, whose names of styles, lists and notes get a mark of their own."""
        mark = f"chunk{self._count}-"
        for old, content in files.items():
            self._source.files[mark + old] = content
            self._bytes += len(content)
        if self._bytes > _MOST_BYTES_OF_ALL:
            raise Refusal("too_large")
        part = f"{mark}word/document.xml"
        body = xml.parse(self._source.files[part]).find(tag("w:body"))
        blocks = [] if body is None else [one for one in body if one.tag != tag("w:sectPr")]
        others = self._source.related(part)
        for kind in ("styles", "footnotes", "endnotes"):
            if kind in others:
                self._merge(kind, xml.parse(self._source.files[others[kind]]), mark)
        if "numbering" in others:
            self._merge_lists(xml.parse(self._source.files[others["numbering"]]), mark)
        if "header" in others or "footer" in others:
            self._findings.add("members_left_out")
        ours = self._source.changed.setdefault(name, {})
        for key, relation in self._source.relations(part).items():
            if relation.kind in _SHOWN:
                ours[mark + key] = relation
        for block in blocks:
            _rename(block, mark)
        return blocks

    def _merge(self, kind: str, theirs: Tree, mark: str) -> None:
        root, entry, key = _PARTS[kind]
        ours = self._ours(kind, root)
        for one in theirs.findall(tag(entry)):
            one.set(tag(key), mark + one.get(tag(key), ""))
            one.attrib.pop(tag("w:default"), None)
            _rename(one, mark)
            ours.append(one)

    def _merge_lists(self, theirs: Tree, mark: str) -> None:
        ours = self._ours("numbering", "w:numbering")
        first = ours.find(tag("w:num"))
        for one in theirs.findall(tag("w:abstractNum")):
            one.set(tag("w:abstractNumId"), mark + one.get(tag("w:abstractNumId"), ""))
            _rename(one, mark)
            ours.append(one) if first is None else first.addprevious(one)
        for one in theirs.findall(tag("w:num")):
            one.set(tag("w:numId"), mark + one.get(tag("w:numId"), ""))
            for abstract in one.findall(tag("w:abstractNumId")):
                abstract.set(_VAL, mark + abstract.get(_VAL, ""))
            _rename(one, mark)
            ours.append(one)

    def _ours(self, kind: str, root: str) -> Tree:
        if kind not in self._merged:
            name = self._source.related(self._main).get(kind)
            ours = etree.Element(tag(root)) if name is None else xml.parse(self._source.files[name])
            self._merged[kind] = ours
        return self._merged[kind]

    def finish(self) -> None:
        """Writes the parts of the document that chunks added to."""
        for kind, tree in self._merged.items():
            name = self._source.related(self._main).get(kind)
            if name is None:
                name = posixpath.join(posixpath.dirname(self._main), f"chunk-{kind}.xml")
                relation = Relation(kind, name, external=False)
                self._source.changed.setdefault(self._main, {})[f"chunk-{kind}"] = relation
            self._source.files[name] = etree.tostring(tree)


def _is_sheet(part: Message) -> bool:
    return part.get_content_type() == "text/css"


def _rename(root: Tree, mark: str) -> None:
    for style in root.iter(*_STYLES):
        style.set(_VAL, mark + style.get(_VAL, ""))
    for number in root.iter(tag("w:numId")):
        if number.get(_VAL) != "0":
            number.set(_VAL, mark + number.get(_VAL, ""))
    for note in root.iter(tag("w:footnoteReference"), tag("w:endnoteReference")):
        note.set(_ID, mark + note.get(_ID, ""))
    for section in all_of(root, (tag("w:sectPr"),)):
        remove(section)
    for element in root.iter():
        for key in (f"{_R}embed", f"{_R}id"):
            if isinstance(element.tag, str) and element.get(key) is not None:
                element.set(key, mark + element.get(key))


def _paragraph(text: str) -> Tree:
    paragraph = etree.Element(tag("w:p"))
    etree.SubElement(etree.SubElement(paragraph, tag("w:r")), tag("w:t")).text = text
    return paragraph
