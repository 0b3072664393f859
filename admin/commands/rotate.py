"""`silbo-admin rotate`: a new key list, and, before a secret is destroyed, the names of what goes with it.

Issue 9 item 8. A receipt has let the server delete its copy, so the secret is the last way to a testimony.
What was never opened is destroyed only after a person typed a word for it; a script must say so in an option.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from admin.case import endings
from admin.case.casefile import CaseFile
from admin.case.endings import NEVER_OPENED, TAKEN_OUT, Standing
from admin.case.opening import sealed_to
from admin.commands import add_passphrase, reminders
from admin.context import Context
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.home import Home
from admin.keys import keylists, rotation
from admin.keys.keyring import KeyRing
from admin.keys.periods import GRACE_DAYS, PeriodFile
from admin.keys.recovery import has_recovery
from admin.keys.revoked import is_revoked
from admin.program import command
from admin.words import mark, tr, trn

LONGEST_PAUSE = timedelta(days=62)
"""Between two rotations of which the second may destroy without asking; a month is usual."""

WORD = mark("destroy")


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--weeks", type=int, default=rotation.WEEKS_AHEAD, help=tr("how far ahead (%(default)s)")
    )
    parser.add_argument(
        "--destroy-unread",
        action="store_true",
        help=tr("in a script: destroy also keys of drops that never were opened"),
    )
    add_passphrase(parser)


def run(context: Context, options: argparse.Namespace) -> int:
    """Extends the key list and destroys secrets past their time."""
    home, newest = context.open_home()
    issued = keylists.load(home).keys.issued
    newest = max(newest, issued)
    if (
        newest > context.today
        and context.terminal
        and context.confirm(tr("Is today {today} (UTC), for certain?", today=context.today))
    ):
        home.believe(context.today)
        newest = context.today
    ring = context.ring()
    with home.lock():  # what arrives after this look would be lost without a word
        case_file = reminders.case_file(context, home)
        before = endings.standings(home, case_file)
        choice = _Choice(context, home, ring, before, issued, unread_too=options.destroy_unread)
        done = rotation.rotate(
            home,
            ring,
            today=context.today,
            newest_day=newest,
            weeks=options.weeks,
            may_destroy=choice.of,
            work_factor=context.work_factor,
            progress=context.progress,
        )
    _report(context, home, done, before, case_file)
    if has_recovery(home) and (done.added or done.destroyed):
        context.note(
            tr(
                "The keys are other ones now: save them again for the recovery cards ('{command}'), and "
                "destroy the older file.",
                command=command("recovery save FILE"),
            )
        )
    if choice.kept is not None:
        context.warn(choice.kept)
    else:
        reminders.of_endings(context, home)
    return DONE if choice.kept is None or context.terminal else DONE_WITH_FINDINGS


@dataclass(slots=True)
class _Choice:
    """Which of the secrets that are due are destroyed; `issued` is the day of the last key list."""

    context: Context
    home: Home
    ring: KeyRing
    standings: Sequence[Standing]
    issued: date
    unread_too: bool
    kept: str | None = None
    """A sentence on what was not destroyed."""

    def of(self, past: Sequence[PeriodFile]) -> Sequence[PeriodFile]:
        """Names what would be lost, and asks. A person is asked because a wrong clock would destroy keys in
        use; a script has decided, but not after so long a time that a clock set forward is likelier.
        """
        context = self.context
        if not context.terminal and context.today - self.issued > LONGEST_PAUSE:
            raise AdminError(
                tr(
                    "The last key list was made on {issued} and today is {today}: if that is true, rotate on "
                    "a terminal, where you are asked before secrets are destroyed.",
                    issued=self.issued,
                    today=context.today,
                )
            )
        lost = self._lost(past)
        unread = [standing for standing, _ in lost if standing.done == NEVER_OPENED]
        held = {period for standing, on in lost if standing.done == NEVER_OPENED for period in on}
        self._name(past, [standing for standing, _ in lost])
        chosen = {period for period in past if period not in held}
        if context.terminal:
            question = (
                trn(
                    "Destroy {n} period secret that opens nothing unread?",
                    "Destroy {n} period secrets that open nothing unread?",
                    len(chosen),
                )
                if held
                else trn("Destroy {n} period secret?", "Destroy {n} period secrets?", len(chosen))
            )
            if chosen and not context.confirm(question):
                chosen = set()
            if held and context.type_word(
                trn(
                    "{n} drop was never opened. To destroy the keys all the same, type the word {word}; "
                    "anything else keeps them:",
                    "{n} drops were never opened. To destroy the keys all the same, type the word {word}; "
                    "anything else keeps them:",
                    len(unread),
                    word=tr(WORD),
                ),
                WORD,
            ):
                chosen |= held
        elif self.unread_too:
            chosen |= held
        if held - chosen:
            ids = ", ".join(standing.drop.id[:8] for standing in unread)
            again = "" if context.terminal else tr(", or give --destroy-unread")
            self.kept = trn(
                "Kept: {counted}, because {n} drop was never opened ({ids}). Take out what you need "
                "('extract'), then rotate again{again}.",
                "Kept: {counted}, because {n} drops were never opened ({ids}). Take out what you need "
                "('extract'), then rotate again{again}.",
                len(unread),
                counted=trn("{n} period secret", "{n} period secrets", len(held)),
                ids=ids,
                again=again,
            )
        return [period for period in past if period in chosen]

    def _lost(self, past: Sequence[PeriodFile]) -> list[tuple[Standing, set[PeriodFile]]]:
        """The drops that hang on these secrets, and on which of them. What was never opened is tried."""
        found = []
        for standing in self.standings:
            on = set(standing.keys) & set(past)
            if on and standing.done == NEVER_OPENED:
                if standing.drop.path.exists():
                    on = sealed_to(standing.drop, self.ring.identities(standing.drop.day, on)) & on
                elif not set(standing.keys) <= on:
                    on = set()
            if on:
                found.append((standing, on))
        return found

    def _name(self, past: Sequence[PeriodFile], lost: Sequence[Standing]) -> None:
        context = self.context
        starts = ", ".join(f"{period.start}" for period in past)
        context.tell(
            tr(
                "By the clock, today is {today} (UTC). Past their time: {counted} ({starts}).",
                today=context.today,
                counted=trn("{n} period secret", "{n} period secrets", len(past)),
                starts=starts,
            )
        )
        gone = [standing for standing in lost if standing.done != TAKEN_OUT]
        if gone:
            context.tell(tr("Once destroyed, these can never be read here again:"))
        for standing in gone:
            drop, words = standing.drop, tr(standing.done)
            if standing.done != NEVER_OPENED:
                words = tr("{words}, not taken out", words=words)
            elif not drop.path.exists():
                words = tr("{words}, its file is missing", words=words)
            context.say(
                tr(
                    "  {id}  {day}  batch {sequence}  {words}",
                    id=drop.id[:12],
                    day=drop.day,
                    sequence=drop.sequence,
                    words=context.paint.alarm(words),
                )
            )
        if kept := len(lost) - len(gone):
            context.tell(
                tr(
                    "What you took out stays in its folder: {counted}.",
                    counted=trn("{n} drop", "{n} drops", kept),
                )
            )


def _report(
    context: Context, home: Home, done: rotation.Rotation, before: Sequence[Standing], case_file: CaseFile
) -> None:
    after = endings.standings(home, case_file)
    lost = [now.drop for was, now in zip(before, after, strict=True) if was.keys and not now.keys]
    published = done.published
    if not done.added and not done.destroyed:
        context.tell(
            tr(
                "Key list number {serial} stays as it is, {span}: the server needs nothing new.",
                serial=published.keys.serial,
                span=published.span,
            )
        )
        return
    context.tell(
        tr(
            "Key list number {serial}: {counted}, {span}.",
            serial=published.keys.serial,
            counted=trn("{n} new period", "{n} new periods", done.added),
            span=published.span,
        ),
        tr("These keys were revoked: no server takes the list.")
        if is_revoked(home, published.keys.root)
        else tr("Give it to the server: '{command}' copies it.", command=command("publish DIR")),
    )
    if done.destroyed:
        context.tell(
            trn(
                "Destroyed {n} period secret, {days} days or more past its end: {starts}.",
                "Destroyed {n} period secrets, {days} days or more past their end: {starts}.",
                len(done.destroyed),
                days=GRACE_DAYS,
                starts=", ".join(f"{period.start}" for period in done.destroyed),
            ),
            tr(
                "Each was overwritten and removed; a solid-state disk or a backup may still hold a copy, "
                "which only the passphrase protects."
            ),
        )
    else:
        context.tell(tr("No period secret was destroyed."))
    context.tell(
        *(tr("Can no longer be read: drop {id} of {day}.", id=drop.id[:8], day=drop.day) for drop in lost)
    )
