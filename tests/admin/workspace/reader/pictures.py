"""Pictures of the reader, to be looked at: `python -m tests.admin.workspace.reader.pictures`, with tmux."""

import base64
import html
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

from PIL import Image

from tests.admin.stage import PASSPHRASE, Reviewer, Server, file_item, text_item
from tests.admin.workspace.page import scene
from tests.browser import open_page
from tests.pictures import DOCS, MONO

SIZES = {"reader-80x24": (80, 24), "reader-200x60": (200, 60)}
PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: mono; src: url(data:font/ttf;base64,%s) }
body { margin: 0; background: #1c1d20; color: #ddd; width: max-content }
pre { margin: 0; padding: 8px; font: 14px/17px mono, sans-serif }
.s1 { font-weight: bold } .s2 { opacity: .6 } .s4 { text-decoration: underline }
.s7 { background: #ddd; color: #1c1d20 } .s31 { color: #f77 } .s32 { color: #8c8 }
</style><pre>%s</pre>"""
KINDS = {"1": "bold", "2": "dim", "4": "line", "7": "reverse", "31": "colour", "32": "colour"}
ENDS = {"22": "bold", "24": "line", "27": "reverse", "39": "colour"}
"""Of ECMA-48's SGR, what the reader uses: what a code switches on, and off."""

START = "import sys; from datetime import date; from admin.cli import main; sys.exit(main(today=lambda: date(2026, 11, 18), work_factor=4))"  # noqa: E501


def home_in(folder: Path) -> Path:
    """A reviewer's home with some drops, of which one has something of every kind."""
    silent = SimpleNamespace(readouterr=lambda: SimpleNamespace(out="", err=""))
    reviewer = Reviewer(folder / "home", silent)  # type: ignore[arg-type]  # nobody reads it
    reviewer.keygen()
    server, to = Server(folder / "stick"), reviewer.recipients()
    server.write(
        server.drop(to, text_item("Nos graban hasta en la cocina. ¿Esto es legal?")),
        server.drop(to, text_item("They took my badge at 07:40 [sic] and did not say why."), language="en"),
        server.drop(to, text_item("Mira https://аррle.com/x?utm_source=mail"), language="es"),
        server.drop(to, text_item("मेरी किताब में सब लिखा है।"), language="hi"),
        server.drop(
            to,
            text_item("El contrato, como me lo dieron."),
            file_item(bytes(2000), "application/msword", cleaned=False, extension="doc"),
        ),
    )
    server.write(server.drop(to, *scene.everything(), answers=scene.ANSWERS, mailbox=scene.MAILBOX))
    reviewer.run("import", server.stick, "--server", server.public)
    drops = [drop.id for batch in server.batches for drop in batch.drops]
    for words in (["tag", "contrato", drops[0]], ["flag", drops[1]], ["assign", "Ana", drops[2]]):
        reviewer.run(*words, passphrase=PASSPHRASE)
    return reviewer.home


def drawn(home: Path, columns: int, rows: int) -> str:
    """What the terminal shows when the newest drop is open, with tmux's escapes for colours."""
    with tempfile.TemporaryDirectory() as folder:
        tmux = ["tmux", "-f", "/dev/null", "-S", f"{folder}/socket"]
        command = [sys.executable, "-c", START, "--home", str(home), "read"]
        begin = ["new-session", "-d", "-x", str(columns), "-y", str(rows), *command]
        subprocess.run([*tmux, *begin], check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
        try:
            shown(tmux, "Passphrase:")
            subprocess.run([*tmux, "send-keys", "-l", PASSPHRASE], check=True)
            subprocess.run([*tmux, "send-keys", "Enter"], check=True)
            shown(tmux, "? help")
            subprocess.run([*tmux, "send-keys", "Enter"], check=True)
            shown(tmux, "verified to its last byte")
            time.sleep(2)
            return subprocess.run(
                [*tmux, "capture-pane", "-p", "-e"], check=True, capture_output=True, text=True
            ).stdout
        finally:
            subprocess.run([*tmux, "kill-server"], check=False)


def shown(tmux: Sequence[str], words: str) -> None:
    for _ in range(600):
        seen = subprocess.run(
            [*tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True
        ).stdout
        if words in seen:
            return
        time.sleep(0.2)
    raise SystemExit(f"'{words}' was not drawn:\n{seen}")


def picture(screen: str) -> Image.Image:
    on: dict[str, str] = {}
    marked = []
    for number, piece in enumerate(re.split("\x1b\\[([0-9;]*)m", screen)):
        if number % 2 == 0:
            marked.append(f'<span class="{" ".join(on.values())}">{html.escape(piece)}</span>')
            continue
        for code in piece.split(";"):
            if code in {"", "0"}:
                on.clear()
            elif code in KINDS:
                on[KINDS[code]] = f"s{code}"
            else:
                on.pop(ENDS.get(code, ""), None)
                if code == "22":
                    on.pop("dim", None)
    font = base64.b64encode(MONO.read_bytes()).decode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(PAGE % (font, "".join(marked)), "utf-8")
        with open_page(path.as_uri()) as (browser, _):
            browser.evaluate("document.fonts.ready")
            return Image.open(io.BytesIO(browser.locator("body").screenshot())).convert("RGB")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = home_in(Path(folder))
        for name, (columns, rows) in SIZES.items():
            picture(drawn(home, columns, rows)).save(DOCS / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
