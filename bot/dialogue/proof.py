"""The words that desks ask for before they take anything: compared in constant time, wrong ones limited.

How often a chat was wrong is held in memory only, by its tag, for an hour; nothing of a word or of a try is
written anywhere.
"""

import hashlib
import hmac
import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from bot.channels import events
from bot.conversation.inputs import Arrived, Brought, GaveWord, Input, NeedWord
from bot.conversation.state import State
from bot.poster_words import plain

TRIES_PER_HOUR = 10
"""Wrong words of one chat."""
TRIES_PER_MINUTE = 120
"""Wrong words of all chats together."""
HOUR, MINUTE = 3600, 60
SLACK = 5
"""Letters that somebody may add to the longest word, and still mean it."""
LONGEST_MESSAGE = 200


class Proofs:
    """`words` are those of each desk, by its short name ("" where there is one only); a desk without any is
    not in it. `clock` returns seconds that never go back.
    """

    def __init__(self, words: Mapping[str, Sequence[str]], clock: Callable[[], float]) -> None:
        self._digests = {short: [_digest(word) for word in some] for short, some in words.items() if some}
        self._longest = SLACK + max((len(plain(word)) for some in words.values() for word in some), default=0)
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}
        self._latest: deque[float] = deque(maxlen=TRIES_PER_MINUTE)

    def before(self, state: State, event: events.Event, input_: Input, chat: str) -> Input:
        """What an update asks for where a word is asked for; `chat` is the tag of its chat.

        Somebody who answers a reviewer's reply has shown more than a word.
        """
        if not isinstance(input_, Arrived) or state.draft or state.trial or state.in_reply_to is not None:
            return input_
        missing = self._missing(state.desks, state.proved)
        if not missing:
            return input_
        named = missing if state.desks else ()
        if not isinstance(event, events.Text):
            return NeedWord(named)
        return self._compared(event.body, missing, named, chat)

    def brought(
        self,
        state: State,
        event: events.Event,
        chat: str,
        offered: Sequence[str],
        *,
        closed: Callable[[], bool],
    ) -> Input | None:
        """What the word behind a link to the chat means: that of a poster is as good as typed. `offered` are
        the desks that can be chosen: where none is yet, the word of any is right. None for no word.
        """
        if not isinstance(event, events.Command) or not event.brought:
            return None
        missing = self._missing(state.desks or offered, state.proved)
        if not missing or state.draft or state.trial or state.in_reply_to is not None or closed():
            return Brought()
        return self._compared(event.brought, missing, missing if state.desks else (), chat)

    def _compared(
        self, untrusted_word: str, missing: tuple[str, ...], named: tuple[str, ...], chat: str
    ) -> Input:
        """With the words of the desks whose word is `missing`; those that were chosen are `named`."""
        if self._no_word(untrusted_word):
            return NeedWord(named)
        if (minutes := self._minutes(chat)) > 0:
            return NeedWord(named, wait=minutes)
        right = self._right(untrusted_word, missing)
        if not right:
            self._count(chat)
            return NeedWord(named, tried=True)
        left = tuple(short for short in missing if short not in right)
        return GaveWord(right, left if named else ())

    def _no_word(self, untrusted_text: str) -> bool:
        """Whether it is a sentence: whoever writes what happened before the word uses up no try."""
        return len(untrusted_text) > LONGEST_MESSAGE or len(plain(untrusted_text)) > self._longest

    def _missing(self, desks: Sequence[str], proved: Sequence[str]) -> tuple[str, ...]:
        return tuple(short for short in desks or ("",) if short in self._digests and short not in proved)

    def _right(self, untrusted_text: str, desks: Sequence[str]) -> tuple[str, ...]:
        """Every word of every desk is compared, whichever is right."""
        typed = _digest(untrusted_text)
        found = [
            (short, hmac.compare_digest(typed, digest)) for short in desks for digest in self._digests[short]
        ]
        return tuple(dict.fromkeys(short for short, same in found if same))

    def _count(self, chat: str) -> None:
        now = self._clock()
        self._wrong = {tag: times for tag, times in self._wrong.items() if now - times[-1] < HOUR}
        self._wrong.setdefault(chat, deque(maxlen=TRIES_PER_HOUR)).append(now)
        self._latest.append(now)

    def _minutes(self, chat: str) -> int:
        """How long it takes until this chat may try again; 0: it may."""
        now, mine = self._clock(), self._wrong.get(chat)
        until = now
        if mine is not None and len(mine) == TRIES_PER_HOUR:
            until = mine[0] + HOUR
        if len(self._latest) == TRIES_PER_MINUTE:
            until = max(until, self._latest[0] + MINUTE)
        return max(0, math.ceil((until - now) / 60))


def _digest(word: str) -> bytes:
    return hashlib.sha256(plain(word).encode()).digest()
