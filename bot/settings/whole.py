"""All sections of `silbo.toml` together, and what they have to be to each other."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from bot.sessions.address import SessionsAddress, parsed
from bot.settings.bots import FurtherBotSettings, TelegramSettings
from bot.settings.desks import DeskSettings, ExportSettings, FurtherDeskSettings
from bot.settings.fields import AbsolutePath, Section, ShortName
from bot.settings.places import BackupSettings, PageSettings, QuotaSettings, SessionsSettings, StoreSettings
from bot.settings.secrets import read_secret
from bot.store.address import Address, of_file


class Settings(Section):
    """The whole file. `state` is on disk and holds ciphertext; `runtime` is in memory (tmpfs).

    `scrub_socket` is where systemd starts the process that holds the decoders (docs/adr/0020), and
    `convert_socket` where it starts LibreOffice; without them the bot starts both itself.
    """

    state: AbsolutePath
    runtime: AbsolutePath
    desk: DeskSettings
    desks: dict[ShortName, FurtherDeskSettings] = Field(default_factory=dict)
    scrub_socket: AbsolutePath | None = None
    convert_socket: AbsolutePath | None = None
    telegram: TelegramSettings | None = None
    bots: dict[ShortName, FurtherBotSettings] = Field(default_factory=dict)
    backup: BackupSettings | None = None
    export: ExportSettings | None = None
    quota: QuotaSettings = Field(default_factory=QuotaSettings)
    store: StoreSettings | None = None
    sessions: SessionsSettings | None = None
    page: PageSettings | None = None

    @model_validator(mode="after")
    def _backups_end_first(self) -> "Settings":
        for desk in (self.desk, *self.desks.values()):
            if self.backup is not None and self.backup.keep_days > desk.retention_days:
                raise ValueError(
                    "backup.keep_days should be at most desk.retention_days: a backup keeps drops, too"
                )
        return self

    @model_validator(mode="after")
    def _apart(self) -> "Settings":
        desks = (self.desk, *self.desks.values())
        if self.desk.id in self.desks or len({desk.name.casefold() for desk in desks}) < len(desks):
            raise ValueError("desks should each have another short name and another name")
        places = [desk.export for desk in self.desks.values()] + [self.export]
        used = [place for place in places if place is not None]
        if any(place in used[:number] for number, place in enumerate(used)):
            raise ValueError("desks should each have another place to export to")
        return self

    @model_validator(mode="after")
    def _bots_apart(self) -> "Settings":
        if not self.bots:
            return self
        if self.telegram is None:
            raise ValueError("[bots] should come with [telegram], the first bot")
        served = [desk for bot in self.bots.values() for desk in bot.desks]
        known = {self.desk.id, *self.desks}
        if not set(served) <= known or len(set(served)) < len(served) or set(served) == known:
            raise ValueError(
                "bots should each name desks that no other bot serves, and leave one to that of [telegram]"
            )
        every = (self.telegram, *self.bots.values())
        if len({bot.token_file for bot in every}) < len(every):
            raise ValueError("bots should each have another token_file")
        hooks = [bot.webhook for bot in every if bot.webhook is not None]
        if len({urlsplit(hook.url).path or "/" for hook in hooks}) < len(hooks):
            raise ValueError("bots should each have another path in their webhook's url")
        return self

    @model_validator(mode="after")
    def _several(self) -> "Settings":
        bots = (self.telegram, *self.bots.values())
        hook = all(bot is not None and bot.webhook is not None for bot in bots)
        if self.sessions is not None and (self.store is None or not hook):
            raise ValueError(
                "[sessions] should come with [store] and with a webhook: several bots share all three"
            )
        return self

    @property
    def sessions_address(self) -> SessionsAddress | None:
        """Where several bots share the chats; None for one bot alone. Raises SettingsError for a password
        file that can't be read.
        """
        if self.sessions is None:
            return None
        file = self.sessions.password_file
        password = None if file is None else read_secret(file, "sessions.password_file")
        return parsed(self.sessions.url, password, self.sessions.certificate_file)

    @property
    def database_url(self) -> Address:
        """Where drops are kept. Raises SettingsError for a password file that can't be read."""
        if self.store is None:
            return of_file(self.state / "silbo.db")
        if self.store.password_file is None:
            return Address(self.store.url)
        return Address(self.store.url, read_secret(self.store.password_file, "store.password_file"))

    @property
    def reviewers(self) -> Path:
        """Of the first desk, as `signing_key`; `bot.desks` knows those of the others."""
        return self.state / "reviewers"

    @property
    def announcements(self) -> Path:
        return self.state / "announcements"

    @property
    def signing_key(self) -> Path:
        return self.state / "signing.key"
