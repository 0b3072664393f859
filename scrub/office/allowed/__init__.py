"""The allow-list for office documents, as data: a table a vocabulary, read by `scrub.office.grammar`.

The cleaner keeps what they name and drops the rest; `scrub.verify.office` refuses what they don't name.
"""

from scrub.office.allowed import chart, drawing, formula, open_style, open_text, sheet, slide, word

OOXML = (word.TABLE, drawing.TABLE, chart.TABLE, formula.TABLE, sheet.TABLE, slide.TABLE)
OPEN_DOCUMENT = (open_text.TABLE, open_style.TABLE)
