"""Another user of the server, or a bot that was taken over, against what root does in `deploy.sh`.

The scan needs nothing. The races need root, and setpriv for a second user: they run the real functions in a
folder of the test's.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / "deploy.sh", ROOT / "deploy/silbo", *sorted((ROOT / "deploy").glob("*.sh"))]
BOT = "games"
"""A user and a group that each Debian has, in the place of silbo."""
ROUNDS = 30

# While root works: puts a link to root's folder wherever root may look for one of the bot's.
ATTACK = """
import os, sys
canary, *places = sys.argv[1:]
os.stat(canary)
print("ready", flush=True)
while True:
    for place in places:
        try:
            os.symlink(canary, place)
        except OSError:
            try:
                if not os.path.islink(place):
                    os.rename(place, place + ".away")
                    os.symlink(canary, place)
            except OSError:
                pass
"""


def commands(script: Path) -> Iterator[str]:
    """The lines of a script, continued ones joined, without comments."""
    for line in re.sub(r"\\\n\s*", " ", script.read_text()).splitlines():
        if not line.lstrip().startswith("#"):
            yield line


def test_each_python_of_root_starts_isolated() -> None:
    """No working folder, no folder of the user's, no PYTHON* variable decides which code root runs."""
    for script in SCRIPTS:
        for line in commands(script):
            for start in re.findall(r"""(?:(?:/python3?|\$python)"?\s+(?!\])|\$name"\s+(?=-))(\S+)""", line):
                as_bot = "as_silbo env" in line
                assert start == "-I" or (as_bot and start == "-P"), f"{script.name}: {line.strip()}"


OF_THE_BOT = r"\$\{?(state|fresh|copy|runtime|rehearsal)\b"
TOUCHES = r"(rm|rmdir|mkdir|mv|cp|ln|tar|cat|touch|tee|install|chown|chmod|chgrp|find|du|sync|test|\[ -\w)\s"
ALLOWED = {  # names in /var/lib and /run, which are root's alone
    'install -d -m 700 -o "$user" -g "$user" "$fresh"',
    'install -d -m 700 -o "$user" -g "$user" "$runtime"',
    '[ -e "$state" ]',
}


def test_root_touches_nothing_below_a_folder_of_the_bot() -> None:
    """Every program there is started as the user silbo; any name may be a link by then."""
    for script in SCRIPTS:
        for line in commands(script):
            for part in re.split(r"\|\||&&|;|\||\bthen\b|\$\(", line.strip()):
                step = part.strip().removeprefix("if ").removeprefix("! ").removeprefix("undo ").strip()
                if re.match(TOUCHES, step) and re.search(OF_THE_BOT, step):
                    assert step in ALLOWED, f"{script.name}: {step}"
                assert not re.search(rf'[<>]\s*"{OF_THE_BOT}', step), f"{script.name}: {step}"


def test_nothing_is_given_away_folder_by_folder() -> None:
    for script in SCRIPTS:
        for line in commands(script):
            assert not re.search(r"\bchown\s+(-\w*R|--recursive)", line), line
            if re.search(r"\bchmod\s+(-\w*R|--recursive)", line):
                assert '"$partial"' in line, line  # a release, in root's folder


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder that another user can reach, with a folder of root's and one of the bot's."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("left out: two users need root and setpriv")
    folder = Path("/run") / f"silbo-hostile-{os.getpid()}-{os.urandom(4).hex()}"
    for path, mode in ((folder, 0o711), (folder / "canary", 0o755), (folder / "state", 0o700)):
        path.mkdir()
        path.chmod(mode)  # whatever the umask: `deploy.sh test` has 077
    (folder / "canary/mine").write_text("root's\n")
    for name in ("silbo.db", "signing.key"):
        (folder / "state" / name).write_text("x")
    for path in (folder / "state", *(folder / "state").iterdir()):
        shutil.chown(path, BOT, BOT)
    yield folder
    shutil.rmtree(folder)


def canary(place: Path) -> list[tuple[object, ...]]:
    paths = [place / "canary", *sorted((place / "canary").rglob("*"))]
    return [(path.name, path.stat().st_uid, path.stat().st_gid, path.stat().st_mode) for path in paths]


