"""`age-plugin-pq` under Debian's age, and its state machines word by word."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from admin.age import plugin as age_plugin
from crypto import age
from crypto.age import bech32
from crypto.age.header import encode_stanza, parse_stanza
from crypto.errors import HeaderError, KeyFormatError

IDENTITIES = [age.HybridIdentity.generate() for _ in range(5)]
RunAge = Callable[[Sequence[str], bytes], subprocess.CompletedProcess[bytes]]

BIN = Path(__file__).parents[3] / "bin"
SIZES = [0, 1, 65536, (1 << 20) + 1]


def plugin_text(identity: age.HybridIdentity) -> str:
    return age_plugin.convert(identity.to_string()).splitlines()[1]


@pytest.fixture
def run_age(age_program: str) -> RunAge:
    """Run Debian's age with the plugin on PATH, as this checkout ships it."""
    environment = {**os.environ, "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])}

    def run(arguments: Sequence[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [age_program, *arguments],
            input=data,
            capture_output=True,
            env=environment,
            check=False,
            timeout=240,
        )

    return run


def said(done: subprocess.CompletedProcess[bytes]) -> bytes:
    """What age complained of; on a busy machine it tells after some seconds that it waits for the plugin."""
    return b"".join(line for line in done.stderr.splitlines(True) if not line.startswith(b"age: waiting on "))


def test_debian_age_opens_and_writes_hybrid_files(run_age: RunAge, tmp_path: Path) -> None:
    for size, count in zip(SIZES, [1, 5, 2, 1], strict=True):
        data = os.urandom(size)
        identities = IDENTITIES[:count]
        key = tmp_path / "key"
        key.write_text(plugin_text(identities[-1]) + "\n")
        opened = run_age(["-d", "-i", str(key)], age.encrypt(data, [each.recipient() for each in identities]))
        assert (opened.stdout, said(opened)) == (data, b"")
        flags = [flag for each in identities for flag in ("-r", str(each.recipient()))]
        written = run_age(flags, data)
        assert said(written) == b""
        assert age.decrypt(written.stdout, [identities[0]]) == data
    to_identity = run_age(["-e", "-i", str(key)], b"hola")
    assert age.decrypt(to_identity.stdout, [IDENTITIES[0]]) == b"hola"


def test_debian_age_says_what_is_wrong(run_age: RunAge, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(plugin_text(IDENTITIES[0]) + "\n")
    theirs = run_age(["-d", "-i", str(key)], age.encrypt(b"x", [IDENTITIES[1].recipient()]))
    assert theirs.returncode == 1
    assert b"no identity matched" in theirs.stderr
    key.write_text(bech32.encode("AGE-PLUGIN-PQ-", bytes(31)) + "\n")
    malformed = run_age(["-d", "-i", str(key)], age.encrypt(b"x", [IDENTITIES[1].recipient()]))
    assert malformed.returncode == 1
    assert b"not a post-quantum identity" in malformed.stderr
    wrong = run_age(["-r", bech32.encode("age1pq", bytes(100))], b"x")
    assert wrong.returncode == 1
    assert b"not a post-quantum recipient" in wrong.stderr


def talk(machine: str, *commands: age.Stanza) -> list[age.Stanza]:
    """What the plugin says to a client that answers `ok` to everything."""
    done = age.Stanza("done", (), b"")
    answers = [age.Stanza("ok", (), b"")] * 100
    said = io.BytesIO()
    client = age_plugin.Client(io.BytesIO(b"".join(map(encode_stanza, (*commands, done, *answers)))), said)
    (age_plugin.wrap if machine == "recipient-v1" else age_plugin.unwrap)(client)
    said.seek(0)
    heard = []
    while (stanza := parse_stanza(said)) != done:
        heard.append(stanza)
    assert said.read() == b""
    return heard


def command(name: str, *args: str, body: bytes = b"") -> age.Stanza:
    return age.Stanza(name, args, body)


def test_every_file_key_is_wrapped_to_everybody() -> None:
    keys = [os.urandom(16), os.urandom(16)]
    heard = talk(
        "recipient-v1",
        command("add-recipient", str(IDENTITIES[0].recipient())),
        command("grease-from-the-future", "x", body=b"ignored"),
        command("wrap-file-key", body=keys[0]),
        command("add-identity", plugin_text(IDENTITIES[1])),
        command("wrap-file-key", body=keys[1]),
    )
    assert [stanza.type for stanza in heard] == ["recipient-stanza"] * 4
    for stanza, key, identity in zip(
        heard, [keys[0], keys[0], keys[1], keys[1]], [*IDENTITIES[:2], *IDENTITIES[:2]], strict=True
    ):
        number, kind, *args = stanza.args
        assert keys[int(number)] == key
        assert identity.unwrap([age.Stanza(kind, tuple(args), stanza.body)]) == key


def test_one_malformed_recipient_stops_all_wrapping() -> None:
    heard = talk(
        "recipient-v1",
        command("add-recipient", str(IDENTITIES[0].recipient())),
        command("add-recipient", str(age.X25519Identity.generate().recipient())),
        command("add-identity", "AGE-PLUGIN-PQ-1QQQ"),
        command("wrap-file-key", body=bytes(16)),
    )
    assert [(stanza.type, stanza.args) for stanza in heard] == [
        ("error", ("recipient", "1")),
        ("error", ("identity", "0")),
    ]


def sent(number: int, stanza: age.Stanza) -> age.Stanza:
    return age.Stanza("recipient-stanza", (str(number), stanza.type, *stanza.args), stanza.body)


def test_file_keys_come_back_for_the_files_that_match() -> None:
    keys = [os.urandom(16) for _ in range(3)]
    heard = talk(
        "identity-v1",
        command("add-identity", plugin_text(IDENTITIES[0])),
        command("add-identity", plugin_text(IDENTITIES[1])),
        sent(0, age.X25519Identity.generate().recipient().wrap(keys[0])),
        sent(1, IDENTITIES[2].recipient().wrap(keys[1])),
        sent(1, IDENTITIES[1].recipient().wrap(keys[1])),
        sent(2, IDENTITIES[0].recipient().wrap(keys[2])),
    )
    assert heard == [command("file-key", "1", body=keys[1]), command("file-key", "2", body=keys[2])]


def test_one_malformed_stanza_spoils_its_file_only() -> None:
    key = os.urandom(16)
    good = IDENTITIES[0].recipient().wrap(key)
    heard = talk(
        "identity-v1",
        command("add-identity", plugin_text(IDENTITIES[0])),
        sent(0, good),
        sent(0, age.Stanza(good.type, good.args, good.body + b"x")),
        sent(1, good),
    )
    assert [(stanza.type, stanza.args) for stanza in heard] == [
        ("error", ("stanza", "0", "1")),
        ("file-key", ("1",)),
    ]


def test_a_malformed_identity_stops_all_unwrapping() -> None:
    heard = talk(
        "identity-v1",
        command("add-identity", plugin_text(IDENTITIES[0])),
        command("add-identity", IDENTITIES[0].to_string()),
        sent(0, IDENTITIES[0].recipient().wrap(bytes(16))),
    )
    assert [(stanza.type, stanza.args) for stanza in heard] == [("error", ("identity", "1"))]
    assert b"AGE" not in heard[0].body


@pytest.mark.parametrize("words", [b"", b"hello\n", b"-> done\n", b"-> wrap-file-key\nAAAA\n-> done\n\n"])
def test_attack_words_that_are_not_the_protocol(words: bytes) -> None:
    for machine in (age_plugin.wrap, age_plugin.unwrap):
        if machine is age_plugin.unwrap and words.startswith(b"-> wrap"):
            continue
        with pytest.raises(HeaderError):
            machine(age_plugin.Client(io.BytesIO(words), io.BytesIO()))


def test_the_program_says_when_it_is_started_wrongly() -> None:
    for arguments, status in (["--age-plugin=recipient-v9"], 2), ([], 2), (["--age-plugin=identity-v1"], 1):
        program = [sys.executable, "-m", "admin.age.plugin", *arguments]
        done = subprocess.run(program, input=b"x", capture_output=True, check=False, timeout=240)
        assert done.returncode == status
        assert done.stderr.count(b"\n") == 1


def test_identities_are_converted_and_back() -> None:
    text = age_plugin.convert(IDENTITIES[0].to_string())
    prefix, seed = bech32.decode(text.splitlines()[1])
    assert prefix == "age-plugin-pq-"
    assert age.HybridIdentity(seed).recipient() == IDENTITIES[0].recipient()
    with pytest.raises(KeyFormatError):
        age_plugin.convert(age.X25519Identity.generate().to_string())
