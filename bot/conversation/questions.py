"""The dialogue about a desk's questions: asked after the material and before sending, each to be left out.

A part of the table in `bot.conversation.table`; pure like it. An answer is sealed at once like any words, and
what is remembered of it is the id of its item. A question is known by its key (`bot.questions`): one that the
operator has changed is another question, and is asked again.
"""

import re
from dataclasses import replace

from bot.conversation.answering import DRAFT_BUTTONS, Step, draft_buttons, idle_if_empty
from bot.conversation.effects import Effect, Remove, Say, TakeAnswer
from bot.conversation.inputs import Asking, Input, PassQuestions, PickAnswer, ReturnTo, TakeBackAnswer, Words
from bot.conversation.outcomes import StoredAnswer
from bot.conversation.state import Phase, State

ANSWERED = "answered_before"
"""The note on a question that has an answer already."""
ANSWERS_PER_DRAFT = 100
"""Messages in all."""
_BUTTON = re.compile("(pick|pass|next|back|unanswer):([0-9a-f]{8})(?:/([1-9]))?")


def pending(state: State, offered: tuple[str, ...]) -> tuple[str, ...]:
    """The questions that were neither answered nor passed over."""
    return tuple(key for key in offered if key not in state.seen)


def pressed(untrusted_action: str, on: Asking) -> list[Input] | None:
    """What a button asks for, if it is about questions: those that `on` offers."""
    offered = on.offered
    if untrusted_action == "pass_all":
        return [PassQuestions(offered), on]
    if untrusted_action == "questions":
        return [ReturnTo(offered), on]
    if (match := _BUTTON.fullmatch(untrusted_action)) is None:
        return None
    name, key, number = match[1], match[2], match[3]
    if key not in offered:  # it was changed, or is asked no more
        return [on]
    if name == "pick":
        return [PickAnswer(key, int(number or 1))]
    if name == "unanswer":
        return [TakeBackAnswer(key), on]
    at = offered.index(key)
    return [
        PassQuestions((key,)) if name in ("pass", "next") else ReturnTo(offered[max(0, at - 1) : at + 1]),
        on,
    ]


def ask(state: State, asking: Asking) -> Step:
    """Ask the first that is pending; there is one, and a draft."""
    left = pending(state, asking.offered)
    key = left[0]
    given = any(answered == key for answered, _ in state.answers)
    picks = tuple((f"pick:{key}/{number}",) for number in range(1, asking.choices.get(key, 0) + 1))
    back = (f"back:{key}",) if key != asking.offered[0] else ()
    rows = (*picks, (f"pass:{key}", *back), *(((f"unanswer:{key}",),) if given else ()), ("pass_all",))
    state = replace(state, phase=Phase.QUESTION, asked=key, longer=False)
    return state, [Say("question", rows, notes=(ANSWERED,) if given else (), question=key, count=len(left))]


def words(state: State, _: Words) -> Step:
    """Words came while a question was asked."""
    if len(state.answers) >= ANSWERS_PER_DRAFT:  # one may go on in the next message, but not for ever
        return state, [Say("draft_full", DRAFT_BUTTONS)]
    return state, [TakeAnswer(state.asked)]


def pick(state: State, picked: PickAnswer) -> Step:
    if not state.draft:
        return state, [Say("nothing_waits")]
    return replace(state, longer=False), [TakeAnswer(picked.question, picked.choice)]


def stored(state: State, stored: StoredAnswer) -> Step:
    """It takes the place of an earlier one, unless it is the rest of one that came in several messages."""
    if any(item == stored.item for _, item in state.answers):
        return state, []
    goes_on = state.longer and state.asked == stored.question
    old = [] if goes_on else [item for key, item in state.answers if key == stored.question]
    answers = tuple((key, item) for key, item in state.answers if item not in old)
    state = replace(
        state,
        answers=(*answers, (stored.question, stored.item)),
        size=state.size + stored.size,
        longer=stored.longer,
    )
    gone: list[Effect] = [Remove(item) for item in old]
    points = tuple(note for note in stored.points if note not in state.told)
    if points:
        state = replace(state, told=state.told + points)
        gone.append(Say("answer_points", ((f"unanswer:{stored.question}",),), notes=points))
    if stored.longer:
        return state, [*gone, Say("answer_longer", ((f"next:{stored.question}",),))]
    return replace(state, seen=(*state.seen, stored.question)), gone


def pass_over(state: State, passed: PassQuestions) -> Step:
    seen = (*state.seen, *(key for key in passed.questions if key not in state.seen))
    return replace(state, seen=seen, longer=False), []


def return_to(state: State, returned: ReturnTo) -> Step:
    return replace(state, seen=tuple(key for key in state.seen if key not in returned.questions)), []


def take_back(state: State, taken: TakeBackAnswer) -> Step:
    """The answer goes, and the question stays without one."""
    gone: list[Effect] = [Remove(item) for key, item in state.answers if key == taken.question]
    answers = tuple((key, item) for key, item in state.answers if key != taken.question)
    seen = (*(key for key in state.seen if key != taken.question), taken.question)
    state = replace(state, answers=answers, seen=seen)
    if not gone:
        return state, []
    state = idle_if_empty(state)  # without it, nothing may be left to send
    return state, [*gone, Say("answer_gone", draft_buttons(state))]
