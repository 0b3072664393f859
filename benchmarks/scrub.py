"""Measures the scrubber by hand, beside mat2 where Debian's package is installed (an oracle, never a
dependency).

    python -m benchmarks.scrub                 speed, isolation, quality, memory
    python -m benchmarks.scrub --memory [OLD]  memory of each kind, beside a checkout of another build
    python -m benchmarks.scrub --files DIR     every file below DIR: clean, refused and why; nothing may crash
    python -m benchmarks.scrub_bars            each figure beside the bar that was set for it

Absolute numbers drift with the machine; the ratios are what counts. Large photos and videos that are encoded
anew take two threads.
"""

import argparse
import asyncio
import collections
import io
import math
import random
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import cast

import av
from av.video.stream import VideoStream
from PIL import Image, ImageChops, ImageCms, ImageFilter

from benchmarks.third_party import fetch, samples
from scrub import engine, verify
from scrub.isolation.zygote_process import ENVIRONMENT
from scrub.report import Clean, Refusal, Refused
from scrub.scrubber import Scrubber
from scrub.sniff import SNIFF_BYTES, sniff

_MAT2_LIBRARY = """
import sys, time
from libmat2 import images
paths = sys.argv[1:]
best = 0.0
for _ in range(3):
    start = time.perf_counter()
    for path in paths:
        parser = images.JPGParser(path)
        parser.output_filename = path + ".mat2.jpg"
        assert parser.remove_all()
    best = max(best, len(paths) / (time.perf_counter() - start))
print(best)
"""

_MAT2_DOCUMENT = """
import sys, time
from libmat2 import pdf
parser = pdf.PDFParser(sys.argv[1])
parser.output_filename = sys.argv[2]
parser._PDFParser__scale = 150 / 72
start = time.perf_counter()
assert parser.remove_all()
print(time.perf_counter() - start)
"""
_ALONE = """
import ctypes, gc, importlib, os, resource, sys
prefix, own = sys.argv[1:]
os.environ["OPENBLAS_NUM_THREADS"] = "1"
wire, report = (importlib.import_module(prefix + "scrub." + name) for name in ("isolation.wire", "report"))
data, choices = sys.stdin.buffer.read(), wire.pack_choices(report.Choices())
child = importlib.import_module(prefix + "scrub.isolation." + (own or "child"))
child.warm_up()
gc.collect()
ctypes.CDLL(None).malloc_trim(0)
pid = os.fork()
if pid == 0:
    try:
        os.write(1, b"%d\\n" % resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        for piece in child.scrub_task(choices, data) if own else [child.scrub_task(choices + data)]:
            assert piece
        os._exit(0)
    finally:
        os._exit(1)
_, status, usage = os.wait4(pid, 0)
assert status == 0
print(usage.ru_maxrss)
"""
_HOLDERS = {"image": "pictures", "audio": "recordings", "video": "recordings", "application": "documents"}
_DISPLAY_P3 = {  # in XYZ, adapted to D50
    b"rXYZ": (0.5151, 0.2412, -0.0011),
    b"gXYZ": (0.2920, 0.6922, 0.0419),
    b"bXYZ": (0.1571, 0.0666, 0.7841),
}
_WORDS = b"and the camera over the kitchen door has been recording since the first of March "


def make_photo(size: tuple[int, int], seed: int) -> Image.Image:
    """Smooth areas, edges and sensor noise, deterministic but for Pillow's noise: compresses like a
    phone's picture.
    """
    chance = random.Random(seed)
    small = Image.new("RGB", (64, 48))
    small.putdata([tuple(chance.randrange(20, 236) for _ in range(3)) for _ in range(64 * 48)])
    picture = small.filter(ImageFilter.GaussianBlur(2)).resize(size, Image.Resampling.BICUBIC)
    noise = Image.effect_noise(size, 6).convert("RGB")
    return ImageChops.add(picture, noise, scale=1, offset=-128)


