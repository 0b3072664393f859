"""A clean office document becomes a PDF where LibreOffice and bubblewrap are installed; else it stays as it
is.

LibreOffice is too large to trust with the bot's rights: it works in a sandbox of its own (no network, no
process, no file but its own and the fonts, limits on memory, time, size and system calls), through two pipes.
What it makes of a clean document is then drawn page by page like any PDF that a person sends: its names,
dates and programs go. An old document (.doc, .xls, .ppt and their like) it sees as it came, because nothing
of ours reads one, and makes a new one of it, which is then cleaned like any that a person sends. See
`docs/adr/0052-office-documents.md` and `0106-old-documents-become-new-ones.md`. Under systemd the sandbox is
the unit `deploy/units/silbo-convert.service`. Sources: bwrap(1), prlimit(1).
"""

import asyncio
import contextlib
import os
from pathlib import Path

from scrub.isolation.seccomp import ARCHITECTURES, restraint
from scrub.report import EXTENSIONS

OFFICE_TYPES = frozenset(
    media_type
    for media_type, extension in EXTENSIONS.items()
    if extension in {"docx", "xlsx", "pptx", "odt", "ods", "odp"}
)

MODERN = {
    **dict.fromkeys(("doc", "rtf", "sxw"), "docx"),
    **dict.fromkeys(("xls", "xlsb", "sxc"), "xlsx"),
    **dict.fromkeys(("ppt", "sxi"), "pptx"),
}
"""What becomes of an old document (`scrub.sniff.ole.old_kind`)."""

_BWRAP, _PRLIMIT, _SOFFICE = Path("/usr/bin/bwrap"), Path("/usr/bin/prlimit"), Path("/usr/bin/soffice")
_WALL_SECONDS = 60.0
_CPU_SECONDS = 45
_MEMORY = 4 << 30
_FILE_BYTES = 64 << 20
_TMP_BYTES = 256 << 20
_READABLE = (
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/var/cache/fontconfig",
)
_ENVIRONMENT = {"HOME": "/tmp", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}  # noqa: S108
_OPTIONS = "--headless --norestore --nologo --nolockcheck --nodefault --outdir /tmp"
_SCRIPT = (
    "echo x:x:$(id -u):0::/tmp: >/etc/passwd && cat >/tmp/a.{0}"
    " && soffice --convert-to {2} {1} /tmp/a.{0} </dev/null >/dev/null 2>&1 && cat /tmp/a.{2}"
)
"""All of it is in memory, and only this one conversion sees it. LibreOffice doesn't start for a user without
a name.
"""


def is_available() -> bool:
    """Whether this machine has the programs. Whether the kernel permits the sandbox shows later."""
    return _BWRAP.is_file() and _PRLIMIT.is_file() and _SOFFICE.exists()


async def to_pdf(document: bytes, media_type: str, socket_path: Path | None = None) -> bytes | None:
    """The PDF of a verified document, not yet clean itself; None when there is none, for whatever reason.

    `socket_path` is where systemd starts LibreOffice; without it bubblewrap does.
    """
    made = await _made(document, EXTENSIONS[media_type], "pdf", socket_path)
    return made if made is not None and made.startswith(b"%PDF-") else None


async def to_modern(untrusted: bytes, kind: str, socket_path: Path | None = None) -> bytes | None:
    """The new document of an old one, as untrusted as that; None when there is none, for whatever reason.

    `kind` is one of `MODERN`.
    """
    made = await _made(untrusted, kind, MODERN[kind], socket_path)
    return made if made is not None and made.startswith(b"PK\3\4") else None


async def _made(document: bytes, extension: str, wanted: str, socket_path: Path | None) -> bytes | None:
    if socket_path is not None:
        return await _by_systemd(document, extension, socket_path)
    process = None
    filter_fd = os.memfd_create("silbo")
    try:
        os.write(filter_fd, _restraint())
        os.lseek(filter_fd, 0, os.SEEK_SET)
        process = await asyncio.create_subprocess_exec(
            *_command(extension, wanted, filter_fd),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # it quotes what it reads
            env={},
            start_new_session=True,
            pass_fds=(filter_fd,),
        )
        async with asyncio.timeout(_WALL_SECONDS):
            made, _ = await process.communicate(document)
        return made if process.returncode == 0 and len(made) <= _FILE_BYTES else None
    except (OSError, TimeoutError):
        return None
    finally:
        os.close(filter_fd)
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()  # bubblewrap is the first process in there: all others end with it
            await process.wait()


def _restraint() -> bytes:
    """Raises OSError for a machine of another kind: there no sandbox of ours is tried."""
    for architecture in ARCHITECTURES:
        if architecture.machine == os.uname().machine:
            return restraint(architecture)
    raise OSError


async def _by_systemd(document: bytes, extension: str, path: Path) -> bytes | None:
    """The extension in a line, then the document; what comes back is what was made, or nothing."""
    try:
        async with asyncio.timeout(_WALL_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(path))
            try:
                writer.write(extension.encode() + b"\n" + document)
                writer.write_eof()
                return await _read_all(reader)
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return None


async def _read_all(reader: asyncio.StreamReader) -> bytes | None:
    """None for more than any file of ours has."""
    made = bytearray()
    while piece := await reader.read(1 << 20):
        made += piece
        if len(made) > _FILE_BYTES:
            return None
    return bytes(made)


def _command(extension: str, wanted: str, filter_fd: int) -> list[str]:
    arguments = [
        str(_BWRAP),
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--cap-drop",
        "ALL",
        "--seccomp",
        str(filter_fd),
    ]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--size", str(_TMP_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
    for name, value in _ENVIRONMENT.items():
        arguments += ["--setenv", name, value]
    arguments += ["--ro-bind", "/usr", "/usr"]
    for folder in ("/bin", "/lib", "/lib64"):
        if os.path.islink(folder):
            arguments += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            arguments += ["--ro-bind", folder, folder]
    for place in _READABLE:
        arguments += ["--ro-bind-try", place, place]
    arguments += ["--chdir", "/tmp", "--", str(_PRLIMIT), f"--cpu={_CPU_SECONDS}", f"--as={_MEMORY}"]  # noqa: S108
    arguments += [f"--fsize={_FILE_BYTES}", "--core=0", "--nofile=512", "--"]
    return [*arguments, "/bin/sh", "-c", _SCRIPT.format(extension, _OPTIONS, wanted)]
