"""Links made for one reader name the source: in an e-mail every link is cut to its host, which is told."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrub import engine
from scrub.report import Clean
from scrub.words.links import cut_links
from tests.scrub.mail_files import mail, multipart, part

Scrub = Callable[[bytes], Clean]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://news.example.com/c/k7Qw9ZtR4CANARY-4711", "https://news.example.com"),
        ("https://news.example.com/u?r=CANARY%40example.com&t=9f8a7b6c.", "https://news.example.com."),
        ("(https://news.example.com/a_(CANARY))", "(https://news.example.com))"),
        ("HTTP://CANARY:pw@h.example:8080/", "HTTP://h.example"),
        ("https://h.example/#CANARY", "https://h.example"),
        ("https://h.example;CANARY=1/x", "https://h.example;CANARY=1/x"),  # no link to any program
        ("https://[2001:db8::1]/CANARY", "https://[2001:db8::1]"),
        ("https://niño.example/CANARY y más", "https://niño.example y más"),
        ("https://h.example:80:CANARY https://h.example: no", "https://h.example https://h.example: no"),
        ("www.example.com/CANARY", "www.example.com"),
        ("www.canteen.restaurant/CANARY?u=1", "www.canteen.restaurant"),
        ("union.edu/CANARY a.work/CANARY", "union.edu a.work"),
        ("bit.ly/3CANARY, t.me/+CANARY", "bit.ly, t.me"),
        ("mailto:unsub+CANARY@lists.example.com?subject=CANARY", "lists.example.com"),
        ("bounce+CANARY=example.org@lists.example.com", "lists.example.com"),
        ("write to ana.garcia1985@example.org", "write to ana.garcia1985@example.org"),
        ("https://4711canary4711.tokens.example/x", "https://tokens.example"),
        ("here<https://a.example/?url=CANARY\n02%7CCANARY>, there", "here<https://a.example>, there"),
        ("<https://a.example/CANARY\n> one word and more>", "<https://a.example\n> one word and more>"),
        ("https://news.example/" + "a" * 50 + "\n4711CANARY\nNext", "https://news.example\nNext"),
        ("https://h.example/ and https://h.example.", "https://h.example/ and https://h.example."),
        ("(https://a.example/?u=CANARY).Next to it", "(https://a.example).Next to it"),
        ("[see](https://a.example/CANARY)next", "[see](https://a.example)next"),
        ("(https://a.example/(CANARY)x/CANARY)next", "(https://a.example)next"),
        ("参见https://a.example/u?t=CANARY,明天上班", "参见https://a.example,明天上班"),
        ("見る。https://a.example/CANARY。明日は夜勤", "見る。https://a.example。明日は夜勤"),
        ("https://a.example/CANARY،غدا نعمل", "https://a.example،غدا نعمل"),
        ("https://a.example/CANARY.Завтра", "https://a.example.Завтра"),
        ("https://a.example/CANARY;https://b.example/CANARY", "https://a.example;https://b.example"),
        ("https://a.example/?u=https://b.example/CANARY", "https://a.example"),
        ("https://a.example/Köln-CANARY/é", "https://a.example"),
        ("y/o Sr./Sra. 14.1/2025 he/she a.txt/b 1.2/3", "y/o Sr./Sra. 14.1/2025 he/she a.txt/b 1.2/3"),
    ],
)
def test_a_link_is_cut_to_its_host(written: str, kept: str) -> None:
    assert cut_links(written) == (kept, written != kept)
    assert cut_links(kept) == (kept, False)


def test_a_line_behind_a_bare_host_is_no_rest_of_a_link() -> None:
    words = "They pay through another firm, as everybody in the hall knows: https://firm.example"
    for behind in ("612345678", "--shift--4", "14/1/25-3"):
        assert cut_links(f"{words}\n{behind}\n") == (f"{words}\n{behind}\n", False)
    assert cut_links(f"{words}\n/u/4711-token\n") == (f"{words}\n", True)
    assert cut_links(f"{words}/u/47\n11-token\n") == (f"{words}\n", True)


def test_an_unsubscribe_link_of_the_plain_part_names_nobody(clean: Scrub) -> None:
    plain = part(
        b"text/plain; charset=utf-8",
        b"The canteen closes on Friday.\n\nRead more: https://news.example.com/c/k7Qw9ZtR4CANARY-4711\n"
        b"Unsubscribe: https://news.example.com/u?r=CANARY%40example.com&t=9f8a7b6c\n",
    )
    page = part(b"text/html", b'<p>The canteen <a href="https://news.example.com/c/CANARY">Read more</a></p>')
    result = clean(mail(multipart(b"alternative", plain, page)))
    assert b"CANARY" not in result.content
    assert b"The canteen closes on Friday.\n\nRead more: https://news.example.com\n" in result.content
    assert b"Unsubscribe: https://news.example.com\n" in result.content
    assert "link_end" in result.removed


@pytest.mark.parametrize(
    "rest",
    [
        part(b"text/html", b"<p>See https://t.example/?u=CANARY</p>"),
        part(
            b"text/plain",
            b"https://news.example.com/very/long/way/to/the/page/of/the/month/CAN=\nARY4711\n",
            b"Content-Transfer-Encoding: quoted-printable",
        ),
        part(b"text/plain", "https://t.exam\u200bple/\u200bCANARY\n".encode(), b"X: y"),
        part(b"text/plain; format=flowed", b"> On Monday a wrote:\n>> <https://t.example/u/\n>> CANARY>\n"),
    ],
)
def test_no_reader_is_named_by_a_link_written_otherwise(rest: bytes, clean: Scrub) -> None:
    result = clean(mail(rest))
    assert b"CANARY" not in result.content
    assert b"://t.example" in result.content or b"://news.example.com" in result.content
    assert "link_end" in result.removed


def test_a_link_in_the_subject_is_cut_too(clean: Scrub) -> None:
    result = clean(mail(subject=b"Confirm: https://t.example/CANARY"))
    assert result.content.startswith(b"Subject: Confirm: https://t.example\n")


def test_what_a_person_wrote_in_a_text_keeps_its_links(clean: Scrub) -> None:
    words = b"Las pruebas: https://files.example.org/s/abc123\n"
    assert clean(words).content == words


def test_a_link_without_end_costs_no_time() -> None:
    for hostile in ("https://", "a.b/", "https://a.b/c ", "x@", "<https://", "a.", "mailto:", "https://a@"):
        cut_links(hostile * 50_000)
    cut_links("(https://a.b/c)." * 50_000)


_PIECES = (
    *("http://", "hxxp:\\\\", "www.", "a.example.com", "b.org", "x1y2z3w4q5t6u7v8", "/", "?", "#", "id=4711"),
    *(
        "\n",
        "> ",
        " ",
        "<",
        ">",
        "(",
        ")",
        ".",
        ",",
        "@",
        "mailto:",
        "u+tag",
        "=",
        "-",
        "_",
        "|",
        '"',
        "'",
        "`",
    ),
    *("9" * 40, "m", "ü", "href=", "\t", ":", ":8080", "//", "\\", "file:///", "%3D", "..", "co", "é.org"),
)


@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=14).map("".join))
def test_a_text_that_is_cleaned_again_has_no_link_left_to_cut(text: str) -> None:
    """Side by side, what two cuts leave may be a link: `hxxp:\\\\@www.@http://`."""
    once, cut = cut_links(text)
    assert cut_links(once)[0] == once
    assert cut or len(once) == len(text) or "<" in text


@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=14).map("".join))
def test_a_broken_mail_that_is_cleaned_again_stays_as_it_is(text: str) -> None:
    head = b"Content-Type: text/html; charset=utf-8\n\n"
    once = engine.scrub(mail(head + f"<div><p>Hola{text}</p>".encode())).content
    assert engine.scrub(once).content == once
