"""A key's ten words on the screen, five on each of two lines, to be read aloud and compared."""

from __future__ import annotations

from admin.context import Context
from crypto.minisign import PublicKey
from crypto.words import fingerprint


def say_words(context: Context, key: PublicKey, title: str) -> None:
    words = fingerprint(key)
    context.say(
        title, "  " + context.paint.bold(" ".join(words[:5])), "  " + context.paint.bold(" ".join(words[5:]))
    )
