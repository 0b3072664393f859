"""The parts of an e-mail, strictly and in linear time: the standard library's parser takes quadratic time on
some of them, and believes headers that it can't read.

Sources: RFC 5322 2.2 (fields), RFC 2045 5.1 and 6 (parameters, encodings), RFC 2046 5.1 (multipart).
"""

import binascii
import re
from dataclasses import dataclass, field

from scrub.report import Refusal

MAX_PARTS = 300
MAX_NESTING = 12
_MAX_HEADER_BYTES = 512 << 10
_MAX_FIELDS = 1000
_MAX_VALUE = 4096
_MAX_BOUNDARY = 200

_FOLD = re.compile(rb"\n(?=[ \t])")
_NEXT_MAIL = re.compile(
    rb"\n(?:\nFrom [^\n]{1,200}|From [^\n ]{1,200} [^\n]{0,80}[0-9]:[0-9]{2}[^\n]{0,60})\n(?=[!-9;-~]{1,76}:)"
)
_QUOTED_FROM = re.compile(rb"^>(?=>*From )", re.M)
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.S)
_TYPE = re.compile(r"[ \t]*([a-z0-9!#$&^_.+-]{1,64})/([a-z0-9!#$&^_.+-]{1,127})", re.I)
_PARAMETER = re.compile(
    r";[ \t]*([a-z0-9_.*-]{1,64})[ \t]*=[ \t]*(?:\"((?:[^\"\\]|\\.)*)\"|([^;\s\"]*))", re.I | re.S
)
_UUENCODED = frozenset({"x-uuencode", "uuencode", "x-uue"})


@dataclass(slots=True, eq=False)
class Part:
    """`fields`: lower-case names and unfolded values, the last first. `body`: as it came, encoded."""

    fields: dict[str, bytes] = field(repr=False)
    main: str
    sub: str
    parameters: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    children: list["Part"] = field(default_factory=list)

    @property
    def media_type(self) -> str:
        return f"{self.main}/{self.sub}"

    @property
    def disposition(self) -> str:
        """`attachment`, `inline`, another word, or nothing."""
        return (
            self.fields.get("content-disposition", b"").partition(b";")[0].strip().lower().decode("latin-1")
        )

    @property
    def named(self) -> bool:
        """Whether a file name is given; the name itself is nobody's business."""
        return any(key.startswith("name") for key in self.parameters) or (
            b"filename" in self.fields.get("content-disposition", b"").lower()
        )

    def content(self) -> bytes:
        """The body decoded. Raises Refusal("unsupported") for an encoding that isn't the standard's."""
        encoding = self.fields.get("content-transfer-encoding", b"").strip().lower().decode("latin-1")
        if encoding == "base64":
            try:
                return binascii.a2b_base64(self.body)
            except binascii.Error:  # cut off: what can be read is read
                cut = len(re.sub(rb"[^A-Za-z0-9+/]", b"", self.body)) // 4 * 4
                return binascii.a2b_base64(re.sub(rb"[^A-Za-z0-9+/]", b"", self.body)[:cut])
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in _UUENCODED:
            raise Refusal("unsupported")
        return self.body


def split_mails(untrusted: bytes) -> list[bytes]:
    """The e-mails of a mail box (RFC 4155) without its lines; the one that it is, if it is none.

    What begins like a mail behind an empty line, or as a mail box says it, is one: otherwise its header would
    be read as words.
    """
    lines = _unix(untrusted)
    if not lines.startswith((b"From ", b">From ")):
        return [lines]
    mails = _NEXT_MAIL.split(lines.partition(b"\n")[2])
    return [_QUOTED_FROM.sub(b"", mail) for mail in mails]


class MimeReader:
    """Reads one e-mail; counts its parts."""

    def __init__(self) -> None:
        self._parts = 0
        self._unwrapped = 0

    def read(self, untrusted: bytes) -> Part:
        """Raises Refusal: "broken" for a header with a line that is no field, "bomb" for too much."""
        return self._part(_unix(untrusted), 0, "text/plain")

    def read_inside(self, untrusted: bytes) -> Part:
        """What was signed or packed inside of a part. Raises Refusal, "bomb" also for too many of them."""
        self._unwrapped += 1
        return self._part(_unix(untrusted), self._unwrapped, "text/plain")

    def _part(self, data: bytes, nesting: int, default: str) -> Part:
        self._parts += 1
        if self._parts > MAX_PARTS or nesting > MAX_NESTING:
            raise Refusal("bomb")
        head, body = _split(data)
        fields = _fields(head)
        main, sub, parameters = _content_type(fields.get("content-type", b""), default)
        part = Part(fields, main, sub, parameters, body)
        if main == "multipart":
            inside = "message/rfc822" if sub == "digest" else "text/plain"
            part.children = [
                self._part(piece, nesting + 1, inside)
                for piece in _pieces(body, parameters.get("boundary", ""))
            ]
        return part


def _unix(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").lstrip(b"\n")


def _split(data: bytes) -> tuple[bytes, bytes]:
    if data.startswith(b"\n"):
        return b"", data[1:]
    head, _, body = data.partition(b"\n\n")
    if len(head) > _MAX_HEADER_BYTES:
        raise Refusal("bomb")
    return head, body


def _fields(head: bytes) -> dict[str, bytes]:
    """The first of each name: it is what mail programs show."""
    unfolded = _FOLD.sub(b"", head).split(b"\n")
    if len(unfolded) > _MAX_FIELDS:
        raise Refusal("bomb")
    fields: dict[str, bytes] = {}
    for line in filter(None, unfolded):
        found = _FIELD.fullmatch(line)
        if found is None:
            raise Refusal("broken")
        fields.setdefault(found[1].decode("latin-1").lower(), found[2].strip())
    return fields


def _content_type(untrusted_value: bytes, default: str) -> tuple[str, str, dict[str, str]]:
    if len(untrusted_value) > _MAX_VALUE:
        raise Refusal("bomb")
    value = untrusted_value.decode("latin-1")
    found = _TYPE.match(value) or _TYPE.match(default)
    assert found is not None  # noqa: S101  # the default is ours
    parameters: dict[str, str] = {}
    for name, quoted, bare in _PARAMETER.findall(value):
        parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or bare)
    return found[1].lower(), found[2].lower(), parameters


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """What stands between lines of two hyphens and the boundary; before and after them nobody reads."""
    if not boundary or len(boundary) > _MAX_BOUNDARY:
        raise Refusal("broken")
    line = re.compile(rb"^--" + re.escape(boundary.encode("latin-1")) + rb"(--)?[ \t]*(?:\n|\Z)", re.M)
    pieces: list[bytes] = []
    start: int | None = None
    for found in line.finditer(body):
        if start is not None:
            pieces.append(body[start : max(start, found.start() - 1)])
        start = found.end()
        if found[1]:
            return pieces
        if len(pieces) > MAX_PARTS:
            raise Refusal("bomb")
    if start is not None:
        pieces.append(body[start:])
    return pieces
