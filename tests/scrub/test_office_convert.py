"""Office documents that become PDFs, where this machine has LibreOffice and bubblewrap."""

import asyncio
import contextlib
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from scrub import convert, engine
from scrub.report import EXTENSIONS, Clean, Refused
from scrub.scrubber import Scrubber
from tests.scrub.office_files import CANARY, DOCX, Files, docx, odf, pptx, relations, run, xlsx, xml, zipped
from tests.scrub.pdf_files import pictures
from tests.scrub.test_office import entries
from tests.scrub.test_office_packages import FIB, ole
from tests.scrub.test_zygote_socket import service

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "convert"


@pytest.fixture(scope="module", autouse=True)
def _converter() -> None:
    if (
        not convert.is_available()
        or asyncio.run(convert.to_pdf(engine.scrub(zipped(docx())).content, DOCX)) is None
    ):
        pytest.skip("left out: LibreOffice and bubblewrap are not both installed, or not permitted")


@pytest.mark.parametrize(
    "files",
    [docx(), *(pytest.param(files, marks=pytest.mark.long) for files in (xlsx(), pptx(), odf()))],
    ids=["docx", "xlsx", "pptx", "odt"],
)
async def test_a_document_becomes_a_pdf_of_pictures(files: dict[str, bytes]) -> None:
    core = b'<c:x xmlns:c="urn:c" xmlns:dc="urn:d"><dc:creator>CANARY</dc:creator></c:x>'
    async with Scrubber() as running:
        result = await running.scrub(zipped({**files, "docProps/core.xml": core}))
    assert isinstance(result, Clean)
    assert (result.media_type, result.extension) == ("application/pdf", "pdf")
    assert {"document_remains", "converted", "rasterized"} <= set(result.notes)
    assert "marks_remain" not in result.notes
    assert result.removed == ("author",)
    ((_, _, dots),) = pictures(result.content)
    assert 100 < sum(byte != 0xFF for byte in dots) < 20_000


@pytest.mark.long
async def test_the_same_document_gives_the_same_bytes(clean: Callable[[bytes], Clean]) -> None:
    data = zipped(docx(f"<w:p>{run('twice')}</w:p>"))
    async with Scrubber() as running:
        assert await running.scrub(data) == await running.scrub(data)


async def test_what_cannot_be_converted_is_passed_on_as_it_is(
    clean: Callable[[bytes], Clean], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped(docx())
    monkeypatch.setattr(convert, "_WALL_SECONDS", 0.01)
    async with Scrubber() as running:
        assert await running.scrub(data) == clean(data)
    monkeypatch.setattr(convert, "_WALL_SECONDS", 60.0)
    monkeypatch.setattr(convert, "_BWRAP", Path("/nowhere/bwrap"))
    assert await convert.to_pdf(data, DOCX) is None
    assert not convert.is_available()


@pytest.mark.long
async def test_more_pages_than_a_pdf_may_have_stay_a_document(clean: Callable[[bytes], Clean]) -> None:
    pages = f'<w:p><w:r><w:br w:type="page"/></w:r>{run("x")}</w:p>' * 320
    async with Scrubber() as running:
        result = await running.scrub(zipped(docx(pages)))
    assert isinstance(result, Clean)
    assert result.media_type == DOCX


@pytest.mark.long
@pytest.mark.parametrize("broken", [b"", b"PK\3\4", b"\0" * 100_000])
async def test_rubbish_gives_nothing_or_a_pdf_and_never_an_error(broken: bytes) -> None:
    pdf = await convert.to_pdf(broken, DOCX)
    assert pdf is None or pdf.startswith(b"%PDF-")


async def test_the_sandbox_has_no_network_no_home_and_no_file_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = (
        "cat >/dev/null; echo %PDF-; ls / /home /root /etc/shadow /work"
        " 2>&1; cat /proc/net/dev; id; env; ulimit -a"
    )
    monkeypatch.setattr(convert, "_SCRIPT", looks.replace("{", "{{"))
    seen = await convert.to_pdf(b"", DOCX)
    assert seen is not None
    text = seen.decode()
    assert " lo:" in text
    assert "eth" not in text
    assert "wl" not in text
    for place in ("/home", "/root", "/etc/shadow", "/work"):
        assert f"'{place}': No such file" in text
    assert "core file size" in text or "coredump" in text


def test_office_types_are_the_six() -> None:
    assert sorted(EXTENSIONS[kind] for kind in convert.OFFICE_TYPES) == [
        "docx",
        "odp",
        "ods",
        "odt",
        "pptx",
        "xlsx",
    ]


@pytest.fixture
async def unit(tmp_path: Path) -> AsyncIterator[Path]:
    """The real service behind a socket, as systemd starts it for silbo-convert.socket."""
    path, folder = tmp_path / "convert.sock", tmp_path / "runtime"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(path))
        listening.listen()
        environment = {"RUNTIME_DIRECTORY": str(folder), "PATH": "/usr/bin:/bin"}
        with service(listening, "converter", str(SCRIPT), **environment):
            yield path
            assert list(folder.iterdir()) == [], "nothing of one document is left for the next"


