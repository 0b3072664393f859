"""What a copy may carry that names its reader. Code -> English.

The position of a code is its number on the pipe between a child and its parent: append, never reorder.
Sources read the words in `bot/translations`. No words hold a comma, which stands between two.
"""

MARKS = {
    "reader": "words that say for whom the copy is or who printed it",
    "mail": "an e-mail address",
    "address": "the address of a computer in a network",
    "machine": "the name of a computer or a login",
    "number": "a number of a person or a copy or a telephone",
    "moment": "a date with seconds",
    "carrier": "letters that show nothing and can hold a name",
    "alike": "letters that only look like others",
    "code": "a bar code or a square code",
    "spacing": "lines or words or letters that are moved a hair in a pattern",
    "looks": "sizes or gaps or colours of letters that change a hair in a pattern",
    "tile": "a faint pattern that repeats over the whole picture",
}
