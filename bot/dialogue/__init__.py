"""The dialogue with a source: a pure table of states, its words, and what carries it out."""
