"""What `silbo doctor` sees of the page: whether it is built, and whether it is served."""

import socket
from collections.abc import Iterator
from contextlib import closing

from bot.doctor.finding import Finding
from bot.page import BUILT, PageError, read_built
from bot.settings import PageSettings

SECONDS = 5.0


def page(settings: PageSettings | None) -> Iterator[Finding]:
    """Nothing where no page is served."""
    if settings is None:
        return
    try:
        read_built(settings.built or BUILT)
        yield Finding("page", "ok", "the page is built")
    except PageError as error:
        yield Finding("page", "broken", str(error))
    except OSError:
        yield Finding("page", "broken", "the page can't be read", "look at `built` in [page]")
    if _answers(settings):
        yield Finding("door", "ok", "the page's server listens")
    else:
        yield Finding("door", "broken", "nothing listens where the page should be", "systemctl restart silbo")


def _answers(settings: PageSettings) -> bool:
    where = (settings.host, settings.port) if settings.socket is None else str(settings.socket)
    family = (
        socket.AF_UNIX if settings.socket else socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    )
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.settimeout(SECONDS)
        return probe.connect_ex(where) == 0