def wide_profile() -> bytes:
    """Display P3, as phones have it: sRGB with the wider primaries, so that a conversion really happens."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for tag, place in _DISPLAY_P3.items():
        at = profile.index(tag)
        offset = int.from_bytes(profile[at + 4 : at + 8], "big")
        struct.pack_into(">3i", profile, offset + 8, *(round(each * 65536) for each in place))
    return bytes(profile.replace(b"s\0R\0G\0B", b"w\0i\0d\0e").replace(b"sRGB", b"wide"))


def encoded(image: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, **options)
    return out.getvalue()


def rate(act: Callable[[bytes], object], inputs: list[bytes]) -> float:
    """Images a second, the best of three passes: other work on the machine only ever makes it slower."""
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        for data in inputs:
            act(data)
        best = max(best, len(inputs) / (time.perf_counter() - start))
    return best


def processor_seconds(*inputs: bytes) -> list[float]:
    """The least of five turns, each with all inputs one after the other."""
    best = [math.inf] * len(inputs)
    for _ in range(5):
        for number, data in enumerate(inputs):
            start = time.process_time()
            engine.scrub(data)
            best[number] = min(best[number], time.process_time() - start)
    return best


def in_process(data: bytes) -> Clean:
    result = engine.scrub(data)
    verify.verify(result.content, result.media_type)
    return result


async def through_processes(inputs: list[bytes], children: int) -> float:
    """Images a second, the best of three passes."""
    best = 0.0
    async with Scrubber(children=children, office_to_pdf=False) as scrubber:
        for _ in range(3):
            start = time.perf_counter()
            results = await asyncio.gather(*(scrubber.scrub(data) for data in inputs))
            best = max(best, len(inputs) / (time.perf_counter() - start))
            if any(isinstance(result, Refused) for result in results):
                raise SystemExit(f"refused: {results}")
    return best


def psnr(one: Image.Image, other: Image.Image) -> float:
    histogram = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).histogram()
    squares = sum(count * (value % 256) ** 2 for value, count in enumerate(histogram))
    mean = squares / (one.width * one.height * 3)
    return 10 * math.log10(255**2 / mean) if mean else math.inf


def mat2_rates(inputs: list[bytes]) -> tuple[float, float] | None:
    """Images a second as a library (one process for all) and by the command (one process a file)."""
    if shutil.which("mat2") is None or not Path("/usr/bin/python3").exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{number}.jpg" for number in range(len(inputs))]
        for path, data in zip(paths, inputs, strict=True):
            Path(path).write_bytes(data)
        run = subprocess.run(
            ["/usr/bin/python3", "-c", _MAT2_LIBRARY, *paths], capture_output=True, text=True, check=True
        )

        def command(data: bytes) -> None:
            subprocess.run(["mat2", paths[inputs.index(data)]], capture_output=True, check=True)

        return float(run.stdout), rate(command, inputs)


_MARKS = (
    b"/Subtype/Highlight/C[1 1 0]/QuadPoints[60 %d 200 %d 60 %d 200 %d]",
    b"/Subtype/Underline/C[0 1 0]/QuadPoints[60 %d 200 %d 60 %d 200 %d]",
    b"/Subtype/Ink/InkList[[60 %d 120 %d 180 %d 200 %d]]/C[0 0 1]",
    *(b"/Subtype/Square/C[1 0 0]", b"/Subtype/Circle/C[0 0 0]/IC[1 1 1]", b"/Subtype/Text/Contents(a note)"),
    *(b"/Subtype/FreeText/Contents(some words)/DA(/F 12 Tf)", b"/Subtype/Line/L[60 %d 200 %d]/C[1 0 1]"),
    b"/Subtype/Stamp/AP<</N 4 0 R>>",
)


def _laid() -> bytes:
    """Nine annotations of as many kinds, one below the other."""
    marks = []
    for number, mark in enumerate(_MARKS):
        low, high = 80 + 70 * number, 100 + 70 * number
        places = (high, high, low, low)[: mark.count(b"%d")]
        marks.append(b"<</Type/Annot/Rect[60 %d 200 %d]/F 4%s>>" % (low, high, mark % places))
    return b"/Annots[%s]" % b"".join(marks)


def make_document(pages: int, *, marked: bool = False) -> bytes:
    """A4: three pages of letters in a built-in font for each page that is a scanner's JPEG. `marked`: all of
    them with annotations.
    """
    scan = encoded(make_photo((1240, 1754), 5).convert("L"))
    text = b"BT /F 11 Tf 13 TL 50 790 Td " + b"".join(b"(%d %s) ' " % (n, _WORDS) for n in range(58)) + b"ET"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b" ".join(b"%d 0 R" % (7 + n) for n in range(pages))),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Length 32>>stream\nq 595 0 0 842 0 0 cm /I Do Q     \nendstream",
        b"<</Type/XObject/Subtype/Image/Width 1240/Height 1754/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (len(scan), scan),
    ]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources%s"
    page += (_laid() if marked else b"") + b">>"
    resources = b"<</Font<</F 3 0 R>>/XObject<</I 6 0 R>>>>"
    bodies += [page % (5 if number % 4 == 3 else 4, resources) for number in range(pages)]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table + end


def measure_documents() -> None:
    """Pages a second and the copy's size, beside mat2's thorough mode set to our 150 dots an inch."""
    pages = 8
    data = make_document(pages)
    ours, size = pages * rate(in_process, [data]), len(in_process(data).content)
    apart = pages * asyncio.run(through_processes([data], 1))
    print(f"PDF, {pages} pages, {len(data) / 1e3:.0f} kB: engine {ours:.1f} pages/s", end="")
    print(f", through the processes {apart:.1f} pages/s, {size / 1e3:.0f} kB", flush=True)
    plain, marked = processor_seconds(make_document(pages), make_document(pages, marked=True))
    print(f"  nine annotations a page: {marked / plain:.2f}x the processor's time without", flush=True)
    if shutil.which("mat2") is None or not Path("/usr/bin/python3").exists():
        print("  left out: no mat2 program")
        return
    with tempfile.TemporaryDirectory() as folder:
        source, copy = Path(folder, "in.pdf"), Path(folder, "out.pdf")
        source.write_bytes(data)
        run = subprocess.run(
            ["/usr/bin/python3", "-c", _MAT2_DOCUMENT, str(source), str(copy)],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            print("  left out: mat2 without poppler or cairo")
            return
        theirs, their_size = pages / float(run.stdout), copy.stat().st_size
    print(f"  mat2 library {theirs:.1f} pages/s (we: {ours / theirs:.1f}x)", end="")
    print(f", {their_size / 1e3:.0f} kB (we: {size / their_size:.2f}x)", flush=True)


def measure_office() -> None:
    """Documents a second, beside mat2's command called for each: the first samples that both of us clean.

    Without LibreOffice, which would take a second or two for each on top.
    """
    if shutil.which("mat2") is None:
        print("left out: office documents, for there is no mat2 program")
        return
    with tempfile.TemporaryDirectory() as folder:
        for package in ("python-docx", "python-pptx", "python-calamine", "odfpy"):
            found = samples(fetch(package, Path(folder)), "office")
            done = (_beside_mat2(data, Path(folder, f"in{Path(name).suffix}")) for name, data in found)
            print(next(line for line in done if line), flush=True)


def _beside_mat2(data: bytes, path: Path) -> str | None:
    """None for a document that one of us does not clean."""
    path.write_bytes(data)
    clean = engine_fate(data)
    if clean is None or subprocess.run(["mat2", path], capture_output=True, check=False).returncode:
        return None

    def command(_: bytes) -> None:
        subprocess.run(["mat2", path], capture_output=True, check=True)

    theirs, ours = rate(command, [data] * 3), rate(in_process, [data] * 10)
    apart = asyncio.run(through_processes([data] * 10, 1))
    return (
        f"{clean.extension}, {len(data) / 1e3:.0f} kB: engine {ours:.0f}/s, through the processes"
        f" {apart:.0f}/s; mat2 command {theirs:.1f}/s (we: {ours / theirs:.0f}x, {apart / theirs:.0f}x)"
    )


def engine_fate(data: bytes) -> Clean | None:
    try:
        return in_process(data)
    except Refusal:
        return None


def make_sound(seconds: int) -> bytes:
    """A wandering tone with noise, one channel, as MP3."""
    chance = random.Random(1)
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as file:
        track = file.add_stream("libmp3lame", rate=44100, layout="mono")
        for second in range(seconds):
            frame = av.AudioFrame(format="s16", layout="mono", samples=44100)
            frame.sample_rate = 44100
            tone = (9000 * math.sin(at * (0.03 + second % 7 / 90)) for at in range(44100))
            frame.planes[0].update(array("h", (int(v) + chance.randrange(-900, 900) for v in tone)).tobytes())
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return out.getvalue()


def make_video(seconds: int, codec: str, container: str) -> bytes:
    """1280 x 720, 25 pictures a second, stripes that move."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        track = cast(VideoStream, file.add_stream(codec, rate=25, width=1280, height=720, pix_fmt="yuv420p"))
        for number in range(25 * seconds):
            frame = av.VideoFrame(1280, 720, "yuv420p")
            for plane in frame.planes:
                row = bytes((at // 4 + number * 3) % 256 for at in range(plane.line_size))
                plane.update(row * plane.height)
            frame.pts = number
            file.mux(track.encode(frame))
        file.mux(track.encode(None))
    return out.getvalue()


def measure_recordings() -> None:
    """How many seconds of sound or video a second of one child's time is worth, verification included."""
    rows = [("sound, MP3 to Opus", 120, make_sound(120))]
    rows.append(("video, H.264 as it is", 20, make_video(20, "libx264", "mp4")))
    rows.append(("video, MPEG-4 encoded anew", 8, make_video(8, "mpeg4", "mp4")))
    for label, seconds, data in rows:
        ours, apart = seconds * rate(in_process, [data]), seconds * asyncio.run(through_processes([data], 1))
        print(f"{label}: engine {ours:.0f}x real time, through the processes {apart:.0f}x", flush=True)


def peak_memory(data: bytes, old: Path | None = None) -> int:
    """Bytes of the largest resident set of a child that scrubs `data`, forked as the zygote forks it.

    What it shares with the zygote counts. `old`: the folder of 956e56d, which has the scrubber in its bot.
    Both have the settings of their units.
    """
    return peak_and_own(data, old)[0]


def peak_and_own(data: bytes, old: Path | None = None) -> tuple[int, int]:
    """The same, and what of it came on top of what a child has when it is forked, most of which it shares."""
    root = old or Path(__file__).resolve().parents[1]
    own = _HOLDERS.get((sniff(data[:SNIFF_BYTES]) or "").partition("/")[0], "child")
    arenas = {"MALLOC_ARENA_MAX": "2"} if old else {}
    environment = {**ENVIRONMENT, **arenas, "PYTHONPATH": str(root)}
    command = [sys.executable, "-P", "-c", _ALONE, *(("bot.", "") if old else ("", own))]
    run = subprocess.run(command, input=data, capture_output=True, env=environment, check=True)
    start, peak = (int(line) * 1024 for line in run.stdout.split())
    return peak, peak - start


def measure_memory(old: Path | None) -> None:
    photo = make_photo((4000, 3000), 1)
    turned = Image.Exif()
    turned[0x0112] = 6
    rows = [("photo", encoded(photo)), ("photo with ICC", encoded(photo, icc_profile=wide_profile()))]
    rows.append(("photo with ICC, turned", encoded(photo, icc_profile=wide_profile(), exif=turned)))
    rows += [("PDF", make_document(8)), ("PDF with annotations", make_document(8, marked=True))]
    rows += [("sound", make_sound(60)), ("video", make_video(4, "mpeg4", "mp4")), ("text", _WORDS * 100)]
    for label, data in rows:
        ours = peak_memory(data)
        print(f"{label}: peak {ours / 1e6:.0f} MB", end="")
        print(f", old build {peak_memory(data, old) / 1e6:.0f} MB" if old else "", flush=True)


def floor(data: bytes) -> bytes:
    """What libjpeg and littlecms alone take, one after the other, as Pillow calls them."""
    image = Image.open(io.BytesIO(data))
    image.load()
    profile = image.info.get("icc_profile")
    if profile is not None:
        ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), inPlace=True)
    out = io.BytesIO()
    Image.new("RGB", (1, 1))._new(image.im).save(out, "JPEG", quality=90, subsampling=2)
    return out.getvalue()


