"""`silbo-admin qr`: key lists, receipts and replies out and in as QR codes, where no stick is allowed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from admin.context import Context
from admin.display import visible
from admin.errors import DONE, DONE_WITH_FINDINGS, FAILED, AdminError, sentence
from admin.files import write_public
from admin.home import Home
from admin.keys import qr
from admin.words import tr, trn
from admin.workspace.codes import files as of_files
from admin.workspace.codes.showing import MOST_A_SECOND, show, version_for
from admin.workspace.commands.doing import say_words
from admin.workspace.opened import Workspace
from admin.workspace.second_file import code_reader
from crypto.code_parts import Joining, Transfer, cut
from crypto.errors import CryptoError, FormatError
from crypto.minisign import PublicKey

RATE = 8
_SCALE = 6
_MOST_NAMED = 12


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("show", "read"), help="%(choices)s")
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help=tr(
            "show: files, or a folder that holds a key list, receipt or outbox; read: pictures or films, or "
            "a folder of them"
        ),
    )
    parser.add_argument(
        "--png", type=Path, metavar="DIR", help=tr("show: write the codes as pictures into a folder")
    )
    parser.add_argument(
        "--rate",
        type=int,
        default=RATE,
        metavar="N",
        help=tr("show: so many codes a second (%(default)s)"),
    )
    parser.add_argument(
        "--into", type=Path, metavar="DIR", help=tr("read: write what was carried into a folder")
    )


def act(workspace: Workspace, options: argparse.Namespace) -> int:
    return run(workspace.context, options)


def run(context: Context, options: argparse.Namespace) -> int:
    return _show(context, options) if options.what == "show" else _read(context, options)


def _show(context: Context, options: argparse.Namespace) -> int:
    if not 1 <= options.rate <= MOST_A_SECOND:
        raise AdminError(tr("--rate must be between 1 and {most}.", most=MOST_A_SECOND))
    version = qr.MOST if options.png is not None else version_for(context.out)
    found = of_files.collected(options.files)
    parts = cut(found, qr.capacity(version))
    counted = trn("{n} file", "{n} files", len(found))
    codes = trn("{n} code", "{n} codes", len(parts))
    if options.png is not None:
        Home(context.home).refuse(options.png)
        options.png.mkdir(parents=True, exist_ok=True)
        for number, part in enumerate(parts, start=1):
            picture = qr.png(qr.encode_bytes(part, version), scale=_SCALE)
            write_public(options.png / f"part-{number:04d}-of-{len(parts):04d}.png", picture)
        context.tell(
            tr("{files} in {codes}: {place}.", files=counted, codes=codes, place=visible(str(options.png)))
        )
        return DONE
    rounds = show(parts, version, context.out, context.stdin, rate=options.rate, idle=context.idle)
    if not rounds:
        context.tell(
            tr("{files} in {codes}; not all were shown, so nobody has them all.", files=counted, codes=codes)
        )
        return DONE
    context.tell(
        tr(
            "{files} in {codes}, all shown {rounds}. The other side says when it has all.",
            files=counted,
            codes=codes,
            rounds=trn("{n} time", "{n} times", rounds),
        )
    )
    return DONE


def _read(context: Context, options: argparse.Namespace) -> int:
    from scrub.code_reader import LARGEST, ScrubberError  # noqa: PLC0415 -- and an event loop

    if options.into is not None:
        Home(context.home).refuse(options.into)
    joining, other, findings = Joining(), dict[bytes, None](), 0
    with code_reader() as reader:
        files = [file for path in options.files for file in _files_in(path)]
        for number, path in enumerate(files, start=1):
            context.working(tr("Looking for codes"), number, len(files))
            try:
                with path.open("rb") as file:
                    untrusted = file.read(LARGEST + 1)
                codes = reader.codes(untrusted)
            except ScrubberError:
                raise AdminError(
                    tr("The confined process that reads pictures and films can't be started here.")
                ) from None
            except OSError as error:
                context.warn(sentence(error))
                codes = []
                findings += 1
            if codes is None:
                context.warn(tr("{name} is no picture or film that can be read.", name=visible(path.name)))
                findings += 1
            other |= {code: None for code in codes or () if not joining.take(code)}
    transfers = joining.transfers()
    written = sum(_of_transfer(context, joining, transfer, options.into) for transfer in transfers)
    findings += len(transfers) - written
    findings += sum(not _of_other(context, code) for code in list(other)[:_MOST_NAMED])
    if not transfers and not other:
        raise AdminError(
            tr("No code was found. Hold the camera still and near, with the whole code in sight.")
        )
    if not transfers:
        return DONE if not findings else DONE_WITH_FINDINGS
    return (DONE_WITH_FINDINGS if findings else DONE) if written else FAILED


def _files_in(path: Path) -> list[Path]:
    """A folder of pictures stands for what is in it."""
    return sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]


def _of_transfer(context: Context, joining: Joining, transfer: Transfer, into: Path | None) -> bool:
    """Writes what came whole, and says what is missing of what did not. Whether it was whole."""
    if transfer.missing:
        context.warn(
            trn(
                "Of {n} part {missing} is missing: film it again, and give all films and pictures together.",
                "Of {n} parts these are missing: {missing}. Film them again, and give all films and pictures "
                "together.",
                transfer.total,
                missing=_numbers(transfer.missing),
            )
        )
        return False
    try:
        found = joining.files(transfer)
    except FormatError as error:
        context.warn(sentence(error))
        if transfer.disputed:
            context.warn(
                tr(
                    "Parts came in two ways ({numbers}): somebody has put in others, or the camera erred. "
                    "Film it again.",
                    numbers=_numbers(transfer.disputed),
                )
            )
        return False
    if into is None:
        context.tell(tr("Whole; '--into DIR' writes:"))
        context.say(*(f"  {name} ({len(content)})" for name, content in found.items()))
        return True
    context.tell(tr("Whole; written:"))
    context.say(*(f"  {visible(str(path))}" for path in of_files.write(found, into)))
    return True


def _of_other(context: Context, code: bytes) -> bool:
    """A code that is no part: the ten words of a root key. Whether it is one."""
    try:
        key = PublicKey.parse(code.decode("ascii"))
    except (CryptoError, UnicodeDecodeError):
        context.warn(tr("A code says something else than Silbo's do; it was left alone."))
        return False
    say_words(context, key, tr("A code with a reviewer's root key, of these ten words:"))
    return True


def _numbers(numbers: Sequence[int]) -> str:
    """`3, 7-9`: at most so many runs."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    shown = ["-".join(map(str, run)) for run in runs[:_MOST_NAMED]]
    return ", ".join(shown) + (", ..." if len(runs) > _MOST_NAMED else "")
