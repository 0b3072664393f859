"""Join the modules of the opener into one file: `python -m opener.build silbo-open.py`.

The file has the statements of the modules, character by character, without what only a reader of the sources
or mypy needs: docstrings, annotations, protocols, our own imports. Nothing is renamed. Text is cut out, never
generated from a parse tree, so the same sources give the same bytes on every Python.
"""

import ast
import hashlib
import re
import sys
from pathlib import Path

MODULES = (
    "errors",
    "chacha20poly1305",
    "x25519",
    "mlkem",
    "kdf",
    "header",
    "bech32",
    "identities",
    "armor",
    "stream",
    "age",
    "tar",
    "envelope",
    "parcel",
    "ed25519",
    "signed",
    "announcement",
    "replies",
    "batches",
    "telling",
    "keyring",
    "opening",
    "documents",
    "cli",
)
OWN = "opener."
HEAD = """#!/usr/bin/env python3
# silbo-open.py reads what a Silbo server sealed, with Python 3.11 or newer alone.
# Joined by opener/build.py from modules that say more.
# SPDX-License-Identifier: AGPL-3.0-or-later

"""


Place = ast.stmt | ast.expr | ast.arg


class BuildError(Exception):
    """The modules can't be joined by cutting text."""


class Joined:
    """What the modules have given so far."""

    def __init__(self) -> None:
        self._plain: set[str] = set()  # import NAME
        self._chosen: dict[str, set[str]] = {}  # from MODULE import NAMES
        self._defined: set[str] = set()
        self._parts: list[str] = []

    def add(self, name: str, source: str) -> None:
        """Take the next module. Raises BuildError."""
        if not source.isascii():
            raise BuildError(f"{name}: must be ASCII, so that columns are bytes")
        tree = ast.parse(source)
        cut = Cut(source)
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._import(name, node)
                cut.statement(node)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                self._define(name, node.name)
                if isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases):
                    cut.statement(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    for part in ast.walk(target):
                        if isinstance(part, ast.Name):
                            self._define(name, part.id)
        cut.explanations(tree)
        summary = (ast.get_docstring(tree) or "").partition("\n")[0]
        self._parts.append(f"# {name}.py: {summary}\n\n{cut.text()}")

    def _import(self, name: str, node: ast.Import | ast.ImportFrom) -> None:
        names = {alias.name for alias in node.names}
        if any(alias.asname for alias in node.names):
            raise BuildError(f"{name}: import names as they are")
        if isinstance(node, ast.Import):
            self._plain |= names
        elif node.module is None or node.level:
            raise BuildError(f"{name}: name the module to import from")
        elif not node.module.startswith(OWN):
            self._chosen.setdefault(node.module, set()).update(names)
        elif not names <= self._defined:
            raise BuildError(f"{name}: uses a name of a later module")

    def _define(self, name: str, defined: str) -> None:
        if defined in self._defined:
            raise BuildError(f"{name}: defines {defined} again")
        self._defined.add(defined)

    def text(self) -> str:
        body = "\n".join(self._parts)
        imports = [f"import {name}\n" for name in sorted(self._plain)]
        for module, names in sorted(self._chosen.items()):
            # Names for annotations only are not used any more.
            if used := sorted(name for name in names if re.search(rf"\b{name}\b", body)):
                imports.append(f"from {module} import {', '.join(used)}\n")
        return HEAD + "".join(imports) + "\n\n" + body


class Cut:
    """A source from which pieces are cut, by the places that the parser gives."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._pieces: list[tuple[int, int, str]] = []

    def _start(self, node: Place) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def _end(self, node: Place) -> int:
        return self._starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    def statement(self, node: ast.stmt, instead: str = "") -> None:
        """Cut a statement that stands alone on its lines."""
        start, end = self._starts[node.lineno - 1], self._starts[node.end_lineno or node.lineno]
        self._pieces.append((start, end, instead))

    def explanations(self, tree: ast.Module) -> None:
        """Cut docstrings and annotations, unless they went with a statement."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
                alone = len(node.body) == 1 and not isinstance(node, ast.Module)
                self.statement(node.body[0], " " * node.body[0].col_offset + "pass\n" if alone else "")
            if isinstance(node, ast.arg) and node.annotation:
                self._pieces.append((self._start(node) + len(node.arg), self._end(node), ""))
            if isinstance(node, ast.AnnAssign) and node.value:
                self._pieces.append((self._end(node.target), self._end(node.annotation), ""))
            if isinstance(node, ast.FunctionDef) and node.returns:
                arrow = self._source.rindex(" ->", 0, self._start(node.returns))
                self._pieces.append((arrow, self._end(node.returns), ""))

    def text(self) -> str:
        """Return what is left, at most one empty line between functions, indented by tabs."""
        left, before = self._source, len(self._source)
        for start, end, instead in sorted(
            self._pieces, key=lambda piece: (piece[1], -piece[0]), reverse=True
        ):
            if end <= before:  # else it went with the statement around it
                left = left[:start] + instead + left[end:]
                before = start
        left = re.sub(r"  # type: ignore.*", "", left)
        left = re.sub(r"\n{3,}", "\n\n", left).strip() + "\n"
        left = re.sub(r"^(class .*:\n)\n", r"\1", left, flags=re.MULTILINE)
        left = re.sub(r"^(class .*:)\n    pass\n\n?", r"\1 pass\n", left, flags=re.MULTILINE)
        left = re.sub(r"^ *def .*", lambda match: match[0].replace(" = ", "="), left, flags=re.MULTILINE)
        return re.sub(r"^(    )+", lambda match: "\t" * (len(match[0]) // 4), left, flags=re.MULTILINE)


def build() -> bytes:
    """Return the file."""
    joined = Joined()
    for name in MODULES:
        joined.add(name, Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    return joined.text().encode()


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python -m opener.build OUTPUT", file=sys.stderr)
        return 2
    data = build()
    Path(sys.argv[1]).write_bytes(data)
    print(f"{sys.argv[1]}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
