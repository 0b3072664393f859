"""The dialogue with a source: a pure table of states, its words, and the desk that carries it out."""
