"""A real PostgreSQL for the tests: a cluster on a socket in a folder of its own, a database for each test.

PostgreSQL refuses to run as root: root starts it in a user namespace of its own, where it is nobody.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[1]
AS_NOBODY = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
USUAL = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def programs() -> Path | None:
    """The folder of `postgres` and `initdb`: what deploy.sh fetched, or this machine's newest."""
    found = [
        ROOT / ".tools" / "postgresql" / "root" / "usr" / "lib" / "postgresql",
        Path("/usr/lib/postgresql"),
    ]
    for place in found:
        versions = sorted(place.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
        if versions:
            return versions[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A disk in memory that only those see who are `inside`: what stands before a command there."""

    folder: Path
    inside: tuple[str, ...]

    def fill(self) -> None:
        """Leave nothing free."""
        self._run("dd", "if=/dev/zero", f"of={self.folder}/ballast", "bs=64K", status=1)

    def make_room(self) -> None:
        self._run("rm", f"{self.folder}/ballast")

    def make_folder(self, name: str) -> Path:
        self._run("mkdir", "-m", "700", f"{self.folder}/{name}")
        return self.folder / name

    def _run(self, *command: str, status: int = 0) -> None:
        done = subprocess.run([*self.inside, *command], check=False, capture_output=True)
        assert done.returncode == status, done.stderr.decode()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A disk that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="silbo-disk-"))
    mount = f"mount -t tmpfs -o size={megabytes}m none {folder} && echo there && exec sleep infinity"
    keeper = subprocess.Popen(
        [*AS_NOBODY, "--keep-caps", "--mount", "sh", "-c", mount],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert keeper.stdout is not None
        if keeper.stdout.readline() != b"there\n":
            pytest.skip("left out: this machine has no user namespaces")
        inside = "nsenter", f"--target={keeper.pid}", "--user", "--mount", "--preserve-credentials"
        yield SmallDisk(folder, inside)
    finally:
        keeper.kill()
        keeper.communicate()
        folder.rmdir()


class Cluster:
    """One server. `changed` are settings that differ from `USUAL`; `disk` is one that it sees, on which its
    data lie if `on_it`.
    """

    def __init__(
        self,
        folder: Path,
        changed: Mapping[str, str] | None = None,
        disk: SmallDisk | None = None,
        *,
        on_it: bool = False,
    ) -> None:
        self.folder = folder
        self.data = disk.folder / "data" if disk and on_it else folder / "data"
        self._settings = {**USUAL, **(changed or {})}
        self._server: subprocess.Popen[bytes] | None = None
        where = programs()
        if where is None:
            pytest.skip("left out: no PostgreSQL here; ./deploy.sh test fetches Debian's")
        self._bin = where
        self._as: tuple[str, ...] = ()
        if os.geteuid() == 0:
            self._as = AS_NOBODY
            if subprocess.run([*AS_NOBODY, "true"], check=False, capture_output=True).returncode != 0:
                pytest.skip("left out: PostgreSQL refuses root, and this machine has no user namespaces")
        if disk is not None:
            self._as = disk.inside
        self._env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
        if where.is_relative_to(ROOT):  # with libraries that a bare machine lacks
            libraries = [*where.parents[2].glob("*-linux-gnu"), *where.parents[4].glob("lib/*-linux-gnu")]
            self._env["LD_LIBRARY_PATH"] = ":".join(map(str, libraries))

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's programs to its end, as who runs the server."""
        done = subprocess.run(
            [*self._as, self._bin / program, *arguments],
            check=False,
            env=self._env,
            cwd=self.folder,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode()

    def make(self, *more: str) -> None:
        """A cluster whose owner is `silbo`, by no password."""
        self.run(
            "initdb",
            *("-D", self.data, "-U", "silbo", "--auth=trust", "--encoding=UTF8", "--locale=C", "-N"),
            *more,
        )

    @property
    def ended(self) -> bool:
        """Whether the server gave up by itself."""
        return self._server is not None and self._server.poll() is not None

    def start(self) -> None:
        """Start the server, and wait until it takes connections."""
        options = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        options += ["-c", f"unix_socket_directories={self.folder}"]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [*self._as, self._bin / "postgres", "-D", self.data, *options],
                env=self._env,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        for _ in range(600):
            assert self._server.poll() is None, (self.folder / "log").read_text()
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """SIGQUIT: without a checkpoint, as a crash; SIGINT: in order."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait()
            self._server = None

    def connect(self, database: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(
            host=str(self.folder), port=5432, user="silbo", dbname=database, autocommit=True
        )

    def url(self, database: str) -> str:
        """As `Store.open` takes it."""
        return f"postgresql+psycopg://silbo@/{database}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        name = f"t{secrets.token_hex(6)}"
        with closing(self.connect("postgres")) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def clear(self, name: str, tables: Iterable[str]) -> None:
        """Leave nobody at a database, and nothing in its tables."""
        with closing(self.connect(name)) as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
            connection.execute(f"TRUNCATE {', '.join(tables)}".encode())

    def drop_database(self, name: str) -> None:
        with closing(self.connect("postgres")) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


DURABLE = {"fsync": "on", "full_page_writes": "on"}


@contextmanager
def with_standby() -> Iterator[tuple[Cluster, Cluster, str]]:
    """A server, a synchronous standby of it, and the url by which whichever writes is found."""
    with running({**DURABLE, "synchronous_standby_names": "*"}) as first:
        folder = Path(tempfile.mkdtemp(prefix="silbo-pg-"))
        try:
            with closing(first.connect("postgres")) as connection:
                connection.execute("SET synchronous_commit = local")
                connection.execute("CREATE DATABASE silbo")
            second = Cluster(folder, DURABLE)
            source = f"host={first.folder} port=5432 user=silbo application_name=second"
            second.run("pg_basebackup", "-D", second.data, "-R", "-X", "stream", "-c", "fast", "-d", source)
            second.start()
            try:
                yield (
                    first,
                    second,
                    f"postgresql+psycopg://silbo@/silbo?host={first.folder}:5432&host={folder}:5432",
                )
            finally:
                second.stop()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def fail_over(first: Cluster, second: Cluster) -> None:
    """The server dies, and its standby takes over."""
    first.stop(signal.SIGKILL)
    with closing(second.connect("postgres")) as connection:
        connection.execute("SELECT pg_promote()")


@contextmanager
def running(
    changed: Mapping[str, str] | None = None, disk: SmallDisk | None = None, *, on_it: bool = False
) -> Iterator[Cluster]:
    """A cluster that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="silbo-pg-"))
    try:
        cluster = Cluster(folder, changed, disk, on_it=on_it)
        cluster.make(*(() if disk is None else ("--wal-segsize=1",)))
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
