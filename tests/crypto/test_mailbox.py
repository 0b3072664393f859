"""Mailboxes: what a codename opens at each desk, and nobody without it can tell what belongs together."""

import hashlib
import hmac
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto import mailbox
from crypto.age import decrypt, encrypt
from crypto.errors import FormatError, NoMatch
from crypto.mailbox import CodenameRoot, address_of, stretch

ROOT = CodenameRoot(bytes(range(32)))
NEWS, UNION = bytes(16), bytes(range(16))
DROP = "00112233445566778899aabbccddeeff"


def expanded(label: str, public_id: bytes, size: int) -> bytes:
    """RFC 5869, 2.3, with one block."""
    return hmac.digest(ROOT.key, label.encode() + public_id + b"\x01", "sha256")[:size]


def test_a_root_is_argon2id_as_another_library_makes_it() -> None:
    theirs = Argon2id(salt=b"silbo-codename-1", length=32, iterations=3, lanes=1, memory_cost=64 * 1024)
    assert stretch(b"acorn zebra").key == theirs.derive(b"acorn zebra")
    assert (mailbox.PASSES, mailbox.MEMORY, len(mailbox.SALT)) == (3, 64 * 2**20, 16)


def test_a_codename_for_which_there_is_no_memory_is_a_lack_of_memory() -> None:
    """It is tried again; libsodium only says that it failed."""
    short = (
        "import re, resource\n"
        "from crypto.mailbox import stretch\n"
        "stretch(b'acorn zebra')\n"
        "size = int(re.search(r'VmSize:\\s+(\\d+)', open('/proc/self/status').read())[1]) << 10\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size + (32 << 20), resource.RLIM_INFINITY))\n"
        "try:\n    stretch(b'acorn zebra')\n"
        "except MemoryError:\n    print('short')"
    )
    done = subprocess.run([sys.executable, "-c", short], check=True, capture_output=True, text=True)
    assert done.stdout == "short\n"


def test_what_is_derived_is_hkdf() -> None:
    box = ROOT.mailbox(UNION)
    assert box.id == expanded("silbo/v1 mailbox", UNION, 16)
    seed = expanded("silbo/v1 reply identity", UNION, 32)
    assert box.reply_identity.to_string() == type(box.reply_identity)(seed).to_string()
    assert ROOT.withdrawal_tag(DROP) == expanded("silbo/v1 withdraw", bytes.fromhex(DROP), 32)
    assert box.address == address_of(box.id) == hashlib.sha256(box.id).digest()


def test_two_desks_cannot_find_out_that_they_have_the_same_source() -> None:
    """Neither id nor recipient nor address of one desk is that of the other, and the root is in neither."""
    news, union = ROOT.mailbox(NEWS), ROOT.mailbox(UNION)
    assert news.id != union.id
    assert news.address != union.address
    assert news.reply_identity.recipient() != union.reply_identity.recipient()


def test_two_drops_of_one_source_have_tags_that_do_not_look_alike() -> None:
    other = DROP[:-1] + "0"
    assert ROOT.withdrawal_tag(DROP) == ROOT.withdrawal_tag(DROP)
    assert ROOT.withdrawal_tag(DROP) != ROOT.withdrawal_tag(other)
    assert ROOT.withdrawal_tag(DROP) != CodenameRoot(bytes(32)).withdrawal_tag(DROP)


def test_a_label_never_passes_for_another() -> None:
    """Every info has its own length, so none is the beginning of another with an id behind it."""
    labels = (mailbox.MAILBOX_LABEL, mailbox.REPLY_LABEL, mailbox.WITHDRAWAL_LABEL)
    assert len({len(label) + mailbox.ID_SIZE for label in labels}) == 3


@pytest.mark.parametrize("wrong", ["", DROP[:-2], DROP.upper(), DROP + "00", " " + DROP[1:]])
def test_a_tag_is_for_the_id_of_a_drop(wrong: str) -> None:
    with pytest.raises(FormatError):
        ROOT.withdrawal_tag(wrong)


@pytest.mark.parametrize("wrong", [b"", bytes(15), bytes(17)])
def test_a_mailbox_is_for_the_id_of_a_desk(wrong: bytes) -> None:
    with pytest.raises(FormatError):
        ROOT.mailbox(wrong)


def test_what_is_sealed_for_a_codename_opens_with_it_at_that_desk_alone() -> None:
    sealed = encrypt(b"recibido", [ROOT.mailbox(NEWS).reply_identity.recipient()])
    assert decrypt(sealed, [ROOT.mailbox(NEWS).reply_identity]) == b"recibido"
    with pytest.raises(NoMatch):
        decrypt(sealed, [ROOT.mailbox(UNION).reply_identity])


def test_no_secret_is_in_a_repr() -> None:
    box = ROOT.mailbox(NEWS)
    shown = f"{ROOT!r} {box!r} {box.reply_identity!r}"
    for secret in (ROOT.key, box.id, box.address):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
    assert "AGE-SECRET" not in shown
