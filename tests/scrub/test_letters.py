"""Texts of old code pages: the right letters, or a question with the right ones among them; never others."""

import base64
import random
import subprocess
import sys
from collections.abc import Callable

import pytest

from scrub import engine
from scrub.report import LETTERS, MAX_ASKED, Choices, Clean, Refusal, Refused
from scrub.scrubber import Scrubber
from scrub.sniff import SNIFF_BYTES, sniff
from scrub.sniff.wide import order_of
from scrub.text import scrub_text
from scrub.words.letters import pages_of
from tests.scrub.fates import fate
from tests.scrub.mail_files import mail, multipart, packed, part, zipped

Scrub = Callable[[bytes], Clean]

_CERTAIN = {
    "cp1250": (
        "Zażółć gęślą jaźń. Kierownik zmienił grafik, bez odpoczynku od środy. Łódź, 14 stycznia.",
        "Şeful a spus că mâine nu avem pauză şi nici mănuşi.",
        "Šef je rekao da sutra nema pauze i da ćemo raditi.",
    ),
    "cp1251": (
        "Зарплата за март не выплачена. Начальник велел молчать.",
        "Начальник сказав, що завтра немає перерви і рукавиць.",
    ),
    "cp1252": (
        "El encargado dijo que mañana no hay guantes. ¿Qué hacemos?",
        "Menaxheri tha që nesër nuk ka pushim për askënd.",
        "Le chef a dit qu'il n'y a pas de pause demain, même à midi.",
        "nombre;turno;nota\nÑáñez;mañana;no hay\nPeña;noche;sin\n",
    ),
    "cp1253": ("Ο διευθυντής είπε ότι αύριο δεν έχει ρεπό.",),
    "cp1254": ("Müdür yarın izin olmadığını söyledi, eldiven de yok.",),
    "cp1257": ("Vadovas pasakė, kad rytoj nebus pertraukos, nėra pirštinių ir yra šalta.",),
    "koi8-r": ("Зарплата за март не выплачена. Начальник велел молчать.",),
    "cp866": ("Зарплата за март не выплачена. Начальник велел молчать.",),
}

_DOUBTFUL = {
    "cp1250": ("Dzień dobry", "Vedoucí řekl, že zítra nebude přestávka."),
    "cp1251": ("Привет всем",),
    "cp1252": ("señal", "Nesër jam i lirë.", "café", "10 €", "Não há luvas."),
    "cp1254": ("Yarın iş",),
    "cp1255": ("המנהל אמר שמחר אין הפסקה",),
    "cp1256": ("قال المدير إن الراحة غدا لا توجد",),
    "cp874": ("พรุ่งนี้ไม่มีวันหยุด",),
    "cp932": ("明日は休みがありません。手袋もありません。",),
    "gb18030": ("明天没有休息，也没有手套。",),
    "cp949": ("내일은 휴식이 없고 장갑도 없습니다.",),
    "euc-jp": ("明日は休みがありません。",),
    "koi8-r": ("Привет всем",),
}


@pytest.mark.parametrize(("page", "text"), [(page, text) for page in _CERTAIN for text in _CERTAIN[page]])
def test_a_sentence_of_an_old_page_has_the_right_letters(page: str, text: str) -> None:
    for data in (text.encode(page), (text + "\r\n").encode(page) * 3):
        pages, certain = pages_of(data)
        assert certain
        assert data.decode(pages[0]).startswith(text)


@pytest.mark.parametrize(("page", "text"), [(page, text) for page in _DOUBTFUL for text in _DOUBTFUL[page]])
def test_what_is_doubtful_is_asked_and_the_right_letters_are_among_the_answers(page: str, text: str) -> None:
    data = text.encode(page)
    asked, certain = pages_of(data)
    assert not certain
    assert 1 <= len(asked) <= MAX_ASKED
    assert text in [data.decode(each) for each in asked]
    with pytest.raises(Refusal) as refusal:
        scrub_text(data)
    assert (refusal.value.reason, refusal.value.letters) == ("letters", asked)


def test_the_answer_is_obeyed(clean: Scrub) -> None:
    assert scrub_text("Dzień dobry".encode("cp1250"), "cp1250").content == "Dzień dobry\n".encode()
    assert scrub_text("señal".encode("cp1252"), "cp1252").content == "señal\n".encode()
    with pytest.raises(Refusal, match="broken"):
        scrub_text(b"se\x81al", "cp1252")
    assert scrub_text("señal".encode(), "cp1251").content == "señal\n".encode()  # it says itself what it is


