"""The list that every reader of this package adds to."""

from dataclasses import dataclass, field

from scrub.report import REMOVED


@dataclass(slots=True)
class Inventory:
    """`removed`: codes of `scrub.report.REMOVED`. `lossless`: the input is coded without loss (WebP
    may be both).
    """

    removed: set[str] = field(default_factory=set)
    lossless: bool = False

    def add(self, *codes: str) -> None:
        """Raises ValueError for a code that nobody could tell a person."""
        for code in codes:
            if code not in REMOVED:
                raise ValueError("not a code of REMOVED")
            self.removed.add(code)
