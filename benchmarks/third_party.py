"""Scrubs the sample files that well-known libraries ship in their PyPI source archives, and has others judge.

    python benchmarks/third_party.py FOLDER                 all kinds
    python benchmarks/third_party.py FOLDER --kind office   one of image, pdf, office, media, text

Archives are fetched into FOLDER (kept for the next run, never committed) and checked by the index's SHA-256.
Nothing may crash. Of every clean copy an independent judge tells what it still finds: exiftool, mat2, qpdf
and ffprobe, whichever is installed. Printed are file names, codes and names of tags, never a value.
"""

import argparse
import asyncio
import collections
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from scrub.report import Clean, Refused
from scrub.scrubber import Scrubber

PACKAGES = {
    "image": "pillow pillow-heif scikit-image imageio puremagic filetype",
    "pdf": "pikepdf ocrmypdf pymupdf pypdf pdf2docx",
    "office": "python-docx python-pptx oletools odfpy odfdo unoconv python-calamine",
    "media": "mutagen hachoir beets pymediainfo pytaglib",
    "text": "mail-parser webvtt-py pysrt chardet charset-normalizer eml-parser extract-msg "
    "py7zr rarfile libarchive-c",
}
SUFFIXES = {
    "image": "jpg jpeg jpe png gif webp tif tiff bmp dib heic heif avif hif mpo apng jxl ico icns psd svg",
    "pdf": "pdf",
    "office": "docx docm dotx xlsx xlsm xltx pptx pptm ppsx odt ods odp ott doc xls ppt",
    "media": "mp3 ogg oga opus flac wav m4a aac amr mp4 mov m4v webm mkv avi 3gp aiff wma",
    "text": "txt csv srt vtt eml msg zip 7z rar gz bz2 xz tar html htm xml json",
}
MAX_FILES = 400
"""Of one package: xlsxwriter alone ships two thousand."""

_STRUCTURE = frozenset(
    """
    SourceFile Directory FileName FileSize FileModifyDate FileAccessDate FileInodeChangeDate
    FilePermissions FileType FileTypeExtension MIMEType ExifToolVersion ImageWidth ImageHeight ImageSize
    Megapixels EncodingProcess BitsPerSample ColorComponents YCbCrSubSampling JFIFVersion ResolutionUnit
    XResolution YResolution BitDepth ColorType Compression Filter Interlace AnimationFrames
    AnimationPlays PDFVersion Linearized PageCount OpusVersion AudioChannels SampleRate OutputGain
    MajorBrand MinorVersion CompatibleBrands MovieHeaderVersion CreateDate ModifyDate TimeScale Duration
    PreferredRate PreferredVolume PreviewTime PreviewDuration PosterTime SelectionTime SelectionDuration
    CurrentTime NextTrackID TrackHeaderVersion TrackCreateDate TrackModifyDate TrackID TrackDuration
    TrackLayer TrackVolume MatrixStructure GraphicsMode OpColor CompressorID SourceImageWidth
    SourceImageHeight VideoFrameRate MediaHeaderVersion MediaCreateDate MediaModifyDate MediaTimeScale
    MediaDuration MediaLanguageCode HandlerType Balance AudioFormat AudioBitsPerSample AudioSampleRate
    MediaDataSize MediaDataOffset AvgBitrate Rotation ZipRequiredVersion ZipBitFlag ZipCompression
    ZipModifyDate ZipCRC ZipCompressedSize ZipUncompressedSize ZipFileName MIMEEncoding Newlines
    LineCount WordCount RowCount ColumnCount Delimiter Quoting ByteOrderMark Vendor
    """.split()  # noqa: SIM905 -- a list of names reads better so
)
"""What exiftool tells of any file of these types; dates among them are looked at by value."""


def fetch(package: str, folder: Path) -> Path:
    """The newest source archive of `package`, from the index that pip uses."""
    cached = sorted(folder.glob(f"{package}@*"))
    if cached:
        return cached[-1]
    from pip._internal.models.index import PyPI  # noqa: PLC0415 -- the index's address is pip's to know

    request = urllib.request.Request(
        f"{PyPI.simple_url}/{package}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    sources = [
        file for file in files if file["filename"].endswith((".tar.gz", ".zip")) and not file["yanked"]
    ]
    with urllib.request.urlopen(sources[-1]["url"], timeout=300) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != sources[-1]["hashes"]["sha256"]:
        raise SystemExit(f"{package}: the archive is not what the index says")
    target = folder / f"{package}@{sources[-1]['filename']}"
    target.write_bytes(content)
    return target


