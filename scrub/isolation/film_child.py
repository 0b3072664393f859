"""What a confined child does with a picture or a film whose codes are wanted. Imported by
`scrub.isolation.filming` only, before it forks.
"""

import contextlib

from scrub.filmed import codes_in, packed, sample
from scrub.image import decode
from scrub.image import format as image_format


def codes_task(_head: bytes, content: bytes) -> tuple[bytes]:
    """The codes, as `scrub.filmed` packs them. What it raises ends the child."""
    return (packed(codes_in(content)),)


def warm_up() -> None:
    """Loads every decoder and runs each once, so that a child opens no file for the first time."""
    decode.load_plugins()
    for file in (*image_format.samples(), sample()):
        with contextlib.suppress(KeyError):  # no decoder here: JPEG XL, which no camera of a laptop writes
            codes_in(file)
