"""A reviewer's text made into the words and questions of a reply, and back into what its source will see.

A line that begins with "? " is a question of its own; all other lines are the text, which comes first.
"""

from __future__ import annotations

import string
from collections.abc import Iterable

from admin.answers.templates import TEMPLATES
from admin.errors import AdminError
from admin.words import tr
from crypto.reply import MAX_QUESTION, MAX_QUESTIONS, MAX_TEXT, Question

LONGEST = 1024 * 1024
"""Bytes of a text that is read at all; a reply holds less."""

_MARK = "? "


def template(name: str, language: str) -> Question:
    """A first question in the source's language, whatever country stands behind it. Raises `AdminError`."""
    words = TEMPLATES[name].get(language.replace("_", "-").partition("-")[0])
    if words is None:
        known = ", ".join(sorted(TEMPLATES[name]))
        raise AdminError(tr("There is no template in this source's language, only in {known}.", known=known))
    return Question(name, words)


def draft(questions: Iterable[Question]) -> str:
    """Questions as the lines that `composed` reads."""
    return "".join(f"{_MARK}{question.text}\n" for question in questions)


def decoded(data: bytes) -> str:
    """A text as it was typed or saved. Raises `AdminError` if it is none, or too long to be looked at."""
    if len(data) > LONGEST:
        raise AdminError(
            tr("That text is too long: a reply has at most {max_text} characters.", max_text=MAX_TEXT)
        )
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise AdminError(tr("That is no text in UTF-8; nothing was sealed.")) from None


def composed(text: str, templates: Iterable[Question]) -> tuple[str, tuple[Question, ...]]:
    """The words and the questions. A question that is still one of the `templates` keeps its name.

    Raises `AdminError` if there is nothing, or too much.
    """
    names = {question.text: question.name for question in templates}
    lines = text.split("\n")
    asked = [line.removeprefix(_MARK).strip() for line in lines if line.startswith(_MARK)]
    asked = list(dict.fromkeys(question for question in asked if question))
    words = "\n".join(line.rstrip() for line in lines if not line.startswith(_MARK)).strip("\n")
    if not words.strip() and not asked:
        raise AdminError(tr("There is no word in it; nothing was sealed."))
    if len(words) > MAX_TEXT:
        raise AdminError(
            tr(
                "The text has {words} characters, and a reply has at most {max_text}.",
                words=len(words),
                max_text=MAX_TEXT,
            )
        )
    if len(asked) > MAX_QUESTIONS:
        raise AdminError(
            tr(
                "These are {asked} questions, and a reply has at most {max_questions}.",
                asked=len(asked),
                max_questions=MAX_QUESTIONS,
            )
        )
    if any(len(question) > MAX_QUESTION for question in asked):
        raise AdminError(tr("A question has at most {max_question} characters.", max_question=MAX_QUESTION))
    free = (f"question_{a}{b}" for a in ("", *string.ascii_lowercase) for b in string.ascii_lowercase)
    return words, tuple(Question(names.get(question) or next(free), question) for question in asked)


def as_shown(words: str, questions: Iterable[Question]) -> str:
    """What the source reads, as the server puts it together: the words, then each question behind a dot."""
    return words + "".join(f"\n\n• {question.text}" for question in questions)
