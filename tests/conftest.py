"""`--long` runs the long versions too: more kills, more seeds, fuzzing."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]

os.environ["LC_ALL"] = "C.UTF-8"  # whoever runs the tests: what is said depends on it
# Tests start some hundred programs. They keep what Python compiled, in one place and not among the sources:
# without it each compiled us, our libraries and the standard library anew, most of what it cost.
os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(ROOT / ".tools" / "pycache")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

hypothesis.settings.register_profile("any machine", deadline=None, derandomize=True)  # no assertion on time
hypothesis.settings.register_profile("long", deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long versions too")


def pytest_configure(config: pytest.Config) -> None:
    """The default run tries the same examples each time, so that main is green or not; --long others."""
    hypothesis.settings.load_profile("long" if config.getoption("--long") else "any machine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    kept = [item for item in items if item.get_closest_marker("long") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture(autouse=True)
def mask_of_signals() -> Iterator[None]:
    """What holds signals back until its caller has cleaned up holds none back from the next test."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


@pytest.fixture
def signals_of_a_terminal() -> Iterator[None]:
    """Programs start with the signals as a terminal gives them: a suite that a script started in the
    background, or under nohup, ignores SIGINT or SIGHUP, and so would they.
    """
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    for number, handler in zip(numbers, before, strict=True):
        if handler is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def age_program() -> str:
    """Path of Debian's age, from PATH or from where deploy.sh unpacks it."""
    program = shutil.which("age", path=os.pathsep.join([os.environ["PATH"], str(ROOT / ".tools" / "bin")]))
    if program is None:
        pytest.skip("left out: Debian's age is not on PATH or in .tools/bin")
    return program
