"""`store` is one on SQLite, then one on PostgreSQL; on SQLite alone where a test asks for its `path`."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store.store import Store
from bot.store.tables import metadata
from tests.bot.store.databases import Database
from tests.postgres import Cluster, running

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running() as made:
        yield made


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A database with our tables, which others are copied from."""

    async def make(url: str) -> None:
        await (await Store.open(url)).close()

    name = cluster.new_database()
    asyncio.run(make(cluster.url(name)))
    return name


@pytest.fixture(scope="session")
def shared(cluster: Cluster, template: str) -> str:
    """A database that tests use one after the other: making one takes as long as most of them."""
    return cluster.new_database(template)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        of_a_file = "path" in inspect.signature(metafunc.function).parameters
        kinds = getattr(metafunc.module, "KINDS", KINDS)
        metafunc.parametrize("kind", KINDS[:1] if of_a_file else kinds)


@pytest.fixture
def database(kind: str, path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    if kind == "sqlite":
        yield Database(f"sqlite+aiosqlite:///{path}", path)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    if getattr(request.module, "KINDS", KINDS) == KINDS:
        name = request.getfixturevalue("shared")
        yield Database(cluster.url(name), path, cluster, name)
        cluster.clear(name, metadata.tables)
        return
    name = cluster.new_database(request.getfixturevalue("template"))
    yield Database(cluster.url(name), path, cluster, name)
    cluster.drop_database(name)


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    store = await Store.open(database.url)
    yield store
    await store.close()
