"""Which of several ways to say the same is kept of an e-mail (RFC 2046 5.1.4): the plain one, if it says all.

Programs show the page. Many write beside it only that it can't be shown, or half of it.
"""

import re
from collections.abc import Sequence

from scrub.mail.mime import Part
from scrub.report import Refusal
from scrub.words.clean import tidy
from scrub.words.decode import decode_part
from scrub.words.html import sheet_hides, words_of_html
from scrub.words.html_fields import CHOSEN, EMPTY, OPEN, TICKED
from scrub.words.links import cut_links

_WORD = re.compile(rf"[^\W_]+|[{TICKED}{EMPTY}{CHOSEN}{OPEN}]")
"""A box that is ticked says as much as a word."""


def leaves(part: Part) -> list[Part]:
    """The parts that hold no others."""
    return [part] if part.main != "multipart" else [leaf for child in part.children for leaf in leaves(child)]


def is_words(part: Part) -> bool:
    """Words to read, and no file; a name alone makes none, for some programs name every part."""
    named_file = part.disposition == "attachment" or (part.disposition == "inline" and part.named)
    return part.media_type in ("text/plain", "text/html") and not named_file


def chosen(children: Sequence[Part]) -> tuple[Part | None, bool]:
    """The one to be read, None if none has words; and whether another may show words that it hasn't.

    Raises Refusal.
    """
    said = [(child, [leaf for leaf in leaves(child) if is_words(leaf)]) for child in children]
    plain = [each for each in said if _words(each[1]) and all(leaf.sub == "plain" for leaf in each[1])]
    pages = [each for each in said if any(leaf.sub == "html" for leaf in each[1])]
    if not plain or not pages:
        return next((child for child, _ in (*plain, *reversed(pages))), None), False
    shown = _words(pages[-1][1])
    missing = shown - _words(plain[0][1])
    # what a style sheet hides comes out of a page as words: a few that are missing may be a mark
    doubtful = any(leaf.sub == "html" and sheet_hides(_letters(leaf)) for leaf in pages[-1][1])
    keeps_page = 2 * len(missing) > len(shown) if doubtful else bool(missing)
    return (pages[-1][0], False) if keeps_page else (plain[0][0], bool(missing))


def _letters(leaf: Part) -> str:
    return decode_part(leaf.content(), leaf.parameters.get("charset"))[0]


def _words(spoken: Sequence[Part]) -> set[str]:
    """Each word once, without the rest of links and without looking at capitals."""
    words: set[str] = set()
    for leaf in spoken:
        text = _letters(leaf)
        try:
            tidied = tidy(words_of_html(text)[0] if leaf.sub == "html" else text).text
        except Refusal:  # nothing that can be seen
            continue
        words |= set(_WORD.findall(cut_links(tidied)[0].casefold()))
    return words
