"""The page's messages and its code: each message is said, each that is said is there, TypeScript is sound."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from codes.languages import LANGUAGES
from page import build
from page.messages import PLAIN_FORM, PREFIX, SHARED, WITHOUT_SCRIPT, messages

SOURCES = [*(build.HERE / "src").rglob("*.ts"), build.HERE / "page.html"]
FAMILIES = ("picture", "document", "sound", "other")


def said() -> set[str]:
    text = "".join(source.read_text("utf-8") for source in SOURCES)
    found = set(re.findall(r"\bpage_[a-z_]*[a-z]\b", text)) - {"page_reveals"}
    return found | {f"page_reveals_{family}" for family in FAMILIES} | {WITHOUT_SCRIPT, PLAIN_FORM}


def test_every_message_of_the_page_is_said_and_there() -> None:
    for language in LANGUAGES:
        texts = messages()[language]
        assert {key for key in texts if key.startswith(PREFIX)} == said()
        assert set(SHARED) <= set(texts)


def test_the_page_calls_the_languages_what_the_bot_does() -> None:
    words = (build.HERE / "src" / "ui" / "words.ts").read_text("utf-8")
    assert tuple(re.findall(r"(?m)^    ([a-z]+): \"", words)) == LANGUAGES


@pytest.mark.long
def test_the_compiler_finds_no_fault(built: str) -> None:
    assert built
    node = shutil.which("node") or build.node()
    compiler = Path("node_modules", "typescript", "bin", "tsc")
    done = subprocess.run([node, compiler, "-p", "."], cwd=build.HERE, capture_output=True, check=False)
    assert done.stdout.decode() == ""
