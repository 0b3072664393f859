"""The page: what loads before the first word and in all, and what sealing takes beside typage alone.

Run: `python -m benchmarks.page [--firefox] [MEGABYTES] [ROUNDS]`. Bars (issue 17): at most 90 KB of gzip
before the first word and 150 KB in all, without the desks' keys; 20 MB to three reviewers in at most 1.3x the
time of typage in the same Chromium, 200 MB in 2.5x; the heap of the page and of each of its workers together,
with the buffers, at most 60 MB while a file of 200 MB, or ten of 20 MB, are locked.
Typage alone pads nothing; the size class of 20 MB is 1.26x as long. Beside the time that passed stands the
processor time of all the browser's processes, which other work on the machine hardly changes. What is done is
told on the way.
`--firefox` measures the smaller size in Firefox, which has no cipher of its own, in a network namespace; no
bar is set there.
"""

import asyncio
import contextlib
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

from bot.page import read_built
from crypto.age import HybridIdentity
from page import build
from tests.browser import open_page
from tests.page.conftest import desk, page_of, page_reviewer
from tests.page.firefox import firefox
from tests.page.test_firefox import ALONE

REVIEWERS = 3
WORKER = '<script type="text/plain" id="worker">'
BUNDLE = """
import { createRequire } from "node:module";
const [entry, page] = process.argv.slice(1);
const { build } = createRequire(`${page}/package.json`)("esbuild");
const options = { bundle: true, minify: true, write: false, format: "iife", target: "es2022" };
options.nodePaths = [`${page}/node_modules`];
const { outputFiles } = await build({ entryPoints: [entry], ...options });
process.stdout.write(outputFiles[0].text);
"""


WHAT = {
    "whole": "typage alone, in memory, 3 stanzas, no padding",
    "streamed": "typage alone, as a stream",
    "drop": "item and manifest: 8 stanzas, padded, hashed",
    "mates": "the same where the browser has no cipher of its own: by several workers",
    "floor": "of that the cipher over the padded bytes and 16 stanzas alone, in one thread",
    "parcel": "the parts of a parcel around it, on top",
}
LARGE = 100
"""Of so many MB only what has a bar is measured."""
Run = Callable[[str], Awaitable[Any]]


def main() -> None:
    inside = [each for each in sys.argv[1:] if not each.startswith("--")]
    megabytes, rounds = (int(given) for given in [*inside, *("20", "5")[len(inside) :]])
    if "--firefox" in sys.argv:
        os.execvp(ALONE[0], [*ALONE, sys.executable, "-m", "benchmarks.page", "--alone", *inside])
    text = build.build().read_text("utf-8")
    first = text[: text.index(WORKER)]
    for what, part, bar in (("before the first word", first, 90), ("in all", text, 150)):
        print(
            f"{what}: {len(gzip.compress(part.encode(), 9)) / 1000:.1f} KB of gzip (bar: {bar})", flush=True
        )
    scripts = bundled(), text[len(first) + len(WORKER) :].split("</script>", 1)[0]
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.html"
        empty.write_text("<!doctype html><title>empty</title>")
        if "--alone" in sys.argv:
            asyncio.run(in_firefox(empty.as_uri(), scripts, megabytes, rounds))
            return
        for size, most in {megabytes: 1.3, 10 * megabytes: 2.5}.items():
            with open_page(empty.as_uri()) as (page, _):
                page.set_default_timeout(600_000)

                async def run(step: str, page: Page = page) -> Any:
                    return page.evaluate(step)

                finish(measured(run, scripts, size, rounds, most))
        for count in (1, 10):
            held = heap(Path(folder), 10 * megabytes, count)
            print(
                f"heap while {10 * megabytes} MB in {count} are locked: {held:.0f} MB (bar: 60)", flush=True
            )


