"""Replies: only the right mailbox opens one, and only if a known reviewer wrote it to that mailbox."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.age import X25519Identity, decrypt, encrypt
from crypto.errors import CryptoError, FormatError, NewerVersion, NoMatch, SignatureError, WrongMailbox
from crypto.item import open_item
from crypto.mailbox import CodenameRoot
from crypto.manifest import open_manifest
from crypto.minisign import SigningKey
from crypto.padding import padded_size
from crypto.reply import FILE_SIZES, Question, Reply, open_reply, reply_bytes, seal_reply
from crypto.tar import END, member_header, member_padding

ROOT = SigningKey(bytes(range(32)))
OTHER_ROOT = SigningKey(bytes(32))
ROOTS = (OTHER_ROOT.public(), ROOT.public())
MAILBOX = CodenameRoot(bytes(range(32))).mailbox(bytes(16))
STRANGER = CodenameRoot(bytes(32)).mailbox(bytes(16))
RECIPIENT = str(MAILBOX.reply_identity.recipient())
REPLY = Reply(
    root=ROOT.public(),
    mailbox=MAILBOX.id,
    number=1,
    day=date(2026, 11, 21),
    language="es",
    text="Recibido.\r\n¿Y el anexo? \u202e\x1b[2J 🙂",
    token=bytes(range(16)),
    questions=(Question("how_known", "¿Cómo lo sabe?"), Question("danger", "")),
)


def sealed(written: Reply = REPLY) -> bytes:
    return seal_reply(written, RECIPIENT, ROOT)


@pytest.mark.parametrize(
    "written",
    [
        REPLY,
        replace(REPLY, text="", questions=(), number=999_999, language="pt-BR"),
        replace(REPLY, questions=tuple(Question("q" * n, "?" * 4096) for n in range(1, 33))),
        replace(REPLY, text="\U0001f642" * 65_536),
    ],
    ids=["usual", "empty", "many questions", "longest"],
)
def test_a_reply_survives_and_has_one_of_the_sizes_of_replies(written: Reply) -> None:
    file = sealed(written)
    assert open_reply(file, MAILBOX, ROOTS) == written
    assert len(file) in FILE_SIZES


def test_a_short_reply_and_an_item_of_text_cannot_be_told_apart_by_their_size() -> None:
    assert len(sealed()) == len(sealed(replace(REPLY, text="x" * 9000))) == min(FILE_SIZES) == 28942


def test_two_seals_of_one_reply_have_no_line_in_common() -> None:
    one, other = (set(sealed().split(b"\n")[:40]) for _ in range(2))
    assert one & other == {b"age-encryption.org/v1"}


@pytest.mark.parametrize(
    "changes",
    [
        {"mailbox": bytes(15)},
        {"number": 0},
        {"number": 1_000_000},
        {"language": "español"},
        {"text": "x" * 65_537},
        {"text": "\ud800"},
        {"text": "\x01" * 65_536, "questions": tuple(Question("q" * n, "\x01" * 4096) for n in range(1, 33))},
        {"token": bytes(15)},
        {"questions": (Question("Danger", "?"),)},
        {"questions": (Question("q" * 33, "?"),)},
        {"questions": (Question("", "?"),)},
        {"questions": (Question("a", "x" * 4097),)},
        {"questions": (Question("a", "1"), Question("a", "2"))},
        {"questions": tuple(Question("q" * n, "?") for n in range(1, 34))},
    ],
)
def test_what_would_not_be_accepted_is_not_sealed(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        sealed(replace(REPLY, **changes))


@pytest.mark.parametrize(
    "recipient",
    ["", "age1notakey", str(X25519Identity.generate().recipient())],
    ids=["none", "no key", "x25519"],
)
def test_a_recipient_without_protection_from_tomorrows_computers_is_refused(recipient: str) -> None:
    """Whoever exchanges the recipient in a drop's manifest must not weaken what the answer is sealed with."""
    with pytest.raises(FormatError):
        seal_reply(REPLY, recipient, ROOT)


def test_nobody_signs_in_the_name_of_another() -> None:
    with pytest.raises(FormatError, match="another root"):
        seal_reply(REPLY, RECIPIENT, OTHER_ROOT)


def test_a_reply_for_another_mailbox_does_not_open_and_one_passed_on_is_refused_by_name() -> None:
    with pytest.raises(NoMatch):
        open_reply(sealed(), STRANGER, ROOTS)
    passed_on = seal_reply(REPLY, str(STRANGER.reply_identity.recipient()), ROOT)
    with pytest.raises(WrongMailbox, match="for another mailbox"):
        open_reply(passed_on, STRANGER, ROOTS)


def test_the_mailbox_of_the_same_codename_at_another_desk_is_another() -> None:
    there = CodenameRoot(bytes(range(32))).mailbox(bytes(range(16)))
    with pytest.raises(NoMatch):
        open_reply(sealed(), there, ROOTS)
    with pytest.raises(WrongMailbox):
        open_reply(seal_reply(REPLY, str(there.reply_identity.recipient()), ROOT), there, ROOTS)


def test_a_reply_by_a_removed_reviewer_or_a_stranger_is_refused() -> None:
    for roots in ((), [OTHER_ROOT.public()]):
        with pytest.raises(SignatureError, match="nobody who may answer"):
            open_reply(sealed(), MAILBOX, roots)


