"""`silbo.toml`: the operator's settings, checked before anything starts.

An error names the key, the file and what is expected, never the value: a token pasted into the wrong line
must not reach a journal or the scrollback of a terminal.
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator

from bot.poster_words import LEAST, plain
from bot.questions import READY
from bot.sessions.address import SessionsAddress, parsed
from bot.sessions.address import problem as sessions_problem
from bot.settings.problems import problems
from bot.store.address import Address, of_file, problem
from codes.languages import LANGUAGES
from crypto.age import parse_recipient
from crypto.errors import CryptoError

SECRET_BYTES = 4096
PATHS = ("state", "runtime", "directory", "scrub_socket", "convert_socket", "socket", "built")
CREDENTIALS = "$CREDENTIALS_DIRECTORY/"
"""What a `..._file` begins with to be one of the service's credentials, wherever systemd puts them."""


class SettingsError(Exception):
    """A setting is missing or wrong; the text says which and what is expected.

    Of several problems the text is the first; `problems` has all of them.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = problems


def _absolute(path: Path) -> Path:
    # A question mark begins the options in the address of a database, which would then be another file.
    if not path.is_absolute() or set(str(path)) & {"?", "\0"}:
        raise ValueError("should be an absolute path, or relative to the folder of silbo.toml, without ?")
    return path


def _url(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(/[^\s@]*)?", url):
        raise ValueError("should be an address that starts with https:// (http:// for tests on this machine)")
    return url


def _hook_url(url: str) -> str:
    if set(url) & set("{}?#"):
        raise ValueError("should be an address with a plain path, without { } ? #")
    return _url(url)


def _page_url(url: str) -> str:
    """Everybody's the same: with a question or a mark behind it, an address could tell who opens it."""
    if not re.fullmatch(r"https://[a-z0-9.-]{1,150}(:[0-9]{1,5})?/([A-Za-z0-9_-]{1,64}/){0,3}", url):
        raise ValueError("should be an address that starts with https:// and ends with /, without ? or #")
    if re.match(r"https://[^/:]*\.onion[:/]", url):
        raise ValueError("should be no onion address: Telegram can't open one")
    return url


def _recipient(text: str) -> str:
    try:
        parse_recipient(text)
    except CryptoError:
        raise ValueError("should be an age recipient: age1... or age1pq1...") from None
    return text


ShortName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]
"""As crypto/manifest.py has it."""


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"should be one of {', '.join(LANGUAGES)}")
    return code


Language = Annotated[str, AfterValidator(_language)]
AbsolutePath = Annotated[Path, Strict(False), AfterValidator(_absolute)]
Url = Annotated[str, AfterValidator(_url)]


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)


OneLine = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]+$")]


def _poster_word(word: str) -> str:
    if len(plain(word)) < LEAST:
        raise ValueError(f"should have {LEAST} letters or more")
    return word


PosterWord = Annotated[
    str, Field(pattern=r"^[\p{L}\p{M}\p{N} '\u2019-]{3,60}$"), AfterValidator(_poster_word)
]


