"""Behind the sockets of deploy/units: starts a process for each connection, and stays.

systemd could do that itself (`Accept=yes`), but PID 1 then writes a line with a time for each one: the second
at which somebody sent a file (docs/adr/0075). Here a child may crash, and the service goes on unseen. Loads
no decoder and reads no byte of a connection. Source: sd_listen_fds(3).
"""

import ctypes
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

SYSTEMD_FD = 3
_PYTHON = ("-I", "-B", "-X", "utf8", "-m")
PROGRAMS = ("scrub.isolation.zygote", "scrub.isolation.setting", "scrub.isolation.ocr_process")
"""What a connection to the first socket starts, to the second, and to the third."""

ZYGOTES = 6
"""At once: the bot's, the one that takes its place after a crash, and those of `silbo doctor`; or two files
that are set anew for each.
"""
CONVERT_SECONDS = 60.0
_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36


def serve_zygotes(*listening: socket.socket) -> None:
    """One of `PROGRAMS` for each connection, which is its standard input; it ends with the connection."""
    sockets = {each.fileno(): (each, program) for each, program in zip(listening, PROGRAMS, strict=False)}
    poll = select.poll()
    for fd in sockets:
        poll.register(fd, select.POLLIN)
    running: dict[int, subprocess.Popen[bytes]] = {}  # by pidfd
    while True:
        for fd, _ in poll.poll():
            if fd in running:
                poll.unregister(fd)
                os.close(fd)
                running.pop(fd).wait()
                continue
            taking, program = sockets[fd]
            if len(running) >= ZYGOTES:
                continue
            connection, _ = taking.accept()
            with connection:
                command = [sys.executable, *_PYTHON, program, "0"]
                process = _start(command, connection.fileno(), subprocess.DEVNULL)
            if process is not None:
                pidfd = os.pidfd_open(process.pid)
                running[pidfd] = process
                poll.register(pidfd, select.POLLIN)
        for fd in sockets:
            poll.register(fd, select.POLLIN if len(running) < ZYGOTES else 0)


def serve_converter(listening: socket.socket, script: str, folder: Path) -> None:
    """One document after the other, each with an empty folder below `folder` that goes with its processes.

    Some come from outside as they are: whoever takes LibreOffice over finds this process closed, and leaves
    nothing behind for the next document.
    """
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # what a child leaves behind becomes ours
    while True:
        connection, _ = listening.accept()
        with connection:
            place = tempfile.mkdtemp(dir=folder)
            environment = {**os.environ, "RUNTIME_DIRECTORY": place}
            process = _start([script], connection.fileno(), connection.fileno(), environment)
            if process is not None:
                try:
                    process.wait(CONVERT_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            _end_children()
            for left in folder.iterdir():
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink(missing_ok=True)


def _start(
    command: list[str],
    connection: int,
    output: int,
    environment: dict[str, str] | None = None,
) -> subprocess.Popen[bytes] | None:
    """None where there is no memory or process for it: the connection then ends, and its file alone fails."""
    try:
        return subprocess.Popen(
            command, stdin=connection, stdout=output, stderr=subprocess.DEVNULL, env=environment
        )
    except OSError:
        return None


def _end_children() -> None:
    """Every process below this one, also those that left their session, until there is none."""
    while True:
        for child in Path("/proc/self/task", str(os.getpid()), "children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def main() -> None:
    """`zygotes`, or `converter SCRIPT`, on the sockets that systemd hands over."""
    count = int(os.environ.get("LISTEN_FDS", "1"))
    listening = [socket.socket(fileno=SYSTEMD_FD + number) for number in range(count)]
    for each in listening:
        each.setblocking(True)
    if sys.argv[1:] == ["zygotes"]:
        serve_zygotes(*listening)
    else:
        _, _, script = sys.argv
        serve_converter(listening[0], script, Path(os.environ["RUNTIME_DIRECTORY"]))


if __name__ == "__main__":
    main()
