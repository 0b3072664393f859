"""An exported chat keeps its story: names follow the numbered files, and of times only the day stays."""

import json
from collections.abc import Callable

import pytest

from scrub import engine
from scrub.report import Choices, Clean
from scrub.text.chat import is_chat, write_chat
from scrub.text.telegram import read_telegram
from tests.scrub.mail_files import zipped
from tests.scrub.test_archive import _files

Scrub = Callable[[bytes], Clean]

_WHATSAPP = """[14/1/25, 8:02:11] Encargado: \u200eLos mensajes están cifrados.
[14/1/25, 8:03:40] Encargado: \u200e<adjunto: 00000002-PHOTO-2025-01-14-08-03-40.jpg>
[14/1/25, 8:04:02] Yo: hoy tampoco hay guantes
y mañana a las 7:30 tampoco
[14/1/25, 8:05:15] Yo: \u200e<adjunto: 00000004-PHOTO-2025-01-14-08-05-15.jpg>
"""


def test_names_in_a_whatsapp_chat_follow_the_files_and_times_are_days(
    clean: Scrub, photo_bytes: bytes
) -> None:
    result = clean(
        zipped(
            ("00000004-PHOTO-2025-01-14-08-05-15.jpg", photo_bytes),
            ("00000002-PHOTO-2025-01-14-08-03-40.jpg", photo_bytes),
            ("_chat.txt", _WHATSAPP.encode()),
        )
    )
    files = _files(result.content)
    assert list(files) == ["0001.jpg", "0002.jpg", "0003.txt"]
    assert files["0003.txt"].decode() == (
        "[14/1/25] Encargado: Los mensajes están cifrados.\n[14/1/25] Encargado: <adjunto: 0002.jpg>\n"
        "[14/1/25] Yo: hoy tampoco hay guantes\ny mañana a las 7:30 tampoco\n"
        "[14/1/25] Yo: <adjunto: 0001.jpg>\n"
    )
    assert {"date", "file_name"} <= set(result.removed)
    assert "people_remain" in result.notes
    assert clean(files["0003.txt"]).content == files["0003.txt"]


def test_the_copy_of_a_chat_is_a_chat_and_no_table(clean: Scrub) -> None:
    copy = clean(b"[14/1/25, 8:02:11] Ana: hola, Eva\n[14/1/25, 8:03:11] Eva: hola, Ana\n")
    again = clean(copy.content)
    assert (again.content, again.media_type) == (copy.content, "text/plain")


def test_a_document_in_an_iphones_chat_is_told_by_its_number_wherever_it_is_named(clean: Scrub) -> None:
    chat = 2 * (
        "[14/1/25, 8:02:11] Ana: nómina Ruiz.txt • \u200e3 páginas "
        "\u200e<adjunto: 00000003-nómina Ruiz.txt>\n"
    )
    copy = clean(zipped(("_chat.txt", chat.encode()), ("00000003-nómina Ruiz.txt", b"hola\n")))
    assert _files(copy.content)["0001.txt"].decode() == 2 * (
        "[14/1/25] Ana: 0002.txt • 3 páginas <adjunto: 0002.txt>\n"
    )


