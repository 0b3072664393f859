"""How files from a drop are named: by number and media type, never by anything that the drop itself says."""

from __future__ import annotations

from admin.case.opening import Entry
from crypto.item import Item
from crypto.manifest import item_name

EXTENSIONS = {
    "text/plain": "txt",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/tiff": "tif",
    "image/bmp": "bmp",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "audio/opus": "opus",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "text/csv": "csv",
    "application/x-subrip": "srt",
    "text/vtt": "vtt",
    "message/rfc822": "eml",
    "application/zip": "zip",
}
"""The only extensions that a file from a drop can get; the drop's own names and extensions are never used."""


def file_name(entry: Entry, item: Item) -> str:
    """The name of an extracted item: its number, the warning if there is one, an extension from
    `EXTENSIONS`.
    """
    warning = {"uncleaned": "-UNCLEANED", "original": "-ORIGINAL"}.get(item.cleaning, "")
    return f"{entry.number:04d}{warning}.{extension(item)}"


def extension(item: Item) -> str:
    """The extension that a file of this item gets."""
    return EXTENSIONS.get(item.media_type, "bin")


def sealed_name(entry: Entry) -> str:
    """The name of the age file that is handed to the custodian, the same as in the drop."""
    return item_name(entry.number)
