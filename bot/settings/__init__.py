"""`silbo.toml`: the operator's settings, checked before anything starts.

An error names the key, the file and what is expected, never the value: a token pasted into the wrong line
must not reach a journal or the scrollback of a terminal.
"""

from bot.settings.bots import BotSettings, TelegramSettings
from bot.settings.desks import DeskSettings, ExportSettings, FurtherDeskSettings
from bot.settings.loading import PATHS, load_settings, read_token
from bot.settings.places import BackupSettings, PageSettings
from bot.settings.secrets import SettingsError, read_secret
from bot.settings.whole import Settings

__all__ = [
    "PATHS",
    "BackupSettings",
    "BotSettings",
    "DeskSettings",
    "ExportSettings",
    "FurtherDeskSettings",
    "PageSettings",
    "Settings",
    "SettingsError",
    "TelegramSettings",
    "load_settings",
    "read_secret",
    "read_token",
]
