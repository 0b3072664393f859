"""The words of a clean file, for an index: what a reader of the file would see as text, and nothing of it
kept.

Runs in a confined child (`scrub.isolation.reading_child`), with the standard library alone: a clean file is
of few kinds and plainly written. It may all the same be hostile, because a source's own device can call a
file clean and nobody has checked it; so whatever is raised here ends the child, and the file has no words.
"""

from scrub.reading.files import READABLE, words_of

__all__ = ["READABLE", "words_of"]
