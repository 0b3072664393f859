"""A machine for the tests that need a whole Debian."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.deploy.machine import Machine, need_tools


@pytest.fixture
async def machine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Machine]:
    """Of the release that a test names: `machine` parametrized indirectly."""
    need_tools()
    made = await asyncio.to_thread(Machine.create, tmp_path, request.param)
    try:
        yield made
    finally:
        await asyncio.to_thread(made.power_off)