async def test_the_question_and_its_answer_cross_the_pipe(in_children: Scrubber) -> None:
    """And a child has all that the detector reads, though it has no files."""
    data = "Dzień dobry".encode("cp1250")
    assert await in_children.scrub(data) == Refused("letters", pages_of(data)[0])
    for page in pages_of(data)[0]:
        answer = await in_children.scrub(data, Choices(letters=page))
        assert isinstance(answer, Clean)
        assert answer.content.decode() == data.decode(page) + "\n"
    for page, texts in (_CERTAIN | _DOUBTFUL).items():
        result = await in_children.scrub(texts[0].encode(page))
        assert isinstance(result, Clean) or result.reason == "letters"


def test_a_text_in_utf_8_that_was_cut_or_damaged_stays_one(clean: Scrub) -> None:
    text = "mañana no hay guantes, señaló; ¿qué más? ".encode() * 3
    cut = clean(text[: text.rindex("é".encode()) + 1])
    assert cut.content.decode() == ("mañana no hay guantes, señaló; ¿qué más? " * 3)[:-7] + "\ufffd\n"
    assert "lossy_text" in cut.notes


def test_bytes_that_are_no_text_are_not_asked_about() -> None:
    for junk in (
        random.Random(seed).randbytes(900).translate(None, bytes((*range(32), 127))) for seed in range(20)
    ):
        assert fate(junk) == "unsupported"
    assert fate(b"se\xf1al\0") == "unsupported"


def test_every_page_is_one_that_python_has_and_the_detector_knows() -> None:
    for page in LETTERS:
        assert "a".encode(page)


def test_a_long_text_costs_no_time() -> None:
    for hostile in (b"\xe9" * 2_000_000, b"a\n\xe9\n" * 500_000, b"\xf1 " * 500_000, b"a\xa1" * 500_000):
        pages_of(hostile)


@pytest.mark.parametrize("around", ["archive", "e-mail"])
def test_a_doubtful_text_inside_is_kept_in_the_likeliest_reading_and_told(around: str, clean: Scrub) -> None:
    data = "Mañana no.\n".encode("cp1252")
    first = pages_of(data)[0][0]
    if around == "archive":
        whole = zipped(("nota.txt", data), ("b.txt", b"hola\n"))
    else:
        whole = mail(
            multipart(b"mixed", part(b"text/plain", b"hola\n"), packed(b"text/plain", data, b"a.txt"))
        )
    result = clean(whole)
    assert "letters_guessed" in result.notes
    assert "members_left_out" not in result.notes
    said = data.decode(first).encode()
    assert said in result.content or base64.b64encode(said)[:16] in result.content


@pytest.mark.parametrize("said", [b"", b"; charset=us-ascii", b"; charset=x-unknown"])
def test_words_of_an_e_mail_that_does_not_say_its_letters(said: bytes, clean: Scrub) -> None:
    certain = clean(mail(part(b"text/plain" + said, _CERTAIN["cp1250"][0].encode("cp1250"))))
    assert _CERTAIN["cp1250"][0].encode() in certain.content
    assert "lossy_text" not in certain.notes
    doubtful = clean(mail(part(b"text/plain" + said, "Dzień".encode("cp1250"))))
    assert "Dzieñ".encode() in doubtful.content  # what mail programs show
    assert "lossy_text" in doubtful.notes


_KANJI = "明日は休みがありません。手袋もありません。\nABC\n"


def test_bytes_below_128_between_shifts_are_kanji() -> None:
    """ISO-2022-JP (RFC 1468), in which old Japanese mail programs and telephones save."""
    for ahead in (0, 61, 62, 63):  # a shift that the first 64 bytes cut
        text = "A" * ahead + _KANJI
        assert engine.scrub(text.encode("iso-2022-jp")).content.decode() == text
    said = engine.scrub(mail(b"Content-Type: text/plain\n\n" + _KANJI.encode("iso-2022-jp"))).content
    assert "手袋もありません".encode() in said


async def test_kanji_are_read_in_a_child_without_files(in_children: Scrubber) -> None:
    copy = await in_children.scrub(_KANJI.encode("iso-2022-jp"))
    assert isinstance(copy, Clean)
    assert copy.content.decode() == _KANJI


@pytest.mark.parametrize("data", [b"\x1b$B\x7f\x7fabc and more", b"\x1b(Bplain\x1b[31m red", b"abc \x1b$"])
def test_shifts_that_lead_to_no_letter_are_no_text(data: bytes) -> None:
    assert fate(data) in ("broken", "unsupported")


_ROMANIAN = (
    "Şeful ne-a spus că nu mai plăteşte orele suplimentare şi că cine nu vine mâine pleacă. Ţineţi minte!"
)


