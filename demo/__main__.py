"""Run the main job: `./deploy.sh demo`. Typed on a terminal, played without one.

Played, it exits 0 only if the decrypted words equal what was sent and no trace is left in any file.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo.commands import DESK, UNSHARE, DemoError, Reviewer, Server
from demo.page import build_page, served
from demo.samples import testimony_files, traces

TESTIMONY = (
    "Trabajo en un centro de llamadas, desde mi cuarto. Nos mandaron un anexo de ocho páginas.",
    "Dice que una cámara nos va a mirar en la casa y que un programa avisa si ve un teléfono o un papel.",
    "Para tomar agua hay que pedir el «modo pausa». Mis hijos pasan por detrás de la cámara. ¿Quién los ve?",
)
QUESTION = "¿Alguien está en peligro ahora? ¿Quién más puede saber esto?"
NEWS = "Publicamos lo del anexo. Buscamos nóminas de marzo."
ANSWER = "Ahora no. Lo recibimos unas veinte personas."


def main() -> int:
    parser = argparse.ArgumentParser(prog="./deploy.sh demo", description=__doc__)
    parser.add_argument("--page", action="store_true", help="also open the page that locks what you write")
    options = parser.parse_args()
    typed = sys.stdin.isatty()
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="silbo-demo-", dir=memory if memory.is_dir() else None))
    try:
        if options.page and not typed:
            raise DemoError("--page needs a terminal: there you are the source")
        return _typed(folder, page=options.page) if typed else _played(folder)
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        if not typed or not (folder / "read").is_dir():
            shutil.rmtree(folder)


def _typed(folder: Path, *, page: bool) -> int:
    server, reviewers = _prepare(folder)
    if page:
        _step("The page is built, and served with the keys of this desk")
        build_page()
        with served(server) as address:
            print(f"Open {address} in a browser: you are the source.")
            print("Send something there, and keep the secret words; or lock it, and save the parts.")
            input("Press Enter here when you have done that. ")
        print(
            "A part that you saved goes into the chat: /attach and where it was saved. /quit ends the chat."
        )
    _step(f"You are the source now, and {DESK} will read you. Nothing leaves this machine.")
    server.chat(None)
    drops = _carry(folder, server, reviewers[0])
    if not drops:
        print("Nothing was sent, so there is nothing to read.")
        return 0
    _read(folder, reviewers[0], drops[0])
    print(f"\nAll of the demo is in {folder}; delete it with: rm -r {folder}")
    return 0


def _played(folder: Path) -> int:
    server, reviewers = _prepare(folder)
    made = folder / "phone"
    made.mkdir()
    files = testimony_files(made)
    _step("The source's three files, and what gives them away")
    for file in files:
        print(f"  {file.name}: {', '.join(traces(file))}")
    _step("The source writes (played; Spanish)")
    said = server.chat([*TESTIMONY, *(f"/attach {file}" for file in files), "/send", "1", "/quit"])
    drops = _carry(folder, server, reviewers[1])
    if len(drops) != 1:
        raise DemoError(f"one drop was sent and {len(drops)} arrived")
    read = _read(folder, reviewers[1], drops[0])
    _ask_back(folder, server, reviewers[1], drops[0], _codename(said))
    return _judge(read, len(files))


def _codename(said: str) -> str:
    """The seven words under which answers lie, as the source reads them off the screen."""
    lines = [line.strip() for line in said.splitlines()]
    found = [line for line in lines if re.fullmatch(r"[^\W\d_]+( [^\W\d_]+){6}", line)]
    if len(found) != 1:
        raise DemoError("no codename was shown")
    return found[0]


def _ask_back(folder: Path, server: Server, reviewer: Reviewer, drop: str, codename: str) -> None:
    """A question back, the source's answer to it, and the receipt."""
    _step(f"{reviewer.name} asks something back: sealed for this codename alone, carried on the stick")
    question = folder / "question.txt"
    question.write_text(QUESTION, "utf-8")
    print(reviewer.run("reply", drop, "--file", str(question), "--yes", offline=True).rstrip())
    stick = folder / "stick"
    print(reviewer.run("outbox", str(stick), offline=True).rstrip())
    news = folder / "news.txt"
    news.write_text(NEWS, "utf-8")
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    words = ("--drop", drop, "--until", until, "--text", f"es={news}", "--yes")
    print(reviewer.run("announce", str(stick), *words, offline=True).rstrip())
    print(server.run("import-replies", str(stick)).rstrip())
    _step("The source looks for news, asks for answers with the codename, and answers")
    answered = server.chat(
        ["/news", "/answers", codename, "1", ANSWER, "/send", "1", "/answers", codename, "2", "/quit"]
    )
    if NEWS not in answered:
        raise DemoError("the source did not see the news")
    if QUESTION not in answered:
        raise DemoError("the source did not get the question")
    _step(f"The answer travels back; {reviewer.name} reads the thread and confirms")
    print(server.run("export", str(stick)).rstrip())
    print(reviewer.run("import", str(stick), offline=True).rstrip())
    thread = reviewer.run("thread", drop, offline=True).rstrip()
    print(thread)
    if "read by the source" not in thread:
        raise DemoError("nothing tells that the source has read the question")
    print(reviewer.run("receipt", str(stick), offline=True).rstrip())
    print(server.run("receipts", str(stick)).rstrip())


