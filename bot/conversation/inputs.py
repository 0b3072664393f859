"""What can happen in a chat: what a channel reports, or how an effect ended (`bot.conversation.outcomes`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Start:
    """The source opened the chat or asked for help."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Words or a file came in. `draft` is the tag to use if this opens a draft."""

    draft: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The message of this number was changed, and is now `words`, a `file`, both, or neither."""

    message: int
    words: bool
    file: bool


@dataclass(frozen=True, slots=True)
class Review:
    """The source wants to see what would be sent."""


@dataclass(frozen=True, slots=True)
class ListFrom:
    """The source wants to see the things from this number on. Outside input."""

    number: int


@dataclass(frozen=True, slots=True)
class TakeOut:
    """The source wants a thing out of the draft: the one with this item, by a button below it, or of a list.
    Outside input.
    """

    item: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class TakeOutNumber:
    """The same by its number in the list. Outside input."""

    number: int


@dataclass(frozen=True, slots=True)
class TakeOutMessage:
    """The same for all that came in a message, by an answer to it. Outside input."""

    message: int


@dataclass(frozen=True, slots=True)
class Undo:
    """The source wants what came last out of the draft."""


@dataclass(frozen=True, slots=True)
class More:
    """The source wants to add something."""


@dataclass(frozen=True, slots=True)
class Send:
    """The source wants to send."""


@dataclass(frozen=True, slots=True)
class Discard:
    """The source wants everything gone."""


@dataclass(frozen=True, slots=True)
class Clean:
    """The source wants this chat empty, and to be told what stays."""


@dataclass(frozen=True, slots=True)
class Panic:
    """The source wants this chat empty at once, without a word."""


@dataclass(frozen=True, slots=True)
class Speak:
    """The source chose a language (a code that exists)."""

    language: str


@dataclass(frozen=True, slots=True)
class SendAsIs:
    """The source accepts that a waiting item goes uncleaned. `item` is outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class KeepDisguised:
    """The source was played a disguised voice, and keeps it. `item` is outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class ChooseReading:
    """The source says that this copy of a text has the right letters. `item` is outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class Disguise:
    """The source wants the voice of an item disguised (outside input); `file` tells that it is at hand."""

    item: str
    file: bool = False


@dataclass(frozen=True, slots=True)
class Rework:
    """The source wants something else in the place of an item's file (outside input): `how` is a part of the
    action, one of "retype", "cover", "words", "cover_words" and "plain"; `file` tells that it is at hand.
    """

    item: str
    how: str
    file: bool = False


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """The source does not want an item to go that waits, or whose voice is as it was. Outside input."""

    item: str


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """The source wants to see what can be turned on: `offered`, codes of `bot.conversation.options`."""

    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskOption:
    """The source wants to turn on `code` (one that is offered), and was not warned yet."""

    code: str


@dataclass(frozen=True, slots=True)
class Turn:
    """The source turns `code` (one that is offered) on or off."""

    code: str
    on: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """The source wants to see whether there is an answer."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The source wants to try it out."""


@dataclass(frozen=True, slots=True)
class DiscardNow:
    """The source was asked, and wants everything gone."""


@dataclass(frozen=True, slots=True)
class Help:
    """The source wants to know what can be done here."""


@dataclass(frozen=True, slots=True)
class Explain:
    """The source wants to read more: `about` is one of `bot.conversation.help.PAGES`, or wants the button
    that opens the page ("mini"). `mini` tells that there is one.
    """

    about: str
    mini: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """The source wants to see what the desk announces."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words came in where a codename was asked for, or `unasked` ones that are one and nothing else, or that
    of a trial.
    """

    unasked: bool = False
    practice: bool = False


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """The source wants to answer the reply with this number, of that desk where there are several. Outside
    input.
    """

    number: int
    desk: str = ""


@dataclass(frozen=True, slots=True)
class Destroy:
    """The source has read `reply` (a tag), and wants it gone. Outside input."""

    reply: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The source wants to take back what was sent under the open codename."""


@dataclass(frozen=True, slots=True)
class WithdrawNow:
    """The source was told what that means for drops that were not passed on, and wants it."""


@dataclass(frozen=True, slots=True)
class AskBack:
    """The same for drops that were passed on: the reviewers are asked to forget them."""


@dataclass(frozen=True, slots=True)
class EndThread:
    """The source wants all that the open codename leads to gone for good."""


@dataclass(frozen=True, slots=True)
class EndThreadNow:
    """The source was told what that means, and wants it."""


@dataclass(frozen=True, slots=True)
class CloseAnswers:
    """The source is done with the codename."""


@dataclass(frozen=True, slots=True)
class Noted:
    """The source has a codename on paper: the one shown under this `tag`, or all. Outside input."""

    tag: str = ""


@dataclass(frozen=True, slots=True)
class ShowDesks:
    """The source wants to see who can get it: `offered`, short names of desks that are open."""

    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedDesk:
    """Words or a file came in, and nobody was chosen who gets it."""

    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChooseDesk:
    """The source wants `desk` (outside input) to get what comes next, or not; `offered` are those to
    choose.
    """

    desk: str
    on: bool
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """The source wants to send: first the questions come, of those `offered` (by their keys, in order) that
    were not passed; `choices` says how many answers some have to choose among.
    """

    offered: tuple[str, ...]
    choices: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """Words came in while a question was asked: they answer it."""


@dataclass(frozen=True, slots=True)
class PickAnswer:
    """The source took one of a question's answers; `choice` counts from 1 and is outside input."""

    question: str
    choice: int


@dataclass(frozen=True, slots=True)
class PassQuestions:
    """The source leaves these questions as they are."""

    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReturnTo:
    """The source wants to be asked these again."""

    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakeBackAnswer:
    """The source wants the answer to this gone."""

    question: str


@dataclass(frozen=True, slots=True)
class NeedWord:
    """Words or a file came in before the word that these `desks` ask for; `tried` tells that it was meant to
    be one, `wait` how many minutes nothing is compared any more.
    """

    desks: tuple[str, ...] = ()
    tried: bool = False
    wait: int = 0


@dataclass(frozen=True, slots=True)
class GaveWord:
    """The word of these desks was given ("" is the only desk there is); that of the `missing` was not."""

    desks: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """The link to this chat had a word behind it that nobody asks for, or a person wrote it there."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that Silbo never takes; `kind` picks the sentence, `count` fills its place."""

    kind: str
    count: int = 0


Input = (
    Start
    | Arrived
    | Changed
    | Review
    | ListFrom
    | TakeOut
    | TakeOutNumber
    | TakeOutMessage
    | Undo
    | More
    | Send
    | Discard
    | Clean
    | Panic
    | Speak
    | SendAsIs
    | KeepDisguised
    | ChooseReading
    | Disguise
    | Rework
    | LeaveOut
    | ShowOptions
    | AskOption
    | Turn
    | Answers
    | DiscardNow
    | Help
    | Explain
    | News
    | Trial
    | Typed
    | AnswerTo
    | Destroy
    | Withdraw
    | WithdrawNow
    | AskBack
    | EndThread
    | EndThreadNow
    | CloseAnswers
    | Noted
    | ShowDesks
    | NeedDesk
    | ChooseDesk
    | Asking
    | Words
    | PickAnswer
    | PassQuestions
    | ReturnTo
    | TakeBackAnswer
    | NeedWord
    | GaveWord
    | Brought
    | Unusable
    | Outcome
)
