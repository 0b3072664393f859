"""`silbo poster`: a page to print and hang up, with the way to the bot."""

import argparse
from pathlib import Path

from bot.commands import add_desk
from bot.desks import chosen, desks_of
from bot.files import whole
from bot.keys import Reviewers
from bot.poster import Poster, PosterError, poster
from bot.settings import load_settings
from codes.languages import LANGUAGES


def options(parser: argparse.ArgumentParser) -> None:
    """The bot's name, and where it goes; the rest is in silbo.toml."""
    parser.add_argument("out", type=Path, metavar="FILE", help="where to write it: a .pdf file")
    parser.add_argument("--bot", required=True, metavar="NAME", help="the bot's username, as in t.me/NAME")
    parser.add_argument(
        "--language",
        action="append",
        choices=LANGUAGES,
        metavar="CODE",
        help=f"a page in this language; may be given again ({', '.join(LANGUAGES)}; all of them)",
    )
    parser.add_argument(
        "--onion", metavar="ADDRESS", help="the page's onion address, as ./deploy.sh status shows it"
    )
    add_desk(parser)


def run(options: argparse.Namespace) -> int:
    """Write it. Whoever hangs it up should look at it first."""
    desk = chosen(desks_of(load_settings(options.config)), options.desk)
    words = [" ".join(reviewer.words) for reviewer in Reviewers(desk.reviewers).pinned()]
    if not words:
        raise PosterError("Nobody could read yet what comes: add a reviewer before you hang up a poster.")
    word = next(iter(desk.poster_words), None)  # of several the first: older posters have the others
    shown = Poster(desk.name, options.bot.removeprefix("@"), words, word, options.onion)
    made = poster(shown, options.language or LANGUAGES)
    with whole(options.out) as file:
        file.write(made)
    options.out.chmod(0o644)
    print(f"{options.out}: before you hang it up, look at it and try its codes, with a phone for that alone.")
    return 0
