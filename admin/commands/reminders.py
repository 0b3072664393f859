"""What a command says in passing: news of the case file, keys that end soon, a list that is half spent."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from admin.case import casefile, endings
from admin.case.endings import Standing
from admin.context import Context
from admin.errors import AdminError
from admin.home import Home
from admin.keys import keylists
from admin.keys.revoked import is_revoked
from admin.program import command
from admin.words import tr, trn
from crypto.keylist import half_spent


def case_file(context: Context, home: Home) -> casefile.CaseFile:
    """The case file, with what a home of an older version makes of its ids told in a sentence each."""
    return context.once(("case_file", casefile.stamp(home)), lambda: _told(context, home))


def _told(context: Context, home: Home) -> casefile.CaseFile:
    found = casefile.load(home)
    for sentence in found.told:
        context.warn(sentence)
    return found


def of_endings(context: Context, home: Home, found: Sequence[Standing] | None = None) -> None:
    """From a week before the key of a drop ends that was not taken out. `found` is how all stand, if that is
    known.
    """
    if found is None:
        found = endings.standings(home, case_file(context, home))
    sentence = endings.warning(found, context.today)
    if sentence is not None:
        context.warn(sentence)


def of_replies(context: Context, home: Home) -> None:
    """What was sealed for a source and is on no stick yet, by the names of its records alone."""
    sealed = {path.stem for path in home.replies.glob("?" * 64 + ".json")}
    if left := len(sealed - home.noted("in_outbox")):
        context.note(
            trn(
                "{n} reply is in no outbox yet: '{command}' writes onto the operator's stick.",
                "{n} replies are in no outbox yet: '{command}' writes onto the operator's stick.",
                left,
                command=command("outbox DIR"),
            )
        )


def to_rotate(context: Context, home: Home) -> None:
    """At half validity, early enough for a stick to travel. A home without keys has nothing to rotate."""
    with contextlib.suppress(AdminError):
        keys = keylists.outline(home)
        if is_revoked(home, keys.root):
            context.note(
                tr(
                    "These keys were revoked; make new ones in a new home ({command}).",
                    command=command("--home DIR keygen"),
                )
            )
        elif (until := keys.periods[-1].until) <= context.today:
            context.note(
                tr(
                    "Your key list ended on {until}: a server seals nothing to you any more. Run "
                    "'{command}', then 'publish', and give the new list to the operator.",
                    until=until,
                    command=command("rotate"),
                )
            )
        elif half_spent(keys, context.today):
            context.note(
                tr(
                    "Half of your key list is spent; it ends on {until}. Run '{command}', then 'publish', "
                    "and give the new list to the operator.",
                    until=until,
                    command=command("rotate"),
                )
            )
