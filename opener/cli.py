"""The command."""

import argparse
import os
import sys
import warnings

from opener.batches import (
    parse_save,
)
from opener.documents import open_document
from opener.errors import FormatError, OpenError
from opener.keyring import Keyring, read
from opener.opening import open_drop, open_item, open_reply
from opener.telling import save, say, say_text

ABOUT = """Open, check, show and write a Silbo drop (ID.tar), a reply, or any age file.
Check and show a signed NAME.json (NAME.json.minisig lies beside it)."""
LIMITS = """Limits: only for a machine without a network: not constant-time, and secrets stay in memory.
Slow (10 to 20 MB/s). Holds a file in memory until authentic to its end. At most 2^20 scrypt work.
Does not check who exported a drop (signatures, batches): `silbo-admin import` does."""


def open_file(path: str, keys: Keyring, folder: str | None) -> list[str]:
    with open(path, "rb") as file:
        untrusted = file.read()
    if untrusted[:1] == b"{" and os.path.exists(f"{path}.minisig"):
        open_document(path, untrusted)
        return []
    if untrusted.startswith(b"manifest.age"):
        return open_drop(untrusted, keys, folder)
    name = os.path.basename(path).removesuffix(".age")
    plain = read(untrusted, keys, True)
    if plain.startswith(b"save.json\0"):
        fields = parse_save(plain)
        say(f"{name}: a save with {len(fields['periods'])} periods; its secrets stay in it")
        for key in ("label", "made", "serial", "server", "batch"):
            say(f"  {key}: {fields[key]}")
        return []
    if plain.startswith(b"reply.json\0"):
        open_reply(name, plain, folder)
        return []
    try:
        open_item(name, plain, folder)
    except FormatError:
        say(f"{name}: {len(plain)} bytes, not an item of Silbo")
        if b"\0" not in plain:
            say_text(plain.decode("utf-8", "replace"))
        save(folder, f"{name}.plain", plain)
    return []


def main() -> int:
    """Run the command. Warnings are errors, for after one of them getpass shows what is typed."""
    parser = argparse.ArgumentParser(description=ABOUT, epilog=LIMITS)
    add = parser.add_argument
    add("FILE")
    add("-i", metavar="IDENTITY", action="append", default=[], help="identity file, perhaps locked")
    add("-o", metavar="DIR", help="folder to write to, replacing nothing")
    add("--passphrase-fd", type=int, help="descriptor to read")
    args = parser.parse_args()
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # both are text files here
    warnings.simplefilter("error")
    try:
        if args.o:
            os.makedirs(args.o, exist_ok=True)
        failures = open_file(args.FILE, Keyring(args.i, args.passphrase_fd), args.o)
    except (OpenError, OSError) as error:
        failures = [str(error)]
    except MemoryError:
        failures = ["Not enough memory for this file."]
    except (EOFError, KeyboardInterrupt):
        failures = ["Stopped."]
    except (ValueError, UserWarning):
        failures = ["The passphrase can't be read."]
    for failure in failures:
        say(f"NOT OPENED: {failure}", sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