def test_a_chat_whose_files_did_not_come_says_so(clean: Scrub, photo_bytes: bytes) -> None:
    result = clean(
        zipped(
            ("00000002-PHOTO-2025-01-14-08-03-40.jpg", b"MZ\x90\0" + bytes(80)),
            ("_chat.txt", _WHATSAPP.encode()),
            ("x/00000004-PHOTO-2025-01-14-08-05-15.jpg", photo_bytes),
        )
    )
    assert "members_left_out" in result.notes
    chat = _files(result.content)["0001.txt"].decode()
    assert "Encargado: <adjunto: (left out)>\n" in chat
    assert "Yo: <adjunto: 0002.jpg>\n" in chat
    alone = clean(_WHATSAPP.encode())
    assert alone.content.decode().count("<adjunto: (left out)>") == 2
    assert {"date", "file_name"} <= set(alone.removed)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1/14/25, 8:02\u202fPM - Ana: hola", "1/14/25 - Ana: hola"),
        ("14/1/25 8:02 a.\u00a0m. - +57 300 123 45 67: hola", "14/1/25 - +57 300 123 45 67: hola"),
        ("14.01.25, 08:02 - Ana: IMG-20250114-WA01.jpg (adjunto)", "14.01.25 - Ana: (left out) (adjunto)"),
        ("2025/01/14 午後8:02 - Ana: hola", "2025/01/14 - Ana: hola"),
        ("[2025-01-14, 08:02:11 PM] Ana: hola", "[2025-01-14] Ana: hola"),
        ("2025. 1. 14. 오전 8:02, Ana : hola", "2025. 1. 14., Ana : hola"),
        ("2025년 1월 14일 오후 8:02, Ana : hola", "2025년 1월 14일, Ana : hola"),
        ("١٤/١/٢٠٢٥، ٨:٠٢ ص - آنا: hola", "١٤/١/٢٠٢٥ - آنا: hola"),
        ("14/01/2025 à 08:02 - Ana: <pièce jointe : a.jpg>", "14/01/2025 - Ana: <pièce jointe : (left out)>"),
        ("08:02:11\t From  Ana to Everyone : https://zoom.us/j/1?pwd=2", "From Ana to Everyone : https://zoom.us"),
        ("Ana, [14.01.2025 8:02]\nhola", "Ana, [14.01.2025]\nhola"),
        ("[2019-05-29, 15:04] Me: ![f](media/2019-05-29T15-04-09.jpg)", "[2019-05-29] Me: ![(left out)]"),
        ("[2025-01-14T08:02:11.123Z] Me: https://meet.example/j/1?p=1", "[2025-01-14] Me: https://meet.example"),
        ("14.1.2025, 8:02 e pasdites - Ana: hola", "14.1.2025 - Ana: hola"),
        ("१४/०१/२५, ८:०२ अपराह्न - अना: हेलो", "१४/०१/२५ - अना: हेलो"),
        ("14/1/25, บ่าย 8:02 - Ana: hola", "14/1/25 - Ana: hola"),
        ("2025-01-14 20 h 02 - Ana: hola", "2025-01-14 - Ana: hola"),
        ("14.01.25 г., 20:02 ч. - Ana: hola", "14.01.25 г. - Ana: hola"),
        ("[8:02 p.\u202fm., 14/1/2025] +34 612 345 678: hola", "[14/1/2025] +34 612 345 678: hola"),
        ("[14/1, 8:02 p. m.] Ana: hola", "[14/1] Ana: hola"),
        ("20:02, 14/01/2025 - Ana: hola", "14/01/2025 - Ana: hola"),
        ("3/24/14, 1:59:59 PM: Ana: hola", "3/24/14: Ana: hola"),
        ("Ana, [14 Jan 2025 at 8:02:11 PM]:\nhola", "Ana, [14 Jan 2025]:\nhola"),
        ("14 de enero de 2025, 20:02 - Ana: hola", "14 de enero de 2025 - Ana: hola"),
        ("[Jan 14, 2025 20:02:11] <Ana> hola", "[Jan 14, 2025] <Ana> hola"),
        (
            '[Jan 14, 2025 20:02:11] *** <Ana> sent file "Ana Ruiz.pdf"',
            '[Jan 14, 2025] *** <Ana> sent file "(left out)"',
        ),
        (
            "2025-01-14 20:02 You: [reply to Ana on 2025-01-13 08:02, 1 attachment] sí",
            "2025-01-14 You: [reply to Ana on 2025-01-13, 1 attachment] sí",
        ),
        ("14/1/25, 8:02 - Ana: DOC-20250114-WA01. (adjunto)", "14/1/25 - Ana: (left out) (adjunto)"),
        ("14/1/25, 8:02 - Ana: ve PTT-20250114-WA0002.opus y 14.1.", "14/1/25 - Ana: ve (left out) y 14.1."),
    ],
)  # fmt: skip
def test_every_way_to_write_a_head_keeps_the_day_and_who_spoke(written: str, kept: str, clean: Scrub) -> None:
    result = clean(f"{written}\n{written}\n".encode())
    assert result.content.decode() == f"{kept}\n{kept}\n"
    assert "people_remain" in result.notes


