"""What a release is made of, for whoever must compare it with lists of weaknesses: CycloneDX 1.6, as JSON.

Source: https://cyclonedx.org/docs/1.6/json/. Every package of requirements/run.lock with the hashes of all
its files, its licence as docs/licenses.md has it and what needs it; and what the page is bundled from. There
is no time and no random number in it: the same commit gives the same bytes.
"""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import quote

from release.errors import ReleaseError

NAME = "silbo.cdx.json"
PAGE_LOCK = "page/package-lock.json"
Component = dict[str, object]
_ENTRY = re.compile(r"(?m)^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ \\;]+)(.*?)(?=^[A-Za-z0-9]|\Z)", re.DOTALL)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_VIA = re.compile(r"^ +# +(?:via +)?(\S+)", re.MULTILINE)
_OURS = re.compile(r"^ +# +(?:via +)?-r ", re.MULTILINE)
_LICENCE = re.compile(r"(?m)^\| ([A-Za-z0-9_.-]+) \| (.+) \|$")


def bill_of_materials(version: str, commit: str, files: Mapping[str, bytes]) -> bytes:
    """The document for a commit's files by path. Raises ReleaseError for a package without a licence."""
    ours = f"pkg:generic/silbo@{version}"
    python, tree = _python(files["requirements/run.lock"].decode(), files["docs/licenses.md"].decode(), ours)
    page = _page(files.get(PAGE_LOCK, b"{}"))
    tree[ours] = sorted([*tree[ours], *(str(component["bom-ref"]) for component in page)])
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": "silbo",
                "version": version,
                "licenses": [{"license": {"id": "AGPL-3.0-or-later"}}],
                "properties": [{"name": "silbo:commit", "value": commit}],
            }
        },
        "components": [*python, *page],
        "dependencies": [{"ref": reference, "dependsOn": on} for reference, on in sorted(tree.items())],
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def _python(lock: str, licence_list: str, ours: str) -> tuple[list[Component], dict[str, list[str]]]:
    licences = dict(_LICENCE.findall(licence_list))
    components: list[Component] = []
    tree: dict[str, list[str]] = {ours: []}
    vias: dict[str, str] = {}
    for name, number, rest in _ENTRY.findall(lock):
        if name not in licences:
            raise ReleaseError(f"docs/licenses.md does not name {name}")
        reference = f"pkg:pypi/{_normal(name)}@{number}"
        tree[reference], vias[reference] = [], rest
        hashes = [{"alg": "SHA-256", "content": found} for found in _HASH.findall(rest)]
        components.append(_component(name, number, reference, licences[name].strip(), hashes))
    named = {_normal(str(component["name"])): str(component["bom-ref"]) for component in components}
    for reference, rest in vias.items():
        needing = [named[_normal(via)] for via in _VIA.findall(rest) if _normal(via) in named]
        for each in [*needing, *([ours] if _OURS.search(rest) else [])]:
            tree[each].append(reference)
    return components, tree


def _page(lock: bytes) -> list[Component]:
    """What the page is bundled from and with, as npm's lock (version 3) has it."""
    found: list[Component] = []
    for path, entry in sorted(json.loads(lock).get("packages", {}).items()):
        if not path:  # the page itself
            continue
        name = path.rpartition("node_modules/")[2]
        algorithm, _, digest = entry.get("integrity", "").partition("-")
        hashes = [{"alg": "SHA-512", "content": b64decode(digest).hex()}] if algorithm == "sha512" else []
        reference = f"pkg:npm/{quote(name)}@{entry['version']}"
        found.append(_component(name, entry["version"], reference, entry.get("license", "not told"), hashes))
    return found


def _component(
    name: str, version: str, reference: str, licence: str, hashes: list[dict[str, str]]
) -> Component:
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "purl": reference,
        "licenses": [{"license": {"name": licence}}],
        "hashes": hashes,
    }


def _normal(name: str) -> str:
    """As PyPI compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
