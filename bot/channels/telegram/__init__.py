"""Telegram, by long polling or by webhook. `channel` is the door; the library stays in this folder."""
