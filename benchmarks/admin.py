"""What the reviewer's workspace costs, in one run:

    python -m benchmarks.admin [--drops N] [--scaled] [--large] [--before FOLDER]

FOLDER is a checkout of 956e56d with an environment of its own in `.venv`.

Drops are sealed for real (hybrid keys, eight stanzas) and read as a reviewer's laptop reads them. Processor
time of this process or of a whole child; scrypt is quick but for `show`, where that of two secrets (the
period's and the storage key's) counts. The bars are those
of issue 15.
"""

import argparse
import contextlib
import hashlib
import io
import os
import pty
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from admin.cli import main as silbo_admin
from admin.context import Context
from admin.display import PLAIN
from admin.keys.passphrase import WORK_FACTOR
from admin.workspace.commands import list as list_command
from admin.workspace.commands import search as search_command
from admin.workspace.index.entry import Entry
from admin.workspace.index.folding import matching
from admin.workspace.index.segment import Segment
from admin.workspace.opened import Workspace, opened
from admin.workspace.sealed import seal
from crypto.age import HybridIdentity, Recipient, ScryptIdentity, ScryptRecipient, decrypt, encrypt
from crypto.batch import BatchDrop
from crypto.drop import MANIFEST_AGE, STAMP_FILE, item_name, stamp_of, write_drop
from crypto.drop_list import make_batch
from crypto.item import ItemSealer
from crypto.manifest import Manifest, ManifestItem, seal_manifest
from crypto.slots import Slots
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, pipe_with, text_item

WORDS = 150
QUICK = 4
_PROGRAM = """
import resource, sys
from datetime import date
from admin.cli import main
status = main(sys.argv[2:], today=lambda: date(2026, 11, 18), work_factor=int(sys.argv[1]))
used = resource.getrusage(resource.RUSAGE_SELF)
with open("/proc/self/status") as file:  # ru_maxrss is carried over from who has started this
    peak = next(line.split()[1] for line in file if line.startswith("VmHWM"))
print(used.ru_utime + used.ru_stime, peak, file=sys.stderr)
"""

_NOTED = """
import os, resource
from admin.workspace.reader import lock
draw = lock.draw
def noted(*given):
    draw(*given)
    used = resource.getrusage(resource.RUSAGE_SELF)
    os.write({note}, str(used.ru_utime + used.ru_stime).encode())
lock.draw = noted
"""
"""Before a program: it writes its processor seconds when the reader's list is drawn. What it does until
somebody has come to look is not counted.
"""


class Vocabulary:
    """Words as they are in testimonies: some in nearly all, most in hardly any."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        letters = "aeiouslnrdtcmpbgvfhñáé"
        self.words = ["".join(chance.choices(letters, k=chance.randrange(2, 11))) for _ in range(20_000)]
        self._weights = [1 / (rank + 3) for rank in range(len(self.words))]

    def testimony(self) -> str:
        return " ".join(self._chance.choices(self.words, self._weights, k=WORDS))


def run(home: Path, *words: str, work_factor: int = QUICK, typed: str = "") -> tuple[float, int]:
    """Processor seconds and the most memory (KiB) of a command as a whole process."""
    handle = pipe_with(PASSPHRASE)
    command = [sys.executable, "-c", _PROGRAM, str(work_factor), "--home", str(home), *words]
    if words[0] not in ("import", "list"):
        command += ["--passphrase-fd", str(handle)]
    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, pass_fds=(handle,), check=True, env=os.environ
    )
    os.close(handle)
    used, most = done.stderr.split()[-2:]
    return float(used), int(most)


@contextlib.contextmanager
def session(home: Path) -> Iterator[Workspace]:
    context = Context(
        home=home,
        today=TODAY,
        out=io.StringIO(),
        err=io.StringIO(),
        stdin=io.StringIO(),
        terminal=False,
        typed=False,
        paint=PLAIN,
        paint_err=PLAIN,
        ask=lambda _: PASSPHRASE.encode(),
        work_factor=QUICK,
    )
    with opened(context) as workspace:
        yield workspace


def seconds(act: Callable[[], object], times: int = 1) -> float:
    """Processor seconds of the quickest of some runs."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        act()
        best = min(best, time.process_time() - start)
    return best


def tell(what: str, value: float, unit: str, bar: float) -> None:
    verdict = "" if bar == 0 else f"   at most {bar:g}{'' if value <= bar else '   NOT MET'}"
    print(f"{what:<58}{value:>9.2f} {unit:<6}{verdict}", flush=True)


