"""Attacks on the way between reviewers and sources: on the stick, on the server, on the reviewer's disk."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from admin.answers.kept import next_number
from crypto.codename import generate, root
from crypto.mailbox import Mailbox
from crypto.manifest import MAX_NUMBER
from crypto.minisign import SigningKey
from crypto.outbox import ListedReply, Outbox, outbox_bytes
from crypto.read_marks import ReadMark, ReadMarks, read_marks_bytes
from crypto.reply import FILE_SIZES
from crypto.revocation import make_revocation
from crypto.words import fingerprint
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, text_item

DESK_ID = bytes(range(16))
MAILBOX = root(generate("en")).mailbox(DESK_ID)
WORDS = "CANARY words of the reviewer"


@pytest.fixture
def drop(reviewer: Reviewer, server: Server) -> str:
    """A drop that can be answered, imported."""
    reviewer.keygen("--weeks", "1")
    return another_drop(reviewer, server)


def another_drop(
    reviewer: Reviewer, server: Server, mailbox: Mailbox | None = MAILBOX, in_reply_to: int | None = None
) -> str:
    server.write(server.drop(reviewer.recipients(), text_item("x"), mailbox=mailbox, in_reply_to=in_reply_to))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def reply(reviewer: Reviewer, drop: str, text: str | bytes = WORDS, *options: str) -> Outcome:
    file = reviewer.home.parent / "text"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return reviewer.run("reply", drop, "--file", file, *(options or ("--yes",)), passphrase=PASSPHRASE)


def outbox(reviewer: Reviewer, server: Server) -> Path:
    done = reviewer.run("outbox", server.stick, passphrase=PASSPHRASE)
    assert (done.status, done.err) == (0, "")
    return own_folder(reviewer, server)


def own_folder(reviewer: Reviewer, server: Server) -> Path:
    key = SigningKey(bytes(32)).public().parse(reviewer.run("fingerprint").out.split("\n")[3])
    return server.stick / f"outbox-{key.key_id.hex()[:8]}"


def marks(server: Server, *read: ReadMark, by: SigningKey | None = None) -> None:
    signer = by or server.key
    listed = tuple(sorted(read, key=lambda mark: mark.reply))
    data = read_marks_bytes(ReadMarks(signer.public(), listed))
    (server.stick / "read.json").write_bytes(data)
    (server.stick / "read.json.minisig").write_text(signer.sign(data, "read marks"))


def foreign_outbox(
    stick: Path, signer: SigningKey, replies: Sequence[ListedReply], day: date = TODAY, name: str = ""
) -> Path:
    folder = stick / (name or f"outbox-{signer.public().key_id.hex()[:8]}")
    folder.mkdir(parents=True, exist_ok=True)
    ordered = tuple(sorted(replies, key=lambda one: one.sha256))
    data = outbox_bytes(Outbox(signer.public(), day, ordered))
    (folder / "outbox.json").write_bytes(data)
    (folder / "outbox.json.minisig").write_text(signer.sign(data, "outbox"))
    return folder


def some_reply(address: bytes = MAILBOX.address, token: bytes = bytes(16)) -> ListedReply:
    return ListedReply(address, secrets.token_bytes(32), min(FILE_SIZES), hashlib.sha256(token).digest())


def own_hash(folder: Path) -> bytes:
    (file,) = folder.glob("*.age")
    return bytes.fromhex(file.stem)


# What stays on the disk


def test_no_clear_word_of_a_reply_is_on_the_disk(reviewer: Reviewer, server: Server, drop: str) -> None:
    assert reply(reviewer, drop).status == 0
    folder = outbox(reviewer, server)
    (reviewer.home.parent / "text").unlink()
    for file in [*reviewer.home.parent.rglob("*"), *folder.iterdir()]:
        assert not file.is_file() or b"CANARY" not in file.read_bytes(), file
        assert not file.is_file() or MAILBOX.id.hex().encode() not in file.read_bytes(), file
    assert {file.stat().st_mode & 0o777 for file in (reviewer.home / "replies").iterdir()} == {0o600}


def test_the_words_of_a_reply_end_with_the_key_of_their_period(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    assert reply(reviewer, drop).status == 0
    assert WORDS in reviewer.run("thread", drop, passphrase=PASSPHRASE).out
    reviewer.today = server.day = date(2026, 11, 24)
    assert reviewer.run("rotate", "--weeks", "2", passphrase=PASSPHRASE).status == 0
    later = another_drop(reviewer, server)
    (reviewer.home / "keys" / "period-2026-11-16.age").unlink()
    told = reviewer.run("thread", later, passphrase=PASSPHRASE)
    assert (told.status, told.err) == (0, "")
    assert WORDS not in told.out
    assert "(Its words are gone with the key of that period.)" in told.out
    assert "1 drop can't be opened here any more: whose it is can't be told." in told.out


def test_a_home_without_a_valid_period_writes_nothing(reviewer: Reviewer, drop: str) -> None:
    reviewer.today = date(2027, 3, 1)
    done = reply(reviewer, drop)
    assert done.status == 1
    assert "run 'silbo-admin rotate' first" in done.err
    assert not (reviewer.home / "replies").exists()


# Who is answered


def test_a_drop_without_a_codename_has_no_way_to_answer(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    drop = another_drop(reviewer, server, mailbox=None)
    done = reply(reviewer, drop)
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "silbo-admin: That drop has no way to answer: it came without a codename, or from Silbo 0.1.\n"
    )
    assert reviewer.run("thread", drop, passphrase=PASSPHRASE).err == done.err
    assert "silbo-admin reply" not in reviewer.show(drop).out


def test_a_server_that_names_its_own_key_for_replies(reviewer: Reviewer, server: Server, drop: str) -> None:
    """It was broken into after the first drop: the second one has the same mailbox and the thief's key."""
    assert reply(reviewer, drop).status == 0
    thief = root(generate("en")).mailbox(DESK_ID)
    second = another_drop(reviewer, server, Mailbox(MAILBOX.id, thief.reply_identity))
    done = reply(reviewer, second)
    assert done.status == 1
    assert "another key was named for replies before" in done.err
    assert len(list((reviewer.home / "replies").glob("*.copy.age"))) == 1
    for each in (drop, second):
        told = reviewer.run("thread", each, passphrase=PASSPHRASE)
        assert told.status == 3
        assert "name different keys for replies" in told.err


