"""What a source may turn on for the files of one draft; everything is off unless asked.

Source: issue 4, item 5. Each is turned on only after its sentence of warning was shown (`about_...` in the
catalogues). The codes are the arguments of buttons, and so outside input until they were found in `offered`.
"""

from dataclasses import dataclass, replace

OPTIONS = ("disguise", "lower", "color", "searchable", "times")
"""Disguised voices; pictures of lower detail; PDFs in color, or searchable (one of the two, else gray); chats
with the times of their messages, not only the days.
"""

ORIGINAL = "original"
"""A sealed original beside each cleaned file; offered only by a desk that has a custodian."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is on. `pdf` is a style of `scrub.report.PDF_STYLES`."""

    disguise: bool = False
    lower: bool = False
    pdf: str = "gray"
    original: bool = False
    times: bool = False

    @property
    def on(self) -> tuple[str, ...]:
        """The codes of what is on, in the order in which they are offered."""
        state = {self.pdf: True, **self._switches}
        return tuple(code for code in (*OPTIONS, ORIGINAL) if state.get(code))

    @property
    def protective(self) -> "Options":
        """The same without what lets more of the source through than if nothing had been turned on."""
        return replace(self, pdf="gray", original=False, times=False)

    def turned(self, code: str, *, on: bool) -> "Options":
        """The same with one option on or off."""
        if code in ("color", "searchable"):
            return replace(self, pdf=code if on else "gray")
        return Options(pdf=self.pdf, **self._switches | {code: on})

    @property
    def _switches(self) -> dict[str, bool]:
        """What is on or off, by its code."""
        return {
            "disguise": self.disguise,
            "lower": self.lower,
            "times": self.times,
            ORIGINAL: self.original,
        }
