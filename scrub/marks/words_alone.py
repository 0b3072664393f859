"""The marks that stand in the words of a clean file, for whoever has no decoder."""

from scrub.marks.across import in_text
from scrub.marks.found import PICTURES, Found, most_telling
from scrub.reading import READABLE, words_of
from scrub.redact.finding import fold


def search_words(media_type: str, untrusted: bytes) -> Found:
    """Not complete where there is more than words. Raises what a file raises that is not what it is said to
    be.
    """
    if media_type not in READABLE:
        return Found(complete=media_type not in PICTURES)
    words = words_of(media_type, untrusted)
    whole = media_type.startswith("text/") or media_type == "application/x-subrip"
    return Found(tuple(most_telling(in_text(words))), whole)


def same_words(one: str, other: str) -> bool:
    """As a person reads them, in any case and spelling of accents."""
    return "".join(map(fold, one)) == "".join(map(fold, other))
