"""Keys: made, published, rotated and destroyed, with a clock that the tests move."""

import stat
import struct
import sys
import types
import zlib
from datetime import date, timedelta
from pathlib import Path

import pyrage
import pytest

from admin.home import Home
from admin.keys import qr
from admin.keys.keyring import KeyRing
from admin.keys.passphrase import WORK_FACTOR
from admin.keys.periods import in_order_for, period_files
from crypto.age import HybridIdentity, X25519Identity, parse_identities
from crypto.keylist import KeyList, parse_keylist
from crypto.minisign import PublicKey, SigningKey
from crypto.words import fingerprint
from tests.admin.stage import PASSPHRASE, TODAY, Outcome, Reviewer, Server, Typist, text_item


def published(reviewer: Reviewer) -> KeyList:
    (folder,) = (reviewer.home / "keys").glob("list-*")
    return parse_keylist(
        (folder / "keys.json").read_bytes(), (folder / "keys.json.minisig").read_text(), None
    )


def rotate(reviewer: Reviewer, day: date, *arguments: str) -> Outcome:
    reviewer.today = day
    return reviewer.run("rotate", *arguments, passphrase=PASSPHRASE)


def test_keygen_makes_weekly_hybrid_keys_from_monday_on(reviewer: Reviewer) -> None:
    done = reviewer.keygen("--label", "union", "--weeks", "3")
    keys = published(reviewer)
    assert (keys.serial, keys.label, keys.issued) == (1, "union", TODAY)
    assert [period.start for period in keys.periods] == [
        date(2026, 11, 16),
        date(2026, 11, 23),
        date(2026, 11, 30),
    ]
    assert all(period.recipient.startswith("age1pq1") for period in keys.periods)
    assert " ".join(fingerprint(keys.root)[:5]) in done.out


def test_the_work_factor_of_the_product_is_18() -> None:
    assert WORK_FACTOR == 18


def test_secrets_are_files_that_another_age_opens(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "2", "--x25519")
    secret = (reviewer.home / "keys" / "period-2026-11-16.age").read_bytes()
    opened = pyrage.passphrase.decrypt(secret, PASSPHRASE).decode()
    (identity,) = parse_identities(opened)
    assert isinstance(identity, X25519Identity)
    assert str(identity.recipient()) == published(reviewer).periods[0].recipient
    root = pyrage.passphrase.decrypt((reviewer.home / "keys" / "root.age").read_bytes(), PASSPHRASE).decode()
    assert "\nsilbo-root-seed: " in root
    assert str(published(reviewer).root) in root


