"""How the word on a desk's poster is compared, and how short it may be."""

import unicodedata

SHORT = 6
"""A word of fewer letters is guessed: ten tries an hour from many chats go through what people think of."""
LEAST = 3


def plain(untrusted_text: str) -> str:
    """Without capitals, accents, spaces and marks, as somebody types what stands on a poster."""
    apart = unicodedata.normalize("NFKD", untrusted_text.casefold())
    return "".join(char for char in apart if unicodedata.category(char)[0] in "LN")
