"""Runs the console blocks of a document as a person would: in order, at a terminal, in a folder of their own.

    ```console
    $ python3 silbo-admin keygen --label union
    New passphrase:
    ...
    ```

Lines that begin with `$ ` are run, the others are what must appear, however lines are folded. `...` stands
for anything. What differs from machine to machine stands for its kind, and the same thing for the same thing
all through a document: a date, an id or a hash (eight or more hexadecimal digits), a public key, a line of
five or more words of a fingerprint. What was printed in such a place is put into later commands. A block
marked `console root` is not run here: it changes the machine. One marked `console needs PROGRAM` is left out
where there is none. At `<!-- meanwhile: words -->` somebody else does something: a function of the test.
"""

import os
import pty
import re
import select
import shutil
import struct
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fcntl import ioctl
from pathlib import Path

PATIENCE = 240.0
SECRET = "{passphrase}"
PROMPTS = (
    (re.compile(r"(?i)(passphrase[^\n]*|same again|contraseña[^\n]*|otra vez lo mismo): $"), SECRET),
    (re.compile(r"\[y/N\] $"), "y"),
    (re.compile(r"\[s/N\] $"), "s"),
    (re.compile(r"Type yes: $"), "yes"),
    (re.compile(r"anything\s+else\s+keeps\s+them: $|cualquier\s+otra\s+cosa\s+las\s+conserva: $"), "no"),
)
"""What a person does when a program waits: the end of what it printed, and what is typed then."""

