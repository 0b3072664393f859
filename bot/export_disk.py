"""Finds the removable disk that exports go to, by the label of its file system, where somebody mounted it.

Sources: udev's database and links (`blkid -o udev`, systemd's 60-persistent-storage.rules), proc(5) on
mountinfo. Silbo mounts nothing itself: that takes root, and a service that may mount is a worse risk than
a line `LABEL=... nofail,x-systemd.automount` in /etc/fstab. The database is read as well as the links,
because a service with PrivateDevices sees no /dev/disk.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.export_bytes import ExportError, NotNow

LABELS = Path("/dev/disk/by-label")
UDEV = Path("/run/udev/data")
MOUNTS = Path("/proc/self/mountinfo")

_OCTAL = re.compile(r"\\([0-7]{3})")


def mounted_disk(label: str, *, labels: Path = LABELS, udev: Path = UDEV, mounts: Path = MOUNTS) -> Path:
    """The folder under which the disk with this label is mounted, to be written to.

    Raises `NotNow` when there is no such disk or it is not mounted, `ExportError` when there are two, or it
    is mounted read-only.
    """
    devices = {*_linked(label, labels), *_listed(label, udev)}
    if not devices:
        raise NotNow("The disk to export to is not plugged in.")
    places: dict[str, tuple[Path, bool]] = {}
    for device, root, place, writable in _mounts(mounts):
        if device in devices and root == "/":
            known = places.get(device)
            if known is None or (writable and not known[1]):
                places[device] = place, writable
    if not places:
        raise NotNow("The disk to export to is plugged in, but not mounted.")
    if len(places) > 1:
        raise ExportError("Two disks have the label of the one to export to; take one out.")
    ((place, writable),) = places.values()
    if not writable:
        raise ExportError("The disk to export to is mounted read-only.")
    return place


def _encoded(label: str) -> str:
    """The label as udev writes it: what is not in its list becomes \\xNN."""
    return re.sub(r"[^\w#+.:=@-]", lambda found: f"\\x{ord(found[0]):02x}", label, flags=re.ASCII)


def _linked(label: str, labels: Path) -> Iterator[str]:
    with suppress(OSError):
        device = os.stat(labels / _encoded(label)).st_rdev
        yield f"{os.major(device)}:{os.minor(device)}"


def _listed(label: str, udev: Path) -> Iterator[str]:
    wanted = f"E:ID_FS_LABEL_ENC={_encoded(label)}"
    for entry in udev.glob("b*:*"):
        with suppress(OSError):
            if wanted in entry.read_text("utf-8", "replace").splitlines():
                yield entry.name[1:]


def _mounts(mounts: Path) -> Iterator[tuple[str, str, Path, bool]]:
    """(device, root inside it, mount point, writable) of each mount, in their order."""
    for line in mounts.read_text("utf-8", "surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        fields, super_options = before.split(), after.split()[-1].split(",")
        place = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])
        yield fields[2], fields[3], Path(place), "rw" in fields[5].split(",") and "rw" in super_options
