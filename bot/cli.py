"""The command `silbo`: the server's side. `silbo-admin` is the offline one.

Only the command that is called is imported, with what it needs: the bot's libraries take a second to load.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

from bot.commands import add_config
from crypto.hardening import harden

COMMANDS = {
    "init": "make the state folder and the key that signs batches",
    "run": "run the Telegram bot",
    "chat": "hold the conversation in this terminal",
    "export": "write the drops that were not exported yet as a signed batch",
    "import-replies": "take what reviewers answered or announce, and keep it for sources",
    "receipts": "take reviewers' receipts; delete what all of them have",
    "purge": "delete what is over, from every file that Silbo writes",
    "page": "write the page on which people seal what they send, as one file",
    "page-check": "compare the page that an address gives away with the one that it should give",
    "page-hash": "show the numbers by which that page is known again",
    "poster": "make a page to print, with the way to the bot",
    "store": "copy everything into another database, and read all of it back",
    "status": "how the server does, in numbers that name nobody; for Prometheus, too",
    "doctor": "look at what the promises rest on; exit status 2 if something is broken",
    "server-key": "show the public key that reviewers check batches with",
    "new-key": "make the key that the next export hands over to",
    "backup": "write what a lost server needs again, encrypted to you",
    "restore": "open a backup into an empty folder, and check all of it",
    "desks": "add, list or close those who receive, where there are several",
    "reviewers": "add, list, remove or revoke those who can read",
    "scrub": "remove metadata from files, without a bot",
}
"""Each is a module of `bot.commands`, and what it does."""

WITHOUT_CONFIG = frozenset({"page-check", "restore", "scrub"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    harden()
    command, options = read(sys.argv[1:] if arguments is None else arguments)
    try:
        return int(command.run(options))
    except problems() as problem:
        print(f"silbo: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"silbo: {problem.strerror or 'the system refused'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def read(arguments: Sequence[str]) -> tuple[ModuleType, argparse.Namespace]:
    """The module of the command that is called, and its options. Leaves by SystemExit, as argparse does."""
    name = _named(arguments)
    module = None if name is None else _load(name)
    parser = _parser(name, module)
    options = parser.parse_args(arguments)
    if module is None:
        parser.error("a command is needed")
    if name not in WITHOUT_CONFIG and not hasattr(options, "config"):
        parser.error("the following arguments are required: --config")
    return module, options


def problems() -> tuple[type[Exception], ...]:
    """What ends as one sentence to the operator; anything else is a bug. Asked only when something is raised,
    so that no command waits for the families of others.
    """
    families = {
        "bot.alone": ("AlreadyRunning",),
        "bot.backup": ("BackupError",),
        "bot.channels.telegram.errors": ("Refused", "Unavailable"),
        "bot.export.batch_bytes": ("ExportError",),
        "bot.keys": ("ReviewersError",),
        "bot.page": ("PageError",),
        "bot.poster": ("PosterError",),
        "bot.runtime": ("RuntimeFolderError",),
        "bot.settings": ("SettingsError",),
        "bot.store.errors": ("StorageError", "StoreError"),
        "crypto.errors": ("CryptoError",),
        "scrub.isolation.zygote_process": ("ScrubberError",),
    }
    loaded = {name: sys.modules[name] for name in families if name in sys.modules}
    return tuple(getattr(loaded[name], error) for name in loaded for error in families[name])


def _named(arguments: Sequence[str]) -> str | None:
    """The command among the arguments: the first that is no option."""
    words = iter(arguments)
    for word in words:
        if word == "--config":
            next(words, None)
        elif not word.startswith("-"):
            return word if word in COMMANDS else None
    return None


def _load(name: str) -> ModuleType:
    import gc  # noqa: PLC0415 -- help needs none of it
    import logging  # noqa: PLC0415

    from bot import redact  # noqa: PLC0415

    redact.install()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    gc.disable()  # a quarter of the time of importing a library goes into looking for rubbish in it
    try:
        return import_module(f"bot.commands.{name.replace('-', '_')}")
    finally:
        gc.freeze()
        gc.enable()


def _parser(name: str | None, module: ModuleType | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="silbo",
        description="Takes testimony, removes metadata, stores ciphertext.",
        allow_abbrev=False,
    )
    add_config(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for each, text in COMMANDS.items():
        added = commands.add_parser(each, help=text, description=text)
        if each == name and module is not None:
            if each not in WITHOUT_CONFIG:
                add_config(added)
            module.options(added)
    return parser
