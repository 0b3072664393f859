"""An e-mail that Outlook saved as .msg is read like any other, and nobody in it is named."""

import random
from collections.abc import Callable
from typing import Any

import olefile
import pytest

from scrub.report import REFUSALS, Clean
from scrub.scrubber import Scrubber
from tests.scrub.fates import fate
from tests.scrub.mail_files import CANARY
from tests.scrub.msg_files import SENT, attached, compound, message, msg, properties, wide
from tests.scrub.test_mail import _files, _read, _words

Scrub = Callable[[bytes], Clean]


def _attach(number: int, tree: Any) -> dict[str, Any]:
    return {f"__attach_version1.0_#{number:08X}": tree}


def test_a_message_of_outlook_is_read(clean: Scrub, photo_bytes: bytes) -> None:
    data = msg(
        p1000001F=wide("Mañana no hay turno.\r\nhttps://t.example/u?r=CANARY\r\n"),
        p10130102=b"<p>CANARY</p>",
        **_attach(0, attached(photo_bytes)),
        **_attach(1, attached(b"a,b,c\n1,2,3\n4,5,6\n", **{"370E001F": wide("text/csv")})),
    )
    assert olefile.isOleFile(data)
    result = clean(data)
    assert CANARY not in result.content
    assert str(_read(result)["Subject"]) == "Turnos de mañana"
    assert str(_read(result)["Date"]) == "Tue, 14 Jan 2025 00:00:00 -0000"
    assert _words(result) == "Mañana no hay turno.\nhttps://t.example\n"
    assert [name for name, _ in _files(result)] == ["0001.jpg", "0002.csv"]
    assert {"sender", "route", "identifier", "software", "date", "device", "file_name", "link_end"} <= set(
        result.removed
    )
    assert result.notes == ("picture_remains", "writing_remains")


@pytest.mark.parametrize(
    ("streams", "words"),
    [
        ({"p10130102": b"<p>Ma\xf1ana <b>no</b></p>"}, "Mañana no\n"),
        ({"p1013001F": wide("<p>Mañana</p>")}, "Mañana\n"),
        ({"p1000001E": b"Ma\xf1ana"}, "Mañana\n"),
        ({"p1000001E": "Łódź".encode("cp1250"), "page": 1250}, "Łódź\n"),
        ({"p1000001E": "Łódź".encode(), "page": 65001}, "Łódź\n"),
        ({"p1000001F": wide("x" * 9000)}, "x" * 9000 + "\n"),
    ],
)
def test_words_are_read_however_they_were_saved(streams: dict[str, Any], words: str, clean: Scrub) -> None:
    page = streams.pop("page", None)
    if page:
        streams["__properties_version1.0"] = properties(32, t00390040=SENT, t3FFD0003=page)
    assert _words(clean(msg(**streams))) == words
    streams["page"] = page


def test_the_day_is_the_senders_where_the_header_has_it(clean: Scrub) -> None:
    header = wide("Date: Mon, 13 Jan 2025 23:32:07 -0500\r\nFrom: CANARY\r\n no field\r\n")
    result = clean(msg(p1000001F=wide("hola"), p007D001F=header))
    assert str(_read(result)["Date"]) == "Mon, 13 Jan 2025 00:00:00 -0000"
    assert CANARY not in result.content


def test_a_message_in_a_message_is_an_e_mail_in_it(clean: Scrub) -> None:
    inside = {
        "__properties_version1.0": properties(8, t37050003=5),
        "__substg1.0_3701000D": message(24, p1000001F=wide("lo de ayer")),
    }
    result = clean(msg(p1000001F=wide("hola"), **_attach(0, inside)))
    ((name, content),) = _files(result)
    assert name == "0001.eml"
    assert b"lo de ayer" in content
    assert CANARY not in content


def test_a_signed_message_of_outlook_is_read(clean: Scrub) -> None:
    signed = (
        b'Content-Type: multipart/signed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/plain\r\n\r\nhola\r\n--b\r\n"
        b"Content-Type: application/pkcs7-signature\r\n\r\nCANARY\r\n--b--\r\n"
    )
    result = clean(msg(**_attach(0, attached(signed, **{"370E001F": wide("multipart/signed")}))))
    assert _words(result) == "hola\n"
    assert CANARY not in result.content


def test_one_more_thing_wrong_costs_nothing_else(clean: Scrub, photo_bytes: bytes) -> None:
    """A file that is none, one without content, words only as RTF, a date before all dates."""
    wrong = {
        **_attach(0, attached(b"MZ\x90\0" + bytes(80))),
        **_attach(1, attached(b"")),
        **_attach(2, attached(photo_bytes)),
        "__properties_version1.0": properties(32, t00390040=(1 << 64) - 1)[:-3],
    }
    result = clean(msg(p10090102=b"CANARY", **wrong))
    assert [name for name, _ in _files(result)] == ["0001.jpg"]
    assert "members_left_out" in result.notes
    assert _read(result)["Date"] is None
    assert fate(msg(p10090102=b"CANARY")) == "old_office"


@pytest.mark.parametrize("at", [44, 64, 72])
def test_a_head_that_claims_a_thousand_million_sectors_is_damaged(at: int) -> None:
    """A fuzzer's: the library read the same sectors round and round, until the child had no memory left."""
    data = msg()
    assert fate(data[:at] + (0x1E000001).to_bytes(4, "little") + data[at + 4 :]) == "broken"


def test_small_streams_that_claim_to_be_larger_than_the_file_are_damaged() -> None:
    data = bytearray(msg())
    root = data.index("Root Entry".encode("utf-16-le"))
    data[root + 120 : root + 124] = (0x7FFF0000).to_bytes(4, "little")
    assert fate(bytes(data)) == "broken"


def test_a_compound_file_that_lies_is_one_reason() -> None:
    good = msg(p1000001F=wide("hola"))
    for at in range(0, len(good), 61):
        hostile = good[:at] + b"\xff\xff\xff" + good[at + 3 :]
        assert fate(hostile) in ("clean", "broken", "old_office", "bomb", "unsupported", "encrypted")
        assert fate(good[:at]) in ("clean", "broken", "old_office", "bomb", "unsupported")
    assert fate(compound({"__properties_version1.0": b""})) == "broken"


async def test_a_message_of_outlook_is_read_in_a_child(in_children: Scrubber) -> None:
    result = await in_children.scrub(msg(p1000001F=wide("hola")))
    assert isinstance(result, Clean)
    assert b"\n\nhola\n" in result.content
    chance = random.Random(7)
    for _ in range(20):
        data = bytearray(msg(p1000001F=wide("hola")))
        for _ in range(9):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        answer = await in_children.scrub(bytes(data))
        assert isinstance(answer, Clean) or answer.reason in set(REFUSALS) - {"crashed", "unverified"}
