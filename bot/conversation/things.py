"""One thing of a draft as its source looks it over: a message, a photo. Nothing of its words is in here.

What is remembered is how it came and what became of it, so that whoever sent it knows it again
(docs/adr/0183).
"""

from dataclasses import dataclass

TEXT, CLEAN, VOICE, DISGUISED, AS_IS, ASKED = "text", "clean", "voice", "disguised", "as_is", "asked"
"""What became of it: words; a clean file; one with a voice as it was; one whose voice is disguised; a file
that goes as it came; one about which its source was asked something.
"""
PART = "part"
"""What came sealed by the source's own device."""
COUNTED = {TEXT: "texts", CLEAN: "files", VOICE: "files", DISGUISED: "files", AS_IS: "uncleaned"}
"""The count of a state in which each is; what is still asked about, or is a part,
is in none."""
EXACT_WORDS = 20


@dataclass(frozen=True, slots=True)
class Came:
    """How something came: the channel's word for its kind, about how much it is (words of a text, KiB of a
    file, 0 where that is not known), and the number of its message in the chat, 0 for none. `instead` are
    the items in whose place it came.
    """

    kind: str = TEXT
    amount: int = 0
    message: int = 0
    instead: tuple[str, ...] = ()


UNKNOWN = Came()


@dataclass(frozen=True, slots=True)
class Thing:
    """`number` is its own as long as the draft lasts; `items` are the ids of what is sealed of it, of a
    doubtful text all its copies; `size` is that of their ciphertext in bytes. `part` is the parcel and the
    number of a part that came sealed.
    """

    number: int
    items: tuple[str, ...]
    came: Came
    size: int
    manner: str
    removed: tuple[str, ...] = ()
    part: tuple[str, int] | None = None


def about(amount: int) -> int:
    """Rounded to two digits: a size to the byte would be a mark of its own."""
    unit: int = 10 ** max(0, len(str(amount)) - 2)
    return (amount + unit // 2) // unit * unit


def words_in(text: str) -> int:
    """Of a short text exactly."""
    count = len(text.split())
    return count if count <= EXACT_WORDS else (count + 5) // 10 * 10