def envelope(*members: tuple[str, bytes]) -> bytes:
    """Any members under the right key: everybody who opened a drop can make this."""
    plain = b"".join(
        member_header(name, len(data)) + data + member_padding(len(data)) for name, data in members
    )
    plain = plain.ljust(padded_size(len(plain) + len(END)), b"\0")
    return encrypt(plain, [MAILBOX.reply_identity.recipient()])


def forged(document: bytes, signature: bytes) -> bytes:
    return envelope(("reply.json", document), ("reply.json.minisig", signature))


DOCUMENT: Any = canonical.decode(reply_bytes(REPLY), 1 << 20)


def signed(document: bytes, key: SigningKey = ROOT) -> bytes:
    return forged(document, key.sign(document, "silbo reply").encode())


def test_the_document_written_by_hand_is_accepted() -> None:
    assert open_reply(signed(canonical.encode(DOCUMENT)), MAILBOX, ROOTS) == REPLY


def test_a_forged_reply_inside_a_right_envelope_is_refused() -> None:
    true = reply_bytes(REPLY)
    signature = ROOT.sign(true, "silbo reply").encode()
    changed = true.replace(b"Recibido", b"Olvidado")
    for document, sign in (
        (changed, signature),
        (changed, OTHER_ROOT.sign(changed, "silbo reply").encode()),
        (true, OTHER_ROOT.sign(true, "silbo reply").encode()),
        (true, signature.replace(b"silbo reply", b"silbo batch")),
        (true, signature[:-2]),
        (true, b"\xff" + signature),
        (true, b"untrusted comment: \xff" + signature.partition(b"\n")[2]),
        (true, b"x"),
    ):
        with pytest.raises(SignatureError):
            open_reply(forged(document, sign), MAILBOX, ROOTS)


def test_another_layout_is_refused() -> None:
    true = reply_bytes(REPLY)
    signature = ROOT.sign(true, "silbo reply").encode()
    right = ("reply.json", true), ("reply.json.minisig", signature)
    assert open_reply(envelope(*right), MAILBOX, ROOTS) == REPLY
    for members in (
        right[:1],
        right[::-1],
        (*right, ("more", b"x")),
        (("reply.txt", true), right[1]),
        (right[0], ("reply.json.minisig", b"")),
        (right[0], ("reply.json.minisig", signature.ljust(2049))),
        (("reply.json", true.ljust((1 << 20) + 1)), right[1]),
    ):
        with pytest.raises(FormatError):
            open_reply(envelope(*members), MAILBOX, ROOTS)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "silbo item"},
        {"version": 0},
        {"version": None},
        {"extra": 1},
        {"mailbox": None},
        {"root": "RWQ"},
        {"number": "1"},
        {"day": "2026-02-30"},
        {"text": None},
        {"questions": None},
        {"questions": ["a"]},
        {"questions": [{"name": "a"}]},
        {"questions": [{"name": "a", "text": 1}]},
        {"questions": [{"name": "a", "text": "", "answer": ""}]},
        {"token": "00"},
        {"token": "AB" * 16},
    ],
)
def test_a_hostile_reply_is_refused_even_when_it_is_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        open_reply(signed(canonical.encode({**DOCUMENT, **changes})), MAILBOX, ROOTS)


def test_a_reply_of_a_newer_silbo_is_called_that() -> None:
    newer = canonical.encode({"type": "silbo reply", "version": 2, "sound": []})
    with pytest.raises(NewerVersion, match="newer Silbo"):
        open_reply(forged(newer, b"x"), MAILBOX, ROOTS)


def test_a_reply_passes_for_no_item_and_no_manifest() -> None:
    identities = [MAILBOX.reply_identity]
    with pytest.raises(FormatError):
        open_item(io.BytesIO(sealed()), None, identities)
    with pytest.raises(FormatError):
        open_manifest(sealed(), identities)


def test_a_file_without_end_is_refused_before_it_is_opened() -> None:
    with pytest.raises(FormatError, match="longer"):
        open_reply(bytes(max(FILE_SIZES) + 1), MAILBOX, ROOTS)


def test_nothing_of_a_reply_is_in_a_repr_or_an_error() -> None:
    shown = f"{REPLY!r} {REPLY.questions!r}"
    for secret in ("Recibido", "how_known", MAILBOX.id.hex(), REPLY.token.hex(), repr(REPLY.token)):
        assert secret not in shown
    with pytest.raises(CryptoError) as raised:
        open_reply(signed(canonical.encode({**DOCUMENT, "language": "canary"})), MAILBOX, ROOTS)
    assert "canary" not in f"{raised.value!s} {raised.value!r}"


def test_the_file_sizes_are_those_of_the_envelope() -> None:
    stanza, header = 1557, 22 + 48 + 16
    assert len(FILE_SIZES) == 14
    assert max(FILE_SIZES) == header + 8 * stanza + 1_572_864 + 16 * 24
    assert len(decrypt(sealed(), [MAILBOX.reply_identity])) == 16384


@given(st.binary(max_size=2000))
def test_arbitrary_bytes_raise_only_our_errors(data: bytes) -> None:
    for file in (data, encrypt(data, [MAILBOX.reply_identity.recipient()]), forged(data + b"{", data + b"x")):
        with pytest.raises(CryptoError):
            open_reply(file, MAILBOX, ROOTS)
