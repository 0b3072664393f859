"""Makes a release from a commit: the files of `dist/`, with the same bytes every time."""
