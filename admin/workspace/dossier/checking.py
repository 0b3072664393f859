"""Checks a dossier's folder as a third party would, without a home, a key or a network.

The order is that of trust: the signature over the tag manifest, what that lists, what the manifest lists, no
file more and none less, then a statement for every exhibit, and for every statement its way into a batch.
Everything that is wrong is named; the folder may be anybody's.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from admin.display import visible
from admin.errors import AdminError
from admin.words import retold, tr
from admin.workspace.dossier import layout, stamp
from crypto.batch import MAX_SIZE as MAX_BATCH
from crypto.custody import MAX_SIZE as MAX_STATEMENT
from crypto.custody import Custody, check_custody, parse_custody
from crypto.errors import CryptoError, KeyFormatError, SignatureError, WrongProof
from crypto.minisign import SIGNATURE_TEXT_LIMIT, PublicKey
from crypto.words import matches

_MAX_MANIFEST = 1 << 20
_MAX_FILES = 10_000
_DEEPEST = 8
_MAX_FILE = 4 << 30
"""Bytes of any file of the bag: a hole of any size takes no room on a disk, and years to be read."""

_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]{1,200})")
_EXHIBIT = re.compile(r"(A-[0-9]{3})\.[a-z0-9]{1,8}")
_PLACES = re.compile(
    rf"{layout.DATA}/(?:{layout.EXHIBITS}/[^/]+|{layout.CUSTODY}/A-[0-9]{{3}}\.json(?:\.minisig)?"
    rf"|{layout.BATCHES}/batch-[0-9]{{6,}}-[0-9a-f]{{16}}\.json(?:\.minisig)?"
    rf"|{layout.KEYS}/(?:reviewer|server(?:-[0-9]{{1,2}})?)\.pub"
    rf"|dossier(?:-[0-9]{{1,3}})?\.pdf|{re.escape(layout.HOW_TO)})"
)
"""Where a dossier's payload lies; a folder beside `exhibits` would be shown and vouched for by nobody."""


@dataclass(slots=True)
class Checked:
    """What was found wrong (`faults`, none if all is right), and what is left to others (`told`)."""

    faults: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    reviewer: PublicKey | None = None
    servers: list[PublicKey] = field(default_factory=list)
    exhibits: int = 0
    proven: int = 0


def check(folder: Path, reviewer: str | None = None, server: str | None = None) -> Checked:
    """`reviewer` and `server`: the keys as they are known from elsewhere, in one line or in ten words.

    Raises `AdminError` if the folder is no dossier at all.
    """
    if not (folder / layout.BAGIT).is_file() or not (folder / layout.SIGNATURE).is_file():
        raise AdminError(tr("That folder is no dossier: it has no bagit.txt, or nobody has signed it."))
    result = Checked()
    here = dict(_walk(folder, result))
    reader = _Reader(folder, here)
    listed = _signed_lists(reader, result, reviewer)
    if listed is None:
        return result
    _compare_files(here, listed, result)
    _statements(reader, listed, result, server)
    signature = (reader.read(layout.SIGNATURE, SIGNATURE_TEXT_LIMIT) or b"").decode("utf-8", "replace")
    wrong, told = stamp.faults(lambda name: reader.read(name, _MAX_MANIFEST), signature)
    result.faults += wrong
    result.told += told
    return result


