"""Everything a source reads, put together from the catalogues (`bot.dialogue.catalogues`).

Message ids are keys (`notice`, `kept`), so that English is a translation like any other; a test holds
every catalogue to the same keys and places.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import NullTranslations

from babel import Locale
from babel.lists import format_list

from bot.channels.events import TAKEN_AWAY, Button
from bot.conversation.effects import Say
from bot.conversation.help import MINI_GONE, MINI_OPEN, PANIC, WORDS
from bot.conversation.sights import Sight
from bot.conversation.telling import NOTHING
from bot.dialogue import catalogues
from bot.dialogue.catalogues import negotiate
from bot.dialogue.listing import Listing
from bot.dialogue.questions import Questions
from bot.questions import Question


@dataclass(frozen=True, slots=True)
class Names:
    """What sources read of a desk: its name, its custodian's if it has one, its own lines by language, its
    questions, the languages that it reads; and the words on its poster, and the one at which a chat is
    emptied in silence, which they have read elsewhere; and where they get the page of `silbo page`.
    """

    desk: str
    custodian: str | None = None
    notice: Mapping[str, str] = field(default_factory=dict)
    panic: str | None = None
    questions: Sequence[Question] = ()
    languages: Sequence[str] = ()
    poster_words: Sequence[str] = ()
    page: str | None = None


LONGEST_ASKED = 40
"""Characters; a longer text is testimony."""

NUMBERED = re.compile(r"(.*?)\s*(?:#|№)?\s*(\d{1,4})")
"""A number behind words; in any script's digits."""

GREETINGS = ("notice",)
"""What is said first; a draft says there that it is one. Not where nobody is to write: it asks for words."""


