"""What a confined child does with a clean copy. Loads no decoder: `scrub.isolation.zygote` forks it."""

from scrub import verify
from scrub.isolation.wire import REJECTED, VERIFIED, unpack_media_type


def verify_task(media_type: bytes, untrusted_output: bytes) -> tuple[bytes]:
    """One byte: 1 when the bytes are on the allow-list of the media type they are said to have."""
    try:
        verify.verify(untrusted_output, unpack_media_type(media_type[0]))
    except verify.Unverified:
        return (REJECTED,)
    return (VERIFIED,)
