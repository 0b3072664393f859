"""Kinds of metadata by the names of tags: those of a demuxer, and those that stand in the files themselves.

Vorbis comments, RIFF INFO, QuickTime and Matroska tags reach us under the demuxer's common names; the values
are looked at only to tell whether there are any.
"""

import re
from collections.abc import Mapping

from scrub.inventory.findings import Inventory
from scrub.inventory.rows import patterns

_TAGS = patterns("tags")
_IN_A_LANGUAGE = re.compile("-[a-z]{3}$")
_UNASKED = {
    "language": ("und", "eng", "```"),
    "vendor_id": ("[0][0][0][0]",),
    "timecode": ("00:00:00:00", "00:00:00;00"),
}
"""What programs write without being asked."""


def read_tags(tags: Mapping[str, str], inventory: Inventory) -> None:
    """`tags` as the demuxer names them."""
    for name, value in tags.items():
        plain = _IN_A_LANGUAGE.sub("", name.lower().removeprefix("com.apple.quicktime."))
        if value.strip("\0 ") and value not in _UNASKED.get(plain, ()):
            read_name(plain.encode("utf-8", "replace"), inventory)


def read_name(name: bytes, inventory: Inventory) -> None:
    """One name, in whatever letters."""
    inventory.tell(_TAGS.first(name.lower()))
