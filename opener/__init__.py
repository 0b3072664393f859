"""The reader of one file: readable modules that `build.py` joins into a single `silbo-open.py`.

Standard library only, and no code shared with `crypto`, so that each checks the other. The modules stand in
the order of `build.MODULES`: each uses only names of earlier ones and imports them by name, so that joining
them is enough.
"""
