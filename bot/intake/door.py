"""The door of the page, without its HTTP: uploads, mailboxes and withdrawals (docs/protocol.md).

What comes through it was sealed on the source's device; nothing here can open it. A codename is never seen:
only what the page derives from it, and that is kept nowhere.
"""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.intake.quota import Full, Quota
from bot.intake.receivers import Receiver, Receivers
from bot.keys import NoValidKey, ReviewersError
from bot.store.errors import DeskClosed, StorageError, UploadError
from bot.store.part_rows import PART
from bot.store.store import Store
from bot.store.uploads import File, Here, Standing
from crypto.errors import CryptoError
from crypto.mailbox import address_of
from crypto.outside import check_sealed

DROP_LABEL = b"silbo/v1 drop"
WORK_LABEL = "silbo/v1 work"
WORK_SECONDS = 2 * 3600
WORK = re.compile("([0-9a-f]{32}):([0-9a-f]{0,32})")
MOST_SPENT = 100_000
QUESTION = 512
BLOCK = 262_144
LISTED = 500
MOST_ITEMS = 9999
MANIFEST_BYTES = 4 << 20
NONCE = re.compile("[0-9a-f]{0,32}")
STATES: Mapping[Standing, str] = {"none": "0", "open": "1", "complete": "2", "exported": "3", "gone": "4"}


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """In bytes: the age files of one drop, and what all unfinished uploads may have room for; and the bits of
    work that an upload costs (0: none).
    """

    drop: int
    unfinished: int
    work_bits: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """Some bytes of a reply (its SHA-256), from a place in it."""

    reply: bytes
    start: int
    data: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Letters:
    """What waits in a mailbox: each reply's SHA-256 and size, and what of it goes into one block."""

    replies: tuple[tuple[bytes, int], ...]
    pieces: tuple[Piece, ...]


def drop_id_of(upload: str) -> str:
    """The id of the drop of an upload (32 hexadecimal digits each)."""
    return hashlib.sha256(DROP_LABEL + bytes.fromhex(upload)).hexdigest()[:32]


def check(untrusted_start: bytes, size: int) -> None:
    """Raises UploadError for what is no sealed file."""
    try:
        check_sealed(untrusted_start, size)
    except CryptoError:
        raise UploadError("shape") from None


