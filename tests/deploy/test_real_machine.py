"""The operator's whole way on a bare Debian with a real systemd, from install to a drop read offline.

Long: a machine takes a minute to make, and each release half a minute. The bot talks to the Bot API stand-in.
"""

import asyncio
import io
import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from crypto.age import HybridIdentity
from tests.deploy.machine import ROOT, Machine
from tests.telegram_api import TOKEN, TelegramApi, until
from tests.telegram_people import buttons

pytestmark = [pytest.mark.long, pytest.mark.timeout(7200)]

OPERATOR = HybridIdentity.generate()
PASSPHRASE = b"one two three four five six\n"
STEPS = (
    "backup",
    "install beside",
    "rehearse",
    "stop",
    "keep the database",
    "switch",
    "start",
    "health",
    "done",
)
CRASH = {
    "bot/server/__init__.py": (
        "\n\nasync def run_telegram(settings: Settings) -> None:\n    raise SettingsError('')\n"
    )
}
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "silbo_9999"
down_revision = "silbo_{last:04}"


def upgrade() -> None:
    {body}
"""


def admin(home: Path, *arguments: str, secret: bool = False) -> str:
    """Run silbo-admin as a reviewer would, offline."""
    read, write = os.pipe()
    os.write(write, PASSPHRASE)
    os.close(write)
    command = ["unshare", "-n", str(ROOT / "bin/silbo-admin"), "--home", str(home), *arguments]
    try:
        done = subprocess.run(
            [*command, *(("--passphrase-fd", str(read)) if secret else ())],
            pass_fds=(read,),
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        os.close(read)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x013B] = "CANARY-OWNER"
    out = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def submit(api: TelegramApi, chat: int, text: str) -> None:
    """A worker's whole way, to the receipt."""

    async def drained() -> None:
        await until(lambda: api.pending() == 0, 120)

    api.text(chat, "/start")
    api.text(chat, text)
    api.photo(chat, photo())
    await drained()
    api.text(chat, "/send")
    await drained()
    api.press(chat, "send")
    await drained()
    assert not any(buttons(message) == ["send"] for message in api.sent[chat][-1:])


def prepare(machine: Machine, url: str, home: Path) -> None:
    """The operator's files: answers without a secret in them, the token, the age key, a reviewer's list."""
    admin(home, "keygen", "--label", "union", "--weeks", "4", secret=True)
    keys = machine.shared / "keys"
    keys.mkdir()
    admin(home, "publish", str(keys))
    for file in keys.iterdir():
        file.chmod(0o644)
    (machine.shared / "answers").write_text(
        f"desk_name = Unión de teleoperadores\nbase_url = {url}\nexport_directory = /srv/exports\n"
        f"backup_recipient = {OPERATOR.recipient()}\ntoken_file = /root/token\n"
        f"reviewer = /mnt/keys\nwords = {admin(home, 'fingerprint', '--words').strip()}\n"
    )
    for name, content in (("token", TOKEN), ("identity", OPERATOR.to_string())):
        path = machine.root / "root" / name
        path.write_text(content + "\n")
        path.chmod(0o600)


def fails(
    machine: Machine, sentence: str, source: str, *arguments: str, within: tuple[str, ...] = ()
) -> None:
    """One sentence, exit status above 0, and everything of Silbo's as it was."""
    before, active = machine.snapshot(), machine.call("systemctl", "is-active", "silbo").stdout
    done = machine.deploy(source, *arguments, within=within)
    assert done.returncode > 0, done.stdout
    assert sentence in done.stderr, done.stderr + done.stdout
    assert TOKEN not in done.stdout + done.stderr
    after = machine.snapshot()
    assert {k: (before.get(k), after.get(k)) for k in before | after if before.get(k) != after.get(k)} == {}
    assert machine.call("systemctl", "is-active", "silbo").stdout == active


def break_in(machine: Machine, command: str, then: str = "exit 99") -> tuple[str, ...]:
    """Environment for a bash that does something before a command of deploy.sh that matches `command`."""
    pattern = command.replace(" ", "\\ ")
    number = len(list(machine.shared.glob("trap-*")))
    trap = machine.shared / f"trap-{number}"
    trap.write_text(f"""set -T\ntrap 'case $BASH_COMMAND in {pattern}) {then} ;; esac' DEBUG\n""")
    return (f"BASH_ENV=/mnt/{trap.name}",)


@pytest.mark.parametrize("machine", ["bookworm", "trixie"], indirect=True)
async def test_from_a_bare_root_to_a_drop_read_offline(machine: Machine, tmp_path: Path) -> None:
    home = tmp_path / "reviewer"
    async with TelegramApi() as api:
        prepare(machine, api.url, home)
        await asyncio.to_thread(refusals_before_install, machine)
        await asyncio.to_thread(install, machine)
        await submit(api, 7, "They film us at home.")
        await asyncio.to_thread(confined, machine)
        await asyncio.to_thread(upgrades_that_fail, machine)
        await submit(api, 8, "They read our chats.")
        await asyncio.to_thread(upgrade, machine)
        await asyncio.to_thread(wipe_and_restore, machine)
        await submit(api, 9, "After the restore.")
        await asyncio.to_thread(read_offline, machine, home)
        await asyncio.to_thread(downgrade, machine)
        await asyncio.to_thread(uninstall, machine)


