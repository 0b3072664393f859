"""`silbo-admin forget`: for who leaves: the whole home is overwritten and removed."""

from __future__ import annotations

import argparse

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, AdminError
from admin.words import mark, tr, trn
from admin.workspace.opened import Workspace
from admin.workspace.succession import leaving

WORD = mark("forget")
_NAMED = 5


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anyway", action="store_true", help=tr("also what nobody has taken over: it is lost here")
    )
    parser.add_argument("--yes", action="store_true", help=tr("in a script: forget without asking"))


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    del workspace, options
    raise AdminError(tr("'{name}' is not for a session; close it first ('quit').", name="forget"))


def run(context: Context, options: argparse.Namespace) -> int:
    home, _ = context.open_home()
    if not options.anyway:  # which also forgets a home that is damaged
        drops, unanswered = leaving.left_behind(home)
        if drops:
            named = ", ".join(drop[:12] for drop in drops[:_NAMED]) + ("..." if drops[_NAMED:] else "")
            raise AdminError(
                trn(
                    "{n} case can be opened here that nobody has taken over ({named}): nothing was "
                    "forgotten. Hand it over first, or say --anyway.",
                    "{n} cases can be opened here that nobody has taken over ({named}): nothing was "
                    "forgotten. Hand them over first, or say --anyway.",
                    len(drops),
                    named=named,
                )
            )
        if unanswered:
            raise AdminError(
                trn(
                    "{n} hand-over is not answered: nothing was forgotten. Read the answer first "
                    "('hand-over --confirm DIR'), or say --anyway.",
                    "{n} hand-overs are not answered: nothing was forgotten. Read the answers first "
                    "('hand-over --confirm DIR'), or say --anyway.",
                    unanswered,
                )
            )
    if not context.terminal and not options.yes:
        raise AdminError(tr("In a script --yes is needed, too; nothing was forgotten."))
    if not options.yes:
        context.tell(
            tr("All of {home} goes: keys, drops, index, tags, notes, replies.", home=visible(str(home.path))),
            tr(
                "Ask the operator first whether the server has taken your key out of its list, and whether "
                "you have every export since: what is sealed to you alone, nobody reads after this."
            ),
        )
        if not context.type_word(
            tr("To forget all of it for ever, type the word {word}; anything else keeps it:", word=tr(WORD)),
            WORD,
        ):
            context.tell(tr("Nothing was forgotten."))
            return DONE
    leaving.forget(home)
    context.tell(
        tr("Forgotten: {home} was overwritten and removed.", home=visible(str(home.path))),
        tr(
            "Not forgotten, for it lies elsewhere: copies ('backup'), recovery cards with their file, "
            "sticks, what was extracted, the server's copies until their time is over, and what a flash "
            "disk keeps beneath a file that was overwritten. Destroy those that are yours."
        ),
    )
    return DONE
