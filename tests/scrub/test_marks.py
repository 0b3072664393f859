"""Every place where a mark can hide: the mark is gone from the output, and its kind is told."""

import io
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from scrub.report import Clean

CANARY = b"CANARY-silbo-4f1d7a"
PLACE = (4_567_891, 1_000_003)  # a position as a fraction that no encoder would write by chance
EXIFTOOL = shutil.which("exiftool") or shutil.which(
    "exiftool", path=str(Path(__file__).resolve().parents[2] / ".tools" / "bin")
)


class Mark(NamedTuple):
    """`data` carries one hidden thing; `kinds` must be told. `host`: the format it is in."""

    host: str
    name: str
    data: bytes
    kinds: frozenset[str]


def _exif(
    *,
    main: dict[int, bytes] | None = None,
    sub: dict[int, bytes] | None = None,
    gps: bool = False,
    thumbnail: bytes = b"",
    order: str = "<",
) -> bytes:
    """A TIFF block with ASCII/UNDEFINED entries, an EXIF and a GPS directory, and a thumbnail as second
    directory.
    """
    mark = b"II*\0" if order == "<" else b"MM\0*"
    block = bytearray(mark + struct.pack(order + "I", 8))

    def directory(entries: list[tuple[int, int, int, bytes]], following: bool = False) -> list[int]:
        """Returns where each entry's value or offset is; values come right after the directory."""
        start = len(block)
        block.extend(struct.pack(order + "H", len(entries)) + bytes(12 * len(entries) + 4))
        places = []
        for index, (tag, kind, count, value) in enumerate(sorted(entries)):
            at = start + 2 + 12 * index
            struct.pack_into(order + "HHI", block, at, tag, kind, count)
            places.append(at + 8)
            if len(value) <= 4:
                block[at + 8 : at + 8 + len(value)] = value
            else:
                struct.pack_into(order + "I", block, at + 8, len(block))
                block.extend(value + b"\0" * (len(value) % 2))
        if following:
            struct.pack_into(order + "I", block, start + 2 + 12 * len(entries), len(block))
        return places

    texts = [(tag, 7 if tag > 37000 else 2, len(value), value) for tag, value in (main or {}).items()]
    pointers = [(tag, 4, 1, b"") for tag, wanted in ((34665, bool(sub)), (34853, gps)) if wanted]
    places = dict(
        zip(
            sorted(tag for tag, *_ in texts + pointers),
            directory(texts + pointers, bool(thumbnail)),
            strict=True,
        )
    )
    if thumbnail:
        first = len(block) + 2 + 12 * 2 + 4
        directory(
            [
                (513, 4, 1, struct.pack(order + "I", first)),
                (514, 4, 1, struct.pack(order + "I", len(thumbnail))),
            ]
        )
        block.extend(thumbnail)
    if sub:
        struct.pack_into(order + "I", block, places[34665], len(block))
        directory([(tag, 7 if tag in (37500, 37510) else 2, len(value), value) for tag, value in sub.items()])
    if gps:
        struct.pack_into(order + "I", block, places[34853], len(block))
        angle = struct.pack(order + "6I", 4, 1, 36, 1, *PLACE)
        directory([(1, 2, 2, b"N\0"), (2, 5, 3, angle), (3, 2, 2, b"W\0"), (4, 5, 3, angle)])
    return bytes(block)


