"""Real keys, real sticks and the real command line: nothing here stands in for the product."""

from __future__ import annotations

import hashlib
import os
import pty
import secrets
import select
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from admin.cli import main
from crypto.age import Recipient, parse_recipient
from crypto.batch import Batch, BatchDrop, batch_bytes
from crypto.drop import MANIFEST_AGE, STAMP_FILE, drop_chunks, item_name, stamp_of
from crypto.drop_list import list_bytes, make_batch
from crypto.item import ANSWER, seal_item
from crypto.keylist import parse_keylist, period_for
from crypto.mailbox import Mailbox
from crypto.manifest import Manifest, ManifestItem, seal_manifest
from crypto.minisign import SigningKey
from crypto.slots import Slots

TODAY = date(2026, 11, 18)
PASSPHRASE = "six plain words for the tests"
WORK_FACTOR = 4
SILBO_ADMIN = [sys.executable, "-m", "admin"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


@dataclass(slots=True)
class Reviewer:
    """One offline machine: a home folder, a clock, and the command line."""

    home: Path
    capture: pytest.CaptureFixture[str]
    today: date = TODAY

    def run(self, *arguments: str | Path, passphrase: str | bytes | None = None) -> Outcome:
        """Runs `silbo-admin` in this process, the passphrase on a pipe."""
        words = ["--home", str(self.home), *map(str, arguments)]
        handle = None
        if passphrase is not None:
            handle = pipe_with(passphrase)
            words += ["--passphrase-fd", str(handle)]
        self.capture.readouterr()
        try:
            status = main(words, today=lambda: self.today, work_factor=WORK_FACTOR)
        finally:
            if handle is not None:
                os.close(handle)
        printed = self.capture.readouterr()
        return Outcome(status, printed.out, printed.err)

    def keygen(self, *arguments: str) -> Outcome:
        done = self.run("keygen", *(arguments or ("--weeks", "3")), passphrase=PASSPHRASE)
        assert done.status == 0, done.err
        return done

    def recipients(self) -> list[Recipient]:
        """What the server would encrypt to on this day."""
        folder = max((self.home / "keys").glob("list-*"))
        signature = (folder / "keys.json.minisig").read_text()
        keys = parse_keylist((folder / "keys.json").read_bytes(), signature, None)
        period = period_for(keys, self.today)
        assert period is not None
        return [parse_recipient(period.recipient)]

    def show(self, drop: str) -> Outcome:
        return self.run("show", drop, passphrase=PASSPHRASE)


def pipe_with(passphrase: str | bytes) -> int:
    """A descriptor that gives the passphrase and ends."""
    read, write = os.pipe()
    os.write(write, (passphrase if isinstance(passphrase, bytes) else passphrase.encode()) + b"\n")
    os.close(write)
    return read


def run_apart(
    home: Path, *arguments: str | Path, passphrase: str | None = None, prefix: list[str] | None = None
) -> Outcome:
    """Runs `silbo-admin` in a process of its own, with the real clock and the real scrypt."""
    words = [*(prefix or []), *SILBO_ADMIN, "--home", str(home), *map(str, arguments)]
    handle = None if passphrase is None else pipe_with(passphrase)
    if handle is not None:
        words += ["--passphrase-fd", str(handle)]
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            pass_fds=() if handle is None else (handle,),
            check=False,
        )
    finally:
        if handle is not None:
            os.close(handle)
    return Outcome(done.returncode, done.stdout, done.stderr)