async def test_systemd_may_start_the_converter_instead(unit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "_BWRAP", Path("/nowhere/bwrap"))
    async with Scrubber(convert_socket_path=unit) as running:
        result = await running.scrub(zipped(docx()))
    assert isinstance(result, Clean)
    assert result.extension == "pdf"
    assert "converted" in result.notes


async def test_a_unit_that_is_not_there_or_gives_nothing_costs_only_the_pdf(
    unit: Path, tmp_path: Path, clean: Callable[[bytes], Clean]
) -> None:
    data = zipped(docx())
    async with Scrubber(convert_socket_path=tmp_path / "nobody") as running:
        assert await running.scrub(data) == clean(data)
    assert await convert.to_pdf(b"rubbish", "image/png", unit) is None


def _real(files: Files, parts: dict[str, str]) -> bytes:
    """A package that LibreOffice opens too, with an author."""
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}+xml"/>' for name, kind in parts.items()
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    core = f"{package}/metadata/core-properties"
    rels = relations(("r1", "officeDocument", next(iter(parts)))).replace(
        b"</Relationships>",
        f'<Relationship Id="r2" Type="{package}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>'.encode(),
    )
    return zipped(
        {
            **files,
            "_rels/.rels": rels,
            "[Content_Types].xml": xml(
                f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
                ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override'
                ' PartName="/docProps/core.xml"'
                f' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>{types}</Types>'
            ),
            "docProps/core.xml": xml(
                f'<c:coreProperties xmlns:c="{core}" xmlns:d="http://purl.org/dc/elements/1.1/">'
                f"<d:creator>{CANARY}</d:creator></c:coreProperties>"
            ),
        }
    )


_MAIN = "application/vnd.openxmlformats-officedocument."


def _new(kind: str) -> bytes:
    """What an old document is made of."""
    if kind == "xls":
        rows = '<x:row r="2"><x:c r="A2"><x:v>160</x:v></x:c></x:row>'
        sheet = {"xl/workbook.xml": f"{_MAIN}spreadsheetml.sheet.main"}
        sheet["xl/worksheets/sheet1.xml"] = f"{_MAIN}spreadsheetml.worksheet"
        return _real(xlsx(rows), sheet)
    body = f"<w:p>{run('shown')}{run(CANARY, '<w:vanish/>')}</w:p>"
    return _real(docx(body), {"word/document.xml": f"{_MAIN}wordprocessingml.document.main"})


async def _old(kind: str) -> bytes:
    made = await convert._made(_new(kind), "xlsx" if kind == "xls" else "docx", kind, None)
    assert made is not None
    assert made.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf"))
    return made


