"""What kind of words a text is, told by all of it. Web pages, drawings, contacts and calendars are refused.

Sources: WHATWG MIME Sniffing 7.1 (what a browser takes for a page), RFC 5322 2.2 (header fields), RFC 6350
and 5545 (contacts and calendars), ISO 32000-1 annex H (readers accept a PDF behind 1,024 bytes of anything).
"""

import re

from scrub.report import Refusal

_PDF_WITHIN = 1024
_ANYWHERE = re.compile(
    r"<(?:!doctype\s{1,9}(?:html|svg)|html|svg|script|iframe|body|foreignobject)[\s/>]", re.I
)
_AT_START = re.compile(
    r"<(?:!--|(?:\?xml-stylesheet|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg|meta)[\s/>])",
    re.I,
)
_NAMESPACE = re.compile(r"http://www\.w3\.org/(?:1999/xhtml|2000/svg)")
_MARKUP = re.compile(r"<[!?A-Za-z_]")
_PDF_LINE = re.compile(rb"^%PDF-[0-9]", re.M)
_PDF_OBJECT = re.compile(r"^[0-9]{1,10} [0-9]{1,5} obj\b", re.M)
_CARD = re.compile(r"BEGIN:V(?:CARD|CALENDAR)\b", re.I)
_LOCKED = ("age-encryption.org/", "-----BEGIN AGE", "-----BEGIN PGP MESSAGE", "%!PS")

_FIELD = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_MAIL_FIELDS = frozenset(
    b"from to cc bcc subject date sender reply-to message-id in-reply-to references received return-path "
    b"delivered-to mime-version content-type dkim-signature arc-seal x-received authentication-results "
    b"envelope-to x-original-to thread-topic list-unsubscribe x-mailer".split()
)
_COUNT = re.compile(rb"\s*([0-9]{1,9})[ \t]*\r?\n")
_MAX_HEADER_BYTES = 512 << 10
_ROUTE = re.compile(
    r"^(received|message-id|dkim-signature|return-path|delivered-to|authentication-results|arc-seal)[ \t]*:",
    re.I | re.M,
)


def holds_pdf(untrusted: bytes) -> bool:
    """Whether a line of it, wherever, is the head of a PDF."""
    return _PDF_LINE.search(untrusted) is not None


def check_words(text: str) -> None:
    """Raises Refusal: "web_page", "mislabeled" (a PDF or an e-mail behind words), "broken" (a PDF without its
    head), "unsupported" (other markup, contacts, calendars, what is locked already).
    """
    start = text.lstrip()[:_PDF_WITHIN]
    if "%PDF-" in text[:_PDF_WITHIN]:
        raise Refusal("mislabeled")
    if len({found[1].lower() for found in _ROUTE.finditer(text)}) > 1:  # an e-mail with words before it
        raise Refusal("mislabeled")
    if _PDF_OBJECT.search(text):
        raise Refusal("broken")
    if start.startswith(_LOCKED) or _CARD.match(start):
        raise Refusal("unsupported")
    if _ANYWHERE.search(text) or _AT_START.match(start):
        raise Refusal("web_page")
    if _MARKUP.match(start) and text.rstrip().endswith(">"):
        raise Refusal("web_page" if _NAMESPACE.search(text) else "unsupported")


def without_count(untrusted: bytes) -> bytes:
    """The e-mail that Apple's Mail keeps behind its length and before a list of what happened to it; that
    list becomes a field of its header, which is told like others. Anything else as it is.
    """
    count = _COUNT.match(untrusted)
    if count is None or not is_mail(mail := untrusted[count.end() :]):
        return untrusted
    size = int(count[1])
    if not mail[size:].lstrip().startswith(b"<?xml"):
        size = max(mail.rfind(b"<?xml"), 0) if b"<plist" in mail else len(mail)
    return b"X-Apple-Mail: list\n" + mail[:size].lstrip()


def is_mail(untrusted: bytes) -> bool:
    """Whether it begins with header fields of which at least two are an e-mail's."""
    known = set()
    for number, line in enumerate(untrusted.lstrip()[:_MAX_HEADER_BYTES].splitlines()):
        if number == 0 and line.startswith((b"From ", b">From ")):
            continue
        if line[:1] in (b" ", b"\t") and number:
            continue
        field = _FIELD.match(line)
        if field is None:
            break
        known |= {field[1].lower()} & _MAIL_FIELDS
        if len(known) == 2:
            return True
    return False
