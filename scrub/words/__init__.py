"""Letters, wherever they stand: bytes to letters, HTML to words, and words without what can't be seen."""
