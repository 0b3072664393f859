"""What names its reader is covered, or its words are set anew, at one touch; and one touch goes back."""

from dataclasses import replace

import pytest

from bot.channels.events import Press, Text
from bot.conversation.effects import Say, Take
from bot.conversation.inputs import Rework
from bot.conversation.outcomes import StoredFile
from bot.conversation.sights import Sight
from bot.conversation.state import Phase, State
from bot.conversation.table import step
from bot.conversation.things import Came
from scrub.report import Refused
from scrub.scrubber import Scrubber
from tests.bot.conftest import House
from tests.bot.dialogue.test_dialogue import SEND, tell_all, upload
from tests.scrub.pdf_files import document
from tests.scrub.test_ocr import png, reads, screen

MARKED = document(b"BT /F 9 Tf 4 50 Td (Hours were cut) Tj ET BT /F 9 Tf 4 12 Td (Printed by M. Lopez) Tj ET")


def action(house: House, name: str) -> str:
    return next(action for action in house.chat.actions if action.startswith(f"{name}:"))


async def test_one_touch_covers_and_the_original_is_not_passed_on(house: House) -> None:
    file = upload(MARKED)
    await tell_all(house, Text("hola"), file)
    assert "put black over those places" in house.chat.last
    assert "words and tables anew" in house.chat.last
    await house.tell(Press(action(house, "cover"), file))
    assert "What was under it is gone" in house.chat.last
    assert "whose copy" not in house.chat.last, "nothing of it is left"
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [item.cleaning for item, _ in items] == ["text", "clean"]
    assert items[1][0].media_type == "application/pdf"


async def test_words_are_set_anew_and_one_touch_goes_back(house: House) -> None:
    file = upload(MARKED)
    await tell_all(house, Text("hola"), file)
    await house.tell(Press(action(house, "retype"), file))
    assert "I wrote it anew" in house.chat.last
    assert "takes the place of what was here" in house.chat.last
    assert len(house.session().state.things) == 2
    await house.tell(Press(action(house, "plain"), file))
    assert "I wrote it anew" not in house.chat.last
    assert "whose copy" in house.chat.last
    await house.tell(Press(action(house, "retype"), file))
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 2
    assert {"retyped", "readers_barred"} <= set(items[1][0].notes)
    assert b"Lopez" not in items[1][1]


async def test_undo_takes_what_was_set_anew_out(house: House) -> None:
    file = upload(MARKED)
    await tell_all(house, file, Text("hola"))
    await house.tell(Press(f"retype:{house.session().state.things[0].items[0]}", file))
    await house.tell(Press(action(house, "undo")))
    (thing,) = house.session().state.things
    assert thing.manner == "text", "of the two, the file went"


@pytest.mark.parametrize(("name", "key"), [("retype", "could not write"), ("cover", "could not cover")])
async def test_what_can_not_be_done_leaves_the_file_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str, key: str
) -> None:
    async def nothing(*_: object, **__: object) -> Refused | None:
        return Refused("no_words") if name == "retype" else None

    monkeypatch.setattr(Scrubber, name, nothing)
    file = upload(MARKED)
    await house.tell(file)
    before = house.session().state.things
    await house.tell(Press(action(house, name), file))
    assert key in house.chat.last
    assert house.session().state.things == before
    await house.tell(Press(f"{name}:{before[0].items[0]}"))
    assert "can't reach that file" in house.chat.last
    await house.tell(Press(f"{name}:nobody", file))
    assert house.session().state.things == before


def test_the_buttons_stand_below_the_file_that_they_are_about() -> None:
    sight = Sight("mail", page=1, height="foot")
    stored = StoredFile("a", 1, (), (), sights=(sight,), reworks=("cover", "retype"), came=Came("file", 1, 7))
    state, (said,) = step(State(Phase.COLLECT, draft="d"), stored)
    assert isinstance(said, Say)
    assert said.answering == 7
    assert said.buttons[:2] == (("cover:a",), ("retype:a",))
    after, effects = step(state, Rework("a", "cover", file=True))
    assert effects == [Take(for_file=("a",), message=7, rework="cover")]
    assert after == state
    _, (album,) = step(State(Phase.COLLECT, draft="d"), replace(stored, group="g"))
    assert isinstance(album, Say)
    assert not any(action.startswith("cover:") for row in album.buttons for action in row)


@reads
async def test_words_in_a_picture_are_read_at_one_touch_and_covered_at_another(house: House) -> None:
    file = upload(png(screen()))
    await tell_all(house, Text("hola"), file)
    assert "whose copy" not in house.chat.last
    await house.tell(Press(action(house, "words"), file))
    assert "at the foot: words that say who it is for" in house.chat.last
    assert house.chat.played, "the place is shown"
    assert len(house.session().state.things) == 2
    await house.tell(Press(action(house, "cover_words"), file))
    assert "What was under it is gone" in house.chat.last
    assert "whose copy" not in house.chat.last
    await house.tell(Press(action(house, "plain"), file))
    await house.tell(Press(action(house, "words"), file))
    await house.tell(Press(action(house, "cover_words"), file))
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert [item.cleaning for item, _ in items] == ["text", "clean"]
    assert items[1][1] != png(screen())


@reads
async def test_a_screen_that_names_nobody_is_said_to_show_no_name(house: House) -> None:
    file = upload(png(screen(named=False)))
    await house.tell(file)
    await house.tell(Press(action(house, "words"), file))
    assert "found no name, address or number" in house.chat.last
    assert "There may be one" in house.chat.last


async def test_where_nothing_reads_pictures_nobody_is_offered_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scrubber, "reads_pictures", False)
    await house.tell(upload(png(screen())))
    assert not any(each.startswith("words:") for each in house.chat.actions)


async def test_an_album_has_no_such_button_and_says_to_send_the_file_alone(house: House) -> None:
    await tell_all(house, *(replace(upload(MARKED), group="g") for _ in range(2)))
    assert "whose copy" in house.chat.last
    assert "Send that file alone" in house.chat.last
    assert not any(each.startswith(("cover:", "retype:", "words:")) for each in house.chat.actions)


@pytest.mark.parametrize("how", ["cover", "retype", "plain", "words", "cover_words"])
async def test_attack_a_stale_button_changes_nothing(house: House, how: str) -> None:
    """Pressed twice, on what is gone, on words, after the end of a draft, and in the next one."""
    file = upload(MARKED)
    await tell_all(house, Text("hola"), file)
    words, old = (thing.items[0] for thing in house.session().state.things)
    await house.tell(Press(f"cover:{old}", file))
    before = house.session().state.things
    assert len(before) == 2
    for stale in (f"{how}:{old}", f"{how}:{words}", f"{how}:", f"{how}:{'x' * 60}"):
        await house.tell(Press(stale, file))
        assert house.session().state.things == before
    last = before[1].items[0]
    await tell_all(house, *SEND)
    ((_, items),) = await house.drops()
    assert len(items) == 2
    await house.tell(Press(f"{how}:{last}", file))
    assert not house.session().state.things
    await house.tell(Text("otra cosa"))
    await house.tell(Press(f"{how}:{last}", file))
    assert len(house.session().state.things) == 1
    ((_, same),) = await house.drops()
    assert same == items, "what was sent stays as it was sent"
