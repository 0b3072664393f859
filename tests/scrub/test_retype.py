"""A document typed anew keeps words and tables and nothing by which a copy names its reader."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typst

from codes.marks import MARKS
from scrub import engine, reading, verify
from scrub.covering import cover
from scrub.isolation.retype_wire import pack_gathered, unpack_covered, unpack_gathered
from scrub.isolation.wire import WireError
from scrub.marks.search import everything
from scrub.marks.words import marks_in
from scrub.redact.document import pages_of
from scrub.report import Choices, Clean, Refusal, Refused
from scrub.retype.document import BAR, LINE, MAX_LINES, Block, Document, bounded, pack, table, unpack
from scrub.retype.gather import gather
from scrub.retype.office import of_sheets
from scrub.retype.plain import Plain
from scrub.retype.redraw import redraw
from scrub.scrubber import Scrubber
from scrub.setter.sheet import Setter, sample
from tests.scrub import office_files, pdf_files
from tests.scrub.test_zygote_socket import children
from tests.telegram_api import until


@pytest.fixture(scope="module")
def setter() -> Setter:
    return Setter()


def typeset(source: str) -> bytes:
    made = typst.Compiler(source.encode()).compile(format="pdf", timestamp=0)
    assert isinstance(made, bytes)
    return made


def copy_of(data: bytes) -> tuple[str, bytes]:
    clean = engine.scrub(data, Choices(pdf="searchable"))
    return clean.media_type, clean.content


def words_of(document: Document) -> str:
    return "\n".join(str(block) for block in document.blocks)


def lines_of(pdf: bytes) -> list[str]:
    return [line.words for page in pages_of(pdf) for line in page.lines]


SPACED = """#set page(paper: "a4", margin: 3cm)
#set text(size: {size}pt, spacing: {spacing}%, tracking: {tracking}pt)
#set par(leading: {leading}em)
The night shift was told that the hours of March would be cut, and nobody wrote it down.
#v({gap}pt)
#table(columns: 3, [Name], [Hours], [Pay], [Night], [12], [300], [Day], [8], [210])
"""


def test_two_copies_that_differ_in_spaces_and_places_give_the_same_edition(setter: Setter) -> None:
    one = SPACED.format(size=11, spacing=100, tracking=0, leading=0.65, gap=10)
    other = SPACED.format(size=11.2, spacing=103, tracking=0.05, leading=0.7, gap=11)
    documents = [gather("application/pdf", typeset(each)) for each in (one, other)]
    assert documents[0].blocks == (
        "The night shift was told that the hours of March would be cut, and nobody wrote it down.",
        (("Name", "Hours", "Pay"), ("Night", "12", "300"), ("Day", "8", "210")),
    )
    editions = [redraw(setter.pdf(document)[0]) for document in documents]
    assert editions[0] == editions[1]
    verify.verify(editions[0], "application/pdf")


def test_words_are_data_to_the_typesetter_and_no_markup(setter: Setter) -> None:
    hostile = (
        '#panic("x") #read("/etc/passwd") #import "@preview/x:1.0.0": * $x^2$ *bold* _it_ `raw` <label> @ref '
        '[a] {b} \\u{41} // gone /* gone */ = Head - item https://a.example "quoted" ~ --'
    )
    made, whole = setter.pdf(Document((hostile, ((hostile[:40], "#x"), ("$", "\\")))))
    assert whole
    found = " ".join(lines_of(redraw(made)))
    for piece in ("#panic", "#read", "@preview", "$x^2$", "*bold*", "_it_", "`raw`", "<label>", "//", "gone"):
        assert piece in found.replace(" ", "") or piece in found


def test_a_mark_of_look_alikes_is_gone_with_a_word_of_nothing_else() -> None:
    text = (
        "the pay \u0430nd \u0430 \u0440\u0430\u0443 of the night shift, as a\u200bgreed; " * 3
        + "plain words " * 20
    )
    document = gather("text/plain", text.encode())
    assert words_of(document).isascii()
    assert "lossy_text" in document.notes


def test_russian_stays_russian() -> None:
    document = gather("text/plain", "\u043e\u043d\u0430 \u0438 \u043e\u043d".encode())
    assert document.blocks == ("\u043e\u043d\u0430 \u0438 \u043e\u043d",)


MARKED = (
    "Prepared for Maria Lopez on paper",
    "sent by m.lopez7@bpo-example.com today",
    "seen from 10.20.4.88 at night",
    r"BPO\mlopez said so",
    "Employee ID: 448213 was told",
    "12/03/2026 14:22:07 it began",
    "user: mlopez7 and m.lopez7@bpo-example.com and again m.lopez7@bpo-example.com",
)


def test_words_that_name_a_reader_are_barred() -> None:
    document = gather("text/plain", "\n".join(("Hours were cut.", *MARKED)).encode())
    assert document.blocks[0] == "Hours were cut."
    assert "readers_barred" in document.notes
    assert not [*marks_in(words_of(document).replace(BAR, "|"))]
    assert "lopez" not in words_of(document).lower()
    assert "448213" not in words_of(document)
    assert any("told" in str(block) for block in document.blocks)


def test_a_sign_of_ours_in_a_file_is_no_bar() -> None:
    assert gather("text/plain", f"one {BAR} two \ue001".encode()).blocks == ("one two",)


def test_white_words_of_a_pdf_are_not_kept() -> None:
    pdf = typeset('#set page(paper: "a4")\nseen words #text(fill: white)[ID-4471-secret] #text(1pt)[tiny]')
    assert words_of(gather("application/pdf", pdf)) == "seen words"


def test_letters_that_share_a_place_are_bounded(setter: Setter) -> None:
    page = b"BT /F 12 Tf 100 700 Td " + b"(Silbo) Tj -0.01 0 Td " * 400 + b"ET"
    document = gather("application/pdf", pdf_files.document(page + b" BT /F 12 Tf 9 9 Td (words) Tj ET"))
    assert "words" in " ".join(lines_of(redraw(setter.pdf(document)[0])))


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    pdf = typeset('#set page(paper: "a4", columns: 2)\n' + "left " * 90 + "\n#colbreak()\n" + "right " * 90)
    words = " ".join(words_of(gather("application/pdf", pdf)).split())
    assert words == " ".join(["left"] * 90 + ["right"] * 90)


def test_letters_that_no_font_has_are_boxes_and_told(setter: Setter) -> None:
    document = gather("text/plain", "plain \U00016a38\U00016a39 words \U0001f600".encode())
    made, whole = setter.pdf(document)
    assert not whole
    assert {"plain", "words"} <= {*" ".join(lines_of(redraw(made))).split()}


def test_a_word_without_end_stays_on_the_page(setter: Setter) -> None:
    made, _ = setter.pdf(Document(("W" * 2000, (("W" * 300, "a"), ("b", "c")))))
    assert sum(line.count("W") for line in lines_of(redraw(made))) == 2300


def test_more_than_fits_is_left_out_and_told() -> None:
    document = gather("text/plain", ("line of words\n" * (MAX_LINES + 50)).encode())
    assert len(document.blocks) == MAX_LINES
    assert "words_left_out" in document.notes
    assert bounded(["w" * LINE * MAX_LINES * 2]) == ((), False)


@pytest.mark.parametrize("data", [b"", b"\0\xff" * 99, b"\n \n\t", "\u200b\u2060".encode()])
def test_nothing_to_read_is_said(data: bytes) -> None:
    with pytest.raises(Refusal, match="no_words"):
        gather("text/plain", data)


@pytest.mark.parametrize("kind", ["application/pdf", "application/zip", office_files.DOCX])
def test_noise_ends_in_a_refusal(kind: str) -> None:
    with pytest.raises(Refusal):
        gather(kind, bytes(range(256)) * 40)


def test_a_word_document_keeps_its_table_and_tells_of_its_picture() -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    rows = (("Name", "Hours"), ("Night", "12"))
    cells = "".join(f"<w:tr>{''.join(map(cell, row))}</w:tr>" for row in rows)
    body = (
        "<w:p><w:r><w:t>Shift </w:t></w:r><w:r><w:t>report</w:t></w:r></w:p>"
        f"<w:tbl><w:tblPr/><w:tblGrid/>{cells}</w:tbl><w:p><w:r><w:t>The end</w:t></w:r></w:p>"
    )
    media_type, copy = copy_of(office_files.zipped(office_files.docx(body)))
    document = gather(media_type, copy)
    assert document.blocks[1:] == ("Shift report", (("Name", "Hours"), ("Night", "12")), "The end")


def test_cells_that_a_sheet_shows_as_days_and_shares_are_that() -> None:
    from scrub.retype.office import _as_number

    assert [_as_number(*each) for each in (("45000", "date"), ("0.5", "date"), ("45000.75", "date"))] == [
        "2023-03-15", "12:00", "2023-03-15 18:00",
    ]  # fmt: skip
    assert [_as_number("0.125", "percent 1"), _as_number("1200", ""), _as_number("x", "")] == [
        "12.5%",
        "1200",
        "x",
    ]


def test_a_digit_behind_what_a_cell_shows_is_no_mark_in_an_edition() -> None:
    from scrub.retype.office import _as_number, _kind

    for code, number, shown in (
        ("#,##0.00", "1200.000417", "1200"),
        ("0.0%", "0.12500417", "12.5%"),
        ("dd/mm/yyyy", "45000.75", "2023-03-15"),
        ("dd/mm/yyyy hh:mm", "45000.75", "2023-03-15 18:00"),
        (";;;", "448213", ""),
        ("General", "1.5", "1.5"),
        ("0.00E+00", "1.5", "1.5"),
    ):
        assert _as_number(number, _kind(code)) == shown


PLAIN = 'The shift of Maria\'s team - 40 people - was told: "no pay", the office of 2026 said; a, b.'


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        (" - 40", " \u2013 40"),
        (" - 40", " \u2014 40"),
        ("'", "`"),
        ('"no pay"', "\u00abno pay\u00bb"),
        ("2026", "\u0662026"),
        ("2026", "20\u09686"),
        ("was", "wa\ua731"),
        ("was", "\u1d21as"),
        ("shift", "sh\u0131ft"),
        ("the", "the\u0332"),
        ("the", "t\u0361he"),
        ("a, b", "a , b"),
        (" - 40", " \u2043 40"),
    ],
)
def test_a_mark_of_another_sign_for_the_same_is_gone(plain: str, marked: str) -> None:
    edition = gather("text/plain", PLAIN.encode()).blocks
    assert gather("text/plain", PLAIN.replace(plain, marked).encode()).blocks == edition


@pytest.mark.parametrize(
    ("plain", "marked"),
    [
        (
            "\u043e\u043d\u0430 \u0438 \u043e\u043d \u0441 \u0434\u043e\u043c\u0430 " * 4,
            "\u0441 c",
        ),
        (
            "\u043d\u043e\u0447\u044c \u0438 \u0434\u0435\u043d\u044c " * 9,
            "\u043d\u043e\u0447\u044c \u043d\u03bf\u0447\u044c",
        ),
        ("\u03c4\u03bf \u03c3\u03c0\u03af\u03c4\u03b9 \u03ba\u03b1\u03b9 " * 9, "\u03c4\u03bf \u03c4\u043e"),
        ("\u0643\u062a\u0627\u0628 " * 9, "\u0643\u062a\u0627\u0628 \u0643\u062a\u0640\u0627\u0628"),
        ("\u0645\u06cc\u062e\u0648\u0627\u0647\u0645 " * 9, "\u0645\u06cc\u062e \u0645\u06cc\u200c\u062e"),
    ],
)
def test_a_mark_of_look_alikes_is_gone_in_each_writing(plain: str, marked: str) -> None:
    """Each: a text; a word of it, and what a copy has in its place once."""
    one, other = marked.split()
    assert one in plain
    assert gather("text/plain", plain.replace(one, other, 1).encode()).blocks == (
        gather("text/plain", plain.encode()).blocks
    )


def test_a_name_that_goes_on_in_the_next_line_is_barred_whole() -> None:
    drawn = (
        b"BT /F 12 Tf 60 700 Td (Hours were cut. This copy was prepared for Maria) Tj "
        b"0 -15 Td (Lopez Hernandez and for nobody else at all.) Tj ET"
    )
    words = words_of(gather("application/pdf", pdf_files.document(drawn, box=b"0 0 612 792")))
    assert "Hours were cut" in words
    assert "Lopez" not in words
    assert "Hernandez" not in words


def test_turkish_keeps_its_letters() -> None:
    words = "\u0131\u015f\u0131k ve da\u011f \u0130zmir"
    assert gather("text/plain", words.encode()).blocks == (words,)


@pytest.mark.parametrize("pale", [b"0.97 g", b"0.95 g", b"0.87 g"])
def test_a_pale_mark_over_a_page_is_not_typed_out_plainly(pale: bytes) -> None:
    mark = b"%b BT /F 24 Tf 20 300 Td (K7Q2 448213) Tj ET" % pale
    seen = (
        b"0 g BT /F 12 Tf 20 700 Td (Hours were cut) Tj ET 0.75 g BT /F 12 Tf 20 600 Td (gray words) Tj ET "
    )
    document = gather("application/pdf", pdf_files.document(seen + mark, box=b"0 0 612 792"))
    assert document.blocks == ("Hours were cut", "gray words")
    assert "words_left_out" in document.notes


@pytest.mark.parametrize("leading", [14.4, 23.0, 27.6])
def test_lines_that_are_moved_by_a_hair_make_no_other_paragraphs(leading: float) -> None:
    every = "the pay of every night shift was cut and nobody wrote down how many people went home early"
    words = every.split()
    editions = []
    for moved in (0.0, 0.48, -0.48):
        drawn = b"".join(
            b"BT /F 12 Tf 60 %.2f Td (%s) Tj ET "
            % (
                760 - leading * row + moved * (row % 3 == 1),
                " ".join(words[row % 5 :] + words[: row % 5]).encode(),
            )
            for row in range(20)
        )
        editions.append(gather("application/pdf", pdf_files.document(drawn, box=b"0 0 612 792")).blocks)
    assert editions[0] == editions[1] == editions[2]
    assert len(editions[0]) == 1


def test_a_table_of_commas_is_a_table() -> None:
    assert gather("text/csv", b"Name,Hours,\nNight,12,\n").blocks == ((("Name", "Hours"), ("Night", "12")),)
    assert table([["only"], ["one"]]) == ["only", "one"]


def test_a_mail_keeps_subject_and_words() -> None:
    mail = (
        b"From: a@b.example\nSubject: Night shift\nDate: Mon, 02 Nov 2026 10:00:00 +0000\n\nHours were cut.\n"
    )
    assert "Hours were cut." in words_of(gather(*copy_of(mail)))


@pytest.mark.parametrize(
    "untrusted",
    [
        b"{}", b"[]", b"null", b'{"notes": [], "blocks": 1}', b'{"notes": ["x"], "blocks": []}',
        b'{"notes": [], "blocks": [1]}', b'{"notes": [], "blocks": [[["a"]]]}',
        b'{"notes": [], "blocks": [[["a", "b"], ["c"]]]}', b'{"notes": [], "blocks": [[["a", 1]]]}',
        b'{"notes": [[]], "blocks": []}', b"\xff", b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_document_is_a_crash(untrusted: bytes) -> None:
    with pytest.raises(WireError):
        unpack_gathered(b"\1" + untrusted)


def test_the_pipes_carry_what_they_carried() -> None:
    document = Document((*sample(), "words"), frozenset({"readers_barred"}))
    assert unpack(pack(document)) == document
    assert unpack_gathered(pack_gathered(document)) == document
    assert unpack_gathered(pack_gathered(Refused("no_words"))) == Refused("no_words")
    for cut in (b"", b"\2", b"\0\xff", b"\1"):
        with pytest.raises(WireError):
            unpack_gathered(cut)
    assert unpack_covered(b"\0") is None
    with pytest.raises(WireError):
        unpack_covered(b"\1\0\0\0\0\0\x09")


@pytest.mark.long
def test_a_sheet_of_many_cells_is_set_and_drawn(setter: Setter) -> None:
    """Each run's words were looked up in the whole page: 90 pages of cells took minutes."""
    document = Document((tuple(tuple(f"c{row}x{cell}" for cell in range(12)) for row in range(1500)),))
    edition = redraw(setter.pdf(document)[0])
    assert "c1499x11" in " ".join(lines_of(edition))


