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
from admin.context import Context, count
from admin.errors import DONE, DONE_WITH_FINDINGS, AdminError
from admin.home import Home
from admin.keys import keylists, rotation
from admin.keys.keyring import KeyRing
from admin.keys.periods import GRACE_DAYS, PeriodFile
from admin.keys.revoked import is_revoked
from admin.program import command

LONGEST_PAUSE = timedelta(days=62)
"""Between two rotations of which the second may destroy without asking; a month is usual."""

WORD = "destroy"


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weeks", type=int, default=rotation.WEEKS_AHEAD, help="how far ahead (%(default)s)")
    parser.add_argument(
        "--destroy-unread",
        action="store_true",
        help="in a script: destroy also keys of drops that never were opened",
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
        and context.confirm(f"Is today {context.today} (UTC), for certain?")
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
                f"The last key list was made on {self.issued} and today is {context.today}: if that is true, "
                "rotate on a terminal, where you are asked before secrets are destroyed."
            )
        lost = self._lost(past)
        unread = [standing for standing, _ in lost if standing.done == NEVER_OPENED]
        held = {period for standing, on in lost if standing.done == NEVER_OPENED for period in on}
        self._name(past, [standing for standing, _ in lost])
        chosen = {period for period in past if period not in held}
        if context.terminal:
            which = count(len(chosen), "period secret")
            if held:
                which += " that opens nothing unread" if len(chosen) == 1 else " that open nothing unread"
            if chosen and not context.confirm(f"Destroy {which}?"):
                chosen = set()
            if held and context.type_word(
                f"{_never(unread)} opened. To destroy the keys all the same, type the word {WORD}; anything "
                "else keeps them:",
                WORD,
            ):
                chosen |= held
        elif self.unread_too:
            chosen |= held
        if held - chosen:
            ids = ", ".join(standing.drop.id[:8] for standing in unread)
            again = "" if context.terminal else ", or give --destroy-unread"
            self.kept = (
                f"Kept: {count(len(held), 'period secret')}, because {_never(unread)} opened ({ids}). "
                f"Take out what you need ('extract'), then rotate again{again}."
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
            f"By the clock, today is {context.today} (UTC). "
            f"Past their time: {count(len(past), 'period secret')} ({starts})."
        )
        gone = [standing for standing in lost if standing.done != TAKEN_OUT]
        if gone:
            context.tell("Once destroyed, these can never be read here again:")
        for standing in gone:
            drop, words = standing.drop, standing.done
            if words != NEVER_OPENED:
                words = f"{words}, not taken out"
            elif not drop.path.exists():
                words = f"{words}, its file is missing"
            context.say(f"  {drop.id[:12]}  {drop.day}  batch {drop.sequence}  {context.paint.alarm(words)}")
        if kept := len(lost) - len(gone):
            context.tell(f"What you took out stays in its folder: {count(kept, 'drop')}.")


def _report(
    context: Context, home: Home, done: rotation.Rotation, before: Sequence[Standing], case_file: CaseFile
) -> None:
    after = endings.standings(home, case_file)
    lost = [now.drop for was, now in zip(before, after, strict=True) if was.keys and not now.keys]
    published = done.published
    if not done.added and not done.destroyed:
        context.tell(
            f"Key list number {published.keys.serial} stays as it is, {published.span}: the server needs "
            "nothing new."
        )
        return
    context.tell(
        f"Key list number {published.keys.serial}: {count(done.added, 'new period')}, {published.span}.",
        "These keys were revoked: no server takes the list."
        if is_revoked(home, published.keys.root)
        else f"Give it to the server: '{command('publish DIR')}' copies it.",
    )
    if done.destroyed:
        context.tell(
            f"Destroyed {count(len(done.destroyed), 'period secret')}, "
            f"{GRACE_DAYS} days or more past {'its' if len(done.destroyed) == 1 else 'their'} end: "
            + ", ".join(f"{period.start}" for period in done.destroyed)
            + ".",
            "Each was overwritten and removed; a solid-state disk or a backup may still hold a copy, "
            "which only the passphrase protects.",
        )
    else:
        context.tell("No period secret was destroyed.")
    context.tell(*(f"Can no longer be read: drop {drop.id[:8]} of {drop.day}." for drop in lost))


def _never(unread: Sequence[Standing]) -> str:
    return "1 drop was never" if len(unread) == 1 else f"{len(unread)} drops were never"
