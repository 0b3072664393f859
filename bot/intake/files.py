"""What becomes of one file: cleaned and sealed, or sealed as it came, to wait for the source's consent.

Plaintext lives here for one item at most. What the scrubber knows goes through the scrub child whole;
anything else streams through the sealing, a chunk at a time.
"""

import hashlib
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.channels.events import FILE_BYTES, DownloadError, TooBig, Upload
from bot.conversation.outcomes import (
    Expired,
    Refused,
    StoredDisguised,
    StoredFile,
    StoredPart,
    StoredReadings,
    StoredWaiting,
)
from bot.conversation.sights import UNSEARCHED, Sight
from bot.intake.receivers import Chosen
from bot.intake.sealing import Facts, Place, Sealer
from bot.tally import FILES, Tally
from codes.kinds import READ
from codes.reasons import REASONS, told
from crypto.errors import CryptoError
from crypto.item import SEALED_TYPE
from crypto.source_parcel import PART_START, check_shape
from scrub.coverable import may_cover
from scrub.marks.found import Found
from scrub.report import Choices, Clean
from scrub.report import Refused as NoCopy
from scrub.retype.document import RETYPED
from scrub.scrubber import Scrubber
from scrub.sniff import SNIFF_BYTES, sniff
from scrub.sniff.ole import old_kind

PIECE = 256 * 1024

UNKNOWN_TYPE = ("application/octet-stream", "bin")
MEDIA_TYPES = {
    "voice": ("audio/ogg", "ogg"),
    "video": ("video/mp4", "mp4"),
    "video_note": ("video/mp4", "mp4"),
    "animation": ("video/mp4", "mp4"),
}
"""What Telegram makes of these kinds. A document's name is not looked at, only its bytes are (`_type_of`)."""


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """A disguised voice, or a way to read a text, for the one person who has to say whether it is right."""

    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """The SHA-256 of the content in hexadecimal, by which one made again is known to be the same."""
        return hashlib.sha256(self.content).hexdigest()


FileEnd = StoredFile | StoredDisguised | StoredReadings | StoredWaiting | StoredPart | Refused | Expired


