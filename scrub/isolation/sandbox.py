"""What a process gives up before it looks at an outside byte, by Linux system calls through ctypes.

`isolate_zygote` runs once, before the decoders are imported and before any thread exists: new user, network,
mount, PID, IPC and UTS namespaces. `empty_root` takes the file system away once everything is loaded.
`confine_child` runs in each child. Each step that the kernel or a container forbids is left out, and what
is in force is returned as codes of `ISOLATION`, so that the operator can be told; nothing here raises.

Sources: user_namespaces(7), landlock(7), seccomp(2), prctl(2), getrlimit(2), capabilities(7).
"""

import contextlib
import ctypes
import gc
import os
import platform
import resource
import signal
import struct
from collections.abc import Callable
from dataclasses import dataclass

from scrub.isolation.seccomp import ARCHITECTURES, program

ISOLATION = (
    "namespaces",
    "empty_root",
    "limits",
    "not_dumpable",
    "no_new_privileges",
    "no_capabilities",
    "landlock",
    "seccomp",
    "bubblewrap",
)
"""Codes of what may be in force. The position is the number on the pipe: append, never reorder.

The last, a second wall from outside, is `scrub.isolation.bubblewrap`'s; the others are this module's.
"""

_CLONE_NEW = {"user": 0x10000000, "net": 0x40000000, "mount": 0x20000, "pid": 0x20000000}
_CLONE_NEW_EXTRA = 0x08000000 | 0x04000000 | 0x02000000  # ipc, uts, cgroup
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_MOVE, _MS_REC, _MS_PRIVATE = 8192, 16384, 1 << 18
_THREADS_OF_A_USER = 512  # without a namespace of its own: the user's other processes count as well
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_NO_PROCESS = 0x51B0C0DE  # larger than any number of a process

QUIET_SIGNALS = (
    signal.SIGILL,
    signal.SIGTRAP,
    signal.SIGABRT,
    signal.SIGBUS,
    signal.SIGFPE,
    signal.SIGSEGV,
    signal.SIGXCPU,
    signal.SIGSYS,
)
"""What a decoder dies of. None of the numbers is another exit status of a child."""

_SIGNAL_STACK = 256 << 10  # more than any processor's registers take
_SA_ONSTACK = 0x08000000

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """Seconds of CPU, bytes of address space, and threads."""

    cpu_seconds: int = 40
    memory: int = 2 << 30
    threads: int = 64


