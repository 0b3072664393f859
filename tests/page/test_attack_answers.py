"""A door that lies to the page, and workers that die beside it: nothing false is believed, nothing hangs."""

import base64
import json
import subprocess
from pathlib import Path

from crypto.age import X25519Identity, decrypt
from page import build
from tests.vectors.make_page import FILE


def test_a_door_that_lies_is_not_believed_and_a_worker_that_dies_stops_nothing_for_ever() -> None:
    """Other names, older lists, no desks, no days, answers of others, answers twice, and without end."""
    reader = X25519Identity.generate()
    given = json.loads(FILE.read_text("utf-8")) | {"recipient": str(reader.recipient())}
    command = [build.node(), str(Path(__file__).with_name("run.mjs")), "hostile.ts", str(build.HERE)]
    asked = json.dumps(given).encode()
    done = subprocess.run(command, input=asked, capture_output=True, check=False, timeout=120)
    assert done.stderr == b"", done.stderr[:800].decode()
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    for file in found["files"].split():
        assert decrypt(base64.b64decode(file), [reader]) == b"silbo" * 300_000
