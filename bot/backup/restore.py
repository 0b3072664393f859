"""`silbo restore`: opens a backup into an empty folder, and lets nothing out that it did not check.

Source: issue 5, item 1. Age does not say who made a backup: anybody may encrypt to the operator. So the ten
words of the signing key in it are compared with those of this server, or by a person. A thief of the disk has
that key, too: so the operator is shown what would be put in place, and accepts exactly that (issue 9, item
5). What is put in place of what, and back again if that fails, is `deploy/restore.sh`'s.
"""

import asyncio
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from bot.backup import CONFIG, DATABASE, HEAD, KEYS, VERSION, BackupError, desk_folders
from bot.backup.present import Present
from bot.backup.shown import Shown, desk_key, head_lines, line, reviewer_lines, setting_lines
from bot.desks import FOLDER
from bot.files import create, settle
from bot.keys import Reviewers, ShutOut
from bot.keys.keyfolder import KeyFolder
from bot.keys.signing import load_signing_key
from bot.settings import load_settings
from bot.store.errors import Acts, Damaged
from bot.store.untrusted import take_over
from crypto.age import Identity, decrypt_stream
from crypto.errors import CryptoError
from crypto.minisign import PublicKey
from crypto.tar import BLOCK, END, member_padding, parse_header
from crypto.words import fingerprint, matches

_SMALL = 1 << 20
_PIECE = 1 << 20
_DESK_FILE = re.compile(
    r"desks/[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?/"
    r"(?:signing\.key(?:\.next)?|reviewers/[0-9a-f]{32}\.(?:[1-9][0-9]{0,15}|revoked|removed)/[a-z][a-z.]{0,30})",
    re.ASCII,
)
_REVIEWER_FILE = re.compile(
    r"reviewers/[0-9a-f]{32}\.(?:[1-9][0-9]{0,15}|revoked|removed)/[a-z][a-z.]{0,30}", re.ASCII
)

_ACTS = (
    "The database in the backup acts by itself or has other tables than Silbo makes; nothing was restored."
)

Confirm = Callable[[tuple[str, ...]], bool]
Accept = Callable[[Shown], bool]


def unpack(
    untrusted: BinaryIO,
    identities: Sequence[Identity],
    into: Path,
    *,
    accept: Accept,
    words: str | None = None,
    confirm: Confirm | None = None,
    over: Present | None = None,
) -> PublicKey:
    """Fill the empty folder `into` with the content of a backup, all of it checked; return the server's key.

    The key must be that of the server that is restored `over`, or have the ten `words`, or be confirmed by a
    person who is shown them. Whom that server removed or revoked stays out. The database is brought to this
    program's schema. Then `accept` is shown everything that decides who can read and where things go. Raises
    BackupError, StoreError (not our database, or a newer Silbo's), SettingsError; `into` is empty again then.
    """
    if any(into.iterdir()):
        raise BackupError("The folder to restore into is not empty.")
    try:
        with _sentences():
            _extract(untrusted, identities, into)
        key, shown = _check(into, identities, words, confirm, over)
        if not accept(shown):
            raise BackupError("What the backup would put in place was not accepted; nothing was restored.")
        if over is not None and (
            any(over.keep_out(into / "reviewers"))
            or any(any(over.desk(at.name).keep_out(at / "reviewers")) for at in desk_folders(into))
            or not set(over.lost(into / DATABASE)) <= set(shown.lines)
        ):
            raise BackupError(
                "While you were asked, a reviewer was removed or revoked here, or a drop came in; nothing "
                "was restored, do it again."
            )
        return key
    except BaseException:
        for entry in into.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise


def _extract(untrusted: BinaryIO, identities: Sequence[Identity], into: Path) -> None:
    # To its end first: before that, nothing of an age file is known to be whole.
    with tempfile.TemporaryFile(dir=into) as plain:
        decrypt_stream(untrusted, plain, identities)
        plain.seek(0)
        seen: list[str] = []
        while (block := plain.read(BLOCK)) != END[:BLOCK]:
            name, size = parse_header(block)
            if not _expected(name, seen, size):
                raise BackupError("The backup holds a file that does not belong there.")
            seen.append(name)
            _write(into, name, plain, size)
            if name == HEAD:  # before the rest: a newer version may have files of its own
                _day(into)
            if plain.read(len(member_padding(size))) != member_padding(size):
                raise BackupError("The backup is malformed.")
        if plain.read() != END[BLOCK:] or not {HEAD, CONFIG, KEYS[0], DATABASE} <= set(seen):
            raise BackupError("The backup is malformed.")


