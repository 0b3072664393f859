"""A poster of a desk, to print: how to write to it, in six languages, with codes for a phone's camera.

Set by typst from data alone, with fonts from packages and none of the machine: the same poster gives the same
bytes. The strips at its foot hold the address and nothing else, so that one in a pocket says little; the
large code has the desk's word behind it, where a link can: whoever stands before the poster need not type it.
"""

import base64
import hashlib
import io
import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import segno
import typst

from bot.dialogue import catalogues
from bot.poster_words import plain

STRIPS = 9
FONTS = {
    "Noto Sans": ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    "Noto Sans Devanagari": ("fontpkg_noto_sans_devanagari", "NotoSansDevanagari[wdth,wght].ttf"),
}
BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,30}[A-Za-z0-9]")
"""A bot's username (https://core.telegram.org/bots/features#username)."""
ONION = re.compile(r"(?:http://)?([a-z2-7]{56}\.onion)(/[A-Za-z0-9._/-]{0,32})?")
_LINKED = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EPOCH = 0
_PAGE = re.compile(rb"/Type\s*/Page[^s]")

_SHEET = """
#let d = json(bytes(sys.inputs.poster))
#let code(svg, size) = image(bytes(svg), format: "svg", width: size)
#let small(words) = text(10pt, fill: luma(70), words)
#let strips = grid(columns: (1fr,) * STRIPS, stroke: (dash: "dashed", thickness: 0.5pt), inset: 4pt,
  ..range(STRIPS).map(_ => align(center + horizon,
    rotate(-90deg, reflow: true, box(width: 4.8cm, height: 1.5cm, align(center + horizon,
      grid(columns: (1.5cm, auto), column-gutter: 3pt, align: horizon, code(d.strip, 1.5cm),
        text(8.5pt, d.address))))))))
#set document(title: "Silbo", date: none)
#set page(paper: "a4", margin: (x: 1.6cm, top: 1.4cm, bottom: 6.4cm), footer: strips, footer-descent: 0.3cm)
#set text(font: FAMILIES, size: 12pt, fallback: false)
#set par(leading: 0.55em)
#for (number, page) in d.pages.enumerate() {
  if number > 0 { pagebreak() }
  set text(lang: page.language)
  text(22pt, weight: "bold", page.title)
  v(0.1em)
  text(13pt, page.how)
  v(0.2em)
  grid(columns: (4.8cm, 1fr), column-gutter: 1cm, align: horizon,
    code(d.code, 4.8cm),
    {
      text(18pt, weight: "bold", d.address)
      for (what, which) in page.facts {
        v(0.3em)
        small(what)
        linebreak()
        text(14pt, weight: "bold", which)
      }
    })
  if d.onion != none {
    v(0.1em)
    grid(columns: (4.8cm, 1fr), column-gutter: 1cm, align: horizon,
      align(center, code(d.onion.code, 3.6cm)),
      {
        small(page.onion)
        for line in d.onion.lines { linebreak(); text(13pt, weight: "bold", line) }
      })
  }
  v(0.2em)
  block(stroke: 1.2pt, inset: 10pt, radius: 5pt, width: 100%, {
    text(14pt, weight: "bold", page.before)
    for rule in page.rules { par(hanging-indent: 0.8em, [• ] + rule) }
  })
  v(0.2em)
  small(page.words)
  for ten in d.words { linebreak(); text(11pt, weight: "bold", ten) }
}
"""


class PosterError(Exception):
    """A poster can't be made; one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it: the desk's name, the bot's username, the ten words of each root that can read, the
    word that the desk asks for, if it asks for one; the address of the page's onion service, if there is one.
    """

    desk: str
    bot: str
    words: Sequence[str]
    word: str | None = None
    onion: str | None = None


