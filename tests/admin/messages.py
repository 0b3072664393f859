"""The messages of `silbo-admin` as the code has them, and the files of `admin/translations` held to them.

`python -m tests.admin.messages --write` puts what is new into every translation (Spanish gets an empty one,
to be filled in), takes out what nobody says any more, and copies what the bot's catalogues have already.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from codes.languages import LANGUAGES
from codes.marks import MARKS
from codes.notes import NOTES
from codes.reasons import REASONS
from codes.removed import REMOVED

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "admin" / "translations"
TRANSLATED = LANGUAGES[1:]
COMPLETE = ("es",)
PLACE = re.compile(r"\{[a-z_0-9]+\}|%\([a-z_]+\)[sr]|%[sr]")

ARGPARSE = (
    "usage: ",
    "options",
    "positional arguments",
    "show this help message and exit",
    "%(prog)s: error: %(message)s\n",
    "argument %(argument_name)s: %(message)s",
    "unrecognized arguments: %s",
    "the following arguments are required: %s",
    "one of the arguments %s is required",
    "not allowed with argument %s",
    "ignored explicit argument %r",
    "expected one argument",
    "expected at least one argument",
    "invalid %(type)s value: %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)",
)
"""What a mistake or a call for help may show of argparse's own; it takes them from the same catalogue."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, and its English plural if it has one."""

    one: str
    many: str | None = None


@cache
def trees(*folders: str) -> dict[str, ast.Module]:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in files}


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template(node: ast.expr) -> str | None:
    """A literal as it is, an f-string with a name in each of its places; None for anything else."""
    if not isinstance(node, ast.JoinedStr):
        return _literal(node)
    parts: list[str] = []
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            name = f"{{value{sum(part.startswith('{') for part in parts) or ''}}}"
            parts.append(name)
    return "".join(parts)


def _said() -> Iterator[Entry]:
    for tree in trees("admin").values():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            for keyword in node.keywords:  # what stands for a value; a letter alone is the same everywhere
                text = _literal(keyword.value)
                if keyword.arg == "metavar" and text is not None and len(text) > 1:
                    yield Entry(text)
            name = called(node)
            if name in {"tr", "mark"} and (text := _literal(node.args[0])) is not None:
                yield Entry(text)
            elif name == "trn":
                one, many = (_literal(argument) for argument in node.args[:2])
                assert one is not None, ast.unparse(node)
                assert many is not None, ast.unparse(node)
                yield Entry(one, many)


def _of_formats() -> Iterator[Entry]:
    """What `crypto` says of malformed bytes, which the offline side passes on (`admin.errors.sentence`)."""
    for path, tree in trees("crypto").items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or path.startswith("crypto/age/"):
                continue
            if called(node) in {"FormatError", "ChainError", "NewerVersion", "RecipientError"}:
                for argument in node.args:
                    text = template(argument)
                    if text is not None and " " in text:
                        yield Entry(text)


@cache
def messages() -> dict[str, Entry]:
    """Every message by its English."""
    tables = [*REMOVED.values(), *MARKS.values()]
    tables += [note.english for note in NOTES.values()]
    tables += [reason.english for reason in REASONS.values()]
    found: dict[str, Entry] = {}
    for entry in (*map(Entry, ARGPARSE), *map(Entry, tables), *_of_formats(), *_said()):
        before = found.setdefault(entry.one, entry)
        if before.many is None:
            found[entry.one] = entry
        assert entry.many in {None, found[entry.one].many}, entry
    return found


_SINKS = """
AdminError StickError ArgumentTypeError tell warn note confirm type_line type_text type_word ask _ask _notify
working error print add_argument add add_parser
"""
SINKS = frozenset(_SINKS.split())
"""What is given to these reaches a person."""

NO_WORDS = re.compile(
    r"(?:CREATE|INSERT|SELECT|DROP|PRAGMA|DELETE|UPDATE|ATTACH|VACUUM)\b|\s*CREATE TABLE|unicode61"
    r"|silbo (?:announcement|sent|foreign|outbox|replies|receipt|key list|recovery)"
    r"|(?:foreign reply|reply read)$"
    r"|# |\^|\(|index |age-plugin-pq|age (?:went|sent|starts)"
    r"|(?:this is not a|an X25519 identity)|segno is not"
    r"|default-src |width=device-width|light dark$|words tall$"
    r"|silbo-admin:? |python3 |-Ps|\\d|receipt-|<"
    r"|untrusted comment: |Silbo dossier of |custody of |the (?:reviewer|server)$|Noto Sans|\n#let "
)
"""Beginnings of strings with a blank that are no words for people, or the plugin's to the program `age`."""


