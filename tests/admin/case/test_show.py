"""A drop read to its end: what the reviewer sees, and what a hostile source or server cannot do to it."""

import json
import os
import re
import struct
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest

from admin.case import codes
from admin.keys.periods import period_path
from codes.removed import REMOVED
from crypto.age import HybridIdentity, Recipient, ScryptRecipient, encrypt
from crypto.drop import MANIFEST_AGE, STAMP_FILE, drop_chunks, item_name, read_drop
from crypto.item import seal_item
from crypto.manifest import Manifest, ManifestItem, seal_manifest
from crypto.slots import Slots
from tests.admin.stage import (
    PASSPHRASE,
    TODAY,
    Reviewer,
    Seal,
    Server,
    Typist,
    file_item,
    sha256,
    text_item,
)


def deliver(reviewer: Reviewer, server: Server, *items: Seal, **how: object) -> str:
    """Keys, one drop, one import. Returns the drop's id."""
    if not (reviewer.home / "keys").exists():
        reviewer.keygen("--weeks", "2")
    server.write(server.drop(reviewer.recipients(), *items, **how))  # type: ignore[arg-type]  # passed on
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def deliver_file(reviewer: Reviewer, server: Server, data: bytes) -> str:
    """A drop whose file was made by hand."""
    server.write(data)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    return server.last_id


def test_the_main_job(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(
        reviewer,
        server,
        text_item("Nos vigilan.\nEn casa."),
        file_item(b"jpeg", removed=["place", "device"]),
        file_item(b"png", "image/png"),
        file_item(b"%PDF", "application/pdf", cleaned=False, extension="pdf"),
        answers={"employer": "A call centre"},
    )
    shown = reviewer.show(drop)
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        f"Drop {drop}",
        "Sent 2026-11-18, exported 2026-11-18 in batch 1; no way to answer.",
        "Desk union, language es, channel telegram.",
        "4 items, each verified to its last byte against the manifest.",
        "",
        "Employer",
        "| A call centre",
        "",
        "0001  text, 21 bytes, 2026-11-18",
        "| Nos vigilan.",
        "| En casa.",
        "",
        "0002  image/jpeg, 4 bytes, 2026-11-18  CLEAN",
        "      Removed: camera or phone, the place it was taken.",
        "",
        "0003  image/png, 3 bytes, 2026-11-18  CLEAN",
        "      Nothing had to be removed.",
        "",
        "0004  application/pdf, 4 bytes, 2026-11-18  UNCLEANED",
        "      Opening it can reveal or attack: open it only on this machine.",
        "",
        f"To see the files: silbo-admin extract {drop[:12]} DIR",
    ]