class Files:
    """`beside` gives the ids of more than one copy of a text; `encloses` says whether anybody may open an
    original at these desks. What was refused is counted in `tally`.
    """

    def __init__(
        self,
        scrubber: Scrubber,
        sealer: Sealer,
        *,
        beside: Callable[[str], str],
        tally: Tally,
        encloses: Callable[[Chosen], bool],
    ) -> None:
        self._scrubber = scrubber
        self._sealer = sealer
        self._beside = beside
        self._tally = tally
        self._encloses = encloses

    async def take(
        self,
        place: Place,
        upload: Upload,
        choices: Choices,
        *,
        original: bool,
        strict: bool = False,
        rework: str = "",
    ) -> tuple[FileEnd, tuple[Preview, ...]]:
        """Store a file, and return the preview of a disguised voice, or those of a doubtful text. Where it is
        `strict`, anything but a disguised voice is refused; with `rework`, what can't become such a copy.

        Raises DownloadError, TooBig, and what `Sealer.item` raises.
        """
        async with aclosing(_capped(upload)) as chunks:
            head = b""
            async for chunk in chunks:
                head += chunk
                if len(head) >= SNIFF_BYTES:
                    break
            if not head:
                return Refused("empty_file"), ()
            if head.startswith(PART_START):
                return await self._part(place, head + b"".join([chunk async for chunk in chunks])), ()
            if sniff(head) is None and upload.size is not None and not (strict or rework):
                content = _chain(head, chunks)
                return await self._as_it_is(
                    place, upload.kind, "unsupported", upload.size, content, seen=head
                ), ()
            data = head + b"".join([chunk async for chunk in chunks])
        self._tally.count(FILES)
        result, found = await self._copy(data, choices, rework)
        if strict and not (isinstance(result, Clean) and "disguised" in result.notes):
            return Refused("no_disguise"), ()
        if isinstance(result, Clean):
            return await self._clean(place, upload, data, result, found, original=original, rework=rework)
        if rework in ("plain", "words"):
            return Refused("download"), ()
        if rework:
            return Refused("no_retype") if rework == "retype" else Refused("no_cover"), ()
        if copies := await self._readings(data, choices, result.letters):
            return await self._asked(place, data, copies, original=original)
        reason = REASONS[result.reason]
        if reason.may_go or (reason.takes_time and _takes_time(head)):
            return await self._as_it_is(
                place, upload.kind, result.reason, len(data), pieces(data), seen=data
            ), ()
        self._tally.count(reason.counted)
        return Refused(told(result.reason)), ()

    async def _copy(self, data: bytes, choices: Choices, rework: str) -> tuple[Clean | NoCopy, Found]:
        """The clean copy of a file, and what in it may tell whose it is."""
        if rework == "retype":
            edition = await self._scrubber.retype(data, choices)
            if not isinstance(edition, Clean):
                return edition, Found()
            return edition, await self._scrubber.marks(edition, edition.content)
        read = rework in ("words", "cover_words")
        if rework not in ("cover", "cover_words"):
            clean, found = await self._scrubber.searched(data, choices)
            return clean, await self._scrubber.read(clean, found) if read and isinstance(
                clean, Clean
            ) else found
        clean = await self._scrubber.scrub(data, choices)
        covered = await self._scrubber.cover(clean, data, read=read) if isinstance(clean, Clean) else None
        return covered or (NoCopy("unsupported"), Found())

    async def _part(self, place: Place, untrusted: bytes) -> StoredPart | Refused:
        """Put a part of a source's parcel away as it came: nobody here can open it."""
        try:
            label = check_shape(io.BytesIO(untrusted))
        except CryptoError:
            self._tally.count(REASONS["part_broken"].counted)
            return Refused("part_broken")
        facts = Facts("file", *SEALED_TYPE, "sealed")
        size = await self._sealer.item(place, facts, len(untrusted), pieces(untrusted))
        return StoredPart(place.item_id, size, label.id, label.number)

    async def _readings(self, data: bytes, choices: Choices, letters: tuple[str, ...]) -> list[Clean]:
        """A clean copy for each way to read a text; none twice, and none where only one says something."""
        copies: dict[bytes, Clean] = {}
        for page in letters:
            copy = await self._scrubber.scrub(data, replace(choices, letters=page))
            if isinstance(copy, Clean):
                copies.setdefault(copy.content, copy)
        return list(copies.values())

    async def _asked(
        self, place: Place, data: bytes, copies: list[Clean], *, original: bool
    ) -> tuple[StoredReadings, tuple[Preview, ...]]:
        """Seal each copy of a doubtful text; they wait until the source has said which one stays."""
        ids = [
            place.item_id,
            *(self._beside(f"{place.item_id}/{number}") for number in range(1, len(copies))),
        ]
        size = 0
        for item_id, copy in zip(ids, copies, strict=True):
            here = replace(place, item_id=item_id, waiting=True)
            size += await self._seal(here, data, copy, original=original)
        stored = StoredReadings(
            tuple(ids),
            size,
            tuple(dict.fromkeys(code for copy in copies for code in copy.removed)),
            tuple(dict.fromkeys(code for copy in copies for code in copy.notes)),
            tuple(hashlib.sha256(copy.content).hexdigest() for copy in copies),
            original=original and self._encloses(place.desks),
        )
        return stored, tuple(Preview(copy.content, copy.media_type) for copy in copies)

    async def _seal(self, place: Place, data: bytes, clean: Clean, *, original: bool) -> int:
        """The clean copy, and the original behind it if that was asked for; the bytes of both, sealed."""
        facts = Facts("file", clean.media_type, clean.extension, "clean", clean.removed, clean.notes)
        size = await self._sealer.item(place, facts, len(clean.content), pieces(clean.content))
        if original and self._encloses(place.desks):
            facts = Facts("file", sniff(data[:SNIFF_BYTES]) or UNKNOWN_TYPE[0], UNKNOWN_TYPE[1], "original")
            size += await self._sealer.item(place, facts, len(data), pieces(data))
        return size

    async def _clean(
        self,
        place: Place,
        upload: Upload,
        data: bytes,
        clean: Clean,
        found: Found,
        *,
        original: bool,
        rework: str,
    ) -> tuple[StoredFile | StoredDisguised, tuple[Preview, ...]]:
        """Seal the clean copy, and the original behind it if that was asked for."""
        disguised = "disguised" in clean.notes
        place = replace(place, waiting=disguised)
        size = await self._seal(place, data, clean, original=original)
        enclosed = original and self._encloses(place.desks)
        if disguised:
            preview = Preview(clean.content, clean.media_type)
            return (
                StoredDisguised(
                    place.item_id, size, clean.removed, clean.notes, preview.digest, original=enclosed
                ),
                (preview,),
            )
        pictures = tuple(Preview(each, "image/png") for each in (found.picture,) if each)
        stored = StoredFile(
            place.item_id,
            size,
            clean.removed,
            clean.notes,
            upload.group,
            enclosed,
            tuple(_sights(found)),
            pictures[0].digest if pictures else "",
            rework=rework,
            reworks=_reworks(found, clean, rework, reads=self._scrubber.reads_pictures),
        )
        return stored, pictures

    async def _as_it_is(
        self, place: Place, kind: str, reason: str, size: int, content: AsyncIterator[bytes], *, seen: bytes
    ) -> StoredWaiting:
        """Seal a file that can't be cleaned, of which so much was `seen`; the source is asked first."""
        facts = Facts("file", *(MEDIA_TYPES.get(kind) or _type_of(seen)), "uncleaned")
        waiting = replace(place, waiting=True)
        return StoredWaiting(
            place.item_id, await self._sealer.item(waiting, facts, size, content), kind, reason
        )

    async def previews(self, upload: Upload, choices: Choices, rework: str = "") -> tuple[Preview, ...]:
        """Make the previews of a stored item again, after a crash; none if that can't be done."""
        try:
            async with aclosing(_capped(upload)) as chunks:
                data = b"".join([chunk async for chunk in chunks])
        except (DownloadError, TooBig):
            return ()
        result, found = await self._copy(data, choices, rework)
        whole = [result] if isinstance(result, Clean) else []
        copies = whole or await self._readings(data, choices, getattr(result, "letters", ()))
        pictures = [Preview(each, "image/png") for each in (found.picture,) if each]
        return (*(Preview(copy.content, copy.media_type) for copy in copies), *pictures)


