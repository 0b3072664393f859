"""The dialogue as a table: every input in every phase, and whole transcripts as lists of effects."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.conversation import vocabulary as v
from bot.conversation.answering import Step
from bot.conversation.options import Options
from bot.conversation.table import BYTES_PER_DRAFT, ITEMS_PER_DRAFT, TABLE, step

REVIEW, OPTIONS_ROW = ("review",), ("options",)
ROWS = (REVIEW, OPTIONS_ROW)
PANEL = ("disguise", "lower", "color", "searchable", "times")

SAMPLES: dict[type[v.Input], v.Input] = {
    v.Start: v.Start(),
    v.Arrived: v.Arrived("d"),
    v.Review: v.Review(),
    v.More: v.More(),
    v.Send: v.Send(),
    v.Discard: v.Discard(),
    v.Speak: v.Speak("es"),
    v.SendAsIs: v.SendAsIs("i"),
    v.KeepDisguised: v.KeepDisguised("i"),
    v.ChooseReading: v.ChooseReading("i"),
    v.LeaveOut: v.LeaveOut("i"),
    v.ShowOptions: v.ShowOptions(PANEL),
    v.AskOption: v.AskOption("disguise"),
    v.Turn: v.Turn("disguise", on=True),
    v.Answers: v.Answers(),
    v.Typed: v.Typed(),
    v.AnswerTo: v.AnswerTo(1),
    v.Destroy: v.Destroy("r"),
    v.Withdraw: v.Withdraw(),
    v.WithdrawNow: v.WithdrawNow(),
    v.AskBack: v.AskBack(),
    v.CloseAnswers: v.CloseAnswers(),
    v.Noted: v.Noted(),
    v.Unlocked: v.Unlocked(("r", "s")),
    v.NotACodename: v.NotACodename("words_count", 6),
    v.Destroyed: v.Destroyed(),
    v.Withdrawable: v.Withdrawable(1, 0),
    v.Withdrawn: v.Withdrawn(),
    v.AskedBack: v.AskedBack(),
    v.Unusable: v.Unusable("contact"),
    v.StoredText: v.StoredText(10),
    v.StoredFile: v.StoredFile("i", 10, ("place",), ()),
    v.StoredDisguised: v.StoredDisguised("i", 10, (), ("disguised",), "00"),
    v.StoredReadings: v.StoredReadings(("i", "j"), 10, (), ("writing_remains",), ("00", "01")),
    v.CustodianChanged: v.CustodianChanged(),
    v.StoredWaiting: v.StoredWaiting("i", 10, "document", "unsupported"),
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
    without = v.Phase.IDLE, v.Phase.CODENAME
    draft = None if phase in without else "d"
    state, effects = step(v.State(phase, "en", draft, texts=0 if draft is None else 1), input_)
    assert effects
    assert (state.phase in without) == (state.draft is None) or isinstance(
        input_, v.StoredText | v.StoredFile | v.StoredDisguised | v.StoredReadings | v.StoredWaiting
    )


def test_a_whole_conversation() -> None:
    state, effects = run(
        v.State(language="es"),
        v.Start(),
        v.Arrived("d1"),
        v.StoredText(16),
        v.Arrived("d2"),
        v.StoredText(16),
        v.Arrived("d3"),
        v.StoredFile("i", 32, ("place", "device"), ("picture_remains",)),
        v.Arrived("d4"),
        v.StoredFile("j", 32, (), ("picture_remains",)),
        v.Review(),
        v.More(),
        v.Review(),
        v.Send(),
        v.Sent(),
    )
    review_buttons = (("send",), ("more", "discard"))
    assert effects == [
        [v.Say("notice", (("language:en", "language:es"), OPTIONS_ROW))],
        [v.Take()],
        [v.Say("kept", ROWS, notes=("words_remain",), texts=1)],
        [v.Take()],
        [v.Say("kept", ROWS, texts=1)],
        [v.Take()],
        [v.Say("kept", ROWS, ("place", "device"), ("picture_remains",), files=1)],
        [v.Take()],
        [v.Say("kept", ROWS, ("nothing",), ("picture_remains_again",), files=1)],
        [v.Say("review", review_buttons, texts=2, files=2)],
        [v.Say("go_on", ROWS)],
        [v.Say("review", review_buttons, texts=2, files=2)],
        [v.Submit("d1", (), ())],
        [v.Say("receipt", texts=2, files=2), v.Lock(), v.Forget(), v.ShowCodename()],
    ]
    assert state == v.State(language="es")


def test_of_the_ways_to_read_a_text_one_is_kept_and_the_others_go() -> None:
    stored = v.StoredReadings(("i", "j", "k"), 9, ("date",), (), ("a", "b", "c"))
    asked, effects = run(v.State(v.Phase.COLLECT, draft="d", texts=1), stored)
    buttons = (("read_1:i", "read_2:j", "read_3:k"), ("leave_out:i",))
    seen = v.Say("ask_readings", buttons, ("date",))
    unseen = v.Say("ask_readings_unseen", (("leave_out:i",),))
    assert effects == [[v.Show(("i", "j", "k"), ("a", "b", "c"), seen, unseen)]]
    assert (asked.unanswered, asked.size, asked.files) == (("i", "j", "k"), 9, 0)
    assert run(asked, v.Review())[1] == [[v.Say("answer_readings_first", buttons)]]
    kept, effects = run(asked, v.ChooseReading("j"), v.ChooseReading("j"), v.ChooseReading("i"))
    assert effects[0] == [v.Remove("i"), v.Remove("k"), v.Keep("j"), v.Say("kept", ROWS, files=1)]
    assert [each[0] for each in effects[1:]] == [v.Say("answered_already", ROWS)] * 2
    assert (kept.unanswered, kept.files) == ((), 1)
    left, effects = run(asked, v.LeaveOut("i"))
    assert effects == [[v.Remove("i"), v.Remove("j"), v.Remove("k"), v.Say("left_out", ROWS)]]
    assert (left.unanswered, left.files) == ((), 0)


def test_of_the_originals_beside_the_ways_to_read_a_text_one_stays() -> None:
    stored = v.StoredReadings(("i", "j"), 9, (), (), ("a", "b"), original=True)
    asked, _ = run(v.State(v.Phase.COLLECT, draft="d", texts=1), stored)
    assert asked.originals == ("i", "j")
    assert run(asked, v.ChooseReading("j"))[0].originals == ("j",)
    assert run(asked, v.LeaveOut("i"))[0].originals == ()


def test_an_album_has_one_acknowledgement_that_names_each_kind_once() -> None:
    kinds = [("place", "date"), (), ("date",), ("device",)]
    album = [v.StoredFile(str(n), 1, kind, ("picture_remains",), "g") for n, kind in enumerate(kinds)]
    state, effects = run(v.State(v.Phase.COLLECT, draft="d"), *album)
    assert effects[-1] == [
        v.Say("kept", ROWS, ("place", "date", "device"), ("picture_remains",), files=4, slot="g"),
    ]
    _, (other,) = run(state, v.StoredFile("h", 1, (), ("picture_remains",), "h"))
    assert other == [v.Say("kept", ROWS, ("nothing",), ("picture_remains_again",), files=1, slot="h")]
    assert state.files == 4


def test_nothing_uncleaned_goes_without_consent() -> None:
    waiting = v.StoredWaiting("i", 1, "document", "unsupported")
    state, effects = run(v.State(v.Phase.COLLECT, draft="d"), waiting)
    assert effects == [[v.Say("ask_unsupported", (("as_is:i",), ("leave_out:i",)))]]
    nothing_goes(state)


def nothing_goes(state: v.State) -> None:
    """Whatever button is pressed, the draft is not closed before its question was answered."""
    question = v.Say("answer_first", (("as_is:i",), ("leave_out:i",)))
    if state.disguised:
        question = v.Say("answer_voice_first", (("keep:i",), ("leave_out:i",)))
    for asked in (v.Review(), v.Send()):
        for phase in (v.Phase.COLLECT, v.Phase.REVIEW):
            assert step(replace(state, phase=phase), asked)[1] == [question]


@pytest.mark.parametrize(
    ("kind", "reason", "question"),
    [
        ("document", "encrypted", "ask_encrypted"),
        ("document", "old_office", "ask_old_office"),
        ("document", "archive_kind", "ask_archive_kind"),
        ("voice", "timeout", "ask_too_long"),
        ("video", "too_large", "ask_too_long"),
        ("video", "unsupported", "ask_voice"),
    ],
)
def test_the_question_says_why_a_file_cannot_be_cleaned(kind: str, reason: str, question: str) -> None:
    done = step(v.State(v.Phase.COLLECT, draft="d"), v.StoredWaiting("i", 1, kind, reason))
    assert keys(done) == [question]


def test_a_disguised_voice_is_played_and_waits_until_it_was_heard() -> None:
    stored = v.StoredDisguised("i", 9, ("date",), ("disguised",), "ab")
    state, ((play,),) = run(v.State(v.Phase.COLLECT, draft="d", files=1), stored)
    buttons = (("keep:i",), ("leave_out:i",))
    heard = v.Say("ask_disguised", buttons, ("date",), ("disguised",))
    assert play == v.Play("i", "ab", heard, replace(heard, key="ask_unheard", buttons=buttons[::-1]))
    nothing_goes(state)
    assert step(state, v.SendAsIs("i"))[1] == [v.Say("answered_already", ROWS)], (
        "it is no file to pass on as is"
    )
    kept, effects = run(state, v.KeepDisguised("i"), v.KeepDisguised("i"))
    assert effects == [
        [v.Keep("i"), v.Say("kept", ROWS, files=1)],
        [v.Say("answered_already", ROWS)],
    ]
    assert (kept.files, kept.unanswered) == (2, ())
    left, effects = run(state, v.LeaveOut("i"))
    assert effects == [[v.Remove("i"), v.Say("left_out", ROWS)]]
    assert (left.files, left.unanswered) == (1, ())


def test_a_voice_as_it_is_may_still_be_left_out() -> None:
    voice = v.StoredFile("i", 9, (), ("voice_remains",), "album")
    state, effects = run(v.State(v.Phase.COLLECT, draft="d", texts=1), voice)
    assert effects == [
        [v.Say("kept", (("leave_out:i",), *ROWS), ("nothing",), ("voice_remains",), files=1)],
    ]
    state, effects = run(state, v.Review(), v.LeaveOut("i"), v.LeaveOut("i"))
    assert [effect.notes for effect in effects[0] if isinstance(effect, v.Say)] == [("voices_as_they_are",)]
    assert effects[1:] == [
        [v.Remove("i"), v.Say("left_out", ROWS)],
        [v.Say("answered_already", ROWS)],
    ]
    assert (state.phase, state.files, state.voices) == (v.Phase.COLLECT, 0, ())


def test_an_option_is_on_only_after_its_warning_and_ends_with_the_draft() -> None:
    state, effects = run(
        v.State(),
        v.ShowOptions(PANEL),
        v.AskOption("disguise"),
        v.Turn("disguise", on=True),
        v.Turn("color", on=True),
        v.Turn("searchable", on=True),
        v.ShowOptions((*PANEL, "original")),
        v.Turn("searchable", on=False),
    )
    assert effects == [
        [
            v.Say(
                "options_none",
                (("ask:disguise",), ("ask:lower",), ("ask:color",), ("ask:searchable",), ("ask:times",)),
            )
        ],
        [v.Say("about_disguise", (("on:disguise",), OPTIONS_ROW))],
        [v.Say("turned_on", (OPTIONS_ROW,), on=("disguise",))],
        [v.Say("turned_on", (OPTIONS_ROW,), on=("disguise", "color"))],
        [v.Say("turned_on", (OPTIONS_ROW,), on=("disguise", "searchable"))],
        [
            v.Say(
                "options",
                (
                    ("off:disguise",),
                    ("ask:lower",),
                    ("ask:color",),
                    ("off:searchable",),
                    ("ask:times",),
                    ("ask:original",),
                ),
                on=("disguise", "searchable"),
            )
        ],
        [v.Say("turned_off", (OPTIONS_ROW,), on=("disguise",))],
    ]
    assert not step(v.State(), v.AskOption("disguise"))[0].options.on
    refused, _ = run(state, v.Arrived("d"), v.Refused("broken"))
    expired, _ = run(refused, v.Expired())
    assert refused.options == state.options
    assert expired.options == Options(disguise=True), "what is sent next was meant to be disguised"
    for end in (v.Sent(), v.Discarded()):
        assert step(state, end)[0].options.on == ()


def test_the_review_tells_of_options_and_counts_originals() -> None:
    state = v.State(v.Phase.COLLECT, draft="d", options=Options(original=True))
    state, ((kept,), (review,)) = run(state, v.StoredFile("i", 9, (), (), original=True), v.Review())
    assert kept == v.Say("kept", ROWS, ("nothing",), ("original_enclosed",), files=1)
    assert isinstance(review, v.Say)
    assert (review.originals, review.on) == (1, ("original",))
    assert state.items == 2


@pytest.mark.parametrize("left_out", [False, True])
def test_an_original_goes_with_its_clean_copy_and_leaves_with_it(left_out: bool) -> None:
    stored = v.StoredDisguised("i", 9, (), ("disguised",), "ab", original=True)
    answer: v.Input = v.LeaveOut("i") if left_out else v.KeepDisguised("i")
    state, _ = run(v.State(v.Phase.COLLECT, draft="d", texts=1), stored, answer)
    assert state.originals == (() if left_out else ("i",))


def test_the_reviewers_are_told_what_was_refused_but_no_more_than_a_hundred() -> None:
    state, _ = run(v.State(), v.Arrived("d"), v.Refused("bomb"), v.Arrived("d"), v.StoredText(1))
    state, _ = run(state, v.Refused("encrypted"), v.Refused("bomb"), v.Refused("text_too_long"))
    (review,) = step(state, v.Review())[1]
    assert isinstance(review, v.Say)
    assert review.refused == 3, "and the source knows that they are told"
    assert step(replace(state, phase=v.Phase.REVIEW), v.Send())[1] == [
        v.Submit("d", ("bomb", "encrypted", "bomb"), ())
    ]
    state, _ = run(state, *[v.Refused("bomb")] * 120)
    assert len(state.refused) == 100
    assert step(state, v.Sent())[0].refused == ()


def test_consent_is_for_one_item_and_counts_once() -> None:
    state = v.State(v.Phase.COLLECT, draft="d", waiting=("i", "j"))
    state, effects = run(state, v.SendAsIs("i"), v.SendAsIs("i"), v.LeaveOut("j"))
    assert effects == [
        [v.Keep("i"), v.Say("kept_as_is", ROWS)],
        [v.Say("answered_already", ROWS)],
        [v.Remove("j"), v.Say("left_out", ROWS)],
    ]
    assert (state.uncleaned, state.waiting) == (1, ())


def test_a_forged_button_names_no_item_of_the_chat() -> None:
    _, effects = run(v.State(v.Phase.COLLECT, draft="d", waiting=("i",)), v.SendAsIs("k"), v.LeaveOut("k"))
    _, more = run(
        v.State(v.Phase.COLLECT, draft="d", disguised=("i",)), v.KeepDisguised("k"), v.SendAsIs("i")
    )
    effects += more
    assert not any(isinstance(effect, v.Keep | v.Remove) for done in effects for effect in done)


def test_a_draft_into_which_nothing_came_is_no_draft() -> None:
    state, _ = run(v.State(), v.Arrived("d"), v.Refused("broken"))
    assert state == v.State(refused=("broken",))
    waiting = v.StoredWaiting("i", 1, "voice", "timeout")
    state, _ = run(v.State(), v.Arrived("d"), waiting, v.LeaveOut("i"))
    assert state == v.State()


def test_a_refused_file_leaves_the_draft_as_it_was() -> None:
    before = v.State(v.Phase.COLLECT, draft="d", texts=2)
    assert step(before, v.Refused("too_big"))[0] == replace(before, refused=("too_big",))


def test_a_full_draft_takes_nothing_more() -> None:
    for state in (
        v.State(v.Phase.COLLECT, draft="d", texts=ITEMS_PER_DRAFT),
        v.State(v.Phase.COLLECT, draft="d", texts=1, size=BYTES_PER_DRAFT),
    ):
        assert keys(step(state, v.Arrived("x"))) == ["draft_full"]
        assert not any(isinstance(effect, v.Take) for effect in step(state, v.Arrived("x"))[1])


def test_discard_deletes_the_draft_before_it_says_so() -> None:
    state, effects = run(v.State(v.Phase.REVIEW, "es", "d", texts=1), v.Discard(), v.Discarded())
    assert effects == [[v.Drop("d")], [v.Lock(), v.Say("discarded"), v.Forget()]]
    assert state == v.State(language="es")


def test_send_from_an_old_button_shows_the_counts_first() -> None:
    assert keys(step(v.State(v.Phase.COLLECT, draft="d", texts=1), v.Send())) == ["review"]
    assert keys(step(v.State(), v.Send())) == ["nothing_waits"], "pressed twice, it must not frighten"
