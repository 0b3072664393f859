"""`silbo page` and `silbo page-hash`: whose keys stand in the page, what an operator reads if they can't."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import today
from bot.keys import Reviewers
from bot.page import AFTER, BEFORE
from crypto.age import HybridIdentity
from crypto.keylist import KeyList, keylist_bytes, make_periods, monday_of, parse_keylist
from crypto.minisign import PublicKey, SigningKey
from crypto.words import fingerprint

TOML = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Uno </script>"\nid = "news"\n'
TWO = TOML + '[desks.union]\nname = "Dos"\n'
EMPTY = f"<!doctype html>\n{BEFORE}[]{AFTER}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = tmp_path / "silbo.toml"
    config.write_text(TOML.split("[desks.union]", maxsplit=1)[0])
    assert main(["init", "--config", str(config)]) == 0
    config.write_text(TWO)
    (tmp_path / "built.html").write_text(EMPTY)
    return config


def add(config: Path, desk: str, label: str, day: date) -> SigningKey:
    folder = config.parent / f"{label}-keys"
    folder.mkdir()
    root = SigningKey.generate()
    periods = tuple(made.period for made in make_periods(monday_of(day), 2, HybridIdentity.generate))
    data = keylist_bytes(KeyList(root.public(), 1, day, label, periods))
    (folder / "keys.json").write_bytes(data)
    (folder / "keys.json.minisig").write_text(root.sign(data, "key list"))
    words = " ".join(fingerprint(root.public()))
    assert silbo(config, "reviewers", "add", str(folder), "--words", words, "--desk", desk) == 0
    return root


def silbo(config: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(config)])


def page(config: Path, out: str = "page.html", built: str = "built.html") -> int:
    return silbo(config, "page", str(config.parent / out), "--built", str(config.parent / built))


def test_every_open_desk_stands_in_the_page_with_its_own_reviewers(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert silbo(config, "desks", "add", "union") == 0
    roots = {desk: add(config, desk, label, today()) for desk, label in (("news", "Ana"), ("union", "Bea"))}
    capsys.readouterr()
    assert page(config) == 0
    file = config.parent / "page.html"
    said = capsys.readouterr().out
    assert said.startswith(hashlib.sha256(file.read_bytes()).hexdigest())
    assert file.stat().st_mode & 0o777 == 0o644
    text = file.read_text("utf-8")
    assert text.count("</script>") == 1
    desks = json.loads(text.split(BEFORE)[1].split(AFTER)[0])
    assert [(desk["short"], desk["name"]) for desk in desks] == [("news", "Uno </script>"), ("union", "Dos")]
    for desk in desks:
        (listed,) = desk["reviewers"]
        root = roots[desk["short"]].public()
        assert PublicKey.parse(listed["root"]) == root
        parse_keylist(listed["keys"].encode(), listed["signature"], root, today=today())
    assert silbo(config, "page-hash", "--built", str(config.parent / "built.html")) == 0
    without, within = capsys.readouterr().out.splitlines()
    assert without.startswith(hashlib.sha256(EMPTY.encode()).hexdigest())
    assert within[:64] == said[:64]
    assert silbo(config, "desks", "close", "union") == 0
    assert page(config) == 0
    assert '"short":"union"' not in file.read_text("utf-8")


def test_a_reviewer_who_was_removed_is_in_no_new_page(config: Path) -> None:
    silbo(config, "desks", "close", "union")
    add(config, "news", "Ana", today())
    root = add(config, "news", "Bea", today())
    Reviewers(config.parent / "state" / "reviewers").remove("Bea")
    assert page(config) == 0
    assert str(root.public()) not in (config.parent / "page.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("out", "built", "told"),
    [
        ("page.html", "none.html", "not built yet"),
        ("page.html", "silbo.toml", "no page without desks"),
        ("page.html", "built.html", "has no reviewers"),
        ("no/page.html", "built.html", ""),
    ],
)
def test_what_is_missing_is_one_sentence(
    config: Path, capsys: pytest.CaptureFixture[str], *, out: str, built: str, told: str
) -> None:
    assert page(config, out, built) == 1
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert not (config.parent / "page.html").exists()