def _sights(found: Found) -> Iterator[Sight]:
    """The marks without their words, each kind and place once, that of the picture first."""
    marks = sorted(found.marks, key=lambda mark: mark != found.shown)
    seen = dict.fromkeys((mark.kind, mark.part, mark.page, mark.line, mark.height) for mark in marks)
    yield from (Sight(*each) for each in seen)
    if not found.complete:
        yield Sight(UNSEARCHED)


def _reworks(found: Found, clean: Clean, rework: str, *, reads: bool) -> tuple[str, ...]:
    """What else can be made of a copy in which something may tell whose it is; the way back, of what was.
    `reads`: whether words in pictures can be read.
    """
    words = bool(found.marks) and clean.media_type in RETYPED
    if rework in ("retype", "cover", "cover_words"):
        return (*(("retype",) if words and rework != "retype" else ()), "plain")
    covers = any(may_cover(clean.media_type, mark) for mark in found.marks)
    cover = "cover_words" if rework == "words" else "cover"
    offered = {cover: covers, "retype": words, "words": reads and found.unread}
    return tuple(how for how, can in offered.items() if can)


async def _capped(upload: Upload) -> AsyncGenerator[bytes, None]:
    """Yield the upload's bytes; raise TooBig past the cap, whatever the channel declared."""
    if upload.size is not None and upload.size > FILE_BYTES:
        raise TooBig
    arrived = 0
    async with aclosing(upload.read()) as chunks:
        async for chunk in chunks:
            arrived += len(chunk)
            if arrived > FILE_BYTES:
                raise TooBig
            yield chunk


def _type_of(untrusted: bytes) -> tuple[str, str]:
    """The type and ending under which reviewers know a file: what it is, so far as its bytes say it."""
    old = old_kind(untrusted)
    media_type = next((each for each, ending in READ.items() if ending == old), None)
    media_type = media_type or sniff(untrusted[:SNIFF_BYTES])
    return (media_type, READ[media_type]) if media_type in READ else UNKNOWN_TYPE


def _takes_time(head: bytes) -> bool:
    """Sound and video; a picture beyond the limits is a bomb, not a long one."""
    return (sniff(head) or "").startswith(("audio/", "video/"))


async def _chain(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in rest:
        yield chunk


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]
