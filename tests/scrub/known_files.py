"""Files whose every byte is known: a plain one of a format, and places where something may stand in it.

A place has what it adds, which holds `CANARY`, and the code under which a person must be told that it went.
"""

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import av
from av.audio.stream import AudioStream
from PIL import Image

from tests.scrub import office_files, pdf_files

CANARY = b"CANARY-5b1e"


@dataclass(frozen=True, slots=True)
class Place:
    """`where` is for `Known.build`: pieces of one kind are put at one place, in their order."""

    name: str
    code: str
    where: str
    piece: bytes


@dataclass(frozen=True, slots=True)
class Known:
    """`always`: what even the plain file has. `build(pieces)` takes the added pieces by `where`."""

    name: str
    build: Callable[[Callable[[str], bytes]], bytes]
    places: tuple[Place, ...]
    always: frozenset[str] = frozenset()

    def file(self, places: Sequence[Place]) -> bytes:
        """With exactly these places filled."""
        return self.build(lambda where: b"".join(place.piece for place in places if place.where == where))


def picture(kind: str, **options: object) -> bytes:
    """16 x 16 dots in one colour."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (90, 120, 200)).save(out, kind, **options)
    return out.getvalue()


def _exif(tag: int, value: bytes = CANARY + b"\0") -> bytes:
    """A block of one text."""
    return b"Exif\0\0II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", tag, 2, len(value), 26) + bytes(4) + value


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _jpeg() -> Known:
    plain = picture("JPEG")

    def build(pieces: Callable[[str], bytes]) -> bytes:
        return plain[:20] + pieces("segment") + plain[20:] + pieces("end")

    rows = [
        ("comment", "comment", _segment(0xFE, CANARY)),
        ("maker", "device", _segment(0xE1, _exif(271))),
        ("artist", "author", _segment(0xE1, _exif(315))),
        (
            "bytes of a block that no tag names",
            "other_metadata",
            _segment(0xE1, _exif(0x112, b"\1\0") + CANARY),
        ),
        ("tag that nobody knows", "other_metadata", _segment(0xE1, _exif(60001))),
        ("segment that nobody knows", "other_metadata", _segment(0xE9, CANARY)),
        ("bytes before a marker", "other_metadata", CANARY),
        ("packet", "description", _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + CANARY)),
    ]
    places = [Place(name, code, "segment", piece) for name, code, piece in rows]
    return Known("JPEG", build, (*places, Place("behind", "trailer", "end", CANARY)))


def chunk(kind: bytes, body: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png() -> Known:
    plain = picture("PNG")
    at = plain.index(b"IDAT") - 4
    (length,) = struct.unpack_from(">I", plain, at)
    dots = plain[at + 8 : at + 8 + length]

    def build(pieces: Callable[[str], bytes]) -> bytes:
        return (
            plain[:33] + pieces("chunk") + chunk(b"IDAT", dots + pieces("dots")) + plain[-12:] + pieces("end")
        )

    rows = [
        ("author", "author", chunk(b"tEXt", b"Author\0" + CANARY)),
        ("packed text", "comment", chunk(b"zTXt", b"Comment\0\0" + zlib.compress(CANARY))),
        ("own text", "description", chunk(b"iTXt", b"Own\0\0\0\0\0" + CANARY)),
        ("chunk that nobody knows", "other_metadata", chunk(b"prVt", CANARY)),
        ("Exif", "software", chunk(b"eXIf", _exif(305)[6:])),
    ]
    places = [Place(name, code, "chunk", piece) for name, code, piece in rows]
    behind = (Place("behind", "trailer", "end", CANARY), Place("behind the dots", "trailer", "dots", CANARY))
    return Known("PNG", build, (*places, *behind))


def _gif() -> Known:
    plain = picture("GIF")
    at = 13 + (3 << (plain[10] & 7) + 1)

    def build(pieces: Callable[[str], bytes]) -> bytes:
        return plain[:at] + pieces("block") + plain[at:] + pieces("end")

    blocks = bytes([len(CANARY)]) + CANARY + b"\0"
    rows = [
        ("comment", "comment", b"!\xfe" + blocks),
        ("application that nobody knows", "other_metadata", b"!\xff\x0bOWNOWN12345" + blocks),
        ("extension that nobody knows", "other_metadata", b"!\x77" + blocks),
    ]
    places = [Place(name, code, "block", piece) for name, code, piece in rows]
    return Known("GIF", build, (*places, Place("behind", "trailer", "end", CANARY)))


def riff(kind: bytes, body: bytes) -> bytes:
    """A chunk of RIFF."""
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _webp() -> Known:
    plain = picture("WEBP", lossless=True)

    def build(pieces: Callable[[str], bytes]) -> bytes:
        body = b"WEBP" + riff(b"VP8X", b"\x0c\0\0\0\x0f\0\0\x0f\0\0") + plain[12:] + pieces("chunk")
        return b"RIFF" + struct.pack("<I", len(body)) + body + pieces("end")

    rows = [
        ("packet", "description", riff(b"XMP ", b"<x>" + CANARY)),
        ("Exif", "device", riff(b"EXIF", _exif(272)[6:])),
        ("chunk that nobody knows", "other_metadata", riff(b"OWN ", CANARY)),
    ]
    places = [Place(name, code, "chunk", piece) for name, code, piece in rows]
    return Known("WebP", build, (*places, Place("behind", "trailer", "end", CANARY)))


def _bmp() -> Known:
    plain = picture("BMP")

    def build(pieces: Callable[[str], bytes]) -> bytes:
        gap, after = pieces("gap"), pieces("after")
        size, at = struct.pack("<I", len(plain) + len(gap) + len(after)), struct.pack("<I", 54 + len(gap))
        return plain[:2] + size + plain[6:10] + at + plain[14:54] + gap + plain[54:] + after + pieces("end")

    return Known(
        "BMP",
        build,
        (
            Place("before the dots", "other_metadata", "gap", CANARY),
            Place("after the dots", "other_metadata", "after", CANARY),
            Place("behind", "trailer", "end", CANARY),
        ),
    )


def sound(codec: str, container: str, *, bare: bool = True, **options: str) -> bytes:
    """A fifth of a second of silence; `bare`: without the program's name, where that can be had."""
    out = io.BytesIO()
    flags = {"fflags": "bitexact"} if bare else {}
    with av.open(out, "w", format=container, options=flags | options) as file:
        track = file.add_stream(codec, rate=48000, layout="mono")
        assert isinstance(track, AudioStream)
        frame = av.AudioFrame(format="s16", layout="mono", samples=9600)
        frame.sample_rate = 48000
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        for packet in [*track.encode(frame), *track.encode(None)]:
            file.mux(packet)
    return out.getvalue()