def until_seen(words: bytes, *command: str, typed: bytes = b"") -> float:
    """Processor seconds of a command in a terminal until these words were drawn; then it is killed. What it
    asks is typed.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(command[0], command)
    drawn, prompt = b"", typed != b""
    while words not in drawn:
        drawn += os.read(terminal, 1 << 16)
        if prompt and b"Passphrase: " in drawn:
            os.write(terminal, typed + b"\n")
            prompt = False
    os.kill(pid, signal.SIGKILL)
    used = os.wait4(pid, 0)[2]
    os.close(terminal)
    return used.ru_utime + used.ru_stime


def until_listed(home: Path, typed: bytes, words: bytes = b"unread") -> float:
    """Processor seconds of the reader until its list is drawn, with these words on it."""
    read, write = os.pipe()
    os.set_inheritable(write, True)
    program = _NOTED.format(note=write) + _PROGRAM
    command = [sys.executable, "-c", program, str(QUICK), "--home", str(home), "read"]
    try:
        until_seen(words, *command, typed=typed)
        return float(os.read(read, 64))
    finally:
        os.close(read)
        os.close(write)


def reader(home: Path) -> None:
    """The reader as a whole process: its lock screen, behind which it is loaded, and its list."""
    start = [sys.executable, "-c", _PROGRAM, str(QUICK), "--home", str(home), "read"]
    bare = min(until_seen(b"x", sys.executable, "-c", "print('x')") for _ in range(9))
    first = min(until_seen(b"Passphrase: ", *start) for _ in range(5))
    tell("the reader's first paint, of a bare python", first / bare, "x", 25)
    typed = PASSPHRASE.encode()
    listed = min(until_listed(home, typed) for _ in range(5))
    tell("the reader's list, unlocked, of a bare python", listed / bare, "x", 25)
    # What no drop costs is the floor: Python, its libraries and two keys.
    empty = home.with_name("empty")
    with contextlib.redirect_stdout(io.StringIO()):
        words = [
            "--home",
            str(empty),
            "keygen",
            "--weeks",
            "2",
            "--passphrase-fd",
            str(pipe_with(PASSPHRASE)),
        ]
        silbo_admin(words, today=lambda: TODAY, work_factor=QUICK)
    listed = min(until_listed(empty, typed, b"No drop.") for _ in range(5))
    tell("the same of a home without a drop", listed / bare, "x", 0)


def parsed(command: object, *words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    command.options(parser)  # type: ignore[attr-defined]  # a module of commands
    return parser.parse_args(words)


def measure(folder: Path, number: int) -> None:
    vocabulary = Vocabulary(random.Random(15))
    reviewer = Reviewer(folder / "home", SimpleNamespace(readouterr=lambda: None))  # type: ignore[arg-type]  # not run
    home = reviewer.home
    with contextlib.redirect_stdout(io.StringIO()):
        handle = pipe_with(PASSPHRASE)
        words = ["--home", str(home), "keygen", "--weeks", "2", "--passphrase-fd", str(handle)]
        silbo_admin(words, today=lambda: TODAY, work_factor=QUICK)
    server, recipients = Server(folder / "stick"), reviewer.recipients()
    size = 0
    for start in range(0, number, 1000):
        texts = [vocabulary.testimony() for _ in range(min(1000, number - start))]
        size += sum(len(text.encode()) for text in texts)
        server.write(*(server.drop(recipients, text_item(text)) for text in texts))
    print(f"{number} drops of {WORDS} words, {size / 1e6:.1f} MB of words\n")

    used, _ = run(home, "import", str(server.stick), "--server", server.public)
    tell("import, a drop", used / number * 1000, "ms", 0)
    plain, _ = run(home, "list")
    tell("list without the workspace, whole process", plain, "s", 0)
    used, _ = run(home, "search", "casa")
    tell("reading new drops into the index, a drop", used / number * 1000, "ms", 5)
    index = sum(path.stat().st_size for path in (home / "workspace" / "index").rglob("*.age"))
    tell("index on the disk, of the words", index / size, "x", 0.6)
    used, most = run(home, "search", "casa")
    tell("a search as a whole process, the index read", used, "s", 0)
    tell("memory of it", most / 1024, "MB", 300)
    with session(home) as workspace:
        every = parsed(list_command)
        used = seconds(lambda: list_command.act(workspace, every), 3)
        tell("list of all in a session, of that without", used / plain, "x", 0.6)
        worst = 0.0
        common = vocabulary.words
        for query in (
            common[0],
            f"{common[0]} {common[1]}",
            f'"{common[0]} {common[1]}"',
            f"{common[0][:2]}*",
        ):
            asked = parsed(search_command, *query.split())
            worst = max(worst, seconds(lambda asked=asked: search_command.act(workspace, asked), 5))  # type: ignore[misc]  # now
        tell("the slowest search in a session", worst * 1000, "ms", 5)
    first, second = (drop.id for drop in server.batches[0].drops[:2])
    once, _ = run(home, "work", typed=f"show {first}\n")
    twice, _ = run(home, "work", typed=f"show {first}\nshow {second}\n")
    sealed = encrypt(b"secret", [ScryptRecipient(PASSPHRASE.encode(), log_n=WORK_FACTOR)])
    unlock = seconds(lambda: decrypt(sealed, [ScryptIdentity(PASSPHRASE.encode(), max_log_n=WORK_FACTOR)]))
    tell("show of a second drop in a session, of the first", (twice - once) / (once + 2 * unlock), "x", 0.1)
    reader(home)


def against(before: Path, folder: Path, number: int) -> None:
    """`import` and `list` as whole processes beside those of an older build, in turns: nobody has opened
    anything, and the server wrote what 0.1 wrote.
    """
    ours, theirs = folder / "ours", folder / "theirs"
    server = Server(folder / "stick", old=True)
    drop = server.drop([HybridIdentity.generate().recipient()], text_item("Nos graban."))
    for start in range(0, number, 1000):
        server.write(*[drop] * min(1000, number - start))
    python, where = str(before / ".venv/bin/python"), {**os.environ, "PYTHONPATH": str(before)}

    def used(home: Path, *words: str) -> float:
        new = home == ours
        command = [sys.executable if new else python, "-c", _PROGRAM, str(QUICK), "--home", str(home), *words]
        told = subprocess.run(
            command, capture_output=True, text=True, check=True, env=os.environ if new else where, cwd=folder
        )
        return float(told.stderr.split()[-2])

    stick = ("import", str(server.stick), "--server", server.public)
    took = [used(home, *stick) for home in (ours, theirs)]
    tell(f"import of {number} drops, of that of 956e56d", took[0] / took[1], "x", 1)
    lists = [(used(ours, "list"), used(theirs, "list")) for _ in range(7)]
    mine, old = (min(column) for column in zip(*lists, strict=True))
    tell(f"list of {number} drops as a whole process, of that of 956e56d", mine / old, "x", 0.6)


def large(folder: Path, size: int) -> None:
    """What a drop with one huge file takes of memory, above one with a small file."""
    reviewer = Reviewer(folder / "home", SimpleNamespace(readouterr=lambda: None))  # type: ignore[arg-type]  # not run
    home = reviewer.home
    with contextlib.redirect_stdout(io.StringIO()):
        words = ["--home", str(home), "keygen", "--weeks", "2", "--passphrase-fd", str(pipe_with(PASSPHRASE))]
        silbo_admin(words, today=lambda: TODAY, work_factor=QUICK)
    server, recipients = Server(folder / "stick"), reviewer.recipients()
    drops = {}
    for number in (1000, size):
        path = folder / f"{number:032x}"
        _huge(path, recipients, number)
        with path.open("rb") as file:
            drops[path] = hashlib.file_digest(file, "sha256").digest()
    listed = tuple(BatchDrop(path.name, digest, path.stat().st_size) for path, digest in drops.items())
    batch = make_batch(sequence=1, previous=None, day=TODAY, drops=listed, successor=None)
    stick = server.put(batch, {})
    for path in drops:
        path.rename(stick / f"{path.name}.tar")
    small, huge = (path.name for path in drops)
    _, idle = run(home, "import", str(stick), "--server", server.public)
    print(f"one file of {size / 1e9:g} GB: import took {idle / 1024:.0f} MB at most\n")
    most, base = (run(home, "search", "casa")[1] for _ in range(2))
    tell("reading it into the index, above a search", (most - base) / 1024, "MiB", 32)
    browser = folder / "chromium"
    browser.write_text("#!/bin/sh\nexec sleep 60\n")
    browser.chmod(0o755)
    for words in (
        ["show"],
        ["extract", str(folder / "out")],
        ["view", "--browser", str(browser)],
    ):
        base, most = (run(home, words[0], drop, *words[1:])[1] for drop in (small, huge))
        tell(f"{words[0]} of it, above one of 1 kB", (most - base) / 1024, "MiB", 32)


def _huge(path: Path, recipients: Sequence[Recipient], size: int) -> None:
    """A drop with one clean file of so many bytes, written in pieces."""
    sealer = ItemSealer(Slots(recipients), size=size, extension="mp4")
    piece = random.Random(15).randbytes(1 << 20)
    with tempfile.TemporaryFile(dir=path.parent) as item:
        for start in range(0, size, len(piece)):
            item.write(sealer.update(piece[: size - start]))
        ended = sealer.finish(kind="file", media_type="video/mp4", day=TODAY, cleaning="clean", removed=[])
        for sealed in ended:
            item.write(sealed)
        member = ManifestItem(
            name=item_name(1),
            sha256=sealer.ciphertext_sha256,
            size=sealer.ciphertext_size,
            audience="reviewers",
        )
        stamp = bytes(32)
        manifest = seal_manifest(
            Slots(recipients),
            Manifest(
                desk="union",
                language="es",
                channel="page",
                day=TODAY,
                items=(member,),
                answers={},
                refused=(),
                stamp=stamp,
            ),
        )
        item.seek(0)
        with path.open("wb") as file:
            write_drop(
                file,
                [
                    (MANIFEST_AGE, len(manifest), [manifest]),
                    (member.name, member.size, iter(partial(item.read, 1 << 20), b"")),
                    (STAMP_FILE, 32, [stamp_of(stamp)]),
                ],
            )


def scaled() -> None:
    """Ten times as many drops, without the sealing of each: what the index itself costs."""
    costs = []
    identity, key = HybridIdentity.generate(), bytes(32)
    for number in (10_000, 100_000):
        vocabulary = Vocabulary(random.Random(16))
        start = time.process_time()
        texts = [vocabulary.testimony() for _ in range(number)]
        making = time.process_time() - start
        entries = [_entry(rank) for rank in range(number)]
        start = time.process_time()
        segment = Segment.of(zip(entries, texts, strict=True))
        sealed = seal(segment.content(), "index x", key, identity.recipient())
        costs.append((time.process_time() - start) / number)
        words = sum(len(text.encode()) for text in texts)
        query = matching(f"{vocabulary.words[0]} {vocabulary.words[1]}")
        used = seconds(lambda s=segment, q=query: s.search(q, 51), 5)  # type: ignore[misc]  # now
        share = len(sealed) / words
        told = f"{costs[-1] * 1000:.3f} ms a drop, {share:.2f}x of the words, a search {used * 1000:.2f} ms"
        print(f"{number} drops: {told} (without {making:.0f} s of words)", flush=True)
    tell("a drop of 100,000, of one of 10,000", costs[1] / costs[0], "x", 1.2)


def _entry(rank: int) -> Entry:
    day = date(2026, 11, 16) + timedelta(rank % 7)
    drop = f"{rank:032x}"
    return Entry(
        drop, TODAY, day, day, "union", "es", "telegram", ("text",), 1, 900, "", "", (), "first", (), 0
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the reviewer's workspace.")
    parser.add_argument("--drops", type=int, default=10_000)
    parser.add_argument("--scaled", action="store_true", help="also 100,000 drops, in the index alone")
    parser.add_argument(
        "--large", type=int, nargs="?", const=2_000_000_000, metavar="BYTES", help="one huge file"
    )
    parser.add_argument("--before", type=Path, metavar="FOLDER", help="956e56d, to be compared with")
    parser.add_argument("--alone", action="store_true", help="only what --large and --before ask for")
    options = parser.parse_args()
    parts: list[tuple[bool, Callable[[Path], None]]] = [
        (not options.alone, lambda folder: measure(folder, options.drops)),
        (options.before is not None, lambda folder: against(options.before.resolve(), folder, options.drops)),
        (options.large is not None, lambda folder: large(folder, options.large)),
    ]
    for asked, act in parts:
        if asked:
            with tempfile.TemporaryDirectory() as folder:
                act(Path(folder))
    if options.scaled:
        scaled()
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most here")


if __name__ == "__main__":
    main()
