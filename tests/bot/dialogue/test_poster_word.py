"""A desk's word: whoever has seen its poster knows it; guesses are limited, and nothing of it is kept."""

import pytest

from bot.channels.events import Command, Press, Text
from bot.conversation.inputs import Arrived, GaveWord, NeedWord
from bot.conversation.state import State
from bot.dialogue.proof import HOUR, MINUTE, TRIES_PER_HOUR, TRIES_PER_MINUTE, Proofs
from bot.poster_words import plain
from tests.bot.conftest import House
from tests.bot.dialogue.test_desks import BOTH, Two, two
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload

__all__ = ["two"]


@pytest.fixture
def guarded(house: House) -> House:
    house.told = {"poster_words": ("Clavel rojo", "girasol")}
    house.restart()
    return house


async def test_nothing_is_kept_until_the_word_was_written(guarded: House, photo: bytes) -> None:
    await guarded.tell(Command("start"))
    assert "Union asks for the word on its poster" in guarded.chat.last
    await guarded.tell(upload(photo))
    assert "I did not keep that" in guarded.chat.last
    await guarded.tell(Text("lo que vi en la oficina, que es mucho más largo que cualquier palabra " * 3))
    assert "First write the word on the poster of: Union" in guarded.chat.last
    await guarded.tell(Text("margarita"))
    assert "That is not the word" in guarded.chat.last
    assert b"margarita" not in guarded.everything_written()
    assert await guarded.store.used() == {}
    await guarded.tell(Text("CLAVEL  RÓJO!"))
    assert "That is the word" in guarded.chat.last
    await tell_all(guarded, Text("lo que vi"), Text("margarita"), *SEND)
    ((_, items),) = await guarded.sent()
    assert [content for _, content in items] == [b"lo que vi", b"margarita"]
    written = guarded.everything_written().decode("latin-1").casefold()
    assert "clavel" not in written
    assert guarded.session().state.proved == ()
    await guarded.tell(Text("otra cosa"))  # what was sent took it along
    assert "That is not the word" in guarded.chat.last


async def test_one_of_several_words_is_enough_and_a_trial_needs_none(guarded: House) -> None:
    await tell_all(guarded, Command("trial"), Text("prueba"), Press("review"), Press("send"))
    assert await guarded.store.used() == {}
    await tell_all(guarded, Text("Girasol"), Text("uno"), *SEND)
    assert len(await guarded.sent()) == 1


@pytest.mark.parametrize(
    "typed", ["clavelrojo", "CLAVEL ROJO", "  clavel-rojo.", "clávél\nrojo", "\uff43lavel rojo"]
)
def test_case_accents_and_spacing_do_not_matter(typed: str) -> None:
    assert plain(typed) == "clavelrojo"


def test_wrong_words_are_limited_and_who_is_held_nowhere() -> None:
    now = 0.0
    proofs = Proofs({"": ("clavel",)}, lambda: now)

    def told(chat: str, words: str = "no") -> object:
        return proofs.before(State(), Text(words), Arrived("d"), chat)

    for _ in range(TRIES_PER_HOUR):
        assert told("a") == NeedWord(tried=True)
    assert told("a") == NeedWord(wait=60)
    assert told("a", "clavel") == NeedWord(wait=60), "after a guesser's limit the right word is none"
    assert told("b", "clavel") == GaveWord(("",)), "and nobody else waits"
    now = HOUR - 1.0
    assert told("a") == NeedWord(wait=1)
    now = HOUR + 1.0
    assert told("a") == NeedWord(tried=True)
    for guess in range(TRIES_PER_MINUTE):
        told(f"many{guess}")
    assert told("new") == NeedWord(wait=1)
    now += MINUTE
    assert told("new") == NeedWord(tried=True)


def test_every_word_is_compared_whichever_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = list[bytes]()

    def same(one: bytes, other: bytes) -> bool:
        compared.append(other)
        return one == other

    monkeypatch.setattr("bot.dialogue.proof.hmac.compare_digest", same)
    proofs = Proofs({"": ("uno", "dos", "tres")}, lambda: 0.0)
    for words in ("uno", "tres", "ninguna"):
        compared.clear()
        proofs.before(State(), Text(words), Arrived("d"), "a")
        assert len(compared) == 3


