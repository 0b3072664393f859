"""Fuzzes the cleaner of Word documents, slides and sheets: a verified copy comes out, or a reason.

    python -m tests.fuzz.office [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.office --blind [--seconds N]    random edits of the seeds, with nothing but Python

An input is a package; an edit changes the tree of one of its parts, or the words of a page inside.
"""

from __future__ import annotations

import io
import random
import zipfile

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 16

with instrumented("scrub"):
    from scrub import engine, verify
    from scrub.office.trees import Tree, etree
    from scrub.report import Refusal
    from tests.scrub import test_office_chunks as chunks
    from tests.scrub import test_office_cuts as cuts
    from tests.scrub import test_office_fields as fields
    from tests.scrub import test_office_graphics as graphics
    from tests.scrub.office_files import docx, zipped

_VALUES = (
    *("", "0", "1", "-1", "NaN", "inf", "1e308", "-1e308", "100000", "-100000", "50%", "-50%", "99999999999"),
    *(
        "begin",
        "separate",
        "end",
        "on",
        "off",
        "rect",
        "ellipse",
        "i1",
        "d1",
        "c1",
        "h",
        "w",
        "val",
        "\u200b",
    ),
)
_INSTRUCTIONS = ("FILENAME", "PAGE", "IF", "QUOTE", "FORMCHECKBOX", "SYMBOL 9 \\f x", "DOCPROPERTY", "EQ")


def seeds() -> list[bytes]:
    """A package of each kind that a module of its own reads."""
    path = fields.field(fields.code("FILENAME"), "<w:r><w:t>C:/Users/x</w:t></w:r>")
    parts = {"diagrams/data1.xml": graphics.model(("1", "node", "w"), drawing="d9")}
    drawn = {**parts, "diagrams/drawing1.xml": graphics.drawn("one", "two")}
    box = fields.char("begin", "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>")
    rels = (graphics._DATA, graphics._DRAWING)
    files = [
        docx(f"<w:p>{path}{box}{fields.code('FORMCHECKBOX')}{fields.char('end')}</w:p>"),
        cuts._word(cuts.picture(cuts.fill('<a:srcRect l="10000"/>'), cuts.preset("heart"))),
        cuts._word(
            cuts.picture(cuts.fill(inset='l="-5%"'), cuts._TRIANGLE, place=cuts._floating("page 0", "page 0"))
        ),
        cuts._slides(cuts._on_a_slide(cuts.fill(prefix="p"), cuts.preset("circularArrow"))),
        cuts._slides(
            cuts._on_a_slide(
                cuts.fill(prefix="p"),
                cuts.preset("heart"),
                cuts._FRAME.format(' rot="1800000" flipH="1"', 9_000_000, 900_000),
            )
        ),
        cuts._sheet(cuts.fill(prefix="xdr"), cuts.preset("gear6")),
        *(
            place(graphics._IDS, graphics._DIAGRAM, held, *rels)
            for place in graphics._PLACES.values()
            for held in (parts, drawn)
        ),
        graphics._in_word(
            graphics._NEW, graphics._CHART, {"charts/chartEx1.xml": graphics._NEW_CHART}, graphics._NEW_DATA
        ),
        chunks._with(chunks._PAGE.encode(), zipped(docx())),
    ]
    return [zipped(made) for made in files]


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    """Changes one part of one of the packages, maybe by a piece of another one."""
    with zipfile.ZipFile(io.BytesIO(chance.choice(inputs))) as package:
        files = {name: package.read(name) for name in package.namelist()}
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice([one for one in files if "[" not in one])
        if files[name].startswith(b"<?xml"):
            root = etree.fromstring(files[name])
            for _ in range(chance.randrange(1, 5)):
                _change(root, chance)
            files[name] = etree.tostring(root)
        elif files[name].startswith(b"<"):
            at, end = sorted(chance.randrange(len(files[name]) + 1) for _ in range(2))
            piece = files[name][at:end]
            files[name] = files[name][:end] + piece * chance.randrange(3) + files[name][end:]
    return zipped(files)


def _change(root: Tree, chance: random.Random) -> None:
    elements = list(root.iter())
    one, other = chance.choice(elements), chance.choice(elements)
    what = chance.randrange(6)
    if what == 0 and one.attrib:
        one.set(chance.choice(list(one.attrib)), chance.choice(_VALUES))
    elif what == 1 and one.attrib:
        del one.attrib[chance.choice(list(one.attrib))]
    elif what == 2 and one.getparent() is not None:
        one.getparent().remove(one)
    elif what == 3 and one.getparent() is not None and other not in list(one.iter()):
        other.insert(chance.randrange(len(other) + 1), one)
    elif what == 4:
        other.append(etree.fromstring(etree.tostring(one, with_tail=False)))
    elif one.text is not None:
        one.text = chance.choice((*_VALUES, *_INSTRUCTIONS)).replace("\u200b", "x")


def one_input(data: bytes) -> None:
    """Raises whatever is no reason of ours, and Unverified for a copy that isn't on the list."""
    try:
        clean = engine.scrub(data)
    except Refusal:
        return
    verify.verify(clean.content, clean.media_type)


def _load_and_seed() -> list[bytes]:
    engine.load()
    return seeds()


FUZZER = Fuzzer("office", LONGEST, _load_and_seed, edit, one_input, "a verified copy or a reason came out.")

if __name__ == "__main__":
    FUZZER.main()
