"""A clean office document becomes a PDF where LibreOffice and bubblewrap are installed; else it stays as it
is.

LibreOffice is too large to trust with an outside byte or with the bot's rights: it gets only what was cleaned
and verified, in a sandbox of its own (no network, no process, no file but its own and the fonts, limits on
memory, time and size), through two pipes. What it makes is then drawn page by page like any PDF that a person
sends: its names, dates and programs go. See `docs/adr/0052-office-documents.md`. Under systemd the sandbox is
the unit `deploy/units/silbo-convert.service`. Sources: bwrap(1), prlimit(1).
"""

import asyncio
import contextlib
import os
from pathlib import Path

from scrub.report import EXTENSIONS

OFFICE_TYPES = frozenset(
    media_type
    for media_type, extension in EXTENSIONS.items()
    if extension in {"docx", "xlsx", "pptx", "odt", "ods", "odp"}
)

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
_OPTIONS = "--headless --norestore --nologo --nolockcheck --nodefault --convert-to pdf --outdir /tmp"
_SCRIPT = (
    "echo x:x:$(id -u):0::/tmp: >/etc/passwd && cat >/tmp/a.{0}"
    " && soffice {1} /tmp/a.{0} </dev/null >/dev/null 2>&1 && cat /tmp/a.pdf"
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
    if socket_path is not None:
        return await _by_systemd(document, EXTENSIONS[media_type], socket_path)
    process = None
    try:
        process = await asyncio.create_subprocess_exec(
            *_command(EXTENSIONS[media_type]),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # it quotes what it reads
            env={},
            start_new_session=True,
        )
        async with asyncio.timeout(_WALL_SECONDS):
            pdf, _ = await process.communicate(document)
        return pdf if process.returncode == 0 and pdf.startswith(b"%PDF-") else None
    except (OSError, TimeoutError):
        return None
    finally:
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()  # bubblewrap is the first process in there: all others end with it
            await process.wait()


async def _by_systemd(document: bytes, extension: str, path: Path) -> bytes | None:
    """The extension in a line, then the document; what comes back is a PDF, or ends without one."""
    try:
        async with asyncio.timeout(_WALL_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(path))
            try:
                writer.write(extension.encode() + b"\n" + document)
                writer.write_eof()
                pdf = await _read_all(reader)
            finally:
                writer.transport.abort()
        return pdf if pdf is not None and pdf.startswith(b"%PDF-") else None
    except (OSError, TimeoutError):
        return None


async def _read_all(reader: asyncio.StreamReader) -> bytes | None:
    """None for more than any PDF of ours has."""
    pdf = bytearray()
    while piece := await reader.read(1 << 20):
        pdf += piece
        if len(pdf) > _FILE_BYTES:
            return None
    return bytes(pdf)


def _command(extension: str) -> list[str]:
    arguments = [
        str(_BWRAP),
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
        "--cap-drop",
        "ALL",
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
    return [*arguments, "/bin/sh", "-c", _SCRIPT.format(extension, _OPTIONS)]