async def test_two_desks_ask_for_a_word_each(two: Two) -> None:
    house = two.house
    house.told = {"poster_words": ("clavel",)}
    house.told_further = {"poster_words": ("girasol",)}
    house.restart()
    await tell_all(house, Command("start"), *BOTH)
    assert "Noticias asks for the word on its poster" in house.chat.last
    await house.tell(Text("girasol"))
    assert "Now the word of: Union" in house.chat.last
    await house.tell(Text("clavel"))
    assert "That is the word" in house.chat.last
    await tell_all(house, Text("en casa"), *SEND)
    assert [drop.contents for drop in await two.drops("news")] == [[b"en casa"]]


async def test_a_desk_says_which_languages_it_reads_to_whoever_speaks_another(house: House) -> None:
    house.told = {"languages": ("es", "fil")}
    house.restart()
    await house.tell(Command("start"))
    assert "Union reads: Spanish and Filipino." in house.chat.last
    await house.tell(Press("language:es"))
    assert "español" not in house.chat.last
    await house.tell(Press("language:fr"))
    assert "Union lit : espagnol et filipino." in house.chat.last


def test_sentences_before_the_word_use_up_no_try() -> None:
    proofs = Proofs({"": ("clavel",)}, lambda: 0.0)
    for _ in range(3 * TRIES_PER_HOUR):
        found = proofs.before(State(), Text("lo que vi en la oficina"), Arrived("d"), "a")
        assert found == NeedWord()
    assert proofs.before(State(), Text("clavel"), Arrived("d"), "a") == GaveWord(("",))


async def test_a_link_can_hold_the_word(guarded: House) -> None:
    await guarded.tell(Command("start", "clavel-rojo"))
    word, notice = [said for said, _ in guarded.chat.said]
    assert word == "That is the word. Now write what happened, or send a photo."
    assert "Before you write" in notice
    for again in (Press("language:es"), Press("language:en"), Command("start")):
        await guarded.tell(again)
        assert "poster" not in guarded.chat.last + notice
        assert "cartel" not in guarded.chat.last
    await tell_all(guarded, Text("lo que vi"), *SEND)
    ((_, items),) = await guarded.sent()
    assert [content for _, content in items] == [b"lo que vi"]


async def test_attack_words_are_guessed_by_links(guarded: House) -> None:
    for number in range(TRIES_PER_HOUR):
        await guarded.tell(Command("start", f"palabra{number}"))
        assert "That is not the word, and I did not keep it" in guarded.chat.last
    await guarded.tell(Command("start", "girasol"))
    assert "Too many wrong words" in guarded.chat.last


async def test_attack_a_link_of_its_own_for_each_worker(house: House) -> None:
    """It is kept nowhere; but a person may have written it, so that is said, in a draft too."""
    await house.tell(Command("start", "empleado-4711"))
    assert "The link to this chat had a word in it. I did not keep it." in house.chat.last
    await tell_all(house, Text("lo que vi"), Command("start", "empleado-4711"))
    assert "without /start" in house.chat.last
    assert house.session().state.draft
    assert b"4711" not in house.everything_written()
    await tell_all(house, *SEND)
    ((_, items),) = await house.sent()
    assert [content for _, content in items] == [b"lo que vi"]


async def test_the_word_of_one_desk_behind_a_link_is_the_word_of_that_desk(two: Two) -> None:
    house = two.house
    house.told = {"poster_words": ("clavel",)}
    house.told_further = {"poster_words": ("girasol",)}
    house.restart()
    await tell_all(house, Command("start", "girasol"), *BOTH, Text("clavel"))
    assert "That is the word" in house.chat.last
    await tell_all(house, Text("en casa"), *SEND)
    assert [drop.contents for drop in await two.drops("news")] == [[b"en casa"]]


@pytest.mark.parametrize("end", ["sent", "ended", "another language"])
async def test_a_trial_takes_no_word_away(guarded: House, end: str) -> None:
    """Whoever came by the code on the poster has never typed it, and is not near the poster any more."""
    await tell_all(guarded, Command("start", "clavelrojo"), Command("trial"), Text("prueba"))
    await tell_all(guarded, *(SEND if end == "sent" else [Press("end_trial")]))
    if end == "another language":
        await guarded.tell(Press("language:es"))
    await tell_all(guarded, Text("lo que vi"), *SEND)
    ((_, items),) = await guarded.sent()
    assert [content for _, content in items] == [b"lo que vi"]
