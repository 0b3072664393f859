"""An edition of a document that keeps its words and tables and nothing of how they were set.

A copy may name its reader by spaces, sizes, places, dots and letters that only look like others
(docs/marks.md). So what it says is read and written down plainly (`gather`, `document`), set anew with our
own fonts by a typesetter that is given data and no markup (`sheet`), and drawn as pictures of pages with the
words beneath them, which the judge of copies knows (`redraw`). Each of the three steps runs in a confined
child of its own; the second's process is started when it is asked for and ends with the answer.
"""
