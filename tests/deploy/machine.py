"""A bare Debian with a real systemd as its first process, in a folder: debootstrap and systemd-nspawn.

It shares this machine's network, and what is Silbo's in it is compared before and after.
"""

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RELEASE = (
    *("bot", "codes", "crypto", "scrub", "bin", "deploy", "deploy.sh"),
    *("pyproject.toml", "LICENSE", "requirements", "docs"),
)
PLACES = (
    "etc/silbo",
    "etc/systemd/system",
    "etc/passwd",
    "etc/group",
    "opt",
    "usr/local/sbin",
    "var/lib/silbo",
)
KEPT = Path("/var/tmp/silbo-test-roots")
LANDLOCK = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"
"""What nspawn's own filter does not know in systemd 252; a server has no nspawn around it."""


def need_tools() -> None:
    """Leave the tests out where the machine cannot make a machine."""
    if os.geteuid() != 0:
        pytest.skip("left out: making a Debian root needs root")
    for program in ("debootstrap", "systemd-nspawn", "nsenter"):
        if shutil.which(program) is None:
            pytest.skip(f"left out: {program} is not installed")


def base_root(release: str) -> Path:
    """A fresh Debian, made once; it has device files, and is not in the checkout for that."""
    base = KEPT / release
    if not base.exists():
        partial = base.with_name(f"{release}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        include = "--include=systemd,systemd-sysv,dbus,ca-certificates"
        made = subprocess.run(
            ["debootstrap", "--variant=minbase", include, release, str(partial)],
            capture_output=True,
            check=False,
        )
        if made.returncode:
            pytest.skip("left out: Debian's packages could not be fetched")
        # The authorities that this machine trusts, should it sit behind a proxy of its own.
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", partial / "etc/ssl/certs/ca-certificates.crt")
        partial.rename(base)
    return base


@dataclass
class Machine:
    """One running root. `shared` is seen inside as /mnt."""

    name: str
    root: Path
    shared: Path
    log: Path
    init: int = 0
    _nspawn: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def create(cls, folder: Path, release: str) -> "Machine":
        machine = cls(f"silbo-{os.getpid()}-{release}", folder / "root", folder / "shared", folder / "log")
        # Not shutil: it would read /dev/zero to its end.
        subprocess.run(["cp", "-a", str(base_root(release)), str(machine.root)], check=True)
        machine.shared.mkdir()
        machine.boot()
        return machine

    def boot(self) -> None:
        command = [
            "systemd-nspawn",
            "--quiet",
            "--register=no",
            "--keep-unit",
            "--machine",
            self.name,
            "--boot",
        ]
        command += ["--directory", str(self.root), "--bind-ro", f"{self.shared}:/mnt", "--capability=all"]
        command += ["--resolv-conf=copy-host", f"--system-call-filter={LANDLOCK}"]
        # systemd 257 refuses control groups of the first version, whatever the machine around it has.
        env = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
        with self.log.open("ab") as log:
            self._nspawn = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env
            )
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        for _ in range(600):
            pids = children.read_text().split() if children.exists() else []
            self.init = int(pids[0]) if pids else 0
            if self.init and self.call("systemctl", "is-system-running").stdout.strip() in (
                "running",
                "degraded",
            ):
                return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(errors="replace"))

    def power_off(self) -> None:
        assert self._nspawn is not None
        self.call("systemctl", "poweroff")
        self._nspawn.wait(90)

    def call(self, *command: str, within: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run a command inside, as root and without a terminal."""
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        enter = ["nsenter", "-t", str(self.init), "-a", "env", "-i", path, "HOME=/root", *within]
        return subprocess.run(
            [*enter, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
        )

    def run(self, *command: str) -> str:
        """The output of a command that must succeed."""
        done = self.call(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def deploy(
        self, source: str, *arguments: str, within: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        return self.call("bash", f"/mnt/{source}/deploy.sh", *arguments, within=within)

    def source(self, name: str, changes: dict[str, str] | None = None) -> str:
        """A copy of this source under /mnt, with text added to the end of files."""
        target = self.shared / name
        target.mkdir()
        for entry in RELEASE:
            if (ROOT / entry).is_dir():
                shutil.copytree(ROOT / entry, target / entry, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / entry, target / entry)
        for file, text in (changes or {}).items():
            with (target / file).open("a") as added:
                added.write(text)
        return name

    def snapshot(self) -> dict[str, str]:
        """What is Silbo's: modes, owners and content, except what a running database changes by itself."""
        found: dict[str, str] = {}
        for place in PLACES:
            for path in [self.root / place, *sorted((self.root / place).rglob("*"))]:
                name = str(path.relative_to(self.root))
                if (
                    not os.path.lexists(path)
                    or "__pycache__" in name
                    or name.startswith("var/lib/silbo/silbo.db")
                ):
                    continue
                state = path.lstat()
                about = f"{state.st_mode:o} {state.st_uid} {state.st_gid} "
                if path.is_symlink():
                    about += os.readlink(path)
                elif path.is_file():
                    about += hashlib.sha256(path.read_bytes()).hexdigest()
                found[name] = about
        return found
