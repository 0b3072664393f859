"""What comes from a release in memory is decoded by the libraries of that release alone."""

import os

import pytest

from scrub.isolation.zygote_process import ScrubberError, ZygoteProcess

_SEES = """
import importlib.util, socket, sys
control = socket.socket(fileno=int(sys.argv[-1]))
if importlib.util.find_spec("PIL") is None:
    control.send(bytes(4))
"""


async def test_libraries_that_this_machine_has_are_not_taken_before_those_of_a_release() -> None:
    """On a laptop with Debian's python3-pil nothing was drawn or cleaned, and pictures were not searched."""
    handle = os.memfd_create("a release")
    try:
        process = await ZygoteProcess.start(program=("-c", _SEES), descriptors=(handle,))
        await process.stop()
        with pytest.raises(ScrubberError):
            await ZygoteProcess.start(program=("-c", _SEES))  # in a checkout, what is installed is
    finally:
        os.close(handle)
