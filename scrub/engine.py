"""One file in, one rebuilt file and the kinds of metadata it carried out. Runs in a confined child.

Names the type by content and hands the file to its family: `image`, `pdf`, `media`, `text`, `mail`, `office`
or `archive`. What lies inside of a file comes back here, one level deeper.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from scrub import archive, mail, office, pdf, text
from scrub.archive import bundle, can_open, scrub_archive, scrub_other
from scrub.image import decode, scrub_image
from scrub.image.scan import scan_in
from scrub.mail import is_msg, scrub_mail, scrub_msg, scrub_signed, split_mails
from scrub.media import scrub_media
from scrub.pdf.scan import scrub_scan
from scrub.report import Choices, Clean, Refusal
from scrub.sniff import SNIFF_BYTES, is_recording, sniff
from scrub.sniff.archive import CLOSED, CMS, OLE, ZIP, why_closed
from scrub.text import mail_in, scrub_text

MAX_DEPTH = 3
"""A picture in a document in an archive in an e-mail, and no deeper."""

_NOTHING_ASKED = Choices()


def load() -> None:
    """Once per process, before any outside byte."""
    decode.load_plugins()
    pdf.load()
    text.load()
    mail.load()
    archive.load()


def scrub(untrusted: bytes, choices: Choices = _NOTHING_ASKED, depth: int = 0) -> Clean:
    """Raises Refusal, whatever the bytes are. `depth` counts the files around this one."""
    if depth > MAX_DEPTH:
        raise Refusal("archive_kind")
    media_type = sniff(untrusted[:SNIFF_BYTES])
    if media_type is None:
        raise Refusal("unsupported")
    reason = why_closed(media_type, untrusted)
    opens = is_msg(untrusted) if media_type == OLE else reason == "archive_kind" and can_open(media_type)
    if reason and not opens:
        raise Refusal(reason)
    clean = _by_family(media_type, untrusted, choices, lambda data: _inside(data, choices, depth + 1))
    shows = clean.media_type == "video/mp4" or media_type.startswith("image/")
    if choices.lower_resolution and shows and "resolution_lowered" not in clean.notes:
        return clean.noting("detail_kept")
    return clean


def _inside(untrusted: bytes, choices: Choices, depth: int) -> Clean:
    """About a text within another file nobody can be asked: the likeliest reading is kept, and told."""
    try:
        return scrub(untrusted, choices, depth)
    except Refusal as refusal:
        if not refusal.letters:
            raise
        likeliest = replace(choices, letters=refusal.letters[0])
        return scrub(untrusted, likeliest, depth).noting("letters_guessed")


def _by_family(media_type: str, untrusted: bytes, choices: Choices, inner: Callable[[bytes], Clean]) -> Clean:
    def retell(chat: bytes, names: Mapping[str, str]) -> Clean:
        try:
            return scrub_text(chat, choices.letters, names, times=choices.times)
        except Refusal as refusal:
            if not refusal.letters:
                raise
            clean = scrub_text(chat, refusal.letters[0], names, times=choices.times)
            return clean.noting("letters_guessed")

    if media_type == ZIP:
        office_type = office.kind(untrusted)
        if office_type is not None:
            return office.scrub_office(office_type, untrusted, inner)
        return scrub_archive(untrusted, inner, retell)
    if media_type in CLOSED:
        return scrub_other(media_type, untrusted, inner, retell)
    if media_type == "text/plain":
        found = mail_in(untrusted)
        if found is None:
            return scrub_text(untrusted, choices.letters, times=choices.times)
        mails = split_mails(found)
        return (
            scrub_mail(mails[0], inner)
            if len(mails) == 1
            else bundle(mails, lambda each: scrub_mail(each, inner))
        )
    if media_type == CMS:
        return scrub_signed(untrusted, inner)
    if media_type == OLE:
        return scrub_msg(untrusted, inner)
    if is_recording(media_type):
        return scrub_media(media_type, untrusted, choices.disguise)
    if media_type == "application/pdf":
        return pdf.scrub_pdf(untrusted, choices.pdf)
    if media_type == "image/tiff" and (scan := scan_in(untrusted)) is not None:
        return scrub_scan(scan.sizes, scan.page, scan.removed, choices.pdf, lost=scan.lost)
    return scrub_image(media_type, untrusted, lower=choices.lower_resolution)
