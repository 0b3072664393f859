"""A stick between two users of two machines: `python -m tests.two_users STICK WORK OWNER`, umask 077 on both.

For a process of root that lacks the capabilities to read what is closed to it (`setpriv`, see test_stick):
what was written is given to the user id OWNER, and then is another's. 0: the file system has no owners and no
modes. Whoever is not root gives nothing away; then the modes alone are looked at.
"""

import asyncio
import contextlib
import io
import os
import stat
import sys
from pathlib import Path

import admin.cli
import bot.cli
from bot.settings import load_settings
from bot.store.store import Store
from tests.admin.stage import PASSPHRASE, pipe_with
from tests.bot.export.exporting import submit


class Scene:
    """Both sides, and what is between them."""

    def __init__(self, stick: Path, work: Path, owner: int) -> None:
        self.stick = stick
        self.config = work / "silbo.toml"
        self._home = work / "home"
        self._owner = owner
        self.config.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "D"\n')

    def silbo(self, *words: str | Path) -> str:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = bot.cli.main([*map(str, words), "--config", str(self.config)])
        assert status == 0, words
        return out.getvalue()

    def admin(self, *words: str | Path, secret: bool = False) -> str:
        command = ["--home", str(self._home), *map(str, words)]
        if secret:
            command += ["--passphrase-fd", str(pipe_with(PASSPHRASE))]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = admin.cli.main(command, work_factor=4)
        assert status == 0, words
        return out.getvalue()

    def carry(self) -> None:
        """What lies on the stick now was written by another user of another machine."""
        for entry in self.stick.rglob("[!l]*"):  # not lost+found, which is ext4's own
            mode, folder = stat.S_IMODE(entry.stat().st_mode), entry.is_dir()
            if self._owner:
                assert mode == (0o755 if folder else 0o644), (entry.name, oct(mode))
                if os.geteuid() == 0:
                    os.chown(entry, self._owner, self._owner)


def main(stick: Path, work: Path, owner: int) -> None:
    """There and back: keys, a batch, a revocation, a receipt."""
    scene = Scene(stick, work, owner)
    if owner:
        stick.chmod(0o777)
    os.umask(0o077)
    scene.silbo("init")
    scene.admin("keygen", "--weeks", "2", "--x25519", secret=True)
    scene.admin("publish", stick)
    scene.carry()
    words = scene.admin("fingerprint", "--words").strip()
    scene.silbo("reviewers", "add", stick, "--words", words)

    async def one_drop() -> None:
        store = await Store.open(load_settings(scene.config).database_url)
        await submit(store, 1, b"words")
        await store.close()

    asyncio.run(one_drop())
    scene.silbo("export", stick)
    scene.carry()
    server = scene.silbo("server-key").splitlines()[0]
    assert "1 new drop" in scene.admin("import", stick, "--server", server)
    scene.admin("receipt", stick, "--all", "--without-asking", secret=True)
    scene.admin("revocation", stick)
    scene.carry()
    assert "confirms 1 drop" in scene.silbo("receipts", stick)
    (revocation,) = stick.glob("revocation-*.txt")
    assert "NOBODY IS LEFT" in scene.silbo("reviewers", "revoke", revocation)
    scene.silbo("export", stick)
    scene.carry()
    assert len(list((stick / "revocations").iterdir())) == 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
