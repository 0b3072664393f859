"""A Word document in, a Word document of what it shows out: text, looks, pictures, notes, headers, charts.

Sources: ISO/IEC 29500-1, 11 (parts of a document) and 17.
"""

from scrub.office import (
    charts,
    cuts,
    drawings,
    word_changes,
    word_clipped,
    word_controls,
    word_cropped,
    word_edges,
    word_fields,
    word_hidden,
    word_off_page,
    word_old,
    word_unseen,
    word_unshown,
    xml,
)
from scrub.office.copier import Copier
from scrub.office.covering import local
from scrub.office.covers import StandIns, empty_unseen_pictures
from scrub.office.findings import Findings
from scrub.office.graphics import Graphics
from scrub.office.ooxml_names import tag
from scrub.office.package import Pictures, Source
from scrub.office.trees import Tree, all_of, etree, is_on, remove, unwrap
from scrub.office.word_bound import BoundData
from scrub.office.word_chunks import Chunks
from scrub.report import Refusal
from scrub.tables.names import FONTS

_VAL, _ID, _STYLE_ID = tag("w:val"), tag("w:id"), tag("w:styleId")
_WRAPPERS = tuple(map(tag, ("w:smartTag", "w:customXml", "w:dir", "w:bdo", "w:hyperlink")))
_FOLLOW = {
    "w:headerReference": ("header", "word/header{}.xml"),
    "w:footerReference": ("footer", "word/footer{}.xml"),
    "c:chart": ("chart", "word/charts/chart{}.xml"),
}
_BLOCKS = ("w:tc", "w:hdr", "w:ftr", "w:footnote", "w:endnote", "w:txbxContent")
_SETTINGS = ("w:displayBackgroundShape", "w:mirrorMargins", "w:defaultTabStop", "w:evenAndOddHeaders")
_HOLDING = frozenset(map(tag, (*_BLOCKS, "w:body")))
_DEPTH = 30
_FONTS = frozenset(map(str.lower, FONTS))


def rebuild(source: Source, main: str, pictures: Pictures, findings: Findings) -> bytes:
    """Raises Refusal for what can't be read."""
    return _Word(source, main, pictures, findings).rebuild()


