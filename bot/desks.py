"""The desks of a server: what each has of its own, and where that lies ("Desks" in the design).

The first desk is that of `[desk]`: its key and reviewers lie in the state folder, as in 0.1. Those of others,
of `[desks.NAME]`, lie in `desks/NAME` there. Each signs its chain of batches with its own key, so that what
one desk's reviewers get says nothing of another (docs/adr/0135).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.questions import Question
from bot.settings import (
    DeskSettings,
    ExportSettings,
    FurtherDeskSettings,
    Settings,
    SettingsError,
)
from bot.store.schema import FIRST_DESK
from crypto.age import Recipient, parse_recipient

FOLDER = "desks"
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk. `key` is what the tables call it, `short` its short name in manifests and for commands,
    `name` and `notice` (lines in a language each) what sources read, `panic` the word that empties a chat;
    `questions` are asked before something is sent, `languages` those that its reviewers read (empty: all),
    `poster_words` what somebody has to know before anything is taken, `quota` the bytes of it that may lie
    here, `page` where sources get the page of `silbo page`; `folder` holds its reviewers and its signing key.
    """

    key: str
    short: str
    name: str
    folder: Path
    retention_days: int
    custodian: Recipient | None = None
    custodian_name: str | None = None
    export: ExportSettings | None = None
    notice: Mapping[str, str] = field(default_factory=dict)
    panic: str | None = None
    questions: tuple[Question, ...] = ()
    languages: tuple[str, ...] = ()
    poster_words: tuple[str, ...] = ()
    quota: int | None = None
    page: str | None = None

    @property
    def reviewers(self) -> Path:
        return self.folder / "reviewers"

    @property
    def signing_key(self) -> Path:
        return self.folder / "signing.key"


def desks_of(settings: Settings) -> tuple[Desk, ...]:
    """All desks of the settings, the first one first."""
    first = settings.desk
    found: list[tuple[str, str, DeskSettings | FurtherDeskSettings, Path, ExportSettings | None]]
    found = [(FIRST_DESK, first.id, first, settings.state, settings.export)]
    for short, desk in settings.desks.items():
        found.append((short, short, desk, settings.state / FOLDER / short, desk.export))
    return tuple(
        Desk(
            key,
            short,
            desk.name,
            folder,
            desk.retention_days,
            None if desk.custodian is None else parse_recipient(desk.custodian),
            desk.custodian_name,
            export,
            desk.notice,
            desk.panic,
            tuple(Question(each.id, each.ask, tuple(each.choices)) for each in desk.questions),
            tuple(desk.languages),
            tuple(desk.poster_words),
            None if desk.quota_mb is None else desk.quota_mb * MEGABYTE,
            desk.page,
        )
        for key, short, desk, folder, export in found
    )


def chosen(desks: Sequence[Desk], short: str | None) -> Desk:
    """The desk that an operator named; None where there is one only. Raises SettingsError."""
    if short is None and len(desks) == 1:
        return desks[0]
    names = ", ".join(desk.short for desk in desks)
    if short is None:
        raise SettingsError(f"there are several desks; name one with --desk: {names}")
    found = [desk for desk in desks if desk.short == short]
    if not found:
        raise SettingsError(f"desks: silbo.toml has no desk of that name; it has: {names}")
    return found[0]


def retention(desks: Sequence[Desk]) -> Mapping[str, int]:
    """How many days each keeps what was exported, by its key."""
    return {desk.key: desk.retention_days for desk in desks}