def poster(of: Poster, languages: Sequence[str]) -> bytes:
    """The PDF, a page a language. Raises PosterError for a name or an address that is none."""
    if not BOT.fullmatch(of.bot):
        raise PosterError("That is no username of a bot: letters, digits and _, as in t.me/NAME.")
    onion = None if of.onion is None else _onion(of.onion)
    messages = catalogues.load()
    address = f"t.me/{of.bot}"
    pages = []
    for language in languages:
        pick = messages[language].messages.gettext
        facts = [(pick("poster_search"), f"@{of.bot}")]
        if of.word is not None:
            facts.append((pick("poster_word"), of.word))
        pages.append(
            {
                "language": language,
                "title": pick("poster_title").format(desk=of.desk),
                "how": pick("poster_how"),
                "facts": facts,
                "before": pick("poster_before"),
                "rules": pick("poster_rules").split("\n"),
                "onion": pick("poster_onion"),
                "words": pick("poster_words").format(readers=pick("button_readers")),
            }
        )
    data = {
        "pages": pages,
        "address": address,
        "code": _code(f"https://{address}{_link(of.word)}"),
        "strip": _code(f"https://{address}", error="l"),
        "words": list(of.words),
        "onion": onion,
    }
    made = _set(json.dumps(data))
    if len(_PAGE.findall(made)) != len(pages):
        raise PosterError("That is too much for one page: a shorter name, or fewer reviewers.")
    return made


def is_onion(untrusted_host: str) -> bool:
    """Whether it is a name that tor made: 32 bytes of a key, 2 that check it, and the version (rend-spec-v3,
    "Encoding onion addresses"). One wrong letter would lead nowhere, or to somebody else.
    """
    try:
        raw = base64.b32decode(untrusted_host.removesuffix(".onion").upper())
    except ValueError:
        return False
    key, check, version = raw[:32], raw[32:34], raw[34:]
    checked = hashlib.sha3_256(b".onion checksum" + key + version).digest()[:2]
    return (
        f"{base64.b32encode(raw).decode().lower()}.onion" == untrusted_host
        and check == checked
        and version == b"\3"
    )


def _onion(untrusted_address: str) -> dict[str, object]:
    """Its code and the lines on which it stands. Raises PosterError."""
    found = ONION.fullmatch(untrusted_address.strip())
    if found is None or not is_onion(found[1]):
        raise PosterError("That is no onion address: 56 letters and digits and .onion, as tor made it.")
    host, path = found[1], found[2] or "/"
    lines = [host[:28], host[28:] + ("" if path == "/" else path)]
    return {"code": _code(f"http://{host}{path}"), "lines": lines}


def _link(word: str | None) -> str:
    """The word as a link to a bot can hold it (https://core.telegram.org/bots/features#deep-linking)."""
    spelt = plain(word or "")
    return f"?start={spelt}" if _LINKED.fullmatch(spelt) else ""


def _code(text: str, error: str = "q") -> str:
    """A QR code as SVG, with its quiet zone; correction Q, because posters get wet, but for small ones."""
    drawn = io.BytesIO()
    segno.make(text, error=error, micro=False, boost_error=False).save(
        drawn, kind="svg", border=4, xmldecl=False, svgclass=None
    )
    return drawn.getvalue().decode()


def _set(data: str) -> bytes:
    families = "(" + ", ".join(json.dumps(name) for name in FONTS) + ")"
    sheet = _SHEET.replace("FAMILIES", families).replace("STRIPS", str(STRIPS))
    compiler: Any = typst.Compiler  # its hints allow no list of folders
    with tempfile.TemporaryDirectory(prefix="silbo-poster-") as place:
        for number, (package, name) in enumerate(FONTS.values()):
            (Path(place) / f"{number}.ttf").write_bytes(files(package).joinpath("files", name).read_bytes())
        try:
            made = compiler(
                sheet.encode(),
                root=place,
                font_paths=[place],
                ignore_system_fonts=True,
                sys_inputs={"poster": data},
            ).compile(format="pdf", timestamp=_EPOCH)
        except typst.TypstError:
            raise PosterError("The poster could not be set.") from None
    if not isinstance(made, bytes):
        raise PosterError("The poster could not be set.")
    return made
