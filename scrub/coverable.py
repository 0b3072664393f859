"""Which marks of which copies can be covered, for whoever has no decoder (`scrub.covering` does it)."""

from scrub.marks.found import Mark

TEXTS = ("text/plain", "text/csv")
COVERED = ("reader", "mail", "address", "machine", "number", "moment", "carrier", "code")
COVERABLE = ("application/pdf", "image/jpeg", "image/png", *TEXTS)
"""The media types of copies in which something can be covered."""


def may_cover(media_type: str, mark: Mark) -> bool:
    """Whether a mark of such a copy has a place that can be covered."""
    if mark.kind not in COVERED or media_type not in COVERABLE or mark.part:
        return False
    return bool(mark.line) if media_type in TEXTS else mark.box is not None
