"""`silbo-admin age encrypt|decrypt|keygen`: age files for scripts and by hand, with the flags of `age` and
`age-keygen` where they overlap (the manual pages age(1) and age-keygen(1)).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from admin.age.identities import STANDARD, read_identities, read_text, source
from admin.age.output import destination
from admin.commands import add_home
from admin.errors import AdminError, as_sentence, sentence
from admin.keys.passphrase import Ask, asker, choose_new
from admin.words import ENGLISH, language, tr
from crypto import age
from crypto.errors import CryptoError


def options(parser: argparse.ArgumentParser) -> None:
    """Its three commands; each sets the default `work`."""
    group = parser.add_subparsers(required=True, metavar="COMMAND", prog=parser.prog)

    encrypt = _command(group, "encrypt", _encrypt, tr("encrypt a file to recipients or with a passphrase"))
    encrypt.add_argument("-r", "--recipient", action="append", default=[], metavar="RECIPIENT")
    encrypt.add_argument("-R", "--recipients-file", action="append", default=[], metavar="FILE")
    encrypt.add_argument("-a", "--armor", action="store_true", help=tr("write text instead of binary"))
    _add_identities(encrypt, tr("encrypt to the owner of these identities"))
    _add_passphrase(encrypt, tr("encrypt with a passphrase"))
    _add_files(encrypt)

    decrypt = _command(group, "decrypt", _decrypt, tr("decrypt a file, binary or text"))
    _add_identities(decrypt, tr("an identity file, itself perhaps encrypted with a passphrase"))
    _add_passphrase(decrypt, tr("the file is encrypted with a passphrase (assumed without -i)"))
    _add_files(decrypt)

    keygen = _command(
        group, "keygen", _keygen, tr("make an identity, post-quantum hybrid unless told otherwise")
    )
    keygen.add_argument("--x25519", action="store_true", help=tr("a classic identity instead"))
    keygen.add_argument(
        "-y", action="store_true", help=tr("print the recipients of an identity file instead")
    )
    _add_passphrase(keygen, tr("protect the identity with a passphrase"))
    _add_files(keygen)


def as_words(arguments: Sequence[str]) -> list[str]:
    """What follows `age`, with age's own spelling turned into our commands: `-d` decrypts, and what names no
    command encrypts.
    """
    words = list(arguments)
    if not words or words[0] in {"encrypt", "decrypt", "keygen", "-h", "--help"}:
        return words
    for flags, command in ((("-d", "--decrypt"), "decrypt"), (("-e", "--encrypt"), "encrypt")):
        for flag in flags:
            if flag in words:
                words.remove(flag)
                return [command, *words]
    return ["encrypt", *words] if words[0].startswith("-") and words[0] != "--home" else words


def run(_context: object, options: argparse.Namespace) -> int:
    """Exit status 0, or 1 after one sentence on standard error."""
    try:
        options.work(options)
    except BrokenPipeError:
        raise
    except CryptoError as error:  # its messages carry no secret and no outside byte
        told = as_sentence(str(error)) if language() == ENGLISH else sentence(error)
        print(f"silbo-admin age: {told}", file=sys.stderr)
        return 1
    except (AdminError, OSError) as error:
        print(f"silbo-admin age: {sentence(error)}", file=sys.stderr)
        return 1
    return 0


def _command(
    group: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    work: Callable[[argparse.Namespace], None],
    purpose: str,
) -> argparse.ArgumentParser:
    parser = group.add_parser(name, help=purpose, description=purpose)
    add_home(parser)
    parser.set_defaults(work=work)
    return parser


def _add_identities(parser: argparse.ArgumentParser, purpose: str) -> None:
    parser.add_argument("-i", "--identity", action="append", default=[], metavar="FILE", help=purpose)


def _add_passphrase(parser: argparse.ArgumentParser, purpose: str) -> None:
    parser.add_argument("-p", "--passphrase", action="store_true", help=purpose)
    parser.add_argument(
        "--passphrase-fd", type=int, metavar="N", help=tr("read the passphrase from descriptor N")
    )


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", help=tr("written only when everything went well"))
    parser.add_argument(
        "input", nargs="?", default=STANDARD, metavar="INPUT", help=tr("standard input if not given")
    )


def _encrypt(args: argparse.Namespace) -> None:
    _use_standard_input_once([*args.recipients_file, *args.identity, args.input])
    ask = _asker(args)
    recipients: list[age.Recipient] = [age.parse_recipient(text) for text in args.recipient]
    for name in args.recipients_file:
        recipients += age.parse_recipients(read_text(name))
    recipients += [identity.recipient() for identity in read_identities(args.identity, ask)]
    if args.passphrase:
        recipients.append(age.ScryptRecipient(_new_passphrase(args, ask)))
    if not recipients:
        raise AdminError(tr("Say for whom to encrypt: give -r, -R, -i or -p."))
    with source(args.input) as plain, destination(args.output, text=args.armor) as target:
        age.encrypt_stream(plain, target, recipients, armor=args.armor)


def _decrypt(args: argparse.Namespace) -> None:
    _use_standard_input_once([*args.identity, args.input])
    ask = _asker(args)
    identities: list[age.Identity] = [*read_identities(args.identity, ask)]
    if args.passphrase or not identities:
        identities.append(age.ScryptIdentity(ask(tr("Passphrase: "))))
    with source(args.input) as untrusted, destination(args.output, untrusted=True) as target:
        age.decrypt_stream(untrusted, target, identities)


def _keygen(args: argparse.Namespace) -> None:
    if args.y:
        text = "".join(f"{key.recipient()}\n" for key in read_identities([args.input], _asker(args)))
        with destination(args.output, text=True) as target:
            target.write(text.encode())
        return
    if args.output and Path(args.output).exists():
        raise AdminError(tr("The output file exists; a key is never overwritten."))
    identity = age.X25519Identity.generate() if args.x25519 else age.HybridIdentity.generate()
    data = f"# public key: {identity.recipient()}\n{identity.to_string()}\n".encode()
    if args.passphrase:
        secret = choose_new(_asker(args), twice=args.passphrase_fd is None)
        data = age.encrypt(data, [age.ScryptRecipient(secret)])
    with destination(args.output, text=not args.passphrase) as target:
        target.write(data)
    if args.output:
        print(tr("Public key: {recipient}", recipient=identity.recipient()), file=sys.stderr)


def _asker(args: argparse.Namespace) -> Ask:
    # getpass opens the terminal itself, so that standard input may be the file.
    return asker(getattr(args, "passphrase_fd", None), on_terminal=_has_terminal())


def _has_terminal() -> bool:
    try:
        with Path("/dev/tty").open("rb"):
            return True
    except OSError:
        return False


def _new_passphrase(args: argparse.Namespace, ask: Ask) -> bytes:
    passphrase = ask(tr("New passphrase: "))
    if not passphrase:
        raise AdminError(tr("An empty passphrase protects nothing."))
    if args.passphrase_fd is None and ask(tr("The same again: ")) != passphrase:
        raise AdminError(tr("The two passphrases differ; nothing was written."))
    return passphrase


def _use_standard_input_once(names: Sequence[str]) -> None:
    if list(names).count(STANDARD) > 1:
        raise AdminError(tr("Standard input can be only one of the files."))
