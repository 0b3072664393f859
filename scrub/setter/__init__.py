"""Sets words and tables as pages, by typst, with our own fonts: the second of the three steps of
`scrub.retype`. Loads no decoder; words are data to it and never markup.
"""
