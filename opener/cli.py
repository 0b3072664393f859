"""The command."""

import argparse
import getpass
import io
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, TextIO

from opener.age import decrypt
from opener.announcement import read_announcement
from opener.batches import (
    check_custody,
    check_drops,
    parse_batch,
    parse_custody,
    parse_drops,
    parse_hand_over,
    parse_save,
    parse_taken,
)
from opener.envelope import STAMP, parse_item, parse_manifest, read_drop, require
from opener.errors import FormatError, KeyFileError, NoMatch, OpenError
from opener.identities import Identity, ScryptIdentity, parse_identities
from opener.parcel import Joining, parse_part, read_label
from opener.replies import parse_outbox, parse_read_marks, parse_reply
from opener.signed import check_signature, parse_key

ABOUT = """Open, check, show and write a Silbo drop (ID.tar), a reply, or any age file.
Check and show a signed NAME.json (NAME.json.minisig lies beside it)."""
LIMITS = """Limits: only for a machine without a network: not constant-time, and secrets stay in memory.
Slow (10 to 20 MB/s). Holds a file in memory until authentic to its end. At most 2^20 scrypt work.
Does not check who exported a drop (signatures, batches): `silbo-admin import` does."""


MAX_SHOWN = 18_000
HARMLESS = (
    "txt|jpg|png|gif|webp|tif|bmp|hei[cf]|avif|pdf|ogg|opus|mp[34]|m4a|wav|webm|mov"
    "|docx?|xls[bx]?|pptx?|rtf|od[pst]|csv|srt|vtt|eml|zip"
)


def printable(untrusted: str) -> str:
    """What does not print becomes an escape."""
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in untrusted)


def say(untrusted: str, file: TextIO | None = None) -> None:
    """Print a line safe for a terminal."""
    print(printable(untrusted), file=file)


def say_text(untrusted: str) -> None:
    """Print a text behind bars, so that it can't pass for a line of ours.

    Lines are broken before a terminal of 80 columns would; from U+1100 on a character may fill two.
    """
    for line in map(printable, untrusted[:MAX_SHOWN].split("\n")):
        step = 72 if max(line, default="") < "\u1100" else 36
        for at in range(0, len(line) or 1, step):
            say("    | " + line[at : at + step])
    if len(untrusted) > MAX_SHOWN:
        say("    (cut here; -o writes all of it)")


def say_fields(untrusted: dict[str, Any]) -> None:
    """Print what item.json or manifest.json tells, but no long key and no hash of what a device may hold."""
    for key, value in untrusted.items():
        if key == "answers":
            for question, answer in value.items():
                say(f"  {question}:")
                say_text(answer)
        elif key not in ("items", "reply_recipient") and "sha256" not in key:
            say(f"  {key}: {', '.join(value) if isinstance(value, list) else value}")


def save(folder: str | None, name: str, content: bytes) -> None:
    """Write a new file; whatever has its name already, even a link, is left alone."""
    if not folder:
        return
    path = f"{folder}/{name}"
    with open(path, "xb") as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            os.unlink(path)
            raise
    say(f"  written: {path}")


SIGNED = {
    "silbo announcement": read_announcement,
    "silbo outbox": parse_outbox,
    "silbo read marks": parse_read_marks,
    "silbo custody": parse_custody,
    "silbo hand-over": parse_hand_over,
    "silbo hand-over taken": parse_taken,
}


class Keyring:
    """Identities, unlocked one file at a time and only when the earlier ones did not fit.

    Where no identity file is given, a passphrase may open the file itself.
    """

    def __init__(self, paths: list[str], passphrase_fd: int | None) -> None:
        self._paths = paths
        self._ready: list[Identity] = []
        self._tries = 3
        self._passphrase: bytes | None = None
        if passphrase_fd is not None:
            self._tries = 0
            with open(passphrase_fd, "rb") as file:
                self._passphrase = file.readline(4096).removesuffix(b"\n").removesuffix(b"\r")

    def __iter__(self) -> Iterator[Identity]:
        yield from tuple(self._ready)
        while self._paths:
            found = self._unlock(self._paths.pop(0))
            self._ready = found + self._ready
            yield from found
        if not self._ready:
            yield from self.passphrases("the file")

    def passphrases(self, path: str) -> Iterator[Identity]:
        """Offer the passphrase of before, then ask."""
        if self._passphrase is not None:
            yield ScryptIdentity(self._passphrase)
        for _ in range(self._tries):
            self._passphrase = getpass.getpass(f"Passphrase for {path!a}: ").encode()
            yield ScryptIdentity(self._passphrase)

    def _unlock(self, path: str) -> list[Identity]:
        with open(path, "rb") as file:
            data = file.read(1 << 20)
        try:
            if b"AGE-SECRET-KEY-" not in data:
                data = read(data, self.passphrases(path))
        except NoMatch:
            raise KeyFileError("The passphrase does not open an identity file.") from None
        return parse_identities(data.decode(errors="replace"))


