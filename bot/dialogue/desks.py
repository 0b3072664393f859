"""Which desks what is said is about, and whether somebody has to be chosen first."""

from dataclasses import replace

from bot.conversation.effects import Effect, Play, Say, Show


def about(effect: Effect, desks: tuple[str, ...]) -> Effect:
    """The same, about these desks, unless it is about others: it may be said when the choice is forgotten."""
    match effect:
        case Say():
            return effect if effect.desks else replace(effect, desks=desks)
        case Play():
            return replace(
                effect, heard=replace(effect.heard, desks=desks), unheard=replace(effect.unheard, desks=desks)
            )
        case Show():
            return replace(
                effect, seen=replace(effect.seen, desks=desks), unseen=replace(effect.unseen, desks=desks)
            )
        case _:
            return effect


def not_chosen(chosen: tuple[str, ...], offered: tuple[str, ...]) -> bool:
    """Whether there are several desks to choose among, and none was, or one that can't be any more."""
    return bool(offered) and not (chosen and set(chosen) <= set(offered))
