"""What a search for marks finds, and what it leaves alone."""

import io
import itertools
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from scrub import convert, engine
from scrub.covering import cover
from scrub.isolation.marks_wire import MAX_ANSWER, pack_found, unpack_found
from scrub.isolation.wire import WireError
from scrub.marks import search as searching
from scrub.marks.across import in_text
from scrub.marks.bars import bars
from scrub.marks.found import MAX_FOUND, MAX_WORDS, SEARCHED, Found, Mark, most_telling, printable
from scrub.marks.hints import Hints, hints_in
from scrub.marks.looks import paragraph_with_a_code
from scrub.marks.spacing import Letter, moved
from scrub.marks.tiles import tiling
from scrub.marks.words import BEFORE, LOGIN, MAIL, PERSON_NUMBER, PHONE, marks_in
from scrub.report import Clean, Refused
from scrub.retype.gather import gather
from scrub.scrubber import Scrubber
from tests.scrub import pdf_files
from tests.scrub.office_files import docx, zipped


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    engine.load()


def kinds(text: str) -> list[str]:
    return sorted({mark.kind for mark in in_text(text)})


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("This copy was prepared for Maria Lopez.", "reader"),
        ("Printed by mlopez7 on 12/03/2026", "reader"),
        ("Prepared exclusively for: Ana Ruiz", "reader"),
        ("Impreso por: Ana Ruiz", "reader"),
        ("Preparado para Ana Ruiz", "reader"),
        ("Imprimé par Awa Diop", "reader"),
        ("Përgatitur për Arben Hoxha", "reader"),
        ("Inihanda para kay Jun Cruz", "reader"),
        ("आयशा खान के लिए तैयार किया गया", "reader"),
        ("sent by m.lopez7@bpo-example.com today", "mail"),
        ("seen from 10.20.4.88", "address"),
        ("card 00:1A:2b:3c:4D:5e", "address"),
        ("user: mlopez7", "machine"),
        (r"BPO\mlopez", "machine"),
        ("WS-BOG-1486", "machine"),
        ("Employee ID: 448213", "number"),
        ("Agent ID 74412", "number"),
        ("call +57 601 555 0134", "number"),
        ("12/03/2026 14:22:07", "moment"),
        ("a\u200b\u200c\u200b\u200cb", "carrier"),
    ],
)
def test_words_that_name_a_reader_are_found(line: str, kind: str) -> None:
    assert kind in kinds(f"The annex begins on Monday.\n{line}\nNothing else.")


@pytest.mark.parametrize(
    "line",
    [
        "The meals are prepared for the children by the kitchen.",
        "Every page is printed by the office, and issued to all.",
        "Write to info@bpo-example.com or to rrhh@bpo-example.com.",
        "4.2.1.3 Working from home",
        "version 10.0.1.2 of the program; it listens on 127.0.0.1",
        "Employee ID: ____________",
        "The shift begins at 08:00 and ends at 17:30 on 12/03/2026.",
        "Law 1010 of 2006, article 7, sum of 1.250.000,00",
        "La copia de la ley queda en la oficina.",
        "यह काम सबके लिए है।",
    ],
)
def test_common_words_name_nobody(line: str) -> None:
    assert kinds(line) == []


OTHER_LABELS = """\
Documento generado para Camila Rojas|Empleado: Mejía Andrés|Visto por L. Gómez
Sesión iniciada como pinfante|C.C. 52.887.441|Copia n.º 23|Tel. 311 555 0199|Ejemplar 7 de 40
Recipient: Elena Marsh|Licensed copy - Peter Hall|for the eyes of Tom Baker only|Copy No. 0037
Remis à Mme Dubois|Généré pour l'utilisateur mlefevre1|Tél. : 06 12 34 56 78|Portable 06.12.55.50.18
Kopja e Elira Kola|Marrësi: Arben Hoxha|Tel: 069 555 0123|Kërkuar nga Besnik Leka
Ginawa para kay Jose Ramos|Na-export ni Maria Santos|Kopya blg. 37|Pangalan: Paolo Cruz
नाम: अमित वर्मा|आधार संख्या 4012 3344 5566"""
NOBODYS_LABELS = """\
Prepared for 30 days|Staff numbers rose to 39,000.|Name: ______________|Employee: signature|To: All Staff
Equipo: silla, mesa y lámpara|Entregado a Recursos Humanos|Tel. 01 8000 123 456|Nombre: Apellido:
Ouvert par défaut|Ouvert à Paris|Pour : Tous les services|Copie à remettre au salarié
Kërkuar nga drejtoria.|Kopja e kontratës|Ipinadala kay Sir o Ma'am|hotel 2026-03-12|cc 12"""


