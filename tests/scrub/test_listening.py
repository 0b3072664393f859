"""The services behind the sockets outlive what they start, and leave nothing of it behind."""

import asyncio
import socket
from pathlib import Path

import pytest

from scrub import convert
from tests.scrub.test_zygote_socket import children, service
from tests.telegram_api import until

LEAVES = """#!/bin/sh
read -r kind
cat >"$RUNTIME_DIRECTORY/document"
setsid sleep 1000 >/dev/null 2>&1 <&- &
test "$kind" = docx || exit 1
printf '%%PDF-%s' "$(ls "$RUNTIME_DIRECTORY")"
"""
"""What a LibreOffice that was taken over could do: stay, in a session of its own, and wait for the next."""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "convert"
    path.write_text(LEAVES)
    path.chmod(0o755)
    (tmp_path / "runtime").mkdir()
    return path


async def test_nothing_of_a_document_is_left_for_the_next(tmp_path: Path, script: Path) -> None:
    place, folder = tmp_path / "socket", tmp_path / "runtime"
    docx = next(kind for kind in convert.OFFICE_TYPES if "wordprocessing" in kind)
    odt = next(kind for kind in convert.OFFICE_TYPES if kind.endswith("opendocument.text"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(place))
        listening.listen()
        environment = {"RUNTIME_DIRECTORY": str(folder), "PATH": "/usr/bin:/bin"}
        with service(listening, "converter", str(script), **environment) as process:
            for kind, made in ((docx, b"%PDF-document"), (odt, None), (docx, b"%PDF-document")):
                assert await convert.to_pdf(b"clean", kind, place) == made
                await until(lambda: children(process) == [] and list(folder.iterdir()) == [])


@pytest.mark.long
async def test_a_flood_of_connections_waits_and_ends_nobody(tmp_path: Path) -> None:
    place = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(str(place))
        listening.listen()
        with service(listening, "zygotes") as process:
            flood = [socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(9)]
            for connection in flood:
                connection.connect(str(place))
            await until(lambda: len(children(process)) == 6)
            for connection in flood:  # each ends when its connection does, and makes room for one that waits
                connection.close()
            await until(lambda: children(process) == [], 60)
            await asyncio.sleep(0)