class _Word:
    def __init__(self, source: Source, main: str, pictures: Pictures, findings: Findings) -> None:
        self._source, self._main, self._findings = source, main, findings
        self._others = source.related(main)
        styles = self._parsed("styles")
        self._hiding, self._lines = word_hidden.hiding_styles(styles), word_clipped.exact_lines(styles)
        self._page = word_off_page.page_of(etree.Element(tag("w:document")))
        self._margins: word_edges.Margins | None = None
        self._chunks = Chunks(source, main, pictures, findings)
        self._graphics = Graphics(source, findings)
        self._data = BoundData(source, main)
        self._levels: dict[str, set[str]] = {}
        finish = {**dict.fromkeys(_BLOCKS, _end_with_paragraph), "c:chart": charts.body_or_reference}
        self._copier = Copier(
            source,
            pictures,
            "word",
            finish=finish,
            follow=_FOLLOW,
            draw=self._draw,
            prepare=self._prepare,
            stand_in=StandIns(findings),
        )

    def rebuild(self) -> bytes:
        copier = self._copier
        document = copier.copy(self._main, "word/document.xml")
        if document is None:
            raise Refusal("broken")
        self._chunks.finish()
        self._others = self._source.related(self._main)
        for kind in ("footnotes", "endnotes"):
            self._add(document, kind, self._notes(kind))
        self._add(document, "styles", self._styles())
        self._add(document, "numbering", self._numbering())
        self._add(document, "settings", self._settings())
        theme = self._others.get("theme")
        copied = copier.copy(theme, "word/theme/theme{}.xml") if theme else None
        if copied:
            copier.target.relate(document, "theme", copied)
        return copier.target.archive(document)

    def _parsed(self, kind: str) -> Tree | None:
        name = self._others.get(kind)
        if not name:
            return None
        root = xml.parse(self._source.files[name])
        word_unseen.settle_letters(root)
        return root

    def _add(self, document: str, kind: str, root: Tree | None) -> None:
        if root is None:
            return
        copied = self._copier.copy(self._others.get(kind, kind), f"word/{kind}.xml", root)
        if copied:
            self._copier.target.relate(document, kind, copied)

    def _draw(self, root: Tree, name: str) -> None:
        self._chunks(root, name)
        self._graphics(root, name)

    def _prepare(self, root: Tree) -> None:
        if root.tag == tag("c:chartSpace"):
            charts.make_literal(root, self._findings)
        if root.tag == tag("w:document"):
            self._page = word_off_page.page_of(root)
            self._margins = None if self._switched("w:mirrorMargins") else word_edges.margins_of(root)
        word_edges.cut(root, self._page, self._margins)
        drawings.prepare(root, self._findings)
        word_unseen.settle_letters(root)
        word_changes.accept(root, self._findings)
        word_old.convert(root, self._findings)
        word_edges.cut(root, self._page, self._margins)
        word_cropped.cut(root, self._lines)
        empty_unseen_pictures(root, self._findings)
        cuts.mark(root, self._findings)
        word_off_page.drop(root, self._page, self._findings)
        word_fields.freeze(root, self._findings)
        _hold_formulas(root)
        word_hidden.drop_hidden(root, self._hiding, self._findings)
        word_clipped.drop(root, self._lines, self._findings)
        word_unshown.drop_hidden_formulas(root, self._findings)
        word_unshown.empty_covered_cells(root, self._findings)
        if root.tag == tag("w:document"):
            word_unshown.drop_unused_headers(root, self._findings, even=self._switched("w:evenAndOddHeaders"))
        word_unshown.note_levels(root, self._levels)
        word_controls.unwrap_controls(root, self._findings, self._data)
        for wrapper in all_of(root, _WRAPPERS):
            if wrapper.tag == tag("w:hyperlink"):
                self._findings.add("link")
            for settings in (*wrapper.findall(tag("w:smartTagPr")), *wrapper.findall(tag("w:customXmlPr"))):
                wrapper.remove(settings)
            unwrap(wrapper)
        if any((sign.get(tag("w:font")) or "").lower() not in _FONTS for sign in root.iter(tag("w:sym"))):
            self._findings.add("lossy_text")
        ground = root.find(tag("w:background"))
        if ground is not None and any(local(one) == "fill" for one in ground.iter()):
            self._findings.add("members_left_out")  # a picture behind the page; its colour stays
        if next(root.iter(tag("w:altChunk"), tag("w:subDoc"), tag("w:contentPart")), None) is not None:
            self._findings.add("embedded_file")
            self._findings.add("members_left_out")

    def _switched(self, name: str) -> bool:
        settings = self._parsed("settings")
        found = None if settings is None else settings.find(tag(name))
        return found is not None and is_on(found.get(_VAL))

    def _given(self, kind: str) -> set[str]:
        return set(self._copier.numbers.given.get(kind, ()))

    def _notes(self, kind: str) -> Tree | None:
        """Only notes that the text refers to: no separators, and none that a deleted sentence left behind."""
        root = self._parsed(kind)
        used = self._given(kind.removesuffix("s"))
        if root is None or not used:
            return None
        for note in list(root):
            if note.get(_ID) not in used or note.get(tag("w:type")) not in (None, "normal"):
                root.remove(note)
        self._prepare(root)
        return root

    def _styles(self) -> Tree | None:
        """Only styles that are used, and what those are based on."""
        root = self._parsed("styles")
        if root is None:
            return None
        known = {style.get(_STYLE_ID, ""): style for style in root.iter(tag("w:style"))}
        used = self._given("styleid")
        kept = {
            name for name, style in known.items() if name in used or is_on(style.get(tag("w:default"), "0"))
        }
        for _ in range(_DEPTH):
            based = (known[name].find(tag("w:basedOn")) for name in kept)
            more = {element.get(_VAL, "") for element in based if element is not None} & known.keys()
            if more <= kept:
                break
            kept |= more
        for name, style in known.items():
            if name not in kept:
                remove(style)
            for element in (*style.findall(tag("w:next")), *style.findall(tag("w:basedOn"))):
                if element.get(_VAL) not in kept:
                    style.remove(element)
        if any(is_on(style.get(tag("w:customStyle"), "0")) for style in known.values()):
            self._findings.add("style_name")
        word_unshown.note_levels(root, self._levels)
        return root

    def _numbering(self) -> Tree | None:
        """Only lists that are used."""
        root = self._parsed("numbering")
        if root is None:
            return None
        used = self._given("num")
        for num in root.findall(tag("w:num")):
            if num.get(tag("w:numId")) not in used:
                root.remove(num)
        kept = {element.get(_VAL) for element in root.iter(tag("w:abstractNumId"))}
        for abstract in root.findall(tag("w:abstractNum")):
            if abstract.get(tag("w:abstractNumId")) not in kept:
                root.remove(abstract)
        styles = self._given("styleid")
        for style in all_of(root, (tag("w:pStyle"),)):
            if style.get(_VAL) not in styles:
                remove(style)
        word_unshown.empty_unused_levels(root, self._levels, styles, self._findings)
        drawings.prepare(root, self._findings)
        return root if len(root) else None

    def _settings(self) -> Tree:
        """What changes the look of a page; and the mark of Word 2013, or else Word lays out as in 2007."""
        root = etree.Element(tag("w:settings"))
        old = self._parsed("settings")
        for name in _SETTINGS:
            found = None if old is None else old.find(tag(name))
            if found is not None:
                root.append(found)
        compatibility = etree.SubElement(etree.SubElement(root, tag("w:compat")), tag("w:compatSetting"))
        compatibility.set(tag("w:name"), "compatibilityMode")
        compatibility.set(tag("w:uri"), "http://schemas.microsoft.com/office/word")
        compatibility.set(_VAL, "15")
        return root


def _hold_formulas(root: Tree) -> None:
    """A formula may stand between paragraphs: it gets one of its own."""
    for formula in all_of(root, (tag("m:oMathPara"), tag("m:oMath"))):
        parent = formula.getparent()
        if parent is not None and parent.tag in _HOLDING:
            paragraph = etree.Element(tag("w:p"))
            formula.addprevious(paragraph)
            paragraph.append(formula)


def _end_with_paragraph(node: xml.Node) -> xml.Node:
    """Word refuses a cell, a box or a header that doesn't end with a paragraph."""
    if not node.children or node.nodes()[-1].name != "w:p":
        node.children.append(xml.Node("w:p"))
    return node