def _prepare(folder: Path) -> tuple[Server, list[Reviewer]]:
    _step("Two reviewers make their keys offline; a server learns only the public halves")
    reviewers = [Reviewer.create(folder, name) for name in ("union", "newsroom")]
    for reviewer in reviewers:
        print(f"  {reviewer.name}: {reviewer.words()}")
    return Server.create(folder, reviewers), reviewers


def _carry(folder: Path, server: Server, reviewer: Reviewer) -> list[str]:
    """Export to a stick and import on the reviewer's machine; return the ids of the drops that arrived."""
    stick = folder / "stick"
    stick.mkdir()
    _step("The server's operator exports ciphertext to a stick")
    print(server.run("export", str(stick)).rstrip())
    if not any(stick.iterdir()):
        return []
    network = (
        "without a network (unshare -n)" if UNSHARE else "with its network: this kernel has no unshare -n"
    )
    _step(f"{reviewer.name} reads the stick on a machine {network}")
    key = server.run("server-key").split("\n", maxsplit=1)[0]
    print(reviewer.run("import", str(stick), "--server", key, offline=True).rstrip())
    return sorted(file.stem for file in stick.glob("batch-*/*.tar"))


def _read(folder: Path, reviewer: Reviewer, drop: str) -> Path:
    """Show the drop, and extract it; return the folder with the clean files."""
    print(reviewer.run("show", drop, offline=True).rstrip())
    read = folder / "read"
    read.mkdir()
    print(reviewer.run("extract", drop, str(read), offline=True).rstrip())
    return read / drop


def _judge(read: Path, files: int) -> int:
    """Compare what the reviewer reads with what the source sent, with no code of Silbo's."""
    _step("Compared with what was sent, by independent code")
    report = json.loads((read / "report.json").read_text("utf-8"))
    texts = [(read / item["file"]).read_text("utf-8") for item in report["items"] if item["kind"] == "text"]
    images = [read / item["file"] for item in report["items"] if item["kind"] == "file"]
    same = texts == list(TESTIMONY)
    print(f"  words: {'the same' if same else 'DIFFERENT'}")
    clean = len(images) == files
    for image in images:
        left = traces(image)
        clean = clean and not left
        print(f"  {image.name}: {'LEFT: ' + ', '.join(left) if left else 'no trace left'}")
    print("The demo is done: all is as it should be." if same and clean else "demo: FAILED")
    return 0 if same and clean else 1


def _step(title: str) -> None:
    print(f"\n== {title}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
