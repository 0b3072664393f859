"""What a document's cleaning has to tell: codes of `scrub.report`, gathered by all modules of this
package.
"""

from dataclasses import dataclass, field

from scrub.report import NOTES, REMOVED


@dataclass(slots=True)
class Findings:
    """`removed` and `notes` of one document."""

    removed: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)

    def add(self, code: str) -> None:
        """Raises ValueError for a code that nobody could tell a person."""
        (self.removed if code in REMOVED else self.notes).add(code)
        if code not in REMOVED and code not in NOTES:
            raise ValueError("not a code of REMOVED or NOTES")
