"""The offline decryptor. Imports the standard library, `crypto` and one QR encoder; never a socket, never
HTTP.
"""
