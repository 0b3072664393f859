"""The zygote and its children from outside: what a bad file, a dead process or an impatient caller costs."""

import asyncio
import contextlib
import gc
import importlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from scrub.isolation import bubblewrap, wire, zygote_process
from scrub.isolation.sandbox import ISOLATION, ChildLimits
from scrub.isolation.zygote_process import ScrubberError, ScrubLimits
from scrub.report import NOTES, REFUSALS, REMOVED, Clean, Refused
from scrub.scrubber import Scrubber
from tests.telegram_api import until

_PROBES = str(Path(__file__).parent / "probing_zygote.py")


@pytest.fixture
def jpeg(photo: Image.Image, encode: Callable[..., bytes]) -> bytes:
    return encode(photo, "JPEG", comment=b"CANARY")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def probed() -> AsyncIterator[Scrubber]:
    """A Scrubber whose children misbehave when told to, with a second of processor. One for all: what a test
    does to it costs the next one nothing.
    """
    limits = ScrubLimits(child=ChildLimits(cpu_seconds=1))
    async with Scrubber(children=4, limits=limits, program=(_PROBES,)) as running:
        yield running


def _process_of(running: Scrubber) -> asyncio.subprocess.Process:
    assert running._zygote is not None
    assert running._zygote._process is not None
    return running._zygote._process


def _probe(word: str) -> bytes:
    return b"\xff\xd8\xff" + word.encode()


async def test_every_format_passes_through_the_processes(
    photo: Image.Image, encode: Callable[..., bytes], heif: Callable[..., bytes], in_children: Scrubber
) -> None:
    names = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF")
    for data in [*(encode(photo, name) for name in names), heif()]:
        result = await in_children.scrub(data)
        assert isinstance(result, Clean)
        assert result.media_type == "image/jpeg"


async def test_the_isolation_is_told(in_children: Scrubber) -> None:
    given, missing = set(in_children.isolation), set(in_children.missing_isolation)
    assert {"limits", "not_dumpable", "no_new_privileges", "no_capabilities"} <= given
    assert given | missing | {"bubblewrap"} == set(ISOLATION)
    assert not given & missing


async def test_the_zygote_sees_no_file_of_the_operator_from_its_first_instruction(
    jpeg: bytes, tmp_path: Path, in_children: Scrubber
) -> None:
    if not bubblewrap._BWRAP.is_file():
        pytest.skip("left out: bubblewrap is not installed")
    secret = tmp_path / "silbo.db"
    secret.touch()
    wrapped = bubblewrap.wrapped(["/bin/ls", "-d", str(secret), "/etc/passwd", sys.prefix])
    assert wrapped is not None
    shown = await asyncio.create_subprocess_exec(*wrapped, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    listing, _ = await shown.communicate()
    if shown.returncode == 1:
        pytest.skip("left out: this machine doesn't permit bubblewrap")
    assert listing.decode() == f"{sys.prefix}\n"
    assert "bubblewrap" in in_children.isolation
    assert isinstance(await in_children.scrub(jpeg), Clean)


def test_the_wall_shows_all_that_the_zygote_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it doesn't show ends the zygote there, and a Scrubber then goes on without bubblewrap."""
    monkeypatch.setattr(bubblewrap, "_BWRAP", Path(sys.executable))
    wrapped = bubblewrap.wrapped(["true"])
    assert wrapped is not None
    shown = [Path("/usr"), *(Path(place) for place in wrapped if place.startswith("/"))]
    program = "import sys; from scrub.isolation import child, judge, zygote; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    for room in {name.partition(".")[0] for name in told.stdout.split()} & {
        "bot",
        "codes",
        "crypto",
        "scrub",
    }:
        package = importlib.import_module(room).__file__
        assert package is not None
        assert any(Path(package).is_relative_to(place) for place in shown), room


def test_behind_bubblewrap_there_are_large_pages_as_before_it() -> None:
    """The C library asks for them only where it sees that this machine has some."""
    asks = "held = bytes(1 << 26); print(any('hg' in line.split() for line in open('/proc/self/smaps')))"
    plain = [sys.executable, "-I", "-c", asks]
    wrapped = bubblewrap.wrapped(plain)
    if wrapped is None:
        pytest.skip("left out: bubblewrap is not installed")
    before, behind = (
        subprocess.run(command, env=zygote_process.ENVIRONMENT, capture_output=True, text=True, check=False)
        for command in (plain, wrapped)
    )
    if behind.returncode == 1 and not behind.stdout:
        pytest.skip("left out: this machine doesn't permit bubblewrap")
    assert behind.stdout == before.stdout


async def test_a_forbidden_bubblewrap_is_done_without(
    jpeg: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbidden = tmp_path / "bwrap"
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o700)
    monkeypatch.setattr(bubblewrap, "_BWRAP", forbidden)
    async with Scrubber() as running:
        assert "bubblewrap" not in running.isolation
        assert isinstance(await running.scrub(jpeg), Clean)