_TEXT = CANARY + b"\0"
_WIDE = CANARY.decode().encode("utf-16-le") + b"\0\0"
_EXIF_MARKS: dict[str, tuple[bytes, str]] = {
    "make": (_exif(main={271: _TEXT}), "device"),
    "model": (_exif(main={272: _TEXT}, order=">"), "device"),
    "host computer": (_exif(main={316: _TEXT}), "device"),
    "body serial": (_exif(sub={42033: _TEXT}), "device"),
    "lens model": (_exif(sub={42036: _TEXT}), "device"),
    "lens serial": (_exif(sub={42037: _TEXT}), "device"),
    "date": (_exif(main={306: b"2026:11:21 21:28:00 " + _TEXT}), "date"),
    "date taken": (_exif(sub={36867: b"2026:11:21 21:28:00 " + _TEXT}), "date"),
    "fraction of a second": (_exif(sub={37521: _TEXT}), "date"),
    "time zone": (_exif(sub={36881: b"-05:00 " + _TEXT}, order=">"), "date"),
    "artist": (_exif(main={315: _TEXT}), "author"),
    "copyright": (_exif(main={33432: _TEXT}), "author"),
    "owner": (_exif(sub={42032: _TEXT}), "author"),
    "Windows author": (_exif(main={40093: _WIDE}), "author"),
    "software": (_exif(main={305: _TEXT}), "software"),
    "description": (_exif(main={270: _TEXT}), "description"),
    "Windows title": (_exif(main={40091: _WIDE}), "description"),
    "Windows keywords": (_exif(main={40094: _WIDE}), "description"),
    "Windows comment": (_exif(main={40092: _WIDE}), "comment"),
    "user comment": (_exif(sub={37510: b"ASCII\0\0\0" + _TEXT}), "comment"),
    "image id": (_exif(sub={42016: _TEXT}), "identifier"),
    "maker note": (_exif(sub={37500: b"Apple iOS\0" + _TEXT}), "maker_note"),
    "unknown tag": (_exif(main={0xC999: _TEXT}), "other_metadata"),
    "position": (_exif(gps=True), "place"),
    "position, big-endian": (_exif(gps=True, order=">"), "place"),
    "thumbnail": (_exif(thumbnail=b"\xff\xd8\xff" + _TEXT + b"\xff\xd9"), "thumbnail"),
}
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description exif:GPSLatitude="4,36N" tiff:Model="%s" xmp:CreateDate="2026" xmp:CreatorTool="x"'
    b' xmpMM:DocumentID="%s"><dc:creator>%s</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>'
    % ((CANARY,) * 3)
)
_XMP_KINDS = "place device date software identifier author description"
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"


def _iptc(*datasets: tuple[int, bytes]) -> bytes:
    return b"".join(
        b"\x1c\x02" + struct.pack(">BH", number, len(value)) + value for number, value in datasets
    )


def _resource(number: int, body: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(body)) + body + b"\0" * (len(body) % 2)


def _icc() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(profile[:-40]) + CANARY.ljust(40, b"\0")


