"""Office documents: what they show is copied into a new document, by an allow-list; the rest isn't.

`docs/scrub.md` says what goes and what stays. Runs in a confined child, over hostile bytes.
"""

from scrub.office.document import kind, scrub_office
from scrub.office.sample import samples

__all__ = ["kind", "samples", "scrub_office"]