class Door:
    """`seed` makes 32 bytes of names with a key that is on no disk, `today` and `clock` (Unix time) tell the
    time. Every method that waits raises UploadError with the code of the answer, and StorageError.
    """

    def __init__(
        self,
        store: Store,
        receivers: Receivers,
        limits: DoorLimits,
        *,
        quota: Quota,
        seed: Callable[..., bytes],
        today: Callable[[], date],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._receivers = receivers
        self.limits = limits
        self._quota = quota
        self._seed = seed
        self.today = today
        self._clock = clock
        self._spent: dict[str, int] = {}  # by what went to the cleaner: in which period

    def challenge(self, before: int = 0) -> str:
        """For what work is done now; `before`: so many periods ago."""
        period = int(self._clock()) // WORK_SECONDS - before
        return self._seed(WORK_LABEL, str(period))[:16].hex()

    def _worked(self, upload: str, nonce: str) -> bool:
        bits = self.limits.work_bits
        for before in (0, 1):
            text = f"{WORK_LABEL}:{self.challenge(before)}:{upload}:{nonce}"
            digest = hashlib.sha256(text.encode()).digest()
            if int.from_bytes(digest, "big") >> (256 - bits) == 0:
                return True
        return False

    def spend(self, untrusted_work: str) -> None:
        """Take the work that was done for one file which this server is to clean: once, `ID:NONCE`. Raises
        UploadError: work, later.
        """
        if not self.limits.work_bits:
            return
        period = int(self._clock()) // WORK_SECONDS
        found = WORK.fullmatch(untrusted_work)
        if found is None or found[1] in self._spent or not self._worked(found[1], found[2]):
            raise UploadError("work")
        if len(self._spent) >= MOST_SPENT:
            self._spent = {work: then for work, then in self._spent.items() if then >= period - 1}
            if len(self._spent) >= MOST_SPENT:
                raise UploadError("later")
        self._spent[found[1]] = period

    async def open(self, upload: str, desk_id: str, size: int, nonce: str) -> None:
        """Make room for an upload of `size` bytes to the desk with this id."""
        drop_id, day = drop_id_of(upload), self.today()
        if await self._store.uploads.here(drop_id) is None and not self._worked(upload, nonce):
            raise UploadError("work")
        if size > self.limits.drop:
            raise UploadError("too_big")
        receiver = await self._receiver(desk_id)
        if receiver is None or receiver.desk.key in await self._store.closed_desks():
            raise UploadError("gone")
        try:
            receiver.reviewers.recipients(day)
            if await self._store.uploads.here(drop_id) is None:
                await self._room(receiver.desk.key, size)
        except NoValidKey:
            raise UploadError("closed") from None
        except Full:
            raise UploadError("full") from None
        except ReviewersError as error:
            raise StorageError(str(error)) from None
        most = self.limits.unfinished
        await self._store.uploads.open(drop_id, receiver.desk.key, size, day, most=most)

    async def _room(self, desk: str, size: int) -> None:
        """Count it. What is refused is not counted, and what is only promised leaves half of the room to
        others: a chat's sources are not kept out by who opens uploads and sends nothing. Raises Full.
        """
        asked = await self._store.uploads.asked()
        promised = sum(asked.values())
        if promised + size > self.limits.unfinished:
            raise Full
        await self._quota.promise(desk, size, promised, asked.get(desk, 0))
        await self._quota.check([desk], size, _never)

    async def take(self, upload: str, item: str, number: int, body: AsyncIterator[bytes]) -> None:
        """Store part `number` of an item."""
        if number * PART >= self.limits.drop:
            raise UploadError("too_big")
        await self._store.uploads.take(drop_id_of(upload), item, number, body)

    async def here(self, upload: str) -> Here:
        """What there is of an upload."""
        found = await self._store.uploads.here(drop_id_of(upload))
        if found is None:
            raise UploadError("unknown")
        return found

    async def commit(self, upload: str, files: Sequence[File], manifest: File, tag: bytes | None) -> None:
        """Make the drop; when this returns it is durable."""
        if manifest.size > MANIFEST_BYTES:
            raise UploadError("too_big")
        try:
            await self._store.uploads.commit(
                drop_id_of(upload), files, manifest, self.today(), withdrawal=tag, check=check
            )
        except DeskClosed:
            raise UploadError("gone") from None

    async def states(self, uploads: Sequence[str]) -> str:
        """A character for each upload."""
        found = await self._store.uploads.standing([drop_id_of(upload) for upload in uploads])
        return "".join(STATES[standing] for standing in found)

    async def withdraw(self, upload: str, tag: bytes) -> str:
        """Delete a drop that no batch has; the state afterwards."""
        drop_id = drop_id_of(upload)
        found = await self._store.uploads.withdrawal(drop_id)
        if found is None or not secrets.compare_digest(found, tag):
            (standing,) = await self._store.uploads.standing([drop_id])
            return STATES["gone"] if standing == "gone" else STATES["none"]
        await self._store.mailboxes.withdraw(drop_id)
        return await self.states([upload])

    async def letters(self, mailbox: bytes, reply: bytes | None, start: int, room: int) -> Letters:
        """What waits in a mailbox, with as many bytes as fit into `room` from a place in a reply on."""
        replies = await self._store.mailboxes.listed(address_of(mailbox))
        pieces: list[Piece] = []
        wanted = [sha256 for sha256, _ in replies]
        if reply is not None:
            wanted = wanted[wanted.index(reply) :] if reply in wanted else []
        for sha256 in wanted:
            found = await self._store.mailboxes.sealed(sha256) if room > 0 else None
            if found is None:
                break
            data = found.ciphertext[start : start + room]
            pieces.append(Piece(sha256, start, data))
            room -= len(data)
            start = 0
        return Letters(replies[:LISTED], tuple(pieces))

    async def read(self, desk_id: str, mailbox: bytes, reply: bytes, token: bytes) -> None:
        """A reply was read, and goes. A wrong token changes nothing, and nobody hears of it."""
        found = await self._store.mailboxes.sealed(reply)
        receiver = await self._receiver(desk_id)
        if found is None or receiver is None or found.address != address_of(mailbox):
            return
        if secrets.compare_digest(hashlib.sha256(token).digest(), found.token):
            await self._store.mailboxes.read(reply, token, self.today(), desk=receiver.desk.key)

    async def _receiver(self, desk_id: str) -> Receiver | None:
        known = {found.hex(): key for key, found in (await self._store.mailboxes.desk_ids()).items()}
        for receiver in self._receivers:
            if known.get(desk_id) == receiver.desk.key and desk_id in known:
                return receiver
        return None


async def _never() -> bool:
    return False