@pytest.mark.parametrize("page", ["cp1250", "iso8859-2", "iso8859-16", "cp852", "mac-romanian"])
def test_romanian_is_read_with_comma_or_cedilla_in_every_page_that_had_it(page: str, clean: Scrub) -> None:
    """One page has a comma where the others have a cedilla, and a Mac had a page of its own."""
    commas = str.maketrans("\u015e\u015f\u0162\u0163", "\u0218\u0219\u021a\u021b")
    written = _ROMANIAN.translate(commas) if page in ("iso8859-16", "mac-romanian") else _ROMANIAN
    assert clean(written.encode(page)).content.decode().strip().translate(commas) == _ROMANIAN.translate(
        commas
    )


PRUNED = """
import chardet
from chardet.models import get_enc_index, load_models
from scrub.words import letters

texts = [line.encode(page) for page, line in (
    ("cp1252", "La cámara graba también la habitación de la niña"),
    ("cp1250", "Kamera nagrywa także pokój, proszę o pomoc, źle"),
    ("cp866", "Камера снимает и комнату детей"),
    ("cp932", "カメラは子供の部屋も撮る"),
    ("gb18030", "摄像头也拍孩子的房间"),
    ("utf-8", "La cámara graba también"),
)]
before, every = [letters._proposed(text) for text in texts], len(load_models())
get_enc_index.cache_clear()
letters.load()
assert [letters._proposed(text) for text in texts] == before, "another answer"
kept = [name.partition("/")[2] for name in load_models()]
assert "cp1251" in kept and "cp1252" in kept and not {"utf-8", "cp500", "cp1140"} & set(kept), kept
assert len(kept) < every / 2, len(kept)
"""


def test_models_of_pages_that_nobody_is_asked_about_take_no_memory_and_change_no_answer() -> None:
    subprocess.run([sys.executable, "-c", PRUNED], check=True, timeout=60)


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_words_in_utf_16_without_a_mark_are_read(order: str) -> None:
    words = "El encargado dijo que no habrá vacaciones: \u201cfirmad\u201d.\n"
    assert engine.scrub(words.encode(order)).content.decode() == words.replace("\u201c", '"').replace(
        "\u201d", '"'
    )
    for data in (words.encode(order) + b"\xd8", (words + "\0").encode(order), "vac\0\1".encode(order) * 20):
        with pytest.raises(Refusal, match="unsupported"):
            engine.scrub(data)


_ALPHABETS = (
    "Kierownik powiedział, że jutro zostajemy.",
    "Müdür yarın gece vardiyasında kalmamızı söyledi.",
    "Начальник сказал, что завтра мы остаёмся.",
    "Ο προϊστάμενος είπε ότι αύριο μένουμε.",
    "قال المدير إننا سنبقى غدا في النوبة.",
    "המנהל אמר שמחר נישאר במשמרת לילה.",
    "मैनेजर ने कहा कि कल रात की पाली है।",
    "หัวหน้าบอกว่าพรุ่งนี้เราต้องอยู่กะกลางคืน",
    "经理说明天我们要留下来上夜班。摄像头对着卧室。",
    "部長は明日の夜勤に残るように言いました。",
    "부장님이 내일 야간 근무에 남으라고 했습니다.",
    "Մենեջերն ասաց, որ վաղը մնում ենք։",
    "მენეჯერმა თქვა, რომ ხვალ ვრჩებით.",
    "ሥራ አስኪያጁ ነገ በማታ ፈረቃ እንድንቆይ ተናገረ።",
    "Quản lý nói ngày mai chúng tôi ở lại.",
    "Заявление Ivan: 14.01.2025, 12 часов",
)


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", _ALPHABETS)
def test_words_of_any_alphabet_in_utf_16_without_a_mark_are_read(words: str, order: str) -> None:
    data = (words + "\r\n").encode(order)
    assert sniff(data[:SNIFF_BYTES]) == "text/plain"
    assert engine.scrub(data).content == engine.scrub(words.encode()).content


def test_what_is_no_text_in_two_alphabets_stays_none() -> None:
    chance = random.Random(12)
    for _ in range(3000):
        assert sniff(b"\0\1" + chance.randbytes(62)) != "text/plain"
    for other in ("00000100010020200000010020", "00010000000c00800003004047535542", "0a050108000000007f02"):
        assert order_of(bytes.fromhex(other) * 4) is None
    for text in (
        b"\x0bwrite to me\n",
        b"page one\x0cpage two\n",
        b"the end of it\x1a",
        b"\x1b(Bhola a todos",
    ):
        assert order_of(text) is None
