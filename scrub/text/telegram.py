"""A chat that Telegram's desktop program exported, as a page or as JSON, turned into a log of lines.

Nobody's number, id or picture comes along: of a message only day and time (which the log loses unless
somebody wants it), who speaks, the words, the links, the names of its files, what else was shown, and which
other one it answers, by numbers that only the answered ones have, from 1 in the order of the log. The page
is read by its classes and the JSON by its keys, as that program writes them.
"""

import re

from scrub.text.telegram_json import messages_of_json
from scrub.text.telegram_message import NOT_HERE, Message
from scrub.text.telegram_page import messages_of_page

_PAGE = re.compile(r"<div class=\"(?:page_wrap|page_body|history)[ \"]")
_MESSAGE = re.compile(r"<div class=\"message (?:default|service)[ \"]")


def read_telegram(text: str) -> str | None:
    """The log, or None if it is no such export (also where it has no message)."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "<" and _PAGE.search(text) and _MESSAGE.search(text):
        messages = list(messages_of_page(text))
    elif start == "{" and '"messages"' in text:
        messages = list(messages_of_json(text))
    else:
        return None
    _number(messages)
    lines = [line for message in messages for line in message.lines()]
    return "\n".join(lines) + "\n" if lines else None


def _number(messages: list[Message]) -> None:
    answered = {each.answers for each in messages if each.answers}
    numbers: dict[str, int] = {}
    for message in messages:
        if message.key in answered and message.key not in numbers and message.has_said():
            numbers[message.key] = len(numbers) + 1
            message.marks = f"<message: {numbers[message.key]}> "
    for message in messages:
        if message.answers is not None:
            message.marks += f"<reply to: {numbers.get(message.answers, NOT_HERE)}> "
