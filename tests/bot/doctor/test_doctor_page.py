"""The doctor looks at the page: built, and served."""

from pathlib import Path

from bot.channels.listening import bound, bound_to
from bot.doctor.page import page
from bot.page import AFTER, BEFORE
from bot.settings import PageSettings
from tests.ports import free_port


def states(**told: object) -> list[tuple[str, str]]:
    return [(found.check, found.state) for found in page(PageSettings.model_validate(told))]


def test_a_page_that_is_not_built_or_not_served_is_told(tmp_path: Path) -> None:
    assert list(page(None)) == []
    built, port = tmp_path / "page.html", free_port()
    assert states(built=built, port=port) == [("page", "broken"), ("door", "broken")]
    built.write_text(f"{BEFORE}[]{AFTER}")
    with bound("127.0.0.1", port):
        assert states(built=built, port=port) == [("page", "ok"), ("door", "ok")]
    path = tmp_path / "page.sock"
    assert states(built=built, socket=path)[1] == ("door", "broken")
    with bound_to(path):
        assert states(built=built, socket=path)[1] == ("door", "ok")
        assert path.stat().st_mode & 0o777 == 0o660
    with bound_to(path):
        assert states(built=built, socket=path)[1] == ("door", "ok"), "what a killed server left is in no way"
