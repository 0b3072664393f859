"""The demo's people and machines: two reviewers, a server, and a stick that is carried between them."""

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SILBO = str(ROOT / "bin" / "silbo")
SILBO_ADMIN = str(ROOT / "bin" / "silbo-admin")
DESK = "Sindicato Demo"


class DemoError(Exception):
    """A step of the demo did not do what it should."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """One reviewer's offline machine: its home folder, and the passphrase of its keys."""

    name: str
    home: Path
    passphrase: str

    @classmethod
    def create(cls, folder: Path, name: str) -> "Reviewer":
        reviewer = cls(name, folder / name, secrets.token_hex(8))
        reviewer.run("keygen", "--label", name, "--weeks", "2")
        return reviewer

    def words(self) -> str:
        """Return the ten words of the fingerprint, as the reviewer would read them out."""
        return self.run("fingerprint", "--words").strip()

    def run(self, *arguments: str, offline: bool = False) -> str:
        """Run `silbo-admin` for this reviewer, with the passphrase on a pipe; return what it printed."""
        read, write = os.pipe()
        os.write(write, self.passphrase.encode() + b"\n")
        os.close(write)
        command = [SILBO_ADMIN, "--home", str(self.home), *arguments]
        if arguments[0] in ("keygen", "show", "extract", "reply", "outbox", "announce", "thread", "receipt"):
            command += ["--passphrase-fd", str(read)]
        try:
            return run([*(UNSHARE if offline else ()), *command], pass_fds=(read,))
        finally:
            os.close(read)


@dataclass(frozen=True, slots=True)
class Server:
    """The demo's server: its settings file, from which every command starts."""

    config: Path

    @classmethod
    def create(cls, folder: Path, reviewers: list[Reviewer]) -> "Server":
        server = cls(folder / "silbo.toml")
        server.config.write_text(f'state = "state"\nruntime = "runtime"\n\n[desk]\nname = "{DESK}"\n')
        server.run("init")
        for reviewer in reviewers:
            published = folder / f"{reviewer.name}-keys"
            reviewer.run("publish", str(published))
            server.run("reviewers", "add", str(published), "--words", reviewer.words())
        return server

    def run(self, *arguments: str) -> str:
        return run([SILBO, *arguments, "--config", str(self.config)])

    def chat(self, lines: list[str] | None) -> str:
        """Talk as the source: `lines` are typed for us, None means that the person types. What was said is
        printed, and returned where it was typed for us.
        """
        typed = None if lines is None else "".join(f"{line}\n" for line in lines)
        command = [SILBO, "chat", "--config", str(self.config)]
        environment = os.environ | ({"LANG": "es_CO.UTF-8"} if lines is not None else {})
        sys.stdout.flush()
        said = subprocess.PIPE if lines is not None else None
        done = subprocess.run(command, input=typed, stdout=said, text=True, env=environment, check=False)
        print(done.stdout or "", end="")
        if done.returncode != 0:
            raise DemoError("the conversation ended with an error")
        return done.stdout or ""


def run(command: list[str], pass_fds: tuple[int, ...] = ()) -> str:
    """Run a command to its end; return its standard output. Raises DemoError with its complaint."""
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, pass_fds=pass_fds, check=False
    )
    if done.returncode != 0:
        raise DemoError(f"{Path(command[0]).name} {command[1]} failed: {done.stderr.strip()}")
    return done.stdout


def _unshare() -> tuple[str, ...]:
    """Return the prefix that takes the network away, as far as this kernel lets us; empty if it does not."""
    for prefix in (("unshare", "-n"), ("unshare", "-rn")):
        try:
            if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
                return prefix
        except OSError:
            break
    return ()


UNSHARE = _unshare()