def test_a_source_that_answers_a_number_that_nobody_gave(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    second = another_drop(reviewer, server, in_reply_to=MAX_NUMBER)
    for each in (second, second, drop):
        assert reply(reviewer, each).status == 0
    assert next_number([], 20_000, None) == 20_001


def test_hidden_characters_are_seen_before_they_are_sealed(reviewer: Reviewer, drop: str) -> None:
    done = reply(reviewer, drop, "we\u200b know\x1b[2J", "--yes")
    assert "we\\u200b know\\x1b[2J" in done.out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "There is no word in it; nothing was sealed."),
        (b" \n\n? \n", "There is no word in it; nothing was sealed."),
        (b"\xff\xfe", "That is no text in UTF-8; nothing was sealed."),
        (b"a" * 65_537, "The text has 65537 characters, and a reply has at most 65536."),
        (b"a" * 2_000_000, "That text is too long: a reply has at most 65536 characters."),
        (b"? " + b"a" * 4097, "A question has at most 4096 characters."),
        (b"".join(b"? %d\n" % n for n in range(33)), "These are 33 questions, and a reply has at most 32."),
    ],
)
def test_bad_text_is_one_sentence(reviewer: Reviewer, drop: str, text: bytes, sentence: str) -> None:
    done = reply(reviewer, drop, text)
    assert (done.status, done.err) == (1, f"silbo-admin: {sentence}\n")
    assert not (reviewer.home / "replies").exists()


def test_a_script_says_that_it_may_be_sealed(reviewer: Reviewer, drop: str) -> None:
    done = reply(reviewer, drop, WORDS, "--template", "more")
    assert done.err == "silbo-admin: In a script --yes is needed, too; nothing was sealed.\n"


def test_revoked_keys_answer_nobody(reviewer: Reviewer, server: Server, drop: str) -> None:
    revocation = (reviewer.home / "keys" / "revocation.txt").read_text()
    (server.stick / "revocations").mkdir()
    (server.stick / "revocations" / "revocation-12345678.txt").write_text(revocation)
    assert reviewer.run("import", server.stick).status == 3
    assert "These keys were revoked" in reply(reviewer, drop).err
    assert "These keys were revoked" in reviewer.run("outbox", server.stick, passphrase=PASSPHRASE).err


