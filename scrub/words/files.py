"""Whole files that stand in the words, each in one of the ways of its time."""

from scrub.words import binhex, uuencoded


def taken_out(text: str) -> tuple[str, list[bytes]]:
    """The words without them, and them. Raises Refusal("too_large") for more than 100 of a kind."""
    coded, more = uuencoded.taken_out(text) if "begin" in text else (text, [])
    words, files = binhex.taken_out(coded) if "BinHex" in coded else (coded, [])
    return words, more + files
