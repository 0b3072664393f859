"""A desk's questions in a chat: which are asked, in what words, and what words and buttons mean meanwhile.

Two desks that ask the same in the same words are answered once, to both; nobody else's answer goes to a desk
(docs/adr/0188).
"""

from collections.abc import Callable, Mapping, Sequence
from gettext import NullTranslations

from bot.channels import events
from bot.conversation import questions
from bot.conversation.inputs import (
    Arrived,
    Asking,
    Input,
    PassQuestions,
    ReturnTo,
    Review,
    Send,
    Speak,
    Words,
)
from bot.conversation.state import Phase, State
from bot.questions import READY, Question
from codes.languages import LANGUAGES

SAID = {"undo": "back", "pass": "pass", "back": "back"}
"""What may be said in plain words while a question is asked: the catalogues list them (`said_...`)."""


class Questions:
    """Those of all `desks`, by their short names ("" where there is one only). `plain` is how words are
    compared.
    """

    def __init__(
        self,
        desks: Mapping[str, Sequence[Question]],
        catalogues: Mapping[str, NullTranslations],
        plain: Callable[[str], str],
    ) -> None:
        self._keys = {short: tuple(each.key for each in some) for short, some in desks.items()}
        self._by_key = {each.key: each for some in desks.values() for each in some}
        self._catalogues = catalogues
        self._plain = plain
        self._said = {
            plain(words): means
            for each in catalogues.values()
            for which, means in SAID.items()
            for words in each.gettext(f"said_{which}").split(",")
        }

    def of(self, desks: Sequence[str]) -> Asking:
        """What is asked of whoever sends to these desks; of all, where there is one only."""
        some = [self._keys.get(short, ()) for short in desks or ("",)]
        keys = tuple(dict.fromkeys(key for mine in some for key in mine))
        return Asking(keys, {key: self._choices(self._by_key[key]) for key in keys})

    def asked_by(self, key: str, desks: Sequence[str]) -> tuple[str, ...]:
        """Those of these desks that ask this."""
        return tuple(short for short in desks if key in self._keys.get(short, ()))

    def id_of(self, key: str) -> str | None:
        """What reviewers read of a question; None if nobody asks this any more."""
        return self._by_key[key].id if key in self._by_key else None

    def text(self, key: str, language: str) -> str:
        """The question; empty if nobody asks it any more."""
        question = self._by_key.get(key)
        if question is None:
            return ""
        if question.ready:
            return self._catalogues[language].gettext(f"question_{question.id}")
        return _in(question.ask, language)

    def choice(self, key: str, number: int, language: str) -> str:
        """An answer to choose, counted from 1; empty if there is none."""
        question = self._by_key.get(key)
        if question is None or not 1 <= number <= self._choices(question):
            return ""
        if question.ready:
            return self._catalogues[language].gettext(f"choice_{question.id}_{number}")
        return _in(question.choices[number - 1], language)

    def before(self, state: State, event: events.Event, input_: Input, asking: Asking) -> list[Input]:
        """What an update asks for where there are questions: `input_` is what it would ask for else.

        Whoever has no draft is asked nothing, and neither is who writes under a codename: they were before.
        """
        if not (state.draft and asking.offered) or state.thread:
            return [input_]
        if isinstance(event, events.Press):
            found = questions.pressed(event.action, asking)
            if found is not None:
                return found
        waits = state.phase is Phase.QUESTION and state.asked in asking.offered
        if waits and isinstance(event, events.Text) and isinstance(input_, Arrived):
            return self._answered(state, event.body, asking)
        if waits and isinstance(input_, Speak):
            return [input_, asking]
        sends = isinstance(input_, Review) or (isinstance(input_, Send) and state.phase is not Phase.REVIEW)
        return [asking] if sends else [input_]

    def _answered(self, state: State, untrusted_text: str, asking: Asking) -> list[Input]:
        said = self._said.get(self._plain(untrusted_text[:40])) if len(untrusted_text) <= 40 else None
        if said is None:
            return [Words()]
        at = asking.offered.index(state.asked)
        if said == "pass":
            return [PassQuestions((state.asked,)), asking]
        return [ReturnTo(asking.offered[max(0, at - 1) : at + 1]), asking]

    def _choices(self, question: Question) -> int:
        return READY.get(question.id, 0) if question.ready else len(question.choices)


def _in(texts: Mapping[str, str], language: str) -> str:
    """In the language; else in English, else in whatever there is."""
    return texts.get(language) or texts.get(LANGUAGES[0]) or next(iter(texts.values()), "")
