"""Checks values against the description of the Bot API in JSON (`../shared/data/telegram-bot-api.json`).

The file is not part of this repository. Where it is absent, `Spec.find()` returns None, and the stand-in
checks only what its own code says.
"""

import json
from pathlib import Path
from typing import Any, Self

PLACE = Path(__file__).resolve().parents[2] / "shared" / "data" / "telegram-bot-api.json"


class Spec:
    """Every check returns a list of sentences that say what is wrong, without values; none means right."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.types: dict[str, Any] = description["types"]
        self.methods: dict[str, Any] = description["methods"]

    @classmethod
    def find(cls) -> Self | None:
        return cls(json.loads(PLACE.read_text())) if PLACE.exists() else None

    def update(self, update: Any) -> list[str]:
        return self.value(update, ["Update"], "update")

    def request(self, method: str, params: dict[str, Any]) -> list[str]:
        if method not in self.methods:
            return [f"{method}: no such method"]
        return self._fields(params, self.methods[method].get("fields", []), method)

    def answer(self, method: str, result: Any) -> list[str]:
        return self.value(result, self.methods[method]["returns"], f"{method} result")

    def value(self, value: Any, types: list[str], where: str) -> list[str]:
        attempts = [self._one(value, name, where) for name in types]
        return min(attempts, key=len)

    def _one(self, value: Any, name: str, where: str) -> list[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: not an array"]
            inner = [name.removeprefix("Array of ")]
            return [e for i, item in enumerate(value) for e in self.value(item, inner, f"{where}[{i}]")]
        match name:
            case "Integer":
                right = type(value) is int
            case "Float":
                right = type(value) in (int, float)
            case "String":
                right = isinstance(value, str)
            case "Boolean":
                right = isinstance(value, bool)
            case "InputFile":
                right = True
            case _:
                return self._object(value, name, where)
        return [] if right else [f"{where}: not of type {name}"]

    def _object(self, value: Any, name: str, where: str) -> list[str]:
        described = self.types[name]
        if described.get("subtypes"):
            return self.value(value, described["subtypes"], where)
        if not isinstance(value, dict):
            return [f"{where}: not an object ({name})"]
        return self._fields(value, described.get("fields", []), where)

    def _fields(self, value: dict[str, Any], fields: list[dict[str, Any]], where: str) -> list[str]:
        known = {field["name"]: field for field in fields}
        errors = [f"{where}: unknown field {key}" for key in value if key not in known]
        for key, field in known.items():
            if key in value:
                errors += self.value(value[key], field["types"], f"{where}.{key}")
            elif field["required"]:
                errors.append(f"{where}: {key} is missing")
        return errors
