"""The parent's handle on a running zygote: starts it, hands it jobs, and notices when it is gone.

Where a unit starts the zygote (deploy/units/silbo-scrub.service), connecting to its socket does: that one
runs as another user, without a network, and may make namespaces, which the bot's own unit forbids.
"""

import asyncio
import contextlib
import itertools
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scrub.isolation.bubblewrap import wrapped
from scrub.isolation.pipes import PipePair, read_all, write_all
from scrub.isolation.sandbox import ISOLATION, ChildLimits
from scrub.isolation.wire import DONE, LENGTH, READY, REQUEST, RESULT_HEAD, TASK_CANCEL, unpack_codes

_ZYGOTE = ("-m", "scrub.isolation.zygote")
ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "1",  # what a thread of a sample freed in one of its own would stay, in each child
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # a third less time for large pictures: fewer page faults
}
Answer = tuple[bytes, ...]
"""The first `RESULT_HEAD` bytes, and the rest; and what comes behind, of an answer that tells its length."""

_CONNECT_SECONDS, _START_SECONDS = 30.0, 120.0
"""A machine that has much else to do needs more than half a minute to load the decoders; so do decoders out
of one file, where nothing is compiled before."""

_GRACE_SECONDS = 5.0


class ScrubberError(Exception):
    """The process that holds the decoders doesn't start. Not about any one file."""


class ZygoteGone(Exception):
    """The zygote ended while a job was waiting."""


@dataclass(frozen=True, slots=True)
class ScrubLimits:
    """Per child. A clean-up of one file takes two children, one after the other."""

    wall_seconds: float = 60.0
    child: ChildLimits = field(default_factory=ChildLimits)


