"""Dossiers: what is in them, that strangers can check them by stock tools, and that no change passes."""

import errno
import json
import os
import re
import shutil
import subprocess
import threading
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from admin.case import opening
from admin.case.casefile import load
from admin.case.opening import Case, Entry
from admin.files import create_file
from admin.home import Home
from admin.workspace.dossier import disk, exhibits
from admin.workspace.dossier.chosen import redactions
from crypto.age import HybridIdentity
from crypto.mailbox import Mailbox
from tests.admin.stage import PASSPHRASE, TODAY, Reviewer, Server, file_item, text_item

JPEG = b"\xff\xd8\xff\xe0 a clean picture, for all that this side looks at"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> "dict[str, object]":
    """What the first test has made, for the others to copy."""
    return {"at": tmp_path_factory.mktemp("built")}


@pytest.fixture
def made(reviewer: Reviewer, server: Server, tmp_path: Path, built: "dict[str, object]") -> "Made":
    """A dossier of two drops among five, in one batch. Each test gets a copy of home and dossier."""
    at = built["at"]
    assert isinstance(at, Path)
    if "made" not in built:
        built["made"] = _made(reviewer, server, tmp_path)
        for name in ("home", "dossier", "redactions.txt"):
            subprocess.run(["cp", "-a", tmp_path / name, at], check=True)
    else:
        for name in ("home", "dossier", "redactions.txt"):
            subprocess.run(["cp", "-a", at / name, tmp_path], check=True)
    first = built["made"]
    assert isinstance(first, Made)
    return Made(
        reviewer, first.server, tmp_path / "dossier", ids=first.ids, every=[*first.ids, *first.others],
        told=first.told,
    )  # fmt: skip


def _made(reviewer: Reviewer, server: Server, tmp_path: Path) -> "Made":
    reviewer.keygen()
    to = reviewer.recipients()
    ours = server.drop(
        to,
        text_item("El jefe nos vigila.\nAna Ruiz lo vio."),
        file_item(JPEG, removed=["device", "place"], notes=["picture_remains"]),
        file_item(b"MZ", "application/octet-stream", cleaned=False, extension="bin"),
        answers={"workplace": "CANARY-ANSWER"},
        mailbox=Mailbox(b"CANARY-MAILBOX--", HybridIdentity(b"\x07" * 32)),
        language="es",
    )
    second = server.drop(to, text_item("किताब 😀 #raw[x] ██"))
    others = [server.drop(to, text_item(f"other {number}")) for number in range(3)]
    server.write(ours, second, *others)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    by_hash = {drop.sha256: drop.id for drop in load(Home(reviewer.home)).drops}
    from tests.admin.stage import sha256

    ids = [by_hash[sha256(drop)] for drop in (ours, second)]
    out = tmp_path / "dossier"
    redactions = tmp_path / "redactions.txt"
    redactions.write_text(f"# names\n{ids[0][:12]}:1 word Ana Ruiz = a colleague\n")
    done = reviewer.run(
        "dossier", "--drops", *ids, "--out", out, "--redactions", redactions, passphrase=PASSPHRASE
    )
    assert done.status == 3, done.err  # the uncleaned item was left out, and that is told
    return Made(reviewer, server, out, ids=ids, every=list(by_hash.values()), told=done.out + done.err)


class Made:
    def __init__(
        self, reviewer: Reviewer, server: Server, out: Path, *, ids: list[str], every: list[str], told: str
    ) -> None:
        self.reviewer, self.server, self.out, self.ids, self.told = reviewer, server, out, ids, told
        self.others = set(every) - set(ids)

    def check(self, *more: str) -> tuple[int, str]:
        done = self.reviewer.run("verify-dossier", self.out, *more)
        return done.status, done.out + done.err


def test_a_dossier_holds_what_it_says(made: Made) -> None:
    names = sorted(str(path.relative_to(made.out)) for path in made.out.rglob("*") if path.is_file())
    assert [name for name in names if "exhibits" in name] == [
        "data/exhibits/A-001.txt", "data/exhibits/A-002.jpg", "data/exhibits/A-003.txt",
    ]  # fmt: skip
    assert (made.out / "data/exhibits/A-002.jpg").read_bytes() == JPEG
    text = (made.out / "data/exhibits/A-001.txt").read_text()
    assert text == "    1  El jefe nos vigila.\n    2  ████ lo vio.\n"
    own = (made.out / "data/exhibits/A-003.txt").read_text()
    assert own.endswith("#raw[x] [FULL BLOCK x2]\n"), "the source's own bar is none of ours"
    assert "1 item left out: not cleaned" in made.told.replace("\n", " ")
    assert all(name.isascii() for name in names)
    status, told = made.check()
    assert status == 0, told
    assert "3 exhibits" in told
    assert "3 proven" in told