class QuestionSettings(_Section):
    """A question of a desk: `ask` in a language each, and `choices` where there are answers to tap. Of one
    that is ready-made (`bot.questions`) there is the id alone.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    ask: dict[Language, OneLine] = {}
    choices: Annotated[
        list[dict[Language, Annotated[OneLine, Field(max_length=30)]]], Field(max_length=6)
    ] = []

    @model_validator(mode="before")
    @classmethod
    def _ready(cls, value: object) -> object:
        return {"id": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.ask and (self.id not in READY or self.choices):
            raise ValueError(f"should be one of {', '.join(READY)}, or have an id and a text to ask")
        if len(self.choices) == 1 or any(choice.keys() != self.ask.keys() for choice in self.choices):
            raise ValueError("should have 2 to 6 choices, each in the languages of its question")
        return self


class _Desk(_Section):
    """What every desk has: a name that sources read, and how long exported drops are kept.

    `notice` has lines of its own for sources, in a language each; `panic` is the one word at which a chat is
    emptied in silence; `questions` are asked before something is sent; `languages` are those that its
    reviewers read (none named: all); `poster_words` are what somebody has to know before anything is taken,
    `quota_mb` is how much of it may lie here, `page` where sources get the page of `silbo page`. `custodian`
    is the key of whoever may open sealed originals, `custodian_name` what sources read of them. Without them
    no source is offered to enclose an original.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 90
    custodian: Annotated[str, AfterValidator(_recipient)] | None = None
    custodian_name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    notice: dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]] = {}
    panic: Annotated[str, Field(pattern=r"^[\p{L}\p{M}]{3,30}$")] | None = None
    questions: Annotated[list[QuestionSettings], Field(max_length=10)] = []
    languages: list[Language] = []
    poster_words: Annotated[list[PosterWord], Field(max_length=10)] = []
    quota_mb: Annotated[int, Field(ge=20)] | None = None
    page: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({each.id for each in self.questions}) < len(self.questions):
            raise ValueError("questions should each have another id")
        own = [each for each in self.questions if each.ask]
        if any(language not in each.ask for each in own for language in self.languages):
            raise ValueError("questions should each have all the languages of the desk")
        return self

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.custodian is None) != (self.custodian_name is None):
            raise ValueError("should have custodian and custodian_name together, or neither")
        return self


class DeskSettings(_Desk):
    """The first desk. `id` is its short name, in manifests and for commands."""

    id: ShortName = "main"


class WebhookSettings(_Section):
    """Where Telegram reaches us: a public address, and the local port behind it."""

    url: Annotated[str, AfterValidator(_hook_url)]
    secret_file: AbsolutePath
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8443


class BotSettings(_Section):
    """What every bot has. The token is in a file, never in the settings."""

    token_file: AbsolutePath
    mode: Literal["polling", "webhook"] = "polling"
    webhook: WebhookSettings | None = None
    names: dict[Language, Annotated[str, Field(min_length=1, max_length=64)]] = {}
    """The bot's name for those who speak a language; a locked screen shows it."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.mode == "webhook") != (self.webhook is not None):
            raise ValueError('should have a section [telegram.webhook] exactly when mode = "webhook"')
        return self


class TelegramSettings(BotSettings):
    """The first bot, for the desks that no other serves, and the way to Telegram of all."""

    base_url: Url = "https://api.telegram.org"
    proxy: Annotated[str, Field(pattern=r"^(https?://[^\s@]+|socks5h?://[^\s@/]+:[0-9]{1,5})$")] | None = None


class FurtherBotSettings(BotSettings):
    """Another bot, in a section `[bots.NAME]`, with the short names of the desks that it alone serves."""

    desks: Annotated[list[ShortName], Field(min_length=1)]


class ExportSettings(_Section):
    """Where `silbo export` goes when it is given no folder: one of a folder, a disk, a chat.

    `label` is that of a removable disk's file system. `chat` is the number of the reviewers' own group or
    channel, which is negative: never a person's.
    """

    directory: AbsolutePath | None = None
    label: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.+-]{0,31}$")] | None = None
    chat: Annotated[int, Field(lt=0)] | None = None

    @model_validator(mode="after")
    def _one(self) -> "ExportSettings":
        if [self.directory, self.label, self.chat].count(None) != 2:
            raise ValueError("should have exactly one of directory, label and chat")
        return self


class FurtherDeskSettings(_Desk):
    """Another desk, in a section `[desks.NAME]`, with its own place to export to."""

    export: ExportSettings | None = None


class BackupSettings(_Section):
    """Where `silbo backup` writes to, for whom, and how many days a backup is kept there."""

    directory: AbsolutePath
    recipient: Annotated[str, AfterValidator(_recipient)]
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 14


class PageSettings(_Section):
    """The page and its door, behind a proxy with a certificate, or an onion service: where we listen on this
    machine (a `socket` instead of host and port), below which `path`, and how much may come in.

    `drop_mb` is what the sealed files of one drop may have, `unfinished_mb` what all uploads that are not
    complete yet may ask for, `work_bits` how much a browser has to count before it may send (0: nothing).
    `telegram_web` lets Telegram's web client show the page in a frame. `onion` is for deploy.sh, which then
    keeps an onion service. `form` says where browsers without scripts get a plain form. `built` is the page
    of `./deploy.sh page`, where it is not with the program. `url` is the page's public address, without
    anything behind it: where it is said, the bot offers to open it inside Telegram.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8444
    socket: AbsolutePath | None = None
    path: Annotated[str, Field(pattern=r"^/([A-Za-z0-9_-]{1,64}/){0,3}$")] = "/"
    drop_mb: Annotated[int, Field(ge=20, le=10_000)] = 600
    unfinished_mb: Annotated[int, Field(ge=20)] = 5000
    work_bits: Annotated[int, Field(ge=0, le=24)] = 0
    telegram_web: bool = False
    onion: bool = False
    form: Literal["onion", "everywhere", "off"] = "onion"
    built: AbsolutePath | None = None
    url: Annotated[str, AfterValidator(_page_url)] | None = None

    @model_validator(mode="after")
    def _one_fits(self) -> Self:
        if self.unfinished_mb < self.drop_mb:
            raise ValueError("should have an unfinished_mb of at least drop_mb")
        return self