@pytest.mark.parametrize(
    "words",
    [
        "14/1/25, 8:02 - entrada\n14/1/25, 17:02 - salida\n",  # a worker's own list of hours
        "2025-01-14 08:02:11 INFO start: x\n2025-01-14 08:02:12 INFO end: x\n",
        "hola\n[14/1/25, 8:02:11] Ana: hola\n[14/1/25, 8:02:11] Ana: hola\n",
        "[14/1/25, 8:02:11] Ana: hola\n",
        "2025-01-14 08:02 entrada: norte\n2025-01-14 17:02 salida: sur\n",
        "14 de enero de 2025 a las 8:02 - entrada\n14 de enero de 2025 a las 17:02 - salida\n",
    ],
)
def test_what_is_no_chat_keeps_its_times(words: str, clean: Scrub) -> None:
    assert clean(words.encode()).content == words.encode()


def test_the_log_of_a_signal_exporter_is_a_chat(clean: Scrub, photo_bytes: bytes) -> None:
    log = (
        "Conversation: Ana (+573001234567)\n\nFrom: You\nType: outgoing\n"
        "Sent: Tue, 14 Jan 2025 08:03:40 -0500\n"
        "Attachment: sin guantes.jpg (image/jpeg, 123 bytes)\n\nhola\n\nFrom: Ana\nType: incoming\n"
        "Sent: Tue, 14 Jan 2025 08:04:40 -0500\nAttachment: otra.jpg (image/jpeg, 9 bytes)\n\nno\n"
    )
    result = clean(
        zipped(("Ana/messages.txt", log.encode()), ("Ana/attachments/sin guantes.jpg", photo_bytes))
    )
    chat = _files(result.content)["0001.txt"].decode()
    assert "08:0" not in chat
    assert "Sent: 14 Jan 2025\nAttachment: 0002.jpg (image/jpeg, 123 bytes)\n\nhola" in chat
    assert "Attachment: (left out) (image/jpeg, 9 bytes)" in chat