class _Reader:
    """Reads regular files of the folder only, of a bounded size, and never through a link."""

    def __init__(self, folder: Path, here: dict[str, int]) -> None:
        self._folder, self._here = folder, here

    def read(self, name: str, limit: int) -> bytes | None:
        if self._here.get(name, limit + 1) > limit:
            return None
        with self.open(name) as file:
            return file.read(limit)

    def open(self, name: str) -> io.BufferedReader:
        return os.fdopen(os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")

    def sha256(self, name: str) -> str:
        """Raises OSError for what is no regular file of the folder: a pipe would be waited for."""
        if self._here.get(name, _MAX_FILE + 1) > _MAX_FILE:
            raise FileNotFoundError(name)
        with self.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def key(self, name: str) -> PublicKey | None:
        data = self.read(f"{layout.DATA}/{layout.KEYS}/{name}", 1024)
        try:
            return None if data is None else PublicKey.parse(data.decode("ascii").splitlines()[-1])
        except (KeyFormatError, UnicodeDecodeError, IndexError):
            return None


def _walk(folder: Path, result: Checked, inside: str = "") -> Iterator[tuple[str, int]]:
    """Regular files and their sizes by their names in the bag. All else is a fault: links, empty folders."""
    entries = sorted(os.scandir(folder / inside), key=lambda entry: entry.name)
    if not entries:
        result.faults.append(
            tr("The folder {name} is empty; the list has no such folder.", name=visible(inside))
        )
    for entry in entries[:_MAX_FILES]:
        name = f"{inside}{entry.name}"
        found = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(found.st_mode) and name.count("/") < _DEEPEST:
            yield from _walk(folder, result, f"{name}/")
        elif stat.S_ISREG(found.st_mode):
            yield name, found.st_size
        else:
            result.faults.append(tr("{name} is a link or no file at all.", name=visible(name)))


def _signed_lists(reader: _Reader, result: Checked, known: str | None) -> dict[str, str] | None:
    """Path -> SHA-256 of the payload, if the lists are what the reviewer signed; None, with a fault, if
    not.
    """
    key = reader.key(layout.REVIEWER_KEY)
    if known is not None and key is not None and not _is(known, key):
        result.faults.append(tr("The reviewer's key in the dossier is not the one that you gave."))
        return None
    tags = reader.read(layout.TAG_MANIFEST, _MAX_MANIFEST)
    signature = reader.read(layout.SIGNATURE, SIGNATURE_TEXT_LIMIT)
    if key is None or tags is None or signature is None:
        result.faults.append(tr("The reviewer's key, the list or its signature is missing or too long."))
        return None
    result.reviewer = key
    try:
        key.verify(tags, signature.decode("utf-8", "replace"))
    except SignatureError as error:
        result.faults.append(f"{layout.TAG_MANIFEST}: {retold(str(error))}")
        return None
    listed = _parsed(tags)
    if listed is None or sorted(listed) != sorted(layout.TAGS):
        result.faults.append(tr("{name} does not list what it must.", name=layout.TAG_MANIFEST))
        return None
    contents = {name: reader.read(name, _MAX_MANIFEST) for name in layout.TAGS}
    wrong = [
        name
        for name, content in contents.items()
        if content is None or hashlib.sha256(content).hexdigest() != listed[name]
    ]
    result.faults += [tr("{name} was changed after it was signed.", name=name) for name in wrong]
    payload = None if wrong else _parsed(contents[layout.MANIFEST] or b"")
    if payload is None:
        if not wrong:
            result.faults.append(tr("{name} is malformed.", name=layout.MANIFEST))
        return None
    if contents[layout.BAGIT] != layout.DECLARATION:
        result.faults.append(tr("{name} is not of a bag of version 1.0.", name=layout.BAGIT))
    for name, sha256 in payload.items():
        _compare_hash(reader, name, sha256, result)
    return payload


def _parsed(untrusted: bytes) -> dict[str, str] | None:
    lines = untrusted.decode("ascii", "replace").split("\n")
    found = [_LINE.fullmatch(line) for line in lines[:-1]]
    names = {match[2]: match[1] for match in found if match is not None}
    if lines[-1] or len(names) != len(found) or any(".." in name for name in names):
        return None
    return names


def _compare_hash(reader: _Reader, name: str, sha256: str, result: Checked) -> None:
    try:
        if reader.sha256(name) != sha256:
            result.faults.append(tr("{name} was changed: it is not the file that was signed.", name=name))
    except OSError:
        result.faults.append(tr("{name} is missing, or can't be read.", name=name))


def _compare_files(here: dict[str, int], listed: dict[str, str], result: Checked) -> None:
    allowed = {*listed, *layout.TAGS, layout.TAG_MANIFEST, layout.SIGNATURE, *layout.STAMPS}
    result.faults += [
        tr("{name} is one file too many: no list has it.", name=visible(name))
        for name in here
        if name not in allowed
    ]
    strange = [name for name in listed if not _PLACES.fullmatch(name)]
    result.faults += [tr("{name} is listed and is no part of a dossier.", name=name) for name in strange]
    result.faults += [  # what is too long to be read is not the same as what is not there
        tr("{name} is for something else than this dossier.", name=name)
        for name in layout.STAMPS
        if here.get(name, 0) > _MAX_MANIFEST
    ]


def _statements(reader: _Reader, listed: dict[str, str], result: Checked, known: str | None) -> None:
    """A statement for each exhibit, and an exhibit for each; each statement's drop in a signed batch."""
    place = f"{layout.DATA}/{layout.EXHIBITS}/"
    exhibits = {
        match[1]: name
        for name in listed
        if name.startswith(place) and (match := _EXHIBIT.fullmatch(name.removeprefix(place))) is not None
    }
    result.exhibits = len(exhibits)
    if len(exhibits) != sum(name.startswith(place) for name in listed):
        result.faults.append(tr("An exhibit is there twice, or has another name than A-001 and so on."))
    servers = {number: reader.key(layout.server_key(number)) for number in range(1, 100)}
    result.servers = [key for key in servers.values() if key is not None]
    if known is not None and not any(_is(known, key) for key in result.servers):
        result.faults.append(tr("The server's key in the dossier is not the one that you gave."))
    statements = {
        name.removeprefix(f"{layout.DATA}/{layout.CUSTODY}/").removesuffix(".json")
        for name in listed
        if name.startswith(f"{layout.DATA}/{layout.CUSTODY}/") and name.endswith(".json")
    }
    for label in sorted(exhibits.keys() ^ statements):
        result.faults.append(
            tr("{label} has no statement.", label=label)
            if label in exhibits
            else tr("{label} is a statement about no exhibit.", label=label)
        )
    for label in sorted(exhibits.keys() & statements):
        _statement(reader, label, listed[exhibits[label]], result)


def _statement(reader: _Reader, label: str, sha256: str, result: Checked) -> None:
    name = f"{layout.DATA}/{layout.CUSTODY}/{label}.json"
    data = reader.read(name, MAX_STATEMENT)
    signature = reader.read(name + layout.MINISIG, SIGNATURE_TEXT_LIMIT)
    if data is None or signature is None or result.reviewer is None:
        result.faults.append(
            tr("{label}: its statement or the signature of it is missing or too long.", label=label)
        )
        return
    try:
        statement = parse_custody(data, signature.decode("utf-8", "replace"), result.reviewer)
    except CryptoError as error:
        result.faults.append(f"{label}: {retold(str(error))}")
        return
    if statement.content_sha256.hex() != sha256:
        result.faults.append(tr("{label}: its statement is about another file.", label=label))
        return
    if statement.proof is None:
        result.told.append(
            tr(
                "{label}: no proof of its drop: its batch is of Silbo 0.1, whose list would name other "
                "drops.",
                label=label,
            )
        )
        return
    _proof(reader, label, statement, result)


def _proof(reader: _Reader, label: str, statement: Custody, result: Checked) -> None:
    of = layout.batch_name(statement.batch.sequence, statement.batch.digest)
    name = f"{layout.DATA}/{layout.BATCHES}/{of}"
    data = reader.read(name, MAX_BATCH)
    signature = reader.read(name + layout.MINISIG, SIGNATURE_TEXT_LIMIT)
    if data is None or signature is None:
        result.faults.append(tr("{label}: what the server signed of its batch is missing.", label=label))
        return
    errors = []
    for server in result.servers:
        try:
            check_custody(statement, data, signature.decode("utf-8", "replace"), server)
        except CryptoError as error:
            errors.append(error)
        else:
            result.proven += 1
            return
    worst = next((error for error in errors if isinstance(error, WrongProof)), errors[0] if errors else None)
    what = tr("no key of a server is in the dossier.") if worst is None else retold(str(worst))
    result.faults.append(f"{label}: {what}")


def _is(text: str, key: PublicKey) -> bool:
    return text.strip() == str(key) or matches(text, key)
