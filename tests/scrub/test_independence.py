"""What each program of this package loads, in an interpreter of its own.

The judge shares nothing with what it judges; the parent's side parses nothing; cleaning knows of no bot.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scrub import archive, engine, media, office, pdf, text
from scrub.image import format as image_format
from scrub.isolation.wire import pack_media_type
from scrub.report import PDF_STYLES, Choices
from tests.scrub.office_files import docx, odf, pptx, xlsx, zipped

_DECODERS = {"PIL", "pi_heif", "_pi_heif", "pillow_jxl", "pypdfium2_raw", "av", "lxml", "numpy"}
_SERVICE = {
    "sqlalchemy",
    "alembic",
    "pydantic",
    "pydantic_settings",
    "httpx",
    "starlette",
    "uvicorn",
    "telegram",
}
_NEW = """
import sys
before = set(sys.modules)
{}
print(*(name for name in set(sys.modules) - before if name.partition(".")[0] not in sys.stdlib_module_names))
"""
_VERIFYING = """
import sys
from scrub.isolation import judge, zygote
requests = [bytes.fromhex(line) for line in sys.stdin]
before = set(sys.modules)
assert all(judge.verify_task(each[:1], each[1:]) == (b"\\1",) for each in requests)
print(*set(sys.modules) - before)
"""


def loaded(program: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _NEW.format(program)], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def rooms(program: str) -> set[str]:
    return {name.partition(".")[0] for name in loaded(program)}


def test_the_verifier_loads_the_standard_library_the_codes_and_the_tables() -> None:
    allowed = ("scrub.verify.", "scrub.tables", "codes")
    rest = {name for name in loaded("import scrub.verify") if not name.startswith(allowed)}
    assert rest == {"scrub", "scrub.verify"}


def test_the_verifier_loads_no_decoder() -> None:
    assert loaded("import scrub.verify") & _DECODERS == set()


def test_the_process_that_forks_the_judges_loads_this_package_alone() -> None:
    assert rooms("from scrub.isolation import judge, zygote") == {"scrub", "codes"}


def test_a_judge_loads_nothing_when_it_verifies() -> None:
    """It has no file system; and what it opens for the first time, it would open beside outside bytes."""
    documents = [zipped(files) for files in (docx(), xlsx(), pptx(), odf())]
    samples = (
        *image_format.samples(),
        pdf.sample(),
        *media.samples(),
        *text.samples(),
        archive.sample(),
        *office.samples(),
        *documents,
        zipped({f"{number}.docx": document for number, document in enumerate(documents)}),
    )
    cleaned = [engine.scrub(sample, Choices(bytes(32))) for sample in samples]
    cleaned += [engine.scrub(pdf.sample(), Choices(pdf=style)) for style in PDF_STYLES]
    requests = [(pack_media_type(clean.media_type) + clean.content).hex() for clean in cleaned]
    done = subprocess.run(
        [sys.executable, "-c", _VERIFYING],
        input="\n".join(requests),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    "program",
    [
        "import runpy; sys.argv = ['scrub', '/nowhere/file', '--out', '/nowhere/out']\n"
        "try: runpy.run_module('scrub', run_name='__main__')\n"
        "except SystemExit as end: assert end.code",
        "from scrub import command; from scrub.scrubber import Scrubber",
    ],
)
def test_cleaning_files_loads_no_bot_no_database_and_no_decoder(program: str) -> None:
    assert rooms(program) == {"scrub", "codes"}


def test_the_bots_command_for_it_loads_no_messenger_and_no_database() -> None:
    program = (
        "from bot import cli\n"
        "try: cli.main(['scrub', '/nowhere/file', '--out', '/nowhere/out'])\n"
        "except SystemExit: pass"
    )
    found = loaded(program)
    assert "scrub.command" in found
    assert not {name for name in found if name.startswith("bot.channels")}
    assert {name.partition(".")[0] for name in found} & (_DECODERS | _SERVICE) == set()


def test_a_family_of_formats_imports_no_other() -> None:
    """Where one nests in another it is handed the way there (`inner`), by the engine alone."""
    folder = Path(engine.__file__).parent
    families = {"image", "pdf", "media", "text", "mail", "archive", "office"}
    shared = {"inventory", "words", "pixels", "tables", "sniff", "report"}
    for family in families:
        for path in (folder / family).rglob("*.py"):
            for name in _imported(path):
                first, _, rest = name.partition(".")
                assert first != "scrub" or rest.split(".")[0] in {family, *shared}, (path.name, name)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