class Typist:
    """A person at a terminal of 80x24: types lines when the program asks, and keeps what the screen got."""

    def __init__(
        self,
        words: list[str],
        today: date = TODAY,
        encoding: str = "utf-8",
        pager: str = "cat",
        first: str = "",
    ) -> None:
        """`first` is Python that runs before the program."""
        self.screen = ""
        start = first + "import sys; from datetime import date; from admin.cli import main; sys.exit(main("
        start += f"today=lambda: date.fromisoformat('{today}'), work_factor={WORK_FACTOR}))"
        pid, self._terminal = pty.fork()
        if pid == 0:
            os.environ |= {"TERM": "xterm", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": encoding, "PAGER": pager}
            os.environ.pop("NO_COLOR", None)
            os.execv(sys.executable, [sys.executable, "-c", start, *words])
        self._pid = pid

    def type_after(self, prompt: str, line: str | bytes) -> None:
        self._read_until(prompt)
        self._seen = len(self.screen)
        os.write(self._terminal, (line if isinstance(line, bytes) else line.encode()) + b"\n")

    def finish(self) -> int:
        self._read_until(None)
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    _seen = 0

    def _read_until(self, prompt: str | None) -> None:
        while prompt is None or prompt not in self.screen[self._seen :]:
            ready, _, _ = select.select([self._terminal], [], [], 240)
            assert ready, self.screen
            try:
                data = os.read(self._terminal, 65536)
            except OSError:  # the program has closed the terminal
                data = b""
            if not data:
                assert prompt is None, self.screen
                return
            self.screen += data.decode("utf-8", "replace")


def text_item(text: str, *, answers: str = "") -> Callable[[Sequence[Recipient], date], bytes]:
    """An item with a testimony, or with the answer to a question of this id."""

    def seal(recipients: Sequence[Recipient], day: date) -> bytes:
        return seal_item(
            Slots(recipients),
            text.encode(),
            extension="txt",
            kind="text",
            media_type="text/plain",
            day=day,
            cleaning="text",
            notes=[ANSWER + answers] if answers else [],
        )

    return seal


def file_item(
    content: bytes,
    media_type: str = "image/jpeg",
    *,
    cleaned: bool = True,
    removed: Sequence[str] = (),
    notes: Sequence[str] = (),
    extension: str = "jpg",
) -> Callable[[Sequence[Recipient], date], bytes]:
    """An item with a file."""

    def seal(recipients: Sequence[Recipient], day: date) -> bytes:
        return seal_item(
            Slots(recipients),
            content,
            extension=extension,
            kind="file",
            media_type=media_type,
            day=day,
            cleaning="clean" if cleaned else "uncleaned",
            removed=removed,
            notes=notes,
        )

    return seal


def original_item(custodian: Recipient, content: bytes) -> Callable[[Sequence[Recipient], date], bytes]:
    """A sealed original: an item like the others, for one key that no reviewer has."""

    def seal(recipients: Sequence[Recipient], day: date) -> bytes:
        return seal_item(
            Slots([custodian], at_least=len(Slots(recipients))),
            content,
            extension="jpg",
            kind="file",
            media_type="image/jpeg",
            day=day,
            cleaning="original",
        )

    return seal


Seal = Callable[[Sequence[Recipient], date], bytes]


@dataclass(slots=True)
class Server:
    """What a server with a signing key writes to a stick, batch by batch."""

    stick: Path
    day: date = TODAY
    key: SigningKey = field(default_factory=SigningKey.generate)
    batches: list[Batch] = field(default_factory=list)
    old: bool = False  # writes what Silbo 0.1 wrote
    desk_id: bytes = bytes(range(16))

    def drop(
        self,
        recipients: Sequence[Recipient],
        *items: Seal,
        answers: dict[str, str] | None = None,
        refused: Sequence[str] = (),
        originals: Sequence[int] = (),
        spoil: Callable[[list[bytes]], list[bytes]] = lambda sealed: sealed,
        mailbox: Mailbox | None = None,
        in_reply_to: int | None = None,
        language: str = "es",
        desk: str = "union",
    ) -> bytes:
        """A drop's file. `originals` are the numbers of the items for the custodian; `spoil` changes the
        sealed items after the manifest was made over them; `mailbox` is that of the source's codename.
        """
        sealed = [seal(recipients, self.day) for seal in items]
        manifest = Manifest(
            desk=desk,
            language=language,
            channel="telegram",
            day=self.day,
            items=tuple(
                ManifestItem(
                    name=item_name(number),
                    sha256=sha256(item),
                    size=len(item),
                    audience="custodian" if number in originals else "reviewers",
                )
                for number, item in enumerate(sealed, start=1)
            ),
            answers=answers or {},
            refused=tuple(refused),
            desk_id=None if mailbox is None else self.desk_id,
            mailbox=None if mailbox is None else mailbox.id,
            reply_recipient=None if mailbox is None else str(mailbox.reply_identity.recipient()),
            in_reply_to=in_reply_to,
            stamp=None if self.old else secrets.token_bytes(32),
        )
        members = [(MANIFEST_AGE, seal_manifest(Slots(recipients), manifest))]
        members += [(item_name(number), item) for number, item in enumerate(spoil(sealed), start=1)]
        if manifest.stamp is not None:
            members.append((STAMP_FILE, stamp_of(manifest.stamp)))
        return b"".join(drop_chunks((name, len(data), [data]) for name, data in members))

    def write(self, *drops: bytes, successor: SigningKey | None = None, day: date | None = None) -> Path:
        """The next batch of the chain with these drops, signed. Returns its folder."""
        named = sorted((secrets.token_hex(16), drop) for drop in drops)
        last = self.batches[-1] if self.batches else None
        make = Batch if self.old else make_batch
        batch = make(
            sequence=1 if last is None else last.sequence + 1,
            previous=None if last is None else last.digest(),
            day=day or self.day,
            drops=tuple(BatchDrop(name, sha256(drop), len(drop)) for name, drop in named),
            successor=None if successor is None else successor.public(),
        )
        self.batches.append(batch)
        folder = self.put(batch, dict(named))
        if successor is not None:
            self.key = successor
        return folder

    def put(self, batch: Batch, drops: dict[str, bytes], name: str | None = None) -> Path:
        """Writes a batch folder as it is given, signed with the present key."""
        folder = self.stick / (name or f"batch-{batch.sequence:06d}")
        folder.mkdir(parents=True)
        data = batch_bytes(batch)
        (folder / "batch.json").write_bytes(data)
        (folder / "batch.json.minisig").write_text(self.key.sign(data, f"batch {batch.sequence}"))
        if batch.commitment is not None:
            (folder / "drops.json").write_bytes(list_bytes(batch.drops))
        for drop_id, drop in drops.items():
            (folder / f"{drop_id}.tar").write_bytes(drop)
        return folder

    @property
    def public(self) -> str:
        return str(self.key.public())

    @property
    def last_id(self) -> str:
        return self.batches[-1].drops[0].id


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
