"""Why there is no clean copy of a file, and what follows from that: one table, which both sides read.

A new reason is a row here and a sentence in each catalogue of `bot/translations`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`english` is for reviewers and operators, `advice` for whoever has the file. No comma stands in either.

    A file that `may_go` goes as it is, marked as uncleaned, if the source says so to the question `ask_` and
    the code; one that only `takes_time` may if it is a recording. All others hide something or attack
    somebody, and are never passed on: of those a source reads the message `refused_` and `told`, or the code
    where that is None. `counted` is the kind under which the operator is told of it once a day.
    """

    english: str
    advice: str = ""
    told: str | None = None
    may_go: bool = False
    takes_time: bool = False
    counted: str = "refused"


SCRUB = {
    "unsupported": Reason("a kind that cannot be cleaned", may_go=True),
    "broken": Reason("damaged"),
    "truncated": Reason("cut short"),
    "mislabeled": Reason("holds what no file of its kind does"),
    "bomb": Reason("holds far more than such a file needs"),
    "too_large": Reason("too large to clean", takes_time=True),
    "timeout": Reason("took too long to clean", takes_time=True, counted="overlong"),
    "crashed": Reason("cleaning it failed on our side", counted="crashed"),
    "unverified": Reason("could not be shown to be clean", counted="unverified"),
    "encrypted": Reason("locked with a password", may_go=True),
    "web_page": Reason("a web page", advice="take a picture of the screen instead"),
    "old_office": Reason("an old Office format", advice="save it as docx or xlsx or PDF first", may_go=True),
    "archive_kind": Reason(
        "an archive that cannot be opened", advice="use ZIP or take the files out", may_go=True
    ),
    "locked_mail": Reason(
        "an e-mail that only the key of whoever got it opens", advice="copy its words out", may_go=True
    ),
    "apple_office": Reason(
        "made with Pages or Numbers or Keynote", advice="save it as PDF or docx or xlsx first", may_go=True
    ),
    "letters": Reason(
        "a text whose letters are of an old kind and can be read in several ways",
        advice="save it as UTF-8",
        may_go=True,
    ),
    "empty_file": Reason("empty"),
    "no_words": Reason("no words in it that can be set anew"),
}
"""Those of a scrub. The position is the number on the pipe between a child and its parent: append, never
reorder.
"""

REASONS = SCRUB | {
    "too_big": Reason("too big to receive"),
    "download": Reason("did not arrive"),
    "part_broken": Reason("a part of a sealed parcel that is not whole"),
}
"""With those of files that did not get as far."""


def told(code: str) -> str:
    """The code of the sentence that a source reads when a file was not taken for this reason."""
    return REASONS[code].told or code
