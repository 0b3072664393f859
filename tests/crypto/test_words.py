"""Fingerprints in words, and the word lists under them and under the codenames."""

import hashlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import wordlist
from crypto.errors import FormatError
from crypto.minisign import PublicKey, SigningKey
from crypto.words import fingerprint, matches

KEY = SigningKey(bytes(range(32))).public()


def test_a_fingerprint_is_110_bits_of_the_hash_in_words() -> None:
    words = fingerprint(KEY)
    assert len(words) == 10
    digest = hashlib.sha256(b"silbo/v1 fingerprint\0" + KEY.key).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)
    listed = wordlist.bip39("en")
    assert words == tuple(listed[int(bits[place : place + 11], 2)] for place in range(0, 110, 11))


@given(st.binary(min_size=32, max_size=32))
def test_another_key_has_other_words(key: bytes) -> None:
    assert (fingerprint(PublicKey(key)) == fingerprint(KEY)) == (key == KEY.key)


def test_words_match_in_any_case_and_spacing() -> None:
    words = fingerprint(KEY)
    for typed in (" ".join(words), "\n".join(words).upper(), "  1. " + ",  ".join(words).title() + "\n"):
        assert matches(typed, KEY)


def test_other_words_do_not_match() -> None:
    words = list(fingerprint(KEY))
    for typed in (
        "",
        " ".join(words[:-1]),
        " ".join([*words, words[0]]),
        " ".join(reversed(words)),
        "ñ" * 600,
    ):
        assert not matches(typed, KEY)
    words[3] = "zoo" if words[3] != "zoo" else "abandon"
    assert not matches(" ".join(words), KEY)


@pytest.mark.parametrize("language", wordlist.LANGUAGES)
def test_a_list_has_2048_words_told_apart_by_four_letters(language: str) -> None:
    for words in (wordlist.bip39(language), wordlist.polite(language)):
        folded = [wordlist.fold(word) for word in words]
        assert len(folded) == wordlist.SIZE == 2**wordlist.BITS
        assert len({word[:4] for word in folded}) == wordlist.SIZE
        assert all(word.isascii() and word.isalpha() and 3 <= len(word) <= 9 for word in folded)


@pytest.mark.parametrize("language", wordlist.LANGUAGES)
def test_no_offensive_word_is_in_a_codename(language: str) -> None:
    replaced = wordlist.REPLACED[language]
    before, after = set(wordlist.bip39(language)), set(wordlist.polite(language))
    assert replaced.keys() <= before
    assert not replaced.keys() & after
    assert after - before == set(replaced.values())
    offensive = {
        "en": {"abuse", "assault", "cruel", "dumb", "evil", "fat", "gun", "insane", "ugly", "weapon"},
        "es": {
            "aborto",
            "coger",
            "gordo",
            "matar",
            "muerte",
            "negro",
            "orgía",
            "puta",
            "rehén",
            "sexo",
            "tonto",
        },
        "fr": {"cruel", "enlever", "exécuter", "fuite", "menacer", "prison", "suspect", "tyran", "virus"},
    }
    assert not offensive[language] & after


def test_a_language_without_a_list_is_refused() -> None:
    with pytest.raises(FormatError):
        wordlist.polite("tlh")
    with pytest.raises(FormatError):
        wordlist.bip39("../english")


def test_the_code_of_the_package_with_the_lists_is_never_run() -> None:
    program = (
        "import sys; from crypto import wordlist; wordlist.bip39('es'); sys.exit('mnemonic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=240).returncode == 0


@pytest.mark.parametrize(("word", "folded"), [("Ñandú", "nandu"), ("PINGÜINO", "pinguino"), ("aún", "aun")])
def test_folding_drops_case_and_accents(word: str, folded: str) -> None:
    assert wordlist.fold(word) == folded
