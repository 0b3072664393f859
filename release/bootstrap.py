"""The start of `silbo-admin` as one file: this module is its `__main__.py` (docs/adr/0040).

First it starts Python again: without this user's packages, the folder it was called from or any PYTHON...
variable, and with the allocator settings of bin/silbo-admin, which can only be asked for before a process
starts. Until then it imports nothing but built-in modules, which no file can stand in for. Then it copies the
wheels that fit this machine into memory without a name (memfd_create(2)) and imports from there: nothing is
ever written to a file system, so that nothing is left behind, even by a SIGKILL or a power cut.
"""

from __future__ import annotations

import gc
import sys

VERSIONS = ((3, 11), (3, 12), (3, 13))
MACHINES = ("x86_64", "aarch64")
FILES = {"x86_64": "silbo-admin", "aarch64": "silbo-admin-arm64"}
ENVIRONMENT = {
    b"PYTHONMALLOC": b"malloc",
    b"GLIBC_TUNABLES": b"glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
}
OPTIONS = "-BPsS"
"""No bytecode files; neither the current folder, nor this user's packages, nor the system's are imported."""

_MFD_CLOEXEC, _MFD_NOEXEC_SEAL = 1, 8
_HIGH = 200
"""Descriptors from here on: so none of ours has a number that --passphrase-fd is given by mistake."""


def fitting(wheels: list[str], machine: str, version: tuple[int, int]) -> list[str]:
    """The wheels of `wheels` (file names, PEP 427) that this machine and this Python can use."""
    chosen = []
    for name in wheels:
        python, abi, platforms = name[: -len(".whl")].split("-")[-3:]
        for_python = abi == "none" or python == f"cp{version[0]}{version[1]}"
        if abi == "abi3":  # from that version on
            for_python = int(python[len("cp3") :]) <= version[1]
        if for_python and (platforms == "any" or platforms.endswith("_" + machine)):
            chosen.append(name)
    return chosen


class OtherMachine(Exception):
    """The file is for another kind of machine. Its text names the file for this one."""


def another(wheels: list[str], machine: str) -> str | None:
    """The name of the file for this machine, if `wheels` are those of another; None if they will do."""
    own = {name[: -len(".whl")].rpartition("-")[2] for name in wheels} - {"any"}
    if machine not in FILES or not own or any(platforms.endswith("_" + machine) for platforms in own):
        return None
    return FILES[machine]


def refusal() -> str | None:
    """Why this machine can't run the file, in one sentence; None if it can."""
    if sys.version_info[:2] not in VERSIONS or sys.implementation.name != "cpython":
        return "Python 3.11, 3.12 or 3.13 is needed; on Debian: python3."
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return "A 64-bit Linux is needed."
    return None


def start_again() -> None:
    """Replace this process, unless it was started in this way already."""
    import posix  # noqa: PLC0415 -- only there on the systems that `refusal` lets through

    flags = sys.flags
    kept = {name: value for name, value in posix.environ.items() if not name.startswith(b"PYTHON")}
    kept.update(ENVIRONMENT)
    as_wanted = flags.dont_write_bytecode and flags.safe_path and flags.no_user_site and flags.no_site
    if not as_wanted or posix.environ != kept:
        posix.execve(sys.executable, [sys.executable, OPTIONS, *sys.argv], kept)


def load() -> None:
    """Make the wheels importable from memory. Raises OSError where the kernel refuses."""
    import fcntl  # noqa: PLC0415 -- from here on it is certain where modules come from
    import importlib.machinery  # noqa: PLC0415
    import importlib.util  # noqa: PLC0415
    import os  # noqa: PLC0415
    import zipfile  # noqa: PLC0415

    def in_memory(content: bytes) -> str:
        try:
            handle = os.memfd_create("silbo-admin", _MFD_CLOEXEC | _MFD_NOEXEC_SEAL)
        except OSError:  # Linux before 6.3 does not know the second flag
            handle = os.memfd_create("silbo-admin", _MFD_CLOEXEC)
        with open(fcntl.fcntl(handle, fcntl.F_DUPFD_CLOEXEC, _HIGH), "wb", closefd=False) as file:
            os.close(handle)
            file.write(content)
            return f"/proc/self/fd/{file.fileno()}"

    class Natives:
        """Finds compiled modules, which the system's loader takes from a file of their own only."""

        def __init__(self) -> None:
            self.members: dict[str, tuple[str, str]] = {}  # module -> wheel, name in it

        def find_spec(
            self, name: str, path: object = None, target: object = None
        ) -> importlib.machinery.ModuleSpec | None:
            if name not in self.members:
                return None
            wheel, member = self.members[name]
            with zipfile.ZipFile(wheel) as archive:
                place = in_memory(archive.read(member))
            return importlib.util.spec_from_file_location(
                name, place, loader=importlib.machinery.ExtensionFileLoader(name, place)
            )

    sys.path[0] = os.path.abspath(sys.path[0])
    natives = Natives()
    with zipfile.ZipFile(sys.path[0]) as ours:
        wheels = [name for name in ours.namelist() if name.endswith(".whl")]
        other = another(wheels, os.uname().machine)
        if other is not None:
            raise OtherMachine(other)
        for name in fitting(wheels, os.uname().machine, sys.version_info[:2]):
            wheel = in_memory(ours.read(name))
            sys.path.insert(1, wheel)
            with zipfile.ZipFile(wheel) as archive:
                for member in archive.namelist():
                    if member.endswith(".so"):
                        module = member.partition(".")[0].replace("/", ".")
                        natives.members[module] = (wheel, member)
    sys.meta_path.insert(0, natives)


def main() -> int:
    """Run `silbo-admin`, or `age-plugin-pq` where the file goes by that name."""
    reason = refusal()
    if reason is None:
        start_again()
        gc.disable()  # until all is loaded: nothing of it is garbage
        try:
            load()
            if sys.argv[0].rpartition("/")[2].startswith("age-plugin-pq"):
                from admin.age.plugin import main as command  # noqa: PLC0415

                gc.enable()
            else:
                from admin.cli import main as command  # noqa: PLC0415
        except OtherMachine as other:
            reason = f"This file is for another kind of machine; take {other} of the same release."
        except ImportError:
            reason = "The libraries in this file need glibc 2.28 or newer on x86-64 or arm64."
        except OSError:
            reason = "This system gives no memory that programs can be loaded from (memfd_create, /proc)."
    if reason is not None:
        print("silbo-admin: " + reason, file=sys.stderr)
        return 1
    return command()


if __name__ == "__main__":
    sys.exit(main())
