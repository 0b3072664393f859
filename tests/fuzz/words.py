"""Fuzzes what reads words: e-mails of all kinds, chats, archives, code pages. Clean twice, or one reason.

    python -m tests.fuzz.words [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.words --blind [--seconds N]    random edits of the seeds, with nothing but Python

An input is a file that anybody can send. What comes out must pass the verifier, and be the same when it is
cleaned again.
"""

from __future__ import annotations

import base64
import contextlib
import random

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 15
_OF_WORDS = frozenset({"text/plain", "text/csv", "text/vtt", "application/x-subrip", "message/rfc822"})

with instrumented("scrub"):
    from scrub import engine, verify
    from scrub.mail.cms import unwrap
    from scrub.report import LETTERS, Choices, Clean, Refusal
    from tests.scrub import msg_files
    from tests.scrub.mail_files import mail, multipart, part, zipped
    from tests.scrub.test_attack_words import HEXED, QUOTED, yencoded

_BER = bytes.fromhex("308006092a864886f70d010702a0803080020101310030800609") + bytes.fromhex(
    "2a864886f70d010701a0802480040568656c6c6f0000000000000000000000"
)
_AS_IT_IS = b"Content-Transfer-Encoding: 8bit"
_CHAT = b"[14/1/25, 8:02:11] Ana: hola https://a.example/b\n[14/1/25, 8:03:40] Ana: <adjunto: a.txt>\n"
_PAGE = (
    b'<div class="page_wrap"><div class="message default">'
    b'<div class="date" title="14.01.2025 08:02:11"></div>'
    b'<div class="from_name">Ana</div><div class="text">hola <a href="https://a.b/c">x</a></div>'
    b'<a class="media" href="a/b.txt"></a></div></div>'
)
_JSON = (
    b'{"messages":[{"from_id":"u1","from":"Ana","date":"2025-01-14T08:02:11",'
    b'"text":["a",{"text":"b","href":"c"}]}]}'
)


def seeds() -> list[bytes]:
    signed = part(b"application/pkcs7-mime", base64.encodebytes(_BER), b"Content-Transfer-Encoding: base64")
    return [
        _BER,
        _CHAT,
        _PAGE,
        _JSON,
        mail(signed),
        mail(
            multipart(
                b"alternative", part(b"text/plain", b"https://a.example/u?r=1"), part(b"text/html", b"<p>x")
            )
        ),
        b"From a\n" + mail() + b"\nFrom b\n" + mail(),
        zipped(("_chat.txt", _CHAT), ("a.txt", b"hola")),
        msg_files.msg(p1000001F=msg_files.wide("hola")),
        "Zażółć gęślą jaźń, bez od po".encode("cp1250"),
        "Начальник велел молчать за март".encode("koi8-r"),
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>hola\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: a\n\n- -hola\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n"
        b"=AAAA\n-----END PGP SIGNATURE-----\n",
        mail(b"\nbegin 644 a.txt\n%:&]L80H \n`\nend\n"),
        HEXED.encode(),
        mail(part(b"text/plain", b"\nhola\n" + HEXED.encode())),
        mail(part(b"text/plain", b"hola\r\n" + yencoded(b"\x00\x13\n CANARY") + b"adios", _AS_IT_IS)),
        mail(part(b"text/plain", b"> hola\n" + QUOTED + b"\nadios", _AS_IT_IS)),
        mail().decode().encode("utf-16-be"),
        mail(part(b"text/plain; charset=utf-8", "Señal".encode(), _AS_IT_IS)).decode().encode("utf-16-le"),
        b"80\nFrom: a@b.c\nSubject: x\n\nhola\n<?xml version='1.0'?><!DOCTYPE plist><plist/>\n",
        b"# -----BEGIN C2PA MANIFEST----- data:a;base64,QUJD -----END C2PA MANIFEST-----\nhola\n",
    ]


def one_input(data: bytes) -> None:
    """Raises whatever is no Refusal, and AssertionError where a clean copy isn't clean."""
    with contextlib.suppress(Refusal):
        unwrap(data)
    choices = Choices(letters=LETTERS[len(data) % len(LETTERS)] if len(data) % 2 else "")
    try:
        clean = engine.scrub(data, choices)
    except Refusal:
        return
    verify.verify(clean.content, clean.media_type)
    again = engine.scrub(clean.content)
    if clean.media_type in _OF_WORDS and not said_of(clean):  # sound is encoded anew each time
        assert again.content == clean.content


def said_of(clean: Clean) -> bool:
    """Whether a text became a chat only when its letters were tidied (JSON with odd spaces)."""
    return b'"messages"' in clean.content or b"page_wrap" in clean.content


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    data = bytearray(chance.choice(inputs))
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at : at + 1] = bytes((chance.randrange(256),))
            case 1:
                del data[at : at + chance.randrange(1, 30)]
            case 2:
                other = chance.choice(inputs)
                start = chance.randrange(len(other))
                data[at:at] = other[start : start + chance.randrange(1, 60)]
            case _:
                data[at:at] = data[max(0, at - chance.randrange(1, 40)) : at]
    return bytes(data[:LONGEST])


FUZZER = Fuzzer(
    "words", LONGEST, seeds, edit, one_input, "each is clean, also the second time, or has a reason."
)

if __name__ == "__main__":
    engine.load()
    FUZZER.main()
