"""Pictures for README and docs: `./deploy.sh demo </dev/null >demo.txt`, `python -m tests.pictures demo.txt`,
then look at them. The page's are made by `tests.page.pictures`, a drop's by
`tests/admin/workspace/page/test_view.py` with `SILBO_PICTURES`, the reader's by
`tests.admin.workspace.reader.pictures`.
"""

import base64
import html
import io
import sys
import tempfile
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

from bot.poster import Poster, poster
from tests.bot.test_poster import ONION
from tests.browser import open_page

DOCS = Path(__file__).resolve().parents[1] / "docs"
SHOWN = {
    "chat": ("conversation.png", (0, 0, 850, 978)),
    "page": ("page/es-phone-2-files.png", (0, 0, 390, 448)),
    "reader": ("reader-200x60.png", (0, 0, 800, 920)),
    "case": ("case/wide-light.png", (260, 0, 960, 805)),
    "dossier": ("dossier/page-4.png", (0, 0, 530, 610)),
}
"""What README shows of which picture: left, top, right, bottom, in its dots."""

MONO = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
"""Of Debian's fonts-dejavu-core."""

PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face { font-family: mono; src: url(data:font/ttf;base64,%s) }
body { margin: 0; padding: 24px; background: #000; color: #fff; width: max-content }
pre { margin: 0; font: 16px/20px mono, sans-serif }
</style><pre>%s</pre>"""
WORDS = (
    "heavy okay place goddess faculty silver vanish hand swim indoor",
    "style ensure weasel skate aunt rabbit usual gate arrange junior",
)


def conversation(demo: str) -> Image.Image:
    """What the demo printed of the chat, as a terminal shows it."""
    lines = demo.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("== The source writes"))
    end = next(n for n, line in enumerate(lines) if n > start and line.startswith(("> /quit", "== ")))
    font = base64.b64encode(MONO.read_bytes()).decode()
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE % (font, html.escape("\n".join(lines[start : end + 1]))), "utf-8")
        with open_page(page.as_uri()) as (shown, _):
            shown.evaluate("document.fonts.ready")
            picture = shown.locator("body").screenshot()
    return Image.open(io.BytesIO(picture)).convert("L")


def a_poster() -> Image.Image:
    """In Spanish, with an onion address: the Tor Project's own stands for a desk's."""
    shown = Poster("Unión de teleoperadores", "silbo_union_bot", WORDS, "ballena", ONION)
    made = poster(shown, ("es",))
    document = pypdfium2.PdfDocument(made)
    try:
        picture: Image.Image = document[0].render(scale=75 / 72).to_pil()
    finally:
        document.close()
    return picture.convert("L")


if __name__ == "__main__":
    conversation(Path(sys.argv[1]).read_text("utf-8")).save(DOCS / "conversation.png", optimize=True)
    a_poster().save(DOCS / "poster.png", optimize=True)
    (DOCS / "readme").mkdir(exist_ok=True)
    for name, (source, box) in SHOWN.items():
        with Image.open(DOCS / source) as whole:
            part = whole.convert("RGB").crop(box).resize((440, 506), Image.Resampling.LANCZOS)
        part.quantize(256).save(DOCS / "readme" / f"{name}.png", optimize=True)
