"""Reads `silbo.toml` and the token files that it names."""

import os
import re
import tomllib
from pathlib import Path

from pydantic import ValidationError

from bot.settings.bots import BotSettings
from bot.settings.problems import problems
from bot.settings.secrets import SettingsError, read_secret
from bot.settings.whole import Settings

PATHS = ("state", "runtime", "directory", "scrub_socket", "convert_socket", "socket", "built")
CREDENTIALS = "$CREDENTIALS_DIRECTORY/"
"""What a `..._file` begins with to be one of the service's credentials, wherever systemd puts them."""


def load_settings(path: Path) -> Settings:
    """Read and check `silbo.toml`. Raises SettingsError."""
    try:
        text = path.read_text("utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        raise SettingsError("there is no settings file at that place (--config)") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line \d+, column \d+", str(error))
        raise SettingsError(f"{path.name}: not TOML {place[0] if place else 'at its end'}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path.name}: not UTF-8 text") from None
    except (OSError, ValueError, RecursionError):
        raise SettingsError("the settings file can't be read (--config)") from None
    folder = path.absolute().parent
    _resolve(content, folder)
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        found = problems(error, text)
        raise SettingsError(*(f"{path.name}: {problem}" for problem in found)) from None


def _resolve(content: dict[str, object], folder: Path) -> None:
    """Take relative paths from the folder of the settings file, credentials from where systemd puts them."""
    credentials = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/run/credentials/silbo.service"))
    for key, value in content.items():
        if isinstance(value, dict):
            _resolve(value, folder)
        elif isinstance(value, str) and value.startswith(CREDENTIALS) and key.endswith("_file"):
            content[key] = str(credentials / value.removeprefix(CREDENTIALS))
        elif isinstance(value, str) and (key in PATHS or key.endswith("_file")):
            content[key] = str(folder / value)


def read_token(bot: BotSettings, section: str = "telegram") -> str:
    """Return the bot token of a section. Raises SettingsError, also for what can be none; Telegram is not
    asked.
    """
    token = read_secret(bot.token_file, f"{section}.token_file")
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{8,}", token):
        raise SettingsError(
            f"{section}.token_file: that is no bot token; one looks like 123456789:AA... (from @BotFather)"
        )
    return token
