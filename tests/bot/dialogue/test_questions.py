"""A desk's questions: after the material, each to be left out, and no answer in clear anywhere on the way."""

from dataclasses import replace

import pytest

from bot.channels.events import Command, Press, Text
from bot.conversation.inputs import Asking
from bot.conversation.questions import pressed
from bot.questions import READY, Question
from bot.runtime import RuntimeFolder
from bot.store.errors import StorageError
from tests.bot.conftest import House
from tests.bot.dialogue.test_desks import BOTH, Two, two
from tests.bot.dialogue.test_dialogue import tell_all, upload

__all__ = ["two"]

COUNTRY = Question("country")
DANGER = Question("danger")
SHIFT = Question(
    "shift",
    {"en": "Which shift do you {work}?", "es": "¿Qué turno tienes?"},
    ({"en": "Day", "es": "Día"}, {"en": "Night", "es": "Noche"}),
)


@pytest.fixture
def asking(house: House) -> House:
    house.questions = (COUNTRY, SHIFT, DANGER)
    house.restart()
    return house


async def answers(house: House) -> dict[str, str]:
    """What a reviewer reads of the only drop: by the id of the question, the question with its answer."""
    ((_, items),) = await house.sent()
    return {item.answers or str(number): content.decode() for number, (item, content) in enumerate(items)}


async def test_they_come_after_the_material_and_before_sending(asking: House) -> None:
    await tell_all(asking, Command("start"), Text("lo que vi"), Press("review"))
    assert "Which country do you work in?" in asking.chat.last
    assert "Questions left: 3" in asking.chat.last
    assert asking.chat.actions == [f"pass:{COUNTRY.key}", "pass_all"]
    await asking.tell(Text("Colombia"))
    assert "Which shift do you {work}?" in asking.chat.last  # an operator's braces are letters
    await asking.tell(Press(f"pick:{SHIFT.key}/2"))
    await asking.tell(Press(f"pass:{DANGER.key}"))
    assert "2 answers" in asking.chat.last
    assert asking.chat.actions[:1] == ["send"]
    await asking.tell(Press("send"))
    assert "Received" in asking.chat.last
    assert await answers(asking) == {
        "0": "lo que vi",
        "country": "Which country do you work in?\n\nColombia",
        "shift": "Which shift do you {work}?\n\nNight",
    }


async def test_an_answer_by_which_somebody_can_be_reached_is_pointed_at(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("Colombia, my number is 310 123 4567"))
    pointed, actions = asking.chat.said[-2]
    assert "your phone number or address seems to be in it" in pointed
    assert actions == [f"unanswer:{COUNTRY.key}"]
    assert "Which shift" in asking.chat.last
    await tell_all(asking, Press(f"unanswer:{COUNTRY.key}"), Press("pass_all"), Press("send"))
    assert await answers(asking) == {"0": "uno"}


async def test_a_desk_without_questions_asks_none(house: House) -> None:
    await tell_all(house, Command("start"), Text("uno"), Press("review"))
    assert house.chat.actions[:3] == ["send", "more", "discard"]
    assert "questions" not in house.chat.actions


async def test_all_are_left_out_with_one_tap(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Press("pass_all"))
    assert asking.chat.actions[:4] == ["send", "more", "discard", "questions"]
    await asking.tell(Press("send"))
    assert await answers(asking) == {"0": "uno"}


@pytest.mark.parametrize(
    ("word", "asked"),
    [("Skip.", "shift"), ("saltar", "shift"), ("back", "country"), ("delete the last one", "country")],
)
async def test_plain_words_pass_a_question_and_go_back(asking: House, word: str, asked: str) -> None:
    await tell_all(asking, Text("uno"), Press("review"))
    if asked == "country":
        await asking.tell(Text("Colombia"))
    await asking.tell(Text(word))
    assert asking.session().state.asked == {"shift": SHIFT, "country": COUNTRY}[asked].key


