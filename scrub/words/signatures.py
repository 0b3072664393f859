"""Takes signatures and public keys out of words: they name the key of who wrote, and often the person.

Sources: RFC 9580, 6.2 (armor) and 7 (signed words), [PROTOCOL.sshsig] of OpenSSH.
"""

import re

_KINDS = r"(?:PGP SIGNATURE|PGP PUBLIC KEY BLOCK|SSH SIGNATURE|SSH2 PUBLIC KEY)"
_QUOTED = r"[> |\t]{0,40}"
_BLOCK = re.compile(rf"^{_QUOTED}-{{4,5}} ?BEGIN {_KINDS} ?-{{4,5}}[ \t]*$", re.M)
_END = re.compile(rf"{_QUOTED}-{{4,5}} ?END {_KINDS} ?-{{4,5}}[ \t]*\Z")
_INSIDE = re.compile(
    rf"{_QUOTED}(?:[A-Za-z0-9+/]{{2,100}}={{0,2}}|=[A-Za-z0-9+/]{{4}}|(?:Version|Comment|Hash|Charset|MessageID)"
    r": [^\n]{0,200})?[ \t]*\Z"
)
_SIGNED = re.compile(
    rf"^{_QUOTED}-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n"
    rf"(?:{_QUOTED}[A-Za-z]{{2,20}}: [^\n]{{0,200}}\n){{0,9}}(?:{_QUOTED}\n)?",
    re.M,
)
_A_WORD = re.compile(rf"{_QUOTED}[A-Za-z0-9]{{2,15}}[ \t]*\Z")
"""A line of a block is longer, but for its last."""

_ESCAPED = re.compile(r"^- (?=-)", re.M)


def without_signatures(text: str) -> tuple[str, bool]:
    """The text without them, and whether there was one. What was signed stays. In linear time."""
    if "-BEGIN " not in text and "- BEGIN " not in text:
        return text, False
    shown, signed = _SIGNED.subn("", text)
    out: list[str] = []
    at = 0
    while block := _BLOCK.search(shown, at):
        out.append(shown[at : block.start()])
        at = _behind(shown, block.end() + 1)
    without = "".join(out) + shown[at:]
    return (_ESCAPED.sub("", without) if signed else without), bool(signed or out)


def _behind(text: str, at: int) -> int:
    """Where the block ends: behind its last line; where a line is none of it; where short words begin, if it
    has no last line.
    """
    short = None
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        if _END.match(line):
            return min(end + 1, len(text))
        if not _INSIDE.match(line):
            break
        if short is None and _A_WORD.match(line):
            short = at
        at = end + 1
    return min(at, len(text)) if short is None else short
