"""The dialogue as a table: every input in every phase, and whole transcripts as lists of effects."""

from dataclasses import replace
from typing import get_args

import pytest

from bot import vocabulary as v
from bot.conversation import BYTES_PER_DRAFT, ITEMS_PER_DRAFT, TABLE, Step, step

SAMPLES: dict[type[v.Input], v.Input] = {
    v.Start: v.Start(),
    v.Arrived: v.Arrived("d"),
    v.Review: v.Review(),
    v.More: v.More(),
    v.Send: v.Send(),
    v.Discard: v.Discard(),
    v.Speak: v.Speak("es"),
    v.SendAsIs: v.SendAsIs("i"),
    v.LeaveOut: v.LeaveOut("i"),
    v.Unusable: v.Unusable("contact"),
    v.StoredText: v.StoredText(10),
    v.StoredFile: v.StoredFile(10, ("place",), (), None),
    v.StoredWaiting: v.StoredWaiting("i", 10, "document"),
    v.Refused: v.Refused("broken"),
    v.Sent: v.Sent(),
    v.Discarded: v.Discarded(),
    v.Expired: v.Expired(),
}


def run(state: v.State, *inputs: v.Input) -> tuple[v.State, list[list[v.Effect]]]:
    effects = []
    for input_ in inputs:
        state, done = step(state, input_)
        effects.append(done)
    return state, effects


def keys(done: Step) -> list[str]:
    return [effect.key for effect in done[1] if isinstance(effect, v.Say)]


def test_the_table_has_a_row_for_every_input_and_a_column_for_every_phase() -> None:
    assert set(TABLE) == set(get_args(v.Input)) == set(SAMPLES)
    assert all(len(row) == len(v.Phase) for row in TABLE.values())


@pytest.mark.parametrize("phase", list(v.Phase))
@pytest.mark.parametrize("input_", SAMPLES.values(), ids=lambda i: type(i).__name__)
def test_every_input_in_every_phase_is_answered(phase: v.Phase, input_: v.Input) -> None:
    draft = None if phase is v.Phase.IDLE else "d"
    state, effects = step(v.State(phase, "en", draft, texts=0 if draft is None else 1), input_)
    assert effects
    assert (state.phase is v.Phase.IDLE) == (state.draft is None) or isinstance(
        input_, v.StoredText | v.StoredFile | v.StoredWaiting
    )


def test_a_whole_conversation() -> None:
    state, effects = run(
        v.State(language="es"),
        v.Start(),
        v.Arrived("d1"),
        v.StoredText(16),
        v.Arrived("d2"),
        v.StoredFile(32, ("place", "device"), (), None),
        v.Review(),
        v.More(),
        v.Review(),
        v.Send(),
        v.Sent(),
    )
    draft_buttons, review_buttons = (("review",),), (("send",), ("more", "discard"))
    assert effects == [
        [v.Say("notice", (("language:en", "language:es"),))],
        [v.Take()],
        [v.Say("kept", draft_buttons, texts=1)],
        [v.Take()],
        [v.Say("kept", draft_buttons, ("place", "device"), files=1)],
        [v.Say("review", review_buttons, texts=1, files=1)],
        [v.Say("go_on", draft_buttons)],
        [v.Say("review", review_buttons, texts=1, files=1)],
        [v.Submit("d1")],
        [v.Say("receipt", texts=1, files=1), v.Forget()],
    ]
    assert state == v.State(language="es")


def test_an_album_has_one_acknowledgement_that_names_each_kind_once() -> None:
    album = [v.StoredFile(1, kinds, (), "g") for kinds in (("place", "date"), ("date",), ("device",))]
    state, effects = run(v.State(v.Phase.COLLECT, draft="d"), *album)
    assert effects[-1] == [
        v.Say("kept", (("review",),), ("place", "date", "device"), files=3, slot="g"),
    ]
    _, (other,) = run(state, v.StoredFile(1, (), (), "h"))
    assert other == [v.Say("kept", (("review",),), files=1, slot="h")]
    assert state.files == 3


def test_nothing_uncleaned_goes_without_consent() -> None:
    state, effects = run(v.State(v.Phase.COLLECT, draft="d"), v.StoredWaiting("i", 1, "document"))
    assert effects == [[v.Say("ask_file", (("as_is:i",), ("leave_out:i",)))]]
    for asked in (v.Review(), v.Send()):
        later, said = step(state, asked)
        assert keys((later, said)) == ["answer_first"]
        assert not any(isinstance(effect, v.Submit) for effect in said)
    sent, said = step(replace(state, phase=v.Phase.REVIEW), v.Send())
    assert keys((sent, said)) == ["answer_first"]


def test_consent_is_for_one_item_and_counts_once() -> None:
    state = v.State(v.Phase.COLLECT, draft="d", waiting=("i", "j"))
    state, effects = run(state, v.SendAsIs("i"), v.SendAsIs("i"), v.LeaveOut("j"))
    assert effects == [
        [v.Keep("i"), v.Say("kept_as_is", (("review",),))],
        [v.Say("answered_already", (("review",),))],
        [v.Remove("j"), v.Say("left_out", (("review",),))],
    ]
    assert (state.uncleaned, state.waiting) == (1, ())


def test_a_forged_button_names_no_item_of_the_chat() -> None:
    _, effects = run(v.State(v.Phase.COLLECT, draft="d", waiting=("i",)), v.SendAsIs("k"), v.LeaveOut("k"))
    assert not any(isinstance(effect, v.Keep | v.Remove) for done in effects for effect in done)


def test_a_draft_into_which_nothing_came_is_no_draft() -> None:
    state, _ = run(v.State(), v.Arrived("d"), v.Refused("broken"))
    assert state == v.State()
    state, _ = run(v.State(), v.Arrived("d"), v.StoredWaiting("i", 1, "voice"), v.LeaveOut("i"))
    assert state == v.State()


def test_a_refused_file_leaves_the_draft_as_it_was() -> None:
    before = v.State(v.Phase.COLLECT, draft="d", texts=2)
    assert step(before, v.Refused("too_big"))[0] == before


def test_a_full_draft_takes_nothing_more() -> None:
    for state in (
        v.State(v.Phase.COLLECT, draft="d", texts=ITEMS_PER_DRAFT),
        v.State(v.Phase.COLLECT, draft="d", texts=1, size=BYTES_PER_DRAFT),
    ):
        assert keys(step(state, v.Arrived("x"))) == ["draft_full"]
        assert not any(isinstance(effect, v.Take) for effect in step(state, v.Arrived("x"))[1])


def test_discard_deletes_the_draft_before_it_says_so() -> None:
    state, effects = run(v.State(v.Phase.REVIEW, "es", "d", texts=1), v.Discard(), v.Discarded())
    assert effects == [[v.Drop("d")], [v.Say("discarded"), v.Forget()]]
    assert state == v.State(language="es")


def test_send_from_an_old_button_shows_the_counts_first() -> None:
    assert keys(step(v.State(v.Phase.COLLECT, draft="d", texts=1), v.Send())) == ["review"]
    assert keys(step(v.State(), v.Send())) == ["answered_already"]