def measure() -> None:
    engine.load()
    measure_documents()
    measure_office()
    measure_recordings()
    photos = [make_photo((4000, 3000), seed) for seed in range(4)]
    for label, options in (("without ICC", {}), ("with ICC", {"icc_profile": wide_profile()})):
        inputs = [encoded(photo, **options) for photo in photos]
        ours = rate(in_process, inputs)
        print(f"12 MP JPEG {label}: engine {ours:.2f}/s", end="")
        print(f", through the processes {asyncio.run(through_processes(inputs, 1)):.2f}/s", end="")
        print(f", two children {asyncio.run(through_processes(inputs * 2, 2)):.2f}/s", flush=True)
        print(f"  the bare calls of codec and colours, one after the other: {rate(floor, inputs):.2f}/s")
        mat2 = mat2_rates(inputs)
        if mat2 is None:
            print("  left out: no mat2 program")
        else:
            library, command = mat2
            print(f"  mat2 library {library:.2f}/s (we: {ours / library:.2f}x)", end="")
            print(f", command {command:.2f}/s (we: {ours / command:.2f}x)", flush=True)

    small = [encoded(make_photo((320, 240), seed)) for seed in range(100)]
    apart, together = asyncio.run(through_processes(small, 1)), rate(in_process, small)
    print(f"isolation: {1000 / apart - 1000 / together:.1f} ms a file (two children each)")

    quality = [psnr(photo, Image.open(io.BytesIO(in_process(encoded(photo)).content))) for photo in photos]
    print(f"PSNR against the picture before its camera JPEG: median {statistics.median(quality):.1f} dB")
    source = [encoded(photo) for photo in photos]
    again = [
        psnr(Image.open(io.BytesIO(data)), Image.open(io.BytesIO(in_process(data).content)))
        for data in source
    ]
    print(f"PSNR against the input: median {statistics.median(again):.1f} dB")
    sizes = [len(in_process(data).content) / len(data) for data in source]
    print(f"size against the input: median {statistics.median(sizes):.2f}")
    print(f"same bytes twice: {all(in_process(data) == in_process(data) for data in source)}")

    del photos, source, inputs
    for turn in (1, 6):
        exif = Image.Exif()
        exif[0x0112] = turn
        tile = make_photo((2500, 2500), 9)
        huge = Image.new("RGB", (10_000, 10_000))
        for number in range(16):
            huge.paste(tile, (number % 4 * 2500, number // 4 * 2500))
        data = encoded(huge, exif=exif, icc_profile=wide_profile())
        del huge
        print(f"100 MP, orientation {turn}: peak {peak_memory(data) / 1e6:.0f} MB", flush=True)


async def sweep(folder: Path, files: list[Path]) -> None:
    """Nothing of a third-party file is printed but its name."""
    fates: collections.Counter[str] = collections.Counter()
    async with Scrubber() as scrubber:
        for path in files:
            data = await asyncio.to_thread(path.read_bytes)
            start = time.perf_counter()
            result = await scrubber.scrub(data)
            seconds = time.perf_counter() - start
            fate = result.reason if isinstance(result, Refused) else "clean"
            fates[fate] += 1
            if fate in ("crashed", "unverified", "timeout") or seconds > 5:
                print(f"{fate} {seconds:.1f} s {path.relative_to(folder)}")
    print(dict(fates.most_common()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=Path, help="scrub every file below this folder instead")
    parser.add_argument(
        "--memory", nargs="?", const=Path(), type=Path, help="memory of each kind, beside a build"
    )
    arguments = parser.parse_args()
    if arguments.memory is not None:
        measure_memory(arguments.memory if arguments.memory != Path() else None)
    elif arguments.files:
        found = sorted(path for path in arguments.files.rglob("*") if path.is_file())
        asyncio.run(sweep(arguments.files, found))
    else:
        measure()
    print(
        f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
        file=sys.stderr,
    )
