"""What the server does with a codename: makes one, makes its keys, and looks what it opens at this desk.

Source: docs/protocol.md, "Codename", "Mailboxes", "Replies". A codename is never stored: its root (64 hex
digits) lives in the runtime folder while a source has it open. Making the root takes 0.1 s and 64 MiB, so one
is made at a time, in a thread.
"""

import asyncio
import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.conversation.outcomes import NotACodename, Withdrawable
from bot.intake.receivers import Receiver, Receivers
from bot.keys import ReviewersError
from bot.shown import plain
from bot.store.errors import StorageError
from bot.store.mailboxes import Mailboxes
from bot.tally import Tally
from crypto import codename, codename_digits, wordlist
from crypto.errors import CryptoError, FormatError
from crypto.mailbox import CodenameRoot, Mailbox
from crypto.minisign import PublicKey
from crypto.reply import open_reply

PRACTICE = {"en": "practice", "es": "ensayo", "fr": "pratique"}
"""A word of each list, without accents."""
Stretch = Callable[[], CodenameRoot]
_BEFORE = re.compile(r"/answers(?:@\w+)?\s+(?=\S)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class Sender:
    """What the manifest of one drop says of its codename, and the tag (32 bytes) that stands beside it."""

    desk_id: bytes
    mailbox: bytes
    recipient: str
    withdrawal: bytes
    in_reply_to: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A reply: `sha256` of its file and the token inside, hexadecimal; its number, words and questions; the
    short name of the desk that wrote it, empty where there is one only.
    """

    sha256: str
    token: str
    number: int
    text: str
    questions: tuple[str, ...]
    desk: str = ""

    @property
    def tag(self) -> str:
        """What a button calls it: 32 hex digits."""
        return self.sha256[:32]


@dataclass(frozen=True, slots=True, repr=False)
class Unlocked:
    """The root of a codename (64 hex digits), and the unread replies to it in their order."""

    root: str
    replies: tuple[Opened, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Thread:
    """A codename's root (64 hex digits), and the number of the reply that is answered, at the one desk."""

    root: str
    in_reply_to: int | None = None


class Codenames:
    """A codename is one at all desks, its mailboxes are not. What can't be opened is counted in `tally`.

    A `root` is that of `unlock`. Every method that waits raises StorageError.
    """

    def __init__(self, mailboxes: Mailboxes, receivers: Receivers, tally: Tally) -> None:
        self._mailboxes = mailboxes
        self._receivers = receivers
        self._tally = tally
        self._desk_ids: dict[str, bytes] = {}
        self._one = asyncio.Semaphore(1)

    def new(self, language: str, seed: bytes | None = None) -> str:
        """A new codename as it is shown: words where there is a list in this language, else digits. The same
        for the same `seed` (32 random bytes).
        """
        if language in wordlist.LANGUAGES:
            return codename.generate(language, seed).text()
        return codename_digits.generate(seed).text()

    async def unlock(self, stretch: Stretch) -> Unlocked:
        """What was typed, made into keys, and what waits under them."""
        root = await self._stretched(stretch)
        found = []
        for receiver in self._receivers:
            mailbox = await self._mailbox(root, receiver)
            waiting = await self._mailboxes.waiting(mailbox.address)
            found += [await self._open(receiver, mailbox, each) for each in waiting]
        replies = sorted((reply for reply in found if reply), key=lambda reply: (reply.number, reply.sha256))
        return Unlocked(root.key.hex(), tuple(replies))

    async def sender(self, thread: Thread, receiver: Receiver, drop_id: str) -> Sender:
        """For one drop of a codename at one desk."""
        root = _parsed(thread.root)
        mailbox = await self._mailbox(root, receiver)
        await self._mailboxes.begin_again(mailbox.address)
        recipient = str(mailbox.reply_identity.recipient())
        desk_id, tag = await self._id(receiver), root.withdrawal_tag(drop_id)
        return Sender(desk_id, mailbox.id, recipient, tag, thread.in_reply_to)

    async def new_root(self, text: str, language: str) -> str:
        """That of a codename that `new` has made."""
        return (await self._stretched(_stretch(text, language))).key.hex()

    async def reply(self, root: str, sha256: str) -> Opened | None:
        """A reply that was unlocked; None if it is gone."""
        sealed = await self._mailboxes.sealed(bytes.fromhex(sha256))
        for receiver in self._receivers if sealed is not None else ():
            mailbox = await self._mailbox(_parsed(root), receiver)
            if sealed is not None and sealed.address == mailbox.address:
                return await self._open(receiver, mailbox, bytes.fromhex(sha256))
        return None

    async def destroy(self, root: str, sha256: str, token: str, day: date) -> None:
        """A reply was read, and goes for good. The mark of it is for the desk whose mailbox it lay in,
        whichever the stick was said to be of: an outbox names none, and only the codename tells.
        """
        sealed = await self._mailboxes.sealed(bytes.fromhex(sha256))
        desk = None
        for receiver in self._receivers if sealed is not None and self._receivers.several else ():
            mailbox = await self._mailbox(_parsed(root), receiver)
            if sealed is not None and sealed.address == mailbox.address:
                desk = receiver.desk.key
        await self._mailboxes.read(bytes.fromhex(sha256), bytes.fromhex(token), day, desk=desk)

    async def withdrawable(self, root: str) -> Withdrawable:
        """How many drops of this codename no export has, and how many one has."""
        drops = await self._mailboxes.own_drops(_parsed(root).withdrawal_tag)
        passed_on = sum(drop.exported for drop in drops)
        return Withdrawable(len(drops) - passed_on, passed_on)

    async def withdraw(self, root: str) -> int:
        """Delete those that no export has; return how many."""
        drops = await self._mailboxes.own_drops(_parsed(root).withdrawal_tag)
        return sum([await self._mailboxes.withdraw(drop.id) for drop in drops if not drop.exported])

    async def end(self, root: str, day: date) -> int:
        """The codename's last word: its replies, its mailboxes and what no export has go for good, and
        nothing leads from it to the rest any more; return how many drops were passed on.
        """
        for receiver in self._receivers:
            await self._id(receiver)
        for desk, desk_id in (await self._mailboxes.desk_ids()).items():  # of desks that are gone, too
            mailbox = await asyncio.to_thread(_parsed(root).mailbox, desk_id)
            await self._mailboxes.end(mailbox.address, day, desk=desk)
        await self.withdraw(root)
        passed_on = [drop for ids in (await self.passed_on(root)).values() for drop in ids]
        await self._mailboxes.untag(passed_on)
        return len(passed_on)

    async def owns(self, root: str, drop_id: str) -> bool:
        """Whether a drop was sent under the codename."""
        own = await self._mailboxes.own_drops(_parsed(root).withdrawal_tag)
        return any(drop.id == drop_id for drop in own)

    async def passed_on(self, root: str) -> dict[str, list[str]]:
        """The ids of the others, ascending, by the desk (as the tables have it) that they were for."""
        found: dict[str, list[str]] = {}
        for drop in await self._mailboxes.own_drops(_parsed(root).withdrawal_tag):
            if drop.exported:
                found.setdefault(drop.desk, []).append(drop.id)
        return found

    async def _stretched(self, stretch: Stretch) -> CodenameRoot:
        async with self._one:
            return await asyncio.to_thread(stretch)

    async def _mailbox(self, root: CodenameRoot, receiver: Receiver) -> Mailbox:
        return await asyncio.to_thread(root.mailbox, await self._id(receiver))

    async def _open(self, receiver: Receiver, mailbox: Mailbox, sha256: bytes) -> Opened | None:
        """In a thread: a reply can have 60,000 characters, and the lists of keys are files."""
        sealed = await self._mailboxes.sealed(sha256)
        if sealed is None:
            return None
        try:
            reply = await asyncio.to_thread(lambda: open_reply(sealed.ciphertext, mailbox, _roots(receiver)))
            if reply.token_digest != sealed.token:
                raise FormatError("The reply is not what its outbox said of it.")
        except CryptoError as error:
            self._tally.count("reply", error)
            return None
        questions = tuple(plain(question.text) for question in reply.questions)
        desk = receiver.desk.short if self._receivers.several else ""
        return Opened(sha256.hex(), reply.token.hex(), reply.number, plain(reply.text), questions, desk)

    async def _id(self, receiver: Receiver) -> bytes:
        key = receiver.desk.key
        if key not in self._desk_ids:
            self._desk_ids[key] = await self._mailboxes.desk_id(key)
        return self._desk_ids[key]


def _roots(receiver: Receiver) -> Set[PublicKey]:
    try:
        return {reviewer.keys.root for reviewer in receiver.reviewers.pinned()}
    except ReviewersError as error:
        raise StorageError(str(error)) from None


def stretching(untrusted_text: str, language: str) -> Stretch | NotACodename:
    """What makes the root of a codename that was typed, or what is wrong with it. A command before it is none
    of its words.
    """
    try:
        return _stretch(_BEFORE.sub("", untrusted_text), language)
    except FormatError as error:
        return _wrong(error)


def practice(language: str) -> str:
    """The codename of every trial in this language: no real one, for nobody draws one word seven times."""
    if language in PRACTICE:
        return " ".join([PRACTICE[language]] * codename.WORDS)
    return codename_digits.DigitCodename("0" * codename_digits.DIGITS).text()


def is_practice(untrusted_text: str) -> bool:
    """Whether it is that of a trial, in any language."""
    text = wordlist.fold(_BEFORE.sub("", untrusted_text[: codename.MAX_TYPED]))
    if re.fullmatch(rf"(?:\W*0){{{codename_digits.DIGITS}}}\W*", text):
        return True
    return any(re.fullmatch(rf"\W*(?:{word}\W+){{6}}{word}\W*", text) for word in PRACTICE.values())


def names_answers(untrusted_text: str) -> bool:
    """Whether somebody wrote the command and the codename in one message."""
    return _BEFORE.match(untrusted_text) is not None


def seems_codename(untrusted_text: str, language: str) -> bool:
    """Whether words that nobody asked for are a codename: seven whole words of one list, or digits that are
    right. Reads the lists: for a thread.
    """
    try:
        if codename_digits.parse(untrusted_text) is not None:
            return len(untrusted_text) <= codename_digits.MAX_TYPED
    except FormatError:
        return False
    return codename.spelled(untrusted_text, language) is not None


def _stretch(untrusted_text: str, language: str) -> Stretch:
    digits = codename_digits.parse(untrusted_text)
    if digits is not None:
        return partial(codename_digits.root, digits)
    return partial(codename.root, codename.parse(untrusted_text, language))


def _parsed(root: str) -> CodenameRoot:
    return CodenameRoot(bytes.fromhex(root))


def _wrong(error: FormatError) -> NotACodename:
    """What to say of words that are no codename: the place of the wrong one and its neighbours, no other."""
    match error:
        case codename.WrongCount(count=0) | codename_digits.WrongCount(count=0):
            return NotACodename("empty")
        case codename.WrongCount():
            return NotACodename("words_count", error.count)
        case codename_digits.WrongCount():
            return NotACodename("digits_count", error.count)
        case codename_digits.WrongCheck():
            return NotACodename("digits_check")
        case codename.UnknownWords():
            first = error.wrong[0]
            why = "word_near" if first.neighbours else "word_unknown"
            return NotACodename(why, first.position, first.neighbours)
        case _:
            return NotACodename("empty")
