"""The reviewers of the desk: what is pinned, what is refused, and who can read the next item. Days are
moved by hand.
"""

import io
import os
import subprocess
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.keys import NoValidKey, Reviewers, ReviewersError
from crypto.age import HybridIdentity, X25519Identity
from crypto.item import open_item, seal_item
from crypto.keylist import KeyList, keylist_bytes, make_periods, monday_of
from crypto.minisign import SigningKey
from crypto.words import fingerprint

DAY = date(2026, 11, 21)
WEEK = timedelta(days=7)
Kind = Callable[[], HybridIdentity | X25519Identity]


class Person:
    """A reviewer at home: a root and the identities of some weeks."""

    def __init__(self, label: str, weeks: int = 4, kind: Kind = HybridIdentity.generate) -> None:
        self.root = SigningKey.generate()
        self.label = label
        made = make_periods(monday_of(DAY), weeks, kind)
        self.identities = [period.identity for period in made]
        self.keys = KeyList(self.root.public(), 1, DAY, label, tuple(period.period for period in made))

    @property
    def words(self) -> str:
        return " ".join(fingerprint(self.root.public()))

    def publish(self, folder: Path, keys: KeyList | None = None, root: SigningKey | None = None) -> Path:
        data = keylist_bytes(keys or self.keys)
        folder.mkdir(exist_ok=True)
        (folder / "keys.json").write_bytes(data)
        (folder / "keys.json.minisig").write_text((root or self.root).sign(data, "key list"))
        return folder / "keys.json"


@pytest.fixture
def ana(tmp_path: Path) -> Person:
    return Person("Ana")


@pytest.fixture
def ben(tmp_path: Path) -> Person:
    return Person("Ben")


@pytest.fixture
def reviewers(tmp_path: Path) -> Reviewers:
    return Reviewers(tmp_path / "state" / "reviewers")


def recipients(reviewers: Reviewers, today: date) -> list[str]:
    return [str(recipient) for recipient in reviewers.recipients(today)]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_item_is_sealed_to_every_reviewer_and_can_be_read(
    reviewers: Reviewers, ana: Person, ben: Person, tmp_path: Path
) -> None:
    for person in (ana, ben):
        added = reviewers.add(person.publish(tmp_path / person.label), today=DAY, words=person.words.upper())
        assert added.keys == person.keys
    sealed = seal_item(
        reviewers.slots(DAY),
        b"testimony",
        extension="txt",
        kind="text",
        media_type="text/plain",
        day=DAY,
        cleaning="text",
        removed=(),
    )
    for person in (ana, ben):
        content = io.BytesIO()
        open_item(io.BytesIO(sealed), content, [person.identities[0]])
        assert content.getvalue() == b"testimony"