def test_labels_of_six_languages_are_found_and_offices_are_nobody() -> None:
    found = {line: bool(kinds(line)) for line in re.split(r"[|\n]", OTHER_LABELS)}
    assert [line for line, is_found in found.items() if not is_found] == []
    wrong = {line: kinds(line) for line in re.split(r"[|\n]", NOBODYS_LABELS)}
    assert {line: codes for line, codes in wrong.items() if codes} == {}


def test_a_turkish_letter_elsewhere_hides_no_mark() -> None:
    found = in_text("\u0130pek\nImpreso por: mlopez7\n")
    assert [(mark.kind, mark.line) for mark in found] == [("reader", 2)]


def test_letters_of_two_writings_in_one_word_are_told_once() -> None:
    assert kinds("Th\u0435 \u0430nn\u0435x s\u0430ys") == ["alike"]
    assert kinds("H\u2082O and \u03bcm, Привет, hello") == []


def test_a_long_line_of_nearly_addresses_takes_linear_time() -> None:
    assert in_text("a.b-" * 200_000 + "@" * 1000 + "1." * 100_000) == []


@pytest.mark.parametrize("filling", [" ", "\t", "a", "1 ", "A ", ": ", "for "])
def test_a_word_before_a_name_and_a_desert_behind_it_takes_linear_time(filling: str) -> None:
    begun = (
        "prepared for",
        "copia de",
        "user",
        "equipo",
        "logged in as",
        "agent",
        "cedula",
        "copy no",
        "tel",
    )
    text = "\n".join(word + filling * 40_000 for word in begun)
    assert {mark.kind for mark in in_text(text)} <= {"number", "machine"}


def test_what_is_found_is_said_in_letters_that_can_be_printed() -> None:
    assert printable("a\x1b[31m\u202eb\n\tc" + "d" * 99).startswith("a.[31m.b c")
    assert len(printable("x" * 999)) == MAX_WORDS


def test_the_first_of_each_kind_comes_first_and_there_is_an_end() -> None:
    many = [Mark("mail", line=number) for number in range(1, 99)] + [Mark("tile")]
    kept = most_telling(many)
    assert [mark.kind for mark in kept[:2]] == ["mail", "tile"]
    assert len(kept) == MAX_FOUND