class Wording:
    """The catalogues of all languages, and the names that their messages speak of: the desk's, and its
    custodian's where it has one; of several desks by their short names. `mini` is the address at which
    the messenger can open the page; empty where it can't.
    """

    def __init__(
        self,
        desk: str,
        custodian: str | None = None,
        several: Mapping[str, Names] | None = None,
        *,
        notice: Mapping[str, str] | None = None,
        panic: str | None = None,
        mini: str = "",
    ) -> None:
        self.mini = mini
        self._desks = several or {"": Names(desk, custodian, notice or {}, panic)}
        translations = catalogues.load()
        self._catalogues = {language: each.messages for language, each in translations.items()}
        self._asking = {
            _plain(words): which
            for each in self._catalogues.values()
            for which in WORDS
            for words in each.gettext(f"said_{which}").split(",")
        }
        self._taking = {
            _plain(words)
            for each in self._catalogues.values()
            for words in each.gettext("said_take_out").split(",")
        }
        panics = {_plain(names.panic): PANIC for names in self._desks.values() if names.panic}
        self._asking = dict.fromkeys(self._taking, "discard") | panics | self._asking
        asked = {short: names.questions for short, names in self._desks.items()}
        self.questions = Questions(asked, self._catalogues, _plain)
        self._drafts = {language for language, each in translations.items() if each.draft}

    def text(self, language: str, say: Say) -> str:
        """Return the message of `say` in `language` (one of `LANGUAGES`)."""
        if say.question and not self.questions.text(say.question, language):
            say = replace(say, key="go_on", question="", count=0)  # nobody asks that any more
        custodian = self._custodian(say.desks)
        pick = self._catalogues[language]
        parts = [pick.gettext("trial_mark"), pick.gettext(say.key)] if say.trial else [pick.gettext(say.key)]
        if say.key in GREETINGS and language in self._drafts:
            parts.append("\n" + pick.gettext("notice_unread"))
        if say.removed == (NOTHING,):
            parts.append(pick.gettext("removed_nothing"))
        elif say.removed:
            kinds = [pick.gettext(f"removed_{code}") for code in say.removed]
            parts.append(pick.gettext("removed").format(kinds=_listing(kinds, language)))
        parts += [pick.gettext(f"note_{code}") for code in say.notes]
        if say.sights:
            parts += ["", pick.gettext("marks_found"), *(_sight(pick, each) for each in say.sights)]
            parts += [*map(pick.gettext, _remedies(say)), ""]
        if say.on:
            options = [pick.gettext(f"option_{code}") for code in say.on]
            parts.append(pick.gettext("on_now").format(options=_listing(options, language)))
        if say.refused:
            parts.append(pick.ngettext("told_refused", "told_refused", say.refused))
        numbers = {
            "texts": say.texts,
            "files": say.files,
            "uncleaned": say.uncleaned,
            "originals": say.originals,
            "parts": say.parts,
            "answers": say.answers,
        }
        counts = self._counts(pick, numbers, custodian)
        total = self._counts(pick, dict(zip(numbers, say.total, strict=False)), custodian)
        if total and total != counts:
            parts.insert(1 + say.trial, pick.gettext("so_far").format(counts=_listing(total, language)))
        listing = Listing(pick, language)
        if say.things:
            parts += ["", *map(listing.line, say.things), "", pick.gettext("list_hint")]
        if say.out and say.key != "left_out":
            parts.insert(say.trial, pick.gettext("left_out") + "\n")
        desks = self.questions.asked_by(say.question, say.desks) if say.question else say.desks
        said = "\n".join(parts).format(
            desk=self._names(desks, language),
            custodian=custodian,
            counts=_listing(counts, language),
            n=say.refused or say.count,
            words=_listing(say.words, language),
            thing=", ".join(map(listing.named, say.out)),
        )
        return said + "".join(f"\n\n{lines}" for lines in self._own_lines(language, say))

    @staticmethod
    def _counts(pick: NullTranslations, numbers: Mapping[str, int], custodian: str) -> list[str]:
        return [
            pick.ngettext(f"count_{name}", f"count_{name}", number).format(n=number, custodian=custodian)
            for name, number in numbers.items()
            if number
        ]

    def _own_lines(self, language: str, say: Say) -> list[str]:
        """What the operator lets a desk say: the only one at the greeting, several when they are chosen; and
        a question of its own.
        """
        if say.question:
            return [text] if (text := self.questions.text(say.question, language)) else []
        if say.key == "notice" and len(self._desks) == 1:
            shorts = tuple(self._desks)
        elif say.key == "desks_chosen":
            shorts = tuple(short for short in say.desks if short in self._desks)
        elif say.key == "safer":
            return [*self._pages(language, say.desks)]
        else:
            shorts = ()
        names = [self._desks[short] for short in shorts]
        told = [line for short in shorts for line in self._of_desk(short, language, say.proved)]
        return told + [each.notice[language] for each in names if language in each.notice]

    def _pages(self, language: str, desks: tuple[str, ...]) -> Iterator[str]:
        """Where those who were chosen, or all, have the page that is not read by the messenger."""
        for short, names in self._desks.items():
            if names.page and (short in desks or not desks or len(self._desks) == 1):
                said = self._catalogues[language].gettext("safer_page")
                yield said.format(desk=names.desk, words=names.page)

    def _of_desk(self, short: str, language: str, proved: tuple[str, ...]) -> Iterator[str]:
        """That a desk asks for the word on its poster, and that it reads other languages than this one."""
        pick, names = self._catalogues[language], self._desks[short]
        if names.poster_words and short not in proved:
            yield pick.gettext("word_asked").format(desk=names.desk)
        if names.languages and language not in names.languages:
            spoken = Locale.parse(language).languages
            read = _listing([spoken.get(code, code) for code in names.languages], language)
            yield pick.gettext("reads_other").format(desk=names.desk, words=read)

    def poster_words(self) -> dict[str, Sequence[str]]:
        """The words that desks ask for, by their short names; the only desk has none."""
        return {short: names.poster_words for short, names in self._desks.items() if names.poster_words}

    def asked(self, untrusted_text: str) -> str | None:
        """Which of `bot.conversation.help.WORDS` a short text asks for, in whatever language; `PANIC` for a
        desk's own word; else None.
        """
        if len(untrusted_text) > LONGEST_ASKED:
            return None
        return self._asking.get(_plain(untrusted_text))

    def number(self, untrusted_text: str, *, alone: bool) -> int | None:
        """The number of what a short text asks to take out ("delete 2"), also one that stands `alone`."""
        found = NUMBERED.fullmatch(_plain(untrusted_text)) if len(untrusted_text) <= LONGEST_ASKED else None
        if found is None or not (alone if not found[1] else found[1] in self._taking):
            return None
        return int(found[2])

    def takes_out(self, untrusted_text: str) -> bool:
        """Whether a short text asks to take out what it answers."""
        short = len(untrusted_text) <= LONGEST_ASKED
        return short and (
            _plain(untrusted_text) in self._taking or self.asked(untrusted_text) in ("discard", "undo")
        )

    def panics(self, untrusted_text: str) -> bool:
        """Whether this is the word of a desk at which a chat is emptied, alone."""
        return self.asked(untrusted_text) == PANIC

    def hint(self, untrusted_language: str | None, key: str) -> str:
        """Return a sentence of a channel's own, for whoever speaks this (see `negotiate`)."""
        return self._catalogues[negotiate(untrusted_language)].gettext(key)

    def button(self, language: str, action: str, desks: tuple[str, ...] = ()) -> Button:
        """Return the button for `action`; an item behind a colon is not part of its label's key."""
        name, _, argument = action.partition(":")
        if name == MINI_GONE:
            return TAKEN_AWAY
        key = f"button_{name}_{argument}" if name in ("language", "ask", "off") else f"button_{name}"
        label = self._catalogues[language].gettext(key)
        if name == "pick":
            asked, _, number = argument.partition("/")
            return Button(self.questions.choice(asked, int(number), language) or label, action)
        if name == MINI_OPEN:
            return Button(label, "", self.mini) if self.mini else TAKEN_AWAY
        number = argument.partition(":")[0]
        desk = self._names((argument,), language) if name in ("desk_on", "desk_off") else ""
        return Button(label.format(custodian=self._custodian(desks), desk=desk, n=number), action)

    def _names(self, desks: tuple[str, ...], language: str) -> str:
        """Those that are named; of all, where nobody is, one or the other gets it."""
        known = [self._desks[short].desk for short in desks if short in self._desks]
        if known:
            return _listing(known, language)
        return format_list([names.desk for names in self._desks.values()], style="or", locale=language)

    def _custodian(self, desks: tuple[str, ...]) -> str:
        """Of the one desk that gets it; nobody else's name is shown to a source."""
        names = [self._desks[short] for short in desks if short in self._desks]
        if not names and len(self._desks) == 1:
            names = list(self._desks.values())
        return (names[0].custodian or "") if len(names) == 1 else ""

    def introduction(self, language: str) -> tuple[str, str]:
        """Return what the messenger shows of the bot before anybody writes: a text, and a line."""
        pick = self._catalogues[language]
        return pick.gettext("profile_description"), pick.gettext("profile_short")

    def commands(self, language: str) -> list[tuple[str, str]]:
        """Return the bot's commands and what they do, for the messenger's menu."""
        names = ("start", "send", "answers", "news", "trial", "options", "discard", "clean", "help")
        return [(name, self._catalogues[language].gettext(f"command_{name}")) for name in names]


def _remedies(say: Say) -> tuple[str, ...]:
    """What is told of what can be done about such a mark, where it stands."""
    offered = {action.partition(":")[0].removesuffix("_words") for row in say.buttons for action in row}
    told = tuple(f"marks_can_{how}" for how in ("cover", "retype") if how in offered)
    if say.slot and not told:  # a button brings one file along, and an album has many
        return "marks_others", "marks_send_alone"
    return ("marks_others", *told) if told else ("marks_maybe_more",)


def _sight(pick: NullTranslations, sight: Sight) -> str:
    """A line: where to look, and for what."""
    places = [("part", sight.part), ("page", sight.page), ("line", sight.line)]
    where = [pick.gettext(f"sight_{name}").format(n=number) for name, number in places if number]
    if sight.height != "all" or not where:
        where.append(pick.gettext(f"sight_{sight.height}"))
    return f"• {', '.join(where)}: {pick.gettext(f'mark_{sight.kind}')}"


def _plain(text: str) -> str:
    """As somebody types it, with or without capitals and marks at the end."""
    return " ".join(text.casefold().strip(" \t\n.!?¡¿।…/").split())


def _listing(words: Sequence[str], language: str) -> str:
    return format_list(list(dict.fromkeys(words)), locale=language)
