"""A drop as a page: what it shows, what it does not open, and that it is gone with the command."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page

from admin.answers.private import is_in_memory
from admin.errors import AdminError
from admin.workspace.page import place
from admin.workspace.page.browser import browsing, find_browser
from admin.workspace.page.contents import LARGEST
from crypto.age import X25519Identity
from crypto.slots import Slots
from crypto.source_parcel import seal_parts
from tests.admin.case.test_parcels import part_item
from tests.admin.stage import (
    PASSPHRASE,
    TODAY,
    Outcome,
    Reviewer,
    Seal,
    Server,
    file_item,
    original_item,
    pipe_with,
    text_item,
)
from tests.admin.workspace.page import scene
from tests.admin.workspace.people import START, WATCHED, run
from tests.browser import PHONE, ROOT, WIDE, Visit, faults_of, open_page

KEPT = "#!/bin/sh\nfor last; do :; done\ncp \"${last#file://}\" 'COPY'\n"
"""A browser that keeps the page that it is given, and is closed at once."""


def imported(reviewer: Reviewer, server: Server, *items: Seal, **more: object) -> str:
    """The id of a drop with these items, which is in the home."""
    if not reviewer.home.exists():
        reviewer.keygen("--weeks", "1")
    server.write(server.drop(reviewer.recipients(), *items, **more))  # type: ignore[arg-type]  # a test's own
    done = reviewer.run("import", server.stick, "--server", server.public)
    assert done.status == 0, done.err
    return server.last_id


class Viewing:
    """`view` in a process of its own that can be killed; its page is where it says."""

    def __init__(
        self, home: Path, words: Sequence[str], *, watched: bool = False, language: str = "en"
    ) -> None:
        handle = pipe_with(PASSPHRASE)
        program = (WATCHED if watched else "") + START
        command = [sys.executable, "-c", program, TODAY.isoformat(), "--language", language]
        self.process = subprocess.Popen(
            [*command, "--home", str(home), "view", *words, "--passphrase-fd", str(handle)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=(handle,),
        )
        os.close(handle)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def outcome(self) -> Outcome:
        out, err = self.process.communicate(timeout=60)
        return Outcome(self.process.returncode, out.decode(), err.decode())


def viewed(reviewer: Reviewer, drop: str, *options: str, language: str = "en") -> tuple[Outcome, Path]:
    """The page of a drop, kept by a browser of ours."""
    browser, copy = reviewer.home.parent / "chromium", reviewer.home.parent / "kept.html"
    browser.write_text(KEPT.replace("COPY", str(copy)))
    browser.chmod(0o755)
    words = [drop, *options, "--browser", str(browser)]
    viewing = Viewing(reviewer.home, words, watched=True, language=language)
    viewing.process.wait(120)
    return viewing.outcome(), copy


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A session's folder in memory, which nobody else writes into; nothing is left in it."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        monkeypatch.setenv("XDG_RUNTIME_DIR", name)
        yield Path(name)
        assert list(Path(name).iterdir()) == []


def loaded(page: Page) -> list[object]:
    found = page.evaluate(
        """async () => {
            const shown = [...document.querySelectorAll('img, audio, video')];
            for (const one of shown) for (let n = 0; n < 1200; n++)
                if (!(one.complete || one.readyState > 0 || one.error))
                    await new Promise(done => setTimeout(done, 50));
            return shown.map(one => one.tagName + ' ' + (one.naturalWidth || one.readyState > 0));
        }"""
    )
    assert isinstance(found, list)
    return found


def test_a_drop_is_seen_with_all_that_is_in_it(reviewer: Reviewer, server: Server) -> None:
    drop = imported(
        reviewer,
        server,
        *scene.everything(),
        file_item(b"MZ\0\0", "application/x-dosexec", cleaned=False),
        answers=scene.ANSWERS,
        refused=("bomb",),
        mailbox=scene.MAILBOX,
    )
    done, kept = viewed(reviewer, drop, "--clean")
    assert (done.status, done.err) == (0, "")
    with open_page(kept.as_uri()) as (page, visit):
        text = page.inner_text("body")
        for words in (
            scene.TEXT[:40],
            "Desde septiembre.",
            "El horario de la cámara",
            "A COPY, CLEANED HERE",
        ):
            assert words in text
        assert "No clean copy could be made here: a kind that cannot be cleaned." in text
        assert "May still identify: faces and screens" in text
        assert "holds far more than such a file needs" in text
        assert f"Drop {drop[:12]}: 8 items" in text
        assert loaded(page) == ["IMG 960", "IMG 624", "AUDIO true", "VIDEO true", "IMG 320"]
        page.click("summary:has-text('Words')")
        assert page.inner_text("[aria-label='Words of item 0003']").startswith("Addendum to the contract")
        for size in ({"width": 1280, "height": 900}, {"width": 360, "height": 640}):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # mypy takes a literal for any dict
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
            page.emulate_media(color_scheme="dark" if size["width"] == 360 else "light")
            assert faults_of(page) == []
        assert visit == Visit()
    assert reviewer.run("list").out.count(" opened") == 1


HOSTILE = (
    "<script>document.title='taken'</script>",
    "<img src=https://example.org/a.png onerror=\"document.title='taken'\">",
    "</div></section></main><style>body{display:none}</style><link rel=stylesheet href=//example.org/b>",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    "<svg onload=\"document.title='taken'\"><image href=https://example.org/c></svg>",
    "<iframe srcdoc=\"<script>parent.document.title='taken'</script>\"></iframe>",
    "<a href=javascript:document.title='taken' autofocus>x</a><base href=//example.org/>",
    "<!-- --!> ]]> &lt;b&gt; &#60;b&#62; \x00\x1b[31m\u202e\ufeff\u2028",
    "<form action=https://example.org/><input autofocus onfocus=alert(1)><button>x</button></form>",
    '<noscript><p title="</noscript><img src=https://example.org/d>">',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "{{7*7}} {style} {words} {n} %s %(x)s ${7*7}",
)


def test_attack_a_text_that_is_markup_asks_for_nothing_and_runs_nothing(
    reviewer: Reviewer, server: Server
) -> None:
    answers = {"why": HOSTILE[0] + HOSTILE[2], "where": HOSTILE[5]}
    cleaned = file_item("\n".join(HOSTILE).encode(), "text/plain", extension="txt")
    strange = file_item(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml")
    page_like = file_item(b"<script>document.title='taken'</script>", "text/html", extension="txt")
    no_picture = file_item(HOSTILE[1].encode(), "image/jpeg", notes=("a_new_note_b_img_remains",))
    drop = imported(
        reviewer,
        server,
        *(text_item(text) for text in HOSTILE),
        cleaned,
        strange,
        page_like,
        no_picture,
        answers=answers,
        language="es",
    )
    done, kept = viewed(reviewer, drop)
    assert done.status == 0, done.err
    with open_page(kept.as_uri()) as (page, visit):
        page.wait_for_timeout(300)
        assert page.title() == f"Drop {drop[:12]}"
        assert visit.requests == []
        assert [line for line in visit.complaints if "data:" not in line] == []
        unwanted = "script, iframe, object, embed, form, a, link, base, svg, math, meta[http-equiv=refresh]"
        assert page.locator(unwanted).count() == 0
        assert page.locator("style").count() == 1
        assert page.locator("[onerror], [onload], [onfocus], [autofocus], [href], [srcdoc]").count() == 0
        sources = page.evaluate("[...document.querySelectorAll('[src]')].map(one => one.src.slice(0, 22))")
        assert sources == ["data:image/jpeg;base64"]
        words = page.locator(".words").all_inner_texts()
        for text in HOSTILE[:7]:
            assert any(text in found for found in words), text
        assert "\\x00\\x1b[31m\\u202e\\ufeff\\u2028" in "".join(words)
        assert HOSTILE[-1] in words


def test_what_nobody_cleaned_is_not_in_the_page(reviewer: Reviewer, server: Server) -> None:
    unclean = scene.photo(64, 48)
    drop = imported(reviewer, server, file_item(unclean, cleaned=False))
    done, kept = viewed(reviewer, drop)
    assert done.status == 0, done.err
    page = kept.read_text()
    assert "<img" not in page
    assert "UNCLEANED" in page
    assert "It was not opened, and is not on this page" in page
    assert "'view --clean' makes a clean copy of it here" in page


def test_the_page_speaks_the_language_of_the_reviewer(reviewer: Reviewer, server: Server) -> None:
    """And says which one the source's words are in."""
    drop = imported(reviewer, server, text_item("kontratë e re"), scene.item_of("photo"), language="sq")
    _, kept = viewed(reviewer, drop, language="es")
    page = kept.read_text()
    assert '<html lang="es">' in page
    assert "identificar" in page
    assert 'lang="sq">kontratë e re</div>' in page


