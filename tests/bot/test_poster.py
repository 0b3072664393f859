"""The poster: its codes are read back from its dots, it fits the paper, and no name on it is markup."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image

from bot.cli import main
from bot.poster import Poster, PosterError, poster
from codes.languages import LANGUAGES
from crypto.age import X25519Identity
from tests.bot.conftest import Pin

WORDS = ("heavy okay place goddess faculty silver vanish hand swim indoor",)
DPI = 150
EDGE_MM = 5
"""Within this of an edge most printers put nothing."""


def made(**changes: object) -> Poster:
    plain = {"desk": "Unión de teleoperadores", "bot": "silbo_union_bot", "words": WORDS}
    return Poster(**{**plain, **changes})  # type: ignore[arg-type]


def pages(data: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def texts(data: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


@pytest.fixture(scope="module")
def whole() -> bytes:
    return poster(made(word="ballena"), LANGUAGES)


def test_each_language_has_a_page_that_fits_the_paper(whole: bytes) -> None:
    drawn = pages(whole)
    assert len(drawn) == len(LANGUAGES), "nothing runs over to another page"
    for page in drawn:
        assert page.size == pytest.approx((210 / 25.4 * DPI, 297 / 25.4 * DPI), abs=1)
        ink = np.asarray(page.convert("L")) < 200
        edge = int(EDGE_MM / 25.4 * DPI)
        ink[edge:-edge, edge:-edge] = False
        assert not ink.any(), "in the margin that printers leave white"


def test_the_codes_are_read_back_from_the_dots(whole: bytes) -> None:
    for page in pages(whole):
        found = [code.text for code in zxingcpp.read_barcodes(page)]
        assert found.count("https://t.me/silbo_union_bot") >= 2, "the large one, and some on strips"


def test_address_words_and_limits_stand_on_it_and_the_strips_name_no_desk(whole: bytes) -> None:
    for text in texts(whole):
        flat = " ".join(text.split())
        assert "Unión de teleoperadores" in flat
        assert WORDS[0] in flat
        assert "ballena" in flat
        assert flat.count("t.me/silbo_union_bot") == 10
        assert flat.count("Telegram") >= 2
        assert flat.count("Unión") == 1
    assert "Telegram puede leer el chat" in " ".join(texts(whole)[1].split())


ONION = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
"""The Tor Project's own."""


def test_the_onion_address_is_read_back_from_its_code_and_stands_in_words() -> None:
    for address, read in ((ONION, f"http://{ONION}/"), (f"http://{ONION}/w/\n", f"http://{ONION}/w/")):
        data = poster(made(word="ballena", words=WORDS * 2, onion=address), LANGUAGES)
        assert len(pages(data)) == len(LANGUAGES)
        for page, text in zip(pages(data), texts(data), strict=True):
            found = [code.text for code in zxingcpp.read_barcodes(page)]
            assert found.count(read) == 1
            assert found.count("https://t.me/silbo_union_bot") >= 2
            assert ONION in "".join(text.split())
            assert "Tor" in text


@pytest.mark.parametrize(
    "address",
    [
        "",
        "silbo.onion",
        ONION.replace("2gzy", "3gzy"),
        f"https://{ONION}",
        f"{ONION}.example",
        "a" * 56 + ".onion",
    ],
)
def test_what_is_no_onion_address_is_refused(address: str) -> None:
    """A letter wrong, and the code leads nowhere."""
    with pytest.raises(PosterError, match="no onion address"):
        poster(made(onion=address), ["en"])


def test_it_is_the_same_bytes_each_time_and_holds_no_day() -> None:
    first = poster(made(), ["es"])
    assert first == poster(made(), ["es"])
    assert b"/CreationDate" not in first or b"(D:1970" in first


def test_a_name_is_no_markup() -> None:
    name = '#read("/etc/passwd") *x* $y$ \\ @z <b> "q"'
    (text,) = texts(poster(made(desk=name), ["en"]))
    assert name in " ".join(text.split())


def test_what_does_not_fit_is_said_and_never_runs_over_to_another_page() -> None:
    with pytest.raises(PosterError, match="too much for one page"):
        poster(made(words=WORDS * 30), ["en"])
    assert len(pages(poster(made(words=WORDS * 4, word="ballena"), LANGUAGES))) == len(LANGUAGES)


@pytest.mark.parametrize("bot", ["", "a", "a b", "x" * 40, "bot\n", "bot/../x", "1bot", "ñandu_bot"])
def test_what_is_no_bot_is_refused(bot: str) -> None:
    with pytest.raises(PosterError, match="no username"):
        poster(made(bot=bot), ["en"])


def test_the_command_writes_it_for_a_desk_that_somebody_reads(
    tmp_path: Path, pin: Pin, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "silbo.toml"
    config.write_text(
        'state = "state"\nruntime = "runtime"\n[desk]\nname = "Union"\n'
        'poster_words = ["ballena", "orquídea"]\n'
    )
    (tmp_path / "state").mkdir(mode=0o700)
    out = tmp_path / "poster.pdf"
    command = ["poster", str(out), "--bot", "@silbo_bot", "--language", "es", "--config", str(config)]
    assert main(command) == 1
    assert "Nobody could read yet" in capsys.readouterr().err
    pin([X25519Identity.generate()], datetime.now(UTC).date())
    (tmp_path / "reviewers").rename(tmp_path / "state" / "reviewers")
    assert main(command) == 0
    (page,) = pages(out.read_bytes())
    codes = [code.text for code in zxingcpp.read_barcodes(page)]
    assert codes.count("https://t.me/silbo_bot?start=ballena") == 1, "the large one"
    assert "https://t.me/silbo_bot" in codes, "a strip in a pocket says no word"
    (said,) = texts(out.read_bytes())
    assert "ballena" in said
    assert "orquídea" not in said
