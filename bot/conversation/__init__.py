"""The dialogue with a source as a pure table; imports the standard library alone."""
