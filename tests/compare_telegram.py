"""Compares our description of the Bot API with the types and methods of aiogram; run by hand.

    pip download --no-deps aiogram==3.31.0 && python tests/compare_telegram.py aiogram-3.31.0-py3-none-any.whl

It reads the wheel's source and runs nothing of it. What it printed last stands in docs/telegram.md.
"""

import ast
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.telegram_spec import Spec

OWN = {
    "BufferedInputFile", "DiceEmoji", "Downloadable", "ErrorEvent", "FSInputFile",
    "KeyboardButtonRequestUser", "MutableTelegramObject", "Request", "Response", "TelegramMethod",
    "TelegramObject", "URLInputFile", "UpdateTypeLookupError", "UserShared",
}  # fmt: skip
"""Classes of aiogram's own, or of an older Bot API."""


def classes(wheel: Path, folder: str) -> Iterator[tuple[str, dict[str, bool]]]:
    """The name of each class, and its fields: whether each is there only for old programs."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith(f"aiogram/{folder}/") and name.endswith(".py"):
                for node in ast.parse(archive.read(name)).body:
                    if isinstance(node, ast.ClassDef) and node.name not in OWN:
                        yield node.name, dict(fields(node))


def fields(node: ast.ClassDef) -> Iterator[tuple[str, bool]]:
    for line in node.body:
        if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
            continue
        name, told = line.target.id, ast.unparse(line.value) if line.value else ""
        if isinstance(line.value, ast.Call):
            for keyword in line.value.keywords:
                if keyword.arg == "alias" and isinstance(keyword.value, ast.Constant):
                    name = str(keyword.value.value)
        if not name.startswith("_") and name != "model_config":
            yield name, "deprecated" in told


def compare(ours: dict[str, set[str]], wheel: Path, folder: str) -> Iterator[str]:
    theirs = dict(classes(wheel, folder))
    names = {name[0].lower() + name[1:] if folder == "methods" else name: name for name in theirs}
    yield f"{folder}: {len(ours)} of ours, {len(theirs)} of aiogram's"
    yield from (f"  {name}: aiogram has none" for name in sorted(ours.keys() - names.keys()))
    yield from (f"  {name}: we have none" for name in sorted(names.keys() - ours.keys()))
    for name in sorted(ours.keys() & names.keys()):
        found = theirs[names[name]]
        more = {field for field, old in found.items() if not old} - ours[name]
        less = ours[name] - found.keys()
        yield from (f"  {name}.{field}: only aiogram's" for field in sorted(more))
        yield from (f"  {name}.{field}: only ours" for field in sorted(less))


def main(wheel: Path) -> None:
    spec = Spec.find()
    for folder, described in (("types", spec.types), ("methods", spec.methods)):
        ours = {name: {field["name"] for field in each.get("fields", ())} for name, each in described.items()}
        print("\n".join(compare(ours, wheel, folder)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
