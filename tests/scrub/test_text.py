"""Words come out tidied: what can't be seen is gone, what can stays, and twice is the same as once."""

import unicodedata
from collections.abc import Callable

import pytest

from scrub.report import Clean
from scrub.words.clean import tidy
from scrub.words.decode import decode_part
from tests.scrub.fates import fate

Scrub = Callable[[bytes], Clean]


_UNSEEN = {
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "zero-width non-joiner": "\u200c",
    "word joiner": "\u2060",
    "byte order mark inside": "\ufeff",
    "soft hyphen": "\u00ad",
    "left-to-right mark": "\u200e",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "invisible times": "\u2062",
    "tag": "\U000e0041",
    "variation selector": "\ufe0f",
    "variation selector 256": "\U000e01ef",
    "Mongolian variation selector": "\u180b",
    "grapheme joiner": "\u034f",
    "Hangul filler": "\u3164",
    "half-width Hangul filler": "\uffa0",
    "Khmer inherent vowel": "\u17b4",
    "private use": "\ue000",
    "private use, plane 16": "\U0010fffd",
    "object replacement": "\ufffc",
    "interlinear anchor": "\ufff9",
    "control of the second kind": "\u0090",
    "musical beam": "\U0001d173",
    "shorthand overlap": "\U0001bca0",
}


@pytest.mark.parametrize("name", _UNSEEN)
def test_an_invisible_character_is_gone_and_told(name: str, clean: Scrub) -> None:
    result = clean(f"hola{_UNSEEN[name]} mundo\n".encode())
    assert result.content == b"hola mundo\n"
    assert result.removed == ("invisible_character",)
    assert result.notes == ("writing_remains",)


@pytest.mark.parametrize("code", [*range(0x2000, 0x200B), 0xA0, 0x1680, 0x202F, 0x205F, 0x2800, 0x3000])
def test_every_space_is_the_same_space(code: int, clean: Scrub) -> None:
    assert clean(f"hola{chr(code)}mundo".encode()).content == b"hola mundo\n"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("hola \t \nmundo  \n\n\n", "hola\nmundo"),  # spaces at the end of lines can spell words
        ("Uno.  Dos.", "Uno. Dos."),
        ("a   b\n  c", "a   b\n  c"),  # a table and an indent stay
        ("\n\n a\n\n\n\n\n\nb", " a\n\n\nb"),
        ("a\r\nb\rc\x0cd\u2028e\x85f", "a\nb\nc\nd\ne\nf"),
        ("\u201chola\u201d \u2018x\u2019 a\u2011b \u22121\u2026", "\"hola\" 'x' a-b -1..."),
        ("ﬁn ① Ｈｏｌａ 𝐡𝐨𝐥𝐚", "fin 1 Hola hola"),
        ("10³ m² 2½ ½ 10⁻³", "10^3 m^2 2 1/2 1/2 10^-3"),
        ("p\u0430ssw\u043erd", "password"),
        ("\u041f\u0440ивeт мир", "Привет мир"),
        ("Привет, world", "Привет, world"),
        ("μm kΩ α", "μm kΩ α"),
        ("a" + "\u0301" * 200 + "b", "\u00e1" + "\u0301" * 7 + "b"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian needs the gap
        ("می\u200c\u200cخ", "میخ"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("👩\u200d💻 ❤\ufe0f", "👩💻 ❤"),
        ("日本語 العربية ไทย한국어", "日本語 العربية ไทย한국어"),
        ("e\u0301", "é"),
        ("hola\x1a", "hola"),
    ],
)
def test_what_is_seen_stays_in_one_form(written: str, kept: str, clean: Scrub) -> None:
    result = clean(written.encode())
    assert result.content.decode() == kept + "\n"
    assert clean(result.content).content == result.content


def test_replaced_letters_are_told(clean: Scrub) -> None:
    assert "lossy_text" in clean("m²".encode()).notes
    assert "lossy_text" in clean("p\u0430ssword".encode()).notes
    assert "lossy_text" not in clean("señal «típica» — ¿sí?".encode()).notes


def test_tidying_twice_changes_nothing_for_any_letter() -> None:
    for start in (*range(0, 0x33000, 0x1000), 0xE0000, 0xFF000, 0x10F000):
        if start not in range(0xD000, 0xE000):
            text = tidy("x" + "x\n".join(map(chr, range(start, start + 0x1000)))).text
            again = tidy(text)
            assert again.text == text
            assert not again.unseen
            assert all(unicodedata.category(letter)[0] in "LMNPSZC" for letter in text)


