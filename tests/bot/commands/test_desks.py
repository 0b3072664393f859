"""Two desks, by the commands: each has its key, chain and stick, and shows nothing of the other."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest

import bot.commands.import_replies
from bot.backup import write_backup
from bot.backup.restore import unpack
from bot.backup.shown import Shown
from bot.cli import main
from bot.clock import today
from bot.keys import Reviewers
from bot.settings import load_settings
from bot.store.store import Store
from crypto.age import HybridIdentity, X25519Identity
from crypto.errors import ChainError
from crypto.head import Head
from crypto.minisign import PublicKey
from tests.bot.conftest import Pin

ONE = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Noticias"\nid = "news"\n'
ONE += '[export]\ndirectory = "n"\n'
TWO = ONE + '[desks.union]\nname = "Unión"\nretention_days = 30\n[desks.union.export]\ndirectory = "u"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An installed server of one desk, to which a second one is written."""
    config = tmp_path / "silbo.toml"
    config.write_text(ONE)
    assert main(["init", "--config", str(config)]) == 0
    config.write_text(TWO)
    return config


def silbo(config: Path, *arguments: str | Path) -> int:
    return main([*map(str, arguments), "--config", str(config)])


def fill(config: Path, drops: dict[str, str]) -> None:
    """A complete drop for each id, of the desk that it is told."""

    async def work() -> None:
        store = await Store.open(load_settings(config).database_url)
        for drop, desk in drops.items():
            async with store.stage() as blob:
                await blob.write(drop.encode() * 100)
                await blob.commit_item(drop_id=drop, item_id=drop, day=today(), waiting=False, desk=desk)
            await store.commit_manifest(drop, f"{drop}-m", b"manifest", today())
        await store.close()

    asyncio.run(work())


def head(folder: Path) -> Head:
    return Head.start(PublicKey.parse((folder / "server.pub").read_text().splitlines()[1]))


def test_two_desks_from_the_settings_to_two_sticks(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for stick in ("n", "u"):
        (tmp_path / stick).mkdir()
    assert silbo(config, "desks", "add", "union") == 0
    assert silbo(config, "desks", "list") == 0
    said = capsys.readouterr().out
    assert 'news: "Noticias", 0 reviewers, 90 days, NOT ready: silbo reviewers add KEYS --desk news' in said
    assert "union" in said
    fill(config, {"a" * 32: "", "b" * 32: "union", "c" * 32: "union"})
    assert silbo(config, "export") == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[0] for line in told] == [
        "news: batch-000001: 1 drop",
        "union: batch-000001: 2 drops",
    ]
    news, union = (tmp_path / stick / "batch-000001" for stick in ("n", "u"))
    assert {path.stem for path in news.glob("*.tar")} == {"a" * 32}
    assert {path.stem for path in union.glob("*.tar")} == {"b" * 32, "c" * 32}
    # To the reviewers of one desk the other's batch is a stranger's: no fork, no gap, no chain they know.
    batch, signature = (union / "batch.json").read_bytes(), (union / "batch.json.minisig").read_text()
    assert head(union).open(batch, signature).sequence == 1
    with pytest.raises(ChainError, match="signed by another key"):
        head(news).open(batch, signature)
    everything = b"".join(file.read_bytes() for file in (tmp_path / "u").rglob("*") if file.is_file())
    assert not any(word in everything for word in (b"news", b"Noticias", b"a" * 32))


@pytest.mark.parametrize(
    "arguments",
    [
        ("reviewers", "list"),
        ("receipts", "."),
        ("import-replies", "."),
        ("new-key",),
        ("server-key",),
        ("export", "."),
    ],
)
def test_with_several_desks_one_is_named_and_with_one_none_is(
    config: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert silbo(config, *arguments) == 1
    assert capsys.readouterr().err == "silbo: there are several desks; name one with --desk: news, union\n"
    assert silbo(config, *arguments, "--desk", "casino") == 1
    assert "no desk of that name; it has: news, union" in capsys.readouterr().err
    config.write_text(ONE)
    silbo(config, *arguments)
    assert "--desk" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (TWO.replace("[desks.union]", "[desks.news]").replace("desks.union", "desks.news"), "short name"),
        (TWO.replace('"Unión"', '"NOTICIAS"'), "another name"),
        (TWO.replace('"u"', '"n"'), "another place to export to"),
        (TWO.replace("desks.union", "desks.Union"), "desks"),
        (TWO + '[desks.union.notice]\nxx = "a"\n', "should be one of en, es"),
        (TWO + '[desks.union.notice]\nes = ""\n', "desks.union.notice.es"),
        (TWO.replace("retention_days = 30", "retention_days = 0"), "desks.union.retention_days"),
    ],
)
def test_desks_that_could_be_taken_for_each_other_are_refused(
    config: Path, text: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(text)
    assert silbo(config, "desks", "list") == 1
    assert complaint in capsys.readouterr().err


def test_a_desk_without_a_section_is_not_made(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert silbo(config, "desks", "add", "court") == 1
    assert "write a section [desks.NAME]" in capsys.readouterr().err
    assert not (config.parent / "state" / "desks").exists()


def test_a_closed_desk_takes_replies_until_its_time_is_over(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert silbo(config, "desks", "close", "union") == 0
    assert "takes nothing new" in capsys.readouterr().out
    assert silbo(config, "import-replies", ".", "--desk", "union") == 1
    assert "no replies" in capsys.readouterr().err
    monkeypatch.setattr(bot.commands.import_replies, "today", lambda: today() + timedelta(days=31))
    assert silbo(config, "import-replies", ".", "--desk", "union") == 1
    assert "the time for which it keeps answers is over" in capsys.readouterr().err
    assert silbo(config, "desks", "add", "union") == 0
    assert silbo(config, "import-replies", ".", "--desk", "union") == 1
    assert "no replies" in capsys.readouterr().err, "it was opened again"


def test_a_section_that_is_gone_leaves_no_drop_unseen(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(config, {"b" * 32: "union"})
    config.write_text(ONE)
    assert silbo(config, "desks", "list") == 0
    assert "union: NOT in silbo.toml any more" in capsys.readouterr().out


def test_a_backup_has_the_keys_and_reviewers_of_every_desk(config: Path, tmp_path: Path, pin: Pin) -> None:
    silbo(config, "desks", "add", "union")
    fill(config, {"b" * 32: "union"})
    pin([X25519Identity.generate()], today())
    state = tmp_path / "state"
    (tmp_path / "reviewers").rename(state / "desks" / "union" / "reviewers")
    operator, sealed, into = HybridIdentity.generate(), io.BytesIO(), tmp_path / "into"
    write_backup(load_settings(config), config, sealed, operator.recipient(), today())
    sealed.seek(0)
    into.mkdir()
    shown: list[str] = []

    def accept(what: Shown) -> bool:
        shown.extend(what.lines)
        return True

    unpack(sealed, [operator], into, accept=accept, confirm=bool)
    for file in ("signing.key", "desks/union/signing.key"):
        assert (into / file).read_bytes() == (state / file).read_bytes()
    (restored,) = Reviewers(into / "desks" / "union" / "reviewers").pinned()
    assert any("desk union" in line and " ".join(restored.words) in line for line in shown)
    assert any("desks.union.export.directory" in line for line in shown)