# The outbox on the stick


def test_an_outbox_is_readable_for_the_operator_and_holds_no_other_thing(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    reply(reviewer, drop)
    before = {file for file in server.stick.rglob("*") if file.is_file()}
    folder = outbox(reviewer, server)
    digest = own_hash(folder)
    names = {"outbox.json", "outbox.json.minisig", f"{digest.hex()}.age"}
    assert {file.name for file in folder.iterdir()} == names
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o644}
    assert folder.stat().st_mode & 0o777 == 0o755
    assert before == {file for file in server.stick.rglob("*") if file.is_file()} - set(folder.iterdir())


def test_a_stick_that_is_pulled_in_the_middle_of_an_outbox(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    reply(reviewer, drop, "one")
    folder = outbox(reviewer, server)
    reply(reviewer, drop, "two")
    for left in ("outbox.json", "outbox.json.minisig", *(file.name for file in folder.glob("*.age"))):
        (folder / left).write_bytes(b"half")
        outbox(reviewer, server)
        listed = (folder / "outbox.json").read_bytes()
        key = SigningKey(bytes(32)).public().parse(reviewer.run("fingerprint").out.split("\n")[3])
        key.verify(listed, (folder / "outbox.json.minisig").read_text())
        files = list(folder.glob("*.age"))
        assert len(files) == 2
        assert all(hashlib.sha256(file.read_bytes()).hexdigest() == file.stem for file in files)


def test_a_link_in_place_of_the_outbox(reviewer: Reviewer, server: Server, drop: str, tmp_path: Path) -> None:
    reply(reviewer, drop)
    (tmp_path / "mine").mkdir()
    own_folder(reviewer, server).symlink_to(tmp_path / "mine")
    done = reviewer.run("outbox", server.stick, passphrase=PASSPHRASE)
    assert done.status == 1
    assert "is a link or a file; take it away first" in done.err
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_reply_does_not_come_back_without_end(reviewer: Reviewer, server: Server, drop: str) -> None:
    """A server deletes what nobody opened when its time is over; no old stick may bring it for ever."""
    reply(reviewer, drop)
    assert "1 reply is in no outbox yet" in reviewer.run("list").err
    folder = outbox(reviewer, server)
    assert "outbox" not in reviewer.run("list").err
    for days, files in ((90, 1), (91, 0)):
        reviewer.today = TODAY + timedelta(days=days)
        assert len(list(outbox(reviewer, server).glob("*.age"))) == files
    assert b'"replies":[]' in (folder / "outbox.json").read_bytes()
    told = reviewer.run("thread", drop, passphrase=PASSPHRASE).out
    assert "not known to be read, and on no stick any more" in told


def test_a_damaged_reply_is_left_out_and_named(reviewer: Reviewer, server: Server, drop: str) -> None:
    reply(reviewer, drop, "one")
    first = own_hash(outbox(reviewer, server))
    reply(reviewer, drop, "two")
    (reviewer.home / "replies" / f"{first.hex()}.age").write_bytes(b"x")
    done = reviewer.run("outbox", server.stick, passphrase=PASSPHRASE)
    assert done.status == 3
    assert "Reply 1 of 2026-11-18 is missing or damaged here and was left out: write it again." in done.err
    assert "Outbox with 1 reply" in done.out


# What a stick claims


def test_a_server_that_says_that_a_reply_was_read_which_nobody_opened(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    reply(reviewer, drop)
    digest = own_hash(outbox(reviewer, server))
    marks(server, ReadMark(digest, bytes(16), TODAY))
    done = reviewer.run("import", server.stick)
    assert done.status == 3
    name = f"your reply 1 of 2026-11-18 ({digest.hex()[:8]})"
    assert f"The server says that a source has read {name}, and can't show it" in done.err
    assert "read by the source" not in reviewer.run("thread", drop, passphrase=PASSPHRASE).out
    assert own_hash(outbox(reviewer, server)) == digest  # it still waits


def test_read_marks_by_somebody_else(reviewer: Reviewer, server: Server, drop: str) -> None:
    marks(server, ReadMark(bytes(32), bytes(16), TODAY), by=SigningKey.generate())
    done = reviewer.run("import", server.stick)
    assert done.status == 3
    assert "Which replies were read (read.json) was not taken." in done.err
    (server.stick / "read.json.minisig").unlink()
    assert "its signature is missing" in reviewer.run("import", server.stick).err


def test_read_marks_and_outboxes_alone_are_no_batch_and_no_mistake(
    reviewer: Reviewer, server: Server, drop: str, tmp_path: Path
) -> None:
    other = SigningKey.generate()
    folder = foreign_outbox(tmp_path / "other stick", other, [some_reply()])
    (folder / f"{'0' * 64}.age").write_bytes(b"age-encryption.org/v1\nno part of a batch")
    for place in (folder, folder.parent):
        done = reviewer.run("import", place)
        assert (done.status, done.err) == (0, "")
    assert "A reply of" in reviewer.run("thread", drop, passphrase=PASSPHRASE).out
    server.stick = tmp_path / "a stick with marks alone"
    server.stick.mkdir()
    marks(server)
    done = reviewer.run("import", server.stick)
    assert (done.status, done.err) == (0, "")


def test_a_foreign_read_mark_is_held_against_the_outbox_of_its_writer(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    other = SigningKey.generate()
    who = " ".join(fingerprint(other.public())[:2])
    honest, false = some_reply(token=b"1" * 16), some_reply(token=b"2" * 16)
    foreign_outbox(server.stick, other, [honest, false])
    marks(server, ReadMark(honest.sha256, b"1" * 16, TODAY), ReadMark(false.sha256, b"3" * 16, TODAY))
    done = reviewer.run("import", server.stick)
    assert f"Read by the source: a reply of '{who}'" in done.out
    assert f"has read a reply of '{who}' ({false.sha256.hex()[:8]}), and can't show it" in done.err
    told = reviewer.run("thread", drop, passphrase=PASSPHRASE).out
    assert f"A reply of '{who}': read by the source on 2026-11-18." in told
    assert f"A reply of '{who}': on the way." in told


def test_an_outbox_that_was_changed_or_is_of_revoked_keys(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    other, gone = SigningKey.generate(), SigningKey.generate()
    changed = foreign_outbox(server.stick, other, [some_reply()]) / "outbox.json"
    changed.write_bytes(changed.read_bytes().replace(b"2026-11-18", b"2026-11-17"))
    (server.stick / "revocations").mkdir()
    revocation = make_revocation(gone, TODAY).text
    (server.stick / "revocations" / "revocation-12345678.txt").write_text(revocation)
    foreign_outbox(server.stick, gone, [some_reply()])
    done = reviewer.run("import", server.stick)
    assert done.status == 3
    assert "an outbox was not taken" in done.err
    assert "whose keys were revoked: nothing of it was taken" in done.err
    assert "A reply of" not in reviewer.run("thread", drop, passphrase=PASSPHRASE).out


def test_links_and_crowds_on_the_stick(reviewer: Reviewer, server: Server, drop: str) -> None:
    secret = reviewer.home / "keys"
    (server.stick / "outbox-00000000").symlink_to(secret)
    (server.stick / "read.json").symlink_to(secret / "root.age")
    for number in range(1, 66):
        (server.stick / f"outbox-{number:08x}").mkdir()
    done = reviewer.run("import", server.stick)
    assert done.status == 3
    assert "More than 64 outboxes are there" in done.err
    assert "was not followed" in done.err


def test_a_copy_of_the_home_knows_what_was_written_on_the_other(
    reviewer: Reviewer, server: Server, drop: str
) -> None:
    reply(reviewer, drop)
    outbox(reviewer, server)
    for file in (reviewer.home / "replies").iterdir():
        file.unlink()
    done = reviewer.run("import", server.stick)
    assert "Written with another copy of your keys, and new to this home: 1 reply." in done.out
    again = reply(reviewer, drop).out
    assert "Reply 2 is sealed." in again
    assert "Another reviewer" not in again
    told = reviewer.run("thread", drop, passphrase=PASSPHRASE).out
    assert "A reply of another copy of your keys: on the way." in told