def finish(work: Coroutine[Any, Any, None]) -> None:
    """Playwright has an event loop running, and what it answers was never waited for."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("waited")


def bundled() -> str:
    """What is measured, as one script."""
    return subprocess.run(
        [
            build.node(),
            "--input-type=module",
            "-e",
            BUNDLE,
            str(Path(__file__).with_suffix(".ts")),
            str(build.HERE),
        ],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()


async def in_firefox(address: str, scripts: tuple[str, str], size: int, rounds: int) -> None:
    """The same in Firefox."""
    async with firefox(address) as (run, _):

        async def function(step: str) -> Any:
            return json.loads(await run(f"async () => JSON.stringify((await ({step})) ?? null)"))

        await measured(function, scripts, size, rounds, None)


async def measured(run: Run, scripts: tuple[str, str], size: int, rounds: int, bar: float | None) -> None:
    """Run everything so many times in turn, in a browser where `run` evaluates an expression; print the
    middle of the times, against those of typage alone.
    """
    script, worker = scripts
    recipients = [str(HybridIdentity.generate().recipient()) for _ in range(REVIEWERS)]
    await run(f"void (() => {{ {script} }})()")
    print("  (the browser is there)", file=sys.stderr, flush=True)
    names = await run(f"prepare({json.dumps(worker)}, {json.dumps(recipients)}, {size} * 15 * 65536)")
    if size >= LARGE:
        names = [name for name in names if name in ("streamed", "drop")]
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in names:
            before = processor()
            taken = await run(f"run({json.dumps(name)})")
            times[name].append((taken, processor() - before))
            print(f"  ({turn + 1}/{rounds} {name} {taken:.2f} s)", file=sys.stderr, flush=True)
    middle = {
        name: [statistics.median(each) for each in zip(*taken, strict=True)] for name, taken in times.items()
    }
    whole = middle.get("whole", middle["streamed"])
    print(f"{size} MB to {REVIEWERS} hybrid recipients, median of {rounds}, passed | of processor:")
    for name, what in WHAT.items():
        if name not in middle:
            continue
        passed, spent = (f"{is_:6.2f} s {is_ / of:.2f}x" for is_, of in zip(middle[name], whole, strict=True))
        said = f" (bar: {bar}x)" if bar and name == "drop" else ""
        print(f"  {passed} | {spent}  {what}{said}", flush=True)


def processor() -> float:
    """Seconds of processor that the living processes below this one have used."""
    used, below = 0, {os.getpid()}
    stats = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            stats[int(each.parent.name)] = each.read_text().rpartition(")")[2].split()
    for pid in sorted(stats):  # a child is younger; where numbers began anew, it is missed
        if int(stats[pid][1]) in below:
            below.add(pid)
            used += int(stats[pid][11]) + int(stats[pid][12])
    return used / os.sysconf("SC_CLK_TCK")


def heap(folder: Path, megabytes: int, count: int) -> float:
    """MB that the page and its workers hold at most while so many files are locked, all so large together;
    buffers and garbage counted.
    """
    today = datetime.now(UTC).date()
    address = page_of(read_built(build.BUILT), folder, desk(page_reviewer("Ana", today)))
    files = [folder / f"large-{number}.mp4" for number in range(count)]
    for file in files:
        with file.open("wb") as out:
            for _ in range(megabytes // count):
                out.write(os.urandom(1_000_000))
    most = 0.0
    with open_page(address) as (page, _):
        page.set_default_timeout(600_000)
        used = watch(page.context.new_cdp_session(page))
        page.set_input_files("#picker", files)
        for _ in files:
            page.click("#files li:has(.waiting) button")
        page.click("#lock")
        while page.locator("#done h2").count() == 0:
            most = max(most, used())
            page.wait_for_timeout(50)
    return most / 1e6


def watch(session: CDPSession) -> Callable[[], float]:
    """How many bytes the heaps of a page and of its workers have, with the buffers that they hold."""
    heaps: dict[str, float] = {}
    ask = json.dumps({"id": 1, "method": "Runtime.getHeapUsage"})

    def told(answer: dict[str, Any]) -> float:
        return float(answer["usedSize"] + answer["backingStorageSize"])

    def received(event: dict[str, Any]) -> None:
        answer = json.loads(event["message"]).get("result", {})
        if "usedSize" in answer:
            heaps[event["sessionId"]] = told(answer)

    def attached(event: dict[str, Any]) -> None:
        heaps[event["sessionId"]] = 0.0

    session.on("Target.attachedToTarget", attached)
    session.on("Target.receivedMessageFromTarget", received)
    session.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False})

    def used() -> float:
        for worker in list(heaps):
            session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": ask})
        return told(session.send("Runtime.getHeapUsage")) + sum(heaps.values())

    return used


if __name__ == "__main__":
    main()
