"""The languages in which a source is spoken to."""

LANGUAGES = ("en", "es")
"""Two-letter codes (ISO 639-1) with a catalogue in `bot/translations`; the first is for everybody else."""