def _frame(name: bytes, body: bytes) -> bytes:
    """Of ID3 2.3."""
    return name + struct.pack(">IH", len(body), 0) + body


def _mp3() -> Known:
    plain = sound("libmp3lame", "mp3", write_xing="0", id3v2_version="0")

    def build(pieces: Callable[[str], bytes]) -> bytes:
        frames = pieces("frame")
        digits = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
        tag = b"ID3\3\0\0" + digits + frames if frames else b""
        return tag + plain + pieces("end")

    rows = [
        ("title", "description", _frame(b"TIT2", b"\0" + CANARY)),
        ("singer", "author", _frame(b"TPE1", b"\0" + CANARY)),
        ("id", "identifier", _frame(b"UFID", b"http://example.org\0" + CANARY)),
        ("object", "embedded_file", _frame(b"GEOB", b"\0text/plain\0\0\0" + CANARY)),
        ("link", "link", _frame(b"WXXX", b"\0\0http://example.org/" + CANARY)),
        ("own text", "other_metadata", _frame(b"TXXX", b"\0own\0" + CANARY)),
        ("frame that nobody knows", "other_metadata", _frame(b"XOWN", CANARY)),
    ]
    places = [Place(name, code, "frame", piece) for name, code, piece in rows]
    return Known("MP3", build, (*places, Place("behind", "other_metadata", "end", CANARY)))


