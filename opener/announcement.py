"""A desk's words for everybody (docs/protocol.md)."""

import re
from datetime import date
from typing import Any

from opener.envelope import DAY, require
from opener.parcel import COUNT
from opener.signed import KEY, read_signed

ANNOUNCEMENT = {
    "version": "1",
    "type": '"silbo announcement"',
    "root": KEY,
    "desk_id": '"[0-9a-f]{32}"',
    "serial": COUNT,
    "made": DAY,
    "until": DAY,
    "counts": r'\{("[a-z_]{1,32}":[1-9][0-9]*,?){0,16}\}',
    "texts": r"\{.+\}",
}
LANGUAGE = "[a-z]{2,3}([-_][A-Za-z]{2,4})?"


def read_announcement(untrusted: bytes, untrusted_signature: bytes) -> dict[str, Any]:
    """Return what an announcement says, signed by the root that it names."""
    fields = read_signed(untrusted, untrusted_signature, "root", 1 << 20, ANNOUNCEMENT)
    days = date.fromisoformat(fields["until"]) - date.fromisoformat(fields["made"])
    require(1 <= days.days <= 366 and fields["serial"] < 1 << 53)
    require(all(count % 5 == 0 and count < 1 << 53 for count in fields["counts"].values()))
    require(1 <= len(fields["texts"]) <= 64)
    for language, text in fields["texts"].items():
        require(re.fullmatch(LANGUAGE, language) and isinstance(text, str) and 1 <= len(text) <= 3000)
        require(re.fullmatch("([^{}]|{[a-z_]+})*", text))
        require(all(name in fields["counts"] for name in re.findall("{([a-z_]+)}", text)))
    return fields
