"""Fuzzes what reads pictures and recordings before any decoder does: TIFF directories, chunks, headers.

    python -m tests.fuzz.pictures [--seconds N]            coverage-guided, with atheris (pip install atheris)
    python -m tests.fuzz.pictures --blind [--seconds N]    random edits of the seeds, with nothing but Python

They end in an answer or in a refusal, whatever the bytes are.
"""

from __future__ import annotations

import contextlib
import io
import random
import struct

from PIL import Image

from tests.fuzz.driver import Fuzzer, instrumented

LONGEST = 1 << 14
_SMALL = 4096
"""Bytes of a file that is decoded, too."""

with instrumented("scrub"):
    from scrub.image import jpeg_end, jxl, tiff_directory
    from scrub.image.format import samples
    from scrub.inventory import chunks, packets
    from scrub.inventory.findings import Inventory
    from scrub.report import Refusal
    from scrub.sniff import SNIFF_BYTES, sniff
    from scrub.sniff.media import is_transport_stream
    from tests.opener.test_opener_fuzz import mutate
    from tests.scrub.tiff_files import TiffPage, tiff_file


def one_input(data: bytes) -> None:
    """Raises whatever is no refusal."""
    sniff(data[:SNIFF_BYTES])
    is_transport_stream(data)
    for read in (chunks.read_avi, chunks.read_aiff, chunks.read_caf, packets.read_transport):
        with contextlib.suppress(Refusal, RecursionError):  # lists in lists: the report gets shorter
            read(data, Inventory())
    with contextlib.suppress(Refusal):
        jxl.header(data)
    if len(data) < _SMALL:
        jpeg_end.lacks_rows(data)
    try:
        pages, _ = tiff_directory.pages(data)
    except Refusal:
        return
    assert 1 <= len(pages) <= tiff_directory.MAX_DIRECTORIES
    for page in pages[:4]:
        assert page.has_picture
        assert 0 <= page.whole_rows(len(data)) <= page.size[1]
        assert len(tiff_directory.alone(data, page, {262: 1, 339: 1})) == len(data)


def seeds() -> list[bytes]:
    page = TiffPage((8, 8), bytes(64), {254: ("I", [0]), 282: ("r", [(204, 1)]), 283: ("r", [(98, 1)])})
    preview = TiffPage((2, 2), bytes(4), {254: ("I", [1])}, below=[page])
    out = io.BytesIO()
    Image.new("1", (16, 16)).save(out, "TIFF", save_all=True, append_images=[Image.new("1", (8, 8))])
    big = io.BytesIO()
    Image.new("L", (16, 16)).save(big, "TIFF", big_tiff=True)
    restarts = io.BytesIO()
    Image.radial_gradient("L").resize((40, 24)).save(restarts, "JPEG", restart_marker_blocks=4)
    avi = b"RIFF\0\0\0\0AVI " + b"LIST" + struct.pack("<I", 24) + b"hdrlIDIT\2\0\0\0ab\0\0JUNK\0\0\0\0"
    aiff = b"FORM\0\0\0\0AIFF" + b"NAME\0\0\0\2ab" + b"SSND\0\0\0\0"
    caf = b"caff\0\1\0\0" + struct.pack(">4sQ", b"uuid", 4) + bytes(4) + struct.pack(">4sQ", b"data", 0)
    packets = b"".join(b"G\x40\x11\x10" + bytes(20) + b"\x48" + bytes(163) for _ in range(6))
    return [
        tiff_file([page, page, preview]),
        tiff_file([page, page], after=1),
        tiff_file([preview]),
        out.getvalue(),
        big.getvalue(),
        restarts.getvalue(),
        avi,
        aiff,
        caf,
        packets,
        next(samples()),
        b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I4s", 9 + 88, b"jxlp") + bytes(4) + next(samples()),
    ]


def edit(inputs: list[bytes], chance: random.Random) -> bytes:
    data = chance.choice(inputs)
    for _ in range(chance.randrange(1, 5)):
        data = mutate(data, chance, 512) or b"\0"
    return data


FUZZER = Fuzzer("pictures", LONGEST, seeds, edit, one_input, "each ended in an answer or a refusal.")

if __name__ == "__main__":
    FUZZER.main()
