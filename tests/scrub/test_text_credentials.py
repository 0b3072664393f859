"""A C2PA manifest in words names who made them: it goes, however it was put there, and is told."""

from collections.abc import Callable

import pytest
from c2pa_text import embed_manifest
from c2pa_text.structured import (
    Placement,
    build_manifest_block_multiline,
    embed_structured,
    encode_data_uri,
    extract_structured,
)

from scrub.report import Clean
from scrub.words.credentials import without_credentials
from tests.scrub.mail_files import mail, part

Scrub = Callable[[bytes], Clean]

_MANIFEST = b"CANARY, by c2pa.org/CANARY" * 30
_TOLD = {"identifier", "software"}


@pytest.mark.parametrize(
    "words", ["hola mundo\n", "uno,dos\n1,2\n3,4\n", "WEBVTT\n\n00:01.000 --> 00:02.000\nhola\n"]
)
def test_a_manifest_in_variation_selectors_is_gone_and_told(words: str, clean: Scrub) -> None:
    marked = embed_manifest(words, _MANIFEST)
    assert len(marked) > len(words) + len(_MANIFEST)
    result = clean(marked.encode())
    assert result.content == clean(words.encode()).content
    assert set(result.removed) == {*_TOLD}


def test_other_letters_that_show_nothing_are_told_beside_a_manifest(clean: Scrub) -> None:
    result = clean(embed_manifest("ho\u200bla \u2764\ufe0f\n", _MANIFEST).encode())
    assert result.content.decode() == "hola \u2764\n"
    assert set(result.removed) == {*_TOLD, "invisible_character"}


def test_selectors_that_are_no_manifest_are_told_as_letters(clean: Scrub) -> None:
    assert clean(("hola" + "\ufe0f\U000e0101" * 40 + "\n").encode()).removed == ("invisible_character",)


@pytest.mark.parametrize(("before", "behind"), [("#", ""), ("//", ""), ("/*", "*/"), ("<!--", "-->")])
@pytest.mark.parametrize("placement", list(Placement))
@pytest.mark.parametrize("reference", [encode_data_uri(_MANIFEST), "https://c2pa.example/CANARY"])
def test_a_manifest_in_a_comment_is_gone_and_told(
    before: str, behind: str, placement: Placement, reference: str, clean: Scrub
) -> None:
    marked = embed_structured("uno\ndos\n", reference, before, behind, placement).text
    assert extract_structured(marked)
    result = clean(marked.encode())
    assert (result.content, set(result.removed)) == (b"uno\ndos\n", _TOLD)


def test_a_manifest_over_several_lines_or_cut_off_is_gone(clean: Scrub) -> None:
    block = build_manifest_block_multiline(encode_data_uri(_MANIFEST))
    for marked in (f"---\n{block}\n---\nhola\n", f"---\n{block[:-20]}\n---\nhola\n"):
        result = clean(marked.encode())
        assert b"hola" in result.content
        assert b"MANIFEST" not in result.content.replace(b"END C2PA M", b"")
        assert b"base64" not in result.content
        assert set(result.removed) == _TOLD


def test_a_manifest_behind_odd_letters_is_gone(clean: Scrub) -> None:
    reference = encode_data_uri(_MANIFEST)
    block = f"# -----BEGIN  C2PA\u200b MANIFEST----- {reference} -----END C2PA MANIFEST-----\nhola\n"
    result = clean(block.encode())
    assert (result.content, set(result.removed) >= _TOLD) == (b"hola\n", True)
    in_mail = clean(mail(part(b"text/plain; charset=utf-8", block.encode())))
    assert b"MANIFEST" not in in_mail.content


def test_a_manifest_in_an_e_mail_is_gone_and_told(clean: Scrub) -> None:
    marked = embed_manifest("hola mundo\n", _MANIFEST).encode()
    result = clean(mail(part(b"text/plain; charset=utf-8", marked)))
    assert result.content.endswith(b"\n\nhola mundo\n\n--=_silbo--\n")
    assert set(result.removed) >= _TOLD
    assert "invisible_character" not in result.removed


def test_a_manifest_without_end_costs_no_time() -> None:
    begin, end = "-----BEGIN C2PA MANIFEST-----", "-----END C2PA MANIFEST-----"
    for hostile in (
        begin * 20_000,
        begin * 20_000 + end,
        "\ufe00" * 500_000,
        " " * 500_000 + begin,
        end * 20_000,
    ):
        assert begin not in without_credentials(hostile)[0]
