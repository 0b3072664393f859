"""The list that every reader of this package adds to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scrub.inventory.rows import Verdict
from scrub.report import REMOVED


@dataclass(slots=True)
class Inventory:
    """`removed`: codes of `scrub.report.REMOVED`. `lossless`: the input is coded without loss (WebP may be
    both). `film`: there is one in the photo. `short`: it has fewer rows than it says. `captions`: there are
    words beside the pictures. `readers`: of what lies
    inside other formats, by the names that the tables give them; what has none here is not looked into.
    """

    readers: Mapping[str, "Reader"] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    lossless: bool = False
    film: bool = False
    short: bool = False
    captions: bool = False

    def add(self, *codes: str) -> None:
        """Raises ValueError for a code that nobody could tell a person."""
        for code in codes:
            if code not in REMOVED:
                raise ValueError("not a code of REMOVED")
            self.removed.add(code)

    def tell(self, verdict: Verdict, body: bytes = b"", blank: bytes | None = None) -> None:
        """Adds the codes of a verdict and calls its readers. A body of `blank` bytes alone has no codes."""
        for each in verdict:
            if each.startswith("@"):
                if each in self.readers:
                    self.readers[each](body, self)
            elif blank is None or body.strip(blank):
                self.add(each)


Reader = Callable[[bytes, Inventory], None]