def test_a_third_party_checks_it_with_stock_tools_alone(made: Made, tmp_path: Path) -> None:
    """As `how-to-check.txt` in the bag says, word for word where it can be run."""
    page = (made.out / "data/how-to-check.txt").read_text()
    commands = [line.strip() for line in page.splitlines() if line.startswith("       ")]
    ran = 0
    for command in commands:
        if command.startswith(("minisign -Vm tagmanifest", "minisign -Vm data/custody", "sha256sum -c")):
            done = subprocess.run(
                command, shell=True, cwd=made.out, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (command, done.stderr)
            ran += 1
    assert ran == 4
    (command,) = (each.partition("   ")[0] for each in commands if each.startswith("find data"))
    diff = ["bash", "-c", command]
    assert subprocess.run(diff, cwd=made.out, capture_output=True, check=True).stdout == b""
    shutil.copy(made.out / "bagit.txt", made.out / "data/exhibits/A-009.txt")
    assert subprocess.run(diff, cwd=made.out, capture_output=True, check=False).stdout
    (made.out / "data/exhibits/A-009.txt").unlink()
    (made.out / "data/exhibits/A-009.txt").symlink_to("A-001.txt")
    assert subprocess.run(diff, cwd=made.out, capture_output=True, check=False).stdout, "nor is a link"
    (made.out / "data/exhibits/A-009.txt").unlink()
    batch = next((made.out / "data/batches").glob("*.json"))
    subprocess.run(
        ["minisign", "-Vm", str(batch), "-p", "data/keys/server.pub"],
        cwd=made.out,
        check=True,
        capture_output=True,
    )
    script = re.search(r"<<'END'\n(.*?)\n       END", page, re.S)
    assert script is not None
    code = "\n".join(line[7:] for line in script[1].splitlines())
    for label in ("A-001", "A-003"):
        proof = ["python3", "-c", code, f"data/custody/{label}.json", str(batch)]
        said = subprocess.run(proof, cwd=made.out, capture_output=True, text=True, check=True).stdout
        assert said == "in the batch\n"
    statement = made.out / "data/custody/A-001.json"
    bent = json.loads(statement.read_text())
    bent["drop"]["size"] += 1
    statement.write_text(json.dumps(bent))
    said = subprocess.run(
        ["python3", "-c", code, str(statement), str(batch)], capture_output=True, text=True, check=True
    ).stdout
    assert said == "NOT IN THE BATCH\n"


def test_the_library_of_bags_takes_it(made: Made) -> None:
    import bagit  # type: ignore[import-untyped]  # it has no types

    assert bagit.Bag(str(made.out)).is_valid()


def _inflated(data: bytes) -> bytes:
    """A PDF with its streams unpacked."""
    out = [data]
    for found in re.finditer(rb"stream\r?\n", data):
        try:
            out.append(zlib.decompressobj().decompress(data[found.end() :]))
        except zlib.error:
            continue
    return b"\n".join(out)


def test_no_byte_of_it_tells_who_or_what_else_is_there(made: Made) -> None:
    """Canaries: codename's mailbox, answers, language, channel, other drops, hashes of what the source
    has.
    """
    import hashlib

    whole = b"\n".join(
        _inflated(path.read_bytes()) if path.suffix == ".pdf" else path.read_bytes()
        for path in made.out.rglob("*")
        if path.is_file()
    )
    texts = "El jefe nos vigila.\nAna Ruiz lo vio.", "किताब 😀 #raw[x] ██"
    secret = [b"CANARY", b"telegram", b"Ana Ruiz", b"\x07" * 32, str(made.reviewer.home).encode()]
    secret += [other.encode() for other in made.others] + [bytes.fromhex(other) for other in made.others]
    secret += [hashlib.sha256(text.encode()).hexdigest().encode() for text in texts]
    secret += [hashlib.sha256(b"MZ").hexdigest().encode()]
    for canary in secret:
        for spelled in (canary, canary.hex().encode(), canary.decode("latin-1").encode("utf-16-be")):
            assert spelled not in whole, canary
    assert b"other 1" not in whole


def test_no_file_has_the_hour_of_its_making(made: Made) -> None:
    midnight = datetime.combine(TODAY, time(), UTC).timestamp()
    assert {path.stat().st_mtime for path in (made.out, *made.out.rglob("*"))} == {midnight}


def test_the_same_dossier_is_the_same_bytes(made: Made, tmp_path: Path) -> None:
    again = tmp_path / "again"
    redactions = tmp_path / "redactions.txt"
    done = made.reviewer.run(
        "dossier", "--drops", *made.ids, "--out", again, "--redactions", redactions, passphrase=PASSPHRASE
    )
    assert done.status == 3
    assert subprocess.run(["diff", "-r", made.out, again], check=False).returncode == 0


def _bend(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _other_key(at: Path) -> None:
    from crypto.minisign import SigningKey

    (at / "data/keys/reviewer.pub").write_text(f"untrusted comment: x\n{SigningKey.generate().public()}\n")


def _empty(path: Path) -> Path:
    path.touch()
    return path


def _gone(path: Path) -> Path:
    path.unlink()
    return path


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a changed exhibit": (lambda at: _bend(at / "data/exhibits/A-002.jpg"), "A-002.jpg was changed"),
    "a missing exhibit": (lambda at: (at / "data/exhibits/A-002.jpg").unlink(), "A-002.jpg is missing"),
    "a file too many": (lambda at: (at / "data/exhibits/A-004.txt").write_text("x"), "A-004.txt is one file"),
    "a file too many beside": (lambda at: (at / "READ-ME.txt").write_text("x"), "READ-ME.txt is one file"),
    "an empty folder": (lambda at: (at / "data/more").mkdir(), "data/more/ is empty"),
    "a link": (lambda at: (at / "data/link").symlink_to("/etc/passwd"), "data/link is a link"),
    "a changed manifest": (lambda at: _bend(at / "manifest-sha256.txt"), "manifest-sha256.txt was changed"),
    "a changed tag manifest": (lambda at: _bend(at / "tagmanifest-sha256.txt"), "does not fit"),
    "a changed statement": (lambda at: _bend(at / "data/custody/A-001.json"), "A-001"),
    "another key": (_other_key, "made by another key"),
    "a time stamp too long to be read": (
        lambda at: os.truncate(_empty(at / "time-stamp.txt"), 2 << 20), "time-stamp.txt is for something",
    ),
    "a file behind a salt too long to be read": (
        lambda at: os.truncate(_empty(at / "time-stamp.salted"), 2 << 20), "salted is for something else",
    ),
    "an exhibit of a million gigabytes": (
        lambda at: os.truncate(at / "data/exhibits/A-002.jpg", 1 << 43), "A-002.jpg is missing, or can't be",
    ),
    "a pipe for the signature": (
        lambda at: os.mkfifo(_gone(at / "data/custody/A-001.json.minisig")), "minisig is a link or no file",
    ),
    "a name of no letters": (
        lambda at: (at / "data" / os.fsdecode(b"\xff\x1b[2J")).write_text("x"), "one file too many",
    ),
    "a foreign time stamp": (
        lambda at: (at / "time-stamp.tsr").write_bytes(b"0"), "time-stamp.tsr is here without",
    ),
}  # fmt: skip


def test_whatever_is_changed_is_named(made: Made, tmp_path: Path) -> None:
    for what, (change, told) in CHANGES.items():
        copy = tmp_path / "copy"
        shutil.copytree(made.out, copy)
        change(copy)
        done = made.reviewer.run("verify-dossier", copy)
        assert done.status == 1, what
        assert told in done.err.replace("\n", " "), what
        assert "Do not rely" in done.err
        shutil.rmtree(copy)


def test_a_signed_bag_with_a_second_folder_of_exhibits_is_no_dossier(made: Made) -> None:
    """The attack, by who has a reviewer's key: files that no statement speaks for, and that nobody counts;
    where names have no case they lie among the exhibits.
    """
    from hashlib import sha256

    from admin.workspace.dossier.checking import check
    from crypto.minisign import SigningKey

    key = SigningKey.generate()
    (made.out / "data/keys/reviewer.pub").write_text(f"untrusted comment: x\n{key.public()}\n")
    for name in ("data/Exhibits/A-001.txt", "data/custody/a-002.txt", "data/keys/Server.pub"):
        (made.out / name).parent.mkdir(exist_ok=True)
        (made.out / name).write_text("x")
    names = sorted(str(path.relative_to(made.out)) for path in (made.out / "data").rglob("*.*"))
    listed = "".join(f"{sha256((made.out / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (made.out / "manifest-sha256.txt").write_text(listed)
    tags = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")
    signed = "".join(f"{sha256((made.out / name).read_bytes()).hexdigest()}  {name}\n" for name in tags)
    (made.out / "tagmanifest-sha256.txt").write_text(signed)
    (made.out / "tagmanifest-sha256.txt.minisig").write_text(key.sign(signed.encode(), "Silbo dossier"))
    faults = check(made.out).faults
    for name in ("Exhibits/A-001.txt", "custody/a-002.txt", "keys/Server.pub"):
        assert f"data/{name} is listed and is no part of a dossier." in faults


def test_somebody_elses_dossier_is_not_taken_for_the_known_reviewers(made: Made) -> None:
    from crypto.minisign import SigningKey

    other = str(SigningKey.generate().public())
    assert made.check("--reviewer", other)[0] == 1
    assert made.check("--server", other)[0] == 1
    assert made.check("--server", made.server.public)[0] == 0


def test_a_proof_of_another_batch_is_refused_although_all_signatures_are_right(made: Made) -> None:
    """The attack: the reviewer signs a dossier whose statement leads to a batch that does not hold the
    drop.
    """
    from admin.workspace.dossier.checking import Checked, _proof, _Reader
    from crypto.batch import batch_bytes
    from crypto.custody import SignedBatch, claimed_root, parse_custody
    from crypto.drop_list import make_batch

    folder = made.out / "data"
    data = (folder / "custody/A-001.json").read_bytes()
    statement = parse_custody(data, (folder / "custody/A-001.json.minisig").read_text(), claimed_root(data))
    other = make_batch(1, None, TODAY, ())
    name = f"batch-000001-{other.digest().hex()[:16]}.json"
    (folder / "batches" / name).write_bytes(batch_bytes(other))
    (folder / "batches" / f"{name}.minisig").write_text(made.server.key.sign(batch_bytes(other), "batch 1"))
    from dataclasses import replace

    bent = replace(statement, batch=SignedBatch(1, other.digest()))
    result = Checked(servers=[made.server.key.public()])
    here = {
        str(path.relative_to(made.out)): path.stat().st_size for path in made.out.rglob("*") if path.is_file()
    }
    _proof(_Reader(made.out, here), "A-001", bent, result)
    assert result.faults == ["A-001: The proof in the custody statement does not lead to this batch."]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["{0}", "{0}"], "named twice"),
        (["{0}:2,2"], "named twice"),
        (["{0}:9"], "no item 9"),
        (["{0}:3"], "can't be an exhibit: not cleaned"),
        (["zz"], "Name drops as"),
    ],
)
def test_what_can_not_be_an_exhibit_is_named_and_nothing_is_written(
    made: Made, tmp_path: Path, words: list[str], told: str
) -> None:
    out = tmp_path / "no"
    drops = [word.format(*made.ids) for word in words]
    done = made.reviewer.run("dossier", "--drops", *drops, "--out", out, passphrase=PASSPHRASE)
    assert done.status == 1
    assert told in done.err.replace("\n", " ")
    assert [path for path in tmp_path.iterdir() if path.name.startswith((".partial", "no"))] == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{0}:1 word Nobody Here = x", "its words stand nowhere"),
        ("{0}:1 line 9 = x", "no such page or line"),
        ("{0}:3 word MZ = x", "which is no exhibit"),
        ("{0}:1 word = x", "Line 1 of the redactions"),
        ("{0}:2 area 1:50,10,40,20 = x", "Line 1 of the redactions"),
    ],
)
def test_a_redaction_that_was_not_done_is_no_dossier(
    made: Made, tmp_path: Path, line: str, told: str
) -> None:
    file, out = tmp_path / "list.txt", tmp_path / "no"
    file.write_text(line.format(*made.ids) + "\n")
    done = made.reviewer.run(
        "dossier", "--drops", made.ids[0], "--out", out, "--redactions", file, passphrase=PASSPHRASE
    )
    assert done.status == 1
    assert told in done.err.replace("\n", " ")
    assert not out.exists()