def isolate_zygote(*, waited_for: bool = True) -> tuple[str, ...]:
    """Moves this process into namespaces of its own. Returns twice as often as it is called, in one
    process only.

    A PID namespace holds for children, so the caller is replaced by its child: the outer process waits for
    it and exits with it, or at once where nobody waits for either. Must run before any thread is started.
    """
    uid, gid = os.getuid(), os.getgid()
    wanted = _CLONE_NEW["user"] | _CLONE_NEW["net"] | _CLONE_NEW["mount"] | _CLONE_NEW["pid"]
    # Where systemd allows the four only, its unit has IPC and UTS namespaces of its own already.
    if _libc.unshare(wanted | _CLONE_NEW_EXTRA) != 0 and _libc.unshare(wanted) != 0:
        return ()
    try:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    except OSError:
        pass  # the namespaces hold all the same; only the mount of an empty root may fail later
    share_what_is_loaded()
    inner = os.fork()
    if inner:
        _, status = os.waitpid(inner, 0) if waited_for else (inner, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    if waited_for:
        die_with_parent()
    return ("namespaces",)


def share_what_is_loaded() -> None:
    """Before a process forks another that stays: else each would write to all objects that both share, and so
    have them twice, as soon as it looks for garbage.
    """
    gc.collect()
    gc.freeze()


def empty_root() -> tuple[str, ...]:
    """Replaces the file system by an empty, read-only one. Everything must have been imported before.

    In a mount namespace of its own, whatever `isolate_zygote` achieved: root may mount without one, and would
    empty the whole machine's file system.
    """
    flags = _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    done = (
        _libc.unshare(_CLONE_NEW["mount"]) == 0
        and _libc.mount(None, b"/", None, ctypes.c_ulong(_MS_REC | _MS_PRIVATE), None) == 0
        and _libc.mount(b"none", b"/tmp", b"tmpfs", ctypes.c_ulong(flags), b"size=4k") == 0
        and _libc.chdir(b"/tmp") == 0
        and _libc.mount(b"/tmp", b"/", None, ctypes.c_ulong(_MS_MOVE), None) == 0
        and _libc.chroot(b".") == 0
        and _libc.chdir(b"/") == 0
    )
    return ("empty_root",) if done else ()


def die_with_parent() -> None:
    """Asks the kernel to kill this process when the thread that forked it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class _Sigaction(ctypes.Structure):
    """As glibc and musl have it on 64-bit Linux; see sigaction(2)."""

    _fields_ = (
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_ulong * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


class _Stack(ctypes.Structure):
    _fields_ = (("sp", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t))


_signal_stack = ctypes.create_string_buffer(_SIGNAL_STACK)


def die_quietly() -> None:
    """A fault ends this process by `_exit` with the signal's number as its status, and not by the signal.

    Of a signal that nobody handles the kernel writes a line (`segfault at`, the audit's ANOM_ABEND), which
    keeps the second at which somebody sent a file. The handler is the C library's `_exit` itself: it takes
    one integer, as a handler does, and runs nothing of ours. It has a stack of its own, for one that
    overflowed.
    """
    stack = _Stack(ctypes.addressof(_signal_stack), 0, _SIGNAL_STACK)
    _libc.sigaltstack(ctypes.byref(stack), None)
    action = _Sigaction(ctypes.cast(_libc._exit, ctypes.c_void_p), flags=_SA_ONSTACK)
    for number in QUIET_SIGNALS:
        _libc.sigaction(int(number), ctypes.byref(action), None)


def prefer_as_oom_victim() -> None:
    """If memory runs out, this process and its children are to go first, not the bot."""
    with contextlib.suppress(OSError):
        _write("/proc/self/oom_score_adj", "900")


def confine_child(limits: ChildLimits) -> tuple[str, ...]:
    """Gives up everything but computing and the file descriptors that are open now. Can't be undone.

    Returns the codes of what is in force.
    """
    die_quietly()
    return Confinement().complete(limits)


class Confinement:
    """The same in two parts, of which a child that waits for its file does the first before it has one: what
    needs neither the limits nor the file's descriptors. For a child of a process that dies quietly.

    The order matters: Landlock needs a descriptor, which the limits then forbid, and the filter comes last
    because it forbids all the other steps. The first step comes before the kernel is asked to end this
    process with its parent, because new rights make it forget that.
    """

    def __init__(self) -> None:
        self._threads_are_own = _own_thread_count()
        die_with_parent()
        self._in_force = _taken(
            ("not_dumpable", lambda: _prctl(_PR_SET_DUMPABLE, 0)),
            ("no_new_privileges", lambda: _prctl(_PR_SET_NO_NEW_PRIVS, 1)),
            ("landlock", _landlock),
            ("no_capabilities", _drop_capabilities),
        )

    def complete(self, limits: ChildLimits) -> tuple[str, ...]:
        """The rest, after which nothing more is opened. Returns the codes of all that is in force."""
        threads = limits.threads if self._threads_are_own else _THREADS_OF_A_USER
        rest = _taken(("limits", lambda: _set_limits(limits, threads)), ("seccomp", _seccomp))
        return tuple(code for code in ISOLATION if code in self._in_force | rest)


def _taken(*steps: tuple[str, Callable[[], bool]]) -> set[str]:
    return {code for code, step in steps if step()}


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _prctl(option: int, value: int) -> bool:
    return int(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)) == 0


def _own_thread_count() -> bool:
    """Threads are counted by user and user namespace: in a namespace of its own a child can't use up those
    of the other children. (Root outside of any namespace is never limited; only a developer runs as that.)
    """
    return int(_libc.unshare(_CLONE_NEW["user"])) == 0


def _set_limits(limits: ChildLimits, threads: int) -> bool:
    wanted = (
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1),
        (resource.RLIMIT_AS, limits.memory, limits.memory),
        (resource.RLIMIT_NPROC, threads, threads),
        (resource.RLIMIT_NOFILE, 0, 0),
    )
    for limit, soft, hard in wanted:
        ceiling = resource.getrlimit(limit)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)  # noqa: PLW2901
        try:
            resource.setrlimit(limit, (soft, hard))
        except (OSError, ValueError):
            return False
    return True


def _drop_capabilities() -> bool:
    """capset(2): header {version, pid 0 = self}, then two blocks of {effective, permitted, inheritable} =
    0.
    """
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    return int(_libc.capset(header, bytes(24))) == 0


def _landlock() -> bool:
    """Denies every access to files, to TCP, and to signals and abstract sockets outside, as far as the ABI
    knows.
    """
    abi = _libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_CREATE_RULESET_VERSION)
    if abi < 1:
        return False
    file_rights = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5)
    attributes = struct.pack("=Q", (1 << file_rights) - 1)
    if abi >= 4:
        attributes += struct.pack("=Q", 0b11)  # bind, connect
    if abi >= 6:
        attributes += struct.pack("=Q", 0b11)  # abstract sockets, signals
    ruleset = _libc.syscall(_LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    done = _libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)


class _SockFprog(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


_FILTERS = {
    architecture.machine: program(architecture, _NO_PROCESS).split(struct.pack("=I", _NO_PROCESS))
    for architecture in ARCHITECTURES
}
"""By machine, cut where the process's number belongs: made once, for each page a child writes to costs."""

_MACHINE = platform.machine()


def _seccomp() -> bool:
    """Needs no_new_privileges (or CAP_SYS_ADMIN). False where the machine is neither x86-64 nor arm64."""
    if _MACHINE not in _FILTERS:
        return False
    words = struct.pack("=I", os.getpid()).join(_FILTERS[_MACHINE])
    fprog = _SockFprog(len(words) // 8, words)
    return int(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(fprog), 0, 0)) == 0
