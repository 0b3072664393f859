"""Revocations: what is signed is what is read, in one text that survives a scanner and opens in minisign."""

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import CryptoError, FormatError, SignatureError
from crypto.minisign import SigningKey
from crypto.revocation import MAX_SIZE, make_revocation, parse_revocation

ROOT = SigningKey(bytes(range(32)))
REVOCATION = make_revocation(ROOT, date(2026, 11, 21))
TEXT = REVOCATION.text.encode()
LINES = TEXT.splitlines(keepends=True)


def test_a_revocation_survives() -> None:
    assert parse_revocation(TEXT) == REVOCATION
    assert REVOCATION.root == ROOT.public()
    assert make_revocation(ROOT, date(2026, 11, 21)) == REVOCATION


@pytest.mark.parametrize(
    "changed", [TEXT.replace(b"\n", b"\r\n"), TEXT[:-1], TEXT.replace(b"\n", b"\r\n")[:-2]]
)
def test_line_ends_that_a_scanner_or_a_mail_changed_are_forgiven(changed: bytes) -> None:
    assert parse_revocation(changed) == REVOCATION


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        TEXT[:-10],
        b"".join(LINES[:3]),
        TEXT + b"\n",
        TEXT + b"x",
        TEXT + TEXT,
        b"\n" + TEXT,
        b"\xef\xbb\xbf" + TEXT,
        TEXT.replace(b"\n", b"\r"),
        TEXT.ljust(MAX_SIZE + 1),
        TEXT.replace(b"revoke FILE", b"remove FILE"),
        TEXT.replace(b"trusted comment: {", b"trusted comment:  {"),
        TEXT.replace(b"2026-11-21", b"2026-11-22"),
        TEXT.replace(b'"version":1', b'"version":2'),
        ROOT.sign(b"", "silbo key list, serial 1").encode(),
    ],
    ids=range(15),
)
def test_anything_else_is_refused(untrusted: bytes) -> None:
    with pytest.raises(CryptoError):
        parse_revocation(untrusted)


@pytest.mark.parametrize("position", range(0, len(TEXT) - 1, 7))
def test_every_changed_byte_is_noticed(position: int) -> None:
    with pytest.raises(CryptoError):
        parse_revocation(TEXT[:position] + bytes([TEXT[position] ^ 1]) + TEXT[position + 1 :])


def test_a_revocation_in_another_reviewers_name_is_refused() -> None:
    """Signed rightly by one, naming the other."""
    other = SigningKey(bytes(32))
    document = LINES[2].decode().removeprefix("trusted comment: ").rstrip("\n")
    forged = other.sign(b"", document).partition("\n")[2]
    with pytest.raises(SignatureError, match="another key"):
        parse_revocation(LINES[0] + forged.encode())


def test_a_signature_of_the_same_root_over_something_else_is_no_revocation() -> None:
    document = LINES[2].decode().removeprefix("trusted comment: ").rstrip("\n")
    with pytest.raises(SignatureError):
        parse_revocation(LINES[0] + ROOT.sign(b"{}", document).partition("\n")[2].encode())


def test_it_is_small_enough_for_a_code_that_fits_80_columns() -> None:
    assert len(TEXT) <= 425  # version 13 with correction L: 69 modules


def test_the_stock_minisign_checks_it(tmp_path: Path) -> None:
    tools = Path(__file__).resolve().parents[2] / ".tools" / "bin"
    minisign = shutil.which("minisign", path=f"{os.environ['PATH']}{os.pathsep}{tools}")
    if minisign is None:
        pytest.skip("left out: no minisign program")
    path = tmp_path / "revocation.txt"
    path.write_bytes(TEXT)
    command = [minisign, "-V", "-m", "/dev/null", "-x", str(path), "-P", str(ROOT.public())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert '"type":"silbo revocation"' in done.stdout
    path.write_bytes(TEXT.replace(b"2026-11-21", b"2026-11-22"))
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@given(st.binary(max_size=600))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    with pytest.raises(CryptoError):
        parse_revocation(data)


def test_the_sentences_quote_nothing() -> None:
    with pytest.raises(FormatError) as caught:
        parse_revocation(TEXT + b"attacker")
    assert "attacker" not in str(caught.value)
