"""What `silbo doctor` sees of the state folder: keys, reviewers, the database, exports. Changes no byte.

The database is opened for reading only, beside a running bot: `Store.open` would bring an older one to this
program's schema, which is for `silbo run` and `upgrade` to decide.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from bot.backup import last_backup
from bot.bots import Bot
from bot.desks import desks_of
from bot.doctor.finding import Finding, State
from bot.keys import NoValidKey, Reviewers, ReviewersError
from bot.keys.signing import load_signing_key
from bot.leftovers import left_copies
from bot.settings import BackupSettings, Settings, SettingsError
from bot.store.copies import Exports, looking, memory_left, read_through
from bot.store.errors import Damaged, StorageError, StoreError
from bot.store.schema import Standing

WAITS = timedelta(days=7)
"""How long a complete drop may wait for its export before somebody should look."""

BACKUP_AGE = timedelta(days=2)
_RESTORE = "silbo restore the last backup"
_ROTATE = "ask the reviewer for a new key list, then: silbo reviewers add"


def secrets(signing_key: Path, bots: Sequence[Bot] = ()) -> Iterator[Finding]:
    try:
        load_signing_key(signing_key)
        yield Finding("signing_key", "ok", "the signing key is here and private")
    except SettingsError as error:
        yield Finding("signing_key", "broken", str(error))
    if os.path.lexists(f"{signing_key}.next"):
        text = "a new server key waits for its hand-over"
        yield Finding("new_key", "warning", text, "export; the reviewers should have its ten words by then")
    tokens: set[str] = set()
    for bot in bots:
        try:
            token = bot.token()
            if token in tokens:
                text = f"{bot.head}another bot has the same token"
                yield Finding("token_file", "broken", text, "each bot of @BotFather has its own")
            else:
                yield Finding("token_file", "ok", f"{bot.head}the bot token is here and private")
            tokens.add(token)
        except SettingsError as error:
            yield Finding("token_file", "broken", str(error))


def reviewers(folder: Path, today: date) -> Iterator[Finding]:
    """Key periods: each notice is one that `silbo run` logs, too."""
    fixes = {
        "nobody": "silbo reviewers add",
        "damaged": "silbo reviewers remove that name, then add the reviewer again",
    }
    known = Reviewers(folder)
    try:
        notices = known.warnings(today)
    except ReviewersError as error:
        yield Finding("reviewers", "broken", str(error).rstrip("."), "look at the owner of the state folder")
        return
    state: State = "warning"
    try:
        known.recipients(today)
    except NoValidKey:  # nothing is taken in
        state = "broken"
    for notice in notices:
        yield Finding("reviewers", state, notice.text.rstrip("."), fixes.get(notice.code, _ROTATE))
    if not notices:
        text = "every reviewer has a key that is valid today, and more than half of the list left"
        yield Finding("reviewers", "ok", text)


def further_desks(settings: Settings, today: date) -> Iterator[Finding]:
    """Keys and reviewers of the desks of `[desks.NAME]`; those of the first one have no name before them."""
    for desk in desks_of(settings)[1:]:
        if not os.path.lexists(desk.signing_key):
            text = f"{desk.short}: the desk has no key yet, so nothing can be exported to it"
            yield Finding("desks", "warning", text, f"silbo desks add {desk.short}")
            continue
        for finding in (*secrets(desk.signing_key), *reviewers(desk.reviewers, today)):
            fix = finding.fix.replace("silbo reviewers add", f"silbo reviewers add --desk {desk.short}")
            yield replace(finding, what=f"{desk.short}: {finding.what}", fix=fix)


def database(file: Path, today: date) -> Iterator[Finding]:
    if not os.path.lexists(file):
        yield Finding("database", "warning", "there is no database yet", "silbo run makes it")
        return
    try:
        read_through(file, memory_left())
        with looking(file) as look:
            yield _schema(look.standing())
            if look.is_whole():
                yield Finding("database", "ok", "the database is whole")
            else:
                yield Finding("database", "broken", "the database is damaged", _RESTORE)
            exports = look.exports()
            if exports is not None:  # else `_schema` has said why
                yield _exports(exports, today)
    except StorageError:
        yield Finding("database", "broken", "the database can't be read", "look at its owner, mode and disk")
    except Damaged:
        yield Finding("database", "broken", "the database is damaged, or is not a database", _RESTORE)


def postgresql(settings: Settings, today: date) -> Iterator[Finding]:
    """The database that `[store]` names. Whether its pages are whole is for its own tools to say."""
    from bot.store.remote import looking as looking_at  # noqa: PLC0415 -- others wait for no such library

    try:
        with looking_at(settings.database_url) as look:
            match look.standing():
                case "empty":
                    yield Finding("database", "warning", "there is no table yet", "silbo run makes them")
                case "foreign":
                    text = "the PostgreSQL database belongs to another program"
                    yield Finding("schema", "broken", text, "name another in [store]")
                case standing:
                    yield _schema(standing)
            exports = look.exports()
            if exports is not None:
                yield _exports(exports, today)
            for setting in look.losing():
                text = f"the PostgreSQL server has {setting}: a power cut loses what was acknowledged"
                yield Finding("database", "broken", text, "turn it on")
            for setting in look.telling():
                text = f"the PostgreSQL server has {setting}: it keeps times, or deleted bytes, for longer"
                yield Finding("database", "warning", text, "docs/operators.md, PostgreSQL")
    except StoreError as error:
        yield Finding("database", "broken", str(error).rstrip("."), "look at [store] and at its server")
    except SettingsError as error:
        yield Finding("database", "broken", str(error))
    if os.path.lexists(settings.state / "silbo.db"):
        text = (
            "the state folder has a silbo.db, too, which is not used: it holds what was there when you moved"
        )
        yield Finding("database", "warning", text, "silbo store copy --from-file, or delete it")


def leftovers(state: Path) -> Iterator[Finding]:
    """Copies of the whole database, which no purge reaches."""
    for path in left_copies(state):
        text = f"{path} is a copy of the database with all that was deleted since"
        yield Finding("copies", "warning", text, f"if Silbo is as it should be: rm -r {path}")


def _schema(standing: Standing) -> Finding:
    match standing:
        case "current":
            return Finding("schema", "ok", "the database has this program's tables")
        case "older":
            text = "the database is of an older Silbo"
            return Finding("schema", "warning", text, "silbo run brings it up to date")
        case "newer":
            text = "the database was written by a newer Silbo"
            return Finding("schema", "broken", text, "upgrade this one")
        case "empty" | "foreign":
            text = "the database belongs to another program"
            return Finding("schema", "broken", text, "give `state` another folder")


def _exports(exports: Exports, today: date) -> Finding:
    last = "nothing was exported yet" if exports.last is None else f"the last export was on {exports.last}"
    since = exports.waits_since
    if since is None:
        return Finding("export", "ok", f"{last}, and no drop waits")
    text = f"{last}, and drops wait since {since}"
    if since + WAITS <= today:
        return Finding("export", "warning", text, "silbo export")
    return Finding("export", "ok", text)


def backups(settings: BackupSettings | None, today: date) -> Iterator[Finding]:
    if settings is None:
        yield Finding("backup", "warning", "there are no backups", "add a section [backup] to silbo.toml")
        return
    try:
        last = last_backup(settings.directory)
    except (OSError, ValueError):
        yield Finding("backup", "broken", "the folder of backups can't be read", "make it, or mount it")
        return
    if last is None or last + BACKUP_AGE < today:
        text = "there is no backup yet" if last is None else f"the last backup is of {last}"
        yield Finding("backup", "warning", text, "silbo backup, or look at its timer")
    else:
        yield Finding("backup", "ok", f"the last backup is of {last}")
