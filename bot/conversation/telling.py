"""What is told of files that came one after the other, without telling it again and again.

What may still identify somebody is explained in full the first time in a draft; later files get one short
sentence (the code with `_again`). A message that speaks of several files says each thing once.
"""

LASTING = (
    "voice_remains",
    "faces_remain",
    "picture_remains",
    "document_remains",
    "writing_remains",
    "unchanged",
)
"""The notes on what no scrub takes out; each has a short form in the catalogues."""

WORDS = "words_remain"
"""The note on what the source typed, once a draft. It is ours: a scrub knows only files."""

ENCLOSED = "original_enclosed"
"""The note on a sealed original beside the clean copy. Ours, too."""

ENCLOSED_VOICE = "original_voice"
"""The same beside a disguised voice: the original has the real one. Ours, too."""

UNDISGUISED = "undisguised"
"""The note on a file that can't be cleaned where a disguise was asked for. Ours, too."""

VOICES = "voices_as_they_are"
"""The note on voices that were kept undisguised, when the source looks everything over. Ours, too."""

OFF_AGAIN = "off_again"
"""The note on options that ended with a draft. Ours, too."""

FORGOTTEN = "forgotten"
"""The note on a chat of which nothing is remembered, though somebody goes on with it. Ours, too."""

DRAFT_STAYS = "draft_stays"
"""The note on a draft in the middle of which a codename was opened. Ours, too."""

DELETING = "chat_deletion"
"""The note that a message deleted in the chat is not taken back by that, once a draft. Ours, too."""

COVERED = "covered_now"
"""The note on a file whose marks were covered. Ours, too."""

NO_NAME_READ = "no_name_read"
"""The note on a picture whose words were read, and name nobody. Ours, too."""

OWN_NAME = "own_name"
"""The note on words in which their writer's name seems to stand, once a draft. Ours, too."""

OWN_NUMBER = "own_number"
"""The same for a number of somebody's papers or badge. Ours, too."""

OWN_CONTACT = "own_contact"
"""The same for a telephone or an address by which somebody can be reached. Ours, too."""

REPLACED = "replaced"
"""The note on what came in the place of something. Ours, too."""

UNCHANGED_STAYS = "change_refused"
"""The note on a change that was not taken. Ours, too."""

CHANGE_LOST = "change_lost"
"""The note on one that was not taken the second time, after what it changed had gone. Ours, too."""

NOTHING = "nothing"
"""Told in place of kinds when a file carried none, so that silence never has to be understood."""

_AGAIN = "_again"


def shortened(notes: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """`notes` with the short form of those that were `told` before in this draft."""
    return tuple(note + _AGAIN if note in LASTING and note in told else note for note in notes)


def merged(codes: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Both lists, each code once, no short form beside its long one, and "nothing" only when it is all."""
    both = dict.fromkeys(codes + more)
    return tuple(
        code
        for code in both
        if not (code.endswith(_AGAIN) and code.removesuffix(_AGAIN) in both)
        and not (code == NOTHING and len(both) > 1)
    )