@contextmanager
def hostile(place: Path, name: str) -> Iterator[None]:
    """The bot's user, racing for a name in the state folder."""
    user = [f"--reuid={BOT}", f"--regid={BOT}", "--init-groups", "--bounding-set=-all"]
    attack = ["/usr/bin/python3", "-I", "-c", ATTACK, str(place / "canary"), str(place / "state" / name)]
    with subprocess.Popen(["setpriv", *user, *attack], stdout=subprocess.PIPE, cwd="/") as racing:
        assert racing.stdout is not None
        assert racing.stdout.readline() == b"ready\n", "it can't reach the folder, and so proves nothing"
        try:
            yield
        finally:
            racing.kill()


def run(
    place: Path, command: str, *, part: str = "upgrade", source: Path = ROOT, cwd: Path = Path("/")
) -> subprocess.CompletedProcess[str]:
    """Something of deploy/PART.sh as root, on the test's folders; a release's programs end at once."""
    for program in (".venv/bin/python", "bin/silbo"):
        path = place / "release" / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\nexit 0\n")
        for made in (path, path.parent, path.parent.parent, place / "release"):
            made.chmod(0o755)
    script = f"""
set -euo pipefail
umask 077
root={shlex.quote(str(source))}
eval "$(sed -n '/^theirs=/p; /^\\(of_root\\|not_of_root\\|fail\\)() {{/,/^}}/p' "$root/deploy.sh")"
. "$root/deploy/lib.sh"
. "$root/deploy/{part}.sh"
user={BOT} state={place}/state rehearsal={place}/rehearsal config={place}/none
home={place}/opt releases={place}/opt/releases
release={place}/release scratch=$(mktemp -d {place}/scratch.XXXXXX)
{command}
"""
    return subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, cwd=cwd, timeout=240
    )


def race(place: Path, command: str, source: Path = ROOT) -> int:
    """In how many of ROUNDS root gave its own folder, or something in it, away."""
    before, won = canary(place), 0
    for _ in range(ROUNDS):
        run(place, command, source=source)
        if canary(place) != before:
            won += 1
            for path in (place / "canary").iterdir():
                if path.name != "mine":
                    path.unlink()
            for path in (place / "canary", place / "canary/mine"):
                os.chown(path, 0, 0)
            (place / "canary").chmod(0o755)
    return won


@pytest.mark.parametrize(("command", "name"), [("rehearse", ".upgrade"), ("keep_database", ".rollback")])
def test_a_link_placed_in_between_gets_nothing_of_roots(place: Path, command: str, name: str) -> None:
    """With the same steps as 0.1.0 had them, the bot's user won 23 and 7 of 30 rounds."""
    with hostile(place, name):
        assert race(place, command) == 0


def test_without_an_attack_the_steps_of_an_upgrade_end_well(place: Path) -> None:
    done = run(place, "rehearse && keep_database && echo well")
    assert (done.stdout, done.stderr) == ("well\n", "")
    assert {path.name for path in (place / "state").iterdir()} == {"silbo.db", "signing.key", ".rollback"}


def test_a_folder_of_the_bot_is_emptied_by_its_owner(place: Path) -> None:
    (place / "state/deep").mkdir()
    (place / "state/deep/link").symlink_to(place / "canary")
    (place / "state/link").symlink_to(place / "canary/mine")
    for path in (place / "state").rglob("*"):
        os.lchown(path, *(place / "state").stat()[4:6])
    before = canary(place)
    assert run(place, 'wipe "$state"').returncode == 0
    assert not (place / "state").exists()
    assert canary(place) == before
    (place / "state").symlink_to(place / "canary")
    run(place, 'wipe "$state"')
    assert canary(place) == before
    (place / "state").unlink()


