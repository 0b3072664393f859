"""The one file that a reviewer is handed, as a command: `python3 -I -S silbo-open.py`, empty environment."""

import ast
import getpass
import hashlib
import io
import os
import re
import shutil
import stat
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from crypto import age, drop, item, manifest
from crypto.padding import padded_size
from crypto.slots import Slots
from crypto.tar import END, member_header, member_padding
from opener import build as builder
from opener import cli, keyring
from tests.opener.test_opener_fuzz import of_version

DAY = date(2026, 11, 21)
DROP_ID = "00112233445566778899aabbccddeeff"
PASSPHRASE = b"correct horse battery staple"
TEXT = "Nos obligan a firmar: \x1b[2J\x1b]0;title\x07\x9b31m \u202egnp.exe\r\nsegunda línea"
PICTURE = bytes(range(256)) * 1000
VECTORS = Path(__file__).parents[1] / "vectors" / "protocol"
ALLOWED = {
    *("argparse", "binascii", "collections", "datetime", "getpass", "hashlib", "hmac", "io", "json"),
    *("operator", "os", "re", "struct", "sys", "typing", "warnings"),
}

# A gigabyte of work; it is never found out that nothing opens it.
SCRYPT_2_TO_20 = b"age-encryption.org/v1\n-> scrypt %s 20\n%s\n--- %s\n" % (b"A" * 22, b"A" * 43, b"A" * 43)

AnyIdentity = age.X25519Identity | age.HybridIdentity


class Ran(NamedTuple):
    code: int
    out: str
    err: str


