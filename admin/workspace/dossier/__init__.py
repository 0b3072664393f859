"""Dossiers: clean files of drops, with papers that a stranger can check by stock tools (issue 16, item 3).

`chosen` reads what is asked, `exhibits` takes files out of drops, `paper` sets the PDF/A, `bag` writes the
folder and signs it, `stamp` asks for a time stamp, `checking` checks a folder as a third party would.
"""