def samples(archive: Path, kind: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of the files of `kind`, at most MAX_FILES, evenly spread."""
    wanted = tuple(f".{suffix}" for suffix in SUFFIXES[kind].split())
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if name.lower().endswith(wanted)]
            for name in names[:: len(names) // MAX_FILES + 1]:
                yield name, opened.read(name)
        return
    with tarfile.open(archive) as packed:
        members = [m for m in packed.getmembers() if m.isfile() and m.name.lower().endswith(wanted)]
        for member in members[:: len(members) // MAX_FILES + 1]:
            file = packed.extractfile(member)
            if file is not None:
                yield member.name, file.read()


def judge(clean: Clean, folder: Path) -> list[str]:
    """What independent programs find in a copy, as `program: name of what`."""
    path = folder / f"copy.{clean.extension}"
    path.write_bytes(clean.content)
    found = []
    if shutil.which("exiftool"):
        run = subprocess.run(["exiftool", "-j", "-a", path], capture_output=True, text=True, check=False)
        tags = json.loads(run.stdout or "[{}]")[0]
        found += [f"exiftool: {tag}" for tag, value in tags.items() if _tells(tag, value)]
    if shutil.which("mat2") and clean.extension not in ("eml", "csv", "srt", "vtt"):
        run = subprocess.run(["mat2", "--show", path], capture_output=True, text=True, check=False)
        lines = run.stdout.splitlines()[1:]
        tags = [line.strip().partition(": ") for line in lines if line.startswith("  ")]
        found += [
            f"mat2: {tag}"
            for tag, _, value in tags
            if (tag, value) not in _MAT2_STRUCTURE and _tells(tag, value)
        ]
    if clean.extension == "pdf" and shutil.which("qpdf"):
        run = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
        found += ["qpdf: not well-formed"] * (run.returncode != 0)
    if clean.extension in ("mp4", "ogg") and shutil.which("ffprobe"):
        options = ["-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json"]
        run = subprocess.run(["ffprobe", *options, path], capture_output=True, text=True, check=False)
        report = json.loads(run.stdout or "{}")
        for part in (report.get("format", {}), *report.get("streams", []), *report.get("chapters", [])):
            found += [f"ffprobe: {tag}" for tag in part.get("tags", {}) if tag not in _PROBE_STRUCTURE]
        found += ["ffprobe: an error"] * bool(run.stderr.strip() or run.returncode)
    return found


_PROBE_STRUCTURE = frozenset(
    ("major_brand", "minor_version", "compatible_brands", "language", "vendor_id", "handler_name")
)

_MAT2_STRUCTURE = frozenset(
    (("format", "PDF-1.4"), ("creation-date", "-1"), ("mod-date", "-1"), ("create_system", "Weird"))
)


def _tells(tag: str, value: object) -> bool:
    if tag.endswith("Date") and not tag.startswith("File"):
        return str(value) not in ("0000:00:00 00:00:00", "1980:01:01 00:00:00")
    return tag not in _STRUCTURE


async def run(kind: str, folder: Path) -> None:
    fates: collections.Counter[str] = collections.Counter()
    findings: collections.Counter[str] = collections.Counter()
    async with Scrubber() as scrubber:
        for package in PACKAGES[kind].split():
            try:
                archive = await asyncio.to_thread(fetch, package, folder)
            except (OSError, LookupError) as error:
                print(f"left out: {package} ({type(error).__name__})")
                continue
            found = list(samples(archive, kind))
            print(f"{package}: {len(found)} files", flush=True)
            for name, data in found:
                start = time.perf_counter()
                result = await scrubber.scrub(data)
                seconds = time.perf_counter() - start
                fate = result.reason if isinstance(result, Refused) else "clean"
                fates[fate] += 1
                if fate in ("crashed", "unverified", "timeout") or seconds > 10:
                    print(f"{fate} {seconds:.1f} s {package} {name}", flush=True)
                if isinstance(result, Clean):
                    with tempfile.TemporaryDirectory() as place:
                        told = await asyncio.to_thread(judge, result, Path(place))
                    findings.update(f"{result.extension} {what}" for what in told)
    print(f"{kind}: {sum(fates.values())} files: {dict(fates.most_common())}")
    print(f"  judges: {dict(findings.most_common()) or 'found nothing'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", choices=PACKAGES)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in ("exiftool", "mat2", "qpdf", "ffprobe") if not shutil.which(name)]
    if missing:
        print(f"left out, not installed: {', '.join(missing)}", file=sys.stderr)
    for kind in [arguments.kind] if arguments.kind else PACKAGES:
        asyncio.run(run(kind, arguments.folder))


if __name__ == "__main__":
    main()