def test_replies_and_what_is_not_whole_are_on_the_page(reviewer: Reviewer, server: Server) -> None:
    def spoil(sealed: list[bytes]) -> list[bytes]:
        return [sealed[0], sealed[1][:-1] + bytes([sealed[1][-1] ^ 1]), *sealed[2:]]

    custodian = X25519Identity.generate().recipient()
    drop = imported(
        reviewer,
        server,
        text_item("<b>uno</b>"),
        text_item("dos"),
        file_item(b"MZ", "application/x-dosexec", cleaned=False),
        original_item(custodian, b"photo"),
        originals=(4,),
        spoil=spoil,
        mailbox=scene.MAILBOX,
    )
    words = reviewer.home.parent / "reply.txt"
    words.write_text("¿Quién <i>más</i>?")
    assert reviewer.run("reply", drop, "--file", words, "--yes", passphrase=PASSPHRASE).status == 0
    done, kept = viewed(reviewer, drop)
    assert done.status == 3
    assert "Item 0002" in done.err
    page = kept.read_text()
    assert "&lt;b&gt;uno&lt;/b&gt;" in page
    assert "¿Quién &lt;i&gt;más&lt;/i&gt;?" in page
    assert "Reply 1, yours: sealed, in no outbox yet" in page
    assert "sealed original of 0003, by its place" in page
    assert page.count("Item 0002") == 1
    assert "NOT OPENED" in page
    assert "dos" not in page.replace("application/x-dosexec", "")


