"""Runs transactions from BEGIN to COMMIT in one piece, in threads of their own; many that write as one.

Through the asynchronous driver each statement goes to a thread and back three or four times: 34 times for a
text, which was a third of all that a text cost (docs/adr/0158).
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


class Threads:
    """So many `threads` as there may be transactions at once. Raises what the database and the work raise."""

    def __init__(self, engine: Engine, threads: int, name: str) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, name)

    async def run(self, work: Work[T]) -> T:
        """Commit what `work` does and return what it returns; undo it if it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._transaction, work)

    async def close(self) -> None:
        """Wait for what is at hand and close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        await asyncio.to_thread(self._engine.dispose)

    def _transaction(self, work: Work[T]) -> T:
        with self._engine.begin() as connection:
            return _to_its_end(work, connection)


class WriterThread(Threads):
    """Built by `bot.store.database.writer_thread`: each transaction begins with the write lock."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, 1, "silbo-writer")
        self.began = False
        """Whether the last transaction got the write lock."""

    @property
    def dialect(self) -> str:
        """SQLAlchemy's name of the kind of database."""
        return self._engine.dialect.name

    async def outside(self, work: Callable[[Connection], T], options: Mapping[str, Any]) -> T:
        """Return what `work` does on the writer's connection, opened with these execution options."""

        def alone() -> T:
            with self._engine.execution_options(**options).connect() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._threads, alone)

    async def run_all(self, works: Sequence[Work[Any]]) -> list[Any]:
        """Commit what all of `works` do, each whole or not at all, with one flush of the disk. Returns what
        each returned, or raised; raises what the database does: then nothing of any is there.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._together, works)

    def _transaction(self, work: Work[T]) -> T:
        self.began = False
        with self._engine.begin() as connection:
            self.began = True
            return _to_its_end(work, connection)

    def _together(self, works: Sequence[Work[Any]]) -> list[Any]:
        self.began = False
        try:
            with self._engine.begin() as connection:
                self.began = True
                return [_to_its_end(work, connection) for work in works]
        except (SQLAlchemyError, sqlite3.Error):
            raise
        except Exception:  # of one of the works: seldom, so only then there are points to go back to
            return self._each_for_itself(works)

    def _each_for_itself(self, works: Sequence[Work[Any]]) -> list[Any]:
        ends: list[Any] = []
        self.began = False
        with self._engine.begin() as connection:
            self.began = True
            for work in works:
                point = connection.begin_nested()
                try:
                    ends.append(_to_its_end(work, connection))
                    point.commit()
                except (SQLAlchemyError, sqlite3.Error):
                    raise
                except Exception as error:  # of the work itself, which alone is undone
                    point.rollback()
                    ends.append(error)
        return ends


def _to_its_end(work: Work[T], connection: Connection) -> T:
    steps = work(cast(AsyncConnection, AtOnce(connection))).__await__()
    try:
        next(steps)
    except StopIteration as end:
        return cast(T, end.value)
    raise RuntimeError("a transaction waits for nothing but its own database")


class AtOnce:
    """The part of AsyncConnection that transactions use, on a connection that answers at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)
