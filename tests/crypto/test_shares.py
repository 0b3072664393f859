"""Word cards: SLIP-39 as its authors publish it, another implementation, and what is typed wrong."""

import json
import secrets
import subprocess
import sys
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import shares
from crypto.errors import CryptoError, FormatError
from crypto.shares import Card, join, parse_card, split
from tests.node_packages import NPM, node

SECRET = bytes(range(32))
VECTORS = json.loads((NPM / "node_modules" / "slip39" / "test" / "vectors.json").read_text())
JOIN = (
    "import s from 'slip39'; const cards = JSON.parse(process.argv[1]); "
    "process.stdout.write(Buffer.from(s.recoverSecret(cards, '')))"
)
MAKE = (
    "import s from 'slip39'; const made = s.fromArray([...Buffer.from(process.argv[1], 'hex')], "
    "{groups: [[3, 5]]}); process.stdout.write(JSON.stringify(made.fromPath('r/0').mnemonics))"
)


@pytest.fixture(scope="module")
def cards() -> tuple[Card, ...]:
    return split(SECRET, 3, 5)


def text(card: Card) -> str:
    return " ".join(card.words)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector[0].split(".")[0] for vector in VECTORS])
def test_the_published_vectors(vector: tuple[str, list[str], str, str]) -> None:
    library = shares._library()
    _, mnemonics, secret, _ = vector
    if secret:
        assert library.combine_mnemonics(mnemonics, b"TREZOR").hex() == secret
    else:
        with pytest.raises(library.MnemonicError):
            library.combine_mnemonics(mnemonics, b"TREZOR")


def test_another_implementation_joins_ours_and_we_join_its(cards: tuple[Card, ...]) -> None:
    def program(source: str, argument: str) -> bytes:
        command = [node(), "--input-type=module", "-e", source, argument]
        return subprocess.run(command, cwd=NPM, check=True, capture_output=True, timeout=60).stdout

    assert program(JOIN, json.dumps([text(card) for card in cards[1:4]])) == SECRET
    made = json.loads(program(MAKE, SECRET.hex()))
    assert join([parse_card(card) for card in made[2:]]) == SECRET


def test_any_three_of_five_and_any_more_give_it_back(cards: tuple[Card, ...]) -> None:
    for many in (3, 4, 5):
        for chosen in combinations(cards, many):
            assert join(chosen) == SECRET
    assert join([cards[0], cards[0], cards[1], cards[2]]) == SECRET


def test_two_of_three_cards_are_refused_and_so_is_one_card_three_times(cards: tuple[Card, ...]) -> None:
    for few in ([], cards[:1], cards[:2], [cards[0]] * 3):
        with pytest.raises(shares.TooFew):
            join(few)


def test_fewer_cards_fit_every_secret() -> None:
    """Two of three say nothing: for another secret there is a third card that goes with them."""
    raw = shares._library().shamir
    other = secrets.token_bytes(32)
    one, two = (raw.Share.from_mnemonic(text(card)) for card in split(SECRET, 3, 5)[:2])
    # What stands at the two special places is free to choose; the card at any third place follows from it.
    at = [raw.RawShare(one.index, one.value), raw.RawShare(two.index, two.value), raw.RawShare(255, other)]
    third = raw._interpolate(at, 4)
    assert raw._interpolate([*at[:2], raw.RawShare(4, third)], 255) == other


def test_a_card_of_another_set_is_named_and_never_gives_another_secret(cards: tuple[Card, ...]) -> None:
    for others in (split(SECRET, 3, 5), split(SECRET, 2, 5)):
        with pytest.raises(shares.OtherSet):
            join([*cards[:2], others[2]])


def test_a_card_that_was_made_up_never_gives_another_secret(cards: tuple[Card, ...]) -> None:
    """Its check words are right and its set is ours; with enough true cards it does not even disturb."""
    raw = shares._library()
    true = raw.Share.from_mnemonic(text(cards[2]))
    forged = parse_card(raw.Share(**{**vars(true), "value": secrets.token_bytes(len(true.value))}).mnemonic())
    with pytest.raises(shares.WrongWords):
        join([cards[0], cards[1], forged])
    assert join([cards[0], forged, cards[1], cards[3]]) == SECRET


def test_words_are_typed_in_any_way_and_by_their_first_four_letters(cards: tuple[Card, ...]) -> None:
    card = cards[0]
    for typed in (
        text(card).upper(),
        "\n".join(card.words),
        "  ".join(word[:4] for word in card.words),
        "\t" + " ".join(word[:5].title() for word in card.words) + "\r\n",
    ):
        assert parse_card(typed) == card


def test_a_wrong_word_is_named_with_neighbours_and_no_message_quotes_a_card(cards: tuple[Card, ...]) -> None:
    words = list(cards[0].words)
    words[6] = "acadmic"
    with pytest.raises(shares.UnknownWord) as caught:
        parse_card(" ".join(words))
    assert (caught.value.position, caught.value.neighbours) == (7, ("academic",))
    assert "acad" not in f"{caught.value} {caught.value!r} {cards[0]!r}"


@pytest.mark.parametrize("change", ["swapped", "another word"])
def test_a_word_of_the_list_at_the_wrong_place_is_noticed(cards: tuple[Card, ...], change: str) -> None:
    words = list(cards[0].words)
    if change == "swapped":
        place = next(place for place in range(4, 30) if words[place] != words[place + 1])
        words[place], words[place + 1] = words[place + 1], words[place]
    else:
        words[10] = "academic" if words[10] != "academic" else "zero"
    with pytest.raises(shares.WrongWords):
        parse_card(" ".join(words))


@pytest.mark.parametrize(("need", "of"), [(1, 1), (1, 3), (0, 3), (4, 3), (2, 17), (-1, 5)])
def test_numbers_that_protect_nobody_are_refused(need: int, of: int) -> None:
    with pytest.raises(FormatError):
        split(SECRET, need, of)


@pytest.mark.parametrize("count", [0, 1, 32, 34, 1000])
def test_another_number_of_words_is_said(count: int) -> None:
    with pytest.raises(shares.WrongCount) as caught:
        parse_card("academic " * count)
    assert caught.value.count <= count


def test_a_card_of_a_wallet_is_of_another_kind() -> None:
    (groups,) = [shares._library().generate_mnemonics(1, [(1, 1)], SECRET)]
    with pytest.raises(FormatError, match="another kind"):
        parse_card(groups[0][0])


@given(st.text() | st.lists(st.sampled_from(["academic", "acid", "zero", "unkn"]), max_size=40).map(" ".join))
def test_arbitrary_text_raises_only_our_errors(typed: str) -> None:
    with suppress(CryptoError):
        parse_card(typed)


def test_the_word_list_is_read_where_there_is_no_file(tmp_path: Path) -> None:
    """`silbo-admin` is one file: the library's own way to its list would fail there."""
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]; from crypto import shares; "
        "print(shares.join(shares.split(bytes(32), 2, 3)[1:]) == bytes(32)); "
        "print(sys.modules['shamir_mnemonic'].__file__)"
    )
    wheel = tmp_path / "library.zip"
    folder = Path(str(shares._library().__file__)).parent
    with ZipFile(wheel, "w") as archive:
        for path in folder.glob("*.*"):
            archive.write(path, f"shamir_mnemonic/{path.name}")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, str(wheel), str(root)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["True", f"{wheel}/shamir_mnemonic/__init__.py"], done.stderr
