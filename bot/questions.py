"""What a desk may ask of whoever sends something: its own questions, and some that are ready-made.

Every one can be left without an answer. The ready-made ones have their words in the catalogues, in every
language; a desk writes its own in its settings, in a language each.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

READY = {"country": 0, "workplace": 0, "happened": 0, "danger": 3, "more": 2}
"""The ready-made questions, and how many answers each has to choose among: `question_...` and `choice_..._1`
in the catalogues.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """`id` (`[a-z_]`, at most 32) names it for reviewers. `ask` and each of the `choices` have a text a
    language, one line; a ready-made question has neither.
    """

    id: str
    ask: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Mapping[str, str], ...] = ()

    @property
    def ready(self) -> bool:
        return not self.ask

    @property
    def key(self) -> str:
        """What buttons call it (8 hex digits): another one as soon as a word of it is another."""
        words = [self.id, dict(self.ask), [dict(choice) for choice in self.choices]]
        return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:8]