def test_a_cover_over_a_foot_line_is_over_every_page() -> None:
    foot = '#set page(paper: "a4", footer: [Prepared for Ana Ruiz])\n'
    pdf = typeset(foot + "\n#pagebreak()\n".join(f"page {number}" for number in range(26)))
    clean = engine.scrub(pdf)
    done = cover("application/pdf", clean.content, pdf)
    assert done is not None
    assert done.covered == 26
    assert not done.left.marks
    verify.verify(done.content, "application/pdf")
    before, after = [*pages_of(clean.content)], [*pages_of(done.content)]
    assert all(one.stream != other.stream for one, other in zip(before, after, strict=True))


def test_covered_words_of_a_text_are_gone_and_nothing_else() -> None:
    text = "Hours were cut.\nwrite to m.lopez7@bpo-example.com today\n"
    done = cover("text/plain", text.encode())
    assert done is not None
    assert done.content.decode() == text.replace("m.lopez7@bpo-example.com", "\u2588\u2588\u2588\u2588")
    assert cover("text/plain", b"Hours were cut.\n") is None
    done = cover("text/plain", b"Prepared for\nMaria Lopez\nHours were cut.\n")
    assert done is not None
    assert b"Maria" not in done.content
    assert b"Hours were cut." in done.content


def test_a_name_over_two_lines_of_a_page_is_covered_in_both() -> None:
    page = pdf_files.document(
        b"BT /F 9 Tf 4 90 Td (Hours were cut) Tj ET BT /F 9 Tf 4 50 Td (Prepared for Maria) Tj ET"
        b" BT /F 9 Tf 4 38 Td (Fernandez Lopez) Tj ET"
    )
    clean = engine.scrub(page, Choices(pdf="searchable"))
    done = cover(clean.media_type, clean.content, page)
    assert done is not None
    assert not done.left.marks
    words = reading.words_of("application/pdf", done.content)
    assert "Hours" in words
    assert "Maria" not in words
    assert "Fernandez" not in words