_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/><title>Exported Data</title><script src="js/script.js"></script></head>
<body onload="CheckLocation();"><div class="page_wrap"><div class="page_header"><div class="content">
<div class="text bold">Turno de noche</div></div></div><div class="page_body chat_page"><div class="history">
<div class="message service" id="message-1"><div class="body details">14 January 2025</div></div>
<div class="message service" id="message-2"><div class="body details">Ana created the group</div></div>
<div class="message default clearfix" id="message4711">
<div class="pull_left userpic_wrap"><div class="userpic userpic3"><div class="initials">A</div></div></div>
<div class="body"><div class="pull_right date details" title="14.01.2025 08:02:11 UTC-05:00">08:02</div>
<div class="from_name">Ana Garc&iacute;a </div>
<div class="text">hoy tampoco<br>hay <strong>guantes</strong> <a href="https://t.me/c/CANARY">aqu&iacute;</a></div></div></div>
<div class="message default clearfix joined" id="message4712"><div class="body">
<div class="pull_right date details" title="14.01.2025 08:03:40 UTC-05:00">08:03</div>
<div class="media_wrap clearfix">
<a class="photo_wrap clearfix pull_left" href="photos/photo_1@14-01-2025_08-03-40.jpg">
<img class="photo" src="photos/photo_1@14-01-2025_08-03-40_thumb.jpg"/></a></div></div></div>
<div class="message default clearfix" id="message4713"><div class="body">
<div class="pull_right date details" title="15.01.2025 09:00:00 UTC-05:00">09:00</div>
<div class="from_name">Luis</div>
<div class="reply_to details">In reply to <a href="#go_to_message4712">this message</a></div>
<div class="forwarded body"><div class="from_name">El jefe
<span class="date details" title="01.01.2025 07:00:00">
01.01.2025 07:00:00</span></div><div class="text">firmad o a la calle</div></div></div></div>
</div></div></div></body></html>
"""

_SAID = """Turno de noche
[14.01.2025] Ana García: hoy tampoco
hay guantes aquí (https://t.me)
[14.01.2025] Ana García: <message: 1> <file: {}>
[15.01.2025] Luis: <reply to: 1> (El jefe) firmad o a la calle
"""


def test_a_chat_exported_by_telegram_as_a_page_is_a_log(clean: Scrub, photo_bytes: bytes) -> None:
    picture = "photos/photo_1@14-01-2025_08-03-40"
    result = clean(
        zipped(
            ("ChatExport_2025-01-14/messages.html", _PAGE.encode()),
            ("ChatExport_2025-01-14/css/style.css", b"a { color: red }"),
            ("ChatExport_2025-01-14/js/script.js", b"var CANARY;"),
            ("ChatExport_2025-01-14/images/back.png", photo_bytes),
            (f"ChatExport_2025-01-14/{picture}.jpg", photo_bytes),
            (f"ChatExport_2025-01-14/{picture}_thumb.jpg", photo_bytes),
        )
    )
    files = _files(result.content)
    assert list(files) == ["0001.txt", "0002.jpg"]
    chat = files["0001.txt"].decode()
    assert chat.replace("Ana created the group\n", "") == _SAID.format("0002.jpg")
    assert {"date", "identifier", "file_name", "thumbnail", "other_metadata"} <= set(result.removed)
    assert "members_left_out" not in result.notes
    assert clean(_PAGE.encode()).content.decode().endswith(_SAID.format("(left out)")[-90:])


def _media(kind: str, title: str, status: str, link: str = "") -> str:
    tag = f'a class="media clearfix pull_left block_link {kind}" href="{link}"' if link else (
        f'div class="media clearfix pull_left {kind}"'
    )  # fmt: skip
    return (
        '<div class="message default clearfix joined" id="message9"><div class="body">'
        '<div class="pull_right date details" title="15.01.2025 09:00:00 UTC-05:00">09:00</div>'
        f'<div class="media_wrap clearfix"><{tag}><div class="fill pull_left"></div><div class="body">'
        f'<div class="title bold">{title}</div><div class="description">Not included</div>'
        f'<div class="status details">{status}</div></div></{"a" if link else "div"}></div></div></div>'
    )


def test_what_a_telegram_export_shows_without_a_file_is_told_in_its_place(clean: Scrub) -> None:
    page = _PAGE.replace(
        "</div></div></div></body>",
        _media("media_voice_message", "Voice message", "00:07, 12 KB")
        + _media("media_location", "Location", "52.1, 13.2", "https://maps.example/maps?q=52.1,13.2")
        + _media("media_contact", "Eva Ruiz", "+49 111")
        + _media("media_file", "nombres CANARY.pdf", "1 KB")
        + "</div></div></div></body>",
    )
    assert clean(page.encode()).content.decode().endswith(
        "\n[15.01.2025] Luis: <voice message: (left out)>\n[15.01.2025] Luis: <location: (left out)>\n"
        "[15.01.2025] Luis: <contact: Eva Ruiz, +49 111>\n[15.01.2025] Luis: <file: (left out)>\n"
    )  # fmt: skip
    head = {"date": "2025-01-15T09:00:00", "from": "Luis", "from_id": "user9", "text": ""}
    absent = "(File not included. Change data exporting settings to download.)"
    messages = (
        {**head, "file": absent, "media_type": "voice_message"},
        {**head, "photo": absent},
        {**head, "location_information": {"latitude": 52.1, "longitude": 13.2}},
        {
            **head,
            "contact_information": {"first_name": "Eva", "last_name": "Ruiz", "phone_number": "+49 111"},
        },
        {"date": head["date"], "actor": "Ana", "from_id": "", "action": "invite_members", "members": ["Eva"]},
        {**head, "contact_information": 5, "location_information": [], "members": {"a": 1}, "file": 7},
    )
    assert clean(_json(*messages)).content.decode() == (
        "Turno de noche\n[2025-01-15] Luis: <voice message: (left out)>\n"
        "[2025-01-15] Luis: <photo: (left out)>\n"
        "[2025-01-15] Luis: <location: (left out)>\n[2025-01-15] Luis: <contact: Eva Ruiz, +49 111>\n"
        "[2025-01-15] Ana: invite_members\nEva\n[2025-01-15] Luis: <location: (left out)>\n"
    )


def _json(*messages: object, **more: object) -> bytes:
    return json.dumps(
        {"name": "Turno de noche", "type": "private_group", "id": 4711, "messages": messages, **more}
    ).encode()


_MESSAGES = (
    {"id": 1, "type": "service", "date": "2025-01-14T08:00:00", "actor": "Ana", "action": "create_group"},
    {
        "id": 4711, "type": "message", "date": "2025-01-14T08:02:11", "date_unixtime": "1736859731",
        "from": "Ana García", "from_id": "user4711", "text": [
            "hoy tampoco\nhay ",
            {"type": "bold", "text": "guantes"},
            {"type": "text_link", "text": " aquí", "href": "https://t.me/c/CANARY"},
        ],
    },
    {
        "id": 4712, "type": "message", "date": "2025-01-14T08:03:40",
        "from": "Ana García", "from_id": "user4711", "text": "",
        "photo": "photos/photo_1@14-01-2025_08-03-40.jpg",
    },
    {"id": 4713, "type": "message", "date": "2025-01-15T09:00:00", "from": "Luis", "from_id": "user9",
     "forwarded_from": "El jefe", "text": "firmad o a la calle"},
)  # fmt: skip


def test_a_chat_exported_by_telegram_as_json_is_a_log(clean: Scrub, photo_bytes: bytes) -> None:
    whole = zipped(
        ("result.json", _json(*_MESSAGES)), ("photos/photo_1@14-01-2025_08-03-40.jpg", photo_bytes)
    )
    result = clean(whole)
    files = _files(result.content)
    assert files["0001.txt"].decode() == (
        "Turno de noche\n[2025-01-14] Ana: create_group\n[2025-01-14] Ana García: hoy tampoco\n"
        "hay guantes aquí (https://t.me)\n[2025-01-14] Ana García: <file: 0002.jpg>\n"
        "[2025-01-15] Luis: (El jefe) firmad o a la calle\n"
    )
    assert "4711" not in files["0001.txt"].decode()
    account = {
        "personal_information": {"phone_number": "CANARY"},
        "chats": {"list": [json.loads(_json(*_MESSAGES))]},
    }
    assert b"CANARY" not in clean(json.dumps(account).encode()).content


def test_which_message_of_a_telegram_export_answers_which_is_kept_without_its_ids(clean: Scrub) -> None:
    """A "yes" alone says nothing."""
    first, asked = _MESSAGES[1], {**_MESSAGES[3], "reply_to_message_id": 4711}
    replies = (
        first,
        asked,
        {**asked, "id": 4720, "text": "sí", "reply_to_message_id": 4713, "forwarded_from": None},
        {**asked, "id": 4721, "text": "no", "reply_to_message_id": 4000, "forwarded_from": None},
        {**asked, "id": 4722, "text": "ya", "reply_to_peer_id": "channel4711", "forwarded_from": None},
        {**asked, "id": 4723, "text": "ah", "reply_to_message_id": [4711], "forwarded_from": None},
    )
    result = clean(_json(*replies))
    text = result.content.decode()
    assert text == (
        "Turno de noche\n[2025-01-14] Ana García: <message: 1> hoy tampoco\n"
        "hay guantes aquí (https://t.me)\n"
        "[2025-01-15] Luis: <message: 2> <reply to: 1> (El jefe) firmad o a la calle\n"
        "[2025-01-15] Luis: <reply to: 2> sí\n[2025-01-15] Luis: <reply to: (left out)> no\n"
        "[2025-01-15] Luis: <reply to: (left out)> ya\n[2025-01-15] Luis: <reply to: (left out)> ah\n"
    )
    assert clean(result.content).content == result.content
    account = {"chats": {"list": [json.loads(_json(*replies[:2])), json.loads(_json(*replies[:2]))]}}
    text = clean(json.dumps(account).encode()).content.decode()
    for mark in ("<message: 1>", "<reply to: 1>", "<message: 2>", "<reply to: 2>"):
        assert text.count(mark) == 1
    page = _PAGE.replace('href="#go_to_message4712"', 'href="messages2.html#go_to_message4712"')
    text = clean(page.encode()).content.decode()
    assert "Luis: <reply to: (left out)> (El jefe) firmad" in text
    assert "4712" not in text


def test_reactions_of_a_telegram_export_are_part_of_the_testimony(clean: Scrub) -> None:
    """Who agreed with "nobody wears gloves" is said by a thumb."""
    told = [
        {"type": "emoji", "count": 2, "emoji": "👍", "recent": [
            {"from": "Luis", "from_id": "user9", "date": "2025-01-14T08:05:00"},
            {"from": "Eva", "from_id": "CANARY", "date": "2025-01-14T08:06:00"}]},
        {"type": "custom_emoji", "count": 1, "document_id": "CANARY"},
        {"type": 5, "count": []},
        7,
    ]  # fmt: skip
    text = clean(_json(_MESSAGES[0], {**_MESSAGES[3], "reactions": told})).content.decode()
    assert "[2025-01-15] Luis: (El jefe) firmad o a la calle\n" in text
    assert "[2025-01-15] <reactions: 👍 2 Luis, Eva, custom_emoji 1>\n" in text
    assert "CANARY" not in text
    shown = (
        '<span class="reactions"><span class="reaction active"><span class="emoji">\n👍\n</span>'
        '<span class="userpics"><div class="userpic"><div class="initials" title="Eva Ruiz">\nE\n</div></div>'
        "</span></span>"
        '<span class="reaction"><span class="emoji">❤</span><span class="count">5</span></span></span>'
    )
    page = _PAGE.replace("firmad o a la calle</div>", f"firmad o a la calle</div>{shown}")
    assert (
        clean(page.encode())
        .content.decode()
        .endswith("firmad o a la calle\n[15.01.2025] <reactions: 👍 Eva Ruiz, ❤ 5>\n")
    )


@pytest.mark.parametrize(
    "wrong",
    [
        b'{"messages": [}',
        b'{"messages": ' + b"[" * 100_000,
        b'{"messages": 5, "a": 1}',
        b'{"messages": [1, {"text": "hola"}]}',
    ],
)
def test_json_that_is_no_chat_is_words(wrong: bytes, clean: Scrub) -> None:
    assert clean(wrong).content == wrong + b"\n"


def test_a_broken_message_costs_no_other() -> None:
    broken = ({"from_id": 5, "date": 7, "from": [], "text": {"a": [[]]}, "photo": 5}, None, 3, *_MESSAGES)
    log = read_telegram(_json(*broken).decode())
    assert log is not None
    assert "[2025-01-15 09:00] Luis: (El jefe) firmad o a la calle\n" in log
    cut = read_telegram(_PAGE[: _PAGE.index("El jefe")])
    assert cut is not None
    assert "hay guantes aquí" in cut


def test_times_stay_only_for_whoever_asks(photo_bytes: bytes) -> None:
    for data in (
        _WHATSAPP.encode(),
        _PAGE.encode(),
        _json(*_MESSAGES),
        zipped(("_chat.txt", _WHATSAPP.encode())),
    ):
        without, with_times = engine.scrub(data), engine.scrub(data, Choices(times=True))
        assert b"8:02" not in without.content
        assert b"8:02" in with_times.content
        assert "times_kept" in with_times.notes
        assert "times_kept" not in without.notes
        assert "people_remain" in with_times.notes
        assert b"2025-01-14-08-03-40" not in with_times.content


def test_a_new_name_is_never_taken_for_an_old_one() -> None:
    text = (
        "[14/1/25, 8:02:11] Ana: <adjunto: 0001.jpg>\n[14/1/25, 8:02:11] Ana: <adjunto: 0002.jpg> x0002.jpg\n"
    )
    kept = write_chat(text, {"0001.jpg": "0002.jpg", "0002.jpg": "0001.jpg"}).text
    assert kept == "[14/1/25] Ana: <adjunto: 0002.jpg>\n[14/1/25] Ana: <adjunto: 0001.jpg> x0002.jpg\n"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("other", [b"", b"MZ", None])
@pytest.mark.parametrize("name", ["2-PHOTO.jpg", "copies/2-PHOTO.jpg"])
def test_a_chat_never_speaks_of_another_file_of_the_same_name(
    name: str, other: bytes | None, clean: Scrub, photo_bytes: bytes
) -> None:
    """Also where that one is all that is left of the two."""
    chat = ("_chat.txt", b"[14/1/25, 8:03:40] Jefe: <adjunto: 2-PHOTO.jpg>\n[14/1/25, 8:04:02] Yo: firma\n")
    other = photo_bytes if other is None else other + bytes(80 * len(other))
    files = _files(clean(zipped(("2-PHOTO.jpg", other), (name, photo_bytes), chat)).content)
    log = next(content for name, content in files.items() if name.endswith("txt"))
    assert b"<adjunto: (left out)>\n" in log


def test_two_files_of_one_name_are_told_apart_by_their_folders(clean: Scrub) -> None:
    chat = b"[14/1/25, 8:02:11] A: ver a/x.txt\n[14/1/25, 8:02:11] A: ver b/x.txt y x.txt\n"
    result = clean(zipped(("a/x.txt", b"uno"), ("b/x.txt", b"dos"), ("c.txt", chat)))
    assert (
        _files(result.content)["0003.txt"]
        == b"[14/1/25] A: ver 0001.txt\n[14/1/25] A: ver 0002.txt y x.txt\n"
    )


def test_a_hostile_chat_costs_no_time() -> None:
    for hostile in (
        "[14/1/25, 8:02:11] A: ",
        "14/1/25, 8:02 - ",
        "1/1/1",
        "a, [",
        "<a: ",
        "![a](",
        "Sent: ",
        "8.1.1 1:11 ",
    ):
        text = hostile * 20_000 + "\n"
        is_chat(text)
        write_chat(text, {f"{number}.jpg": "0001.jpg" for number in range(20)})
    for hostile in ('<div class="message default">', "<div", '<div class="', "</div>", "<span>", "<a href="):
        read_telegram('<div class="page_wrap"><div class="message default">' + hostile * 20_000)


def test_a_poll_keeps_its_votes_and_no_word_goes_with_a_link(clean: Scrub) -> None:
    said = {"type": "message", "date": "2025-01-14T08:02:11", "from": "Ana", "from_id": "user1"}
    link = {"type": "text_link", "text": "this", "href": "https://a.example/x)CANARY"}
    answers = [{"text": "Yes", "voters": 3, "chosen": True}, {"text": "No", "voters": 0}, {"text": "?"}]
    content = clean(
        _json(
            {**said, "text": ["See ", link, {"type": "phone", "text": "+573001234567"}]},
            {**said, "text": "", "poll": {"question": "Strike?", "answers": answers}},
        )
    ).content
    assert b"See this (https://a.example)+573001234567\n" in content
    assert b"Strike?\nYes (3)\nNo (0)\n?" in content
    assert b"CANARY" not in content
