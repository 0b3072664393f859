"""The whole way: from a real browser through the chat of a real server to a reviewer without a network."""

import json
from pathlib import Path

import pytest

from demo.commands import Reviewer, Server
from demo.page import build_page, served
from tests.browser import open_page
from tests.page.conftest import on_device
from tests.page.test_page import PDF, WORDS, locked


@pytest.mark.long
def test_what_was_locked_on_the_page_is_read_offline(
    tmp_path: Path, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "true")  # nobody looks
    reviewers = [Reviewer.create(tmp_path, name) for name in ("union", "newsroom")]
    server = Server.create(tmp_path, reviewers)
    build_page()
    with (
        served(server) as address,
        open_page(address, width=390, height=844, language="es-CO", own=(address,)) as (page, visit),
    ):
        page.fill("#text", WORDS)
        page.set_input_files("#picker", on_device(tmp_path, {"IMG.jpg": photo, "a.pdf": PDF}))
        page.click("text=Enviarlo como está")
        parts = locked(page, tmp_path)
        page.click("#done button")
        page.wait_for_selector("#send:not([hidden])")
        page.fill("#text", "CANARY-SENT")
        page.click("#send")
        page.wait_for_selector(".codename", timeout=60_000)
        assert visit.requests == visit.complaints == []
    said = server.chat([*(f"/attach {part}" for part in parts), "/send", "1", "/quit"])
    assert "La parte 1 de tu paquete cerrado está aquí" in said
    stick = tmp_path / "stick"
    stick.mkdir()
    server.run("export", str(stick))
    key = server.run("server-key").split("\n", maxsplit=1)[0]
    drops = [file.stem for file in stick.glob("batch-*/*.tar")]
    assert len(drops) == 2
    for reviewer in reviewers:
        reviewer.run("import", str(stick), "--server", key, offline=True)
        shown = {each: reviewer.run("show", each, offline=True) for each in drops}
        (drop,) = (each for each in drops if "SEALED BY THE SOURCE" in shown[each])
        (sent,) = (shown[each] for each in drops if each != drop)
        assert "CANARY-SENT" in sent
        assert "channel page" in sent
        told = reviewer.run("show", drop, offline=True)
        assert "SEALED BY THE SOURCE" in told
        assert "language es, channel page." in told
        assert "CANARY-WORDS" in told
        assert "UNCHECKED" in told
        assert "UNCLEANED" in told
        assert "CLEAN\n" not in told.replace("UNCLEANED", "")
        assert "not whole" not in told
    out = tmp_path / "read"
    out.mkdir()
    reviewers[0].run("extract", drop, str(out), offline=True)
    (report,) = out.glob("*/parcel-*/report.json")
    items = json.loads(report.read_text("utf-8"))["items"]
    assert [item["cleaning"] for item in items] == ["text", "clean", "uncleaned"]
    assert (report.parent / items[2]["file"]).read_bytes() == PDF