@pytest.mark.parametrize("cover", ["word", "line"])
def test_where_lines_end_does_not_tell_how_long_a_covered_name_is(cover: str) -> None:
    """The attack: a line ends where its next word had no room: what is behind a bar can be measured."""
    from admin.workspace.dossier.exhibits import COLUMNS, numbered
    from admin.workspace.dossier.reflow import reflowed
    from scrub.redact import Area, Wishes, redact

    seen = set()
    for name in ("Al", "Ana Ruiz", "Maximiliana", "Maximiliana Echeverria de las Casas"):
        text = (
            "first\n\n" + f"The day before it was {name} who was told to sign for all of us. " * 3 + "\nlast"
        )
        paragraphs = numbered(text)
        lines = [line for paragraph in paragraphs for line in paragraph]
        wishes = Wishes(words=(name,)) if cover == "word" else Wishes(tuple(map(Area, range(3, len(lines)))))
        done = redact("".join(f"{line}\n" for line in lines).encode(), "text/plain", wishes)
        places = {place.page for place in done.places}
        barred = done.content.decode().split("\n")[:-1]
        made, moved = reflowed(list(map(len, paragraphs)), barred, places, COLUMNS)
        seen.add(tuple(made))
        assert (made[0], made[-1]) == ("first", "last")
        assert max(map(len, made)) <= COLUMNS
        assert moved[len(lines)] == len(made)
        assert all("████" in made[moved[place] - 1] for place in places)
    assert len(seen) == 1


