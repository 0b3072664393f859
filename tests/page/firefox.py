"""Firefox without a screen, driven by WebDriver BiDi: `python -m tests.page.firefox PAGE FILE...`.

A program of its own, to be run in a network namespace of its own, because Firefox calls home. It writes words
into the page, adds the files, locks all of it, and prints the parts as base64, one a line. Fingerprinting is
resisted, as in the Tor Browser. `--written PAGE` chooses the second desk and writes words instead, and prints
what Firefox then writes down to restore its windows. `--saved PAGE` stops and goes on later: it prints the
file's name, what it says when it is opened, and what Firefox notes of it; `--private PAGE` does it in a
private window.
"""

import asyncio
import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

PREFERENCES = {
    "privacy.resistFingerprinting": "true",
    "browser.shell.checkDefaultBrowser": "false",
    "browser.sessionstore.interval": "1000",
    "browser.download.folderList": "2",
}
WRITE = """async () => {
    const until = async (done) => { while (!done()) await new Promise((on) => setTimeout(on, 50)); };
    await until(() => document.querySelector('#desk-choice input'));
    document.querySelectorAll('#desk-choice input')[1].click();
    document.querySelector('#text').focus();
    document.execCommand('insertText', false, WORDS);
    await new Promise((on) => setTimeout(on, 6000));
    return document.querySelector('#text').value;
}"""
WORDS = "CANARY-WORDS: escrito en Firefox"
SAVE = """async () => {
    const until = async (done) => { while (!done()) await new Promise((on) => setTimeout(on, 50)); };
    await until(() => document.querySelector('#readers details, #desk-choice input'));
    const text = document.querySelector('#text');
    text.value = WORDS;
    text.dispatchEvent(new Event('input'));
    document.querySelector('#save').click();
    await until(() => document.querySelector('#saved .codename'));
    document.querySelector('#saved a').click();
    const codename = document.querySelector('#saved .codename').textContent;
    return JSON.stringify([document.querySelector('#saved a').download, codename]);
}"""
GO_ON = """async () => {
    const until = async (done) => { while (!done()) await new Promise((on) => setTimeout(on, 50)); };
    await until(() => document.querySelector('#readers details, #desk-choice input'));
    document.querySelector('#saved-words').value = CODENAME;
    const given = new DataTransfer();
    for (const [name, data] of FILES)
        given.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
    const picker = document.querySelector('#saved-file');
    picker.files = given.files;
    picker.dispatchEvent(new Event('change'));
    await until(() => document.querySelector('#text').value);
    return document.querySelector('#text').value;
}"""
STEPS = """async () => {
    const until = async (done) => { while (!done()) await new Promise((on) => setTimeout(on, 50)); };
    await until(() => document.querySelector('#readers details'));
    const text = document.querySelector('#text');
    text.value = WORDS;
    text.dispatchEvent(new Event('input'));
    const given = new DataTransfer();
    for (const [name, data] of FILES)
        given.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
    const picker = document.querySelector('#picker');
    picker.files = given.files;
    picker.dispatchEvent(new Event('change'));
    await until(() => document.querySelectorAll('#files li p:not(.looking)').length === FILES.length);
    const waiting = () => document.querySelector('#files li:has(.waiting) button:first-child');
    while (waiting()) waiting().click();
    await until(() => !document.querySelector('#lock').disabled);
    document.querySelector('#lock').click();
    await until(() => document.querySelector('.parts a'));
    const parts = [];
    for (const link of document.querySelectorAll('.parts a')) {
        const bytes = new Uint8Array(await PARTS.get(link.href).arrayBuffer());
        parts.push(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    }
    return JSON.stringify(parts.map(btoa));
}"""
KEEP = """() => { globalThis.PARTS = new Map(); const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
        const address = make(blob);
        PARTS.set(address, blob);
        return address;
    }; }"""
"""A blob's address can't be read again: the page's policy allows no connection, not even to itself."""


async def command(socket: ClientWebSocketResponse, method: str, **params: object) -> dict[str, Any]:
    await socket.send_json({"id": 1, "method": method, "params": params})
    while True:
        answer = await socket.receive_json(timeout=120)
        if answer.get("type") == "error":
            raise SystemExit(json.dumps(answer))
        if answer.get("id") == 1:
            result: dict[str, Any] = answer["result"]
            return result


def unpacked(data: bytes) -> bytes:
    """A file of Firefox: its mark, the size, one block of LZ4."""
    out, at = bytearray(), 12

    def length(number: int) -> int:
        nonlocal at
        if number == 15:
            more = 255
            while more == 255:
                more = data[at]
                number, at = number + more, at + 1
        return number

    while at < len(data):
        token, at = data[at], at + 1
        literal = length(token >> 4)
        out += data[at : at + literal]
        at += literal + 2
        if at <= len(data):
            back = int.from_bytes(data[at - 2 : at], "little")
            for _ in range(length(token & 15) + 4):
                out.append(out[-back])
    return bytes(out)