class ZygoteProcess:
    """One running zygote process and the jobs that wait for it."""

    def __init__(
        self, process: asyncio.subprocess.Process | None, control: socket.socket, isolation: tuple[str, ...]
    ) -> None:
        """`process` is None where systemd is the parent."""
        self.isolation = isolation
        self.gone = False
        self._process = process
        self._control = control
        self._jobs: dict[int, asyncio.Future[int]] = {}
        self._numbers = itertools.count(1)
        asyncio.get_running_loop().add_reader(control, self._on_message)

    @classmethod
    async def start(
        cls,
        socket_path: Path | None = None,
        program: Sequence[str] | None = None,
        descriptors: Sequence[int] = (),
    ) -> "ZygoteProcess":
        """By systemd behind `socket_path`, else here, inside bubblewrap where it is installed and permitted.
        `program`: how Python is told what to run, if not the zygote; the control socket's number follows.
        It inherits `descriptors`.

        Raises ScrubberError.
        """
        if socket_path is not None:
            control = await _connect(socket_path)
            return cls(None, control, await _ready(control, None))
        program = program or _ZYGOTE
        try:
            return await cls._launch(program, descriptors, bubblewrap=True)
        except ScrubberError:
            return await cls._launch(program, descriptors, bubblewrap=False)

    @classmethod
    async def _launch(
        cls, program: Sequence[str], descriptors: Sequence[int], *, bubblewrap: bool
    ) -> "ZygoteProcess":
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            # What comes from memory brings its libraries; those of the machine would be taken before them.
            options = ("-I", "-S") if descriptors else ("-I",)
            plain = [sys.executable, *options, "-B", "-X", "utf8", *program, str(theirs.fileno())]
            command = wrapped(plain) if bubblewrap else plain
            if command is None:
                ours.close()
                raise ScrubberError("bubblewrap isn't installed")
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,  # decoders complain there, and quote what they read
                pass_fds=(theirs.fileno(), *descriptors),
                env=ENVIRONMENT,
                start_new_session=True,  # a Ctrl-C in the operator's terminal is not for it
            )
        isolation = await _ready(ours, process)
        return cls(process, ours, (*isolation, "bubblewrap") if bubblewrap else isolation)

    @property
    def idle(self) -> bool:
        """Whether no job waits for it."""
        return not self._jobs

    async def run(
        self,
        task: int,
        request: tuple[bytes, ...],
        answer_limit: int,
        limits: ScrubLimits,
        length: Callable[[bytes], int] | None = None,
        *,
        answered: Callable[[Answer], None] | None = None,
    ) -> tuple[int, Answer | None]:
        """The outcome and the child's answer (None: longer than allowed) to the pieces of a request; with
        `length` as for `read_all`. `answered` is told the answer while the child still ends. Raises
        ZygoteGone.
        """
        job = next(self._numbers) & 0xFFFFFFFF
        done = asyncio.get_running_loop().create_future()
        pipes = PipePair()
        self._jobs[job] = done
        try:
            self._send(task, job, limits, pipes)
            pipes.close(*pipes.child_fds)
            async with asyncio.timeout(limits.wall_seconds + _GRACE_SECONDS):
                await write_all(pipes.write_fd, (LENGTH.pack(sum(map(len, request))), *request))
                pipes.close(pipes.write_fd)
                answer = await read_all(pipes.read_fd, answer_limit, RESULT_HEAD, length)
                pipes.close(pipes.read_fd)
                if answer is None:
                    self._send_quietly(TASK_CANCEL, job)
                elif answered is not None:
                    answered(answer)
                return await done, answer
        except TimeoutError:
            self._kill()  # it kills its own children in time; if it didn't, it is stuck itself
            raise ZygoteGone from None
        finally:
            pipes.close()
            self._jobs.pop(job, None)
            if done.cancel():  # nobody waits any more: its child must not go on
                self._send_quietly(TASK_CANCEL, job)
            elif not done.cancelled():
                done.exception()  # seen, even when we are leaving for another reason

    def _send(self, task: int, job: int, limits: ScrubLimits, pipes: PipePair) -> None:
        child = limits.child
        wall_ms = int(limits.wall_seconds * 1000)
        message = REQUEST.pack(task, job, child.cpu_seconds, child.memory, wall_ms)
        try:
            socket.send_fds(self._control, [message], list(pipes.child_fds))
        except OSError:
            self._lost()
            raise ZygoteGone from None

    def _send_quietly(self, task: int, job: int) -> None:
        with contextlib.suppress(OSError):
            self._control.send(REQUEST.pack(task, job, 0, 0, 0))

    def _on_message(self) -> None:
        try:
            message = self._control.recv(DONE.size)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if len(message) != DONE.size:
            self._lost()
            return
        job, outcome = DONE.unpack(message)
        waiting = self._jobs.get(job)
        if waiting is not None and not waiting.done():
            waiting.set_result(outcome)

    def _lost(self) -> None:
        if not self.gone:
            self.gone = True
            asyncio.get_running_loop().remove_reader(self._control)
            for waiting in self._jobs.values():
                if not waiting.done():
                    waiting.set_exception(ZygoteGone())

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def stop(self) -> None:
        """Ends the process and everything below it; may be called twice."""
        self._lost()
        self._control.close()
        await _end(self._process)


async def _connect(path: Path) -> socket.socket:
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.setblocking(False)
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await asyncio.get_running_loop().sock_connect(control, str(path))
    except OSError:  # a timeout is one
        control.close()
        raise ScrubberError("nothing answers at scrub_socket; is silbo-scrub.socket active?") from None
    except asyncio.CancelledError:
        control.close()
        raise
    return control


async def _ready(control: socket.socket, process: asyncio.subprocess.Process | None) -> tuple[str, ...]:
    """What is in force, once the decoders are loaded. Raises ScrubberError, with everything ended."""
    try:
        async with asyncio.timeout(_START_SECONDS):
            message = await asyncio.get_running_loop().sock_recv(control, READY.size)
        return unpack_codes(READY.unpack(message)[0], ISOLATION)
    except (Exception, asyncio.CancelledError) as error:
        control.close()
        await _end(process)
        if isinstance(error, asyncio.CancelledError):
            raise
        raise ScrubberError("the process that cleans files doesn't start") from None


async def _end(process: asyncio.subprocess.Process | None) -> None:
    """It ends by itself when its control socket is closed; the kill is for one that is stuck."""
    if process is None:
        return
    try:
        async with asyncio.timeout(2):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
