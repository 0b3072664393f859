"""A thing of a draft in words: what it is, how much of it, what became of it. Its content is not known."""

from gettext import NullTranslations

from babel.units import format_unit

from bot.conversation.things import AS_IS, DISGUISED, PART, TEXT, VOICE, Thing

KINDS = {
    "text": "text",
    "photo": "photo",
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
}
"""The channel's word for a kind, and the end of the message that names it; any other is a file."""
TOLD = (AS_IS, DISGUISED, VOICE, PART)
"""What becomes of a thing that has to be said in the list."""


class Listing:
    """In the words of one catalogue."""

    def __init__(self, catalogue: NullTranslations, language: str) -> None:
        self._catalogue = catalogue
        self._language = language

    def line(self, thing: Thing) -> str:
        """With its number, and what was removed from it."""
        line = f"{thing.number}. {self._what(thing)}"
        if not thing.removed:
            return line
        kinds = ", ".join(self._catalogue.gettext(f"removed_{code}") for code in thing.removed)
        return f"{line}. {self._catalogue.gettext('removed').format(kinds=kinds)}"

    def named(self, thing: Thing) -> str:
        return f"{thing.number} ({self._what(thing)})"

    def _what(self, thing: Thing) -> str:
        told = [self._catalogue.gettext(f"thing_{KINDS.get(thing.came.kind, 'file')}"), self._amount(thing)]
        if thing.manner in TOLD:
            told.append(self._catalogue.gettext(f"manner_{thing.manner}"))
        return ", ".join(part for part in told if part)

    def _amount(self, thing: Thing) -> str:
        amount = thing.came.amount
        if not amount:
            return ""
        if thing.manner == TEXT:
            return self._catalogue.ngettext("count_words", "count_words", amount).format(n=amount)
        if amount < 1024:
            return format_unit(amount, "digital-kilobyte", length="short", locale=self._language)
        return format_unit(round(amount / 1024, 1), "digital-megabyte", length="short", locale=self._language)
