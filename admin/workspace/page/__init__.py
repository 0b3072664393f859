"""A drop as one page for a browser (docs/adr/0197): what is in it, how it is written, where it lies, who
opens it."""
