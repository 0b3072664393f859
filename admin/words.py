"""What `silbo-admin` says, in the reviewer's language (docs/adr/0201).

The English sentence stands in the code, `tr("Drop {id} is not here.", id=...)`, and is the key of its
translation in `admin/translations/LANGUAGE.po`; a message that has none is said in English. English needs no
file. Nothing that is written for a program depends on it: no record, receipt, statement or report in JSON.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping, Sequence

import admin
from codes.languages import LANGUAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass

ENGLISH = LANGUAGES[0]
_ALIASES = {"tl": "fil"}


_ID, _STR = 'msgid "', 'msgstr "'

_ENOUGH = 24
"""Characters that a message must have to be recognised when its places are filled in."""


class _Said:
    """What is spoken now: the one state of a process that everything it says depends on, as a locale is."""

    language = ENGLISH
    messages: Mapping[str, tuple[str, ...]] = {}
    plural: Callable[[int], int] | None = None


def mark(english: str, /) -> str:
    """The same: a message in a table, which is translated where it is said (`tr(TABLE[...])`)."""
    return english


class Said(str):
    """A sentence in another language, with the English of it, for what a program reads (`in_english`)."""

    __slots__ = ("english",)

    def __new__(cls, said: str, english: str) -> Said:
        self = super().__new__(cls, said)
        self.english = english
        return self

    english: str


def in_english(text: str) -> str:
    """What was said, as it is in English: for files, whose bytes do not depend on who wrote them."""
    return text.english if isinstance(text, Said) else text


def tr(english: str, /, **places: object) -> str:
    """A message in the language that is spoken, its places in braces filled in; with none, as it is."""
    if not _Said.messages:
        return english.format(**places) if places else english
    return _filled(_Said.messages.get(english, (english,))[0], english, places)


def trn(one: str, many: str, n: int, /, **places: object) -> str:
    """As `tr`, in the form that the language has for so many; `{n}` is the number."""
    places["n"] = n
    return _filled(_form(one, many, n), one if n == 1 else many, places)


def _filled(said: str, english: str, places: dict[str, object]) -> str:
    if not _Said.messages:
        return said.format(**places)
    if not places:
        return Said(said, english)
    theirs = {name: in_english(value) if isinstance(value, str) else value for name, value in places.items()}
    return Said(said.format(**places), english.format(**theirs))


def retold(english: str) -> str:
    """A sentence that is there in English, its places filled in, as `tr` would have said it."""
    if english in _Said.messages or not _Said.messages:
        return tr(english)
    import re  # noqa: PLC0415 -- for errors alone

    for message in _Said.messages:
        pieces = re.split(r"(\{[a-z_0-9]+\})", message)
        if len(pieces) > 1 and len(message) > _ENOUGH:
            names = "".join(
                f"(?P<{piece[1:-1]}>.+?)" if place % 2 else re.escape(piece)
                for place, piece in enumerate(pieces)
            )
            if len(set(pieces[1::2])) == len(pieces[1::2]) and (found := re.fullmatch(names, english)):
                return tr(message, **found.groupdict())
    return english


def language() -> str:
    """Which is spoken, a code of `LANGUAGES`."""
    return _Said.language


def add_language(parser: argparse.ArgumentParser) -> None:
    """`--language`, which stands before a command: behind `list` it is that of the sources. `wanted` reads
    it beforehand, because the help is in it.
    """
    parser.add_argument(
        "--language",
        dest="spoken",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        metavar="LANG",
        help=tr("in which language to speak: %(choices)s (that of the system)"),
    )


class SpokenParser(argparse.ArgumentParser):
    """Says what stands for a value in the language that is spoken: DAY is DÍA, as the help calls it."""

    # The stub says it with a variable of `typing`, which costs the start of a command
    def _add_action(self, action: argparse.Action) -> argparse.Action:  # type: ignore[override]
        if isinstance(action.metavar, str):
            action.metavar = tr(action.metavar)
        return super()._add_action(action)


def speak(language: str) -> None:
    """From now on everything is said in this language (a code of `LANGUAGES`)."""
    if language == ENGLISH:
        _Said.messages, _Said.plural = {}, None
    else:
        _Said.messages, plural = parse(catalogue(language))
        from gettext import c2py  # noqa: PLC0415 -- English needs none

        _Said.plural = c2py(plural)
    _Said.language = language
    setattr(argparse, "_", tr)  # noqa: B010 -- its own words have no other way in
    setattr(argparse, "ngettext", _form)  # noqa: B010


def wanted(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that is asked for: by `--language`, else by the locale (as gettext reads it). English
    for one that is not spoken here.
    """
    words = iter(arguments)
    for word in words:
        name, sign, value = word.partition("=")
        if name not in {"--home", "--language"}:
            break  # the command: what follows is its own
        given = value if sign else next(words, "")
        if name == "--language":
            return _known(given) or ENGLISH
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    if _known(locale) is None and locale.partition(".")[0] in {"", "C", "POSIX"}:
        return ENGLISH
    wishes = [*environment.get("LANGUAGE", "").split(":"), locale]
    return next((found for wish in wishes if (found := _known(wish))), ENGLISH)


def catalogue(language: str) -> str:
    """The text of a translation; in the file for a stick it is packed."""
    get_data: Callable[[str], bytes] = getattr(admin.__loader__, "get_data")  # noqa: B009
    path = os.path.join(os.path.dirname(admin.__file__ or ""), "translations", f"{language}.po")
    try:
        return get_data(path).decode("utf-8")
    except OSError:
        import bz2  # noqa: PLC0415 -- on a stick alone

        return bz2.decompress(get_data(path + ".bz2")).decode("utf-8")


def parse(text: str) -> tuple[dict[str, tuple[str, ...]], str]:
    """The messages of a PO file by their English (of a plural, the singular), and the rule of its plurals, as
    the header has it in C. Only what our own files hold is understood, a line a string:
    `tests/admin/test_words.py` compares with Babel's reader.
    """
    messages: dict[str, tuple[str, ...]] = {}
    for block in text.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith(_ID):
            said = lines[1:] if lines[1].startswith(_STR) else lines[2:]
            forms = tuple(_unquoted(line) for line in said)
            if all(forms):
                messages[_unquoted(lines[0])] = forms
    rule = text.partition("plural=")[2].partition(";")[0]
    return messages, rule or "0"


def _unquoted(line: str) -> str:
    """The string behind a keyword."""
    inside = line[line.index('"') + 1 : -1]
    if "\\" not in inside:
        return inside
    return inside.replace("\\\\", "\0").replace("\\n", "\n").replace('\\"', '"').replace("\0", "\\")


def _form(one: str, many: str, n: int) -> str:
    forms = _Said.messages.get(one)
    if forms is None or _Said.plural is None:
        return one if n == 1 else many
    return forms[_Said.plural(n)]


def _known(untrusted_locale: str) -> str | None:
    code = untrusted_locale.replace("-", "_").partition("_")[0].partition(".")[0].partition("@")[0].lower()
    code = _ALIASES.get(code, code)
    return code if code in LANGUAGES else None
