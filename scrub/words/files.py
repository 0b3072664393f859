"""Whole files that stand in the words, each in one of the ways of its time."""

from scrub.words import binhex, uuencoded, yenc


def taken_out(text: str) -> tuple[str, list[bytes]]:
    """The words without them, and them. Raises Refusal("too_large") for more than 100 of a kind."""
    coded, more = uuencoded.taken_out(text) if "begin" in text else (text, [])
    words, files = binhex.taken_out(coded) if "binhex" in coded.lower() else (coded, [])
    if "=ybegin" in words:  # as letters, which its bytes no longer are: what comes out is cleaned by nobody
        left, broken = yenc.taken_out(words.encode())
        words, files = left.decode(), files + broken
    return words, more + files
