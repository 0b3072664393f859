"""Settings: every wrong line is one sentence that names the key and what is expected, never the value."""

import os
from pathlib import Path

import pytest

from bot.desks import desks_of
from bot.keys.signing import create_signing_key, load_signing_key
from bot.questions import READY
from bot.settings import SettingsError, load_settings, read_secret

GOOD = """
state = "state"
runtime = "/run/silbo"
[desk]
name = "Unión de teleoperadores"
[telegram]
token_file = "/etc/silbo/token"
"""
CUSTODIAN = "age1mskv5v0gusammywl7lj8tn9rx3ltg7qs04dawedt5jhy5vxrt4zqpcu8z9"
SECRET = "123456789:AAsecret-token-in-the-wrong-line"


def load(folder: Path, text: str) -> str:
    """Return the complaint about `text` as silbo.toml."""
    file = folder / "silbo.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_good_settings_and_their_defaults(tmp_path: Path) -> None:
    file = tmp_path / "silbo.toml"
    file.write_text(GOOD)
    settings = load_settings(file)
    assert settings.state == tmp_path / "state"
    assert settings.runtime == Path("/run/silbo")
    assert settings.database_url.url == f"sqlite+aiosqlite:///{tmp_path}/state/silbo.db"
    assert (settings.desk.retention_days, settings.desk.id) == (90, "main")
    assert settings.telegram is not None
    assert settings.telegram.mode == "polling"


def test_a_desk_s_questions_are_ready_made_or_its_own(tmp_path: Path) -> None:
    file = tmp_path / "silbo.toml"
    own = '{ id = "shift", ask = { es = "¿Turno?" }, choices = [{ es = "Día" }, { es = "Noche" }] }'
    file.write_text(GOOD.replace("[desk]", f'[desk]\nquestions = ["country", {own}]'))
    (desk,) = desks_of(load_settings(file))
    ready, mine = desk.questions
    assert (ready.id, ready.ready, mine.id, mine.ready) == ("country", True, "shift", False)
    assert (mine.ask, mine.choices) == ({"es": "¿Turno?"}, ({"es": "Día"}, {"es": "Noche"}))
    file.write_text(GOOD.replace("[desk]", f"[desk]\nquestions = {list(READY)}"))
    assert [each.id for each in desks_of(load_settings(file))[0].questions] == list(READY)


@pytest.mark.parametrize(
    ("line", "instead", "key"),
    [
        ('state = "state"', "state = 7", "state"),
        ('state = "state"', "", "state"),
        ('name = "Unión de teleoperadores"', 'name = ""', "desk.name"),
        ('name = "Unión de teleoperadores"', f'name = "x"\nid = "{SECRET}"', "desk.id"),
        ('name = "Unión de teleoperadores"', 'name = "x"\nretention_days = "30"', "desk.retention_days"),
        ("[desk]", f'[desk]\ncustodian = "{SECRET}"\ncustodian_name = "x"', "desk.custodian"),
        ("[desk]", '[desk]\ncustodian_name = "notary"', "desk"),
        ("[desk]", f'[desk]\ncustodian = "{CUSTODIAN}"', "desk"),
        ('token_file = "/etc/silbo/token"', f'token = "{SECRET}"', "telegram.token_file"),
        ('token_file = "/etc/silbo/token"', 'token_file = "t"\nmode = "telepathy"', "telegram.mode"),
        ('token_file = "/etc/silbo/token"', f'token_file = "t"\nbase_url = "{SECRET}"', "telegram.base_url"),
        ('token_file = "/etc/silbo/token"', f'token_file = "t"\nproxy = "{SECRET}"', "telegram.proxy"),
        ('token_file = "/etc/silbo/token"', 'token_file = "t"\nmode = "webhook"', "telegram"),
        ('token_file = "/etc/silbo/token"', 'token_file = "t"\nspeed = "fast"', "telegram.speed"),
        ("[desk]", f'[desk]\nquestions = ["{SECRET}"]', "desk.questions"),
        ("[desk]", '[desk]\nquestions = ["danger", "danger"]', "desk"),
        ("[desk]", '[desk]\nquestions = [{ id = "shift" }]', "desk.questions"),
        ("[desk]", f'[desk]\nquestions = [{{ id = "{SECRET}", ask = {{ en = "?" }} }}]', "desk.questions"),
        ("[desk]", f'[desk]\nquestions = [{{ id = "a", ask = {{ de = "{SECRET}" }} }}]', "desk.questions"),
        ("[desk]", '[desk]\nquestions = [{ id = "a", ask = { en = "x\\ny" } }]', "desk.questions"),
        (
            "[desk]",
            '[desk]\nquestions = [{ id = "a", ask = { en = "?" }, choices = [{ en = "x" }, { es = "y" }] }]',
            "desk.questions",
        ),
        ("[desk]", '[desk]\nlanguages = ["de"]', "desk.languages"),
        (
            "[desk]",
            '[desk]\nlanguages = ["en", "fr"]\nquestions = [{ id = "a", ask = { en = "?" } }]',
            "desk",
        ),
        ("[desk]", '[desk]\nposter_words = ["- - -"]', "desk.poster_words"),
        ("[desk]", f'[desk]\nposter_words = ["{SECRET}"]', "desk.poster_words"),
        ("[desk]", "[desk]\nquota_mb = 1", "desk.quota_mb"),
        ("[desk]", "[quota]\ntotal_mb = 100\nreserve_mb = 100\n[desk]", "quota"),
        ("[desk]", "[quota]\nchat_mb = 10\n[desk]", "quota.chat_mb"),
        ("[desk]", f'[desk]\n"{SECRET}" = ', "at line"),
        ("[desk]", f"[desk\n{SECRET}", "at line"),
    ],
)
def test_a_secret_in_the_wrong_line_is_not_shown(tmp_path: Path, line: str, instead: str, key: str) -> None:
    assert line in GOOD
    complaint = load(tmp_path, GOOD.replace(line, instead))
    assert key in complaint
    assert "AAsecret" not in complaint
    assert "\n" not in complaint


