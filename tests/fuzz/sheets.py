"""Fuzzes the cleaner of sheets and OpenDocument: only Refusal comes out, and its judge passes each copy.

    python -m tests.fuzz.sheets [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.sheets --blind [--seconds N]    random edits of the seeds, with nothing but Python

An edit changes the XML of one part: tags, values of attributes, words, or bytes.
"""

from __future__ import annotations

import io
import random
import re
import zipfile

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 17

with instrumented("scrub"):
    from scrub import engine, verify
    from scrub.report import Refusal
    from tests.opener.test_opener_fuzz import mutate
    from tests.scrub.fuzzed_office import office_seeds
    from tests.scrub.office_files import zipped

_TAG = re.compile(rb"<[^<>]*>")
_VALUE = re.compile(rb"=\"([^\"<>]*)\"")
_VALUES = (
    *(
        b"",
        b"0",
        b"-1",
        b"1",
        b"99999999999999999999",
        b"true",
        b"A1",
        b"XFE1048577",
        b"d",
        b"n",
        b"str",
        b"s",
    ),
    *(
        b"1e999",
        b"NaN",
        b"50%",
        b"12pt",
        b"local-table.$A$1:.$A$9",
        b"./Object 1",
        b"../x",
        b"as-char",
        b"none",
    ),
    *(
        b"[$-C0A]d &quot;de&quot; mmmm;;;@",
        b"\\",
        b"&quot;",
        b"[$",
        b"2025-02-30T25:00",
        b"C:\\Users\\a\\b",
        b"\xc2\xad",
    ),
)


def one_input(data: bytes) -> None:
    """Raises whatever is no Refusal, and Unverified for a copy that its judge doesn't pass."""
    try:
        copy = engine.scrub(data)
    except Refusal:
        return
    verify.verify(copy.content, copy.media_type)


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(chance.choice(inputs))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice([name for name in sorted(parts) if not name.endswith((".jpg", "mimetype"))])
        parts[name] = _edited(parts[name], chance)
    if chance.random() < 0.05:
        parts.pop(chance.choice(sorted(parts)))
    return zipped(parts)


def _edited(part: bytes, chance: random.Random) -> bytes:
    kind = chance.randrange(6)
    if kind == 0:
        return mutate(part, chance, LONGEST) or b"\0"
    found = list((_VALUE if kind < 3 else _TAG).finditer(part))
    if not found:
        return part
    one, other = chance.choice(found), chance.choice(found)
    if kind < 3:
        value = other[1] if kind == 1 else chance.choice(_VALUES)
        return part[: one.start(1)] + value + part[one.end(1) :]
    if kind == 3:
        return part[: one.start()] + other[0] + part[one.end() :]
    first, last = sorted((one.start(), other.start()))
    if kind == 4:
        return part[:first] + part[last:]
    return part[:last] + part[first:last] + part[last:]


FUZZER = Fuzzer(
    "sheets", LONGEST, office_seeds, edit, one_input, "only Refusal came out, and each copy passed."
)

if __name__ == "__main__":
    engine.load()
    FUZZER.main()
