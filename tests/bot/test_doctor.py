"""`silbo doctor`: each thing that is wrong is one line with its fix."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from bot.doctor import Finding, examine
from bot.settings import Settings, load_settings
from bot.signing import create_signing_key
from crypto.age import X25519Identity
from tests.bot.conftest import Pin

DAY = date(2026, 11, 18)


@pytest.fixture
def settings(tmp_path: Path, pin: Pin) -> Settings:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    pin([X25519Identity.generate(), X25519Identity.generate()], DAY)
    (tmp_path / "reviewers").rename(state / "reviewers")
    create_signing_key(state / "signing.key")
    file = tmp_path / "silbo.toml"
    file.write_text('state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n')
    return load_settings(file)


def findings(settings: Settings, day: date = DAY) -> dict[str, Finding]:
    return {finding.what: finding for finding in asyncio.run(examine(settings, day))}


def test_a_good_server_has_nothing_broken(settings: Settings) -> None:
    found = findings(settings)
    assert [finding for finding in found.values() if finding.state == "broken"] == []
    assert {
        "the state folder is private",
        "the database opens",
        "the signing key is here and private",
    } <= set(found)


def test_each_thing_that_is_wrong_has_its_fix(settings: Settings) -> None:
    settings.state.chmod(0o755)
    settings.signing_key.chmod(0o644)
    (settings.state / "silbo.db").write_bytes(b"not a database, but long enough to look like one" * 100)
    found = findings(settings)
    assert found["others may look into the state folder"].fix == "chmod 700 it"
    assert [finding.state for finding in found.values() if "signing.key" in finding.what] == ["broken"]
    assert "the database opens" not in found
    assert sum(finding.state == "broken" for finding in found.values()) == 2


def test_keys_that_end_are_told_before_they_have_ended(settings: Settings) -> None:
    assert any("spent half" in what for what in findings(settings, date(2026, 12, 1)))
    assert any("no key" in what for what in findings(settings, date(2027, 3, 1)))


def test_no_reviewer_is_broken(settings: Settings) -> None:
    for folder in settings.reviewers.iterdir():
        folder.rename(folder.with_name(".away"))
    assert any(f.state == "broken" and "No reviewer" in f.what for f in findings(settings).values())


def test_a_finding_is_one_line() -> None:
    assert str(Finding("warning", "it rains", "take a coat")) == "warning it rains: take a coat"
    assert str(Finding("ok", "the sun shines")) == "ok      the sun shines"
