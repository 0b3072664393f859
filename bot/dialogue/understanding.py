"""What an event of a chat asks of the conversation: by a button, a command, plain words, or as testimony."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.channels import events
from bot.conversation.help import asked_in_words
from bot.conversation.inputs import (
    Arrived,
    AskBack,
    Changed,
    Disguise,
    Explain,
    Input,
    NeedDesk,
    Panic,
    Rework,
    TakeOutMessage,
    TakeOutNumber,
    Typed,
    Unusable,
)
from bot.conversation.options import OPTIONS, ORIGINAL
from bot.conversation.presses import commanded, pressed
from bot.conversation.state import Phase, State
from bot.dialogue.allowance import hours_to_wait
from bot.dialogue.desks import not_chosen
from bot.dialogue.session import Session
from bot.dialogue.wording import Wording
from bot.intake import Intake
from bot.intake.codenames import is_practice, names_answers, seems_codename
from bot.intake.receivers import Chosen

DROPS_PER_DAY = 20


class Understanding:
    """What events mean in the words of `wording`, at the desks of `intake`. A chat may send `chat_bytes` in a
    day; `clock` returns Unix seconds.
    """

    def __init__(self, intake: Intake, wording: Wording, clock: Callable[[], float], chat_bytes: int) -> None:
        self._clock = clock
        self._chat_bytes = chat_bytes
        self._intake = intake
        self._wording = wording

    async def typed(self, state: State, event: events.Event) -> Typed | None:
        """Words that are a codename, or were asked for as one; None for any others."""
        text = events.content_of(event)
        if not isinstance(text, events.Text):
            return None
        if is_practice(text.body):
            return Typed(unasked=state.phase is not Phase.CODENAME, practice=True)
        if event == text and (state.phase is Phase.CODENAME or names_answers(text.body)):
            return Typed()
        seems = await asyncio.to_thread(seems_codename, text.body, state.language)
        return Typed(unasked=True) if seems else None

    def in_panic(self, event: events.Event) -> bool:
        """Whether somebody wants to be told nothing, whatever happens."""
        text = events.content_of(event)
        if isinstance(text, events.Text):
            return self._wording.panics(text.body)
        return event == events.Command("x")

    def input(self, session: Session, update: events.Update, desks: Chosen) -> Input:
        """What is asked; `desks` are those that can be chosen."""
        if isinstance(update.event, events.Edited) and self.in_panic(update.event):
            return Panic()
        input_ = self._asked(session.state, update.event) or self._input(session, update, desks)
        return replace(input_, mini=bool(self._wording.mini)) if isinstance(input_, Explain) else input_

    def _asked(self, state: State, event: events.Event) -> Input | None:
        """What plain words ask for ("help", "delete", a number of the list): whoever writes them does not
        testify, unless they answer a reviewer.
        """
        if not isinstance(event, events.Text):
            return None
        mine = any(event.answering and thing.came.message == event.answering for thing in state.things)
        if mine and self._wording.takes_out(event.body):
            return TakeOutMessage(event.answering)
        number = self._wording.number(event.body, alone=False) if state.draft else None
        if number is None and state.phase is Phase.REVIEW:
            number = self._wording.number(event.body, alone=True)
            number = number if number is not None and number <= state.numbered else None  # else testimony
        if number is not None:
            return TakeOutNumber(number)
        which = None if state.in_reply_to is not None else self._wording.asked(event.body)
        back = which == "undo" and state.phase is Phase.QUESTION  # to the question before
        return None if which is None or back else asked_in_words(which)

    def _input(self, session: Session, update: events.Update, desks: Chosen) -> Input:
        match update.event:
            case events.Text() | events.Upload():
                full = session.state.draft is None and len(session.drops) >= DROPS_PER_DAY
                if full and not session.state.trial:
                    return Unusable("too_many")
                fresh = session.state.draft is None and not session.state.trial
                if fresh and not_chosen(session.state.desks, desks):
                    return NeedDesk(desks)
                size = 0 if isinstance(update.event, events.Text) else update.event.size or 0
                hours = hours_to_wait(session.taken, size, self._chat_bytes, self._clock())
                if hours and not session.state.trial:
                    return Unusable("chat_full", hours)
                return Arrived(session.next_draft)
            case events.Command(name):
                return commanded(name, self._offered(session))
            case events.Press(action):
                input_ = pressed(action, self._offered(session), desks)
                if isinstance(input_, Disguise | Rework):
                    return replace(input_, file=events.file_of(update.event) is not None)
                full = isinstance(input_, AskBack) and len(session.drops) >= DROPS_PER_DAY
                return Unusable("too_many") if full else input_
            case events.Unusable(kind):
                return Unusable(kind)
            case events.Edited(content):
                return _changed(content, update.message_id or 0)

    def _offered(self, session: Session) -> tuple[str, ...]:
        """The options that there are for whoever gets the draft."""
        return OPTIONS if self._intake.custodian(session.state.desks) is None else (*OPTIONS, ORIGINAL)


def _changed(content: events.Text | events.Upload | None, message: int) -> Changed:
    file = isinstance(content, events.Upload)
    caption = content.caption if isinstance(content, events.Upload) else None
    words = isinstance(content, events.Text) or bool(caption and caption.strip())
    return Changed(message, words, file)