def _expected(name: str, seen: list[str], size: int) -> bool:
    if name in seen or (name == HEAD) != (not seen):
        return False
    small = name in (HEAD, CONFIG, *KEYS) or bool(
        _REVIEWER_FILE.fullmatch(name) or _DESK_FILE.fullmatch(name)
    )
    return name == DATABASE or (small and size <= _SMALL)


def _write(into: Path, name: str, source: BinaryIO, size: int) -> None:
    path = into / name
    for folder in reversed(path.relative_to(into).parents):
        (into / folder).mkdir(mode=0o700, exist_ok=True)
    with create(path) as file:
        while size:
            piece = source.read(min(_PIECE, size))
            if not piece:
                raise BackupError("The backup is malformed.")
            file.write(piece)
            size -= len(piece)
        settle(file)


def _check(
    into: Path,
    identities: Sequence[Identity],
    words: str | None,
    confirm: Confirm | None,
    over: Present | None,
) -> tuple[PublicKey, Shown]:
    with _sentences():
        day = _day(into)
    settings = load_settings(into / CONFIG)
    key = load_signing_key(into / KEYS[0]).public()
    next_key = load_signing_key(into / KEYS[1]).public() if (into / KEYS[1]).exists() else None
    known = None if over is None else over.key()
    if words is not None and not matches(words, key):
        raise BackupError("The ten words are not those of the server key in this backup.")
    if words is None and key != known and (confirm is None or not confirm(fingerprint(key))):
        raise BackupError("The server key in the backup was not confirmed by its ten words (--words).")
    _check_database(into / DATABASE)
    lost = () if over is None else over.lost(into / DATABASE)
    lines = [*head_lines(day, key, next_key, known), *_who_reads(into, over, lost)]
    for folder in desk_folders(into):
        here = None if over is None else over.desk(folder.name)
        own = load_signing_key(folder / KEYS[0]).public()
        lines.append(line(f"desk {folder.name}, key", desk_key(own, None if here is None else here.key())))
        lines += [line(f"desk {folder.name}", text.strip()) for text in _who_reads(folder, here)]
    if {path.name for path in (into / FOLDER).glob("*")} != {path.name for path in desk_folders(into)}:
        raise BackupError("The backup is malformed.")
    return key, Shown((*lines, *setting_lines(settings, None if over is None else over.settings, identities)))


def _who_reads(folder: Path, over: Present | None, lost: Iterable[str] = ()) -> list[str]:
    """Lines of a desk's reviewers, once whoever was shut out here is out."""
    _check_reviewers(folder / "reviewers")
    with _sentences():
        out = [] if over is None else list(over.keep_out(folder / "reviewers"))
    reviewers = Reviewers(folder / "reviewers").pinned()
    lines = [*reviewer_lines(reviewers, None if over is None else over.reviewers()), *out, *lost]
    return lines + [line("revoked", revoked.who) for revoked in ShutOut(folder / "reviewers").revoked()]


def _day(into: Path) -> str:
    head = json.loads((into / HEAD).read_bytes())
    if not isinstance(head, dict) or head.get("silbo") != "backup":
        raise BackupError("This is not a backup of Silbo.")
    if head.get("version") != VERSION:
        raise BackupError("The backup was made by a newer Silbo; upgrade this one.")
    return date.fromisoformat(str(head.get("day"))).isoformat()


def _check_reviewers(folder: Path) -> None:
    KeyFolder(folder).drop_leftovers()  # of a command that was killed before the backup
    entries = {path.name for path in folder.iterdir()} if folder.exists() else set()
    shut_out = ShutOut(folder)
    known = {f"{reviewer.tag}.{reviewer.keys.serial}" for reviewer in Reviewers(folder).pinned()}
    known |= {f"{revoked.tag}.revoked" for revoked in shut_out.revoked()}
    known |= {f"{tag}.removed" for tag in shut_out.removed_tags()}
    if known != entries:
        raise BackupError("A reviewer's key list in the backup is damaged or was changed.")


def _check_database(path: Path) -> None:
    try:
        asyncio.run(take_over(path))
    except Acts:
        raise BackupError(_ACTS) from None
    except Damaged:
        raise BackupError("The database in the backup is damaged.") from None


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except CryptoError as error:
        raise BackupError(f"The backup can't be opened: {str(error).rstrip('.')}.") from None
    except (ValueError, RecursionError):
        raise BackupError("The backup is malformed.") from None
    except OSError as error:
        text = error.strerror or "the system refused"
        raise BackupError(f"The backup can't be read or unpacked: {text}.") from None
