"""The one file as people use it: it opens a reply, names a signed document, and shows no token."""

import re
from pathlib import Path

import pytest

from crypto.mailbox import CodenameRoot
from crypto.minisign import SigningKey
from crypto.reply import Question, Reply, seal_reply
from tests.opener.test_opener import Opener, Ran
from tests.opener.test_reply_agreement import DAY, DOCUMENTS, MAILBOX, REPLY, ROOT, VECTORS

RECIPIENT = str(MAILBOX.reply_identity.recipient())


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    return Opener(tmp_path)


def opened(opener: Opener, reply: Reply, *arguments: str | Path) -> Ran:
    key = opener.put("key.txt", MAILBOX.reply_identity.to_string().encode())
    return opener.run(opener.put("reply.age", seal_reply(reply, RECIPIENT, ROOT)), "-i", key, *arguments)


def test_a_reply_is_shown_with_its_signer_and_its_token_is_not(opener: Opener) -> None:
    ran = opened(opener, REPLY, "-o", opener.out)
    assert (ran.code, ran.err) == (0, "")
    assert f"  root: {ROOT.public()}\n  mailbox: {MAILBOX.id.hex()}\n  number: 12\n" in ran.out
    assert '    | Recibido. "Gracias"' in ran.out
    assert "  danger:\n    | ¿Hay peligro?\n" in ran.out
    assert REPLY.token.hex() not in ran.out
    assert opener.written() == {"reply.json": DOCUMENTS["reply"]}


def test_a_reviewers_words_can_not_pass_for_a_line_of_ours(opener: Opener) -> None:
    forged = "\n  root: another\x1b[2J"
    ran = opened(
        opener, Reply(ROOT.public(), MAILBOX.id, 1, DAY, "es", forged, bytes(16), (Question("a", forged),))
    )
    assert ran.code == 0
    assert ran.out.count("\n    |   root: another\\u{1b}[2J\n") == 2
    assert "\x1b" not in ran.out


def test_a_reply_for_somebody_else_is_not_opened(opener: Opener) -> None:
    box = CodenameRoot(bytes(32)).mailbox(bytes(16))
    key = opener.put("key.txt", box.reply_identity.to_string().encode())
    ran = opener.run(opener.put("reply.age", seal_reply(REPLY, RECIPIENT, ROOT)), "-i", key)
    assert (ran.code, ran.out) == (1, "")
    assert "No identity given opens this file." in ran.err


def test_the_vectors_are_opened_and_named(opener: Opener) -> None:
    text = (VECTORS.parents[2] / "docs" / "protocol.md").read_text("utf-8")
    secrets = re.findall("^reply_identity = (.+)$", text, re.MULTILINE)
    key = opener.put("key.txt", "\n".join(secrets).encode())
    (reply,) = (VECTORS / "outbox").glob("*.age")
    ran = opener.run(reply, "-i", key)
    assert ran.code == 0
    assert "| Recibido. ¿Podemos preguntarle algo más?" in ran.out
    ran = opener.run(VECTORS / "outbox" / "outbox.json")
    assert ran.code == 0
    assert "A silbo outbox, signed by the key that it names\n" in ran.out
    assert "  made: 2026-11-21\n  replies: 1\n" in ran.out
    assert f"sha256 {reply.stem}, size 28942\n" in ran.out
    ran = opener.run(VECTORS / "read.json")
    assert ran.code == 0
    assert f"    day 2026-11-24, reply {reply.stem}\n" in ran.out
    assert bytes(range(16)).hex() not in ran.out


@pytest.mark.parametrize("kind", ["outbox", "read marks"])
def test_a_document_that_was_changed_or_signed_by_another_is_refused(opener: Opener, kind: str) -> None:
    data = DOCUMENTS[kind]
    changed = data.replace(b"2026-11-21", b"2026-11-22")
    for document, signature in (
        (changed, ROOT.sign(data, "x")),
        (data, SigningKey(bytes(32)).sign(data, "x")),
    ):
        file = opener.put("signed.json", document)
        opener.put("signed.json.minisig", signature.encode())
        ran = opener.run(file)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("NOT OPENED: A signature")


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (b"{}", "no signed document that this reader knows"),
        (b'{"type":"silbo outbox","version":2}', "written by a newer Silbo"),
        (b'{"type":"silbo outbox","version":1}', "not what Silbo seals"),
        (b'{"type":"silbo revolution","version":1}', "no signed document that this reader knows"),
    ],
)
def test_another_document_ends_in_one_sentence(opener: Opener, document: bytes, complaint: str) -> None:
    file = opener.put("x.json", document)
    opener.put("x.json.minisig", b"x")
    ran = opener.run(file)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert complaint in ran.err
