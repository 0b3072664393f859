"""What `silbo doctor` sees of the machine: folders, memory, room. Looks only; reads no file of a source's."""

import ctypes
import errno
import os
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.doctor.finding import Finding
from bot.runtime import RuntimeFolder
from scrub.isolation.zygote_process import ScrubberError
from scrub.ocr.data import can_read
from scrub.scrubber import Scrubber

ROOM = 256 << 20
"""Bytes that the state folder should be able to take: some drops of 20 MiB files, and SQLite's log."""

RUNTIME_ROOM = 4 << 20
_PR_GET_DUMPABLE = 3  # linux/prctl.h
_ALLOCATOR = ("PYTHONMALLOC", "GLIBC_TUNABLES")


def config_file(file: Path) -> Iterator[Finding]:
    """Who may change `silbo.toml` chooses the place of every secret."""
    try:
        writable = file.stat().st_mode & 0o022 or file.absolute().parent.stat().st_mode & 0o022 & ~0o1000
    except OSError:
        yield Finding("config", "broken", "silbo.toml can't be read")
        return
    if writable:
        yield Finding("config", "warning", "others may change silbo.toml", "chmod go-w it and its folder")
    else:
        yield Finding("config", "ok", "silbo.toml is complete, and only its owner can change it")


def state_folder(folder: Path) -> Iterator[Finding]:
    try:
        found = folder.stat()
    except OSError:
        yield Finding("state", "broken", "the state folder is not there", "run silbo init")
        return
    if os.getuid() not in (0, found.st_uid):
        yield Finding("state", "broken", "the state folder belongs to another user", "run this as its owner")
    elif stat.S_IMODE(found.st_mode) & 0o077:
        yield Finding("state", "warning", "others may look into the state folder", "chmod 700 it")
    elif any(entry.stat(follow_symlinks=False).st_uid != found.st_uid for entry in _entries(folder)):
        text = "something in the state folder belongs to another user; was a command run as root?"
        yield Finding("state", "broken", text, "chown -R it to the owner of the folder")
    else:
        yield Finding("state", "ok", "the state folder is private")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return [entry for entry in entries if entry.name != "lost+found"]


def runtime_folder(folder: Path) -> Iterator[Finding]:
    there = next((place for place in (folder, *folder.parents) if os.path.isdir(place)), None)
    if there is None or not RuntimeFolder(there, b"").is_memory():
        text = "the runtime folder is on a disk, where a power-off does not end the links to chats"
        yield Finding("tmpfs", "warning", text, "set `runtime` to a folder on tmpfs")
    else:
        yield Finding("tmpfs", "ok", "the runtime folder is in memory")
    if there != folder:
        return
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or os.getuid() not in (0, found.st_uid):
        text = "the runtime folder belongs to another user"
        yield Finding("runtime", "broken", text, "run this as its owner, or empty and remove it")
    elif stat.S_IMODE(found.st_mode) & 0o077:
        yield Finding("runtime", "warning", "others may look into the runtime folder", "restart Silbo")


def room(state: Path, runtime: Path) -> Iterator[Finding]:
    """Whether there is room, by asking for it: a quota and a full disk refuse alike, statvfs(3) knows one."""
    for folder, wanted, name in (
        (state, ROOM, "the disk of the state folder"),
        (runtime, RUNTIME_ROOM, "memory"),
    ):
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK):
            continue
        refused = _refused(folder, wanted)
        if refused in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            why = "is used up to its quota" if refused == errno.EDQUOT else "is nearly full"
            yield Finding(
                "room", "broken", f"{name} {why}", "make room; export, and let what is over be deleted"
            )
        elif refused is not None:
            yield Finding("room", "broken", f"{name} can't be written", "look at how it is mounted")
        else:
            yield Finding("room", "ok", f"{name} has {wanted >> 20} MiB to give")


def _refused(folder: Path, wanted: int) -> int | None:
    """The error of reserving `wanted` bytes in a file without a name, which is gone with its descriptor."""
    try:
        handle = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in (errno.EOPNOTSUPP, errno.EISDIR):
            return error.errno
        found = os.statvfs(folder)  # some network file systems know no files without a name
        return None if found.f_bavail * found.f_frsize >= wanted else errno.ENOSPC
    try:
        os.posix_fallocate(handle, 0, wanted)
    except OSError as error:
        return error.errno
    finally:
        os.close(handle)
    return None


