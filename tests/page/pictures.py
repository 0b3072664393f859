"""Pictures of every screen of the page, for docs/page: `python -m tests.page.pictures`; then look at them."""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from bot.page import read_built
from bot.store.mailboxes import NewReply
from crypto.codename import Codename, parse, root
from crypto.codename_digits import parse as parse_digits
from crypto.codename_digits import root as root_of_digits
from crypto.reply import Reply, seal_reply
from page.build import build
from tests.browser import PHONE, WIDE, Look, faults_of, open_page
from tests.page.conftest import PageReviewer, desk, on_device, page_of, page_reviewer
from tests.page.test_door import Serving, serving

ANSWER = {
    "en": "We have it. Since when is the camera there?",
    "es": "Lo recibimos. ¿Desde cuándo está la cámara?",
    "hi": "हमें मिल गया। कैमरा कब से है?",
}
DOCS = Path(__file__).resolve().parents[2] / "docs" / "page"
TESTIMONY = {
    "en": "They sent us eight pages. A camera will watch my bedroom.",
    "es": "Nos mandaron un anexo de ocho páginas. Una cámara va a mirar mi cuarto.",
    "hi": "उन्होंने हमें आठ पन्ने भेजे। एक कैमरा मेरे कमरे को देखेगा।",
}


def screens(page: Page, folder: Path, language: str) -> Iterator[str]:
    """Go through the page; stops at every screen that a person sees."""
    page.wait_for_selector("#desk-choice label")
    yield "1-begin"
    page.click("#desk-choice label")
    page.click("summary")
    page.fill("#text", TESTIMONY[language])
    exif = Image.Exif()
    exif[0x0110], exif[0x013B], exif[0x9003] = "a camera", "Maria", "2026:11:30 08:15:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (4.0, 36.0, 0.0), 3: "W", 4: (74.0, 5.0, 1.5)})
    photo = io.BytesIO()
    Image.effect_noise((160, 120), 60).convert("RGB").save(photo, "JPEG", exif=exif)
    files = {"IMG_2041.jpg": photo.getvalue(), "anexo.pdf": b"%PDF-1.7", "nota.ogg": b"OggS"}
    page.set_input_files("#picker", on_device(folder, files))
    page.wait_for_selector("#files li:nth-child(3) .waiting")
    yield "2-files"
    page.click("#files li:has(.clean) button")
    page.click(".paint .row button")
    page.fill(".paint input[name=left]", "0.6")
    page.locator(".paint").scroll_into_view_if_needed()
    yield "2-paint"
    page.click(".paint .row:last-child button")
    page.wait_for_selector("#files .clean")
    for _ in range(2):
        page.click("#files li:has(.waiting) button")
    page.click("#lock")
    page.wait_for_selector("#done h2", timeout=60_000)
    page.click(".parts a")
    yield "3-locked"
    page.click("#done > button")
    page.fill("#text", TESTIMONY[language])
    page.click("#keep summary")
    page.click("#save")
    page.wait_for_selector("#saved .codename", timeout=60_000)
    yield "3-saved"


def door_screens(
    page: Page, folder: Path, server: Serving, reviewer: PageReviewer, language: str
) -> Iterator[str]:
    """The same page where its server takes what is sent: sent, answered, read with the codename."""
    page.wait_for_selector("#send:not([hidden])")
    page.click("#ways summary")
    page.fill("#text", TESTIMONY[language])
    page.set_input_files("#picker", on_device(folder, {"anexo.pdf": b"%PDF-1.7"}))
    page.wait_for_selector("#files .waiting")
    yield "4-door"
    page.click("#files .row button:last-child")
    page.click("#send")
    page.wait_for_selector(".codename", timeout=60_000)
    yield "5-sent"
    codename = page.inner_text(".codename")
    digits = parse_digits(codename)
    opens = parse(codename, language) if digits is None else digits
    box = (root(opens) if isinstance(opens, Codename) else root_of_digits(opens)).mailbox(server.desk_id)
    reply = Reply(
        reviewer.root.public(), box.id, 1, server.today, language, ANSWER[language], b"0123456789abcdef"
    )
    sealed = seal_reply(reply, str(box.reply_identity.recipient()), reviewer.root)
    new = NewReply(hashlib.sha256(sealed).digest(), box.address, reply.token_digest)
    server.run(server.store.mailboxes.deliver(new, sealed, server.today))
    page.click("#done button")
    page.click("#back summary")
    page.fill("#words", codename)
    page.click("#enter")
    page.wait_for_selector("article", timeout=60_000)
    page.click("article button")
    page.click("#mail summary")
    yield "6-answers"


