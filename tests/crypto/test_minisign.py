"""Signatures: ours, read by minisign; minisign's own kind, read strictly by us."""

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import KeyFormatError, SignatureError
from crypto.minisign import PublicKey, SigningKey

KEY = SigningKey(bytes(range(32)))
MESSAGE = b'{"serial":1}'
SIGNATURE = KEY.sign(MESSAGE, "serial 1")


def _minisign() -> str:
    """Debian's program, on the PATH or in the checkout's .tools; a library it needs may lie beside it."""
    tools = Path(__file__).resolve().parents[2] / ".tools" / "bin"
    found = shutil.which("minisign", path=f"{os.environ['PATH']}{os.pathsep}{tools}")
    if found is None:
        pytest.skip("left out: no minisign program")
    return found


def test_minisign_accepts_our_signature_and_shows_the_trusted_comment(tmp_path: Path) -> None:
    document = tmp_path / "keys.json"
    document.write_bytes(MESSAGE)
    document.with_name("keys.json.minisig").write_text(SIGNATURE)
    command = [_minisign(), "-V", "-P", str(KEY.public()), "-m", str(document)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    assert "serial 1" in answer.stdout


def test_minisign_refuses_our_signature_of_a_changed_file(tmp_path: Path) -> None:
    document = tmp_path / "keys.json"
    document.write_bytes(MESSAGE + b" ")
    document.with_name("keys.json.minisig").write_text(SIGNATURE)
    command = [_minisign(), "-V", "-P", str(KEY.public()), "-m", str(document)]
    assert subprocess.run(command, capture_output=True, check=False, timeout=240).returncode != 0


def test_a_signature_survives_and_gives_the_trusted_comment_back() -> None:
    assert KEY.public().verify(MESSAGE, SIGNATURE) == "serial 1"
    assert PublicKey.parse(str(KEY.public())) == KEY.public()
    assert SigningKey(KEY.seed).public() == KEY.public()


def test_a_signature_is_the_same_every_time() -> None:
    assert KEY.sign(MESSAGE, "serial 1") == SIGNATURE


def test_a_changed_message_is_refused() -> None:
    with pytest.raises(SignatureError):
        KEY.public().verify(MESSAGE + b" ", SIGNATURE)


def test_another_key_is_refused() -> None:
    with pytest.raises(SignatureError, match="another key"):
        SigningKey.generate().public().verify(MESSAGE, SIGNATURE)


def test_a_changed_trusted_comment_is_refused() -> None:
    with pytest.raises(SignatureError):
        KEY.public().verify(MESSAGE, SIGNATURE.replace("serial 1", "serial 2"))


def test_the_untrusted_comment_may_be_anything() -> None:
    assert KEY.public().verify(MESSAGE, SIGNATURE.replace("signature by Silbo", "carried by a pigeon"))


def test_a_legacy_signature_over_the_message_itself_is_refused() -> None:
    lines = SIGNATURE.split("\n")
    raw = base64.b64decode(lines[1])
    lines[1] = base64.b64encode(b"Ed" + raw[2:]).decode()
    with pytest.raises(SignatureError, match="kind"):
        KEY.public().verify(MESSAGE, "\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        "",
        SIGNATURE[:-1],
        SIGNATURE + "\n",
        SIGNATURE.replace("\n", "\r\n"),
        SIGNATURE.replace("untrusted comment: ", "comment: "),
        SIGNATURE.replace("\ntrusted comment: ", "\ncomment: "),
        SIGNATURE.replace("=", ""),
        SIGNATURE.replace("RU", " RU"),
        SIGNATURE * 100,
        SIGNATURE.replace("serial", "s\ud800rial"),
        "\n\n\n\n",
    ],
)
def test_a_malformed_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        KEY.public().verify(MESSAGE, text)


@given(position=st.integers(0, len(SIGNATURE) - 1), character=st.characters())
def test_changing_any_character_is_refused_or_touches_only_the_untrusted_comment(
    position: int, character: str
) -> None:
    changed = SIGNATURE[:position] + character + SIGNATURE[position + 1 :]
    untrusted = "untrusted comment: "
    try:
        KEY.public().verify(MESSAGE, changed)
    except SignatureError:
        return
    assert changed == SIGNATURE or len(untrusted) <= position < SIGNATURE.index("\n")


@given(st.text(max_size=400))
def test_arbitrary_text_raises_only_our_errors(text: str) -> None:
    with pytest.raises(SignatureError):
        KEY.public().verify(MESSAGE, text)
    with pytest.raises(KeyFormatError):
        PublicKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        str(KEY.public())[:-1],
        str(KEY.public()) + "\n",
        str(KEY.public()).lower(),
        base64.b64encode(b"Ed" + bytes(8) + KEY.public().key).decode(),
        base64.b64encode(b"ED" + KEY.public().key_id + KEY.public().key).decode(),
    ],
    ids=["short", "line end", "case", "another key id", "another algorithm"],
)
def test_a_public_key_has_one_text(text: str) -> None:
    with pytest.raises(KeyFormatError):
        PublicKey.parse(text)


@pytest.mark.parametrize("comment", ["two\nlines", "a\tb", "x" * 257, "bell\a"])
def test_a_trusted_comment_is_one_printable_line(comment: str) -> None:
    with pytest.raises(SignatureError):
        KEY.sign(MESSAGE, comment)


def test_a_signing_key_is_not_in_its_repr() -> None:
    assert repr(KEY) == "SigningKey()"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(KeyFormatError):
        SigningKey(bytes(length))
    with pytest.raises(KeyFormatError):
        PublicKey(bytes(length))
