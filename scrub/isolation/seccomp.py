"""The system calls a scrub child may make, as a classic BPF program for seccomp(2), x86-64 and arm64.

An allow-list: memory, clocks, the two pipes, threads (the HEIF and AV1 decoders start some), nothing else.
There is no open, no socket, no exec, no fork, no signal to anybody, no ptrace, no memory that is
executable. Everything not named answers EPERM, also under a foreign architecture or the x32 ABI: to end the
process would make the kernel write a line about it, with a time. A signal to itself is allowed, because
`abort` of the C library sends one; what catches it stays as it is (`sandbox.die_quietly`): no `rt_sigaction`.
`clone3` answers ENOSYS, because its flags are behind a pointer that BPF can't read: the C library then
uses `clone`, whose flags are looked at.

Sources: linux/seccomp.h, linux/filter.h, the kernel's syscall tables (numbers per architecture below).
"""

import errno
import struct
from collections.abc import Mapping
from dataclasses import dataclass

AUDIT_ARCH_X86_64 = 0xC000003E
AUDIT_ARCH_AARCH64 = 0xC00000B7

RET_ALLOW = 0x7FFF0000
RET_ERRNO = 0x00050000

_LD_WORD, _JEQ, _JGE, _AND, _RET = 0x20, 0x15, 0x35, 0x54, 0x06
_OFFSET_NR, _OFFSET_ARCH, _OFFSET_ARGS = 0, 4, 16
_X32_BIT = 0x40000000

PROT_EXEC = 4
PR_SET_NAME = 15
# What pthread_create asks for: VM FS FILES SIGHAND THREAD SYSVSEM SETTLS PARENT_SETTID CHILD_CLEARTID.
THREAD_FLAGS = 0x3D0F00
_CLONE_DETACHED = 0x400000  # musl adds it; the kernel ignores it

_Instruction = tuple[int, int, int, int]

_PLAIN: Mapping[str, tuple[int, int]] = {  # name: (x86-64, arm64)
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "set_robust_list": (273, 99),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "rseq": (334, 293),
}
_MMAP, _MPROTECT, _CLONE, _PRCTL, _CLONE3 = (9, 222), (10, 226), (56, 220), (157, 167), (435, 435)
_TGKILL = (234, 131)


@dataclass(frozen=True, slots=True)
class Architecture:
    """`machine` is what uname(2) calls it; `column` is its place in the tables above."""

    machine: str
    audit: int
    column: int


ARCHITECTURES = (Architecture("x86_64", AUDIT_ARCH_X86_64, 0), Architecture("aarch64", AUDIT_ARCH_AARCH64, 1))


def plainly_allowed(architecture: Architecture) -> frozenset[int]:
    """The numbers of the system calls that are allowed whatever their arguments."""
    return frozenset(numbers[architecture.column] for numbers in _PLAIN.values())


def program(architecture: Architecture, process: int) -> bytes:
    """The filter for the process of that id: instructions of 8 bytes (code 2, jump-if-true 1, jump-if-false
    1, operand 4), at most 255.
    """
    column = architecture.column
    code = _only(architecture)
    for numbers in _PLAIN.values():
        code += [(_JEQ, 0, 1, numbers[column]), (_RET, 0, 0, RET_ALLOW)]
    code += _unless(_MMAP[column], _argument(2, mask=PROT_EXEC, equals=0))
    code += _unless(_MPROTECT[column], _argument(2, mask=PROT_EXEC, equals=0))
    code += _unless(_CLONE[column], _argument(0, mask=0xFFFFFFFF ^ _CLONE_DETACHED, equals=THREAD_FLAGS))
    code += _unless(_PRCTL[column], _argument(0, mask=0xFFFFFFFF, equals=PR_SET_NAME))
    code += _unless(_TGKILL[column], _argument(0, mask=0xFFFFFFFF, equals=process))
    code += _unless(_CLONE3[column], [(_RET, 0, 0, RET_ERRNO | errno.ENOSYS)])
    code.append((_RET, 0, 0, RET_ERRNO | errno.EPERM))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _only(architecture: Architecture) -> list[_Instruction]:
    """Refuses what is called by the rules of another architecture; the number of the call is loaded then."""
    return [
        (_LD_WORD, 0, 0, _OFFSET_ARCH),
        (_JEQ, 1, 0, architecture.audit),
        (_RET, 0, 0, RET_ERRNO | errno.EPERM),
        (_LD_WORD, 0, 0, _OFFSET_NR),
        (_JGE, 0, 1, _X32_BIT),
        (_RET, 0, 0, RET_ERRNO | errno.EPERM),
    ]


def _argument(index: int, *, mask: int, equals: int) -> list[_Instruction]:
    """Allows the call when `argument & mask == equals` and the argument's upper half is 0; else EPERM."""
    low = _OFFSET_ARGS + 8 * index  # both architectures are little-endian
    return [
        (_LD_WORD, 0, 0, low + 4),
        (_JEQ, 0, 4, 0),
        (_LD_WORD, 0, 0, low),
        (_AND, 0, 0, mask),
        (_JEQ, 0, 1, equals),
        (_RET, 0, 0, RET_ALLOW),
        (_RET, 0, 0, RET_ERRNO | errno.EPERM),
    ]


def _unless(number: int, body: list[_Instruction]) -> list[_Instruction]:
    """Runs `body` (which always returns) for the system call `number`, and skips it for every other."""
    return [(_JEQ, 0, len(body), number), *body]


_OF_THE_KERNEL: Mapping[str, tuple[int, int]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "setns": (308, 268), "unshare": (272, 97),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "acct": (163, 89),
    "swapon": (167, 224), "swapoff": (168, 225), "quotactl": (179, 60), "syslog": (103, 116),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "vmsplice": (278, 75),
    "personality": (135, 92), "pidfd_getfd": (438, 438),
}  # fmt: skip
_SOCKET, _AF_UNIX = (41, 198), 1
_NEW_NAMESPACES = 0x7E020000


def restraint(architecture: Architecture) -> bytes:
    """The filter for a large program that is not ours, LibreOffice: all but what reaches into the kernel or
    other processes, sockets of the network, and new namespaces. A second wall: it sees no network anyway.
    """
    column = architecture.column
    code = _only(architecture)
    for numbers in _OF_THE_KERNEL.values():
        code += [(_JEQ, 0, 1, numbers[column]), (_RET, 0, 0, RET_ERRNO | errno.EPERM)]
    code += _unless(_SOCKET[column], _argument(0, mask=0xFFFFFFFF, equals=_AF_UNIX))
    code += _unless(_CLONE[column], _argument(0, mask=_NEW_NAMESPACES, equals=0))
    code += _unless(_CLONE3[column], [(_RET, 0, 0, RET_ERRNO | errno.ENOSYS)])
    code.append((_RET, 0, 0, RET_ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
