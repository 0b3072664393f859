"""The page as it is built, a desk with two reviewers in it, and what a person's device had to give away."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.keys import SignedList
from bot.page import PageDesk, read_built, with_desks
from crypto.age import HybridIdentity
from crypto.keylist import KeyList, Period, keylist_bytes, monday_of
from crypto.minisign import SigningKey
from page.build import build

DESK_ID = bytes(range(16)).hex()


@dataclass(frozen=True, slots=True)
class PageReviewer:
    """A reviewer who can open what the page seals today; `signed` is what stands in the page."""

    label: str
    root: SigningKey
    identity: HybridIdentity
    signed: SignedList


def page_reviewer(label: str, day: date) -> PageReviewer:
    root, identity = SigningKey.generate(), HybridIdentity.generate()
    start = monday_of(day)
    period = Period(start, start + timedelta(days=14), str(identity.recipient()))
    data = keylist_bytes(KeyList(root.public(), 1, day, label, (period,)))
    signed = SignedList(str(root.public()), data.decode(), root.sign(data, "key list"))
    return PageReviewer(label, root, identity, signed)


@pytest.fixture(scope="session")
def today() -> date:
    """The browser has no other clock than the machine's."""
    return datetime.now(UTC).date()


@pytest.fixture(scope="session")
def built() -> str:
    """The page with no desk in it."""
    return read_built(build())


@pytest.fixture(scope="session")
def reviewers(today: date) -> list[PageReviewer]:
    return [page_reviewer("Ana María", today), page_reviewer("Žofia-2", today)]


@pytest.fixture
def address(built: str, reviewers: list[PageReviewer], tmp_path: Path) -> str:
    """Where the page of one desk lies, as somebody has saved it."""
    return page_of(built, tmp_path, desk(*reviewers))


def desk(*reviewers: PageReviewer, short: str = "union", name: str = "the Union") -> PageDesk:
    return PageDesk(short, name, DESK_ID, tuple(each.signed for each in reviewers))


def page_of(built: str, folder: Path, *desks: PageDesk) -> str:
    file = folder / "saved page.html"
    file.write_text(with_desks(built, desks), "utf-8")
    return file.as_uri()


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A small JPEG with a camera, an owner, a place and a trailer."""
    exif = Image.Exif()
    exif[0x0110] = "CANARY-CAMERA"
    exif[0x013B] = "CANARY-OWNER"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture = Image.effect_noise((160, 120), 60).convert("RGB")
    picture.save(out, "JPEG", exif=exif, comment=b"CANARY-COMMENT", icc_profile=b"CANARY" * 30)
    return out.getvalue() + b"CANARY-TRAILER"


@pytest.fixture(scope="session")
def screenshot() -> bytes:
    """A PNG with words beside its pixels."""
    out = io.BytesIO()
    picture = Image.effect_noise((90, 60), 60).convert("RGB")
    info = PngInfo()
    info.add_text("Author", "CANARY-AUTHOR")
    picture.save(out, "PNG", pnginfo=info)
    return out.getvalue() + b"CANARY-TRAILER"


def on_device(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """Files as they lie on a person's device, by their names."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]
