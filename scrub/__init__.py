"""Metadata removal: one file in, one rebuilt file and a report out, in a confined child process.

`docs/scrub.md` tells what may be in an output and why. Only this package's children import a decoder; whoever
imports `scrub` gets the parent's side, which never parses.
"""

from scrub.isolation.sandbox import ISOLATION
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits
from scrub.report import NOTES, REFUSALS, REMOVED, Choices, Clean, Refused
from scrub.scrubber import Scrubber
from scrub.sniff import SNIFF_BYTES, sniff

__all__ = [
    "ISOLATION",
    "NOTES",
    "REFUSALS",
    "REMOVED",
    "SNIFF_BYTES",
    "Choices",
    "Clean",
    "Refused",
    "ScrubLimits",
    "Scrubber",
    "ScrubberError",
    "sniff",
]
