"""Screens and pictures for `benchmarks.marks`: hard ones without a mark, and the same with one."""

import io
import random
from collections.abc import Callable
from importlib.resources import files

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

_SIZE = (1600, 900)


def font(size: int) -> ImageFont.FreeTypeFont:
    folder = files("fontpkg_noto_sans").joinpath("files")
    name = next(each.name for each in folder.iterdir() if each.name.startswith("NotoSans["))
    return ImageFont.truetype(io.BytesIO(folder.joinpath(name).read_bytes()), size)


def sheet(chance: random.Random) -> Image.Image:
    """A spreadsheet: pale lines at one distance both ways, numbers in some of the fields."""
    screen = Image.new("RGB", _SIZE, "white")
    draw, letters = ImageDraw.Draw(screen), font(14)
    wide, high = chance.choice((64, 72, 96)), chance.choice((18, 20, 24))
    for left in range(0, 1600, wide):
        draw.line((left, 0, left, 900), fill=(225, 225, 225))
    for top in range(0, 900, high):
        draw.line((0, top, 1600, top), fill=(225, 225, 225))
        for left in range(0, 1600, wide):
            if chance.random() < 0.4:
                draw.text((left + 4, top), f"{chance.randrange(10**5)}", font=letters, fill=(30, 30, 30))
    return screen


def editor(chance: random.Random) -> Image.Image:
    """Words without end on a dark or pale ground, a line's height apart."""
    dark = chance.random() < 0.5
    screen = Image.new("RGB", _SIZE, (30, 30, 30) if dark else (253, 246, 227))
    draw, letters = ImageDraw.Draw(screen), font(chance.choice((13, 15, 18)))
    for top in range(6, 890, 22):
        words = " ".join(
            chance.choice(("if", "call", "agent", "return", "queue.open()", "== 0")) for _ in range(9)
        )
        left = 60 + 24 * chance.randrange(5)
        draw.text((left, top), words, font=letters, fill=(200, 200, 200) if dark else (80, 90, 100))
        draw.text((10, top), f"{top // 22}", font=letters, fill=(90, 90, 90) if dark else (190, 190, 180))
    return screen


def cards(chance: random.Random) -> Image.Image:
    """Boxes with a small picture and a line of words each, at one distance both ways."""
    screen = Image.new("RGB", _SIZE, (246, 247, 249))
    draw, letters = ImageDraw.Draw(screen), font(15)
    wide, high = chance.choice((200, 260, 320)), chance.choice((150, 180, 220))
    for top in range(20, 900, high):
        for left in range(20, 1600, wide):
            draw.rounded_rectangle(
                (left, top, left + wide - 20, top + high - 20), 8, fill="white", outline=(228, 230, 235)
            )
            shade = chance.randrange(120, 230)
            draw.ellipse((left + 12, top + 12, left + 52, top + 52), fill=(shade, 160, 255 - shade))
            draw.text(
                (left + 64, top + 20),
                chance.choice(("Maria", "Arben", "Jun", "Aisha")),
                font=letters,
                fill=(50, 50, 60),
            )
            for row in range(chance.randrange(1, 4)):
                draw.rectangle(
                    (
                        left + 12,
                        top + 70 + 18 * row,
                        left + chance.randrange(90, wide - 40),
                        top + 78 + 18 * row,
                    ),
                    fill=(232, 234, 238),
                )
    return screen


def scene(chance: random.Random, size: tuple[int, int] = _SIZE) -> Image.Image:
    """A photo: soft light, some edges, a sensor's noise."""
    numbers = np.random.default_rng(chance.randrange(2**32))
    coarse = Image.fromarray(numbers.integers(30, 226, (7, 10, 3)).astype(np.uint8)).resize(
        size, Image.Resampling.BICUBIC
    )
    draw = ImageDraw.Draw(coarse)
    for _ in range(25):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        draw.rectangle(
            (x, y, x + chance.randrange(20, 300), y + chance.randrange(20, 200)),
            fill=tuple(chance.randbytes(3)),
        )
    soft = np.asarray(coarse.filter(ImageFilter.GaussianBlur(1.2)), np.float32)
    return _image(soft + numbers.normal(0, chance.choice((1.5, 3, 5)), soft.shape))


def halftone(chance: random.Random) -> Image.Image:
    """A newspaper's picture: dots at a small distance, turned, over white paper."""
    gray = np.asarray(scene(chance).convert("L"), np.float32) / 255
    y, x = np.mgrid[0 : _SIZE[1], 0 : _SIZE[0]].astype(np.float32)
    angle, pitch = chance.uniform(0.2, 1.2), chance.uniform(4, 9)
    across, down = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    screen = (np.cos(2 * np.pi * across / pitch) + np.cos(2 * np.pi * down / pitch)) / 4 + 0.5
    return _image(np.where(gray > screen, 250, 20)).filter(ImageFilter.GaussianBlur(0.7))


