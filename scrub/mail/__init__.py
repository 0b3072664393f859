"""One e-mail in, one e-mail out that says what was written, on which day, and nothing of who sent or got it.

Subject, day, words and files stay (ADR 60); every other header goes. Words in HTML become plain words, files
inside are scrubbed like any other and renamed. Runs in a confined child.
"""

import email.errors
import email.header
import email.utils
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from scrub.mail.alternatives import chosen, is_words, leaves
from scrub.mail.cms import is_cms, unwrap
from scrub.mail.mime import MimeReader, Part, split_mails
from scrub.mail.msg import is_msg, load, read_msg
from scrub.mail.writer import MAX_SUBJECT, write_mail
from scrub.report import Clean, Refusal
from scrub.words import yenc
from scrub.words.clean import tidy
from scrub.words.credentials import without_credentials
from scrub.words.decode import decode_part
from scrub.words.files import taken_out
from scrub.words.html import words_of_html
from scrub.words.links import cut_links
from scrub.words.paths import holds_path
from scrub.words.signatures import without_signatures

__all__ = ["is_msg", "load", "scrub_mail", "scrub_msg", "scrub_signed", "split_mails"]

_MAX_FILES = 100
_MAX_TOTAL = 90 << 20
_MAX_RAW_HEADER = 64 << 10
_EARLIEST_YEAR = 1970
_ENTITY_START = 64

_SENDER = frozenset(
    {"from", "sender", "reply-to", "to", "cc", "bcc", "delivered-to", "return-path", "x-original-to"}
)
_A_DAY = re.compile(rb" 00:00:00 -0000\s*\Z")
_SOFTWARE = frozenset({"x-mailer", "user-agent", "x-mimeole"})
_SPOKEN = frozenset({"subject", "date", "mime-version", "content-type", "content-transfer-encoding"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_WRAPPED = _SMIME | {"application/octet-stream"}
_LOCKED = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_SIGNATURES = frozenset(
    {
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-keys",
    }
)
_ROUTES = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
_PEOPLE = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "application/ics"})


def scrub_mail(untrusted: bytes, inner: Callable[[bytes], Clean]) -> Clean:
    """Raises Refusal: "locked_mail", "web_page" (a saved page calls itself an e-mail), "broken", "bomb"..."""
    reader = MimeReader()
    return _Mail(inner, reader).scrub(reader.read(untrusted))


def scrub_msg(untrusted: bytes, inner: Callable[[bytes], Clean]) -> Clean:
    """The same of an e-mail that Outlook saved. Raises Refusal."""
    reader = MimeReader()
    return _Mail(inner, reader).scrub(read_msg(untrusted, reader))


def scrub_signed(untrusted: bytes, inner: Callable[[bytes], Clean]) -> Clean:
    """What somebody signed, or sealed for S/MIME (.p7m), without the signature. Raises Refusal."""
    content = unwrap(untrusted)
    if content is None:  # a signature alone, or certificates
        raise Refusal("unsupported")
    is_entity = content.lstrip()[:_ENTITY_START].lower().startswith((b"content-type:", b"mime-version:"))
    clean = scrub_mail(content, inner) if is_entity else inner(content)
    return Clean.of(clean.content, clean.media_type, {*clean.removed, "sender"}, {*clean.notes})


