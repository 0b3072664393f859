"""Words in, tidied words out: plain text, tables, subtitles. What turns out to be an e-mail is for `mail`.

Runs in a confined child. Whatever a file is called, its content alone tells what it is.
"""

import codecs
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from scrub.report import Clean, Refusal
from scrub.text.chat import is_chat, write_chat
from scrub.text.csv_table import read_table, write_table
from scrub.text.kind import check_words, holds_pdf, is_mail, without_count
from scrub.text.subtitles import read_subrip, read_webvtt, write_subrip, write_webvtt
from scrub.text.telegram import read_telegram
from scrub.words import yenc
from scrub.words.clean import Tidy, tidy
from scrub.words.credentials import without_credentials
from scrub.words.decode import LOST, decode_text
from scrub.words.files import taken_out
from scrub.words.letters import load
from scrub.words.links import cut_links
from scrub.words.paths import holds_path
from scrub.words.signatures import without_signatures

__all__ = ["CHAT", "load", "mail_in", "samples", "scrub_text"]

CHAT = "people_remain"
"""The note on every clean copy that is a chat."""

_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def mail_in(untrusted: bytes) -> bytes | None:
    """The e-mail that these words are, for `scrub.mail`; None if they are none. Raises Refusal."""
    plain = untrusted.removeprefix(codecs.BOM_UTF8)
    if untrusted.startswith(_WIDE) or b"\0" in untrusted[:2]:  # of UTF-16, also without its mark
        plain = decode_text(untrusted).encode()
    plain = without_count(plain)
    return plain if is_mail(plain) else None


def scrub_text(
    untrusted: bytes, page: str = "", names: Mapping[str, str] = _NO_NAMES, *, times: bool = False
) -> Clean:
    """Raises Refusal, whatever the bytes are. `page`: by which to read it if it doesn't say. `names`: new
    names of the files that lay beside a chat. `times`: its messages keep their hours.
    """
    text, coded = _read(untrusted, page)
    damaged = LOST in text
    text, credentials = without_credentials(text)
    text, signed = without_signatures(text)
    if signed and not text.strip():
        raise Refusal("unsupported")
    exported = read_telegram(text)
    text = text if exported is None else exported
    text, files = taken_out(text.replace("\r\n", "\n"))
    files = coded + files
    if files and not text.strip():
        raise Refusal("unsupported")
    check_words(text)
    tidied = tidy(text)
    tidied, hidden = _without_files(tidied)
    files += hidden
    shown, more = without_credentials(tidied.text)  # odd letters may have hidden one
    shown, more_signed = without_signatures(shown)
    if more or more_signed:
        tidied = replace(tidied, text=tidy(shown).text)
        credentials, signed = credentials or more, signed or more_signed
    check_words(tidied.text)  # letters that only look like markup have become markup
    if is_mail(tidied.text.encode()):  # behind something that went: its header would stay as words
        raise Refusal("mislabeled")
    removed = {"invisible_character"} if tidied.unseen else set()
    if credentials:
        removed |= {"identifier", "software"}
    removed |= {"identifier"} if signed else set()
    removed |= {"file_name"} if files else set()
    notes = {"writing_remains"} | ({"lossy_text"} if tidied.lossy or damaged else set())
    notes |= {"members_left_out"} if files else set()
    if exported is not None or is_chat(tidied.text):
        chat = write_chat(tidied.text, names, times=times)
        check_words(chat.text)
        removed |= chat.removed | ({"identifier"} if exported is not None else set())
        notes |= {CHAT, "times_kept"} if times else {CHAT}
        notes |= {"paths_remain"} if holds_path(chat.text) else set()
        return Clean.of(chat.text.encode(), "text/plain", removed, notes)
    media_type, content, found = _written(tidied.text)
    if content is not tidied.text and tidy(content).text != content:
        raise Refusal("broken")
    removed |= found
    notes |= {"paths_remain"} if holds_path(content) else set()
    return Clean.of(content.encode(), media_type, removed, notes)


def _read(untrusted: bytes, page: str) -> tuple[str, list[bytes]]:
    """The letters, and the files that stood among their bytes."""
    plain, files = yenc.taken_out(untrusted) if b"=ybegin " in untrusted else (untrusted, [])
    if files and not plain.strip():
        raise Refusal("unsupported")
    try:
        return decode_text(plain, page), files
    except Refusal as refusal:
        if refusal.reason == "letters" and holds_pdf(plain):
            raise Refusal("mislabeled") from None
        raise


def _without_files(tidied: Tidy) -> tuple[Tidy, list[bytes]]:
    """What odd letters hid of files that stand in the words."""
    files: list[bytes] = []
    while (found := taken_out(tidied.text))[1]:
        files += found[1]
        tidied = replace(tidied, text=tidy(found[0]).text)
    return tidied, files


def _written(text: str) -> tuple[str, str, frozenset[str]]:
    """Media type, content, and what was removed on the way."""
    if subtitles := read_webvtt(text):
        return "text/vtt", *_unlinked(write_webvtt(subtitles), subtitles.removed)
    if subtitles := read_subrip(text):
        return "application/x-subrip", *_unlinked(write_subrip(subtitles), subtitles.removed)
    if rows := read_table(text):
        content, formulas = write_table(rows)
        return "text/csv", content, frozenset({"script"} if formulas else ())
    return "text/plain", text, frozenset()


def _unlinked(transcript: str, removed: frozenset[str]) -> tuple[str, frozenset[str]]:
    """A meeting's transcript holds the links that each of those in it was sent."""
    content, cut = cut_links(transcript)
    return content, removed | {"link_end"} if cut else removed


def samples() -> tuple[bytes, ...]:
    """A text, a table, subtitles, and an e-mail with a word in each of several encodings and a file, to run
    everything once.
    """
    mail_sample = (
        b"From: a@example.org\nTo: b@example.org\nSubject: =?iso-2022-jp?B?GyRCJCIbKEI=?=\n"
        b"Date: Thu, 1 Jan 1970 00:00:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/html; charset=koi8-r\n\n<p>\xd0\xd2&eacute;</p>\n--b\n"
        b"Content-Type: text/csv; charset=gbk\nContent-Disposition: attachment\n"
        b"Content-Transfer-Encoding: quoted-printable\n\na,b\n1,=3D2\n3,4\n--b--\n"
    )
    return (
        "Se\u00f1al \u200bp\u0430ss\u00b2\n".encode(),
        "Se\u00f1al".encode("utf-16"),
        "El encargado dijo que ma\u00f1ana no hay guantes para todos.\n".encode("windows-1252"),
        b"1\n00:00:01,000 --> 00:00:02,000\nSilbo\n",
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Silbo\n",
        mail_sample,
    )
