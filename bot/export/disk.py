"""Finds the removable disk that exports go to, by the label of its file system, where somebody mounted it.

Sources: udev's database and links (`blkid -o udev`, systemd's 60-persistent-storage.rules), proc(5) on
mountinfo. Silbo mounts nothing itself: that takes root, and a service that may mount is a worse risk than
a line `LABEL=... nofail,x-systemd.automount` in /etc/fstab, for which it looks once. The database is read as
well as the links, because a service with PrivateDevices sees no /dev/disk.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.export.batch_bytes import ExportError, NotNow

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
    places = _places(devices, mounts)
    if not places:
        for place in _automounts(mounts):
            _touch(place)
        places = _places(devices, mounts)
    if not places:
        raise NotNow("The disk to export to is plugged in, but not mounted.")
    if len(places) > 1:
        raise ExportError("Two disks have the label of the one to export to; take one out.")
    ((place, writable),) = places.values()
    if not writable:
        raise ExportError("The disk to export to is mounted read-only.")
    return place


def _places(devices: set[str], mounts: Path) -> dict[str, tuple[Path, bool]]:
    """Where each device is mounted as a whole, writable if it is so anywhere."""
    places: dict[str, tuple[Path, bool]] = {}
    for mount in _mounts(mounts):
        if mount.device in devices and mount.root == "/":
            known = places.get(mount.device)
            if known is None or (mount.writable and not known[1]):
                places[mount.device] = mount.place, mount.writable
    return places


def _automounts(mounts: Path) -> list[Path]:
    """Where systemd waits for somebody to look, to mount then."""
    found = [mount.place for mount in _mounts(mounts) if mount.kind == "autofs"]
    return [place for place in found if not place.is_relative_to("/proc")]


def _touch(place: Path) -> None:
    with suppress(OSError):
        os.stat(f"{place}/.")


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


@dataclass(frozen=True, slots=True)
class _Mount:
    """A line of the table: the device (major:minor), the folder in it, and where that is seen."""

    device: str
    root: str
    place: Path
    kind: str
    writable: bool


def _mounts(mounts: Path) -> Iterator[_Mount]:
    for line in mounts.read_text("utf-8", "surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        fields, filesystem = before.split(), after.split()
        place = Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4]))
        writable = "rw" in fields[5].split(",") and "rw" in filesystem[-1].split(",")
        yield _Mount(fields[2], fields[3], place, filesystem[0], writable)
