"""The commands of the workspace, a module each with `options`, `act` and `run`.

`act` works in a workspace that is open: the session calls it. `run` is the command by itself, which opens the
workspace, with its passphrase, for this once.
"""
