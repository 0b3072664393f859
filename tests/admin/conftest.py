"""The people of these tests: a reviewer's offline machine and the server whose sticks it reads."""

from pathlib import Path

import pytest

from tests.admin.stage import Reviewer, Server


@pytest.fixture
def reviewer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Reviewer:
    return Reviewer(tmp_path / "home", capsys)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "stick")