def test_attack_what_a_sources_own_device_calls_clean_is_not_opened(
    reviewer: Reviewer, server: Server
) -> None:
    reviewer.keygen("--weeks", "1")
    recipients = reviewer.recipients()
    evil = file_item(b"\xff\xd8\xff straight from the attacker", removed=["place"])
    inner = server.drop(recipients, text_item("<script>dentro</script>"), evil)
    parts = seal_parts(Slots(recipients), "01234567" * 4, inner)
    drop = imported(reviewer, server, *map(part_item, parts))
    done, kept = viewed(reviewer, drop)
    assert done.status == 0, done.err
    page = kept.read_text()
    assert "<img" not in page
    assert "UNCHECKED" in page
    assert "Nobody checked it." in page
    assert "&lt;script&gt;dentro&lt;/script&gt;" in page


def test_what_is_too_large_is_told(reviewer: Reviewer, server: Server) -> None:
    drop = imported(reviewer, server, file_item(bytes(LARGEST + 1), "video/mp4", extension="mp4"))
    done, kept = viewed(reviewer, drop)
    assert done.status == 0, done.err
    assert "Too large for a page: 'extract' writes it to a file." in kept.read_text()
    assert kept.stat().st_size < 20_000


@pytest.mark.usefixtures("signals_of_a_terminal")
@pytest.mark.parametrize("how", [None, signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=str)
def test_the_page_is_gone_with_the_command(
    reviewer: Reviewer, server: Server, how: signal.Signals | None
) -> None:
    drop = imported(reviewer, server, text_item("words that nobody else should read"))
    viewing = Viewing(reviewer.home, [drop, "--no-browser"])
    page = Path(viewing.line())
    assert b"words that nobody else" in page.read_bytes()
    assert (page.stat().st_mode & 0o777, page.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    if how is None:
        assert viewing.process.stdin is not None
        viewing.process.stdin.write(b"\n")
        viewing.process.stdin.flush()
        viewing.process.wait(60)
    else:
        viewing.process.send_signal(how)
    done = viewing.outcome()
    assert not page.parent.exists()
    assert ("the page is gone" in done.out) == (how is None)
    assert (done.status, "Traceback" in done.err) == (0 if how is None else 130, False)


def test_attack_what_a_killed_view_left_is_gone_after_the_next_command(
    reviewer: Reviewer, server: Server, tmp_path: Path, memory: Path
) -> None:
    """And its browser is gone with it."""
    drop = imported(reviewer, server, text_item("words that nobody else should read"))
    started = tmp_path / "started"
    browser = tmp_path / "chromium"
    browser.write_text(
        f"#!/bin/sh\necho $$ > '{started}.new'; mv '{started}.new' '{started}'; exec sleep 600\n"
    )
    browser.chmod(0o755)
    viewing = Viewing(reviewer.home, [drop, "--browser", str(browser)])
    while not started.exists():
        assert viewing.process.poll() is None
        time.sleep(0.05)
    (left,) = memory.iterdir()
    assert (left / "case.html").exists()
    browser_ends = os.pidfd_open(int(started.read_text()))
    viewing.process.kill()
    viewing.outcome()
    ended, _, _ = select.select([browser_ends], [], [], 60)
    os.close(browser_ends)
    assert ended
    assert reviewer.run("list").status == 0
    assert not left.exists()


def test_attack_a_browser_that_stays_is_ended_with_the_page(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """One that goes into a session of its own, with the page in its memory."""
    drop = imported(reviewer, server, text_item("words that nobody else should read"))
    stayed, browser = tmp_path / "stayed", tmp_path / "chromium"
    browser.write_text(
        f"#!/bin/sh\nsetsid sh -c 'echo $$ > {stayed}.new; mv {stayed}.new {stayed}; exec sleep 600' &\n"
        f"while [ ! -e '{stayed}' ]; do sleep 0.05; done\n"
    )
    browser.chmod(0o755)
    viewing = Viewing(reviewer.home, [drop, "--browser", str(browser)])
    viewing.process.wait(120)  # for the browser: nobody types, and the input does not end
    done = viewing.outcome()
    assert done.status == 0, done.err
    state = Path(f"/proc/{stayed.read_text().strip()}/stat")
    with suppress(FileNotFoundError, ProcessLookupError):
        while "Z" not in state.read_text().split()[2]:
            time.sleep(0.05)


def test_attack_a_bus_of_the_session_hears_of_no_page(tmp_path: Path) -> None:
    """Nor does a session's folder get anything: its `dconf` did. Screen and speakers are still found."""
    session, folder, told = tmp_path / "session", tmp_path / "folder", tmp_path / "told"
    for each in (folder, session / "pulse"):
        each.mkdir(parents=True)
    for name in ("bus", "wayland-1", "pulse/native"):
        (session / name).touch()
    browser = tmp_path / "chromium"
    browser.write_text(f"#!/bin/sh\nenv > '{told}.new'; mv '{told}.new' '{told}'; exec sleep 600\n")
    browser.chmod(0o755)
    environment = {
        "PATH": os.environ["PATH"],
        "XDG_RUNTIME_DIR": str(session),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={session}/bus",
        "WAYLAND_DISPLAY": "wayland-1",
        "AT_SPI_BUS_ADDRESS": "unix:path=/of/a/screen/reader",
        "GTK_MODULES": "tells-all",
    }
    with browsing(str(browser), folder / "case.html", folder, environment) as process:
        while not told.exists():
            assert process.poll() is None
            time.sleep(0.05)
    given = dict(line.split("=", 1) for line in told.read_text().splitlines())
    assert f"{session}/bus" not in given.values()
    home = folder / "home"
    assert given["XDG_RUNTIME_DIR"] == given["XDG_DATA_HOME"] == given["TMPDIR"] == str(home)
    for bus in ("SESSION", "SYSTEM"):
        assert given[f"DBUS_{bus}_BUS_ADDRESS"] == f"unix:path={home}/no-bus"
    assert given["WAYLAND_DISPLAY"] == f"{session}/wayland-1"
    assert given["PULSE_SERVER"] == f"unix:{session}/pulse/native"
    assert given["AT_SPI_BUS_ADDRESS"] == environment["AT_SPI_BUS_ADDRESS"]
    assert "GTK_MODULES" not in given


@pytest.mark.usefixtures("signals_of_a_terminal")
@pytest.mark.parametrize(
    "browser",
    [
        'kill -TERM $PPID; while :; do mkdir -p "$HOME"; echo x > "$HOME/x"; done',
        "trap 'kill -INT $PPID; sleep 0.2' TERM; while :; do echo x > \"$HOME/x\"; sleep 0.05; done",
    ],
    ids=["while it starts", "once more while it ends"],
)
def test_attack_a_signal_at_a_bad_moment_leaves_nothing(
    reviewer: Reviewer, server: Server, tmp_path: Path, browser: str
) -> None:
    """`memory` looks whether the folder is gone."""
    drop = imported(reviewer, server, text_item("words that nobody else should read"))
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{browser}\n")
    program.chmod(0o755)
    viewing = Viewing(reviewer.home, [drop, "--browser", str(program)])
    if "trap" in browser:
        assert "It opens in a browser" in viewing.line()
        assert viewing.process.stdin is not None
        viewing.process.stdin.write(b"\n")
        viewing.process.stdin.flush()
    else:
        viewing.process.wait(60)  # `outcome` closes its input, which ends it as well
    done = viewing.outcome()
    assert (done.status, "Traceback" in done.err) == (130, False), done


def test_a_browser_that_is_not_there_is_told_before_anything_is_opened(
    reviewer: Reviewer, server: Server
) -> None:
    drop = imported(reviewer, server, text_item("x"))
    done = run(reviewer.home, ["view", drop, "--browser", "no-such-browser"])
    assert done.status == 1
    assert "There is no such browser here" in done.err
    assert reviewer.run("list").out.count("never opened") == 1
    with pytest.raises(AdminError, match="There is no browser here"):
        find_browser(None, {"PATH": "/nonexistent"})


def test_a_browser_that_sees_no_memory_is_passed_over(tmp_path: Path) -> None:
    """As on Ubuntu, where both are snaps."""
    boxes = {"firefox": '#!/bin/sh\nexec /snap/bin/firefox "$@"\n', "snap/bin/chromium": "#!/bin/sh\n"}
    for name, script in boxes.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    path = {"PATH": f"{tmp_path}:{tmp_path}/snap/bin"}
    with pytest.raises(AdminError, match="a snap or a flatpak"):
        find_browser(None, path)
    (tmp_path / "firefox-esr").write_text('#!/bin/sh\nexec /usr/lib/firefox-esr/firefox-esr "$@"\n')
    (tmp_path / "firefox-esr").chmod(0o755)
    assert find_browser(None, path) == str(tmp_path / "firefox-esr")


def test_attack_a_disk_is_no_place_for_a_page(tmp_path: Path) -> None:
    """Nor is a folder that a variable names, and that is on a disk."""
    assert not is_in_memory(tmp_path.resolve(), Path("/proc/self/mountinfo").read_text())
    with pytest.raises(AdminError, match=r"There is no folder in memory here") as told:
        place.place_in_memory(1, {"XDG_RUNTIME_DIR": str(tmp_path)}, tmp_path / "none")
    assert str(told.value).count(".") == 2
    with pytest.raises(AdminError, match="too little room in memory"):
        place.place_in_memory(1 << 60, {})


def test_the_browser_of_this_machine_has_nothing_of_ours_outside_the_folder(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    drop = imported(reviewer, server, text_item("x"))
    browser, kept = tmp_path / "firefox", tmp_path / "kept"
    browser.write_text(
        f"#!/bin/sh\nenv > '{kept}'; printf '%s\\n' \"$@\" >> '{kept}'; cat \"$4/user.js\" >> '{kept}'\n"
    )
    browser.chmod(0o755)
    viewing = Viewing(reviewer.home, [drop, "--browser", str(browser)])
    viewing.process.wait(60)
    assert viewing.outcome().status == 0
    said = kept.read_text()
    home = next(line for line in said.splitlines() if line.startswith("HOME=")).removeprefix("HOME=")
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR"):
        assert f"{name}={home}\n" in said
    assert "SSH_" not in said
    assert f"--profile\n{Path(home).parent}/profile\n" in said
    assert 'user_pref("network.proxy.http_port", 9);' in said
    assert not Path(home).exists()


@pytest.mark.long
def test_pictures_of_the_page_are_drawn(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    """Into docs/case, where `SILBO_PICTURES` is set: looked at by people, compared by none."""
    drop = imported(
        reviewer, server, *scene.everything(), answers=scene.ANSWERS, refused=("bomb",), mailbox=scene.MAILBOX
    )
    _, kept = viewed(reviewer, drop)
    folder = ROOT / "docs" / "case" if os.environ.get("SILBO_PICTURES") else tmp_path
    with open_page(kept.as_uri()) as (page, _):
        for name, look in (("wide", WIDE), ("phone", PHONE)):
            page.set_viewport_size({"width": look["width"], "height": look["height"]})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                loaded(page)
                page.screenshot(path=folder / f"{name}-{scheme}.png", full_page=True)
                assert faults_of(page) == []