class QuotaSettings(_Section):
    """In megabytes: how much of sources may lie here in all (not said: what the disk holds), how much one
    chat may send in 24 hours, and how much of the room is kept for drafts that are open already.
    """

    total_mb: Annotated[int, Field(ge=100)] | None = None
    chat_mb: Annotated[int, Field(ge=50)] = 2000
    reserve_mb: Annotated[int, Field(ge=0)] = 500

    @model_validator(mode="after")
    def _some_left(self) -> Self:
        if self.total_mb is not None and self.reserve_mb >= self.total_mb:
            raise ValueError("should have a reserve_mb smaller than total_mb")
        return self


def _database(url: str) -> str:
    if (wrong := problem(url)) is not None:
        raise ValueError(wrong)
    return url


class StoreSettings(_Section):
    """A PostgreSQL in the place of the file in the state folder. Its password, if it wants one, is alone in a
    file of mode 600.
    """

    url: Annotated[str, AfterValidator(_database)]
    password_file: AbsolutePath | None = None


def _sessions(url: str) -> str:
    if (wrong := sessions_problem(url)) is not None:
        raise ValueError(wrong)
    return url


class SessionsSettings(_Section):
    """A Redis that keeps nothing on a disk, by which several bots share the chats. Its password, if it wants
    one, is alone in a file of mode 600; `certificate_file` names who signed its certificate.
    """

    url: Annotated[str, AfterValidator(_sessions)]
    password_file: AbsolutePath | None = None
    certificate_file: AbsolutePath | None = None


class Settings(_Section):
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


def read_secret(path: Path, name: str) -> str:
    """Return the one line of a secret file, which only its owner may read. Raises SettingsError.

    A file under systemd's `$CREDENTIALS_DIRECTORY` counts as private: systemd sets its permissions.
    """
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    try:
        private = path.stat().st_mode & 0o077 == 0
        with path.open("rb") as file:
            content = file.read(SECRET_BYTES + 1)
    except OSError:
        raise SettingsError(f"{name}: the file can't be read") from None
    if not private and not (credentials and path.is_relative_to(credentials)):
        raise SettingsError(f"{name}: others may read the file; run: chmod 600 on it")
    try:
        secret = content.decode("ascii").strip()
    except UnicodeDecodeError:
        secret = ""
    if not secret or len(content) > SECRET_BYTES or len(secret.split()) != 1:
        raise SettingsError(f"{name}: the file should hold one line of text")
    return secret
