"""What a scrub may say: fixed codes only, so that no byte of a file crosses the boundary as text.

The people-facing words for these codes live elsewhere (`bot/translations`, `bot/scrub/command.py`).
The position of a code in its tuple is its number on the pipe (`bot.scrub.wire`): append, never reorder.
"""

from dataclasses import dataclass, field

REMOVED = (
    "place",
    "device",
    "date",
    "author",
    "software",
    "comment",
    "description",
    "thumbnail",
    "hidden_image",
    "identifier",
    "maker_note",
    "color_profile",
    "trailer",
    "other_metadata",
    "script",
    "attachment",
    "form",
    "hidden_text",
    "revision",
)
"""Kinds of metadata that an input carried. The kind is told, the value never."""

NOTES = (
    "frames_dropped",
    "depth_reduced",
    "rasterized",
    "resolution_reduced",
    "blank_page",
    "tracks_dropped",
    "voice_remains",
    "faces_remain",
)
"""What the person should know about the clean copy: further pages or pictures were left out; 16 bits
became 8; a document became pictures of its pages, with fewer dots than usual, one without anything on it;
further tracks were left out; what a scrub can't take out of sound and video.
"""

REFUSALS = (
    "unsupported",
    "broken",
    "truncated",
    "mislabeled",
    "bomb",
    "too_large",
    "timeout",
    "crashed",
    "unverified",
    "encrypted",
)
"""Why there is no clean copy."""

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
}
"""The only media types that a scrub puts out."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A rebuilt file. `content` never shows in a repr; `removed` and `notes` keep the order of the tuples
    above.
    """

    content: bytes = field(repr=False)
    media_type: str
    extension: str
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """No clean copy, and why (one of `REFUSALS`)."""

    reason: str


class Refusal(Exception):
    """Raised inside the engine; its only argument is a code of `REFUSALS`."""

    def __init__(self, reason: str) -> None:
        if reason not in REFUSALS:
            raise ValueError("not a refusal code")
        super().__init__(reason)
        self.reason = reason
