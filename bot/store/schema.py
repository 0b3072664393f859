"""Which version of the tables a database has, told by names alone: no migration is loaded for it.

A script `versions/v0004_pad.py` brings the tables to the version `silbo_0004`; a test holds the names to what
the scripts say of themselves.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Literal

MIGRATIONS = Path(__file__).with_name("migrations")
FIRST_DESK = ""
"""How the tables call the desk of `[desk]` in the settings: the only one in 0.1, and whatever its name is.
Others go by the names that the settings give them.
"""

VERSION_TABLE = "alembic_version"
VERSION_QUERY = "SELECT version_num FROM alembic_version"

Standing = Literal["empty", "older", "current", "newer", "foreign"]
"""Of a database: without any table, of an older Silbo, of this, of a newer, or another program's."""


def versions() -> tuple[str, ...]:
    """Every version that this program knows, oldest first."""
    numbers = sorted(path.name[1:5] for path in (MIGRATIONS / "versions").glob("v[0-9]*_*.py"))
    return tuple(f"silbo_{number}" for number in numbers)


def standing(tables: Collection[str], found: Collection[str]) -> Standing:
    """Where a database stands that has these tables, and `found` in the table of its version."""
    if not tables:
        return "empty"
    known = versions()
    if VERSION_TABLE not in tables or not found or not all(name.startswith("silbo_") for name in found):
        return "foreign"
    if not set(found) <= set(known):
        return "newer"
    return "current" if set(found) == {known[-1]} else "older"
