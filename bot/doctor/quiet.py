"""What `silbo doctor` sees of the silence of the machine: a decoder's death leaves no line with a time.

Source: docs/adr/0075. `deploy.sh` and the units set it for the whole machine; others may set it back.
"""

from collections.abc import Iterator
from pathlib import Path

from bot.doctor.finding import Finding


def quiet(scrub_socket: Path | None, convert_socket: Path | None, root: Path) -> Iterator[Finding]:
    """The settings under `root`; nothing where no unit holds the decoders."""
    if scrub_socket is None:
        return
    office = convert_socket is not None and convert_socket.exists()  # LibreOffice can't be given handlers
    logged = set(_read(root / "proc/sys/kernel/seccomp/actions_logged").split())
    loud = {
        "the kernel tells of a program that crashes": (
            office and _read(root / "proc/sys/debug/exception-trace") not in ("", "0"),
            "systemctl restart silbo-convert, and look for debug.exception-trace in /etc/sysctl.d",
        ),
        "the kernel tells of a program that a filter ends": (
            bool(logged & {"kill_process", "kill_thread"}),
            "systemctl restart silbo-scrub, and look for kernel.seccomp.actions_logged in /etc/sysctl.d",
        ),
        "journald takes the kernel's audit": (
            "Audit=no" not in _read(root / "etc/systemd/journald.conf.d/silbo.conf").splitlines(),
            "run ./deploy.sh install again",
        ),
        "auditd writes of what programs do": ((root / "run/auditd.pid").exists(), "remove auditd"),
    }
    for text, (found, fix) in loud.items():
        if found:
            yield Finding("quiet", "warning", f"{text}, with the second: of a message, too", fix)
    if not any(found for found, _ in loud.values()):
        yield Finding("quiet", "ok", "the machine writes nothing when a file breaks its decoder")


def _read(file: Path) -> str:
    """Its text; empty where there is none."""
    try:
        return file.read_text("ascii", "replace").strip()
    except OSError:
        return ""
