"""The sections beside desks and bots: backups, the page, how much may come, where it is kept."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from bot.sessions.address import problem as sessions_problem
from bot.settings.fields import AbsolutePath, PageUrl, Recipient, Section
from bot.store.address import problem


class BackupSettings(Section):
    """Where `silbo backup` writes to, for whom, and how many days a backup is kept there."""

    directory: AbsolutePath
    recipient: Recipient
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 14


class PageSettings(Section):
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
    url: PageUrl | None = None

    @model_validator(mode="after")
    def _one_fits(self) -> Self:
        if self.unfinished_mb < self.drop_mb:
            raise ValueError("should have an unfinished_mb of at least drop_mb")
        return self


class QuotaSettings(Section):
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


class StoreSettings(Section):
    """A PostgreSQL in the place of the file in the state folder. Its password, if it wants one, is alone in a
    file of mode 600.
    """

    url: Annotated[str, AfterValidator(_database)]
    password_file: AbsolutePath | None = None


def _sessions(url: str) -> str:
    if (wrong := sessions_problem(url)) is not None:
        raise ValueError(wrong)
    return url


class SessionsSettings(Section):
    """A Redis that keeps nothing on a disk, by which several bots share the chats. Its password, if it wants
    one, is alone in a file of mode 600; `certificate_file` names who signed its certificate.
    """

    url: Annotated[str, AfterValidator(_sessions)]
    password_file: AbsolutePath | None = None
    certificate_file: AbsolutePath | None = None