def test_the_answers_to_a_desk_s_questions_stand_beside_them(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    forged = "Which shift?\n\n\x1b[2Jnight\n0003  text, 1 byte  CLEAN"
    drop = deliver(
        reviewer,
        server,
        text_item("Nos vigilan."),
        text_item("¿En qué país trabajas?\n\nColombia", answers="country"),
        text_item(forged, answers="a" * 32),
    )
    shown = reviewer.show(drop)
    assert shown.out.splitlines()[8:17] == [
        "0002  text, 35 bytes, 2026-11-18  answer to: country",
        "| ¿En qué país trabajas?",
        "| ",
        "| Colombia",
        "",
        f"0003  text, 49 bytes, 2026-11-18  answer to: {'a' * 32}",
        "| Which shift?",
        "| ",
        "| \\x1b[2Jnight",
    ]
    assert "\x1b" not in shown.out
    assert all(len(line) < 80 for line in shown.out.splitlines())
    reviewer.run("extract", drop, tmp_path / "cases", passphrase=PASSPHRASE)
    told = json.loads((tmp_path / "cases" / drop / "report.json").read_text())
    assert [item["question"] for item in told["items"]] == [None, "country", "a" * 32]


def test_what_was_removed_what_remains_and_what_was_refused(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(
        reviewer,
        server,
        file_item(
            b"%PDF",
            "application/pdf",
            removed=["author", "software"],
            notes=["rasterized", "document_remains", "new_note"],
        ),
        refused=["broken", "encrypted", "broken", "some_new_reason"],
    )
    shown = reviewer.show(drop)
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.splitlines()[5:-2] == [
        "0001  application/pdf, 4 bytes, 2026-11-18  CLEAN",
        "      Removed: names of people, programs used.",
        "      Changed: new note, redrawn as pictures of its pages.",
        "      May still identify: what the document says and how few people had it.",
        "",
        "Not taken: 4 files that the source sent",
        "      Because: damaged (2 files), locked with a password, some new reason.",
    ]


def test_no_line_of_ours_is_wider_than_a_terminal(reviewer: Reviewer, server: Server) -> None:
    office = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    drop = deliver(
        reviewer,
        server,
        file_item(b"x", office, removed=list(REMOVED), notes=list(codes.NOTED)),
        file_item(b"x", "application/" + "a" * 96, removed=["a" * 40, "b" * 40, "c_" * 20]),
        refused=[*codes.REFUSED, "d" * 40],
    )
    lines = reviewer.show(drop).out.splitlines()
    assert max(map(len, lines)) < 80
    assert "0001  pptx, 1 byte, 2026-11-18  CLEAN" in lines
    assert "0002  bin, 1 byte, 2026-11-18  CLEAN" in lines


def test_terminal_escape_injection(reviewer: Reviewer, server: Server) -> None:
    attack = "\x1b[2J\x1b]0;x\x07\u202e\u200b\U000e0041\r0002  text  CLEAN\x9b0m"
    drop = deliver(reviewer, server, text_item(attack), answers={"employer": attack})
    out = reviewer.show(drop).out
    assert not set(out) & set("\x1b\x07\u202e\u200b\U000e0041\r\x9b")
    assert "\\x1b[2J\\x1b]0;x\\x07\\u202e\\u200b\\U000e0041\\x0d0002" in out


def test_a_source_cannot_forge_a_line_of_ours(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("hello\n\n0002  image/jpeg, 1 byte, 2026-11-18  CLEAN"))
    lines = reviewer.show(drop).out.splitlines()
    assert not [line for line in lines if line.startswith("0002")]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("filler", ["x" * 78, " " * 78, "\u6f22" * 39, "\u202e" * 13, "e\u0301" * 78])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_source_cannot_forge_a_line_of_ours_by_filling_the_one_before(
    reviewer: Reviewer, server: Server, filler: str, encoding: str
) -> None:
    """A terminal of 80 columns breaks a long line itself, and what follows stands at the left margin. One of
    another encoding gets more letters than the source wrote.
    """
    forged = "0002  image/jpeg, 1 byte, 2026-11-18  CLEAN"
    drop = deliver(reviewer, server, text_item(filler + forged), answers={"employer": filler + forged})
    show = Typist(["--home", str(reviewer.home), "show", drop], encoding=encoding)
    show.type_after("Passphrase: ", PASSPHRASE)
    assert show.finish() == 0
    lines = re.sub("\x1b\\[[0-9;]*m", "", show.screen).splitlines()
    theirs = [line for line in lines if line.startswith("| ")]
    assert "".join(line[2:] for line in theirs).count(forged) == 2
    for line in theirs:
        assert sum(1 + (c == "\u6f22") for c in line if c != "\u0301") < 80


def test_a_source_cannot_forge_a_line_of_ours_in_a_pager_or_a_report(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """`show ID | less` and `cat report.txt` go through a terminal that breaks long lines as well."""
    drop = deliver(reviewer, server, text_item("x" * 78 + "0002  image/jpeg, 1 byte, 2026-11-18  CLEAN"))
    shown = reviewer.show(drop).out
    assert reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE).status == 0
    for text in (shown, (tmp_path / drop / "report.txt").read_text()):
        assert max(map(len, text.splitlines())) < 80


def test_codes_that_we_do_not_know_are_shown_as_they_are(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, file_item(b"x", removed=["place", "some_new_kind"]))
    assert "Removed: the place it was taken, some new kind." in reviewer.show(drop).out


def test_x25519_keys(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1", "--x25519")
    drop = deliver(reviewer, server, text_item("classic"))
    assert "| classic" in reviewer.show(drop).out


def test_another_program_opens_it_too(reviewer: Reviewer, server: Server) -> None:
    """When Silbo is gone: a passphrase, `age`, and `tar`."""
    reviewer.keygen("--weeks", "1", "--x25519")
    drop = deliver(reviewer, server, text_item("still here"))
    secret = (reviewer.home / "keys" / "period-2026-11-16.age").read_bytes()
    line = pyrage.passphrase.decrypt(secret, PASSPHRASE).decode().splitlines()[-1]
    path = reviewer.home / "drops" / f"{drop}.tar"
    with path.open("rb") as file:
        item = read_drop(file)[1]
    sealed = path.read_bytes()[item.offset : item.offset + item.size]
    assert b"still here" in pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(line)])


def test_a_drop_that_waited_over_a_week_for_its_export(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "6")
    early = server.drop(reviewer.recipients(), text_item("early"))
    server.write(early, day=date(2026, 12, 9))
    reviewer.today = date(2026, 12, 10)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    assert "| early" in reviewer.show(server.last_id).out


def test_a_drop_that_spans_two_periods(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    before = reviewer.recipients()
    reviewer.today = server.day = date(2026, 11, 23)
    after = reviewer.recipients()
    item = text_item("written on Sunday")(before, date(2026, 11, 22))
    drop = deliver_file(reviewer, server, drop_of([item], after))
    shown = reviewer.show(drop)
    assert "| written on Sunday" in shown.out, shown.err


def drop_of(
    items: list[bytes], recipients: Sequence[Recipient], *, stamped: bytes | None = None, **told: Any
) -> bytes:
    """A drop's file made of sealed items as they are, with a manifest over them; `stamped` by the server."""
    names = [ManifestItem(item_name(n), sha256(item), len(item)) for n, item in enumerate(items, start=1)]
    channel = told.pop("channel", "telegram")
    manifest = Manifest("union", "es", channel, TODAY, tuple(names), **told)
    members = [(MANIFEST_AGE, seal_manifest(Slots(recipients), manifest))]
    members += [(item_name(n), item) for n, item in enumerate(items, start=1)]
    if stamped is not None:
        members.append((STAMP_FILE, stamped))
    return b"".join(drop_chunks((name, len(data), [data]) for name, data in members))


THREAD: dict[str, Any] = {
    "mailbox": b"\x07" * 16,
    "reply_recipient": str(HybridIdentity.generate().recipient()),
    "desk_id": b"\x08" * 16,
}


def test_an_answer_and_a_withdrawal_by_another_codename_are_told_in_words(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    reviewer.keygen("--weeks", "2")
    recipients = reviewer.recipients()
    mine = deliver_file(reviewer, server, drop_of([], recipients, **THREAD))
    another = deliver_file(reviewer, server, drop_of([], recipients, **{**THREAD, "mailbox": b"\x09" * 16}))
    without = deliver_file(reviewer, server, drop_of([], recipients))
    asked = tuple(sorted([mine, another, without, "ab" * 16]))
    answer = drop_of([], recipients, in_reply_to=3, withdraws=asked, **THREAD)
    drop = deliver_file(reviewer, server, answer)
    shown = reviewer.show(drop)
    assert shown.status == 0, shown.err
    assert "It answers reply 3 to this source.\nThe source asks that you forget:\n" in shown.out
    assert f"  {mine} from the same codename\n" in shown.out
    for stranger in (another, without):
        assert f"  {stranger} NOT FROM THIS CODENAME: it does not count\n" in shown.out
    assert f"  {'ab' * 16} not here, or closed: can't be checked\n" in shown.out
    assert THREAD["mailbox"].hex() not in shown.out
    assert reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE).status == 0
    report = json.loads((tmp_path / drop / "report.json").read_bytes())
    assert report["in_reply_to"] == 3
    same = {told["drop"]: told["same_source"] for told in report["withdraws"]}
    assert same == {mine: True, another: False, without: False, "ab" * 16: None}


def test_what_was_only_compared_does_not_count_as_opened(reviewer: Reviewer, server: Server) -> None:
    """A receipt would confirm it, and the server delete it."""
    reviewer.keygen("--weeks", "2")
    mine = deliver_file(reviewer, server, drop_of([], reviewer.recipients(), **THREAD))
    answer = drop_of([], reviewer.recipients(), withdraws=(mine,), **THREAD)
    drop = deliver_file(reviewer, server, answer)
    assert "from the same codename" in reviewer.show(drop).out
    listed = {line.split()[0]: line for line in reviewer.run("list").out.splitlines()}
    assert listed[mine[:12]].endswith("never opened")
    assert listed[drop[:12]].endswith("  opened")


def test_an_item_that_the_server_took_out(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("one"), text_item("two"), spoil=lambda items: items[:1])
    shown = reviewer.show(drop)
    assert shown.status == 3
    assert "| one" in shown.out
    assert "! Item 0002 is missing" in shown.out
    assert "This drop is not whole:" in shown.out


def test_an_item_that_the_server_added(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    forged = text_item("forged")(reviewer.recipients(), TODAY)
    drop = deliver(reviewer, server, text_item("one"), spoil=lambda items: [*items, forged])
    shown = reviewer.show(drop)
    assert shown.status == 3
    assert "forged" not in shown.out
    assert "holds 1 item that the manifest does not list" in shown.out


def test_an_item_that_the_server_exchanged(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    forged = text_item("forged")(reviewer.recipients(), TODAY)
    drop = deliver(
        reviewer, server, text_item("one"), text_item("two"), spoil=lambda items: [items[0], forged]
    )
    shown = reviewer.show(drop)
    assert shown.status == 3
    assert "| one" in shown.out
    assert "forged" not in shown.out
    assert "Item 0002 was changed or exchanged" in shown.out


def test_large_items_that_were_exchanged_are_named_each(reviewer: Reviewer, server: Server) -> None:
    """Their hashes are taken in a thread, while the item before is opened: each belongs to its own."""
    reviewer.keygen("--weeks", "1")
    items = [file_item(bytes([at]) * 90_000, "audio/ogg", extension="ogg") for at in range(5)]
    server.write(
        server.drop(
            reviewer.recipients(),
            *items,
            spoil=lambda sealed: [sealed[0], sealed[2], sealed[1], sealed[3], sealed[4]],
        )
    )
    reviewer.run("import", server.stick, "--server", server.public)
    shown = reviewer.show(server.last_id).out
    assert [f"Item 000{at} was changed or exchanged" in shown for at in range(1, 6)] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_an_item_that_is_damaged_inside(reviewer: Reviewer, server: Server) -> None:
    """The manifest names it, but its last chunk does not authenticate."""
    reviewer.keygen("--weeks", "2")
    recipients = reviewer.recipients()
    good = text_item("good")(recipients, TODAY)
    bad = bytearray(file_item(b"x" * 200_000)(recipients, TODAY))
    bad[-1] ^= 1
    drop = deliver_file(reviewer, server, drop_of([good, bytes(bad)], recipients))
    shown = reviewer.show(drop)
    assert shown.status == 3
    assert "| good" in shown.out
    assert "Item 0002 cannot be opened" in shown.out
    assert "0002  NOT OPENED" in shown.out


def test_an_item_that_is_not_an_item(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    recipients = reviewer.recipients()
    junk = encrypt(b"junk" * 5000, recipients)
    shown = reviewer.show(deliver_file(reviewer, server, drop_of([junk], recipients)))
    assert shown.status == 3
    assert "Item 0001 cannot be opened" in shown.out


def test_a_drop_without_items(reviewer: Reviewer, server: Server) -> None:
    shown = reviewer.show(deliver(reviewer, server))
    assert shown.status == 0
    assert "0 items" in shown.out


def test_a_manifest_that_is_damaged(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    whole = bytearray(server.drop(reviewer.recipients(), text_item("one")))
    (size,) = struct.unpack(">11s", whole[124:135])
    whole[512 + int(size, 8) - 1] ^= 1
    shown = reviewer.show(deliver_file(reviewer, server, bytes(whole)))
    assert (shown.status, shown.out) == (1, "")
    assert "manifest cannot be believed" in shown.err


def test_a_signed_file_that_is_not_a_drop(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "2")
    drop = deliver_file(reviewer, server, b"\x1b[31m" * 5000)
    assert reviewer.run("list").out.splitlines()[1].split()[3] == "?"
    shown = reviewer.show(drop)
    assert (shown.status, shown.out) == (1, "")
    assert "\x1b" not in shown.err


def test_a_drop_that_rotted_in_the_home(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    path = reviewer.home / "drops" / f"{drop}.tar"
    data = bytearray(path.read_bytes())
    data[5000] ^= 1
    path.write_bytes(data)
    shown = reviewer.show(drop)
    assert (shown.status, shown.out) == (1, "")
    assert "not what the server signed" in shown.err


def test_a_drop_whose_file_is_gone(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    (reviewer.home / "drops" / f"{drop}.tar").unlink()
    shown = reviewer.show(drop)
    assert shown.status == 1
    assert "import a stick with batch 1 again" in shown.err
    assert "file missing" in reviewer.run("list").out


def test_a_drop_for_somebody_else(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    stranger = HybridIdentity.generate().recipient()
    drop = deliver_file(reviewer, server, server.drop([stranger], text_item("not for you")))
    shown = reviewer.show(drop)
    assert (shown.status, shown.out) == (1, "")
    assert shown.err.startswith("silbo-admin: No secret in this home opens that drop")
    assert "never opened" in reviewer.run("list").out


def test_the_wrong_passphrase(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    shown = reviewer.run("show", drop, passphrase="not the passphrase")
    assert (shown.status, shown.out) == (1, "")
    assert shown.err == "silbo-admin: The passphrase does not open period-2026-11-16.age.\n"


def test_a_home_without_secrets(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    maker = Reviewer(tmp_path / "maker", reviewer.capture)
    maker.keygen("--weeks", "1")
    server.write(server.drop(maker.recipients(), text_item("one")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    shown = reviewer.show(server.last_id)
    assert (shown.status, shown.out) == (1, "")
    assert "no period secrets" in shown.err
    listed = reviewer.run("list")
    assert "key missing" in listed.out
    assert "no rotation here destroyed it" in listed.err


def test_keys_made_after_a_drop_ended_do_not_make_its_key_destroyed(
    reviewer: Reviewer, server: Server, tmp_path: Path
) -> None:
    """A new home, for instance after a lost laptop, with the batches of last year."""
    maker = Reviewer(tmp_path / "maker", reviewer.capture)
    maker.keygen("--weeks", "1", "--x25519")
    server.write(server.drop(maker.recipients(), text_item("one")))
    reviewer.today += timedelta(days=300)
    reviewer.keygen("--weeks", "1", "--x25519")
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    assert "key missing" in reviewer.run("list").out


def test_one_damaged_secret_does_not_hide_what_the_others_read(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "3")
    early = server.drop(reviewer.recipients(), text_item("early"))
    reviewer.today = date(2026, 11, 30)
    period_path(reviewer.home / "keys", date(2026, 11, 23)).write_bytes(b"not an age file")
    server.write(early, day=reviewer.today)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    shown = reviewer.show(server.last_id)
    assert "| early" in shown.out, shown.err
    assert shown.status == 3
    assert "period-2026-11-23.age was not made by silbo-admin" in shown.out


def test_a_secret_that_asks_for_huge_work(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    path = period_path(reviewer.home / "keys", date(2026, 11, 16))
    sealed = encrypt(b"x", [ScryptRecipient(PASSPHRASE.encode(), log_n=1)])
    for work in (b" 21\n", b" 22\n", b" 64\n", b" 99999999999999999999\n"):
        path.write_bytes(sealed.replace(b" 1\n", work, 1))
        shown = reviewer.show(drop)
        assert (shown.status, shown.out) == (1, "")
        assert "period-2026-11-16.age was not made by silbo-admin" in shown.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 100,
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v1\n" + b"-> x " + b"a" * 60_000,
        b"age-encryption.org/v1\n" + b"-> a\n\n" * 10_000 + b"---",
        b"y" * 100_000,
    ],
)
def test_hostile_headers_of_a_secret(reviewer: Reviewer, server: Server, content: bytes) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    for path in (reviewer.home / "keys").glob("period-*.age"):
        path.write_bytes(content)
    shown = reviewer.show(drop)
    assert (shown.status, shown.out) == (1, "")
    assert shown.err.startswith("silbo-admin: period-2026-11-16.age ")
    assert shown.err.count("\n") == 1


def test_a_secret_that_holds_no_identity(reviewer: Reviewer, server: Server) -> None:
    drop = deliver(reviewer, server, text_item("one"))
    for path in (reviewer.home / "keys").glob("period-*.age"):
        path.write_bytes(encrypt(b"AGE-SECRET-KEY-1BROKEN", [ScryptRecipient(PASSPHRASE.encode(), log_n=4)]))
    shown = reviewer.show(drop)
    assert (shown.status, shown.out) == (1, "")
    assert "BROKEN" not in shown.err


@pytest.mark.parametrize("wanted", ["", "abc", "zzzz", "../..", "\x1b[31m"])
def test_an_id_that_names_no_drop(reviewer: Reviewer, server: Server, wanted: str) -> None:
    deliver(reviewer, server, text_item("one"))
    shown = reviewer.show(wanted)
    assert (shown.status, shown.out) == (1, "")
    assert "\x1b" not in shown.err


def test_a_prefix_of_two_drops_is_not_guessed(
    reviewer: Reviewer, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer.keygen("--weeks", "1")
    names = iter(("abcd" + "0" * 28, "abcd" + "1" * 28))
    with monkeypatch.context() as patch:
        patch.setattr("tests.admin.stage.secrets.token_hex", lambda _n: next(names))
        drops = [server.drop(reviewer.recipients(), text_item(text)) for text in ("one", "two")]
        server.write(*drops)
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    assert "More than one drop" in reviewer.show("abcd").err
    assert reviewer.show("ABCD1").status == 0


def test_list_needs_no_passphrase_and_tells_what_was_opened(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "1")
    assert reviewer.run("list").out == "No drop was imported yet.\n"
    drop = deliver(reviewer, server, text_item("one"), text_item("two"))
    done = reviewer.run("list")
    line = [drop[:12], "2026-11-18", "1", "2", "2026-12-14"]
    assert done.out.splitlines()[1].split() == [*line, "never", "opened"]
    reviewer.show(drop)
    assert reviewer.run("list").out.splitlines()[1].split() == [*line, "opened"]
    reviewer.run("extract", drop, reviewer.home.parent, passphrase=PASSPHRASE)
    assert reviewer.run("list").out.splitlines()[1].split() == [*line, "taken", "out"]


def test_a_very_long_text_is_left_to_extract(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    drop = deliver(reviewer, server, text_item("a" * (1024 * 1024 + 1)))
    shown = reviewer.show(drop)
    assert len(shown.out) < 2000
    assert "'extract' writes it" in shown.out


def test_an_untitled_extension_never_matters(reviewer: Reviewer, server: Server, tmp_path: Path) -> None:
    drop = deliver(
        reviewer, server, file_item(b"MZ", "application/x-msdownload", cleaned=False, extension="exe")
    )
    assert reviewer.run("extract", drop, tmp_path, passphrase=PASSPHRASE).status == 0
    assert sorted(os.listdir(tmp_path / drop)) == ["0001-UNCLEANED.bin", "report.json", "report.txt"]


def test_a_text_larger_than_one_chunk(reviewer: Reviewer, server: Server) -> None:
    text = "línea\n" * 40_000
    drop = deliver(reviewer, server, text_item(text))
    assert reviewer.show(drop).out.count("| línea\n") == 40_000


def test_a_text_that_is_not_utf8_is_not_shown(reviewer: Reviewer, server: Server) -> None:
    """`seal_item` would not refuse a foreign encoder's bytes; opening does."""
    reviewer.keygen("--weeks", "1")
    recipients = reviewer.recipients()
    item = seal_item(
        Slots(recipients),
        b"\xff\xfe",
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=TODAY,
        cleaning="text",
    )
    shown = reviewer.show(deliver_file(reviewer, server, drop_of([item], recipients)))
    assert shown.status == 3
    assert "Item 0001 cannot be opened" in shown.out