@pytest.mark.long
@pytest.mark.parametrize("kind", ["doc", "xls", "rtf"])
async def test_an_old_document_becomes_a_new_one_and_is_cleaned_like_any(kind: str) -> None:
    data = await _old(kind)
    modern = await convert.to_modern(data, kind)
    assert modern is not None
    copy = engine.scrub(modern)
    assert copy.extension == convert.MODERN[kind]
    for content in entries(copy.content).values():
        assert CANARY.encode() not in content
    async with Scrubber() as running:
        result = await running.scrub(data)
    assert isinstance(result, Clean)
    assert {"made_new", "converted", "document_remains"} <= set(result.notes)
    assert "author" in result.removed


async def test_without_libreoffice_an_old_document_is_a_question() -> None:
    async with Scrubber(office_to_pdf=False) as running:
        assert await running.scrub(ole(("WordDocument", FIB))) == Refused("old_office")


async def test_an_old_document_that_libreoffice_cannot_read_is_a_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Scrubber() as running:
        monkeypatch.setattr(convert, "_WALL_SECONDS", 0.01)
        assert await running.scrub(ole(("WordDocument", FIB))) == Refused("old_office")
        monkeypatch.setattr(convert, "_SCRIPT", "echo rubbish")
        monkeypatch.setattr(convert, "_WALL_SECONDS", 60.0)
        assert await running.scrub(ole(("WordDocument", FIB))) == Refused("old_office")
        monkeypatch.setattr(convert, "_SCRIPT", "printf 'PK\\3\\4rubbish'")
        assert await running.scrub(ole(("WordDocument", FIB))) == Refused("old_office")


async def test_an_old_document_under_a_password_is_told_as_locked() -> None:
    locked = FIB[:11] + b"\1"
    async with Scrubber() as running:
        assert await running.scrub(ole(("WordDocument", locked))) == Refused("encrypted")


async def test_whoever_takes_libreoffice_over_reaches_no_network_and_no_namespace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries = (
        "cat >/dev/null; echo %PDF-; unshare --user true 2>&1; mount -t tmpfs x /tmp 2>&1;"
        " bash -c 'echo >/dev/tcp/127.0.0.1/9' 2>&1; grep Seccomp: /proc/self/status; true"
    )
    monkeypatch.setattr(convert, "_SCRIPT", tries)
    seen = await convert.to_pdf(b"", DOCX)
    assert seen is not None
    text = seen.decode()
    assert text.count("not permitted") + text.count("ermission denied") >= 3
    assert "Seccomp:\t2" in text


def _holding(word: bytes, since: float) -> list[Path]:
    """Files younger than that, where a program may write, that hold the word."""
    found = []
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", str(Path.home())):
        for root, _, names in os.walk(folder):
            for path in (Path(root, name) for name in names):
                with contextlib.suppress(OSError):
                    if path.is_file() and path.stat().st_mtime >= since and word in path.read_bytes():
                        found.append(path)
    return found


@pytest.mark.long
async def test_nothing_of_a_document_is_left_when_it_was_made_new_or_killed(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever LibreOffice keeps: its profile, locks, copies for a crash, small pictures, caches."""
    word = f"LEFT{secrets.token_hex(8)}"
    new = _real(
        docx(f"<w:p>{run(word)}</w:p>"), {"word/document.xml": f"{_MAIN}wordprocessingml.document.main"}
    )
    old = await convert._made(new, "docx", "rtf", None)
    assert old is not None
    assert word.encode() in old
    for seconds, place in ((60.0, None), (1.5, None), (60.0, unit), (2.0, unit)):
        since = time.time() - 1
        monkeypatch.setattr(convert, "_WALL_SECONDS", seconds)
        await convert.to_modern(old, "rtf", place)
        await asyncio.sleep(1)
        assert _holding(word.encode(), since) == []


@pytest.mark.long
async def test_systemd_may_start_it_for_old_documents_too(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = await _old("doc")
    monkeypatch.setattr(convert, "_BWRAP", Path("/nowhere/bwrap"))
    modern = await convert.to_modern(data, "doc", unit)
    assert modern is not None
    assert engine.scrub(modern).extension == "docx"
