"""What `silbo doctor` makes of what a desk asks of sources and tells them: its word, languages, room."""

from collections.abc import Iterator

from bot.desks import Desk, desks_of
from bot.doctor.finding import Finding
from bot.poster_words import SHORT, plain
from bot.settings import Settings


def told(settings: Settings) -> Iterator[Finding]:
    """A warning for each thing that works, and not as somebody would think; nothing where all is well."""
    desks = desks_of(settings)
    for desk in desks:
        of = f"{desk.short}: " if len(desks) > 1 else ""
        yield from (Finding(check, "warning", of + what, fix) for check, what, fix in _of(desk))
    total = settings.quota.total_mb
    shares = sum(desk.quota or 0 for desk in desks) // 1_000_000
    if total is not None and shares > total:
        text = f"the desks may hold {shares} MB together, and the server {total}"
        yield Finding("quota", "warning", text, "make quota.total_mb larger, or each quota_mb smaller")
    if settings.bots and any(desk.quota is None for desk in desks):
        text = "there are several bots, and a desk without a quota: a flood at one fills the room of all"
        yield Finding("quota", "warning", text, "give each desk a quota_mb")


def _of(desk: Desk) -> Iterator[tuple[str, str, str]]:
    if any(len(plain(word)) < SHORT for word in desk.poster_words):
        text = f"a word on the poster has fewer than {SHORT} letters, so it will be guessed"
        yield "poster_words", text, "take a longer one, or two words"
    for language in desk.languages:
        if desk.notice and language not in desk.notice:
            text = f"the desk reads {language}, and its own lines (notice) are not in it"
            yield "notice", text, f"write them in {language}, too"
