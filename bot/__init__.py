"""The server: takes what a source sends, cleans it, seals it, and hands out ciphertext."""