def page(lines: int = 20, line_off: float = 0.0, word_off: float = 0.0, gap: float = 0.0) -> list[Letter]:
    """Words of five letters, 6 points wide each; what is off is so in every second line."""
    letters = []
    for row in range(lines):
        coded = row % 2
        base, x = 700 - 13 * row + line_off * coded, 72.0
        for word in range(9):
            at = x + (word_off * coded if word == 4 else 0)
            for _ in range(5):
                letters.append(Letter("n", at, at + 6, base, 10))
                at += 6 + gap * (row // 3 % 2)
            letters.append(Letter(" ", at, at + 3, base, 10))
            x += 34 + (row % 3) * 0.7 + 5 * gap * (row // 3 % 2)  # justified: another space in each line
    return letters


def test_lines_words_and_letters_that_move_in_a_pattern_are_told_and_typesetting_is_not() -> None:
    assert moved([page()]) == []
    assert [at for at, _ in moved([page(), page(line_off=0.24)])] == [1]
    assert [at for at, _ in moved([page(word_off=0.48)])] == [0]
    assert [at for at, _ in moved([page(gap=0.15)])] == [0]


def test_what_is_rounded_to_a_printers_dots_is_no_code() -> None:
    chance = random.Random(3)
    rough = [
        replace(one, left=one.left + chance.uniform(-0.05, 0.05), base=round(one.base / 0.12) * 0.12)
        for one in page()
    ]
    assert moved([rough]) == []


def test_letters_that_all_have_the_same_place_are_no_code() -> None:
    assert moved([[Letter("a", 5, 5, 5, 0)] * 3000]) == []


def test_runs_that_change_a_hair_are_told_and_a_headline_is_not() -> None:
    def run(gap: int, size: int, color: str = "000000") -> str:
        looks = f'<w:spacing w:val="{gap}"/><w:color w:val="{color}"/><w:sz w:val="{size}"/>'
        return f"<w:r><w:rPr>{looks}</w:rPr><w:t>word</w:t></w:r>"

    plain = "<w:p>" + run(0, 22) * 30 + "</w:p>"
    assert paragraph_with_a_code(plain + "<w:p>" + (run(0, 22) + run(2, 22)) * 6 + "</w:p>") == 2
    assert paragraph_with_a_code(plain + "<w:p>" + (run(0, 22) + run(0, 22, "010101")) * 6 + "</w:p>") == 2
    headline = run(40, 48) + run(0, 22) * 9 + run(0, 22, "FF0000")
    assert paragraph_with_a_code(f"<w:p>{headline}</w:p>" * 9) == 0


def screen(chance: np.random.Generator) -> Image.Image:
    picture = Image.new("L", (1200, 800), 250)
    draw = ImageDraw.Draw(picture)
    for top in range(0, 800, 32):
        draw.line((0, top, 1200, top), fill=228)
        for left in range(20, 1200, 150):
            draw.text((left, top + 8), str(chance.integers(10**6)), fill=30)
    return picture


def tiled(picture: Image.Image, opacity: float, angle: int) -> Image.Image:
    layer = Image.new("L", (2400, 1600), 0)
    draw = ImageDraw.Draw(layer)
    for row, top in enumerate(range(0, 1600, 110)):
        for left in range(-row % 2 * 90, 2400, 180):
            draw.text((left, top), "mlopez7 10.2.3.4", fill=255, font_size=22)
    layer = layer.rotate(angle).crop((600, 400, 1800, 1200)).point(lambda value: round(value * opacity))
    return Image.composite(Image.new("L", picture.size, 0), picture, layer)


@pytest.mark.parametrize(("opacity", "angle"), [(0.03, 30), (0.03, 0), (0.15, 45)])
def test_a_name_tiled_pale_over_a_screen_is_found(opacity: float, angle: int) -> None:
    plain = screen(np.random.default_rng(1))
    assert tiling(np.asarray(plain)) is None
    assert tiling(np.asarray(tiled(plain, opacity, angle))) is not None


def test_noise_a_blank_page_and_a_small_picture_have_no_pattern() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (700, 900)).astype(np.uint8)
    for gray in (noise, np.full((700, 900), 255, np.uint8), noise[:20, :20]):
        assert tiling(gray) is None


def test_a_tile_of_three_per_cent_is_found_between_a_halftones_dots() -> None:
    y, x = np.mgrid[0:800, 0:1200].astype(np.float32)
    across, down = x * np.float32(0.9) + y * np.float32(0.4), y * np.float32(0.9) - x * np.float32(0.4)
    screen = np.cos(across) / 4 + np.cos(down) / 4 + np.float32(0.5)
    dots = np.where(0.75 + 0.2 * np.sin(x / 300) > screen, 250, 20).astype(np.uint8)
    plain = Image.fromarray(dots).filter(ImageFilter.GaussianBlur(0.7))
    assert tiling(np.asarray(plain)) is None
    assert tiling(np.asarray(tiled(plain, 0.03, 30))) is not None


def coded(text: str) -> bytes:
    out = io.BytesIO()
    segno.make_qr(text).save(out, kind="png", scale=4, border=4)
    page = Image.new("RGB", (800, 600), "white")
    page.paste(Image.open(io.BytesIO(out.getvalue())).convert("RGB"), (500, 300))
    whole = io.BytesIO()
    page.save(whole, "PNG")
    return whole.getvalue()


def test_a_square_code_is_found_in_its_place_and_its_escapes_are_letters() -> None:
    found = searching.search("image/png", coded("/etc/passwd\x1b[2J\n../../x"))
    (mark,) = found.marks
    assert mark.kind == "code"
    assert mark.words == "/etc/passwd<ESC>[2J<LF>../../x"
    assert mark.box is not None
    assert 6000 < mark.box[0] < mark.box[2] < 9000
    assert found.picture.startswith(b"\x89PNG")
    assert found.shown == mark


def test_words_of_a_pdf_are_found_with_their_page_and_their_place() -> None:
    original = pdf_files.document(b"BT /F 9 Tf 20 12 Td (Prepared for Maria Lopez) Tj ET")
    found = searching.search("application/pdf", engine.scrub(original).content, original)
    (mark,) = found.marks
    assert (mark.kind, mark.page, mark.words) == ("reader", 1, "Prepared for Maria Lopez")
    assert mark.box is not None
    assert mark.box[1] > 8000, "at the foot of the page"
    assert found.complete


def ten_thousand_pages() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(10_000))
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 10000/Kids[%s]>>" % kids,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>",
    )
    return pdf_files.written(objects)


def test_a_pdf_of_ten_thousand_pages_is_looked_at_in_part_and_that_is_told() -> None:
    assert not searching.search("application/pdf", b"", ten_thousand_pages()).complete


def test_files_inside_are_searched_and_counted() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("0001.txt", "nothing\n")
        archive.writestr("0002.txt", "user: mlopez7\n")
        archive.writestr("0003.png", coded("x"))
    found = searching.search("application/zip", out.getvalue())
    assert [(mark.kind, mark.part) for mark in found.marks] == [("machine", 2), ("code", 3)]


