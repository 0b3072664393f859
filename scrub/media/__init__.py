"""Sound and video: demuxed from memory, decoded or filtered, written anew. Runs in a confined child.

Only the container that the content names is tried, nothing is kept but the sound and the video track that a
player plays, and no tag, time, picture or box of the input is ever copied: we write the Ogg and MP4 structure
ourselves.
"""

import io
import struct
from typing import TYPE_CHECKING

import av
from av.audio.stream import AudioStream
from av.stream import Disposition
from av.video.stream import VideoStream

from scrub.inventory import Inventory, take_inventory
from scrub.inventory.tags import read_tags
from scrub.media.containers import behind_id3, demuxer_of
from scrub.media.endings import declared_seconds, ends_early, has_no_index, whole_part
from scrub.media.flac_header import without_empty_cue_sheets
from scrub.media.sound_file import sound_file
from scrub.media.video import rebuild_video
from scrub.report import Clean, Refusal

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

_MAX_STREAMS = 64
_STILL = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_ASIDE = (
    Disposition.comment
    | Disposition.hearing_impaired
    | Disposition.visual_impaired
    | Disposition.descriptions
)


_UNREADABLE = (av.FFmpegError, EOFError, ValueError, OverflowError, LookupError, ArithmeticError)


def scrub_media(media_type: str, untrusted: bytes, disguise: bytes | None = None) -> Clean:
    """Raises Refusal, whatever the bytes are. `disguise`: the seed of a voice (32 bytes), or None."""
    av.logging.set_level(None)
    try:
        return _scrub(media_type, untrusted, disguise)
    except _UNREADABLE:
        whole = whole_part(media_type, untrusted)
        if whole is None:
            raise Refusal("truncated" if has_no_index(media_type, untrusted) else "broken") from None
    try:
        return _scrub(media_type, whole, disguise).noting("cut_short")
    except _UNREADABLE:
        raise Refusal("truncated") from None


def _scrub(media_type: str, untrusted: bytes, disguise: bytes | None) -> Clean:
    name = demuxer_of(media_type, untrusted)
    readable = without_empty_cue_sheets(untrusted) if name == "flac" else untrusted
    with av.open(io.BytesIO(readable), "r", format=name, metadata_errors="replace") as container:
        if len(container.streams) > _MAX_STREAMS:
            raise Refusal("bomb")
        inventory, notes = _take_inventory(media_type, untrusted, container), {"voice_remains"}
        sounds, pictures = _kept_streams(container)
        if not pictures and not sounds:
            raise Refusal("truncated" if has_no_index(media_type, untrusted) else "unsupported")
        if _told_tracks(container) > bool(sounds) + bool(pictures):
            notes.add("tracks_dropped")
        if inventory.captions or any(stream.type == "subtitle" for stream in container.streams):
            notes.add("subtitles_left_out")
        heard, seen = [stream.index for stream in sounds], [stream.index for stream in pictures]
    if not seen:
        declared = declared_seconds(behind_id3(media_type, untrusted), untrusted)
        content = sound_file(readable, name, heard, disguise, declared=declared, notes=notes)
        out_type = "audio/ogg"
    else:
        notes = notes - (set() if heard else {"voice_remains"}) | {"faces_remain"}
        content = rebuild_video(
            untrusted, name, seen[0], heard, inventory.removed, notes=notes, disguise=disguise
        )
        out_type = "video/mp4"
    if ends_early(behind_id3(media_type, untrusted), untrusted):
        notes = notes | {"cut_short"}
    if disguise is not None and "voice_remains" in notes:
        notes = notes - {"voice_remains"} | {"disguised"}
    return Clean.of(content, out_type, inventory.removed, notes)


def _kept_streams(container: "InputContainer") -> tuple[list[AudioStream], list[VideoStream]]:
    """Sound and video tracks, first the one that a player plays; covers and poster frames are neither."""
    readable = [stream for stream in container.streams if stream.codec_context is not None]
    sounds = [stream for stream in readable if isinstance(stream, AudioStream)]
    videos = [stream for stream in readable if isinstance(stream, VideoStream)]
    return (
        sorted(sounds, key=_rank),
        sorted((stream for stream in videos if not stream.disposition & _STILL), key=_rank),
    )


def _rank(stream: "Stream") -> int:
    """The smaller, the sooner players take it; among equals they take the first."""
    return 2 * (not stream.disposition & Disposition.default) + bool(stream.disposition & _ASIDE)


def _told_tracks(container: "InputContainer") -> int:
    """How many tracks of sound and video a person would miss, with those that nobody here can decode."""
    return sum(
        stream.type in ("audio", "video") and not stream.disposition & _STILL for stream in container.streams
    )


def _take_inventory(media_type: str, data: bytes, container: "InputContainer") -> Inventory:
    inventory = take_inventory(behind_id3(media_type, data), data)
    try:
        tags = [container.metadata, *(_tags(stream) for stream in container.streams)]
        tags += [chapter["metadata"] for chapter in container.chapters()]
        for each in tags:
            read_tags(each, inventory)
        if container.chapters():
            inventory.add("description")
        sounds, videos = _kept_streams(container)
        for stream in container.streams:
            if stream not in (*sounds, *videos) and not _is_told(stream):
                inventory.add("thumbnail" if stream.type == "video" else "other_metadata")
    except Exception:  # it serves the report alone: a reader that stumbles costs a word of it
        inventory.add("other_metadata")
    return inventory


def _is_told(stream: "Stream") -> bool:
    """Subtitles have a note of their own, and where a DVD's player goes next tells nothing."""
    return stream.type == "subtitle" or stream.name == "dvd_nav_packet"


def _tags(stream: "Stream") -> dict[str, str]:
    """Of a picture in a tag FFmpeg calls the kind (front, back ...) its comment."""
    kind = "comment" if stream.disposition & Disposition.attached_pic else None
    return {name: value for name, value in stream.metadata.items() if name != kind}


def samples() -> list[bytes]:
    """Small inputs that between them load every library a child may need."""
    sound = bytes(9600)
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    wave = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(sound)) + sound
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as file:
        track = file.add_stream("mpeg4", rate=25, width=32, height=32)
        frame = av.VideoFrame(32, 32, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        file.mux([*track.encode(frame), *track.encode(None)])
    return [b"RIFF" + struct.pack("<I", len(wave)) + wave, film.getvalue()]
