"""What `silbo doctor` sees of the state folder: keys, reviewers, the database, exports. Changes no byte.

The database is opened for reading only, beside a running bot: `Store.open` would bring an older one to this
program's schema, which is for `silbo run` and `upgrade` to decide.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.doctor.finding import Finding, State
from bot.keys import NoValidKey, Reviewers, ReviewersError
from bot.keys.signing import load_signing_key
from bot.settings import BackupSettings, SettingsError, read_secret
from bot.store.database import MIGRATIONS

WAITS = timedelta(days=7)
"""How long a complete drop may wait for its export before somebody should look."""

BACKUP_AGE = timedelta(days=2)
_BACKUP = re.compile(r"silbo-(\d{4}-\d{2}-\d{2}).*\.tar\.age", re.ASCII)
_ROTATE = "ask the reviewer for a new key list, then: silbo reviewers add"


def secrets(signing_key: Path, token_file: Path | None) -> Iterator[Finding]:
    try:
        load_signing_key(signing_key)
        yield Finding("signing_key", "ok", "the signing key is here and private")
    except SettingsError as error:
        yield Finding("signing_key", "broken", str(error))
    if os.path.lexists(f"{signing_key}.next"):
        text = "a new server key waits for its hand-over"
        yield Finding("new_key", "warning", text, "export; the reviewers should have its ten words by then")
    if token_file is not None:
        try:
            read_secret(token_file, "telegram.token_file")
            yield Finding("token_file", "ok", "the bot token is here and private")
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


def database(file: Path, today: date) -> Iterator[Finding]:
    if not os.path.lexists(file):
        yield Finding("database", "warning", "there is no database yet", "silbo run makes it")
        return
    try:
        # Without a log nobody has it open, and SQLite would make a log only to read: it is told not to.
        how = "mode=ro" if os.path.lexists(f"{file}-wal") else "immutable=1"
        address = f"file:{quote(str(file))}?{how}"
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
            yield from _schema(connection)
            problems = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
            if problems == ["ok"]:
                yield Finding("database", "ok", "the database is whole")
            else:
                yield Finding(
                    "database", "broken", "the database is damaged", "silbo restore the last backup"
                )
            yield from _exports(connection, today)
    except sqlite3.OperationalError:
        yield Finding("database", "broken", "the database can't be read", "look at its owner, mode and disk")
    except sqlite3.DatabaseError:
        text = "the database is damaged, or is not a database"
        yield Finding("database", "broken", text, "silbo restore the last backup")


def _schema(connection: sqlite3.Connection) -> Iterator[Finding]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found: set[str] = set()
    if "alembic_version" in tables:
        found = {str(row[0]) for row in connection.execute("SELECT version_num FROM alembic_version")}
    if found == {scripts.get_current_head()}:
        yield Finding("schema", "ok", "the database has this program's tables")
    elif not found or not all(name.startswith("silbo_") for name in found):
        yield Finding(
            "schema", "broken", "the database belongs to another program", "give `state` another folder"
        )
    elif found <= known:
        yield Finding(
            "schema", "warning", "the database is of an older Silbo", "silbo run brings it up to date"
        )
    else:
        yield Finding("schema", "broken", "the database was written by a newer Silbo", "upgrade this one")


def _exports(connection: sqlite3.Connection, today: date) -> Iterator[Finding]:
    try:
        (last,) = connection.execute("SELECT max(day) FROM batches WHERE written").fetchone()
        waiting, since = connection.execute(
            "SELECT count(*), min(day) FROM drops WHERE state = 'complete' AND batch IS NULL"
        ).fetchone()
    except sqlite3.OperationalError:  # `_schema` has said why
        return
    text = "nothing was exported yet" if last is None else f"the last export was on {last}"
    if not waiting:
        yield Finding("export", "ok", f"{text}, and no drop waits")
    elif date.fromisoformat(since) + WAITS <= today:
        yield Finding("export", "warning", f"{text}, and drops wait since {since}", "silbo export")
    else:
        yield Finding("export", "ok", f"{text}, and drops wait since {since}")


def backups(settings: BackupSettings | None, today: date) -> Iterator[Finding]:
    if settings is None:
        yield Finding("backup", "warning", "there are no backups", "add a section [backup] to silbo.toml")
        return
    try:
        names = [_BACKUP.fullmatch(path.name) for path in settings.directory.iterdir()]
        last = max((date.fromisoformat(name[1]) for name in names if name), default=None)
    except (OSError, ValueError):
        yield Finding("backup", "broken", "the folder of backups can't be read", "make it, or mount it")
        return
    if last is None or last + BACKUP_AGE < today:
        text = "there is no backup yet" if last is None else f"the last backup is of {last}"
        yield Finding("backup", "warning", text, "silbo backup, or look at its timer")
    else:
        yield Finding("backup", "ok", f"the last backup is of {last}")
