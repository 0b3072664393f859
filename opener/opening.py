"""Drops and replies."""

import os
import re
from hashlib import sha256

from opener.envelope import STAMP, parse_item, parse_manifest, read_drop, require
from opener.errors import FormatError, NoMatch, OpenError
from opener.keyring import Keyring, read
from opener.parcel import Joining, parse_part, read_label
from opener.replies import parse_reply
from opener.telling import HARMLESS, save, say, say_fields, say_text


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