_IPTC = _iptc((80, CANARY), (90, CANARY), (55, b"20261121"), (120, CANARY), (65, CANARY), (25, CANARY))
_IPTC_KINDS = "author place date description software"
_PICTURE_AFTER_END = b"\xff\xd8\xff" + CANARY + b"\xff\xd9"


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _jpeg_marks(jpeg: bytes) -> list[tuple[str, bytes, str]]:
    jfif_end = 20

    def put(*segments: bytes) -> bytes:
        return jpeg[:jfif_end] + b"".join(segments) + jpeg[jfif_end:]

    extended = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", len(_XMP), 0) + _XMP
    jfif_thumbnail = b"\xff\xd8" + _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\2\1" + b"CANARY") + jpeg[jfif_end:]
    return [
        *(
            (f"EXIF {name}", put(_segment(0xE1, b"Exif\0\0" + block)), kind)
            for name, (block, kind) in _EXIF_MARKS.items()
        ),
        ("comment", put(_segment(0xFE, CANARY)), "comment"),
        ("two comments", put(_segment(0xFE, b"x"), _segment(0xFE, CANARY)), "comment"),
        ("XMP", put(_segment(0xE1, _XMP_HEAD + _XMP)), _XMP_KINDS),
        ("XMP in UTF-16", put(_segment(0xE1, _XMP_HEAD + _XMP.decode().encode("utf-16-le"))), _XMP_KINDS),
        ("extended XMP", put(_segment(0xE1, extended)), _XMP_KINDS),
        ("IPTC", put(_segment(0xED, b"Photoshop 3.0\0" + _resource(0x404, _IPTC))), _IPTC_KINDS),
        (
            "Photoshop thumbnail",
            put(_segment(0xED, b"Photoshop 3.0\0" + _resource(0x40C, CANARY))),
            "thumbnail",
        ),
        (
            "Photoshop layer names",
            put(_segment(0xED, b"Photoshop 3.0\0" + _resource(0x41A, CANARY))),
            "other_metadata",
        ),
        ("colour profile", put(_segment(0xE2, b"ICC_PROFILE\0\1\1" + _icc())), "color_profile"),
        ("FlashPix", put(_segment(0xE2, b"FPXR\0" + CANARY)), "other_metadata"),
        ("Kodak APP3", put(_segment(0xE3, b"Meta\0\0" + CANARY)), "other_metadata"),
        ("Ducky APP12", put(_segment(0xEC, b"Ducky" + CANARY)), "other_metadata"),
        ("C2PA", put(_segment(0xEB, b"JP\0\0\0\1\0\0jumbjumdc2pa" + CANARY)), "identifier"),
        ("unknown APP15", put(_segment(0xEF, CANARY)), "other_metadata"),
        ("JFXX thumbnail", put(_segment(0xE0, b"JFXX\0\x10" + CANARY)), "thumbnail"),
        ("JFIF thumbnail", jfif_thumbnail, "thumbnail"),
        ("trailer", jpeg + CANARY, "trailer"),
        ("appended ZIP", jpeg + b"PK\3\4" + CANARY, "trailer"),
        ("second picture", jpeg + _PICTURE_AFTER_END, "hidden_image"),
        ("motion photo", jpeg + b"\0\0\0\x18ftypmp42\0\0\0\0" + CANARY, "trailer"),
        ("maker's block", jpeg + CANARY + b"SEFT", "trailer"),
    ]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_marks(png: bytes) -> list[tuple[str, bytes, str]]:
    ihdr_end = 33

    def put(kind: bytes, body: bytes) -> bytes:
        return png[:ihdr_end] + _chunk(kind, body) + png[ihdr_end:]

    block, _ = _EXIF_MARKS["position"]
    raw = b"\nexif\n%8d\n%s\n" % (len(block) + 6, (b"Exif\0\0" + block).hex().encode())
    raw_iptc = b"\niptc\n%8d\n%s\n" % (len(_IPTC), _resource(0x404, _IPTC).hex().encode())
    return [
        ("author", put(b"tEXt", b"Author\0" + CANARY), "author"),
        ("title", put(b"tEXt", b"Title\0" + CANARY), "description"),
        ("creation time", put(b"tEXt", b"Creation Time\0" + CANARY), "date"),
        ("software", put(b"tEXt", b"Software\0" + CANARY), "software"),
        ("source", put(b"tEXt", b"Source\0" + CANARY), "device"),
        ("parameters", put(b"tEXt", b"parameters\0" + CANARY), "description"),
        ("deflated comment", put(b"zTXt", b"Comment\0\0" + zlib.compress(CANARY)), "comment"),
        ("international text", put(b"iTXt", b"Description\0\0\0es\0x\0" + CANARY), "description"),
        ("deflated international text", put(b"iTXt", b"Author\0\1\0\0\0" + zlib.compress(CANARY)), "author"),
        ("XMP", put(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _XMP), _XMP_KINDS),
        ("time", put(b"tIME", struct.pack(">HBBBBB", 2026, 11, 21, 21, 28, 0)), "date"),
        ("EXIF position", put(b"eXIf", block), "place"),
        ("EXIF model", put(b"eXIf", _EXIF_MARKS["model"][0]), "device"),
        ("raw EXIF profile", put(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw)), "place"),
        ("raw IPTC profile", put(b"tEXt", b"Raw profile type iptc\0" + raw_iptc), _IPTC_KINDS),
        ("colour profile", put(b"iCCP", CANARY + b"\0\0" + zlib.compress(_icc())), "color_profile"),
        ("private chunk", put(b"prVt", CANARY), "other_metadata"),
        ("C2PA", put(b"caBX", b"jumbc2pa" + CANARY), "identifier"),
        ("trailer", png + CANARY, "trailer"),
        ("appended HTML", png + b"<script>" + CANARY, "trailer"),
        (
            "chunk after the picture",
            png[:-12] + _chunk(b"tEXt", b"Comment\0" + CANARY) + png[-12:],
            "comment",
        ),
    ]


