"""The sections of the desks: what sources read of one, what it asks, and where its drops go."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from bot.poster_words import LEAST, plain
from bot.questions import READY
from bot.settings.fields import AbsolutePath, Language, OneLine, Recipient, Section, ShortName


def _poster_word(word: str) -> str:
    if len(plain(word)) < LEAST:
        raise ValueError(f"should have {LEAST} letters or more")
    return word


PosterWord = Annotated[
    str, Field(pattern=r"^[\p{L}\p{M}\p{N} '\u2019-]{3,60}$"), AfterValidator(_poster_word)
]


class QuestionSettings(Section):
    """A question of a desk: `ask` in a language each, and `choices` where there are answers to tap. Of one
    that is ready-made (`bot.questions`) there is the id alone.
    """

    id: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]
    ask: dict[Language, OneLine] = Field(default_factory=dict)
    choices: Annotated[
        list[dict[Language, Annotated[OneLine, Field(max_length=30)]]], Field(max_length=6)
    ] = Field(default_factory=list)

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


class _Desk(Section):
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
    custodian: Recipient | None = None
    custodian_name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    notice: dict[Language, Annotated[str, Field(min_length=1, max_length=1000)]] = Field(default_factory=dict)
    panic: Annotated[str, Field(pattern=r"^[\p{L}\p{M}]{3,30}$")] | None = None
    questions: Annotated[list[QuestionSettings], Field(max_length=10)] = Field(default_factory=list)
    languages: list[Language] = Field(default_factory=list)
    poster_words: Annotated[list[PosterWord], Field(max_length=10)] = Field(default_factory=list)
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


class ExportSettings(Section):
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