@pytest.mark.parametrize(
    "data",
    [
        "señal".encode("utf-16"),
        "señal".encode("utf-32"),
        b"\0\0\xfe\xff" + "señal".encode("utf-32-be"),
        b"\xfe\xff" + "señal".encode("utf-16-be"),
        b"\xef\xbb\xbf" + "señal".encode(),
    ],
)
def test_every_common_encoding_comes_out_as_utf_8(data: bytes, clean: Scrub) -> None:
    result = clean(data)
    assert (result.content, result.removed) == ("señal\n".encode(), ())


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("ISO-8859-1", "niño €"),
        ("Shift_JIS", "日本"),
        ("iso-2022-jp", "日本"),
        ("GB2312", "中文"),
        ("koi8-r", "мир"),
        ("UTF8", "ñ"),
        ("utf-16", "ab"),
        ("windows-874", "ไทย"),
    ],
)
def test_the_encodings_of_e_mail(charset: str, text: str) -> None:
    python = {"ISO-8859-1": "cp1252", "windows-874": "cp874"}.get(charset, charset)
    assert decode_part(text.encode(python), charset) == (text, False)
    assert decode_part(b"\xff\xff", "x-unknown")[0] == "ÿÿ"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"hola\0mundo", "unsupported"),
        (b"hola \x1b[2J", "unsupported"),
        (b"hola\x7f", "unsupported"),
        ("привет всем".encode("cp1251"), "letters"),
        ("señal".encode("cp1252"), "letters"),
        ("Dzień dobry".encode("cp1250"), "letters"),
        (b"\xff\xfeh\0\0", "broken"),
        (b"\xff\xfeh\0\0\xd8a\0", "broken"),
        (b"   \n\n \t", "broken"),
        ("\u200b\u200b".encode(), "broken"),
        (b"<!DOCTYPE html><p>hola", "web_page"),
        (b"\n\n  <html>hola</html>", "web_page"),
        (b"<!-- x --><svg xmlns='http://www.w3.org/2000/svg'/>", "web_page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'></svg>", "web_page"),
        (b"<?xml version='1.0'?><x:html xmlns:x='http://www.w3.org/1999/xhtml'></x:html>", "web_page"),
        ("<html>hola</html>".encode("utf-16"), "web_page"),
        ("\uff1cscript\uff1ealert(1)\uff1c/script\uff1e".encode(), "web_page"),  # full-width
        (b"hola\nhola <ScRiPt>alert(1)</script>", "web_page"),
        ("\u200bFrom: CANARY\nTo: CANARY\n\nhola".encode(), "mislabeled"),
        (
            b"# -----BEGIN C2PA MANIFEST----- x -----END C2PA MANIFEST-----\nFrom: a\nTo: b\n\nhola",
            "mislabeled",
        ),
        (b"<p>hola</p>", "web_page"),
        (b"<?xml version='1.0'?><kml><Placemark/></kml>", "unsupported"),
        (b"<office:document>CANARY</office:document>", "unsupported"),
        (b"BEGIN:VCARD\nN:CANARY\nEND:VCARD", "unsupported"),
        (b"BEGIN:VCALENDAR\nORGANIZER:CANARY\nEND:VCALENDAR", "unsupported"),
        (b"hola, esto no es nada" * 10 + b"\n%PDF-1.7\n", "mislabeled"),
        (b"0PDF-1.7\n1 0 obj\n<</Author(CANARY)>>\nendobj\n", "broken"),
        (b"%!PS-Adobe\n%%Creator: CANARY", "unsupported"),
        (b"age-encryption.org/v1\n-> X25519 abc", "unsupported"),
        (b"-----BEGIN PGP MESSAGE-----\n\nabc", "unsupported"),
        (b"{\\rtf1{\\info{\\author CANARY}}hola}", "old_office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old_office"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_what_is_not_words_is_explained(data: bytes, reason: str) -> None:
    assert fate(data) == reason


def test_a_chat_log_that_begins_with_a_name_in_brackets_is_words(clean: Scrub) -> None:
    assert clean(b"<ana> hola\n<eva> que tal\n").media_type == "text/plain"


def test_a_table_loses_its_formulas_and_its_programs_habits(clean: Scrub) -> None:
    result = clean(
        '\ufeffNombre;Turno;Horas\r\n"Ana \u200bM";=HYPERLINK("http://t/?id=7");-8,5\r\n'
        "@x;+57 300 123;- \r\n".encode()
    )
    assert (result.media_type, result.extension) == ("text/csv", "csv")
    assert result.content.decode() == (
        'Nombre,Turno,Horas\nAna M,"\'=HYPERLINK(""http://t/?id=7"")","-8,5"\n\'@x,+57 300 123,-\n'
    )
    assert result.removed == ("script", "invisible_character")


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+A1", "-A1", "-1+cmd|' /C calc'!A0", "\uff1d1+1", " =1"]
)
def test_no_cell_runs_in_a_reviewers_spreadsheet(cell: str, clean: Scrub) -> None:
    rows = clean(f"a,b,c\n1,2,3\n4,5,{cell}\n".encode()).content.decode().splitlines()
    assert rows[2].startswith("4,5,'")