async def test_nothing_is_started_for_what_is_no_image() -> None:
    idle = Scrubber()
    assert await idle.scrub(b"") == Refused("empty_file")
    assert await idle.scrub(b"\x7fELF") == Refused("unsupported")
    assert await idle.scrub(b"\xff\xd8\xff" + bytes(wire.MAX_INPUT)) == Refused("too_large")


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("hang", "timeout"),
        ("burn", "timeout"),
        ("crash", "crashed"),
        ("exit", "crashed"),
        ("eat", "too_large"),
        ("babble", "crashed"),
        ("flood", "crashed"),
        ("text", "crashed"),
    ],
)
async def test_a_child_that_misbehaves_costs_its_own_file_only(
    probed: Scrubber, jpeg: bytes, word: str, reason: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if word == "hang":  # the others have all the time of a busy machine
            patch.setattr(probed, "_limits", replace(probed._limits, wall_seconds=1.0))
        bad = asyncio.ensure_future(probed.scrub(_probe(word)))
        await until(lambda: bad.done() or (probed._zygote is not None and not probed._zygote.idle))
    good = await asyncio.gather(*(probed.scrub(jpeg) for _ in range(3)))
    assert await bad == Refused(reason)
    assert all(isinstance(result, Clean) and result.removed == ("comment",) for result in good)


async def test_a_taken_over_decoder_cannot_vouch_for_its_own_output(probed: Scrubber) -> None:
    assert await probed.scrub(_probe("lie")) == Refused("unverified")
    assert await probed.scrub(_probe("misname")) == Refused("unverified")


async def test_an_output_larger_than_any_input_is_verified_too() -> None:
    async with Scrubber(program=(_PROBES,)) as running:
        result = await running.scrub(_probe("large"))
    assert isinstance(result, Clean)
    assert wire.MAX_INPUT < len(result.content) < wire.MAX_OUTPUT


async def test_a_dead_zygote_is_replaced_and_no_file_is_lost(probed: Scrubber, jpeg: bytes) -> None:
    waiting = [asyncio.ensure_future(probed.scrub(jpeg)) for _ in range(4)]
    await asyncio.sleep(0)
    _process_of(probed).kill()
    assert all(isinstance(result, Clean) for result in await asyncio.gather(*waiting))


async def test_a_cancelled_scrub_ends_its_child_and_leaves_no_descriptor(
    probed: Scrubber, jpeg: bytes
) -> None:
    await probed.scrub(jpeg)
    gc.collect()
    before = set(os.listdir("/proc/self/fd"))
    for _ in range(6):  # more than there are slots
        task = asyncio.ensure_future(probed.scrub(_probe("hang")))
        await asyncio.sleep(0.02)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert isinstance(await probed.scrub(jpeg), Clean)
    assert set(os.listdir("/proc/self/fd")) == before


async def test_the_zygote_ends_with_its_parent() -> None:
    async with Scrubber() as running:
        process = _process_of(running)
    assert process.returncode is not None


async def test_a_zygote_that_does_not_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote_process, "_ZYGOTE", ("-c", "raise SystemExit(3)"))
    with pytest.raises(ScrubberError, match="doesn't start"):
        async with Scrubber():
            pass


async def test_the_zygote_inherits_no_secret_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SILBO_TOKEN", "CANARY")
    async with Scrubber() as running:
        environment = await asyncio.to_thread(Path(f"/proc/{_process_of(running).pid}/environ").read_bytes)
    assert b"CANARY" not in environment


def _unpack(packed: bytes) -> Clean | Refused:
    return wire.unpack_result(packed[: wire.RESULT_HEAD], packed[wire.RESULT_HEAD :])


def test_a_result_is_packed_and_read_back_the_same() -> None:
    clean = Clean(b"content", "image/png", "png", REMOVED, ("frames_dropped",))
    assert _unpack(wire.pack_result(clean)) == clean
    for reason in REFUSALS:
        assert _unpack(wire.pack_result(Refused(reason))) == Refused(reason)


@pytest.mark.parametrize("at", range(26))
def test_a_result_with_a_wild_field_is_no_result(at: int) -> None:
    packed = bytearray(wire.pack_result(Clean(b"content", "image/png", "png")))
    packed[at] = 0xFF
    named = {9 - byte for byte in range(len(REMOVED) // 8)} | {17 - byte for byte in range(len(NOTES) // 8)}
    if at not in named:  # the lower bytes of the two masks name codes that exist
        with pytest.raises(wire.WireError):
            _unpack(bytes(packed))


@pytest.mark.parametrize("result", [b"", b"\1", b"\1\xff", b"\0\0", b"\2" * 26, b"\0" * 27])
def test_a_ragged_result_is_no_result(result: bytes) -> None:
    with pytest.raises(wire.WireError):
        _unpack(result)


def test_content_never_shows_in_a_repr() -> None:
    assert "CANARY" not in repr(Clean(b"CANARY", "image/png", "png"))