def refusals_before_install(machine: Machine) -> None:
    answers = ("install", "--answers", "/mnt/answers")
    machine.source("one")
    fails(machine, "needs root", "one", *answers, within=("setpriv", "--reuid=65534", "--clear-groups"))
    fails(machine, "without a terminal", "one", "install")
    other = "mount --bind /mnt/os-release /etc/os-release && exec bash /mnt/one/deploy.sh install"
    (machine.shared / "os-release").write_text('ID=ubuntu\nVERSION_ID="24.04"\n')
    done = machine.call("unshare", "-m", "bash", "-c", other)
    assert done.returncode > 0
    assert "Debian 12 and 13 only" in done.stderr
    fails(machine, "is there a network?", "one", *answers, within=("unshare", "-n"))
    (machine.shared / "secret").write_text("desk_name = x\nbot_token = 123\n")
    fails(machine, "no secret belongs there", "one", "install", "--answers", "/mnt/secret")
    (machine.root / "root/token").chmod(0o644)
    fails(machine, "mode 600", "one", *answers)
    (machine.root / "root/token").chmod(0o600)


def install(machine: Machine) -> None:
    answers = ("install", "--answers", "/mnt/answers")
    (machine.shared / "broken.toml").write_text(
        'state = "/var/lib/silbo"\nruntime = "/run/silbo"\nSECRET = 1\n'
    )
    token = ("--token-file", "/root/token")
    fails(machine, "silbo.toml: ", "one", "install", "--config", "/mnt/broken.toml", *token)
    keys = machine.shared / "keys/keys.json"
    whole = keys.read_bytes()
    keys.write_bytes(whole.replace(b"union", b"onion"))
    fails(machine, "signature", "one", *answers)
    keys.write_bytes(whole)
    machine.run("mkdir", "-p", "/opt/silbo/releases")
    machine.run("mount", "-t", "tmpfs", "-o", "size=1000m", "none", "/opt/silbo/releases")
    full = break_in(machine, "*-m pip install*", "fallocate -l 850M /opt/silbo/releases/x || true")
    done = machine.deploy("one", *answers, within=full)
    assert (done.returncode > 0, "full" in done.stderr) == (True, True), done.stderr
    machine.run("umount", "/opt/silbo/releases")
    machine.run("rmdir", "/opt/silbo/releases", "/opt/silbo")
    done = machine.deploy("one", *answers)
    assert done.returncode == 0, done.stderr + done.stdout
    again = machine.deploy("one", *answers)
    assert again.returncode == 0
    assert not {"made", "written", "replaced", "started", "enabled"} & set(again.stdout.split()), again.stdout
    assert TOKEN not in done.stdout + done.stderr + machine.run("journalctl", "-b", "-o", "cat")
    assert TOKEN.encode() not in (machine.root / "etc/silbo/token.cred").read_bytes()


def confined(machine: Machine) -> None:
    """The scrub child has cleaned a photograph inside its unit, with everything in force that it can have."""
    journal = machine.run("journalctl", "-b", "-u", "silbo", "-o", "cat")
    assert "the scrub child runs without" not in journal
    found = machine.run("silbo", "doctor")
    assert "nothing else that should hold the scrub child is missing" in found
    for what in ("Landlock holds", "a seccomp filter holds", "the runtime folder is in memory"):
        assert what in found
    assert machine.run("systemctl", "is-active", "silbo-scrub.service").strip() == "active"


def upgrades_that_fail(machine: Machine) -> None:
    machine.source("two", {"bot/__init__.py": "# two\n"})
    for step in STEPS[:-1]:
        fails(machine, "", "two", "upgrade", within=break_in(machine, f"*step*{step}*"))
    for step in ("rehearse", "start"):
        fails(machine, "", "two", "upgrade", within=break_in(machine, f"*step*{step}*", "kill -TERM $$"))
    last = max(int(path.name[1:5]) for path in (ROOT / "bot/store/migrations/versions").glob("v*.py"))
    machine.source("crash", CRASH)
    versions = machine.shared / "crash/bot/store/migrations/versions"
    (versions / "v9999_new.py").write_text(
        MIGRATION.format(last=last, body='op.create_table("n", sa.Column("i", sa.Integer))')
    )
    fails(machine, "does not stay up", "crash", "upgrade")
    machine.source("broken")
    versions = machine.shared / "broken/bot/store/migrations/versions"
    (versions / "v9999_new.py").write_text(MIGRATION.format(last=last, body='op.drop_table("no_such_table")'))
    fails(machine, "new schema", "broken", "upgrade")