def swap(table: Path, blocks: Path) -> Iterator[Finding]:
    """`table` is /proc/swaps, `blocks` /sys/class/block. zram is memory, and dm-crypt says what it is."""
    try:
        devices = [line.split()[0] for line in table.read_text("utf-8").splitlines()[1:]]
    except (OSError, IndexError):
        yield Finding(
            "swap", "warning", "this system does not tell whether there is swap", "make sure there is none"
        )
        return
    kinds = {_swap_kind(device, blocks) for device in devices}
    if "disk" in kinds:
        fix = "swapoff -a, or encrypt it with a random key (the unit of deploy.sh forbids it to Silbo alone)"
        yield Finding("swap", "warning", "memory can be swapped to a disk", fix)
    elif "encrypted" in kinds:
        yield Finding("swap", "ok", "swap is encrypted")
    else:
        yield Finding("swap", "ok", "there is no swap on a disk")


def _swap_kind(device: str, blocks: Path) -> str:
    name = Path(device).resolve().name
    if name.startswith("zram"):
        return "memory"
    try:
        mapped = (blocks / name / "dm" / "uuid").read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return "disk"
    return "encrypted" if mapped.startswith("CRYPT-") else "disk"


def core_dumps(pattern: Path) -> Iterator[Finding]:
    """`pattern` is /proc/sys/kernel/core_pattern; core(5). A pipe gets a dump whatever RLIMIT_CORE says."""
    try:
        handed_over = pattern.read_bytes().startswith(b"|")
    except OSError:
        handed_over = True
    dumpable = ctypes.CDLL(None).prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)
    if dumpable or resource.getrlimit(resource.RLIMIT_CORE)[0]:
        yield Finding("core", "broken", "this process can be dumped", "start it with bin/silbo")
    elif handed_over:
        text = "the kernel hands core dumps to a program; Silbo's own processes forbid theirs"
        yield Finding("core", "warning", text, "sysctl kernel.core_pattern=core, and remove that program")
    else:
        yield Finding("core", "ok", "there are no core dumps of Silbo")


def allocator() -> Iterator[Finding]:
    if all(name in os.environ for name in _ALLOCATOR):
        yield Finding("memory", "ok", "freed memory is overwritten")
    else:
        yield Finding("memory", "warning", "freed memory is not overwritten", "start Silbo with bin/silbo")


def pictures() -> Iterator[Finding]:
    """Whether words in pictures can be read for who asks for that."""
    if can_read():
        yield Finding("pictures", "ok", "the words in a picture can be read, where a source asks for that")
    else:
        text = "the words in pictures can't be read here, so nobody is offered that"
        yield Finding("pictures", "warning", text, "apt install tesseract-ocr-eng tesseract-ocr-spa")


async def sandbox(socket_path: Path | None) -> list[Finding]:
    """What holds the scrub child on this kernel, by starting one."""
    try:
        async with Scrubber(socket_path=socket_path) as scrubber:
            missing, held = scrubber.missing_isolation, scrubber.isolation
    except ScrubberError as error:
        return [Finding("sandbox", "broken", str(error))]
    findings = [
        Finding(check, "warning", f"the scrub child runs without {what}", fix)
        if check in missing
        else Finding(check, "ok", f"{what} holds the scrub child")
        for check, what, fix in (
            ("landlock", "Landlock", "a kernel of 5.13 or newer, with landlock in its `lsm=` list"),
            ("seccomp", "a seccomp filter", "a kernel with CONFIG_SECCOMP_FILTER, on x86-64 or arm64"),
        )
    ]
    others = [code for code in missing if code not in ("landlock", "seccomp")]
    if others:
        text = f"the scrub child runs without: {', '.join(others)}"
        findings.append(Finding("sandbox", "warning", text, "a newer kernel, or its settings"))
    else:
        findings.append(Finding("sandbox", "ok", "nothing else that should hold the scrub child is missing"))
    if "bubblewrap" not in held:
        text = "bubblewrap (a package) would hold it once more; it is not needed, and not here"
        findings.append(Finding("bubblewrap", "ok", text))
    return findings