def _block(*parts: bytes) -> bytes:
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def _gif_marks(gif: bytes) -> list[tuple[str, bytes, str]]:
    plain = _block(bytes(12), CANARY)
    xmp = b"\x0bXMP DataXMP" + _XMP + b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    return [
        ("comment", gif[:-1] + b"\x21\xfe" + _block(CANARY) + b";", "comment"),
        (
            "application block",
            gif[:-1] + b"\x21\xff" + _block(b"MYAPP___1.0", CANARY) + b";",
            "other_metadata",
        ),
        ("plain text", gif[:-1] + b"\x21\x01" + plain + b";", "description"),
        ("XMP", gif[:-1] + b"\x21\xff" + xmp + b";", _XMP_KINDS),
        ("colour profile", gif[:-1] + b"\x21\xff" + _block(b"ICCRGBG1012", CANARY) + b";", "color_profile"),
        ("trailer", gif + CANARY, "trailer"),
    ]


def _riff(webp: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    body = webp[12:]
    width, height = Image.open(io.BytesIO(webp)).size
    extended = b"VP8X" + struct.pack("<I", 10) + b"\x2c\0\0\0"
    extended += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    for kind, content in chunks:
        body += kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(extended) + len(body)) + b"WEBP" + extended + body


def _webp_marks(webp: bytes) -> list[tuple[str, bytes, str]]:
    return [
        ("EXIF position", _riff(webp, (b"EXIF", _EXIF_MARKS["position"][0])), "place"),
        ("EXIF owner", _riff(webp, (b"EXIF", b"Exif\0\0" + _EXIF_MARKS["owner"][0])), "author"),
        ("XMP", _riff(webp, (b"XMP ", _XMP)), _XMP_KINDS),
        ("unknown chunk", _riff(webp, (b"ABCD", CANARY)), "other_metadata"),
        ("colour profile", _riff(webp, (b"ICCP", _icc())), "color_profile"),
        ("trailer", webp + CANARY, "trailer"),
    ]


def _tiff_marks(photo: Image.Image) -> list[tuple[str, bytes, str]]:
    def tagged(*tags: tuple[int, int, object]) -> bytes:
        info = TiffImagePlugin.ImageFileDirectory_v2()
        for tag, kind, value in tags:
            info.tagtype[tag] = kind
            info[tag] = value
        out = io.BytesIO()
        photo.save(out, "TIFF", tiffinfo=info)
        return out.getvalue()

    text = CANARY.decode()
    names = {
        270: "description",
        315: "author",
        305: "software",
        316: "device",
        271: "device",
        33432: "author",
    }
    second = io.BytesIO()
    page = Image.new("RGB", (8, 8))
    page.encoderinfo = {"tiffinfo": {270: text}}
    photo.save(second, "TIFF", save_all=True, append_images=[page])
    position = io.BytesIO()
    exif = Image.Exif()
    exif.load(_EXIF_MARKS["position"][0])
    photo.save(position, "TIFF", exif=exif)
    return [
        *((f"tag {tag}", tagged((tag, 2, text)), kind) for tag, kind in names.items()),
        ("date", tagged((306, 2, "2026:11:21 21:28:00")), "date"),
        ("document name", tagged((269, 2, text)), "description"),
        ("private tag", tagged((65000, 2, text)), "other_metadata"),
        ("map position", tagged((34737, 2, text)), "place"),
        ("XMP", tagged((700, 1, _XMP)), _XMP_KINDS),
        ("IPTC", tagged((33723, 7, _IPTC)), _IPTC_KINDS),
        ("Photoshop block", tagged((34377, 7, _resource(0x40C, CANARY))), "thumbnail"),
        ("Photoshop layers", tagged((37724, 7, CANARY)), "hidden_image"),
        ("colour profile", tagged((34675, 7, _icc())), "color_profile"),
        ("text on a second page", second.getvalue(), ""),
        ("position", position.getvalue(), "place"),
    ]


