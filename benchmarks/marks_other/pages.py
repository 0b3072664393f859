"""Pages of a PDF in Helvetica, each word put in its place, with lines, words or letters moved by a code."""

import random
import re
from collections.abc import Sequence

_WIDTHS = dict(
    zip(
        map(chr, range(32, 127)),
        map(
            int,
            re.findall(
                r"\d+",
                "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 "
                "556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 "
                "833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 "
                "556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 "
                "334 260 334 584",
            ),
        ),
        strict=True,
    )
)
_SIZE, _LEADING, _LEFT, _WIDE, _TOP = 10.0, 13.0, 72.0, 440.0, 760.0
_INCH = 72.0
WORDS = re.findall(
    r"\w+",
    "the annex says that every agent keeps a camera on while at home and that the desk must be free of "
    "paper and phones during the shift which begins at the hour given by the plan of the week and ends when "
    "the lead has closed the queue no break is counted unless it was asked for and the pay of an hour is "
    "reduced by what was missed according to the list that the office keeps",
)


def marked_page(kind: str, seed: int) -> bytes:
    """A PDF of two pages; `kind`: lines, spaces, letters, or nothing for one without a code."""
    chance = random.Random(f"other {kind} {seed}")
    return _pdf([_page(kind, chance) for _ in range(2)])


def _page(kind: str, chance: random.Random) -> bytes:
    shift = _INCH / chance.choice((300, 240, 200, 150))
    drawn, words = [], [chance.choice(WORDS) for _ in range(900)]
    for number in range(45):
        line: list[str] = []
        while _length([*line, words[0]]) < _WIDE - 20:
            line.append(words.pop(0))
        x, y = _LEFT, _TOP - number * _LEADING
        space = (_WIDE - sum(_length([word]) for word in line)) / (len(line) - 1)
        if kind == "lines" and number % 2 and number < 44:
            y += chance.choice((-1, 1)) * shift
        moved = range(0)
        if kind == "spaces" and number % 2:
            first = chance.randrange(1, len(line) - 3)
            moved = range(first, first + chance.choice((1, 2)))
        way = chance.choice((-1, 1)) * _INCH / 150
        wider = 0.15 if kind == "letters" and chance.random() < 0.5 else 0.0
        space -= wider * sum(map(len, line)) / (len(line) - 1)
        for at, word in enumerate(line):
            place = x + (way if at in moved else 0)
            drawn.append(f"BT /F {_SIZE:g} Tf {wider:g} Tc 1 0 0 1 {place:.3f} {y:.3f} Tm ({word}) Tj ET")
            x += _length([word]) + wider * len(word) + space
    return "\n".join(drawn).encode()


def _length(words: Sequence[str]) -> float:
    return sum(_WIDTHS[letter] for letter in " ".join(words)) * _SIZE / 1000


def _pdf(pages: Sequence[bytes]) -> bytes:
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for at, page in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (5 + 2 * at)
        )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(page), page))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
