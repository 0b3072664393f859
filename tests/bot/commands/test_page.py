"""`silbo page` and `silbo page-hash`: whose keys stand in the page, what an operator reads if they can't."""

import hashlib
import json
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import today
from bot.commands import page_check
from bot.keys import Reviewers
from bot.page import AFTER, BEFORE
from crypto.age import HybridIdentity
from crypto.keylist import KeyList, keylist_bytes, make_periods, monday_of, parse_keylist
from crypto.minisign import PublicKey, SigningKey
from crypto.words import fingerprint

TOML = 'state = "state"\nruntime = "runtime"\n[desk]\nname = "Uno </script>"\nid = "news"\n'
TWO = TOML + '[desks.union]\nname = "Dos"\n'
EMPTY = f"<!doctype html>\n{BEFORE}[]{AFTER}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = tmp_path / "silbo.toml"
    config.write_text(TOML.split("[desks.union]", maxsplit=1)[0])
    assert main(["init", "--config", str(config)]) == 0
    config.write_text(TWO)
    (tmp_path / "built.html").write_text(EMPTY)
    return config


def add(config: Path, desk: str, label: str, day: date) -> SigningKey:
    folder = config.parent / f"{label}-keys"
    folder.mkdir()
    root = SigningKey.generate()
    periods = tuple(made.period for made in make_periods(monday_of(day), 2, HybridIdentity.generate))
    data = keylist_bytes(KeyList(root.public(), 1, day, label, periods))
    (folder / "keys.json").write_bytes(data)
    (folder / "keys.json.minisig").write_text(root.sign(data, "key list"))
    words = " ".join(fingerprint(root.public()))
    assert silbo(config, "reviewers", "add", str(folder), "--words", words, "--desk", desk) == 0
    return root


def silbo(config: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(config)])


def page(config: Path, out: str = "page.html", built: str = "built.html") -> int:
    return silbo(config, "page", str(config.parent / out), "--built", str(config.parent / built))


