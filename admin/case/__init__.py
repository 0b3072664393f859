"""The case file: which drops are here, opening, showing and taking them out."""
