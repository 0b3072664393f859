"""What may be in a clean copy, as data: read by the cleaner and, apart from it, by the verifier. No code.

`inventory/` is for the report alone: which kind of metadata a name stands for.
"""

OOXML = ("word", "drawing", "chart", "formula", "sheet", "slide")
OPEN_DOCUMENT = ("open_text", "open_style")
"""The families of `office/`: a file for each of the names."""
