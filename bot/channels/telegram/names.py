"""Whether somebody's words hold the name that Telegram shows for them; the name stays in this call.

Telegram sends the name with each update. It is compared in memory, and what leaves is yes or no
(docs/adr/0186).
"""

import unicodedata

SHORTEST = 3
"""Letters of a part of a name; a shorter one is a letter or a title."""
PARTICLES = frozenset(
    {"and", "das", "del", "dela", "der", "des", "dos", "las", "les", "los", "the", "und", "van", "von"}
)
"""Parts of names that are words of everyday."""


def holds_name(untrusted_sender: object, text: str) -> bool:
    """Whether a part of the first, the last or the user name stands in the words as a word of its own."""
    if not isinstance(untrusted_sender, dict):
        return False
    fields = (untrusted_sender.get(key) for key in ("first_name", "last_name", "username"))
    names = {part for field in fields if isinstance(field, str) for part in _words(field)}
    names = {
        part for part in names if len(part) >= SHORTEST and part not in PARTICLES and not part.isdecimal()
    }
    return not names.isdisjoint(_words(text))


def _words(text: str) -> set[str]:
    """Words without capitals and accents; signs of Devanagari, which are no letters, belong to theirs."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        "" if unicodedata.combining(letter) else letter if unicodedata.category(letter)[0] in "LMN" else " "
        for letter in folded
    )
    return set(kept.split())
