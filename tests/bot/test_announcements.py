"""Announcements on a stick: what a pinned reviewer signed for this desk is shown while it lasts."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.announcements import Announcements, expire
from bot.keys import Reviewers
from bot.replies import Taken, take
from bot.store.store import Store
from crypto.announcement import Announcement, announcement_bytes
from crypto.minisign import SigningKey
from tests.bot.conftest import DESK_ID
from tests.bot.test_replies import DAY, outbox, signer

__all__ = ["signer"]
UNTIL = DAY + timedelta(days=30)


def announced(
    stick: Path,
    signer: SigningKey,
    text: str = "We published.",
    *,
    serial: int = 1,
    desk_id: bytes = DESK_ID,
    made: date = DAY,
    until: date = UNTIL,
    language: str = "en",
    people: int | None = None,
) -> None:
    """An announcement on a stick, in a folder of its own; `people` is forged into it as it is."""
    folder = stick / f"announcement-{serial}-{signer.public().key_id.hex()[:8]}"
    folder.mkdir(parents=True)
    counts = {} if people is None else {"people": 995}
    words = Announcement(signer.public(), desk_id, serial, made, until, {language: text}, counts)
    data = announcement_bytes(words).replace(b"995", str(people).encode())
    (folder / "announcement.json").write_bytes(data)
    (folder / "announcement.json.minisig").write_text(signer.sign(data, f"silbo announcement {serial}"))


class Board:
    """What a server has of announcements, and its stick."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.stick = folder / "stick"
        self.folder = folder / "announcements"
        self.reviewers = Reviewers(folder / "reviewers")
        self.shown = Announcements(self.folder, self.reviewers, DESK_ID)
        self._store = store

    async def take(self, today: date = DAY) -> Taken:
        return await take(self._store, self.reviewers, self.shown, self.stick, today)


@pytest.fixture
def board(tmp_path: Path, store: Store) -> Board:
    return Board(tmp_path, store)


async def test_an_announcement_is_shown_and_a_later_one_takes_its_place(
    board: Board, signer: SigningKey
) -> None:
    announced(board.stick, signer)
    for said in (".", ": it came before."):
        done = await board.take()
        assert done.notes[0].endswith(f"shown until the day before {UNTIL}{said}")
        assert done.findings == []
    announced(board.stick, signer, "We need payslips of March.", serial=2)
    done = await board.take()
    assert board.shown.texts("en", DAY) == ("We need payslips of March.",)
    assert len(list(board.folder.iterdir())) == 1
    done = await board.take()
    assert any("A newer one of the same reviewer came before." in finding for finding in done.findings)
    assert board.shown.texts("en", DAY) == ("We need payslips of March.",)


async def test_replies_and_announcements_come_by_one_stick(board: Board, signer: SigningKey) -> None:
    announced(board.stick, signer)
    outbox(board.stick / "outbox-1", signer, ["one"])
    done = await board.take()
    assert (len(done.notes), done.findings) == (2, [])


async def test_one_that_has_ended_is_not_shown_and_leaves_the_disk(board: Board, signer: SigningKey) -> None:
    announced(board.stick, signer, "We published.", serial=5)
    await board.take()
    last = UNTIL - timedelta(days=1)
    assert (expire(board.folder, last), board.shown.texts("en", last)) == (0, ("We published.",))
    assert board.shown.texts("en", UNTIL) == ()
    assert (expire(board.folder, UNTIL), expire(board.folder, UNTIL)) == (1, 0)
    assert b"".join(file.read_bytes() for file in board.folder.iterdir()) == b""


async def test_an_older_stick_does_not_bring_back_what_was_replaced(board: Board, signer: SigningKey) -> None:
    """The newer one ended sooner: else a word that was taken back would stand there again."""
    announced(board.stick, signer, "The director is Ana.", serial=1, until=UNTIL + timedelta(days=99))
    await board.take()
    announced(board.stick, signer, "Nothing.", serial=2)
    await board.take()
    expire(board.folder, UNTIL)
    done = await board.take(UNTIL)
    assert all("An announcement was refused." in finding for finding in done.findings)
    assert board.shown.texts("en", UNTIL) == ()


@pytest.mark.parametrize(
    ("forged", "sentence"),
    [
        ({"until": DAY, "made": DAY - timedelta(days=9)}, "refused. The announcement has expired."),
        ({"made": DAY + timedelta(days=2)}, "refused. The announcement is dated in the future."),
        ({"desk_id": bytes(16)}, "refused. The announcement is for another desk."),
        ({"people": 4}, "refused. A count in the announcement must be five or more"),
        ({"people": 12}, "refused. A count in the announcement must be five or more"),
    ],
)
async def test_what_nobody_may_be_told_is_one_sentence(
    board: Board, signer: SigningKey, forged: dict[str, object], sentence: str
) -> None:
    announced(board.stick, signer, **forged)  # type: ignore[arg-type]  # a value for each keyword
    done = await board.take()
    assert done.notes == []
    (finding,) = done.findings
    assert finding.startswith("An announcement was ")
    assert sentence in finding
    assert board.shown.texts("en", DAY) == ()


async def test_strangers_and_broken_files_are_told(board: Board, signer: SigningKey) -> None:
    announced(board.stick, SigningKey.generate())
    announced(board.stick, signer, serial=7)
    (unsigned,) = board.stick.glob("announcement-7-*")
    (unsigned / "announcement.json.minisig").unlink()
    (board.stick / "broken").mkdir()
    (board.stick / "broken" / "announcement.json").write_bytes(b"{}")
    (board.stick / "broken" / "announcement.json.minisig").write_bytes(b"\xff")
    done = await board.take()
    assert (len(done.findings), done.notes) == (3, [])
    told = " ".join(done.findings)
    assert all(words in told for words in ("is no reviewer of this desk", "no signature", "refused"))


async def test_a_removed_reviewer_speaks_no_more(board: Board, signer: SigningKey) -> None:
    announced(board.stick, signer)
    await board.take()
    (reviewer,) = board.reviewers.pinned()
    board.reviewers.remove(reviewer.tag)
    assert board.shown.texts("en", DAY) == ()


async def test_who_changes_the_file_on_the_server_changes_nothing_that_is_shown(
    board: Board, signer: SigningKey
) -> None:
    announced(board.stick, signer)
    await board.take()
    (kept,) = board.folder.iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"published", b"gave in .."))
    assert board.shown.texts("en", DAY) == ()