def address_of(folder: Path) -> str:
    """A page of two desks, as somebody has saved it."""
    today = datetime.now(UTC).date()
    people = [page_reviewer(label, today) for label in ("Ana María", "Žofia", "Press 2")]
    first, second = desk(*people[:2]), desk(people[2], short="press", name="La Prensa")
    return page_of(read_built(build()), folder, first, second)


def looks() -> Iterator[tuple[str, str, Look]]:
    """The name of a picture's kind, its language, how it is looked at."""
    for language in TESTIMONY:
        yield f"{language}-phone", language, {**PHONE, "language": language}
        yield f"{language}-wide", language, {**WIDE, "language": language}
    yield "es-dark", "es", Look(width=390, height=844, dark=True, language="es")
    yield "en-narrow", "en", Look(width=320, height=640, language="en")  # 640 at 200 %


def saving_faults(folder: Path, language: str, look: Look) -> list[str]:
    """The same of "Stop here, go on later", closed and open."""
    found = []
    with open_page(address_of(folder), **look) as (page, visit):
        page.wait_for_selector("#desk-choice label")
        page.fill("#text", "...")
        page.click("#keep summary")
        for step in ("before", "after"):
            found += [f"{step}: {fault}" for fault in faults_of(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{step}: wider than the window")
            if step == "before":
                page.click("#save")
                page.wait_for_selector("#saved .codename", timeout=60_000)
        return found + visit.requests + visit.complaints


def faults(folder: Path, language: str, look: Look) -> list[str]:
    """What axe-core finds on any screen, and what reaches beyond the window's width."""
    found = []
    with open_page(address_of(folder), **look) as (page, visit):
        for screen in screens(page, folder, language):
            found += [f"{screen}: {fault}" for fault in faults_of(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{screen}: wider than the window")
        found += visit.requests + visit.complaints
    found += door_faults(folder, language, look)
    return found


def door_faults(folder: Path, language: str, look: Look) -> list[str]:
    """The same of the screens of a served page."""
    found = []
    with (
        served(folder) as (server, reviewer),
        open_page(server.address, **look, own=(server.address,)) as (
            page,
            visit,
        ),
    ):
        for screen in door_screens(page, folder, server, reviewer, language):
            found += [f"{screen}: {fault}" for fault in faults_of(page)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{screen}: wider than the window")
        return found + visit.requests + visit.complaints


@contextmanager
def served(folder: Path) -> Iterator[tuple[Serving, PageReviewer]]:
    today = datetime.now(UTC).date()
    people = [page_reviewer(label, today) for label in ("Ana María", "Žofia")]
    with (
        TemporaryDirectory(dir=folder) as name,
        serving(read_built(build()), Path(name), people, today) as server,
    ):
        yield server, people[0]


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = address_of(folder)
        for kind, language, look in looks():
            with open_page(address, **look) as (page, _):
                for screen in screens(page, folder, language):
                    save(page, f"{kind}-{screen}")
            with (
                served(folder) as (server, reviewer),
                open_page(server.address, **look, own=(server.address,)) as (page, _),
            ):
                for screen in door_screens(page, folder, server, reviewer, language):
                    save(page, f"{kind}-{screen}")


def save(page: Page, name: str) -> None:
    page.evaluate("scrollTo(0, 0)")
    picture = io.BytesIO(page.screenshot(full_page=True, animations="disabled"))
    with Image.open(picture) as image:
        image.convert("P", palette=Image.Palette.ADAPTIVE, colors=32).save(
            DOCS / f"{name}.png", optimize=True
        )


if __name__ == "__main__":
    main()
