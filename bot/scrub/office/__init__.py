"""Office documents: what they show is copied into a new document, by an allow-list; the rest isn't.

`docs/scrub.md` says what goes and what stays. Runs in a confined child, over hostile bytes.
"""

from bot.scrub.office.document import kind, scrub_office
from bot.scrub.office.sample import samples

__all__ = ["kind", "samples", "scrub_office"]
