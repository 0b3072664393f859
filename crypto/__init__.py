"""Silbo's cryptography: pure, synchronous, no files. Everything encrypted is a standard age v1 file."""
