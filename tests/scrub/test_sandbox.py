"""What a confined child can't do, tried from inside; and the seccomp filter of both architectures,
interpreted.
"""

import ctypes
import errno
import faulthandler
import os
import platform
import resource
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from scrub.isolation import seccomp
from scrub.isolation.sandbox import ChildLimits, confine_child, empty_root, isolate_zygote

_LIBC = ctypes.CDLL(None, use_errno=True)


def _in_child(act: Callable[[], bytes], limits: ChildLimits | None = None) -> tuple[bytes, int]:
    """Forks, confines the child with the product's own function, runs `act`; returns its answer and exit
    code.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            confine_child(limits or ChildLimits())
            answer = act()
        except OSError as error:
            answer = errno.errorcode[error.errno or 0].encode()
        except MemoryError:
            answer = b"MemoryError"
        except BaseException as error:
            answer = type(error).__name__.encode()
        os.write(writer, answer)
        os._exit(0)
    os.close(writer)
    answer = b"".join(iter(lambda: os.read(reader, 4096), b""))
    os.close(reader)
    return answer, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture(scope="module")
def in_force() -> set[str]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writer, ",".join(confine_child(ChildLimits())).encode())
        os._exit(0)
    os.close(writer)
    codes = os.read(reader, 4096).decode().split(",")
    os.close(reader)
    os.waitpid(pid, 0)
    return set(codes)


@pytest.fixture
def filtered(in_force: set[str]) -> None:
    """These tests are about the filter: they mean nothing where the kernel has none."""
    if "seccomp" not in in_force:
        pytest.skip("left out: this kernel or container has no seccomp filter")


def _call(name: str, *arguments: object) -> Callable[[], bytes]:
    """A C library call; answers the errno it fails with, or b"done"."""
    function = getattr(_LIBC, name)

    def act() -> bytes:
        ctypes.set_errno(0)
        if function(*arguments) < 0:
            return errno.errorcode[ctypes.get_errno()].encode()
        return b"done"

    return act


def _try(act: Callable[..., object], *arguments: object) -> Callable[[], bytes]:
    def run() -> bytes:
        act(*arguments)
        return b"done"

    return run


_FORBIDDEN: dict[str, Callable[[], bytes]] = {
    "open for reading": _try(os.open, "/etc/hostname", os.O_RDONLY),
    "open for writing": _try(os.open, "/tmp/scrub-probe", os.O_WRONLY | os.O_CREAT),
    "list a folder": _try(os.listdir, "/"),
    "internet socket": _try(socket.socket, socket.AF_INET, socket.SOCK_STREAM),
    "unix socket": _try(socket.socketpair),
    "exec": _try(os.execv, "/bin/true", ["true"]),
    "fork": _try(os.fork),
    "kill the parent": _try(os.kill, os.getpid(), signal.SIGTERM),  # evaluated in the test's process
    "kill everybody": _try(os.kill, -1, 0),
    "ptrace": _call("ptrace", 16, os.getpid(), 0, 0),
    "new namespace": _call("unshare", 0x10000000),
    "mount": _call("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "read another process": _call("process_vm_readv", os.getpid(), None, 0, None, 0, 0),
    "executable memory": _call("mmap", None, ctypes.c_size_t(4096), 7, 0x22, -1, ctypes.c_long(0)),
    "become dumpable again": _call("prctl", 4, 1, 0, 0, 0),
    "change the clock": _try(time.clock_settime, time.CLOCK_REALTIME, 1.0),
    "raise a limit": _call("setrlimit", resource.RLIMIT_AS, struct.pack("=QQ", 1 << 40, 1 << 40)),
    "memory file": _try(os.memfd_create, "x"),
    "pipe": _try(os.pipe),
    "change identity": _try(os.setuid, 0),
    "load kernel code": _call("syscall", 321, 5, None, 0),  # bpf on x86-64, nothing on arm64
}


@pytest.mark.usefixtures("filtered")
@pytest.mark.parametrize("attempt", _FORBIDDEN)
def test_a_child_cannot(attempt: str) -> None:
    answer, exit_code = _in_child(_FORBIDDEN[attempt])
    assert answer in (b"EPERM", b"EACCES", b"ENOSYS", b"EMFILE"), answer
    assert exit_code == 0


def test_a_child_cannot_take_three_gigabytes() -> None:
    answer, _ = _in_child(lambda: str(len(bytearray(3 << 30))).encode())
    assert answer == b"MemoryError"


def test_a_child_cannot_burn_more_processor_time_than_given() -> None:
    def burn() -> bytes:
        while True:
            pass

    answer, exit_code = _in_child(burn, ChildLimits(cpu_seconds=1))
    assert (answer, exit_code) == (b"", signal.SIGXCPU)


def test_a_child_cannot_grow_a_file_that_is_open(tmp_path: object) -> None:
    fd = os.open(f"{tmp_path}/open", os.O_RDWR | os.O_CREAT)
    answer, _ = _in_child(lambda: str(os.write(fd, b"x")).encode())
    os.close(fd)
    assert answer == b"EFBIG"


def test_a_child_leaves_no_core_dump() -> None:
    answer, _ = _in_child(lambda: b"0" if _LIBC.prctl(3, 0, 0, 0, 0) == 0 else b"EPERM")
    assert answer in (b"0", b"EPERM")
    pid = os.fork()
    if pid == 0:
        faulthandler.disable()
        confine_child(ChildLimits())
        ctypes.string_at(0)
    assert not os.WCOREDUMP(os.waitpid(pid, 0)[1])


_FAULTS: dict[str, tuple[Callable[[], object], signal.Signals]] = {
    "a null pointer": (lambda: ctypes.string_at(0), signal.SIGSEGV),
    "a wild address": (lambda: ctypes.string_at(1 << 62), signal.SIGSEGV),
    "abort": (_LIBC.abort, signal.SIGABRT),
    "a signal to itself": (lambda: signal.raise_signal(signal.SIGFPE), signal.SIGFPE),
    "an illegal instruction": (lambda: signal.raise_signal(signal.SIGILL), signal.SIGILL),
    "a stack that overflows": (
        lambda: _LIBC.regcomp(ctypes.create_string_buffer(512), b"(" * (1 << 20), 1),
        signal.SIGSEGV,
    ),
    "a free that was no allocation": (lambda: _LIBC.free(ctypes.c_void_p(0x10)), signal.SIGSEGV),
}


@pytest.mark.usefixtures("filtered")
@pytest.mark.parametrize("fault", _FAULTS)
def test_a_fault_is_no_death_by_a_signal_of_which_the_kernel_writes(fault: str) -> None:
    act, number = _FAULTS[fault]
    assert _in_child(lambda: bytes(bool(act()))) == (b"", number)


@pytest.mark.usefixtures("filtered")
def test_a_decoder_that_was_taken_over_cannot_ask_for_the_line_again() -> None:
    assert _in_child(_call("signal", int(signal.SIGSEGV), None)) == (b"EPERM", 0)


def test_a_child_still_computes_and_answers() -> None:
    import hashlib

    answer, exit_code = _in_child(lambda: hashlib.sha256(bytes(1 << 20)).hexdigest().encode())
    assert (answer, exit_code) == (hashlib.sha256(bytes(1 << 20)).hexdigest().encode(), 0)


def test_namespaces_and_the_empty_root_are_what_they_report() -> None:
    """Whatever this machine allows: what is reported must be true."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            codes = isolate_zygote()
            codes += empty_root()
            seen = os.listdir("/") if "empty_root" in codes else []
            lonely = "namespaces" not in codes or (os.getpid() == 1 and len(socket.if_nameindex()) == 1)
            os.write(writer, repr((codes, seen, lonely)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    answer = os.read(reader, 4096).decode()
    os.close(reader)
    os.waitpid(pid, 0)
    assert answer.endswith("[], True)")


# A classic BPF machine, as far as the filter needs one: loads, three jumps, AND, RET.
def _judge(words: bytes, number: int, audit: int, arguments: tuple[int, ...] = ()) -> int:
    packet = struct.pack("=IIQ6Q", number, audit, 0, *(arguments + (0,) * 6)[:6])
    code = list(struct.iter_unpack("=HBBI", words))
    at, accumulator = 0, 0
    while True:
        operation, jump_true, jump_false, operand = code[at]
        at += 1
        match operation:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", packet, operand)
            case 0x54:
                accumulator &= operand
            case 0x15:
                at += jump_true if accumulator == operand else jump_false
            case 0x35:
                at += jump_true if accumulator >= operand else jump_false
            case 0x06:
                return int(operand)
            case _:
                raise AssertionError("an instruction that the filter shouldn't have")


_ARCHITECTURES = pytest.mark.parametrize("architecture", seccomp.ARCHITECTURES, ids=lambda a: a.machine)
_SPECIAL = {"x86_64": (9, 10, 56, 157, 435, 234), "aarch64": (222, 226, 220, 167, 435, 131)}
_PROCESS = 4711
_DENY = seccomp.RET_ERRNO | errno.EPERM


@_ARCHITECTURES
def test_the_filter_allows_its_list_and_nothing_else(architecture: seccomp.Architecture) -> None:
    words = seccomp.program(architecture, _PROCESS)
    allowed = seccomp.plainly_allowed(architecture)
    for number in range(1024):
        if number not in _SPECIAL[architecture.machine]:
            expected = seccomp.RET_ALLOW if number in allowed else _DENY
            assert _judge(words, number, architecture.audit) == expected


@_ARCHITECTURES
def test_the_filter_looks_at_the_arguments(architecture: seccomp.Architecture) -> None:
    words = seccomp.program(architecture, _PROCESS)
    mmap, mprotect, clone, prctl, clone3, tgkill = _SPECIAL[architecture.machine]

    def judge(number: int, *arguments: int) -> int:
        return _judge(words, number, architecture.audit, arguments)

    for number in (mmap, mprotect):
        assert judge(number, 0, 4096, 3) == seccomp.RET_ALLOW
        assert judge(number, 0, 4096, 7) == _DENY
        assert judge(number, 0, 4096, 1 << 32) == _DENY
    assert judge(clone, seccomp.THREAD_FLAGS) == seccomp.RET_ALLOW
    assert judge(clone, seccomp.THREAD_FLAGS | 0x400000) == seccomp.RET_ALLOW  # musl
    for flags in (17, 0, seccomp.THREAD_FLAGS | 0x10000000, seccomp.THREAD_FLAGS | 1 << 40):
        assert judge(clone, flags) == _DENY  # fork, vfork, a user namespace, unknown upper bits
    assert judge(prctl, seccomp.PR_SET_NAME) == seccomp.RET_ALLOW
    assert judge(prctl, 22) == _DENY
    assert judge(tgkill, _PROCESS, 4712, signal.SIGABRT) == seccomp.RET_ALLOW
    for process in (1, 0, _PROCESS + 1, _PROCESS | 1 << 32):
        assert judge(tgkill, process, 4712, signal.SIGABRT) == _DENY
    assert judge(clone3) == seccomp.RET_ERRNO | errno.ENOSYS


@_ARCHITECTURES
def test_the_filter_refuses_another_abi_without_a_line_of_the_kernel(
    architecture: seccomp.Architecture,
) -> None:
    words = seccomp.program(architecture, _PROCESS)
    assert _judge(words, 0, 0x40000003) == _DENY  # i386
    assert _judge(words, 0x40000000, architecture.audit) == _DENY  # x32


def test_the_numbers_of_this_machine_are_the_kernels_own() -> None:
    """`strace`-free proof for the architecture we run on: what the C library calls is what the table
    names.
    """
    column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
    numbers = {name: pair[column] for name, pair in seccomp._PLAIN.items()}
    assert _LIBC.syscall(numbers["getpid"]) == os.getpid()
    assert _LIBC.syscall(numbers["sched_yield"]) == 0
    buffer = ctypes.create_string_buffer(32)
    assert _LIBC.syscall(numbers["getrandom"], buffer, 32, 0) == 32
    assert _LIBC.syscall(numbers["close"], 99999) == -1


def test_the_parent_side_never_loads_a_decoder() -> None:
    code = "import sys, scrub; sys.exit(bool({'PIL', 'pi_heif', '_pi_heif'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
