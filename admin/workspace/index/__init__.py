"""The sealed index: what is in drops, by its words, for as long as their keys exist."""
