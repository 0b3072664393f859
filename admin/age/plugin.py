"""`age-plugin-pq`: lets an `age` older than 1.3 write and open hybrid post-quantum files.

Speaks both state machines of https://c2sp.org/age-plugin on standard input and output. `age` finds it on PATH
by the names of the keys: recipients `age1pq1...`, as they are, and identities `AGE-PLUGIN-PQ-1...`, which
`age-plugin-pq -identity < key.txt` makes from native ones. Both spell the same 1216 and 32 bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import BinaryIO

from admin.errors import as_sentence
from crypto.age import HybridIdentity, HybridRecipient, Recipient, Stanza, bech32, parse_identities
from crypto.age.header import FILE_KEY_SIZE, encode_stanza, parse_stanza
from crypto.errors import CryptoError, HeaderError, KeyFormatError
from crypto.hardening import harden

IDENTITY_PREFIX = "AGE-PLUGIN-PQ-"
USAGE = "age starts this program by itself; by hand: age-plugin-pq -identity < key.txt > plugin-key.txt"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the state machine that age names, or convert an identity file. Returns the exit status."""
    harden()
    arguments = list(sys.argv[1:] if argv is None else argv)
    client = Client(sys.stdin.buffer, sys.stdout.buffer)
    try:
        match arguments:
            case ["--age-plugin=recipient-v1"]:
                wrap(client)
            case ["--age-plugin=identity-v1"]:
                unwrap(client)
            case ["-identity" | "--identity"]:
                sys.stdout.write(convert(sys.stdin.read()))
            case _:
                print(USAGE, file=sys.stderr)
                return 2
    except CryptoError as error:  # its messages carry no secret and no outside byte
        print(f"age-plugin-pq: {as_sentence(str(error))}", file=sys.stderr)
        return 1
    except (BrokenPipeError, UnicodeDecodeError):
        print("age-plugin-pq: age went away, or its words are not text.", file=sys.stderr)
        return 1
    return 0


class Client:
    """The `age` at the other end."""

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._source, self._target = source, target

    def commands(self) -> list[Stanza]:
        """What the client says before it is our turn. Raises HeaderError for what is not the protocol."""
        received = []
        while (stanza := parse_stanza(self._source)).type != "done":
            received.append(stanza)
        return received

    def tell(self, command: str, *args: str, body: bytes = b"") -> None:
        """Send a command, and read its answer, which never changes what this plugin does."""
        self._send(Stanza(command, args, body))
        parse_stanza(self._source)

    def done(self) -> None:
        self._send(Stanza("done", (), b""))

    def _send(self, stanza: Stanza) -> None:
        self._target.write(encode_stanza(stanza))
        self._target.flush()


def wrap(client: Client) -> None:
    """recipient-v1: wrap every file key to every recipient and identity, or report each that is malformed."""
    recipients: list[Recipient] = []
    file_keys: list[bytes] = []
    errors: list[tuple[str, int]] = []
    counts = {"recipient": 0, "identity": 0}
    for command in client.commands():
        match command.type, command.args:
            case "add-recipient" | "add-identity", (text,):
                kind = command.type.removeprefix("add-")
                try:
                    recipients.append(
                        HybridRecipient.parse(text) if kind == "recipient" else _identity(text).recipient()
                    )
                except KeyFormatError:
                    errors.append((kind, counts[kind]))
                counts[kind] += 1
            case "wrap-file-key", ():
                if len(command.body) != FILE_KEY_SIZE:
                    raise HeaderError("age sent a file key of a wrong length")
                file_keys.append(command.body)
            case _:
                pass  # commands that we do not know are to be ignored
    for kind, index in errors:
        client.tell("error", kind, str(index), body=f"this is not a post-quantum {kind}".encode())
    if not errors:
        for number, file_key in enumerate(file_keys):
            for recipient in recipients:
                stanza = recipient.wrap(file_key)
                client.tell("recipient-stanza", str(number), stanza.type, *stanza.args, body=stanza.body)
    client.done()


def unwrap(client: Client) -> None:
    """identity-v1: send the file key of every file that one of the identities opens."""
    identities: list[HybridIdentity] = []
    files: dict[str, list[Stanza]] = {}
    errors: list[int] = []
    count = 0
    for command in client.commands():
        match command.type, command.args:
            case "add-identity", (text,):
                try:
                    identities.append(_identity(text))
                except KeyFormatError:
                    errors.append(count)
                count += 1
            case "recipient-stanza", (number, kind, *args):
                files.setdefault(number, []).append(Stanza(kind, tuple(args), command.body))
            case _:
                pass  # commands that we do not know are to be ignored
    for index in errors:
        client.tell("error", "identity", str(index), body=b"this is not a post-quantum identity")
    if not errors:
        for number, stanzas in files.items():
            _unwrap_file(client, number, stanzas, identities)
    client.done()


def convert(untrusted_text: str) -> str:
    """Spell the hybrid identities of an identity file as plugin identities. Raises KeyFormatError."""
    lines = []
    for identity in parse_identities(untrusted_text):
        if not isinstance(identity, HybridIdentity):
            raise KeyFormatError("an X25519 identity needs no plugin")
        seed = bech32.decode(identity.to_string())[1]
        lines.append(f"# public key: {identity.recipient()}\n{bech32.encode(IDENTITY_PREFIX, seed)}\n")
    return "".join(lines)


def _unwrap_file(
    client: Client, number: str, stanzas: Sequence[Stanza], identities: Sequence[HybridIdentity]
) -> None:
    """One malformed stanza of our type spoils its file, wherever it stands."""
    file_key: bytes | None = None
    for index, stanza in enumerate(stanzas):
        for identity in identities:
            try:
                file_key = identity.unwrap([stanza]) or file_key
            except HeaderError as error:
                client.tell("error", "stanza", number, str(index), body=str(error).encode())
                return
    if file_key is not None:
        client.tell("file-key", number, body=file_key)


def _identity(untrusted_text: str) -> HybridIdentity:
    prefix, seed = bech32.decode(untrusted_text)
    if prefix != IDENTITY_PREFIX.lower():
        raise KeyFormatError("this is not a plugin identity")
    return HybridIdentity(seed)


if __name__ == "__main__":
    sys.exit(main())