_OTHERS = {
    "admin/answers/templates.py",
    "admin/workspace/page/style.py",
    "admin/workspace/page/drawing.py",
}
"""What sources read, in all their languages; how pages look, and the script of one."""


def unspoken() -> list[str]:
    """Strings in `admin/` that look like words for a person and are no message."""
    found = []
    for path, tree in trees("admin").items():
        if path in _OTHERS:
            continue
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            text = template(node)
            if text is None or isinstance(parents[node], ast.Expr | ast.JoinedStr | ast.FormattedValue):
                continue
            spoken, sunk = _place(node, parents)
            bare = PLACE.sub("", re.sub(r"\{[^{}]*\}", "", text))
            wordy = re.search(r"[A-Za-z]{2,}[,.:;']* +'?[A-Za-z]{2,}", bare) is not None
            single = sunk and re.search("[A-Za-z]{2,}", bare) is not None and not path.endswith("plugin.py")
            if not spoken and (wordy or single) and not NO_WORDS.match(text):
                found.append(f"{path}:{node.lineno}: {text}")
    return found


def untranslated() -> list[str]:
    """Errors in `admin/` that are given a message of a table as it stands, in English."""
    marked = {
        target.id
        for tree in trees("admin").values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) == "mark"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in trees("admin").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node).endswith("Error")
        if any(isinstance(given, ast.Name) and given.id in marked for given in node.args)
    ]


def _place(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> tuple[bool, bool]:
    """Whether a string is a message, or nothing that is said; and whether a person is given it as it is."""
    child = node
    while child in parents:
        parent = parents[child]
        if isinstance(parent, ast.Call):
            name = parent.func.attr if isinstance(parent.func, ast.Attribute) else called(parent)
            if name in {"tr", "trn", "mark", "command", "count", "isinstance", "getattr"}:
                return True, False
            if name == "note" and ast.unparse(parent.func) in {
                "home.note",
                "self._home.note",
                "self.home.note",
                "self.note",
            }:
                return False, False  # a mark in a record
            if name in SINKS:
                # of an option, what is no help and no metavar
                said = isinstance(child, ast.keyword) or not name.startswith("add")
                return False, said and getattr(child, "arg", "help") in {"help", "description"}
        if isinstance(parent, ast.Subscript | ast.Compare | ast.Raise | ast.stmt):
            break
        if isinstance(parent, ast.arg | ast.AnnAssign) and parent.annotation is child:
            return True, False
        child = parent
    return False, False


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.split("_")[0], abort_invalid=True)


@cache
def translation(language: str) -> dict[str, tuple[str, ...]]:
    """A translation as Babel reads it."""
    found = {}
    for message in load(FOLDER / f"{language}.po"):
        if message.id:
            one = message.id if isinstance(message.id, str) else message.id[0]
            said = message.string or ""
            found[one] = (said,) if isinstance(said, str) else tuple(said)
    return found


def of_the_bot(language: str) -> dict[str, str]:
    """What sources read in the same words: one source for both."""
    path = ROOT / "bot" / "translations" / language / "LC_MESSAGES" / "silbo.po"
    with path.open("rb") as file:
        known = {str(message.id): str(message.string) for message in read_po(file, locale=language)}
    return {english: known[f"removed_{code}"] for code, english in REMOVED.items()}


HEADERS = {
    "es": "nplurals=2; plural=(n != 1);",
    "sq": "nplurals=2; plural=(n != 1);",
    "fil": "nplurals=2; plural=(n != 1);",
    "hi": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def written(language: str, known: dict[str, tuple[str, ...]]) -> str:
    """The file of a language: the messages by their English, in order."""
    head = (
        "# silbo-admin: what a reviewer reads, sorted by `python -m tests.admin.messages --write`.\n"
        'msgid ""\nmsgstr ""\n"Project-Id-Version: silbo\\n"\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {HEADERS[language]}\\n"\n"X-Read-By-Native: no\\n"\n'
    )
    blocks = [head]
    for english, entry in sorted(messages().items()):
        said = known.get(english) or ("",) * (1 if entry.many is None else 2)
        if not any(said) and language not in COMPLETE:
            continue
        lines = [f"msgid {_quoted(english)}"]
        if entry.many is None:
            lines.append(f"msgstr {_quoted(said[0])}")
        else:
            lines.append(f"msgid_plural {_quoted(entry.many)}")
            lines += [f"msgstr[{number}] {_quoted(text)}" for number, text in enumerate(said)]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def main() -> None:
    for language in TRANSLATED:
        path = FOLDER / f"{language}.po"
        known = dict(translation(language)) if path.exists() else {}
        known |= {english: (said,) for english, said in of_the_bot(language).items()}
        path.write_text(written(language, known), "utf-8")


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    main()