@pytest.mark.parametrize("content", [b"\xff\xfe", b"state = \x00", b"state = ["])
def test_a_file_that_is_not_toml(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "silbo.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError):
        load_settings(file)


@pytest.mark.parametrize("path", ["nothing", ".", "\x00"])
def test_a_settings_file_that_is_not_there(tmp_path: Path, path: str) -> None:
    with pytest.raises(SettingsError):
        load_settings(tmp_path / path)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(SECRET)
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600") as caught:
        read_secret(file, "telegram.token_file")
    assert "AAsecret" not in str(caught.value)
    file.chmod(0o600)
    assert read_secret(file, "telegram.token_file") == SECRET


def test_a_systemd_credential_counts_as_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text(SECRET + "\n")
    file.chmod(0o644)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secret(file, "telegram.token_file") == SECRET


@pytest.mark.parametrize("content", [b"", b"two words", b"two\nlines", b"x" * 5000, b"\xff"])
def test_a_secret_file_holds_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match="one line"):
        read_secret(file, "telegram.token_file")


def test_the_signing_key_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    with pytest.raises(SettingsError, match="silbo init"):
        load_signing_key(file)
    create_signing_key(file)
    public = load_signing_key(file).public()
    assert file.stat().st_mode & 0o777 == 0o600
    create_signing_key(file)
    assert load_signing_key(file).public() == public
    assert file.read_text().strip() not in repr(load_signing_key(file))


@pytest.mark.parametrize("content", ["AAAA", "not base64!", "é"])
def test_a_damaged_signing_key_is_one_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "signing.key"
    file.write_text(content)
    os.chmod(file, 0o600)
    with pytest.raises(SettingsError, match=r"signing\.key"):
        load_signing_key(file)


def test_the_page_s_address_is_everybody_s_the_same(tmp_path: Path) -> None:
    """What stands behind it goes to the server with each opening, and could be one person's."""
    page = GOOD + "[page]\nurl = "
    file = tmp_path / "silbo.toml"
    file.write_text(page + '"https://drop.example.org:8443/x/"')
    settings = load_settings(file)
    assert settings.page is not None
    assert settings.page.url == "https://drop.example.org:8443/x/"
    wrong = ("http://a.example/", "https://a.example/?u=1", "https://a.example/#u", "https://u@a.example/")
    for url in (*wrong, "https://a.example", f"https://{'a' * 56}.onion/", "tg://x/"):
        told = load(tmp_path, f'{page}"{url}"')
        assert "page.url" in told
        assert url not in told