def test_prose_with_commas_is_no_table(clean: Scrub) -> None:
    assert clean(b"Hola, Ana\nadios, Eva\nbien, gracias\n").extension == "txt"
    assert clean(b"uno,dos\ntres\n").extension == "txt"
    assert clean(b'a,"b\nc,d\ne,f\n').extension == "txt"


def test_subtitles_keep_times_and_words_only(clean: Scrub) -> None:
    result = clean(
        "\ufeff7\r\n0:00:01,5 --> 00:00:02.250 X1:5\r\n<font color='red'>{\\an8}Hola</font> "
        "<i>mundo</i>\r\n\r\n\r\n9\r\n00:00:03,000 --> 00:00:04,000\r\n- a --> b\r\n".encode()
    )
    assert result.media_type == "application/x-subrip"
    assert result.content.decode() == (
        "1\n00:00:01,500 --> 00:00:02,250\nHola mundo\n\n2\n00:00:03,000 --> 00:00:04,000\n- a -> b\n"
    )
    assert result.removed == ("other_metadata",)


def test_web_subtitles_lose_notes_styles_and_identifiers(clean: Scrub) -> None:
    result = clean(
        b"WEBVTT - CANARY\nX-CANARY: 1\n\nNOTE CANARY\n\nSTYLE\n::cue{content:CANARY}\n\n"
        b"CANARY\n00:01.000 --> 00:02.000 line:5\n<v.loud Ana>Hola <<b>c</b>> mundo\n"
    )
    assert result.content == b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nAna: Hola mundo\n"
    assert result.removed == ("comment", "identifier", "other_metadata")


@pytest.mark.parametrize(
    ("cue", "said"),
    [
        ("<v Ana García>Hoy no hay guantes.</v>", "Ana García: Hoy no hay guantes."),
        ("<v Ana>¿Hoy?</v>\n<v.first.loud Luis>No.</v>", "Ana: ¿Hoy?\nLuis: No."),
        ("<v Ana>¿Hoy?</v> <v Luis><i>No.</i></v>", "Ana: ¿Hoy?\nLuis: No."),
        ("<v Ana>Ana: ¿Hoy?", "Ana: ¿Hoy?"),
        ("<v Ana></v>y no", "y no"),
        ("<v >sin nombre\n<v>tampoco", "sin nombre\ntampoco"),
        ("<v Ana\nLuis>roto", "<v Ana\nLuis>roto"),
        ("<v Ana>mira https://meet.example/j/4711?pwd=Q1w2", "Ana: mira https://meet.example"),
    ],
)
def test_a_transcript_keeps_who_spoke(cue: str, said: str, clean: Scrub) -> None:
    written = f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{cue}\n\n00:00:03.000 --> 00:00:04.000\nfin\n"
    kept = clean(written.encode())
    assert kept.content.decode() == (
        f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{said}\n\n00:00:03.000 --> 00:00:04.000\nfin\n"
    )
    assert ("link_end" in kept.removed) == ("https" in cue)


def test_what_only_begins_like_subtitles_is_words(clean: Scrub) -> None:
    assert clean(b"1\n00:00:01,000 --> luego\nHola\n").extension == "txt"
    assert clean(b"WEBVTT\n\nhola\n").extension == "txt"