def test_the_newest_valid_period_is_used(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    first = monday_of(DAY)
    for day, week in (
        (first, 0),
        (first + WEEK - timedelta(days=1), 0),
        (first + WEEK, 1),
        (first + 4 * WEEK, 3),
    ):
        assert recipients(reviewers, day) == [ana.keys.periods[week].recipient]
    for day in (first - timedelta(days=1), first + 5 * WEEK):
        with pytest.raises(NoValidKey):
            reviewers.recipients(day)


def test_nobody_is_added_without_the_fingerprint(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    file = ana.publish(tmp_path / "ana")
    seen = []

    def confirm(words: tuple[str, ...], label: str) -> bool:
        seen.append((words, label))
        return len(seen) > 1

    with pytest.raises(ReviewersError, match="not confirmed"):
        reviewers.add(file, today=DAY)
    with pytest.raises(ReviewersError, match="not confirmed"):
        reviewers.add(file, today=DAY, confirm=confirm)
    with pytest.raises(ReviewersError, match="somebody else's"):
        reviewers.add(file, today=DAY, words=Person("Eva").words)
    assert not (tmp_path / "state").exists()
    reviewers.add(file, today=DAY, confirm=confirm)
    assert seen == [(fingerprint(ana.root.public()), "Ana")] * 2
    assert len(reviewers.recipients(DAY)) == 1


def test_an_unsigned_list_is_refused(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    file = ana.publish(tmp_path / "ana")
    signature = file.with_name("keys.json.minisig")
    for content in (b"", b"nonsense\n", b"\xff" * 100, b"x" * 100_000):
        signature.write_bytes(content)
        with pytest.raises(ReviewersError):
            reviewers.add(file, today=DAY, words=ana.words)
    signature.unlink()
    with pytest.raises(ReviewersError, match="not there"):
        reviewers.add(file, today=DAY, words=ana.words)
    assert reviewers.pinned() == ()


def test_a_changed_list_is_refused(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    file = ana.publish(tmp_path / "ana")
    file.write_bytes(file.read_bytes().replace(b"Ana", b"Eva"))
    with pytest.raises(ReviewersError, match="was changed"):
        reviewers.add(file, today=DAY, words=ana.words)


def test_a_newer_list_takes_over_with_the_next_item(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    before = recipients(reviewers, DAY)
    renewed = Person("Ana")
    newer = renewed.keys.replaced(root=ana.root.public(), serial=2)
    reviewers.update("ana", ana.publish(tmp_path / "newer", newer), today=DAY)
    assert recipients(reviewers, DAY) == [newer.periods[0].recipient] != before
    assert len(list((tmp_path / "state" / "reviewers").iterdir())) == 1
    assert reviewers.update(ana.words, tmp_path / "newer" / "keys.json", today=DAY).keys == newer  # again
    assert (
        reviewers.add(tmp_path / "newer" / "keys.json", today=DAY).keys == newer
    )  # pinned: nothing to confirm


def test_a_replayed_older_list_is_refused(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    old = ana.publish(tmp_path / "old")
    newer = ana.keys.replaced(serial=2, periods=ana.keys.periods[1:])
    reviewers.add(ana.publish(tmp_path / "newer", newer), today=DAY, words=ana.words)
    before = snapshot(tmp_path / "state")
    with pytest.raises(ReviewersError, match="older"):
        reviewers.update("Ana", old, today=DAY)
    with pytest.raises(ReviewersError, match="older"):
        reviewers.add(old, today=DAY)
    assert snapshot(tmp_path / "state") == before


def test_two_lists_with_one_serial_number_are_refused(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    other = ana.keys.replaced(periods=ana.keys.periods[:2])
    with pytest.raises(ReviewersError, match="serial number"):
        reviewers.update("Ana", ana.publish(tmp_path / "other", other), today=DAY)


def test_a_list_of_another_root_does_not_replace_a_pinned_one(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    impostor = Person("ANA")
    file = impostor.publish(tmp_path / "impostor", impostor.keys.replaced(serial=9))
    with pytest.raises(ReviewersError, match="another key"):
        reviewers.update("Ana", file, today=DAY)
    with pytest.raises(ReviewersError, match="another root key"):
        reviewers.add(file, today=DAY, words=impostor.words)
    forged = impostor.publish(tmp_path / "forged", ana.keys.replaced(serial=9), root=impostor.root)
    with pytest.raises(ReviewersError):
        reviewers.add(forged, today=DAY, words=ana.words)
    assert recipients(reviewers, DAY) == [ana.keys.periods[0].recipient]


def test_a_list_from_the_future_is_refused(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    file = ana.publish(tmp_path / "ana")
    with pytest.raises(ReviewersError, match="future"):
        reviewers.add(file, today=DAY - timedelta(days=30), words=ana.words)


def test_an_expired_list_is_refused(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    with pytest.raises(ReviewersError, match="has expired"):
        reviewers.add(ana.publish(tmp_path / "ana"), today=DAY + 6 * WEEK, words=ana.words)


def test_a_kind_of_key_that_cannot_share_a_file_is_refused(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    classic = Person("Classic", kind=X25519Identity.generate)
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    with pytest.raises(ReviewersError, match="other kind"):
        reviewers.add(classic.publish(tmp_path / "classic"), today=DAY, words=classic.words)


def test_a_removed_reviewer_cannot_read_the_next_item(
    reviewers: Reviewers, ana: Person, ben: Person, tmp_path: Path
) -> None:
    running = Reviewers(tmp_path / "state" / "reviewers")  # the bot, beside the command line
    for person in (ana, ben):
        reviewers.add(person.publish(tmp_path / person.label), today=DAY, words=person.words)
    assert len(running.recipients(DAY)) == 2
    reviewers.remove("ana")
    assert recipients(running, DAY) == [ben.keys.periods[0].recipient]
    with pytest.raises(ReviewersError, match="no such reviewer"):
        reviewers.remove("ana")
    reviewers.remove(ben.words)
    with pytest.raises(NoValidKey):
        running.recipients(DAY)
    assert not list((tmp_path / "state" / "reviewers").glob("*/keys.json"))


@pytest.mark.parametrize("name", ["keys.json", "keys.json.minisig", "root.pub"])
def test_a_list_changed_on_the_servers_disk_is_never_used(
    reviewers: Reviewers, ana: Person, ben: Person, tmp_path: Path, name: str
) -> None:
    for person in (ana, ben):
        reviewers.add(person.publish(tmp_path / person.label), today=DAY, words=person.words)
    assert len(reviewers.recipients(DAY)) == 2
    tag = reviewers.find("Ana").tag
    file = next((tmp_path / "state" / "reviewers").glob(f"{tag}.1/{name}"))
    data = bytearray(file.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    file.write_bytes(data)
    assert recipients(reviewers, DAY) == [ben.keys.periods[0].recipient]
    assert [notice.code for notice in reviewers.warnings(DAY)] == ["damaged"]

    reviewers.add(ana.publish(tmp_path / "again"), today=DAY, words=ana.words)
    assert len(reviewers.recipients(DAY)) == 2
    file.unlink()
    reviewers.remove(tag)
    assert len(reviewers.recipients(DAY)) == 1


def test_a_list_under_the_name_of_another_root_is_never_used(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    folder = next((tmp_path / "state" / "reviewers").iterdir())
    for name in ("f" * 32 + ".1", folder.name.replace(".1", ".2"), "notes", ".new-1234"):
        folder = folder.rename(folder.with_name(name))
        with pytest.raises(NoValidKey):
            reviewers.recipients(DAY)


def test_warnings_come_at_half_time_and_name_nobody(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    assert [notice.code for notice in reviewers.warnings(DAY)] == ["nobody"]
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    end = ana.keys.periods[-1].until
    half = DAY + (end - DAY + timedelta(days=1)) // 2
    assert reviewers.warnings(half - timedelta(days=1)) == ()
    assert [notice.code for notice in reviewers.warnings(half)] == ["half_spent"]
    assert [notice.code for notice in reviewers.warnings(end)] == ["no_valid_key"]
    for notice in (*reviewers.warnings(half), *reviewers.warnings(end)):
        assert "Ana" not in notice.text
        assert fingerprint(ana.root.public())[0] in notice.text


def test_one_reviewer_without_a_key_does_not_stop_the_others(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    short = Person("Short", weeks=1)
    for person in (ana, short):
        reviewers.add(person.publish(tmp_path / person.label), today=DAY, words=person.words)
    later = monday_of(DAY) + 2 * WEEK
    assert recipients(reviewers, later) == [ana.keys.periods[2].recipient]
    assert "no_valid_key" in [notice.code for notice in reviewers.warnings(later)]


def test_the_list_for_the_operator(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    end = ana.keys.periods[-1].until
    assert reviewers.lines(DAY) == [f"Ana: {ana.words}; list 1, until {end}, valid today"]
    assert reviewers.lines(end) == [f"Ana: {ana.words}; list 1, until {end}, NO KEY VALID TODAY, half spent"]


def test_nobody_is_left_out_while_a_list_is_replaced(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    files = [
        ana.publish(tmp_path / str(serial), ana.keys.replaced(serial=serial, periods=ana.keys.periods[:1]))
        for serial in range(1, 40)
    ]
    reviewers.add(files[0], today=DAY, words=ana.words)
    running, counts, done = Reviewers(tmp_path / "state" / "reviewers"), set(), threading.Event()

    def seal() -> None:
        while not done.is_set():
            try:
                counts.add(len(running.recipients(DAY)))
            except NoValidKey:
                counts.add(0)

    thread = threading.Thread(target=seal)
    thread.start()
    try:
        for file in files[1:]:
            reviewers.update("Ana", file, today=DAY)
    finally:
        done.set()
        thread.join()
    assert counts == {1}


def test_an_unchanged_folder_is_not_parsed_again(
    reviewers: Reviewers, ana: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    before = reviewers.recipients(DAY)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr("bot.keys.keyfolder.parse_keylist", fail)
    monkeypatch.setattr("bot.keys.parse_recipient", fail)
    assert reviewers.recipients(DAY)[0] is before[0]


def test_discarded_keys_stay_until_a_reviewer_comes_or_goes(
    reviewers: Reviewers, ana: Person, ben: Person, tmp_path: Path
) -> None:
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    alone = reviewers.slots(DAY)
    assert reviewers.slots(DAY) is alone
    reviewers.add(ben.publish(tmp_path / "ben"), today=DAY, words=ben.words)
    both = reviewers.slots(DAY)
    assert both is not alone
    assert {*recipients(reviewers, DAY)} < {str(slot) for slot in both.shuffled()}
    reviewers.remove(ben.words)
    assert ben.keys.periods[0].recipient not in {str(slot) for slot in reviewers.slots(DAY).shuffled()}
    with pytest.raises(NoValidKey):
        reviewers.slots(DAY + timedelta(days=365))


def test_folder_and_files_are_for_the_owner_only_and_open_in_minisign(
    reviewers: Reviewers, ana: Person, tmp_path: Path
) -> None:
    before = os.umask(0)
    try:
        reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    finally:
        os.umask(before)
    folder = tmp_path / "state" / "reviewers"
    assert {entry.stat().st_mode & 0o077 for entry in (folder, *folder.rglob("*"))} == {0}
    assert (next(folder.iterdir()) / "root.pub").read_text().splitlines()[1] == str(ana.root.public())


def test_the_stock_minisign_checks_a_pinned_list(reviewers: Reviewers, ana: Person, tmp_path: Path) -> None:
    try:
        subprocess.run(["minisign", "-v"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("left out: no minisign on this machine")
    reviewers.add(ana.publish(tmp_path / "ana"), today=DAY, words=ana.words)
    folder = next((tmp_path / "state" / "reviewers").iterdir())
    subprocess.run(["minisign", "-V", "-p", "root.pub", "-m", "keys.json"], cwd=folder, check=True)


def test_the_repr_tells_nothing(reviewers: Reviewers) -> None:
    assert repr(reviewers) == "Reviewers()"


@pytest.mark.parametrize("name", ["keys.json", "keys.json.minisig"])
def test_a_pipe_on_a_stick_holds_nobody_up(tmp_path: Path, name: str) -> None:
    person = Person("Ana", weeks=1, kind=X25519Identity.generate)
    keys = person.publish(tmp_path / "stick")
    (tmp_path / "stick" / name).unlink()
    os.mkfifo(tmp_path / "stick" / name)
    with pytest.raises(ReviewersError, match="cannot be read"):
        Reviewers(tmp_path / "reviewers").add(keys, today=DAY, words=person.words)