@pytest.mark.parametrize("media_type", SEARCHED)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
def test_nonsense_is_told_as_not_looked_at_and_raises_nothing(media_type: str, content: bytes) -> None:
    assert searching.search(media_type, content, b"%PDF-1.7 nothing").marks == ()


def test_an_answer_comes_back_as_it_was() -> None:
    mark = Mark("reader", 2, 3, 4, (1, 2, 3, 4), "pr\u00e9par\u00e9 pour")
    found = Found((mark, Mark("tile")), complete=False, picture=b"PNG", shown=mark)
    assert unpack_found(pack_found(found)) == found
    assert len(pack_found(Found((mark,) * MAX_FOUND))) < MAX_ANSWER


@pytest.mark.parametrize("cut", [0, 1, 3, 9, 20])
def test_an_answer_that_is_none_is_a_crash(cut: int) -> None:
    whole = pack_found(Found((Mark("mail", words="a@b"), Mark("mail", line=9))))
    with pytest.raises(WireError):
        unpack_found(whole[:cut])
    lying = bytearray(pack_found(Found((Mark("mail", words="a@b"),))))
    lying[-1] = 0x1B
    with pytest.raises(WireError):
        unpack_found(bytes(lying))


async def test_words_of_a_document_that_becomes_a_pdf_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is pictures of pages then, and only what LibreOffice made has the words."""

    async def to_pdf(*_: object) -> bytes:
        return pdf_files.document(b"BT /F 9 Tf 20 12 Td (Printed by mlopez7) Tj ET")

    monkeypatch.setattr(convert, "to_pdf", to_pdf)
    runs = "".join(
        f'<w:r><w:rPr><w:sz w:val="{22 + at % 2}"/></w:rPr><w:t>word </w:t></w:r>' for at in range(20)
    )
    async with Scrubber() as scrubber:
        scrubber._converts = True
        clean, found = await scrubber.searched(zipped(docx(f"<w:p>{runs}</w:p>")))
    assert isinstance(clean, Clean)
    assert clean.media_type == "application/pdf"
    assert [(mark.kind, mark.page) for mark in found.marks] == [("reader", 1), ("looks", 0)]


async def test_the_confined_child_searches_what_it_cleaned(in_children: Scrubber) -> None:
    samples: Sequence[bytes] = (
        pdf_files.document(b"BT /F 9 Tf 20 12 Td (Printed by mlopez7) Tj ET"),
        b"Printed by mlopez7\n",
        coded("x"),
    )
    for data, kind in zip(samples, ("reader", "reader", "code"), strict=True):
        clean, found = await in_children.searched(data)
        assert isinstance(clean, Clean)
        assert found == await in_children.marks(clean, data)
        assert [mark.kind for mark in found.marks] == [kind]
        assert found.complete
        assert bool(found.picture) == (clean.media_type != "text/plain")


def test_the_search_loads_nothing_once_the_child_is_confined() -> None:
    """A picture with words in it was never looked through: NumPy loads parts of itself at their first use."""
    script = """
