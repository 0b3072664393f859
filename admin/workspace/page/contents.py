"""What of a drop's files a page can show: words, pictures, sound and video, up to a bound; the rest is told.

Clean files are of few kinds (`codes.kinds.CLEAN`). Pictures, sound and video go to the browser as they are,
which decodes them in walls of its own; pages of PDFs and words of documents come out of scrub's confined
child. What nobody has cleaned is not opened: it is shown where the reviewer has asked that a copy is cleaned
here, in the confined child, and then it is the copy that is shown.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from admin.case import codes
from admin.case.opening import Case, Entry, content_of
from admin.errors import AdminError, sentence
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.words import tr, trn
from admin.workspace.second_file import FileReader
from crypto.errors import CryptoError
from crypto.item import Item
from scrub.report import Clean, Refused

LARGEST = 32 << 20
IN_ALL = 64 << 20
"""So many bytes of one file, and of all, are put into a page; they take a third more there."""

MOST_WORDS = 100_000
WORDS_IN_ALL = 2_000_000
"""So many letters of the words of one file, and of all."""

PICTURES = frozenset({"image/jpeg", "image/png"})
_PLAYED = frozenset({"audio/ogg", "video/mp4"})
_PDF = "application/pdf"
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"

Cleaner = Callable[[bytes], Clean | Refused]


@dataclass(frozen=True, slots=True, repr=False)
class Contents:
    """Of one item: what can be seen, heard and read of it, each with its media type; what a person is told
    instead; and, where a copy was cleaned here, which.
    """

    pictures: tuple[tuple[str, bytes], ...] = ()
    played: tuple[str, bytes] | None = None
    words: str | None = None
    told: tuple[str, ...] = ()
    cleaned: Clean | None = None


NOTHING = Contents()


def is_unclean(item: Item, *, parcel: bool) -> bool:
    """Whether nobody but the source has a say about this file: it is not opened as it is."""
    return item.kind != "text" and (item.cleaning != "clean" or parcel)


@dataclass(slots=True, repr=False)
class Showing:
    """One page's files. `cleaner` is None where no copy is to be made."""

    home: Home
    ring: KeyRing
    reader: FileReader
    cleaner: Cleaner | None
    left: int = IN_ALL
    words_left: int = WORDS_IN_ALL

    def of(self, case: Case, entry: Entry) -> Contents:
        """What the page shows of a verified file."""
        item = entry.item
        if item is None or item.kind == "text" or item.cleaning == "sealed":
            return NOTHING
        unclean = is_unclean(item, parcel=case.sealed_by_source)
        if unclean and self.cleaner is None:
            return NOTHING
        if item.size > LARGEST or (self.left <= 0 and not unclean):
            return Contents(told=(_too_large(),))
        try:
            content = self._content(case, entry)
        except (AdminError, CryptoError, OSError) as error:
            return Contents(told=(sentence(error),))
        if not unclean or self.cleaner is None:
            return self._shown(item.media_type, content)
        copy = self.cleaner(content)
        if isinstance(copy, Refused):
            (why,) = codes.in_words([copy.reason], codes.REFUSED)
            return Contents(told=(tr("No clean copy could be made here: {why}.", why=why),))
        shown = self._shown(copy.media_type, copy.content)
        return Contents(shown.pictures, shown.played, shown.words, shown.told, copy)

    def _shown(self, media_type: str, content: bytes) -> Contents:
        if media_type in PICTURES | _PLAYED:
            if len(content) > min(self.left, LARGEST):
                return Contents(told=(_too_large(),))
            self.left -= len(content)
            one = (media_type, content)
            return Contents(pictures=(one,)) if media_type in PICTURES else Contents(played=one)
        told: list[str] = []
        pictures = self._pages(content, told) if media_type == _PDF else ()
        words = self._words(media_type, content, told)
        if not pictures and not words and not told:
            told.append(tr("A page can't show this kind of file."))
        return Contents(pictures=pictures, words=words, told=tuple(told))

    def _pages(self, content: bytes, told: list[str]) -> tuple[tuple[str, bytes], ...]:
        found = self.reader.pages(content)
        if found is None or not found[0]:
            told.append(tr("Its pages could not be taken out."))
            return ()
        total, pages = found
        pictures = shown(pages, self.left)
        self.left -= sum(len(page) for _, page in pictures)
        if len(pictures) < total:
            told.append(
                trn("Shown: {shown} of {n} page.", "Shown: {shown} of {n} pages.", total, shown=len(pictures))
            )
        return tuple(pictures)

    def _words(self, media_type: str, content: bytes, told: list[str]) -> str | None:
        if media_type not in self.reader.readable:
            return None
        words = self.reader.words(media_type, content)
        if words is None:
            told.append(tr("Its words could not be taken out."))
            return None
        most = min(MOST_WORDS, self.words_left)
        if len(words) > most:
            told.append(tr("It has more words than are shown here."))
        self.words_left -= min(len(words), most)
        if media_type != _PDF and not media_type.startswith("text/") and words.strip():
            told.append(tr("Its words alone, as they could be taken out; 'extract' writes the file."))
        return words[:most].strip("\n") or None

    def _content(self, case: Case, entry: Entry) -> bytes:
        content = io.BytesIO()
        content_of(case, entry, content, self.ring, self.home)
        return content.getvalue()


_MAGIC = {"image/jpeg": _JPEG, "image/png": _PNG}


def shown(pages: Sequence[bytes], room: int) -> list[tuple[str, bytes]]:
    """The first of these pictures of pages, each with its media type, as many as there is room for."""
    pictures: list[tuple[str, bytes]] = []
    for page in pages:
        kind = next((kind for kind, begins in _MAGIC.items() if page.startswith(begins)), None)
        if kind is None or len(page) > room:
            break
        room -= len(page)
        pictures.append((kind, page))
    return pictures


def _too_large() -> str:
    return tr("Too large for a page: 'extract' writes it to a file.")