def test_a_source_that_others_can_change_is_refused(place: Path) -> None:
    """Its owner, a group, or whoever can put another folder in its place."""
    source = place / "above/source"
    source.mkdir(parents=True)
    shutil.copy(ROOT / "deploy.sh", source)
    shutil.copytree(ROOT / "deploy", source / "deploy")
    for path in (source, *source.rglob("*")):
        path.chmod(0o755)
    source.parent.chmod(0o755)
    assert "this source" not in refused(source)
    (source / "deploy/lib.sh").chmod(0o775)  # as archives are unpacked: root's group is root
    assert "this source" not in refused(source)
    shutil.chown(source / "deploy/lib.sh", group=BOT)
    assert "deploy/lib.sh (root, mode 775)" in refused(source)
    (source / "deploy/lib.sh").chmod(0o755)
    shutil.chown(source / "deploy/units", BOT)
    assert f"deploy/units ({BOT}, mode 755)" in refused(source)
    shutil.chown(source / "deploy/units", 0)
    source.parent.chmod(0o777)
    assert "above (root, mode 777)" in refused(source)
    source.parent.chmod(0o1777)  # as /tmp is
    assert "this source" not in refused(source)


def refused(source: Path) -> str:
    done = subprocess.run(
        ["bash", str(source / "deploy.sh"), "upgrade", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode > 0
    assert re.fullmatch(r"deploy\.sh: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


def test_a_file_that_others_can_put_another_in_place_of_is_not_read(place: Path) -> None:
    (place / "secret").write_text("x")
    (place / "state/named").write_text("x")
    (place / "link").symlink_to(place / "secret")
    for name, sentence in {
        "secret": "",
        "state/named": f"state ({BOT}, mode 700); put it into a folder that only root can write",
        "link": f"the backup is named by way of a link; name it as {place}/secret\n",
        "nothing": "the backup is not there\n",
    }.items():
        assert (
            run(place, f"of_root {place}/{name} 'the backup'")
            .stderr.removesuffix(", such as /root\n")
            .endswith(sentence)
        )
    done = run(place, f"folder {place}/state/deep/exports 700 {BOT}")
    assert "name a place in silbo.toml that only root can write" in done.stderr
    assert not (place / "state/deep").exists()


def test_what_the_shell_of_root_exported_says_nothing_to_its_programs(place: Path) -> None:
    done = run(
        place,
        "export GIT_DIR=x PIP_INDEX_URL=x PYTHONPATH=x BASH_ENV=x; find() { :; }; export -f find\n"
        "export https_proxy=y; clean_environment; type -t find; env | cut -d= -f1 | sort | tr '\\n' ' '; pwd",
    )
    assert done.stdout.startswith("file\n")
    names = set(done.stdout.split("\n")[1].split(" ")[:-1]) - {"TERM", "LANG", "_", "PWD", "OLDPWD", "SHLVL"}
    pip = {"PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR", "PIP_NO_INPUT"}
    assert {name for name in names if not name.lower().endswith("_proxy") and "SSL_CERT" not in name} == {
        *("PATH", "HOME", "LC_ALL", "PYTHONDONTWRITEBYTECODE"),
        *pip,
    }
    assert done.stdout.endswith("/\n")


@pytest.mark.long
def test_root_runs_no_code_of_the_working_folder(place: Path) -> None:
    """A release made where somebody else put modules of these names."""
    source, trap = place / "source", place / "trap"
    for name in ("bot", "crypto", "bin", "deploy", "docs"):
        (source / name).mkdir(parents=True)
    shutil.copytree(ROOT / "deploy", source / "deploy", dirs_exist_ok=True)
    for name in ("deploy.sh", "pyproject.toml", "LICENSE", "docs/operators.md"):
        shutil.copy(ROOT / name, source / name)
    (source / "requirements").mkdir()
    (source / "requirements/run.lock").write_text("")
    trap.mkdir()
    for name in ("venv", "ensurepip", "pip", "sysconfig", "compileall", "sitecustomize", "runpy"):
        (trap / f"{name}.py").write_text(f"open({str(place / 'ran')!r}, 'w')\n")
    done = run(place, "release_room=1 && make_release", source=source, cwd=trap)
    assert (done.returncode, (place / "ran").exists()) == (0, False), done.stderr
