"""Covered office documents drawn by LibreOffice, original and copy, each as twins with two secrets: where
nobody can tell the original's twins apart, nobody can tell the copy's.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # comes without types
import pytest

from scrub import engine
from tests.scrub.covered_office import CASES, OTHER, SECRET, Case

_SOFFICE = shutil.which("soffice")
_AT_ONCE = 60
_SCALE = 150 / 72

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(_SOFFICE is None, reason="left out: LibreOffice is not installed"),
]


def _documents(cases: list[Case], extension: str) -> Iterator[tuple[str, bytes]]:
    """Each case four times: its number, `a` or `b`, `o` for the original or `c` for the copy."""
    for number, case in enumerate(cases):
        for twin, secret in (("a", SECRET), ("b", OTHER)):
            original = case.data(secret)
            yield f"{number}{twin}o.{extension}", original
            yield f"{number}{twin}c.{extension}", engine.scrub(original).content


def _draw(folder: Path, names: list[str]) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(_SOFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    for first in range(0, len(names), _AT_ONCE):
        some = [str(folder / name) for name in names[first : first + _AT_ONCE]]
        subprocess.run([*command, *some], check=False, capture_output=True, timeout=600)


def _dots(pdf: Path) -> bytes | None:
    """Of the first page; None where LibreOffice could not open the document."""
    if not pdf.exists():
        return None
    document = pypdfium2.PdfDocument(pdf)
    try:
        return bytes(document[0].render(scale=_SCALE, grayscale=True).buffer)
    finally:
        document.close()


@pytest.mark.parametrize(
    ("extension", "least"), [("docx", 60), ("pptx", 5), ("xlsx", 60), ("odt", 20), ("ods", 20), ("odp", 10)]
)
def test_no_copy_can_be_told_apart_where_its_original_cannot(
    extension: str, least: int, tmp_path: Path
) -> None:
    cases = [case for case in CASES if case.name.startswith(f"{extension}:")]
    names = []
    for name, content in _documents(cases, extension):
        (tmp_path / name).write_bytes(content)
        names.append(name)
    _draw(tmp_path, names)
    covered, shown, unread = [], [], []
    for number, case in enumerate(cases):
        dots = {key: _dots(tmp_path / f"{number}{key}.pdf") for key in ("ao", "bo", "ac", "bc")}
        if dots["ac"] is None or dots["bc"] is None:
            unread.append(case.name)
        elif dots["ao"] is not None and dots["ao"] == dots["bo"]:
            covered.append(case.name)
            if dots["ac"] != dots["bc"]:
                shown.append(case.name)
    assert not shown
    assert not unread
    assert len(covered) >= least
