"""What a scrub may say: fixed codes only, so that no byte of a file crosses the boundary as text.

The people-facing words for these codes live elsewhere (`bot/translations`, `scrub/command.py`).
The position of a code in its tuple is its number on the pipe (`isolation/wire.py`): append, never reorder.
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
    "hidden_part",
    "tracked_change",
    "template",
    "link",
    "macro",
    "embedded_file",
    "invisible_character",
    "sender",
    "route",
    "file_name",
    "style_name",
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
    "picture_remains",
    "document_remains",
    "writing_remains",
    "disguised",
    "resolution_lowered",
    "color_kept",
    "searchable_kept",
    "members_left_out",
    "converted",
    "lossy_text",
    "video_kept",
    "detail_kept",
    "marks_remain",
    "marks_kept",
    "marks_covered",
)
"""What the person should know about the clean copy: further pages or pictures were left out; 16 bits
became 8; a document became pictures of its pages, with fewer dots than usual, one without anything on it;
further tracks were left out; what a scrub can't take out of sound, video, pictures, documents and words
(`..._remain`); which choice was followed (`disguised` to `searchable_kept`); some files of an archive or an
e-mail could not be cleaned and were left out; an office document became a PDF; letters became others;
a long video's pictures stayed as its camera coded them; an office document may hide words in
white, and marks in its looks; what was laid on a page (pen, stamps, typed words, filled fields) is part of
its picture, and what programs show differently was covered.
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
    "web_page",
    "old_office",
    "archive_kind",
)
"""Why there is no clean copy."""

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "text/plain": "txt",
    "text/csv": "csv",
    "application/x-subrip": "srt",
    "text/vtt": "vtt",
    "message/rfc822": "eml",
    "application/zip": "zip",
}
"""The only media types that a scrub puts out. The position is the number on the pipe, as above."""

PDF_STYLES = ("gray", "color", "searchable")


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person asked for; everything is off unless asked.

    `disguise`: a fresh random seed (32 bytes) with which voices are disguised, or None. `lower_resolution`:
    pictures lose the detail that carries a sensor's fingerprint. `pdf`: one of `PDF_STYLES`; color keeps a
    printer's tracking dots, searchable keeps text that a black box may only cover.
    """

    disguise: bytes | None = field(default=None, repr=False)
    lower_resolution: bool = False
    pdf: str = "gray"


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
