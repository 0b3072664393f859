"""Pages and texts for `benchmarks.marks`: hard ones without a mark, as typesetters make them, and marked."""

import io
import random
import re
import zipfile

from tests.scrub.pdf_files import document

_NARROW = {
    **dict.fromkeys("ijl", 222),
    **dict.fromkeys("ft.,;: ", 278),
    "r": 333,
    "m": 833,
    "w": 722,
    "B": 667,
}
_NARROW |= dict.fromkeys("csvxyzk", 500)
WORDS = re.findall(
    r"\S+",
    "employees, shall keep the camera on; any person at home is told. Breaks count "
    "only when asked for, and minors may not enter without notice",
)
STYLES = ("justified", "tex", "printer", "stretched", "ragged", "form")
"""Justified; with wider spaces behind commas and stops, as TeX has; rounded to dots of a printer; each line's
letters a hair closer or wider to fill it; ragged; ruled, with short words in columns.
"""

SENTENCES = (
    "The meals are prepared for the children by the kitchen.",
    "Every page is printed by the office, and issued to all.",
    "Write to info@bpo-example.com or rrhh@bpo-example.com before 12/03/2026, 17:30.",
    "4.2.1.3 Working from home",
    "Version 10.0.1.2 of the program is in use since 2026-01-05.",
    "Employee ID: ____________   Signature: ____________",
    "Law 1010 of 2006, article 7, paragraph 2: a sum of 1.250.000,00 is owed.",
    "La copia de la ley queda en la oficina; el informe fue preparado para todos.",
    "Invoice 2026-004512, total 14:30 hours, 12.5 % of 48.200.",
    "The agent speaks, the worker listens; a user may ask for a break at 10:15.",
    "यह सूचना सब कर्मचारियों के लिए है।",
    "Ky dokument u p\u00ebrgatit p\u00ebr t\u00eb gjith\u00eb pun\u00ebtor\u00ebt.",
)
MARKS = (
    "Prepared exclusively for: {name}",
    "Generated for {name} on 2026-03-12",
    "Usuario: {login}  Equipo: LAP-{number}",
    "{login}@bpo-example.com",
    "Downloaded 2026-03-12T14:22:07 by {login}",
    "Copia de {name}. No difundir.",
    "Agent ID {number}",
    "Exemplaire de {name}",
    "Shkarkuar nga {login}",
    "BPO\\{login} from 172.16.4.{octet}",
    "Kopya ni {name}",
    "{name} द्वारा डाउनलोड किया गया",
)


def text(marked: bool, seed: int) -> bytes:
    chance = random.Random(f"text {marked} {seed}")
    lines = [chance.choice(SENTENCES) for _ in range(40)]
    if marked:
        name = f"{chance.choice(('Ana', 'Besa', 'Ravi'))} {chance.choice(('Ruiz', 'Krasniqi', 'Sharma'))}"
        login = f"{name.replace(' ', '.').lower()}{chance.randrange(9)}"
        mark = MARKS[seed % len(MARKS)].format(
            name=name, login=login, number=chance.randrange(10000, 99999), octet=chance.randrange(2, 250)
        )
        lines.insert(chance.randrange(41), mark)
    return ("\n".join(lines) + "\n").encode()


def page(kind: str, seed: int) -> bytes:
    """`kind`: lines, spaces or letters, or nothing."""
    chance = random.Random(f"page {kind} {seed}")
    style = STYLES[seed % len(STYLES)]
    size, leading = chance.choice((9, 10, 11, 12)), chance.choice((12.0, 13.2, 14.4, 15.65))
    shift = chance.choice((0.24, 0.3, 0.48)) * chance.choice((-1, 1))
    drawn = []
    for row in range(40):
        if style == "form" and row % 9 == 8:
            drawn.append(f"72 {770 - leading * row:.2f} m 500 {770 - leading * row:.2f} l S")
            continue
        words, wide = [], 0.0
        while wide < (400 if style != "form" else 250):
            words.append(chance.choice(WORDS))
            wide += _length(words[-1], size) + 0.25 * size
        y = 770 - leading * row + (shift if kind == "lines" and row % 4 == 1 else 0)
        gap = (440 - sum(_length(word, size) for word in words)) / (len(words) - 1)
        wider = chance.uniform(-0.12, 0.12) if style == "stretched" else 0.0
        if kind == "letters":
            wider = 0.1 if (row // 2 + seed) % 3 == 0 else 0.0
        gap = (
            0.278 * size
            if style in ("ragged", "form")
            else gap - wider * sum(map(len, words)) / (len(words) - 1)
        )
        code = chance.randrange(1, len(words) - 2) if kind == "spaces" and row % 3 == 0 else -1
        x = 72.0
        for at, word in enumerate(words):
            place = x + (abs(shift) * (1 if row % 2 else -1) if at == code else 0)
            high = y
            if style == "printer":
                place, high = round(place / 0.12) * 0.12, round(y / 0.12) * 0.12
            drawn.append(f"BT /F {size} Tf {wider:.3f} Tc 1 0 0 1 {place:.3f} {high:.3f} Tm ({word}) Tj ET")
            more = 0.5 if style == "tex" and word[-1] in ",." else 0.0
            x += _length(word, size) + wider * len(word) + gap + more
    return document("\n".join(drawn).encode(), box=b"0 0 595 842")


def _length(word: str, size: float) -> float:
    return sum(_NARROW.get(letter, 556) for letter in word) * size / 1000


def office(marked: bool, seed: int) -> bytes:
    """A Word document: runs whose gaps or sizes change a hair, or headlines and words in bold."""
    chance = random.Random(f"office {marked} {seed}")
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = []
    for paragraph in range(20):
        runs = []
        for _ in range(12):
            look = '<w:sz w:val="22"/>'
            if marked and chance.random() < 0.5:
                look = chance.choice(('<w:spacing w:val="2"/><w:sz w:val="22"/>', '<w:sz w:val="23"/>'))
            elif not marked and chance.random() < 0.2:
                look = chance.choice(("<w:b/>", "<w:i/>", '<w:color w:val="C00000"/>')) + look
            runs.append(
                f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{chance.choice(WORDS)} </w:t></w:r>'
            )
        if not marked and paragraph % 6 == 0:
            runs = ['<w:r><w:rPr><w:spacing w:val="20"/><w:sz w:val="36"/></w:rPr><w:t>Annex</w:t></w:r>']
        body.append(f"<w:p>{''.join(runs)}</w:p>")
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{"".join(body)}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
