"""Metadata removal: one file in, one rebuilt file and a report out, in a confined child process.

`docs/scrub.md` tells what may be in an output and why. Only the children import a decoder. `scrubber` is the
parent's side, which never parses; `verify` is the judge, which imports the tables alone.
"""
