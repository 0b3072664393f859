"""What a person should know about a clean copy. Code -> English, and whether it tells what remains.

The position of a code is its number on the pipe between a child and its parent: append, never reorder.
Sources read the words in `bot/translations`. No words hold a comma, which stands between two.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """`remains`: it tells what no program can take out and may still identify somebody."""

    english: str
    remains: bool = False


NOTES = {
    "frames_dropped": Note("further pages or pictures left out"),
    "depth_reduced": Note("16 bits a colour became 8"),
    "rasterized": Note("redrawn as pictures of its pages"),
    "resolution_reduced": Note("large pages drawn with fewer dots"),
    "blank_page": Note("a page has nothing on it"),
    "tracks_dropped": Note("further tracks left out"),
    "voice_remains": Note("the voice and the way of speaking", remains=True),
    "faces_remain": Note("faces and places in the video", remains=True),
    "picture_remains": Note("faces and screens and handwriting in the picture", remains=True),
    "document_remains": Note("what the document says and how few people had it", remains=True),
    "writing_remains": Note("names and numbers and the way of writing", remains=True),
    "disguised": Note("the voice is disguised"),
    "resolution_lowered": Note("resolution lowered as the source asked"),
    "color_kept": Note("the dots by which a colour printer is known", remains=True),
    "searchable_kept": Note("words under black boxes", remains=True),
    "members_left_out": Note("files inside it left out"),
    "converted": Note("turned into a PDF"),
    "lossy_text": Note("some letters became plain ones"),
    "video_kept": Note("how the camera packed the pictures of the video", remains=True),
    "detail_kept": Note("full detail though less was asked for (that works for single pictures only)"),
    "marks_remain": Note("words in white and marks in sizes and colours", remains=True),
    "marks_kept": Note("pen and stamps and typed words and filled fields are part of the pictures"),
    "marks_covered": Note("what programs show differently was covered with plain boxes"),
    "unchanged": Note(
        "that it is unchanged (whoever has the same file can see that it is the same)", remains=True
    ),
    "paths_remain": Note("names of folders and files in its words (they may hold a login)", remains=True),
    "charts_left_out": Note("charts left out"),
    "charts_in_words": Note("charts written out as words and numbers"),
    "formulas_in_line": Note("formulas written in one line"),
    "numbers_look": Note("some numbers or dates look different"),
    "people_remain": Note("names and phone numbers of others in the chat", remains=True),
    "cut_short": Note("its end was missing (kept as far as it goes)"),
    "film_left_out": Note("a short film inside the photo left out"),
    "made_new": Note("turned from an old kind of document into a new one"),
    "diagrams_in_words": Note("diagrams written out as words"),
    "words_unchecked": Note("some words can't be searched since they may not be what the page shows"),
    "letters_missing": Note("some letters are blank since their font isn't in the document"),
    "form_missing": Note("a form that only some programs show is not in the copy"),
    "times_kept": Note("when each message of the chat was written", remains=True),
    "letters_guessed": Note("letters of a text inside it read in the likeliest way (some may be wrong)"),
    "retyped": Note("words and tables set anew (how they were laid out is not kept)"),
    "pictures_left_out": Note("pictures and drawings left out"),
    "words_left_out": Note("some words left out (too many or not what the page shows)"),
    "readers_barred": Note("bars in place of addresses and logins and numbers of people"),
    "letters_unset": Note("boxes in place of letters that no font here has"),
    "subtitles_left_out": Note("words that a film shows when asked (subtitles) left out"),
}
