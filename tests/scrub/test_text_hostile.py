"""Words, e-mails and archives made to burn time or memory: each costs its own child, which has the product's
own limits, and ends in a clean copy or a code.
"""

import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from scrub.isolation.sandbox import ChildLimits
from scrub.isolation.zygote_process import ScrubLimits
from scrub.report import Clean, Refused
from scrub.scrubber import Scrubber
from tests.scrub.fates import fate_in_a_child
from tests.scrub.mail_files import mail, multipart, packed, part, zipped

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one zygote for all: a start takes half a second


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scrubber() -> AsyncIterator[Scrubber]:
    async with Scrubber() as running:
        yield running


async def _fate(scrubber: Scrubber, data: bytes) -> str:
    fate = await fate_in_a_child(scrubber, data)
    assert fate not in ("crashed", "unverified")
    return fate


async def test_real_children_clean_every_kind(scrubber: Scrubber) -> None:
    """A child has no file system: what it needs was loaded before."""
    inside = packed(b"text/plain; charset=euc-kr", "한국".encode("euc-kr"))
    page = part(b"text/html; charset=windows-1251", "<p>Привет &amp; мир</p>".encode("cp1251"))
    japanese = part(b"text/plain; charset=iso-2022-jp", "日本".encode("iso-2022-jp"))
    letter = mail(multipart(b"mixed", page, japanese, inside), subject=b"=?big5?B?pKSk5Q==?=")
    for data, extension in (
        ("El encargado dijo que mañana no hay nada para nadie.".encode("cp1252"), "txt"),
        ("señal".encode("utf-16"), "txt"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "csv"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nhola\n", "srt"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nhola\n", "vtt"),
        (letter, "eml"),
        (zipped(("a", letter)), "zip"),
    ):
        result = await scrubber.scrub(data)
        assert isinstance(result, Clean)
        assert result.extension == extension
        if extension == "eml":
            assert "中文".encode() not in result.content  # it is in base64
            assert "Привет & мир\n\n日本".encode() in result.content


