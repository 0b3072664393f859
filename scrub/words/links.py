"""Cuts links to their host: what stands behind it may have been made for one reader, and so names the source.

Newsletters, invitations and "confirm" buttons carry a token of the receiver in the path, the question or the
name of the host; no program can tell a token from an address that everybody got. So every link goes the same
way, and so do addresses of lists that hold the reader's. Source: RFC 3986 3 and appendix C (links broken at
the end of a line), RFC 6068 (`mailto:`), RFC 5233 (`+`) and VERP (`=`).
"""

import re

_SCHEME = r"(?P<scheme>(?:https?|hxxps?|ftps?|sftp|wss?|webcal|file):[\\/]{1,3})"
_USER = r"(?P<user>[^\s/?#@<>\"]{1,256}@)?"
_NAME = r"(?P<host>\[[0-9a-f:.%]{2,60}\]|[^\s<>\"'`/?#\\:,;()\[\]{}|@]{1,253})"
_REST = r"(?P<rest>(?:[:/?#\\][^\s<>\"`]*)?)"
_LABELS = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){1,8}"
_TOP = (
    r"(?:[a-z]{2}|com|net|org|edu|gov|mil|int|info|biz|app|dev|gle|link|page|site|online|news|email|name|jobs|cloud"
    r"|xyz|shop|store|club|work|tech|live|blog|social|media|top|pro|world|life|today|click|chat|coop|ngo)"
)

_WHOLE = re.compile(rf"(?<![a-z0-9]){_SCHEME}{_USER}{_NAME}{_REST}", re.I)
_BARE = re.compile(
    rf"(?<![a-z0-9@_.:/\\-])(?P<host>www\.{_LABELS}[a-z]{{2,24}}|{_LABELS}{_TOP})(?P<rest>(?::[0-9]{{1,5}})?[/?#][^\s<>\"`]+)",
    re.I,
)
_BARE_END = re.compile(r"\.[a-z]{2,24}(?::[0-9]{1,5})?[/?#]", re.I)
_MAIL = re.compile(
    rf"(?<![a-z0-9])mailto:[^\s<>\"?@]{{1,512}}@(?P<host>{_LABELS}[a-z]{{2,24}})(?P<rest>\?[^\s<>\"`]*)?",
    re.I,
)
_TOKEN_BOX = re.compile(
    rf"(?<![a-z0-9._%+=-])(?=[a-z0-9._%-]{{0,64}}[+=])[a-z0-9._%+=-]{{1,128}}@(?P<host>{_LABELS}[a-z]{{2,24}})(?P<rest>)",
    re.I,
)
_BRACKETS = re.compile(
    r"<\s?(?:https?|ftps?|mailto):(?:[^<>\s]|[ \t]?\n[> \t|]{0,20}(?=[^\s<>])){1,8192}>", re.I
)
_SENTENCE = re.compile(r"[).,;:!?\]}'*_|\u00bb\u2019\u201d]*\Z")
_GOES_ON = re.compile(r"\n(?:> ?)*(?=[^\s<>]*[0-9=&%/_+-])[^\s<>\"`]{6,}(?=\n|\Z|[ \t]*$)", re.M)
_BEGINS = re.compile(r"\n(?:> ?)*[/?#][^\s<>\"`]{5,}(?=\n|\Z|[ \t]*$)", re.M)
_WORDS_AGAIN = re.compile(
    r"(?=[,;](?:https?|ftp)://)|(?=[.,;:!?]+[^\W\d_\0-\x7f])"
    r"|(?=[\u00a1\u00ab\u00bb\u00bf\u2018-\u201f\u2026\u0589\u060c\u061b\u061f\u06d4\u0964\u0965\u1362-\u1368\u3001-\u3003\u3008-\u3011])"
)
"""Where what a link is followed by without a space is no part of it: another link, a sign of the end of a
sentence before a letter of no address, or a sign that stands in none. Many writings have no spaces.
"""

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LOOKED_THROUGH = 2048
"""Letters of one link; a longer one ends where a space is."""

_FULL_LINE = 60
_ROUNDS = 16
_TOKEN = re.compile(r"(?=[a-z_-]*[0-9])[a-z0-9_-]{12,}|[a-z0-9_-]{24,}", re.I)


def cut_links(text: str) -> tuple[str, bool]:
    """The text with every link cut to its host, and whether something was cut. In linear time.

    What a cut leaves side by side may be a link again, so it is looked at again: a copy that is cleaned once
    more stays as it is.
    """
    cut = False
    for _ in range(_ROUNDS):
        shorter, some = _cut_once(text)
        cut |= some
        if shorter == text:
            break
        text = shorter
    return text, cut


def _cut_once(text: str) -> tuple[str, bool]:
    text = _BRACKETS.sub(lambda found: re.sub(r"[ \t]?\n[> \t|]*", "", found[0]), text)
    cut = _replaced(_WHOLE, text) if ":/" in text or ":\\" in text else text
    if "@" in cut:
        cut = _replaced(_TOKEN_BOX, _replaced(_MAIL, cut))
    return (shorter := _replaced(_BARE, cut) if _BARE_END.search(cut) else cut), shorter != text


def _replaced(link: re.Pattern[str], text: str) -> str:
    out: list[str] = []
    at = 0
    while found := link.search(text, at):
        rest = found["rest"] or ""
        at_rest = found.end() - len(rest)
        rest = _without_words(rest, text[max(0, found.start() - 1) : found.start()])
        core = _SENTENCE.sub("", rest)
        scheme = found["scheme"] if "scheme" in link.groupindex else ""
        out += (text[at : found.start()], scheme, _without_tokens(found["host"]))
        out += (core if core == "/" else "", rest[len(core) :])
        at = at_rest + len(rest)
        line = at - text.rfind("\n", max(0, at - _FULL_LINE), at)
        goes_on = _GOES_ON if core else _BEGINS  # a host alone ends with its line
        if core != "/" and core == rest and line > _FULL_LINE and (more := goes_on.match(text, at)):
            at = more.end()
    return "".join(out) + text[at:]


def _without_words(rest: str, before: str) -> str:
    """What is behind the host, without words that stand next to it; what a bracket `before` the link opened
    ends there.
    """
    if len(rest) > _LOOKED_THROUGH:
        return rest
    again = _WORDS_AGAIN.search(rest)
    rest = rest[: again.start()] if again else rest
    closing = _CLOSING.get(before)
    depth = 1
    for at, letter in enumerate(rest if closing else ""):
        depth += (letter == before) - (letter == closing)
        if depth == 0:
            return rest[:at]
    return rest


def _without_tokens(host: str) -> str:
    """A name of a host may carry the token, too: labels before the last two that look like one go."""
    *labels, name, top = host.split(".") if host.count(".") > 1 else ("", "", host)
    kept = [label for label in labels if label and not _TOKEN.fullmatch(label)]
    return ".".join((*kept, name, top)) if name else host
