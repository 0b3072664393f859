"""English words for the codes in a drop: what was removed, what changed, what remains, what was refused.

The codes are those of `scrub/report.py` and `bot/intake/__init__.py`, which this side may not import:
`tests/admin/test_codes.py` holds that each of them has words here. A newer server may send others: they are
shown as they are, with spaces for the underscores. No words hold a comma, which stands between two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from admin.display import visible

REMOVED = {
    "place": "the place it was taken",
    "device": "camera or phone",
    "date": "date and time",
    "author": "names of people",
    "software": "programs used",
    "comment": "comments",
    "description": "titles and descriptions",
    "thumbnail": "a hidden small picture",
    "hidden_image": "a hidden second picture",
    "identifier": "serial numbers and ids",
    "maker_note": "the maker's notes",
    "color_profile": "a colour profile",
    "trailer": "bytes hidden after the end",
    "other_metadata": "other metadata",
    "script": "scripts",
    "attachment": "attached files",
    "form": "form fields (what they showed is part of the picture)",
    "hidden_text": "text that was not shown",
    "revision": "earlier versions of the document",
    "hidden_part": "hidden sheets or slides or rows",
    "tracked_change": "who changed what",
    "template": "the template's name",
    "link": "links to other places and files",
    "macro": "macros",
    "embedded_file": "files inside it",
    "invisible_character": "invisible characters",
    "sender": "who sent and who got the e-mail",
    "route": "the way that the e-mail took",
    "file_name": "names of files",
    "style_name": "names given to styles",
}

CHANGED = {
    "frames_dropped": "further pages or pictures left out",
    "depth_reduced": "16 bits a colour became 8",
    "rasterized": "redrawn as pictures of its pages",
    "resolution_reduced": "large pages drawn with fewer dots",
    "blank_page": "a page has nothing on it",
    "tracks_dropped": "further tracks left out",
    "disguised": "the voice is disguised",
    "resolution_lowered": "resolution lowered as the source asked",
    "detail_kept": "full detail although the source asked for less (that works for single pictures only)",
    "members_left_out": "files inside it left out",
    "converted": "turned into a PDF",
    "lossy_text": "some letters became plain ones",
    "marks_kept": "pen and stamps and typed words and filled fields are part of the pictures",
    "marks_covered": "what programs show differently was covered with plain boxes",
}
"""The notes that tell how a clean copy differs from what was sent."""

REMAINS = {
    "voice_remains": "the voice and the way of speaking",
    "faces_remain": "faces and places in the video",
    "picture_remains": "faces and screens and handwriting in the picture",
    "document_remains": "what the document says and how few people had it",
    "marks_remain": "words in white and marks in sizes and colours",
    "writing_remains": "names and numbers and the way of writing",
    "color_kept": "the dots by which a colour printer is known",
    "searchable_kept": "words under black boxes",
    "video_kept": "how the camera packed the pictures of the video",
}
"""The notes that tell what no program can take out."""

REFUSED = {
    "unsupported": "a kind that cannot be cleaned",
    "broken": "damaged",
    "truncated": "cut short",
    "mislabeled": "not the kind that it claims to be",
    "bomb": "made to unpack without end",
    "too_large": "too large to clean",
    "timeout": "took too long to clean",
    "crashed": "cleaning it failed",
    "unverified": "could not be shown to be clean",
    "encrypted": "locked with a password",
    "web_page": "a web page",
    "old_office": "an old Office format",
    "archive_kind": "an archive that cannot be opened",
    "too_big": "too big to receive",
    "empty_file": "empty",
    "download": "did not arrive",
}


def in_words(codes: Iterable[str], words: Mapping[str, str]) -> list[str]:
    """The words for each code, in the order given."""
    return [words.get(code, visible(code.replace("_", " "))) for code in codes]


def remains(note: str) -> bool:
    """Whether a note tells what may still identify somebody; of one that we do not know, its ending tells."""
    return note in REMAINS or (note not in CHANGED and note.endswith(("_remain", "_remains", "_kept")))
