"""The two kinds of database that a test of the store runs on, looked at from outside."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.postgres import Cluster


@dataclass(frozen=True, slots=True)
class Database:
    """One that is empty at first: a file, or a `name` in a cluster."""

    url: str
    path: Path
    cluster: Cluster | None = None
    name: str = ""

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement answers, run from outside; hexadecimal bytes are written as x'00'."""
        if self.cluster is None:
            with closing(sqlite3.connect(self.path)) as database, database:
                return database.execute(statement).fetchall()
        with closing(self.cluster.connect(self.name)) as connection:
            cursor = connection.execute(statement.replace("x'", r"'\x").encode())
            return cursor.fetchall() if cursor.description else []

    def left_alone(self) -> None:
        """End every connection to it, and return when their locks are gone: a server lets go of them late."""
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        ends = f"SELECT pg_terminate_backend(pid, 240000) FROM pg_stat_activity WHERE {others}"
        assert all(ended for (ended,) in self.run(ends))

    def rows(self, table: str) -> int:
        ((count,),) = self.run(f"SELECT count(*) FROM {table}")
        return int(count)