def test_every_open_desk_stands_in_the_page_with_its_own_reviewers(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert silbo(config, "desks", "add", "union") == 0
    roots = {desk: add(config, desk, label, today()) for desk, label in (("news", "Ana"), ("union", "Bea"))}
    capsys.readouterr()
    assert page(config) == 0
    file = config.parent / "page.html"
    said = capsys.readouterr().out
    assert said.startswith(hashlib.sha256(file.read_bytes()).hexdigest())
    assert file.stat().st_mode & 0o777 == 0o644
    text = file.read_text("utf-8")
    assert text.count("</script>") == 1
    desks = json.loads(text.split(BEFORE)[1].split(AFTER)[0])
    assert [(desk["short"], desk["name"]) for desk in desks] == [("news", "Uno </script>"), ("union", "Dos")]
    for desk in desks:
        (listed,) = desk["reviewers"]
        root = roots[desk["short"]].public()
        assert PublicKey.parse(listed["root"]) == root
        parse_keylist(listed["keys"].encode(), listed["signature"], root, today=today())
    assert silbo(config, "page-hash", "--built", str(config.parent / "built.html")) == 0
    without, within = capsys.readouterr().out.splitlines()
    assert without.startswith(hashlib.sha256(EMPTY.encode()).hexdigest())
    assert within[:64] == said[:64]
    assert silbo(config, "desks", "close", "union") == 0
    assert page(config) == 0
    assert '"short":"union"' not in file.read_text("utf-8")


def test_a_reviewer_who_was_removed_is_in_no_new_page(config: Path) -> None:
    silbo(config, "desks", "close", "union")
    add(config, "news", "Ana", today())
    root = add(config, "news", "Bea", today())
    Reviewers(config.parent / "state" / "reviewers").remove("Bea")
    assert page(config) == 0
    assert str(root.public()) not in (config.parent / "page.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("out", "built", "told"),
    [
        ("page.html", "none.html", "not built yet"),
        ("page.html", "silbo.toml", "no page without desks"),
        ("page.html", "built.html", "has no reviewers"),
        ("no/page.html", "built.html", ""),
    ],
)
def test_what_is_missing_is_one_sentence(
    config: Path, capsys: pytest.CaptureFixture[str], *, out: str, built: str, told: str
) -> None:
    assert page(config, out, built) == 1
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert not (config.parent / "page.html").exists()


@pytest.fixture
def serve() -> Iterator[Callable[[str], str]]:
    """What gives a text away on loopback, and returns its address."""
    text = ""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def give(page: str) -> str:
            nonlocal text
            text = page
            return f"http://127.0.0.1:{server.server_port}/page.html"

        yield give
        server.shutdown()
        thread.join()


def test_a_page_that_was_changed_on_a_website_is_noticed(
    config: Path, serve: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    built = str(config.parent / "built.html")
    desks = EMPTY.replace("[]", '[{"short":"news"}]')
    number = hashlib.sha256(desks.encode()).hexdigest()
    assert main(["page-check", serve(desks), "--number", number.upper()]) == 0
    assert main(["page-check", serve(desks), "--built", built]) == 0
    led_away = desks.replace("[{", '[]</script><meta http-equiv="refresh" content="0;url=//evil.example">[{')
    ways = [
        led_away,
        desks.replace("doctype", "DOCTYPE"),
        desks + " ",
        desks.replace("[", "[\n"),
        "",
        EMPTY * 2,
    ]
    for changed in ways:
        assert main(["page-check", serve(changed), "--number", number]) == 2
        assert main(["page-check", serve(changed), "--built", built]) == 2
        assert "ANOTHER PAGE" in capsys.readouterr().out


def test_the_line_in_the_document_leaves_the_desks_aside_and_nothing_else() -> None:
    text = (Path(__file__).parents[3] / "docs" / "verify-page.md").read_text("utf-8")
    (script,) = re.findall(r"(?m)^    sed '(.+)' page.html", text)
    desks = EMPTY.replace("[]", '[{"short":"news"}]')
    led_away = desks.replace("]", "]<")
    for page, expected in ((desks, EMPTY), (led_away, led_away)):
        done = subprocess.run(["sed", script], input=page, capture_output=True, text=True, check=True)
        assert done.stdout == expected


def test_what_can_not_be_compared_is_not_called_the_same(
    config: Path, serve: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    number = "0" * 64
    for address, words in (
        (serve("x" * (3 << 20)), ("--number", number)),
        ("http://127.0.0.1:9/", ("--number", number)),
        ("file:///etc/passwd", ("--number", number)),
        (serve(EMPTY), ("--number", "12")),
        (serve(EMPTY), ("--built", str(config))),
    ):
        assert main(["page-check", address, *words]) != 0
        assert "the same" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer",
    [
        b"\0\0nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n",
    ],
    ids=["no HTTP", "cut short", "shorter than it says", "endless headers", "led nowhere"],
)
def test_a_hostile_website_is_one_sentence(answer: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """A friend's timer must tell a broken answer from another page, and from a fault of ours."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def give() -> None:
            client, _ = server.accept()
            with client:
                client.recv(65536)
                client.sendall(answer)

        thread = threading.Thread(target=give, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/page.html"
        assert main(["page-check", address, "--number", "0" * 64]) == 1
        thread.join(60)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "nothing was compared" in said.err


def test_a_website_that_gives_a_byte_now_and_then_keeps_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(page_check, "SECONDS", 1)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def give() -> None:
            client, _ = server.accept()
            with client, suppress(OSError):
                client.sendall(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.2):
                    client.sendall(b"x")

        thread = threading.Thread(target=give, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/page.html"
        assert main(["page-check", address, "--number", "0" * 64]) == 1
        over.set()
        thread.join(60)
    assert "nothing was compared" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["http://[::1", "http://a b/", "http://a/\nx", "https://"])
def test_an_address_that_is_none_is_one_sentence(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["page-check", address, "--number", "0" * 64]) == 1
    assert "nothing was compared" in capsys.readouterr().err
