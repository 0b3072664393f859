"""How wide words are on a phone of 360 dots, the narrowest in common use, as Telegram for Android draws them.

A message takes 280 of the 360 dots, and its buttons as much. Text on a button is 15 dots high, in Roboto
Medium, with 16 dots around it, and 5 between two buttons (its `MessageObject.measureInlineBotButtons`); what
is wider is cut with three dots. A line of the menu of commands holds both, 15 dots high, in 328 dots; a
message is 16 dots high, and a longer word would be broken. The widths are the fonts' own (Roboto Medium, Noto
Sans Devanagari Bold), rounded up; letters that join into one are counted apart, so what fits here fits there.
"""

import unicodedata

BUBBLE = 280
BUTTON = 15
AROUND, BETWEEN = 16, 5
MENU = 328

# fmt: off
_PER_MILLE = {
    175: "'", 225: ",‘’", 250: " ;j", 275: "!:[]il|¡", 300: ".I·ıः\u093bािीॉॊोौॏ", 325: '"`',
    350: "(-t{}ॎॱ•", 375: ")fr", 400: "/°।“”„", 425: "\\", 450: "*^रऱ॰", 475: "_", 500: "?vy«»¿",
    525: "<>cksxz", 550: "FLaeइईटऽॽ", 575: "$+0123456789=EJbdghnopqu", 600: "उदह०१२३४५६७८९",
    625: "#RSTYZß", 650: "&BKPVXऍऎएऐगघठडढतनपबमयवष॥–", 675: "ACDU~", 700: "GOQङचध", 725: "HN…",
    750: "%wथलशस", 775: "—", 800: "ऌछणभॡ", 850: "æऄअऊकजझञफळ", 875: "Mm", 900: "@Wख", 950: "ऋॠ",
    1000: "✓✕", 1050: "ॐ", 1150: "आऑऒओऔॴॵ",
}
# fmt: on
_WIDTH = {letter: width for width, letters in _PER_MILLE.items() for letter in letters}


def width(text: str, height: int) -> float:
    """In dots. KeyError for a letter that is in neither font: give it its width here."""
    letters = [
        letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Mn"
    ]
    return sum(_WIDTH[letter] for letter in letters) * height / 1000


def fits_a_button(label: str, in_row: int) -> bool:
    """Whether a label is seen whole on one of so many buttons side by side."""
    return width(label, BUTTON) <= (BUBBLE - BETWEEN * (in_row - 1)) / in_row - AROUND