def read(untrusted: bytes, keys: Iterable[Identity], armor: bool = False) -> bytes:
    """Return the plaintext, once it is authentic to its end. What Silbo seals is never armored."""
    return b"".join(decrypt(io.BytesIO(untrusted), keys, armor))


def open_item(
    name: str, plain: bytes, folder: str | None, audience: str | None = None, inner: bool = False
) -> bytes:
    """Show and write an item; `name` is ours, and the extension is none that starts a program.

    Return the part of a parcel that it holds, or nothing.

    An original is for the custodian, and nothing else is, where a manifest says for whom an item is.
    What is said to be clean in a parcel (`inner`), or by an item without its drop, nobody has checked.
    """
    extension, content, metadata, fields = parse_item(plain)
    cleaning = fields["cleaning"]
    require(audience in (None, "custodian" if cleaning == "original" else "reviewers"))
    say(f"{name}: {len(content)} bytes")
    say_fields(fields)
    if fields["kind"] == "text":
        say_text(content.decode())
    if cleaning == "clean" and (inner or audience is None):
        cleaning = "unchecked"
        who = "says the source's device" if inner else "says the item, and only its drop tells who cleaned it"
        say(f"  UNCHECKED: clean, {who}; it can reveal or attack.")
    mark = f"-{cleaning.upper()}" * (cleaning in ("uncleaned", "original", "sealed", "unchecked"))
    save(folder, f"{name}{mark}.{extension if re.fullmatch(HARMLESS, extension) else 'bin'}", content)
    save(folder, f"{name}.json", metadata)
    return content if cleaning == "sealed" else b""


def open_parcels(sealed: list[tuple[str, bytes]], keys: Keyring, folder: str | None) -> list[str]:
    """Join the parts that the items of a drop hold, and open what comes out; return what failed."""
    failures: list[str] = []
    parcels: dict[str, Joining] = {}
    for name, part in sealed:
        try:
            label = read_label(part)
            parcels.setdefault(label[0], Joining()).take(*parse_part(label, read(part, keys)))
        except OpenError as error:
            failures.append(f"{name}, a part of a parcel: {error}")
    for parcel, joining in parcels.items():
        name, inner = f"parcel-{parcel}", folder and f"{folder}/parcel-{parcel}"
        try:
            drop = joining.finish()
            if inner:
                os.makedirs(inner)
            say(f"{name}, sealed by the source:")
            failures += [f"{name}, {failed}" for failed in open_drop(drop, keys, inner, True)]
        except OpenError as error:
            failures.append(f"{name}: {error}")
    return failures


def open_drop(untrusted: bytes, keys: Keyring, folder: str | None, inner: bool = False) -> list[str]:
    """Open the manifest and each item it names; return what failed. A bad item does not hide a good one.

    A parcel in it is opened too, but none that is in a parcel.

    Of a drop that was cut off, the members before the cut are taken: `update` keeps them.
    """
    failures: list[str] = []
    members: dict[str, bytes] = {}
    parts: list[tuple[str, bytes]] = []
    try:
        members.update(read_drop(untrusted))
    except FormatError as error:
        failures.append(f"the end of the drop: {error}")
    metadata, fields = parse_manifest(read(members.pop("manifest.age", b""), keys))
    say(f"A drop; its SHA-256 is {sha256(untrusted).hexdigest()}")
    say_fields(fields)
    if fields.get("withdraws"):
        say("  Heed `withdraws` only for a drop that shows the same `mailbox`.")
    save(folder, "manifest.json", metadata)
    own = inner or fields["channel"] == "page"  # sealed on the source's device
    stamp, secret = members.pop(STAMP, b""), bytes.fromhex(fields.get("stamp", ""))
    if not (own or stamp):
        say("  No stamp. Cut off? Its batch tells.")
    if stamp != (secret and sha256(b"silbo/v1 stamp\0" + secret).digest()):
        if not own:
            say("  NOT MADE BY THE SERVER, whatever `channel` says: its sender's device sealed it.")
        own = True
    for entry in fields["items"]:
        name = entry["name"]
        sealed = members.pop(name, b"")
        try:
            if [len(sealed), sha256(sealed).hexdigest()] != [entry["size"], entry["sha256"]]:
                raise FormatError("Missing, or not what the manifest names.")
            if part := open_item(name[:4], read(sealed, keys), folder, entry["for"], own):
                parts.append((name, part))
        except OpenError as error:
            if isinstance(error, NoMatch) and entry["for"] == "custodian":
                say(f"{name}: sealed original for the custodian")
                save(folder, name, sealed)
            else:
                failures.append(f"{name}: {error}")
    failures += [f"{name}: The manifest does not name it." for name in members]
    if inner:
        return failures + [f"{name}: A parcel in a parcel stays closed." for name, _ in parts]
    return failures + open_parcels(parts, keys, folder)


