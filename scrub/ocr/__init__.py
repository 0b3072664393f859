"""Reads the words in pictures, where a person asks for that (docs/adr/0319).

`dots` makes gray dots of a clean copy, in the child with the decoders; `engine` reads those, in a process of
its own that has no decoder; `finding` searches what was read. No text leaves either child: marks do.
"""
