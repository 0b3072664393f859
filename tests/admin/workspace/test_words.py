"""One spelling for words in four languages, and signs of a trap."""

import zlib
from datetime import date
from unicodedata import category

import pytest

from admin.errors import AdminError
from admin.workspace.index.entry import Entry, unpacked
from admin.workspace.index.folding import MOST_PARTS, fold, matching
from admin.workspace.index.segment import Segment
from admin.workspace.sealed import Damaged
from admin.workspace.traps import looks_alike
from tests.admin.workspace.signs import traps_in

DAY = date(2026, 11, 18)


def entry(number: int) -> Entry:
    drop = f"{number:032x}"
    return Entry(
        drop, DAY, DAY, DAY, "union", "es", "page", ("text",), 1, 9, "", "", ("ab" * 16,), "ñ", (), 0
    )


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Nos obligan a firmar un anexo", "ANEXO"),
        ("El añadido número 8", "numero anadido"),
        ("Një kontratë e re për çdo punëtor", "kontrate punetor cdo"),
        ("kontrate pune", "Kontratë"),
        ("मेरी किताब चोरी हो गई", "किताब"),
        ("मेरी किताब चोरी हो गई", "किता*"),
        ("हिंदी में लिखो", "हिन्दी"),
        ("क़लम और ज़मीन", "कलम जमीन"),
        ("अंक और पञ्च", "पंच"),
        ("ang kontrata ng manggagawa", "kontrata"),
        ("co\u00adoperation and zero\u200bwidth", "cooperation zerowidth"),
        ("ﬁrm ＡＣＭＥ Straße", "firm acme strasse"),
        ("the clause 12.3 of page 8", '"clause 12.3"'),
    ],
)
def test_a_word_is_found_however_it_was_typed(text: str, query: str) -> None:
    segment = Segment.of([(entry(0), text), (entry(1), "nothing")])
    assert [found.drop for found in segment.search(matching(query), 10)] == [entry(0).drop]


@pytest.mark.long
def test_every_letter_of_unicode_is_found_also_after_segments_were_joined() -> None:
    letters = map(chr, range(0x21, 0x30000))
    words = [
        f"x{letter}y" for letter in letters if category(letter)[0] in "LN" or category(letter) in "Mn Mc"
    ]
    first = Segment.of((entry(0), word) for word in words)
    wanted = "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?"
    for segment in (first, Segment.of(first.whole())):
        for number, word in enumerate(words, start=1):
            found = segment.ready().execute(wanted, (matching(word), number)).fetchone()
            assert found is not None, hex(ord(word[1]))


@pytest.mark.parametrize(
    "query", ["किता", "contr", '"anexo un"', "anexo -firmar", "NOT", "OR anexo", "text:anexo"]
)
def test_what_was_typed_is_words_and_no_language_of_the_database(query: str) -> None:
    segment = Segment.of([(entry(0), "firmar un anexo, contrato किताब")])
    assert segment.search(matching(query), 10) == []


@pytest.mark.parametrize("query", ["", " ", "...", '"', "-anexo", "\0", "***"])
def test_a_search_for_nothing_is_refused(query: str) -> None:
    with pytest.raises(AdminError):
        matching(query)


def test_a_search_for_too_much_is_refused() -> None:
    with pytest.raises(AdminError, match="At most"):
        matching("a " * (MOST_PARTS + 1))


def test_segments_are_joined_without_a_word_lost() -> None:
    texts = ["Ocho páginas, una cámara.", "हिन्दी क़लम", "", "İstanbul ﬁrm 12.3"]
    first = Segment.of((entry(number), text) for number, text in enumerate(texts))
    again = Segment.of(Segment.load(first.content()).whole())
    assert again.entries == first.entries
    assert [words for _, words in again.whole()] == [words for _, words in first.whole()]
    for query in ('"paginas una camara"', "हिंदी", '"firm 12.3"'):
        assert len(again.search(matching(query), 10)) == 1, query
    assert fold(fold(texts[3])) == fold(texts[3])