@pytest.fixture
def two_sockets(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """The service of the decoders as systemd starts it, with the setter's socket beside its own."""
    listening = []
    for name in ("silbo-scrub.sock", "silbo-set.sock"):
        listening.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        listening[-1].bind(str(tmp_path / name))
        listening[-1].listen()
    first, second = (each.fileno() for each in listening)
    run = f"exec {sys.executable} -I -B -X utf8 -m scrub.isolation.listening zygotes {first}<&- {second}<&-"
    command = ["/bin/bash", "-c", f"exec 8<&{first} 9<&{second}; exec 3<&8 4<&9 8<&- 9<&-; {run}"]
    with subprocess.Popen(
        command, pass_fds=(first, second), stdin=subprocess.DEVNULL, env={"LISTEN_FDS": "2"}
    ) as process:
        yield tmp_path / "silbo-scrub.sock", process
        process.kill()
    for each in listening:
        each.close()


async def test_the_setter_comes_when_it_is_asked_for_and_goes(
    two_sockets: tuple[Path, subprocess.Popen[bytes]],
) -> None:
    place, process = two_sockets
    async with Scrubber(socket_path=place) as scrubber:
        assert len(children(process)) == 1
        text = b"Hours were cut.\nPrepared for Ana Ruiz\n"
        edition = await scrubber.retype(text)
        assert isinstance(edition, Clean)
        assert {"retyped", "readers_barred", "document_remains"} <= set(edition.notes)
        await until(lambda: len(children(process)) == 1)
        again = await scrubber.retype(text)
        assert edition == again, "the same bytes each time"
        assert not everything("application/pdf", edition.content)[0]
        assert await scrubber.retype(b"\x89PNG\r\n\x1a\n") in (Refused("broken"), Refused("truncated"))


async def test_a_picture_has_no_words_and_a_cover_finds_its_code(in_children: Scrubber) -> None:
    import io

    import segno
    from PIL import Image

    out = io.BytesIO()
    segno.make("copy 4471", error="m").save(out, kind="png", scale=8, border=6)
    sheet = Image.new("L", (900, 900), 255)
    sheet.paste(Image.open(io.BytesIO(out.getvalue())).convert("L"), (300, 300))
    sheet.save(out := io.BytesIO(), "PNG")
    assert await in_children.retype(out.getvalue()) == Refused("no_words")
    clean = await in_children.scrub(out.getvalue())
    assert isinstance(clean, Clean)
    done = await in_children.cover(clean, out.getvalue())
    assert done is not None
    assert done[0].media_type == clean.media_type
    assert not everything(done[0].media_type, done[0].content)[0]


def test_each_kind_of_mark_is_one_that_is_known() -> None:
    from scrub.coverable import COVERED

    assert set(COVERED) <= set(MARKS)


def test_a_list_of_blocks_is_what_plain_leaves_alone() -> None:
    blocks: list[Block] = ["plain", (("a", "b"),)]
    assert Plain().in_one_writing(blocks) == blocks


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/styles.xml"])
def test_attack_an_entity_in_any_part_of_a_sheet_is_refused(part: str) -> None:
    lie = b'<!DOCTYPE a [<!ENTITY b "words that nobody saw">]><sst><si><t>&b;</t></si></sst>'
    with pytest.raises(ValueError, match="an entity"):
        of_sheets(lambda name: lie if name == part else None, [], Plain())
