"""Key lists, receipts and replies go out as QR codes and come in by pictures and films of them."""

import fcntl
import io
import os
import pty
import random
import select
import struct
import sys
import termios
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageFilter

from admin.errors import AdminError
from admin.keys import qr
from admin.workspace.codes.files import write
from crypto.code_parts import Joining, cut
from scrub.code_reader import CodeReader
from tests.admin.stage import Outcome, Reviewer, Server

HALVES = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}


def in_a_terminal(home: Path, words: Sequence[str], columns: int, lines: int) -> list[str]:
    """What `silbo-admin` drew, screen by screen, until all parts were shown once."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ |= {"TERM": "xterm", "LC_ALL": "C.UTF-8"}
        os.execv(sys.executable, [sys.executable, "-m", "admin", "--home", str(home), *words])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    drawn, typed = b"", False
    while True:
        ready, _, _ = select.select([terminal], [], [], 120)
        assert ready, drawn
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:
            break
        if not data:
            break
        drawn += data
        if not typed and drawn.count(b"Part 1 of") > 1:
            os.write(terminal, b" ")
            typed = True
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, drawn
    return drawn.decode().split("\x1b[H")[1:]


def photographed(screen: str, cell: tuple[int, int] = (8, 16)) -> bytes:
    """A JPEG of a screen: cells of a terminal, out of focus, with noise."""
    lines = [line.partition("\x1b[97;40m")[2].partition("\x1b")[0] for line in screen.split("\r\n")]
    rows = [[HALVES[glyph] for glyph in line] for line in lines if line]
    dots = np.array([[[half[n] for half in row] for n in (0, 1)] for row in rows], np.uint8)
    dots = dots.reshape(2 * len(rows), -1)
    wide, high = cell
    image = Image.fromarray(dots).resize(
        (dots.shape[1] * wide, dots.shape[0] * high // 2), Image.Resampling.BOX
    )
    framed = Image.new("L", (image.width + 80, image.height + 80), 30)
    framed.paste(image, (40, 40))
    out = io.BytesIO()
    noisy(framed.rotate(2, fillcolor=30), 1).save(out, "JPEG", quality=60)
    return out.getvalue()


def noisy(image: Image.Image, seed: int) -> Image.Image:
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2))).astype(np.int16)
    chance = np.random.default_rng(seed)
    return Image.fromarray(
        np.clip(soft * 0.8 + 25 + chance.normal(0, 10, soft.shape), 0, 255).astype(np.uint8)
    )


def filmed(parts: Sequence[bytes], version: int, size: tuple[int, int] = (800, 600)) -> bytes:
    """A film of codes on a screen, held by hand: each is there for three frames."""
    width, height = size
    side = height * 4 // 5
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        track = file.add_stream("libx264", rate=24, options={"preset": "ultrafast", "crf": "30"})
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        for number, part in enumerate(parts):
            code = Image.open(io.BytesIO(qr.png(qr.encode_bytes(part, version), scale=4))).convert("L")
            screen = Image.new("L", size, 70)
            screen.paste(code.resize((side, side)), ((width - side) // 2 + number % 7, 50 + number % 5))
            for each in range(3):
                gray = np.asarray(noisy(screen.rotate(number % 4, fillcolor=70), each))
                frame = av.VideoFrame.from_ndarray(gray, format="gray")
                file.mux(track.encode(frame.reformat(format="yuv420p")))
        file.mux(track.encode(None))
    return out.getvalue()


@pytest.fixture
def published(reviewer: Reviewer, tmp_path: Path) -> Path:
    reviewer.keygen("--weeks", "1", "--label", "Ada")
    assert reviewer.run("publish", tmp_path / "out").status == 0
    return tmp_path / "out"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(reviewer: Reviewer, *words: str | Path) -> Outcome:
    return reviewer.run("qr", "read", *words)


def test_a_key_list_goes_over_as_pictures(reviewer: Reviewer, published: Path, tmp_path: Path) -> None:
    pictures, back = tmp_path / "pictures", tmp_path / "back"
    done = reviewer.run("qr", "show", published, "--png", pictures)
    assert (done.status, done.err) == (0, "")
    shown = sorted(pictures.iterdir(), reverse=True)
    assert f"2 files in {len(shown)} codes" in done.out
    looked = read(reviewer, pictures)
    assert (looked.status, looked.err) == (0, "")
    assert "  keys.json (" in looked.out
    done = read(reviewer, *shown, "--into", back)
    assert (done.status, done.err) == (0, "")
    assert contents(back) == contents(published)
    assert read(reviewer, *shown, "--into", back).status == 0, "the same again is no fault"


def test_replies_and_receipts_go_over_in_the_folders_of_a_stick(
    reviewer: Reviewer, server: Server, published: Path, tmp_path: Path
) -> None:
    """What a server takes (`silbo reviewers add`, `import-replies`, `receipts`) is there byte by byte."""
    folder = published / "outbox-0a1b2c3d"
    folder.mkdir()
    (folder / "outbox.json").write_bytes(b"{}")
    (folder / f"{'0a' * 32}.age").write_bytes(random.Random(3).randbytes(5000))
    (published / "receipt-0a1b2c3d.json").write_bytes(b"{}")
    (published / "batch.json").write_bytes(b"no")
    assert reviewer.run("qr", "show", published, "--png", tmp_path / "png").status == 0
    assert read(reviewer, *(tmp_path / "png").iterdir(), "--into", tmp_path / "back").status == 0
    (published / "batch.json").unlink()
    assert contents(tmp_path / "back") == contents(published)


def test_a_terminal_of_80_by_24_shows_codes_that_a_camera_reads(reviewer: Reviewer, tmp_path: Path) -> None:
    files = {"keys.json": random.Random(1).randbytes(700), "keys.json.minisig": b"x" * 100}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    words = ["qr", "show", *(str(tmp_path / name) for name in files), "--rate", "20"]
    screens = in_a_terminal(reviewer.home, words, 80, 24)
    total = len(cut(files, qr.capacity(6)))
    assert f"Part 1 of {total}" in screens[0]
    assert all(len(screen.split("\r\n")) <= 24 for screen in screens[:total])
    joining = Joining()
    with CodeReader() as reader:
        for screen in screens[:total]:
            codes = reader.codes(photographed(screen)) or []
            assert [joining.take(code) for code in codes] == [True]
    (transfer,) = joining.transfers()
    assert joining.files(transfer) == files
    assert "\x1b[?25h\x1b[?1049l" in screens[-1], "the cursor and the screen come back"
    assert "all shown 1 time" in screens[-1]


def test_a_film_with_noise_is_read(reviewer: Reviewer, tmp_path: Path) -> None:
    """In which one part is missing at first."""
    files = {"keys.json": random.Random(2).randbytes(5000)}
    parts = cut(files, qr.capacity(12))
    rest = parts.pop(4)
    film, more = tmp_path / "film.mp4", tmp_path / "more.png"
    film.write_bytes(filmed(parts, 12))
    more.write_bytes(qr.png(qr.encode_bytes(rest, 12)))
    done = read(reviewer, film, "--into", tmp_path / "back")
    assert done.status == 1
    assert f"Of {len(parts) + 1} parts these are missing: 5." in done.err
    assert not (tmp_path / "back").exists()
    done = read(reviewer, film, more, "--into", tmp_path / "back")
    assert (done.status, done.err) == (0, "")
    assert contents(tmp_path / "back") == files


@pytest.mark.long
def test_sixty_four_kilobytes_go_over_by_film(reviewer: Reviewer, tmp_path: Path) -> None:
    """On a large window, as replies do: their ciphertext is no shorter when it is compressed."""
    chance = random.Random(64)
    files = {f"outbox-0a1b2c3d/{number:064x}.age": chance.randbytes(32 << 10) for number in range(2)}
    (tmp_path / "film.mp4").write_bytes(filmed(cut(files, qr.capacity(20)), 20, (1280, 800)))
    done = read(reviewer, tmp_path / "film.mp4", "--into", tmp_path / "back")
    assert (done.status, done.err) == (0, "")
    assert contents(tmp_path / "back") == files


def test_attack_nothing_is_written_over_and_no_link_is_followed(reviewer: Reviewer, tmp_path: Path) -> None:
    files = {"keys.json": b"theirs", "keys.json.minisig": b"x", "outbox-0a1b2c3d/outbox.json": b"{}"}
    precious = tmp_path / "precious"
    precious.mkdir()
    for number, name in enumerate(files):
        for way in ("file", "link"):
            folder = tmp_path / f"{number}-{way}"
            (folder / name).parent.mkdir(parents=True)
            if way == "file":
                (folder / name).write_bytes(b"mine")
            else:
                (folder / name).symlink_to(precious / "none")
            before = contents(folder)
            with pytest.raises(AdminError, match=r"There is another"):
                write(files, folder)
            assert contents(folder) == before
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "outbox-0a1b2c3d").symlink_to(precious)
    with pytest.raises(AdminError, match=r"There is another"):
        write(files, linked)
    assert list(precious.iterdir()) == []
    reviewer.keygen("--weeks", "1")
    assert "in the home of silbo-admin" in read(reviewer, tmp_path, "--into", reviewer.home / "keys").err


def test_a_fingerprint_is_told_by_its_ten_words(reviewer: Reviewer, published: Path, tmp_path: Path) -> None:
    reviewer.run("fingerprint", "--png", tmp_path / "f.png")
    words = reviewer.run("fingerprint", "--words").out.split()
    done = read(reviewer, tmp_path / "f.png")
    assert (done.status, done.err) == (0, "")
    assert done.out.split()[-10:] == words


def test_what_is_no_picture_or_no_code_of_ours_is_told(reviewer: Reviewer, tmp_path: Path) -> None:
    bad, blank, link = (tmp_path / name for name in ("bad\x1b[31m.png", "blank.png", "link.png"))
    bad.write_bytes(b"\x89PNG\r\n\x1a\n no more")
    Image.new("L", (300, 300), 255).save(blank)
    link.write_bytes(qr.png(qr.encode("https://example.org/?who=you")))
    done = read(reviewer, bad, blank, tmp_path / "none.png")
    assert done.status == 1
    assert "bad\\x1b[31m.png is no picture or film" in done.err
    assert "No code was found" in done.err
    done = read(reviewer, link)
    assert done.status == 3
    assert "something else than Silbo's" in done.err
    assert "example" not in done.out + done.err


def test_without_a_terminal_codes_are_pictures(reviewer: Reviewer, published: Path, tmp_path: Path) -> None:
    done = reviewer.run("qr", "show", published)
    assert done.status == 1
    assert "--png DIR" in done.err
    (tmp_path / "large").write_bytes(bytes(200_000))
    assert "128 KiB" in reviewer.run("qr", "show", tmp_path / "large", "--png", tmp_path / "p").err
    (tmp_path / "empty").mkdir()
    assert "no key list" in reviewer.run("qr", "show", tmp_path / "empty", "--png", tmp_path / "p").err
    (tmp_path / "Bad Name").write_bytes(b"x")
    assert "another name" in reviewer.run("qr", "show", tmp_path / "Bad Name", "--png", tmp_path / "p").err


@pytest.mark.parametrize(
    ("columns", "lines", "version"), [(80, 23, 6), (200, 59, 20), (45, 40, 6), (30, 99, None)]
)
def test_the_code_is_as_large_as_the_terminal_allows(columns: int, lines: int, version: int | None) -> None:
    assert qr.largest_version(columns, lines) == version


def test_a_code_holds_what_its_version_says() -> None:
    for version in range(1, qr.MOST + 1):
        data = random.Random(version).randbytes(qr.capacity(version))
        assert len(qr.encode_bytes(data, version)) == 17 + 4 * version
        with pytest.raises(Exception, match="does not fit"):
            qr.encode_bytes(data + b"x", version)
