"""Drops and items as ciphertext in one database ("State" in the design).

`store` is the way in, `errors` what it raises; `copies` looks at whole files without the database's library.
"""
