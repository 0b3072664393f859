"""The languages in which a source is spoken to."""

LANGUAGES = ("en", "es", "sq", "fil", "hi", "fr")
"""Codes of two letters (ISO 639-1), of three where there is none of two that means the same; each has a
catalogue in `bot/translations`. The first is for everybody else.
"""