def test_words_that_are_covered_stand_nowhere_else_untold(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """The attack: a name is covered in one exhibit, and read in the next, or in the reason for the bar."""
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), text_item("Ana Ruiz."), text_item("x\nANA RUIZ came")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    out, file = tmp_path / "dossier", tmp_path / "list.txt"
    for title, reason, status, told in (
        ("x", "Ana Ruiz, a colleague", 1, "or a reason says words that you cover. Nothing was written."),
        ("For Ana Ruiz", "a colleague", 1, "The title, your name"),
        ("x", "a colleague", 3, "A-002, line 2: words stand there that are covered in another exhibit."),
    ):
        file.write_text(f"{server.last_id}:1 word Ana Ruiz = {reason}\n")
        done = reviewer.run(
            "dossier", "--drops", server.last_id, "--out", out, "--redactions", file, "--title", title,
            passphrase=PASSPHRASE,
        )  # fmt: skip
        assert (done.status, told in done.err.replace("\n", " ")) == (status, True), done.err
        assert out.exists() == (status == 3)


def test_a_text_of_very_many_lines_does_not_fill_the_memory_beside_the_keys() -> None:
    """The attack: a mebibyte of line ends makes half a million rows, of 20 KB each while they are set."""
    from dataclasses import replace

    from admin.workspace.dossier import papers
    from admin.workspace.dossier.exhibits import Exhibit

    assert papers._MOST_LINES == 20_000
    lines = ("a",) * (papers._MOST_LINES - 1)
    exhibit = Exhibit(
        1, None, 1, "A-001.txt", "text", "text/plain", TODAY, 1, b"", (), (), False, (), lines  # type: ignore[arg-type]  # no drop is read
    )  # fmt: skip
    parts = papers._printed([exhibit, replace(exhibit, number=2), replace(exhibit, number=3, lines=("b",))])
    assert parts == [True, False, True]