def test_the_database_puts_nothing_aside_in_a_file() -> None:
    """SQLite sorts what is large in a file of its own, in clear, even for a database in memory."""
    segment = Segment.of([(entry(0), "ocho")])
    for database in (segment.ready(), Segment.load(segment.content()).ready()):
        assert database.execute("PRAGMA temp_store").fetchone() == (2,)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", Segment.of([]).content()[:30]])
def test_what_is_no_segment_is_damaged(content: bytes) -> None:
    with pytest.raises(Damaged):
        Segment.load(content)


@pytest.mark.parametrize("words", [b"", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(5000)])
def test_words_that_are_no_database_are_damaged(words: bytes) -> None:
    content = Segment.of([(entry(0), "ocho")]).content()
    length = int.from_bytes(content[16:24])
    segment = Segment.load(content[: 24 + length] + zlib.compress(words))
    assert segment.drops == [entry(0).drop]
    with pytest.raises(Damaged):
        segment.ready()


def test_an_entry_is_packed_and_unpacked() -> None:
    assert unpacked(entry(7).packed()) == entry(7)
    assert repr(entry(7)) == "Entry()"
    for wrong in (
        "",
        "[]",
        "{}",
        entry(7).packed().replace('"page"', "1"),
        entry(7).packed().replace("9,", "true,"),
    ):
        with pytest.raises((ValueError, TypeError)):
            unpacked(wrong)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("see https://union.example/news/2026", ()),
        ("see https://mail.example/open?utm_source=x", ("link_marked",)),
        ("see http://x.example/c/9f8e7d6c5b4a39281706f5e4d3c2b1a0", ("link_marked",)),
        ("log in at https://xn--pypal-4ve.example/", ("look_alike",)),
        ("log in at https://p\u0430ypal.example/", ("look_alike",)),
        ("пишите на https://профсоюз.рф/", ()),
        ("we were paid 12.50 for 8 hours. www.example.org", ()),
        (
            "Entra en tel\u0435performance.com, y mira",
            ("look_alike",),
        ),  # without a scheme, as people write it
        ("(ver:tel\u0435performance.com)", ("look_alike",)),
        (
            "write to boss@\u0430\u0440\u0440\u04cf\u0435.com",
            ("look_alike",),
        ),  # all letters of another script
        ("https://www.\u0430\u0440\u0440\u04cf\u0435.com/", ("look_alike",)),
        ("https://\u03bf\u03bf.example/", ("look_alike",)),
        ("https://\u0261oogle.com", ("look_alike",)),  # Latin itself has letters like others
        ("https://pay\u200bpal.example and pay\u00adpal.example", ("look_alike",)),
        ("https://bank.example@other.example/x", ("look_alike",)),  # what stands before @ is no address
        ("https://a.example/,https://p\u0430ypal.example/", ("look_alike",)),
        ("https://p\u0430ypal[.]example/", ("look_alike",)),
        ("open bit.example/3xYz?token=abcdef", ("link_marked",)),
        ("open (s.example/c/9f8e7d6c5b4a39281706f5e4d3c2b1a0)", ("link_marked",)),
        ("see docs.example/page/7, or ana@union.example.", ()),
        ("отчёт-report.docx, отчёт_report.pdf, сор.и так далее", ()),
        ("पता union.example है। शिफ्ट 9.30 को, file.txt", ()),
        ("llámame a las 9.30h.Vale?Gracias", ()),
    ],
)
def test_signs_of_a_trap_in_words(text: str, codes: tuple[str, ...]) -> None:
    assert traps_in(["text"], [text]) == codes


def test_a_document_that_can_hold_macros_is_told() -> None:
    assert traps_in(["application/msword"], []) == ("macros",)
    assert traps_in(["application/vnd.ms-excel.sheet.macroEnabled.12"], []) == ("macros",)


def test_a_name_that_mixes_letters_of_two_scripts_looks_alike() -> None:
    assert looks_alike("goog\u04cfe.com")
    assert not looks_alike("google.com")
    assert not looks_alike("münchen.de")
