"""`./deploy.sh release`: the same bytes each time, and one file that runs anywhere and leaves nothing."""

import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageDraw, ImageFont

from crypto.age import parse_recipient
from crypto.errors import SignatureError
from crypto.keylist import parse_keylist
from crypto.minisign import PublicKey
from release.__main__ import write
from release.bootstrap import MACHINES, VERSIONS, another, fitting
from release.commit import read_commit
from release.errors import ReleaseError
from release.offline import OFFLINE_FILES, SHEBANG, offline_file
from release.wheels import cached, complete, locked, wheels
from scrub.ocr import data as languages
from tests.admin.stage import Server, file_item, text_item
from tests.admin.workspace.reader.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent
PARTS = (
    "admin",
    "codes",
    "crypto",
    "opener",
    "release",
    "requirements",
    "docs/licenses.md",
    "page/package-lock.json",
    "scrub",
    "LICENSE",
    "pyproject.toml",
)
LOCK = (ROOT / "requirements/run.lock").read_text("utf-8")
ELF_MACHINES = {"x86_64": 62, "aarch64": 183}
"""e_machine of https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html, 16 bits at offset 18."""
PASSPHRASE = b"six plain words for the tests\n"

PROBE = """
import json, os, sys
def main():
    print(json.dumps([sys.argv[1:], dict(os.environ)]), flush=True)
    if sys.argv[1:] == ["wait"]:
        sys.stdin.read()
    return 7
"""
"""Stands in the place of `admin.cli`, to look around from inside."""


