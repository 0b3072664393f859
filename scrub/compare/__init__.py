"""Two clean copies of "the same" side by side: `sheets.compare` in a confined child, `scrub.redactor` for the
process that holds keys.
"""
