#!/usr/bin/env bash
# httpx 0.28.1 with httpcore 1.0.9 and anyio 4.16.0. httpcore asks the package sniffio under which event loop it runs, and does without where it isn't installed. anyio brought sniffio
# along for years and does no longer, so that a fresh install has none; httpcore then tries to import it again and again, several times in each request, and Python, which
# remembers what it has found and not what it hasn't, looks through every folder of its path each time. With sniffio installed it is looked for once.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check httpx==0.28.1 httpcore==1.0.9 anyio==4.16.0 h11==0.16.0
cat >"$place/look.py" <<'PY'
import asyncio
import sys

import httpx


class Counter:
    """Asked first for every module that is not there yet."""

    looked = 0

    def find_spec(self, name, path=None, target=None):
        self.looked += name == "sniffio"
        return None


async def answer(reader, writer):
    while head := await reader.readuntil(b"\r\n\r\n"):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def look():
    counter = Counter()
    sys.meta_path.insert(0, counter)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    address = "http://127.0.0.1:%d/" % server.sockets[0].getsockname()[1]
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(address)
        first = counter.looked
        for _ in range(10):
            assert (await client.get(address)).text == "ok"
    server.close()
    print("looked for sniffio", first, "times in the first request,", counter.looked - first, "times in ten more")


asyncio.run(look())
PY
without=$("$place/venv/bin/python" -W ignore "$place/look.py" 2>/dev/null)
"$place/venv/bin/pip" install --quiet --disable-pip-version-check sniffio==1.3.1
with=$("$place/venv/bin/python" -W ignore "$place/look.py" 2>/dev/null)
printf 'without sniffio: %s\nwith sniffio: %s\n' "$without" "$with"
[[ $without =~ ,\ ([0-9]+)\ times\ in\ ten ]] && [ "${BASH_REMATCH[1]}" -ge 20 ]
[[ $with =~ ,\ 0\ times\ in\ ten ]]
echo 'as seen: what is not installed is looked for in every request, at least twice'