def _bmp_marks(bmp: bytes) -> list[tuple[str, bytes, str]]:
    pixels = bmp[54:]
    head = struct.pack("<2sIHHI", b"BM", 14 + 124 + len(pixels) + len(CANARY), 0, 0, 14 + 124)
    linked = head + struct.pack("<I", 124) + bmp[18:54] + bytes(16) + b"KNIL" + bytes(48)
    linked += struct.pack("<III", 124 + len(pixels), len(CANARY), 0) + bytes(4)
    linked = linked[: 14 + 124].ljust(14 + 124, b"\0")
    shift = len(CANARY)
    gap = struct.pack("<2sIII", b"BM", len(bmp) + shift, 0, 54 + shift) + bmp[14:54] + CANARY + pixels
    return [
        ("trailer", bmp + CANARY, "trailer"),
        ("reserved bytes", bmp[:6] + b"MARK" + bmp[10:], "other_metadata"),
        ("path of a profile", linked + pixels + CANARY, "color_profile identifier"),
        ("gap before the pixels", gap, "other_metadata"),
    ]


def _heif_marks(heif: Callable[..., bytes]) -> list[tuple[str, bytes, str]]:
    def exif(name: str) -> bytes:
        return b"\0\0\0\6Exif\0\0" + _EXIF_MARKS[name][0]

    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + kind + body

    return [
        ("EXIF position", heif([(b"Exif", exif("position"))]), "place"),
        ("EXIF serial", heif([(b"Exif", exif("body serial"))]), "device"),
        ("EXIF maker note", heif([(b"Exif", exif("maker note"))]), "maker_note"),
        ("EXIF thumbnail", heif([(b"Exif", exif("thumbnail"))]), "thumbnail"),
        ("XMP", heif([(b"mime", _XMP)]), _XMP_KINDS),
        ("private item", heif([(b"uri ", CANARY)]), "other_metadata"),
        ("free box", heif(boxes=box(b"free", CANARY)), "other_metadata"),
        ("private box", heif(boxes=box(b"uuid", bytes(16) + CANARY)), "other_metadata"),
        ("C2PA", heif(boxes=box(b"uuid", bytes(16) + b"c2pa" + CANARY)), "identifier"),
    ]


def _avif_marks(photo: Image.Image, encode: Callable[..., bytes]) -> list[tuple[str, bytes, str]]:
    def avif(**options: object) -> bytes:
        return encode(photo, "AVIF", max_threads=1, speed=10, **options)

    return [
        ("EXIF position", avif(exif=b"Exif\0\0" + _EXIF_MARKS["position"][0]), "place"),
        ("EXIF artist", avif(exif=b"Exif\0\0" + _EXIF_MARKS["artist"][0]), "author"),
        ("XMP", avif(xmp=_XMP), _XMP_KINDS),
        ("colour profile", avif(icc_profile=_icc()), "color_profile"),
        ("free box", avif() + struct.pack(">I", 8 + len(CANARY)) + b"free" + CANARY, "other_metadata"),
    ]


@pytest.fixture
def marks(photo: Image.Image, encode: Callable[..., bytes], heif: Callable[..., bytes]) -> list[Mark]:
    groups = {
        "JPEG": _jpeg_marks(encode(photo, "JPEG")),
        "PNG": _png_marks(encode(photo, "PNG")),
        "GIF": _gif_marks(encode(photo, "GIF")),
        "WebP": _webp_marks(encode(photo, "WEBP")),
        "TIFF": _tiff_marks(photo),
        "BMP": _bmp_marks(encode(photo, "BMP")),
        "HEIC": _heif_marks(heif),
        "AVIF": _avif_marks(photo, encode),
    }
    return [
        Mark(host, name, data, frozenset(kinds.split()))
        for host, group in groups.items()
        for name, data, kinds in group
    ]


