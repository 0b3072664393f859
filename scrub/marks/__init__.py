"""Looks at a clean copy as an employer's investigator would: for marks by which it names its reader.

`search.search` runs in a confined child, after cleaning, on what will be passed on; `found` says what it
finds, and loads nothing. Nothing that is not found is promised: docs/marks.md says what is known of such
marks, and how many of which are found. What can be done about one: `scrub.redact` covers it, and
`scrub.retype` sets the words anew.
"""
