"""What a reviewer, a key list or a revocation is refused with: one small family, one sentence each."""

from collections.abc import Iterator
from contextlib import contextmanager

from crypto.errors import CryptoError


class ReviewersError(Exception):
    """A reviewer, a key list or a revocation was refused; one sentence for the operator."""


class NoValidKey(ReviewersError):
    """No reviewer has a key that is valid today: nothing may be taken in."""


@contextmanager
def refusals(
    missing: str = "The key list or its signature (NAME.minisig beside it) is not there.",
    failed: str = "The key list or the folder of reviewers cannot be read or written.",
) -> Iterator[None]:
    """One sentence for whatever the disk refuses, or `crypto`, whose messages quote nothing."""
    try:
        yield
    except CryptoError as error:
        raise ReviewersError(str(error)) from None
    except FileNotFoundError:
        raise ReviewersError(missing) from None
    except OSError:
        raise ReviewersError(failed) from None
