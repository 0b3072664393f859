"""The dialogue as a table: every input in every phase, and whole transcripts as lists of effects."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.conversation.answering import Step
from bot.conversation.effects import (
    Drop,
    Effect,
    Forget,
    Keep,
    Lock,
    Play,
    Remove,
    Say,
    Show,
    ShowCodename,
    ShowNews,
    ShowReaders,
    Submit,
    Take,
)
from bot.conversation.inputs import (
    Answers,
    AnswerTo,
    Arrived,
    AskBack,
    Asking,
    AskOption,
    Brought,
    Changed,
    ChooseDesk,
    ChooseReading,
    Clean,
    CloseAnswers,
    Destroy,
    Discard,
    DiscardNow,
    Disguise,
    EndThread,
    EndThreadNow,
    Explain,
    GaveWord,
    Help,
    Input,
    KeepDisguised,
    LeaveOut,
    ListFrom,
    More,
    NeedDesk,
    NeedWord,
    News,
    Noted,
    Panic,
    PassQuestions,
    PickAnswer,
    ReturnTo,
    Review,
    Rework,
    Send,
    SendAsIs,
    ShowDesks,
    ShowOptions,
    Speak,
    Start,
    TakeBackAnswer,
    TakeOut,
    TakeOutMessage,
    TakeOutNumber,
    Trial,
    Turn,
    Typed,
    Undo,
    Unusable,
    Withdraw,
    WithdrawNow,
    Words,
)
from bot.conversation.options import Options
from bot.conversation.outcomes import (
    AskedBack,
    CaptionLeftOut,
    Cleaned,
    CustodianChanged,
    Destroyed,
    Discarded,
    Ended,
    Expired,
    NotACodename,
    Practised,
    Refused,
    Sent,
    StoredAnswer,
    StoredDisguised,
    StoredFile,
    StoredPart,
    StoredReadings,
    StoredText,
    StoredWaiting,
    Unlocked,
    Vanished,
    Withdrawable,
    Withdrawn,
)
from bot.conversation.state import Phase, State
from bot.conversation.table import BYTES_PER_DRAFT, ITEMS_PER_DRAFT, START_BUTTONS, TABLE, step
from bot.conversation.things import UNKNOWN, Thing

REVIEW, OPTIONS_ROW = ("review",), ("options",)
ROWS = (REVIEW, OPTIONS_ROW)


def below(item: str) -> tuple[tuple[str, ...], ...]:
    """The buttons below what was kept, when `item` came last."""
    return REVIEW, ("options", f"undo:{item}")


PANEL = ("disguise", "lower", "color", "searchable", "times")

SAMPLES: dict[type[Input], Input] = {
    Asking: Asking(("k",)),
    Words: Words(),
    PickAnswer: PickAnswer("k", 1),
    StoredAnswer: StoredAnswer("k", "i", 16),
    PassQuestions: PassQuestions(("k",)),
    ReturnTo: ReturnTo(("k",)),
    TakeBackAnswer: TakeBackAnswer("k"),
    NeedWord: NeedWord(),
    Brought: Brought(),
    GaveWord: GaveWord(("",)),
    Start: Start(),
    Arrived: Arrived("d"),
    Review: Review(),
    Changed: Changed(1, words=True, file=False),
    ListFrom: ListFrom(1),
    TakeOut: TakeOut("i"),
    TakeOutNumber: TakeOutNumber(1),
    TakeOutMessage: TakeOutMessage(1),
    Undo: Undo(),
    More: More(),
    Send: Send(),
    Discard: Discard(),
    Clean: Clean(),
    Panic: Panic(),
    Cleaned: Cleaned(),
    Vanished: Vanished(),
    DiscardNow: DiscardNow(),
    Help: Help(),
    Explain: Explain("how"),
    Speak: Speak("es"),
    SendAsIs: SendAsIs("i"),
    KeepDisguised: KeepDisguised("i"),
    ChooseReading: ChooseReading("i"),
    LeaveOut: LeaveOut("i"),
    Disguise: Disguise("i"),
    Rework: Rework("i", "cover"),
    ShowOptions: ShowOptions(PANEL),
    AskOption: AskOption("disguise"),
    Turn: Turn("disguise", on=True),
    Answers: Answers(),
    News: News(),
    ShowDesks: ShowDesks(("a", "b")),
    NeedDesk: NeedDesk(("a", "b")),
    ChooseDesk: ChooseDesk("a", True, ("a", "b")),
    EndThread: EndThread(),
    EndThreadNow: EndThreadNow(),
    Ended: Ended(1),
    Trial: Trial(),
    Practised: Practised(),
    CaptionLeftOut: CaptionLeftOut(),
    Typed: Typed(),
    AnswerTo: AnswerTo(1),
    Destroy: Destroy("r"),
    Withdraw: Withdraw(),
    WithdrawNow: WithdrawNow(),
    AskBack: AskBack(),
    CloseAnswers: CloseAnswers(),
    Noted: Noted(),
    Unlocked: Unlocked(("r", "s")),
    NotACodename: NotACodename("words_count", 6),
    Destroyed: Destroyed(),
    Withdrawable: Withdrawable(1, 0),
    Withdrawn: Withdrawn(),
    AskedBack: AskedBack(),
    Unusable: Unusable("contact"),
    StoredText: StoredText(10),
    StoredFile: StoredFile("i", 10, ("place",), ()),
    StoredDisguised: StoredDisguised("i", 10, (), ("disguised",), "00"),
    StoredReadings: StoredReadings(("i", "j"), 10, (), ("writing_remains",), ("00", "01")),
    CustodianChanged: CustodianChanged(),
    StoredWaiting: StoredWaiting("i", 10, "document", "unsupported"),
    StoredPart: StoredPart("i", 10, "p", 1),
    Refused: Refused("broken"),
    Sent: Sent(),
    Discarded: Discarded(),
    Expired: Expired(),
}


def run(state: State, *inputs: Input) -> tuple[State, list[list[Effect]]]:
    effects = []
    for input_ in inputs:
        state, done = step(state, input_)
        effects.append(done)
    return state, effects


def keys(done: Step) -> list[str]:
    return [effect.key for effect in done[1] if isinstance(effect, Say)]


def test_the_table_has_a_row_for_every_input_and_a_column_for_every_phase() -> None:
    assert set(TABLE) == set(get_args(Input)) == set(SAMPLES)
    assert all(len(row) == len(Phase) for row in TABLE.values())


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("input_", SAMPLES.values(), ids=lambda i: type(i).__name__)
def test_every_input_in_every_phase_is_answered(phase: Phase, input_: Input) -> None:
    without = Phase.IDLE, Phase.CODENAME
    draft = None if phase in without else "d"
    state, effects = step(State(phase, "en", draft, texts=0 if draft is None else 1), input_)
    # What follows these is asked next, by another input.
    assert effects or isinstance(input_, StoredAnswer | PassQuestions | ReturnTo | TakeBackAnswer)
    assert (state.phase in without) == (state.draft is None) or isinstance(
        input_, StoredText | StoredFile | StoredDisguised | StoredReadings | StoredWaiting | StoredPart
    )


def test_a_whole_conversation() -> None:
    state, effects = run(
        State(language="es"),
        Start(),
        Arrived("d1"),
        StoredText(16, "t"),
        Arrived("d2"),
        StoredText(16, "u"),
        Arrived("d3"),
        StoredFile("i", 32, ("place", "device"), ("picture_remains",)),
        Arrived("d4"),
        StoredFile("j", 32, (), ("picture_remains",)),
        Review(),
        More(),
        Review(),
        Send(),
        Sent(),
    )
    pages = (("take_out:1:t", "take_out:2:u", "take_out:3:i", "take_out:4:j"),)
    review = Say("review", (("send",), ("more", "discard"), *pages), texts=2, files=2, count=4)
    things = (
        Thing(1, ("t",), UNKNOWN, 16, "text"),
        Thing(2, ("u",), UNKNOWN, 16, "text"),
        Thing(3, ("i",), UNKNOWN, 32, "clean", ("place", "device")),
        Thing(4, ("j",), UNKNOWN, 32, "clean"),
    )
    review = replace(review, things=things)
    found, again = (("place", "device"), ("picture_remains",)), (("nothing",), ("picture_remains_again",))
    assert effects == [
        [Say("notice", START_BUTTONS)],
        [Take()],
        [Say("kept", below("t"), notes=("words_remain", "chat_deletion"), texts=1, total=(1, 0, 0))],
        [Take()],
        [Say("kept", below("u"), texts=1, total=(2, 0, 0))],
        [Take()],
        [Say("kept", below("i"), *found, files=1, total=(2, 1, 0))],
        [Take()],
        [Say("kept", below("j"), *again, files=1, total=(2, 2, 0))],
        [review],
        [Say("go_on", ROWS)],
        [review],
        [Submit("d1", (), ())],
        [Say("receipt", (("clean",),), texts=2, files=2), Lock(), Forget(), ShowNews(), ShowCodename()],
    ]
    assert state == State(language="es")


def test_of_the_ways_to_read_a_text_one_is_kept_and_the_others_go() -> None:
    stored = StoredReadings(("i", "j", "k"), 9, ("date",), (), ("a", "b", "c"))
    asked, effects = run(State(Phase.COLLECT, draft="d", texts=1), stored)
    buttons = (("read_1:i", "read_2:j", "read_3:k"), ("leave_out:i",))
    seen = Say("ask_readings", buttons, ("date",))
    unseen = Say("ask_readings_unseen", (("leave_out:i",),))
    assert effects == [[Show(("i", "j", "k"), ("a", "b", "c"), seen, unseen)]]
    assert (asked.unanswered, asked.size, asked.files) == (("i", "j", "k"), 9, 0)
    assert run(asked, Review())[1] == [[Say("answer_readings_first", buttons)]]
    kept, effects = run(asked, ChooseReading("j"), ChooseReading("j"), ChooseReading("i"))
    assert effects[0] == [
        Remove("i"),
        Remove("k"),
        Keep("j"),
        Say("kept", below("j"), files=1, total=(1, 1, 0)),
    ]
    assert [each[0] for each in effects[1:]] == [Say("answered_already", ROWS)] * 2
    assert (kept.unanswered, kept.files) == ((), 1)
    left, effects = run(asked, LeaveOut("i"))
    out = Say("left_out", ROWS, out=asked.things, total=(1, 0, 0))
    assert effects == [[Remove("i"), Remove("j"), Remove("k"), out]]
    assert (left.unanswered, left.files) == ((), 0)


def test_of_the_originals_beside_the_ways_to_read_a_text_one_stays() -> None:
    stored = StoredReadings(("i", "j"), 9, (), (), ("a", "b"), original=True)
    asked, _ = run(State(Phase.COLLECT, draft="d", texts=1), stored)
    assert asked.originals == ("i", "j")
    assert run(asked, ChooseReading("j"))[0].originals == ("j",)
    assert run(asked, LeaveOut("i"))[0].originals == ()


def test_an_album_has_one_acknowledgement_that_names_each_kind_once() -> None:
    kinds = [("place", "date"), (), ("date",), ("device",)]
    album = [StoredFile(str(n), 1, kind, ("picture_remains",), "g") for n, kind in enumerate(kinds)]
    state, effects = run(State(Phase.COLLECT, draft="d", told=("chat_deletion",)), *album)
    assert effects[-1] == [
        Say(
            "kept",
            below("3"),
            ("place", "date", "device"),
            ("picture_remains",),
            files=4,
            slot="g",
            total=(0, 4, 0),
        ),
    ]
    _, (other,) = run(state, StoredFile("h", 1, (), ("picture_remains",), "h"))
    assert isinstance(other[0], Say)
    assert (other[0].files, other[0].slot, other[0].total) == (1, "h", (0, 5, 0))
    assert state.files == 4


def test_nothing_uncleaned_goes_without_consent() -> None:
    waiting = StoredWaiting("i", 1, "document", "unsupported")
    state, effects = run(State(Phase.COLLECT, draft="d"), waiting)
    assert effects == [[Say("ask_unsupported", (("as_is:i",), ("leave_out:i",)))]]
    nothing_goes(state)


def nothing_goes(state: State) -> None:
    """Whatever button is pressed, the draft is not closed before its question was answered."""
    question = Say("answer_first", (("as_is:i",), ("leave_out:i",)))
    if state.disguised:
        question = Say("answer_voice_first", (("keep:i",), ("leave_out:i",)))
    for asked in (Review(), Send()):
        for phase in (Phase.COLLECT, Phase.REVIEW):
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
    done = step(State(Phase.COLLECT, draft="d"), StoredWaiting("i", 1, kind, reason))
    assert keys(done) == [question]


def test_a_disguised_voice_is_played_and_waits_until_it_was_heard() -> None:
    stored = StoredDisguised("i", 9, ("date",), ("disguised",), "ab")
    state, ((play,),) = run(State(Phase.COLLECT, draft="d", files=1), stored)
    buttons = (("keep:i",), ("leave_out:i",))
    heard = Say("ask_disguised", buttons, ("date",), ("disguised",))
    assert play == Play("i", "ab", heard, replace(heard, key="ask_unheard", buttons=buttons[::-1]))
    nothing_goes(state)
    assert step(state, SendAsIs("i"))[1] == [Say("answered_already", ROWS)], "it is no file to pass on as is"
    kept, effects = run(state, KeepDisguised("i"), KeepDisguised("i"))
    assert effects == [
        [Keep("i"), Say("kept", below("i"), files=1, total=(0, 2, 0))],
        [Say("answered_already", ROWS)],
    ]
    assert (kept.files, kept.unanswered) == (2, ())
    left, effects = run(state, LeaveOut("i"))
    assert effects == [[Remove("i"), Say("left_out", ROWS, out=state.things, total=(0, 1, 0))]]
    assert (left.files, left.unanswered) == (1, ())


def test_a_voice_as_it_is_may_still_be_left_out() -> None:
    voice = StoredFile("i", 9, (), ("voice_remains",), "album")
    state, effects = run(State(Phase.COLLECT, draft="d", texts=1, told=("chat_deletion",)), voice)
    assert effects == [
        [
            Say(
                "kept",
                (("disguise:i",), ("leave_out:i",), *ROWS),
                ("nothing",),
                ("voice_remains",),
                files=1,
                total=(1, 1, 0),
            )
        ],
    ]
    things = state.things
    state, effects = run(state, Review(), LeaveOut("i"), LeaveOut("i"))
    assert [effect.notes for effect in effects[0] if isinstance(effect, Say)] == [("voices_as_they_are",)]
    assert effects[1:] == [
        [Remove("i"), Say("left_out", ROWS, out=things, total=(1, 0, 0))],
        [Say("answered_already", ROWS)],
    ]
    assert (state.phase, state.files, state.voices) == (Phase.COLLECT, 0, ())


def test_an_option_is_on_only_after_its_warning_and_ends_with_the_draft() -> None:
    state, effects = run(
        State(),
        ShowOptions(PANEL),
        AskOption("disguise"),
        Turn("disguise", on=True),
        Turn("color", on=True),
        Turn("searchable", on=True),
        ShowOptions((*PANEL, "original")),
        Turn("searchable", on=False),
    )
    assert effects == [
        [
            Say(
                "options_none",
                (("ask:disguise",), ("ask:lower",), ("ask:color",), ("ask:searchable",), ("ask:times",)),
            )
        ],
        [Say("about_disguise", (("on:disguise",), OPTIONS_ROW))],
        [Say("turned_on", (OPTIONS_ROW,), on=("disguise",))],
        [Say("turned_on", (OPTIONS_ROW,), on=("disguise", "color"))],
        [Say("turned_on", (OPTIONS_ROW,), on=("disguise", "searchable"))],
        [
            Say(
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
        [Say("turned_off", (OPTIONS_ROW,), on=("disguise",))],
    ]
    assert not step(State(), AskOption("disguise"))[0].options.on
    refused, _ = run(state, Arrived("d"), Refused("broken"))
    expired, _ = run(refused, Expired())
    assert refused.options == state.options
    assert expired.options == Options(disguise=True), "what is sent next was meant to be disguised"
    for end in (Sent(), Discarded()):
        assert step(state, end)[0].options.on == ()


def test_the_review_tells_of_options_and_counts_originals() -> None:
    state = State(Phase.COLLECT, draft="d", options=Options(original=True), told=("chat_deletion",))
    state, ((kept,), (review,)) = run(state, StoredFile("i", 9, (), (), original=True), Review())
    assert kept == Say("kept", below("i"), ("nothing",), ("original_enclosed",), files=1, total=(0, 1, 0))
    assert isinstance(review, Say)
    assert (review.originals, review.on) == (1, ("original",))
    assert state.items == 2


@pytest.mark.parametrize("left_out", [False, True])
def test_an_original_goes_with_its_clean_copy_and_leaves_with_it(left_out: bool) -> None:
    stored = StoredDisguised("i", 9, (), ("disguised",), "ab", original=True)
    answer: Input = LeaveOut("i") if left_out else KeepDisguised("i")
    state, _ = run(State(Phase.COLLECT, draft="d", texts=1), stored, answer)
    assert state.originals == (() if left_out else ("i",))


def test_the_reviewers_are_told_what_was_refused_but_no_more_than_a_hundred() -> None:
    state, _ = run(State(), Arrived("d"), Refused("bomb"), Arrived("d"), StoredText(1))
    state, _ = run(state, Refused("encrypted"), Refused("bomb"), Refused("text_too_long"))
    (review,) = step(state, Review())[1]
    assert isinstance(review, Say)
    assert review.refused == 3, "and the source knows that they are told"
    assert step(replace(state, phase=Phase.REVIEW), Send())[1] == [
        Submit("d", ("bomb", "encrypted", "bomb"), ())
    ]
    state, _ = run(state, *[Refused("bomb")] * 120)
    assert len(state.refused) == 100
    assert step(state, Sent())[0].refused == ()


def test_consent_is_for_one_item_and_counts_once() -> None:
    two = [StoredWaiting(item, 1, "document", "unsupported") for item in ("i", "j")]
    state, _ = run(State(Phase.COLLECT, draft="d"), *two)
    second = state.things[1:]
    state, effects = run(state, SendAsIs("i"), SendAsIs("i"), LeaveOut("j"))
    assert effects == [
        [Keep("i"), Say("kept_as_is", below("j"), total=(0, 0, 1))],
        [Say("answered_already", ROWS)],
        [Remove("j"), Say("left_out", below("i"), out=second, total=(0, 0, 1))],
    ]
    assert (state.uncleaned, state.waiting) == (1, ())


def test_a_forged_button_names_no_item_of_the_chat() -> None:
    _, effects = run(State(Phase.COLLECT, draft="d", waiting=("i",)), SendAsIs("k"), LeaveOut("k"))
    _, more = run(State(Phase.COLLECT, draft="d", disguised=("i",)), KeepDisguised("k"), SendAsIs("i"))
    effects += more
    assert not any(isinstance(effect, Keep | Remove) for done in effects for effect in done)


def test_a_draft_into_which_nothing_came_is_no_draft() -> None:
    state, _ = run(State(), Arrived("d"), Refused("broken"))
    assert state == State(refused=("broken",))
    waiting = StoredWaiting("i", 1, "voice", "timeout")
    state, _ = run(State(), Arrived("d"), waiting, LeaveOut("i"))
    assert state == State()


def test_a_refused_file_leaves_the_draft_as_it_was() -> None:
    before = State(Phase.COLLECT, draft="d", texts=2)
    assert step(before, Refused("too_big"))[0] == replace(before, refused=("too_big",))


def test_a_full_draft_takes_nothing_more() -> None:
    for state in (
        State(Phase.COLLECT, draft="d", texts=ITEMS_PER_DRAFT),
        State(Phase.COLLECT, draft="d", texts=1, size=BYTES_PER_DRAFT),
    ):
        assert keys(step(state, Arrived("x"))) == ["draft_full"]
        assert not any(isinstance(effect, Take) for effect in step(state, Arrived("x"))[1])


def test_discard_deletes_the_draft_before_it_says_so() -> None:
    state, effects = run(State(Phase.REVIEW, "es", "d", texts=1), DiscardNow(), Discarded())
    assert effects == [[Drop("d")], [Lock(), Say("discarded"), Forget()]]
    assert state == State(language="es")


def test_before_everything_is_deleted_it_is_asked() -> None:
    draft = State(Phase.REVIEW, "es", "d", texts=1)
    state, effects = step(draft, Discard())
    assert (state, effects) == (draft, [Say("discard_sure", (("discard_now",), ("more",)), texts=1)])


@pytest.mark.parametrize("asked", [Discard(), DiscardNow()])
def test_whoever_has_sent_something_is_not_told_that_it_is_gone(asked: Input) -> None:
    """ "Delete it", an hour after the receipt: nothing of it is deleted, and they read how it can be."""
    state = State(language="es", thread=True)
    assert step(state, asked) == (state, [Say("discard_nothing")])


@pytest.mark.parametrize("page", ["how", "safer", "readers"])
def test_whoever_reads_on_loses_no_draft(page: str) -> None:
    draft = State(Phase.COLLECT, "es", "d", texts=1)
    state, effects = step(draft, Explain(page))
    assert state == draft
    assert isinstance(effects[0], Say)
    assert effects[0].key == page
    assert any("review" in row for row in effects[0].buttons)
    assert [ShowReaders()] == effects[1:] or page != "readers"


def test_send_from_an_old_button_shows_the_counts_first() -> None:
    assert keys(step(State(Phase.COLLECT, draft="d", texts=1), Send())) == ["review"]
    assert keys(step(State(), Send())) == ["nothing_waits"], "pressed twice, it must not frighten"
