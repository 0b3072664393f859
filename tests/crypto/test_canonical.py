"""Canonical JSON: one text a value, and nothing that makes a parser work hard or two parsers disagree."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import canonical
from crypto.errors import FormatError

LIMIT = 1 << 20
values = st.recursive(
    st.none() | st.integers(0, canonical.MAX_INTEGER) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_", max_size=4), inner, max_size=4)
    ),
    max_leaves=10,
)


def _shallow(value: object, depth: int = canonical.MAX_DEPTH) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_shallow(each, depth - 1) for each in inner)


@given(values.filter(_shallow))
def test_a_value_survives_and_has_one_text(value: object) -> None:
    data = canonical.encode(value)
    assert canonical.decode(data, LIMIT) == value
    assert data == json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_control_characters_are_written_as_rfc_8785_has_them() -> None:
    assert (
        canonical.encode('\x00\b\t\n\f\r\x1f"\\/\x7fñ')
        == b'"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\x7f\xc3\xb1"'
    )


@pytest.mark.parametrize(
    "document",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'"\\u00f1"',
        b'"\\/"',
        b"\xef\xbb\xbf{}",
        b"\xff",
        b'"\\ud800"',
        b"1.0",
        b"1e3",
        b"-1",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"true",
        b"9007199254740992",
        b"",
        b"{}{}",
        b'{"\xc3\xb1":1}',
    ],
)
def test_another_spelling_or_kind_of_value_is_refused(document: bytes) -> None:
    with pytest.raises(FormatError):
        canonical.decode(document, LIMIT)


@pytest.mark.parametrize(
    "document",
    [b"[" * 100_000, b"[" * 9 + b"]" * 9, b'{"a":' * 50_000, b"9" * 500_000, b"-" + b"9" * 500_000],
    ids=["open brackets", "nine levels", "open objects", "huge number", "huge negative number"],
)
def test_a_document_made_to_exhaust_the_parser_is_refused(document: bytes) -> None:
    with pytest.raises(FormatError):
        canonical.decode(document, LIMIT)


def test_a_document_over_the_limit_is_refused_unparsed() -> None:
    with pytest.raises(FormatError, match="longer than allowed"):
        canonical.decode(b"[" * 11, 10)


@given(st.binary(max_size=64) | st.text(st.sampled_from('{}[]",:0aéeE.-+ \\u')).map(str.encode))
def test_arbitrary_bytes_raise_only_format_errors(document: bytes) -> None:
    try:
        value = canonical.decode(document, LIMIT)
    except FormatError:
        return
    assert canonical.encode(value) == document


@pytest.mark.parametrize("value", [True, 1.5, b"bytes", {1: 2}, "\ud800", -1, 2**53])
def test_a_value_that_json_should_not_carry_is_not_written(value: object) -> None:
    with pytest.raises(FormatError):
        canonical.encode(value)


def test_an_error_names_our_field_and_no_outside_byte() -> None:
    fields = canonical.Fields({"serial": "canary-7321"}, "key list", {"serial"})
    with pytest.raises(FormatError, match="`serial` in the key list") as raised:
        fields.integer("serial")
    assert "canary" not in str(raised.value)
