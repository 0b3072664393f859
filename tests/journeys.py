"""Writes the journeys into docs/journeys as they are now: `python -m tests.journeys --write`.

Without `--write` it compares them, as the tests do. `--pictures` draws the way to a receipt as `silbo chat`
shows it in a terminal of 40 columns, a phone's width, in each language; then look at them.
"""

import base64
import html
import io
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from PIL import Image

from codes.languages import LANGUAGES
from demo.commands import SILBO, Reviewer, Server
from tests.bot.dialogue.journey import WORDS
from tests.browser import open_page
from tests.pictures import DOCS, MONO, PAGE

COLUMNS = 40
OWN = {
    "en": "My passport is AB1234567.",
    "es": "Mi pasaporte es AB1234567.",
    "sq": "Numri i pasaportës sime është AB1234567.",
    "fil": "Ang pasaporte ko ay AB1234567.",
    "hi": "मेरा पासपोर्ट नंबर AB1234567 है।",
    "fr": "Mon passeport est AB1234567.",
}
"""What is pointed at."""
LOCALES = {language: f"{language}.UTF-8" for language in LANGUAGES}


def conversation(server: Server, folder: Path, language: str) -> str:
    """What the terminal shows, with what was typed."""
    photo = folder / "photo.jpg"
    exif = Image.Exif()
    exif[0x0110], exif[0x013B], exif[0x0132] = "Phone 1", "Somebody", "2026:01:02 03:04:05"
    Image.new("RGB", (320, 240), "gray").save(photo, exif=exif)
    typed = [f"{WORDS[language]} {OWN[language]}", f"/attach {photo.name}", "1", "1", "/quit"]
    environment = os.environ | {"LANG": LOCALES[language], "LC_ALL": "", "COLUMNS": str(COLUMNS)}
    shutil.rmtree(folder / "runtime", ignore_errors=True)  # or the chat goes on in the language before
    command = [SILBO, "chat", "--config", str(server.config)]
    lines = "".join(f"{line}\n" for line in typed)
    done = subprocess.run(
        command, input=lines, cwd=folder, capture_output=True, text=True, env=environment, check=True
    )
    shown = [
        textwrap.fill(line, COLUMNS) if line.startswith("> ") else line for line in done.stdout.split("\n")
    ]
    return "\n".join(shown[:-2] if shown[-2].startswith("> /quit") else shown)


def picture(text: str) -> Image.Image:
    font = base64.b64encode(MONO.read_bytes()).decode()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE % (font, html.escape(text)), "utf-8")
        with open_page(page.as_uri(), width=480) as (shown, _):
            shown.evaluate("document.fonts.ready")
            drawn = shown.locator("body").screenshot()
    return Image.open(io.BytesIO(drawn)).convert("L").quantize(32)


def pictures() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server.create(folder, [Reviewer.create(folder, "one")])
        for language in LANGUAGES:
            text = conversation(server, folder, language)
            picture(text).save(DOCS / "journeys" / f"{language}-first-screens.png", optimize=True)


if __name__ == "__main__":
    if "--pictures" in sys.argv[1:]:
        pictures()
        sys.exit()
    wanted = {"SILBO_WRITE_JOURNEYS": "1"} if "--write" in sys.argv[1:] else {}
    run = [sys.executable, "-m", "pytest", "-q", "--long", "tests/bot/dialogue/test_journeys.py"]
    sys.exit(subprocess.run(run, env={**os.environ, **wanted}, check=False).returncode)