def test_a_file_is_decrypted_once_and_nothing_that_is_no_exhibit_is_written_meanwhile(
    reviewer: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are written while their drop is verified: only those that were asked for, clean and checked."""
    reviewer.keygen("--weeks", "1")
    other, unclean = JPEG + b" not asked for", b"MZ CANARY"
    items = [file_item(each, "image/jpeg", extension="jpg") for each in (JPEG, other)]
    items.append(file_item(unclean, "application/octet-stream", cleaned=False, extension="bin"))
    server.write(server.drop(reviewer.recipients(), *items, text_item("Nos vigilan.")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    written, again = [], []

    def create(path: Path) -> BinaryIO:
        written.append(path.name)
        return create_file(path)

    def read(case: Case, entry: Entry, *rest: Any) -> object:
        again.append(entry.number)
        return opening.content_of(case, entry, *rest)

    monkeypatch.setattr(exhibits, "create_file", create)
    monkeypatch.setattr(disk, "create_file", create)
    monkeypatch.setattr(exhibits, "content_of", read)
    out = tmp_path / "out"
    done = reviewer.run("dossier", "--drops", f"{server.last_id}:1,4", "--out", out, passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    assert (written, again) == (["ahead-0001", "A-002.txt"], [4])
    assert sorted(path.name for path in (out / "data/exhibits").iterdir()) == ["A-001.jpg", "A-002.txt"]
    assert (out / "data/exhibits/A-001.jpg").read_bytes() == JPEG
    assert reviewer.run("verify-dossier", out).status == 0


def test_a_drop_that_changed_after_its_import_is_named(made: Made, tmp_path: Path) -> None:
    _bend(made.reviewer.home / "drops" / f"{made.ids[1]}.tar")
    out = tmp_path / "no"
    done = made.reviewer.run("dossier", "--drops", *made.ids, "--out", out, passphrase=PASSPHRASE)
    assert done.status == 1
    assert "damaged in this home" in done.err.replace("\n", " ")
    assert not out.exists()


def test_a_killed_dossier_leaves_no_folder_of_its_name(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(disk.Disk, "finish", killed)
    out = tmp_path / "no"
    assert (
        made.reviewer.run("dossier", "--drops", made.ids[0], "--out", out, passphrase=PASSPHRASE).status
        == 130
    )
    assert [name for name in os.listdir(tmp_path) if name.startswith((".partial", "no"))] == []


def test_a_disk_that_is_full_in_the_middle_of_the_exhibits_leaves_nothing(
    reviewer: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are written in a thread: what goes wrong there ends the command as ever."""
    reviewer.keygen("--weeks", "1")
    items = [file_item(JPEG + bytes(at), "image/jpeg", extension="jpg") for at in range(3)]
    server.write(server.drop(reviewer.recipients(), *items))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0

    def full(path: Path) -> BinaryIO:
        if path.name == "ahead-0002":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return create_file(path)

    monkeypatch.setattr(disk, "create_file", full)
    out = tmp_path / "out"
    done = reviewer.run("dossier", "--drops", server.last_id, "--out", out, passphrase=PASSPHRASE)
    assert (done.status, "is full" in done.err, done.err.count("\n")) == (1, True, 1), done.err
    assert [name for name in os.listdir(tmp_path) if name.startswith((".partial", "out"))] == []


def test_where_no_thread_can_be_started_a_dossier_is_the_same_bytes(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "alone"
    words: list[str | Path] = ["--redactions", tmp_path / "redactions.txt", "--out"]
    command = ["dossier", "--drops", *made.ids]
    assert made.reviewer.run(*command, *words, tmp_path / "helped", passphrase=PASSPHRASE).status in {0, 3}
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if not thread.name.startswith("asyncio"):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    done = made.reviewer.run(*command, *words, out, passphrase=PASSPHRASE)
    assert done.status in {0, 3}, done.err
    subprocess.run(["diff", "-r", tmp_path / "helped", out], check=True)
    done = made.reviewer.run("list", passphrase=PASSPHRASE)  # what needs one says so in a sentence
    assert done.status == 0 or "no room for another thread" in done.err.replace("\n", " "), done.err


TSA = """
[dn]
[ca]
basicConstraints = critical, CA:true
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
[req]
distinguished_name = dn
"""


def _stamped(tmp_path: Path, query: Path) -> bytes:
    """The answer of an authority of our own (RFC 3161), which openssl takes for one about this query."""
    place = tmp_path / "authority"
    place.mkdir()
    (place / "tsa.cnf").write_text(TSA)
    (place / "serial").write_text("01")
    for words in (
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=t",
         "-config", "tsa.cnf", "-extensions", "ca", "-keyout", "key", "-out", "cert"],
        ["ts", "-reply", "-queryfile", query, "-config", "tsa.cnf", "-signer", "cert", "-inkey", "key",
         "-out", "reply"],
        ["ts", "-verify", "-in", "reply", "-queryfile", query, "-CAfile", "cert"],
    ):  # fmt: skip
        subprocess.run(["openssl", *words], cwd=place, check=True, capture_output=True)
    return (place / "reply").read_bytes()


def test_a_time_stamp_is_asked_for_over_something_nobody_can_guess(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "stamped"
    done = made.reviewer.run(
        "dossier", "--drops", made.ids[1], "--out", out, "--time-stamp", passphrase=PASSPHRASE
    )
    assert done.status == 0, done.err
    said = subprocess.run(
        ["openssl", "ts", "-query", "-in", out / "time-stamp.tsq", "-text"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "sha256" in said
    digest = (out / "time-stamp.txt").read_text().strip()
    summed = subprocess.run(
        ["sha256sum", out / "time-stamp.salted"], capture_output=True, text=True, check=True
    )
    assert summed.stdout.startswith(digest)
    dumped = re.findall(r"- ((?:[0-9a-f]{2}[ -]){16})", said)
    assert "".join(dumped).replace(" ", "").replace("-", "") == digest
    assert "Certificate required: yes" in said
    listed = {
        line.split()[0]
        for name in ("manifest", "tagmanifest")
        for line in (out / f"{name}-sha256.txt").read_text().splitlines()
    }
    assert digest not in listed
    assert made.reviewer.run("verify-dossier", out).status == 0
    stamped, refused = _stamped(tmp_path, out / "time-stamp.tsq"), bytes.fromhex("30053003020102")
    for name, good, bad in (
        ("time-stamp.tsr", stamped, (out / "time-stamp.tsq").read_bytes()),  # what was only asked for
        ("time-stamp.tsr", stamped, refused),
        ("time-stamp.tsr", stamped, b"0" + b"\0" * 80),
        (
            "time-stamp.txt.ots",
            bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294" + "0108")
            + __import__("hashlib").sha256((digest + "\n").encode()).digest(),
            b"\x00OpenTimestamps",
        ),
    ):
        (out / name).write_bytes(good)
        told = made.reviewer.run("verify-dossier", out)
        assert told.status == 0
        assert f"{name} names this dossier" in told.out.replace("\n", " ")
        (out / name).write_bytes(bad)
        told = made.reviewer.run("verify-dossier", out)
        assert told.status == 1
        assert f"{name} is a time stamp for something else" in told.err.replace("\n", " ")
        (out / name).unlink()


def month_of(count: "dict[str, int]", month: int, monkeypatch: pytest.MonkeyPatch) -> "tuple[Any, Any]":
    """What is counted of a desk that gets texts alone, from so many at each workplace."""
    from types import SimpleNamespace

    from admin.workspace.dossier import aggregate

    standings, entries, manifests = {}, {}, {}
    for number, place in enumerate(place for place, times in count.items() for _ in range(times)):
        standings[number] = SimpleNamespace(keys=True, drop=SimpleNamespace(id=number))
        entries[number] = SimpleNamespace(kinds=["text"])
        manifests[number] = SimpleNamespace(day=TODAY.replace(month=month), answers={"workplace": place})
    monkeypatch.setattr(aggregate, "manifest_of", lambda home, drop, ring: manifests[drop.id])
    desk = SimpleNamespace(standings=standings, entries=entries, home=None, ring=None)
    return aggregate._count(desk, "2026-01", "2026-10")  # type: ignore[arg-type]  # what is read of a workspace


def test_a_hidden_sum_of_a_month_is_not_in_the_other_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The attack: at a desk that gets texts alone, texts by month are what a hidden sum was."""
    places, kinds = month_of({"a": 9}, 2, monkeypatch)
    assert places == {"2026-02": {"a": 9, "all": 9}}
    assert kinds == {"2026-02": {"text": 9, "all": 9}}
    places, kinds = month_of({"a": 2}, 2, monkeypatch)
    assert places == {"2026-02": {"": None, "all": None}}
    assert kinds == {}
    assert month_of({"a": 9}, 11, monkeypatch) == ({}, {})  # a month that is not over


def test_two_releases_of_counts_tell_no_sending_by_their_difference(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """The attack: a table of today less that of last week is who has written since, or was forgotten."""
    reviewer.keygen()
    to = reviewer.recipients()
    server.write(*(server.drop(to, text_item("x"), answers={"workplace": "Norte"}) for _ in range(6)))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    drop = server.last_id

    def counts(name: str) -> str:
        words = ("--drops", drop, "--out", tmp_path / name, "--aggregate")
        done = reviewer.run("dossier", *words, passphrase=PASSPHRASE)
        assert done.status == 0, done.err
        paper = [str(tmp_path / name / "data/dossier.pdf"), "-"]
        said = subprocess.run(["pdftotext", "-layout", *paper], capture_output=True, text=True, check=True)
        table = said.stdout[said.stdout.rindex("Sendings by workplace") :].partition("How to check this")[0]
        return "".join(re.findall(r"(?m)^ *(?:Sendings|norte|other|all|text|20\d\d-\d\d) .*\n", table))

    refused = reviewer.run(
        "dossier", "--drops", drop, "--out", tmp_path / "no", "--aggregate", passphrase=PASSPHRASE
    )
    assert "whole months that are over" in refused.err.replace("\n", " ")
    assert not (tmp_path / "no").exists()
    reviewer.today = date(2026, 12, 2)
    first = counts("first")
    assert re.search(r"norte +6", first)
    server.day = date(2026, 11, 30)
    late = server.drop(to, text_item("late"), answers={"workplace": "Norte"})
    server.write(late)
    reviewer.run("import", server.stick)
    gone = next(each.id for each in server.batches[0].drops if each.id != drop)
    assert reviewer.run("delete", gone, "--yes").status == 0
    assert counts("second") == first
    reviewer.today = date(2027, 1, 3)  # a month more, of which there is nothing
    assert counts("third") == first


def test_counts_name_no_small_workplace_and_hold_no_number_under_five(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    reviewer.keygen()
    to = reviewer.recipients()
    places = ["Norte"] * 7 + ["norte "] * 2 + ["CANARY-SMALL"] * 2
    server.write(*(server.drop(to, text_item("x"), answers={"workplace": place}) for place in places))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    reviewer.today = date(2026, 12, 2)
    out = tmp_path / "dossier"
    drop = server.last_id
    done = reviewer.run("dossier", "--drops", drop, "--out", out, "--aggregate", passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    said = subprocess.run(
        ["pdftotext", "-layout", out / "data/dossier.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    counts = said[said.rindex("Sendings by workplace") : said.rindex("How to check this")]
    assert re.search(r"norte +(?:9|-)", counts)
    assert re.search(r"all +11", counts), "what is hidden costs no more than it must"
    assert re.search(r"other, or not said +-", counts)
    assert "canary" not in said.casefold()
    assert not re.search(r"(?m)(?<![-0-9])[1-4](?![-0-9/])(?: |$)", counts.partition("Sendings that hold")[0])


def test_a_thick_dossier_has_volumes_and_is_checked_whole(
    reviewer: Reviewer, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is set in one piece takes memory by the exhibit, so that is bounded (docs/adr/0299)."""
    from admin.workspace.dossier import papers

    monkeypatch.setattr(papers, "_VOLUME_EXHIBITS", 2)
    reviewer.keygen()
    server.write(server.drop(reviewer.recipients(), *(text_item(f"Hoja {at}.") for at in range(1, 4))))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    out = tmp_path / "thick"
    done = reviewer.run("dossier", "--drops", server.last_id, "--out", out, passphrase=PASSPHRASE)
    assert done.status == 0, done.err
    assert sorted(path.name for path in (out / "data").glob("*.pdf")) == [
        "dossier-2.pdf", "dossier-3.pdf", "dossier.pdf",
    ]  # fmt: skip
    said = {
        name: subprocess.run(
            ["pdftotext", "-layout", out / f"data/{name}.pdf", "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for name in ("dossier", "dossier-2", "dossier-3")
    }
    assert re.search(r"2\s+data/dossier-2.pdf\s+A-001 to A-002", said["dossier"])
    assert re.search(r"3\s+data/dossier-3.pdf\s+A-003 to A-003", said["dossier"])
    assert "Hoja 2." in said["dossier-2"]
    assert "Hoja 3." not in said["dossier-2"]
    assert "Volume 3: exhibits A-003 to A-003." in said["dossier-3"]
    assert "Hoja 3." in said["dossier-3"]
    checked = reviewer.run("verify-dossier", out)
    assert checked.status == 0, checked
    assert "3 proven" in checked.out + checked.err


def test_what_stands_behind_a_sign_is_covered_and_not_told_as_a_reason() -> None:
    """As on the command line, the last sign parts them: half a name would be the reason for the other."""
    ((wanted,),) = redactions("3f2a:1 word Ana = Ruiz = a colleague\n").values()
    assert (wanted.word, wanted.reason) == ("Ana = Ruiz", "a colleague")
