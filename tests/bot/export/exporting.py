"""What the tests of exports share: drops, keys in files, the reader's side, and interruptions."""

import base64
import io
import os
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import bot.export.folder
import bot.export.on_stick
from bot.export import ExportReport, export
from bot.export.folder import FolderTarget
from bot.keys.signing import server_keys
from bot.store.store import Store
from crypto.age import HybridIdentity
from crypto.batch import Batch, check_drop
from crypto.drop import read_drop
from crypto.drop_list import with_drops
from crypto.head import Head
from crypto.item import open_item, seal_item
from crypto.manifest import Manifest, ManifestItem, open_manifest, seal_manifest
from crypto.minisign import SigningKey
from crypto.slots import Slots

DAY = date(2026, 11, 21)
REVIEWER = HybridIdentity.generate()
SLOTS = Slots([REVIEWER.recipient()])
SERVER = SigningKey.generate()


def write_key(path: Path, key: SigningKey) -> Path:
    path.write_bytes(base64.b64encode(key.seed))
    path.chmod(0o600)
    return path


async def run_export(store: Store, key: Path, directory: Path, day: date) -> ExportReport | None:
    """What `silbo export` does: the keys come from their files each time."""
    with server_keys(key) as keys:
        return await export(store, keys, FolderTarget(directory), day)


async def submit(store: Store, number: int, *texts: bytes) -> str:
    """One complete drop, as the intake makes it, with an item that was refused in between."""
    drop, sealed = f"{number:032x}", []
    for place, text in enumerate(texts):
        ciphertext = seal_item(
            SLOTS,
            text,
            extension="txt",
            kind="text",
            media_type="text/plain",
            day=DAY,
            cleaning="text",
            removed=(),
        )
        sealed.append(ManifestItem(f"{place + 1:04}.age", sha256(ciphertext).digest(), len(ciphertext)))
        for item, content, waiting in (
            (f"{drop}-no-{place}", b"refused", True),
            (f"{drop}-{place}", ciphertext, False),
        ):
            async with store.stage() as blob:
                await blob.write(content)
                await blob.commit_item(drop_id=drop, item_id=item, day=DAY, waiting=waiting)
    manifest = Manifest("desk", "es", "console", DAY, tuple(sealed), {}, None, None)
    await store.commit_manifest(drop, f"{drop}-manifest", seal_manifest(SLOTS, manifest), DAY)
    return drop


def read_batch(folder: Path, head: Head) -> tuple[Batch, Head, dict[str, list[bytes]]]:
    """What the offline side does: verify, follow the chain, open. Returns the texts by drop."""
    batch = head.open((folder / "batch.json").read_bytes(), (folder / "batch.json.minisig").read_text())
    head = head.follow(batch)
    batch = with_drops(batch, (folder / "drops.json").read_bytes())
    assert {entry.name for entry in folder.iterdir()} == {
        "batch.json",
        "batch.json.minisig",
        "server.pub",
        "drops.json",
    } | {f"{drop.id}.tar" for drop in batch.drops}
    texts: dict[str, list[bytes]] = {}
    for listed in batch.drops:
        data = (folder / f"{listed.id}.tar").read_bytes()
        check_drop(listed, io.BytesIO(data))
        first, *rest = read_drop(io.BytesIO(data))
        manifest = open_manifest(data[first.offset : first.offset + first.size], [REVIEWER])
        texts[listed.id] = []
        for member, item in zip(rest, manifest.items, strict=True):
            ciphertext = data[member.offset : member.offset + member.size]
            assert (member.name, sha256(ciphertext).digest(), member.size) == (
                item.name,
                item.sha256,
                item.size,
            )
            content = io.BytesIO()
            open_item(io.BytesIO(ciphertext), content, [REVIEWER])
            texts[listed.id].append(content.getvalue())
    return batch, head, texts


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(entry.relative_to(folder)): entry.read_bytes() for entry in folder.rglob("*") if entry.is_file()
    }


class Interrupted(BaseException):
    """Stands for the end of the process: nothing of ours may catch it."""


def interrupt_at(step: int, patch: pytest.MonkeyPatch) -> list[str]:
    """Raise before the `step`-th action of an export on disk or database; return the names of the actions."""
    done: list[str] = []

    def wrap(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def stepped(*args: Any, **kwargs: Any) -> Any:
            done.append(name)
            if len(done) == step:
                raise Interrupted
            return real(*args, **kwargs)

        patch.setattr(owner, name, stepped)

    for name in ("sync_folder", "_publish"):
        wrap(bot.export.folder, name)
    wrap(bot.export.on_stick, "create")
    for name in ("write", "finish"):
        wrap(bot.export.on_stick.Output, name)
    for name in ("chain_keys", "plan_batch", "batch_written", "read"):
        wrap(Store, name)
    for name in ("utime", "fsync", "rename"):
        wrap(os, name)
    return done
