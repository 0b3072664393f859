"""Parts of a batch that came through the reviewers' chat: opened, put together, and left to the import.

Source: docs/protocol.md, "Parcels". A folder of downloads is treated like a stick that a stranger prepared. A
part is found by its first bytes, whatever it is called. Two passes: the first opens every part to its end and
sorts it, the second unpacks those batches of which every part is there. What comes out is a batch folder like
on a stick, and is checked like one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from admin.answers import OUTBOX
from admin.arrival.stick import Folder, StickError, batch_folders, few, open_stick, read
from admin.display import visible
from admin.files import create_file, temporary_folder
from admin.home import Home
from admin.keys.keyring import KeyRing
from admin.keys.periods import period_files
from admin.words import tr
from crypto.age import Identity
from crypto.batch import BATCH_FILE
from crypto.errors import CryptoError, FormatError, NewerVersion, NoMatch
from crypto.parcel import Part, open_part, unpacker

_MAGIC = b"age-encryption.org/v1\n"

Key = tuple[int, bytes, int]
"""Sequence number, digest of the batch, and how many parts: what the parts of one batch have in common."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Folders to import from, and a sentence for every part or batch that could not be put together."""

    folders: tuple[Path, ...]
    findings: tuple[str, ...]


@contextlib.contextmanager
def unpacked(home: Home, path: Path, ring: KeyRing, today: date) -> Iterator[Unpacked]:
    """Where the batches in `path` are: there itself, or, as long as this lasts, in the home, put together.

    Asks for the passphrase only if there are parts. Raises `AdminError` as `open_stick`, and if no secret can
    be unlocked.
    """
    with open_stick(path) as stick:
        names = _parts(stick)
        if not names:
            yield Unpacked((path,), ())
            return
        identities = ring.identities(today, period_files(home.keys))
        with temporary_folder(home.path) as place:
            unread: list[str] = []
            found = sorted(_sorted(stick, names, identities, unread).items())
            findings = few(unread, str)
            whole = 0
            for key, parts in found:
                problem = _missing(key, parts) or _unpack(stick, key, parts, identities, place)
                whole += not problem
                findings += [problem] if problem else []
            folders = [place] if whole else []
            if any(batch_folders(stick)):
                folders.append(path)
            yield Unpacked(tuple(folders), tuple(findings))


def _parts(stick: Folder) -> list[str]:
    """The names of the plain files that begin like an age file; none in a batch folder or an outbox."""
    if stick.holds(BATCH_FILE) or stick.holds(OUTBOX):
        return []
    found = []
    for name in sorted(os.listdir(stick.stick)):
        with contextlib.suppress(StickError):
            file = stick.open_file(name)
            if file is not None:
                with file:
                    if read(file, len(_MAGIC)) == _MAGIC:
                        found.append(name)
    return found


def _sorted(
    stick: Folder, names: Sequence[str], identities: Sequence[Identity], findings: list[str]
) -> dict[Key, dict[int, dict[bytes, str]]]:
    """By batch and number, the files with different content under that number, by the hash of their slice."""
    parts: dict[Key, dict[int, dict[bytes, str]]] = defaultdict(lambda: defaultdict(dict))
    for name in names:
        digest = hashlib.sha256()
        try:
            part = _open(stick, name, identities, digest.update)
        except NoMatch:
            findings.append(
                tr(
                    "{name} opens with no key of this home: it is not for you, or too old.",
                    name=visible(name),
                )
            )
        except NewerVersion:
            findings.append(tr("{name} was written by a newer Silbo.", name=visible(name)))
        except FormatError:
            findings.append(tr("{name} is not a part of a batch.", name=visible(name)))
        except (CryptoError, StickError, OSError):
            findings.append(tr("{name} is damaged or cut short; download it again.", name=visible(name)))
        else:
            parts[part.sequence, part.digest, part.parts][part.number].setdefault(digest.digest(), name)
    return parts


def _missing(key: Key, parts: dict[int, dict[bytes, str]]) -> str | None:
    """Why the batch can't be put together; None if it can."""
    sequence, _, count = key
    if any(len(different) > 1 for different in parts.values()):
        return tr(
            "Batch {sequence}: two different files claim to be the same part of it; take it from a stick.",
            sequence=sequence,
        )
    if len(parts) < count:
        absent: list[str] = []
        numbers = [0, *sorted(parts), count + 1]
        for low, high in pairwise(numbers):
            if high - low > 1:
                absent.append(f"{low + 1}" if high - low == 2 else f"{low + 1} to {high - 1}")
        listed = ", ".join([*absent[:20], *(["..."] if absent[20:] else [])])
        return tr(
            "Batch {sequence} is not whole: of its {count} parts, {listed} missing; download and try again.",
            sequence=sequence,
            count=count,
            listed=listed,
        )
    return None


def _unpack(
    stick: Folder,
    key: Key,
    parts: dict[int, dict[bytes, str]],
    identities: Sequence[Identity],
    place: Path,
) -> str | None:
    """Write the batch to a folder of its own in `place`; why it failed, or None."""
    sequence, digest, _ = key
    folder = place / f"batch-{sequence:06d}"
    if folder.exists():  # a fork: both are for the import to judge
        folder = place / f"batch-{sequence:06d}-{len(os.listdir(place))}"
    folder.mkdir(mode=0o700)
    try:
        with contextlib.ExitStack() as files:

            def create(name: str) -> Callable[[bytes], object]:
                files.close()
                return files.enter_context(create_file(folder / name)).write

            parcel = unpacker(create)
            for _, names in sorted(parts.items()):
                (name,) = names.values()
                _open(stick, name, identities, parcel.write)
            parcel.finish()
        if hashlib.sha256((folder / BATCH_FILE).read_bytes()).digest() != digest:
            raise FormatError(tr("The parcel holds another batch than its parts name."))
    except (CryptoError, StickError):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        return tr(
            "Batch {sequence} came in parts that do not make up a batch; take it from a stick.",
            sequence=sequence,
        )
    return None


def _open(
    stick: Folder,
    name: str,
    identities: Sequence[Identity],
    write: Callable[[bytes], object],
) -> Part:
    file = stick.open_file(name)
    if file is None:
        raise StickError(tr("A file on the stick is gone."))
    with file:
        return open_part(file, identities, write)
