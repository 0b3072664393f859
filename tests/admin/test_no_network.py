"""No command of the offline tool has a way to a network: each is run once, and every socket is looked at."""

import json
import subprocess
import sys
from pathlib import Path

from admin.cli import COMMANDS
from admin.second import COMMANDS as WORKSPACE
from crypto.codename import generate, root
from tests.admin.stage import PASSPHRASE, TODAY, WORK_FACTOR, Reviewer, Server, file_item, text_item
from tests.admin.workspace.people import WATCHED
from tests.admin.workspace.test_work import know

PROGRAM = f"""
import json, sys
from datetime import date
from admin.cli import main
from tests.admin.stage import pipe_with
for words in json.load(open(sys.argv[1])):
    given = {{"FD": str(pipe_with({PASSPHRASE!r})), "FD2": str(pipe_with("another one, for a while"))}}
    try:
        status = main(
            [given.get(word, word) for word in words], today=lambda: date.fromisoformat({str(TODAY)!r}),
            work_factor={WORK_FACTOR},
        )
    except SystemExit as ended:
        status = ended.code
    print("RAN", words[2], status, "asyncio" in sys.modules, file=sys.stderr)
"""
"""Every command of a list, one after the other; it tells how each ended and whether an event loop is
loaded.
"""


def test_attack_no_command_connects_binds_or_looks_up(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """Without a network, either, where this machine lets us take it away."""
    mailbox = root(generate("en")).mailbox(server.desk_id)
    reviewer.keygen("--weeks", "2", "--label", "ana")
    ben = Reviewer(tmp_path / "ben", reviewer.capture)
    ben.keygen("--weeks", "2", "--label", "ben")
    items = (text_item("Una cámara."), file_item(b"day,hours\n1,12\n", "text/csv", extension="csv"))
    server.write(server.drop(reviewer.recipients(), *items, mailbox=mailbox))
    server.write(server.drop(reviewer.recipients(), *items))
    first, second = (batch.drops[0].id for batch in server.batches)
    for one, other in ((reviewer, ben), (ben, reviewer)):
        know(one, other, tmp_path / "lists")
    ben.run("import", server.stick, "--server", server.public)
    ben.run("flag", second, passphrase=PASSPHRASE)
    assert ben.run("share", tmp_path / "of ben", passphrase=PASSPHRASE).status == 0
    (tmp_path / "words").write_text("Thank you.")
    home, out = str(reviewer.home), str(tmp_path)
    plain: list[list[str]] = [
        ["init", "--passphrase-fd", "FD"],
        ["fingerprint"],
        ["publish", f"{out}/public"],
        ["import", str(server.stick), "--server", server.public],
        ["list"],
        ["show", first, "--passphrase-fd", "FD"],
        ["extract", first, f"{out}/extracted", "--passphrase-fd", "FD"],
        ["thread", first, "--passphrase-fd", "FD"],
        ["reply", first, "--file", f"{out}/words", "--yes", "--passphrase-fd", "FD"],
        ["outbox", f"{out}/operator", "--passphrase-fd", "FD"],
        ["receipt", f"{out}/operator", "--passphrase-fd", "FD"],
        [
            *("announce", f"{out}/said", "--drop", first, "--until", "2026-12-01", "--yes"),
            *("--text", f"en={out}/words", "--passphrase-fd", "FD"),
        ],
        ["revocation", f"{out}/elsewhere"],
        ["recovery", "split", "--need", "2", "--of", "3", "--passphrase-fd", "FD"],
        ["rotate", "--passphrase-fd", "FD"],
        ["passphrase", "--passphrase-fd", "FD", "--new-passphrase-fd", "FD2"],
        ["passphrase", "--passphrase-fd", "FD2", "--new-passphrase-fd", "FD"],
        ["backup", f"{out}/whole.age", "--passphrase-fd", "FD"],
        ["age", "keygen", "-o", f"{out}/custodian.txt"],
        ["open-original", f"{out}/words", f"{out}/original", "-i", f"{out}/custodian.txt"],
    ]
    theirs = [
        ["search", "camara", "--passphrase-fd", "FD"],
        ["work", "--passphrase-fd", "FD"],
        ["read", "--plain", "--passphrase-fd", "FD"],
        ["view", second, "--no-browser", "--passphrase-fd", "FD"],
        ["about", second, "--passphrase-fd", "FD"],
        ["tag", "urgent", second, "--passphrase-fd", "FD"],
        ["flag", second, "--passphrase-fd", "FD"],
        ["note", second, "a note", "--passphrase-fd", "FD"],
        ["assign", "me", second, "--passphrase-fd", "FD"],
        ["state", "checking", second, "--passphrase-fd", "FD"],
        ["due", "2026-12-24", second, "--passphrase-fd", "FD"],
        ["keep", second, "--yes", "--passphrase-fd", "FD"],
        ["list", "--words", "--passphrase-fd", "FD"],
        ["reviewers", "--passphrase-fd", "FD"],
        ["qr", "show", f"{out}/public/keys.json", "--png", f"{out}/codes"],
        ["qr", "read", f"{out}/codes", "--into", f"{out}/read"],
        ["share", f"{out}/shared", "--passphrase-fd", "FD"],
        ["merge", f"{out}/of ben", "--passphrase-fd", "FD"],
        ["dossier", "--drops", first, "--out", f"{out}/dossier", "--passphrase-fd", "FD"],
        ["verify-dossier", f"{out}/dossier"],
        ["compare", first, second, "--passphrase-fd", "FD"],
        ["marks", f"{first}:2", "--passphrase-fd", "FD"],
        ["redact", f"{first}:2", "--out", f"{out}/covered", "--word", "12 = a name", "--passphrase-fd", "FD"],
        ["hand-over", f"{out}/leaving", "--to", "ben", "--passphrase-fd", "FD"],
        ["delete", first, "--yes"],
        ["forget", "--yes", "--anyway"],
    ]
    every = [["--home", home, *words] for words in (*plain, *theirs)]
    for of, words in (("other", ["keygen", "--weeks", "1"]), ("back", ["restore", f"{out}/whole.age"])):
        every.insert(len(plain), ["--home", f"{out}/{of}", *words, "--passphrase-fd", "FD"])
    taking = ["take-over", f"{out}/leaving", "--server", server.public, "--passphrase-fd", "FD"]
    every.insert(-2, ["--home", str(ben.home), *taking])
    assert {words[2] for words in every} == {*COMMANDS, *WORKSPACE}
    (tmp_path / "commands").write_text(json.dumps(every))
    start = [sys.executable, "-c", WATCHED + PROGRAM, f"{out}/commands"]
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0:
        start = ["unshare", "-rn", *start]
    done = subprocess.run(start, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ran = [line.split()[1:] for line in done.stderr.splitlines() if line.startswith("RAN ")]
    assert [name for name, *_ in ran] == [words[2] for words in every]
    assert {name for name, status, _ in ran if status != "0"} == {"open-original"}  # of what is no original
    assert {name for name, *_, loop in ran[: len(plain) + 2] if loop == "True"} == set()
