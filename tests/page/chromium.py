"""What a whole Chromium writes down of a saved file: `python -m tests.page.chromium [--private] PAGE`.

A program of its own, to be run in a network namespace of its own, because Chromium calls home. It stops in
the page and saves the file, deletes it, ends Chromium and starts it once more. It prints the file's name, and
which of that, the page's address and the words stand somewhere in the profile. The shell in which the other
tests run writes nothing of this kind down. `--private` is a private window.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.page.firefox import SAVE, appeared, given

OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")


@contextlib.asynccontextmanager
async def chromium(
    profile: Path, saved: Path, address: str, *more: str
) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """A page in a Chromium: what runs a function in it and gives back the text that comes of it."""
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    program = await asyncio.create_subprocess_exec(
        *("chromium", *OPTIONS, *more, "--remote-debugging-port=0", f"--user-data-dir={profile}", address),
        env={**os.environ, "HOME": str(profile)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await asyncio.to_thread(appeared, port)
        async with ClientSession() as session:
            listed = await session.get(f"http://127.0.0.1:{port.read_text().split()[0]}/json")
            (found,) = [each for each in await listed.json() if each["url"] == address]
            async with session.ws_connect(found["webSocketDebuggerUrl"], max_msg_size=0) as socket:

                async def tell(method: str, **params: object) -> dict[str, Any]:
                    await socket.send_json({"id": 1, "method": method, "params": params})
                    answer: dict[str, Any] = await socket.receive_json(timeout=120)
                    return answer

                async def run(function: str) -> str:
                    asked = {"expression": f"({function})()", "awaitPromise": True}
                    answer = await tell("Runtime.evaluate", **asked)
                    if "error" in answer or "exceptionDetails" in answer["result"]:
                        raise SystemExit(json.dumps(answer))
                    return str(answer["result"]["result"].get("value"))

                if more:  # a private window asks where to, and here nobody sees that
                    await tell("Page.setDownloadBehavior", behavior="allow", downloadPath=str(saved))
                state = "location.protocol === 'file:' && document.readyState"
                while '"complete"' not in json.dumps(await tell("Runtime.evaluate", expression=state)):
                    pass
                yield run
    finally:
        program.terminate()  # what is still to be written is
        await program.wait()


async def saved_once(profile: Path, folder: Path, address: str, *more: str) -> str:
    """The name of a file that was saved there."""
    async with chromium(profile, folder, address, *more) as run:
        name, _ = json.loads(await run(given(SAVE, [])))
        await asyncio.to_thread(appeared, folder / name)
        await asyncio.sleep(5)  # a note would be there: beside a private window nothing tells of its end
    return str(name)


async def opened_again(profile: Path, folder: Path, address: str, *more: str) -> None:
    async with chromium(profile, folder, address, *more):
        await asyncio.sleep(5)


def main(address: str, *more: str) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        profile, saved = Path(folder, "profile"), Path(folder, "saved")
        (profile / "Default").mkdir(parents=True)
        saved.mkdir()
        settings = {"download": {"default_directory": str(saved), "prompt_for_download": False}}
        (profile / "Default" / "Preferences").write_text(json.dumps(settings))
        name = asyncio.run(saved_once(profile, saved, address, *more))
        (saved / name).unlink()
        asyncio.run(opened_again(profile, saved, address, *more))
        files = [file.read_bytes() for file in profile.rglob("*") if file.is_file() and not file.is_symlink()]
        said = (name, address.rpartition("/")[2], "CANARY")
        noted = [each for each in said if any(each.encode() in file for file in files)]
        print(json.dumps({"name": name, "noted": noted}))


if __name__ == "__main__":
    main(sys.argv[-1], *(("--incognito",) if sys.argv[1] == "--private" else ()))