def stored(profile: Path) -> str:
    """From what Firefox would restore its windows."""
    (file,) = profile.rglob("recovery.jsonlz4")
    return unpacked(file.read_bytes()).decode()


@contextlib.asynccontextmanager
async def firefox(
    address: str, *, private: bool = False
) -> AsyncIterator[tuple[Callable[[str], Awaitable[str]], Path]]:
    """A page that was loaded in a Firefox of its own: what runs a function in it and gives back the text that
    comes of it, and the folder of its profile.
    """
    with tempfile.TemporaryDirectory() as profile:
        preferences = PREFERENCES | {
            "browser.download.dir": json.dumps(profile),
            "browser.privatebrowsing.autostart": json.dumps(private),
        }
        lines = [f'user_pref("{name}", {value});' for name, value in preferences.items()]
        (Path(profile) / "user.js").write_text("\n".join(lines))
        program = await asyncio.create_subprocess_exec(
            "firefox-esr",
            "--headless",
            "--no-remote",
            "--remote-debugging-port=0",
            f"--profile={profile}",
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        try:
            assert program.stderr is not None
            port = None
            while port is None:
                line = (await asyncio.wait_for(program.stderr.readline(), 60)).decode()
                port = re.search(r"listening on ws://127\.0\.0\.1:([0-9]+)", line)
            async with (
                ClientSession() as session,
                session.ws_connect(f"ws://127.0.0.1:{port[1]}/session", max_msg_size=0) as socket,
            ):
                await command(socket, "session.new", capabilities={})
                tree = await command(socket, "browsingContext.getTree")
                context = tree["contexts"][0]["context"]
                await command(socket, "script.addPreloadScript", functionDeclaration=KEEP)
                await command(
                    socket, "browsingContext.navigate", context=context, url=address, wait="complete"
                )

                async def run(function: str) -> str:
                    done = await command(
                        socket,
                        "script.callFunction",
                        functionDeclaration=function,
                        awaitPromise=True,
                        target={"context": context},
                    )
                    if done["type"] != "success":
                        raise SystemExit(json.dumps(done))
                    return str(done["result"]["value"])

                yield run, Path(profile)
        finally:
            program.kill()
            await program.wait()


def appeared(file: Path) -> None:
    """Wait until it is there: Firefox makes it empty at first."""
    end = time.monotonic() + 60
    while not file.exists() or not file.stat().st_size:
        if time.monotonic() > end:
            raise SystemExit("no file")
        time.sleep(0.1)


async def saved(address: str, *, private: bool) -> dict[str, object]:
    """A saved file's name, what it says when another Firefox opens it, what the disk has beside it, and what
    the first Firefox notes of it.
    """
    async with firefox(address, private=private) as (run, profile):
        name, codename = json.loads(await run(given(SAVE, [])))
        file = profile / name
        await asyncio.to_thread(appeared, file)
        await asyncio.sleep(5)  # a note would be there: the page's own is, which is made at the same time
        places = sorted(profile.glob("places.sqlite*"))  # Firefox keeps others from opening it
        noted = "".join(each.read_bytes().decode("latin-1") for each in places)
        attributes, content = os.listxattr(file), file.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(content)
        async with firefox(address) as (run, _):
            text = await run(given(GO_ON, [file]).replace("CODENAME", json.dumps(codename)))
    return {"name": name, "text": text, "attributes": attributes, "noted": noted}


def given(steps: str, files: list[Path]) -> str:
    """Steps with the words and the files in them."""
    listed = [[file.name, base64.b64encode(file.read_bytes()).decode()] for file in files]
    return steps.replace("WORDS", json.dumps(WORDS)).replace("FILES", json.dumps(listed))


async def main(address: str, files: list[Path], *, written: bool = False) -> None:
    async with firefox(address) as (run, profile):
        if written:
            assert await run(given(WRITE, [])) == WORDS
            print(stored(profile))
            return
        for part in json.loads(await run(given(STEPS, files))):
            print(part)


if __name__ == "__main__":
    if sys.argv[1] in ("--saved", "--private"):
        print(json.dumps(asyncio.run(saved(sys.argv[2], private=sys.argv[1] == "--private"))))
    elif sys.argv[1] == "--written":
        asyncio.run(main(sys.argv[2], [], written=True))
    else:
        asyncio.run(main(sys.argv[1], [Path(name) for name in sys.argv[2:]]))