def upgrade(machine: Machine) -> None:
    """Killed at any step without a chance to undo, the machine works; the next run goes on."""
    for step in STEPS[:-1]:
        machine.deploy("two", "upgrade", within=break_in(machine, f"*step*{step}*", "kill -KILL $$"))
        machine.power_off()
        machine.boot()
        assert machine.call("systemctl", "is-active", "silbo").stdout.strip() == "active", step
        kept = (machine.root / "var/lib/silbo/.rollback").exists()
        assert kept == ("was cut off" in machine.deploy("two", "status").stdout), step
    assert machine.deploy("two", "upgrade").returncode == 0
    assert not (machine.root / "var/lib/silbo/.rollback").exists()
    machine.source("three", {"bot/__init__.py": "# three\n"})
    done = machine.deploy("three", "upgrade")
    assert done.returncode == 0, done.stderr + done.stdout
    assert "unchanged" in machine.deploy("three", "upgrade").stdout
    assert machine.deploy("three", "status").returncode == 0


def wipe_and_restore(machine: Machine) -> None:
    done = machine.deploy("three", "backup", "/root/backup.age")
    assert done.returncode == 0, done.stderr
    words = machine.run("silbo", "server-key").splitlines()[1]
    answers = ("install", "--answers", "/mnt/answers")
    assert machine.deploy("three", "uninstall", "--yes").returncode == 0
    assert not (machine.root / "var/lib/silbo").exists()
    done = machine.deploy("three", *answers)
    assert done.returncode == 0, done.stderr
    restore: tuple[str, ...] = ("restore", "/root/backup.age", "--identity", "/root/identity")
    fails(machine, "was not confirmed", "three", *restore)
    changed = machine.root / "root/changed.age"
    data = bytearray((machine.root / "root/backup.age").read_bytes())
    data[-100] ^= 1
    changed.write_bytes(data)
    fails(machine, "can't be opened", "three", "restore", "/root/changed.age", "--identity", "/root/identity",
          "--words", words)  # fmt: skip
    restore = (*restore, "--words", words)
    fails(machine, "Nothing was restored. If every line above is right", "three", *restore)
    fails(machine, "are of something else", "three", *restore, "--accept", words)
    shown = machine.deploy("three", *restore)
    assert "telegram.base_url" in shown.stdout
    restore = (*restore, "--accept", shown.stderr.split('"')[1])
    fails(machine, "", "three", *restore, within=break_in(machine, "settled\\ 5"))
    machine.run("install", "-d", "-o", "nobody", "/srv/theirs")
    machine.run("cp", "/root/backup.age", "/srv/theirs/")
    theirs = ("/srv/theirs/backup.age", *restore[2:])
    fails(machine, "others than root can change /srv/theirs (nobody", "three", "restore", *theirs)
    done = machine.deploy("three", *restore)
    assert done.returncode == 0, done.stderr + done.stdout
    assert machine.run("silbo", "server-key").splitlines()[1] == words


def read_offline(machine: Machine, home: Path) -> None:
    machine.run("systemctl", "start", "silbo-export.service")
    stick = machine.root / "srv/exports"
    words = machine.run("silbo", "server-key").splitlines()[1]
    admin(home, "import", str(stick), "--server", words)
    listed = admin(home, "list")
    texts = ""
    for line in listed.splitlines():
        word = line.split()[0] if line.split() else ""
        if len(word) >= 8 and set(word) <= set("0123456789abcdef"):
            texts += admin(home, "show", word, secret=True)
    for said in ("They film us at home.", "They read our chats.", "After the restore."):
        assert said in texts
    assert "CANARY-OWNER" not in texts


def downgrade(machine: Machine) -> None:
    """An older Silbo does not take a newer one's database, and takes nothing else meanwhile."""
    machine.source("newer")
    last = max(int(path.name[1:5]) for path in (ROOT / "bot/store/migrations/versions").glob("v*.py"))
    body = 'op.create_table("n", sa.Column("i", sa.Integer))'
    migration = machine.shared / "newer/bot/store/migrations/versions/v9999_new.py"
    migration.write_text(MIGRATION.format(last=last, body=body))
    done = machine.deploy("newer", "upgrade")
    assert done.returncode == 0, done.stderr + done.stdout
    fails(machine, "newer Silbo", "three", "upgrade")
    fails(machine, "another version is installed", "three", "install")


def uninstall(machine: Machine) -> None:
    done = machine.deploy("newer", "uninstall", "--keep-data")
    assert done.returncode == 0, done.stderr
    assert (machine.root / "var/lib/silbo/silbo.db").exists()
    assert not (machine.root / "opt/silbo").exists()
    assert machine.deploy("newer", "install").returncode == 0
    left_by_a_restore = "/var/lib/silbo.fresh"  # that was cut off
    assert machine.call("install", "-d", "-o", "silbo", "-m", "700", left_by_a_restore).returncode == 0
    assert left_by_a_restore in machine.deploy("three", "status").stdout
    assert machine.deploy("three", "uninstall", "--yes").returncode == 0
    left = [name for name in machine.snapshot() if "silbo" in name]
    assert left == []
    assert machine.call("id", "silbo").returncode > 0
