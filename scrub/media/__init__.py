"""Sound and video: demuxed from memory, decoded or filtered, written anew. Runs in a confined child.

Only the container that the content names is tried, nothing but the first sound and video track is kept, and
no tag, time, picture or box of the input is ever copied: we write the Ogg and MP4 structure ourselves.
"""

import io
import struct
from typing import TYPE_CHECKING

import av
from av.audio.stream import AudioStream
from av.stream import Disposition
from av.video.stream import VideoStream

from scrub.inventory import media as media_inventory
from scrub.inventory.findings import Inventory
from scrub.media.ogg import write_ogg
from scrub.media.sound import OpusEncoder
from scrub.media.video import rebuild_video
from scrub.media.voice import DisguisedEncoder
from scrub.report import Clean, Refusal

if TYPE_CHECKING:
    from av.container import InputContainer

_FORMATS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/amr": "amr",
    "audio/mp4": "mov",
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
}
_MAX_STREAMS = 64
_STILL = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_TOLERATED_ERRORS = 8  # tags at the end of an MP3 come as packets that aren't sound
_TOLERATED_SHARE = 0.02


def scrub_media(media_type: str, untrusted: bytes, disguise: bytes | None = None) -> Clean:
    """Raises Refusal, whatever the bytes are. `disguise`: the seed of a voice (32 bytes), or None."""
    av.logging.set_level(None)
    try:
        return _scrub(media_type, untrusted, disguise)
    except (av.FFmpegError, EOFError, ValueError, OverflowError, LookupError, ArithmeticError):
        raise Refusal("broken") from None


def _scrub(media_type: str, untrusted: bytes, disguise: bytes | None) -> Clean:
    name = _FORMATS[_behind_id3(media_type, untrusted)]
    with av.open(io.BytesIO(untrusted), "r", format=name, metadata_errors="replace") as container:
        if len(container.streams) > _MAX_STREAMS:
            raise Refusal("bomb")
        inventory, notes = _take_inventory(media_type, untrusted, container), {"voice_remains"}
        sounds, pictures = _kept_streams(container)
        if not pictures and not sounds:
            raise Refusal("unsupported")
        if _told_tracks(container) > bool(sounds) + bool(pictures):
            notes.add("tracks_dropped")
        video, sound = (tracks[0].index if tracks else None for tracks in (pictures, sounds))
        if video is None:
            content, out_type = _rebuild_sound(container, sounds[0], disguise), "audio/ogg"
    if video is not None:
        notes = notes - ({"voice_remains"} if sound is None else set()) | {"faces_remain"}
        content = rebuild_video(
            untrusted, name, video, sound, inventory.removed, notes=notes, disguise=disguise
        )
        out_type = "video/mp4"
    if disguise is not None and "voice_remains" in notes:
        notes = notes - {"voice_remains"} | {"disguised"}
    return Clean.of(content, out_type, inventory.removed, notes)


def _behind_id3(media_type: str, data: bytes) -> str:
    """ID3v2 may lead an MP3, an AAC or a FLAC file; its size is four times seven bits."""
    if data[:3] != b"ID3" or len(data) < 10:
        return media_type
    size = 0
    for byte in data[6:10]:
        size = size << 7 | byte & 0x7F
    behind = data[10 + size : 14 + size]
    if behind == b"fLaC":
        return "audio/flac"
    if len(behind) > 1 and behind[0] == 0xFF and behind[1] & 0xF6 == 0xF0:
        return "audio/aac"
    return media_type


def _kept_streams(container: "InputContainer") -> tuple[list[AudioStream], list[VideoStream]]:
    """Sound and video tracks in the file's order; covers and poster frames are neither."""
    readable = [stream for stream in container.streams if stream.codec_context is not None]
    sounds = [stream for stream in readable if isinstance(stream, AudioStream)]
    videos = [stream for stream in readable if isinstance(stream, VideoStream)]
    return sounds, [stream for stream in videos if not stream.disposition & _STILL]


def _told_tracks(container: "InputContainer") -> int:
    """How many tracks of sound and video a person would miss, with those that nobody here can decode."""
    return sum(
        stream.type in ("audio", "video") and not stream.disposition & _STILL for stream in container.streams
    )


def _take_inventory(media_type: str, data: bytes, container: "InputContainer") -> Inventory:
    inventory = Inventory()
    try:
        tags = [container.metadata, *(stream.metadata for stream in container.streams)]
        tags += [chapter["metadata"] for chapter in container.chapters()]
        for each in tags:
            media_inventory.read_tags(each, inventory)
        if container.chapters():
            inventory.add("description")
        media_inventory.read_structure(media_type, data, inventory)
        sounds, videos = _kept_streams(container)
        for stream in container.streams:
            if stream not in (*sounds, *videos):
                inventory.add("thumbnail" if stream.type == "video" else "other_metadata")
    except Exception:  # it serves the report alone: a reader that stumbles costs a word of it
        inventory.add("other_metadata")
    return inventory


def _rebuild_sound(container: "InputContainer", stream: AudioStream, disguise: bytes | None) -> bytes:
    stream.codec_context.thread_count = 1
    encoder: OpusEncoder | DisguisedEncoder | None = None
    packets = errors = 0
    for packet in container.demux(stream):
        packets += 1
        try:
            frames = packet.decode()
        except (av.InvalidDataError, EOFError):
            errors += 1
            continue
        for frame in frames:
            if encoder is None:
                channels = frame.layout.nb_channels
                encoder = OpusEncoder(channels) if disguise is None else DisguisedEncoder(disguise)
            encoder.add(frame)
    if encoder is None or errors > _TOLERATED_ERRORS + packets * _TOLERATED_SHARE:
        raise Refusal("broken")
    encoder.finish()
    return write_ogg(encoder.packets, encoder.channels, encoder.samples)


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