def test_a_hybrid_secret_opens_too(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    secret = (reviewer.home / "keys" / "period-2026-11-16.age").read_bytes()
    (identity,) = parse_identities(pyrage.passphrase.decrypt(secret, PASSPHRASE).decode())
    assert isinstance(identity, HybridIdentity)


def test_nobody_else_can_read_the_home(reviewer: Reviewer) -> None:
    reviewer.keygen()
    for path in [reviewer.home, *reviewer.home.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path.name


def test_no_secret_is_written_in_the_clear(reviewer: Reviewer) -> None:
    reviewer.keygen()
    for path in reviewer.home.rglob("*"):
        if path.is_file():
            assert b"AGE-SECRET-KEY" not in path.read_bytes()
            assert b"silbo-root-seed" not in path.read_bytes()


def test_keygen_does_not_replace_keys(reviewer: Reviewer) -> None:
    reviewer.keygen()
    before = sorted((reviewer.home / "keys").rglob("*"))
    again = reviewer.run("keygen", passphrase=PASSPHRASE)
    assert (again.status, again.out) == (1, "")
    assert "already holds keys" in again.err
    assert sorted((reviewer.home / "keys").rglob("*")) == before


@pytest.mark.parametrize(
    ("passphrase", "reason"), [("short", "too short"), ("a" * 20, "repeats"), ("", "empty passphrase")]
)
def test_weak_passphrases_are_refused_with_the_reason(
    reviewer: Reviewer, passphrase: str, reason: str
) -> None:
    done = reviewer.run("keygen", passphrase=passphrase)
    assert done.status == 1
    assert reason in done.err
    assert list((reviewer.home / "keys").iterdir()) == []


def test_a_suggested_passphrase_is_six_words_and_nothing_is_made(reviewer: Reviewer) -> None:
    first, second = reviewer.run("keygen", "--suggest"), reviewer.run("keygen", "--suggest")
    assert len(first.out.split()) == 6
    assert first.out != second.out
    assert not reviewer.home.exists()


@pytest.mark.parametrize("label", ["", "two\nlines", "\x1b[31mred", "x" * 200])
def test_a_label_that_a_server_would_refuse_is_refused_here(reviewer: Reviewer, label: str) -> None:
    done = reviewer.run("keygen", "--label", label, "--weeks", "1", passphrase=PASSPHRASE)
    assert done.status == 1
    assert "Traceback" not in done.err
    assert list((reviewer.home / "keys").iterdir()) == []


@pytest.mark.parametrize("weeks", ["0", "-1", "105"])
def test_a_number_of_weeks_out_of_range_is_refused(reviewer: Reviewer, weeks: str) -> None:
    done = reviewer.run("keygen", "--weeks", weeks, passphrase=PASSPHRASE)
    assert done.status == 1
    assert "--weeks" in done.err


def test_a_start_at_the_end_of_time_is_refused(reviewer: Reviewer) -> None:
    done = reviewer.run("keygen", "--start", "9999-12-30", passphrase=PASSPHRASE)
    assert (done.status, done.err) == (1, "silbo-admin: That start date is more than two years away.\n")
    assert list((reviewer.home / "keys").iterdir()) == []


def test_publish_copies_a_list_that_verifies(reviewer: Reviewer, tmp_path: Path) -> None:
    reviewer.keygen()
    done = reviewer.run("publish", tmp_path / "out")
    assert done.status == 0
    keys = parse_keylist(
        (tmp_path / "out" / "keys.json").read_bytes(),
        (tmp_path / "out" / "keys.json.minisig").read_text(),
        published(reviewer).root,
    )
    assert keys == published(reviewer)


def test_rotate_extends_signs_and_destroys_what_is_past(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "3")
    old = published(reviewer)
    secrets = reviewer.home / "keys"
    # The first period ends on 2026-11-30; fourteen days later its secret goes, not a day before.
    done = rotate(reviewer, date(2026, 12, 13), "--weeks", "4")
    assert done.status == 0, done.err
    assert (secrets / "period-2026-11-16.age").exists()
    done = rotate(reviewer, date(2026, 12, 14), "--weeks", "4")
    assert "Destroyed 1 period secret" in done.out
    assert "solid-state" in done.out
    assert not (secrets / "period-2026-11-16.age").exists()
    assert (secrets / "period-2026-11-23.age").exists()
    new = published(reviewer)
    assert (new.serial, new.root, new.issued) == (3, old.root, date(2026, 12, 14))
    assert [period.start for period in new.periods] == [
        date(2026, 12, 7),
        date(2026, 12, 14),
        date(2026, 12, 21),
        date(2026, 12, 28),
        date(2027, 1, 4),
    ]


def test_rotate_keeps_the_keys_that_are_already_published(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "3")
    old = published(reviewer).periods
    rotate(reviewer, TODAY + timedelta(days=1), "--weeks", "5")
    new = published(reviewer).periods
    assert new[:3] == old
    assert len(new) == 5


def test_every_published_key_has_its_secret(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "2")
    rotate(reviewer, date(2026, 12, 2), "--weeks", "3")
    ring = KeyRing(lambda _prompt: PASSPHRASE.encode(), may_retry=False)
    keys = {period.start: period.recipient for period in published(reviewer).periods}
    for period in period_files(Home(reviewer.home).keys):
        (identity,) = ring.unlock_identities(period.path)
        assert isinstance(identity, HybridIdentity)
        assert keys.get(period.start, str(identity.recipient())) == str(identity.recipient())
    assert keys.keys() <= {period.start for period in period_files(Home(reviewer.home).keys)}


def test_a_destroyed_key_is_reported_with_the_drops_it_takes(reviewer: Reviewer, server: Server) -> None:
    reviewer.keygen("--weeks", "8")
    server.write(server.drop(reviewer.recipients(), text_item("first")))
    first = server.last_id
    reviewer.today = server.day = date(2026, 12, 9)
    server.write(server.drop(reviewer.recipients(), text_item("second")))
    assert reviewer.run("import", server.stick, "--server", server.public).status == 0
    done = rotate(reviewer, date(2026, 12, 14), "--weeks", "8", "--destroy-unread")
    assert f"Can no longer be read: drop {first[:8]}" in done.out
    assert server.last_id[:8] not in done.out
    listed = reviewer.run("list").out
    assert [line.split()[-1] for line in listed.splitlines()[1:]] == ["destroyed", "opened"]
    gone = reviewer.show(first)
    assert gone.status == 1
    assert "its key was destroyed" in gone.err
    assert "| second" in reviewer.show(server.last_id).out


def test_rotation_by_a_clock_that_was_set_back_destroys_nothing(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "3")
    files = sorted((reviewer.home / "keys").rglob("*"))
    done = rotate(reviewer, TODAY - timedelta(days=1))
    assert done.status == 1
    assert "set the clock right" in done.err
    assert sorted((reviewer.home / "keys").rglob("*")) == files


def test_a_clock_that_was_set_back_is_noticed_by_every_command(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    reviewer.today = date(2027, 3, 1)
    assert "clock" not in reviewer.run("list").err
    reviewer.today = TODAY
    done = reviewer.run("list")
    assert done.status == 0
    assert "The clock says 2026-11-18 (UTC), but this home was used on 2027-03-01" in done.err


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_clock_set_forward_and_right_again_costs_no_key(reviewer: Reviewer) -> None:
    """The list made in the wrong future leaves out periods whose keys the server still uses."""
    reviewer.keygen("--weeks", "4")
    used = published(reviewer).periods
    secrets = {period.path: period.path.read_bytes() for period in period_files(Home(reviewer.home).keys)}
    assert rotate(reviewer, TODAY + timedelta(days=25), "--weeks", "2").status == 0
    assert not set(used) <= set(published(reviewer).periods)
    (reviewer.home / "state.json").unlink()
    right = Typist(["--home", str(reviewer.home), "rotate", "--weeks", "4"])
    right.type_after("Is today 2026-11-18 (UTC), for certain? [y/N] ", "y")
    right.type_after("Passphrase: ", PASSPHRASE)
    assert right.finish() == 0
    assert set(used) <= set(published(reviewer).periods)
    assert {path: path.read_bytes() for path in secrets} == secrets


@pytest.mark.parametrize("days", [63, 400, 20_000])
def test_a_clock_set_far_forward_destroys_nothing_unasked(reviewer: Reviewer, days: int) -> None:
    """Whoever sets the clock and lets a script rotate must not destroy the keys that are in use."""
    reviewer.keygen("--weeks", "3")
    secrets = {period.path.name for period in period_files(Home(reviewer.home).keys)}
    reviewer.today = TODAY + timedelta(days=days)
    reviewer.run("list")
    for _ in range(2):  # the second time is no easier: no list was made that says it is today
        done = rotate(reviewer, reviewer.today, "--weeks", "1")
        assert (done.status, done.out) == (1, "")
        assert f"today is {reviewer.today}" in done.err
    assert published(reviewer).issued == TODAY
    assert secrets == {period.path.name for period in period_files(Home(reviewer.home).keys)}


def test_rotation_under_the_wrong_passphrase_changes_nothing(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    reviewer.today = date(2027, 3, 1)
    done = reviewer.run("rotate", passphrase="another passphrase")
    assert (done.status, done.out) == (1, "")
    assert done.err == "silbo-admin: The passphrase does not open root.age.\n"
    assert (reviewer.home / "keys" / "period-2026-11-16.age").exists()
    assert published(reviewer).serial == 1


def test_a_changed_key_list_is_not_published(reviewer: Reviewer, tmp_path: Path) -> None:
    reviewer.keygen()
    listing = reviewer.home / "keys" / "list-000001" / "keys.json"
    listing.write_bytes(listing.read_bytes().replace(b'"serial":1', b'"serial":9'))
    done = reviewer.run("publish", tmp_path / "out")
    assert (done.status, done.out) == (1, "")
    assert "key list in the home cannot be used" in done.err
    assert not (tmp_path / "out").exists()


def test_a_key_list_from_the_future_is_not_guessed_at(reviewer: Reviewer) -> None:
    """Signed by the right root, in a version that this program does not know."""
    reviewer.keygen("--weeks", "1")
    folder = reviewer.home / "keys" / "list-000001"
    root = SigningKey.generate()
    data = (folder / "keys.json").read_bytes().replace(b'"version":1', b'"version":2')
    (folder / "keys.json").write_bytes(data)
    (folder / "keys.json.minisig").write_text(root.sign(data, "x"))
    done = reviewer.run("fingerprint")
    assert (done.status, done.out) == (1, "")
    assert "The key list was written by a newer Silbo." in done.err


def test_an_interrupted_rotation_leaves_the_old_list_whole(
    reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer.keygen("--weeks", "1")
    old = published(reviewer)

    def stop(_self: Path, target: Path) -> Path:
        if target.name.startswith("list-"):
            raise KeyboardInterrupt
        return renamed(_self, target)

    renamed = Path.replace
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        assert rotate(reviewer, TODAY, "--weeks", "3").status == 130
    assert published(reviewer) == old
    assert rotate(reviewer, TODAY, "--weeks", "3").status == 0
    assert len(published(reviewer).periods) == 3


def test_an_interrupted_keygen_leaves_nothing(reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_self: Path, target: Path) -> Path:
        if target.name == "keys":
            raise KeyboardInterrupt
        return renamed(_self, target)

    renamed = Path.replace
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        assert reviewer.run("keygen", "--weeks", "1", passphrase=PASSPHRASE).status == 130
    assert not list(reviewer.home.glob(".partial-*"))
    reviewer.keygen()


def test_the_likeliest_period_is_unlocked_first(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "4")
    periods = period_files(reviewer.home / "keys")
    ordered = [period.start.day for period in in_order_for(date(2026, 11, 29), periods)]
    assert ordered == [23, 16, 30, 7]


def test_fingerprint_in_words_and_as_a_qr_code(reviewer: Reviewer, tmp_path: Path) -> None:
    reviewer.keygen()
    root = published(reviewer).root
    words = reviewer.run("fingerprint", "--words")
    assert words.out == " ".join(fingerprint(root)) + "\n"
    done = reviewer.run("fingerprint", "--png", tmp_path / "root.png")
    assert str(root) in done.out
    assert PublicKey.parse(str(root)) == root
    assert read_png(tmp_path / "root.png", 8)[4:-4] == [
        [0] * 4 + row + [0] * 4 for row in qr.encode(str(root))
    ]


def read_png(path: Path, scale: int) -> list[list[int]]:
    data = path.read_bytes()
    (width,) = struct.unpack(">I", data[16:20])
    length = data.index(b"IEND") - data.index(b"IDAT") - 12
    start = data.index(b"IDAT") + 4
    raw = zlib.decompress(data[start : start + length])
    stride = 1 + (width + 7) // 8
    rows = [raw[at + 1 : at + stride] for at in range(0, len(raw), stride * scale)]
    return [[1 - (row[x // 8] >> (7 - x % 8) & 1) for x in range(0, width, scale)] for row in rows]


def test_the_qr_code_is_what_segno_itself_draws() -> None:
    import segno

    text = "RWTWYGj17SG/Y5KqGnRzUBTpwvb/U2T1CwsbNlm6FvCjR+z/1W22JXp8"
    own = segno.make(text, error="m", micro=False)
    assert qr.encode(text) == [[int(module) for module in row] for row in own.matrix]
    assert isinstance(sys.modules["segno"], types.ModuleType)
    assert qr.encode(text) == qr.encode(text)


def test_the_qr_code_in_the_terminal_has_every_module() -> None:
    modules = qr.encode("silbo")
    lines = qr.terminal(modules, colour=False).split("\n")
    halves = {"\u2588": (0, 0), "\u2580": (0, 1), "\u2584": (1, 0), " ": (1, 1)}
    drawn = [[halves[glyph][half] for glyph in line] for line in lines for half in (0, 1)]
    assert [row[2:-2] for row in drawn[2 : 2 + len(modules)]] == modules
    assert qr.terminal(modules, colour=True).startswith("\x1b[97;40m")


def test_no_secret_shows_in_a_repr(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "1")
    ring = KeyRing(lambda _prompt: PASSPHRASE.encode(), may_retry=False)
    (identity,) = ring.identities(TODAY, period_files(reviewer.home / "keys"))
    ring.unlock(reviewer.home / "keys" / "root.age")
    assert (repr(ring), repr(identity)) == ("KeyRing()", "PeriodIdentity()")


def test_the_reviewer_is_told_when_half_of_the_list_is_spent(reviewer: Reviewer) -> None:
    reviewer.keygen("--weeks", "4")
    assert "Half of your key list" not in reviewer.run("list").err
    reviewer.today = TODAY + timedelta(days=21)
    told = reviewer.run("list").err
    assert "Half of your key list is spent" in told
    until = published(reviewer).periods[-1].until
    assert str(until) in told
    reviewer.today = until - timedelta(days=1)
    assert "Half of your key list is spent" in reviewer.run("list").err
    reviewer.today = until
    told = reviewer.run("list").err
    assert f"Your key list ended on {until}: a server seals nothing to you any more." in " ".join(
        told.split()
    )