def _readings(content: bytes) -> list[bytes]:
    """The output as it is, and everything in it that inflates."""
    readings = [content]
    if content.startswith(b"\x89PNG"):
        packed, at = b"", 8
        while at < len(content):
            length, kind = struct.unpack_from(">I4s", content, at)
            packed += content[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
            at += 12 + length
        readings.append(zlib.decompress(packed))
    return readings


def _forms(canary: bytes) -> list[bytes]:
    text = canary.decode()
    numbers = [struct.pack(order + "2I", *PLACE) for order in "<>"]
    return [canary, text.encode("utf-16-le"), text.encode("utf-16-be"), canary.hex().encode(), *numbers]


def test_no_mark_survives_and_each_kind_is_told(marks: list[Mark], clean: Callable[[bytes], Clean]) -> None:
    assert len(marks) >= 100
    for mark in marks:
        assert any(form in mark.data for form in _forms(CANARY)) or mark.name in _WITHOUT_TEXT, mark.name
        result = clean(mark.data)
        for reading in _readings(result.content):
            assert not any(form in reading for form in _forms(CANARY)), (mark.host, mark.name)
        assert mark.kinds <= set(result.removed), (mark.host, mark.name, result.removed)


_WITHOUT_TEXT = {"time", "date", "position", "raw EXIF profile", "JFIF thumbnail", "reserved bytes"} | {
    "deflated comment",
    "deflated international text",
    "raw IPTC profile",
}


def test_a_picture_without_metadata_reports_none(
    photo: Image.Image,
    encode: Callable[..., bytes],
    heif: Callable[..., bytes],
    clean: Callable[[bytes], Clean],
) -> None:
    names = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF")
    for data in [*(encode(photo, name) for name in names), heif()]:
        assert clean(data).removed == ()


def test_a_second_page_is_not_dropped(
    photo: Image.Image, encode: Callable[..., bytes], clean: Callable[[bytes], Clean]
) -> None:
    two = encode(photo, "TIFF", save_all=True, append_images=[photo.rotate(180)])
    assert clean(two).content.count(b"/Type/Page/") == 2


def test_the_second_picture_of_an_mpo_is_told(
    photo: Image.Image, encode: Callable[..., bytes], clean: Callable[[bytes], Clean]
) -> None:
    mpo = encode(photo, "MPO", save_all=True, append_images=[photo.rotate(180)])
    assert "hidden_image" in clean(mpo).removed


def test_scrubbing_a_clean_output_again_finds_nothing(
    marks: list[Mark], clean: Callable[[bytes], Clean]
) -> None:
    for mark in marks[::7]:
        again = clean(clean(mark.data).content)
        assert again.removed == ()


def test_exiftool_reads_structure_only(
    marks: list[Mark], clean: Callable[[bytes], Clean], tmp_path: Path
) -> None:
    """An independent judge. What it derives from the structure itself is listed; anything else is a leak."""
    if EXIFTOOL is None:
        pytest.skip("left out: no exiftool program")
    for number, mark in enumerate(marks):
        result = clean(mark.data)
        (tmp_path / f"{number:04}.{result.extension}").write_bytes(result.content)
    run = subprocess.run(
        [EXIFTOOL, "-a", "-G1", "-s", "-e", "-r", str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert run.stdout.count("[File]") >= len(marks)
    found = {
        " ".join(line.split(":", 1)[0].split())
        for line in run.stdout.splitlines()
        if line.startswith("[") and not line.startswith(("[System]", "[ExifTool]"))
    }
    assert {tag.split("] ")[1] for tag in found} <= _STRUCTURE_TAGS


_STRUCTURE_TAGS = {
    *("PDFVersion", "Linearized", "PageCount"),  # of a TIFF file with two pages
    *("FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "BitDepth", "ColorType"),
    *("Compression", "Filter", "Interlace", "JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"),
    *(
        "EncodingProcess",
        "BitsPerSample",
        "ColorComponents",
        "YCbCrSubSampling",
        "AnimationFrames",
        "AnimationPlays",
    ),
}


def test_text_in_a_png_written_by_pillow_is_gone(
    photo: Image.Image, encode: Callable[..., bytes], clean: Callable[[bytes], Clean]
) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", CANARY.decode())
    info.add_itxt("Comment", CANARY.decode(), zip=True)
    result = clean(encode(photo, "PNG", pnginfo=info, icc_profile=_icc(), dpi=(72, 72)))
    assert set(result.removed) == {"author", "comment", "color_profile"}
