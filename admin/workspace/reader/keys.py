"""The keys of the reader, as a table: what each does, and in which words the help says so."""

from __future__ import annotations

from crypto.record import Record


class Key(Record):
    """`names` are Textual's; `shown` is how a person reads them, `does` the action, `words` the help."""

    names: tuple[str, ...]
    shown: str
    does: str
    words: str


KEYS = (
    Key(("up", "k"), "up, k", "up", "a line up"),
    Key(("down", "j"), "down, j", "down", "a line down"),
    Key(("pageup", "b"), "page up, b", "page_up", "a page up"),
    Key(("pagedown", "space"), "page down, space", "page_down", "a page down"),
    Key(("home", "g"), "home, g", "first", "to the first line"),
    Key(("end", "G", "upper_g"), "end, G", "last", "to the last line"),
    Key(("enter",), "enter", "open", "open the drop"),
    Key(("tab",), "tab", "next_pane", "to the next part of the screen"),
    Key(("shift+tab",), "shift tab", "previous_pane", "to the part before"),
    Key(("1", "2", "3", "4", "5"), "1 ... 5", "pane", "text, files, thread, answers, work"),
    Key(("escape", "left"), "escape, left", "back", "back; stop what takes long"),
    Key(("slash",), "/", "search", 'search: words, "a phrase", begin*'),
    Key(("f",), "f", "filter", "filter: new, unread, flagged, tag=NAME, desk=NAME, state=NAME, day=DAY..."),
    Key(("x",), "x", "all", "all drops again"),
    Key(("t",), "t", "tag", "put a tag on the drop; -NAME takes it off"),
    Key(("exclamation_mark",), "!", "flag", "flag it, or take the flag off"),
    Key(("n",), "n", "note", "write a note on it"),
    Key(("a",), "a", "assign", "say who works on it; - for nobody"),
    Key(("s",), "s", "state", "say how far it is: new, checking, publishable, closed"),
    Key(("d",), "d", "due", "say by which day it must be answered: YYYY-MM-DD; - for none"),
    Key(("r",), "r", "reload", "look for what came meanwhile"),
    Key(("question_mark", "f1"), "?", "help", "this help"),
    Key(("q", "ctrl+c", "ctrl+q"), "q", "quit", "leave"),
)

BY_NAME = {name: key.does for key in KEYS for name in key.names}

ASKS = {
    "search": "Words:",
    "filter": "Filter:",
    "tag": "Tag (-NAME takes it off):",
    "note": "Note:",
    "assign": "Assigned to (- for nobody):",
    "state": "State (new, checking, publishable, closed):",
    "due": "Due (YYYY-MM-DD; - for none):",
}
"""What is asked behind a key."""

HINTS = {
    "list": "Enter opens   / search   f filter   t tag   ! flag   n note   ? help   q quit",
    "pane": "Esc back   Tab, 1-5 parts   t tag   ! flag   n note   ? help   q quit",
    "help": "Esc back",
}
"""The last row, by what is active."""

TITLES = {
    "text": "1 Text",
    "files": "2 Files",
    "thread": "3 Thread",
    "answers": "4 Answers",
    "work": "5 Work",
    "help": "Help",
}


def help_lines() -> list[str]:
    """What `?` shows."""
    width = max(len(key.shown) for key in KEYS)
    return [
        *(f"  {key.shown:<{width}}  {key.words}" for key in KEYS),
        "",
        "In the list: * nobody opened it yet, ! flagged, ? a sign of a trap (see Work).",
        "What a source hides in its words is spelled out: \\x1b, \\u202e. Links are letters.",
        "To take files out: leave, and 'extract ID DIR'. To answer: 'reply ID'.",
    ]
