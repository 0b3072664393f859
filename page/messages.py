"""What people read on the page, taken out of the bot's catalogues: one source for both."""

from bot.dialogue.catalogues import forms, key, parsed, source
from bot.questions import READY
from codes.languages import LANGUAGES
from codes.removed import REMOVED

PREFIX = "page_"
SHARED = (
    "removed",
    "removed_nothing",
    "note_unchanged",
    *(f"removed_{code}" for code in REMOVED),
    *(f"question_{question}" for question in READY),
    *(f"choice_{question}_{number + 1}" for question, choices in READY.items() for number in range(choices)),
)
"""Messages that the bot says as well."""
WITHOUT_SCRIPT, PLAIN_FORM = "page_no_script", "page_plain_form"
"""They stand in the page in every language: nothing runs that could choose one."""


def messages() -> dict[str, dict[str, str]]:
    """The page's messages, by language and key."""
    found = {}
    for language in LANGUAGES:
        texts = {key(each): forms(each)[0] for each in parsed(language, source(language)) if each.id}
        found[language] = {
            name: text for name, text in texts.items() if name.startswith(PREFIX) or name in SHARED
        }
    return found