async def test_an_answer_changed_or_taken_back_leaves_nothing_of_it(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("Colombia"), Press(f"back:{SHIFT.key}"))
    assert "You have answered this" in asking.chat.last
    await tell_all(asking, Text("Panamá"), Press(f"pick:{SHIFT.key}/1"), Press("pass_all"))
    await asking.tell(Press("questions"))
    await asking.tell(Press(f"pass:{COUNTRY.key}"))  # stays
    await asking.tell(Press(f"unanswer:{SHIFT.key}"))
    await tell_all(asking, Press("pass_all"), Press("send"))
    assert await answers(asking) == {"0": "uno", "country": "Which country do you work in?\n\nPanamá"}


async def test_no_answer_is_in_clear_in_any_file_nor_after_a_crash(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("SECRETO-PANAMA"))
    assert b"SECRETO" not in asking.everything_written()
    asking.restart()
    await tell_all(asking, Press(f"pick:{SHIFT.key}/2"))
    assert b"Night" not in asking.everything_written()
    await tell_all(asking, Press("pass_all"), Press("send"))
    assert (await answers(asking))["country"].endswith("SECRETO-PANAMA")


async def test_killed_between_the_answer_and_what_is_remembered_it_is_there_once(
    asking: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell_all(asking, Text("uno"), Press("review"))
    save, calls = RuntimeFolder.save, list[int]()

    def full(self: RuntimeFolder, key: str, data: bytes) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError
        save(self, key, data)

    monkeypatch.setattr(RuntimeFolder, "save", full)
    with pytest.raises(StorageError):
        await asking.tell(Text("Colombia"), update_id="again")
    monkeypatch.undo()
    asking.restart()
    await asking.tell(Text("Colombia"), update_id="again")
    await asking.tell(Text("Colombia"), update_id="again")
    assert asking.session().state.asked == SHIFT.key
    await tell_all(asking, Press("pass_all"), Press("send"))
    ((_, items),) = await asking.sent()
    assert len(items) == 2


async def test_a_file_in_place_of_an_answer_is_material_and_the_question_comes_again(
    asking: House, photo: bytes
) -> None:
    await tell_all(asking, Text("uno"), Press("review"), upload(photo))
    assert "1 clean file" in asking.chat.last
    await asking.tell(Press("review"))
    assert "Which country" in asking.chat.last


async def test_a_language_chosen_in_the_middle_asks_again_in_it(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("Colombia"), Press("language:es"))
    assert "¿Qué turno tienes?" in asking.chat.last
    await tell_all(asking, Press(f"pick:{SHIFT.key}/2"), Press("pass_all"), Press("send"))
    assert (await answers(asking))["shift"] == "¿Qué turno tienes?\n\nNoche"


async def test_long_words_that_the_messenger_cut_are_one_answer(asking: House) -> None:
    pieces = ("a" * 4096, "b" * 4096, "c" * 1808)
    await tell_all(asking, Text("uno"), Press("review"), Text(pieces[0]))
    assert "it goes with this answer" in asking.chat.last
    await tell_all(asking, Text(pieces[1]), Text(pieces[2]))
    assert asking.session().state.asked == SHIFT.key
    await tell_all(asking, Press("pass_all"), Press("send"))
    ((_, items),) = await asking.sent()
    mine = [content.decode() for item, content in items if item.answers == "country"]
    assert "".join(each.partition("\n\n")[2] for each in mine) == "".join(pieces)
    assert "1 answer" in asking.chat.last


async def test_an_answer_too_long_is_refused_in_one_sentence_and_asked_on(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("x" * 70_000))
    assert asking.session().state.answers == ()
    await tell_all(asking, Text("Colombia"), Press("pass_all"), Press("send"))
    assert "country" in await answers(asking)


async def test_questions_changed_in_the_middle_keep_what_was_answered_and_lose_no_word(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("Colombia"))
    asking.questions = (COUNTRY, DANGER, Question("city", {"en": "Which city?"}))
    asking.restart()
    await asking.tell(Text("de noche"))  # to a question that is gone: material
    await asking.tell(Press(f"pick:{SHIFT.key}/1"))  # a button of it: the next question
    assert "danger" in asking.chat.last
    await tell_all(asking, Press(f"pick:{DANGER.key}/1"), Text("Cali"), Press("send"))
    assert await answers(asking) == {
        "0": "uno",
        "country": "Which country do you work in?\n\nColombia",
        "2": "de noche",
        "danger": "Is anybody in danger now?\n\nYes",
        "city": "Which city?\n\nCali",
    }


async def test_a_desk_closed_in_the_middle_asks_no_more_and_what_is_there_goes(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Text("Colombia"))
    await asking.store.close_desk("", asking.clock.day())
    await asking.tell(Text("de noche"))
    assert asking.chat.actions[:1] == ["send"]
    await asking.tell(Press("send"))
    assert set(await answers(asking)) == {"0", "country"}


async def test_who_writes_under_a_codename_is_not_asked_again(asking: House) -> None:
    await tell_all(asking, Text("uno"), Press("review"), Press("pass_all"), Press("send"))
    await tell_all(asking, Command("answers"), Text(asking.chat.covered[-1]))
    await tell_all(asking, Text("algo más"), Press("review"))
    assert asking.chat.actions[:1] == ["send"]


async def test_a_trial_asks_too_and_keeps_nothing(asking: House) -> None:
    await tell_all(asking, Command("trial"), Text("prueba"), Press("review"))
    assert "Which country" in asking.chat.last
    await tell_all(asking, Text("Colombia"), Press("pass_all"), Press("send"))
    assert await asking.sent() == []


async def test_a_stranger_s_buttons_ask_for_nothing(asking: House) -> None:
    wild = (
        "pick:",
        f"pick:{SHIFT.key}/9",
        f"pick:{SHIFT.key}/0",
        "pass:zz",
        f"back:{COUNTRY.key}",
        "pick:00000000/1",
    )
    await asking.tell(Text("uno"))
    for action in wild:
        await asking.tell(Press(action))
    assert asking.session().state.answers == ()
    assert pressed("pick:00000000/1", Asking((SHIFT.key,))) == [Asking((SHIFT.key,))]


async def test_discarded_with_answers_nothing_stays(asking: House) -> None:
    await tell_all(
        asking, Text("uno"), Press("review"), Text("Colombia"), Press("discard"), Press("discard_now")
    )
    assert asking.session().state.answers == ()
    assert await asking.sent() == []


async def test_two_desks_get_the_answers_to_their_own_questions_and_a_common_one_is_asked_once(
    two: Two,
) -> None:
    house = two.house
    house.questions = (COUNTRY, SHIFT)
    (news,) = house.further
    house.further = (replace(news, questions=(COUNTRY, DANGER)),)
    house.restart()
    await tell_all(house, Command("start"), *BOTH, Text("en casa"), Press("review"))
    assert "Union and Noticias" in house.chat.last
    await house.tell(Text("Colombia"))
    assert "A question from: Union." in house.chat.last
    await house.tell(Text("de noche"))
    assert "A question from: Noticias." in house.chat.last
    await tell_all(house, Press(f"pick:{DANGER.key}/2"), Press("send"))
    assert "3 answers" in house.chat.last
    ((mine,), (other,)) = await two.drops("union"), await two.drops("news")
    assert [content.decode().partition("\n\n")[2] or content.decode() for content in mine.contents] == [
        "en casa",
        "Colombia",
        "de noche",
    ]
    assert [content.decode().partition("\n\n")[2] or content.decode() for content in other.contents] == [
        "en casa",
        "Colombia",
        "No",
    ]


def test_a_question_is_another_one_as_soon_as_a_word_is() -> None:
    assert SHIFT.key != replace(SHIFT, ask={"en": "Which shift?"}).key != Question("shift").key
    assert set(READY) == {"country", "workplace", "happened", "danger", "more"}
