"""What is wrong in `silbo.toml`, for the operator: line, key and what is expected, never the value."""

import re
from collections.abc import Sequence

from pydantic import ValidationError

_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_.-]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=")
_OURS = re.compile(r"[a-z][a-z_0-9]{0,39}", re.ASCII)
_EXPECTED = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that Silbo knows; is it a typing error, or in the wrong section?",
    "path_type": "should be a path in quotes",
    "string_pattern_mismatch": "is not of the form that this key takes; docs/operators.md shows it",
}


def problems(error: ValidationError, text: str) -> tuple[str, ...]:
    """One sentence for each problem that pydantic found, in the order of the file's model; at least one."""
    return tuple(
        _sentence(found["loc"], found["type"], found["msg"], text)
        for found in error.errors(include_input=False, include_url=False, include_context=False)
    )


def _sentence(place: Sequence[int | str], kind: str, message: str, text: str) -> str:
    keys = [str(part + 1) if isinstance(part, int) else part for part in place]
    lists = [number for number, part in enumerate(place) if isinstance(part, int)]
    line = _line(text, keys[: lists[0]] if lists else keys)
    # What stands left of an equals sign may be a pasted secret, too.
    ours = [at in lists or _OURS.fullmatch(key) for at, key in enumerate(keys)]
    name = ".".join(key if mine else "(a key)" for key, mine in zip(keys, ours, strict=True)) or "the file"
    expected = message.removeprefix("Value error, ").replace("Input should", "should")
    return f"{f'line {line}: ' if line else ''}{name}: {_EXPECTED.get(kind, expected)}"


def _line(text: str, keys: list[str]) -> int | None:
    """The line of a key, or of the header of its section where the key is missing; None if neither is there.

    Finds what is written in the usual way, `[section]` and `key = value`; an inline table is not looked into.
    """
    section, found = "", None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = header[1]
            if section in (".".join(keys), ".".join(keys[:-1])):
                found = number
        elif (key := _KEY.match(line)) and [*filter(None, section.split(".")), *key[1].split(".")] == keys:
            return number
    return found
