"""The gettext catalogues in `bot/translations`, compiled in memory at start: no binary file to go stale.

A message that is missing or damaged (a brace too few, a place that English has not) is English in every
language, so that a slip in a translation never keeps anybody from an answer. Tests hold every catalogue to
all of it; whoever changes one on a server reads in the log which message was left out.
"""

import io
import logging
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from gettext import GNUTranslations
from importlib.resources import files

from babel.core import get_global, negotiate_locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from codes.languages import LANGUAGES

DRAFT = re.compile(r'^"X-Read-By-Native: no\\n"$', re.MULTILINE)
"""The header of a translation that no native speaker has read. Babel drops such a header."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Translation:
    """The messages of one language, and whether no native speaker has read them yet."""

    messages: GNUTranslations
    draft: bool


def source(language: str) -> bytes:
    """The catalogue of a language as it is written."""
    return (files("bot") / "translations" / language / "LC_MESSAGES" / "silbo.po").read_bytes()


def parsed(language: str, text: bytes) -> Catalog:
    """A catalogue taken apart. Raises ValueError for what is none."""
    try:
        return read_po(io.BytesIO(text), locale=language, abort_invalid=True)
    except (ValueError, LookupError, PoFileError):  # with the text in it
        raise ValueError("not a catalogue") from None


def load(source: Callable[[str], bytes] = source) -> dict[str, Translation]:
    """Every language's messages, by its code."""
    texts = {language: source(language) for language in LANGUAGES}
    english = parsed(LANGUAGES[0], texts[LANGUAGES[0]])
    fallback = _compiled(english)
    return {language: _sound(language, text, english, fallback) for language, text in texts.items()}


def key(message: Message) -> str:
    """What code calls a message."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


def forms(message: Message) -> list[str]:
    """The texts of a message: one, or one a plural form."""
    texts = message.string or ""
    return [texts] if isinstance(texts, str) else list(texts)


def places(text: str) -> frozenset[str] | None:
    """The names in braces; None if they can't be filled in: half a pair of braces, or no plain name."""
    try:
        found = list(string.Formatter().parse(text))
    except ValueError:
        return None
    names = [(name, form, convert) for _, name, form, convert in found if name is not None]
    plain = all(name.isidentifier() and not form and not convert for name, form, convert in names)
    return frozenset(name for name, _, _ in names) if plain else None


def fault(message: Message, english: Message | None, plurals: int) -> str | None:
    """What is wrong with a message in a language of so many plural forms; None if nothing is."""
    if english is None:
        return "English has no such message"
    texts = forms(message)
    if isinstance(message.id, str) != isinstance(english.id, str) or (
        not isinstance(message.id, str) and len(texts) != plurals
    ):
        return "another number of plural forms"
    if not all(text.strip() for text in texts):
        return "a text is missing"
    if {places(text) for text in texts} != {places(forms(english)[0])}:
        return "the places in braces are not those of the English"
    return None


def negotiate(hint: str | None) -> str:
    """Return the language to greet with, given the messenger's hint (a BCP 47 tag, outside input) or None."""
    if hint is None:
        return LANGUAGES[0]
    language, _, rest = hint[:35].replace("-", "_").partition("_")
    language = language.lower()
    known = get_global("language_aliases").get(language, language)  # Tagalog's `tl` is `fil` here
    return negotiate_locale([f"{known}_{rest}" if rest else known], LANGUAGES) or LANGUAGES[0]


def _sound(language: str, text: bytes, english: Catalog, fallback: GNUTranslations) -> Translation:
    """The messages of a catalogue without those that are damaged; English stands in for them."""
    try:
        catalogue = parsed(language, text)
    except ValueError:
        _log.warning("the translation `%s` can't be read", language)
        catalogue = Catalog(locale=language)
    texts = {key(message): message for message in english if message.id}
    for message in [message for message in catalogue if message.id]:
        wrong = fault(message, texts.get(key(message)), catalogue.num_plurals)
        if wrong is not None:
            _log.warning("the translation `%s` has no sound `%s` (%s)", language, key(message), wrong)
            catalogue.delete(message.id)
    messages = _compiled(catalogue)
    messages.add_fallback(fallback)
    return Translation(messages, DRAFT.search(text.decode("utf-8", "replace")) is not None)


def _compiled(catalogue: Catalog) -> GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
