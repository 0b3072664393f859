"""A recording whose end is missing is kept as far as it goes, and that is told (issue 12, B)."""

from collections.abc import Callable

import pytest

from scrub.media import scrub_media
from scrub.report import Clean, Refusal
from scrub.scrubber import Scrubber
from scrub.sniff import SNIFF_BYTES, sniff

Record = Callable[..., bytes]
Film = Callable[..., bytes]
_SOUNDS = {
    "wav": "pcm_s16le",
    "w64": "pcm_s16le",
    "aiff": "pcm_s16be",
    "au": "pcm_s16be",
    "caf": "pcm_s16le",
    "flac": "flac",
    "mp3": "libmp3lame",
    "ogg": "libopus",
    "wv": "wavpack",
    "tta": "tta",
}
_FILMS = {"matroska": "libx264", "flv": "libx264", "avi": "mpeg4"}


def _scrubbed(data: bytes) -> Clean:
    media_type = sniff(data[:SNIFF_BYTES])
    assert media_type is not None
    return scrub_media(media_type, data)


@pytest.mark.parametrize("container", _SOUNDS)
def test_a_cut_recording_is_kept_and_told(container: str, record: Record) -> None:
    whole = record(_SOUNDS[container], container, seconds=2.0)
    assert "cut_short" not in _scrubbed(whole).notes
    assert "cut_short" in _scrubbed(whole[: len(whole) * 2 // 3]).notes


@pytest.mark.parametrize("container", _FILMS)
def test_a_cut_film_is_kept_and_told(container: str, film: Film) -> None:
    sound = "libmp3lame" if container == "avi" else "aac"
    whole = film(container, _FILMS[container], sound, pictures=50, size=(160, 120))
    assert "cut_short" not in _scrubbed(whole).notes
    assert "cut_short" in _scrubbed(whole[: len(whole) * 2 // 3]).notes


def test_a_cut_mp4_without_its_index_is_said_to_be_cut_and_one_with_it_is_kept(film: Film) -> None:
    whole = film("mp4", pictures=50)
    with pytest.raises(Refusal, match="truncated"):
        _scrubbed(whole[: len(whole) * 2 // 3])
    pieces = film("mp4", pictures=50, options={"movflags": "frag_keyframe+empty_moov"})
    assert "cut_short" not in _scrubbed(pieces).notes
    for cut in range(
        len(pieces) // 2, len(pieces) - 1, len(pieces) // 30
    ):  # also within a table of what follows
        assert "cut_short" in _scrubbed(pieces[:cut]).notes


def test_noise_behind_the_head_of_a_film_is_damaged_and_not_cut(film: Film) -> None:
    with pytest.raises(Refusal, match="broken"):
        _scrubbed(film("mp4")[:32] + bytes(range(8, 256)) * 9)


async def test_a_cut_recording_passes_through_the_processes(record: Record, in_children: Scrubber) -> None:
    result = await in_children.scrub(record(seconds=2.0)[:99_000])
    assert isinstance(result, Clean)
    assert "cut_short" in result.notes