def photo_of_screen(chance: random.Random) -> Image.Image:
    """A phone's photo of a screen: turned, its dots against the sensor's, uneven light, noise, JPEG."""
    shown = chance.choice((sheet, editor, cards))(chance)
    tilt = [chance.uniform(-60, 60) for _ in range(8)]
    corners = [
        tilt[0],
        tilt[1],
        tilt[2],
        900 + tilt[3],
        1600 + tilt[4],
        900 + tilt[5],
        1600 + tilt[6],
        tilt[7],
    ]
    turned = shown.transform(_SIZE, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
    numbers = np.random.default_rng(chance.randrange(2**32))
    y, x = np.mgrid[0 : _SIZE[1], 0 : _SIZE[0]].astype(np.float32)
    light = 0.75 + 0.2 * np.sin(x / 900 + chance.random()) * np.cos(y / 700)
    bent = x + 8 * np.sin(y / 300)
    moire = (
        chance.uniform(1, 5)
        * np.sin(2 * np.pi * bent / chance.uniform(9, 60))
        * np.sin(2 * np.pi * (y + 6 * np.sin(x / 400)) / chance.uniform(9, 60))
    )
    dots = np.asarray(turned, np.float32) * light[..., None] + moire[..., None]
    return _through_jpeg(_image(dots + numbers.normal(0, 3, dots.shape)), 88)


def wallpaper(chance: random.Random) -> Image.Image:
    """A desktop: a gradient, icons in a column, one window."""
    numbers = np.random.default_rng(chance.randrange(2**32))
    y, x = np.mgrid[0 : _SIZE[1], 0 : _SIZE[0]].astype(np.float32)
    base = np.stack(
        [60 + 100 * x / 1600, 80 + 90 * y / 900, 140 + 60 * np.sin(x / 500) * np.cos(y / 400)], -1
    )
    screen = _image(base + numbers.normal(0, 0.6, base.shape))
    draw, letters = ImageDraw.Draw(screen), font(13)
    for row in range(8):
        draw.rounded_rectangle((20, 20 + 100 * row, 68, 68 + 100 * row), 6, fill=tuple(chance.randbytes(3)))
        draw.text((14, 74 + 100 * row), chance.choice(("Mail", "Calls", "Notes")), font=letters, fill="white")
    screen.paste(editor(chance).resize((900, 506)), (400, 180))
    return screen


CLEAN: tuple[Callable[[random.Random], Image.Image], ...] = (
    sheet,
    editor,
    cards,
    scene,
    halftone,
    photo_of_screen,
    wallpaper,
)


def tiled(screen: Image.Image, chance: random.Random, opacity: float) -> Image.Image:
    """A login and a day in rows, every second row moved, over everything."""
    letters = font(chance.choice((16, 18, 22, 30)))
    place = chance.choice(("DESK", "AGENT", "BOG"))
    words = f"{place}-{chance.randrange(10**5):05} {chance.randrange(1, 29)}/11/2026"
    across, down = round(letters.getlength(words)) + chance.randrange(20, 140), chance.randrange(70, 190)
    layer = Image.new("L", (screen.width * 2, screen.height * 2), 0)
    draw = ImageDraw.Draw(layer)
    for row, top in enumerate(range(0, layer.height, down)):
        for left in range(-(row % 2) * across // 2, layer.width, across):
            draw.text((left, top), words, font=letters, fill=255)
    layer = layer.rotate(chance.choice((0, 0, 22, 30, 45, 315)), Image.Resampling.BICUBIC)
    left, top = screen.width // 2, screen.height // 2
    layer = layer.crop((left, top, left + screen.width, top + screen.height))
    bright = np.asarray(screen.convert("L")).mean() > 110
    color = (0, 0, 0) if bright else (255, 255, 255)
    mask = layer.point(lambda value: round(value * opacity))
    return Image.composite(Image.new("RGB", screen.size, color), screen, mask)


def coded(screen: Image.Image, chance: random.Random) -> Image.Image:
    """A code of squares or bars somewhere, turned, pale or blurred in some."""
    kind = chance.choice((zxingcpp.QRCode, zxingcpp.DataMatrix, zxingcpp.PDF417, zxingcpp.Code128))
    code = zxingcpp.create_barcode(f"S{chance.randrange(10**6)}/{chance.randrange(10**5)}", kind)
    dots = np.array(
        zxingcpp.write_barcode_to_image(code, scale=chance.choice((3, 4, 6)), add_quiet_zones=True)
    )
    picture = Image.fromarray(dots).convert("L")
    darkest, palest = chance.choice(((0, 255), (0, 255), (60, 200)))
    picture = picture.point(lambda value: darkest + value * (palest - darkest) // 255)
    turn = chance.choice((0, 0, 90, 8, 30))
    picture = picture.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=palest)
    picture.thumbnail((1500, 800))
    screen.paste(picture, (chance.randrange(1600 - picture.width), chance.randrange(900 - picture.height)))
    return screen.filter(ImageFilter.GaussianBlur(0.6)) if chance.random() < 0.3 else screen


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "PNG", compress_level=1)
    return out.getvalue()


def _image(dots: NDArray[np.floating]) -> Image.Image:
    return Image.fromarray(np.clip(dots, 0, 255).astype(np.uint8))


def _through_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")
