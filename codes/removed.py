"""What a scrub takes out of a file: the kind is told, the value never. Code -> English.

The position of a code is its number on the pipe between a child and its parent: append, never reorder.
Sources read the words in `bot/translations`. No words hold a comma, which stands between two.
"""

REMOVED = {
    "place": "the place it was taken",
    "device": "camera or phone",
    "date": "date and time",
    "author": "names of people",
    "software": "programs used",
    "comment": "comments",
    "description": "titles and descriptions",
    "thumbnail": "a hidden small picture",
    "hidden_image": "a hidden second picture",
    "identifier": "serial numbers and ids",
    "maker_note": "the maker's notes",
    "color_profile": "a colour profile",
    "trailer": "bytes hidden after the end",
    "other_metadata": "other metadata",
    "script": "scripts",
    "attachment": "attached files",
    "form": "form fields (what they showed is part of the picture)",
    "hidden_text": "text that was not shown",
    "revision": "earlier versions of the document",
    "hidden_part": "hidden sheets or slides or rows",
    "tracked_change": "who changed what",
    "template": "the template's name",
    "link": "links to other places and files",
    "macro": "macros",
    "embedded_file": "files inside it",
    "invisible_character": "invisible characters",
    "sender": "who sent and who got the e-mail",
    "route": "the way that the e-mail took",
    "file_name": "names of files",
    "style_name": "names given to styles",
    "link_end": "the ends of links (which may be made for one reader)",
}