def _aac() -> Known:
    plain = sound("aac", "adts")
    end = Place("behind", "other_metadata", "end", CANARY)
    return Known("AAC", lambda pieces: plain + pieces("end"), (end,))


def _wave() -> Known:
    plain = sound("pcm_s16le", "wav")
    at = plain.index(b"data")
    plain = plain[: at + 8] + plain[at + 8 :][: int.from_bytes(plain[at + 4 : at + 8], "little")]

    def build(pieces: Callable[[str], bytes]) -> bytes:
        body = b"WAVE" + plain[12:36] + pieces("chunk") + plain[at:]
        return b"RIFF" + struct.pack("<I", len(body)) + body + pieces("end")

    rows = [
        ("title", "description", riff(b"LIST", b"INFO" + riff(b"INAM", CANARY))),
        ("program", "software", riff(b"LIST", b"INFO" + riff(b"ISFT", CANARY))),
        ("chunk that nobody knows", "other_metadata", riff(b"own ", CANARY)),
        ("list that nobody knows", "other_metadata", riff(b"LIST", b"adtl" + CANARY)),
    ]
    places = [Place(name, code, "chunk", piece) for name, code, piece in rows]
    return Known("WAVE", build, (*places, Place("behind", "trailer", "end", CANARY)))


def _flac() -> Known:
    plain = sound("flac", "flac")
    at = plain.index(b"fLaC") + 42

    def block(kind: int, body: bytes) -> bytes:
        return bytes([kind]) + len(body).to_bytes(3, "big") + body

    rows = [
        ("application", "other_metadata", block(2, b"OWN " + CANARY)),
        ("padding with words", "other_metadata", block(1, CANARY)),
        ("block that nobody knows", "other_metadata", block(99, CANARY)),
    ]
    places = tuple(Place(name, code, "block", piece) for name, code, piece in rows)

    def build(pieces: Callable[[str], bytes]) -> bytes:
        return plain[:at] + pieces("block") + plain[at:]

    return Known("FLAC", build, places, frozenset({"software"}))


def box(kind: bytes, body: bytes) -> bytes:
    """Of ISO media."""
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _mp4() -> Known:
    plain = sound("aac", "mp4")
    at = plain.index(b"moov") - 4
    (size,) = struct.unpack_from(">I", plain, at)

    def build(pieces: Callable[[str], bytes]) -> bytes:
        user = pieces("user")
        more = (box(b"udta", user) if user else b"") + pieces("moov")
        moov = struct.pack(">I", size + len(more)) + plain[at + 4 : at + size] + more
        return plain[:at] + moov + plain[at + size :] + pieces("end")

    text = struct.pack(">HH", len(CANARY), 0) + CANARY
    item = box(b"ilst", box(b"\xa9xyw", box(b"data", bytes(8) + CANARY)))
    meta = box(b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"mdir" + bytes(13)) + item)
    rows = [
        ("place", "place", "user", box(b"\xa9xyz", text)),
        ("maker", "device", "user", box(b"\xa9mak", text)),
        ("name that nobody knows", "other_metadata", "user", box(b"\xa9qqq", text)),
        ("item that nobody knows", "other_metadata", "user", meta),
        ("box that nobody knows", "other_metadata", "moov", box(b"ownr", CANARY)),
        ("free space with words", "other_metadata", "end", box(b"free", CANARY)),
        ("box at the end", "other_metadata", "end", box(b"own!", CANARY)),
    ]
    places = tuple(Place(*row) for row in rows)
    return Known("MP4", build, places, frozenset({"software"}))  # what calls itself the handler


