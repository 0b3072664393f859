"""The runtime folder: what links a chat to a draft, in memory only ("State" in the design).

It must lie on tmpfs, so that a power-off ends every link. Its key is made here, lives here and is never
shown; whatever a chat or an update is called by a messenger passes through `tag` before it is used as a name.
"""

import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Literal

from bot.files import whole

Drawer = Literal["sessions", "deletions"]
"""What is kept of a chat: its session, and the messages that are still to be deleted there."""
DRAWERS: tuple[Drawer, ...] = ("sessions", "deletions")

TAG = re.compile(r"[0-9a-f]{32}", re.ASCII)
KEY_LENGTH = 32
POLL_STEP = 300
"""Seconds to which the time of the last poll is rounded down."""


class RuntimeFolderError(Exception):
    """The runtime folder cannot be used; one sentence for the operator."""


class RuntimeFolder:
    """The key and the files of chats. Built by `open`; its methods are quick (tmpfs) and synchronous.

    Where several bots share the chats, `bot.sessions` takes the place of what is about drawers, turns and
    duties: here every chat is ours. Those methods raise OSError.
    """

    __slots__ = ("_key", "_path")
    is_shared = False
    """Whether other bots have a part in it."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key

    def __repr__(self) -> str:
        return "RuntimeFolder()"

    @classmethod
    def open(cls, path: Path, of: str = "") -> "RuntimeFolder":
        """Create the folder (0700) and its key (0600), or take up what a run before a crash has left there.
        `of` is whose it is, the number of a bot: where it was another's before, nothing of the one is found
        by the other.

        Raises `RuntimeFolderError` if it is not a folder of this user's, or its key is not ours.
        """
        try:
            for folder in (path, *(path / drawer for drawer in DRAWERS)):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _make_private(folder)
            _create_key(path / "key")
            key = (path / "key").read_bytes()
            mine = not of or _is_owner(path, of)
        except OSError:
            raise RuntimeFolderError("The runtime folder cannot be created or written.") from None
        if len(key) != KEY_LENGTH:
            raise RuntimeFolderError(
                "The key in the runtime folder is damaged; stop Silbo and empty the folder."
            )
        return cls(path, key if mine else hmac.digest(key, of.encode(), sha256))

    def is_memory(self) -> bool:
        """Whether the folder lies on tmpfs or ramfs: nothing of it reaches a disk, unless as swap."""
        device = self._path.stat().st_dev
        wanted = f"{os.major(device)}:{os.minor(device)}"
        with (
            suppress(OSError),
            open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as table,
        ):
            for line in table:  # "36 35 0:31 / /run rw,nosuid - tmpfs tmpfs rw"; see proc(5)
                before, _, after = line.partition(" - ")
                if before.split()[2] == wanted:
                    return after.split()[0] in ("tmpfs", "ramfs")
        return False

    def note_poll(self, now: float) -> None:
        """Remember that the messenger has just answered (Unix time), for `silbo doctor`.

        It tells of the bot: a poll ends every minute, whether somebody writes or not. Rounded, because it
        ends at once when somebody does; in memory, like all that is here.
        """
        step = now // POLL_STEP * POLL_STEP
        if self.polled() != step:
            flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            handle = os.open(self._path / "polled", flags, 0o600)
            try:
                os.utime(handle, (step, step))
            finally:
                os.close(handle)

    def note_told(self, counts: Mapping[str, int]) -> None:
        """Remember what the log was told for the last day (numbers in steps), for `silbo status`."""
        with whole(self._path / "told") as file:
            file.write(json.dumps(counts).encode())

    def told(self) -> dict[str, int]:
        """What was told last; nothing if nothing was, or it can't be read."""
        try:
            found = json.loads((self._path / "told").read_bytes())
        except (OSError, ValueError):
            return {}
        return {str(kind): int(count) for kind, count in found.items()} if isinstance(found, dict) else {}

    def polled(self) -> float | None:
        """Within which step the messenger last answered (its beginning); None if it never has."""
        try:
            return (self._path / "polled").stat().st_mtime
        except OSError:
            return None

    def tag(self, label: str, *parts: str) -> str:
        """A name for `parts`: 32 hexadecimal digits that cannot be traced back without the key, the first 16
        bytes of `seed`.
        """
        return self.seed(label, *parts)[:16].hex()

    def seed(self, label: str, *parts: str) -> bytes:
        """32 bytes that nobody can know without the key, and that are the same when the same comes again.

        HMAC-SHA256 over each of (label, *parts) as a length (8 bytes, big-endian) and UTF-8.
        """
        message = bytearray()
        for part in (label, *parts):
            encoded = part.encode("utf-8", "surrogatepass")
            message += len(encoded).to_bytes(8, "big") + encoded
        return hmac.digest(self._key, message, sha256)

    def load(self, tag: str, drawer: Drawer = "sessions") -> bytes | None:
        """What was last saved under `tag`; None if there is nothing."""
        try:
            return self._file(tag, drawer).read_bytes()
        except FileNotFoundError:
            return None

    def save(self, tag: str, data: bytes, drawer: Drawer = "sessions") -> None:
        """Replace what is under `tag`, whole or not at all. No fsync: it must not outlive the power."""
        with whole(self._file(tag, drawer), durable=False) as file:
            file.write(data)

    def delete(self, tag: str, drawer: Drawer = "sessions") -> None:
        """Forget what is under `tag`, if there is anything."""
        self._file(tag, drawer).unlink(missing_ok=True)

    def change(self, tag: str, work: Callable[[bytes | None], bytes | None], drawer: Drawer) -> None:
        """Replace what is under `tag` by what `work` makes of it, None being nothing; `work` may be called
        again.
        """
        before = self.load(tag, drawer)
        after = work(before)
        if after is not None:
            self.save(tag, after, drawer)
        elif before is not None:
            self.delete(tag, drawer)

    async def take_turn(self, tag: str) -> None:
        """Wait until no other bot answers the chat of this tag. Nothing is saved of a session without it."""

    def end_turn(self, tag: str) -> None:
        """Let others have it."""

    def guard(self) -> Callable[[], None] | None:
        """What a transaction asks once it may write, of the turn that whoever calls this has: it raises
        OSError where that is another bot's by then. None: there is nothing to ask.
        """
        return None

    def take_duty(self, name: str) -> bool:
        """Whether a duty (deletions in a chat, by its tag) is this bot's, or nobody's who lives; then it is
        ours.
        """
        return True

    def keep_duty(self, name: str) -> None:
        """Make a duty ours, whoever has it."""

    def hourly(self, name: str) -> bool:
        """Whether what is done once an hour falls to this bot."""
        return True

    def keeps_in(self, store: str) -> bool:
        """Whether all who share the chats keep drops in the store of this name."""
        return True

    def place(self) -> int:
        """Which memory it is, among those who share their chats."""
        return 0

    def take_place(self, place: int) -> bool:
        """Call it so from now on, if others who share it do."""
        return True

    def forget_place(self) -> None:
        """It was another one, perhaps: let those who had it say which."""

    def tags(self, drawer: Drawer) -> list[str]:
        """Under which tags something is."""
        return sorted(name for name in os.listdir(self._path / drawer) if TAG.fullmatch(name))

    def expire(self, older_than_seconds: float, now: float) -> int:
        """Delete what was saved over `older_than_seconds` before `now` (Unix time); return how many."""
        gone = 0
        for drawer in DRAWERS:
            for entry in list(os.scandir(self._path / drawer)):
                with suppress(FileNotFoundError):
                    if now - entry.stat(follow_symlinks=False).st_mtime > older_than_seconds:
                        os.unlink(entry.path)
                        gone += 1
        return gone

    def _file(self, tag: str, drawer: Drawer) -> Path:
        if not TAG.fullmatch(tag):
            raise ValueError("a session is named by a tag")
        return self._path / drawer / tag


def _make_private(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise RuntimeFolderError("The runtime folder must be a folder of the user that runs Silbo.")
    folder.chmod(0o700)


def _create_key(path: Path) -> None:
    """Make the key file unless there is one; whole at any instant, also when two processes start at once."""
    if path.exists():
        return
    with suppress(FileExistsError), whole(path, over=False, durable=False) as file:
        file.write(secrets.token_bytes(KEY_LENGTH))


def owner_of(path: Path, otherwise: str | None = None) -> str | None:
    """The number of the bot whose folder it is; `otherwise` where none has it yet. Raises nothing."""
    try:
        return (path / "owner").read_text("ascii", "replace")
    except OSError:
        return otherwise


def _is_owner(path: Path, of: str) -> bool:
    """Whether the folder is this bot's. The first who comes has it."""
    with suppress(FileExistsError), whole(path / "owner", over=False, durable=False) as file:
        file.write(of.encode())
    return owner_of(path) == of
