"""One line of `silbo doctor`, and what a list of them means to a monitoring system."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["ok", "warning", "broken"]

EXIT_STATUS: dict[State, int] = {"ok": 0, "warning": 1, "broken": 2}
"""With --strict, as of monitoring plugins (https://www.monitoring-plugins.org/doc/guidelines.html)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is a stable name for scripts; then how it is, and what to do about it (empty: nothing)."""

    check: str
    state: State
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.state:8}{self.what}{': ' + self.fix if self.fix else ''}"


def worst(findings: Sequence[Finding]) -> State:
    """The state of the whole: that of its worst finding."""
    return max((finding.state for finding in findings), key=EXIT_STATUS.__getitem__, default="ok")


def report(findings: Sequence[Finding], *, as_json: bool) -> str:
    """Every finding on a line, or all of them as one JSON object."""
    if not as_json:
        return "\n".join(map(str, findings))
    return json.dumps(
        {"state": worst(findings), "findings": [asdict(finding) for finding in findings]}, indent=1
    )
