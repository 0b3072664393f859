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
    from types import ModuleType

ENGLISH = LANGUAGES[0]
_ALIASES = {"tl": "fil"}


class _Said:
    """What is spoken now: the one state of a process that everything it says depends on, as a locale is."""

    language = ENGLISH
    messages: dict[str, tuple[str, ...]] = {}
    plural: Callable[[int], int] | None = None


def mark(english: str, /) -> str:
    """The same: a message in a table, which is translated where it is said (`tr(TABLE[...])`)."""
    return english


def tr(english: str, /, **places: object) -> str:
    """A message in the language that is spoken, its places in braces filled in; with none, as it is."""
    said = _Said.messages.get(english, (english,))[0]
    return said.format(**places) if places else said


def trn(one: str, many: str, n: int, /, **places: object) -> str:
    """As `tr`, in the form that the language has for so many; `{n}` is the number."""
    forms = _Said.messages.get(one)
    if forms is None or _Said.plural is None:
        said = one if n == 1 else many
    else:
        said = forms[_Said.plural(n)]
    return said.format(n=n, **places)


def language() -> str:
    """Which is spoken, a code of `LANGUAGES`."""
    return _Said.language


def speak(language: str) -> None:
    """From now on everything is said in this language (a code of `LANGUAGES`)."""
    if language == ENGLISH:
        _Said.messages, _Said.plural = {}, None
    else:
        _Said.messages, plural = parse(catalogue(language))
        from gettext import c2py  # type: ignore[attr-defined]  # noqa: PLC0415 -- English needs none

        _Said.plural = c2py(plural)
    _Said.language = language
    setattr(argparse, "_", tr)  # noqa: B010 -- its own words have no other way in
    setattr(argparse, "ngettext", _plain_form)  # noqa: B010


def wanted(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that is asked for: by `--language`, else by the locale (as gettext reads it). English
    for one that is not spoken here.
    """
    words = iter(arguments)
    for word in words:
        name, _, value = word.partition("=")
        if name == "--language":
            return _known(value or next(words, "")) or ENGLISH
        if word == "--":
            break
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := environment.get(name))), "")
    if _known(locale) is None and locale.partition(".")[0] in {"", "C", "POSIX"}:
        return ENGLISH
    wishes = [*environment.get("LANGUAGE", "").split(":"), locale]
    return next((found for wish in wishes if (found := _known(wish))), ENGLISH)


def catalogue(language: str) -> str:
    """The text of a translation."""
    loader = admin.__spec__.loader if admin.__spec__ is not None else None
    folder = os.path.dirname(admin.__file__ or "")
    data: bytes = getattr(loader, "get_data")(os.path.join(folder, "translations", f"{language}.po"))  # noqa: B009
    return data.decode("utf-8")


def parse(text: str) -> tuple[dict[str, tuple[str, ...]], str]:
    """The messages of a PO file by their English (of a plural, the singular), and the rule of its plurals, as
    the header has it in C. Only what our own files hold is understood: `tests/admin/test_words.py` compares
    with Babel's reader.
    """
    messages: dict[str, tuple[str, ...]] = {}
    for block in text.split("\n\n"):
        found: dict[str, list[str]] = {}
        name = ""
        for line in block.split("\n"):
            if line.startswith("#") or not line:
                continue
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
            found.setdefault(name, []).append(_unquoted(line))
        if "msgid" in found:
            forms = [name for name in found if name.startswith("msgstr")]
            said = tuple("".join(found[name]) for name in forms)
            if all(said):
                messages["".join(found["msgid"])] = said
    header = messages.pop("", ("",))[0]
    rule = header.partition("plural=")[2].partition(";")[0]
    return messages, rule or "0"


def _unquoted(line: str) -> str:
    inside = line[1:-1]
    if "\\" not in inside:
        return inside
    return inside.replace("\\\\", "\0").replace("\\n", "\n").replace('\\"', '"').replace("\0", "\\")


def _plain_form(one: str, many: str, n: int) -> str:
    """argparse's way to ask: it fills in the places itself."""
    forms = _Said.messages.get(one)
    if forms is None or _Said.plural is None:
        return one if n == 1 else many
    return forms[_Said.plural(n)]


def _known(untrusted_locale: str) -> str | None:
    code = untrusted_locale.replace("-", "_").partition("_")[0].partition(".")[0].partition("@")[0].lower()
    code = _ALIASES.get(code, code)
    return code if code in LANGUAGES else None
