"""The stick is known by its label, wherever it is mounted; a timer is told quietly when it is not in."""

from pathlib import Path

import pytest

import bot.commands.export
from bot.cli import main
from bot.export.batch_bytes import ExportError, NotNow
from bot.export.disk import mounted_disk
from bot.settings import SettingsError, load_settings
from tests.bot.export.exporting import SERVER, names, write_key

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 8:17 / {place} {own} shared:9 - vfat /dev/sdb1 {super},uid=997
41 22 8:17 /inside /srv/bind rw,relatime - vfat /dev/sdb1 rw
42 22 0:31 / /run rw - tmpfs tmpfs rw
"""


class Machine:
    """The three places where the kernel and udev say which disks there are."""

    def __init__(self, folder: Path) -> None:
        self.labels, self.udev, self.mounts = folder / "by-label", folder / "udev", folder / "mountinfo"
        self.labels.mkdir()
        self.udev.mkdir()
        self.mount()

    def plug(self, device: str = "8:17", label: str = r"EL\x20SILBO") -> None:
        text = (
            f"S:disk/by-label/{label}\nE:ID_FS_TYPE=vfat\nE:ID_FS_LABEL=EL_SILBO\nE:ID_FS_LABEL_ENC={label}\n"
        )
        (self.udev / f"b{device}").write_text(text)

    def mount(self, place: str = r"/media/el\040silbo", own: str = "rw,nosuid", super_: str = "rw") -> None:
        text = MOUNTS.replace("{place}", place).replace("{own}", own).replace("{super}", super_)
        self.mounts.write_text(text.lstrip())

    def find(self) -> Path:
        return mounted_disk("EL SILBO", labels=self.labels, udev=self.udev, mounts=self.mounts)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_mounted_disk_is_found_by_its_label(machine: Machine) -> None:
    machine.plug()
    assert machine.find() == Path("/media/el silbo")


def test_a_disk_is_found_by_the_links_of_udev(machine: Machine, tmp_path: Path) -> None:
    (machine.labels / r"EL\x20SILBO").symlink_to("/dev/null")  # a device like any other: 1:3
    with pytest.raises(NotNow, match="not mounted"):
        machine.find()
    machine.mounts.write_text("40 22 1:3 / /media/x rw - vfat /dev/null rw\n")
    assert machine.find() == Path("/media/x")


def test_a_disk_that_is_not_in_or_not_mounted_is_for_later(machine: Machine) -> None:
    with pytest.raises(NotNow, match="not plugged in"):
        machine.find()
    machine.plug(label="OTHER")
    with pytest.raises(NotNow, match="not plugged in"):
        machine.find()
    machine.plug("8:33")
    with pytest.raises(NotNow, match="not mounted"):
        machine.find()


def test_a_disk_that_is_mounted_when_somebody_looks_is_looked_at(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.plug()
    waiting = "30 22 0:44 / /media/silbo rw,relatime - autofs systemd-1 rw,fd=40\n"
    waiting += "31 22 0:45 / /proc/sys/fs/binfmt_misc rw,relatime - autofs systemd-1 rw,fd=41\n"
    machine.mounts.write_text(waiting)
    looked: list[Path] = []

    def touch(place: Path) -> None:
        looked.append(place)
        machine.mounts.write_text(f"{waiting}40 30 8:17 / {place} rw - vfat /dev/sdb1 rw\n")

    monkeypatch.setattr("bot.export.disk._touch", touch)
    assert machine.find() == Path("/media/silbo")
    assert looked == [Path("/media/silbo")]


@pytest.mark.parametrize(("own", "super_"), [("ro", "rw"), ("rw", "ro")])
def test_a_read_only_disk_is_one_sentence(machine: Machine, own: str, super_: str) -> None:
    machine.plug()
    machine.mount(own=own, super_=super_)
    with pytest.raises(ExportError, match="read-only"):
        machine.find()


def test_two_disks_of_one_label_are_not_guessed_between(machine: Machine) -> None:
    """Somebody plugs a stick of that label beside the true one."""
    machine.plug()
    machine.plug("8:1")
    with pytest.raises(ExportError, match="Two disks"):
        machine.find()


# `silbo export` without a folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700)
    write_key(tmp_path / "state" / "signing.key", SERVER)
    (tmp_path / "silbo.toml").write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "D"\n')
    return tmp_path / "silbo.toml"


def add(config: Path, *lines: str) -> None:
    config.write_text(config.read_text() + "\n".join(("[export]", *lines)) + "\n")


def test_a_timer_is_told_by_the_status_that_the_stick_is_not_in(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(label: str) -> Path:
        raise NotNow("The disk to export to is not plugged in.")

    monkeypatch.setattr(bot.commands.export, "mounted_disk", absent)
    add(config, 'label = "EL SILBO"')
    assert main(["export", "--config", str(config)]) == 75
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("The disk to export to is not plugged in.\n", "")
    monkeypatch.setattr(bot.commands.export, "mounted_disk", lambda label: config.parent / "nothing")
    assert main(["export", "--config", str(config)]) == 1


def test_the_folder_of_the_settings_and_the_one_of_the_command_line(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    assert main(["export", "--config", str(config)]) == 1
    assert "name a folder to export to" in capsys.readouterr().err
    add(config, 'directory = "one"')
    for words, folder in (([], "one"), ([str(tmp_path / "two")], "two")):
        assert main(["new-key", "--config", str(config)]) == 0
        assert main(["export", *words, "--config", str(config)]) == 0
        assert len(names(tmp_path / folder)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ['directory = "one"', 'label = "two"'],
        ["chat = 12345"],
        ['label = "../../etc"'],
        ['label = ""'],
        ['chat = "-100"'],
    ],
    ids=["none", "two", "a person's chat", "a path", "empty", "text"],
)
def test_an_export_section_that_is_wrong_is_one_sentence(config: Path, lines: list[str]) -> None:
    add(config, *lines)
    with pytest.raises(SettingsError, match="export"):
        load_settings(config)


def test_an_export_to_a_chat_without_a_bot_is_one_sentence(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(config, "chat = -1001")
    assert main(["export", "--config", str(config)]) == 1
    assert "telegram: this section is needed" in capsys.readouterr().err
