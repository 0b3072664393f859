"""Fuzzes the inventory: whatever a file is, it is told in codes or refused, and soon.

    python -m tests.fuzz.inventory [--seconds N]            coverage-guided, with atheris
    python -m tests.fuzz.inventory --blind [--seconds N]    random edits of the seeds, Python alone

The seeds are the files of which each byte is known (`tests/scrub/known_files.py`), plain and with all places
filled.
"""

from __future__ import annotations

import random
import time

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 15
_SECONDS = 10.0
"""Of the processor: no file of this length may take more."""

with instrumented("scrub"):
    from scrub.inventory import _READERS, take_inventory
    from scrub.report import REMOVED, Refusal
    from scrub.sniff import SNIFF_BYTES, sniff
    from tests.opener.test_opener_fuzz import mutate
    from tests.scrub.conftest import _film, _record
    from tests.scrub.known_files import all_known
    from tests.scrub.known_more import all_more
    from tests.scrub.test_old_media import FILMS, SOUNDS

_TYPES = sorted(_READERS)


def seeds() -> list[bytes]:
    known = [known.file(places) for known in (*all_known(), *all_more()) for places in ((), known.places)]
    bare = [_record(seconds=0.1, **each) for each in SOUNDS.values()]
    films = [_film(pictures=2, **each) for each in FILMS.values()]
    return [*known, *(each[:LONGEST] for each in (*bare, *films))]


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    data = chance.choice(inputs)
    for _ in range(chance.randrange(1, 5)):
        data = mutate(data, chance, 512) or b"\0"
    return data


def one_input(data: bytes) -> None:
    """Read as what it says it is, and as one other type that its length chooses."""
    for media_type in {sniff(data[:SNIFF_BYTES]), _TYPES[len(data) % len(_TYPES)]}:
        start = time.process_time()
        try:
            removed = take_inventory(media_type or "", data).removed
        except Refusal:
            continue
        finally:
            assert time.process_time() - start < _SECONDS
        assert removed <= set(REMOVED)


FUZZER = Fuzzer("inventory", LONGEST, seeds, edit, one_input, "each was told in codes or refused, and soon.")

if __name__ == "__main__":
    FUZZER.main()
