"""One file of vectors, held against `crypto` and against the page's TypeScript in Node."""

import json
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto import wordlist
from crypto.errors import CryptoError
from crypto.keylist import parse_keylist
from crypto.minisign import PublicKey
from page import build
from tests.vectors.make_page import FILE, document

VECTORS = json.loads(FILE.read_text("utf-8"))


def test_the_file_is_what_crypto_says() -> None:
    assert json.loads(json.dumps(document())) == VECTORS


def _passes(check: Callable[[], object]) -> bool:
    try:
        check()
    except CryptoError:
        return False
    return True


@pytest.mark.parametrize("case", VECTORS["signatures"], ids=lambda case: case["name"])
def test_a_signature_is_judged_as_the_page_does(case: dict[str, Any]) -> None:
    def check() -> str:
        return PublicKey.parse(case["root"]).verify(case["message"].encode(), case["text"])

    assert _passes(check) == case["good"]


@pytest.mark.parametrize("case", VECTORS["lists"], ids=lambda case: case["name"])
def test_a_list_is_judged_as_the_page_does(case: dict[str, Any]) -> None:
    root, day = PublicKey.parse(VECTORS["root"]), date.fromisoformat(VECTORS["day"])
    keys = case["keys"].encode()
    assert _passes(lambda: parse_keylist(keys, case["signature"], root, today=day)) == case["taken"]


def test_the_page_says_the_same() -> None:
    words = {language: " ".join(wordlist.polite(language)) for language in wordlist.LANGUAGES}
    given = json.dumps({**VECTORS, "list": wordlist.bip39("en"), "lists_of_words": words})
    command = [build.node(), str(Path(__file__).with_name("run.mjs")), "vectors.ts", str(build.HERE)]
    done = subprocess.run(command, input=given.encode(), capture_output=True, check=False, timeout=120)
    assert done.stderr == b""
    assert json.loads(done.stdout) == []
