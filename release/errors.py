"""What a release says when it can't be made."""


class ReleaseError(Exception):
    """Stops the release; its text is one sentence for the person who makes it."""