def _words(much: int) -> dict[str, bytes]:
    """`much`: about how many bytes each takes."""
    return {
        "spaces before a word": b" " * (4 * much) + b"x",
        "empty lines": b"\n" * (4 * much) + b"x",
        "spaces and line ends": b" \n" * (2 * much) + b"x",
        "accents without end": b"a" + "\u0301\u0316".encode() * (much),
        "accents of every class": b"a" + "".join(map(chr, range(0x300, 0x34E))).encode() * (much // 64),
        "joiners": "\u094d\u200d".encode() * much + b"x",
        "one Cyrillic word": "\u043f".encode() * much + b"a",
        "every letter there is": "".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x110000)])).encode(),
        "letters that become eighteen": "\ufdfa".encode() * (much // 9),
        "opening brackets": b"a<" * (2 * much),
        "numbers before objects": b"1 " * (2 * much),
        "one quoted cell": b'"' * (4 * much),
        "a table of nothing": b",,,,,,,,\n" * (much // 9),
        "a row of a million cells": b"a," * much + b"b\n" + b"a," * much + b"b\n",
        "a cell of a million letters": b'a,b,"' + b"c" * much + b'"\n1,2,3\n',
        "cues without words": b"1\n00:00:01,000 --> 00:00:02,000\n\n" * (much // 32),
        "a cue of nested tags": b"1\n00:00:01,000 --> 00:00:02,000\n"
        + b"<" * (much // 9)
        + b">" * (much // 9),
        "times without end": b"WEBVTT\n\n" + b"00:" * much,
    }


@pytest.mark.parametrize("much", [1 << 16, pytest.param(1 << 21, marks=pytest.mark.long)])
async def test_words_made_to_burn_time(much: int, scrubber: Scrubber) -> None:
    for name, data in _words(much).items():
        assert await _fate(scrubber, data) in ("clean", "broken", "unsupported"), name


def _parts(count: int) -> bytes:
    return mail(multipart(b"mixed", *[part(b"text/plain", b"hola")] * count))


def _nested_parts(depth: int) -> bytes:
    inside = part(b"text/plain", b"hola")
    for level in range(depth):
        inside = multipart(b"mixed", inside, boundary=b"b%d" % level)
    return mail(inside)


_PAGE = b"Content-Type: text/html\n\n"


def _mails(much: int) -> dict[str, tuple[bytes, str | None]]:
    return {
        "parts": (_parts(301), "bomb"),
        "parts in parts": (_nested_parts(13), "bomb"),
        "a few parts in parts": (_nested_parts(11), "clean"),
        "header fields": (b"A: b\n" * 100_000 + mail(), "bomb"),
        "a folded header": (mail(b"X-Long: a\n" + b" b\n" * min(much, 100_000) + b"\nhola"), "clean"),
        "a header of megabytes": (mail(b"X-Long: " + b"a" * (600 << 10) + b"\n\nhola"), "bomb"),
        "parameters": (mail(b"Content-Type: text/plain" + b';a="' * 1000 + b"\n\nhola"), "clean"),
        "a long content type": (mail(b"Content-Type: text/plain" + b";a=b" * 2000 + b"\n\nhola"), "bomb"),
        "a long boundary": (
            mail(b"Content-Type: multipart/mixed; boundary=" + b"b" * 3000 + b"\n\nhola"),
            "broken",
        ),
        "delimiters without end": (
            mail(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 100_000),
            "bomb",
        ),
        "delimiters that are none": (
            mail(
                multipart(b"mixed", part(b"text/plain", b"--b" + b" " * 9 + b"x\n--b" * much), boundary=b"b")
            ),
            "clean",
        ),
        "encoded words": (mail(subject=b"=?utf-8?Q?" + b"=?" * min(much, 200_000)), "clean"),
        "comments in a page": (mail(_PAGE + b"hola" + b"<!--" * much), "clean"),
        "tags in a page": (mail(_PAGE + b"hola" + b"<a" * much), "clean"),
        "quotes in a page": (mail(_PAGE + b"hola" + b'<a b="' * much), "clean"),
        "brackets in a page": (mail(_PAGE + b"hola" + (b'<a "' + b">" * 60_000) * (much >> 14)), "clean"),
        "hidden in a page": (mail(_PAGE + b"hola" + b"<div hidden >" * (much // 2)), "clean"),
        "entities in a page": (mail(_PAGE + b"hola" + b"&#" * much + b"&a" * much), "clean"),
        "base64 of nothing": (
            mail(packed(b"text/plain", b"hola").replace(b"aG9s", b"=" * much + b"aG9s")),
            None,
        ),
        "quoted-printable of nothing": (
            mail(part(b"text/plain", b"=" * much, b"Content-Transfer-Encoding: quoted-printable")),
            None,
        ),
    }


@pytest.mark.parametrize("much", [1 << 16, pytest.param(1 << 20, marks=pytest.mark.long)])
async def test_e_mails_made_to_burn_time(much: int, scrubber: Scrubber) -> None:
    for name, (data, fate) in _mails(much).items():
        found = await _fate(scrubber, data)
        assert fate in (None, found), name


async def test_e_mails_in_e_mails_end(scrubber: Scrubber) -> None:
    nested = mail()
    for depth in range(1, 6):
        nested = mail(part(b"message/rfc822", nested))
        assert await _fate(scrubber, nested) == ("clean" if depth <= 3 else "archive_kind")


async def test_archives_of_archives_that_grow_at_each_depth_are_stopped() -> None:
    """Half a million pages in 2 MB, in a child that has 2 s of processor."""
    nested = zipped(*((str(number), b"<html>" + bytes([65 + number % 26]) * 3000) for number in range(200)))
    for _ in range(2):
        nested = zipped(*((str(number), nested) for number in range(50)))
    limits = ScrubLimits(wall_seconds=20.0, child=ChildLimits(cpu_seconds=2))
    async with Scrubber(limits=limits) as impatient:
        assert await _fate(impatient, nested) in ("bomb", "timeout", "too_large")
        assert await _fate(impatient, b"hola") == "clean"


_TWO_THINGS: list[tuple[bytes, str | None]] = [
    (b"%PDF-1.4\n" + zipped(("CANARY", b"hola")), None),  # a PDF for readers, a ZIP for unpackers
    (zipped(("CANARY", b"%PDF-1.4\n" + bytes(50))) + b"%PDF-1.4", None),
    (zipped(("%PDF-1.4", b"hola")), None),
    (b"hola\n" + zipped(("CANARY", b"hola")), None),
    (b"hola <script>CANARY</script>\n", None),
    (b"GIF89a/*CANARY*/=1;alert(1)", None),
    (b"From: CANARY\nTo: CANARY\nContent-Type: text/html\n\n<script>CANARY</script>hola\n", "message/rfc822"),
    (b"hola\nFrom: a\nTo: b\n\nadios\n", "text/plain"),
    (b"hola\nReceived: from CANARY\nMessage-ID: <CANARY>\n\nadios\n", None),
    (b"A: b\n" * 900 + mail(), "message/rfc822"),
    (b"{\\rtf1 CANARY}<html>", None),
    (b"WEBVTT\n\n<html>CANARY</html>", None),
]


async def test_what_is_two_things_at_once_is_refused_or_rebuilt(scrubber: Scrubber) -> None:
    for data, media_type in _TWO_THINGS:
        result = await scrubber.scrub(data)
        if media_type is None:
            assert isinstance(result, Refused), data[:40]
        else:
            assert isinstance(result, Clean), data[:40]
            assert result.media_type == media_type
            assert b"CANARY" not in result.content


async def test_random_damage_is_clean_or_refused(scrubber: Scrubber) -> None:
    chance = random.Random(3)
    letter = mail(multipart(b"mixed", part(b"text/html", b"<p>hola</p>"), packed(b"text/plain", b"hola")))
    hosts = (letter, zipped(("a", letter), ("b", b"hola")), "señal, sí; ¿no?\n".encode() * 9)
    for number in range(90):
        data = bytearray(hosts[number % len(hosts)])
        for _ in range(chance.choice((1, 2, 8, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        await _fate(scrubber, bytes(data))
