"""Fuzzes the cleaning of PDFs: fonts that lie or are missing, layers, pale pages. Refusals alone come out.

    python -m tests.fuzz.pdf [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.pdf --blind [--seconds N]    random edits of the seeds, with nothing but Python

Every copy is verified, in each of the three layouts.
"""

from __future__ import annotations

import random
import re

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 14
_TOKEN = re.compile(rb"/[A-Za-z0-9]+|-?[0-9.]+|[<>\[\]()]+")

with instrumented("scrub"):
    from scrub import engine, verify
    from scrub.report import PDF_STYLES, Choices, Refusal
    from tests.scrub import test_pdf_fonts, test_pdf_kinds, test_pdf_pale, test_pdf_words
    from tests.scrub.pdf_files import document


def seeds() -> list[bytes]:
    engine.load()
    lies = [
        test_pdf_words.lying(
            test_pdf_words.SEEN + b"BT /F 24 Tf 20 50 Td (ab) Tj ET", [(97, "z"), (98, "fi")]
        )
    ]
    spans = [document(b"BT /F 24 Tf 20 50 Td %s ET" % drawn) for drawn, _ in test_pdf_words.SPANS.values()]
    pale = [document(page) for page in test_pdf_pale.PALE_LETTERS.values()]
    fonts = [
        *test_pdf_fonts.CHINESE_PAGES.values(),
        *test_pdf_fonts.OTHERS.values(),
        *test_pdf_fonts.TOLD.values(),
    ]
    marks = (
        b"/Subtype/Highlight/C[1 1 0]/QuadPoints[20 70 90 70 20 50 90 50]",
        b"/Subtype/Ink/InkList[[9 9 90 90]]",
    )
    laid = [
        document(page=b"/Annots[<</Type/Annot/Rect[10 10 90 90]%s>>]/Rotate %d" % (mark, turn))
        for mark in marks
        for turn in (0, 90)
    ]
    printed = [lines + document() for lines in test_pdf_kinds.BEFORE.values()]
    return [*lies, *spans, *pale, *fonts, *laid, *printed]


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    """Bytes changed, or words of the file put in the place of others."""
    data = bytearray(chance.choice(inputs))
    for _ in range(chance.randrange(1, 5)):
        tokens = list(_TOKEN.finditer(data))
        if not tokens or chance.random() < 0.3:
            data[chance.randrange(len(data))] = chance.randrange(256)
            continue
        old, new = chance.choice(tokens), chance.choice(tokens)[0]
        if chance.random() < 0.3:
            new = chance.choice((b"-1", b"0", b"99999999999", b"1e9", b"null", b"<<>>", b"/Nothing", b".001"))
        data[old.start() : old.end()] = new
    return bytes(data)


def one_input(data: bytes) -> None:
    for style in PDF_STYLES:
        try:
            clean = engine.scrub(data, Choices(pdf=style))
        except Refusal:
            continue
        verify.verify(clean.content, clean.media_type)


FUZZER = Fuzzer(
    "pdf", LONGEST, seeds, edit, one_input, "only refusals came out, and every copy was verified."
)

if __name__ == "__main__":
    FUZZER.main()