class Opener:
    """The built file and a folder to work in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "silbo-open.py"
        self.file.write_bytes(builder.build())
        self.out = folder / "out"

    def run(self, *arguments: str | Path, passphrase: bytes = b"", python: str = sys.executable) -> Ran:
        command: list[str | Path] = [python, "-I", "-S", self.file, *arguments]
        done = subprocess.run(
            command, input=passphrase, capture_output=True, env={}, check=False, timeout=240
        )
        assert b"Traceback" not in done.stderr
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def open(self, file: Path, identity: Path) -> Ran:
        return self.run(file, "-i", identity, "-o", self.out)

    def put(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def written(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.out.iterdir()} if self.out.exists() else {}


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    return Opener(tmp_path)


@pytest.fixture(params=[age.HybridIdentity, age.X25519Identity], ids=["hybrid", "x25519"])
def identity(request: pytest.FixtureRequest) -> AnyIdentity:
    made: AnyIdentity = request.param.generate()
    return made


@pytest.fixture
def x25519() -> age.X25519Identity:
    return age.X25519Identity.generate()


def items(identity: AnyIdentity) -> list[bytes]:
    slots = Slots([identity.recipient()])
    text = item.seal_item(
        slots,
        TEXT.encode(),
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=DAY,
        cleaning="text",
    )
    picture = item.seal_item(
        slots,
        PICTURE,
        extension="jpg",
        kind="file",
        media_type="image/jpeg",
        day=DAY,
        cleaning="clean",
        removed=["place", "device"],
        notes=["picture_remains"],
    )
    return [text, picture]


def sealed_original(custodian: AnyIdentity) -> bytes:
    return item.seal_item(
        Slots([custodian.recipient()]),
        PICTURE,
        extension="jpg",
        kind="file",
        media_type="image/jpeg",
        day=DAY,
        cleaning="original",
    )


def sealed_manifest(
    identity: AnyIdentity, sealed: list[bytes], *, original: int = 0, refused: tuple[str, ...] = ()
) -> bytes:
    """The manifest over `sealed`; the item number `original` is for the custodian."""
    entries = [
        manifest.ManifestItem(
            name=drop.item_name(number),
            sha256=hashlib.sha256(data).digest(),
            size=len(data),
            audience="custodian" if number == original else "reviewers",
        )
        for number, data in enumerate(sealed, start=1)
    ]
    answers = {"place": "Bogotá\x1b[31m"}
    told = manifest.Manifest("news", "es", "console", DAY, tuple(entries), answers, refused=refused)
    return manifest.seal_manifest(Slots([identity.recipient()]), told)


def drop_of(head: bytes, sealed: list[bytes]) -> bytes:
    out = io.BytesIO()
    files = [
        ("manifest.age", head),
        *((drop.item_name(n), data) for n, data in enumerate(sealed, start=1)),
    ]
    drop.write_drop(out, [(name, len(data), [data]) for name, data in files])
    return out.getvalue()


def whole_drop(identity: AnyIdentity) -> bytes:
    sealed = items(identity)
    return drop_of(sealed_manifest(identity, sealed), sealed)


def secret(opener: Opener, identity: AnyIdentity) -> Path:
    return opener.put("identity.txt", f"# a period\n{identity.to_string()}\n".encode())


def forge(identity: AnyIdentity, *members: tuple[str, bytes]) -> bytes:
    """Seal any tar, as whoever knows the recipient can."""
    plain = b"".join(
        member_header(name, len(data)) + data + member_padding(len(data)) for name, data in members
    )
    return age.encrypt(plain.ljust(padded_size(len(plain) + len(END)), b"\0"), [identity.recipient()])


def test_the_file_is_an_hours_reading_and_the_same_in_every_build(opener: Opener) -> None:
    assert len(opener.file.read_bytes()) < 46_000
    assert opener.file.read_bytes().count(b"\n") < 1300
    for seed in ("1", "2"):
        again = opener.folder / f"again-{seed}.py"
        command = [sys.executable, "-m", "opener.build", str(again)]
        subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": seed})
        assert again.read_bytes() == opener.file.read_bytes()


def test_the_file_imports_nothing_but_the_standard_library_and_no_network(opener: Opener) -> None:
    imported = set()
    for node in ast.walk(ast.parse(opener.file.read_bytes())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or ".").partition(".")[0])
    assert imported <= ALLOWED
    script = f"import runpy, sys; runpy.run_path({str(opener.file)!r}); print(*sys.modules)"
    command = [sys.executable, "-I", "-S", "-c", script]
    loaded = subprocess.run(command, check=True, capture_output=True, env={}).stdout.decode().split()
    assert "hashlib" in loaded
    assert not {"socket", "_socket", "ssl", "_ssl", "http", "urllib.request", "ctypes", "nacl", "crypto"} & {
        *loaded
    }


def test_the_modules_import_no_code_of_ours() -> None:
    for name in builder.MODULES:
        for node in ast.walk(ast.parse(Path(builder.__file__).with_name(f"{name}.py").read_bytes())):
            if isinstance(node, ast.ImportFrom):
                own = (node.module or "").startswith("opener.")
                assert own or (node.module or "").partition(".")[0] in ALLOWED
            elif isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= ALLOWED


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('"""A."""\nimport os as o\n', "as they are"),
        ('"""A."""\nfrom . import x\n', "name the module"),
        ('"""A."""\nfrom opener.cli import main\n', "later module"),
        ('"""A."""\nx = 1\n\n\ndef x() -> None: ...\n', "again"),
        ('"""\u00c4."""\n', "ASCII"),
    ],
)
def test_the_build_refuses_what_it_can_not_join(source: str, complaint: str) -> None:
    with pytest.raises(builder.BuildError, match=complaint):
        builder.Joined().add("module", source)


def test_help_names_the_limits(opener: Opener) -> None:
    told = " ".join(opener.run("--help").out.split())
    for limit in (
        "without a network",
        "not constant-time",
        "Slow",
        "MB/s",
        "in memory",
        "scrypt",
        "who exported",
    ):
        assert limit in told


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_builds_the_same_and_opens_a_drop_on_every_python(opener: Opener, version: str) -> None:
    python = shutil.which(f"python{version}") or "absent"
    if python == "absent" or subprocess.run([python, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"left out: Python {version} is not installed")
    again = opener.folder / "again.py"
    subprocess.run([python, "-I", builder.__file__, again], check=True, capture_output=True)
    assert again.read_bytes() == opener.file.read_bytes()
    identity = age.HybridIdentity.generate()
    file = opener.put(f"{DROP_ID}.tar", whole_drop(identity))
    ran = opener.run(file, "-i", secret(opener, identity), "-o", opener.out, python=python)
    assert ran.code == 0
    assert opener.written()["0002.jpg"] == PICTURE


def test_opens_a_drop_with_a_protected_identity(opener: Opener, identity: AnyIdentity) -> None:
    protected = age.encrypt(identity.to_string().encode(), [age.ScryptRecipient(PASSPHRASE, log_n=4)])
    other = opener.put("other.txt", age.X25519Identity.generate().to_string().encode())
    file = opener.put(f"{DROP_ID}.tar", whole_drop(identity))
    keys = ("-i", other, "-i", opener.put("period.age", protected))
    ran = opener.run(file, *keys, "-o", opener.out, "--passphrase-fd", "0", passphrase=PASSPHRASE + b"\n")
    assert (ran.code, ran.err) == (0, "")
    found = opener.written()
    assert sorted(found) == ["0001.json", "0001.txt", "0002.jpg", "0002.json", "manifest.json"]
    assert found["0001.txt"] == TEXT.encode()
    assert found["0002.jpg"] == PICTURE
    assert b'"removed":["device","place"]' in found["0002.json"]
    assert hashlib.sha256(file.read_bytes()).hexdigest() in ran.out
    assert "removed: device, place" in ran.out
    for path in opener.out.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(opener.out.stat().st_mode) == 0o700


def test_what_a_source_asks_to_forget_is_told_with_how_to_check_it(
    opener: Opener, x25519: age.X25519Identity
) -> None:
    told = manifest.Manifest(
        desk="news",
        language="es",
        channel="console",
        day=DAY,
        items=(),
        mailbox=bytes(range(16)),
        reply_recipient=str(x25519.recipient()),
        desk_id=bytes(16),
        in_reply_to=3,
        withdraws=("ab" * 16, "cd" * 16),
    )
    head = manifest.seal_manifest(Slots([x25519.recipient()]), told)
    key = opener.put("key", x25519.to_string().encode())
    ran = opener.run(opener.put("x.tar", drop_of(head, [])), "-i", key)
    assert ran.code == 0, ran.err
    assert "  in_reply_to: 3\n" in ran.out
    assert f"  withdraws: {'ab' * 16}, {'cd' * 16}\n" in ran.out
    assert "only for a drop that shows the same `mailbox`" in ran.out


def test_opens_the_files_of_the_protocol_document(opener: Opener) -> None:
    keys = opener.put(
        "id.txt", b"AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SWRYDWG\n"
    )
    ran = opener.open(VECTORS / "batch-000001" / f"{DROP_ID}.tar", keys)
    assert ran.code == 0
    assert "| Nos obligan a firmar un anexo: cámaras en el dormitorio." in ran.out
    ran = opener.run(VECTORS / "asked.tar", "-i", keys)
    assert ran.code == 0
    assert "answer_country" in ran.out
    assert "| ¿En qué país trabajas?\n    | \n    | Colombia" in ran.out
    keys = VECTORS / "period-2026-11-16.age"
    ran = opener.run(VECTORS / "item-hybrid.age", "-i", keys, "--passphrase-fd", "0", passphrase=PASSPHRASE)
    assert ran.code == 0
    assert "| Nos obligan a firmar un anexo" in ran.out


def test_a_sealed_original_is_told_and_copied_and_fails_nothing(
    opener: Opener, identity: AnyIdentity
) -> None:
    custodian = type(identity).generate()
    sealed = [*items(identity), sealed_original(custodian)]
    head = sealed_manifest(identity, sealed, original=3, refused=("broken", "broken"))
    ran = opener.open(opener.put("drop.tar", drop_of(head, sealed)), secret(opener, identity))
    assert (ran.code, ran.err) == (0, "")
    assert "0003.age: sealed original for the custodian" in ran.out
    assert "  notes: picture_remains\n" in ran.out
    assert "  refused: broken, broken\n" in ran.out
    assert opener.written()["0003.age"] == sealed[2]
    assert "0003.json" not in opener.written()


def test_the_custodian_opens_the_original_alone_and_not_the_drop(
    opener: Opener, x25519: age.X25519Identity
) -> None:
    custodian = age.HybridIdentity.generate()
    sealed = [*items(x25519), sealed_original(custodian)]
    whole = opener.put("drop.tar", drop_of(sealed_manifest(x25519, sealed, original=3), sealed))
    assert opener.open(whole, secret(opener, custodian)).code == 1
    ran = opener.open(opener.put("0003.age", sealed[2]), secret(opener, custodian))
    assert (ran.code, ran.err) == (0, "")
    assert "  cleaning: original\n" in ran.out
    assert opener.written()["0003-ORIGINAL.jpg"] == PICTURE


@pytest.mark.parametrize(("number", "failing"), [(0, 3), (1, 1)])
def test_an_item_for_another_than_the_manifest_says_is_not_opened(
    opener: Opener, x25519: age.X25519Identity, number: int, failing: int
) -> None:
    """An original among the reviewers' items, and a reviewers' item passed off as an original."""
    sealed = [*items(x25519), sealed_original(x25519)][: failing or 3]
    whole = drop_of(sealed_manifest(x25519, sealed, original=number), sealed)
    ran = opener.open(opener.put("drop.tar", whole), secret(opener, x25519))
    assert ran.code == 1
    assert ran.err == f"NOT OPENED: 000{failing}.age: What was sealed is not what Silbo seals.\n"
    assert not [name for name in opener.written() if name.startswith(f"000{failing}")]


def test_opens_any_age_file_armored_or_under_a_passphrase(opener: Opener, x25519: age.X25519Identity) -> None:
    armored = io.BytesIO()
    age.encrypt_stream(io.BytesIO(PICTURE), armored, [x25519.recipient()], armor=True)
    assert opener.open(opener.put("any.age", armored.getvalue()), secret(opener, x25519)).code == 0
    assert opener.written() == {"any.plain": PICTURE}
    locked = opener.put("locked.age", age.encrypt(b"words", [age.ScryptRecipient(PASSPHRASE, log_n=4)]))
    ran = opener.run(locked, "--passphrase-fd", "0", passphrase=PASSPHRASE)
    assert (ran.code, "| words" in ran.out) == (0, True)


def test_terminal_escapes_in_a_text_an_answer_and_a_path_are_made_harmless(
    opener: Opener, x25519: age.X25519Identity
) -> None:
    file = opener.put(os.fsdecode("e\x1b[31m\u202evil.tar".encode()), whole_drop(x25519))
    ran = opener.open(file, secret(opener, x25519))
    assert ran.code == 0
    assert opener.written()["0001.txt"] == TEXT.encode()
    plain = opener.put(
        os.fsdecode("e\x1b[31m\u202evil.age".encode()), age.encrypt(b"a\x1b[2Jb", [x25519.recipient()])
    )
    missing = opener.run(opener.folder / "\x1b[31mnone", "-i", secret(opener, x25519))
    for shown in (ran.out, opener.open(plain, secret(opener, x25519)).out, missing.err):
        assert "1b" in shown
        assert not set(shown) & {"\x1b", "\x9b", "\x07", "\r", "\u202e"}


def test_a_text_can_not_pass_for_a_line_of_ours(opener: Opener, x25519: age.X25519Identity) -> None:
    forged = "0002: 5 bytes\n  cleaning: clean\u2028  written: here\n"
    sealed = age.encrypt(forged.encode(), [x25519.recipient()])
    ran = opener.run(opener.put("text.age", sealed), "-i", secret(opener, x25519))
    assert "    | 0002: 5 bytes\n    |   cleaning: clean\\u{2028}  written: here\n" in ran.out


@pytest.mark.parametrize("filler", ["x" * 74, " " * 74, "\u6f22" * 37, "\u202e" * 9])
def test_a_text_can_not_pass_for_a_line_of_ours_by_filling_the_one_before(
    opener: Opener, x25519: age.X25519Identity, filler: str
) -> None:
    """A terminal of 80 columns breaks a long line itself, and what follows stands at the left margin."""
    forged = "0002: 5 bytes, cleaning: clean"
    sealed = age.encrypt((filler + forged).encode(), [x25519.recipient()])
    ran = opener.run(opener.put("text.age", sealed), "-i", secret(opener, x25519))
    theirs = [line for line in ran.out.splitlines() if line.startswith("    | ")]
    assert forged in "".join(line[6:] for line in theirs)
    assert max(len(line) + line.count("\u6f22") for line in theirs) <= 78


@pytest.mark.parametrize(
    "trouble",
    [
        UnicodeDecodeError("utf-8", b"se\xf1a", 2, 3, "invalid continuation byte"),
        UnicodeEncodeError("utf-8", "se\udcf1a", 2, 3, "surrogates not allowed"),
        getpass.GetPassWarning("Can not control echo on the terminal."),
    ],
)
def test_a_passphrase_that_is_no_text_or_would_be_shown_gives_one_sentence(
    opener: Opener,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
) -> None:
    file = opener.put("file.age", SCRYPT_2_TO_20)

    def broken(_prompt: str) -> str:
        if isinstance(trouble, Warning):
            warnings.warn(trouble, stacklevel=2)
        raise trouble

    monkeypatch.setattr("getpass.getpass", broken)
    monkeypatch.setattr("sys.argv", ["silbo-open.py", str(file)])
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO()))
    monkeypatch.setattr("sys.stderr", io.TextIOWrapper(errors := io.BytesIO()))
    assert cli.main() == 1
    sys.stderr.flush()
    assert errors.getvalue() == b"NOT OPENED: The passphrase can't be read.\n"


def test_a_descriptor_that_can_not_be_gives_one_sentence(opener: Opener) -> None:
    ran = opener.run(opener.put("file.age", SCRYPT_2_TO_20), "--passphrase-fd", "-1")
    assert (ran.code, ran.err) == (1, "NOT OPENED: The passphrase can't be read.\n")


def test_nothing_is_written_through_a_link_or_over_a_file(opener: Opener, x25519: age.X25519Identity) -> None:
    file = opener.put("drop.tar", whole_drop(x25519))
    precious = opener.put("precious", b"precious")
    for there in ("0001.txt", "manifest.json"):
        shutil.rmtree(opener.out, ignore_errors=True)
        opener.out.mkdir()
        (opener.out / there).symlink_to(precious)
        assert opener.open(file, secret(opener, x25519)).code == 1
        (opener.out / there).unlink()
        (opener.out / there).write_bytes(b"older")
        assert opener.open(file, secret(opener, x25519)).code == 1
        assert opener.written()[there] == b"older"
    assert precious.read_bytes() == b"precious"


@pytest.mark.parametrize(
    "name",
    [
        "../content.txt",
        "/tmp/content.txt",
        "content.a/b",
        "content.",
        "content.TXT",
        "content.txt\x7f",
        "x.txt",
    ],
)
def test_path_names_from_inside_an_item_are_refused(
    opener: Opener, x25519: age.X25519Identity, name: str
) -> None:
    described = item.seal_item(
        Slots([x25519.recipient()]),
        b"text",
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=DAY,
        cleaning="text",
    )
    plain = age.decrypt(described, [x25519])
    renamed = name.encode().ljust(100, b"\0") + plain[100:148] + b" " * 8 + plain[156:512]
    renamed = renamed[:148] + b"%06o\0 " % sum(renamed) + renamed[156:]
    item_file = age.encrypt(renamed + plain[512:], [x25519.recipient()])
    whole = drop_of(sealed_manifest(x25519, [item_file]), [item_file])
    ran = opener.open(opener.put("drop.tar", whole), secret(opener, x25519))
    assert ran.code == 1
    assert sorted(opener.written()) == ["manifest.json"]


@pytest.mark.parametrize(
    ("extension", "name"),
    [("html", "0001-UNCLEANED.bin"), ("desktop", "0001-UNCLEANED.bin"), ("pdf", "0001-UNCLEANED.pdf")],
)
def test_an_extension_from_inside_a_drop_starts_no_program(
    opener: Opener, x25519: age.X25519Identity, extension: str, name: str
) -> None:
    """The source chose it: on a desktop it decides which program gets the file at a double click."""
    sealed = item.seal_item(
        Slots([x25519.recipient()]),
        b"<script>",
        extension=extension,
        kind="file",
        media_type="text/html",
        day=DAY,
        cleaning="uncleaned",
    )
    file = opener.put("drop.tar", drop_of(sealed_manifest(x25519, [sealed]), [sealed]))
    assert opener.open(file, secret(opener, x25519)).code == 0
    assert opener.written().keys() == {"manifest.json", name, "0001.json"}


def test_path_names_from_a_manifest_or_a_drop_are_refused(opener: Opener, x25519: age.X25519Identity) -> None:
    sealed = items(x25519)
    head = sealed_manifest(x25519, sealed)
    told = age.decrypt(head, [x25519])
    for name in ("../1.age", "0002.age", "/001.age"):
        forged = age.encrypt(told.replace(b"0001.age", name.encode()), [x25519.recipient()])
        assert opener.open(opener.put("drop.tar", drop_of(forged, sealed)), secret(opener, x25519)).code == 1
    out = member_header("manifest.age", len(head)) + head + member_padding(len(head))
    out += member_header("../1.age", 4) + b"text" + member_padding(4) + END
    assert opener.open(opener.put("drop.tar", out), secret(opener, x25519)).code == 1
    assert not (opener.folder / "1.age").exists()
    assert {*opener.written()} <= {"manifest.json"}


def test_no_partial_plaintext_of_a_file_that_was_cut_off_prolonged_or_changed(
    opener: Opener, x25519: age.X25519Identity
) -> None:
    sealed = age.encrypt(PICTURE, [x25519.recipient()])
    header = len(sealed) - 16 - 4 * 16 - len(PICTURE)
    cuts = (
        0,
        header // 2,
        header + 8,
        header + 16,
        header + 16 + 65552,
        len(sealed) - 65000,
        len(sealed) - 1,
    )
    changed = bytearray(sealed)
    changed[-20] ^= 1
    swapped = sealed[: header + 16] + sealed[header + 16 + 65552 :][:65552] + sealed[header + 16 : -65552]
    for untrusted in (*(sealed[:cut] for cut in cuts), sealed + b"x", bytes(changed), swapped):
        ran = opener.open(opener.put("file.age", untrusted), secret(opener, x25519))
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("NOT OPENED: ")
        assert opener.written() == {}


def test_a_bad_item_is_named_and_does_not_hide_the_others(opener: Opener, x25519: age.X25519Identity) -> None:
    sealed = items(x25519)
    head = sealed_manifest(x25519, sealed)
    swapped = [items(x25519)[0], sealed[1]]
    cases: list[tuple[bytes, str, bool, bool]] = [
        (drop_of(head, swapped), "0001.age: Missing, or not what the manifest names.", False, True),
        (drop_of(head, sealed[:1]), "0002.age: Missing", True, False),
        (drop_of(head, [*sealed, sealed[0]]), "0003.age: The manifest does not name it.", True, True),
        (drop_of(head, sealed)[:-30_000], "the end of the drop", True, False),
        (drop_of(head, sealed) + bytes(512), "the end of the drop", True, True),
    ]
    for untrusted, complaint, first, second in cases:
        shutil.rmtree(opener.out, ignore_errors=True)
        ran = opener.open(opener.put("drop.tar", untrusted), secret(opener, x25519))
        assert ran.code == 1
        assert complaint in ran.err
        assert ("0001.txt" in opener.written(), "0002.jpg" in opener.written()) == (first, second)


def test_content_that_is_not_what_its_description_says_is_refused(
    opener: Opener, x25519: age.X25519Identity
) -> None:
    plain = age.decrypt(items(x25519)[0], [x25519])
    described = plain[plain.index(b'{"cleaning') : plain.index(b"}") + 1]
    for members in (
        [("content.txt", b"other"), ("item.json", described)],
        [("content.exe", TEXT.encode()), ("item.json", described)],
        [("item.json", described), ("content.txt", TEXT.encode())],
        [("content.txt", TEXT.encode()), ("item.json", described), ("content.txt", b"")],
        [("content.txt", TEXT.encode()), ("item.json", described.replace(b'"day"', b'"kind":"file","day"'))],
    ):
        forged = forge(x25519, *members)
        untrusted = drop_of(sealed_manifest(x25519, [forged]), [forged])
        shutil.rmtree(opener.out, ignore_errors=True)
        ran = opener.open(opener.put("drop.tar", untrusted), secret(opener, x25519))
        assert ran.code == 1
        assert "0001.age: " in ran.err
        assert [*opener.written()] == ["manifest.json"]


def test_what_a_newer_silbo_wrote_is_called_that_in_one_sentence(
    opener: Opener, x25519: age.X25519Identity
) -> None:
    text, picture = items(x25519)
    newer = age.encrypt(of_version(3, age.decrypt(text, [x25519])), [x25519.recipient()])
    key = secret(opener, x25519)
    both = [newer, picture]
    ran = opener.open(opener.put("drop.tar", drop_of(sealed_manifest(x25519, both), both)), key)
    assert (ran.code, ran.err) == (1, "NOT OPENED: 0001.age: It was written by a newer Silbo.\n")
    assert sorted(opener.written()) == ["0002.jpg", "0002.json", "manifest.json"]
    ran = opener.open(opener.put("0001.age", newer), key)
    assert (ran.code, ran.out, ran.err) == (1, "", "NOT OPENED: It was written by a newer Silbo.\n")


@pytest.mark.parametrize("version", [1, 2])
def test_no_hash_by_which_a_device_could_be_searched_is_printed(
    opener: Opener, x25519: age.X25519Identity, version: int
) -> None:
    sealed = [
        age.encrypt(of_version(version, age.decrypt(item, [x25519])), [x25519.recipient()])
        for item in items(x25519)
    ]
    whole = drop_of(sealed_manifest(x25519, sealed), sealed)
    ran = opener.open(opener.put("drop.tar", whole), secret(opener, x25519))
    assert ran.code == 0
    assert re.findall("[0-9a-f]{64}", ran.out) == [hashlib.sha256(whole).hexdigest()]


def test_wrong_passphrase_wrong_key_and_useless_files_give_one_sentence(
    opener: Opener, x25519: age.X25519Identity
) -> None:
    file = opener.put("drop.tar", whole_drop(x25519))
    protected = opener.put(
        "period.age", age.encrypt(x25519.to_string().encode(), [age.ScryptRecipient(PASSPHRASE, log_n=4)])
    )
    other = opener.put("other.txt", age.HybridIdentity.generate().to_string().encode())
    good = secret(opener, x25519)
    empty, noise = opener.put("empty", b""), opener.put("noise", b"\0" + os.urandom(100_000))
    runs: list[tuple[Callable[[], Ran], str]] = [
        (
            lambda: opener.run(file, "-i", protected, "--passphrase-fd", "0", passphrase=b"wrong"),
            "passphrase",
        ),
        (lambda: opener.open(file, other), "No identity given opens this file."),
        (lambda: opener.open(file, noise), "This is not an age v1 file."),
        (lambda: opener.open(file, empty), "This is not an age v1 file."),
        (lambda: opener.open(noise, good), "This is not an age v1 file."),
        (lambda: opener.open(empty, good), "This is not an age v1 file."),
        (lambda: opener.open(opener.folder, good), "Is a directory"),
        (lambda: opener.open(opener.folder / "absent", good), "No such file"),
        (lambda: opener.run(file, "-i", good, "-o", file), "File exists"),
    ]
    for run, sentence in runs:
        ran = run()
        assert (ran.code, ran.out) == (1, "")
        assert sentence in ran.err
        assert ran.err.count("\n") == 1
        assert x25519.to_string() not in ran.err
    assert opener.written() == {}


def test_a_person_may_mistype_the_passphrase_and_is_asked_once_for_several_files(
    opener: Opener, x25519: age.X25519Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    hybrid = age.HybridIdentity.generate()
    paths = []
    for name, identity in (("1.age", x25519), ("2.age", hybrid)):
        protected = age.encrypt(identity.to_string().encode(), [age.ScryptRecipient(PASSPHRASE, log_n=4)])
        paths.append(str(opener.put(name, protected)))
    answers = ["wrong", PASSPHRASE.decode()]
    monkeypatch.setattr("getpass.getpass", lambda _: answers.pop(0))
    keys = keyring.Keyring(paths, None)
    sealed = age.encrypt(b"words", [hybrid.recipient()])
    assert keyring.read(sealed, keys) == b"words"
    assert answers == []
    assert keyring.read(sealed, keys) == b"words"


def test_too_little_memory_gives_one_sentence(opener: Opener) -> None:
    file = opener.put("file.age", SCRYPT_2_TO_20)
    script = f"ulimit -v 500000; exec {sys.executable} -I -S {opener.file} {file} --passphrase-fd 0"
    done = subprocess.run(["sh", "-c", script], input=b"x", capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b"NOT OPENED: Not enough memory for this file.\n"


def test_a_long_text_is_cut_on_the_screen_only(opener: Opener, x25519: age.X25519Identity) -> None:
    long = b"0123456789" * 5000
    file = opener.put("long.age", age.encrypt(long, [x25519.recipient()]))
    ran = opener.open(file, secret(opener, x25519))
    assert len(ran.out) < 21_000
    assert "cut here" in ran.out
    assert opener.written()["long.plain"] == long
