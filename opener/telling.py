"""What is shown and written."""

import os
from typing import Any, TextIO

MAX_SHOWN = 18_000
HARMLESS = (
    "txt|jpg|png|gif|webp|tif|bmp|hei[cf]|avif|pdf|ogg|opus|mp[34]|m4a|wav|webm|mov"
    "|docx?|xls[bx]?|pptx?|rtf|od[pst]|csv|srt|vtt|eml|zip"
)


def printable(untrusted: str) -> str:
    """What does not print becomes an escape."""
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in untrusted)


def say(untrusted: str, file: TextIO | None = None) -> None:
    """Print a line safe for a terminal."""
    print(printable(untrusted), file=file)


def say_text(untrusted: str) -> None:
    """Print a text behind bars, so that it can't pass for a line of ours.

    Lines are broken before a terminal of 80 columns would; from U+1100 on a character may fill two.
    """
    for line in map(printable, untrusted[:MAX_SHOWN].split("\n")):
        step = 72 if max(line, default="") < "\u1100" else 36
        for at in range(0, len(line) or 1, step):
            say("    | " + line[at : at + step])
    if len(untrusted) > MAX_SHOWN:
        say("    (cut here; -o writes all of it)")


def say_fields(untrusted: dict[str, Any]) -> None:
    """Print what item.json or manifest.json tells, but no long key and no hash of what a device may hold."""
    for key, value in untrusted.items():
        if key == "answers":
            for question, answer in value.items():
                say(f"  {question}:")
                say_text(answer)
        elif key not in ("items", "reply_recipient") and "sha256" not in key:
            say(f"  {key}: {', '.join(value) if isinstance(value, list) else value}")


def save(folder: str | None, name: str, content: bytes) -> None:
    """Write a new file; whatever has its name already, even a link, is left alone."""
    if not folder:
        return
    path = f"{folder}/{name}"
    with open(path, "xb") as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            os.unlink(path)
            raise
    say(f"  written: {path}")