def _pdf() -> Known:
    jpeg = picture("JPEG", comment=CANARY)
    shown = b"/Type/XObject/Subtype/Image/Width 16/Height 16/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter"
    packed = pdf_files.stream(jpeg.hex().encode() + b">", shown + b"[/ASCIIHexDecode/DCTDecode]")

    def build(pieces: Callable[[str], bytes]) -> bytes:
        return pdf_files.document(
            catalog=pieces("catalog"),
            trailer=b"/Info<<%s>>" % pieces("info"),
            page=pieces("page"),
            resources=b"/XObject<</I 6 0 R>>",
            extra=[pieces("picture") or pdf_files.stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]")],
            before=pieces("before"),
            after=pieces("after"),
        )

    places = (
        Place("author", "author", "info", b"/Author(%s)" % CANARY),
        Place("key that nobody knows", "other_metadata", "info", b"/Employee(%s)" % CANARY),
        Place("number that nobody knows", "other_metadata", "page", b"/Own 4711"),
        Place("script", "script", "catalog", b"/OpenAction<</S/JavaScript/JS(%s)>>" % CANARY),
        Place("picture behind another filter", "comment", "picture", packed),
        Place("before", "trailer", "before", CANARY + b"\n"),
        Place("after", "trailer", "after", CANARY),
    )
    return Known("PDF", build, places)


def _docx() -> Known:
    word = CANARY.decode()
    people = f"<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{word}</dc:creator>"
    core = office_files.xml(f"<cp:coreProperties xmlns:cp='x'>{people}</cp:coreProperties>")
    named = {
        "comments": ("word/comments.xml", office_files.part("w:comments", f"<w:comment>{word}</w:comment>")),
        "people": ("docProps/core.xml", core.replace(b"'", b'"')),
        "unknown part": ("own/part.bin", CANARY),
        "unused picture": ("word/media/image7.png", picture("PNG") + CANARY),
    }

    def build(pieces: Callable[[str], bytes]) -> bytes:
        files = office_files.docx(pieces("body").decode(), attributes=pieces("attribute").decode())
        files |= {path: content for where, (path, content) in named.items() if pieces(where)}
        return office_files.zipped(files)

    places = (
        Place("attribute that nobody knows", "other_metadata", "attribute", b'zz:own="%s"' % CANARY),
        Place("element that nobody knows", "other_metadata", "body", b"<zz:own>%s</zz:own>" % CANARY),
        Place("id of a paragraph", "identifier", "body", b'<w:p w14:paraId="%s"/>' % CANARY),
        Place("comments", "comment", "comments", b"?"),
        Place("people", "author", "people", b"?"),
        Place("part that nobody knows", "other_metadata", "unknown part", b"?"),
        Place("picture that nothing shows", "hidden_image", "unused picture", b"?"),
    )
    return Known("DOCX", build, places)


def _odt() -> Known:
    word = CANARY.decode()
    meta = office_files.open_part("office:document-meta", f"<dc:creator>{word}</dc:creator>")
    named = {"meta": ("meta.xml", meta), "unknown part": ("own/part.bin", CANARY)}

    def build(pieces: Callable[[str], bytes]) -> bytes:
        files = office_files.odf(inside="<text:p>Visible</text:p>" + pieces("body").decode())
        files |= {path: content for where, (path, content) in named.items() if pieces(where)}
        return office_files.zipped(files)

    own = b'<text:p text:own="%s">more</text:p>' % CANARY
    places = (
        Place("attribute that nobody knows", "other_metadata", "body", own),
        Place("people", "author", "meta", b"?"),
        Place("part that nobody knows", "other_metadata", "unknown part", b"?"),
    )
    return Known("ODT", build, places)


def all_known() -> tuple[Known, ...]:
    """One of each format."""
    makers = (_jpeg, _png, _gif, _webp, _bmp, _mp3, _aac, _wave, _flac, _mp4, _pdf, _docx, _odt)
    return tuple(make() for make in makers)
