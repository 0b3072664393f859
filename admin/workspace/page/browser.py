"""Starts a browser with one page, and with everything that it keeps in the folder of that page.

It gets a profile, a home and a session's folder of its own there, so that no history, cache, thumbnail or
saved file is anywhere else, and no bus, on which others would hear of it and write that down (docs/adr/0304);
it is told to use a proxy that is not there, and ends with the command, also by a SIGKILL of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from admin.errors import AdminError
from admin.words import tr

CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "brave-browser")
FIREFOXES = ("firefox", "firefox-esr", "librewolf")
SAVED = "saved"
"""Beside the page: where the browser saves, without asking."""

_NOWHERE = "127.0.0.1:9"  # discard (RFC 863): nobody listens
_CHROME_OPTIONS = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-breakpad",
    "--metrics-recording-only",
    "--no-pings",
    "--password-store=basic",
    f"--proxy-server=http://{_NOWHERE}",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_FIREFOX_SETTINGS = """user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("network.proxy.allow_hijacking_localhost", true);
user_pref("network.proxy.failover_direct", false);
user_pref("network.dns.disabled", true);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("browser.sessionstore.enabled", false);
user_pref("browser.sessionstore.resume_from_crash", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("datareporting.healthreport.uploadEnabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
user_pref("app.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.download.folderList", 2);
user_pref("browser.download.useDownloadDir", true);
user_pref("browser.download.always_ask_before_handling_new_types", false);
"""
_PASSED = re.compile(
    "PATH|LANG|LANGUAGE|LC_[A-Z]+|TZ|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|XDG_SESSION_TYPE|XDG_CURRENT_DESKTOP"
    "|PULSE_SERVER|AT_SPI_BUS_ADDRESS"
)
_XDG = ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR")
_BUSES = ("SESSION", "SYSTEM")
_SCRIPT = 4096
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Held back where one of them would leave a browser or its folder behind."""

_SECONDS_TO_END = 5.0
_ROUNDS = 20
_PR_SET_PDEATHSIG = 1


def find_browser(named: str | None, environment: Mapping[str, str]) -> str:
    """The path of the browser that is named, or of the first that is here. Raises `AdminError`."""
    boxed = False
    for name in (named,) if named else (*CHROMES, *FIREFOXES):
        if (found := shutil.which(name, path=environment.get("PATH"))) is not None:
            if not _is_boxed(found):
                return found
            boxed = True
    if boxed:
        raise AdminError(
            tr(
                "The browser here is a snap or a flatpak, which sees no folder in memory: install Chromium "
                "or Firefox as a package of the system, or name another with --browser."
            )
        )
    if named:
        raise AdminError(tr("There is no such browser here; '--no-browser' says where the page is."))
    raise AdminError(
        tr("There is no browser here (Chromium or Firefox); '--no-browser' says where the page is.")
    )


def _is_boxed(program: str) -> bool:
    """Whether a program is a snap or a flatpak, or a short script that starts one."""
    if any(part in Path(os.path.realpath(program)).parts for part in ("snap", "flatpak")):
        return True
    with contextlib.suppress(OSError), open(program, "rb") as file:
        start = file.read(_SCRIPT)
        return start.startswith(b"#!") and (b"/snap/bin/" in start or b"flatpak run" in start)
    return False


@contextlib.contextmanager
def browsing(
    program: str, page: Path, folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """The browser with the page; it is ended with the block. From then on `ENDING` is held back, until who
    made the folder has removed it. Raises `AdminError` if it can't be started.
    """
    profile, home = folder / "profile", folder / "home"
    for each in (profile, home, folder / SAVED):
        each.mkdir(mode=0o700)
    process, before = None, signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        process = subprocess.Popen(
            [program, *_options(program, profile), page.as_uri()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(environment, home),
            cwd=home,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid(), before),  # noqa: PLW1509 -- this process has no threads
        )
        signal.pthread_sigmask(signal.SIG_SETMASK, before)  # a signal that came meanwhile ends it, too
        yield process
    except OSError:
        if process is not None:
            raise
        raise AdminError(tr("The browser does not start; '--no-browser' says where the page is.")) from None
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        if process is not None:
            _end(process)
            _end_what_stayed(home)


def _options(program: str, profile: Path) -> list[str]:
    if any(name in Path(program).name for name in FIREFOXES):
        saved = f'user_pref("browser.download.dir", {json.dumps(str(profile.parent / SAVED))});\n'
        (profile / "user.js").write_text(_FIREFOX_SETTINGS + saved, "utf-8")
        return ["--no-remote", "--new-instance", "--profile", str(profile)]
    (profile / "Default").mkdir(mode=0o700)
    download = {"default_directory": str(profile.parent / SAVED), "prompt_for_download": False}
    (profile / "Default" / "Preferences").write_text(json.dumps({"download": download}), "ascii")
    return [*_CHROME_OPTIONS, f"--user-data-dir={profile}"]


def _environment(environment: Mapping[str, str], home: Path) -> dict[str, str]:
    """What the browser is told: the user's screen, speakers and screen reader, where they are named, and
    nothing else of the user's session.
    """
    kept = {name: value for name, value in environment.items() if _PASSED.fullmatch(name)}
    if "HOME" in environment and "DISPLAY" in kept:  # X11 has its key in the home
        kept.setdefault("XAUTHORITY", os.path.join(environment["HOME"], ".Xauthority"))
    if (session := environment.get("XDG_RUNTIME_DIR", "")).startswith("/"):
        kept["PIPEWIRE_RUNTIME_DIR"] = session
        if os.path.exists(speakers := os.path.join(session, "pulse", "native")):
            kept.setdefault("PULSE_SERVER", f"unix:{speakers}")
        screen = os.path.join(session, kept.get("WAYLAND_DISPLAY", "wayland-0"))
        if os.path.exists(screen):
            kept["WAYLAND_DISPLAY"] = screen
    kept |= dict.fromkeys(("HOME", "TMPDIR", *(f"XDG_{name}" for name in _XDG)), str(home))
    return kept | {f"DBUS_{bus}_BUS_ADDRESS": f"unix:path={home}/no-bus" for bus in _BUSES}


def _die_with(parent: int, mask: set[int | signal.Signals]) -> Callable[[], None]:
    """What the child does before it becomes the browser: it asks to be ended when its parent is
    (prctl(2))."""
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _end_what_stayed(home: Path) -> None:
    """What the browser has started in a session of its own: it has the home that no other process has."""
    mark = f"HOME={home}".encode()
    for _ in range(_ROUNDS):
        stayed = [int(entry.name) for entry in Path("/proc").iterdir() if _has(entry, mark)]
        for number in stayed:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(number, signal.SIGKILL)
        if not stayed:
            return


def _has(process: Path, variable: bytes) -> bool:
    """Whether this was started with a variable (proc(5)); no process of another user was."""
    try:
        return process.name.isdecimal() and variable in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it has started, as far as that is in its session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
            if number == signal.SIGTERM:
                continue
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_SECONDS_TO_END)
