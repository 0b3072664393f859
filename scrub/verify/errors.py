"""The one way in which a check ends that fails."""


class Unverified(Exception):
    """The output isn't what our writers write. Says nothing else."""


def require(condition: bool) -> None:
    """Raise Unverified unless `condition` holds."""
    if not condition:
        raise Unverified
