"""Keys of releases follow one another, each signed by the one before; a contact is said, or that none is."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from crypto.minisign import SigningKey
from release.errors import ReleaseError
from release.publisher import contact, next_key, published

FIRST, SECOND, THIRD = SigningKey.generate(), SigningKey.generate(), SigningKey.generate()
TODAY = date(2026, 11, 30)


def chain() -> dict[str, bytes]:
    files = next_key({}, FIRST.public(), None)
    files |= next_key(files, SECOND.public(), FIRST)
    return files | next_key(files, THIRD.public(), SECOND)


def test_each_key_is_signed_by_the_one_before_it() -> None:
    files = chain()
    assert published(files) == [FIRST.public(), SECOND.public(), THIRD.public()]
    assert published({"README.md": b""}) == []


def test_the_stock_minisign_takes_a_published_key(tmp_path: Path) -> None:
    if shutil.which("minisign") is None:
        pytest.skip("left out: minisign is not on PATH")
    for name, data in chain().items():
        (tmp_path / Path(name).name).write_bytes(data)
    command = ["minisign", "-V", "-m", "2.pub", "-p", "1.pub"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Trusted comment: Silbo release key 2" in done.stdout


def test_attack_a_key_that_the_one_before_did_not_sign_is_refused() -> None:
    files = chain()
    stranger = SigningKey.generate()
    forged = next_key({}, FIRST.public(), None)
    forged |= next_key(forged, stranger.public(), FIRST)
    bad = [
        {name: data for name, data in files.items() if "1.pub" not in name},
        {name: data for name, data in files.items() if name != "release/keys/2.pub.minisig"},
        files | {"release/keys/2.pub": forged["release/keys/2.pub"]},
        files | {"release/keys/3.pub.minisig": files["release/keys/2.pub.minisig"]},
        files | {"release/keys/3.pub": b"untrusted comment: x\nRWQ\n"},
        files | {"release/keys/5.pub": files["release/keys/3.pub"]},
        files | {"release/keys/1.pub.minisig": files["release/keys/2.pub.minisig"]},
    ]
    for each in bad:
        with pytest.raises(ReleaseError):
            published(each)
    with pytest.raises(ReleaseError, match="newest published key"):
        next_key(files, stranger.public(), None)
    with pytest.raises(ReleaseError, match="newest published key"):
        next_key(files, stranger.public(), FIRST)
    with pytest.raises(ReleaseError, match="already"):
        next_key(files, FIRST.public(), THIRD)


def test_whom_to_tell_is_a_contact_that_is_not_over() -> None:
    good = b"# ours\nContact: mailto:silbo@example.org\nExpires: 2027-06-01T00:00:00Z\n"
    assert contact({}, TODAY) is None
    assert contact({"security.txt": good}, TODAY) == "mailto:silbo@example.org"
    for bad in (
        good.replace(b"2027", b"2025"),
        good.replace(b"mailto:", b""),
        good.replace(b"Expires", b"Expire"),
        good + good,
        b"",
        b"\xff\x00",
    ):
        with pytest.raises(ReleaseError, match="Contact"):
            contact({"security.txt": bad}, TODAY)