def open_reply(name: str, plain: bytes, folder: str | None) -> None:
    """Show and write a reply. Its token, which shows that it was opened, goes no farther than reply.json."""
    document, fields = parse_reply(plain)
    say(f"{name}: a reply, signed by the key named as root")
    for key in ("root", "mailbox", "number", "day", "language"):
        say(f"  {key}: {fields[key]}")
    say_text(fields["text"])
    for question in fields["questions"]:
        say(f"  {question['name']}:")
        say_text(question["text"])
    save(folder, f"{name}.json", document)


def beside(path: str, name: str) -> bytes:
    """Read a file in the folder of another."""
    with open(os.path.join(os.path.dirname(path), name), "rb") as file:
        return file.read((16 << 20) + 1)


def server_of(path: str) -> bytes:
    """Return the key that server.pub claims; only a person who compares it makes it more than a claim."""
    line = beside(path, "server.pub").decode("ascii", "replace").strip().rpartition("\n")[2]
    say(f"The batch is signed, as server.pub claims, by {line}")
    return parse_key(line)


def open_batch(path: str, untrusted: bytes, signature: bytes) -> dict[str, Any]:
    """Check a batch.json with the server.pub beside it, and one of version 2 with its drops.json."""
    check_signature(untrusted, signature, server_of(path))
    fields = parse_batch(untrusted)
    if "root" in fields:
        fields["drops"] = parse_drops(beside(path, "drops.json"))["drops"]
        check_drops(fields, fields["drops"])
    return fields


def open_document(path: str, untrusted: bytes) -> None:
    """Name and check a document whose signature lies beside it; of lists, print what is no secret.

    A custody statement is held against the batch.json beside it, if there is one.
    """
    with open(f"{path}.minisig", "rb") as file:
        signature = file.read(1 << 14)
    kind = re.search(rb'"type":"(silbo [a-z -]{1,20})"', untrusted)
    name = kind[1].decode() if kind else ""
    parse = SIGNED.get(name)
    if parse:
        fields = parse(untrusted, signature)
        say(f"A {name}, signed by the key that it names")
    elif name == "silbo batch":
        fields = open_batch(path, untrusted, signature)
        say(f"A {name}")
    else:
        raise FormatError("This is no signed document that this reader knows.")
    if name == "silbo custody" and os.path.exists(os.path.join(os.path.dirname(path), "batch.json")):
        batch, signed = beside(path, "batch.json"), beside(path, "batch.json.minisig")
        index, count = check_custody(fields, batch, signed, server_of(path))
        say(f"Proven: the drop is number {index + 1} of {count} in the batch.json beside it")
    elif name == "silbo custody":
        say("Not proven: no batch.json lies beside it")
    if name == "silbo read marks":
        say("Not checked: whether the marks were earned; `silbo-admin import` does")
    del fields["type"]
    fields.get("content", {}).pop("sha256", None)  # a device could be searched by it
    say(f"  SHA-256: {sha256(untrusted).hexdigest()}")
    for key, value in fields.items():
        if isinstance(value, dict):
            for name, told in value.items():
                say(f"  {key}, {name}:")
                say_text(str(told))
            continue
        say(f"  {key}: {len(value) if isinstance(value, list) else value}")
        for entry in value if isinstance(value, list) else ():
            say("    " + ", ".join(f"{name} {told}" for name, told in entry.items() if name != "token"))


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
