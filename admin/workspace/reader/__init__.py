"""The reader: a full-screen terminal program for an evening with many drops (`silbo-admin read`).

`engine` owns the workspace in a thread of its own, `rows` and `panes` turn what is there into lines, `screen`
draws lines and nothing else, `app` listens to keys. Only `screen` and `app` load Textual.
"""
