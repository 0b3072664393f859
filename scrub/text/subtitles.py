"""Subtitles, written anew from times and words: SubRip by custom, WebVTT by the W3C's recommendation.

Who speaks is said before the words. Styles, places on the screen, comments and identifiers go.
"""

import re
from dataclasses import dataclass

_TIME = r"(?:([0-9]{1,3}):)?([0-5]?[0-9]):([0-5]?[0-9])[.,]([0-9]{1,3})"
_TIMING = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}([ \t][^\n]*)?")
_NUMBER = re.compile(r"[0-9]{1,9}[ \t]*")
_TAG = re.compile(r"<[^<>\n]*>|\{\\[^{}\n]*\}")
_VOICE = re.compile(r"[ \t]*<v[^\s<>]*[ \t]([^<>\n]*)>(?!\s*(?:</v|\Z))")
_LEFT_OVER = str.maketrans("", "", "<>{}")
_ARROW = re.compile("-{2,}>")
_NESTED = 4


@dataclass(frozen=True, slots=True)
class Subtitles:
    """`cues`: begin and end in milliseconds, and the words, in the order of the file."""

    cues: list[tuple[int, int, str]]
    removed: frozenset[str]


def read_subrip(text: str) -> Subtitles | None:
    """None unless the whole of a tidied text is SubRip."""
    lines = text.split("\n")
    if not _NUMBER.fullmatch(lines[0]) or len(lines) < 3 or not _TIMING.fullmatch(lines[1]):
        return None
    return _read([block for block in re.split(r"\n{2,}", text.strip("\n")) if block])


def read_webvtt(text: str) -> Subtitles | None:
    """None unless a tidied text is WebVTT. What precedes the first cue, and notes and styles, go."""
    head, _, rest = text.partition("\n")
    if head != "WEBVTT" and not head.startswith(("WEBVTT ", "WEBVTT\t")):
        return None
    first, *blocks = re.split(r"\n{2,}", f"{head}\n{rest}".strip("\n"))
    subtitles = _read([block for block in blocks if not _is_aside(block)])
    if subtitles is None:
        return None
    removed = {"comment"} if any(map(_is_aside, blocks)) or first != "WEBVTT" else set()
    return Subtitles(subtitles.cues, subtitles.removed | removed)


def write_subrip(subtitles: Subtitles) -> str:
    """Numbered from 1."""
    return "\n".join(
        f"{number}\n{_time(begin, ',')} --> {_time(end, ',')}\n{words}\n"
        for number, (begin, end, words) in enumerate(subtitles.cues, 1)
    )


def write_webvtt(subtitles: Subtitles) -> str:
    """Without anything but times and words."""
    return "WEBVTT\n" + "".join(
        f"\n{_time(begin, '.')} --> {_time(end, '.')}\n{words}\n" for begin, end, words in subtitles.cues
    )


def _read(blocks: list[str]) -> Subtitles | None:
    """A block without times goes on with the words before it; None where there are none."""
    cues: list[tuple[int, int, list[str]]] = []
    removed: set[str] = set()
    for block in blocks:
        lines = block.split("\n")
        timing = _TIMING.fullmatch(lines[0])
        at = 0
        if timing is None and len(lines) > 1:
            timing, at = _TIMING.fullmatch(lines[1]), 1
        if timing is None:
            if not cues:
                return None
            cues[-1][2].append(_words(lines))
            continue
        if at and not _NUMBER.fullmatch(lines[0]):
            removed.add("identifier")
        if (timing[9] or "").strip():
            removed.add("other_metadata")
        words = [_words(lines[at + 1 :])]
        cues.append((_milliseconds(timing, 1), _milliseconds(timing, 5), words))
    joined = [(begin, end, "\n".join(filter(None, pieces))) for begin, end, pieces in cues]
    saying = [cue for cue in joined if cue[2]]
    return Subtitles(saying, frozenset(removed)) if saying else None


def _words(lines: list[str]) -> str:
    plain = _TAG.sub("", _VOICE.sub(_speaker, "\n".join(lines)))
    for _ in range(_NESTED):
        plain = _TAG.sub("", plain)
    if _TAG.search(plain):
        plain = plain.translate(_LEFT_OVER)
    lines = [" ".join(line.split()) for line in _ARROW.sub("->", plain).split("\n")]
    return "\n".join(line for line in lines if line)


def _speaker(voice: re.Match[str]) -> str:
    """Each on a line of their own, where the cue doesn't say the name itself."""
    name = " ".join(voice[1].split())
    line = "\n" if voice.start() else ""
    return line if not name or voice.string.startswith(name, voice.end()) else f"{line}{name}: "


def _is_aside(block: str) -> bool:
    first = block.partition("\n")[0]
    return "-->" not in first and (
        first in ("STYLE", "REGION") or re.match(r"NOTE(?:[ \t]|$)", first) is not None
    )


def _milliseconds(timing: re.Match[str], group: int) -> int:
    hours, minutes, seconds, fraction = (timing[number] for number in range(group, group + 4))
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def _time(milliseconds: int, mark: str) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{fraction:03}"