def find_python(version: tuple[int, int]) -> str:
    name = f"python{version[0]}.{version[1]}"
    candidates = [shutil.which(name), *map(str, Path.home().glob(f".pyenv/versions/*/bin/{name}"))]
    for candidate in filter(None, [sys.executable, *candidates]):
        probe = [candidate, "-c", f"import sys; sys.exit(sys.version_info[:2] != {version})"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return candidate
    pytest.skip(f"left out: no {name}")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A git checkout of this working folder, and the release that was made from it."""

    root: Path
    dist: Path
    said: str

    def release(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-P", "-m", "release", *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": str(self.root)},
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    root = tmp_path_factory.mktemp("checkout")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (root / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / part, root / part)
    (ROOT / "build" / "wheels").mkdir(parents=True, exist_ok=True)
    (root / "build").symlink_to(ROOT / "build")
    (root / ".git-ignored").write_text("/build\n")
    git = ["git", "-C", str(root), "-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", *PARTS], ["commit", "-q", "-m", "As it is"]):
        subprocess.run([*git, *command], check=True)
    made = Checkout(root, root / "dist", "")
    done = made.release()
    if "is there a network?" in done.stderr:
        pytest.skip("left out: the wheels of the offline file could not be fetched")
    assert done.returncode == 0, done.stderr
    return Checkout(root, root / "dist", done.stdout + done.stderr)


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    """Return an offline file without wheels, whose command tells how it was started."""
    sources = {"admin/__init__.py": b"", "admin/cli.py": PROBE.encode(), "LICENSE": b""}
    sources["release/bootstrap.py"] = (ROOT / "release/bootstrap.py").read_bytes()
    file = tmp_path / "silbo-admin"
    file.write_bytes(offline_file(sources, {}))
    return file


def started(file: Path, *arguments: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the environment that the command finds."""
    done = subprocess.run(
        [sys.executable, str(file), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    words, variables = json.loads(done.stdout)
    return words, variables


# What is in dist/


def test_dist_holds_what_the_issue_names_and_its_sums(checkout: Checkout) -> None:
    names = {path.name for path in checkout.dist.iterdir()}
    assert names == {
        "SHA256SUMS",
        "silbo-0.1.1.tar",
        "silbo-admin",
        "silbo-admin-arm64",
        "silbo-decoders",
        "silbo-decoders-arm64",
        "silbo-open.py",
        "silbo-papers",
        "silbo-papers-arm64",
        "silbo-workspace",
        "silbo.cdx.json",
    }
    lines = (checkout.dist / "SHA256SUMS").read_text().splitlines()
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((checkout.dist / name).read_bytes()).hexdigest() == digest
    assert len(lines) == len(names) - 1


def test_two_releases_are_the_same_bytes_whatever_lies_around_in_the_folder(
    checkout: Checkout, tmp_path: Path
) -> None:
    errors = checkout.root / "admin" / "errors.py"
    before = errors.read_text("utf-8")
    errors.write_text(before + "# CANARY\n", "utf-8")
    (checkout.root / "admin" / "left_over.py").write_text("CANARY = 1\n", "utf-8")
    again = tmp_path / "again"
    again.mkdir()
    for file in checkout.dist.iterdir():
        (again / file.name).write_bytes(b"an earlier release")
    (again / "SHA256SUMS.minisig").write_text("of an earlier release")
    try:
        done = checkout.release("--out", again)
    finally:
        errors.write_text(before, "utf-8")
        (checkout.root / "admin" / "left_over.py").unlink()
    assert done.returncode == 0, done.stderr
    assert "What is not committed is not in it" in done.stderr
    assert {path.name for path in again.iterdir()} == {path.name for path in checkout.dist.iterdir()}
    for file in checkout.dist.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes(), file.name


def test_the_reader_of_one_file_is_in_it(checkout: Checkout) -> None:
    done = subprocess.run(
        [sys.executable, str(checkout.dist / "silbo-open.py"), "--help"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


# The signature


def test_an_unsigned_release_says_so(checkout: Checkout) -> None:
    assert "NOT SIGNED" in checkout.said
    assert "NO CONTACT" in checkout.said


def test_a_signed_release_is_checked_by_its_key_alone(checkout: Checkout, tmp_path: Path) -> None:
    key, out = tmp_path / "release.key", tmp_path / "dist"
    made = with_passphrase(checkout, "--new-key", key)
    assert made.returncode == 0, made.stderr
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"age-encryption.org" in key.read_bytes()[:32]
    public = made.stdout.splitlines()[0].rpartition(" ")[2]
    signed = with_passphrase(checkout, "--key", key, "--out", out)
    assert signed.returncode == 0, signed.stderr
    assert public in signed.stdout
    assert "NOT SIGNED" not in signed.stderr
    assert "THE KEY IS NOT PUBLISHED" in signed.stderr
    sums, signature = (out / "SHA256SUMS").read_bytes(), (out / "SHA256SUMS.minisig").read_text()
    commit = subprocess.run(
        ["git", "-C", str(checkout.root), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert PublicKey.parse(public).verify(sums, signature) == f"Silbo 0.1.1, commit {commit}"
    with pytest.raises(SignatureError):
        PublicKey.parse(public).verify(sums + b"more", signature)
    again = with_passphrase(checkout, "--new-key", key)
    assert (again.returncode, "nothing was made" in again.stderr) == (1, True)


def with_passphrase(checkout: Checkout, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    read, wrote = os.pipe()
    os.write(wrote, PASSPHRASE)
    os.close(wrote)
    try:
        return subprocess.run(
            [sys.executable, "-P", "-m", "release", *map(str, arguments), "--passphrase-fd", str(read)],
            env=os.environ | {"PYTHONPATH": str(checkout.root)},
            pass_fds=(read,),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(read)


# The wheels


def test_the_wheels_are_those_of_the_lock_and_fit_every_machine(checkout: Checkout) -> None:
    hashes = "".join(locked(LOCK).values())
    carried: dict[str, bytes] = {}
    for file in OFFLINE_FILES:
        with zipfile.ZipFile(checkout.dist / file) as archive:
            carried |= {name: archive.read(name) for name in archive.namelist() if name.endswith(".whl")}
    assert complete([name.removeprefix("wheels/") for name in carried])
    for content in carried.values():
        assert hashlib.sha256(content).hexdigest() in hashes
    for machine, version in product(MACHINES, VERSIONS):
        natives = [
            (member, wheel.read(member)[18])
            for name in fitting(list(carried), machine, version)
            for wheel in [zipfile.ZipFile(io.BytesIO(carried[name]))]
            for member in wheel.namelist()
            if member.endswith(".so")
        ]
        assert {number for _, number in natives} == {ELF_MACHINES[machine]}
        assert len(natives) == 3
        cffi = next(member for member, _ in natives if "cffi" in member)
        assert f"cpython-{version[0]}{version[1]}-{machine}" in cffi


def test_a_wheel_that_was_tampered_with_is_never_packed(checkout: Checkout, tmp_path: Path) -> None:
    cache = tmp_path / "wheels"
    shutil.copytree(ROOT / "build" / "wheels", cache)
    victim = next(cache.glob("segno-*.whl"))
    victim.write_bytes(victim.read_bytes() + b"\0")
    hashes = set(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    assert set(cached(cache, hashes)) == {path.name for path in cache.glob("*.whl")} - {victim.name}


def test_a_lock_without_a_needed_package_makes_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="segno"):
        wheels(LOCK.replace("\nsegno==", "\nother=="), tmp_path)


@pytest.mark.parametrize(("file", "machine"), OFFLINE_FILES.items())
def test_a_file_for_a_stick_is_small_and_for_one_kind_of_machine(
    checkout: Checkout, file: str, machine: str
) -> None:
    assert (checkout.dist / file).stat().st_size < 8_000_000
    with zipfile.ZipFile(checkout.dist / file) as archive:
        carried = [name.removeprefix("wheels/") for name in archive.namelist() if name.endswith(".whl")]
    for version in VERSIONS:
        names = {name.partition("-")[0] for name in fitting(carried, machine, version)}
        assert names == {name.partition("-")[0] for name in carried}
    (elsewhere,) = set(MACHINES) - {machine}
    assert another(carried, machine) is None
    assert another(carried, elsewhere) == {"silbo-admin": "silbo-admin-arm64"}.get(file, "silbo-admin")


def test_on_another_kind_of_machine_there_is_one_sentence(checkout: Checkout) -> None:
    wrong = "silbo-admin-arm64" if os.uname().machine == "x86_64" else "silbo-admin"
    done = subprocess.run(
        [sys.executable, str(checkout.dist / wrong), "list"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("silbo-admin: This file is for another kind of machine; take silbo-admin")


# Refusals


def test_without_git_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="git checkout"):
        read_commit(tmp_path)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "thesis.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="something else"):
        write(tmp_path / "dist", {"SHA256SUMS": b""})
    assert [path.name for path in tmp_path.rglob("*")] == ["dist", "thesis.txt"]


# How the offline file starts


def test_it_starts_with_the_allocator_settings_and_without_the_users_variables(probe: Path) -> None:
    words, variables = started(
        probe, "a b", "-c", "", PYTHONPATH="/nowhere", PYTHONSTARTUP="x", PYTHONMALLOC="debug", KEPT="1"
    )
    assert words == ["a b", "-c", ""]
    with open(ROOT / "bin" / "silbo-admin", encoding="utf-8") as script:
        wanted = next(line for line in script if line.startswith("export ")).split()[1:]
    assert [f"{name}={variables[name]}" for name in ("PYTHONMALLOC", "GLIBC_TUNABLES")] == wanted
    assert [name for name in variables if name.startswith("PYTHON")] == ["PYTHONMALLOC"]
    assert variables["KEPT"] == "1"


def test_nothing_from_the_current_folder_the_users_packages_or_pythonpath_is_imported(
    checkout: Checkout, tmp_path: Path
) -> None:
    user = tmp_path / "user"
    packages = user / "lib" / "python{}.{}".format(*sys.version_info[:2]) / "site-packages"
    for folder in (tmp_path, packages):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("admin", "codes", "crypto", "nacl", "segno", "argparse", "getpass", "zipfile", "fcntl"):
            (folder / f"{name}.py").write_text("print('CANARY')\n")
    done = subprocess.run(
        [sys.executable, str(checkout.dist / "silbo-admin"), "keygen", "--suggest"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "PYTHONUSERBASE": str(user)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stdout.split())) == (0, 6), done.stderr
    assert "CANARY" not in done.stdout + done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("signals_of_a_terminal")
def test_a_signal_reaches_the_command(probe: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, str(probe), "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    process.communicate()
    assert process.returncode == -number


@pytest.mark.parametrize("name", ["silbo-admin", "age-plugin-pq"])
def test_it_is_the_plugin_of_age_under_that_name(checkout: Checkout, tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(checkout.dist / "silbo-admin")
    done = subprocess.run([tmp_path / name], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert ("age starts this program" in done.stderr) == (name == "age-plugin-pq")


def test_another_python_gets_one_sentence(checkout: Checkout) -> None:
    tried = 0
    for name in ("python3.8", "python3.9", "python3.10", "python3.14"):
        places = [shutil.which(name), *map(str, Path.home().glob(f".pyenv/versions/*/bin/{name}"))]
        for python in filter(None, places):
            if subprocess.run([python, "--version"], capture_output=True, check=False).returncode:
                continue
            done = subprocess.run(
                [python, checkout.dist / "silbo-admin"], capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr == "silbo-admin: Python 3.11, 3.12 or 3.13 is needed; on Debian: python3.\n"
            tried += 1
    if not tried:
        pytest.skip("left out: no other Python on this machine")


# A machine without a network on which nothing can be written but the reviewer's home

JAIL = """
mount -t tmpfs none "$KEYS" && mount -o remount,bind,ro / || exit 99
for place in /tmp /var/tmp /dev/shm /run; do
  case $KEYS in
    $place/*) ! mountpoint -q $place || mount -o remount,bind,ro $place || exit 99 ;;
    *) [ ! -d $place ] || mount -t tmpfs -o ro none $place || exit 99 ;;
  esac
done
if (: >"$HOME/written") 2>/dev/null; then exit 98; fi
"$@" 9<"$PASSPHRASE" || exit 97
find "$KEYS" -mindepth 1 -printf '%P\\n' | LC_ALL=C sort
"""


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: "{}.{}".format(*version))
def test_it_runs_without_a_network_and_writes_nothing_but_its_home(
    checkout: Checkout, tmp_path: Path, version: tuple[int, int]
) -> None:
    python = find_python(version)
    home, keys = tmp_path / "person", tmp_path / "keys"
    home.mkdir()
    keys.mkdir()
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)
    command = [python, str(checkout.dist / "silbo-admin"), "--home", str(keys / "home")]
    command += ["keygen", "--weeks", "1", "--passphrase-fd", "9"]
    done = subprocess.run(
        ["unshare", "-rmn", "sh", "-c", JAIL, "sh", *command],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "KEYS": str(keys),
            "PASSPHRASE": str(tmp_path / "passphrase"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode in (1, 99) and ("unshare" in done.stderr or "mount" in done.stderr):
        pytest.skip("left out: this kernel or container permits no namespaces")
    assert done.returncode == 0, done.stderr
    said, _, written = done.stdout.partition("For the day on which this machine is lost")
    assert "Made a root and 1 period key" in said
    names = written.splitlines()[1:]
    assert "home/keys/root.age" in names
    assert all(name == "home" or name.startswith("home/") for name in names)
    assert not any(name.endswith((".py", ".so", ".pyc", ".whl")) for name in names)
    assert list(home.iterdir()) == []


# The second file


def test_the_workspace_lies_beside_and_reads_files_from_memory(checkout: Checkout, tmp_path: Path) -> None:
    """As on a laptop, without a network; the words of a document come out of the confined child."""
    for name in ("silbo-admin", "silbo-workspace"):
        shutil.copy(checkout.dist / name, tmp_path)
    home = tmp_path / "home"

    def run(
        *words: str, passphrase: bytes | None = PASSPHRASE, source: int = subprocess.DEVNULL
    ) -> "subprocess.CompletedProcess[str]":
        read, wrote = os.pipe()
        os.write(wrote, passphrase or b"\n")
        os.close(wrote)
        command = [sys.executable, str(tmp_path / "silbo-admin"), "--home", str(home), *words]
        command += [] if passphrase is None else ["--passphrase-fd", str(read)]
        try:
            return subprocess.run(
                command, stdin=source, pass_fds=(read,), capture_output=True, text=True, check=False
            )
        finally:
            os.close(read)

    assert run("keygen", "--weeks", "1").returncode == 0
    newest = max((home / "keys").glob("list-*"))
    keys = parse_keylist(
        (newest / "keys.json").read_bytes(), (newest / "keys.json.minisig").read_text(), None
    )
    server = Server(tmp_path / "stick", day=datetime.now(UTC).date())
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("content.xml", "<p>poligrafo</p>")
    kind = "application/vnd.oasis.opendocument.text"
    item = file_item(document.getvalue(), kind, extension="odt")
    unclean = file_item(b"\xff\xd8\xff", cleaned=False)
    server.write(server.drop([parse_recipient(keys.periods[0].recipient)], item, unclean))
    assert run("import", str(server.stick), "--server", server.public, passphrase=None).returncode == 0
    found = run("search", "poligrafo")
    assert (found.returncode, "1 drop found." in found.stdout) == (0, True), found.stderr
    assert "silbo> " not in found.stdout
    terminal = Terminal(home, program=[sys.executable, str(tmp_path / "silbo-admin")])
    terminal.until("Passphrase: ")
    terminal.type(PASSPHRASE.decode())
    terminal.until("1 drop:")  # with Textual from memory
    terminal.type("q")
    assert terminal.end() == 0, terminal.got
    # As a page, in a browser that keeps it; a copy is cleaned with one more file, and that is said.
    browser, kept, words, waits = (
        tmp_path / "chromium",
        tmp_path / "kept.html",
        str(tmp_path / "out"),
        os.pipe(),
    )
    browser.write_text(f"#!/bin/sh\nfor last; do :; done\ncp \"${{last#file://}}\" '{kept}'\n")
    browser.chmod(0o755)
    seen = run("view", server.last_id, "--clean", "--browser", str(browser), source=waits[0])
    assert seen.returncode == 0, seen.stderr
    assert "put the file silbo-decoders" in seen.stderr.replace("\n", " ")
    assert "poligrafo" in kept.read_text()
    # Codes are shown from the stick; what reads them is one more file.
    assert run("publish", words, passphrase=None).returncode == 0
    shown = run("qr", "show", words, "--png", str(tmp_path / "png"), passphrase=None)
    assert (shown.returncode, "2 files in" in shown.stdout) == (0, True), shown.stderr
    read = run("qr", "read", *map(str, (tmp_path / "png").iterdir()), passphrase=None)
    assert "put the file silbo-decoders" in read.stderr.replace("\n", " ")
    for end in waits:
        os.close(end)
    (tmp_path / "silbo-workspace").write_bytes((checkout.dist / "silbo-workspace").read_bytes() + b"\n")
    assert "of another release" in run("search", "poligrafo").stderr
    (tmp_path / "silbo-workspace").unlink()
    assert "put the file silbo-workspace" in run("search", "poligrafo").stderr
    assert run("list", passphrase=None).returncode == 0
    assert "A filter of 'list' is part of the workspace" in run("list", "--new").stderr
    assert run("list", "--help", passphrase=None).returncode == 0


@pytest.mark.long
def test_the_papers_of_a_dossier_are_set_from_a_file_beside(checkout: Checkout, tmp_path: Path) -> None:
    """As on a laptop: nothing is installed, nothing is left but the dossier."""
    for name in ("silbo-admin", "silbo-workspace"):
        shutil.copy(checkout.dist / name, tmp_path)
    home, out = tmp_path / "home", tmp_path / "dossier"
    folders = (tmp_path, Path(tempfile.gettempdir()))

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        read, wrote = os.pipe()
        os.write(wrote, PASSPHRASE)
        os.close(wrote)
        command = [sys.executable, str(tmp_path / "silbo-admin"), "--home", str(home), *words]
        try:
            return subprocess.run(
                [*command, "--passphrase-fd", str(read)],
                pass_fds=(read,), capture_output=True, text=True, check=False,
            )  # fmt: skip
        finally:
            os.close(read)

    assert run("keygen", "--weeks", "1").returncode == 0
    newest = max((home / "keys").glob("list-*"))
    signature = (newest / "keys.json.minisig").read_text()
    keys = parse_keylist((newest / "keys.json").read_bytes(), signature, None)
    server = Server(tmp_path / "stick", day=datetime.now(UTC).date())
    server.write(server.drop([parse_recipient(keys.periods[0].recipient)], text_item("Nos vigilan.")))
    command = [
        sys.executable,
        str(tmp_path / "silbo-admin"),
        "--home",
        str(home),
        "import",
        str(server.stick),
    ]
    subprocess.run([*command, "--server", server.public], check=True, capture_output=True)
    words = ("dossier", "--drops", server.last_id, "--out", str(out))
    assert "put the file silbo-papers" in run(*words).stderr.replace("\n", " ")
    (tmp_path / "silbo-papers").write_bytes((checkout.dist / "silbo-papers").read_bytes() + b"\n")
    assert "of another release" in run(*words).stderr.replace("\n", " ")
    shutil.copy(checkout.dist / "silbo-papers", tmp_path)
    before = {path for folder in folders for path in folder.glob("*silbo-fonts*")}
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert (out / "data/dossier.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert {path for folder in folders for path in folder.glob("*silbo-fonts*")} == before
    check = [sys.executable, str(tmp_path / "silbo-admin"), "verify-dossier", str(out)]
    assert subprocess.run(check, capture_output=True, text=True, check=False).returncode == 0


@pytest.mark.long
def test_pages_are_covered_and_codes_read_from_a_file_beside(checkout: Checkout, tmp_path: Path) -> None:
    """As on a laptop: nothing is installed, and nothing of the libraries is written to a file system."""
    for name in ("silbo-admin", "silbo-workspace", "silbo-decoders"):
        shutil.copy(checkout.dist / name, tmp_path)
    home, out, empty = tmp_path / "home", tmp_path / "out", tmp_path / "temporary"
    empty.mkdir()
    environment = {**os.environ, "TMPDIR": str(empty)}

    waits = os.pipe()

    def run(*words: str, ask: bool = True, source: int | None = None) -> "subprocess.CompletedProcess[str]":
        read, wrote = os.pipe()
        os.write(wrote, PASSPHRASE)
        os.close(wrote)
        command = [sys.executable, str(tmp_path / "silbo-admin"), "--home", str(home), *words]
        command += ["--passphrase-fd", str(read)] if ask else []
        try:
            return subprocess.run(
                command,
                pass_fds=(read,),
                stdin=source,
                capture_output=True,
                text=True,
                check=False,
                env=environment,
            )
        finally:
            os.close(read)

    assert run("keygen", "--weeks", "1").returncode == 0
    newest = max((home / "keys").glob("list-*"))
    signature = (newest / "keys.json.minisig").read_text()
    keys = parse_keylist((newest / "keys.json").read_bytes(), signature, None)
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(picture, "JPEG")
    server = Server(tmp_path / "stick", day=datetime.now(UTC).date())
    taken = io.BytesIO()
    camera = Image.Exif()
    camera[0x010F] = "of one worker alone"
    Image.new("RGB", (64, 48), (30, 200, 30)).save(taken, "JPEG", exif=camera)
    screen = io.BytesIO()
    page = Image.new("L", (900, 500), 255)
    square = io.BytesIO()
    segno.make("copy 17").save(square, kind="png", scale=6)
    page.paste(Image.open(square).convert("L"), (600, 200))
    ImageDraw.Draw(page).text((40, 60), "Prepared for: Maria Lopez", 0, ImageFont.load_default(28))
    page.save(screen, "PNG")
    items = (
        file_item(picture.getvalue()),
        file_item(taken.getvalue(), cleaned=False),
        file_item(screen.getvalue(), "image/png", extension="png"),
    )
    server.write(server.drop([parse_recipient(keys.periods[0].recipient)], *items))
    assert run("import", str(server.stick), "--server", server.public, ask=False).returncode == 0
    area = ("--area", "1:0,0,50,100 = a face")
    done = run("redact", f"{server.last_id}:1", *area, "--out", str(out))
    assert done.returncode == 0, done.stderr
    with Image.open(out / "redacted.jpg") as copy:
        assert copy.getpixel((10, 24)) != copy.getpixel((60, 24))
    assert run("publish", str(tmp_path / "pub"), ask=False).returncode == 0
    png = tmp_path / "png"
    assert run("qr", "show", str(tmp_path / "pub"), "--png", str(png), ask=False).returncode == 0
    read = run("qr", "read", str(png), ask=False)
    assert (read.returncode, "keys.json.minisig" in read.stdout) == (0, True), read.stderr
    browser, kept = tmp_path / "chromium", tmp_path / "kept.html"
    browser.write_text(f"#!/bin/sh\nfor last; do :; done\ncp \"${{last#file://}}\" '{kept}'\n")
    browser.chmod(0o755)
    seen = run("view", server.last_id, "--clean", "--browser", str(browser), source=waits[0])
    assert (seen.returncode, seen.stderr.count("!")) == (0, 0), seen.stderr
    assert "A COPY, CLEANED HERE" in kept.read_text()
    assert kept.read_text().count("<img") == 3
    marked = run("marks", f"{server.last_id}:3", "--read-pictures")
    assert "put the file" not in marked.stderr
    assert "a bar code or a square code" in marked.stdout, marked.stderr
    if languages.folder() is not None:  # Debian's languages
        assert "words that say for whom the copy is" in marked.stdout, marked.stderr
    assert list(empty.iterdir()) == []
    changed = bytearray((tmp_path / "silbo-decoders").read_bytes())
    changed[1000] ^= 1
    (tmp_path / "silbo-decoders").write_bytes(changed)
    assert "of another release" in run("qr", "read", str(png), ask=False).stderr.replace("\n", " ")


def test_the_second_file_says_where_it_belongs(checkout: Checkout) -> None:
    done = subprocess.run(
        [sys.executable, str(checkout.dist / "silbo-workspace")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "beside silbo-admin" in done.stderr) == (1, True)
    with zipfile.ZipFile(checkout.dist / "silbo-admin") as first:
        names = first.namelist()
    assert not any(name.startswith(("admin/workspace/", "scrub/")) for name in names)


def test_the_file_is_started_by_the_python_on_the_path(checkout: Checkout) -> None:
    assert (checkout.dist / "silbo-admin").read_bytes().startswith(SHEBANG)
    assert os.access(checkout.dist / "silbo-admin", os.X_OK)