import sys
import numpy as np
import scrub.isolation.pictures
from scrub.marks.pictures import marks_in_gray
lines = np.full((720, 1280), 200, np.uint8)
lines += np.random.default_rng(1).integers(0, 40, lines.shape, np.uint8)
lines[100:600:20, 200:1000:3] = 10
before = set(sys.modules)
list(marks_in_gray(lines, 0, 0))
print(*sorted(set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout == "\n"


@pytest.mark.parametrize(
    ("text", "kind", "pieces"),
    [
        ("Prepared for\nMaria Lopez Ruiz", "reader", ["Prepared for", "Maria Lopez Ruiz"]),
        (
            "hours\nPreparado para María\nFernández y nadie más",
            "reader",
            ["Preparado para María", "Fernández"],
        ),
        ("write to m.lopez7@bpo-\nexample.com today", "mail", ["m.lopez7@bpo-", "example.com"]),
        ("write to m.lopez7\n@bpo-example.com today", "mail", ["m.lopez7", "@bpo-example.com"]),
        ("the agent ID no.\n448213 said so", "number", ["agent ID no.", "448213"]),
        ("call +57 601\n555 0134 now", "number", ["+57 601", "555 0134"]),
        ("user:\nmlopez7", "machine", ["user:", "mlopez7"]),
    ],
)
def test_a_name_that_goes_on_in_the_next_line_is_found_in_both(
    text: str, kind: str, pieces: list[str]
) -> None:
    found = [(mark.line, mark.words) for mark in in_text(text) if mark.kind == kind]
    first = 1 + text[: text.index(pieces[0])].count("\n")
    assert {(first, pieces[0]), (first + 1, pieces[1])} <= set(found)


@pytest.mark.parametrize(
    "text",
    [
        "Printed for\nthe whole desk",
        "User name:\nPassword:",
        "it ends here.\nAsk info@example.com",
        "Prepared for all\nof us",
        "the agent number\nof calls is 12",
        "a list of 10\n20 and 30",
        "",
        "\n\n\n",
    ],
)
def test_lines_that_do_not_go_on_name_nobody(text: str) -> None:
    assert not in_text(text)


@pytest.mark.parametrize(
    "text", ["\U00012000\U00012001 " * 900, "\ue123\U0010fffd" * 900, "\u0301" * 900, "\x00" * 9]
)
def test_a_text_in_no_known_writing_is_looked_through(text: str) -> None:
    assert searching.search("text/plain", text.encode()) == Found()


def test_letters_that_all_have_the_same_place_on_a_page_cost_the_rest_of_it_nothing() -> None:
    heap = (
        b"BT /F 9 Tf " + b"".join(b"1 0 0 1 20 40 Tm (%c) Tj " % (65 + at % 26) for at in range(600)) + b"ET"
    )
    page = pdf_files.document(heap + b" BT /F 9 Tf 4 10 Td (Printed by M. Lopez) Tj ET")
    clean = engine.scrub(page)
    found = searching.search("application/pdf", clean.content, page)
    assert "reader" in {mark.kind for mark in found.marks}
    assert cover("application/pdf", clean.content, page) is not None
    plain = pdf_files.document(heap + b" BT /F 9 Tf 4 10 Td (Hours were cut) Tj ET")
    typed = gather("application/pdf", plain)
    assert typed.blocks == ("Hours were cut",)
    assert typed.notes == {"words_left_out"}


async def test_ten_thousand_pages_are_refused_with_a_reason_and_typed_anew_neither(
    in_children: Scrubber,
) -> None:
    many = ten_thousand_pages()
    assert await in_children.scrub(many) == Refused("too_large")
    assert await in_children.retype(many) == Refused("too_large")


def test_a_second_name_in_a_line_and_a_number_at_its_end_are_found() -> None:
    marks = in_text("Every page is printed by the office. Printed for Ana Ruiz\nAgent ID 4711\n")

    assert [(mark.kind, mark.line) for mark in marks] == [("reader", 1), ("number", 2)]


def test_a_text_full_of_the_words_that_are_looked_for_is_not_gone_through_line_by_line() -> None:
    plain = "Every page is printed by the office, and issued to all. A user speaks, the agent listens.\n"

    assert hints_in(plain * 1000 + "Printed by\nAna Ruiz\n") == Hints([(1001, 90_000, 1)], [(1001, 90_011)])


@settings(max_examples=120)
@given(st.data())
def test_what_the_expressions_find_is_where_the_hints_say(data: st.DataObject) -> None:
    """The words stand in both modules: one that is added to `words` alone would never be looked for."""
    expression = data.draw(st.sampled_from([BEFORE, LOGIN, PERSON_NUMBER, PHONE, MAIL]))
    said = data.draw(st.from_regex(expression, fullmatch=True))
    line = f"Then {said} Ana7 Ruiz" if expression in (BEFORE, LOGIN) else f"Then {said} it said"
    line = " ".join(re.split(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", line))
    everywhere = Hints([(1, 0, 255)], [])
    assert list(marks_in(line)) == list(marks_in(line, hints=everywhere))


def test_the_smallest_square_codes_among_lines_of_words_are_read() -> None:
    """Where only sharp dots from afar were looked at, nobody saw them."""
    numbers = np.random.default_rng(3)
    page = np.full((896, 1408), 250, np.uint8)
    for top in range(20, 866, 26):
        for left in range(60, 1328, 7):
            page[top : top + 12, left : left + numbers.integers(1, 4)] = 40
            page[top + numbers.integers(0, 10), left : left + 6] = 60
    lost = []
    for scale, (down, across) in itertools.product(
        (2, 3), itertools.product((203, 411, 630), (209, 655, 1101))
    ):
        dots = np.array(
            [
                [0 if dark else 255 for dark in row]
                for row in segno.make_micro("12345").matrix_iter(scale=scale, border=2)
            ],
            np.uint8,
        )
        shown = page.copy()
        shown[down : down + len(dots), across : across + len(dots)] = dots
        if [mark.words for mark in bars(shown)] != ["12345"]:
            lost.append((scale, down, across))
    assert not lost