class _Mail:
    def __init__(self, inner: Callable[[bytes], Clean], reader: MimeReader) -> None:
        self._inner = inner
        self._reader = reader
        self._words: list[str] = []
        self._files: list[Clean] = []
        self._size = 0
        self._removed: set[str] = set()
        self._notes = {"writing_remains"}
        self._refused: list[str] = []

    def scrub(self, mail: Part) -> Clean:
        if _is_saved_page(mail):
            raise Refusal("web_page")
        self._walk(mail)
        subject = self._subject(mail)
        if len(subject) > MAX_SUBJECT:
            self._words.insert(0, subject)
            subject = self._tidy(subject[:MAX_SUBJECT]).strip()
        words = self._tidy("\n\n".join(self._words))
        while words != (without := self._take_out(words)):  # odd letters, or HTML, may have hidden one
            words = self._tidy(without)
        if holds_path(words) or holds_path(subject):
            self._notes.add("paths_remain")
        if not words and not self._files and (self._refused or not subject):
            raise Refusal(self._refused[0] if self._refused else "broken")
        if self._refused:
            self._notes.add("members_left_out")
        self._tell_headers(mail)
        content = write_mail(subject, _day(mail), words or "\n", self._files)
        return Clean.of(content, "message/rfc822", self._removed, self._notes)

    def _walk(self, part: Part) -> None:
        kind = part.media_type
        if kind in _LOCKED:
            self._refused.append("locked_mail")
            return
        if part.named:
            self._removed.add("file_name")
        if kind in _SIGNATURES or kind in _PEOPLE:
            self._removed.add("sender")
            self._refused += ["unsupported"] * (
                kind in _PEOPLE
            )  # it said where and when, or how to reach whom
        elif kind in _ROUTES:
            self._removed.update(("sender", "route"))
        elif kind in _WRAPPED and is_cms(content := part.content()):
            self._open(content)
        elif kind in _SMIME:
            said = part.parameters.get("smime-type", "").lower()
            self._refused.append("locked_mail" if "enveloped" in said else "broken")
        elif kind == "multipart/alternative":
            self._alternative(part.children)
        elif part.main == "multipart":
            for child in part.children:
                self._walk(child)
        elif is_words(part):
            self._say(part)
        elif part.main == "message" and part.sub != "rfc822":
            self._mail_inside(part)
        else:
            self._take(part)

    def _mail_inside(self, part: Part) -> None:
        """One that Outlook put there as parts; otherwise a piece of one, or only where to find it."""
        if part.children:
            self._enclose(partial(_Mail(self._inner, self._reader).scrub, part.children[0]))
        else:
            self._refused.append("unsupported")

    def _open(self, content: bytes) -> None:
        """What somebody signed: their certificate goes, what they said is read."""
        try:
            inside = unwrap(content)
        except Refusal as refusal:
            if refusal.reason == "bomb":
                raise
            self._refused.append(refusal.reason)
            return
        self._removed.add("sender")
        if inside is not None:
            self._walk(self._reader.read_inside(inside))

    def _alternative(self, children: list[Part]) -> None:
        """One of several ways to say the same. Pictures always stay."""
        kept, may_lack_words = chosen(children)
        self._notes.update(("words_left_out",) if may_lack_words else ())
        for child in children:
            for part in [child] if child is kept else leaves(child):
                if child is kept or not is_words(part):
                    self._walk(part)

    def _say(self, part: Part) -> None:
        content, files = yenc.taken_out(part.content()) if part.sub == "plain" else (part.content(), [])
        text, lossy = decode_part(content, part.parameters.get("charset"))
        if lossy:
            self._notes.add("lossy_text")
        if part.sub == "html":
            text, removed = words_of_html(text)
            self._removed |= removed
        if text.lstrip().startswith("-----BEGIN PGP MESSAGE"):
            self._refused.append("locked_mail")
            return
        text, credentials = without_credentials(text)
        text, signed = without_signatures(text)
        self._tell_credentials(credentials, signed)
        if part.sub == "plain":
            text = self._take_out(text, files)
        if text.strip():
            self._words.append(text.strip("\r\n"))

    def _take_out(self, text: str, files: Sequence[bytes] = ()) -> str:
        """The words without the files that stand in them; `files` were already taken."""
        text, more = taken_out(text)
        files = [*files, *more]
        self._removed.update(("file_name",) if files else ())
        for content in files:
            self._enclose(partial(self._inner, content))
        return text

    def _take(self, part: Part) -> None:
        """A file, by its content alone; the type that the e-mail gives it counts for nothing but words."""
        try:
            content = part.content()
        except Refusal as refusal:
            self._refused.append(refusal.reason)
            return
        if part.main == "text" and part.parameters.get("charset"):
            content = decode_part(content, part.parameters["charset"])[0].encode()
        if content.strip():
            self._enclose(partial(self._cleaned, content, is_mail=part.media_type == "message/rfc822"))

    def _cleaned(self, content: bytes, *, is_mail: bool) -> Clean:
        clean = self._inner(content)
        if is_mail and clean.media_type != "message/rfc822":
            raise Refusal("broken")
        return clean

    def _enclose(self, cleaned: Callable[[], Clean]) -> None:
        if len(self._files) >= _MAX_FILES:
            raise Refusal("too_large")
        try:
            clean = cleaned()
        except Refusal as refusal:
            if refusal.reason == "bomb":
                raise
            self._refused.append(refusal.reason)
            return
        self._size += len(clean.content)
        if self._size > _MAX_TOTAL:
            raise Refusal("too_large")
        self._files.append(clean)
        self._removed.update(clean.removed)
        self._notes.update(clean.notes)

    def _tidy(self, text: str) -> str:
        if not text.strip():
            return ""
        try:
            tidied = tidy(text)
        except Refusal:  # nothing but what can't be seen
            self._removed.add("invisible_character")
            return ""
        if tidied.unseen:
            self._removed.add("invisible_character")
        if tidied.lossy:
            self._notes.add("lossy_text")
        shown, credentials = without_credentials(tidied.text)  # odd letters may have hidden one
        shown, signed = without_signatures(shown)
        words, cut = cut_links(shown)
        self._tell_credentials(credentials, signed)
        self._removed.update(("link_end",) if cut else ())
        return tidy(words).text if cut or credentials or signed else tidied.text

    def _tell_credentials(self, credentials: bool, signed: bool) -> None:
        self._removed.update(("identifier", "software") if credentials else ())
        self._removed.update(("identifier",) if signed else ())

    def _subject(self, mail: Part) -> str:
        raw = mail.fields.get("subject", b"")[:_MAX_RAW_HEADER]
        pieces = []
        try:
            for piece, charset in email.header.decode_header(decode_part(raw, None)[0]):
                pieces.append(piece if isinstance(piece, str) else decode_part(piece, charset)[0])
        except (email.errors.HeaderParseError, ValueError):
            pieces = [decode_part(raw, None)[0]]
        return self._tidy(" ".join("".join(pieces).split())).strip()

    def _tell_headers(self, mail: Part) -> None:
        for name in mail.fields:
            if name in _SENDER:
                self._removed.add("sender")
            elif name in _SOFTWARE:
                self._removed.add("software")
            elif name == "message-id" or name.endswith(("references", "in-reply-to")):
                self._removed.add("identifier")
            elif name in ("received", "x-received", "authentication-results") or name.startswith(
                ("arc-", "dkim-")
            ):
                self._removed.add("route")
            elif name == "date":
                if not _A_DAY.search(mail.fields[name]):
                    self._removed.add("date")
            elif name not in _SPOKEN:
                self._removed.add("other_metadata")


def _is_saved_page(mail: Part) -> bool:
    """MHTML: its parts say where on the web they were."""
    located = any("content-location" in leaf.fields for leaf in leaves(mail))
    return "snapshot-content-location" in mail.fields or (located and "to" not in mail.fields)


def _day(mail: Part) -> date | None:
    """The day as the sender's clock had it."""
    raw = mail.fields.get("date", b"")[:200].decode("latin-1")
    try:
        fields = email.utils.parsedate_tz(raw)
        day = date(*fields[:3]) if fields else None
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return day if day and day.year >= _EARLIEST_YEAR else None
