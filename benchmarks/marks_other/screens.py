"""Screens of 1920 x 1080 with a session's words over all of it, or with a code of squares."""

import io
import random
from importlib.resources import files

import segno
from PIL import Image, ImageDraw, ImageFont


def _font(size: int) -> ImageFont.FreeTypeFont:
    found = sorted(each.name for each in files("fontpkg_noto_sans").joinpath("files").iterdir())
    name = next(name for name in found if name.endswith(".ttf") and "Italic" not in name)
    content = files("fontpkg_noto_sans").joinpath("files", name).read_bytes()
    return ImageFont.truetype(io.BytesIO(content), size)


def marked_screen(kind: str, seed: int, opacity: float = 0.03) -> bytes:
    """A PNG; `kind`: tile or code. `opacity` of the tiled words, 0 to 1."""
    chance = random.Random(f"other {kind} {seed}")
    screen = _screen(chance)
    if kind == "tile":
        screen = _tiled(screen, chance, opacity)
    else:
        _coded(screen, chance)
    out = io.BytesIO()
    screen.save(out, "PNG")
    return out.getvalue()


def _screen(chance: random.Random) -> Image.Image:
    """A help desk's program: a bar, a list of calls, a form, and a picture in some."""
    dark = chance.random() < 0.3
    paper, ink, pale = (
        ((32, 34, 37), (220, 221, 222), (54, 57, 63)) if dark else ((255,) * 3, (40,) * 3, (240, 242, 245))
    )
    screen = Image.new("RGB", (1920, 1080), paper)
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, 1920, 48), fill=(0, 82, 155))
    draw.rectangle((0, 48, 280, 1080), fill=pale)
    small = _font(15)
    for row in range(14):
        draw.text((24, 70 + 34 * row), f"Queue {chance.randrange(100, 999)}", font=small, fill=ink)
    height = chance.choice((26, 32, 40))
    for row in range((1080 - 80) // height):
        top = 70 + row * height
        draw.line((300, top, 1900, top), fill=pale)
        for column in range(6):
            word = chance.choice(
                ("open", "closed", "waits", f"{chance.randrange(1000, 99999)}", "call back", "billing")
            )
            draw.text((310 + 260 * column, top + 5), word, font=small, fill=ink)
    if chance.random() < 0.4:
        noise = Image.frombytes("L", (64, 48), chance.randbytes(64 * 48)).resize(
            (640, 480), Image.Resampling.BICUBIC
        )
        screen.paste(noise.convert("RGB"), (1200, 500))
    return screen


def _tiled(screen: Image.Image, chance: random.Random, opacity: float) -> Image.Image:
    """As the virtual desktops do it: a small stamp of two lines, turned, over everything at one distance."""
    user = f"{chance.choice(('mgarcia', 'tlopez', 'aishah', 'jdcruz'))}{chance.randrange(1000)}"
    words = f"{user}\n10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"
    stamp = Image.new("L", (260, 160), 0)
    ImageDraw.Draw(stamp).text((20, 50), words, font=_font(chance.choice((20, 24, 28))), fill=255)
    stamp = stamp.rotate(chance.choice((0, 30, 45)), Image.Resampling.BICUBIC, expand=True)
    layer = Image.new("L", screen.size, 0)
    across, down = stamp.width + chance.randrange(20, 120), stamp.height + chance.randrange(20, 120)
    for row, top in enumerate(range(-down, 1080, down)):
        for left in range(-across - (across // 2 if row % 2 else 0), 1920, across):
            layer.paste(stamp, (left, top))
    dark = screen.convert("L").tobytes()[600 * 1920 + 5] < 100
    color = (255, 255, 255) if dark else chance.choice(((128, 128, 128), (0, 0, 0), (255, 0, 0)))
    mask = layer.point(lambda value: round(value * opacity))
    return Image.composite(Image.new("RGB", screen.size, color), screen, mask)


def _coded(screen: Image.Image, chance: random.Random) -> None:
    code = segno.make_qr(f"S{chance.randrange(10**9):09}/{chance.randrange(10**6)}")
    out = io.BytesIO()
    code.save(out, kind="png", scale=chance.choice((2, 3, 4)), border=4)
    picture = Image.open(io.BytesIO(out.getvalue())).convert("RGB")
    screen.paste(picture, (chance.randrange(300, 1700), chance.randrange(60, 880)))