_MEANWHILE = re.compile(r"^ *<!-- meanwhile: (.*) -->$")
_KINDS = (
    (re.compile(r"(?m)^ *((?:[a-z]+ ){4,}[a-z]+) *$"), r"(?:[a-z]+ ){%d}[a-z]+"),
    (re.compile(r"(?<![A-Za-z0-9+/])(RW[A-Za-z0-9+/]{54})(?![A-Za-z0-9+/])"), r"RW[A-Za-z0-9+/]{54}"),
    (re.compile(r"\b(\d{4}-\d{2}-\d{2})\b"), r"\d{4}-\d{2}-\d{2}"),
    (re.compile(r"\b((?=[0-9a-f]*\d)[0-9a-f]{8,64})\b"), r"[0-9a-f]{%d}"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a document, what it should print, the line it stands on, and the program it needs."""

    line: int
    text: str
    expected: str
    needs: str | None


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Something that somebody else does between two commands."""

    line: int
    what: str


def steps(document: Path, *, root: bool = False) -> Iterator[Command | Meanwhile]:
    """What a document lets its reader do, in order; what is marked `root` only if that is asked for."""
    fence: list[str] | None = None
    command: Command | None = None
    for number, line in enumerate(document.read_text("utf-8").splitlines(), start=1):
        text = line.strip()
        if text.startswith("```"):
            if command is not None:
                yield command
            fence, command = (text[3:].split() if fence is None else None), None
        elif fence is None:
            if found := _MEANWHILE.match(line):
                yield Meanwhile(number, found[1])
        elif fence[:1] == ["console"] and (root or fence[1:] != ["root"]):
            if text.startswith("$ "):
                if command is not None:
                    yield command
                command = Command(number, text[2:], "", fence[2] if fence[1:2] == ["needs"] else None)
            else:
                assert command is not None, f"{document.name}:{number}: output without a command"
                command = replace(command, expected=f"{command.expected}{line}\n")
    assert fence is None, f"{document.name}: a block is not closed"


@dataclass(slots=True)
class Likeness:
    """Whether what was printed is what the document shows; `known`: what stands there -> what was printed."""

    known: dict[str, str] = field(default_factory=dict)

    def compare(self, expected: str, printed: str) -> bool:
        """Remember what was printed in the places of a kind, if all is alike; else remember nothing."""
        pattern, names = _pattern(expected.strip("\n"))
        found = re.fullmatch(pattern, " ".join(printed.split()))
        if found is None:
            return False
        told = self.known | {token: found[name] for token, name in names.items()}
        for token in names:  # an id may be shown whole and by its beginning
            for other in told:
                if other.startswith(token) and not told[other].startswith(told[token]):
                    return False
                if token.startswith(other) and not told[token].startswith(told[other]):
                    return False
            if told[token] != self.known.get(token, told[token]):
                return False
        self.known = told
        return True

    def command(self, text: str) -> str:
        """The command with what really was printed before."""
        begun = {token[:length]: real[:length] for token, real in self.known.items() for length in (8, 12)}
        tokens = sorted((begun := begun | self.known), key=len, reverse=True)
        return re.sub("|".join(map(re.escape, tokens)) or "$^", lambda found: begun[found[0]], text)


def _pattern(expected: str) -> tuple[str, dict[str, str]]:
    """A pattern for what may be printed, and the name of its group for each token of a kind."""
    names: dict[str, str] = {}
    places: list[tuple[int, int, str]] = []
    for shape, kind in _KINDS:
        for found in shape.finditer(expected):
            start, end = found.span(1)
            if any(start < other_end and other_start < end for other_start, other_end, _ in places):
                continue
            token = found[1]
            length = token.count(" ") if " " in token else len(token)
            name = names.setdefault(token, f"p{len(names)}")
            places.append((start, end, f"(?P<{name}>{kind.replace('%d', str(length))})"))
    parts, at, seen = [], 0, set()
    for start, end, place in sorted(places):
        name = names[expected[start:end]]
        parts += [_plain(expected[at:start]), f"(?P={name})" if name in seen else place]
        seen.add(name)
        at = end
    return rf"\s*{''.join([*parts, _plain(expected[at:])])}\s*", names


def _plain(text: str) -> str:
    """A pattern for text of the document: white space is any white space, `...` is anything or nothing."""
    first, *others = [r"\s+".join(map(re.escape, re.split(r"\s+", part))) for part in text.split("...")]
    for other in others:
        first = first.removesuffix(r"\s+") + r"\s*.*?\s*" + other.removeprefix(r"\s+")
    return first


@dataclass(slots=True)
class Desk:
    """Where the commands run. `called`: a path in the document -> the real one."""

    home: Path
    environment: Mapping[str, str]
    called: Mapping[str, str]
    passphrase: str
    likeness: Likeness = field(default_factory=Likeness)
    left_out: set[str] = field(default_factory=set)
    """The programs that this machine lacks."""

    def follow(self, document: Path, meanwhile: Mapping[str, Callable[[], None]]) -> int:
        """Do what the document says; return how many commands were run. AssertionError where it is wrong."""
        count = 0
        for step in steps(document):
            place = f"{document.name}:{step.line}"
            if isinstance(step, Meanwhile):
                assert step.what in meanwhile, f"{place}: nobody knows how to do that"
                meanwhile[step.what]()
                continue
            if step.needs is not None and shutil.which(step.needs, path=self.environment["PATH"]) is None:
                self.left_out.add(step.needs)
                continue
            status, output = self.run(self.likeness.command(step.text))
            same = self.likeness.compare(step.expected, output)
            assert same, f"{place}: $ {step.text}\n--- the document\n{step.expected}--- printed\n{output}"
            assert status == 0, f"{place}: $ {step.text}: exit status {status}"
            count += 1
        return count

    def run(self, command: str) -> tuple[int, str]:
        """Run a command at a terminal of its own; its exit status, and what the screen showed at the end."""
        for name, path in self.called.items():
            command = command.replace(name, path)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.home)
            os.execve("/bin/bash", ["bash", "-c", command], dict(self.environment))
        ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
        screen, answered, end = "", 0, time.monotonic() + PATIENCE
        while True:
            ready, _, _ = select.select([terminal], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"$ {command}\nwaits for something:\n{screen}"
            try:
                data = os.read(terminal, 65536)
            except OSError:  # the program has closed the terminal
                data = b""
            if not data:
                break
            screen += data.decode("utf-8", "replace")
            for prompt, answer in PROMPTS:
                if prompt.search(screen[answered:]):
                    answered = len(screen)
                    if answer == SECRET:
                        _wait_for_silence(terminal, end)
                    os.write(terminal, answer.replace(SECRET, self.passphrase).encode() + b"\n")
                    break
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])  # first: closing ends who still runs
        os.close(terminal)
        screen = screen.replace("\r\n", "\n").replace("\x1b[F\x1b[K", "")  # age clears its prompt away
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in screen.split("\n"))
        for name, path in sorted(self.called.items(), key=lambda pair: -len(pair[1])):
            text = text.replace(path, name)
        return status, text


def _wait_for_silence(terminal: int, end: float) -> None:
    """A person types slower than a program turns the echo off."""
    while termios.tcgetattr(terminal)[3] & termios.ECHO:
        assert time.monotonic() < end, "the terminal would show the passphrase"
        time.sleep(0.01)
