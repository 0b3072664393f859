"""The keys of the reader, as a table: what each does, and in which words the help says so."""

from __future__ import annotations

from admin.words import mark, tr
from crypto.record import Record


class Key(Record):
    """`names` are Textual's; `shown` is how a person reads them, `does` the action, `words` the help."""

    names: tuple[str, ...]
    shown: str
    does: str
    words: str


KEYS = (
    Key(("up", "k"), mark("up, k"), "up", mark("a line up")),
    Key(("down", "j"), mark("down, j"), "down", mark("a line down")),
    Key(("pageup", "b"), mark("page up, b"), "page_up", mark("a page up")),
    Key(("pagedown", "space"), mark("page down, space"), "page_down", mark("a page down")),
    Key(("home", "g"), mark("home, g"), "first", mark("to the first line")),
    Key(("end", "G", "upper_g"), mark("end, G"), "last", mark("to the last line")),
    Key(("enter",), mark("enter"), "open", mark("open the drop")),
    Key(("tab",), "tab", "next_pane", mark("to the next part of the screen")),
    Key(("shift+tab",), mark("shift tab"), "previous_pane", mark("to the part before")),
    Key(("1", "2", "3", "4", "5"), "1 ... 5", "pane", mark("text, files, thread, answers, work")),
    Key(("escape", "left"), mark("escape, left"), "back", mark("back; stop what takes long")),
    Key(("slash",), "/", "search", mark('search: words, "a phrase", begin*')),
    Key(
        ("f",),
        "f",
        "filter",
        mark("filter: new, unread, flagged, tag=NAME, state=NAME, day=DAY..DAY, ..."),
    ),
    Key(("x",), "x", "all", mark("all drops again")),
    Key(("t",), "t", "tag", mark("put a tag on the drop; -NAME takes it off")),
    Key(("exclamation_mark",), "!", "flag", mark("flag it, or take the flag off")),
    Key(("n",), "n", "note", mark("write a note on it")),
    Key(("a",), "a", "assign", mark("say who works on it; - for nobody")),
    Key(("s",), "s", "state", mark("say how far it is: new, checking, publishable, closed")),
    Key(("d",), "d", "due", mark("say by which day it must be answered: YYYY-MM-DD; - for none")),
    Key(("r",), "r", "reload", mark("look for what came meanwhile")),
    Key(("question_mark", "f1"), "?", "help", mark("this help")),
    Key(("q", "ctrl+c", "ctrl+q"), "q", "quit", mark("leave")),
)

BY_NAME = {name: key.does for key in KEYS for name in key.names}

ASKS = {
    "search": mark("Words:"),
    "filter": mark("Filter:"),
    "tag": mark("Tag (-NAME takes it off):"),
    "note": mark("Note:"),
    "assign": mark("Assigned to (- for nobody):"),
    "state": mark("State (new, checking, publishable, closed):"),
    "due": mark("Due (YYYY-MM-DD; - for none):"),
}
"""What is asked behind a key."""

HINTS = {
    "list": mark("Enter opens   / search   f filter   t tag   ! flag   n note   ? help   q quit"),
    "pane": mark("Esc back   Tab, 1-5 parts   t tag   ! flag   n note   ? help   q quit"),
    "help": mark("Esc back"),
}
"""The last row, by what is active."""

TITLES = {
    "text": mark("1 Text"),
    "files": mark("2 Files"),
    "thread": mark("3 Thread"),
    "answers": mark("4 Answers"),
    "work": mark("5 Work"),
    "help": mark("Help"),
}


def help_lines() -> list[str]:
    """What `?` shows."""
    width = max(len(tr(key.shown)) for key in KEYS)
    return [
        *(f"  {tr(key.shown):<{width}}  {tr(key.words)}" for key in KEYS),
        "",
        tr("In the list: * nobody opened it yet, ! flagged, ? a sign of a trap (see Work)."),
        tr(
            "What a source hides in its words is spelled out: {example}. Links do nothing.",
            example="\\u202e",
        ),
        tr("To take files out: leave, and 'extract ID DIR'. To answer: 'reply ID'."),
    ]
