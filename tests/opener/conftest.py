"""The one file that the opener is built into."""

import importlib.util
from typing import Any

import pytest

from opener.build import build


@pytest.fixture(scope="module")
def opener(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the one file of the opener, built and loaded as a module of its own."""
    path = tmp_path_factory.mktemp("opener") / "silbo_open.py"
    path.write_bytes(build())
    spec = importlib.util.spec_from_file_location("silbo_open", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
