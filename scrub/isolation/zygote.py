"""The process that a `Scrubber` starts: forks the children that verify, and has the cleaning ones forked.

Started by `zygote_process`: `python -I -m scrub.isolation.zygote CONTROL_FD` with a cleared environment.
Below it, in a PID namespace that sees nothing of this one, runs a program that loads the decoders
(`scrub.isolation.decoders`). This one and its children never do: a decoder that was taken over and its judge
have no page, no address and no descriptor in common, only the bytes that one writes and the other reads.
"""

import os
import socket
import sys
from collections.abc import Sequence

from scrub.isolation.forked import Task
from scrub.isolation.forking import Forker, settle
from scrub.isolation.sandbox import ISOLATION, isolate_zygote, prefer_as_oom_victim
from scrub.isolation.wire import (
    MAX_OUTPUT,
    READY,
    TASK_VERIFY,
    pack_codes,
    unpack_codes,
)

_DECODERS = ("-m", "scrub.isolation.decoders")
"""How Python is told to run them. Where nothing is installed, that and their libraries are in files."""


def main(program: Sequence[str] | None = None) -> None:
    """Tells "ready" with what holds the children of both; what one lacks is missing."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    prefer_as_oom_victim()
    namespaces = isolate_zygote()
    decoders = _start_decoders(program or _DECODERS)
    from scrub.isolation import judge  # while the other loads its own  # noqa: PLC0415

    isolation = settle(namespaces)
    theirs = unpack_codes(READY.unpack(decoders.recv(READY.size))[0], ISOLATION)
    os.waitpid(-1, os.WNOHANG)  # the process that made their namespaces has ended, if any were made
    control.send(READY.pack(pack_codes(tuple(isolation.intersection(theirs)), ISOLATION)))
    tasks = {TASK_VERIFY: Task(1, MAX_OUTPUT, judge.verify_task)}
    Forker(control, isolation, tasks, decoders, ahead=True).serve()


def _start_decoders(program: Sequence[str]) -> socket.socket:
    """The other program's control socket. It is started, not forked: what it is taken over with tells nothing
    about our addresses.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    options = ("-I", "-S") if sys.flags.no_site else ("-I",)
    with theirs:
        os.posix_spawn(
            sys.executable,
            [sys.executable, *options, "-B", "-X", "utf8", *program, "0"],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, theirs.fileno(), 0)],
        )
    return ours


if __name__ == "__main__":
    main()
